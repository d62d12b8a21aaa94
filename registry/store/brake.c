/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The brake: children are counted once a class, from changes that wait and from what the journal says was released. */
#include "registry/store/brake.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "registry/store/db.h"
#include "registry/store/nsset.h"
#include "validate/wire/err.h"

/* A clock that was wrong leaves earlier times behind later ones. So many events older than the window have to follow each
 * other before all the rest is taken to be older, too. */
#define OLDER_IN_A_ROW 100000u
#define PPM UINT64_C(1000000)

enum item_kind { ITEM_RELEASED, ITEM_WAITING, ITEM_HELD };

struct item {
	uint8_t nsset[NSSET_OCTETS];
	uint8_t child[8];		/* of its hash */
	uint64_t change;
	uint8_t class;
	uint8_t kind;
	bool of_parent;
	bool on;
};

struct brake {
	struct crypto *crypto;
	struct name origin;
	struct item *items;
	size_t count, room;
	struct brake_count *counts;
	size_t count_count, count_room;
};

const char *brake_class_text(enum brake_class c)
{
	static const char *const texts[] = { "delete", "bootstrap", "update" };
	return (size_t)c < BRAKE_CLASSES ? texts[c] : "unknown";
}

struct brake *brake_new(struct crypto *crypto, const struct name *origin)
{
	struct brake *b = calloc(1, sizeof(*b));
	if (b != NULL) {
		b->crypto = crypto;
		b->origin = *origin;
	}
	return b;
}

void brake_free(struct brake *b)
{
	if (b != NULL) {
		free(b->items);
		free(b->counts);
		free(b);
	}
}

/* Room for one more. */
static void *grow(void *items, size_t count, size_t *room, size_t size)
{
	if (count < *room) {
		return items;
	}
	size_t more = *room == 0 ? 256 : *room * 2;
	void *grown = more > SIZE_MAX / size ? NULL : realloc(items, more * size);
	if (grown != NULL) {
		*room = more;
	}
	return grown;
}

static int add(struct brake *b, struct txn *t, const struct change *c, enum item_kind kind)
{
	struct item item = { .change = c->number, .class = (uint8_t)brake_class_of(c->class), .kind = (uint8_t)kind };
	uint8_t hash[SHA256_OCTETS];
	int rc = crypto_sha256(b->crypto, c->child.octets, c->child.size, hash);
	if (rc == 0) {
		memcpy(item.child, hash, sizeof(item.child));
		rc = nsset_id_of(b->crypto, c->ns_before, c->ns_count, item.nsset);
	}
	if (rc == 0) {
		rc = generation_has_child(t, &b->origin, &c->child, &item.of_parent);
	}
	if (rc != 0) {
		return txn_fail(t, rc);
	}
	struct item *items = grow(b->items, b->count, &b->room, sizeof(item));
	if (items == NULL) {
		return txn_fail(t, ERR_NOMEM);
	}
	b->items = items;
	b->items[b->count++] = item;
	return 0;
}

bool brake_counts(const struct change *c)
{
	return c->class != CHANGE_TTL;
}

int brake_add(struct brake *b, struct txn *t, const struct change *c)
{
	return add(b, t, c, c->state == EVENT_HELD ? ITEM_HELD : ITEM_WAITING);
}

int brake_add_released(struct brake *b, struct txn *t, uint64_t now, struct arena *arena)
{
	uint64_t sequence = 0;
	for (unsigned older = 0; older < OLDER_IN_A_ROW;) {
		struct event e;
		int rc = event_before(t, sequence, &e);
		if (rc != 0) {
			return rc == ERR_NOTFOUND ? txn_error(t) : rc;
		}
		sequence = e.sequence;
		older = e.time + BRAKE_WINDOW_S <= now ? older + 1 : 0;
		if (e.kind != EVENT_RELEASED || older > 0) {
			continue;
		}
		struct change c;
		arena_reset(arena);
		rc = change_get(t, e.change, arena, &c);
		if (rc == 0 && brake_counts(&c)) {
			rc = add(b, t, &c, ITEM_RELEASED);
		}
		if (rc != 0) {
			return rc == ERR_NOTFOUND ? txn_fail(t, ERR_STORE) : rc;
		}
	}
	return 0;
}

static int compare_class(const struct item *x, const struct item *y)
{
	int d = x->class - y->class;
	if (d == 0) {
		d = memcmp(x->child, y->child, sizeof(x->child));
	}
	/* What is released comes first of each child. */
	return d != 0 ? d : x->kind - y->kind;
}

static int by_parent(const void *a, const void *b)
{
	const struct item *x = a;
	const struct item *y = b;
	int d = y->of_parent - x->of_parent;
	return d != 0 ? d : compare_class(x, y);
}

