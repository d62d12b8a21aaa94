/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rebuilding the index of changes: every event is held against the table of transitions again. */
#include "registry/store/rebuild.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "validate/wire/err.h"

struct rebuilt *rebuild_find(const struct rebuild *r, uint64_t number)
{
	size_t low = 0;
	size_t high = r->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (r->changes[middle].number < number) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low < r->count && r->changes[low].number == number ? &r->changes[low] : NULL;
}

static int add(struct rebuild *r, const struct rebuilt *change)
{
	if (r->count == r->room) {
		size_t room = r->room == 0 ? 1024 : r->room * 2;
		struct rebuilt *grown = room > SIZE_MAX / sizeof(*grown) ? NULL :
			realloc(r->changes, room * sizeof(*grown));
		if (grown == NULL) {
			return ERR_NOMEM;
		}
		r->changes = grown;
		r->room = room;
	}
	r->changes[r->count++] = *change;
	return 0;
}

static int rebuild_proposed(struct rebuild *r, const struct event *e, struct arena *arena, char why[256])
{
	struct change c;
	int rc = body_decode_change(e->body, arena, &c);
	if (rc == ERR_NOMEM) {
		return rc;
	}
	if (rc != 0 || e->change != e->sequence) {
		snprintf(why, 256, "event %" PRIu64 " (proposed) cannot be read", e->sequence);
		return ERR_CONFLICT;
	}
	if (c.supersedes != 0 && rebuild_find(r, c.supersedes) == NULL) {
		snprintf(why, 256, "change %" PRIu64 " supersedes change %" PRIu64 ", which was never proposed", e->change,
			c.supersedes);
		return ERR_CONFLICT;
	}
	struct rebuilt change = { .number = e->change, .supersedes = c.supersedes };
	status_apply(&change.status, e, &(struct event_note){ 0 });
	return add(r, &change);
}

/* About a change, or (0) about the child alone. */
static int rebuild_operator(struct rebuild *r, const struct event *e, char why[256])
{
	struct operator_note note;
	struct rebuilt *change = e->change == 0 ? NULL : rebuild_find(r, e->change);
	if (body_decode_operator(e->body, &note) != 0 || (e->change != 0 && change == NULL)) {
		snprintf(why, 256, "event %" PRIu64 " (operator) cannot be read, or is about a change that was never proposed",
			e->sequence);
		return ERR_CONFLICT;
	}
	if (change != NULL) {
		status_apply_operator(&change->status, &note);
	}
	return 0;
}

int rebuild_event(struct rebuild *r, const struct event *e, struct arena *arena, char why[256])
{
	if (e->kind == EVENT_PROPOSED) {
		return rebuild_proposed(r, e, arena, why);
	}
	if (e->kind == EVENT_OPERATOR) {
		return rebuild_operator(r, e, why);
	}
	struct event_note note;
	if (body_decode_note(e->body, &note) != 0) {
		snprintf(why, 256, "event %" PRIu64 " (%s) cannot be read", e->sequence, event_kind_text(e->kind));
		return ERR_CONFLICT;
	}
	struct rebuilt *change = rebuild_find(r, e->change);
	if (change == NULL) {
		snprintf(why, 256, "event %" PRIu64 " (%s) is about change %" PRIu64 ", which was never proposed", e->sequence,
			event_kind_text(e->kind), e->change);
		return ERR_CONFLICT;
	}
	if (!status_allows(&change->status, e->kind)) {
		snprintf(why, 256, "event %" PRIu64 " (%s) cannot follow %s of change %" PRIu64, e->sequence,
			event_kind_text(e->kind), event_kind_text(change->status.state), e->change);
		return ERR_CONFLICT;
	}
	if (e->kind == EVENT_PUBLISHED && note.generation <= change->status.acked_generation) {
		snprintf(why, 256, "event %" PRIu64 ": change %" PRIu64 " was published in no generation newer than its "
			"acknowledgement", e->sequence, e->change);
		return ERR_CONFLICT;
	}
	status_apply(&change->status, e, &note);
	return 0;
}

void rebuild_cover(struct rebuild *r)
{
	for (size_t i = r->count; i > 0; i--) {
		const struct rebuilt *c = &r->changes[i - 1];
		if (!status_is_open(c->status.state) || c->covered) {
			continue;
		}
		/* Numbers fall, so this ends. */
		struct rebuilt *before = rebuild_find(r, c->supersedes);
		while (before != NULL) {
			before->covered = true;
			uint64_t next = before->supersedes;
			before = next < before->number ? rebuild_find(r, next) : NULL;
		}
	}
}

void rebuild_free(struct rebuild *r)
{
	free(r->changes);
	*r = (struct rebuild){ 0 };
}
