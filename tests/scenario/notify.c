/* SPDX-License-Identifier: GPL-3.0-or-later */
/* NOTIFY messages in a story: what a service will do with sockets around it. */
#include "tests/scenario/notify.h"

#include <stdlib.h>
#include <string.h>

#include "registry/store/delegations.h"
#include "tests/scenario/words.h"
#include "tests/unit/notify_draft.h"
#include "validate/notify/follow.h"
#include "validate/notify/judge.h"
#include "validate/notify/report.h"
#include "validate/wire/err.h"

#define AGENTS 3

struct notified {
	struct notify_options options;
	struct notify_limits limits;
	struct notify_limiter *limiter;
	bool heard;			/* a message was the last that happened */
	struct notify_verdict verdict;	/* of it */
	size_t request_octets;
	bool is_queued;
	struct notify_probe queued;
	unsigned retries;		/* that came before it */
	bool running;			/* the run is because of it ... */
	struct notify_probe ran;	/* ... and so was the last one */
	struct notify_follow follow;
};

static struct notified *notified_of(struct world *w)
{
	if (w->notified == NULL) {
		w->notified = calloc(1, sizeof(*w->notified));
		if (w->notified == NULL) {
			give_up("out of memory");
		}
		w->notified->limits = notify_limits_default;
	}
	return w->notified;
}

void notified_free(struct notified *n)
{
	if (n != NULL) {
		notify_limiter_free(n->limiter);
		free(n);
	}
}

/* ---- the message */

struct telling {
	struct notify_draft draft;
	struct address source;
	bool tcp;
	bool is_probing;
	enum notify_tsig tsig;
	uint64_t times;
};

static const struct named types[] = {
	{ "CDS", TYPE_CDS }, { "CDNSKEY", TYPE_CDNSKEY }, { "CSYNC", TYPE_CSYNC }, { "SOA", TYPE_SOA }, { NULL, 0 },
};

static const struct named tsigs[] = {
	{ "none", NOTIFY_TSIG_NONE }, { "good", NOTIFY_TSIG_GOOD }, { "bad", NOTIFY_TSIG_BAD }, { NULL, 0 },
};

static const struct named flags[] = {
	{ "no-aa", MESSAGE_FLAG_AA }, { "an-answer", MESSAGE_FLAG_QR }, { "truncated", MESSAGE_FLAG_TC }, { "a-query", OPCODE_NOTIFY << 11 },
	{ NULL, 0 },
};

static void take_agent(struct notify_draft *d, const char *agent)
{
	for (size_t i = 0; i < AGENTS; i++) {
		if (d->agents[i] == NULL) {
			d->agents[i] = strcmp(agent, "root") == 0 ? "." : strcmp(agent, "empty") == 0 ? "" : agent;
			return;
		}
	}
	wrong("too many agents", agent);
}

static void take_flag(struct telling *t, const char *word)
{
	if (strcmp(word, "tcp") == 0) {
		t->tcp = true;
	} else if (strcmp(word, "probing") == 0) {
		t->is_probing = true;
	} else if (strcmp(word, "plain") == 0) {
		t->draft.edns = false;
	} else if (strcmp(word, "cut") == 0) {
		t->draft.cut = 1;
	} else {
		t->draft.flags |= (uint16_t)value_of(flags, word);
	}
}

static void take_fact(struct telling *t, const char *word, const char *value)
{
	struct notify_draft *d = &t->draft;
	if (strcmp(word, "name") == 0) {
		d->name = value;
	} else if (strcmp(word, "type") == 0) {
		d->type = (uint16_t)value_of(types, value);
	} else if (strcmp(word, "class") == 0) {
		d->class = (uint16_t)number_of(value);
	} else if (strcmp(word, "questions") == 0) {
		d->no_question = number_of(value) == 0;
		d->more_questions = d->no_question ? 0 : (unsigned)number_of(value) - 1;
	} else if (strcmp(word, "edns-version") == 0) {
		d->version = (uint8_t)number_of(value);
	} else if (strcmp(word, "agent") == 0) {
		take_agent(d, value);
	} else if (strcmp(word, "answer") == 0) {
		d->answer = value;
	} else if (strcmp(word, "authority") == 0) {
		d->authority = value;
	} else if (strcmp(word, "from") == 0) {
		must(address_from_text(value, &t->source), value);
	} else if (strcmp(word, "tsig") == 0) {
		t->tsig = (enum notify_tsig)value_of(tsigs, value);
	} else if (strcmp(word, "times") == 0) {
		t->times = number_of(value);
	} else {
		wrong("not known of a message", word);
	}
}

/* ---- the judge */

struct knows {
	struct world *world;
	struct child_state state;
	struct delegation delegation;
	bool is_probing;
};

/* A quick retry is not what the sender of a new message waits for: the new probe takes its place. */
static bool is_awaited(const struct notified *n)
{
	return n->is_queued && n->queued.trigger == TRIGGER_NOTIFY;
}

