/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A scan from source to released changes. */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "scanner/algorithms.h"
#include "scanner/clock.h"
#include "scanner/command.h"
#include "scanner/dryrun.h"
#include "scanner/families.h"
#include "scanner/resolvers.h"
#include "scanner/scan_private.h"
#include "scanner/show.h"
#include "scanner/vantages.h"
#include "validate/wire/err.h"

/* Polite by default: at this pace no server sees more of us than of one busy resolver. */
#define ADDRESS_RATE 100
#define ADDRESS_BURST 20
#define ADDRESS_IN_FLIGHT 16
#define TOTAL_RATE 10000
#define TOTAL_IN_FLIGHT 4000
#define UDP_ATTEMPTS 2
#define UDP_TIMEOUT_MS 1500
#define TCP_TIMEOUT_MS 6000

static bool stop_asked;

/* Until the loop has its own; again after it. */
static void on_signal(int number)
{
	if (stop_asked) {
		_exit(128 + number);
	}
	stop_asked = true;
}

static void catch_signals(void)
{
	/* No SA_RESTART: a read that waits for a pipe ends. */
	const struct sigaction action = { .sa_handler = on_signal };
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

bool scan_is_stopped(void)
{
	return stop_asked;
}

/* ---- the walk */

/* In the writer's thread, while the main one is in the loop. */
static bool on_decided(void *user, const struct decision *d, uint64_t case_sequence, struct slice evidence)
{
	struct scan *s = user;
	uint8_t hash[SHA256_OCTETS];
	if (s->json == NULL) {
		return true;
	}
	uint8_t by[SHA256_OCTETS];
	const struct policy *policy = policy_of(&s->policies, &d->child);
	bool hashed = policy_hash(s->crypto, policy, by) == ERR_OK;
	struct show_context context = {
		.policy = policy, .policy_hash = hashed ? by : NULL,
		.run = s->run.number, .sequence = case_sequence, .research = s->run.is_research,
	};
	const struct hash_part part = { .data = evidence.data, .size = evidence.size };
	if (case_sequence != 0 && crypto_sha256_parts(s->crypto, &part, 1, hash) == ERR_OK) {
		context.evidence_hash = hash;
	}
	s->output_error = show_decision_json(s->json, d, &context, stdout);
	return s->output_error == ERR_OK;
}

static void on_progress(void *user, const struct loop_progress *p)
{
	struct scan *s = user;
	char more[96];
	if (p == NULL) {
		progress_end(&s->progress);
		return;
	}
	snprintf(more, sizeof(more), "%" PRIu64 " DS changes, %zu children in flight, %zu wait their turn", p->changes,
		p->in_flight, p->waiting);
	uint64_t total = s->options->only.size > 0 ? 1 : s->generation.delegations;
	progress_show(&s->progress, "walk", s->began_with + p->children, total, more);
}

void scan_fill_walk(const struct scan_options *o, struct walk_options *w)
{
	w->limits.address_rate = o->address_rate > 0 ? o->address_rate : ADDRESS_RATE;
	w->limits.address_burst = ADDRESS_BURST;
	w->limits.address_in_flight = ADDRESS_IN_FLIGHT;
	w->limits.total_rate = o->rate > 0 ? o->rate : TOTAL_RATE;
	w->limits.total_in_flight = TOTAL_IN_FLIGHT;
	limiter_options_children(&w->limits);
	w->probe.allow_special = o->allow_special;
	families_probe(&w->probe.no_ipv4, &w->probe.no_ipv6);
	w->probe.udp_attempts = UDP_ATTEMPTS;
	w->probe.udp_timeout_ms = UDP_TIMEOUT_MS;
	w->probe.tcp_timeout_ms = TCP_TIMEOUT_MS;
}

/* An open run is what the same command goes on with; of a dry run nothing is left. */
static const char *and_then(const struct scan *s, const char *what)
{
	return s->options->dry_run ? "of this dry run nothing is kept" : what;
}

/* The run stays open for those that could not be decided, so that the same command tries them again; a second try that
 * gets no further ends it, or one child could keep the changes of all others from being released. */
static int finish_incomplete(struct scan *s, const struct loop_report *report)
{
	bool again = !(s->resumed && report->progress.children == 0);
	say("%" PRIu64 " children could not be decided: memory or descriptors were short, or their delegation changed meanwhile; %s",
		report->undecided, and_then(s, again ? "the same command tries them again" : "the next run tries them again"));
	int code = again ? EXIT_OK : scan_close_run(s, RUN_PARTIAL);
	return code == EXIT_OK ? EXIT_PARTIAL : code;
}

/* What the brake says goes before what can be mended the next day. */
static int finish_whole(struct scan *s)
{
	int code = scan_close_run(s, RUN_FINISHED);
	if (code != EXIT_OK && code != EXIT_BRAKE) {
		return code;
	}
	int retained = scan_retain(s);
	return code == EXIT_OK ? retained : code;
}

static int finish(struct scan *s, const struct loop_report *report)
{
	if (s->output_error != ERR_OK) {
		say("standard output could not be written; stopped after %" PRIu64 " children, %s", s->run.children,
			and_then(s, "the same command goes on from there and explain tells of those already decided"));
		return EXIT_RUNTIME;
	}
	switch (report->end) {
	case LOOP_FINISHED:
		return finish_whole(s);
	case LOOP_STOPPED:
		say("stopped after %" PRIu64 " children; %s", s->run.children,
			and_then(s, "the same command goes on from there"));
		return EXIT_PARTIAL;
	case LOOP_INCOMPLETE:
		return finish_incomplete(s, report);
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
		.store = s->store, .run = &s->run, .policies = &s->policies,
		.algorithms = s->algorithms, .stop = s->stop,
		.network.hosts = s->hosts, .decided = on_decided, .progress = on_progress, .user = s,
	};
	scan_fill_walk(s->options, &options.walk);
	vantages_fill(s->options->config, &options.walk.probe, &options.network);
	int code = scan_open_run(s);
	if (code != EXIT_OK) {
		return code;
	}
	/* Records on a terminal would run into a line that is rewritten. */
	bool quiet = s->options->quiet || (s->json != NULL && isatty(STDOUT_FILENO) == 1);
	progress_begin(&s->progress, quiet, s->began_with);
	struct loop_report report;
	int ret = loop_run(&options, &report);
	catch_signals();
	progress_end(&s->progress);
	s->run.questions += report.progress.questions;
	if (ret == ERR_FULL || ret == ERR_STORE) {
		return command_store_failed(s->options->db, ret);
	}
	return finish(s, &report);
}

/* ---- the whole */

static void say_counts(const uint64_t counts[RUN_REASONS])
{
	for (size_t i = 0; i < RUN_REASONS; i++) {
		if (counts[i] > 0) {
			fprintf(stderr, "  %10" PRIu64 "  %s\n", counts[i], reason_token((enum reason)i));
		}
	}
}

static void say_summary(const struct scan *s)
{
	if (s->options->quiet) {
		return;
	}
	uint64_t seconds = s->run.ended - s->run.began;
	say("run %" PRIu64 " finished: %" PRIu64 " children in %" PRIu64 " s, %" PRIu64 " DS changes", s->run.number,
		s->run.children, seconds, s->run.changes);
	say_counts(s->run.counts);
	bool warned = false;
	for (size_t i = 0; i < RUN_REASONS && !warned; i++) {
		warned = s->run.warnings[i] > 0;
	}
	if (warned) {
		fputs("warnings beside these outcomes; a child can have several, explain tells of each:\n", stderr);
		say_counts(s->run.warnings);
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
	/* What can be wrong with the clock or the configuration is told before the parent is read. */
	int code = scan_check_clock(s);
	if (code == EXIT_OK) {
		code = algorithms_load(s->options->algorithm_table, s->arena, &s->algorithms);
	}
	if (code == EXIT_OK) {
		code = scan_read_anchors(s);
	}
	if (code == EXIT_OK) {
		vantages_warn(s->options->config);
		code = vantages_check(s->options->config, s->options->allow_special);
	}
	if (code == EXIT_OK) {
		code = choose_resolvers(s);
	}
	if (code == EXIT_OK) {
		code = scan_load(s);
	}
	if (code == EXIT_OK) {
		code = scan_choose_policies(s);
	}
	if (code == EXIT_OK) {
		code = walk(s);
	}
	if (code == EXIT_OK || code == EXIT_BRAKE) {
		say_summary(s);
	}
	return code;
}

int scan_run(const struct scan_options *options)
{
	struct scan s;
	memset(&s, 0, sizeof(s));
	s.options = options;
	s.stop = &stop_asked;
	catch_signals();
	if (options->json) {
		/* A record is there as soon as it is decided, and a reader that went away is noticed with the first one. */
		setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
	}
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
	s.store = command_make_store(dir, &code);
	if (s.store != NULL) {
		code = scan_in(&s);
	}
	served_list_free(&s.served);
	json_free(s.json);
	arena_free(s.arena);
	crypto_free(s.crypto);
	store_close(s.store);
	dryrun_free(copy);
	return code;
}
