/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A scan from source to released changes. */
#include "scanner/scan.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "registry/source/masterview.h"
#include "scanner/clock.h"
#include "scanner/command.h"
#include "scanner/dryrun.h"
#include "scanner/families.h"
#include "scanner/progress.h"
#include "scanner/resolvers.h"
#include "scanner/show.h"
#include "validate/wire/err.h"

/* Polite by default: at this pace no server sees more of us than of one busy resolver. */
#define ADDRESS_RATE 100
#define ADDRESS_BURST 20
#define ADDRESS_IN_FLIGHT 32
#define TOTAL_RATE 10000
#define TOTAL_IN_FLIGHT 4000
#define UDP_ATTEMPTS 2
#define UDP_TIMEOUT_MS 1500
#define TCP_TIMEOUT_MS 6000

struct scan {
	const struct scan_options *options;
	struct store *store;
	struct crypto *crypto;
	struct arena *arena;
	struct json *json;
	struct progress progress;
	struct generation generation;
	struct run run;
	uint64_t began_with;		/* children decided by earlier processes of this run */
	uint8_t policy_hash[SHA256_OCTETS];
	uint64_t skipped_shown;
	int output_error;
	struct address system[ARGUMENT_RESOLVERS];
	struct hosts_options hosts;
};

static bool stop_loading;

static void on_signal(int number)
{
	(void)number;
	stop_loading = true;
}

/* ---- load */

#define SKIPPED_SHOWN_MAX 10

static void on_skip(void *user, const struct source_error *e)
{
	struct scan *s = user;
	if (s->skipped_shown++ >= SKIPPED_SHOWN_MAX) {
		return;
	}
	progress_end(&s->progress);
	if (e->line == 0) {
		say("%s: %s", say_text(e->file), say_text(e->reason)); /* about a delegation, not a line */
	} else {
		say("%s:%" PRIu64 ": %s; the line is skipped", say_text(e->file), e->line, say_text(e->reason));
	}
}

static void on_load_progress(void *user, uint64_t records, bool merging)
{
	struct scan *s = user;
	progress_show(&s->progress, merging ? "store" : "read", records, 0, "");
}

static int say_source_error(const struct source_error *e)
{
	if (e->line > 0) {
		say("%s:%" PRIu64 ": %s", say_text(e->file), e->line, say_text(e->reason));
	} else {
		say("%s: %s", say_text(e->file), say_text(e->reason));
	}
	return EXIT_RUNTIME;
}

/* The source says what happened and in which state the store is; the exit code says whose fault it is. */
static int load_failed(const struct scan *s, int ret, const struct source_error *error)
{
	(void)say_source_error(error);
	if (ret == ERR_CANCELLED) {
		return EXIT_PARTIAL;
	}
	return ret == ERR_FULL || ret == ERR_STORE ? command_store_failed(s->options->db, ret) : EXIT_RUNTIME;
}

static int load(struct scan *s)
{
	struct source *source = NULL;
	struct source_error error = { .file = "" };
	const struct name *origin = s->options->origin.size > 0 ? &s->options->origin : NULL;
	if (source_masterfile(s->options->source, origin, &source, &error) != ERR_OK) {
		return say_source_error(&error);
	}
	progress_begin(&s->progress, s->options->quiet);
	const struct load_options options = {
		.now = clock_unix_s(), .allow_shrink = s->options->allow_shrink, .stop = &stop_loading,
		.progress = on_load_progress, .skip = on_skip, .user = s,
	};
	struct load_report report;
	memset(&report, 0, sizeof(report));
	struct sigaction action = { .sa_handler = on_signal }, old_int, old_term;
	sigaction(SIGINT, &action, &old_int);
	sigaction(SIGTERM, &action, &old_term);
	int ret = load_generation(s->store, s->crypto, source, &options, &report, &error);
	sigaction(SIGINT, &old_int, NULL);
	sigaction(SIGTERM, &old_term, NULL);
	source->ops->free(source);
	progress_end(&s->progress);
	if (ret != ERR_OK) {
		return load_failed(s, ret, &error);
	}
	s->generation = report.generation;
	char name[NAME_TEXT_SIZE];
	name_to_text(&s->generation.origin, name);
	if (!s->options->quiet) {
		say("%s serial %" PRIu32 ": %" PRIu64 " delegations, %" PRIu64 " with DS; generation %" PRIu64
			" (%" PRIu64 " new, %" PRIu64 " changed, %" PRIu64 " gone)", name, s->generation.soa_serial,
			s->generation.delegations, s->generation.secure, s->generation.number, report.added,
			report.changed, report.removed);
	}
	if (report.published > 0 && !s->options->quiet) {
		say("%" PRIu64 " DS changes are now published by the parent", report.published);
	}
	if (s->generation.skipped > 0) {
		say("%" PRIu64 " lines of %s were skipped", s->generation.skipped, say_text(s->options->source));
	}
	return EXIT_OK;
}

