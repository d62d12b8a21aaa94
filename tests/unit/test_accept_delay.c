/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A first DS set accepted after a delay (RFC 8078 section 3.3; standards C14 to C20, A-21): what counts, what resets, what
 * ends it. Times are hours since the first probe; the policy wants 72 h, 3 checks 12 h apart and no gap above 48 h. */
#include "tests/unit/accept_fixture.h"

#include "validate/wire/limits.h"

#define HOUR 3600u
#define RULE "R8078-3.3-1"

static struct fixture x;

static int set_up(void **unused)
{
	(void)unused;
	fixture_init(&x);
	fixture_first(&x, BOOTSTRAP_DELAY);
	return 0;
}

static int tear_down(void **unused)
{
	(void)unused;
	fixture_free(&x);
	return 0;
}

static void start_again(void)
{
	fixture_free(&x);
	set_up(NULL);
}

static void probe(uint32_t hours, enum evidence_trigger trigger)
{
	fixture_probe(&x, hours * HOUR, trigger);
	fixture_run(&x);
}

/* One of the timer's; nothing but an acceptance changes the DS set. */
static enum reason at(uint32_t hours)
{
	probe(hours, TRIGGER_TIMER);
	bool accepted = x.decision.reason == REASON_ACCEPT_BOOTSTRAP_DELAY;
	assert_int_equal(x.decision.ds_after.count, accepted ? 1 : 0);
	assert_int_equal(x.decision.journal, accepted ? JOURNAL_PROPOSE : JOURNAL_NONE);
	assert_int_equal(x.decision.change, accepted ? CHANGE_INITIAL : CHANGE_NONE);
	return x.decision.reason;
}

/* C14, C15, C16, R8078-3.3-1, delay-happy. */
static void test_happy(void **unused)
{
	(void)unused;
	assert_reason(at(0), REASON_HOLD_DELAY_STARTED);
	assert_int_equal(x.decision.next_eligible, FIXTURE_NOW + 72 * HOUR);
	assert_int_equal(x.decision.window.began, FIXTURE_NOW);
	assert_int_equal(x.decision.window.checks, 0);
	assert_reason(at(24), REASON_HOLD_DELAY_RUNNING);
	assert_int_equal(x.decision.window.checks, 1);
	assert_int_equal(x.decision.window.span_s, 24 * HOUR);
	assert_int_equal(x.decision.next_eligible, FIXTURE_NOW + 72 * HOUR);
	assert_int_equal(fixture_check(&x, RULE)->gate, GATE_DUE);
	assert_int_equal(fixture_check(&x, RULE)->result, CHECK_FAIL);
	assert_non_null(strstr(fixture_check(&x, RULE)->detail, "1 of 3 checks over 86400 of 259200 s"));
	assert_non_null(strstr(fixture_check(&x, RULE)->detail, "begins again when the request, the NS set"));
	assert_reason(at(48), REASON_HOLD_DELAY_RUNNING);
	assert_reason(at(72), REASON_ACCEPT_BOOTSTRAP_DELAY);
	assert_true(ds_set_equal(&x.decision.ds_after, &x.finding.ds_after));
	assert_int_equal(x.decision.next_eligible, 0);
	assert_int_equal(x.decision.window.began, 0);
	assert_int_equal(fixture_check(&x, RULE)->result, CHECK_PASS);
	assert_int_equal(x.state.accepted, x.now);
	assert_false(x.state.published_known);
	assert_int_equal(x.state.mark_count, 1);
}

