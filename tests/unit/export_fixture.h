/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A crowd, and a sink that says what a test wants: changes export between them. */
#pragma once

#include "tests/unit/crowd.h"

#include <pthread.h>
#include <signal.h>

#include "registry/sink/sink.h"
#include "registry/sink/text.h"
#include "registry/store/sinkdb.h"
#include "scanner/changes.h"
#include "scanner/clock.h"
#include "scanner/command.h"
#include "scanner/export.h"

#define PUTS_MAX 64

/* ---- the sink of these tests */

/* What it was given. */
static struct {
	unsigned child;
	uint64_t number;
	unsigned now, pending;		/* key tags; 0: none */
	bool polled;
} handed[PUTS_MAX];
static size_t put_count;
/* What it answers, by child; the answer comes one put later, or at the end. */
static enum sink_outcome answers[CHILDREN];
static bool mute[CHILDREN];
static uint64_t rest_s;			/* that it asks for */
static int new_fails;			/* so many times */
static size_t put_fails_at;		/* the put of that number, from 1; 0: none */
static int put_fails_with;
static size_t stops_at;			/* a signal to end comes then */
static size_t turns_at;			/* the clock is put right then, most of a day back ... */
static size_t turns_in;			/* ... or when it was looked at so often */
static uint64_t now_of_the_clock;
static struct sink_options given;
static char given_value[32];		/* of its first setting: what it points to ends with the export */
static void (*meanwhile)(struct store *s);	/* happens when the sink has its first change; NULL: nothing */
static uint64_t waiting;		/* for its answer; 0: none */
static unsigned waiting_child;
static bool is_lost;			/* poll: the target knows nothing of it */

static inline void answer(void)
{
	const struct sink_result r = { .outcome = answers[waiting_child], .why = "so it says", .rest_s = rest_s };
	if (waiting != 0 && !mute[waiting_child]) {
		given.done(given.user, waiting, &r);
	}
	waiting = 0;
}

static inline unsigned tag_of(const struct ds_set *set)
{
	return set == NULL || set->count == 0 ? 0 : set->ds[0].tag;
}

static inline unsigned number_of(const struct name *child)
{
	char text[NAME_TEXT_SIZE];
	name_to_text(child, text);
	return (unsigned)strtoul(text + 1, NULL, 10);
}

static inline int note_put(const struct sink_change *x, bool polled)
{
	assert_true(put_count < PUTS_MAX);
	handed[put_count].child = number_of(&x->change->child);
	handed[put_count].number = x->change->number;
	handed[put_count].now = tag_of(x->ds_now);
	handed[put_count].pending = tag_of(x->ds_pending);
	handed[put_count].polled = polled;
	put_count++;
	if (put_count == 1 && meanwhile != NULL) {
		meanwhile(((struct export *)given.user)->store);
	}
	if (put_count == stops_at) {
		raise(SIGTERM);
	}
	if (put_count == turns_at) {
		now_of_the_clock -= 20 * HOUR;
	}
	if (put_count == put_fails_at) {
		snprintf(given.why, 256, "the line is cut");
		return put_fails_with;
	}
	return 0;
}

static inline int fake_put(struct sink *s, const struct sink_change *x)
{
	(void)s;
	assert_non_null(x->parent);
	answer();
	int rc = note_put(x, false);
	if (rc == 0) {
		waiting = x->change->number;
		waiting_child = number_of(&x->change->child);
	}
	return rc;
}

static inline int fake_poll(struct sink *s, const struct sink_change *x)
{
	const struct sink_result r = { .outcome = is_lost ? SINK_UNKNOWN : answers[number_of(&x->change->child)] };
	(void)s;
	int rc = note_put(x, true);
	given.done(given.user, x->change->number, &r);
	return rc;
}

static inline int fake_finish(struct sink *s, bool failed)
{
	(void)s;
	if (!failed) {
		answer();
	}
	waiting = 0;
	return 0;
}

/* ---- one without answers, that writes the whole zone in the end */

static bool file_is_full;
static unsigned whole[CHILDREN];	/* key tags of what it has written; 0: no DS set */

static inline int file_put(struct sink *s, const struct sink_change *x)
{
	(void)s;
	return note_put(x, false);
}

static inline int take_whole(void *to, const struct name *child, const struct ds_set *ds, uint32_t ttl)
{
	(void)to;
	(void)ttl;
	whole[number_of(child)] = tag_of(ds);
	return 0;
}

static inline int file_finish(struct sink *s, bool failed)
{
	struct name zone = fixture_name("ch.");
	(void)s;
	if (!failed && file_is_full) {
		snprintf(given.why, 256, "no room");
		return ERR_FULL;
	}
	return failed ? 0 : given.each_ds(given.user, &zone, take_whole, NULL);
}

