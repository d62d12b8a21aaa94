/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The largest honest children, and those made to cost much by keys and signatures (KeyTrap, CVE-2023-50387). */
#include "tests/unit/hostile.h"

#include <string.h>

/* What nearly all children have: key 0 is in the DS set, CDS and CDNSKEY ask for key 1, and keys sign. */
enum { OLD = 0, NEW = 1, ZONE = 2 };

/* ---- honest: every server signs for itself, a key roll is on its way */

static void make_online(struct hostile_zone *z, const struct hostile_child *c)
{
	for (unsigned i = 0; i < 3; i++) {
		hostile_add_key(z, c->algorithm, c->bits);
	}
	hostile_delegate(z, (const size_t[]){ OLD }, 1);
	hostile_servers(z, c->servers);
	for (unsigned i = 0; i < c->servers; i++) {
		struct hostile_set sets[] = { hostile_dnskeys(z, 0, 3), hostile_cds(z, NEW, 1), hostile_cdnskey(z, NEW, 1) };
		for (unsigned k = 0; k < 3; k++) {
			hostile_sign(z, &sets[k], OLD, i);
			if (k == 0 || c->number > 1) {
				hostile_sign(z, &sets[k], NEW, i);
			}
		}
		hostile_say_set(z, i, EVIDENCE_DNSKEY, &sets[0]);
		hostile_say_set(z, i, EVIDENCE_CDS, &sets[1]);
		hostile_say_set(z, i, EVIDENCE_CDNSKEY, &sets[2]);
		hostile_say_soa(z, i, ZONE, i + 1);
	}
}

/* From P-384 to RSA of 4096 bits, at several providers that sign for themselves; both algorithms sign everything. */
static void make_algorithm_roll(struct hostile_zone *z, const struct hostile_child *c)
{
	hostile_add_key(z, 14, 0);
	hostile_add_key(z, 8, 4096);
	hostile_delegate(z, (const size_t[]){ OLD }, 1);
	hostile_servers(z, c->servers);
	for (unsigned i = 0; i < c->servers; i++) {
		struct hostile_set sets[] = { hostile_dnskeys(z, 0, 2), hostile_cds(z, 0, 2), hostile_cdnskey(z, 0, 2),
			hostile_soa(z, i + 1) };
		static const enum evidence_question questions[] = { EVIDENCE_DNSKEY, EVIDENCE_CDS, EVIDENCE_CDNSKEY,
			EVIDENCE_SOA };
		for (unsigned k = 0; k < 4; k++) {
			hostile_sign(z, &sets[k], OLD, i);
			hostile_sign(z, &sets[k], NEW, i);
			hostile_say_set(z, i, questions[k], &sets[k]);
		}
		hostile_say_set(z, i, EVIDENCE_SOA_LAST, &sets[3]);
	}
}

/* Eight servers with the same small keys, in each of whose answers so many records have nothing to do with the question. */
static void make_noise(struct hostile_zone *z, const struct hostile_child *c)
{
	for (unsigned i = 0; i < 3; i++) {
		hostile_add_key(z, 8, 512);
	}
	hostile_delegate(z, (const size_t[]){ OLD }, 1);
	hostile_servers(z, 8);
	struct hostile_set noise = { .type = 65280 };
	for (unsigned i = 0; i < c->number; i++) {
		hostile_put(z, &noise, hostile_chance(z, 4));
	}
	struct hostile_set sets[] = { hostile_dnskeys(z, 0, 3), hostile_cds(z, NEW, 1), hostile_cdnskey(z, NEW, 1) };
	static const enum evidence_question questions[] = { EVIDENCE_DNSKEY, EVIDENCE_CDS, EVIDENCE_CDNSKEY };
	for (unsigned k = 0; k < 3; k++) {
		hostile_sign(z, &sets[k], OLD, 0);
		hostile_sign(z, &sets[k], NEW, 0);
		const struct hostile_set all[] = { sets[k], noise };
		const struct slice octets = hostile_answer(z, evidence_question_type(questions[k]), all, 2);
		for (unsigned i = 0; i < 8; i++) {
			hostile_say(z, i, questions[k], octets);
		}
	}
	for (unsigned i = 0; i < 8; i++) {
		hostile_say_soa(z, i, ZONE, i + 1);
	}
}

