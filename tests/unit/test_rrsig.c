/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RRSIG: frozen signatures of every algorithm, each condition of RFC 4035 section 5.3.1, serial times,
 * and which explanation wins. */
#include "tests/unit/dnssec_world.h"
#include "validate/dnssec/provider.h"
#include "validate/dnssec/rrsig.h"
#include "validate/wire/err.h"
#include "validate/wire/limits.h"

#define CDS_HEX "00010d020101010101010101010101010101010101010101010101010101010101010101"

static enum sig_status verify(struct world *w, const char *zone, const struct rrset *set,
	const struct dnskey *key, uint32_t now)
{
	struct verifier *v = verifier_new(w->crypto, w->arena, now);
	assert_non_null(v);
	struct sig_result result;
	assert_int_equal(verify_by_key(v, fixture_name(w->arena, zone), set, key, &result), 0);
	assert_true((result.status == SIG_VALID) == (result.key == key));
	verifier_free(v);
	return result.status;
}

static void expect(const char *label, enum sig_status got, enum sig_status expected)
{
	if (got != expected) {
		fail_msg("%s: got %d, expected %d", label, (int)got, (int)expected);
	}
}

static void vectors_verify(void **state)
{
	struct world *w = *state;
	for (size_t i = 0; i < COUNT(good_vectors); i++) {
		const struct vector *v = &good_vectors[i];
		struct dnskey key = fixture_key(w->arena, &v->key);
		struct rrset set = fixture_rrset(w->arena, v);
		assert_int_equal(key.tag, v->sig.tag);
		expect(v->label, verify(w, v->zone, &set, &key, v->now), SIG_VALID);
		expect(v->label, verify(w, v->zone, &set, &key, v->sig.inception), SIG_VALID);
		expect(v->label, verify(w, v->zone, &set, &key, v->sig.expiration), SIG_VALID);
		expect(v->label, verify(w, v->zone, &set, &key, v->sig.inception - 1), SIG_NOT_YET_VALID);
		expect(v->label, verify(w, v->zone, &set, &key, v->sig.expiration + 1), SIG_EXPIRED);
	}
}

/* One bit of key, data, TTL or signature changed, and it does not verify. */
static void vectors_changed(void **state)
{
	struct world *w = *state;
	for (size_t i = 0; i < COUNT(good_vectors); i++) {
		const struct vector *v = &good_vectors[i];
		struct dnskey key = fixture_key(w->arena, &v->key);
		for (unsigned place = 0; place < 5; place++) {
			struct rrset set = fixture_rrset(w->arena, v);
			uint8_t *sig = arena_copy(w->arena, set.signatures[0].data, set.signatures[0].size);
			uint8_t *rdata = arena_copy(w->arena, set.rdata[0].data, set.rdata[0].size);
			size_t sig_size = set.signatures[0].size;
			switch (place) {
			case 0:
				rdata[set.rdata[0].size - 1] ^= 1;
				break;
			case 1:
				sig[7] ^= 1;	/* original TTL */
				break;
			case 2:
				sig[sig_size - 1] ^= 1;
				break;
			case 3:
				sig_size--;
				break;
			default:
				memset(sig + sig_size - 57, 0, 57);
				break;
			}
			set.signatures[0] = (struct slice){ sig, sig_size };
			set.rdata[0] = (struct slice){ rdata, set.rdata[0].size };
			expect(v->label, verify(w, v->zone, &set, &key, v->now), SIG_BOGUS);
		}
	}
}

static void vectors_with_other_labels(void **state)
{
	struct world *w = *state;
	for (size_t i = 0; i < COUNT(label_vectors); i++) {
		const struct vector *v = &label_vectors[i];
		struct dnskey key = fixture_key(w->arena, &v->key);
		struct rrset set = fixture_rrset(w->arena, v);
		expect(v->label, verify(w, v->zone, &set, &key, v->now), SIG_BOGUS);
	}
}

/* RFC 4035 section 5.3.1, one by one: a true signature with exactly one field wrong. */
enum fault { FAULT_NONE, FAULT_SIGNER, FAULT_SIGNER_PARENT, FAULT_COVERED, FAULT_LABELS_MORE,
	FAULT_LABELS_FEWER, FAULT_EXPIRED, FAULT_FUTURE, FAULT_BACKWARDS, FAULT_TAG, FAULT_ALGORITHM,
	FAULT_OUTSIDE, STARRED };

