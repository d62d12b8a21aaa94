/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The status of a change: which events may follow which, and what they make of it. */
#include "registry/store/change.h"
#include "registry/store/db.h"
#include "registry/store/key.h"
#include "registry/store/value.h"
#include "validate/wire/err.h"

#define STATUS_OCTETS (1 + 1 + 8 + 8 + 2 + 8)
#define BIT(kind) (1u << (kind))

/* What may come after each event. RELEASED to ACKED: an export by hand leaves no trace until somebody says so. SENT to
 * PUBLISHED: a newer generation shows it although the target never answered; CLAIMED likewise, for an export that was
 * killed may have delivered. What has left is withdrawn only when a change that superseded it is published, or the parent
 * has gone elsewhere: journal.c. */
static const unsigned successors[] = {
	[EVENT_PROPOSED] = BIT(EVENT_RELEASED) | BIT(EVENT_HELD) | BIT(EVENT_WITHDRAWN),
	[EVENT_RELEASED] = BIT(EVENT_CLAIMED) | BIT(EVENT_HELD) | BIT(EVENT_WITHDRAWN) | BIT(EVENT_ACKED),
	[EVENT_HELD] = BIT(EVENT_RELEASED) | BIT(EVENT_WITHDRAWN),
	[EVENT_CLAIMED] = BIT(EVENT_SENT) | BIT(EVENT_FAILED) | BIT(EVENT_RELEASED) | BIT(EVENT_PUBLISHED) |
		BIT(EVENT_WITHDRAWN),
	[EVENT_SENT] = BIT(EVENT_ACKED) | BIT(EVENT_FAILED) | BIT(EVENT_PUBLISHED) | BIT(EVENT_WITHDRAWN),
	[EVENT_ACKED] = BIT(EVENT_PUBLISHED) | BIT(EVENT_WITHDRAWN),
	[EVENT_FAILED] = BIT(EVENT_CLAIMED) | BIT(EVENT_RELEASED) | BIT(EVENT_WITHDRAWN),
	[EVENT_WITHDRAWN] = 0,
	[EVENT_PUBLISHED] = 0,
};

bool status_allows(enum event_kind state, enum event_kind kind)
{
	return state >= EVENT_PROPOSED && state <= EVENT_PUBLISHED && (successors[state] & BIT(kind)) != 0;
}

bool status_is_open(enum event_kind state)
{
	return state != EVENT_WITHDRAWN && state != EVENT_PUBLISHED;
}

bool status_has_left(enum event_kind state)
{
	return state == EVENT_CLAIMED || state == EVENT_SENT || state == EVENT_ACKED;
}

bool status_may_leave(enum event_kind state)
{
	return state == EVENT_RELEASED || state == EVENT_CLAIMED || state == EVENT_SENT || state == EVENT_FAILED;
}

void status_apply(struct change_status *s, const struct event *e, const struct event_note *note)
{
	s->state = e->kind;
	s->sequence = e->sequence;
	s->time = e->time;
	s->why = note->why;
	if (e->kind == EVENT_SENT || e->kind == EVENT_ACKED) {
		s->acked_generation = note->generation;
	}
}

int status_decode(struct slice value, struct change_status *out)
{
	struct wire w;
	int rc = value_reader(value, &w);
	if (rc != 0) {
		return rc;
	}
	uint8_t state = wire_read_u8(&w);
	struct change_status s = { .state = (enum event_kind)state };
	s.sequence = wire_read_u64(&w);
	s.time = wire_read_u64(&w);
	s.why = (enum reason)wire_read_u16(&w);
	s.acked_generation = wire_read_u64(&w);
	if (!wire_done(&w) || state < EVENT_PROPOSED || state > EVENT_PUBLISHED) {
		return ERR_FORMAT;
	}
	*out = s;
	return 0;
}

int status_get(struct txn *t, uint64_t change, struct change_status *out)
{
	struct key key;
	key_u64(change, &key);
	struct slice value;
	int rc = db_get(t, DB_CHANGE, key_slice(&key), &value);
	if (rc != 0) {
		return rc;
	}
	rc = status_decode(value, out);
	return rc == 0 ? 0 : txn_fail(t, rc);
}

int status_put(struct txn *t, uint64_t change, const struct change_status *s)
{
	uint8_t octets[STATUS_OCTETS];
	struct wire w = value_writer(octets, sizeof(octets));
	wire_write_u8(&w, (uint8_t)s->state);
	wire_write_u64(&w, s->sequence);
	wire_write_u64(&w, s->time);
	wire_write_u16(&w, (uint16_t)s->why);
	wire_write_u64(&w, s->acked_generation);
	struct key key;
	key_u64(change, &key);
	return db_put(t, DB_CHANGE, key_slice(&key), value_written(&w));
}

int outstanding_decode(struct slice value, uint64_t *change)
{
	struct wire w;
	int rc = value_reader(value, &w);
	if (rc != 0) {
		return rc;
	}
	*change = wire_read_u64(&w);
	return wire_done(&w) ? 0 : ERR_FORMAT;
}

int outstanding_get(struct txn *t, const struct name *child, uint64_t *change)
{
	struct key key;
	key_name(child, &key);
	struct slice value;
	int rc = db_get(t, DB_OUTSTANDING, key_slice(&key), &value);
	if (rc != 0) {
		return rc;
	}
	rc = outstanding_decode(value, change);
	return rc == 0 ? 0 : txn_fail(t, rc);
}

int outstanding_put(struct txn *t, const struct name *child, uint64_t change)
{
	uint8_t octets[1 + 8];
	struct wire w = value_writer(octets, sizeof(octets));
	wire_write_u64(&w, change);
	struct key key;
	key_name(child, &key);
	return db_put(t, DB_OUTSTANDING, key_slice(&key), value_written(&w));
}

int outstanding_del(struct txn *t, const struct name *child)
{
	struct key key;
	key_name(child, &key);
	return db_del(t, DB_OUTSTANDING, key_slice(&key));
}

int outstanding_next(struct txn *t, const struct name *after, struct name *child, uint64_t *change)
{
	struct key from = { 0 };
	if (after->size != 0) {
		key_name(after, &from);
		key_after(&from);
	}
	struct slice key;
	struct slice value;
	int rc = db_seek(t, DB_OUTSTANDING, key_slice(&from), &key, &value);
	if (rc != 0) {
		return rc;
	}
	rc = outstanding_decode(value, change);
	if (rc == 0) {
		rc = key_to_name(key, child);
	}
	return rc == 0 ? 0 : txn_fail(t, rc);
}
