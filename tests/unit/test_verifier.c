/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Verifier: colliding tags, budgets of an RRset and of a child, what is remembered, several keys. */
#include "tests/unit/dnssec_world.h"
#include "validate/dnssec/cost.h"
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

/* Keys with the tag of the signer's that are not it: two octets of the point are tuned. */
static struct dnskey twin(struct world *w, uint8_t number)
{
	uint8_t *rdata = arena_copy(w->arena, w->signer.key.rdata.data, w->signer.key.rdata.size);
	rdata[10] ^= number;
	for (unsigned i = 0; i < 65536; i++) {
		rdata[20] = (uint8_t)(i >> 8);
		rdata[21] = (uint8_t)i;
		if (dnskey_tag((struct slice){ rdata, w->signer.key.rdata.size }) == w->signer.key.tag) {
			break;
		}
	}
	struct dnskey key;
	assert_int_equal(dnskey_parse((struct slice){ rdata, w->signer.key.rdata.size }, &key), 0);
	assert_int_equal(key.tag, w->signer.key.tag);
	return key;
}

/* R4035-5.3.1-2, R4034-B-1, L-DOS-1: each key with that tag is tried, up to a ceiling. */
/* R4035-5.3.1-2, R4034-B-1: each is tried until one holds, as long as attempts last. */
static void tag_collisions(void **state)
{
	struct world *w = *state;
	struct rrset set = fixture_one(w->arena, "example.", TYPE_CDS, CDS_HEX);
	struct vector_sig fields = signer_fields(&w->signer, &set, NOW);
	fixture_add(w->arena, &set, signer_sign(&w->signer, w->arena, &set, &fields));
	const struct name *zone = fixture_name(w->arena, "example.");
	struct dnskey keys[LIMIT_VERIFY_PER_RRSET + 1];
	for (size_t place = 0; place <= LIMIT_VERIFY_PER_RRSET; place++) {
		for (size_t i = 0; i <= LIMIT_VERIFY_PER_RRSET; i++) {
			keys[i] = i == place ? w->signer.key : twin(w, (uint8_t)(i + 1));
		}
		struct verifier *v = verifier_new(w->crypto, w->arena, NOW);
		struct sig_result result;
		assert_int_equal(verify_by_keys(v, zone, &set, keys, COUNT(keys), &result), 0);
		if (place < LIMIT_VERIFY_PER_RRSET) {
			assert_int_equal(result.status, SIG_VALID);
			assert_ptr_equal(result.key, &keys[place]);
		} else {
			assert_int_equal(result.status, SIG_TOO_MANY);
			assert_null(result.key);
		}
		verifier_free(v);
	}
}

static void unknown_statuses(void **state)
{
	(void)state;
	for (int s = SIG_BOGUS; s <= SIG_BUDGET; s++) {
		bool unknown = s == SIG_BUDGET || s == SIG_TOO_MANY;
		assert_int_equal(sig_status_is_unknown((enum sig_status)s), unknown);
		assert_int_equal(sig_status_graver((enum sig_status)s, SIG_VALID), SIG_VALID);
		assert_int_equal(sig_status_graver(SIG_MISSING, (enum sig_status)s), s);
		assert_int_equal(sig_status_graver((enum sig_status)s, SIG_BUDGET), s == SIG_VALID ? SIG_VALID : SIG_BUDGET);
	}
	assert_int_equal(sig_status_graver(SIG_TOO_MANY, SIG_EXPIRED), SIG_TOO_MANY);
}

/* No message holds such a record; composed sets may be anything. */
static void record_too_long(void **state)
{
	struct world *w = *state;
	struct rrset set = fixture_one(w->arena, "example.", TYPE_CDS, CDS_HEX);
	struct vector_sig fields = signer_fields(&w->signer, &set, NOW);
	fixture_add(w->arena, &set, signer_sign(&w->signer, w->arena, &set, &fields));
	struct verifier *v = verifier_new(w->crypto, w->arena, NOW);
	struct sig_result result;
	set.rdata[0] = (struct slice){ arena_alloc(w->arena, UINT16_MAX + 1), UINT16_MAX };
	assert_int_equal(verify_by_key(v, fixture_name(w->arena, "example."), &set, &w->signer.key, &result), 0);
	assert_int_equal(result.status, SIG_BOGUS);
	set.rdata[0].size++;
	assert_int_equal(verify_by_key(v, fixture_name(w->arena, "example."), &set, &w->signer.key, &result), ERR_ARG);
	verifier_free(v);
}

/* A false signature, another one for each number. */
static struct slice forged(struct world *w, const struct rrset *set, unsigned number)
{
	struct vector_sig fields = signer_fields(&w->signer, set, NOW);
	struct slice sig = signer_sign(&w->signer, w->arena, set, &fields);
	uint8_t *octets = arena_copy(w->arena, sig.data, sig.size);
	octets[sig.size - 60] ^= (uint8_t)(number >> 8 | 0x80);
	octets[sig.size - 61] ^= (uint8_t)number;
	return (struct slice){ octets, sig.size };
}

