// The part of PKCS #11 (OASIS, version 2.40) that is used: its numbers, its structures, and its
// functions by their places in a module's list.
#pragma once
#include <features.h>

#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

typedef unsigned long cryptoki_word;

enum {
    CRYPTOKI_OK = 0x0,
    CRYPTOKI_PIN_INCORRECT = 0xA0,
    CRYPTOKI_PIN_LOCKED = 0xA4,
    CRYPTOKI_ALREADY_LOGGED_IN = 0x100,
    CRYPTOKI_ALREADY_INITIALIZED = 0x191,

    CRYPTOKI_CLASS_CERTIFICATE = 1,
    CRYPTOKI_CLASS_PUBLIC_KEY = 2,
    CRYPTOKI_CLASS_PRIVATE_KEY = 3,

    CRYPTOKI_CLASS = 0x0,
    CRYPTOKI_ON_TOKEN = 0x1,
    CRYPTOKI_PRIVATE = 0x2,
    CRYPTOKI_LABEL = 0x3,
    CRYPTOKI_VALUE = 0x11,
    CRYPTOKI_CERTIFICATE_TYPE = 0x80,
    CRYPTOKI_ISSUER = 0x81,
    CRYPTOKI_SERIAL_NUMBER = 0x82,
    CRYPTOKI_KEY_TYPE = 0x100,
    CRYPTOKI_SUBJECT = 0x101,
    CRYPTOKI_ID = 0x102,
    CRYPTOKI_SENSITIVE = 0x103,
    CRYPTOKI_SIGN = 0x108,
    CRYPTOKI_VERIFY = 0x10A,
    CRYPTOKI_MODULUS = 0x120,
    CRYPTOKI_MODULUS_BITS = 0x121,
    CRYPTOKI_PUBLIC_EXPONENT = 0x122,
    CRYPTOKI_PRIVATE_EXPONENT = 0x123,
    CRYPTOKI_PRIME_1 = 0x124,
    CRYPTOKI_PRIME_2 = 0x125,
    CRYPTOKI_EXPONENT_1 = 0x126,
    CRYPTOKI_EXPONENT_2 = 0x127,
    CRYPTOKI_COEFFICIENT = 0x128,
    CRYPTOKI_EXTRACTABLE = 0x162,
    CRYPTOKI_EC_PARAMS = 0x180,
    CRYPTOKI_EC_POINT = 0x181,

    CRYPTOKI_X509 = 0x0,
    CRYPTOKI_KEY_RSA = 0x0,
    CRYPTOKI_KEY_EC = 0x3,

    CRYPTOKI_RSA_KEY_PAIR = 0x0,
    CRYPTOKI_EC_KEY_PAIR = 0x1040,
    CRYPTOKI_RSA_PKCS = 0x1,
    CRYPTOKI_RSA_PSS = 0xD,
    CRYPTOKI_ECDSA = 0x1041,

    CRYPTOKI_USER = 1,
    CRYPTOKI_WRITING_SESSION = 2,
    CRYPTOKI_SERIAL_SESSION = 4,

    CRYPTOKI_WRITE_PROTECTED = 0x2,
    CRYPTOKI_LOGIN_REQUIRED = 0x4,
    CRYPTOKI_USER_PIN_INITIALIZED = 0x8,
    CRYPTOKI_TOKEN_INITIALIZED = 0x400,
    CRYPTOKI_USER_PIN_COUNT_LOW = 0x10000,
    CRYPTOKI_USER_PIN_FINAL_TRY = 0x20000,
    CRYPTOKI_USER_PIN_LOCKED = 0x40000,
};

// Text is padded with blanks and not ended.
struct cryptoki_token {
    unsigned char label[32];
    unsigned char manufacturer[32];
    unsigned char model[16];
    unsigned char serial[16];
    cryptoki_word flags;
    cryptoki_word counts[10];
    unsigned char versions[4];
    unsigned char time[16];
};

