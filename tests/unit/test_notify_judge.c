/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The judge of NOTIFY messages, as far as it looks at the message and its sender alone (standards 4.4), and failures of ours. */
#include "tests/unit/failing.h"
#include "tests/unit/notify_fixture.h"

/* So many messages that the source has none of its tokens left. */
static void use_up_the_source(enum notify_proof proof)
{
	const struct address source = { 4, { 192, 0, 2, 99 } };
	bool passes = true;
	while (passes) {
		assert_int_equal(notify_limiter_source(x.limiter, &source, proof, x.now_ms, &passes), 0);
	}
}

/* D1, D11, R9859-4-2, R9859-4.2.2-1: whoever sent it, the child is probed as by the timer. */
static void accepted(void **state)
{
	(void)state;
	judges((struct notify_draft){ .edns = true, .agents = { AGENT } }, NOTIFY_ACCEPTED, RCODE_NOERROR, NO_EDE);
	const struct name agent = name_of(AGENT);
	assert_true(x.v.enqueue);
	assert_true(name_equal(&x.v.probe.child, &x.delegation.child));
	assert_int_equal(x.v.probe.type, TYPE_CDS);
	assert_int_equal(x.v.probe.trigger, TRIGGER_NOTIFY);
	assert_int_equal(x.v.probe.due_ms, NOW);
	assert_true(name_equal(&x.v.probe.agent, &agent) && name_equal(&x.v.agent, &agent));
	assert_int_equal(x.v.note, NOTIFY_CODE_NONE);
	assert_int_equal(x.v.reason, REASON_NONE);
	assert_int_equal(x.v.report_ede, EDE_NONE);
	assert_int_equal(x.look_ups, 1);
	x.child.state = NULL;
	judges((struct notify_draft){ .flags = MESSAGE_FLAG_AA, .answer = CHILD }, NOTIFY_ACCEPTED, RCODE_NOERROR, NO_EDE);
	assert_int_equal(x.v.probe.agent.size, 0);
	assert_int_equal(x.v.note, NOTIFY_CODE_NONE);
	x.delegation.ds_state = DS_ABSENT;
	again(NOTIFY_ACCEPTED, RCODE_NOERROR, NO_EDE);
}

/* D2, D3 */
static void types(void **state)
{
	(void)state;
	judges((struct notify_draft){ .type = TYPE_CSYNC, .edns = true }, NOTIFY_IGNORED_TYPE, RCODE_NOERROR, NO_EDE);
	nothing_follows();
	static const uint16_t others[] = { TYPE_SOA, TYPE_CDNSKEY, TYPE_DS, 66, 58, 63, 65535 };
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		judges((struct notify_draft){ .type = others[i] }, NOTIFY_UNSUPPORTED_TYPE, RCODE_NOTIMP, NO_EDE);
		nothing_follows();
	}
	assert_int_equal(x.look_ups, 0);
	x.options.csync = true;
	judges((struct notify_draft){ .type = TYPE_CSYNC }, NOTIFY_ACCEPTED, RCODE_NOERROR, NO_EDE);
	assert_int_equal(x.v.probe.type, TYPE_CSYNC);
	judges((struct notify_draft){ .type = TYPE_SOA }, NOTIFY_UNSUPPORTED_TYPE, RCODE_NOTIMP, NO_EDE);
}

/* D4, R9859-4.3-1 */
static void about_several(void **state)
{
	(void)state;
	judges((struct notify_draft){ .more_questions = 1 }, NOTIFY_MULTI_ZONE, RCODE_FORMERR, NO_EDE);
	assert_int_equal(x.v.response_size, HEADER_OCTETS);
	judges((struct notify_draft){ .no_question = true, .edns = true }, NOTIFY_MULTI_ZONE, RCODE_FORMERR, NO_EDE);
	judges((struct notify_draft){ .answer = "other.ch." }, NOTIFY_MULTI_ZONE, NOTHING, NO_EDE);
	nothing_follows();
	judges((struct notify_draft){ .authority = "other.ch.", .edns = true }, NOTIFY_MULTI_ZONE, NOTHING, NO_EDE);
	assert_int_equal(x.look_ups, 0);
}

