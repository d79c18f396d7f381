#pragma once
#include <features.h>
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
#include <openssl/params.h>
#include <openssl/rand.h>
#include <openssl/x509.h>

// Macros that Swift does not see.

static inline void *COpenSSL_malloc(size_t count)
{
    return OPENSSL_malloc(count);
}

static inline void COpenSSL_free(void *block)
{
    OPENSSL_free(block);
}

static inline void COpenSSL_clear_free(void *block, size_t count)
{
    OPENSSL_clear_free(block, count);
}

static inline long COpenSSL_BIO_get_mem_data(BIO *bio, char **data)
{
    return BIO_get_mem_data(bio, data);
}

static inline int COpenSSL_EVP_PKEY_KEYPAIR(void)
{
    return EVP_PKEY_KEYPAIR;
}
