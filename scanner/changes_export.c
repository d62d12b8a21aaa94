/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cdswalk changes export: one sink, once or for as long as it is wanted. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "registry/store/baseline.h"
#include "scanner/arguments.h"
#include "scanner/changes.h"
#include "scanner/clock.h"
#include "scanner/command.h"
#include "scanner/export.h"
#include "validate/wire/err.h"

/* The journal is looked at so often while it is followed. */
#define LOOK_MS 500
/* All changes are, now and then: the parent may have been read again, and the target may know more. */
#define SWEEP_S 60
#define POLL_S 5
/* No wait is longer, nor the pause that a target wants between two looks. */
#define AWAY_MAX_S 300

/* ---- signals: they stay blocked while the sink works, so that no wait of its ends half-way */

static sigset_t stop_signals(void)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	return set;
}

static bool never(void)
{
	return false;
}

static bool is_stopped(void)
{
	sigset_t pending;
	return sigpending(&pending) == 0 && (sigismember(&pending, SIGTERM) == 1 || sigismember(&pending, SIGINT) == 1);
}

/* True: a signal came. */
static bool wait_ms(uint32_t ms)
{
	const sigset_t set = stop_signals();
	const struct timespec t = { .tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000 };
	return sigtimedwait(&set, NULL, &t) > 0;
}

/* ---- which sink */

static const struct sink_ops *find_kind(const char *name)
{
	for (const struct sink_ops *const *s = sink_list(); *s != NULL; s++) {
		if (strcmp((*s)->name, name) == 0) {
			return *s;
		}
	}
	return NULL;
}

/* One of the configuration by its name, or a kind by itself. */
static int find_sink(struct export *e, const char *name, const struct config *config)
{
	const struct config_sink *s = config == NULL ? NULL : config_sink(config, name);
	e->name = name;
	e->ops = find_kind(s == NULL ? name : s->kind);
	if (e->ops == NULL) {
		say("no sink is called %s; %s", say_text(name), config == NULL ? "--config names a file with sinks" :
			"the configuration has none of that name");
		struct sink *none;
		(void)sink_new(name, &e->sink_options, &none, e->why);
		say("%s", say_text(e->why));
		return EXIT_USAGE;
	}
	e->is_record = s == NULL || s->is_record;
	if (e->ops->only_of_record && !e->is_record) {
		say("%s: %s writes what the sink of record has handed over, and only that one can: record: yes", name, e->ops->name);
		return EXIT_USAGE;
	}
	e->sink_options = (struct sink_options){ .target = e->options->target, .dry_run = e->options->dry_run, .why = e->why,
		.done = export_done, .user = e, .each_ds = export_each_ds };
	if (s != NULL) {
		e->sink_options.file = config->file;
		e->sink_options.settings = s->settings;
		e->sink_options.setting_count = s->setting_count;
		e->sink_options.target = e->options->target != NULL ? e->options->target : s->target;
	}
	if (e->options->dry_run && e->sink_options.target != NULL && !e->ops->has_answers) {
		if (e->options->target != NULL) {
			say("--dry-run writes no files; leave --to out to see on standard output what would go");
			return EXIT_USAGE;
		}
		e->sink_options.target = NULL;
	}
	return EXIT_OK;
}

/* ---- whose answers the journal has */

static int take_over(struct export *e, struct txn *t, bool write)
{
	const struct changes_options *o = e->options;
	const struct operator_order order = { .who = o->who, .why = o->why, .now = e->now };
	const char *fault = operator_order_fault(&order);
	if (fault != NULL) {
		say("--take-over: %s; use --who NAME and --why TEXT", fault);
		return ERR_ARG;
	}
	return write ? sink_take_over(t, e->crypto, e->name, &order) : ERR_OK;
}

static int refuse_second(const struct export *e, const struct sink_of_record *r)
{
	char since[24] = "";
	struct tm tm;
	time_t when = (time_t)r->since;
	if (gmtime_r(&when, &tm) != NULL) {
		(void)strftime(since, sizeof(since), "%Y-%m-%dT%H:%M:%SZ", &tm);
	}
	say("%s is the sink of record of this store since %s, and two would send the same changes twice", r->name, since);
	say("%s may read along (record: no in its configuration), or take its place for good: --take-over --who NAME --why TEXT",
		e->name);
	return ERR_ARG;
}

