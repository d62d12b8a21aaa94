/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Judges one roll-over again and again, and in turn does nothing but the key imports and verifications it needs with
 * bare OpenSSL. One JSON object for each algorithm. usage: bench_judge ROUNDS | bench_judge speed: how many P-256
 * signatures a second of this machine's CPU verifies just now. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/params.h>
#include <openssl/param_build.h>

#include "tests/bench/bench_case.h"
#include "tests/bench/bench_util.h"
#include "validate/accept/policy.h"
#include "validate/cds/judge.h"

/* Both sides take turns, so that a busy machine slows both. */
#define TURNS 10
#define SPEED_ROUNDS 3000

/* ---- bare OpenSSL: what a validator cannot leave out */

static EVP_PKEY *import_fields(const char *type, OSSL_PARAM *fields)
{
	EVP_PKEY *key = NULL;
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
	bench_must(ctx != NULL && EVP_PKEY_fromdata_init(ctx) == 1 &&
		EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, fields) == 1, "importing a key");
	EVP_PKEY_CTX_free(ctx);
	return key;
}

static EVP_PKEY *import_rsa(struct slice key)
{
	size_t size = key.data[0];
	BIGNUM *e = BN_bin2bn(key.data + 1, (int)size, NULL);
	BIGNUM *n = BN_bin2bn(key.data + 1 + size, (int)(key.size - 1 - size), NULL);
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	bench_must(OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, n) == 1 &&
		OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, e) == 1, "an RSA key");
	OSSL_PARAM *fields = OSSL_PARAM_BLD_to_param(build);
	EVP_PKEY *out = import_fields("RSA", fields);
	OSSL_PARAM_free(fields);
	OSSL_PARAM_BLD_free(build);
	BN_free(n);
	BN_free(e);
	return out;
}

static EVP_PKEY *import_p256(struct slice key)
{
	uint8_t point[65] = { 4 };
	char group[] = "P-256";
	memcpy(point + 1, key.data, 64);
	OSSL_PARAM fields[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
		OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point, sizeof(point)),
		OSSL_PARAM_construct_end(),
	};
	return import_fields("EC", fields);
}

static EVP_PKEY *import(const struct bench_case *c, enum bench_key which)
{
	struct slice key = { c->dnskeys[which].data + 4, c->dnskeys[which].size - 4 };
	return c->algorithm == 8 ? import_rsa(key) : c->algorithm == 13 ? import_p256(key) :
		EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, key.data, key.size);
}

static bool verify(const struct bench_case *c, const struct bench_signature *s, EVP_PKEY *key, const EVP_MD *sha256)
{
	uint8_t der[80], *der_at = der;
	struct slice signature = s->signature;
	if (c->algorithm == 13) {
		ECDSA_SIG *sig = ECDSA_SIG_new();
		bench_must(sig != NULL && ECDSA_SIG_set0(sig, BN_bin2bn(signature.data, 32, NULL),
			BN_bin2bn(signature.data + 32, 32, NULL)) == 1, "a signature");
		signature = (struct slice){ der, (size_t)i2d_ECDSA_SIG(sig, &der_at) };
		ECDSA_SIG_free(sig);
	}
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool valid = EVP_DigestVerifyInit(ctx, NULL, c->algorithm == 15 ? NULL : sha256, NULL, key) == 1 &&
		EVP_DigestVerify(ctx, signature.data, signature.size, s->data.data, s->data.size) == 1;
	EVP_MD_CTX_free(ctx);
	return valid;
}

static void bare_once(const struct bench_case *c, const EVP_MD *sha256)
{
	EVP_PKEY *keys[KEYS];
	for (enum bench_key i = KEY_OLD; i < KEYS; i++) {
		keys[i] = import(c, i);
	}
	for (size_t i = 0; i < BENCH_SIGNATURES; i++) {
		const struct bench_signature *s = &c->signatures[i];
		bench_must(verify(c, s, keys[s->key], sha256), "verifying");
	}
	for (enum bench_key i = KEY_OLD; i < KEYS; i++) {
		EVP_PKEY_free(keys[i]);
	}
}

