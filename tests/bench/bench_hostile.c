/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What hostile children cost: CPU time of judge() beside what it charges, and the same for each price of cost.c. One JSON
 * object a line; the last one is the worst child. usage: bench_hostile ROUNDS */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/bench/bench_util.h"
#include "tests/unit/hostile.h"
#include "validate/accept/policy.h"
#include "validate/cds/judge.h"
#include "validate/dnssec/cost.h"
#include "validate/dnssec/pubkey.h"
#include "validate/dnssec/rrsig.h"

#define SIGNED_OCTETS 300
#define BATCH 20

/* Of this thread alone, to the nanosecond. */
static double cpu_us(void)
{
	struct timespec t;
	bench_must(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t) == 0, "clock");
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static int compare(const void *a, const void *b)
{
	const double *x = a;
	const double *y = b;
	return (*x > *y) - (*x < *y);
}

/* ---- children */

struct measure {
	double decode_us;	/* least */
	double judge_us;	/* least */
	double median_us;
	struct finding finding;
};

static struct measure measure_child(struct crypto *crypto, const struct hostile_zone *z, struct arena *keep,
	unsigned long rounds)
{
	struct slice octets;
	struct measure m = { .decode_us = 1e9 };
	double *took = calloc(rounds, sizeof *took);
	struct arena *arena = arena_new();
	bench_must(took != NULL && arena != NULL && evidence_encode(&z->evidence, keep, &octets) == 0, "encoding evidence");
	for (unsigned long i = 0; i < rounds; i++) {
		struct evidence evidence;
		double begin = cpu_us();
		bench_must(evidence_decode(octets, arena, &evidence) == 0, "decoding evidence");
		double decoded = cpu_us();
		const struct judge_input in = { &evidence, &z->delegation, &policy_preset(POLICY_DEFAULT)->rules,
			algorithm_table_builtin(), HOSTILE_NOW, NULL };
		bench_must(judge(crypto, &in, arena, &m.finding) == 0, "judging");
		took[i] = cpu_us() - decoded;
		m.decode_us = decoded - begin < m.decode_us ? decoded - begin : m.decode_us;
		arena_reset(arena);
	}
	qsort(took, rounds, sizeof *took, compare);
	m.judge_us = took[0];
	m.median_us = took[rounds / 2];
	arena_free(arena);
	free(took);
	return m;
}

struct worst {
	const char *name;
	double median_us;
	double judge_us;
};

static void measure_children(struct crypto *crypto, const struct hostile_child *c, size_t count, unsigned long rounds,
	struct worst *worst)
{
	for (size_t i = 0; i < count; i++) {
		struct arena *keep = arena_new();
		struct hostile_zone *z = calloc(1, sizeof *z);
		bench_must(keep != NULL && z != NULL, "memory");
		hostile_make(&c[i], keep, z);
		struct measure m = measure_child(crypto, z, keep, rounds);
		printf("{\"child\":\"%s\",\"reason\":\"%s\",\"judge_us\":%.0f,\"median_us\":%.0f,\"charged_us\":%u,"
			"\"verifications\":%u,\"decode_us\":%.0f}\n", c[i].name, reason_token(m.finding.reason), m.judge_us,
			m.median_us, m.finding.cost_ns / 1000, m.finding.verifications, m.decode_us);
		if (m.median_us > worst->median_us) {
			*worst = (struct worst){ c[i].name, m.median_us, m.judge_us };
		}
		hostile_free(z);
		free(z);
		arena_free(keep);
	}
}

/* ---- prices: the least of many, as an idle machine would have it. An import is what is left of importing, verifying once
 * and freeing when a verification is taken away. */

struct price {
	const char *name;
	uint8_t algorithm;
	unsigned bits;
	unsigned exponent;	/* octets, all ones; 0: a real key */
};

