/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The baseline: after a restore, and in a new store where the operator wants it so, a full run over every parent only
 * records. Nothing goes out before somebody has compared what was recorded with what the registry has. */
#pragma once

#include "registry/store/operators.h"

enum baseline_why { BASELINE_RESTORED = 1, BASELINE_FIRST_RUN = 2 };
struct baseline {
	enum baseline_why why;
	uint64_t since;		/* seconds since the epoch */
	uint64_t run;		/* number of the last run before it; 0: none */
};

/* ERR_NOTFOUND: there is none, changes go out. */
int baseline_get(struct txn *t, struct baseline *out);
/* Fails closed: an error says that there is one. */
bool baseline_is_on(struct txn *t);
int baseline_begin(struct txn *t, enum baseline_why why, uint64_t now);
/* A parent over which no full run has ended since: *origin. ERR_NOTFOUND: every one that is loaded has had its run. */
int baseline_unwalked(struct txn *t, const struct baseline *b, struct name *origin);
/* Ends it, with who and why in the journal. What was held by it goes out once a new probe has confirmed it. ERR_CONFLICT, with
 * one static sentence in *refusal: there is none, nothing is loaded, or a parent has had no full run. */
int baseline_accept(struct txn *t, struct crypto *crypto, const struct operator_order *o, const char **refusal);
