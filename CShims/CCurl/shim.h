/* libcurl's multi interface with types: curl_easy_setopt and its kin are variadic, which Swift cannot call. One function per
   option, no policy. Debian 12 has 7.88.1, Debian 13 has 8.14.1. */
#pragma once

#include <curl/curl.h>
#include <openssl/ssl.h>
#include <stdint.h>
#include <string.h>

#if LIBCURL_VERSION_NUM < 0x075700
#error "libcurl 7.87 or newer is needed (CURLOPT_QUICK_EXIT)"
#endif

/* Multi handle. */

static inline CURLMcode ccurl_multi_set_socket_callback(CURLM *multi, curl_socket_callback callback, void *user) {
    CURLMcode code = curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, callback);
    return code ? code : curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, user);
}

static inline CURLMcode ccurl_multi_set_timer_callback(CURLM *multi, curl_multi_timer_callback callback, void *user) {
    CURLMcode code = curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, callback);
    return code ? code : curl_multi_setopt(multi, CURLMOPT_TIMERDATA, user);
}

static inline CURLMcode ccurl_multi_socket_ready(CURLM *multi, curl_socket_t socket, int readiness) {
    int running;
    return curl_multi_socket_action(multi, socket, readiness, &running);
}

static inline CURLMcode ccurl_multi_timer_fired(CURLM *multi) {
    int running;
    return curl_multi_socket_action(multi, CURL_SOCKET_TIMEOUT, 0, &running);
}

/* Idle connections that are kept. */
static inline CURLMcode ccurl_multi_set_max_connects(CURLM *multi, long count) {
    return curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, count);
}

/* Connections to one host at once; further transfers wait for one. */
static inline CURLMcode ccurl_multi_set_max_host_connections(CURLM *multi, long count) {
    return curl_multi_setopt(multi, CURLMOPT_MAX_HOST_CONNECTIONS, count);
}

/* The next transfer that has ended, with its result; NULL when there is none. */
static inline CURL *ccurl_multi_next_ended(CURLM *multi, CURLcode *result) {
    int remaining;
    CURLMsg *message;
    while ((message = curl_multi_info_read(multi, &remaining)) != NULL) {
        if (message->msg == CURLMSG_DONE) {
            *result = message->data.result;
            return message->easy_handle;
        }
    }
    return NULL;
}

/* Easy handle. libcurl copies every string, and the posted bytes; not the header list, the error buffer and the user pointers. */

/* A number of the caller's that comes back with the handle. */
static inline CURLcode ccurl_easy_set_number(CURL *easy, uintptr_t number) {
    return curl_easy_setopt(easy, CURLOPT_PRIVATE, (void *)number);
}

static inline uintptr_t ccurl_easy_number(CURL *easy) {
    char *number = NULL;
    curl_easy_getinfo(easy, CURLINFO_PRIVATE, &number);
    return (uintptr_t)number;
}

static inline CURLcode ccurl_easy_set_url(CURL *easy, const char *url) {
    return curl_easy_setopt(easy, CURLOPT_URL, url);
}

/* The schemes allowed, separated by commas. */
static inline CURLcode ccurl_easy_set_protocols(CURL *easy, const char *schemes) {
    return curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, schemes);
}

/* Makes the request a POST. */
static inline CURLcode ccurl_easy_set_post_copy(CURL *easy, const void *bytes, size_t count) {
    CURLcode code = curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)count);
    return code ? code : curl_easy_setopt(easy, CURLOPT_COPYPOSTFIELDS, bytes);
}

static inline CURLcode ccurl_easy_set_headers(CURL *easy, struct curl_slist *headers) {
    return curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
}

static inline CURLcode ccurl_easy_set_accept_encoding(CURL *easy, const char *encodings) {
    return curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, encodings);
}

/* The most that the write callback gets at once, before decoding; 1024 at least. */
static inline CURLcode ccurl_easy_set_buffer_size(CURL *easy, long bytes) {
    return curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, bytes);
}

