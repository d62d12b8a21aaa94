/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decisions: one encoding, and nothing else decodes. */
#include "tests/unit/accept_fixture.h"

/* As version 1 had it: cases of that time hold such octets. */
static const char golden_old[] =
	"010f056368696c64076578616d706c65006ab13b8000010601000104290d0220414141414141414141414141"
	"41414141414141414141414141414141414141410001042a0d02204242424242424242424242424242424242"
	"424242424242424242424242424242000000000300000000000000090100c80211036e7331076578616d706c"
	"65036e65740011036e7332076578616d706c65036e6574000304c00002010000000101010101010100000000"
	"0003e80000000704c000020200000002010101010101000000000003e8000000070620010db8000000000000"
	"00000000000100000001010101010100000001000003e80000000700010b52373334342d342e312d32000100"
	"2a7369676e6564206279206b657920313036352c20776869636820697320696e207468652044532073657411"
	"1111111111111111111111111111111111111111111111111111111111111100000006";

/* What version 2 added: NOTIFY, a TTL of 900 s, SIGNER_NOT_IN_DS for a reason, a window. */
static const char golden_time[] =
	"0100000384" "0050" "01" "00000001000000020000000300000004" "0005"
	"6161616161616161616161616161616161616161616161616161616161616161"
	"6262626262626262626262626262626262626262626262626262626262626262";

static struct fixture x;

static int set_up(void **unused)
{
	(void)unused;
	fixture_init(&x);
	fixture_silence(&x, 2, true);
	x.policy.retry_count = 0;
	x.policy.drop_after_s = 0;
	x.pending = (struct pending){ .state = PENDING_PROPOSED, .change = 9,
		.ds_after = fixture_set(x.arena, "C") };
	assert_int_equal(fixture_try(&x), 0);
	return 0;
}

static int tear_down(void **unused)
{
	(void)unused;
	fixture_free(&x);
	return 0;
}

static struct slice encode(const struct decision *d)
{
	struct slice out;
	assert_int_equal(decision_encode(d, x.arena, &out), 0);
	return out;
}

static void test_golden(void **unused)
{
	(void)unused;
	/* The judge's check only: the wording of accept's is not part of the format. */
	x.decision.check_count = 1;
	x.decision.trigger = TRIGGER_NOTIFY;
	x.decision.ds_ttl = 900;
	x.decision.signaling = REASON_SIGNER_NOT_IN_DS;
	x.decision.window = (struct window){ .began = 1, .last_check = 2, .last_seen = 3, .span_s = 4, .checks = 5 };
	memset(x.decision.window.request_hash, 'a', SHA256_OCTETS);
	memset(x.decision.window.ns_hash, 'b', SHA256_OCTETS);
	struct slice whole = encode(&x.decision);
	/* What was there in version 1 comes first, unchanged. */
	size_t old = strlen(golden_old) / 2 - 1;
	assert_int_equal(whole.data[0], 2);
	fixture_hex(golden_old + 2, (struct slice){ .data = whole.data + 1, .size = old });
	fixture_hex(golden_time, (struct slice){ .data = whole.data + 1 + old, .size = whole.size - 1 - old });
	struct decision d;
	assert_int_equal(decision_decode(whole, x.arena, &d), 0);
	assert_int_equal(d.trigger, TRIGGER_NOTIFY);
	assert_int_equal(d.ds_ttl, 900);
	assert_reason(d.signaling, REASON_SIGNER_NOT_IN_DS);
	assert_int_equal(d.window.began, 1);
	assert_int_equal(d.window.last_check, 2);
	assert_int_equal(d.window.last_seen, 3);
	assert_int_equal(d.window.span_s, 4);
	assert_int_equal(d.window.checks, 5);
	assert_memory_equal(&d.window, &x.decision.window, sizeof d.window);
	/* A decision of version 1 knows nothing of it. */
	uint8_t *octets = fixture_copy(whole);
	octets[0] = 1;
	assert_int_equal(decision_decode((struct slice){ .data = octets, .size = 1 + old }, x.arena, &d), 0);
	assert_int_equal(d.trigger, TRIGGER_TIMER);
	assert_int_equal(d.ds_ttl, 0);
	assert_int_equal(d.signaling, REASON_NONE);
	assert_int_equal(d.window.began, 0);
	assert_int_equal(d.verifications, 6);
	assert_int_equal(decision_decode((struct slice){ .data = octets, .size = whole.size }, x.arena, &d), ERR_FORMAT);
	/* A window that never began is none. */
	octets[0] = 2;
	memset(octets + 1 + old + 8, 0, 4);
	assert_int_equal(decision_decode((struct slice){ .data = octets, .size = whole.size }, x.arena, &d), ERR_FORMAT);
	free(octets);
}

