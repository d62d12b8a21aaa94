/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Children whose delegation is gone, since when, and what becomes of what is remembered of them. */
#include "registry/store/absent.h"

#include "registry/store/change.h"
#include "registry/store/db.h"
#include "registry/store/notices.h"
#include "registry/store/retention.h"
#include "registry/store/served.h"
#include "registry/store/value.h"
#include "validate/wire/err.h"

/* Children of one transaction. */
#define BATCH 1000

/* One transaction of it. */
struct forgetting {
	struct txn *txn;
	struct crypto *crypto;
	const struct name *origin;
	uint64_t now;
	struct arena *arena;
};

struct slice absent_encode(uint64_t since, uint8_t out[ABSENT_OCTETS])
{
	struct wire w = value_writer(out, ABSENT_OCTETS);
	wire_write_u64(&w, since);
	return value_written(&w);
}

int absent_decode(struct slice value, uint64_t *since)
{
	struct wire w;
	int rc = value_reader(value, &w);
	if (rc == 0) {
		*since = wire_read_u64(&w);
		rc = wire_done(&w) ? 0 : ERR_FORMAT;
	}
	return rc;
}

int absent_begin(struct txn *t, const struct name *child, uint64_t now)
{
	uint8_t octets[ABSENT_OCTETS];
	struct key key;
	key_name(child, &key);
	return db_put(t, DB_ABSENT, key_slice(&key), absent_encode(now, octets));
}

int absent_end(struct txn *t, struct slice child)
{
	int rc = db_del(t, DB_ABSENT, child);
	return rc == ERR_NOTFOUND ? 0 : rc;
}

/* One that has not left was withdrawn when the delegation went. */
static int close_change(const struct forgetting *f, const struct name *child)
{
	struct change c;
	int rc = change_of_child(f->txn, child, f->arena, &c);
	if (rc != 0) {
		return rc == ERR_NOTFOUND ? 0 : rc;
	}
	rc = journal_overtaken(f->txn, f->crypto, f->now, c.number);
	/* Of no newer generation than it was sent in: then it is not old. */
	return rc == ERR_CONFLICT ? 0 : rc;
}

/* Nothing refers to its newest case any more. */
static int leave_case(const struct forgetting *f, const struct name *child)
{
	struct child_state s;
	int rc = state_get(f->txn, child, f->arena, &s);
	if (rc != 0) {
		return rc == ERR_NOTFOUND ? 0 : rc;
	}
	return s.last_run == 0 ? 0 : retention_succeeded(f->txn, s.last_run, s.last_sequence, f->arena);
}

static int forget(const struct forgetting *f, const struct name *child)
{
	struct key key;
	key_name(child, &key);
	int rc = close_change(f, child);
	rc = rc == 0 ? leave_case(f, child) : rc;
	if (rc == 0) {
		rc = notices_forget(f->txn, child);
	}
	if (rc == 0) {
		rc = served_forget(f->txn, child);
	}
	if (rc == 0) {
		rc = db_del(f->txn, DB_STATE, key_slice(&key));
	}
	return rc == 0 || rc == ERR_NOTFOUND ? absent_end(f->txn, key_slice(&key)) : rc;
}

/* ERR_NOTFOUND: there is none. A clock that went back makes nobody older. */
static int next_absent(const struct forgetting *f, const struct name *after, struct name *child, bool *due)
{
	struct key from;
	struct slice key;
	struct slice value;
	uint64_t since;
	key_name(after->size == 0 ? f->origin : after, &from);
	key_after(&from);
	int rc = db_seek(f->txn, DB_ABSENT, key_slice(&from), &key, &value);
	if (rc != 0) {
		return rc;
	}
	rc = key_to_name(key, child);
	if (rc == 0) {
		rc = absent_decode(value, &since);
	}
	if (rc != 0) {
		return txn_fail(f->txn, rc);
	}
	if (!name_is_within(child, f->origin)) {
		return ERR_NOTFOUND;
	}
	*due = f->now > since && f->now - since >= ABSENT_KEPT_S;
	return *due ? generation_has_child(f->txn, f->origin, child, due) : 0;
}

static int forget_some(const struct forgetting *f, struct name *after, bool *done, uint64_t *forgotten)
{
	for (unsigned i = 0; i < BATCH; i++) {
		struct name child;
		bool due;
		arena_reset(f->arena);
		int rc = next_absent(f, after, &child, &due);
		if (rc == ERR_NOTFOUND) {
			*done = true;
			return txn_error(f->txn);
		}
		if (rc == 0 && due) {
			rc = forget(f, &child);
			*forgotten += rc == 0;
		}
		if (rc != 0) {
			return rc;
		}
		*after = child;
	}
	return 0;
}

int absent_forget(struct txn *t, struct crypto *crypto, const struct name *origin, uint64_t now, struct name *after, bool *done,
	uint64_t *forgotten)
{
	struct forgetting f = { .txn = t, .crypto = crypto, .origin = origin, .now = now, .arena = arena_new() };
	if (f.arena == NULL) {
		return txn_fail(t, ERR_NOMEM);
	}
	*done = false;
	int rc = forget_some(&f, after, done, forgotten);
	arena_free(f.arena);
	return rc;
}