static inline CURLcode ccurl_easy_set_write_callback(CURL *easy, curl_write_callback callback, void *user) {
    CURLcode code = curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, callback);
    return code ? code : curl_easy_setopt(easy, CURLOPT_WRITEDATA, user);
}

static inline CURLcode ccurl_easy_set_header_callback(CURL *easy, curl_write_callback callback, void *user) {
    CURLcode code = curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, callback);
    return code ? code : curl_easy_setopt(easy, CURLOPT_HEADERDATA, user);
}

/* A proxy's answer to CONNECT does not reach the header callback. */
static inline CURLcode ccurl_easy_set_suppress_connect_headers(CURL *easy) {
    return curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
}

/* CURL_ERROR_SIZE bytes. */
static inline CURLcode ccurl_easy_set_error_buffer(CURL *easy, char *buffer) {
    return curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, buffer);
}

static inline CURLcode ccurl_easy_set_connect_timeout(CURL *easy, long milliseconds) {
    return curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, milliseconds);
}

/* TLS 1.2 or newer, whatever the system's configuration of OpenSSL allows. */
static inline CURLcode ccurl_easy_set_tls_floor(CURL *easy) {
    return curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
}

static inline CURLcode ccurl_accept_bare_end(CURL *easy, void *context, void *user) {
    (void)easy, (void)user;
    SSL_CTX_set_options((SSL_CTX *)context, SSL_OP_IGNORE_UNEXPECTED_EOF);
    return CURLE_OK;
}

/* A connection that ends without a word of TLS ends as one that TLS has closed: libcurl then weighs what HTTP has announced. With
   OpenSSL from 3.2 on it fails otherwise. */
static inline CURLcode ccurl_easy_set_bare_end(CURL *easy) {
    return curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, ccurl_accept_bare_end);
}

/* An older connection is not used again. */
static inline CURLcode ccurl_easy_set_max_connection_age(CURL *easy, long seconds) {
    return curl_easy_setopt(easy, CURLOPT_MAXLIFETIME_CONN, seconds);
}

static inline CURLcode ccurl_easy_set_tcp_keepalive(CURL *easy) {
    return curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
}

/* Not HTTP/2, though it is offered. */
static inline CURLcode ccurl_easy_set_http_1_1(CURL *easy) {
    return curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
}

/* While a connection that may turn out to carry many transfers at once is being made, a transfer waits for it. */
static inline CURLcode ccurl_easy_set_wait_for_multiplexing(CURL *easy) {
    return curl_easy_setopt(easy, CURLOPT_PIPEWAIT, 1L);
}

/* Keeps what ccurl_easy_server_certificate tells. */
static inline CURLcode ccurl_easy_set_certificate_info(CURL *easy) {
    return curl_easy_setopt(easy, CURLOPT_CERTINFO, 1L);
}

/* A transfer that ends while its name is being resolved does not wait for the resolver's thread. */
/* A name's addresses in another order at each look-up, which is kept for so many seconds. */
static inline CURLcode ccurl_easy_set_shuffled_addresses(CURL *easy, long seconds) {
    CURLcode code = curl_easy_setopt(easy, CURLOPT_DNS_SHUFFLE_ADDRESSES, 1L);
    return code == CURLE_OK ? curl_easy_setopt(easy, CURLOPT_DNS_CACHE_TIMEOUT, seconds) : code;
}

static inline CURLcode ccurl_easy_set_quick_exit(CURL *easy) {
    return curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
}

/* Certificates to trust: one file, or a folder of files named by hash; NULL is none. */
static inline CURLcode ccurl_easy_set_ca(CURL *easy, const char *file, const char *folder) {
    CURLcode code = curl_easy_setopt(easy, CURLOPT_CAINFO, file);
    return code ? code : curl_easy_setopt(easy, CURLOPT_CAPATH, folder);
}

/* PEM files. */
static inline CURLcode ccurl_easy_set_client_certificate(CURL *easy, const char *certificate, const char *key) {
    CURLcode code = curl_easy_setopt(easy, CURLOPT_SSLCERT, certificate);
    return code ? code : curl_easy_setopt(easy, CURLOPT_SSLKEY, key);
}

