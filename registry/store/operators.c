/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Operators' words: first the journal, then what they bring about, in one transaction. */
#include "registry/store/operators.h"

#include <string.h>

#include "registry/store/change.h"
#include "registry/store/db.h"
#include "registry/store/delegations.h"
#include "registry/store/key.h"
#include "registry/store/records.h"
#include "registry/store/undo.h"
#include "validate/wire/err.h"

/* What an order comes to for one child. */
struct plan {
	struct txn *txn;
	struct crypto *crypto;
	const struct operator_order *order;
	struct arena *arena;
	struct name child;
	uint64_t change;		/* it is about; 0: none */
	enum event_kind kind;		/* of the event it makes; 0: none, but clears it */
	bool state_changes;
	struct child_state before;
	struct child_state after;
};

static bool is_text(const char *text, size_t max)
{
	size_t size = text == NULL ? 0 : strlen(text);
	for (size_t i = 0; i < size; i++) {
		if (text[i] < ' ' || text[i] > '~') {
			return false;
		}
	}
	return size > 0 && size <= max;
}

const char *operator_order_fault(const struct operator_order *o)
{
	if (!is_text(o->who, OPERATOR_WHO_MAX)) {
		return "who is asking has to be said in 1 to 64 printable ASCII characters";
	}
	return is_text(o->why, OPERATOR_WHY_MAX) ? NULL : "why has to be said in 1 to 240 printable ASCII characters";
}

/* Known: by its delegation, or by what is kept of one that is gone. */
static int read_state(struct plan *p, bool *known, bool *delegated)
{
	struct delegation d;
	int rc = state_get(p->txn, &p->child, p->arena, &p->before);
	*known = rc == 0;
	if (rc == ERR_NOTFOUND) {
		p->before = (struct child_state){ 0 };
	}
	rc = rc == 0 || rc == ERR_NOTFOUND ? delegation_get(p->txn, &p->child, p->arena, &d) : rc;
	*delegated = rc == 0;
	*known = *known || *delegated;
	return rc == ERR_NOTFOUND ? 0 : rc;
}

static int put_state(struct plan *p)
{
	struct key key;
	struct slice octets;
	int rc = child_state_encode(&p->after, p->arena, &octets);
	if (rc != 0) {
		return txn_fail(p->txn, rc);
	}
	key_name(&p->child, &key);
	return db_put(p->txn, DB_STATE, key_slice(&key), octets);
}

/* What the order does to this change: nothing is a refusal. */
static const char *plan_hold(struct plan *p, const struct change *c, const struct change_status *s)
{
	if (c->state == EVENT_HELD && s->why == REASON_NONE && !s->cleared) {
		return "it is held by an operator already";
	}
	if (!status_allows(s, EVENT_HELD)) {
		return status_is_open(s->state) ? "it may be with the registry already and cannot be held" :
			"it is published or withdrawn";
	}
	p->kind = EVENT_HELD;
	return NULL;
}

static const char *plan_release(const struct change *c, const struct change_status *s)
{
	if (status_is_barred(s)) {
		return NULL;
	}
	if (c->state != EVENT_HELD) {
		return "it is not held";
	}
	return s->cleared ? "it is released already and goes out once a new probe has confirmed it" :
		s->why == REASON_HOLD_OPERATOR ? "its child is held: release the child" :
		s->why == REASON_HOLD_FREEZE ? "it waits for the end of a freeze, which is the policy's" :
		s->why == REASON_HOLD_SOURCE_OLD ? "it waits for a scan of a source that is young enough" :
		s->why == REASON_HOLD_DS_SERVED || s->why == REASON_HOLD_DS_UNPROVEN ?
			"it waits for a scan in which the parent's servers prove that they serve no DS set of its child" :
		s->why == REASON_HOLD_BASELINE ? "it waits for the baseline of the store: cdswalk db baseline" :
		"it is held by a decision and waits for a new probe; no operator holds it";
}

static const char *plan_cancel(struct plan *p, const struct change_status *s)
{
	if (status_has_left(s->state) || !status_allows(s, EVENT_WITHDRAWN)) {
		return "it may be with the registry already and cannot be withdrawn";
	}
	p->kind = EVENT_WITHDRAWN;
	return NULL;
}

/* *refusal NULL: the change takes part. */
static int plan_change(struct plan *p, uint64_t number, const char **refusal)
{
	struct change c;
	struct change_status s;
	int rc = change_get(p->txn, number, p->arena, &c);
	if (rc == 0) {
		rc = status_get(p->txn, number, &s);
	}
	if (rc != 0) {
		return rc;
	}
	p->child = c.child;
	switch (p->order->action) {
	case OPERATOR_DO_HOLD:
		*refusal = plan_hold(p, &c, &s);
		break;
	case OPERATOR_DO_RELEASE:
		*refusal = plan_release(&c, &s);
		break;
	case OPERATOR_DO_CANCEL:
		*refusal = plan_cancel(p, &s);
		break;
	default:
		*refusal = "only a child can be approved or challenged, not a change that is on its way";
	}
	p->change = *refusal == NULL ? number : 0;
	return 0;
}

