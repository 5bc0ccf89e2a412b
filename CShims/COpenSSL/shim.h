/* TLS over a nonblocking descriptor by libssl, and the digest that a WebSocket handshake needs. */
#pragma once

#include <errno.h>
#include <limits.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* The base64 of a SHA-1, with the zero that OpenSSL puts behind it. */
enum { copenssl_sha1_base64_size = 29 };

static inline bool copenssl_sha1_base64(const unsigned char *bytes, size_t count, unsigned char *text) {
    unsigned char digest[SHA_DIGEST_LENGTH];
    return EVP_Digest(bytes, count, digest, NULL, EVP_sha1(), NULL) == 1
        && EVP_EncodeBlock(text, digest, SHA_DIGEST_LENGTH) == copenssl_sha1_base64_size - 1;
}

static inline int copenssl_no_password(char *buffer, int size, int writing, void *user) {
    (void)buffer, (void)size, (void)writing, (void)user;
    return 0;
}

/* The reason of the oldest error of this thread, never NULL; forgets all. */
static inline const char *copenssl_reason(void) {
    unsigned long error = ERR_peek_error();
    const char *reason = ERR_SYSTEM_ERROR(error) ? strerror(ERR_GET_REASON(error)) : ERR_reason_error_string(error);
    ERR_clear_error();
    return reason != NULL ? reason : "unknown reason";
}

enum copenssl_context_error { copenssl_no_context, copenssl_bad_certificate, copenssl_bad_key };

/* A server's settings: TLS 1.2 and newer, no renegotiation, no session kept, little memory for a connection that is idle.
   NULL on failure, with what failed in `error` and the reason for copenssl_reason. */
static inline SSL_CTX *copenssl_server_context(const char *certificate, const char *key, enum copenssl_context_error *error) {
    ERR_clear_error();
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    *error = copenssl_no_context;
    if (context == NULL) return NULL;
    /* Lest a key with a password makes libssl ask for it on the terminal. */
    SSL_CTX_set_default_passwd_cb(context, copenssl_no_password);
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_NO_TICKET);
    SSL_CTX_set_num_tickets(context, 0);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
    bool is_made = SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1;
    if (is_made) {
        *error = copenssl_bad_certificate;
        is_made = SSL_CTX_use_certificate_chain_file(context, certificate) == 1;
    }
    if (is_made) {
        *error = copenssl_bad_key;
        is_made = SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) == 1 && SSL_CTX_check_private_key(context) == 1;
    }
    if (is_made) return context;
    SSL_CTX_free(context);
    return NULL;
}

/* A server's end of a session; the handshake happens in the first reads. The descriptor stays the caller's. NULL without memory. */
static inline SSL *copenssl_session(SSL_CTX *context, int descriptor) {
    ERR_clear_error();
    SSL *session = SSL_new(context);
    if (session == NULL) return NULL;
    if (SSL_set_fd(session, descriptor) != 1) {
        SSL_free(session);
        return NULL;
    }
    SSL_set_accept_state(session);
    return session;
}

enum { copenssl_ended = 0, copenssl_wants_read = -1, copenssl_wants_write = -2, copenssl_failed = -3 };

static inline int copenssl_outcome(SSL *session, int result) {
    if (result > 0) return result;
    int outcome = copenssl_failed;
    switch (SSL_get_error(session, result)) {
    case SSL_ERROR_WANT_READ: outcome = copenssl_wants_read; break;
    case SSL_ERROR_WANT_WRITE: outcome = copenssl_wants_write; break;
    case SSL_ERROR_ZERO_RETURN: outcome = copenssl_ended; break;
    default: break;
    }
    ERR_clear_error();
    return outcome;
}

/* Each returns a count of bytes, or one of the values above. */
static inline int copenssl_read(SSL *session, void *buffer, size_t room) {
    return copenssl_outcome(session, SSL_read(session, buffer, room < INT_MAX ? (int)room : INT_MAX));
}

/* After copenssl_wants_write the same bytes must be offered again. */
static inline int copenssl_write(SSL *session, const void *bytes, size_t count) {
    return copenssl_outcome(session, SSL_write(session, bytes, count < INT_MAX ? (int)count : INT_MAX));
}

/* Tells the peer that no more comes, if that goes at once. */
static inline void copenssl_finish_sending(SSL *session) {
    if (SSL_is_init_finished(session)) SSL_shutdown(session);
    ERR_clear_error();
}
