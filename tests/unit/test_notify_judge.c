/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The judge of NOTIFY messages: each row of standards 4.4, in which order they are looked at, and what they cost. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/failing.h"
#include "tests/unit/notify_draft.h"
#include "validate/notify/judge.h"
#include "validate/wire/err.h"

#define NOW 5000000u
#define CHILD "example.ch."
#define AGENT "er.ns1.example.net."
#define NOTHING -1
#define NO_EDE -1

static struct {
	struct crypto *crypto;
	struct notify_limiter *limiter;
	struct arena *arena;
	struct notify_options options;
	struct delegation_host host;
	struct delegation delegation;
	struct child_state state;
	struct policy policy;
	struct notify_child child;
	int found;			/* what the look-up says of the child */
	unsigned look_ups;
	uint64_t now_ms;
	enum notify_tsig tsig;
	bool tcp;
	uint8_t octets[NOTIFY_DRAFT_ROOM];
	size_t size;
	struct notify_verdict v;
} x;

static struct name name_of(const char *text)
{
	struct name name;
	assert_int_equal(name_from_text(text, &name), 0);
	return name;
}

static void limits_are(const struct notify_limits *limits)
{
	static const uint8_t secret[SHA256_OCTETS] = { 1 };
	notify_limiter_free(x.limiter);
	assert_int_equal(notify_limiter_new(limits, secret, x.crypto, &x.limiter), 0);
}

static int setup(void **state)
{
	(void)state;
	memset(&x, 0, sizeof(x));
	x.crypto = crypto_new();
	x.arena = arena_new();
	assert_true(x.crypto != NULL && x.arena != NULL);
	x.host.name = name_of("ns1.example.net.");
	x.delegation = (struct delegation){ .child = name_of(CHILD), .host_count = 1, .hosts = &x.host, .ds_state = DS_PRESENT };
	x.policy = *policy_preset(POLICY_DEFAULT);
	x.child = (struct notify_child){ .delegation = &x.delegation, .state = &x.state, .policy = &x.policy };
	x.now_ms = NOW;
	x.tsig = NOTIFY_TSIG_NONE;
	limits_are(&notify_limits_default);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	notify_limiter_free(x.limiter);
	crypto_free(x.crypto);
	arena_free(x.arena);
	return 0;
}

static int find(void *user, const struct name *child, struct arena *arena, struct notify_child *out)
{
	x.look_ups++;
	assert_ptr_equal(user, &x);
	assert_ptr_equal(arena, x.arena);
	if (x.found != 0) {
		return x.found;
	}
	if (!name_equal(child, &x.delegation.child)) {
		return ERR_NOTFOUND;
	}
	*out = x.child;
	return 0;
}

static struct notify_input input(void)
{
	return (struct notify_input){ .octets = x.octets, .size = x.size, .source = { 4, { 192, 0, 2, 99 } }, .tcp = x.tcp,
		.tsig = x.tsig, .now_ms = x.now_ms, .options = &x.options, .limiter = x.limiter, .find = find, .user = &x };
}

static void drafted(struct notify_draft d)
{
	d.name = d.name == NULL ? CHILD : d.name;
	x.size = notify_draft_write(&d, x.octets);
}

/* Of the message that was written: what is said of it, and answered. */
static void again(enum notify_code code, int rcode, int ede)
{
	const struct notify_input in = input();
	memset(&x.v, 0xee, sizeof(x.v));
	assert_int_equal(notify_judge(&in, x.arena, &x.v), 0);
	assert_string_equal(notify_code_token(x.v.code), notify_code_token(code));
	if (rcode == NOTHING) {
		assert_int_equal(x.v.response_size, 0);
		return;
	}
	struct message m;
	assert_true(x.v.response_size <= x.size + NOTIFY_RESPONSE_GROWTH);
	assert_int_equal(message_parse(x.v.response, x.v.response_size, x.arena, &m), 0);
	assert_int_equal(m.rcode, rcode);
	assert_true((m.flags & MESSAGE_FLAG_QR) != 0);
	assert_int_equal(m.edns_options.size, ede == NO_EDE ? 0 : 6);
	assert_int_equal(ede, ede == NO_EDE ? NO_EDE : m.edns_options.data[4] << 8 | m.edns_options.data[5]);
}

