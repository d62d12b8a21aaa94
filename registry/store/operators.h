/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What operators say of children and of their changes: into the journal with who and why, and what it brings about. */
#pragma once

#include "registry/store/journal.h"

/* One word of an operator. who and why: printable ASCII, not empty, at most OPERATOR_WHO_MAX and OPERATOR_WHY_MAX. */
struct operator_order {
	enum operator_action action;
	const char *who;
	const char *why;
	uint64_t now;
	const uint8_t *token;		/* CHALLENGE: its hash, which is all that is kept of it */
};

/* NULL, or one sentence about what is wrong with who or why. Static. */
const char *operator_order_fault(const struct operator_order *o);

/* About a child: its state, and its change if there is one that has not left (hold, release and cancel). ERR_NOTFOUND: it is
 * neither delegated nor known; ERR_CONFLICT: there is nothing of that kind to do, with one sentence in *refusal (static).
 * After both t stays usable. */
int operator_say(struct txn *t, struct crypto *crypto, const struct name *child, const struct operator_order *o,
	const char **refusal);
/* About one change: hold and release; cancel is about its child, too; rollback is about one that has left, and withdraws what of its
 * child has not. ERR_NOTFOUND, ERR_CONFLICT as above. */
int operator_say_change(struct txn *t, struct crypto *crypto, uint64_t change, const struct operator_order *o,
	const char **refusal);

/* Which of the changes that the brake holds; size 0: all. */
struct brake_filter {
	struct name parent;
	struct name host;	/* a name server of the delegation */
	unsigned classes;	/* bits 1 << enum brake_class; 0: all */
};
/* Each of them may go out once a new probe has confirmed it; *count of them are cleared by this. */
int operator_release_brake(struct txn *t, struct crypto *crypto, const struct brake_filter *which,
	const struct operator_order *o, uint64_t *count);
bool brake_filter_takes(struct txn *t, const struct brake_filter *which, const struct change *c);

/* A word about the store as a whole (restore, baseline): only the journal has it, under the name of the root. */
int operator_note_store(struct txn *t, struct crypto *crypto, const struct operator_order *o);

/* The DS set that an operator wants child to go back to, for whoever probes it; *out in arena, or NULL. */
int operator_back(struct txn *t, const struct name *child, struct arena *arena, const struct ds_set **out);

/* The newest word about a child, and when. ERR_NOTFOUND: nobody has said anything. */
int operator_last(struct txn *t, const struct name *child, struct operator_note *out, uint64_t *time);