/* ---- the run */

static bool resumable(const struct scan *s, const struct run *open)
{
	return open->generation == s->generation.number && name_equal(&open->only, &s->options->only)
		&& memcmp(open->policy, s->policy_hash, SHA256_OCTETS) == 0;
}

static int begin_run(struct scan *s, struct txn *t)
{
	int ret = policy_put(t, s->crypto, s->options->policy, s->policy_hash);
	if (ret != ERR_OK) {
		return ret;
	}
	struct run open;
	ret = run_last_open(t, &s->generation.origin, &open);
	if (ret == ERR_OK && resumable(s, &open)) {
		s->run = open;
		s->began_with = open.children;
		if (!s->options->quiet) {
			say("run %" PRIu64 " is resumed after %" PRIu64 " children", open.number, open.children);
		}
		return ERR_OK;
	}
	if (ret == ERR_OK) {
		ret = run_finish(t, s->crypto, &open, RUN_SUPERSEDED, clock_unix_s());
	}
	if (ret != ERR_OK && ret != ERR_NOTFOUND) {
		return ret;
	}
	memset(&s->run, 0, sizeof(s->run));
	s->run.generation = s->generation.number;
	s->run.origin = s->generation.origin;
	s->run.only = s->options->only;
	s->run.began = clock_unix_s();
	memcpy(s->run.policy, s->policy_hash, SHA256_OCTETS);
	return run_new(t, &s->run);
}

static int check_only(struct scan *s, struct txn *t)
{
	struct delegation d;
	if (s->options->only.size == 0) {
		return EXIT_OK;
	}
	int ret = delegation_get(t, &s->options->only, s->arena, &d);
	if (ret == ERR_OK) {
		return EXIT_OK;
	}
	if (ret != ERR_NOTFOUND) {
		return command_store_failed(s->options->db, ret);
	}
	char name[NAME_TEXT_SIZE];
	name_to_text(&s->options->only, name);
	say("%s is not delegated in %s; --only takes a child of this parent", name, say_text(s->options->source));
	return EXIT_RUNTIME;
}

static int open_run(struct scan *s)
{
	struct txn *t = NULL;
	int ret = txn_begin(s->store, STORE_WRITE, &t);
	if (ret != ERR_OK) {
		return command_store_failed(s->options->db, ret);
	}
	int code = check_only(s, t);
	if (code != EXIT_OK) {
		txn_abort(t);
		return code;
	}
	ret = begin_run(s, t);
	if (ret != ERR_OK) {
		txn_abort(t);
		return command_store_failed(s->options->db, ret);
	}
	ret = txn_commit(t);
	return ret == ERR_OK ? EXIT_OK : command_store_failed(s->options->db, ret);
}

static int close_run(struct scan *s)
{
	struct txn *t = NULL;
	int ret = txn_begin(s->store, STORE_WRITE, &t);
	if (ret == ERR_OK) {
		ret = run_finish(t, s->crypto, &s->run, RUN_FINISHED, clock_unix_s());
		if (ret != ERR_OK) {
			txn_abort(t);
		} else {
			ret = txn_commit(t);
		}
	}
	return ret == ERR_OK ? EXIT_OK : command_store_failed(s->options->db, ret);
}

/* ---- the walk */

static void on_decided(void *user, const struct decision *d, uint64_t case_sequence)
{
	struct scan *s = user;
	if (s->json == NULL || s->output_error != ERR_OK) {
		return;
	}
	const struct show_context context = {
		.policy = s->options->policy->name, .policy_hash = s->policy_hash,
		.run = s->run.number, .sequence = case_sequence,
	};
	s->output_error = show_decision_json(s->json, d, &context, stdout);
}

static void on_progress(void *user, const struct loop_progress *p)
{
	struct scan *s = user;
	char more[96];
	snprintf(more, sizeof(more), "%" PRIu64 " DS changes, %zu children in flight, %zu questions wait their turn",
		p->changes, p->in_flight, p->waiting);
	uint64_t total = s->options->only.size > 0 ? 1 : s->generation.delegations;
	progress_show(&s->progress, "walk", s->began_with + p->children, total, more);
}

static void fill_walk(const struct scan_options *o, struct walk_options *w)
{
	w->limits.address_rate = o->address_rate > 0 ? o->address_rate : ADDRESS_RATE;
	w->limits.address_burst = ADDRESS_BURST;
	w->limits.address_in_flight = ADDRESS_IN_FLIGHT;
	w->limits.total_rate = o->rate > 0 ? o->rate : TOTAL_RATE;
	w->limits.total_in_flight = TOTAL_IN_FLIGHT;
	w->probe.allow_special = o->allow_special;
	families_probe(&w->probe.no_ipv4, &w->probe.no_ipv6);
	w->probe.udp_attempts = UDP_ATTEMPTS;
	w->probe.udp_timeout_ms = UDP_TIMEOUT_MS;
	w->probe.tcp_timeout_ms = TCP_TIMEOUT_MS;
}

