/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values of accept that have no encoding, octets that only look like one, and what silence forgets. */
#include "tests/unit/accept_fixture.h"
#include "validate/accept/silence.h"
#include "validate/wire/limits.h"

/* Behind everything else of a decision: trigger, TTL, signaling, no window; of a state: nothing that lasts. */
#define TIME_OCTETS (1 + 4 + 2 + 1)
#define LIFE_OCTETS 2

static struct fixture x;

static int set_up(void **unused)
{
	(void)unused;
	fixture_init(&x);
	assert_int_equal(fixture_try(&x), 0);
	return 0;
}

static int tear_down(void **unused)
{
	(void)unused;
	fixture_free(&x);
	return 0;
}

static int encode(const struct decision *d)
{
	struct slice out;
	return decision_encode(d, x.arena, &out);
}

static void test_decisions_out_of_range(void **unused)
{
	(void)unused;
	struct ds many[LIMIT_DS + 1];
	memset(many, 0, sizeof many);
	for (size_t i = 0; i <= LIMIT_DS; i++) {
		many[i] = fixture_ds('B');
		many[i].tag = (uint16_t)i;
	}
	struct decision d = x.decision;
	assert_int_equal(encode(&d), 0);
	d.ds_before = (struct ds_set){ .count = LIMIT_DS, .ds = many };
	d.ds_after = d.ds_before;
	assert_int_equal(encode(&d), 0);
	d.ds_after.count++;
	assert_int_equal(encode(&d), ERR_LIMIT);
	d.ds_after.count--;
	d.ds_before.count++;
	assert_int_equal(encode(&d), ERR_LIMIT);
	d = x.decision;
	d.change = (enum change_class)(CHANGE_TTL + 1);
	assert_int_equal(encode(&d), ERR_ARG);
	d = x.decision;
	d.security = (enum child_security)(SECURITY_UNUSABLE + 1);
	assert_int_equal(encode(&d), ERR_ARG);
	d = x.decision;
	d.servers[0].class = (enum response_class)(RESPONSE_SKIPPED + 1);
	assert_int_equal(encode(&d), ERR_ARG);
	d.servers[0].class = RESPONSE_POS;
	d.servers[0].classes[EVIDENCE_SOA_LAST] = (enum response_class)(RESPONSE_SKIPPED + 1);
	assert_int_equal(encode(&d), ERR_ARG);
	d.servers[0].classes[EVIDENCE_SOA_LAST] = RESPONSE_POS;
	d.servers[0].address.family = 5;
	assert_int_equal(encode(&d), ERR_ARG);
	d.servers[0].address.family = 4;
	assert_int_equal(encode(&d), 0);
}

/* More checks than there may be, and none of them there: the rest reads as it should. */
static void test_checks_that_are_not_there(void **unused)
{
	(void)unused;
	struct decision d = x.decision;
	struct slice good;
	d.check_count = 0;
	assert_int_equal(decision_encode(&d, x.arena, &good), 0);
	uint8_t *octets = arena_copy(x.arena, good.data, good.size);
	size_t at = good.size - TIME_OCTETS - 4 - SHA256_OCTETS - 2;
	assert_int_equal(octets[at] << 8 | octets[at + 1], 0);
	assert_int_equal(decision_decode((struct slice){ octets, good.size }, x.arena, &d), 0);
	octets[at] = (LIMIT_CHECKS + 33) >> 8;
	octets[at + 1] = (LIMIT_CHECKS + 33) & 0xff;
	assert_int_equal(decision_decode((struct slice){ octets, good.size }, x.arena, &d), ERR_FORMAT);
}

static void test_policies_out_of_range(void **unused)
{
	(void)unused;
	uint8_t octets[POLICY_ENCODED_MAX];
	struct policy p = x.policy;
	assert_true(policy_encode(&p, octets, sizeof octets) > 0);
	p.rules.types = (enum types_mode)(TYPES_SINGLE_CDNSKEY + 1);
	assert_int_equal(policy_encode(&p, octets, sizeof octets), 0);
	p = x.policy;
	p.rules.digests = (enum digest_mode)(DIGEST_MODE_AUGMENT + 1);
	assert_int_equal(policy_encode(&p, octets, sizeof octets), 0);
	p = x.policy;
	p.rules.continuity = (enum continuity_mode)(CONTINUITY_ONE_PATH + 1);
	assert_int_equal(policy_encode(&p, octets, sizeof octets), 0);
	size_t size = policy_encode(&x.policy, octets, sizeof octets);
	assert_int_equal(policy_decode(octets, size, NULL), ERR_ARG);
	assert_int_equal(policy_decode(octets, size, &p), 0);
}