/* attempts count, not signatures. */
static void budget_of_rrset(void **state)
{
	struct world *w = *state;
	struct rrset set = fixture_one(w->arena, "example.", TYPE_CDS, CDS_HEX);
	for (unsigned i = 0; i < LIMIT_VERIFY_PER_RRSET - 1; i++) {
		fixture_add(w->arena, &set, forged(w, &set, i));
	}
	struct rrset before = set;
	struct vector_sig fields = signer_fields(&w->signer, &set, NOW);
	struct slice good = signer_sign(&w->signer, w->arena, &set, &fields);
	fixture_add(w->arena, &set, good);
	expect("the eighth", verify(w, "example.", &set, &w->signer.key, NOW), SIG_VALID);
	set = before;
	fixture_add(w->arena, &set, forged(w, &set, 99));
	expect("eight false", verify(w, "example.", &set, &w->signer.key, NOW), SIG_BOGUS);
	fixture_add(w->arena, &set, good);
	expect("the ninth", verify(w, "example.", &set, &w->signer.key, NOW), SIG_TOO_MANY);
	/* Signatures by others and expired ones cost nothing. */
	set = before;
	struct vector_sig other = fields;
	other.tag++;
	struct vector_sig expired = fields;
	expired.expiration = NOW - 1;
	while (set.signature_count < LIMIT_SIGNATURES - 2) {
		other.ttl++;
		expired.ttl++;
		fixture_add(w->arena, &set, signer_sign(&w->signer, w->arena, &set, &other));
		fixture_add(w->arena, &set, signer_sign(&w->signer, w->arena, &set, &expired));
	}
	fixture_add(w->arena, &set, good);
	expect("not counted", verify(w, "example.", &set, &w->signer.key, NOW), SIG_VALID);
	while (set.signature_count <= LIMIT_SIGNATURES) {
		fixture_add(w->arena, &set, good);
	}
	expect("but there is an end", verify(w, "example.", &set, &w->signer.key, NOW), SIG_TOO_MANY);
}

static void budget_of_child(void **state)
{
	struct world *w = *state;
	const struct name *zone = fixture_name(w->arena, "example.");
	struct verifier *v = verifier_new(w->crypto, w->arena, NOW);
	struct sig_result result = { .status = SIG_BOGUS };
	unsigned number = 0;
	struct rrset set = fixture_one(w->arena, "example.", TYPE_CDS, CDS_HEX);
	while (result.status == SIG_BOGUS) {
		set.signature_count = 0;
		for (unsigned i = 0; i < LIMIT_VERIFY_PER_RRSET; i++) {
			fixture_add(w->arena, &set, forged(w, &set, number++));
		}
		uint32_t before = verifier_cost(v);
		assert_int_equal(verify_by_key(v, zone, &set, &w->signer.key, &result), 0);
		uint32_t first = verifier_cost(v) - before;
		if (result.status == SIG_BUDGET) {
			break;
		}
		assert_int_equal(result.status, SIG_BOGUS);
		assert_int_equal(verifier_attempts(v), number);
		assert_true(first >= LIMIT_VERIFY_PER_RRSET * cost_verify(&w->signer.key, 0));
		/* Asked again, it is remembered; to look it up is not free. */
		before = verifier_cost(v);
		assert_int_equal(verify_by_key(v, zone, &set, &w->signer.key, &result), 0);
		assert_int_equal(verifier_attempts(v), number);
		assert_true(verifier_cost(v) > before && verifier_cost(v) - before < first / 8);
	}
	assert_int_equal(result.status, SIG_BUDGET);
	assert_int_equal(verifier_cost(v), LIMIT_COST_NS);
	unsigned made = verifier_attempts(v);
	assert_true(made >= number - LIMIT_VERIFY_PER_RRSET && made < number);
	assert_true(made <= LIMIT_COST_NS / cost_verify(&w->signer.key, 0));
	/* And not even what is cheap, and good, from then on. */
	set.signature_count = 0;
	struct vector_sig fields = signer_fields(&w->signer, &set, NOW);
	fixture_add(w->arena, &set, signer_sign(&w->signer, w->arena, &set, &fields));
	assert_int_equal(verify_by_key(v, zone, &set, &w->signer.key, &result), 0);
	assert_int_equal(result.status, SIG_BUDGET);
	assert_int_equal(verifier_attempts(v), made);
	assert_false(verifier_charge(v, 1));
	verifier_free(v);
}