static int read_anchors(struct scan *s)
{
	struct record *anchors = NULL;
	struct source_error error = { .file = "" };
	if (s->options->trust_anchor == NULL) {
		return EXIT_OK;
	}
	if (masterview_read_anchors(s->options->trust_anchor, s->arena, &anchors, &s->hosts.anchor_count, &error) != ERR_OK) {
		(void)say_source_error(&error);
		return EXIT_CONFIG;
	}
	s->hosts.anchors = anchors;
	return EXIT_OK;
}

static int finish(struct scan *s, const struct loop_report *report)
{
	if (s->output_error != ERR_OK) {
		say("standard output could not be written; the decisions are in %s", say_text(s->options->db));
		return EXIT_RUNTIME;
	}
	switch (report->end) {
	case LOOP_FINISHED:
		return close_run(s);
	case LOOP_STOPPED:
		say("stopped after %" PRIu64 " children; the same command goes on from there", s->run.children);
		return EXIT_PARTIAL;
	case LOOP_INCOMPLETE:
		say("%" PRIu64 " children could not be asked for want of memory or descriptors; the same command tries them again",
			report->undecided);
		return EXIT_PARTIAL;
	case LOOP_FAILED:
		break;
	}
	say("%s", report->why);
	return EXIT_RUNTIME;
}

/* Given ones, or the system's; one must answer before anything is believed about name servers. */
static int choose_resolvers(struct scan *s)
{
	s->hosts.upstreams = s->options->resolvers;
	s->hosts.upstream_count = s->options->resolver_count;
	if (s->hosts.upstream_count == 0) {
		s->hosts.upstreams = s->system;
		if (!resolvers_system(s->system, &s->hosts.upstream_count)) {
			return EXIT_CONFIG;
		}
	}
	return resolvers_answer(s->hosts.upstreams, s->hosts.upstream_count) ? EXIT_OK : EXIT_RUNTIME;
}

static int walk(struct scan *s)
{
	struct loop_options options = {
		.store = s->store, .run = &s->run, .policy = s->options->policy,
		.algorithms = algorithm_table_builtin(),
		.hosts = s->hosts, .decided = on_decided, .progress = on_progress, .user = s,
	};
	fill_walk(s->options, &options.walk);
	int code = open_run(s);
	if (code != EXIT_OK) {
		return code;
	}
	progress_begin(&s->progress, s->options->quiet);
	struct loop_report report;
	int ret = loop_run(&options, &report);
	progress_end(&s->progress);
	if (ret == ERR_FULL || ret == ERR_STORE) {
		return command_store_failed(s->options->db, ret);
	}
	return finish(s, &report);
}

/* ---- the whole */

static void say_summary(const struct scan *s)
{
	if (s->options->quiet) {
		return;
	}
	uint64_t seconds = s->run.ended - s->run.began;
	say("run %" PRIu64 " finished: %" PRIu64 " children in %" PRIu64 " s, %" PRIu64 " DS changes", s->run.number,
		s->run.children, seconds, s->run.changes);
	for (size_t i = 0; i < RUN_REASONS; i++) {
		if (s->run.counts[i] > 0) {
			fprintf(stderr, "  %10" PRIu64 "  %s\n", s->run.counts[i], reason_token((enum reason)i));
		}
	}
}

static int scan_in(struct scan *s)
{
	char why[256];
	s->crypto = crypto_new();
	s->arena = arena_new();
	s->json = s->options->json ? json_new() : NULL;
	if (s->crypto == NULL || s->arena == NULL || (s->options->json && s->json == NULL)) {
		say("not enough memory, or OpenSSL's default provider is missing");
		return EXIT_RUNTIME;
	}
	if (store_lock_walk(s->store, why) != ERR_OK) {
		say("%s", say_text(why));
		return EXIT_STORE;
	}
	/* What can be wrong with the configuration is told before the parent is read. */
	int code = read_anchors(s);
	if (code == EXIT_OK) {
		code = choose_resolvers(s);
	}
	if (code == EXIT_OK) {
		code = load(s);
	}
	if (code == EXIT_OK) {
		code = walk(s);
	}
	if (code == EXIT_OK) {
		say_summary(s);
	}
	return code;
}

int scan_run(const struct scan_options *options)
{
	struct scan s;
	memset(&s, 0, sizeof(s));
	s.options = options;
	struct dryrun *copy = NULL;
	int code = EXIT_OK;
	const char *dir = options->db;
	if (options->dry_run) {
		copy = dryrun_new(options->db, &code);
		if (copy == NULL) {
			return code;
		}
		dir = dryrun_dir(copy);
	}
	s.store = command_open_store(dir, STORE_WRITE, &code);
	if (s.store != NULL) {
		code = scan_in(&s);
	}
	json_free(s.json);
	arena_free(s.arena);
	crypto_free(s.crypto);
	store_close(s.store);
	dryrun_free(copy);
	return code;
}