/* As a service has it: from the store, and from its queue. */
static int find(void *user, const struct name *child, struct arena *arena, struct notify_child *out)
{
	struct knows *k = user;
	struct txn *t = NULL;
	must(txn_begin(k->world->store, STORE_READ, &t), "a transaction");
	int code = delegation_get(t, child, arena, &k->delegation);
	int known = state_get(t, child, arena, &k->state);
	txn_abort(t);
	if (code != ERR_OK) {
		return code;
	}
	*out = (struct notify_child){ .delegation = &k->delegation, .state = known == ERR_OK ? &k->state : NULL,
		.policy = k->world->policy, .scan = is_awaited(k->world->notified) ? NOTIFY_SCAN_QUEUED :
		k->is_probing ? NOTIFY_SCAN_RUNNING : NOTIFY_SCAN_NONE };
	return known == ERR_NOTFOUND ? ERR_OK : known;
}

static void hear(struct world *w, const struct telling *t, const uint8_t *octets, size_t size)
{
	struct notified *n = w->notified;
	struct knows knows = { .world = w, .is_probing = t->is_probing };
	const struct notify_input in = { .octets = octets, .size = size, .source = t->source, .tcp = t->tcp, .tsig = t->tsig,
		.now_ms = w->now.steady_ms, .options = &n->options, .limiter = n->limiter, .find = find, .user = &knows };
	must(notify_judge(&in, w->arena, &n->verdict), "notify_judge");
	n->request_octets = size;
	if (n->verdict.enqueue && is_awaited(n)) {
		wrong("a probe is queued while one is", "");
	}
	if (n->verdict.enqueue) {
		n->is_queued = true;
		n->queued = n->verdict.probe;
		n->retries = 0;
	}
}

static void take_message(struct world *w, char *rest)
{
	static const uint8_t secret[SHA256_OCTETS] = "a story";
	struct notified *n = notified_of(w);
	struct telling t = { .draft = { .name = ZONE_CHILD, .edns = true }, .source = { 4, { 192, 0, 2, 99 } },
		.tsig = NOTIFY_TSIG_NONE, .times = 1 };
	uint8_t octets[NOTIFY_DRAFT_ROOM];
	while (*rest != '\0') {
		char *word = next_word(&rest);
		char *value = strchr(word, '=');
		if (value == NULL) {
			take_flag(&t, word);
			continue;
		}
		*value = '\0';
		take_fact(&t, word, value + 1);
	}
	if (n->limiter == NULL) {
		must(notify_limiter_new(&n->limits, secret, w->crypto, &n->limiter), "notify_limiter_new");
	}
	world_load(w);
	size_t size = notify_draft_write(&t.draft, octets);
	for (uint64_t i = 0; i < t.times; i++) {
		hear(w, &t, octets, size);
	}
	n->heard = true;
}

/* ---- options */

static void take_rate(struct notify_rate *rate, char *value)
{
	uint32_t *parts[] = { &rate->tokens, &rate->per_s, &rate->burst };
	for (size_t i = 0; i < 3; i++) {
		char *slash = strchr(value, '/');
		if ((slash == NULL) != (i == 2)) {
			wrong("a rate is TOKENS/SECONDS/BURST, not", value);
		}
		if (slash != NULL) {
			*slash = '\0';
		}
		*parts[i] = (uint32_t)number_of(value);
		value = slash == NULL ? value : slash + 1;
	}
}

static void take_option(struct notified *n, char *word)
{
	char *value = strchr(word, '=');
	if (strcmp(word, "tsig-required") == 0) {
		n->options.tsig_required = true;
		return;
	}
	if (strcmp(word, "csync") == 0) {
		n->options.csync = true;
		return;
	}
	if (value == NULL || n->limiter != NULL) {
		wrong("not known of the service, or too late", word);
	}
	*value++ = '\0';
	static const char *const names[] = { "source", "zone", "operator", "total" };
	struct notify_rate *const rates[] = { &n->limits.source, &n->limits.zone, &n->limits.operator, &n->limits.total };
	for (size_t i = 0; i < 4; i++) {
		if (strcmp(word, names[i]) == 0) {
			take_rate(rates[i], value);
			return;
		}
	}
	if (strcmp(word, "patience") != 0) {
		wrong("not known of the service", word);
	}
	n->limits.patience_s = (uint32_t)(ms_of(value) / 1000);
}

bool take_notify(struct world *w, const char *verb, char *rest)
{
	if (strcmp(verb, "notify") == 0) {
		take_message(w, rest);
	} else if (strcmp(verb, "service") == 0) {
		while (*rest != '\0') {
			take_option(notified_of(w), next_word(&rest));
		}
	} else {
		return false;
	}
	return true;
}

/* ---- the queue */

