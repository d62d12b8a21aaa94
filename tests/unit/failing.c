/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each wrapped function counts its calls while a test asks for it, and fails when its turn has come. */
#include "tests/unit/failing.h"

#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/provider.h>
#include <openssl/rsa.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "validate/dnssec/verifier.h"
#include "validate/wire/arena.h"

static struct {
	bool armed;
	enum failing_kind kind;
	unsigned left;		/* calls before the one that fails */
	const char *name;
} plan;

void failing_begin(enum failing_kind kind, unsigned at)
{
	plan.armed = true;
	plan.kind = kind;
	plan.left = at;
	plan.name = NULL;
}

bool failing_end(void)
{
	plan.armed = false;
	return plan.name != NULL;
}

const char *failing_name(void)
{
	return plan.name == NULL ? "nothing" : plan.name;
}

static bool fails(enum failing_kind kind, const char *name)
{
	bool is_library = kind == FAILING_LIBRARY;
	bool wanted = plan.kind == kind || (is_library && plan.kind == FAILING_REFUSAL) ||
		(kind == FAILING_BUDGET && plan.kind == FAILING_BUDGET_MEMORY);
	if (!plan.armed || !wanted || plan.name != NULL || plan.left-- > 0) {
		return false;
	}
	if (plan.kind == FAILING_BUDGET_MEMORY) {
		plan.kind = FAILING_MEMORY;
		plan.left = 0;
		return true;
	}
	plan.name = name;
	if (is_library) {
		ERR_raise(ERR_LIB_EVP, plan.kind == FAILING_LIBRARY ? ERR_R_MALLOC_FAILURE : ERR_R_PASSED_INVALID_ARGUMENT);
	}
	return true;
}

/* A wrapped function: its type, name, parameters, arguments, kind, and what it gives when it fails. */
#define WRAP(type, name, parameters, arguments, kind, failure) \
	type __real_##name parameters; \
	type __wrap_##name parameters; \
	type __wrap_##name parameters \
	{ \
		return fails(kind, #name) ? failure : __real_##name arguments; \
	}

#define MEMORY(name, parameters, arguments) WRAP(void *, name, parameters, arguments, FAILING_MEMORY, NULL)
MEMORY(malloc, (size_t size), (size))
MEMORY(calloc, (size_t count, size_t size), (count, size))
MEMORY(realloc, (void *old, size_t size), (old, size))
MEMORY(arena_alloc, (struct arena *arena, size_t size), (arena, size))
MEMORY(arena_array, (struct arena *arena, size_t count, size_t size), (arena, count, size))
MEMORY(arena_copy, (struct arena *arena, const void *data, size_t size), (arena, data, size))

WRAP(int, vsnprintf, (char *text, size_t size, const char *format, va_list arguments), (text, size, format, arguments),
	FAILING_TEXT, -1)

bool __real_verifier_charge(struct verifier *v, uint32_t cost_ns);
bool __wrap_verifier_charge(struct verifier *v, uint32_t cost_ns);
bool __wrap_verifier_charge(struct verifier *v, uint32_t cost_ns)
{
	return __real_verifier_charge(v, fails(FAILING_BUDGET, "verifier_charge") ? UINT32_MAX : cost_ns);
}

__attribute__((format(printf, 2, 3))) char *__wrap_arena_printf(struct arena *arena, const char *format, ...);
__attribute__((format(printf, 2, 3))) char *__wrap_arena_printf(struct arena *arena, const char *format, ...)
{
	char text[4096];
	va_list arguments;
	va_start(arguments, format);
	int size = __real_vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	if (size < 0 || (size_t)size >= sizeof text) {
		abort();
	}
	return fails(FAILING_MEMORY, "arena_printf") ? NULL : __real_arena_copy(arena, text, (size_t)size + 1);
}

#define GIVES(type, name, parameters, arguments) WRAP(type *, name, parameters, arguments, FAILING_LIBRARY, NULL)
GIVES(OSSL_LIB_CTX, OSSL_LIB_CTX_new, (void), ())
GIVES(OSSL_PROVIDER, OSSL_PROVIDER_load, (OSSL_LIB_CTX *lib, const char *name), (lib, name))
GIVES(EVP_MD, EVP_MD_fetch, (OSSL_LIB_CTX *lib, const char *name, const char *properties), (lib, name, properties))
GIVES(EVP_MD_CTX, EVP_MD_CTX_new, (void), ())
GIVES(EVP_PKEY_CTX, EVP_PKEY_CTX_new_from_name, (OSSL_LIB_CTX *lib, const char *name, const char *properties),
	(lib, name, properties))
GIVES(EVP_PKEY_CTX, EVP_PKEY_CTX_new_from_pkey, (OSSL_LIB_CTX *lib, EVP_PKEY *key, const char *properties),
	(lib, key, properties))
GIVES(EVP_PKEY, EVP_PKEY_dup, (EVP_PKEY *key), (key))
GIVES(BIGNUM, BN_bin2bn, (const unsigned char *octets, int size, BIGNUM *out), (octets, size, out))

#define DOES(name, failure, parameters, arguments) WRAP(int, name, parameters, arguments, FAILING_LIBRARY, failure)
DOES(OPENSSL_init_crypto, 0, (uint64_t what, const OPENSSL_INIT_SETTINGS *settings), (what, settings))
DOES(EVP_DigestInit_ex2, 0, (EVP_MD_CTX *ctx, const EVP_MD *md, const OSSL_PARAM params[]), (ctx, md, params))
DOES(EVP_DigestUpdate, 0, (EVP_MD_CTX *ctx, const void *data, size_t size), (ctx, data, size))
DOES(EVP_DigestFinal_ex, 0, (EVP_MD_CTX *ctx, unsigned char *out, unsigned *size), (ctx, out, size))
DOES(EVP_PKEY_fromdata_init, 0, (EVP_PKEY_CTX *ctx), (ctx))
DOES(EVP_PKEY_fromdata, 0, (EVP_PKEY_CTX *ctx, EVP_PKEY **out, int what, OSSL_PARAM params[]),
	(ctx, out, what, params))
DOES(EVP_PKEY_set1_encoded_public_key, 0, (EVP_PKEY *key, const unsigned char *octets, size_t size),
	(key, octets, size))
DOES(BN_bn2nativepad, -1, (const BIGNUM *number, unsigned char *out, int size), (number, out, size))
DOES(EVP_PKEY_verify_init, 0, (EVP_PKEY_CTX *ctx), (ctx))
DOES(EVP_PKEY_CTX_set_rsa_padding, 0, (EVP_PKEY_CTX *ctx, int padding), (ctx, padding))
DOES(EVP_PKEY_CTX_set_signature_md, 0, (EVP_PKEY_CTX *ctx, const EVP_MD *md), (ctx, md))
DOES(EVP_PKEY_verify, -1, (EVP_PKEY_CTX *ctx, const unsigned char *signature, size_t signature_size,
	const unsigned char *data, size_t size), (ctx, signature, signature_size, data, size))
DOES(EVP_DigestVerifyInit_ex, 0, (EVP_MD_CTX *ctx, EVP_PKEY_CTX **out, const char *name, OSSL_LIB_CTX *lib,
	const char *properties, EVP_PKEY *key, const OSSL_PARAM params[]), (ctx, out, name, lib, properties, key, params))
DOES(EVP_DigestVerify, -1, (EVP_MD_CTX *ctx, const unsigned char *signature, size_t signature_size,
	const unsigned char *data, size_t size), (ctx, signature, signature_size, data, size))