static void judges(struct notify_draft d, enum notify_code code, int rcode, int ede)
{
	drafted(d);
	again(code, rcode, ede);
}

static void nothing_follows(void)
{
	assert_false(x.v.enqueue);
	assert_int_equal(x.v.probe.child.size, 0);
	assert_int_equal(x.v.report_ede, EDE_NONE);
}

/* So many messages that the source has none of its tokens left. */
static void use_up_the_source(void)
{
	const struct address source = { 4, { 192, 0, 2, 99 } };
	bool passes = true;
	while (passes) {
		assert_int_equal(notify_limiter_source(x.limiter, &source, x.tcp, x.now_ms, &passes), 0);
	}
}

/* The child's tokens that are left. */
static unsigned tokens_of_the_zone(void)
{
	unsigned count = 0;
	for (bool passes = true; passes; count += passes) {
		assert_int_equal(notify_limiter_report(x.limiter, &x.delegation.child, x.now_ms, &passes), 0);
	}
	return count;
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

/* D7: what can be acknowledged is, what cannot is not even refused, and nobody is looked up. */
static void too_many_from_a_source(void **state)
{
	(void)state;
	use_up_the_source();
	judges((struct notify_draft){ .edns = true }, NOTIFY_RATE_SOURCE, RCODE_NOERROR, 15);
	nothing_follows();
	judges((struct notify_draft){ .edns = false }, NOTIFY_RATE_SOURCE, RCODE_NOERROR, NO_EDE);
	judges((struct notify_draft){ .type = TYPE_SOA }, NOTIFY_RATE_SOURCE, RCODE_NOERROR, NO_EDE);
	x.tsig = NOTIFY_TSIG_BAD;
	again(NOTIFY_RATE_SOURCE, RCODE_NOERROR, NO_EDE);
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
		judges((struct notify_draft){ .edns = true }, NOTIFY_RATE_SOURCE, RCODE_NOERROR, 15);
	}
	limits_are(&limits);
	judges((struct notify_draft){ .flags = MESSAGE_FLAG_QR }, NOTIFY_MALFORMED, NOTHING, NO_EDE);
	judges((struct notify_draft){ .edns = true }, NOTIFY_ACCEPTED, RCODE_NOERROR, NO_EDE);
}

/* D8, A-40: the probe that there is no token for comes when there is one. */
static void too_many_for_a_zone(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		judges((struct notify_draft){ .edns = true }, NOTIFY_ACCEPTED, RCODE_NOERROR, NO_EDE);
	}
	judges((struct notify_draft){ .edns = true, .agents = { AGENT } }, NOTIFY_RATE_ZONE, RCODE_NOERROR, 15);
	assert_true(x.v.enqueue);
	assert_int_equal(x.v.probe.due_ms, NOW + 60000);
	assert_int_equal(x.v.probe.trigger, TRIGGER_NOTIFY);
	assert_true(x.v.probe.agent.size > 0);
	assert_int_equal(x.v.report_ede, EDE_NONE);
	x.child.scan = NOTIFY_SCAN_QUEUED;
	judges((struct notify_draft){ .edns = true }, NOTIFY_COALESCED, RCODE_NOERROR, NO_EDE);
}