/* 0 before the status line. */
static inline long ccurl_easy_response_code(CURL *easy) {
    long code = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &code);
    return code;
}

/* Both belong to the handle; NULL when the reply has none. */
static inline const char *ccurl_easy_content_type(CURL *easy) {
    char *type = NULL;
    curl_easy_getinfo(easy, CURLINFO_CONTENT_TYPE, &type);
    return type;
}

/* Seconds that the reply asks to wait, a date reckoned from now; 0 when it does not. */
static inline curl_off_t ccurl_easy_retry_after(CURL *easy) {
    curl_off_t seconds = 0;
    curl_easy_getinfo(easy, CURLINFO_RETRY_AFTER, &seconds);
    return seconds;
}

static inline const char *ccurl_easy_redirect_url(CURL *easy) {
    char *url = NULL;
    curl_easy_getinfo(easy, CURLINFO_REDIRECT_URL, &url);
    return url;
}

/* Microseconds from the start until the name was resolved; 0 before. */
static inline curl_off_t ccurl_easy_name_lookup_time(CURL *easy) {
    curl_off_t time = 0;
    curl_easy_getinfo(easy, CURLINFO_NAMELOOKUP_TIME_T, &time);
    return time;
}

/* Microseconds from the start until the request could be sent, TLS handshake included; 0 before. */
static inline curl_off_t ccurl_easy_pretransfer_time(CURL *easy) {
    curl_off_t time = 0;
    curl_easy_getinfo(easy, CURLINFO_PRETRANSFER_TIME_T, &time);
    return time;
}

/* The server's certificate in PEM, which belongs to the handle; NULL unless this transfer made its connection, with TLS. */
static inline const char *ccurl_easy_server_certificate(CURL *easy) {
    static const char name[] = "Cert:";
    struct curl_certinfo *chain = NULL;
    if (curl_easy_getinfo(easy, CURLINFO_CERTINFO, &chain) || chain == NULL || chain->num_of_certs < 1)
        return NULL;
    for (struct curl_slist *line = chain->certinfo[0]; line != NULL; line = line->next) {
        if (strncmp(line->data, name, sizeof name - 1) == 0)
            return line->data + sizeof name - 1;
    }
    return NULL;
}

/* Connections made for the transfer; 0 when it uses one that was there. */
static inline long ccurl_easy_new_connections(CURL *easy) {
    long count = 0;
    curl_easy_getinfo(easy, CURLINFO_NUM_CONNECTS, &count);
    return count;
}

/* Bytes of the body that have arrived, as they were sent. */
static inline curl_off_t ccurl_easy_received(CURL *easy) {
    curl_off_t count = 0;
    curl_easy_getinfo(easy, CURLINFO_SIZE_DOWNLOAD_T, &count);
    return count;
}

/* errno of the last failed connect, 0 for none. */
static inline long ccurl_easy_os_errno(CURL *easy) {
    long number = 0;
    curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &number);
    return number;
}

/* OpenSSL's X509_V_ERR_... of the peer's certificate. */
static inline long ccurl_easy_verify_result(CURL *easy) {
    long result = 0;
    curl_easy_getinfo(easy, CURLINFO_SSL_VERIFYRESULT, &result);
    return result;
}

/* The whole exchange. */
static inline CURLcode ccurl_easy_set_timeout(CURL *easy, long milliseconds) {
    return curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, milliseconds);
}

/* HTTP's version in the reply times ten: 10, 11, 20; 0 before there is one. */
static inline int ccurl_easy_http_version(CURL *easy) {
    long version = CURL_HTTP_VERSION_NONE;
    curl_easy_getinfo(easy, CURLINFO_HTTP_VERSION, &version);
    return version == CURL_HTTP_VERSION_2_0 ? 20 : version == CURL_HTTP_VERSION_1_1 ? 11 : version == CURL_HTTP_VERSION_1_0 ? 10 : 0;
}

/* The address at the connection's other end; it belongs to the handle. */
static inline const char *ccurl_easy_peer_address(CURL *easy) {
    char *address = NULL;
    curl_easy_getinfo(easy, CURLINFO_PRIMARY_IP, &address);
    return address;
}
