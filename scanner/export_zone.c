/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The DS sets of all children of a parent, as they are once what has left has arrived: for sinks that write a whole zone. */
#include "scanner/export.h"
#include "validate/wire/err.h"

/* The newest change that has left, if the parent does not show it yet. */
static int overlay(struct txn *t, struct arena *arena, struct delegation *d)
{
	struct change c;
	struct ds_set pending;
	bool has = false;
	int ret = change_of_child(t, &d->child, arena, &c);
	if (ret != ERR_OK) {
		return ret == ERR_NOTFOUND ? ERR_OK : ret;
	}
	if (c.state == EVENT_CLAIMED || c.state == EVENT_SENT || c.state == EVENT_ACKED) {
		d->ds = c.ds_after;
		d->ds_ttl = c.ds_ttl;
		return ERR_OK;
	}
	ret = change_pending_ds(t, &c, arena, &pending, &has);
	d->ds = has ? pending : d->ds;
	return ret;
}

static int take_some(struct txn *t, const struct name *zone, struct name *after, sink_take_ds *take, void *to)
{
	struct delegation_iter *i = NULL;
	struct arena *arena = arena_new();
	int ret = arena == NULL ? ERR_NOMEM : delegation_iter_open(t, zone, after, &i);
	for (size_t n = 0; n < EXPORT_BATCH && ret == ERR_OK; n++) {
		struct delegation d;
		arena_reset(arena);
		ret = delegation_iter_next(i, arena, &d);
		if (ret == ERR_OK && d.ds_state == DS_UNKNOWN) {
			ret = ERR_CONFLICT;
		}
		ret = ret == ERR_OK ? overlay(t, arena, &d) : ret;
		if (ret == ERR_OK) {
			*after = d.child;
			ret = take(to, &d.child, &d.ds, d.ds_ttl);
		}
	}
	delegation_iter_close(i);
	arena_free(arena);
	return ret;
}

int export_each_ds(void *user, const struct name *zone, sink_take_ds *take, void *to)
{
	struct export *e = user;
	struct name after = { .size = 0 };
	int ret = ERR_OK;
	while (ret == ERR_OK) {
		struct txn *t = NULL;
		ret = txn_begin(e->store, STORE_READ, &t);
		ret = ret == ERR_OK ? take_some(t, zone, &after, take, to) : ret;
		txn_abort(t);
	}
	return ret == ERR_NOTFOUND ? ERR_OK : ret;
}
