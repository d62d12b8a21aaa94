/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The DS sets of all children of a parent, as they are once what has left has arrived: for sinks that write a whole zone. */
#include <string.h>

#include "scanner/export.h"
#include "validate/wire/err.h"

/* and not for other name servers than it was judged against, which may be those of another registrant. */
static bool is_given(const struct change *c, const struct delegation *d)
{
	bool given = (c->state == EVENT_SENT || c->state == EVENT_ACKED) && c->ns_count == d->host_count;
	for (size_t i = 0; i < c->ns_count && given; i++) {
		given = name_equal(&c->ns_before[i], &d->hosts[i].name);
	}
	return given;
}

/* The newest change that the sink was given, if the parent does not show it yet. What was claimed is none: it may have left, but where
 * it may go out again it is given in this very export, and where it may not, by a probe or by an operator, it must not go this way. */
static int overlay(struct txn *t, struct arena *arena, struct delegation *d)
{
	struct change c;
	int ret = change_of_child(t, &d->child, arena, &c);
	while (ret == ERR_OK && !is_given(&c, d) && c.supersedes != 0) {
		ret = c.supersedes < c.number ? change_get(t, c.supersedes, arena, &c) : ERR_STORE;
	}
	if (ret == ERR_OK && is_given(&c, d)) {
		d->ds = c.ds_after;
		d->ds_ttl = c.ds_ttl;
	}
	return ret == ERR_NOTFOUND ? ERR_OK : ret;
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

/* Who is not in the file loses the DS set: so not from a list or a database of which lines were left out, which may be children, nor
 * from a load that ended half-way; and by A-38 not from an old source, which would take back what came after it. Of a zone, what is left
 * out and may be a child has an unknown DS set; a DS set alone is what is left in the file of a child that is gone, and has to go, too. */
static int check_source(struct export *e, const struct name *zone)
{
	static const uint8_t none[SHA256_OCTETS];
	struct txn *t = NULL;
	struct generation g;
	int ret = txn_begin(e->store, STORE_READ, &t);
	ret = ret == ERR_OK ? generation_get(t, zone, &g) : ret;
	if (ret == ERR_OK && (g.is_old || (g.skipped > 0 && g.soa_serial == 0) || memcmp(g.digest, none, sizeof(none)) == 0)) {
		ret = ERR_CONFLICT;
	}
	txn_abort(t);
	return ret == ERR_NOTFOUND ? ERR_OK : ret;
}

int export_each_ds(void *user, const struct name *zone, sink_take_ds *take, void *to)
{
	struct export *e = user;
	struct name after = { .size = 0 };
	int ret = check_source(e, zone);
	while (ret == ERR_OK) {
		struct txn *t = NULL;
		ret = txn_begin(e->store, STORE_READ, &t);
		ret = ret == ERR_OK ? take_some(t, zone, &after, take, to) : ret;
		txn_abort(t);
	}
	return ret == ERR_NOTFOUND ? ERR_OK : ret;
}
