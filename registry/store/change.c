/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Changes as their readers see them: what was proposed, where it stands, may it go out. */
#include "registry/store/change.h"

#include <stdlib.h>
#include <string.h>

#include "registry/store/baseline.h"
#include "registry/store/case.h"
#include "registry/store/db.h"
#include "registry/store/delegations.h"
#include "registry/store/key.h"
#include "registry/store/records.h"
#include "validate/accept/accept.h"
#include "validate/wire/decimal.h"
#include "validate/wire/err.h"

void change_id_text(const struct store *s, uint64_t number, char out[CHANGE_ID_TEXT])
{
	struct store_identity i;
	store_identity(s, &i);
	char *at = out + sizeof(i.uuid) - 1;
	memcpy(out, i.uuid, sizeof(i.uuid) - 1);
	*at++ = '/';
	at = decimal_write(at, store_epoch_of(s, number));
	*at++ = '/';
	*decimal_write(at, number) = '\0';
}

/* Digits only, no sign, no leading zero: one id has one text. */
static int parse_number(const char *text, const char **end, uint64_t *out)
{
	uint64_t value = 0;
	const char *p = text;
	for (; *p >= '0' && *p <= '9'; p++) {
		unsigned digit = (unsigned)(*p - '0');
		if (value > (UINT64_MAX - digit) / 10) {
			return ERR_FORMAT;
		}
		value = value * 10 + digit;
	}
	if (p == text || (*text == '0')) {
		return ERR_FORMAT;
	}
	*end = p;
	*out = value;
	return 0;
}

int change_id_parse(const struct store *s, const char *text, uint64_t *number)
{
	const char *slash = strchr(text, '/');
	uint64_t epoch;
	uint64_t value;
	const char *end;
	if (slash == NULL || slash - text != STORE_UUID_TEXT - 1 || parse_number(slash + 1, &end, &epoch) != 0 ||
	    *end != '/' || parse_number(end + 1, &end, &value) != 0 || *end != '\0') {
		return ERR_FORMAT;
	}
	struct store_identity i;
	store_identity(s, &i);
	if (memcmp(text, i.uuid, STORE_UUID_TEXT - 1) != 0 || epoch != store_epoch_of(s, value)) {
		return ERR_CONFLICT;
	}
	*number = value;
	return 0;
}

static int load(struct txn *t, uint64_t number, const struct change_status *s, struct arena *arena,
	struct change *out)
{
	struct event e;
	int rc = event_get(t, number, &e);
	if (rc == ERR_NOTFOUND) {
		return txn_fail(t, ERR_STORE);
	}
	if (rc == 0) {
		rc = e.kind == EVENT_PROPOSED ? body_decode_change(e.body, arena, out) : ERR_FORMAT;
	}
	if (rc != 0) {
		return txn_fail(t, rc);
	}
	out->number = number;
	memcpy(out->hash, e.hash, sizeof(out->hash));
	out->state = s->state;
	out->state_sequence = s->sequence;
	out->state_time = s->time;
	out->withdrawn_for = s->state == EVENT_WITHDRAWN ? s->why : REASON_NONE;
	out->held_for = s->state == EVENT_HELD ? s->why : REASON_NONE;
	out->failed_for = s->state == EVENT_FAILED ? s->why : REASON_NONE;
	out->acked_generation = s->acked_generation;
	out->taken_back = s->state == EVENT_RELEASED && s->why == RELEASED_AGAIN;
	out->cleared = s->cleared;
	out->seen_at = s->confirmed > out->judged_at ? s->confirmed : out->judged_at;
	return 0;
}

int change_get(struct txn *t, uint64_t number, struct arena *arena, struct change *out)
{
	struct change_status s;
	int rc = status_get(t, number, &s);
	return rc == 0 ? load(t, number, &s, arena, out) : rc;
}

int change_next(struct txn *t, uint64_t first, struct arena *arena, struct change *out)
{
	struct key from;
	key_u64(first, &from);
	struct slice key;
	struct slice value;
	int rc = db_seek(t, DB_CHANGE, key_slice(&from), &key, &value);
	if (rc != 0) {
		return rc;
	}
	struct change_status s;
	uint64_t number;
	rc = key_to_u64(key, &number);
	if (rc == 0) {
		rc = status_decode(value, &s);
	}
	return rc == 0 ? load(t, number, &s, arena, out) : txn_fail(t, rc);
}

int change_of_child(struct txn *t, const struct name *child, struct arena *arena, struct change *out)
{
	uint64_t number;
	int rc = outstanding_get(t, child, &number);
	return rc == 0 ? change_get(t, number, arena, out) : rc;
}

