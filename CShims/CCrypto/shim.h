#pragma once

#include <limits.h>
#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/param_build.h>
#include <openssl/params.h>
#include <openssl/pem.h>
#include <openssl/sha.h>
#include <openssl/x509.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
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

enum { ccrypto_key_size = 32, ccrypto_nonce_size = 12, ccrypto_tag_size = 16 };

/* AES-256-GCM (NIST SP 800-38D): `sealed` holds `size` bytes and the tag behind them. */
static inline bool ccrypto_seal(
    const unsigned char *key, const unsigned char *nonce, const unsigned char *plain, size_t size, unsigned char *sealed) {
    EVP_CIPHER_CTX *context = size <= INT_MAX ? EVP_CIPHER_CTX_new() : NULL;
    int written = 0, rest = 0;
    bool is_sealed = context != NULL && EVP_EncryptInit_ex(context, EVP_aes_256_gcm(), NULL, key, nonce) == 1
        && EVP_EncryptUpdate(context, sealed, &written, plain, (int)size) == 1
        && EVP_EncryptFinal_ex(context, sealed + written, &rest) == 1
        && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, ccrypto_tag_size, sealed + size) == 1;
    EVP_CIPHER_CTX_free(context);
    return is_sealed;
}

/* `sealed` holds `size` bytes and the tag behind them. False when a bit of them is another one than was sealed. */
static inline bool ccrypto_unseal(
    const unsigned char *key, const unsigned char *nonce, const unsigned char *sealed, size_t size, unsigned char *plain) {
    EVP_CIPHER_CTX *context = size <= INT_MAX ? EVP_CIPHER_CTX_new() : NULL;
    int written = 0, rest = 0;
    bool is_good = context != NULL && EVP_DecryptInit_ex(context, EVP_aes_256_gcm(), NULL, key, nonce) == 1
        && EVP_DecryptUpdate(context, plain, &written, sealed, (int)size) == 1
        && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_TAG, ccrypto_tag_size, (void *)(sealed + size)) == 1
        && EVP_DecryptFinal_ex(context, plain + written, &rest) == 1;
    EVP_CIPHER_CTX_free(context);
    ERR_clear_error();
    return is_good;
}

/* scrypt (RFC 7914), by libcrypto's EVP_KDF. `key` holds ccrypto_key_size bytes. */
static inline bool ccrypto_scrypt(
    const unsigned char *password, size_t password_size, const unsigned char *salt, size_t salt_size, uint64_t n, uint64_t r,
    uint64_t p, uint64_t memory_limit, unsigned char *key) {
    return EVP_PBE_scrypt(
               (const char *)password, password_size, salt, salt_size, n, r, p, memory_limit, key, ccrypto_key_size) == 1;
}

/* X25519 (RFC 7748): the public key of a private one; each has ccrypto_key_size bytes. */
static inline bool ccrypto_x25519_public(const unsigned char *private_key, unsigned char *public_key) {
    EVP_PKEY *own = EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, NULL, private_key, ccrypto_key_size);
    size_t size = ccrypto_key_size;
    bool is_made = own != NULL && EVP_PKEY_get_raw_public_key(own, public_key, &size) == 1 && size == ccrypto_key_size;
    EVP_PKEY_free(own);
    return is_made;
}

/* X25519: what both sides compute. False when `peer` is no key of use (RFC 7748, section 6.1: all zeros). */
static inline bool ccrypto_x25519_shared(
    const unsigned char *private_key, const unsigned char *peer, unsigned char *shared) {
    EVP_PKEY *own = EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, NULL, private_key, ccrypto_key_size);
    EVP_PKEY *other = EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, NULL, peer, ccrypto_key_size);
    EVP_PKEY_CTX *context = own != NULL && other != NULL ? EVP_PKEY_CTX_new(own, NULL) : NULL;
    size_t size = ccrypto_key_size;
    bool is_made = context != NULL && EVP_PKEY_derive_init(context) == 1 && EVP_PKEY_derive_set_peer(context, other) == 1
        && EVP_PKEY_derive(context, shared, &size) == 1 && size == ccrypto_key_size;
    EVP_PKEY_CTX_free(context);
    EVP_PKEY_free(other);
    EVP_PKEY_free(own);
    ERR_clear_error();
    return is_made;
}