struct hostile_child hostile_noise(unsigned records)
{
	return (struct hostile_child){ .name = "noise", .make = make_noise, .number = records };
}

/* ---- keys and signatures */

static size_t add_costly(struct hostile_zone *z, const struct hostile_child *c)
{
	return c->exponent == 0 ? hostile_add_key(z, c->algorithm, c->bits) :
		hostile_add_rsa(z, c->algorithm, c->bits, c->exponent);
}

/* The zone validates by a cheap key; a costly one is in the DS set, too, and did not make what it seems to have signed. */
static void make_forged(struct hostile_zone *z, const struct hostile_child *c)
{
	hostile_add_key(z, 13, 0);
	size_t costly = add_costly(z, c);
	hostile_delegate(z, (const size_t[]){ 0, costly }, 2);
	hostile_servers(z, c->servers);
	struct hostile_set keys = hostile_dnskeys(z, 0, 2);
	hostile_sign(z, &keys, 0, 0);
	for (unsigned i = 0; i < c->servers; i++) {
		struct hostile_set sets[] = { hostile_cds(z, 0, 1), hostile_cdnskey(z, 0, 1) };
		for (unsigned k = 0; k < 2 * c->number; k++) {
			hostile_forge(z, &sets[k % 2], costly);
		}
		hostile_say_set(z, i, EVIDENCE_DNSKEY, &keys);
		hostile_say_set(z, i, EVIDENCE_CDS, &sets[0]);
		hostile_say_set(z, i, EVIDENCE_CDNSKEY, &sets[1]);
		hostile_say_soa(z, i, 0, i);
	}
}

/* Key 0 did sign CDS and CDNSKEY; beside that, forged ones by another key of the DS set. */
static void make_half_forged(struct hostile_zone *z, const struct hostile_child *c)
{
	hostile_add_key(z, 13, 0);
	hostile_add_key(z, c->algorithm, c->bits);
	hostile_delegate(z, (const size_t[]){ 0, 1 }, 2);
	hostile_servers(z, 1);
	struct hostile_set sets[] = { hostile_dnskeys(z, 0, 2), hostile_cds(z, 0, 1), hostile_cdnskey(z, 0, 1) };
	static const enum evidence_question questions[] = { EVIDENCE_DNSKEY, EVIDENCE_CDS, EVIDENCE_CDNSKEY };
	for (unsigned k = 0; k < 3; k++) {
		hostile_sign(z, &sets[k], 0, 0);
		for (unsigned i = 0; k > 0 && i < c->number; i++) {
			hostile_forge(z, &sets[k], 1);
		}
		hostile_say_set(z, 0, questions[k], &sets[k]);
	}
	hostile_say_soa(z, 0, 0, 0);
}

/* Two servers with keys of their own, all in the DS set, all sign: each signature should be remembered. */
static void make_many_marks(struct hostile_zone *z, const struct hostile_child *c)
{
	size_t keys[2 * LIMIT_DNSKEY];
	for (size_t i = 0; i < 2 * c->number; i++) {
		keys[i] = hostile_add_key(z, 13, 0);
	}
	hostile_delegate(z, keys, 2 * c->number);
	hostile_servers(z, 2);
	for (unsigned i = 0; i < 2; i++) {
		struct hostile_set sets[] = { hostile_dnskeys(z, i * c->number, c->number), { .type = TYPE_CDS } };
		hostile_put(z, &sets[1], hostile_ds(z, 0));
		hostile_put(z, &sets[1], hostile_ds(z, c->number));
		struct hostile_set cdnskey = { .type = TYPE_CDNSKEY };
		hostile_put(z, &cdnskey, z->keys[0].rdata);
		hostile_put(z, &cdnskey, z->keys[c->number].rdata);
		hostile_sign(z, &sets[0], i * c->number, 0);
		for (size_t k = 0; k < c->number; k++) {
			hostile_sign(z, &sets[1], i * c->number + k, 0);
			hostile_sign(z, &cdnskey, i * c->number + k, 0);
		}
		hostile_say_set(z, i, EVIDENCE_DNSKEY, &sets[0]);
		hostile_say_set(z, i, EVIDENCE_CDS, &sets[1]);
		hostile_say_set(z, i, EVIDENCE_CDNSKEY, &cdnskey);
		hostile_say_soa(z, i, i * c->number, i);
	}
}