/* C15: each of the two is needed, the time and the number of checks; a second less is not enough. */
static void test_time_and_number(void **unused)
{
	(void)unused;
	at(0);
	at(40);
	assert_reason(at(80), REASON_HOLD_DELAY_RUNNING);	/* 80 h and 2 checks */
	assert_int_equal(x.decision.next_eligible, FIXTURE_NOW + 92 * HOUR);
	assert_reason(at(92), REASON_ACCEPT_BOOTSTRAP_DELAY);
	start_again();
	for (uint32_t hours = 0; hours <= 60; hours += 12) {
		at(hours);
	}
	assert_int_equal(x.state.window.checks, 5);
	fixture_probe(&x, 72 * HOUR - 1, TRIGGER_TIMER);
	fixture_run(&x);
	assert_reason(x.decision.reason, REASON_HOLD_DELAY_RUNNING);	/* too soon after the last one to count */
	assert_int_equal(x.state.window.checks, 5);
	assert_reason(at(72), REASON_ACCEPT_BOOTSTRAP_DELAY);
}

/* checks closer together than the spacing are one. */
static void test_spacing(void **unused)
{
	(void)unused;
	for (uint32_t hours = 0; hours < 72; hours++) {
		assert_reason(at(hours), hours == 0 ? REASON_HOLD_DELAY_STARTED : REASON_HOLD_DELAY_RUNNING);
	}
	assert_int_equal(x.state.window.checks, 5);
	assert_int_equal(x.state.window.span_s, 60 * HOUR);
	assert_reason(at(72), REASON_ACCEPT_BOOTSTRAP_DELAY);
}

/* whoever can cause a probe neither chooses the time of a check nor completes the window. */
static void test_other_triggers(void **unused)
{
	(void)unused;
	static const enum evidence_trigger triggers[] = { TRIGGER_NOTIFY, TRIGGER_OPERATOR, TRIGGER_RETRY };
	for (size_t i = 0; i < 3; i++) {
		start_again();
		at(0);
		probe(24, triggers[i]);
		assert_reason(x.decision.reason, REASON_HOLD_DELAY_RUNNING);
		assert_int_equal(x.decision.trigger, triggers[i]);
		assert_int_equal(x.state.window.checks, 0);
		assert_int_equal(x.state.window.last_seen, x.now);
		assert_int_equal(x.state.window.last_check, FIXTURE_NOW);
		assert_non_null(strstr(fixture_check(&x, RULE)->detail, "this probe does not count"));
		at(30);
		at(60);
		probe(72, triggers[i]);
		assert_reason(x.decision.reason, REASON_HOLD_DELAY_RUNNING);
		assert_int_equal(x.state.window.checks, 2);
		assert_reason(at(72), REASON_ACCEPT_BOOTSTRAP_DELAY);
	}
	/* Begun by NOTIFY: measured from the first check. */
	start_again();
	probe(0, TRIGGER_NOTIFY);
	assert_reason(x.decision.reason, REASON_HOLD_DELAY_STARTED);
	assert_int_equal(x.state.window.last_check, 0);
	assert_int_equal(x.decision.next_eligible, FIXTURE_NOW + 72 * HOUR);
	for (uint32_t hours = 12; hours < 84; hours += 12) {
		assert_reason(at(hours), REASON_HOLD_DELAY_RUNNING);
	}
	assert_int_equal(x.state.window.span_s, 60 * HOUR);
	assert_reason(at(84), REASON_ACCEPT_BOOTSTRAP_DELAY);
	/* They reset and cancel. */
	start_again();
	at(0);
	memset(x.finding.request_hash, 'C', SHA256_OCTETS);
	probe(1, TRIGGER_NOTIFY);
	assert_reason(x.decision.reason, REASON_HOLD_DELAY_RESET);
	fixture_nothing(&x, REASON_NOOP_NO_SIGNAL);
	probe(2, TRIGGER_NOTIFY);
	assert_reason(x.decision.reason, REASON_DELAY_CANCELLED);
}

static void change_request(void)
{
	memset(x.finding.request_hash, 'C', SHA256_OCTETS);
	x.finding.ds_after = fixture_set(x.arena, "C");
}

static void change_request_only(void)
{
	memset(x.finding.request_hash, 'C', SHA256_OCTETS);	/* the same DS set, asked for in another way */
}

static void change_ns(void)
{
	memset(x.finding.ns_hash, 'm', SHA256_OCTETS);
}

static void change_registrar(void)
{
	strcpy(x.delegation.registrar, "another");
}

