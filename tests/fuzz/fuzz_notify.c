/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: two octets that say what is known of sender and child, and a NOTIFY message. Whatever it is, what is answered is
 * a message of the same question that is hardly longer, and what is queued is a probe of our child. */
#include <string.h>

#include "tests/fuzz/target.h"
#include "validate/notify/judge.h"
#include "validate/notify/report.h"
#include "validate/wire/err.h"

#define NOW 1000000u

static struct crypto *crypto;
static struct delegation_host hosts[2];
static struct delegation delegation;
static struct child_state state;

struct setting {
	uint8_t sender, child;
};

static void open_once(void)
{
	if (crypto == NULL) {
		crypto = crypto_new();
		HOLDS(crypto != NULL && name_from_text("ns1.example.net.", &hosts[0].name) == 0);
		hosts[1].name = name_root;
		HOLDS(name_from_text("example.ch.", &delegation.child) == 0);
		delegation.hosts = hosts;
	}
}

static int find(void *user, const struct name *child, struct arena *arena, struct notify_child *out)
{
	const struct setting *s = user;
	(void)arena;
	delegation.host_count = s->child & 3 ? s->child & 1 ? 1 : 2 : 0;
	delegation.ds_state = (enum ds_state)((s->child >> 2 & 3) % 3);
	delegation.flags = s->child >> 4 & 3;
	state.suspended = s->child >> 6 & 3;
	*out = (struct notify_child){ .delegation = &delegation, .state = &state, .policy = policy_preset(POLICY_DEFAULT),
		.scan = (enum notify_scan)((s->sender >> 6) % 3) };
	return name_equal(child, &delegation.child) ? 0 : ERR_NOTFOUND;
}

static void check_response(const uint8_t *data, size_t size, const struct notify_verdict *v, struct arena *arena)
{
	struct message m;
	struct message request;
	HOLDS(v->response_size <= size + NOTIFY_RESPONSE_GROWTH && v->response_size <= sizeof(v->response));
	HOLDS(message_parse(v->response, v->response_size, arena, &m) == 0);
	HOLDS((m.flags & MESSAGE_FLAG_QR) != 0 && (data[2] & 0x80) == 0 && memcmp(v->response, data, 2) == 0);
	HOLDS(m.count[SECTION_ANSWER] == 0 && m.count[SECTION_AUTHORITY] == 0 && m.count[SECTION_ADDITIONAL] == 0);
	int code = message_parse(data, size, arena, &request);
	if (v->response_size == HEADER_OCTETS) {
		HOLDS(code != 0 || request.question_count != 1);
		HOLDS(m.rcode == RCODE_FORMERR || (code == 0 && m.rcode == RCODE_NOTIMP));
		return;
	}
	HOLDS(code == 0 && m.has_edns == request.has_edns);
	if (m.question_count == 0) {
		HOLDS(request.question_count == 0 && (m.rcode == RCODE_NOTIMP || m.rcode == RCODE_BADVERS));
		return;
	}
	HOLDS(name_equal(&m.question, &request.question) && m.question_type == request.question_type);
	HOLDS(m.question_class == request.question_class && m.question_count == 1 && m.edns_do == request.edns_do);
}

static void check_verdict(const struct notify_verdict *v)
{
	HOLDS(v->code != NOTIFY_CODE_NONE && v->code < REPORT_AGENT_REJECTED);
	HOLDS(v->note == NOTIFY_CODE_NONE || v->note == REPORT_AGENT_REJECTED);
	HOLDS(v->agent.size == 0 || (v->note == NOTIFY_CODE_NONE && report_agent_is_allowed(&v->agent, &delegation)));
	HOLDS(v->report_ede == EDE_NONE || v->agent.size > 0);
	HOLDS(!v->enqueue || (v->probe.trigger == TRIGGER_NOTIFY && name_equal(&v->probe.child, &delegation.child)));
	HOLDS(!v->enqueue || v->probe.type == TYPE_CDS || v->probe.type == TYPE_CSYNC);
	HOLDS(!v->enqueue || (v->probe.due_ms >= NOW && name_equal(&v->probe.agent, &v->agent)));
	HOLDS(v->enqueue ? v->response_size > 0 : v->code != NOTIFY_ACCEPTED);
	if (v->agent.size > 0) {
		struct name name;
		int code = report_name(&delegation.child, TYPE_CDS, v->report_ede, &v->agent, &name);
		HOLDS(code == ERR_LIMIT || (code == 0 && name_is_within(&name, &v->agent)));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 2) {
		return 0;
	}
	static const struct notify_limits roomy = { { 1, 1, 2 }, { 1, 60, 2 }, { 1, 60, 2 }, { 1, 60, 2 }, 60, 1, 1, 1 };
	static const struct notify_limits none = { .sources = 1, .zones = 1, .operators = 1 };
	static const uint8_t secret[SHA256_OCTETS];
	open_once();
	struct setting s = { data[0], data[1] };
	const struct notify_options options = { .tsig_required = s.sender & 1, .csync = s.sender & 2 };
	struct notify_limiter *l = NULL;
	HOLDS(notify_limiter_new((s.sender & 4) != 0 ? &none : &roomy, secret, crypto, &l) == 0);
	struct arena *arena = arena_new();
	HOLDS(arena != NULL);
	const struct notify_input in = { .octets = data + 2, .size = size - 2, .source = { 6, { 0x20, 1, 0x0d, 0xb8 } },
		.tcp = (s.sender & 8) != 0, .tsig = (enum notify_tsig)((s.sender >> 4 & 3) % 3), .now_ms = NOW, .options = &options,
		.limiter = l, .find = find, .user = &s };
	/* Until no token is left. */
	for (unsigned i = 0; i < 4; i++) {
		struct notify_verdict v;
		HOLDS(notify_judge(&in, arena, &v) == 0);
		check_verdict(&v);
		if (v.response_size > 0) {
			check_response(in.octets, in.size, &v, arena);
		}
		HOLDS(i < 2 || !v.enqueue || v.code != NOTIFY_ACCEPTED);
	}
	arena_free(arena);
	notify_limiter_free(l);
	return 0;
}