static const struct condition_case {
	const char *label;
	enum fault fault;
	uint16_t flags;
	uint8_t protocol;
	enum sig_status expected;
} condition_cases[] = {
	{ "all hold, R4035-5.3.1-1", FAULT_NONE, 257, 3, SIG_VALID },
	{ "key without SEP, R4034-2.1.1-1", FAULT_NONE, 256, 3, SIG_VALID },
	{ "signer below the zone", FAULT_SIGNER, 257, 3, SIG_BOGUS },
	{ "signer above the zone, R4035-5.3.1-1", FAULT_SIGNER_PARENT, 257, 3, SIG_BOGUS },
	{ "other type covered, R4035-5.3.1-1", FAULT_COVERED, 257, 3, SIG_BOGUS },
	{ "more labels than the owner", FAULT_LABELS_MORE, 257, 3, SIG_BOGUS },
	{ "fewer labels than the owner, R4035-5.3.1-1", FAULT_LABELS_FEWER, 257, 3, SIG_BOGUS },
	{ "expired, R4035-5.3.1-1", FAULT_EXPIRED, 257, 3, SIG_EXPIRED },
	{ "not yet valid, R4035-5.3.1-1", FAULT_FUTURE, 257, 3, SIG_NOT_YET_VALID },
	{ "ends before it begins", FAULT_BACKWARDS, 257, 3, SIG_BOGUS },
	{ "other tag", FAULT_TAG, 257, 3, SIG_MISSING },
	{ "other algorithm", FAULT_ALGORITHM, 257, 3, SIG_MISSING },
	{ "owner outside the zone", FAULT_OUTSIDE, 257, 3, SIG_BOGUS },
	{ "owner that begins with a star and is no wildcard", STARRED, 257, 3, SIG_VALID },
	{ "no Zone bit, R4034-2.1.1-1", FAULT_NONE, 1, 3, SIG_BOGUS },
	{ "revoked, R5011-2.1-1", FAULT_NONE, 257 | DNSKEY_FLAG_REVOKE, 3, SIG_BOGUS },
	{ "protocol 2, R4034-2.1.2-1", FAULT_NONE, 257, 2, SIG_BOGUS },
};

static void spoil(struct vector_sig *f, enum fault fault)
{
	switch (fault) {
	case FAULT_SIGNER:
		f->signer = "www.example.";
		break;
	case FAULT_SIGNER_PARENT:
		f->signer = ".";
		break;
	case FAULT_COVERED:
		f->covered = TYPE_CDNSKEY;
		break;
	case FAULT_LABELS_MORE:
		f->labels++;
		break;
	case FAULT_LABELS_FEWER:
		f->labels--;
		break;
	case FAULT_EXPIRED:
		f->expiration = NOW - 1;
		break;
	case FAULT_FUTURE:
		f->inception = NOW + 1;
		break;
	case FAULT_BACKWARDS:
		f->inception = NOW;
		f->expiration = NOW - 10;
		break;
	case FAULT_TAG:
		f->tag++;
		break;
	case FAULT_ALGORITHM:
		f->algorithm = 13;
		break;
	case FAULT_NONE:
	case FAULT_OUTSIDE:
	case STARRED:
		break;
	}
}

static const char *owner(enum fault fault)
{
	return fault == FAULT_OUTSIDE ? "exemple." : fault == STARRED ? "*x.example." : "example.";
}

static void conditions(void **state)
{
	struct world *w = *state;
	for (size_t i = 0; i < COUNT(condition_cases); i++) {
		const struct condition_case *c = &condition_cases[i];
		struct signer s;
		signer_init(&s, w->arena, "example.", 7, c->flags, c->protocol);
		struct rrset set = fixture_one(w->arena, owner(c->fault), TYPE_CDS, CDS_HEX);
		struct vector_sig fields = signer_fields(&s, &set, NOW);
		spoil(&fields, c->fault);
		fixture_add(w->arena, &set, signer_sign(&s, w->arena, &set, &fields));
		expect(c->label, verify(w, "example.", &set, &s.key, NOW), c->expected);
		signer_deinit(&s);
	}
}

/* The TTL a server shows, and the order of its records, are not signed: R4035-5.3.2-1. */
static void shown_ttl_is_free(void **state)
{
	struct world *w = *state;
	struct rrset set = fixture_one(w->arena, "EXAMPLE.", TYPE_CDS, CDS_HEX);
	struct vector_sig fields = signer_fields(&w->signer, &set, NOW);
	fixture_add(w->arena, &set, signer_sign(&w->signer, w->arena, &set, &fields));
	set.ttl = 17;
	expect("shown TTL", verify(w, "example.", &set, &w->signer.key, NOW), SIG_VALID);
}