static void measure_price(struct crypto *crypto, const struct price *p, unsigned long rounds)
{
	struct arena *arena = arena_new();
	struct hostile_zone *z = calloc(1, sizeof *z);
	bench_must(arena != NULL && z != NULL, "memory");
	*z = (struct hostile_zone){ .arena = arena, .chance = 1 };
	bench_must(name_from_text("example.ch.", &z->child) == 0, "a name");
	size_t number = p->exponent == 0 ? hostile_add_key(z, p->algorithm, p->bits) :
		hostile_add_rsa(z, p->algorithm, p->bits, p->exponent);
	struct hostile_set set = { .type = TYPE_CDS };
	hostile_forge(z, &set, number);
	struct dnskey key;
	struct rrsig sig;
	bench_must(dnskey_parse(z->keys[number].rdata, &key) == 0 && rrsig_parse(set.signatures[0], &sig) == 0, "a key");
	struct slice data = hostile_chance(z, SIGNED_OCTETS);
	double whole_us = 1e9, verify_us = 1e9;
	for (unsigned long i = 0; i < rounds; i++) {
		struct pubkey *pubkey;
		double begin = cpu_us();
		bench_must(pubkey_import(crypto, &key, &pubkey) == 0, "importing");
		bench_must(pubkey_verify(crypto, pubkey, data, sig.signature) == 0, "not verifying");
		double first = cpu_us();
		for (unsigned k = 0; k < BATCH; k++) {
			bench_must(pubkey_verify(crypto, pubkey, data, sig.signature) == 0, "not verifying");
		}
		double rest = (cpu_us() - first) / BATCH;
		double freeing = cpu_us();
		pubkey_free(pubkey);
		double whole = first - begin + cpu_us() - freeing;
		whole_us = whole < whole_us ? whole : whole_us;
		verify_us = rest < verify_us ? rest : verify_us;
	}
	printf("{\"price\":\"%s\",\"import_us\":%.1f,\"import_price_us\":%.1f,\"verify_us\":%.1f,\"verify_price_us\":%.1f}\n",
		p->name, whole_us - verify_us, cost_import(&key) / 1e3, verify_us, cost_verify(&key, SIGNED_OCTETS) / 1e3);
	hostile_free(z);
	free(z);
	arena_free(arena);
}

static const struct price prices[] = {
	{ "P-256", 13, 0, 0 }, { "P-384", 14, 0, 0 }, { "Ed25519", 15, 0, 0 }, { "Ed448", 16, 0, 0 },
	{ "RSA-1024, exponent 65537", 8, 1024, 0 }, { "RSA-2048, exponent 65537", 8, 2048, 0 },
	{ "RSA-4096, exponent 65537", 8, 4096, 0 }, { "RSA-512, exponent of 1 octet", 8, 512, 1 },
	{ "RSA-2048, exponent of 5 octets", 8, 2048, 5 }, { "RSA-4096, exponent of 5 octets", 8, 4096, 5 },
	{ "RSA-4032, exponent of 5 octets", 8, 4032, 5 }, { "RSA-3000, exponent of 5 octets", 8, 3000, 5 },
};

/* ---- NSEC3 */

static void measure_nsec3(struct crypto *crypto, size_t salt_octets, uint16_t iterations, unsigned long rounds)
{
	static const uint8_t octets[255] = { 1 };
	const struct hash_part name = { octets, 12 };
	const struct hash_part salt = { octets, salt_octets };
	double least = 1e9;
	for (unsigned long i = 0; i < rounds; i++) {
		uint8_t hash[20];
		double begin = cpu_us();
		bench_must(crypto_nsec3_hash(crypto, &name, &salt, iterations, hash) == 0, "hashing");
		double took = cpu_us() - begin;
		least = took < least ? took : least;
	}
	printf("{\"price\":\"NSEC3, %u iterations, salt of %zu octets\",\"us\":%.1f,\"price_us\":%.1f}\n", iterations, salt_octets,
		least, cost_nsec3(12, salt_octets, iterations) / 1e3);
}

int main(int argc, char **argv)
{
	unsigned long rounds = bench_number(argc > 1 ? argv[1] : "20");
	struct crypto *crypto = crypto_new();
	bench_must(crypto != NULL, "OpenSSL");
	for (size_t i = 0; i < sizeof prices / sizeof prices[0]; i++) {
		measure_price(crypto, &prices[i], rounds);
	}
	measure_nsec3(crypto, 0, LIMIT_NSEC3_ITERATIONS, rounds);
	measure_nsec3(crypto, 255, LIMIT_NSEC3_ITERATIONS, rounds);
	struct worst worst = { .median_us = 0 };
	size_t count;
	const struct hostile_child *c = hostile_by_keys(&count);
	measure_children(crypto, c, count, rounds, &worst);
	c = hostile_by_volume(&count);
	measure_children(crypto, c, count, rounds, &worst);
	printf("{\"worst\":\"%s\",\"median_us\":%.0f,\"judge_us\":%.0f}\n", worst.name, worst.median_us, worst.judge_us);
	crypto_free(crypto);
	return 0;
}
