/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Denial: which of several records counts, what is remembered between them, owners that are nearly a hash. */
#include "tests/unit/dnssec_world.h"
#include "validate/dnssec/denial.h"
#include "validate/dnssec/verifier.h"
#include "validate/wire/limits.h"

#define NEXT "016107" "6578616d706c65" "00"	/* a.example. */
#define BITMAP "0007 22 00 00 00 00 02 90"
#define PLAIN "01 00 0000 00"		/* SHA-1, no flags, no iterations, no salt */
#define HASH20 "14 000102030405060708090a0b0c0d0e0f10111213"

/* How a record of the authority section is signed. */
enum signing { BY_NOBODY, BY_ZONE, BY_ZONE_ONCE };	/* the last one's signature has expired */

struct question {
	struct world *w;
	const char *zone;
	struct message m;
	struct record records[16];
	struct verifier *v;
};

static struct question question(struct world *w, const char *zone)
{
	struct question q = { .w = w, .zone = zone, .v = verifier_new(w->crypto, w->arena, NOW) };
	assert_non_null(q.v);
	return q;
}

static void put(struct question *q, const struct name *owner, uint16_t type, const char *hex, enum signing signing)
{
	struct rrset set = fixture_one(q->w->arena, "example.", type, hex);
	set.owner = owner;
	size_t *count = &q->m.count[SECTION_AUTHORITY];
	q->records[(*count)++] = (struct record){ owner, type, CLASS_IN, 300, set.rdata[0] };
	if (signing != BY_NOBODY) {
		struct vector_sig fields = signer_fields(&q->w->signer, &set, signing == BY_ZONE ? NOW : NOW - 30 * 86400);
		fields.signer = q->zone;
		q->records[(*count)++] = (struct record){ owner, TYPE_RRSIG, CLASS_IN, 300,
			signer_sign(&q->w->signer, q->w->arena, &set, &fields) };
	}
}

static void expect(struct question *q, enum denial_status status, enum sig_status sig)
{
	struct denial got;
	q->m.records[SECTION_AUTHORITY] = q->records;
	assert_int_equal(denial_nodata(q->v, q->w->crypto, fixture_name(q->w->arena, q->zone), &q->m, TYPE_CDS,
		&q->w->signer.key, 1, &got), 0);
	assert_int_equal(got.status, status);
	assert_int_equal(got.sig, sig);
	verifier_free(q->v);
}

/* The owner that the hash of the name has under zone. */
static const struct name *hashed(struct world *w, const char *text, const char *zone, uint16_t iterations,
	struct slice salt)
{
	const struct name *name = fixture_name(w->arena, text);
	const struct hash_part parts[] = { { name->octets, name->size }, { salt.data, salt.size } };
	uint8_t hash[20];
	assert_int_equal(crypto_nsec3_hash(w->crypto, &parts[0], &parts[1], iterations, hash), 0);
	char owner[33];
	for (unsigned i = 0; i < 32; i++) {
		unsigned at = i * 5;
		unsigned pair = (unsigned)hash[at / 8] << 8 | (at / 8 + 1 < 20 ? hash[at / 8 + 1] : 0);
		owner[i] = "0123456789abcdefghijklmnopqrstuv"[pair >> (11 - at % 8) & 31];
	}
	owner[32] = '\0';
	return fixture_name(w->arena, arena_printf(w->arena, "%s.%s", owner, zone));
}

static const struct name *apex(struct world *w)
{
	return fixture_name(w->arena, "example.");
}

static const struct name *plain_hash(struct world *w)
{
	return hashed(w, "example.", "example.", 0, (struct slice){ NULL, 0 });
}

/* A proof counts whatever is beside it; of what proves nothing, a signature that does not verify says more than
 * iterations that are not computed, and the first one stays. */