/* As many keys as there may be, all in the DS set, and every one signs at every server. */
static void make_all_sign(struct hostile_zone *z, const struct hostile_child *c)
{
	size_t keys[LIMIT_DNSKEY];
	for (size_t i = 0; i < c->number; i++) {
		keys[i] = hostile_add_key(z, c->algorithm, c->bits);
	}
	hostile_delegate(z, keys, c->number);
	hostile_servers(z, c->servers);
	struct hostile_set shared[] = { hostile_dnskeys(z, 0, c->number), hostile_cds(z, 0, 8), hostile_cdnskey(z, 0, 8) };
	static const enum evidence_question questions[] = { EVIDENCE_DNSKEY, EVIDENCE_CDS, EVIDENCE_CDNSKEY };
	for (unsigned i = 0; i < c->servers; i++) {
		for (unsigned k = 0; k < 3; k++) {
			struct hostile_set own = shared[k];
			own.signatures = NULL;
			own.signature_count = 0;
			/* bits: they share their signatures, and only their SOA differs */
			for (size_t key = 0; key < c->number && (c->bits == 0 || i == 0); key++) {
				hostile_sign(z, c->bits == 0 ? &own : &shared[k], key, i);
			}
			hostile_say_set(z, i, questions[k], c->bits == 0 ? &own : &shared[k]);
		}
		hostile_say_soa(z, i, 0, i);
	}
}

/* Keys that nobody has seen before at every server: imports without end. */
static void make_new_keys(struct hostile_zone *z, const struct hostile_child *c)
{
	hostile_add_key(z, 13, 0);
	hostile_delegate(z, (const size_t[]){ 0 }, 1);
	hostile_servers(z, c->servers);
	for (unsigned i = 0; i < c->servers; i++) {
		size_t first = z->key_count;
		for (unsigned k = 0; k < c->number; k++) {
			add_costly(z, c);
		}
		struct hostile_set sets[] = { hostile_dnskeys(z, first, c->number), hostile_cds(z, 0, 1), hostile_cdnskey(z, 0, 1) };
		hostile_put(z, &sets[0], z->keys[0].rdata);
		hostile_sign(z, &sets[0], 0, 0);
		for (unsigned k = 0; k < c->number; k++) {
			hostile_forge(z, &sets[1], first + k);
			hostile_forge(z, &sets[2], first + k);
		}
		hostile_say_set(z, i, EVIDENCE_DNSKEY, &sets[0]);
		hostile_say_set(z, i, EVIDENCE_CDS, &sets[1]);
		hostile_say_set(z, i, EVIDENCE_CDNSKEY, &sets[2]);
		hostile_say_soa(z, i, 0, i);
	}
}