/* Is it this one, and if there is none yet: may it become so? */
static int check_record(struct export *e, bool write)
{
	struct sink_of_record r;
	struct txn *t = NULL;
	int ret = txn_begin(e->store, write ? STORE_WRITE : STORE_READ, &t);
	ret = ret == ERR_OK ? sink_of_record_get(t, &r) : ret;
	if (ret == ERR_NOTFOUND) {
		r = (struct sink_of_record){ .since = e->now };
		snprintf(r.name, sizeof(r.name), "%s", e->name);
		ret = write ? sink_of_record_put(t, &r) : ERR_OK;
	} else if (ret == ERR_OK && strcmp(r.name, e->name) != 0) {
		ret = !e->options->take_over ? refuse_second(e, &r) : take_over(e, t, write);
	}
	return export_commit(t, ret);
}

/* ---- rounds */

static void begin_round(struct export *e)
{
	e->now = clock_unix_s();
	e->next_due = UINT64_MAX;
	e->handed_count = 0;
	e->first_open = 0;
	e->result_count = 0;
	e->error = ERR_OK;
	e->is_notes_error = false;
	e->is_hopeless = false;
	e->rest_s = 0;
	e->counts = (struct export_counts){ .exported = 0 };
	e->origin.size = 0;
	e->why[0] = '\0';
}

/* The parents of the store. */
static int find_zones(struct export *e)
{
	struct txn *t = NULL;
	struct name after = { .size = 0 };
	struct generation g;
	size_t room = 0;
	int ret = txn_begin(e->store, STORE_READ, &t);
	e->sink_options.zone_count = 0;
	while (ret == ERR_OK && (ret = generation_next(t, &after, &g)) == ERR_OK) {
		size_t count = e->sink_options.zone_count;
		struct name *more = count < room ? e->zones : realloc(e->zones, (room = 2 * room + 1) * sizeof(*more));
		if (more == NULL) {
			ret = ERR_NOMEM;
			break;
		}
		e->sink_options.zones = e->zones = more;
		e->zones[count] = after = g.origin;
		e->sink_options.zone_count++;
	}
	txn_abort(t);
	return ret == ERR_NOTFOUND ? ERR_OK : ret;
}

/* ROUND_OK and *code: it cannot be done at all. */
static enum round round_of(struct export *e, int *code)
{
	begin_round(e);
	e->error = find_zones(e);
	*code = EXIT_OK;
	if (e->error != ERR_OK) {
		return ROUND_STORE;
	}
	/* First, so that a target that cannot be written claims nothing. */
	int ret = sink_new(e->ops->name, &e->sink_options, &e->sink, e->why);
	if (ret == ERR_ARG || ret == ERR_CONFLICT || ret == ERR_BUSY) {
		say("%s", say_text(e->why));
		*code = ret == ERR_ARG ? EXIT_USAGE : EXIT_RUNTIME;
		return ROUND_OK;
	}
	if (ret != ERR_OK) {
		return export_note_round(e, ROUND_SINK);
	}
	if (e->is_record && !e->options->dry_run) {
		e->error = check_record(e, true);
	}
	if (e->error != ERR_OK) {
		(void)e->sink->ops->finish(e->sink, true);
		return ROUND_STORE;
	}
	return export_note_round(e, e->is_record ? export_record(e) : export_along(e));
}

static int report(const struct export *e, bool is_quiet)
{
	const struct export_counts *n = &e->counts;
	const char *dry = e->options->dry_run ? " without noting it" : "";
	uint64_t stale = n->stale + n->moved;
	uint64_t open = n->waiting + n->refused + n->conflicts;
	bool is_empty = n->exported + n->applied + n->taken + open + stale + n->unfit == 0;
	if (is_empty && is_quiet) {
		return EXIT_OK;
	}
	if (e->ops->has_answers) {
		say("%" PRIu64 " DS changes applied%s, %" PRIu64 " sent, %" PRIu64 " wait, %" PRIu64 " met something else, %" PRIu64
			" refused, %" PRIu64 " not fresh", n->applied, dry, n->taken, n->waiting, n->conflicts, n->refused, stale);
	} else {
		say("%" PRIu64 " DS changes exported%s, %" PRIu64 " not fresh", n->exported, dry, stale);
	}
	if (n->barred > 0) {
		say("%" PRIu64 " DS changes have a barrier before them by now, and wait for a scan that confirms them", n->barred);
	}
	if (n->frozen > 0) {
		say("%" PRIu64 " DS changes wait for the end of a freeze of the policy, and then for a scan that confirms them", n->frozen);
	}
	if (n->unfit > 0) {
		say("%" PRIu64 " DS changes cannot be written by this sink; use another", n->unfit);
	}
	return open + n->unfit == 0 ? EXIT_OK : EXIT_RUNTIME;
}