static const struct serial_case {
	uint32_t a;
	uint32_t b;
	bool before;
} serial_cases[] = {
	{ 0, 1, true }, { 1, 0, false }, { 5, 5, false },
	{ 0, 0x7fffffff, true }, { 0x7fffffff, 0, false },
	{ 0, 0x80000000, false }, { 0x80000000, 0, false },	/* undefined */
	{ 0xffffffff, 0, true }, { 0, 0xffffffff, false },
	{ 0xfffffff0, 16, true }, { 0x7fffffff, 0x80000000, true }, { 0x80000000, 0x7fffffff, false },
};

static void serials(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(serial_cases); i++) {
		assert_int_equal(serial_before(serial_cases[i].a, serial_cases[i].b),
			serial_cases[i].before);
	}
}

static const struct time_case {
	const char *label;
	uint32_t inception;
	uint32_t expiration;
	uint32_t now;
	enum sig_status expected;
} time_cases[] = {
	{ "in between", 100, 200, 150, SIG_VALID },
	{ "one instant", 100, 100, 100, SIG_VALID },
	{ "over the wrap, before it, W-18", 0xffffff00, 0x100, 0xffffff80, SIG_VALID },
	{ "over the wrap, after it", 0xffffff00, 0x100, 0x80, SIG_VALID },
	{ "over the wrap, too early", 0xffffff00, 0x100, 0xfffffe00, SIG_NOT_YET_VALID },
	{ "over the wrap, too late", 0xffffff00, 0x100, 0x200, SIG_EXPIRED },
	{ "over 2^31, before it", 0x7fffff00, 0x80000100, 0x7fffffff, SIG_VALID },
	{ "over 2^31, after it", 0x7fffff00, 0x80000100, 0x80000000, SIG_VALID },
	{ "over 2^31, too late, W-18", 0x7fffff00, 0x80000100, 0x80000101, SIG_EXPIRED },
	{ "in a hundred years it means another time", 1000, 2000, 1000 + 0x90000000, SIG_NOT_YET_VALID },
	{ "exactly 2^31 away", 1000, 1000, 1000 + 0x80000000, SIG_BOGUS },
	{ "ends before it begins", 200, 100, 150, SIG_BOGUS },
};

static void times(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(time_cases); i++) {
		const struct time_case *c = &time_cases[i];
		const struct rrsig sig = { .inception = c->inception, .expiration = c->expiration };
		expect(c->label, rrsig_time_status(&sig, c->now), c->expected);
	}
}

static void parses(void **state)
{
	struct world *w = *state;
	struct slice rdata = fixture_sig(w->arena, &good_vectors[0].sig);
	struct rrsig sig;
	assert_int_equal(rrsig_parse(rdata, &sig), 0);
	assert_int_equal(sig.covered, 6);
	assert_int_equal(sig.algorithm, 5);
	assert_int_equal(sig.labels, 1);
	assert_int_equal(sig.original_ttl, 3600);
	assert_int_equal(sig.expiration, 1084127779);
	assert_int_equal(sig.inception, 1081535779);
	assert_int_equal(sig.tag, 38519);
	assert_true(name_equal(&sig.signer, fixture_name(w->arena, "example.")));
	assert_int_equal(sig.signature.size, 128);
	assert_int_equal(sig.head.size, 18 + 9);
	/* Nothing shorter than head and one octet of signature is an RRSIG. */
	for (size_t size = 0; size <= 18 + 9; size++) {
		uint8_t *cut = arena_copy(w->arena, rdata.data, size);
		assert_int_equal(rrsig_parse((struct slice){ cut, size }, &sig), ERR_FORMAT);
	}
	assert_int_equal(rrsig_parse((struct slice){ rdata.data, 18 + 9 + 1 }, &sig), 0);
}

/* A signature by no wanted key, an RRset without one, and no RRset. */
static void missing(void **state)
{
	struct world *w = *state;
	struct rrset set = fixture_one(w->arena, "example.", TYPE_CDS, CDS_HEX);
	expect("unsigned", verify(w, "example.", &set, &w->signer.key, NOW), SIG_MISSING);
	struct signer other;
	signer_init(&other, w->arena, "example.", 9, 257, 3);
	struct vector_sig fields = signer_fields(&other, &set, NOW);
	fixture_add(w->arena, &set, signer_sign(&other, w->arena, &set, &fields));
	expect("by another key", verify(w, "example.", &set, &w->signer.key, NOW), SIG_MISSING);
	struct rrset none = { .type = TYPE_CDS };
	expect("no RRset", verify(w, "example.", &none, &w->signer.key, NOW), SIG_MISSING);
	signer_deinit(&other);
}