static int note(struct txn *t, struct crypto *crypto, const struct operator_order *o, const struct name *child, uint64_t change)
{
	struct operator_note n = { .child = *child, .action = o->action };
	if (operator_order_fault(o) != NULL) {
		return ERR_ARG;
	}
	memcpy(n.who, o->who, strlen(o->who));
	memcpy(n.why, o->why, strlen(o->why));
	return journal_operator(t, crypto, o->now, change, &n);
}

int operator_note_store(struct txn *t, struct crypto *crypto, const struct operator_order *o)
{
	const struct name root = { .size = 1 };
	return note(t, crypto, o, &root, 0);
}

static int carry_out(struct plan *p)
{
	int rc = note(p->txn, p->crypto, p->order, &p->child, p->change);
	if (rc == 0 && p->change != 0 && p->kind != 0) {
		rc = journal_event(p->txn, p->crypto, p->order->now, p->change, p->kind,
			p->kind == EVENT_WITHDRAWN ? REASON_REJECT_CANCELLED : REASON_NONE);
	}
	return rc == 0 && p->state_changes ? put_state(p) : rc;
}

/* The registry may have what undoes another change: then that has come about when the parent shows it, whoever regrets it. */
static bool is_too_late(struct plan *p, const struct change *c)
{
	const struct rollback *r = &p->before.rollback;
	return p->order->action == OPERATOR_DO_CANCEL && r->state == ROLLBACK_WANTED && status_has_left(c->state) &&
		ds_set_equal(&c->ds_after, &r->to);
}

/* What the word does to the change that the child has on its way. */
static int say_outstanding(struct plan *p, uint64_t number, const char **refusal)
{
	struct change c;
	const char *of_change = NULL;
	int rc = change_get(p->txn, number, p->arena, &c);
	if (rc == 0) {
		p->state_changes = p->state_changes && !is_too_late(p, &c);
		rc = plan_change(p, number, &of_change);
	}
	*refusal = p->state_changes || of_change == NULL ? *refusal : of_change;
	return rc;
}

static int say_child(struct plan *p, const char **refusal)
{
	bool known;
	bool delegated;
	uint64_t number;
	int rc = read_state(p, &known, &delegated);
	if (rc != 0 || !known) {
		return rc == 0 ? ERR_NOTFOUND : rc;
	}
	/* Nothing waits for its return. */
	if (!delegated && (p->order->action == OPERATOR_DO_APPROVE || p->order->action == OPERATOR_DO_CHALLENGE)) {
		*refusal = "it is no longer delegated";
		return ERR_CONFLICT;
	}
	rc = p->order->action == OPERATOR_DO_CHALLENGE ?
		operator_challenge(&p->before, p->order->token, (uint32_t)p->order->now, &p->after, refusal) :
		operator_apply(&p->before, p->order->action, (uint32_t)p->order->now, &p->after, refusal);
	if (rc != 0 && rc != ERR_CONFLICT) {
		return rc;
	}
	p->state_changes = rc == 0;
	rc = outstanding_get(p->txn, &p->child, &number);
	if (rc == 0 && p->order->action != OPERATOR_DO_APPROVE && p->order->action != OPERATOR_DO_CHALLENGE) {
		rc = say_outstanding(p, number, refusal);
	}
	if (rc != 0 && rc != ERR_NOTFOUND) {
		return rc;
	}
	return p->state_changes || p->change != 0 ? carry_out(p) : ERR_CONFLICT;
}

static bool is_rollback(enum operator_action action)
{
	return action == OPERATOR_DO_ROLLBACK || action == OPERATOR_DO_ROLLBACK_FORCED;
}

int operator_say(struct txn *t, struct crypto *crypto, const struct name *child, const struct operator_order *o,
	const char **refusal)
{
	if (is_rollback(o->action)) {
		*refusal = "only a change can be undone, by its id";
		return ERR_CONFLICT;
	}
	struct plan p = { .txn = t, .crypto = crypto, .order = o, .arena = arena_new(), .child = *child };
	*refusal = "";
	if (p.arena == NULL) {
		return txn_fail(t, ERR_NOMEM);
	}
	int rc = say_child(&p, refusal);
	arena_free(p.arena);
	return rc;
}