static int store_failed(const struct export *e)
{
	return command_store_failed(e->is_notes_error ? store_dir(e->notes) : e->options->db, e->error);
}

static int once(struct export *e)
{
	int code;
	enum round round = round_of(e, &code);
	if (code != EXIT_OK) {
		return code;
	}
	if (round == ROUND_STORE) {
		return store_failed(e);
	}
	if (round == ROUND_SINK) {
		bool goes_on = e->ops->has_answers || e->counts.exported > 0;
		say("%s; %s", e->why[0] == '\0' ? "the sink failed" : say_text(e->why),
			e->is_hopeless ? "put that right first" : goes_on ? "the same command goes on from there" :
			"nothing was marked as sent, the same command exports it again");
		if (goes_on) {
			(void)report(e, true);
		}
	}
	return round == ROUND_SINK ? EXIT_RUNTIME : report(e, false);
}

/* ---- to keep going */

uint64_t export_head(struct export *e)
{
	struct txn *t = NULL;
	uint64_t sequence = 0;
	uint8_t hash[SHA256_OCTETS];
	int ret = txn_begin(e->store, STORE_READ, &t);
	if (ret == ERR_OK) {
		(void)journal_head(t, &sequence, hash);
	}
	txn_abort(t);
	return sequence;
}

struct following {
	uint64_t head;			/* when it was looked last */
	uint64_t look_at;		/* again then, whatever the head */
	unsigned away;			/* rounds in a row that the sink failed in */
	uint64_t try_at;		/* steady milliseconds: not before then */
};

static bool is_due(struct export *e, struct following *f)
{
	uint64_t head = export_head(e);
	uint64_t now = clock_unix_s();
	if (f->away > 0) {
		return clock_steady_ms() >= f->try_at;
	}
	/* Further off than it was ever set: the clock has gone back. */
	if (head == f->head && now < f->look_at && f->look_at - now <= AWAY_MAX_S) {
		return false;
	}
	begin_round(e);
	bool yes = e->is_record ? export_record_is_due(e) : export_along_is_due(e);
	uint64_t sweep = now + (e->ops->poll == NULL ? SWEEP_S : e->ops->poll_pause_s > POLL_S ? e->ops->poll_pause_s : POLL_S);
	f->head = head;
	f->look_at = e->next_due < sweep ? e->next_due : sweep;
	return yes;
}

/* Said once, and once more when it is over. */
static void note_end(struct export *e, struct following *f, enum round round)
{
	if (round != ROUND_SINK) {
		if (f->away > 0) {
			say("%s: the target answers again", e->name);
		}
		f->away = 0;
		return;
	}
	if (e->is_hopeless) {
		say("%s: %s", e->name, say_text(e->why));
	} else if (f->away == 0) {
		say("%s: %s; it is tried again until it answers", e->name, e->why[0] == '\0' ? "the sink failed" : say_text(e->why));
	}
	f->away += f->away < 16;
	uint64_t delay = f->away > 9 ? AWAY_MAX_S : UINT64_C(1) << (f->away - 1);
	delay = delay < AWAY_MAX_S ? delay : AWAY_MAX_S;
	f->try_at = clock_steady_ms() + 1000 * (delay > e->rest_s ? delay : e->rest_s);
}

