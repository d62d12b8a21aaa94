/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Replay guard: one mark for each type and signing key, never one for all, compared by serial
 * arithmetic. */
#include "validate/accept/replay.h"

#include <assert.h>
#include <string.h>

#include "validate/accept/form.h"
#include "validate/dnssec/rrsig.h"
#include "validate/wire/err.h"
#include "validate/wire/limits.h"

int mark_compare(const struct mark *a, const struct mark *b)
{
	if (a->type != b->type) {
		return a->type < b->type ? -1 : 1;
	}
	return memcmp(a->key_hash, b->key_hash, sizeof a->key_hash);
}

static struct mark *find_mark(struct mark *marks, size_t count, const struct mark *like)
{
	for (size_t i = 0; i < count; i++) {
		if (mark_compare(&marks[i], like) == 0) {
			return &marks[i];
		}
	}
	return NULL;
}

/* A signature by a key that was never accepted tells nothing of age, neither for nor against: were it
 * counted as new, an old signal signed by a key that was then only pre-published could be replayed
 * once that key has its DS. */
void replay_check(const struct mark *seen, size_t seen_count, const struct child_state *s, struct replay *out)
{
	*out = (struct replay){ .known = 0 };
	for (size_t i = 0; i < seen_count; i++) {
		const struct mark *stored = find_mark(s->marks, s->mark_count, &seen[i]);
		if (stored == NULL || seen[i].successor) {
			continue;
		}
		out->known++;
		if (serial_before(seen[i].inception, stored->inception)) {
			out->below++;
			out->seen = &seen[i];
			out->stored = stored;
		}
	}
	out->older = out->known > 0 && out->below == out->known;
}

/* Seconds before now; inceptions may lie a little ahead of it. */
static int64_t mark_age(const struct mark *m, uint32_t now)
{
	uint32_t distance = now - m->inception;
	return distance < UINT32_C(0x80000000) ? (int64_t)distance : (int64_t)distance - (INT64_C(1) << 32);
}

static void sort_marks(struct mark *marks, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		struct mark m = marks[i];
		size_t j = i;
		for (; j > 0 && mark_compare(&marks[j - 1], &m) > 0; j--) {
			marks[j] = marks[j - 1];
		}
		marks[j] = m;
	}
}

/* The place of the oldest mark that is not of seen; count when there is none. */
static size_t find_oldest(struct mark *marks, size_t count, const struct mark *seen, size_t seen_count,
	uint32_t now)
{
	size_t oldest = count;
	for (size_t i = 0; i < count; i++) {
		bool is_seen = false;
		for (size_t k = 0; k < seen_count && !is_seen; k++) {
			is_seen = mark_compare(&seen[k], &marks[i]) == 0;
		}
		if (!is_seen && (oldest == count || mark_age(&marks[i], now) > mark_age(&marks[oldest], now))) {
			oldest = i;
		}
	}
	return oldest;
}

int replay_record(const struct mark *seen, size_t seen_count, uint32_t now, struct arena *arena,
	struct child_state *s)
{
	assert(seen_count <= LIMIT_MARKS && s->mark_count <= LIMIT_MARKS);
	struct mark *marks = arena_array(arena, s->mark_count + seen_count + 1, sizeof *marks);
	if (marks == NULL) {
		return ERR_NOMEM;
	}
	size_t count = 0;
	for (; count < s->mark_count; count++) {
		marks[count] = s->marks[count];
	}
	for (size_t i = 0; i < seen_count; i++) {
		struct mark *known = find_mark(marks, count, &seen[i]);
		if (known == NULL) {
			marks[count++] = seen[i];
		} else if (serial_before(known->inception, seen[i].inception)) {
			*known = seen[i];
		}
	}
	while (count > LIMIT_MARKS) {
		/* seen alone never exceeds the limit, so one can go. */
		size_t oldest = find_oldest(marks, count, seen, seen_count, now);
		marks[oldest] = marks[--count];
	}
	sort_marks(marks, count);
	s->marks = marks;
	s->mark_count = count;
	return 0;
}

/* Where there is nothing but marks, a guard that is not strict has kept them: the newest of the type, whatever it signed. */
static struct last_words said_last(const struct child_state *s, enum said_type t)
{
	static const uint16_t types[SAID_TYPES] = { TYPE_CDS, TYPE_CDNSKEY };
	struct last_words last = s->said[t];
	for (size_t i = 0; i < s->mark_count && !s->said[t].known; i++) {
		const struct mark *m = &s->marks[i];
		if (m->type == types[t] && (!last.known || serial_before(last.inception, m->inception))) {
			last.known = true;
			last.inception = m->inception;
		}
	}
	return last;
}

static bool says_the_same(const struct last_words *a, const struct last_words *b)
{
	return form_is_hash(a->hash) && memcmp(a->hash, b->hash, sizeof a->hash) == 0;
}

enum said_type replay_find_repeat(const struct finding *f, const struct child_state *s, struct last_words *last)
{
	for (enum said_type t = 0; t < SAID_TYPES; t++) {
		const struct last_words *now = &f->said[t];
		*last = said_last(s, t);
		if (now->known && last->known && !serial_before(last->inception, now->inception) && !says_the_same(last, now)) {
			return t;
		}
	}
	return SAID_TYPES;
}

void replay_hear(const struct finding *f, struct child_state *s)
{
	for (enum said_type t = 0; t < SAID_TYPES; t++) {
		const struct last_words *now = &f->said[t];
		struct last_words last = said_last(s, t);
		if (!now->known) {
			continue;
		}
		if (!last.known || serial_before(last.inception, now->inception)) {
			last = *now;
		} else if (last.inception == now->inception && !says_the_same(&last, now)) {
			/* Which of them came first the signatures do not tell. */
			memset(last.hash, 0, sizeof last.hash);
		}
		s->said[t] = last;
	}
}

void replay_doubt(const struct finding *f, bool asks_nothing, struct child_state *s)
{
	for (enum said_type t = 0; t < SAID_TYPES; t++) {
		struct last_words *last = &s->said[t];
		bool keeps = f->said[t].known ? says_the_same(last, &f->said[t]) : !asks_nothing;
		if (!keeps) {
			memset(last->hash, 0, sizeof last->hash);
		}
	}
}
