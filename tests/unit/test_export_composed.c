/* SPDX-License-Identifier: GPL-3.0-or-later */
/* changes export to a sink of lines: they are composed ahead, claimed while the store is what was read, written behind that,
 * and marked as sent once they are durable. */
#include "tests/unit/export_fixture.h"

#include "scanner/export.h"

#define MANY (EXPORT_AHEAD + 216)	/* composed in two times, by two lanes each */
#define THRICE (2 * EXPORT_AHEAD + 216)	/* the third time where the first was */

static struct crowd *world;

/* ---- what happens meanwhile */

static void change_delegation(unsigned child, unsigned flags, uint16_t ds)
{
	struct txn *t;
	char text[32];
	child_text(child, text);
	struct delegation d = fixture_delegation(&world->f, text, operator_of(child), ds);
	bool changed;
	d.flags |= flags;
	assert_int_equal(txn_begin(opened, STORE_WRITE, &t), 0);
	assert_int_equal(delegation_put(t, world->f.crypto, &d, &changed), 0);
	assert_true(changed);
	assert_int_equal(txn_commit(t), 0);
}

/* A lock, and somebody else's DS set. */
static void lock_another(unsigned child)
{
	if (child == 1) {
		on_compose = NULL;
		change_delegation(2, DELEGATION_REGISTRY_LOCK, 1);
		change_delegation(3, 0, 9);
	}
}

/* Whatever is written is claimed by then. */
static void all_are_claimed(void)
{
	struct txn *t;
	struct change c = { 0 };
	size_t count = 0;
	assert_int_equal(txn_begin(opened, STORE_READ, &t), 0);
	for (struct name after = { 0 }; change_outstanding_next(t, &after, world->f.arena, &c) == 0; after = c.child) {
		assert_int_equal(c.state, EVENT_CLAIMED);
		count++;
	}
	txn_abort(t);
	assert_int_equal(count, 5);
}

/* The reader is slow, and somebody locks what has not had its turn. */
static void slow_and_locked(void)
{
	if (write_count == 1) {
		change_delegation(1300, DELEGATION_REGISTRY_LOCK, 1);
	}
}

static void only_slow(void)
{
	late_ms += 2000;
}

static void days_later(void)
{
	if (write_count == 1) {
		now_of_the_clock += world->policy.change_max_age_s;
	}
}

/* ---- */

static void add_children(struct crowd *w, unsigned count)
{
	struct txn *t = fixture_begin(&w->f, STORE_WRITE);
	for (unsigned i = CHILDREN; i < count; i++) {
		char text[32];
		child_text(i, text);
		struct delegation d = fixture_delegation(&w->f, text, operator_of(i), 1);
		fixture_put(&w->f, t, &d);
	}
	fixture_commit(t);
	w->now += HOUR;
	begin_run(w);
	t = fixture_begin(&w->f, STORE_WRITE);
	for (unsigned i = 0; i < count; i++) {
		(void)probe_in(w, t, i, asking(w, 2));
	}
	fixture_commit(t);
	end_run(w);
	arena_reset(w->f.arena);
}

static size_t count_state(struct crowd *w, enum event_kind state)
{
	struct change c;
	size_t count = 0;
	struct txn *t = fixture_begin(&w->f, STORE_READ);
	for (uint64_t next = 1; change_next(t, next, w->f.arena, &c) == 0; next = c.number + 1) {
		count += c.state == state;
	}
	fixture_commit(t);
	arena_reset(w->f.arena);
	return count;
}

static bool is_written(unsigned child)
{
	for (size_t i = 0; i < written_count; i++) {
		if (written[i] == child) {
			return true;
		}
	}
	return false;
}

static void claimed_then_written_then_sent(void **state)
{
	struct crowd *w = world = *state;
	run_asking(w, HOUR, 0, 5, 1, 2);
	on_write = all_are_claimed;
	assert_int_equal(EXPORT(w, "lines"), EXIT_OK);
	assert_int_equal(written_count, 5);
	assert_int_equal(settle_count, 1);
	for (unsigned i = 0; i < 5; i++) {
		assert_int_equal(written[i], i);
		assert_int_equal(state_in(w, i), EVENT_SENT);
	}
	uint64_t head = head_of(w);
	assert_int_equal(EXPORT(w, "lines"), EXIT_OK);
	assert_int_equal(written_count, 5);
	assert_int_equal(head_of(w), head);
	verify(w);
}

static void a_dry_run_claims_nothing(void **state)
{
	struct crowd *w = world = *state;
	run_asking(w, HOUR, 0, 5, 1, 2);
	uint64_t head = head_of(w);
	assert_int_equal(EXPORT(w, "lines", .dry_run = true), EXIT_OK);
	assert_int_equal(written_count, 5);
	assert_int_equal(head_of(w), head);
}

/* A-30, DSA-6.1-2: what was composed is not what goes out when somebody has written since; each is looked at again. */
static void what_comes_between(void **state)
{
	struct crowd *w = world = *state;
	w->policy.respect_registry_lock = true;
	run_asking(w, HOUR, 0, 5, 1, 2);
	on_compose = lock_another;
	uint64_t moved = change_of(w, 3).number;
	assert_int_equal(EXPORT(w, "lines"), EXIT_OK);
	assert_int_equal(written_count, 3);
	assert_true(is_written(0) && is_written(1) && is_written(4));
	assert_int_equal(state_in(w, 2), EVENT_HELD);
	assert_int_equal(change_of(w, 2).held_for, REASON_LOCKED);
	struct change c;
	struct txn *t = fixture_begin(&w->f, STORE_READ);
	assert_int_equal(change_get(t, moved, w->f.arena, &c), 0);
	fixture_commit(t);
	assert_int_equal(c.state, EVENT_WITHDRAWN);
	assert_int_equal(count_state(w, EVENT_SENT), 3);
	verify(w);
}