/* R6840-5.4-1: of several signatures the best counts, and the explanation that tells most. */
static void precedence(void **state)
{
	struct world *w = *state;
	struct rrset set = fixture_one(w->arena, "example.", TYPE_CDS, CDS_HEX);
	const struct vector_sig good = signer_fields(&w->signer, &set, NOW);
	struct vector_sig fields = good;
	fields.labels = 9;
	fixture_add(w->arena, &set, signer_sign(&w->signer, w->arena, &set, &fields));
	expect("bogus", verify(w, "example.", &set, &w->signer.key, NOW), SIG_BOGUS);
	fields = good;
	fields.inception = NOW + 9;
	fixture_add(w->arena, &set, signer_sign(&w->signer, w->arena, &set, &fields));
	expect("bogus, future", verify(w, "example.", &set, &w->signer.key, NOW), SIG_NOT_YET_VALID);
	fields = good;
	fields.expiration = NOW - 9;
	fixture_add(w->arena, &set, signer_sign(&w->signer, w->arena, &set, &fields));
	expect("bogus, future, expired", verify(w, "example.", &set, &w->signer.key, NOW), SIG_EXPIRED);
	fixture_add(w->arena, &set, signer_sign(&w->signer, w->arena, &set, &good));
	expect("and a good one", verify(w, "example.", &set, &w->signer.key, NOW), SIG_VALID);
	/* Octets that are no RRSIG do no harm. */
	fixture_add(w->arena, &set, fixture_hex(w->arena, "003b0f"));
	expect("and rubbish", verify(w, "example.", &set, &w->signer.key, NOW), SIG_VALID);
}

static void unsupported(void **state)
{
	struct world *w = *state;
	/* ECC-GOST, and RSA larger than is tried. */
	struct wire k = wire_writer(arena_alloc(w->arena, 1100), 1100);
	wire_write_u16(&k, 257);
	wire_write_u8(&k, 3);
	wire_write_u8(&k, 12);
	for (unsigned i = 0; i < 64; i++) {
		wire_write_u8(&k, (uint8_t)(i * 7 + 1));
	}
	struct dnskey key = fixture_dnskey(&k);
	struct rrset set = fixture_one(w->arena, "example.", TYPE_CDS, CDS_HEX);
	struct vector_sig fields = signer_fields(&w->signer, &set, NOW);
	fields.algorithm = 12;
	fields.tag = key.tag;
	fixture_add(w->arena, &set, signer_sign(&w->signer, w->arena, &set, &fields));
	expect("algorithm 12", verify(w, "example.", &set, &key, NOW), SIG_UNSUPPORTED);
	k = wire_writer(k.out, 1100);
	wire_write_u16(&k, 257);
	wire_write_u8(&k, 3);
	wire_write_u8(&k, 8);
	wire_write_u8(&k, 1);
	wire_write_u8(&k, 3);
	for (unsigned i = 0; i < LIMIT_RSA_OCTETS + 1; i++) {
		wire_write_u8(&k, 0xff);
	}
	key = fixture_dnskey(&k);
	set.signature_count = 0;
	fields.algorithm = 8;
	fields.tag = key.tag;
	fixture_add(w->arena, &set, signer_sign(&w->signer, w->arena, &set, &fields));
	expect("RSA of 4104 bits", verify(w, "example.", &set, &key, NOW), SIG_UNSUPPORTED);
}

/* Where the system's policy has switched RSA/SHA-1 off, a signature with it is unsupported, not bogus
 * (A-04). */
static void switched_off(void **state)
{
	struct world *w = *state;
	const struct vector *v = &good_vectors[0];
	struct dnskey key = fixture_key(w->arena, &v->key);
	struct rrset set = fixture_rrset(w->arena, v);
	assert_int_equal(key.algorithm, 5);
	w->crypto->has[5] = false;
	expect("switched off", verify(w, v->zone, &set, &key, v->now), SIG_UNSUPPORTED);
	expect("and expired", verify(w, v->zone, &set, &key, v->sig.expiration + 1), SIG_EXPIRED);
	w->crypto->has[5] = true;
	expect("switched on", verify(w, v->zone, &set, &key, v->now), SIG_VALID);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vectors_verify),
		cmocka_unit_test(vectors_changed),
		cmocka_unit_test(vectors_with_other_labels),
		cmocka_unit_test(conditions),
		cmocka_unit_test(shown_ttl_is_free),
		cmocka_unit_test(serials),
		cmocka_unit_test(times),
		cmocka_unit_test(parses),
		cmocka_unit_test(missing),
		cmocka_unit_test(precedence),
		cmocka_unit_test(unsupported),
		cmocka_unit_test(switched_off),
	};
	return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