/* Two octet pairs of a key change places: another key, the same tag. */
static void make_collisions(struct hostile_zone *z, const struct hostile_child *c)
{
	size_t original = add_costly(z, c);
	const struct hostile_key *k = &z->keys[original];
	for (size_t i = 1; i < c->number; i++) {
		uint8_t *copy = arena_copy(z->arena, k->rdata.data, k->rdata.size);
		hostile_must(copy != NULL);
		uint8_t *pair = copy + 12 + 4 * i;
		const uint8_t first[2] = { pair[0], pair[1] };
		memcpy(pair, pair + 2, 2);
		memcpy(pair + 2, first, 2);
		hostile_add_rdata(z, (struct slice){ copy, k->rdata.size });
	}
	hostile_delegate(z, (const size_t[]){ 0, 1, 2, 3 }, 4);
	hostile_servers(z, c->servers);
	for (unsigned i = 0; i < c->servers; i++) {
		struct hostile_set keys = hostile_dnskeys(z, 0, c->number);
		for (unsigned s = 0; s < LIMIT_VERIFY_PER_RRSET; s++) {
			hostile_forge(z, &keys, 0);
		}
		hostile_say_set(z, i, EVIDENCE_DNSKEY, &keys);
		const struct hostile_set cds = hostile_cds(z, 0, 1);
		hostile_say_set(z, i, EVIDENCE_CDS, &cds);
		const struct hostile_set cdnskey = hostile_cdnskey(z, 0, 1);
		hostile_say_set(z, i, EVIDENCE_CDNSKEY, &cdnskey);
		const struct hostile_set soa = hostile_soa(z, i);
		hostile_say_set(z, i, EVIDENCE_SOA, &soa);
		hostile_say_set(z, i, EVIDENCE_SOA_LAST, &soa);
	}
}