/* What is left is spent to the last, and an import or a verification that does not fit is not begun. */
static void budget_left(void **state)
{
	struct world *w = *state;
	const struct name *zone = fixture_name(w->arena, "example.");
	struct rrset set = fixture_one(w->arena, "example.", TYPE_CDS, CDS_HEX);
	struct vector_sig fields = signer_fields(&w->signer, &set, NOW);
	struct slice sig = signer_sign(&w->signer, w->arena, &set, &fields);
	fixture_add(w->arena, &set, sig);
	size_t octets = sig.size - 64 + set.owner->size + 10 + set.rdata[0].size;
	const uint32_t parts[] = { cost_search(1, 1), cost_prepare(octets), cost_import(&w->signer.key),
		cost_verify(&w->signer.key, octets) };
	uint32_t needed = 0;
	for (size_t i = 0; i <= COUNT(parts); i++) {
		for (uint32_t more = 0; more < 2; more++) {
			struct verifier *v = verifier_new(w->crypto, w->arena, NOW);
			struct sig_result result;
			/* One nanosecond too little for part i; with the last part exactly enough. */
			if (needed + more > 0) {
				assert_true(verifier_charge(v, LIMIT_COST_NS - needed + (more == 0)));
			}
			assert_int_equal(verify_by_key(v, zone, &set, &w->signer.key, &result), 0);
			bool enough = needed + more == 0 || (i == COUNT(parts) && more == 1);
			expect("what is left", result.status, enough ? SIG_VALID : SIG_BUDGET);
			assert_int_equal(verifier_attempts(v), enough);
			verifier_free(v);
		}
		needed += i < COUNT(parts) ? parts[i] : 0;
	}
}

/* what is remembered belongs to this key, this signature and these data, not to their addresses. */
static void memory(void **state)
{
	struct world *w = *state;
	const struct name *zone = fixture_name(w->arena, "example.");
	struct verifier *v = verifier_new(w->crypto, w->arena, NOW);
	struct sig_result result;
	struct rrset set = fixture_one(w->arena, "example.", TYPE_CDS, CDS_HEX);
	struct vector_sig fields = signer_fields(&w->signer, &set, NOW);
	fixture_add(w->arena, &set, signer_sign(&w->signer, w->arena, &set, &fields));
	assert_int_equal(verify_by_key(v, zone, &set, &w->signer.key, &result), 0);
	assert_int_equal(result.status, SIG_VALID);
	struct rrset copy = fixture_one(w->arena, "example.", TYPE_CDS, CDS_HEX);
	fixture_add(w->arena, &copy, signer_sign(&w->signer, w->arena, &copy, &fields));
	assert_int_equal(verify_by_key(v, zone, &copy, &w->signer.key, &result), 0);
	assert_int_equal(result.status, SIG_VALID);
	assert_int_equal(verifier_attempts(v), 1);
	/* The same octets in place, changed. */
	uint8_t *rdata = arena_copy(w->arena, set.rdata[0].data, set.rdata[0].size);
	rdata[5] ^= 1;
	set.rdata[0].data = rdata;
	assert_int_equal(verify_by_key(v, zone, &set, &w->signer.key, &result), 0);
	assert_int_equal(result.status, SIG_BOGUS);
	assert_int_equal(verifier_attempts(v), 2);
	struct dnskey other = twin(w, 3);
	assert_int_equal(verify_by_key(v, zone, &copy, &other, &result), 0);
	assert_int_equal(result.status, SIG_BOGUS);
	assert_int_equal(verifier_attempts(v), 3);
	verifier_free(v);
	verifier_free(NULL);
}

/* Any usable key of the zone may sign; one that may not sign does not count. */
static void by_keys(void **state)
{
	struct world *w = *state;
	const struct name *zone = fixture_name(w->arena, "example.");
	struct signer zsk;
	signer_init(&zsk, w->arena, "example.", 5, 256, 3);
	struct rrset set = fixture_one(w->arena, "example.", TYPE_CDS, CDS_HEX);
	struct vector_sig fields = signer_fields(&zsk, &set, NOW);
	fixture_add(w->arena, &set, signer_sign(&zsk, w->arena, &set, &fields));
	const struct dnskey keys[] = { w->signer.key, zsk.key };
	struct verifier *v = verifier_new(w->crypto, w->arena, NOW);
	struct sig_result result;
	assert_int_equal(verify_by_keys(v, zone, &set, keys, 2, &result), 0);
	assert_int_equal(result.status, SIG_VALID);
	assert_ptr_equal(result.key, &keys[1]);
	assert_int_equal(result.sig.tag, zsk.key.tag);
	assert_int_equal(verify_by_keys(v, zone, &set, keys, 1, &result), 0);
	assert_int_equal(result.status, SIG_MISSING);
	assert_int_equal(verify_by_keys(v, zone, &set, NULL, 0, &result), 0);
	assert_int_equal(result.status, SIG_MISSING);
	verifier_free(v);
	signer_deinit(&zsk);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tag_collisions),
		cmocka_unit_test(unknown_statuses),
		cmocka_unit_test(record_too_long),
		cmocka_unit_test(budget_of_rrset),
		cmocka_unit_test(budget_of_child),
		cmocka_unit_test(budget_left),
		cmocka_unit_test(memory),
		cmocka_unit_test(by_keys),
	};
	return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