/* SHA-256 over bytes that come one after the other; to be freed. NULL without memory. */
static inline EVP_MD_CTX *ccrypto_sha256_begin(void) {
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    if (context != NULL && EVP_DigestInit_ex(context, EVP_sha256(), NULL) != 1) {
        EVP_MD_CTX_free(context);
        context = NULL;
    }
    return context;
}

/* Of what has come so far; more may come. `digest` holds ccrypto_sha256_size bytes. */
static inline bool ccrypto_sha256_value(const EVP_MD_CTX *context, unsigned char *digest) {
    EVP_MD_CTX *copy = EVP_MD_CTX_new();
    bool is_made = copy != NULL && EVP_MD_CTX_copy_ex(copy, context) == 1 && EVP_DigestFinal_ex(copy, digest, NULL) == 1;
    EVP_MD_CTX_free(copy);
    return is_made;
}

enum { ccrypto_sm2_signature_size = 64, ccrypto_sm2_private_size = 32, ccrypto_sm2_compressed_size = 33 };

/* An SM2 key (GB/T 32918) of 64 bytes, X and Y, or of 33, a compressed point; NULL when it is no point of the curve. `private_key`,
   which may be NULL, has 32 bytes. To be freed. */
static inline EVP_PKEY *ccrypto_sm2_key(const unsigned char *point, size_t size, const BIGNUM *private_key) {
    unsigned char encoded[65] = { 4 };
    if (size != 64 && size != ccrypto_sm2_compressed_size)
        return NULL;
    memcpy(size == 64 ? encoded + 1 : encoded, point, size);
    EVP_PKEY *key = NULL;
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "SM2", NULL);
    OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
    if (context != NULL && builder != NULL
        && OSSL_PARAM_BLD_push_utf8_string(builder, OSSL_PKEY_PARAM_GROUP_NAME, "SM2", 0) == 1
        && OSSL_PARAM_BLD_push_octet_string(builder, OSSL_PKEY_PARAM_PUB_KEY, encoded, size == 64 ? 65 : size) == 1
        && (private_key == NULL || OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_PRIV_KEY, private_key) == 1)) {
        OSSL_PARAM *parameters = OSSL_PARAM_BLD_to_param(builder);
        if (parameters == NULL || EVP_PKEY_fromdata_init(context) != 1
            || EVP_PKEY_fromdata(context, &key, private_key == NULL ? EVP_PKEY_PUBLIC_KEY : EVP_PKEY_KEYPAIR, parameters) != 1)
            key = NULL;
        OSSL_PARAM_free(parameters);
    }
    OSSL_PARAM_BLD_free(builder);
    EVP_PKEY_CTX_free(context);
    ERR_clear_error();
    return key;
}

/* A context for SM2 over SM3 with the identity that the transport ministry's code and most of China use by default. libcrypto leaves it
   empty unless told. */
static inline EVP_MD_CTX *ccrypto_sm2_context(EVP_PKEY *key, EVP_PKEY_CTX **key_context) {
    static const char identity[] = "1234567812345678";
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    *key_context = key != NULL ? EVP_PKEY_CTX_new(key, NULL) : NULL;
    if (context != NULL && *key_context != NULL && EVP_PKEY_CTX_set1_id(*key_context, identity, sizeof identity - 1) > 0) {
        EVP_MD_CTX_set_pkey_ctx(context, *key_context);
        return context;
    }
    EVP_MD_CTX_free(context);
    return NULL;
}

/* Whether the bytes are a point of SM2's curve. */
static inline bool ccrypto_sm2_is_point(const unsigned char *point, size_t size) {
    EVP_PKEY *key = ccrypto_sm2_key(point, size, NULL);
    EVP_PKEY_free(key);
    return key != NULL;
}

/* One INTEGER of minimal DER out of 32 bytes, most significant first. Returns its size, at most 35. */
static inline size_t ccrypto_sm2_integer(const unsigned char *value, unsigned char *der) {
    size_t start = 0;
    while (start < 31 && value[start] == 0)
        start++;
    const size_t padding = value[start] >> 7, size = 32 - start;
    der[0] = 0x02;
    der[1] = (unsigned char)(padding + size);
    der[2] = 0;
    memcpy(der + 2 + padding, value + start, size);
    return 2 + padding + size;
}