static const struct hostile_child honest_and_keys[] = {
	{ "honest: 32 addresses, each signs for itself, P-256, L-DOS-1", make_online, REASON_ACCEPT_UPDATE, .algorithm = 13,
		.servers = 32, .number = 1 },
	{ "honest: 26 addresses, each signs for itself, by both keys, P-256", make_online, REASON_ACCEPT_UPDATE,
		.algorithm = 13, .servers = 26, .number = 2 },
	{ "honest: 32 addresses, each signs for itself, RSA-2048", make_online, REASON_ACCEPT_UPDATE, .algorithm = 8,
		.bits = 2048, .servers = 32, .number = 2 },
	{ "honest: 22 addresses, each signs for itself, Ed25519", make_online, REASON_ACCEPT_UPDATE, .algorithm = 15,
		.servers = 22, .number = 1 },
	{ "honest: 10 addresses, each signs for itself, Ed448", make_online, REASON_ACCEPT_UPDATE, .algorithm = 16,
		.servers = 10, .number = 1 },
	{ "honest: 4 addresses, each signs for itself, P-384", make_online, REASON_ACCEPT_UPDATE, .algorithm = 14,
		.servers = 4, .number = 1 },
	{ "honest: P-384 to RSA-4096 at 4 providers, L-DOS-1", make_algorithm_roll, REASON_ACCEPT_UPDATE, .servers = 4 },
	{ "32 addresses, each signs for itself, by both keys, P-256", make_online, REASON_BUDGET_EXHAUSTED, .exhausts = true,
		.algorithm = 13, .servers = 32, .number = 2 },
	{ "32 addresses, each signs for itself, P-384", make_online, REASON_BUDGET_EXHAUSTED, .exhausts = true,
		.algorithm = 14, .servers = 32, .number = 1 },
	{ "32 addresses, each signs for itself, Ed448", make_online, REASON_BUDGET_EXHAUSTED, .exhausts = true,
		.algorithm = 16, .servers = 32, .number = 2 },
	{ "forged P-256", make_forged, REASON_BUDGET_EXHAUSTED, .exhausts = true, .algorithm = 13, .servers = 32,
		.number = 8 },
	{ "forged P-384, T-45", make_forged, REASON_BUDGET_EXHAUSTED, .exhausts = true, .algorithm = 14, .servers = 32,
		.number = 8 },
	{ "forged Ed25519", make_forged, REASON_BUDGET_EXHAUSTED, .exhausts = true, .algorithm = 15, .servers = 32,
		.number = 8 },
	{ "forged Ed448", make_forged, REASON_BUDGET_EXHAUSTED, .exhausts = true, .algorithm = 16, .servers = 32,
		.number = 8 },
	{ "forged RSA-512, exponent of 1 octet", make_forged, REASON_RRSIG_BOGUS, .algorithm = 8, .bits = 512,
		.exponent = 1, .servers = 32, .number = 8 },
	{ "forged RSA/SHA-1, 1024 bits", make_forged, REASON_BUDGET_EXHAUSTED, .exhausts = true, .algorithm = 5,
		.bits = 1024, .exponent = 5, .servers = 32, .number = 8 },
	{ "forged RSA/SHA-512, 4096 bits, exponent of 5 octets", make_forged, REASON_BUDGET_EXHAUSTED, .exhausts = true,
		.algorithm = 10, .bits = 4096, .exponent = 5, .servers = 16, .number = 8 },
	{ "forged RSA of 4032 bits, exponent of 5 octets", make_forged, REASON_BUDGET_EXHAUSTED, .exhausts = true,
		.algorithm = 8, .bits = 4032, .exponent = 5, .servers = 16, .number = 8 },
	{ "forged RSA of 4096 bits, exponent of 6 octets", make_forged, REASON_ALGORITHM_UNSUPPORTED, .cost_max_us = 3000,
		.algorithm = 8, .bits = 4096, .exponent = 6, .servers = 16, .number = 8 },
	{ "forged RSA of 16384 bits", make_forged, REASON_ALGORITHM_UNSUPPORTED, .cost_max_us = 3000, .algorithm = 8,
		.bits = 16384, .exponent = 3, .servers = 32, .number = 1 },
	{ "30 keys that all sign at each of 4 addresses, T-45", make_all_sign, REASON_BUDGET_EXHAUSTED, .exhausts = true,
		.algorithm = 13, .servers = 4, .number = 30 },
	{ "30 keys whose signatures 32 addresses share", make_all_sign, REASON_BUDGET_EXHAUSTED, .exhausts = true,
		.algorithm = 13, .bits = 1, .servers = 32, .number = 30 },
	{ "new keys everywhere, RSA-512", make_new_keys, REASON_BUDGET_EXHAUSTED, .exhausts = true, .algorithm = 8,
		.bits = 512, .exponent = 5, .servers = 32, .number = 7 },
	{ "new keys everywhere, P-384", make_new_keys, REASON_BUDGET_EXHAUSTED, .exhausts = true, .algorithm = 14,
		.servers = 32, .number = 7 },
	{ "more keys than are told apart, L-DOS-1", make_new_keys, REASON_TOO_MANY_KEYS, .cost_max_us = 4000, .algorithm = 15,
		.servers = 9, .number = 31 },
	{ "33 keys at one address, L-DOS-1", make_new_keys, REASON_TOO_MANY_KEYS, .cost_max_us = 1000, .algorithm = 13,
		.servers = 1, .number = 32 },
	{ "33 signatures, L-DOS-1", make_forged, REASON_TOO_MANY_SIGNATURES, .cost_max_us = 8000, .algorithm = 13, .servers = 32,
		.number = 33 },
	{ "9 signatures by one key", make_forged, REASON_TOO_MANY_SIGNATURES, .cost_max_us = 3000, .algorithm = 13,
		.servers = 1, .number = 9 },
	{ "8 forged signatures beside a good one, A-15", make_half_forged, REASON_ACCEPT_UPDATE, .algorithm = 13, .number = 8 },
	{ "9 forged signatures beside a good one, A-15", make_half_forged, REASON_TOO_MANY_SIGNATURES, .algorithm = 13,
		.number = 9 },
	{ "as many marks as are kept, A-05", make_many_marks, REASON_ACCEPT_UPDATE, .number = 16 },
	{ "more marks than are kept, A-05", make_many_marks, REASON_TOO_MANY_SIGNATURES, .number = 17 },
	{ "4 keys of one tag, P-384, T-45", make_collisions, REASON_TOO_MANY_SIGNATURES, .exhausts = true, .algorithm = 14,
		.servers = 32, .number = 4 },
	{ "5 keys of one tag, P-384, T-45", make_collisions, REASON_KEY_TAG_COLLISIONS, .cost_max_us = 4000, .algorithm = 14,
		.servers = 32, .number = 5 },
};

const struct hostile_child *hostile_by_keys(size_t *count)
{
	*count = sizeof honest_and_keys / sizeof honest_and_keys[0];
	return honest_and_keys;
}
