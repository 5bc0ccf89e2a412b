#pragma once

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>
#include <stdbool.h>
#include <stddef.h>
#include <limits.h>

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
