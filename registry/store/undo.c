/* SPDX-License-Identifier: GPL-3.0-or-later */
/* May an operator undo a change? It has to be the one that the parent has, or is about to get. */
#include "registry/store/undo.h"

#include <string.h>

#include "registry/store/change.h"
#include "registry/store/db.h"
#include "registry/store/delegations.h"
#include "validate/wire/err.h"

static const char *check_change(const struct change *c)
{
	if (c->state == EVENT_WITHDRAWN) {
		return "it was withdrawn";
	}
	if (c->state != EVENT_PUBLISHED && !status_has_left(c->state)) {
		return "it has not left: changes cancel withdraws it";
	}
	return ds_set_equal(&c->ds_before, &c->ds_after) ? "it did not change the DS set" : NULL;
}

static const char *check_delegation(const struct change *c, const struct delegation *d)
{
	bool is_anew = c->registration[0] != '\0' && d->registration[0] != '\0' && strcmp(c->registration, d->registration) != 0;
	if (is_anew) {
		return "the domain was registered anew since";
	}
	if (d->ds_state == DS_UNKNOWN) {
		return "the source does not tell which DS set the child has";
	}
	return c->state == EVENT_PUBLISHED && !ds_set_equal(&c->ds_after, &d->ds) ? "the child has another DS set by now" : NULL;
}

static bool was_there(const struct change *c)
{
	return (c->state == EVENT_PUBLISHED || status_has_left(c->state)) && !ds_set_equal(&c->ds_before, &c->ds_after);
}

/* Changes have no index by child: from this one on all are looked at, which an operator can wait for. */
static int is_newest(struct txn *t, const struct change *c, bool *yes)
{
	struct arena *arena = arena_new();
	struct change next = { .number = c->number };
	int rc = arena == NULL ? txn_fail(t, ERR_NOMEM) : 0;
	*yes = true;
	while (rc == 0 && *yes) {
		uint64_t after = next.number + 1;
		arena_reset(arena);
		rc = change_next(t, after, arena, &next);
		*yes = rc != 0 || !name_equal(&next.child, &c->child) || !was_there(&next);
	}
	arena_free(arena);
	return rc == ERR_NOTFOUND ? 0 : rc;
}

/* What undoes c already may wait for a brake: whoever says it once more does not mean that it should begin again. */
static int find_waiting(struct txn *t, const struct change *c, struct arena *arena, uint64_t *waiting)
{
	struct change next;
	*waiting = 0;
	int rc = change_of_child(t, &c->child, arena, &next);
	if (rc == 0 && !status_has_left(next.state) && !ds_set_equal(&next.ds_after, &c->ds_before)) {
		*waiting = next.number;
	}
	return rc == ERR_NOTFOUND ? 0 : rc;
}

int undo_plan(struct txn *t, uint64_t change, struct arena *arena, struct undo *out, const char **refusal)
{
	struct change c;
	struct delegation d;
	bool newest = false;
	int rc = change_get(t, change, arena, &c);
	*refusal = rc == 0 ? check_change(&c) : NULL;
	if (rc != 0 || *refusal != NULL) {
		return rc;
	}
	rc = delegation_get(t, &c.child, arena, &d);
	if (rc != 0) {
		*refusal = rc == ERR_NOTFOUND ? "its child is no longer delegated" : NULL;
		return rc == ERR_NOTFOUND ? 0 : rc;
	}
	*refusal = check_delegation(&c, &d);
	rc = is_newest(t, &c, &newest);
	if (rc == 0 && *refusal == NULL && !newest) {
		*refusal = "a later change of the child has left; that one can be undone";
	}
	*out = (struct undo){ .child = c.child, .rollback = { .change = change, .to = c.ds_before, .undone = c.ds_after } };
	return rc == 0 ? find_waiting(t, &c, arena, &out->waiting) : rc;
}