static void test_round_trip(void **unused)
{
	(void)unused;
	struct slice first = encode(&x.decision);
	struct decision d;
	assert_int_equal(decision_decode(first, x.arena, &d), 0);
	assert_true(slice_equal(first, encode(&d)));
	assert_true(name_equal(&d.child, &x.delegation.child));
	assert_int_equal(d.now, FIXTURE_NOW);
	assert_reason(d.reason, REASON_ACCEPT_UPDATE);
	assert_int_equal(d.change, CHANGE_SWAP);
	assert_int_equal(d.security, SECURITY_SECURE);
	assert_true(ds_set_equal(&d.ds_before, &x.delegation.ds));
	assert_true(ds_set_equal(&d.ds_after, &x.finding.ds_after));
	assert_int_equal(d.journal, JOURNAL_SUPERSEDE);
	assert_int_equal(d.superseded, 9);
	assert_int_equal(d.warning_count, 1);
	assert_reason(d.warnings[0], REASON_WARN_SERVER_DROPPED);
	assert_int_equal(d.host_count, 2);
	assert_true(name_equal(&d.hosts[1], &x.hosts[1].name));
	assert_int_equal(d.server_count, FIXTURE_SERVERS);
	assert_true(d.servers[2].silent);
	assert_int_equal(d.servers[2].class, RESPONSE_TIMEOUT);
	assert_false(d.servers[0].silent);
	assert_int_equal(d.servers[0].soa_serial, 7);
	assert_int_equal(d.check_count, x.decision.check_count);
	assert_string_equal(d.checks[0].rule, "R7344-4.1-2");
	assert_string_equal(d.checks[0].detail, x.checks[0].detail);
	assert_int_equal(d.verifications, 6);
	assert_memory_equal(d.content_hash, x.finding.content_hash, SHA256_OCTETS);
}

static void expect_same(const struct decision *d)
{
	struct slice first = encode(d);
	struct decision back;
	assert_int_equal(decision_decode(first, x.arena, &back), 0);
	assert_true(slice_equal(first, encode(&back)));
}

/* The last value of every range. */
static void test_extremes(void **unused)
{
	(void)unused;
	struct decision d = x.decision;
	d.change = CHANGE_TTL;
	d.trigger = TRIGGER_RETRY;
	d.security = SECURITY_UNUSABLE;
	d.journal = JOURNAL_BLOCK;
	d.servers[0].silent = true;
	d.servers[0].tcp = true;
	d.servers[0].class = RESPONSE_SKIPPED;
	d.servers[0].classes[EVIDENCE_SOA_LAST] = RESPONSE_SKIPPED;
	d.checks[0].gate = GATE_DUE;
	d.checks[0].result = CHECK_WARN;
	d.checks[0].detail = "";
	d.now = UINT32_MAX;
	d.superseded = UINT64_MAX;
	expect_same(&d);

	char *detail = arena_alloc(x.arena, 65536 + 1);
	assert_non_null(detail);
	memset(detail, '~', 65535);
	d.checks[0].detail = detail;
	expect_same(&d);
	struct slice out;
	detail[65535] = '~';
	assert_int_equal(decision_encode(&d, x.arena, &out), ERR_ARG);
	d.checks[0].detail = "";
	char rule[258] = "";
	memset(rule, ' ', 255);
	d.checks[0].rule = rule;
	expect_same(&d);
	rule[255] = ' ';
	assert_int_equal(decision_encode(&d, x.arena, &out), ERR_ARG);
}

static void test_as_much_as_there_may_be(void **unused)
{
	(void)unused;
	struct slice out;
	struct decision d = x.decision;
	d.hosts = arena_array(x.arena, LIMIT_NS_HOSTS + 1, sizeof *d.hosts);
	d.warnings = arena_array(x.arena, LIMIT_WARNINGS + 9, sizeof *d.warnings);
	struct check *checks = arena_array(x.arena, LIMIT_CHECKS + 33, sizeof *checks);
	assert_true(d.hosts != NULL && d.warnings != NULL && checks != NULL);
	for (size_t i = 0; i <= LIMIT_NS_HOSTS; i++) {
		d.hosts[i] = x.hosts[0].name;
	}
	for (size_t i = 0; i < LIMIT_WARNINGS + 9; i++) {
		d.warnings[i] = REASON_WARN_NON_SEP;
	}
	for (size_t i = 0; i < LIMIT_CHECKS + 33; i++) {
		checks[i] = d.checks[0];
	}
	d.checks = checks;
	d.host_count = LIMIT_NS_HOSTS;
	d.warning_count = LIMIT_WARNINGS + 8;
	d.check_count = LIMIT_CHECKS + 32;
	d.servers[0].hosts = UINT32_MAX;
	expect_same(&d);
	d.host_count++;
	assert_int_equal(decision_encode(&d, x.arena, &out), ERR_LIMIT);
	d.host_count--;
	d.warning_count++;
	assert_int_equal(decision_encode(&d, x.arena, &out), ERR_LIMIT);
	d.warning_count--;
	d.check_count++;
	assert_int_equal(decision_encode(&d, x.arena, &out), ERR_LIMIT);
}