/* Whether `signature`, r and s of 32 bytes each, is that of `message` by the holder of the key. */
static inline bool ccrypto_sm2_verify(
    const unsigned char *message, size_t message_size, const unsigned char *signature, const unsigned char *point,
    size_t point_size) {
    unsigned char der[72] = { 0x30 };
    size_t size = 2;
    size += ccrypto_sm2_integer(signature, der + size);
    size += ccrypto_sm2_integer(signature + 32, der + size);
    der[1] = (unsigned char)(size - 2);
    EVP_PKEY *key = ccrypto_sm2_key(point, point_size, NULL);
    EVP_PKEY_CTX *key_context = NULL;
    EVP_MD_CTX *context = ccrypto_sm2_context(key, &key_context);
    const bool is_signed = context != NULL && EVP_DigestVerifyInit(context, NULL, EVP_sm3(), NULL, key) == 1
        && EVP_DigestVerify(context, der, size, message, message_size) == 1;
    EVP_MD_CTX_free(context);
    EVP_PKEY_CTX_free(key_context);
    EVP_PKEY_free(key);
    ERR_clear_error();
    return is_signed;
}

/* The public point of a private key of 32 bytes, compressed. False when the key is not of the curve's order. */
static inline bool ccrypto_sm2_public(const unsigned char *private_key, unsigned char *point) {
    EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_sm2);
    BIGNUM *secret = BN_bin2bn(private_key, ccrypto_sm2_private_size, NULL);
    EC_POINT *product = group != NULL ? EC_POINT_new(group) : NULL;
    const bool is_made = product != NULL && secret != NULL && !BN_is_zero(secret)
        && BN_cmp(secret, EC_GROUP_get0_order(group)) < 0 && EC_POINT_mul(group, product, secret, NULL, NULL, NULL) == 1
        && EC_POINT_point2oct(group, product, POINT_CONVERSION_COMPRESSED, point, ccrypto_sm2_compressed_size, NULL)
            == ccrypto_sm2_compressed_size;
    EC_POINT_free(product);
    BN_clear_free(secret);
    EC_GROUP_free(group);
    ERR_clear_error();
    return is_made;
}

/* X and Y, 64 bytes, of a compressed point. */
static inline bool ccrypto_sm2_coordinates(const unsigned char *compressed, unsigned char *coordinates) {
    unsigned char encoded[65];
    EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_sm2);
    EC_POINT *point = group != NULL ? EC_POINT_new(group) : NULL;
    const bool is_made = point != NULL
        && EC_POINT_oct2point(group, point, compressed, ccrypto_sm2_compressed_size, NULL) == 1
        && EC_POINT_point2oct(group, point, POINT_CONVERSION_UNCOMPRESSED, encoded, sizeof encoded, NULL) == sizeof encoded;
    if (is_made)
        memcpy(coordinates, encoded + 1, 64);
    EC_POINT_free(point);
    EC_GROUP_free(group);
    ERR_clear_error();
    return is_made;
}

/* Signs with a private key of 32 bytes whose compressed point is `point`; `signature` holds r and s, 64 bytes. */
static inline bool ccrypto_sm2_sign(
    const unsigned char *message, size_t message_size, const unsigned char *private_key, const unsigned char *point,
    unsigned char *signature) {
    unsigned char der[80];
    size_t size = sizeof der;
    BIGNUM *secret = BN_bin2bn(private_key, ccrypto_sm2_private_size, NULL);
    EVP_PKEY *key = secret != NULL ? ccrypto_sm2_key(point, ccrypto_sm2_compressed_size, secret) : NULL;
    EVP_PKEY_CTX *key_context = NULL;
    EVP_MD_CTX *context = ccrypto_sm2_context(key, &key_context);
    bool is_signed = context != NULL && EVP_DigestSignInit(context, NULL, EVP_sm3(), NULL, key) == 1
        && EVP_DigestSign(context, der, &size, message, message_size) == 1;
    if (is_signed) {
        const unsigned char *rest = der;
        ECDSA_SIG *pair = d2i_ECDSA_SIG(NULL, &rest, (long)size);
        is_signed = pair != NULL && BN_bn2binpad(ECDSA_SIG_get0_r(pair), signature, 32) == 32
            && BN_bn2binpad(ECDSA_SIG_get0_s(pair), signature + 32, 32) == 32;
        ECDSA_SIG_free(pair);
    }
    EVP_MD_CTX_free(context);
    EVP_PKEY_CTX_free(key_context);
    EVP_PKEY_free(key);
    BN_clear_free(secret);
    ERR_clear_error();
    return is_signed;
}
