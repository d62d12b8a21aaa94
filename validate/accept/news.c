/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What befell the delegation since the child was decided last. What the source does not tell is no news. */
#include "validate/accept/news.h"

#include <string.h>

#include "validate/accept/form.h"
#include "validate/accept/rollback.h"

/* Where it changes nothing of what the child is remembered for, nobody has to hear of it. */
static int befell(struct step *t, enum automation_event event, const char *rule, const char *what)
{
	const struct automation *a = &t->automation;
	enum automation_state window = automation_state_of(a, AUTOMATION_NO_WINDOW);
	enum automation_state word = automation_state_of(a, AUTOMATION_SILENT);
	enum automation_state removal = automation_state_of(a, AUTOMATION_ACTIVE);
	automation_happen(&t->automation, event, AUTOMATION_NO_WINDOW);
	if (window == AUTOMATION_OPEN) {
		t->automation.cause = what;
	}
	bool moved = window != automation_state_of(a, AUTOMATION_NO_WINDOW) || word != automation_state_of(a, AUTOMATION_SILENT) ||
		removal != automation_state_of(a, AUTOMATION_ACTIVE);
	return moved ? step_add_check(t, rule, GATE_ALLOWED, CHECK_WARN, what) : 0;
}

static bool differs(const char *before, const char *now)
{
	return before[0] != '\0' && now[0] != '\0' && strcmp(before, now) != 0;
}

/* it is another domain under the same name. */
static int tell_registration(struct step *t)
{
	const struct delegation *d = t->in->delegation;
	if (!differs(t->state.registration, d->registration)) {
		return 0;
	}
	automation_happen(&t->automation, EVENT_REGISTRATION_CHANGED, AUTOMATION_NO_WINDOW);
	unsigned held = t->state.suspended & SUSPENDED_BY_OPERATOR;
	t->state = (struct child_state){ .last_reason = REASON_NONE, .suspended = held };
	return step_add_check(t, "A-36", GATE_ALLOWED, CHECK_WARN, arena_printf(t->arena,
		"the registration is another one (%s): nothing of the domain before is remembered%s", d->registration,
		held != 0 ? ", but that an operator holds the child" : ""));
}

/* C17: whoever changed hands starts again. */
static int tell_changes(struct step *t)
{
	const struct delegation *d = t->in->delegation;
	const struct finding *f = t->in->finding;
	struct child_state *s = &t->state;
	bool settled = s->settled != 0;
	int code = 0;
	if (form_is_hash(s->ns_hash) && form_is_hash(f->ns_hash) &&
	    memcmp(s->ns_hash, f->ns_hash, sizeof s->ns_hash) != 0) {
		code = befell(t, EVENT_NS_CHANGED, "C17", "the NS set of the delegation changed");
		settled = false;
	}
	if (code == 0 && differs(s->registrar, d->registrar)) {
		code = befell(t, EVENT_REGISTRAR_CHANGED, "C17", "the registrar changed");
		settled = false;
	}
	if (code == 0 && s->settled != 0 && d->manual_change > s->settled) {
		code = befell(t, EVENT_CHANGED_BY_HAND, "C17", "somebody changed NS or DS set by hand");
		settled = false;
	}
	if (!settled) {
		/* A change that lies ahead of our clock is news once, too. */
		uint32_t since = t->in->now > d->manual_change ? t->in->now : d->manual_change;
		s->settled = since > s->settled ? since : s->settled;
	}
	return code;
}

/* Standards 4.6. */
static int tell_ds(struct step *t)
{
	const struct delegation *d = t->in->delegation;
	struct child_state *s = &t->state;
	if (d->ds_state == DS_PRESENT) {
		bool was_suspended = (s->suspended & SUSPENDED_BY_REMOVAL) != 0;
		automation_happen(&t->automation, EVENT_DS_SET, AUTOMATION_ACTIVE);
		return was_suspended ? step_add_check(t, "DSA-7.1-4", GATE_ALLOWED, CHECK_PASS,
			"there is a DS set again: the child is no longer suspended") : 0;
	}
	if (d->ds_state != DS_ABSENT || !s->ds_known || s->ds_seen.count == 0) {
		return 0;
	}
	if (s->published_known && s->ds_published.count == 0 && !rollback_empties(s)) {
		automation_happen(&t->automation, EVENT_DS_EMPTIED_BY_REQUEST, AUTOMATION_ACTIVE);
		return step_add_check(t, "DSA-7.1-3", GATE_ALLOWED, CHECK_PASS,
			"the DS set is gone as the child asked: it may ask for another one");
	}
	s->settled = t->in->now > s->settled ? t->in->now : s->settled;
	return befell(t, EVENT_DS_EMPTIED_BY_OTHERS, "DSA-7.1-3", rollback_empties(s) ?
		"an operator undid the first DS set: nothing is done by itself before there is one again" :
		"somebody else removed the DS set: nothing is done by itself before there is one again");
}

static void remember(struct step *t)
{
	const struct delegation *d = t->in->delegation;
	struct child_state *s = &t->state;
	if (form_is_hash(t->in->finding->ns_hash)) {
		memcpy(s->ns_hash, t->in->finding->ns_hash, sizeof s->ns_hash);
	}
	if (d->registrar[0] != '\0') {
		memcpy(s->registrar, d->registrar, sizeof s->registrar);
	}
	if (d->registration[0] != '\0') {
		memcpy(s->registration, d->registration, sizeof s->registration);
	}
	if (d->ds_state == DS_UNKNOWN) {
		return;
	}
	s->ds_known = true;
	s->ds_seen = d->ds;
	/* It has said why the DS set is what it is now; the next time it is another one, something else has happened. */
	s->published_known = false;
	s->ds_published = (struct ds_set){ .count = 0 };
}

int news_tell(struct step *t)
{
	int code = tell_registration(t);
	if (code == 0) {
		code = tell_changes(t);
	}
	if (code == 0) {
		code = tell_ds(t);
	}
	if (code == 0) {
		code = rollback_tell(t);
	}
	remember(t);
	return code;
}

void child_state_publish(struct child_state *s, const struct ds_set *set)
{
	s->published_known = true;
	s->ds_published = *set;
}

/* Nobody has emptied a DS set that went with its delegation, or that was there at another time. */
static void forget_ds(struct child_state *s)
{
	s->ds_known = false;
	s->ds_seen = (struct ds_set){ .count = 0 };
	s->published_known = false;
	s->ds_published = (struct ds_set){ .count = 0 };
}

bool child_state_leave(struct child_state *s)
{
	struct automation a = { .state = s };
	bool waits = automation_cell(automation_state_of(&a, AUTOMATION_NO_WINDOW), EVENT_DELEGATION_GONE)->next != AUTOMATION_STAYS ||
		automation_cell(automation_state_of(&a, AUTOMATION_SILENT), EVENT_DELEGATION_GONE)->next != AUTOMATION_STAYS ||
		automation_cell(automation_state_of(&a, AUTOMATION_KEPT), EVENT_DELEGATION_GONE)->next != AUTOMATION_STAYS;
	bool changes = waits || s->settled != 0 || s->ds_known || s->published_known;
	automation_happen(&a, EVENT_DELEGATION_GONE, AUTOMATION_NO_WINDOW);
	s->settled = 0;
	forget_ds(s);
	return changes;
}