int change_outstanding_next(struct txn *t, const struct name *after, struct arena *arena, struct change *out)
{
	struct name child;
	uint64_t number;
	int rc = outstanding_next(t, after, &child, &number);
	return rc == 0 ? change_get(t, number, arena, out) : rc;
}

int change_outstanding_find(struct txn *t, const struct name *after, struct name *child, uint64_t *number)
{
	return outstanding_next(t, after, child, number);
}

/* A claimed change may be with the registry: nobody knows until the sink says. */
static enum pending_state pending_state_of(enum event_kind state)
{
	if (status_has_left(state)) {
		return PENDING_SENT;
	}
	return state == EVENT_PROPOSED || state == EVENT_HELD || state == EVENT_CONFIRMED ? PENDING_PROPOSED
		: PENDING_RELEASED;
}

int pending_of_child(struct txn *t, const struct name *child, struct arena *arena, struct pending *out)
{
	*out = (struct pending){ 0 };
	struct change c;
	int rc = change_of_child(t, child, arena, &c);
	if (rc != 0) {
		return rc == ERR_NOTFOUND ? 0 : rc;
	}
	*out = (struct pending){ .state = pending_state_of(c.state), .change = c.number, .ds_after = c.ds_after };
	return 0;
}

bool change_is_first(const struct change *c)
{
	return c->ds_before.count == 0 && c->ds_after.count > 0;
}

bool change_is_held_for_dns(enum reason why)
{
	return why == REASON_HOLD_DS_SERVED || why == REASON_HOLD_DS_UNPROVEN;
}

int change_open_before(struct txn *t, uint64_t supersedes, struct arena *arena, struct change *out, uint64_t *number)
{
	*number = 0;
	/* Numbers fall, so this ends. */
	for (uint64_t i = supersedes; i != 0; i = out->supersedes) {
		int rc = change_get(t, i, arena, out);
		if (rc != 0) {
			return rc == ERR_NOTFOUND ? txn_fail(t, ERR_STORE) : rc;
		}
		if (out->supersedes >= i) {
			return txn_fail(t, ERR_STORE);
		}
		if (status_is_open(out->state)) {
			*number = i;
			return 0;
		}
	}
	return 0;
}

int change_pending_ds(struct txn *t, const struct change *c, struct arena *arena, struct ds_set *out, bool *has)
{
	*has = false;
	for (uint64_t next = c->supersedes; next != 0 && !*has;) {
		struct change before;
		uint64_t number;
		int rc = change_open_before(t, next, arena, &before, &number);
		if (rc != 0 || number == 0) {
			return rc;
		}
		*has = status_has_left(before.state);
		if (*has) {
			*out = before.ds_after;
		}
		next = before.supersedes;
	}
	return 0;
}

static bool has_same_hosts(const struct change *c, const struct delegation *d)
{
	if (c->ns_count != d->host_count) {
		return false;
	}
	for (size_t i = 0; i < c->ns_count; i++) {
		if (!name_equal(&c->ns_before[i], &d->hosts[i].name)) {
			return false;
		}
	}
	return true;
}

/* Is the DS set in the store what c was judged against, or that of a change which c supersedes? */
static int has_expected_ds(struct txn *t, const struct change *c, const struct delegation *d, struct arena *arena,
	bool *yes)
{
	*yes = ds_set_equal(&c->ds_before, &d->ds);
	uint64_t next = c->supersedes;
	while (!*yes && next != 0) {
		struct change before;
		uint64_t number;
		int rc = change_open_before(t, next, arena, &before, &number);
		if (rc != 0 || number == 0) {
			return rc;
		}
		*yes = ds_set_equal(&before.ds_after, &d->ds);
		next = before.supersedes;
	}
	return 0;
}

/* What a source does not tell is no news, as in validate/accept. */
static bool differs(const char *before, const char *now)
{
	return before[0] != '\0' && now[0] != '\0' && strcmp(before, now) != 0;
}

/* the same name, but another domain: what was asked for is not what who has it now wants. */
static bool is_registered_anew(const struct change *c, const struct delegation *d)
{
	return differs(c->registration, d->registration);
}

/* A-14, DSA-7.1-5: nobody is served who has said no meanwhile. What was made by hand is somebody's own doing. */
static bool is_left_alone(const struct change *c, const struct delegation *d)
{
	return c->run != 0 && (d->flags & (DELEGATION_OPTED_OUT | DELEGATION_REGISTRAR_AUTOMATES)) != 0;
}