/* D5: nor is a name below a delegation one. */
static void not_ours(void **state)
{
	(void)state;
	judges((struct notify_draft){ .name = "other.ch.", .edns = true, .agents = { AGENT } }, NOTIFY_NOT_OURS, RCODE_NOTAUTH, NO_EDE);
	nothing_follows();
	assert_int_equal(x.v.agent.size, 0);
	judges((struct notify_draft){ .name = "www." CHILD }, NOTIFY_NOT_OURS, RCODE_NOTAUTH, NO_EDE);
}

/* D6 */
static void malformed(void **state)
{
	(void)state;
	judges((struct notify_draft){ .class = 3 }, NOTIFY_MALFORMED, RCODE_FORMERR, NO_EDE);
	judges((struct notify_draft){ .class = 255, .edns = true }, NOTIFY_MALFORMED, RCODE_FORMERR, NO_EDE);
	judges((struct notify_draft){ .flags = MESSAGE_FLAG_TC }, NOTIFY_MALFORMED, RCODE_FORMERR, NO_EDE);
	judges((struct notify_draft){ .cut = 1 }, NOTIFY_MALFORMED, RCODE_FORMERR, NO_EDE);
	assert_int_equal(x.v.response_size, HEADER_OCTETS);
	judges((struct notify_draft){ .more = 1 }, NOTIFY_MALFORMED, RCODE_FORMERR, NO_EDE);
	/* A query, an update. */
	judges((struct notify_draft){ .flags = 0x2000 }, NOTIFY_MALFORMED, RCODE_NOTIMP, NO_EDE);
	judges((struct notify_draft){ .flags = 0x0800 }, NOTIFY_MALFORMED, RCODE_NOTIMP, NO_EDE);
	judges((struct notify_draft){ .edns = true, .version = 1 }, NOTIFY_MALFORMED, RCODE_BADVERS, NO_EDE);
	nothing_follows();
	/* No answer to answers, and none to what is no message. */
	judges((struct notify_draft){ .flags = MESSAGE_FLAG_QR }, NOTIFY_MALFORMED, NOTHING, NO_EDE);
	drafted((struct notify_draft){ .no_question = true, .cut = 1 });
	again(NOTIFY_MALFORMED, NOTHING, NO_EDE);
	const struct notify_draft most = { .name = ".", .more_questions = 400 };
	x.size = notify_draft_write(&most, x.octets);
	again(NOTIFY_MULTI_ZONE, RCODE_FORMERR, NO_EDE);
	assert_int_equal(x.look_ups, 0);
}

/* More records than are read: ERR_LIMIT of the parser. */
static void too_many_records(void **state)
{
	(void)state;
	static uint8_t octets[HEADER_OCTETS + 5 * (LIMIT_MESSAGE_RECORDS + 1)];
	static const uint8_t head[] = { 0, 0, 0x24, 0, (LIMIT_MESSAGE_RECORDS + 1) >> 8, (LIMIT_MESSAGE_RECORDS + 1) & 255 };
	memcpy(octets, head, sizeof(head));
	struct notify_input in = input();
	in.octets = octets;
	in.size = sizeof(octets);
	assert_int_equal(notify_judge(&in, x.arena, &x.v), 0);
	assert_int_equal(x.v.code, NOTIFY_MALFORMED);
	assert_int_equal(x.v.response_size, HEADER_OCTETS);
}

/* D7: over UDP nothing is answered, so that the true sender comes again, and nobody is looked up. */
static void too_many_from_a_source(void **state)
{
	(void)state;
	use_up_the_source(NOTIFY_UNPROVEN);
	judges((struct notify_draft){ .edns = true }, NOTIFY_RATE_SOURCE, NOTHING, NO_EDE);
	nothing_follows();
	judges((struct notify_draft){ .edns = false }, NOTIFY_RATE_SOURCE, NOTHING, NO_EDE);
	judges((struct notify_draft){ .type = TYPE_SOA }, NOTIFY_RATE_SOURCE, NOTHING, NO_EDE);
	x.tsig = NOTIFY_TSIG_BAD;
	again(NOTIFY_RATE_SOURCE, NOTHING, NO_EDE);
	x.tsig = NOTIFY_TSIG_NONE;
	judges((struct notify_draft){ .cut = 1 }, NOTIFY_MALFORMED, NOTHING, NO_EDE);
	judges((struct notify_draft){ .class = 3 }, NOTIFY_MALFORMED, NOTHING, NO_EDE);
	judges((struct notify_draft){ .flags = 0x2000 }, NOTIFY_MALFORMED, NOTHING, NO_EDE);
	judges((struct notify_draft){ .edns = true, .version = 1 }, NOTIFY_MALFORMED, NOTHING, NO_EDE);
	judges((struct notify_draft){ .flags = MESSAGE_FLAG_TC }, NOTIFY_MALFORMED, NOTHING, NO_EDE);
	judges((struct notify_draft){ .more_questions = 1 }, NOTIFY_MULTI_ZONE, NOTHING, NO_EDE);
	assert_int_equal(x.look_ups, 0);
	/* Somebody who sends in his name over UDP does not keep him from TCP. */
	x.tcp = true;
	judges((struct notify_draft){ .edns = true }, NOTIFY_ACCEPTED, RCODE_NOERROR, NO_EDE);
	x.tcp = false;
	x.now_ms += 100;
	again(NOTIFY_ACCEPTED, RCODE_NOERROR, NO_EDE);
}