static void change_by_hand(void)
{
	x.delegation.manual_change = x.now - 1;
}

/* C17, delay-change, delay-ns-change, T-34. */
static void test_resets(void **unused)
{
	(void)unused;
	static const struct { const char *name; void (*change)(void); const char *why; } cases[] = {
		{ "another DS set", change_request, "another DS set is asked for" },
		{ "another request", change_request_only, "another DS set is asked for, or in another way" },
		{ "NS set", change_ns, "the NS set of the delegation changed" },
		{ "registrar", change_registrar, "the registrar changed" },
		{ "by hand", change_by_hand, "somebody changed NS or DS set by hand" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		print_message("  %s\n", cases[i].name);
		start_again();
		strcpy(x.delegation.registrar, "first");
		at(0);
		at(24);
		at(48);
		x.now += 23 * HOUR;
		cases[i].change();
		assert_reason(at(72), REASON_HOLD_DELAY_RESET);
		assert_non_null(strstr(fixture_check(&x, RULE)->detail, cases[i].why));
		assert_int_equal(x.decision.window.began, x.now);
		assert_int_equal(x.decision.window.checks, 0);
		assert_int_equal(x.decision.window.span_s, 0);
		assert_int_equal(x.decision.next_eligible, x.now + 72 * HOUR);
		/* Once, and then it runs as from the beginning. */
		assert_reason(at(96), REASON_HOLD_DELAY_RUNNING);
		assert_reason(at(120), REASON_HOLD_DELAY_RUNNING);
		assert_reason(at(144), REASON_ACCEPT_BOOTSTRAP_DELAY);
	}
}

/* A source that does not tell says nothing. */
static void test_no_news(void **unused)
{
	(void)unused;
	strcpy(x.delegation.registrar, "first");
	strcpy(x.delegation.registration, "1");
	x.delegation.manual_change = FIXTURE_NOW - HOUR;
	at(0);
	x.delegation.registrar[0] = '\0';
	x.delegation.registration[0] = '\0';
	x.delegation.manual_change = 0;
	memset(x.finding.ns_hash, 0, SHA256_OCTETS);
	assert_reason(at(24), REASON_HOLD_DELAY_RUNNING);
	strcpy(x.delegation.registrar, "first");
	strcpy(x.delegation.registration, "1");
	x.delegation.manual_change = FIXTURE_NOW - HOUR;
	memset(x.finding.ns_hash, 'n', SHA256_OCTETS);
	assert_reason(at(48), REASON_HOLD_DELAY_RUNNING);
	assert_reason(at(72), REASON_ACCEPT_BOOTSTRAP_DELAY);
}

/* another domain under the same name. Nothing of the first is left. */
static void test_registration(void **unused)
{
	(void)unused;
	strcpy(x.delegation.registration, "2026-01-01");
	x.state.suspended = SUSPENDED_BY_OPERATOR;
	at(0);
	x.state.suspended = 0;
	at(1);
	at(24);
	assert_int_equal(x.state.window.checks, 1);
	strcpy(x.delegation.registration, "2026-09-22");
	x.state.suspended = SUSPENDED_BY_REMOVAL;
	x.state.word = OPERATOR_CANCEL;
	x.state.mark_count = 1;
	x.state.marks = x.marks;
	assert_reason(at(48), REASON_HOLD_DELAY_STARTED);
	assert_int_equal(x.state.suspended, 0);
	assert_int_equal(x.state.word, OPERATOR_NONE);
	assert_int_equal(x.state.mark_count, 0);
	assert_int_equal(x.state.window.checks, 0);
	assert_string_equal(x.state.registration, "2026-09-22");
	assert_string_equal(fixture_check(&x, "A-36")->detail,
		"the registration is another one (2026-09-22): nothing of the domain before is remembered");
}

/* C18: the set vanished, contradicts itself, would no longer be accepted. C19 first half: technical failures do neither. */
static void test_ends_and_failures(void **unused)
{
	(void)unused;
	static const struct { enum reason found; enum reason reason; bool ends; } cases[] = {
		{ REASON_NOOP_NO_SIGNAL, REASON_DELAY_CANCELLED, true },
		{ REASON_NOOP_STATUS_QUO, REASON_DELAY_CANCELLED, true },
		{ REASON_INCONSISTENT_KEYS, REASON_DELAY_CANCELLED, true },
		{ REASON_INCONSISTENT_PRESENCE, REASON_DELAY_CANCELLED, true },
		{ REASON_INCONSISTENT_DELETE, REASON_DELAY_CANCELLED, true },
		{ REASON_CDS_CDNSKEY_MISMATCH, REASON_DELAY_CANCELLED, true },
		{ REASON_DELETE_TYPE_MISMATCH, REASON_DELAY_CANCELLED, true },
		{ REASON_HOLD_BOGUS_SERVER, REASON_DELAY_CANCELLED, true },
		{ REASON_CONTINUITY_NO_PATH, REASON_DELAY_CANCELLED, true },
		{ REASON_MALFORMED_RDATA, REASON_DELAY_CANCELLED, true },
		{ REASON_BOOTSTRAP_DISABLED, REASON_DELAY_CANCELLED, true },
		{ REASON_NOOP_DELETE_INSECURE, REASON_NOOP_DELETE_INSECURE, true },
		{ REASON_NO_USABLE_SERVER, REASON_NO_USABLE_SERVER, false },
		{ REASON_HOLD_UNREACHABLE, REASON_HOLD_UNREACHABLE, false },
		{ REASON_HOLD_FAMILY_UNASKED, REASON_HOLD_FAMILY_UNASKED, false },
		{ REASON_STALE_EVIDENCE, REASON_STALE_EVIDENCE, false },
		{ REASON_BUDGET_EXHAUSTED, REASON_BUDGET_EXHAUSTED, false },
		{ REASON_APEX_INCOMPLETE, REASON_APEX_INCOMPLETE, false },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		print_message("  %s\n", reason_token(cases[i].found));
		start_again();
		at(0);
		at(24);
		fixture_nothing(&x, cases[i].found);
		assert_reason(at(48), cases[i].reason);
		assert_int_equal(x.state.window.began == 0, cases[i].ends);
		assert_int_equal(x.decision.window.began == 0, cases[i].ends);
		assert_int_equal(fixture_checked(&x, RULE), cases[i].ends);
		bool told = false;
		for (size_t k = 0; k < x.decision.warning_count; k++) {
			told = told || x.decision.warnings[k] == cases[i].found;
		}
		assert_int_equal(told, cases[i].reason == REASON_DELAY_CANCELLED &&
			cases[i].found != REASON_NOOP_NO_SIGNAL && cases[i].found != REASON_NOOP_STATUS_QUO);
		/* Once: the next time it is what it is. */
		assert_reason(at(49), cases[i].found);
		/* the same request begins again at zero, or goes on as if nothing had been. */
		fixture_first(&x, BOOTSTRAP_DELAY);
		assert_reason(at(60), cases[i].ends ? REASON_HOLD_DELAY_STARTED : REASON_HOLD_DELAY_RUNNING);
		assert_int_equal(x.state.window.checks, cases[i].ends ? 0 : 2);
	}
}

/* C19, delay-gap, T-35: failures are not counted, and too long without a check begins again. */
static void test_gap(void **unused)
{
	(void)unused;
	at(0);
	at(24);
	assert_reason(at(72), REASON_HOLD_DELAY_RUNNING);	/* 48 h is no gap */
	fixture_probe(&x, 120 * HOUR + 1, TRIGGER_TIMER);
	fixture_run(&x);
	assert_reason(x.decision.reason, REASON_HOLD_DELAY_RESET);
	assert_non_null(strstr(fixture_check(&x, RULE)->detail, "there was no check for too long"));
	assert_int_equal(x.state.window.span_s, 0);

	start_again();
	at(0);
	at(24);
	fixture_nothing(&x, REASON_NO_USABLE_SERVER);
	assert_reason(at(48), REASON_NO_USABLE_SERVER);
	assert_reason(at(72), REASON_NO_USABLE_SERVER);
	assert_int_equal(x.state.window.span_s, 24 * HOUR);
	/* Abandoned: forgotten without another word. */
	assert_reason(at(73), REASON_NO_USABLE_SERVER);
	assert_int_equal(x.state.window.began, 0);
	assert_true(fixture_checked(&x, RULE));
	fixture_first(&x, BOOTSTRAP_DELAY);
	assert_reason(at(74), REASON_HOLD_DELAY_STARTED);
	/* Probes of others are no checks either. */
	probe(100, TRIGGER_NOTIFY);
	probe(122, TRIGGER_NOTIFY);
	assert_reason(x.decision.reason, REASON_HOLD_DELAY_RUNNING);
	probe(123, TRIGGER_NOTIFY);
	assert_reason(x.decision.reason, REASON_HOLD_DELAY_RESET);
}

/* A-21, T-26: the clock goes back. Nothing is counted, nothing is lost, and what it had gained is waited for again. */
static void test_clock(void **unused)
{
	(void)unused;
	at(0);
	at(40);
	assert_reason(at(20), REASON_CLOCK_UNSAFE);
	assert_int_equal(x.decision.next_eligible, 0);
	assert_int_equal(fixture_check(&x, "A-21")->result, CHECK_FAIL);
	assert_int_equal(x.state.seen, FIXTURE_NOW + 40 * HOUR);
	assert_int_equal(x.state.window.span_s, 40 * HOUR);
	assert_int_equal(x.state.window.last_seen, FIXTURE_NOW + 40 * HOUR);
	assert_reason(at(39), REASON_CLOCK_UNSAFE);
	assert_reason(at(41), REASON_HOLD_DELAY_RUNNING);
	assert_int_equal(x.state.window.checks, 1);
	assert_reason(at(60), REASON_HOLD_DELAY_RUNNING);
	assert_reason(at(72), REASON_ACCEPT_BOOTSTRAP_DELAY);
	/* Ahead by more than a gap: it begins again. */
	start_again();
	at(0);
	at(24);
	assert_reason(at(2000), REASON_HOLD_DELAY_RESET);
	assert_reason(at(2001), REASON_HOLD_DELAY_RUNNING);
}

static void be_silent(void)
{
	fixture_silence(&x, 1, true);
}

static void be_lost(void)
{
	fixture_unresolve(&x, 1, true);
}

/* An address that was not asked, whatever the judge makes of it; a host of which no address was. */
static void be_skipped(void)
{
	x.servers[1].class = RESPONSE_SKIPPED;
}

static void be_without_address(void)
{
	x.hosts[1].status = EVIDENCE_HOST_NO_ADDRESS;
	x.servers[1].hosts = 1;
}

static void be_of_a_family_that_is_missing(void)
{
	static struct evidence_server servers[FIXTURE_SERVERS];
	servers[2].skip = SKIP_FAMILY;
	x.evidence.servers = servers;
	x.evidence.server_count = FIXTURE_SERVERS;
	x.servers[2].class = RESPONSE_SKIPPED;
}

static void be_slow(void)
{
	x.evidence.ended_ms = x.evidence.began_ms + LIMIT_ROUND_MS + 1;
}

/* Standards 4.3: every server, whatever the retry schedule. A probe that is not whole counts for nothing. */
static void test_every_server(void **unused)
{
	(void)unused;
	static const struct { void (*harm)(void); enum reason reason; const char *rule; } cases[] = {
		{ be_silent, REASON_HOLD_UNREACHABLE, "R9975-3-4" }, { be_lost, REASON_HOLD_UNREACHABLE, "R9975-3-4" },
		{ be_slow, REASON_STALE_EVIDENCE, "A-07" },
		{ be_skipped, REASON_HOLD_UNREACHABLE, "R9975-3-4" }, { be_without_address, REASON_HOLD_UNREACHABLE, "R9975-3-4" },
		{ be_of_a_family_that_is_missing, REASON_HOLD_FAMILY_UNASKED, "A-08" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		start_again();
		x.policy.retry_count = 0;
		x.policy.drop_after_s = 0;
		at(0);
		at(24);
		fixture_probe(&x, 48 * HOUR, TRIGGER_TIMER);
		cases[i].harm();
		fixture_run(&x);
		assert_reason(x.decision.reason, cases[i].reason);
		assert_int_equal(fixture_check(&x, cases[i].rule)->result, CHECK_FAIL);
		assert_int_equal(x.state.window.checks, 1);
		assert_int_equal(x.state.window.last_seen, FIXTURE_NOW + 24 * HOUR);
		fixture_silence(&x, 1, false);
		fixture_silence(&x, 2, false);
		fixture_unresolve(&x, 1, false);
		x.servers[1].hosts = 2;
		x.evidence.server_count = 0;
		assert_reason(at(49), REASON_HOLD_DELAY_RUNNING);
	}
	/* Where the policy does not ask for all of them, the schedule does what it does for an update. */
	start_again();
	x.policy.requires_all_servers = false;
	fixture_silence(&x, 1, true);
	assert_reason(at(0), REASON_HOLD_UNREACHABLE);
	x.policy.retry_count = 0;
	x.policy.drop_after_s = 0;
	assert_reason(at(1), REASON_HOLD_DELAY_STARTED);
	assert_reason(x.decision.warnings[0], REASON_WARN_SERVER_DROPPED);
}

/* the same change on its way is the same change; another one has to come to its end first. */
static void test_pending(void **unused)
{
	(void)unused;
	static const struct { enum pending_state state; const char *set; enum reason reason; enum journal_action journal; } cases[] = {
		{ PENDING_PROPOSED, "B", REASON_NOOP_CHANGE_PENDING, JOURNAL_NONE },
		{ PENDING_RELEASED, "B", REASON_NOOP_CHANGE_PENDING, JOURNAL_NONE },
		{ PENDING_SENT, "B", REASON_NOOP_CHANGE_PENDING, JOURNAL_NONE },
		{ PENDING_RELEASED, "C", REASON_HOLD_DELAY_STARTED, JOURNAL_WITHDRAW },
		{ PENDING_SENT, "C", REASON_STALE_INPUT, JOURNAL_NONE },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		x.state = (struct child_state){ .last_reason = REASON_NONE };
		x.pending = (struct pending){ .state = cases[i].state, .change = 9,
			.ds_after = fixture_set(x.arena, cases[i].set) };
		fixture_probe(&x, 0, TRIGGER_TIMER);
		fixture_run(&x);
		assert_reason(x.decision.reason, cases[i].reason);
		assert_int_equal(x.decision.journal, cases[i].journal);
		assert_int_equal(x.state.window.began != 0, cases[i].reason == REASON_HOLD_DELAY_STARTED);
	}
	/* A proof supersedes what has not left. */
	fixture_first(&x, BOOTSTRAP_AUTHENTICATED);
	x.pending.state = PENDING_RELEASED;
	fixture_run(&x);
	assert_reason(x.decision.reason, REASON_ACCEPT_BOOTSTRAP_AUTH);
	assert_int_equal(x.decision.journal, JOURNAL_SUPERSEDE);
	/* And what is on its way is withdrawn when the request is. */
	fixture_nothing(&x, REASON_NOOP_NO_SIGNAL);
	fixture_run(&x);
	assert_int_equal(x.decision.journal, JOURNAL_WITHDRAW);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_happy),
		TEST(test_time_and_number),
		TEST(test_spacing),
		TEST(test_other_triggers),
		TEST(test_resets),
		TEST(test_no_news),
		TEST(test_registration),
		TEST(test_ends_and_failures),
		TEST(test_gap),
		TEST(test_clock), TEST(test_every_server), TEST(test_pending),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
