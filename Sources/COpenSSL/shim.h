#pragma once
#include <features.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