struct cryptoki_attribute {
    cryptoki_word type;
    void *value;
    cryptoki_word length;
};

struct cryptoki_mechanism {
    cryptoki_word mechanism;
    void *parameter;
    cryptoki_word length;
};

struct cryptoki_pss {
    cryptoki_word hash;
    cryptoki_word mask;
    cryptoki_word salt;
};

struct cryptoki_functions {
    unsigned char version[2];
    void *functions[68];
};

static inline const struct cryptoki_functions *cryptoki_load(const char *path)
{
    void *module = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!module)
        return NULL;
    cryptoki_word (*list)(const struct cryptoki_functions **) =
        (cryptoki_word (*)(const struct cryptoki_functions **))dlsym(module, "C_GetFunctionList");
    const struct cryptoki_functions *functions = NULL;
    if (!list || list(&functions) != CRYPTOKI_OK)
        return NULL;
    return functions;
}

static inline const char *cryptoki_load_error(void)
{
    const char *error = dlerror();
    return error ? error : "it is no PKCS #11 module";
}

// C_Initialize: the module may use the threads and locks of the system.
static inline cryptoki_word cryptoki_initialize(const struct cryptoki_functions *list)
{
    struct {
        void *functions[4];
        cryptoki_word flags;
        void *reserved;
    } arguments = {{NULL}, 2, NULL};
    return ((cryptoki_word (*)(void *))list->functions[0])(&arguments);
}

// C_Finalize
static inline cryptoki_word cryptoki_finalize(const struct cryptoki_functions *list)
{
    return ((cryptoki_word (*)(void *))list->functions[1])(NULL);
}

// C_GetSlotList: those with a token.
static inline cryptoki_word cryptoki_slots(
    const struct cryptoki_functions *list, cryptoki_word *slots, cryptoki_word *count)
{
    return ((cryptoki_word (*)(unsigned char, cryptoki_word *, cryptoki_word *))
                list->functions[4])(1, slots, count);
}

// C_GetTokenInfo
static inline cryptoki_word cryptoki_token_info(
    const struct cryptoki_functions *list, cryptoki_word slot, struct cryptoki_token *token)
{
    return ((cryptoki_word (*)(cryptoki_word, struct cryptoki_token *))list->functions[6])(
        slot, token);
}

// C_GetMechanismList
static inline cryptoki_word cryptoki_mechanisms(
    const struct cryptoki_functions *list, cryptoki_word slot, cryptoki_word *mechanisms,
    cryptoki_word *count)
{
    return ((cryptoki_word (*)(cryptoki_word, cryptoki_word *, cryptoki_word *))
                list->functions[7])(slot, mechanisms, count);
}

// C_SetPIN: of who is logged in
static inline cryptoki_word cryptoki_set_pin(
    const struct cryptoki_functions *list, cryptoki_word session, const void *old,
    cryptoki_word old_length, const void *pin, cryptoki_word length)
{
    return ((cryptoki_word (*)(
        cryptoki_word, const void *, cryptoki_word, const void *, cryptoki_word))
                list->functions[11])(session, old, old_length, pin, length);
}

// C_OpenSession, to read and to sign, or to write too
static inline cryptoki_word cryptoki_open(
    const struct cryptoki_functions *list, cryptoki_word slot, int writes,
    cryptoki_word *session)
{
    cryptoki_word flags = CRYPTOKI_SERIAL_SESSION | (writes ? CRYPTOKI_WRITING_SESSION : 0);
    return ((cryptoki_word (*)(cryptoki_word, cryptoki_word, void *, void *, cryptoki_word *))
                list->functions[12])(slot, flags, NULL, NULL, session);
}

// C_CloseSession
static inline cryptoki_word cryptoki_close(
    const struct cryptoki_functions *list, cryptoki_word session)
{
    return ((cryptoki_word (*)(cryptoki_word))list->functions[13])(session);
}

