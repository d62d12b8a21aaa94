/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cases are in the order of their runs, so what is old is in front: a mark for each class says how far it was looked at. */
#include "registry/store/retention.h"

#include <string.h>

#include "registry/store/case.h"
#include "registry/store/db.h"
#include "registry/store/key.h"
#include "registry/store/value.h"
#include "validate/wire/err.h"

#define DAY 86400u
#define MARKS_OCTETS (1 + RETENTION_CLASSES * (8 + 8))

const struct retention retention_default = {
	.keep_s = { [RETENTION_ACCEPT] = 3650 * DAY, [RETENTION_CHANGED] = 3650 * DAY, [RETENTION_REST] = 90 * DAY },
};

/* The last case that was looked at. */
struct looked {
	uint64_t run, sequence;
};

struct step {
	struct txn *txn;
	struct arena *arena;
	uint64_t now;
	struct looked marks[RETENTION_CLASSES];
	struct retention_report *report;
};

static struct slice meta_key(void)
{
	return (struct slice){ .data = (const uint8_t *)META_RETENTION, .size = sizeof(META_RETENTION) - 1 };
}

static int read_marks(struct step *s)
{
	struct slice value;
	struct wire w;
	int rc = db_get(s->txn, DB_META, meta_key(), &value);
	if (rc != 0) {
		return rc == ERR_NOTFOUND ? 0 : rc;
	}
	rc = value_reader(value, &w);
	for (size_t i = 0; rc == 0 && i < RETENTION_CLASSES; i++) {
		s->marks[i].run = wire_read_u64(&w);
		s->marks[i].sequence = wire_read_u64(&w);
	}
	return rc == 0 && !wire_done(&w) ? txn_fail(s->txn, ERR_FORMAT) : rc;
}

static int put_marks(struct step *s)
{
	uint8_t octets[MARKS_OCTETS];
	struct wire w = value_writer(octets, sizeof(octets));
	for (size_t i = 0; i < RETENTION_CLASSES; i++) {
		wire_write_u64(&w, s->marks[i].run);
		wire_write_u64(&w, s->marks[i].sequence);
	}
	return db_put(s->txn, DB_META, meta_key(), value_written(&w));
}

/* What it is, and the child. What cannot be read is kept: db verify tells of it. */
static int classify(const struct stored_case *c, struct arena *arena, enum retention_class *class, struct name *child)
{
	struct decision d;
	struct child_state before = { 0 };
	int rc = decision_decode(c->decision, arena, &d);
	if (rc == 0 && c->state.size > 0) {
		rc = child_state_decode(c->state, arena, &before);
	}
	if (rc != 0) {
		return rc;
	}
	const struct reason_row *row = reason_find(d.reason);
	bool accepts = c->change != 0 || row == NULL || row->class == CLASS_ACCEPT;
	bool rest = !accepts && (row->class == CLASS_NOOP || before.last_reason == d.reason);
	*class = accepts ? RETENTION_ACCEPT : rest ? RETENTION_REST : RETENTION_CHANGED;
	*child = d.child;
	return 0;
}

static int is_referred_to(struct step *s, const struct stored_case *c, const struct name *child, bool *yes)
{
	struct child_state now;
	int rc = state_get(s->txn, child, s->arena, &now);
	*yes = rc == 0 && now.last_run == c->run && now.last_sequence == c->sequence;
	return rc == ERR_NOTFOUND ? 0 : rc;
}

static int take_away(struct step *s, enum db db, const struct key *key, uint64_t *count)
{
	int rc = db_del(s->txn, db, key_slice(key));
	*count += rc == 0;
	return rc == ERR_NOTFOUND ? 0 : rc;
}

static int remove_case(struct step *s, const struct stored_case *c, enum retention_class class, const struct name *child)
{
	struct key key;
	bool kept = class == RETENTION_ACCEPT;
	key_u64_u64(c->run, c->sequence, &key);
	int rc = kept ? 0 : is_referred_to(s, c, child, &kept);
	rc = rc == 0 ? take_away(s, DB_EVIDENCE, &key, &s->report->evidence) : rc;
	return rc == 0 && !kept ? take_away(s, DB_DECISION, &key, &s->report->cases) : rc;
}

/* Since when it is there at least. One that a clock far ahead has dated is no younger than the cases of later runs; else it would
 * keep all that are behind it. */
