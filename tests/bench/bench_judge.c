/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Judges one roll-over again and again, and in turn does nothing but the key imports and verifications it needs with
 * bare OpenSSL.
 * usage: bench_judge list      the algorithms, one a line
 *        bench_judge speed     how many P-256 signatures a second of this machine's CPU verifies just now
 *        bench_judge ALGORITHM ZONE DSSET
 *            writes the child to these files, then takes one turn for every line it reads; one JSON object each */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/params.h>
#include <openssl/param_build.h>

#include "tests/bench/bench_case.h"
#include "tests/bench/bench_util.h"
#include "validate/accept/policy.h"
#include "validate/cds/judge.h"

#define TURN_S 0.05	/* of bare OpenSSL in each turn */
#define SPEED_ROUNDS 3000

struct bench {
	struct bench_case c;
	EVP_MD *digest;		/* NULL: the algorithm needs none */
	size_t needed;		/* of c.signatures, the first ones */
	size_t keys;		/* of c.keys, the first ones */
	enum reason reason;	/* what must be found */
	struct slice octets;	/* evidence as it is read back from the store */
	struct crypto *crypto;
	struct arena *keep;	/* of the case */
	struct arena *arena;	/* of one judgement */
	unsigned verifications;	/* the judge's */
};

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

static EVP_PKEY *import_ecdsa(struct slice key, const char *name)
{
	uint8_t point[97] = { 4 };
	char group[8];
	snprintf(group, sizeof(group), "%s", name);
	memcpy(point + 1, key.data, key.size);
	OSSL_PARAM fields[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
		OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point, key.size + 1),
		OSSL_PARAM_construct_end(),
	};
	return import_fields("EC", fields);
}

static EVP_PKEY *import(const struct bench_case *c, enum bench_key which)
{
	struct slice key = { c->dnskeys[which].data + 4, c->dnskeys[which].size - 4 };
	switch (c->scheme->algorithm) {
	case 13:
	case 14:
		return import_ecdsa(key, c->scheme->name);
	case 15:
		return EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, key.data, key.size);
	case 16:
		return EVP_PKEY_new_raw_public_key(EVP_PKEY_ED448, NULL, key.data, key.size);
	default:
		return import_rsa(key);
	}
}

static bool verify(const struct bench *b, const struct bench_signature *s, EVP_PKEY *key)
{
	uint8_t der[112], *der_at = der;
	struct slice signature = s->signature;
	uint8_t algorithm = b->c.scheme->algorithm;
	if (algorithm == 13 || algorithm == 14) {
		int half = (int)signature.size / 2;
		ECDSA_SIG *sig = ECDSA_SIG_new();
		bench_must(sig != NULL && ECDSA_SIG_set0(sig, BN_bin2bn(signature.data, half, NULL),
			BN_bin2bn(signature.data + half, half, NULL)) == 1, "a signature");
		signature = (struct slice){ der, (size_t)i2d_ECDSA_SIG(sig, &der_at) };
		ECDSA_SIG_free(sig);
	}
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool valid = EVP_DigestVerifyInit(ctx, NULL, b->digest, NULL, key) == 1 &&
		EVP_DigestVerify(ctx, signature.data, signature.size, s->data.data, s->data.size) == 1;
	EVP_MD_CTX_free(ctx);
	return valid;
}

static void import_all(struct bench *b, EVP_PKEY *keys[KEYS])
{
	for (size_t i = 0; i < b->keys; i++) {
		keys[i] = import(&b->c, (enum bench_key)i);
		bench_must(keys[i] != NULL, "importing a key");
	}
}

static void free_all(struct bench *b, EVP_PKEY *keys[KEYS])
{
	for (size_t i = 0; i < b->keys; i++) {
		EVP_PKEY_free(keys[i]);
	}
}

static void import_once(struct bench *b)
{
	EVP_PKEY *keys[KEYS];
	import_all(b, keys);
	free_all(b, keys);
}

static void bare_once(struct bench *b)
{
	EVP_PKEY *keys[KEYS];
	import_all(b, keys);
	for (size_t i = 0; i < b->needed; i++) {
		const struct bench_signature *s = &b->c.signatures[i];
		bench_must(verify(b, s, keys[s->key]), "verifying");
	}
	free_all(b, keys);
}

/* ---- the judge */

static void judge_once(struct bench *b)
{
	struct evidence evidence;
	struct finding finding;
	bench_must(evidence_decode(b->octets, b->arena, &evidence) == 0, "decoding evidence");
	const struct judge_input in = {
		.evidence = &evidence, .delegation = &b->c.delegation, .rules = &policy_preset(POLICY_DEFAULT)->rules,
		.algorithms = algorithm_table_builtin(), .now = b->c.now,
	};
	bench_must(judge(b->crypto, &in, b->arena, &finding) == 0, "judging");
	bench_must(finding.reason == b->reason, "finding what a roll-over is");
	b->verifications = finding.verifications;
	arena_reset(b->arena);
}