/* ---- one of lines, which are composed before they may leave */

#define LINES_MAX 80000

static unsigned composed[LINES_MAX];	/* children */
static unsigned written[LINES_MAX];
static size_t composed_count, written_count;
static size_t settled_count;		/* of those that are written: durable */
static size_t settle_count;		/* so many times */
static size_t write_fails_at;		/* the write of that number, from 1; 0: none */
static size_t write_count;
static bool settle_fails;
static int line_width;			/* at least */
static struct store *opened;		/* by the export */
static void (*on_compose)(unsigned child);
static void (*on_write)(void);

static inline int lines_compose(struct sink *s, unsigned lane, const struct sink_change *x, struct text *out)
{
	static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
	char line[4096];
	unsigned child = number_of(&x->change->child);
	(void)s;
	assert_true(lane < SINK_LANES);
	pthread_mutex_lock(&mutex);
	assert_non_null(x->parent);
	assert_true(composed_count < LINES_MAX);
	composed[composed_count++] = child;
	if (on_compose != NULL) {
		on_compose(child);
	}
	pthread_mutex_unlock(&mutex);
	return text_append(out, line, (size_t)snprintf(line, sizeof(line), "%*u\n", line_width, child));
}

static inline int lines_write(struct sink *s, const char *data, size_t size)
{
	(void)s;
	write_count++;
	if (on_write != NULL) {
		on_write();
	}
	if (write_count == write_fails_at) {
		snprintf(given.why, 256, "the pipe is closed");
		return ERR_IO;
	}
	assert_true(size > 0 && data[size - 1] == '\n');
	for (const char *p = data; p < data + size; p = strchr(p, '\n') + 1) {
		assert_true(written_count < LINES_MAX);
		written[written_count++] = (unsigned)strtoul(p, NULL, 10);
	}
	return 0;
}

static inline int lines_put(struct sink *s, const struct sink_change *x)
{
	struct text line = { .size = 0 };
	int rc = lines_compose(s, 0, x, &line);
	rc = rc == 0 ? lines_write(s, line.data, line.size) : rc;
	text_free(&line);
	return rc;
}

static inline int lines_settle(struct sink *s)
{
	(void)s;
	if (settle_fails) {
		snprintf(given.why, 256, "the disk is full");
		return ERR_FULL;
	}
	settle_count++;
	settled_count = written_count;
	return 0;
}

static inline int lines_finish(struct sink *s, bool failed)
{
	(void)s;
	written_count = failed ? settled_count : written_count;
	return 0;
}

static const struct sink_ops lines_ops = { .name = "lines", .sentence = "", .put = lines_put, .compose = lines_compose,
	.write = lines_write, .settle = lines_settle, .finish = lines_finish };
static const struct sink_ops file_ops = { .name = "file", .sentence = "", .put = file_put, .finish = file_finish };
static const struct sink_ops fake_ops = { .name = "fake", .sentence = "", .has_answers = true, .put = fake_put,
	.finish = fake_finish };
static const struct sink_ops asking_ops = { .name = "asking", .sentence = "", .has_answers = true, .put = fake_put,
	.poll = fake_poll, .finish = fake_finish };

int __wrap_sink_new(const char *name, const struct sink_options *o, struct sink **out, char why[256]);
const struct sink_ops *const *__wrap_sink_list(void);
struct store *__wrap_command_open_store(const char *dir, enum store_mode mode, int *code);
uint64_t __wrap_clock_unix_s(void);

const struct sink_ops *const *__wrap_sink_list(void)
{
	static const struct sink_ops *const list[] = { &fake_ops, &asking_ops, &file_ops, &lines_ops, NULL };
	return list;
}

int __wrap_sink_new(const char *name, const struct sink_options *o, struct sink **out, char why[256])
{
	static struct sink sink;
	for (const struct sink_ops *const *k = __wrap_sink_list(); *k != NULL; k++) {
		if (strcmp(name, (*k)->name) == 0) {
			sink.ops = *k;
		}
	}
	given = *o;
	snprintf(given_value, sizeof(given_value), "%s", o->setting_count == 0 ? "" : o->settings[0].value);
	if (new_fails > 0) {
		new_fails--;
		snprintf(why, 256, "nobody answers");
		return ERR_IO;
	}
	*out = &sink;
	return 0;
}

/* ---- the world around it */

/* By which the steady clock is ahead; where it stands still, but for this, a slow machine is none. The threads that compose look, too. */
static _Atomic uint64_t late_ms;
static bool steady_stands;