/* D7: over TCP the address is his who is told. */
static void too_many_over_tcp(void **state)
{
	(void)state;
	x.tcp = true;
	use_up_the_source(NOTIFY_PROVEN_BY_TCP);
	judges((struct notify_draft){ .edns = true }, NOTIFY_RATE_SOURCE, RCODE_NOERROR, 15);
	nothing_follows();
	judges((struct notify_draft){ .edns = false }, NOTIFY_RATE_SOURCE, RCODE_NOERROR, NO_EDE);
	judges((struct notify_draft){ .type = TYPE_SOA }, NOTIFY_RATE_SOURCE, RCODE_NOERROR, NO_EDE);
	judges((struct notify_draft){ .cut = 1 }, NOTIFY_MALFORMED, NOTHING, NO_EDE);
	judges((struct notify_draft){ .class = 3 }, NOTIFY_MALFORMED, NOTHING, NO_EDE);
	assert_int_equal(x.look_ups, 0);
}

/* D7, A-40: who signs is heard whatever others send in his name, over UDP and over TCP; he has a limit of his own. */
static void signed_among_too_many(void **state)
{
	(void)state;
	use_up_the_source(NOTIFY_UNPROVEN);
	use_up_the_source(NOTIFY_PROVEN_BY_TCP);
	x.tsig = NOTIFY_TSIG_GOOD;
	judges((struct notify_draft){ .edns = true }, NOTIFY_ACCEPTED, RCODE_NOERROR, NO_EDE);
	assert_true(x.v.enqueue);
	x.tcp = true;
	again(NOTIFY_ACCEPTED, RCODE_NOERROR, NO_EDE);
	use_up_the_source(NOTIFY_PROVEN_BY_TSIG);
	again(NOTIFY_RATE_SOURCE, RCODE_NOERROR, 15);
	x.tcp = false;
	again(NOTIFY_RATE_SOURCE, NOTHING, NO_EDE);
	nothing_follows();
	/* Nor do others pay for who signs. */
	x.now_ms += 100;
	use_up_the_source(NOTIFY_PROVEN_BY_TSIG);
	x.tsig = NOTIFY_TSIG_NONE;
	again(NOTIFY_ACCEPTED, RCODE_NOERROR, NO_EDE);
}

/* Garbage takes tokens, too; an answer, which costs nothing, does not. */
static void what_takes_a_token_of_the_source(void **state)
{
	(void)state;
	struct notify_limits limits = notify_limits_default;
	limits.source.burst = 1;
	static const struct notify_draft drafts[] = { { .name = CHILD, .cut = 1 }, { .name = CHILD, .class = 3 }, { .name = "other.ch." },
		{ .name = CHILD, .type = TYPE_SOA } };
	for (size_t i = 0; i < sizeof(drafts) / sizeof(drafts[0]); i++) {
		limits_are(&limits);
		x.size = notify_draft_write(&drafts[i], x.octets);
		const struct notify_input in = input();
		assert_int_equal(notify_judge(&in, x.arena, &x.v), 0);
		judges((struct notify_draft){ .edns = true }, NOTIFY_RATE_SOURCE, NOTHING, NO_EDE);
	}
	limits_are(&limits);
	judges((struct notify_draft){ .flags = MESSAGE_FLAG_QR }, NOTIFY_MALFORMED, NOTHING, NO_EDE);
	judges((struct notify_draft){ .edns = true }, NOTIFY_ACCEPTED, RCODE_NOERROR, NO_EDE);
}

