/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Changes that the parent's servers are asked for, and what is remembered of what they say. */
#include "registry/store/served.h"

#include <stdlib.h>
#include <string.h>

#include "registry/store/change.h"
#include "registry/store/db.h"
#include "registry/store/value.h"
#include "validate/wire/err.h"

/* A clock that was wrong leaves earlier times behind later ones. So many events that are too old have to follow each other before all the rest
 * is taken to be older, too. */
#define OLDER_IN_A_ROW 100000u

#define NOTE_OCTETS (1 + 8 + 1 + 8)

/* ---- what is remembered */

int served_decode(struct slice value, struct served_note *out)
{
	struct wire w;
	int rc = value_reader(value, &w);
	if (rc != 0) {
		return rc;
	}
	struct served_note n = { .change = wire_read_u64(&w) };
	uint8_t what = wire_read_u8(&w);
	n.asked = wire_read_u64(&w);
	if (!wire_done(&w) || what < SERVED_AFTER || what > SERVED_OTHER) {
		return ERR_FORMAT;
	}
	n.what = (enum served)what;
	*out = n;
	return 0;
}

int served_get(struct txn *t, const struct name *child, struct served_note *out)
{
	struct key key;
	struct slice value;
	key_name(child, &key);
	int rc = db_get(t, DB_SERVED, key_slice(&key), &value);
	if (rc != 0) {
		return rc;
	}
	rc = served_decode(value, out);
	return rc == 0 ? 0 : txn_fail(t, rc);
}

int served_forget(struct txn *t, const struct name *child)
{
	struct key key;
	key_name(child, &key);
	int rc = db_del(t, DB_SERVED, key_slice(&key));
	return rc == ERR_NOTFOUND ? 0 : rc;
}

static int put(struct txn *t, const struct name *child, const struct served_note *n)
{
	uint8_t octets[NOTE_OCTETS];
	struct key key;
	struct wire w = value_writer(octets, sizeof(octets));
	wire_write_u64(&w, n->change);
	wire_write_u8(&w, (uint8_t)n->what);
	wire_write_u64(&w, n->asked);
	key_name(child, &key);
	return db_put(t, DB_SERVED, key_slice(&key), value_written(&w));
}

/* ---- which changes */

struct search {
	struct txn *txn;
	struct crypto *crypto;
	const struct run *run;
	struct arena *arena;
	struct served_list *list;
};

static int add(struct search *f, const struct change *c, bool is_first)
{
	struct served_list *l = f->list;
	struct served_item item = { .change = c->number, .is_first = is_first };
	struct served_note note = { .change = 0 };
	uint8_t hash[SHA256_OCTETS];
	int rc = served_get(f->txn, &c->child, &note);
	rc = rc == ERR_NOTFOUND ? 0 : rc;
	rc = rc == 0 ? crypto_sha256(f->crypto, c->child.octets, c->child.size, hash) : rc;
	if (rc == 0 && l->count == l->room) {
		size_t room = l->room == 0 ? 256 : l->room * 2;
		struct served_item *grown = room > SIZE_MAX / sizeof(*grown) ? NULL : realloc(l->items, room * sizeof(*grown));
		rc = grown == NULL ? ERR_NOMEM : 0;
		l->items = grown == NULL ? l->items : grown;
		l->room = grown == NULL ? l->room : room;
	}
	if (rc != 0) {
		return txn_fail(f->txn, rc);
	}
	memcpy(item.child, hash, sizeof(item.child));
	item.is_seen = note.change == c->number && note.what == SERVED_AFTER;
	l->items[l->count++] = item;
	return 0;
}

static int is_of_run(const struct search *f, const struct name *child, bool *yes)
{
	*yes = f->run->only.size == 0 || name_equal(&f->run->only, child);
	return *yes ? generation_has_child(f->txn, &f->run->origin, child, yes) : 0;
}

/* A change of the TTL has the set that is there. */
static int look_at(struct search *f, const struct change *c)
{
	bool waits = c->state == EVENT_CONFIRMED || c->state == EVENT_RELEASED ||
		(c->state == EVENT_PROPOSED && c->run == f->run->number);
	bool first = waits && change_is_first(c);
	bool own = false;
	int rc = 0;
	if (c->class != CHANGE_TTL && (first || status_has_left(c->state) || c->state == EVENT_PUBLISHED)) {
		rc = is_of_run(f, &c->child, &own);
	}
	return rc == 0 && own ? add(f, c, first) : rc;
}

static int find_outstanding(struct search *f)
{
	struct name after = f->run->origin;
	for (;;) {
		struct change c;
		arena_reset(f->arena);
		int rc = change_outstanding_next(f->txn, &after, f->arena, &c);
		if (rc != 0 || !name_is_within(&c.child, &f->run->origin)) {
			return rc == ERR_NOTFOUND ? txn_error(f->txn) : rc;
		}
		rc = look_at(f, &c);
		if (rc != 0) {
			return rc;
		}
		after = c.child;
	}
}

static int find_published(struct search *f, uint64_t now)
{
	uint64_t sequence = 0;
	for (unsigned older = 0; older < OLDER_IN_A_ROW;) {
		struct event e;
		struct change c;
		arena_reset(f->arena);
		int rc = event_before(f->txn, sequence, &e);
		if (rc != 0) {
			return rc == ERR_NOTFOUND ? txn_error(f->txn) : rc;
		}
		sequence = e.sequence;
		older = e.time + SERVED_LOOKED_FOR_S <= now ? older + 1 : 0;
		if (e.kind != EVENT_PUBLISHED || older > 0) {
			continue;
		}
		rc = change_get(f->txn, e.change, f->arena, &c);
		rc = rc == 0 ? look_at(f, &c) : rc;
		if (rc != 0) {
			return rc == ERR_NOTFOUND ? txn_fail(f->txn, ERR_STORE) : rc;
		}
	}
	return 0;
}