/* what would wait for too long is answered all the same. */
static void no_patience(void **state)
{
	(void)state;
	struct notify_limits limits = notify_limits_default;
	limits.patience_s = 0;
	limits.zone.burst = 1;
	limits_are(&limits);
	judges((struct notify_draft){ .edns = true }, NOTIFY_ACCEPTED, RCODE_NOERROR, NO_EDE);
	judges((struct notify_draft){ .edns = true }, NOTIFY_RATE_ZONE, RCODE_NOERROR, 15);
	assert_false(x.v.enqueue);
	limits.zone.burst = 3;
	limits.operator.burst = 1;
	limits_are(&limits);
	judges((struct notify_draft){ .edns = true }, NOTIFY_ACCEPTED, RCODE_NOERROR, NO_EDE);
	judges((struct notify_draft){ .edns = true }, NOTIFY_RATE_OPERATOR, RCODE_NOERROR, 15);
	limits.operator.burst = 9;
	limits.total.burst = 1;
	limits_are(&limits);
	judges((struct notify_draft){ .edns = true }, NOTIFY_ACCEPTED, RCODE_NOERROR, NO_EDE);
	judges((struct notify_draft){ .edns = true }, NOTIFY_RATE_TOTAL, RCODE_NOERROR, 15);
}

/* D9: one that is queued is enough, and costs the zone nothing; one that is running may have asked already. */
static void coalesced(void **state)
{
	(void)state;
	x.child.scan = NOTIFY_SCAN_QUEUED;
	judges((struct notify_draft){ .edns = true, .agents = { AGENT } }, NOTIFY_COALESCED, RCODE_NOERROR, NO_EDE);
	nothing_follows();
	assert_true(x.v.agent.size > 0);
	x.child.scan = NOTIFY_SCAN_RUNNING;
	again(NOTIFY_ACCEPTED, RCODE_NOERROR, NO_EDE);
	assert_true(x.v.enqueue);
	assert_int_equal(tokens_of_the_zone(), 2);
}

/* D10: what no probe could change, and as what it is reported. */
static void nothing_is_done_by_itself(void **state)
{
	(void)state;
	static const struct {
		unsigned flags, suspended;
		enum ds_state ds;
		enum reason reason;		/* NONE: it is probed */
		uint16_t ede;
	} cases[] = {
		{ DELEGATION_OPTED_OUT, 0, DS_PRESENT, REASON_REJECT_OPTED_OUT, 18 },
		{ DELEGATION_REGISTRAR_AUTOMATES, 0, DS_PRESENT, REASON_REJECT_REGISTRAR_AUTOMATES, 28 },
		{ 0, SUSPENDED_BY_OPERATOR, DS_PRESENT, REASON_HOLD_OPERATOR, EDE_NONE },
		{ 0, SUSPENDED_BY_REMOVAL, DS_ABSENT, REASON_HOLD_SUSPENDED, 18 },
		/* The first that stands is told, as in a decision. */
		{ DELEGATION_OPTED_OUT | DELEGATION_REGISTRAR_AUTOMATES, SUSPENDED_BY_OPERATOR, DS_PRESENT, REASON_REJECT_OPTED_OUT, 18 },
		/* There is a DS set again, which ends a suspension; locks and the like have to be looked at with what is asked for. */
		{ 0, SUSPENDED_BY_REMOVAL, DS_PRESENT, REASON_NONE, EDE_NONE },
		{ 0, SUSPENDED_BY_REMOVAL, DS_UNKNOWN, REASON_NONE, EDE_NONE },
		{ DELEGATION_REGISTRAR_NO_DISABLE | DELEGATION_REGISTRY_LOCK | DELEGATION_REGISTRAR_LOCK, 0, DS_PRESENT, REASON_NONE, EDE_NONE },
		{ DELEGATION_NOT_PUBLISHED, 0, DS_ABSENT, REASON_NONE, EDE_NONE },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		limits_are(&notify_limits_default);
		x.delegation.flags = cases[i].flags;
		x.delegation.ds_state = cases[i].ds;
		x.state.suspended = cases[i].suspended;
		bool still = cases[i].reason != REASON_NONE;
		judges((struct notify_draft){ .edns = true, .agents = { AGENT } }, still ? NOTIFY_IGNORED_SUSPENDED : NOTIFY_ACCEPTED,
			RCODE_NOERROR, NO_EDE);
		assert_string_equal(reason_token(x.v.reason), reason_token(cases[i].reason));
		assert_int_equal(x.v.report_ede, cases[i].ede);
		assert_int_equal(x.v.enqueue, !still);
	}
}