static int by_nsset(const void *a, const void *b)
{
	const struct item *x = a;
	const struct item *y = b;
	int d = memcmp(x->nsset, y->nsset, sizeof(x->nsset));
	return d != 0 ? d : compare_class(x, y);
}

static int by_change(const void *a, const void *b)
{
	const struct item *x = a;
	const struct item *y = b;
	return x->change < y->change ? -1 : x->change > y->change;
}

/* The items from first on that are of one class and scope. */
static size_t group_end(const struct brake *b, size_t first, bool of_parent)
{
	const struct item *x = &b->items[first];
	size_t i = first + 1;
	while (i < b->count && b->items[i].class == x->class &&
	       (of_parent ? b->items[i].of_parent : nsset_equal(b->items[i].nsset, x->nsset))) {
		i++;
	}
	return i;
}

static void count_group(const struct item *items, size_t count, struct brake_count *c)
{
	for (size_t i = 0; i < count; i++) {
		bool again = i > 0 && memcmp(items[i].child, items[i - 1].child, sizeof(items[i].child)) == 0;
		c->wanted += !again;
		c->released += !again && items[i].kind == ITEM_RELEASED;
		c->held += items[i].kind == ITEM_HELD;
		c->change = items[i].kind == ITEM_RELEASED ? c->change : items[i].change;
	}
}

/* The delegations that a share is of: of a delete, those that have something to lose. */
static int scope_size(const struct brake *b, struct txn *t, const struct item *item, bool of_parent, uint64_t *out)
{
	bool secure = item->class == BRAKE_DELETE;
	if (!of_parent) {
		return nsset_count(t, item->nsset, secure, out);
	}
	struct generation g;
	int rc = generation_get(t, &b->origin, &g);
	*out = rc != 0 ? 0 : secure ? g.secure : g.delegations;
	return rc == ERR_NOTFOUND ? 0 : rc;
}

static int judge_group(struct brake *b, struct txn *t, size_t first, size_t end, bool of_parent,
	const struct brake_limit limits[BRAKE_CLASSES])
{
	struct item *items = b->items + first;
	struct brake_count c = { .class = (enum brake_class)items->class, .of_parent = of_parent, .limit = UINT64_MAX };
	const struct brake_limit *limit = &limits[items->class];
	count_group(items, end - first, &c);
	if (c.change == 0) {
		return 0;
	}
	if (limit->count != UINT32_MAX) {
		uint64_t scope = 0;
		c.limit = limit->count;
		/* To count an NS set takes time: only where its share may matter. */
		int rc = c.wanted > c.limit ? scope_size(b, t, items, of_parent, &scope) : 0;
		if (rc != 0) {
			return rc;
		}
		uint64_t share = scope / PPM * limit->ppm + scope % PPM * limit->ppm / PPM;
		c.limit = share > c.limit ? share : c.limit;
	}
	for (size_t i = first; c.wanted > c.limit && i < end; i++) {
		b->items[i].on = true;
	}
	struct brake_count *counts = grow(b->counts, b->count_count, &b->count_room, sizeof(c));
	if (counts == NULL) {
		return txn_fail(t, ERR_NOMEM);
	}
	b->counts = counts;
	b->counts[b->count_count++] = c;
	return 0;
}

static int judge_scope(struct brake *b, struct txn *t, bool of_parent, const struct brake_limit limits[BRAKE_CLASSES])
{
	int rc = 0;
	for (size_t i = 0; i < b->count && rc == 0 && (!of_parent || b->items[i].of_parent);) {
		size_t end = group_end(b, i, of_parent);
		rc = judge_group(b, t, i, end, of_parent, limits);
		i = end;
	}
	return rc;
}

int brake_judge(struct brake *b, struct txn *t, const struct policy *p)
{
	if (b->count == 0) {
		return 0;
	}
	qsort(b->items, b->count, sizeof(*b->items), by_parent);
	int rc = judge_scope(b, t, true, p->brakes);
	if (rc == 0) {
		qsort(b->items, b->count, sizeof(*b->items), by_nsset);
		rc = judge_scope(b, t, false, p->operator_brakes);
	}
	qsort(b->items, b->count, sizeof(*b->items), by_change);
	return rc;
}

bool brake_is_on(const struct brake *b, uint64_t change)
{
	/* A change may be twice in it: released in the window, and waiting again. Both have the same mark. */
	const struct item key = { .change = change };
	const struct item *found = b->count == 0 ? NULL : bsearch(&key, b->items, b->count, sizeof(key), by_change);
	assert(found != NULL);
	return found->on;
}

bool brake_count_at(const struct brake *b, size_t i, struct brake_count *out)
{
	if (i >= b->count_count) {
		return false;
	}
	*out = b->counts[i];
	return true;
}
