/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cdswalk changes hold, release, approve, cancel, challenge and rollback: what an operator says, with who and why in the journal. */
#include <inttypes.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "registry/store/records.h"
#include "scanner/arguments.h"
#include "scanner/changes.h"
#include "scanner/changes_challenge.h"
#include "scanner/clock.h"
#include "scanner/command.h"
#include "scanner/show.h"
#include "validate/wire/err.h"

struct sayings {
	const struct changes_options *options;
	struct store *store;
	struct crypto *crypto;
	struct operator_order order;
	char login[OPERATOR_WHO_MAX + 1];
	struct challenge *challenges;	/* that were made, as many as done; NULL: of another action */
	uint64_t done;
	bool refused;
};

/* The name he logged in with, also behind su and sudo. */
static void find_login(char login[OPERATOR_WHO_MAX + 1])
{
	if (getlogin_r(login, OPERATOR_WHO_MAX + 1) == 0 && login[0] != '\0') {
		return;
	}
	const struct passwd *p = getpwuid(getuid());
	int size = p == NULL ? 0 : snprintf(login, OPERATOR_WHO_MAX + 1, "%s", p->pw_name);
	if (size <= 0 || size > OPERATOR_WHO_MAX) {
		login[0] = '\0';
	}
}

static bool fill_order(struct sayings *s, enum operator_action action)
{
	find_login(s->login);
	s->order = (struct operator_order){ .action = action, .why = s->options->why, .now = clock_unix_s(),
		.who = s->options->who != NULL ? s->options->who : s->login };
	if (s->options->why == NULL) {
		say("%s takes --why TEXT: the reason stays in the journal, with who gave it", operator_action_text(action));
		return false;
	}
	const char *fault = operator_order_fault(&s->order);
	if (fault != NULL) {
		say("%s; --who and --why say it", fault);
	}
	return fault == NULL;
}

/* The id of a change, else the name of a child: names may have a slash, too. */
static int say_of(struct sayings *s, struct txn *t, const char *word, const char **refusal)
{
	uint64_t number;
	struct name child;
	*refusal = "";
	int ret = change_id_parse(s->store, word, &number);
	if (ret == ERR_OK) {
		return operator_say_change(t, s->crypto, number, &s->order, refusal);
	}
	if (ret == ERR_CONFLICT) {
		*refusal = "it belongs to another store, or to this one before it was restored";
		return ret;
	}
	if (name_from_text(word, &child) != 0) {
		return ERR_FORMAT;
	}
	if (s->challenges != NULL) {
		struct challenge *made = &s->challenges[s->done];
		ret = challenge_make(s->crypto, &child, made);
		s->order.token = made->hash;
		*refusal = ret == ERR_CONFLICT ? "its name is too long for one where a token could be" : "";
		if (ret != ERR_OK) {
			return ret;
		}
	}
	return operator_say(t, s->crypto, &child, &s->order, refusal);
}

/* The policy that the child was decided by last; else that of the last run over its parent. ERR_NOTFOUND: none yet. */
static int find_policy(struct txn *t, const struct name *child, struct arena *arena, struct policy *out)
{
	struct child_state state;
	struct stored_case c;
	struct generation g;
	struct run run;
	int ret = state_get(t, child, arena, &state);
	if (ret == ERR_OK && state.last_run != 0) {
		ret = case_get(t, state.last_run, state.last_sequence, arena, &c);
		return ret == ERR_OK ? policy_get(t, c.policy, out) : ret;
	}
	if (ret == ERR_OK || ret == ERR_NOTFOUND) {
		ret = generation_of_child(t, child, &g);
	}
	ret = ret == ERR_OK ? run_last_of(t, &g.origin, &run) : ret;
	return ret == ERR_OK ? policy_get(t, run.limits, out) : ret;
}

/* It is said all the same: who changes the policy need not say it once more. */
static int warn_of_no_effect(const struct sayings *s, struct txn *t, const char *word)
{
	enum operator_word said = s->order.action == OPERATOR_DO_APPROVE ? OPERATOR_APPROVE :
		s->order.action == OPERATOR_DO_CHALLENGE ? OPERATOR_CHALLENGE : OPERATOR_NONE;
	struct name child;
	struct policy policy;
	if (said == OPERATOR_NONE || name_from_text(word, &child) != 0) {
		return ERR_OK;
	}
	struct arena *arena = arena_new();
	int ret = arena == NULL ? ERR_NOMEM : find_policy(t, &child, arena, &policy);
	const char *why = ret == ERR_OK ? show_no_effect(said, &policy) : NULL;
	if (why != NULL) {
		say("%s: the %s has no effect by policy %s: %s", say_text(word), said == OPERATOR_APPROVE ? "approval" : "token",
			say_text(policy.name), why);
	}
	arena_free(arena);
	return ret == ERR_NOTFOUND ? ERR_OK : ret;
}