/* D10, R9859-4.3-3: a report has its price, and nobody to be told has none. */
static void reports_are_limited(void **state)
{
	(void)state;
	x.delegation.flags = DELEGATION_OPTED_OUT;
	judges((struct notify_draft){ .edns = true }, NOTIFY_IGNORED_SUSPENDED, RCODE_NOERROR, NO_EDE);
	assert_int_equal(x.v.report_ede, EDE_NONE);
	for (unsigned i = 0; i < 4; i++) {
		judges((struct notify_draft){ .edns = true, .agents = { AGENT } }, NOTIFY_IGNORED_SUSPENDED, RCODE_NOERROR, NO_EDE);
		assert_int_equal(x.v.report_ede, i < 3 ? 18 : EDE_NONE);
	}
	x.now_ms += 600000;
	x.delegation.flags = 0;
	x.state.suspended = SUSPENDED_BY_OPERATOR;
	again(NOTIFY_IGNORED_SUSPENDED, RCODE_NOERROR, NO_EDE);
	assert_int_equal(tokens_of_the_zone(), 3);
}

/* a child without a DS set is probed unless nothing could come of it. */
static void without_bootstrapping(void **state)
{
	(void)state;
	x.policy.rules.bootstrap.enabled = false;
	judges((struct notify_draft){ .edns = true }, NOTIFY_ACCEPTED, RCODE_NOERROR, NO_EDE);
	x.delegation.ds_state = DS_UNKNOWN;
	again(NOTIFY_ACCEPTED, RCODE_NOERROR, NO_EDE);
	x.delegation.ds_state = DS_ABSENT;
	judges((struct notify_draft){ .edns = true, .agents = { AGENT } }, NOTIFY_IGNORED_INSECURE, RCODE_NOERROR, NO_EDE);
	assert_false(x.v.enqueue);
	assert_string_equal(reason_token(x.v.reason), "BOOTSTRAP_DISABLED");
	assert_int_equal(x.v.report_ede, 28);
	x.policy.rules.bootstrap.enabled = true;
	judges((struct notify_draft){ .edns = true, .agents = { AGENT } }, NOTIFY_RATE_ZONE, RCODE_NOERROR, 15);
}

/* D12 */
static void agents_elsewhere(void **state)
{
	(void)state;
	static const char *const agents[] = { "victim.example.", ".", "", "?", "example.net." };
	x.delegation.flags = DELEGATION_OPTED_OUT;
	for (size_t i = 0; i < sizeof(agents) / sizeof(agents[0]); i++) {
		judges((struct notify_draft){ .edns = true, .agents = { agents[i] } }, NOTIFY_IGNORED_SUSPENDED, RCODE_NOERROR, NO_EDE);
		assert_int_equal(x.v.note, REPORT_AGENT_REJECTED);
		assert_int_equal(x.v.agent.size, 0);
		assert_int_equal(x.v.report_ede, EDE_NONE);
	}
	x.delegation.flags = 0;
	judges((struct notify_draft){ .edns = true, .agents = { "victim.example." } }, NOTIFY_ACCEPTED, RCODE_NOERROR, NO_EDE);
	assert_int_equal(x.v.note, REPORT_AGENT_REJECTED);
	assert_int_equal(x.v.probe.agent.size, 0);
	assert_true(x.v.enqueue);
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
	x.found = ERR_STORE;
	const struct notify_input in = input();
	assert_int_equal(notify_judge(&in, x.arena, &x.v), ERR_STORE);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(accepted), TEST(types), TEST(about_several), TEST(not_ours), TEST(malformed), TEST(too_many_records),
		TEST(too_many_from_a_source), TEST(what_takes_a_token_of_the_source), TEST(too_many_for_a_zone), TEST(no_patience),
		TEST(coalesced), TEST(nothing_is_done_by_itself), TEST(reports_are_limited), TEST(without_bootstrapping),
		TEST(agents_elsewhere), TEST(authentication), TEST(broken_contracts), TEST(failures_of_ours),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