static void the_best_record_counts(void **state)
{
	struct world *w = *state;
	const char *many = "01 00 01f5 00" HASH20 BITMAP;
	const char *good = PLAIN HASH20 BITMAP;
	struct question q = question(w, "example.");
	put(&q, apex(w), TYPE_NSEC, NEXT "0001 22", BY_NOBODY);
	put(&q, plain_hash(w), TYPE_NSEC3, good, BY_ZONE);
	expect(&q, DENIAL_PROVEN, SIG_VALID);

	q = question(w, "example.");
	put(&q, apex(w), TYPE_NSEC, NEXT "0001 22", BY_ZONE);
	put(&q, plain_hash(w), TYPE_NSEC3, good, BY_NOBODY);
	expect(&q, DENIAL_PROVEN, SIG_VALID);

	q = question(w, "example.");
	put(&q, plain_hash(w), TYPE_NSEC3, many, BY_ZONE);
	put(&q, plain_hash(w), TYPE_NSEC3, many, BY_ZONE);
	expect(&q, DENIAL_ITERATIONS, SIG_VALID);

	q = question(w, "example.");
	put(&q, hashed(w, "www.example.", "example.", 0, (struct slice){ NULL, 0 }), TYPE_NSEC3, many, BY_ZONE);
	put(&q, plain_hash(w), TYPE_NSEC3, good, BY_ZONE_ONCE);
	expect(&q, DENIAL_BOGUS, SIG_EXPIRED);

	q = question(w, "example.");
	put(&q, plain_hash(w), TYPE_NSEC3, good, BY_ZONE_ONCE);
	put(&q, hashed(w, "www.example.", "example.", 0, (struct slice){ NULL, 0 }), TYPE_NSEC3, many, BY_ZONE);
	expect(&q, DENIAL_BOGUS, SIG_EXPIRED);

	q = question(w, "example.");
	put(&q, apex(w), TYPE_NSEC, NEXT "0001 22", BY_NOBODY);
	put(&q, plain_hash(w), TYPE_NSEC3, good, BY_ZONE_ONCE);
	expect(&q, DENIAL_BOGUS, SIG_MISSING);
}

/* The hash of the record before is used again for equal parameters only. */
static void hashes_are_of_their_own_parameters(void **state)
{
	struct world *w = *state;
	const char *first = PLAIN HASH20 BITMAP;
	struct question q = question(w, "example.");
	put(&q, plain_hash(w), TYPE_NSEC3, first, BY_NOBODY);
	expect(&q, DENIAL_BOGUS, SIG_MISSING);

	q = question(w, "example.");
	const struct name *other = hashed(w, "www.example.", "example.", 0, (struct slice){ NULL, 0 });
	put(&q, other, TYPE_NSEC3, first, BY_NOBODY);
	put(&q, plain_hash(w), TYPE_NSEC3, "01 00 0001 00" HASH20 BITMAP, BY_ZONE);
	expect(&q, DENIAL_NONE, SIG_BOGUS);

	q = question(w, "example.");
	put(&q, other, TYPE_NSEC3, first, BY_NOBODY);
	put(&q, plain_hash(w), TYPE_NSEC3, "01 00 0000 01 00" HASH20 BITMAP, BY_ZONE);
	expect(&q, DENIAL_NONE, SIG_BOGUS);

	const uint8_t salt = 7;
	q = question(w, "example.");
	put(&q, other, TYPE_NSEC3, "01 00 0000 01 07" HASH20 BITMAP, BY_NOBODY);
	put(&q, hashed(w, "example.", "example.", 0, (struct slice){ &salt, 1 }), TYPE_NSEC3, "01 00 0000 01 08" HASH20 BITMAP,
		BY_ZONE);
	expect(&q, DENIAL_NONE, SIG_BOGUS);

	/* The same verifier looks at another zone, where the hash of the first one is a name like any other. */
	struct question below = question(w, "www.example.");
	struct denial got;
	q = question(w, "example.");
	put(&q, other, TYPE_NSEC3, first, BY_NOBODY);
	q.m.records[SECTION_AUTHORITY] = q.records;
	assert_int_equal(denial_nodata(below.v, w->crypto, apex(w), &q.m, TYPE_CDS, &w->signer.key, 1, &got), 0);
	verifier_free(q.v);
	put(&below, hashed(w, "example.", "www.example.", 0, (struct slice){ NULL, 0 }), TYPE_NSEC3, first, BY_ZONE);
	expect(&below, DENIAL_NONE, SIG_BOGUS);
}