/* One that is refused is said and does not hold up the others. */
static int say_one(struct sayings *s, struct txn *t, const char *word)
{
	const char *refusal;
	const char *what = operator_action_text(s->order.action);
	int ret = say_of(s, t, word, &refusal);
	switch (ret) {
	case ERR_OK:
		s->done++;
		return warn_of_no_effect(s, t, word);
	case ERR_FORMAT:
		say("%s is neither a child nor the id of a change; changes list prints both", say_text(word));
		break;
	case ERR_NOTFOUND:
		say("%s is not in this store; write the child's name, such as example.ch.", say_text(word));
		break;
	case ERR_CONFLICT:
		say("%s: nothing to %s: %s", say_text(word), what, refusal);
		break;
	default:
		return ret;
	}
	s->refused = true;
	return ERR_OK;
}

static int say_all(struct sayings *s, size_t count, char **words)
{
	struct txn *t = NULL;
	int ret = txn_begin(s->store, STORE_WRITE, &t);
	if (ret == ERR_OK && s->options->brake) {
		const struct brake_filter which = { .parent = s->options->parent, .host = s->options->host,
			.classes = s->options->brake_classes };
		ret = operator_release_brake(t, s->crypto, &which, &s->order, &s->done);
	}
	for (size_t i = 0; i < count && ret == ERR_OK; i++) {
		ret = say_one(s, t, words[i]);
	}
	if (ret != ERR_OK) {
		txn_abort(t);
		return ret;
	}
	ret = txn_commit(t);
	for (uint64_t i = 0; i < s->done && s->challenges != NULL && ret == ERR_OK; i++) {
		challenge_print(&s->challenges[i]);
	}
	return ret;
}

static const char *what_follows(enum operator_action action)
{
	switch (action) {
	case OPERATOR_DO_HOLD:
		return "held: nothing goes out until they are released; what was claimed or sent may be with its target";
	case OPERATOR_DO_RELEASE:
		return "released: each goes out once the next scan has confirmed it";
	case OPERATOR_DO_APPROVE:
		return "approved: the next scan decides";
	case OPERATOR_DO_CANCEL:
		return "cancelled: another request is another matter";
	case OPERATOR_DO_CHALLENGE:
		return "challenged: a scan that sees the record at every address of the child accepts its request";
	case OPERATOR_DO_ROLLBACK:
		return "to be undone: the next scan of the child does it, if the DS set from before leads to its zone";
	case OPERATOR_DO_ROLLBACK_FORCED:
		return "to be undone: the next scan of the child does it, wherever the DS set from before leads";
	case OPERATOR_DO_RESTORE: /* these are of a store, by other commands */
	case OPERATOR_DO_BASELINE:
	case OPERATOR_DO_TAKE_OVER:
		break;
	}
	return "done";
}

int changes_say(const struct changes_options *o, enum operator_action action, size_t count, char **words)
{
	struct sayings s = { .options = o };
	int code;
	if (!fill_order(&s, action)) {
		return EXIT_USAGE;
	}
	s.store = command_open_store(o->db, STORE_WRITE, &code);
	if (s.store == NULL) {
		return code;
	}
	s.crypto = crypto_new();
	s.challenges = action == OPERATOR_DO_CHALLENGE ? calloc(count, sizeof(*s.challenges)) : NULL;
	int ret = s.crypto == NULL ? ERR_CRYPTO : s.challenges == NULL && action == OPERATOR_DO_CHALLENGE ? ERR_NOMEM
		: say_all(&s, count, words);
	if (ret != ERR_OK) {
		code = command_store_failed(o->db, ret);
	} else if (s.done > 0) {
		say("%" PRIu64 " %s", s.done, what_follows(action));
		code = s.refused ? EXIT_RUNTIME : EXIT_OK;
	} else {
		if (o->brake) {
			say("nothing to release: the brake holds no such change; status shows what it holds");
		}
		code = EXIT_RUNTIME;
	}
	free(s.challenges);
	crypto_free(s.crypto);
	store_close(s.store);
	return code;
}
