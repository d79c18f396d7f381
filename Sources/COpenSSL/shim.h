#pragma once
#include <features.h>
// libcrypto's macros put the path of the file that calls them into the program otherwise.
#define OPENSSL_NO_FILENAMES
#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/dh.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/ocsp.h>
#include <openssl/params.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

// Macros that Swift does not see.

// In locked memory, while there is room there.
static inline void *COpenSSL_secure_malloc(size_t count)
{
    void *block = OPENSSL_secure_malloc(count);
    return block != NULL ? block : OPENSSL_malloc(count);
}

static inline void COpenSSL_free(void *block)
{
    OPENSSL_free(block);
}

static inline void COpenSSL_secure_clear_free(void *block, size_t count)
{
    OPENSSL_secure_clear_free(block, count);
}

static inline long COpenSSL_BIO_get_mem_data(BIO *bio, char **data)
{
    return BIO_get_mem_data(bio, data);
}

static inline int COpenSSL_EVP_PKEY_KEYPAIR(void)
{
    return EVP_PKEY_KEYPAIR;
}

static inline int COpenSSL_EVP_PKEY_KEY_PARAMETERS(void)
{
    return EVP_PKEY_KEY_PARAMETERS;
}

static inline unsigned long COpenSSL_ASN1_STRFLGS_RFC2253(void)
{
    return ASN1_STRFLGS_RFC2253;
}

// An OSSL_PARAM keeps the address of its name: a C literal stays where it is, while Swift lends the
// address of a String for the one call only.

static inline OSSL_PARAM COpenSSL_digest_parameter(const char *digest)
{
    return OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, (char *)digest, 0);
}

static inline OSSL_PARAM COpenSSL_private_key_parameter(const void *octets, size_t count)
{
    return OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PRIV_KEY, (void *)octets, count);
}

static inline OSSL_PARAM COpenSSL_public_key_parameter(const void *octets, size_t count)
{
    return OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, (void *)octets, count);
}

static inline OSSL_PARAM COpenSSL_cipher_parameter(const char *cipher)
{
    return OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_CIPHER, (char *)cipher, 0);
}

// Numbers in the machine's order of octets.

static inline OSSL_PARAM COpenSSL_prime_parameter(void *octets, size_t count)
{
    return OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_FFC_P, octets, count);
}

static inline OSSL_PARAM COpenSSL_generator_parameter(void *octets, size_t count)
{
    return OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_FFC_G, octets, count);
}

static inline OSSL_PARAM COpenSSL_private_bits_parameter(int *bits)
{
    return OSSL_PARAM_construct_int(OSSL_PKEY_PARAM_DH_PRIV_LEN, bits);
}