// C_Login
static inline cryptoki_word cryptoki_login(
    const struct cryptoki_functions *list, cryptoki_word session, const void *pin,
    cryptoki_word length)
{
    return ((cryptoki_word (*)(cryptoki_word, cryptoki_word, const void *, cryptoki_word))
                list->functions[18])(session, CRYPTOKI_USER, pin, length);
}

// C_CreateObject
static inline cryptoki_word cryptoki_create(
    const struct cryptoki_functions *list, cryptoki_word session,
    struct cryptoki_attribute *attributes, cryptoki_word count, cryptoki_word *object)
{
    return ((cryptoki_word (*)(
        cryptoki_word, struct cryptoki_attribute *, cryptoki_word, cryptoki_word *))
                list->functions[20])(session, attributes, count, object);
}

// C_DestroyObject
static inline cryptoki_word cryptoki_destroy(
    const struct cryptoki_functions *list, cryptoki_word session, cryptoki_word object)
{
    return ((cryptoki_word (*)(cryptoki_word, cryptoki_word))list->functions[22])(
        session, object);
}

// C_GetAttributeValue
static inline cryptoki_word cryptoki_get(
    const struct cryptoki_functions *list, cryptoki_word session, cryptoki_word object,
    struct cryptoki_attribute *attributes, cryptoki_word count)
{
    return ((cryptoki_word (*)(
        cryptoki_word, cryptoki_word, struct cryptoki_attribute *, cryptoki_word))
                list->functions[24])(session, object, attributes, count);
}

// C_FindObjectsInit, C_FindObjects, C_FindObjectsFinal
static inline cryptoki_word cryptoki_find(
    const struct cryptoki_functions *list, cryptoki_word session,
    struct cryptoki_attribute *attributes, cryptoki_word count, cryptoki_word *objects,
    cryptoki_word room, cryptoki_word *found)
{
    cryptoki_word code = ((cryptoki_word (*)(
        cryptoki_word, struct cryptoki_attribute *, cryptoki_word))
                              list->functions[26])(session, attributes, count);
    if (code != CRYPTOKI_OK)
        return code;
    code = ((cryptoki_word (*)(cryptoki_word, cryptoki_word *, cryptoki_word, cryptoki_word *))
                list->functions[27])(session, objects, room, found);
    ((cryptoki_word (*)(cryptoki_word))list->functions[28])(session);
    return code;
}

// C_SignInit, C_Sign
static inline cryptoki_word cryptoki_sign(
    const struct cryptoki_functions *list, cryptoki_word session, cryptoki_word key,
    struct cryptoki_mechanism *mechanism, const void *octets, cryptoki_word count,
    void *signature, cryptoki_word *length)
{
    cryptoki_word code = ((cryptoki_word (*)(
        cryptoki_word, struct cryptoki_mechanism *, cryptoki_word))
                              list->functions[42])(session, mechanism, key);
    if (code != CRYPTOKI_OK)
        return code;
    return ((cryptoki_word (*)(
        cryptoki_word, const void *, cryptoki_word, void *, cryptoki_word *))
                list->functions[43])(session, octets, count, signature, length);
}

// C_GenerateKeyPair, by a mechanism without a parameter
static inline cryptoki_word cryptoki_generate(
    const struct cryptoki_functions *list, cryptoki_word session, cryptoki_word number,
    struct cryptoki_attribute *public_half, cryptoki_word public_count,
    struct cryptoki_attribute *private_half, cryptoki_word private_count,
    cryptoki_word *public_key, cryptoki_word *private_key)
{
    struct cryptoki_mechanism mechanism = {number, NULL, 0};
    return ((cryptoki_word (*)(
        cryptoki_word, struct cryptoki_mechanism *, struct cryptoki_attribute *, cryptoki_word,
        struct cryptoki_attribute *, cryptoki_word, cryptoki_word *, cryptoki_word *))
                list->functions[59])(
        session, &mechanism, public_half, public_count, private_half, private_count, public_key,
        private_key);
}