/* ---- the judge, on evidence as it is read back from the store */

static unsigned judge_once(const struct bench_case *c, struct slice octets, struct crypto *crypto, struct arena *arena)
{
	struct evidence evidence;
	struct finding finding;
	bench_must(evidence_decode(octets, arena, &evidence) == 0, "decoding evidence");
	const struct judge_input in = {
		.evidence = &evidence, .delegation = &c->delegation, .rules = &policy_preset(POLICY_DEFAULT)->rules,
		.algorithms = algorithm_table_builtin(), .now = BENCH_CASE_NOW,
	};
	bench_must(judge(crypto, &in, arena, &finding) == 0, "judging");
	bench_must(finding.reason == REASON_ACCEPT_UPDATE, "accepting a roll-over");
	unsigned verifications = finding.verifications;
	arena_reset(arena);
	return verifications;
}

static void measure(uint8_t algorithm, const char *name, unsigned long rounds)
{
	struct bench_case c;
	struct arena *keep = arena_new(), *arena = arena_new();
	struct crypto *crypto = crypto_new();
	EVP_MD *sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
	struct slice octets;
	bench_must(keep != NULL && arena != NULL && crypto != NULL && sha256 != NULL, "memory");
	bench_case_make(algorithm, keep, &c);
	bench_must(evidence_encode(&c.evidence, keep, &octets) == 0, "encoding evidence");
	double judged = 0, bare = 0;
	unsigned verifications = judge_once(&c, octets, crypto, arena);
	for (unsigned turn = 0; turn < TURNS; turn++) {
		struct bench_time begin = bench_now();
		for (unsigned long i = 0; i < rounds / TURNS; i++) {
			(void)judge_once(&c, octets, crypto, arena);
		}
		struct bench_time end = bench_since(&begin);
		judged += end.user + end.sys;
		begin = bench_now();
		for (unsigned long i = 0; i < rounds / TURNS; i++) {
			bare_once(&c, sha256);
		}
		end = bench_since(&begin);
		bare += end.user + end.sys;
	}
	double done = (double)(rounds / TURNS * TURNS);
	printf("{\"algorithm\":\"%s\",\"judge_us\":%.1f,\"bare_us\":%.1f,\"ratio\":%.3f,\"verifications\":%u,"
		"\"needed\":%d}\n", name, judged / done * 1e6, bare / done * 1e6, judged / bare, verifications,
		BENCH_SIGNATURES);
	EVP_MD_free(sha256);
	bench_case_free(&c);
	crypto_free(crypto);
	arena_free(arena);
	arena_free(keep);
}

static void measure_speed(void)
{
	struct bench_case c;
	struct arena *arena = arena_new();
	EVP_MD *sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
	bench_must(arena != NULL && sha256 != NULL, "memory");
	bench_case_make(13, arena, &c);
	EVP_PKEY *key = import(&c, KEY_OLD);
	struct bench_time begin = bench_now();
	for (unsigned i = 0; i < SPEED_ROUNDS; i++) {
		bench_must(verify(&c, &c.signatures[0], key, sha256), "verifying");
	}
	struct bench_time took = bench_since(&begin);
	printf("{\"verifications_per_second\":%.0f}\n", SPEED_ROUNDS / (took.user + took.sys));
	EVP_PKEY_free(key);
	EVP_MD_free(sha256);
	bench_case_free(&c);
	arena_free(arena);
}

int main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "speed") == 0) {
		measure_speed();
		return 0;
	}
	unsigned long rounds = bench_number(argc > 1 ? argv[1] : "1000");
	measure(13, "P-256", rounds);
	measure(8, "RSA-2048", rounds);
	measure(15, "Ed25519", rounds);
	return 0;
}
