/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What operators say in a story. */
#include "registry/store/operators.h"

#include <string.h>

#include "tests/scenario/world.h"
#include "validate/cds/challenge.h"
#include "validate/wire/err.h"

static bool end(struct txn *t, int code, const char *what)
{
	if (code == ERR_CONFLICT) {
		txn_abort(t);
		return false;
	}
	must(code, what);
	must(txn_commit(t), what);
	return true;
}

static bool undo(struct world *w, enum operator_action action)
{
	const struct operator_order order = { .action = action, .who = "a story", .why = "it is told so",
		.now = w->now.unix_ms / 1000 };
	const char *refusal = "";
	struct txn *t = NULL;
	must(txn_begin(w->store, STORE_WRITE, &t), "a transaction");
	return end(t, operator_say_change(t, w->crypto, w->change, &order, &refusal), "operator_say_change");
}

bool world_operator(struct world *w, enum operator_action action, const char *token)
{
	uint8_t hash[SHA256_OCTETS];
	if (action == OPERATOR_DO_ROLLBACK || action == OPERATOR_DO_ROLLBACK_FORCED) {
		return undo(w, action);
	}
	must(challenge_hash(w->crypto, token, strlen(token), hash), "challenge_hash");
	const struct operator_order order = { .action = action, .who = "a story", .why = "it is told so",
		.now = w->now.unix_ms / 1000, .token = hash };
	struct name child;
	const char *refusal = "";
	struct txn *t = NULL;
	must(name_from_text(ZONE_CHILD, &child), ZONE_CHILD);
	must(txn_begin(w->store, STORE_WRITE, &t), "a transaction");
	return end(t, operator_say(t, w->crypto, &child, &order, &refusal), "operator_say");
}
