#pragma once

#include <limits.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/sha.h>
#include <openssl/x509.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

enum { ccrypto_sha256_size = SHA256_DIGEST_LENGTH };

/* EVP_sha256() and the size out-parameter stay on this side; `code` holds ccrypto_sha256_size bytes. */
static inline bool ccrypto_hmac_sha256(
    const unsigned char *key, size_t key_size, const unsigned char *message, size_t message_size, unsigned char *code) {
    unsigned int size = 0;
    return key_size <= INT_MAX
        && HMAC(EVP_sha256(), key, (int)key_size, message, message_size, code, &size) != NULL
        && size == ccrypto_sha256_size;
}

/* `digest` holds ccrypto_sha256_size bytes. */
static inline bool ccrypto_sha256(const unsigned char *message, size_t message_size, unsigned char *digest) {
    return EVP_Digest(message, message_size, digest, NULL, EVP_sha256(), NULL) == 1;
}

/* PBKDF2 (RFC 8018) with HMAC-SHA-256; `hash` holds ccrypto_sha256_size bytes. */
static inline bool ccrypto_pbkdf2_sha256(
    const unsigned char *password, size_t password_size, const unsigned char *salt, size_t salt_size, int iterations,
    unsigned char *hash) {
    return password_size <= INT_MAX && salt_size <= INT_MAX
        && PKCS5_PBKDF2_HMAC((const char *)password, (int)password_size, salt, (int)salt_size, iterations, EVP_sha256(),
               ccrypto_sha256_size, hash) == 1;
}

/* The ends of validity, in seconds since 1970, of the certificates in a PEM text, at most `capacity`; blocks of other kinds are
   passed over. Returns how many, -1 if one is damaged. */
static inline int ccrypto_certificate_expiries(const unsigned char *pem, size_t size, int64_t *expiries, int capacity) {
    BIO *input = size <= INT_MAX ? BIO_new_mem_buf(pem, (int)size) : NULL;
    if (input == NULL)
        return -1;
    int count = 0;
    while (count >= 0 && count < capacity) {
        /* The last argument is a password, lest libcrypto asks for one on the terminal. */
        X509 *certificate = PEM_read_bio_X509(input, NULL, NULL, (void *)"");
        if (certificate == NULL) {
            if (ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE)
                count = -1;
            break;
        }
        struct tm expiry;
        if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &expiry) == 1)
            expiries[count++] = timegm(&expiry);
        else
            count = -1;
        X509_free(certificate);
    }
    ERR_clear_error();
    BIO_free(input);
    return count;
}