/* Nothing under way has nothing else to say. */
static void test_pending_of_nothing(void **unused)
{
	(void)unused;
	static const struct {
		uint64_t change;
		const char *set;
		int code;
	} cases[] = { { 0, "0", 0 }, { 5, "0", ERR_FORMAT }, { 0, "B", ERR_FORMAT }, { 5, "B", ERR_FORMAT } };
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct pending p = { .state = PENDING_PROPOSED, .change = cases[i].change,
			.ds_after = fixture_set(x.arena, cases[i].set) };
		struct slice good;
		assert_int_equal(pending_encode(&p, x.arena, &good), 0);
		uint8_t *octets = arena_copy(x.arena, good.data, good.size);
		octets[1] = PENDING_NONE;
		assert_int_equal(pending_decode((struct slice){ octets, good.size }, x.arena, &p), cases[i].code);
	}
}

static void test_failures_of_no_family(void **unused)
{
	(void)unused;
	struct server_failure failures[] = { { .address = fixture_address("192.0.2.1") } };
	struct child_state s = { .failure_count = 1, .failures = failures };
	struct slice good;
	assert_int_equal(child_state_encode(&s, x.arena, &good), 0);
	uint8_t *octets = arena_copy(x.arena, good.data, good.size);
	uint8_t *family = octets + good.size - LIFE_OCTETS - 1 - 15;
	assert_int_equal(*family, 4);
	*family = 5;
	/* Of an address of no family there are no octets. */
	memmove(family + 1, family + 5, 11 + LIFE_OCTETS);
	assert_int_equal(child_state_decode((struct slice){ octets, good.size - 4 }, x.arena, &s), ERR_FORMAT);
}

/* Failures are sorted by address, and each is there once. */
static void test_failures_in_order(void **unused)
{
	(void)unused;
	struct server_failure failures[] = { { .address = fixture_address("192.0.2.1") },
		{ .address = fixture_address("192.0.2.2") } };
	struct child_state s = { .failure_count = 2, .failures = failures };
	struct slice good;
	assert_int_equal(child_state_encode(&s, x.arena, &good), 0);
	assert_int_equal(child_state_decode(good, x.arena, &s), 0);
	/* Behind the two failures of 15 octets is the count of hosts. */
	uint8_t *octets = arena_copy(x.arena, good.data, good.size);
	uint8_t *first = octets + good.size - LIFE_OCTETS - 1 - 2 * 15;
	assert_int_equal(first[4], 1);
	assert_int_equal(first[15 + 4], 2);
	first[4] = 2;
	assert_int_equal(child_state_decode((struct slice){ octets, good.size }, x.arena, &s), ERR_FORMAT);
	first[4] = 3;
	assert_int_equal(child_state_decode((struct slice){ octets, good.size }, x.arena, &s), ERR_FORMAT);
	first[4] = 0;
	assert_int_equal(child_state_decode((struct slice){ octets, good.size }, x.arena, &s), 0);
}

/* A server that answers starts at zero, also while a host cannot be looked up. */
static void test_an_answer_forgets(void **unused)
{
	(void)unused;
	struct server_failure failures[] = { { .address = x.servers[0].address, .times = { 1, 1, 1 } },
		{ .address = x.servers[1].address, .times = { 1, 1, 1 } } };
	for (unsigned lost = 0; lost < 2; lost++) {
		fixture_unresolve(&x, 1, lost == 1);
		fixture_silence(&x, 1, true);
		struct child_state s = { .failure_count = 2, .failures = failures };
		assert_int_equal(silence_forget(&x.finding, &x.evidence, x.arena, &s), 0);
		assert_int_equal(s.failure_count, 1);
		assert_int_equal(address_compare(&s.failures[0].address, &x.servers[1].address), 0);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_decisions_out_of_range),
		TEST(test_checks_that_are_not_there),
		TEST(test_policies_out_of_range),
		TEST(test_pending_of_nothing),
		TEST(test_failures_of_no_family),
		TEST(test_failures_in_order),
		TEST(test_an_answer_forgets),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