static int follow(struct export *e)
{
	const sigset_t set = stop_signals();
	struct following f = { .away = 0 };
	sigset_t before;
	int code = EXIT_OK;
	sigprocmask(SIG_BLOCK, &set, &before);
	e->is_stopped = is_stopped;
	while (code == EXIT_OK && !is_stopped()) {
		if (is_due(e, &f)) {
			enum round round = round_of(e, &code);
			if (code == EXIT_OK && round == ROUND_STORE) {
				code = store_failed(e);
			} else if (code == EXIT_OK) {
				note_end(e, &f, round);
				(void)report(e, true);
				code = e->is_hopeless ? EXIT_RUNTIME : EXIT_OK;
			}
		}
		if (code == EXIT_OK && wait_ms(LOOK_MS)) {
			break;
		}
	}
	while (is_stopped() && wait_ms(0)) {
		/* what is asked for is done */
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	return code;
}

/* ---- the command */

/* Two exports to one sink would each take what the other has claimed for what was left over, and send it twice; so would two
 * of record. The lock goes with the process. */
static int lock_exports(struct export *e)
{
	char path[4096];
	int size = snprintf(path, sizeof(path), "%s%s%s/export.lock", e->options->db, e->is_record ? "" : "/sinks/",
		e->is_record ? "" : e->name);
	if (size < 0 || size >= (int)sizeof(path)) {
		say("%s: the name is too long", say_text(e->options->db));
		return EXIT_STORE;
	}
	e->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (e->lock < 0) {
		say("%s cannot be opened: %s", say_text(path), strerror(errno));
		return EXIT_STORE;
	}
	if (flock(e->lock, LOCK_EX | LOCK_NB) != 0) {
		say("%s: another export is running; wait until it has ended", say_text(e->options->db));
		return EXIT_STORE;
	}
	return EXIT_OK;
}

static int open_notes(struct export *e)
{
	bool dry = e->options->dry_run;
	int ret = sinkdb_open(e->store, e->name, dry ? STORE_READ : STORE_WRITE, &e->notes, e->why);
	if (ret == ERR_OK || (dry && ret == ERR_NOTFOUND)) {
		return EXIT_OK;
	}
	say("%s", say_text(e->why));
	return EXIT_STORE;
}

/* nothing goes out before somebody has compared. */
static bool is_baseline(struct export *e)
{
	struct txn *t = NULL;
	bool yes = txn_begin(e->store, STORE_READ, &t) == ERR_OK && baseline_is_on(t);
	txn_abort(t);
	if (yes) {
		say("the store only records until its baseline is accepted (cdswalk db baseline); nothing is exported");
	}
	return yes;
}

static int export_opened(struct export *e)
{
	if (e->is_record && check_record(e, false) != ERR_OK) {
		return EXIT_USAGE;
	}
	int code = open_notes(e);
	if (code == EXIT_OK && !e->options->dry_run) {
		code = lock_exports(e);
	}
	if (code != EXIT_OK || is_baseline(e)) {
		return code;
	}
	return e->options->follow ? follow(e) : once(e);
}

static int export_with(struct export *e)
{
	int code;
	e->store = command_open_store(e->options->db, e->options->dry_run ? STORE_READ : STORE_WRITE, &code);
	if (e->store == NULL) {
		return code;
	}
	e->crypto = crypto_new();
	e->arena = arena_new();
	if (e->crypto == NULL || e->arena == NULL) {
		say("not enough memory, or OpenSSL's default provider is missing");
		code = EXIT_RUNTIME;
	} else {
		e->now = clock_unix_s();
		code = export_opened(e);
	}
	if (e->lock >= 0) {
		close(e->lock);
	}
	free(e->handed);
	free(e->zones);
	arena_free(e->arena);
	crypto_free(e->crypto);
	store_close(e->notes);
	store_close(e->store);
	return code;
}

int changes_export(const struct changes_options *o, const char *sink)
{
	struct arena *arena = arena_new();
	struct export *e = calloc(1, sizeof(*e));
	struct config config;
	int code = EXIT_OK;
	if (arena == NULL || e == NULL) {
		say("%s", err_text(ERR_NOMEM));
		code = EXIT_RUNTIME;
	} else if (o->config != NULL) {
		code = config_load(o->config, arena, &config);
	}
	if (code == EXIT_OK) {
		e->options = o;
		e->lock = -1;
		e->is_stopped = never;
		code = find_sink(e, sink, o->config == NULL ? NULL : &config);
	}
	if (code == EXIT_OK && o->follow && o->dry_run) {
		say("--follow keeps going, --dry-run only looks: give one of them");
		code = EXIT_USAGE;
	}
	code = code == EXIT_OK ? export_with(e) : code;
	free(e);
	arena_free(arena);
	return code;
}