static int find_time(struct step *s, const struct stored_case *c, uint64_t *time)
{
	uint64_t run = c->run;
	int rc = 0;
	*time = c->now;
	while (rc == 0 && *time > s->now && run < UINT64_MAX) {
		struct key from;
		struct slice key;
		struct slice value;
		struct stored_case later;
		key_u64_u64(run + 1, 0, &from);
		rc = db_seek(s->txn, DB_DECISION, key_slice(&from), &key, &value);
		if (rc != 0) {
			break;
		}
		rc = case_decode(key, value, &later);
		if (rc != 0) {
			return txn_fail(s->txn, rc);
		}
		run = later.run;
		*time = later.now;
	}
	return rc == ERR_NOTFOUND ? txn_error(s->txn) : rc;
}

/* ERR_NOTFOUND: no more cases, or the next one is not old yet. */
static int look_at_next(struct step *s, enum retention_class class, uint32_t keep_s)
{
	struct looked *m = &s->marks[class];
	struct key from;
	struct slice key;
	struct slice value;
	struct stored_case c;
	key_u64_u64(m->run, m->sequence, &from);
	key_after(&from);
	int rc = db_seek(s->txn, DB_DECISION, key_slice(&from), &key, &value);
	if (rc != 0) {
		return rc;
	}
	rc = case_decode(key, value, &c);
	if (rc != 0) {
		return txn_fail(s->txn, rc);
	}
	uint64_t time;
	rc = find_time(s, &c, &time);
	if (rc != 0) {
		return rc;
	}
	/* Also with a clock that went back. */
	if (s->now < time || s->now - time < keep_s) {
		return ERR_NOTFOUND;
	}
	*m = (struct looked){ .run = c.run, .sequence = c.sequence };
	s->report->looked_at++;
	enum retention_class its;
	struct name child;
	arena_reset(s->arena);
	rc = classify(&c, s->arena, &its, &child);
	if (rc == ERR_NOMEM) {
		return txn_fail(s->txn, rc);
	}
	return rc == 0 && its == class ? remove_case(s, &c, class, &child) : 0;
}

static int step_all(struct step *s, const struct retention *r, size_t count, bool *done)
{
	uint64_t before = s->report->looked_at;
	int rc = read_marks(s);
	for (size_t class = 0; class < RETENTION_CLASSES && rc == 0; class++) {
		while (r->keep_s[class] != 0 && rc == 0 && count > 0) {
			rc = look_at_next(s, (enum retention_class)class, r->keep_s[class]);
			count -= rc == 0;	/* to find none costs nothing, or the last classes would never have their turn */
		}
		if (rc == 0 && r->keep_s[class] != 0) {
			*done = false;	/* it was the number that ran out */
			return put_marks(s);
		}
		rc = rc == ERR_NOTFOUND ? txn_error(s->txn) : rc;
	}
	*done = rc == 0;
	return rc == 0 && s->report->looked_at > before ? put_marks(s) : rc;
}

int retention_step(struct txn *t, const struct retention *r, uint64_t now, size_t count, struct retention_report *report, bool *done)
{
	struct step s = { .txn = t, .arena = arena_new(), .now = now, .report = report };
	*done = false;
	int rc = s.arena == NULL ? txn_fail(t, ERR_NOMEM) : step_all(&s, r, count, done);
	arena_free(s.arena);
	return rc;
}

int retention_succeeded(struct txn *t, uint64_t run, uint64_t sequence, struct arena *arena)
{
	struct key key;
	struct slice value;
	struct stored_case c;
	key_u64_u64(run, sequence, &key);
	int rc = db_get(t, DB_EVIDENCE, key_slice(&key), &value);
	if (rc != ERR_NOTFOUND) {
		return rc;
	}
	rc = db_get(t, DB_DECISION, key_slice(&key), &value);
	if (rc != 0) {
		return rc == ERR_NOTFOUND ? 0 : rc;
	}
	enum retention_class class;
	struct name child;
	rc = case_decode(key_slice(&key), value, &c);
	rc = rc == 0 ? classify(&c, arena, &class, &child) : rc;
	if (rc != 0) {
		return rc == ERR_NOMEM ? txn_fail(t, rc) : 0;
	}
	return class == RETENTION_ACCEPT ? 0 : db_del(t, DB_DECISION, key_slice(&key));
}