void notify_run_queued(struct world *w)
{
	struct notified *n = notified_of(w);
	if (!n->is_queued || n->queued.due_ms > w->now.steady_ms) {
		wrong(n->is_queued ? "its time has not come" : "nothing is queued", "");
	}
	n->is_queued = false;
	n->running = true;
	n->ran = n->queued;
	w->trigger = n->queued.trigger;
}

void notify_ran(struct world *w)
{
	struct notified *n = w->notified;
	if (n == NULL) {
		return;
	}
	n->heard = false;
	if (!n->running) {
		return;
	}
	n->running = false;
	notify_follow(&notify_patience_default, &w->decision, n->retries, &n->follow);
	if (n->follow.retry_s > 0) {
		n->is_queued = true;
		n->retries++;
		n->queued = n->ran;
		n->queued.trigger = TRIGGER_RETRY;
		n->queued.due_ms = w->now.steady_ms + (uint64_t)n->follow.retry_s * 1000;
	}
}

/* ---- expectations */

const char *notify_said(const struct world *w)
{
	return w->notified != NULL && w->notified->heard ? notify_code_token(w->notified->verdict.code) : NULL;
}

static void expect_equal(const char *what, const char *got, const char *wanted)
{
	if (strcmp(got, wanted) != 0) {
		give_up("%s:%u: %s: expected %s, got %s", story, line_number, what, wanted, got);
	}
}

/* "NOERROR", "NOERROR 15", "nothing". */
static void expect_answer(struct world *w, const char *wanted)
{
	static const struct named rcodes[] = { { "NOERROR", RCODE_NOERROR }, { "FORMERR", RCODE_FORMERR }, { "NOTIMP", RCODE_NOTIMP },
		{ "NOTAUTH", RCODE_NOTAUTH }, { "BADVERS", RCODE_BADVERS }, { NULL, 0 } };
	const struct notify_verdict *v = &w->notified->verdict;
	const struct named *r = rcodes;
	struct message m;
	if (v->response_size == 0) {
		expect_equal("the answer", "nothing", wanted);
		return;
	}
	must(message_parse(v->response, v->response_size, w->arena, &m), "the answer");
	while (r->name != NULL && r->value != m.rcode) {
		r++;
	}
	if ((m.flags & MESSAGE_FLAG_QR) == 0 || v->response_size > w->notified->request_octets + NOTIFY_RESPONSE_GROWTH) {
		wrong("the answer is none, or too long", "");
	}
	const uint8_t *ede = m.edns_options.data;
	const char *got = r->name == NULL ? "another RCODE" : m.edns_options.size == 0 ? r->name :
		arena_printf(w->arena, "%s %u", r->name, (unsigned)(ede[4] << 8 | ede[5]));
	expect_equal("the answer", got, wanted);
}

/* "CDS", "CDS in 60s", "nothing". */
static void expect_queued(struct world *w, char *rest)
{
	const struct notified *n = w->notified;
	char type[16];
	expect_equal("in the queue", n->is_queued ? rrtype_text(n->queued.type, type) : "nothing", next_word(&rest));
	if (!n->is_queued) {
		return;
	}
	(void)next_word(&rest);
	uint64_t after_ms = *rest == '\0' ? 0 : ms_of(rest);
	uint64_t got_ms = n->queued.due_ms - w->now.steady_ms;
	if (n->queued.due_ms < w->now.steady_ms || got_ms != after_ms) {
		give_up("%s:%u: it is due in %ld ms", story, line_number, (long)(n->queued.due_ms - w->now.steady_ms));
	}
}

/* The name of the report query, or "nothing". */
static void expect_report(struct world *w, const char *wanted)
{
	const struct notified *n = w->notified;
	const struct name *agent = n->heard ? &n->verdict.agent : &n->ran.agent;
	uint16_t ede = n->heard ? n->verdict.report_ede : n->follow.report_ede;
	struct name child;
	struct name name;
	char text[NAME_TEXT_SIZE] = "nothing";
	must(name_from_text(ZONE_CHILD, &child), ZONE_CHILD);
	if (agent->size > 0 && ede != EDE_NONE) {
		must(report_name(&child, TYPE_CDS, ede, agent, &name), "report_name");
		name_to_text(&name, text);
	}
	expect_equal("the report", text, wanted);
}

bool take_notify_expectation(struct world *w, const char *verb, char *rest)
{
	struct notified *n = notified_of(w);
	if (strcmp(verb, "answered") == 0) {
		expect_answer(w, rest);
	} else if (strcmp(verb, "queued") == 0) {
		expect_queued(w, rest);
	} else if (strcmp(verb, "noted") == 0) {
		expect_equal("the note", n->verdict.note == NOTIFY_CODE_NONE ? "nothing" : notify_code_token(n->verdict.note), rest);
	} else if (strcmp(verb, "because") == 0) {
		expect_equal("the cause", n->verdict.reason == REASON_NONE ? "nothing" : reason_token(n->verdict.reason), rest);
	} else if (strcmp(verb, "reports") == 0) {
		expect_report(w, rest);
	} else {
		return false;
	}
	return true;
}