/* Claimed stays claimed, for it may have left; and the next export writes it again. */
static void what_is_not_durable_is_not_sent(void **state)
{
	struct crowd *w = world = *state;
	for (unsigned how = 0; how < 2; how++) {
		run_asking(w, HOUR, how * 5, 5, 1, 2);
		write_fails_at = how == 0 ? write_count + 1 : 0;
		settle_fails = how == 1;
		size_t before = written_count;
		assert_int_equal(EXPORT(w, "lines"), EXIT_RUNTIME);
		assert_int_equal(written_count, before);
		for (unsigned i = how * 5; i < how * 5 + 5; i++) {
			assert_int_equal(state_in(w, i), EVENT_CLAIMED);
		}
		settle_fails = false;
		assert_int_equal(EXPORT(w, "lines"), EXIT_OK);
		assert_int_equal(written_count, before + 5);
		assert_int_equal(count_state(w, EVENT_SENT), how * 5 + 5);
	}
	verify(w);
}

/* Beside each other: composed, and claimed and written. Each once, in order, and what was settled stays when the last write
 * fails. */
static void many(void **state)
{
	struct crowd *w = world = *state;
	add_children(w, THRICE);
	write_fails_at = 2 * EXPORT_AHEAD / 128 + 1;
	assert_int_equal(EXPORT(w, "lines"), EXIT_RUNTIME);
	size_t first = written_count;
	assert_true(first >= 2 * EXPORT_AHEAD && first < THRICE);
	assert_int_equal(count_state(w, EVENT_SENT), first);
	assert_true(settle_count > 0 && settled_count == first);
	assert_int_equal(EXPORT(w, "lines"), EXIT_OK);
	assert_int_equal(written_count, THRICE);
	assert_int_equal(count_state(w, EVENT_SENT), THRICE);
	static bool seen[THRICE];
	memset(seen, 0, sizeof(seen));
	for (size_t i = 0; i < written_count; i++) {
		assert_false(seen[written[i]]);
		seen[written[i]] = true;
	}
	verify(w);
}

/* What a slow reader has not taken yet is read again once somebody has written; while nobody has, it is known. What was composed
 * behind it and has waited is read again in any case. */
static void a_slow_reader(void **state)
{
	struct crowd *w = world = *state;
	w->policy.respect_registry_lock = true;
	add_children(w, MANY);
	on_write = slow_and_locked;
	assert_int_equal(EXPORT(w, "lines"), EXIT_OK);
	assert_int_equal(written_count, MANY - 1);
	assert_false(is_written(1300));
	assert_int_equal(count_state(w, EVENT_WITHDRAWN), 1);
	assert_int_equal(count_state(w, EVENT_SENT), MANY - 1);
	assert_true(composed_count >= MANY + EXPORT_AHEAD - 128 - 1);
	verify(w);
}

/* Lines that are so long that a step of them would take much memory: the rest is composed one by one. */
static void long_lines(void **state)
{
	struct crowd *w = world = *state;
	char conf[96];
	snprintf(conf, sizeof(conf), "%s/conf", w->f.dir);
	FILE *f = fopen(conf, "w");
	assert_non_null(f);
	fputs("sinks:\n  - { name: reader, kind: lines, record: no }\n", f);
	assert_int_equal(fclose(f), 0);
	add_children(w, MANY);
	line_width = 4000;
	assert_int_equal(EXPORT(w, "lines"), EXIT_OK);
	assert_int_equal(written_count, MANY);
	assert_int_equal(count_state(w, EVENT_SENT), MANY);
	assert_true(write_count > MANY / 3);
	written_count = composed_count = 0;
	assert_int_equal(EXPORT(w, "reader", .config = conf), EXIT_OK);
	assert_int_equal(written_count, MANY);
	for (size_t i = 1; i < MANY; i++) {
		char child[2][32];
		child_text(written[i - 1], child[0]);
		child_text(written[i], child[1]);
		const struct name names[] = { fixture_name(child[0]), fixture_name(child[1]) };
		assert_true(name_compare(&names[0], &names[1]) < 0);
	}
	verify(w);
}

static void a_slow_reader_alone(void **state)
{
	struct crowd *w = world = *state;
	add_children(w, MANY);
	on_write = only_slow;
	assert_int_equal(EXPORT(w, "lines"), EXIT_OK);
	assert_int_equal(written_count, MANY);
	assert_int_equal(composed_count, MANY + MANY - EXPORT_AHEAD);
}

/* nobody writes, but what a reader takes so late that it has grown old meanwhile does not go out. */
static void a_reader_of_days(void **state)
{
	struct crowd *w = world = *state;
	const unsigned count = 1000;
	add_children(w, count);
	on_write = days_later;
	assert_int_equal(EXPORT(w, "lines"), EXIT_OK);
	assert_int_equal(written_count, 128);
	assert_int_equal(count_state(w, EVENT_SENT), 128);
	assert_int_equal(count_state(w, EVENT_WITHDRAWN), count - 128);
	verify(w);
}

int main(void)
{
	steady_stands = true;
	const struct CMUnitTest tests[] = {
		CASE(claimed_then_written_then_sent), CASE(a_dry_run_claims_nothing), CASE(what_comes_between),
		CASE(what_is_not_durable_is_not_sent), CASE(many), CASE(a_slow_reader), CASE(a_slow_reader_alone), CASE(long_lines),
		CASE(a_reader_of_days),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
