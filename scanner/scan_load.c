/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The first half of a scan: the parent into the store. */
#include "scanner/scan_private.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "scanner/clock.h"
#include "scanner/command.h"
#include "scanner/loop_names.h"
#include "scanner/policy_values.h"
#include "scanner/show.h"
#include "validate/wire/err.h"

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
		say("%s:%" PRIu64 ": %s; the %s is skipped", say_text(e->file), e->line, say_text(e->reason),
			source_unit(&s->options->source));
	}
}

static void on_load_progress(void *user, uint64_t records, bool merging)
{
	struct scan *s = user;
	progress_show(&s->progress, merging ? "store" : "read", records, 0, "");
}

static void say_loaded(const struct scan *s, const struct load_report *report)
{
	const struct generation *g = &s->generation;
	char name[NAME_TEXT_SIZE];
	char serial[24] = "";
	if (report->not_read && !s->options->quiet) {
		name_to_text(&g->origin, name);
		say("%s serial %" PRIu32 " is what the store has: nothing was transferred; %" PRIu64 " delegations, generation %" PRIu64,
			name, g->soa_serial, g->delegations, g->number);
	} else if (!s->options->quiet) {
		name_to_text(&g->origin, name);
		if (g->soa_serial != 0) {
			snprintf(serial, sizeof(serial), " serial %" PRIu32, g->soa_serial);
		}
		say("%s%s: %" PRIu64 " delegations, %" PRIu64 " with DS; generation %" PRIu64
			" (%" PRIu64 " new, %" PRIu64 " changed, %" PRIu64 " gone)", name, serial, g->delegations, g->secure,
			g->number, report->added, report->changed, report->removed);
	}
	if (report->changes.published > 0 && !s->options->quiet) {
		say("%" PRIu64 " DS changes are now published by the parent", report->changes.published);
	}
	if (report->changes.voided > 0 && !s->options->quiet) {
		say("%" PRIu64 " DS changes are void: somebody else has changed their delegations", report->changes.voided);
	}
	if (report->forgotten > 0 && !s->options->quiet) {
		say("%" PRIu64 " children that have been gone for 90 days are forgotten", report->forgotten);
	}
	if (g->skipped > 0) {
		say("%" PRIu64 " %ss of %s were skipped", g->skipped, source_unit(&s->options->source),
			say_text(s->options->source.path));
	}
}

/* the walk goes on, for there is much to be learnt of an old zone; but what is decided by it was true then. */
static void say_old(const struct scan *s, const struct load_report *report)
{
	const char *path = say_text(s->options->source.path);
	const char *then = "what this scan decides is marked research, and none of its DS changes goes out before one of a newer source "
		"confirms it";
	char written[24];
	char age[DURATION_TEXT];
	value_duration_text(s->options->source.max_age_s, age);
	if (report->is_expired) {
		say("the signatures over the SOA of %s have expired, so it is no zone of now: %s", path, then);
	} else if (report->written == 0) {
		say("no source is young enough for a --source-max-age of %s: %s", age, then);
	} else {
		say("%s was written %s, which is further from now than --source-max-age, %s: %s", path,
			show_time(report->written, written), age, then);
	}
}

/* The source says what happened and in which state the store is; the exit code says whose fault it is. */
static int load_failed(const struct scan *s, int ret, const struct source_error *error)
{
	say_source_error(error);
	if (ret == ERR_CANCELLED) {
		return EXIT_PARTIAL;
	}
	return ret == ERR_FULL || ret == ERR_STORE ? command_store_failed(s->options->db, ret) : EXIT_RUNTIME;
}

void scan_fill_parent(const struct scan *s, struct loop_parent_options *out)
{
	struct walk_options walk = { .limits.address_rate = 0 };
	scan_fill_walk(s->options, &walk);
	*out = (struct loop_parent_options){
		.name = s->options->source.path, .place = s->options->source, .work_dir = store_dir(s->store), .hosts = s->hosts, .limits = walk.limits,
		.stop = s->stop, .allow_special = walk.probe.allow_special, .no_ipv4 = walk.probe.no_ipv4, .no_ipv6 = walk.probe.no_ipv6,
		.timeout_ms = walk.probe.tcp_timeout_ms,
	};
	out->place.origin = s->generation.origin.size > 0 ? s->generation.origin : out->place.origin;
}

static int open_source(struct scan *s, struct source **out, struct source_error *error)
{
	int ret = source_open(&s->options->source, out, error);
	if (ret != ERR_NOTFOUND) {
		return ret;
	}
	struct loop_parent_options options;
	scan_fill_parent(s, &options);
	return loop_names_source(&options, out, error);
}

int scan_load(struct scan *s)
{
	struct source *source = NULL;
	struct source_error error = { .file = "" };
	if (open_source(s, &source, &error) != ERR_OK) {
		if (*s->stop) {
			say("stopped before anything of %s was read", say_text(s->options->source.path));
			return EXIT_PARTIAL;
		}
		say_source_error(&error);
		return EXIT_RUNTIME;
	}
	progress_begin(&s->progress, s->options->quiet, 0);
	uint64_t now = clock_unix_s();
	const struct load_options options = {
		.now = now, .max_age_s = s->options->source.max_age_s, .forget_by = scan_clock_to_remove_by(s->options->clock, now), .allow_shrink = s->options->allow_shrink,
		.allow_reregistration = s->options->allow_reregistration, .stop = s->stop,
		.progress = on_load_progress, .skip = on_skip, .user = s,
	};
	struct load_report report;
	memset(&report, 0, sizeof(report));
	int ret = load_generation(s->store, s->crypto, source, &options, &report, &error);
	source->ops->free(source);
	progress_end(&s->progress);
	if (ret != ERR_OK) {
		return load_failed(s, ret, &error);
	}
	s->generation = report.generation;
	s->is_research = !report.is_young;
	say_loaded(s, &report);
	if (s->is_research) {
		say_old(s, &report);
	}
	return EXIT_OK;
}