/* Signed owners that only look like the hash of the apex. */
static void owners_that_are_no_hash(void **state)
{
	struct world *w = *state;
	uint8_t salt = 0;
	const struct name *owner = hashed(w, "example.", "example.", 0, (struct slice){ &salt, 1 });
	while (memchr(owner->octets + 1, '0', 32) == NULL) {
		salt++;
		owner = hashed(w, "example.", "example.", 0, (struct slice){ &salt, 1 });
	}
	char *rdata = arena_printf(w->arena, "01 00 0000 01 %02x" HASH20 BITMAP, (unsigned)salt);
	struct question q = question(w, "example.");
	put(&q, owner, TYPE_NSEC3, rdata, BY_ZONE);
	expect(&q, DENIAL_PROVEN, SIG_VALID);

	/* 'w' is no digit of base32hex; it stands where 0 is right. */
	struct name *wrong = arena_copy(w->arena, owner, sizeof(*owner));
	*(uint8_t *)memchr(wrong->octets + 1, '0', 32) = 'w';
	q = question(w, "example.");
	put(&q, wrong, TYPE_NSEC3, rdata, BY_ZONE);
	expect(&q, DENIAL_NONE, SIG_BOGUS);

	/* Nor is it at the end, where its bits are those of 'v'. */
	uint8_t other = 0;
	const struct name *ends = hashed(w, "example.", "example.", 0, (struct slice){ &other, 1 });
	while (ends->octets[32] != 'v') {
		other++;
		ends = hashed(w, "example.", "example.", 0, (struct slice){ &other, 1 });
	}
	wrong = arena_copy(w->arena, ends, sizeof(*ends));
	wrong->octets[32] = 'w';
	q = question(w, "example.");
	put(&q, wrong, TYPE_NSEC3, arena_printf(w->arena, "01 00 0000 01 %02x" HASH20 BITMAP, (unsigned)other), BY_ZONE);
	expect(&q, DENIAL_NONE, SIG_BOGUS);

	/* The right label in a zone of as many octets. */
	wrong = arena_copy(w->arena, owner, sizeof(*owner));
	wrong->octets[34] = 'E' + 1;
	q = question(w, "example.");
	put(&q, wrong, TYPE_NSEC3, rdata, BY_ZONE);
	expect(&q, DENIAL_NONE, SIG_BOGUS);

	/* The right label with another one in front, and the two as one label of 33 octets. */
	q = question(w, "example.");
	put(&q, hashed(w, "example.", "x.example.", 0, (struct slice){ &salt, 1 }), TYPE_NSEC3, rdata, BY_ZONE);
	expect(&q, DENIAL_NONE, SIG_BOGUS);
	const struct name *longer = fixture_name(w->arena, arena_printf(w->arena, "%.32sx.example.",
		(const char *)owner->octets + 1));
	q = question(w, "example.");
	put(&q, longer, TYPE_NSEC3, rdata, BY_ZONE);
	expect(&q, DENIAL_NONE, SIG_BOGUS);
}

/* What an earlier window said stays said; a record that cannot be read to its end says nothing. */
static void bitmaps_are_read_to_the_end(void **state)
{
	struct world *w = *state;
	static const struct {
		const char *bitmap;
		enum denial_status expected;
	} cases[] = {
		{ "0007 22 00 00 00 00 02 90 0101 40", DENIAL_PROVEN },
		{ "0008 22 00 00 00 00 02 90 10 0101 40", DENIAL_NONE },	/* CDS */
		{ "0007 26 00 00 00 00 02 90 0101 40", DENIAL_NONE },		/* CNAME */
		{ "0001 22 0107 40", DENIAL_NONE },				/* cut */
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		for (unsigned hashes = 0; hashes < 2; hashes++) {
			struct question q = question(w, "example.");
			put(&q, hashes ? plain_hash(w) : apex(w), hashes ? TYPE_NSEC3 : TYPE_NSEC,
				arena_printf(w->arena, "%s%s", hashes ? PLAIN HASH20 : NEXT, cases[i].bitmap), BY_ZONE);
			bool proven = cases[i].expected == DENIAL_PROVEN;
			expect(&q, cases[i].expected, proven ? SIG_VALID : SIG_BOGUS);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_best_record_counts),
		cmocka_unit_test(hashes_are_of_their_own_parameters),
		cmocka_unit_test(owners_that_are_no_hash),
		cmocka_unit_test(bitmaps_are_read_to_the_end),
	};
	return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