/* Is the delegation in the store, d, still the one c was judged against? NONE, or why not. */
static int compare_place(struct txn *t, const struct change *c, const struct delegation *d, struct arena *arena, enum reason *why)
{
	bool expected = false;
	int rc = 0;
	*why = REASON_STALE_EVIDENCE;
	if (is_registered_anew(c, d) || differs(c->registrar, d->registrar) || is_left_alone(c, d)) {
		*why = REASON_STALE_INPUT;
	} else if (d->ds_state != DS_UNKNOWN && has_same_hosts(c, d)) {
		rc = has_expected_ds(t, c, d, arena, &expected);
	}
	if (expected) {
		*why = REASON_NONE;
	}
	return rc;
}

/* One that is gone is another one. */
static int find_move(struct txn *t, const struct change *c, enum reason *why)
{
	*why = REASON_STALE_EVIDENCE;
	struct arena *arena = arena_new();
	if (arena == NULL) {
		return txn_fail(t, ERR_NOMEM);
	}
	struct delegation d;
	int rc = delegation_get(t, &c->child, arena, &d);
	rc = rc == 0 ? compare_place(t, c, &d, arena, why) : rc;
	arena_free(arena);
	return rc == ERR_NOTFOUND ? 0 : rc;
}

/* Without regard to digests and order: does every record of a have one of the same key in b? */
static bool names_keys_of(const struct ds_set *a, const struct ds_set *b)
{
	for (size_t i = 0; i < a->count; i++) {
		bool found = false;
		for (size_t k = 0; !found && k < b->count; k++) {
			found = a->ds[i].tag == b->ds[k].tag && a->ds[i].algorithm == b->ds[k].algorithm;
		}
		if (!found) {
			return false;
		}
	}
	return true;
}

/* Has the parent what a change had that c superseded on its way? Then c may be next. */
static int has_come_so_far(struct txn *t, const struct change *c, const struct delegation *d, struct arena *arena, bool *yes)
{
	struct change before = { .supersedes = 0 };
	int rc = 0;
	for (uint64_t i = c->supersedes; rc == 0 && !*yes && i != 0; i = before.supersedes) {
		rc = change_get(t, i, arena, &before);
		*yes = rc == 0 && before.state == EVENT_PUBLISHED && ds_set_equal(&before.ds_after, &d->ds);
		if (rc == ERR_NOTFOUND || (rc == 0 && before.supersedes >= i)) {
			rc = txn_fail(t, ERR_STORE);
		}
	}
	return rc;
}

int change_is_overtaken(struct txn *t, const struct change *c, const struct delegation *d, bool *yes)
{
	*yes = false;
	/* A registry that computes digests of its own shows the same keys. */
	bool same_keys = names_keys_of(&c->ds_after, &d->ds) && names_keys_of(&d->ds, &c->ds_after);
	if (status_has_left(c->state) && is_registered_anew(c, d)) {
		*yes = true;
		return txn_error(t);
	}
	if (!status_has_left(c->state) || d->ds_state == DS_UNKNOWN || same_keys) {
		return txn_error(t);
	}
	struct arena *arena = arena_new();
	if (arena == NULL) {
		return txn_fail(t, ERR_NOMEM);
	}
	bool expected;
	int rc = has_expected_ds(t, c, d, arena, &expected);
	rc = rc == 0 ? has_come_so_far(t, c, d, arena, &expected) : rc;
	arena_free(arena);
	*yes = rc == 0 && !expected;
	return rc;
}

/* A clock that was wrong when it judged makes no change last longer. */
static bool is_young(const struct change *c, uint64_t now, uint32_t max_age_s)
{
	return (now < c->seen_at ? c->seen_at - now : now - c->seen_at) < max_age_s;
}

/* These wait for an operator, for a time or for another source, which may take days, and then for a new probe: only what that one shows has to
 * be fresh. A new change every day would be lost to who has to release it, and would count against the brake again. */
static bool is_put_aside(const struct change *c)
{
	return c->state == EVENT_HELD && (c->held_for == REASON_NONE || c->held_for == REASON_BRAKE_ENGAGED ||
		c->held_for == REASON_HOLD_FREEZE || c->held_for == REASON_HOLD_BASELINE ||
		c->held_for == REASON_HOLD_SOURCE_OLD || change_is_held_for_dns(c->held_for));
}

bool change_is_abandoned(const struct change *c, uint64_t now, uint32_t max_age_s)
{
	return c->state == EVENT_CLAIMED && !is_young(c, now, max_age_s) && now > c->state_time &&
		now - c->state_time >= max_age_s;
}

/* Did the last probe of the child want c? What was decided last is c itself, or that c is under way already: the case of that
 * is kept, and has its number. One that leads to the present set, d's, stays also where the child asks for nothing. */