/* What has not left yet goes nowhere any more: it would go on from what is undone. */
static int say_rollback(struct plan *p, uint64_t number, const char **refusal)
{
	bool known;
	bool delegated;
	struct undo u;
	int rc = undo_plan(p->txn, number, p->arena, &u, refusal);
	if (rc != 0 || *refusal != NULL) {
		return rc == 0 ? ERR_CONFLICT : rc;
	}
	p->child = u.child;
	p->change = number;
	p->state_changes = true;
	u.rollback.forced = p->order->action == OPERATOR_DO_ROLLBACK_FORCED;
	rc = read_state(p, &known, &delegated);
	if (rc == 0) {
		rc = operator_rollback(&p->before, &u.rollback, (uint32_t)p->order->now, &p->after, refusal);
	}
	if (rc == 0) {
		rc = carry_out(p);
	}
	return rc == 0 && u.waiting != 0 ? journal_event(p->txn, p->crypto, p->order->now, u.waiting, EVENT_WITHDRAWN,
		REASON_REJECT_CANCELLED) : rc;
}

static int say_change(struct plan *p, uint64_t number, const char **refusal)
{
	if (is_rollback(p->order->action)) {
		return say_rollback(p, number, refusal);
	}
	int rc = plan_change(p, number, refusal);
	if (rc != 0) {
		return rc;
	}
	/* The request behind it would come back as another change. */
	if (p->order->action == OPERATOR_DO_CANCEL && p->change != 0) {
		return say_child(p, refusal);
	}
	return p->change == 0 ? ERR_CONFLICT : carry_out(p);
}

int operator_say_change(struct txn *t, struct crypto *crypto, uint64_t change, const struct operator_order *o,
	const char **refusal)
{
	struct plan p = { .txn = t, .crypto = crypto, .order = o, .arena = arena_new() };
	*refusal = "";
	if (p.arena == NULL) {
		return txn_fail(t, ERR_NOMEM);
	}
	int rc = say_change(&p, change, refusal);
	arena_free(p.arena);
	return rc;
}

static bool has_host(const struct change *c, const struct name *host)
{
	for (size_t i = 0; i < c->ns_count; i++) {
		if (name_equal(&c->ns_before[i], host)) {
			return true;
		}
	}
	return false;
}

bool brake_filter_takes(struct txn *t, const struct brake_filter *which, const struct change *c)
{
	bool takes = c->state == EVENT_HELD && c->held_for == REASON_BRAKE_ENGAGED && !c->cleared;
	if (takes && which->classes != 0) {
		takes = (which->classes >> brake_class_of(c->class) & 1) != 0;
	}
	if (takes && which->host.size != 0) {
		takes = has_host(c, &which->host);
	}
	if (takes && which->parent.size != 0) {
		takes = generation_has_child(t, &which->parent, &c->child, &takes) == 0 && takes;
	}
	return takes;
}

int operator_release_brake(struct txn *t, struct crypto *crypto, const struct brake_filter *which,
	const struct operator_order *o, uint64_t *count)
{
	struct plan p = { .txn = t, .crypto = crypto, .order = o, .arena = arena_new() };
	struct name after = { 0 };
	int rc = p.arena == NULL ? txn_fail(t, ERR_NOMEM) : o->action == OPERATOR_DO_RELEASE ? 0 : ERR_ARG;
	*count = 0;
	while (rc == 0) {
		struct change c;
		arena_reset(p.arena);
		rc = change_outstanding_next(t, &after, p.arena, &c);
		if (rc == 0 && brake_filter_takes(t, which, &c)) {
			p.child = c.child;
			p.change = c.number;
			rc = carry_out(&p);
			*count += rc == 0;
		}
		after = c.child;
	}
	arena_free(p.arena);
	return rc == ERR_NOTFOUND ? txn_error(t) : rc;
}

int operator_last(struct txn *t, const struct name *child, struct operator_note *out, uint64_t *time)
{
	uint64_t sequence;
	struct event e;
	int rc = operator_index_get(t, child, &sequence);
	if (rc != 0) {
		return rc;
	}
	rc = event_get(t, sequence, &e);
	if (rc == 0) {
		rc = e.kind == EVENT_OPERATOR ? body_decode_operator(e.body, out) : ERR_FORMAT;
	}
	if (rc != 0) {
		return txn_fail(t, rc == ERR_NOTFOUND ? ERR_STORE : rc);
	}
	*time = e.time;
	return 0;
}

int operator_back(struct txn *t, const struct name *child, struct arena *arena, const struct ds_set **out)
{
	struct child_state state;
	uint64_t sequence;
	*out = NULL;
	/* Few children were ever spoken of, and this index has them alone. */
	int rc = operator_index_get(t, child, &sequence);
	if (rc == 0) {
		rc = state_get(t, child, arena, &state);
	}
	const struct ds_set *back = rc == 0 ? child_state_back(&state) : NULL;
	if (back == NULL) {
		return rc == ERR_NOTFOUND ? 0 : rc;
	}
	*out = arena_copy(arena, back, sizeof(*back));
	return *out == NULL ? txn_fail(t, ERR_NOMEM) : 0;
}