uint64_t __wrap_clock_steady_ms(void);
uint64_t __real_clock_steady_ms(void);

uint64_t __wrap_clock_steady_ms(void)
{
	return (steady_stands ? 1 : __real_clock_steady_ms()) + late_ms;
}

uint64_t __wrap_clock_unix_s(void)
{
	if (turns_in > 0 && --turns_in == 0) {
		now_of_the_clock -= 20 * HOUR;
	}
	return now_of_the_clock;
}

struct store *__wrap_command_open_store(const char *dir, enum store_mode mode, int *code)
{
	struct fixture f = { .store = NULL };
	snprintf(f.dir, sizeof(f.dir), "%s", dir);
	fixture_open(&f, mode);
	*code = EXIT_OK;
	opened = f.store;
	return f.store;
}

static inline int export_setup(void **state)
{
	put_count = 0;
	put_fails_at = stops_at = turns_at = turns_in = 0;
	put_fails_with = ERR_IO;
	new_fails = 0;
	rest_s = 0;
	is_lost = file_is_full = false;
	meanwhile = NULL;
	composed_count = written_count = settled_count = settle_count = write_count = write_fails_at = 0;
	settle_fails = false;
	line_width = 0;
	on_compose = NULL;
	on_write = NULL;
	memset(mute, 0, sizeof(mute));
	for (size_t i = 0; i < CHILDREN; i++) {
		answers[i] = SINK_APPLIED;
	}
	return crowd_setup(state);
}

static inline int run_export(struct crowd *w, struct changes_options o, const char *sink)
{
	o.db = w->f.dir;
	put_count = 0;
	now_of_the_clock = w->now;
	fixture_close(&w->f);
	int code = changes_export(&o, sink);
	fixture_open(&w->f, STORE_WRITE);
	return code;
}

#define EXPORT(w, sink, ...) run_export(w, (struct changes_options){ __VA_ARGS__ }, sink)

static inline struct change change_of(struct crowd *w, unsigned child)
{
	struct change c;
	char text[32];
	child_text(child, text);
	struct name name = fixture_name(text);
	struct txn *t = fixture_begin(&w->f, STORE_READ);
	assert_int_equal(change_of_child(t, &name, w->f.arena, &c), 0);
	fixture_commit(t);
	return c;
}

static inline enum event_kind state_in(struct crowd *w, unsigned child)
{
	return change_of(w, child).state;
}

static inline uint64_t head_of(struct crowd *w)
{
	uint64_t sequence;
	uint8_t hash[SHA256_OCTETS];
	struct txn *t = fixture_begin(&w->f, STORE_READ);
	assert_int_equal(journal_head(t, &sequence, hash), 0);
	fixture_commit(t);
	return sequence;
}

/* What the sink remembers of the child's change; NULL: nothing. */
static inline const struct sink_attempt *attempt_of(struct crowd *w, const char *sink, unsigned child)
{
	static struct sink_attempt a;
	struct store *notes;
	struct txn *t;
	char why[256];
	uint64_t number = change_of(w, child).number;
	assert_int_equal(sinkdb_open(w->f.store, sink, STORE_READ, &notes, why), 0);
	assert_int_equal(txn_begin(notes, STORE_READ, &t), 0);
	int rc = sink_attempt_get(t, number, &a);
	txn_abort(t);
	store_close(notes);
	assert_true(rc == 0 || rc == ERR_NOTFOUND);
	return rc == 0 ? &a : NULL;
}

static inline void expect_puts(size_t count, const unsigned *children)
{
	if (put_count != count) {
		fail_msg("%zu changes went to the sink, not %zu", put_count, count);
	}
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(handed[i].child, children[i]);
	}
}

#define PUTS(...) expect_puts(sizeof((const unsigned[]){ __VA_ARGS__ }) / sizeof(unsigned), (const unsigned[]){ __VA_ARGS__ })

static inline void verify(struct crowd *w)
{
	struct verify_report report;
	assert_int_equal(store_verify(w->f.store, w->f.crypto, NULL, NULL, NULL, &report), 0);
	assert_int_equal(report.faults, 0);
}

/* A configuration with a sink that reads along. */
static inline const char *reader(struct crowd *w)
{
	static char path[96];
	snprintf(path, sizeof(path), "%s/conf", w->f.dir);
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	fputs("sinks:\n  - { name: reader, kind: fake, record: no }\n  - { name: other, kind: fake, key: value }\n", f);
	assert_int_equal(fclose(f), 0);
	return path;
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, export_setup, crowd_teardown)