/* ---- turns */

struct cost {
	double cpu_us, wall_us;	/* of one */
};

static struct cost repeat(struct bench *b, void (*once)(struct bench *), unsigned rounds)
{
	struct bench_time begin = bench_now();
	for (unsigned i = 0; i < rounds; i++) {
		once(b);
	}
	struct bench_time took = bench_since(&begin);
	return (struct cost){ (took.user + took.sys) / rounds * 1e6, took.wall / rounds * 1e6 };
}

static void take_turn(struct bench *b, unsigned rounds)
{
	struct cost judged = repeat(b, judge_once, rounds);
	struct cost bare = repeat(b, bare_once, rounds);
	struct cost imported = repeat(b, import_once, rounds);
	printf("{\"algorithm\":%u,\"judge_us\":%.1f,\"judge_wall_us\":%.1f,\"bare_us\":%.1f,\"bare_wall_us\":%.1f,"
		"\"import_us\":%.1f,\"needed\":%zu,\"imports\":%zu,\"verifications\":%u,\"outcome\":\"%s\"}\n",
		(unsigned)b->c.scheme->algorithm, judged.cpu_us, judged.wall_us, bare.cpu_us, bare.wall_us,
		imported.cpu_us, b->needed, b->keys, b->verifications, reason_token(b->reason));
	fflush(stdout);
}

static const struct bench_scheme *find_scheme(const char *name)
{
	const struct bench_scheme *s = bench_schemes;
	while (s->name != NULL && strcmp(s->name, name) != 0) {
		s++;
	}
	bench_must(s->name != NULL, "finding the algorithm");
	return s;
}

/* The algorithms of SHA-1 are verified, but get no new DS: what continuity asks for is not needed then, which is the
 * signature of the new key over the DNSKEY set and that of the zone's key. */
static void begin(struct bench *b, const struct bench_scheme *scheme)
{
	memset(b, 0, sizeof(*b));
	b->keep = arena_new();
	b->arena = arena_new();
	b->crypto = crypto_new();
	b->digest = scheme->digest == NULL ? NULL : EVP_MD_fetch(NULL, scheme->digest, NULL);
	bench_must(b->keep != NULL && b->arena != NULL && b->crypto != NULL, "memory");
	bench_case_make(scheme, (uint32_t)time(NULL), b->keep, &b->c);
	bench_must(evidence_encode(&b->c.evidence, b->keep, &b->octets) == 0, "encoding evidence");
	bool forbidden = scheme->algorithm == 5;
	b->reason = forbidden ? REASON_ALGORITHM_FORBIDDEN : REASON_ACCEPT_UPDATE;
	b->needed = forbidden ? BENCH_SIGNATURES - 2 : BENCH_SIGNATURES;
	b->keys = forbidden ? 1 : KEYS;
}

static void end(struct bench *b)
{
	EVP_MD_free(b->digest);
	bench_case_free(&b->c);
	crypto_free(b->crypto);
	arena_free(b->arena);
	arena_free(b->keep);
}

static void measure(const struct bench_scheme *scheme, const char *zone, const char *dsset)
{
	struct bench b;
	char line[16];
	begin(&b, scheme);
	bench_case_write(&b.c, zone, dsset);
	judge_once(&b);
	unsigned rounds = (unsigned)(TURN_S * 1e6 / repeat(&b, bare_once, 20).cpu_us) + 1;
	while (fgets(line, sizeof(line), stdin) != NULL) {
		take_turn(&b, rounds);
	}
	end(&b);
}

static void measure_speed(void)
{
	struct bench b;
	begin(&b, find_scheme("P-256"));
	EVP_PKEY *key = import(&b.c, KEY_OLD);
	struct bench_time began = bench_now();
	for (unsigned i = 0; i < SPEED_ROUNDS; i++) {
		bench_must(verify(&b, &b.c.signatures[0], key), "verifying");
	}
	struct bench_time took = bench_since(&began);
	printf("{\"verifications_per_second\":%.0f}\n", SPEED_ROUNDS / (took.user + took.sys));
	EVP_PKEY_free(key);
	end(&b);
}

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "list") == 0) {
		for (const struct bench_scheme *s = bench_schemes; s->name != NULL; s++) {
			puts(s->name);
		}
	} else if (argc == 2 && strcmp(argv[1], "speed") == 0) {
		measure_speed();
	} else if (argc == 4) {
		measure(find_scheme(argv[1]), argv[2], argv[3]);
	} else {
		fputs("usage: bench_judge list | speed | ALGORITHM ZONE DSSET\n", stderr);
		return 2;
	}
	return 0;
}