static void test_refuses(void **unused)
{
	(void)unused;
	struct slice out;
	struct decision d = x.decision;
	d.reason = REASON_NONE;
	assert_int_equal(decision_encode(&d, x.arena, &out), ERR_ARG);
	d = x.decision;
	d.reason = (enum reason)65000;
	assert_int_equal(decision_encode(&d, x.arena, &out), ERR_ARG);
	d = x.decision;
	d.journal = (enum journal_action)5;
	assert_int_equal(decision_encode(&d, x.arena, &out), ERR_ARG);
	d = x.decision;
	d.trigger = (enum evidence_trigger)(TRIGGER_RETRY + 1);
	assert_int_equal(decision_encode(&d, x.arena, &out), ERR_ARG);
	d = x.decision;
	d.signaling = (enum reason)65000;
	assert_int_equal(decision_encode(&d, x.arena, &out), ERR_ARG);
	d = x.decision;
	d.checks[0].detail = "a line\nand a second";
	assert_int_equal(decision_encode(&d, x.arena, &out), ERR_ARG);
	d.checks[0].detail = "one line";
	d.ds_after = fixture_set(x.arena, "BA");
	assert_int_equal(decision_encode(&d, x.arena, &out), ERR_ARG);
	d.ds_after = fixture_set(x.arena, "BB");
	assert_int_equal(decision_encode(&d, x.arena, &out), ERR_ARG);
	d = x.decision;
	d.checks[0].rule = "R\n";
	assert_int_equal(decision_encode(&d, x.arena, &out), ERR_ARG);
	d.checks[0].rule = "R";
	d.child.size = 0;
	assert_int_equal(decision_encode(&d, x.arena, &out), ERR_ARG);
	d = x.decision;
	d.servers[0].hosts = 4;
	assert_int_equal(decision_encode(&d, x.arena, &out), ERR_ARG);
	d.servers[0].hosts = 1;
	d.server_count = LIMIT_CHILD_ADDRESSES + 1;
	assert_int_equal(decision_encode(&d, x.arena, &out), ERR_LIMIT);
}

static void test_hostile(void **unused)
{
	(void)unused;
	struct slice good = encode(&x.decision);
	struct arena *arena = arena_new();
	assert_non_null(arena);
	struct decision d;
	for (size_t i = 0; i < good.size; i++) {
		uint8_t *cut = fixture_copy((struct slice){ .data = good.data, .size = i });
		assert_int_equal(decision_decode((struct slice){ .data = cut, .size = i }, arena, &d), ERR_FORMAT);
		free(cut);
		arena_reset(arena);
	}
	size_t refused = 0;
	for (size_t bit = 0; bit < 8 * good.size; bit++) {
		uint8_t *flipped = fixture_copy(good);
		flipped[bit / 8] ^= (uint8_t)(1u << bit % 8);
		struct slice s = { .data = flipped, .size = good.size };
		int code = decision_decode(s, arena, &d);
		if (code == 0) {
			struct slice again;
			assert_int_equal(decision_encode(&d, arena, &again), 0);
			assert_true(slice_equal(again, s));
		} else {
			assert_true(code == ERR_FORMAT || code == ERR_VERSION);
			refused++;
		}
		free(flipped);
		arena_reset(arena);
	}
	assert_true(refused > 0);
	arena_free(arena);
	uint8_t *octets = fixture_copy(good);
	octets[0] = 4;
	assert_int_equal(decision_decode((struct slice){ .data = octets, .size = good.size }, x.arena, &d),
		ERR_VERSION);
	octets[0] = 0;
	assert_int_equal(decision_decode((struct slice){ .data = octets, .size = good.size }, x.arena, &d),
		ERR_FORMAT);
	free(octets);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_golden, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_round_trip, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_extremes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_as_much_as_there_may_be, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_refuses, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_hostile, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