static int by_child(const void *a, const void *b)
{
	const struct served_item *x = a;
	const struct served_item *y = b;
	int d = memcmp(x->child, y->child, sizeof(x->child));
	return d != 0 ? d : x->change > y->change ? -1 : x->change < y->change;
}

int served_list_find(struct txn *t, struct crypto *crypto, const struct run *run, uint64_t now, struct served_list *out)
{
	struct search f = { .txn = t, .crypto = crypto, .run = run, .arena = arena_new(), .list = out };
	int rc = f.arena == NULL ? txn_fail(t, ERR_NOMEM) : find_outstanding(&f);
	rc = rc == 0 ? find_published(&f, now) : rc;
	arena_free(f.arena);
	if (rc == 0 && out->count > 0) {
		qsort(out->items, out->count, sizeof(*out->items), by_child);
	}
	return rc;
}

void served_list_free(struct served_list *l)
{
	free(l->items);
	*l = (struct served_list){ .items = NULL };
}

size_t served_list_end(const struct served_list *l, size_t first)
{
	size_t end = first;
	while (end < l->count && memcmp(l->items[end].child, l->items[first].child, sizeof(l->items[first].child)) == 0) {
		end++;
	}
	return end;
}

/* The newest that has left; the end where none has. */
static size_t newest_left(const struct served_list *l, size_t first)
{
	size_t end = served_list_end(l, first);
	while (first < end && l->items[first].is_first) {
		first++;
	}
	return first;
}

bool served_list_wants(const struct served_list *l, size_t first)
{
	size_t left = newest_left(l, first);
	return l->items[first].is_first || (left < served_list_end(l, first) && !l->items[left].is_seen);
}

/* ---- what the servers say */

static bool has_set(const struct change *c, const struct ds_set *ds)
{
	return ds_set_equal(&c->ds_before, ds) || ds_set_equal(&c->ds_after, ds);
}

/* What came before c may be on its way to the servers yet. */
static int is_of_earlier(struct txn *t, const struct served_list *l, size_t from, size_t end, const struct change *c, const struct ds_set *ds,
	struct arena *arena, bool *yes)
{
	struct change before;
	int rc = 0;
	for (size_t i = from; rc == 0 && !*yes && i < end; i++) {
		rc = change_get(t, l->items[i].change, arena, &before);
		*yes = rc == 0 && has_set(&before, ds);
	}
	before.supersedes = 0;
	for (uint64_t n = c->supersedes; rc == 0 && !*yes && n != 0; n = before.supersedes) {
		rc = change_get(t, n, arena, &before);
		*yes = rc == 0 && has_set(&before, ds);
		if (rc == 0 && before.supersedes >= n) {
			rc = ERR_STORE;
		}
	}
	return rc == 0 ? 0 : txn_fail(t, rc == ERR_NOTFOUND ? ERR_STORE : rc);
}

int served_list_answer(struct txn *t, struct served_list *l, size_t first, enum ds_state state, const struct ds_set *ds, struct arena *arena)
{
	size_t end = served_list_end(l, first);
	size_t left = newest_left(l, first);
	struct change c;
	if (state == DS_UNKNOWN) {
		return txn_error(t);
	}
	for (size_t i = first; i < left; i++) {
		l->items[i].what = state == DS_ABSENT ? SERVED_BEFORE : SERVED_OTHER;
	}
	if (left == end) {
		return txn_error(t);
	}
	int rc = change_get(t, l->items[left].change, arena, &c);
	if (rc != 0) {
		return rc == ERR_NOTFOUND ? txn_fail(t, ERR_STORE) : rc;
	}
	bool earlier = ds_set_equal(&c.ds_before, ds);
	if (!earlier && !ds_set_equal(&c.ds_after, ds)) {
		rc = is_of_earlier(t, l, left + 1, end, &c, ds, arena, &earlier);
	}
	l->items[left].what = ds_set_equal(&c.ds_after, ds) ? SERVED_AFTER : earlier ? SERVED_BEFORE : SERVED_OTHER;
	return rc;
}

int served_list_note(struct txn *t, const struct served_list *l, uint64_t now, struct arena *arena)
{
	int rc = txn_error(t);
	for (size_t i = 0, end; rc == 0 && i < l->count; i = end) {
		size_t left = newest_left(l, i);
		struct change c;
		end = served_list_end(l, i);
		if (left == end || l->items[left].what == SERVED_UNKNOWN) {
			continue;
		}
		arena_reset(arena);
		rc = change_get(t, l->items[left].change, arena, &c);
		if (rc == 0) {
			rc = put(t, &c.child, &(struct served_note){ .change = c.number, .what = l->items[left].what, .asked = now });
		}
	}
	return rc == ERR_NOTFOUND ? txn_fail(t, ERR_STORE) : rc;
}

int served_list_of_first(struct crypto *crypto, const struct served_list *l, const struct change *c, enum served *out)
{
	struct served_item key = { .change = c->number };
	uint8_t hash[SHA256_OCTETS];
	*out = SERVED_UNKNOWN;
	int rc = l->count == 0 ? 0 : crypto_sha256(crypto, c->child.octets, c->child.size, hash);
	if (rc == 0 && l->count > 0) {
		memcpy(key.child, hash, sizeof(key.child));
		const struct served_item *found = bsearch(&key, l->items, l->count, sizeof(key), by_child);
		*out = found != NULL && found->is_first ? found->what : SERVED_UNKNOWN;
	}
	return rc;
}
