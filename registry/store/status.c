/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The status of a change: which events may follow which, and what they make of it. */
#include "registry/store/change.h"
#include "registry/store/db.h"
#include "registry/store/key.h"
#include "registry/store/value.h"
#include "validate/wire/err.h"

/* Version 2 has what an operator cleared, and when a change was confirmed. */
#define STATUS_VERSION 2
#define STATUS_OCTETS (1 + 1 + 8 + 8 + 2 + 8 + 1 + 8)
#define BIT(kind) (1u << (kind))

/* What may come after each event. RELEASED to ACKED: an export by hand leaves no trace until somebody says so. SENT to
 * PUBLISHED: a newer generation shows it although the target never answered; CLAIMED likewise, for an export that was
 * killed may have delivered; FAILED, for not every failure means that nothing arrived. What has left is withdrawn only when a
 * change that superseded it is published, or the parent has gone elsewhere: journal.c. HELD to HELD: an operator's hold over
 * another; FAILED to HELD: his, too (judged.c leaves a failure to be seen). CLAIMED to RELEASED: it has certainly not left. */
static const unsigned successors[] = {
	[EVENT_PROPOSED] = BIT(EVENT_RELEASED) | BIT(EVENT_HELD) | BIT(EVENT_WITHDRAWN),
	[EVENT_RELEASED] = BIT(EVENT_CLAIMED) | BIT(EVENT_HELD) | BIT(EVENT_WITHDRAWN) | BIT(EVENT_ACKED),
	[EVENT_HELD] = BIT(EVENT_HELD) | BIT(EVENT_CONFIRMED) | BIT(EVENT_RELEASED) | BIT(EVENT_WITHDRAWN),
	[EVENT_CONFIRMED] = BIT(EVENT_RELEASED) | BIT(EVENT_HELD) | BIT(EVENT_WITHDRAWN),
	[EVENT_CLAIMED] = BIT(EVENT_SENT) | BIT(EVENT_FAILED) | BIT(EVENT_RELEASED) | BIT(EVENT_PUBLISHED) |
		BIT(EVENT_WITHDRAWN),
	[EVENT_SENT] = BIT(EVENT_ACKED) | BIT(EVENT_FAILED) | BIT(EVENT_PUBLISHED) | BIT(EVENT_WITHDRAWN),
	[EVENT_ACKED] = BIT(EVENT_PUBLISHED) | BIT(EVENT_WITHDRAWN),
	[EVENT_FAILED] = BIT(EVENT_CLAIMED) | BIT(EVENT_HELD) | BIT(EVENT_RELEASED) | BIT(EVENT_WITHDRAWN) | BIT(EVENT_PUBLISHED),
	[EVENT_WITHDRAWN] = 0,
	[EVENT_PUBLISHED] = 0,
	[EVENT_OPERATOR] = 0,
};

static bool is_state(unsigned kind)
{
	return kind >= EVENT_PROPOSED && kind < EVENT_KINDS && kind != EVENT_OPERATOR;
}

bool status_is_barred(const struct change_status *s)
{
	return s->state == EVENT_HELD && !s->cleared && (s->why == REASON_NONE || s->why == REASON_BRAKE_ENGAGED);
}

/* What is barred stays until an operator clears it, and then waits for a probe like the rest. HELD to RELEASED is in
 * journals of before there was CONFIRMED, and no new one gets it (journal.c). */
static bool may_leave_hold(const struct change_status *s, enum event_kind kind)
{
	switch (kind) {
	case EVENT_CONFIRMED:
		return !status_is_barred(s);
	case EVENT_RELEASED:
		return s->why != REASON_BRAKE_ENGAGED && s->why != REASON_HOLD_FREEZE &&
			s->why != REASON_HOLD_BASELINE && s->why != REASON_HOLD_SOURCE_OLD &&
			s->why != REASON_HOLD_DS_SERVED && s->why != REASON_HOLD_DS_UNPROVEN;
	default:
		return true;
	}
}

bool status_allows(const struct change_status *s, enum event_kind kind)
{
	if (!is_state(s->state) || !is_state(kind) || (successors[s->state] & BIT(kind)) == 0) {
		return false;
	}
	return s->state != EVENT_HELD || may_leave_hold(s, kind);
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
	if (e->kind == EVENT_HELD && (note->why == REASON_NONE || note->why == REASON_BRAKE_ENGAGED)) {
		s->cleared = false;
	}
	if (e->kind == EVENT_CONFIRMED) {
		s->confirmed = e->time;
	}
}

void status_apply_operator(struct change_status *s, const struct operator_note *note)
{
	s->cleared = s->cleared || (note->action == OPERATOR_DO_RELEASE && status_is_barred(s));
}

int status_decode(struct slice value, struct change_status *out)
{
	struct wire w;
	uint8_t version = 0;
	int rc = value_reader_of(value, STATUS_VERSION, &w, &version);
	if (rc != 0) {
		return rc;
	}
	uint8_t state = wire_read_u8(&w);
	struct change_status s = { .state = (enum event_kind)state };
	s.sequence = wire_read_u64(&w);
	s.time = wire_read_u64(&w);
	s.why = (enum reason)wire_read_u16(&w);
	s.acked_generation = wire_read_u64(&w);
	uint8_t cleared = version >= 2 ? wire_read_u8(&w) : 0;
	s.cleared = cleared == 1;
	s.confirmed = version >= 2 ? wire_read_u64(&w) : 0;
	if (!wire_done(&w) || !is_state(state) || cleared > 1) {
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

static struct slice status_encode(const struct change_status *s, uint8_t octets[STATUS_OCTETS])
{
	struct wire w = wire_writer(octets, STATUS_OCTETS);
	wire_write_u8(&w, STATUS_VERSION);
	wire_write_u8(&w, (uint8_t)s->state);
	wire_write_u64(&w, s->sequence);
	wire_write_u64(&w, s->time);
	wire_write_u16(&w, (uint16_t)s->why);
	wire_write_u64(&w, s->acked_generation);
	wire_write_u8(&w, s->cleared);
	wire_write_u64(&w, s->confirmed);
	return value_written(&w);
}

int status_put(struct txn *t, uint64_t change, const struct change_status *s)
{
	uint8_t octets[STATUS_OCTETS];
	struct key key;
	key_u64(change, &key);
	return db_put(t, DB_CHANGE, key_slice(&key), status_encode(s, octets));
}

/* Of all changes it is the last: so its page is filled before there is another, where one split in two would stay half empty. */
int status_append(struct txn *t, uint64_t change, const struct change_status *s)
{
	uint8_t octets[STATUS_OCTETS];
	struct key key;
	key_u64(change, &key);
	return db_append(t, DB_CHANGE, key_slice(&key), status_encode(s, octets));
}