/* D13 */
static void authentication(void **state)
{
	(void)state;
	x.tsig = NOTIFY_TSIG_BAD;
	judges((struct notify_draft){ .edns = true }, NOTIFY_UNAUTHENTICATED, RCODE_NOTAUTH, NO_EDE);
	nothing_follows();
	x.options.tsig_required = true;
	again(NOTIFY_UNAUTHENTICATED, RCODE_NOTAUTH, NO_EDE);
	x.tsig = NOTIFY_TSIG_NONE;
	again(NOTIFY_UNAUTHENTICATED, RCODE_NOTAUTH, NO_EDE);
	/* Who is not known is not told what else is wrong. */
	judges((struct notify_draft){ .type = TYPE_SOA }, NOTIFY_UNAUTHENTICATED, RCODE_NOTAUTH, NO_EDE);
	assert_int_equal(x.look_ups, 0);
	x.tsig = NOTIFY_TSIG_GOOD;
	judges((struct notify_draft){ .edns = true }, NOTIFY_ACCEPTED, RCODE_NOERROR, NO_EDE);
	x.options.tsig_required = false;
	again(NOTIFY_ACCEPTED, RCODE_NOERROR, NO_EDE);
}

/* ---- us */

static void broken_contracts(void **state)
{
	(void)state;
	drafted((struct notify_draft){ .edns = true });
	x.v.code = NOTIFY_ACCEPTED;
	for (unsigned i = 0; i < 6; i++) {
		struct notify_input in = input();
		in.options = i == 0 ? NULL : in.options;
		in.limiter = i == 1 ? NULL : in.limiter;
		in.find = i == 2 ? NULL : in.find;
		assert_int_equal(notify_judge(i == 3 ? NULL : &in, i == 4 ? NULL : x.arena, i == 5 ? NULL : &x.v), ERR_ARG);
	}
	/* Not even where nothing would be looked at. */
	drafted((struct notify_draft){ .flags = MESSAGE_FLAG_QR });
	const struct notify_input in = input();
	assert_int_equal(notify_judge(&in, NULL, &x.v), ERR_ARG);
	assert_int_equal(x.v.code, NOTIFY_ACCEPTED);
	assert_int_equal(x.look_ups, 0);
}

static unsigned failures(enum failing_kind kind, int wanted)
{
	unsigned at = 0;
	for (;; at++) {
		const struct notify_input in = input();
		memset(&x.v, 0xee, sizeof(x.v));
		const struct notify_verdict before = x.v;
		failing_begin(kind, at);
		int code = notify_judge(&in, x.arena, &x.v);
		if (!failing_end()) {
			assert_int_equal(code, 0);
			return at;
		}
		assert_int_equal(code, wanted);
		assert_memory_equal(&x.v, &before, sizeof(before));
	}
}

/* Nothing is answered, and nothing done, for what we could not look at. */
static void failures_of_ours(void **state)
{
	(void)state;
	struct notify_limits limits = notify_limits_default;
	limits.source.burst = 1000;
	limits.zone.burst = 1000;
	limits_are(&limits);
	drafted((struct notify_draft){ .edns = true, .agents = { AGENT }, .answer = CHILD });
	assert_true(failures(FAILING_MEMORY, ERR_NOMEM) > 2);
	/* Source, zone, operator. */
	assert_true(failures(FAILING_LIBRARY, ERR_CRYPTO) > 8);
	x.delegation.flags = DELEGATION_OPTED_OUT;
	assert_true(failures(FAILING_LIBRARY, ERR_CRYPTO) > 5);
	x.delegation.flags = 0;
	x.delegation.ds_state = DS_ABSENT;
	x.policy.rules.bootstrap.enabled = false;
	assert_true(failures(FAILING_LIBRARY, ERR_CRYPTO) > 5);
	x.found = ERR_STORE;
	const struct notify_input in = input();
	assert_int_equal(notify_judge(&in, x.arena, &x.v), ERR_STORE);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(accepted), TEST(types), TEST(about_several), TEST(not_ours), TEST(malformed), TEST(too_many_records),
		TEST(too_many_from_a_source), TEST(too_many_over_tcp), TEST(signed_among_too_many),
		TEST(what_takes_a_token_of_the_source), TEST(authentication),
		TEST(broken_contracts), TEST(failures_of_ours),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