static int is_confirmed(struct txn *t, const struct change *c, const struct delegation *d, const struct child_state *s,
	struct arena *arena, bool *yes)
{
	struct stored_case last;
	struct pending pending;
	const struct reason_row *row = reason_find(s->last_reason);
	bool leads_back = row != NULL && row->class == CLASS_NOOP && ds_set_equal(&c->ds_after, &d->ds);
	*yes = c->run == 0 || (s->last_run == c->run && s->last_sequence == c->sequence);
	if (*yes || (s->last_reason != REASON_NOOP_CHANGE_PENDING && !leads_back)) {
		return 0;
	}
	int rc = case_get(t, s->last_run, s->last_sequence, arena, &last);
	if (rc == 0 && last.pending.size > 0) {
		rc = pending_decode(last.pending, arena, &pending);
		*yes = rc == 0 && pending.change == c->number;
	}
	return rc == ERR_NOTFOUND ? 0 : rc == 0 ? 0 : txn_fail(t, rc);
}

static int read_state(struct txn *t, const struct change *c, struct arena *arena, struct child_state *out)
{
	int rc = state_get(t, &c->child, arena, out);
	if (rc == ERR_NOTFOUND) {
		*out = (struct child_state){ 0 };
	}
	return rc == ERR_NOTFOUND ? 0 : rc;
}

/* what a probe does not confirm is withdrawn or held while it is released. What was claimed and may have left, or what
 * failed, stays as it is; but it is not sent once more, nor is one that became the outstanding change again because the one
 * that superseded it was withdrawn. */
static int may_go_again(struct txn *t, const struct change *c, const struct delegation *d, struct arena *arena, bool *yes)
{
	struct child_state s;
	*yes = true;
	if (c->state == EVENT_RELEASED && !c->taken_back) {
		return 0;
	}
	int rc = read_state(t, c, arena, &s);
	*yes = false;
	if (rc == 0 && (s.suspended & SUSPENDED_BY_OPERATOR) == 0) {
		rc = is_confirmed(t, c, d, &s, arena, yes);
	}
	return rc;
}

int change_barrier(struct txn *t, const struct change *c, const struct delegation *d, const struct policy *p, uint64_t now,
	struct arena *arena, enum reason *why)
{
	struct child_state s;
	*why = REASON_NONE;
	/* What was made by hand is somebody's own doing. */
	int rc = c->run == 0 ? txn_error(t) : read_state(t, c, arena, &s);
	if (rc == 0 && c->run != 0) {
		*why = accept_barrier(&(struct accepted){ .delegation = d, .policy = p, .state = &s, .ds_after = &c->ds_after,
			.change = c->class, .is_first = c->ds_before.count == 0, .now = (uint32_t)now });
	}
	return rc;
}

int change_outstanding_is_exportable(struct txn *t, const struct change *c, const struct delegation *d, uint64_t now,
	uint32_t max_age_s, struct arena *arena, bool *yes)
{
	enum reason moved;
	*yes = false;
	if (!status_may_leave(c->state) || !is_young(c, now, max_age_s) || baseline_is_on(t)) {
		return txn_error(t);
	}
	int rc = compare_place(t, c, d, arena, &moved);
	return rc == 0 && moved == REASON_NONE ? may_go_again(t, c, d, arena, yes) : rc;
}

int change_is_exportable_at(struct txn *t, const struct change *c, const struct delegation *d, uint64_t now,
	uint32_t max_age_s, struct arena *arena, bool *yes)
{
	/* One that was superseded is never sent any more. */
	uint64_t outstanding;
	int rc = outstanding_get(t, &c->child, &outstanding);
	*yes = false;
	if (rc != 0 || outstanding != c->number) {
		return rc == ERR_NOTFOUND ? 0 : rc;
	}
	return change_outstanding_is_exportable(t, c, d, now, max_age_s, arena, yes);
}

int change_is_exportable(struct txn *t, const struct change *c, uint64_t now, uint32_t max_age_s, bool *yes)
{
	*yes = false;
	struct arena *arena = arena_new();
	if (arena == NULL) {
		return txn_fail(t, ERR_NOMEM);
	}
	struct delegation d;
	int rc = delegation_get(t, &c->child, arena, &d);
	rc = rc == 0 ? change_is_exportable_at(t, c, &d, now, max_age_s, arena, yes) : rc;
	arena_free(arena);
	return rc == ERR_NOTFOUND ? 0 : rc;
}

int change_is_stale(struct txn *t, const struct change *c, uint64_t now, uint32_t max_age_s, enum reason *why)
{
	*why = REASON_NONE;
	if (!status_is_open(c->state) || status_has_left(c->state)) {
		return txn_error(t);
	}
	int rc = find_move(t, c, why);
	if (rc == 0 && *why == REASON_NONE && !is_put_aside(c) && !is_young(c, now, max_age_s)) {
		*why = REASON_STALE_EVIDENCE;
	}
	return rc;
}
