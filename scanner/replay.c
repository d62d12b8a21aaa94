/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Replay of stored cases. */
#include "scanner/replay.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "registry/store/records.h"
#include "scanner/command.h"
#include "scanner/show.h"
#include "validate/wire/err.h"

struct replay {
	const struct replay_options *options;
	struct store *store;
	struct crypto *crypto;
	struct json *json;
	uint64_t same, different, other_version, without_evidence;
};

static int decide(struct replay *r, struct txn *t, const struct stored_case *c, struct arena *arena,
	struct decision *out, struct policy *policy)
{
	struct algorithm_table table;
	struct child_state after;
	int ret = policy_get(t, c->policy, policy);
	if (ret == ERR_OK) {
		ret = table_get(t, c->table, arena, &table);
	}
	if (ret != ERR_OK) {
		return ret;
	}
	const struct case_input in = {
		.evidence = c->evidence, .delegation = c->delegation, .state = c->state, .pending = c->pending,
		.policy = policy, .algorithms = &table, .now = c->now,
	};
	return case_decide(r->crypto, &in, arena, out, &after);
}

static void say_difference(struct replay *r, const struct stored_case *c, const struct decision *now, struct arena *arena)
{
	struct decision then;
	char name[NAME_TEXT_SIZE];
	name_to_text(&now->child, name);
	bool readable = decision_decode(c->decision, arena, &then) == ERR_OK;
	say("case %" PRIu64 "/%" PRIu64 " (%s) was %s and is %s%s", c->run, c->sequence, name,
		readable ? reason_token(then.reason) : "unreadable", reason_token(now->reason),
		c->rules_version == RULES_VERSION ? "" : "; it was decided by another version of the rules");
	if (c->rules_version == RULES_VERSION) {
		r->different++;
	} else {
		r->other_version++;
	}
}

static int replay_case(struct replay *r, struct txn *t, const struct stored_case *c, struct arena *arena)
{
	struct decision decision;
	struct policy policy;
	struct slice encoded;
	if (c->evidence.size == 0) {
		r->without_evidence++;
		return ERR_OK;
	}
	int ret = decide(r, t, c, arena, &decision, &policy);
	if (ret == ERR_OK) {
		ret = decision_encode(&decision, arena, &encoded);
	}
	if (ret != ERR_OK) {
		return ret;
	}
	if (slice_equal(encoded, c->decision)) {
		r->same++;
	} else {
		say_difference(r, c, &decision, arena);
	}
	if (r->options->all) {
		return ERR_OK;
	}
	struct show_context context = { .policy = &policy, .policy_hash = c->policy,
		.evidence_hash = c->evidence_hash, .run = c->run, .sequence = c->sequence };
	ret = show_research(t, c->run, &context.research);
	if (ret != ERR_OK) {
		return ret;
	}
	if (r->json != NULL) {
		return show_decision_json(r->json, &decision, &context, stdout);
	}
	show_decision_text(&decision, &context, stdout);
	return ERR_OK;
}

/* One case a transaction: judging is slow for a reader to stay. */
static int replay_next(struct replay *r, struct arena *arena, uint64_t *run, uint64_t *sequence)
{
	struct txn *t = NULL;
	struct stored_case c;
	int ret = txn_begin(r->store, STORE_READ, &t);
	if (ret == ERR_OK) {
		ret = r->options->all ? case_next(t, 0, *run, *sequence, arena, &c)
			: case_get(t, r->options->run, r->options->sequence, arena, &c);
	}
	if (ret == ERR_OK) {
		*run = c.run;
		*sequence = c.sequence;
		ret = replay_case(r, t, &c, arena);
	}
	txn_abort(t);
	arena_reset(arena);
	return ret;
}

static int replay_cases(struct replay *r)
{
	struct arena *arena = arena_new();
	uint64_t run = 0;
	uint64_t sequence = 0;
	int ret = arena == NULL ? ERR_NOMEM : replay_next(r, arena, &run, &sequence);
	while (ret == ERR_OK && r->options->all) {
		ret = replay_next(r, arena, &run, &sequence);
	}
	arena_free(arena);
	return r->options->all && ret == ERR_NOTFOUND ? ERR_OK : ret;
}

static int report(const struct replay *r, int ret)
{
	if (ret == ERR_NOTFOUND) {
		say("there is no case %" PRIu64 "/%" PRIu64 " in %s; explain prints the case of a child", r->options->run,
			r->options->sequence, say_text(r->options->db));
		return EXIT_RUNTIME;
	}
	if (ret != ERR_OK) {
		return command_store_failed(r->options->db, ret);
	}
	if (r->without_evidence > 0) {
		say("%" PRIu64 " cases have no evidence any more and were passed over", r->without_evidence);
	}
	if (r->other_version > 0) {
		say("%" PRIu64 " cases were decided by another version of the rules and come out otherwise now", r->other_version);
	}
	say("%" PRIu64 " cases decided again, %" PRIu64 " equal byte for byte, %" PRIu64 " different",
		r->same + r->different + r->other_version, r->same, r->different);
	return r->different == 0 ? EXIT_OK : EXIT_RUNTIME;
}

int replay_run(const struct replay_options *o)
{
	struct replay r = { .options = o };
	int code;
	r.store = command_open_store(o->db, STORE_READ, &code);
	if (r.store == NULL) {
		return code;
	}
	r.crypto = crypto_new();
	r.json = o->json ? json_new() : NULL;
	if (r.crypto == NULL || (o->json && r.json == NULL)) {
		say("not enough memory, or OpenSSL's default provider is missing");
		code = EXIT_RUNTIME;
	} else {
		code = report(&r, replay_cases(&r));
	}
	json_free(r.json);
	crypto_free(r.crypto);
	store_close(r.store);
	return code;
}
