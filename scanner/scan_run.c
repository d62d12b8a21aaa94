/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The run of a scan: resumed if one was interrupted over the same generation, else begun; and ended. */
#include "scanner/scan_private.h"

#include <inttypes.h>
#include <string.h>

#include "registry/store/baseline.h"
#include "scanner/arrivals.h"
#include "scanner/clock.h"
#include "scanner/command.h"
#include "validate/wire/err.h"

enum fate { FATE_LEFT = 0, FATE_RESUMED, FATE_SUPERSEDED };

/* What becomes of an open run of this parent. A look at one child does not end a run over all of them that was
 * interrupted; a run over all of them contains every look at one. */
static enum fate fate_of(const struct scan *s, const struct run *open)
{
	if (open->generation != s->generation.number) {
		return FATE_SUPERSEDED;
	}
	if (name_equal(&open->only, &s->options->only)) {
		bool same = memcmp(open->policy, s->policy_hash, SHA256_OCTETS) == 0
			&& memcmp(open->table, s->table_hash, SHA256_OCTETS) == 0
			&& open->is_research == s->is_research;
		return same && s->run.number == 0 ? FATE_RESUMED : FATE_SUPERSEDED;
	}
	return s->options->only.size == 0 ? FATE_SUPERSEDED : FATE_LEFT;
}

static int settle_open(struct scan *s, struct txn *t, struct run *open)
{
	switch (fate_of(s, open)) {
	case FATE_RESUMED:
		s->run = *open;
		s->resumed = true;
		s->began_with = open->children;
		return ERR_OK;
	case FATE_SUPERSEDED:
		/* Nobody was asked for its changes: what needs that waits for this run. */
		open->dns = s->options->source.server_count > 0 ? &s->served : NULL;
		return run_finish(t, s->crypto, open, RUN_SUPERSEDED, clock_unix_s());
	case FATE_LEFT:
		break;
	}
	return ERR_OK;
}

static int settle_all_open(struct scan *s, struct txn *t)
{
	struct run r;
	int ret = run_last(t, &r);
	while (ret == ERR_OK) {
		uint64_t number = r.number;
		if (r.state == RUN_OPEN && name_equal(&r.origin, &s->generation.origin)) {
			ret = settle_open(s, t, &r);
		}
		if (ret == ERR_OK) {
			ret = run_previous(t, number, &r);
		}
	}
	return ret == ERR_NOTFOUND ? ERR_OK : ret;
}

static int begin_baseline(struct scan *s, struct txn *t)
{
	struct run last;
	bool records = s->options->first_run_records || s->options->config->store.first_run_records;
	int ret = records ? run_last(t, &last) : ERR_OK;
	return ret == ERR_NOTFOUND ? baseline_begin(t, BASELINE_FIRST_RUN, clock_unix_s()) : ret;
}

static int begin_run(struct scan *s, struct txn *t)
{
	int ret = begin_baseline(s, t);
	ret = ret != ERR_OK ? ret : policy_put(t, s->crypto, s->policies.policy, s->run.limits);
	if (ret == ERR_OK) {
		ret = policy_set_hash(s->crypto, &s->policies, s->arena, s->policy_hash);
	}
	if (ret == ERR_OK) {
		ret = table_put(t, s->crypto, s->algorithms, s->table_hash);
	}
	if (ret == ERR_OK) {
		ret = settle_all_open(s, t);
	}
	if (ret != ERR_OK || s->resumed) {
		return ret;
	}
	s->run.generation = s->generation.number;
	s->run.origin = s->generation.origin;
	s->run.only = s->options->only;
	s->run.is_research = s->is_research;
	s->run.began = clock_unix_s();
	memcpy(s->run.policy, s->policy_hash, SHA256_OCTETS);
	memcpy(s->run.table, s->table_hash, SHA256_OCTETS);
	return run_new(t, &s->run);
}

static int find_only(struct scan *s, struct txn *t, bool *found)
{
	const struct name *only = &s->options->only;
	struct delegation d;
	struct generation g;
	*found = only->size == 0;
	if (*found) {
		return ERR_OK;
	}
	int ret = delegation_get(t, only, s->arena, &d);
	if (ret == ERR_OK) {
		ret = generation_of_child(t, only, &g);
	}
	*found = ret == ERR_OK && name_equal(&g.origin, &s->generation.origin);
	return ret == ERR_NOTFOUND ? ERR_OK : ret;
}

static int open_in(struct scan *s, struct txn *t, int *ret)
{
	bool found = false;
	*ret = find_only(s, t, &found);
	if (*ret == ERR_OK && !found) {
		char name[NAME_TEXT_SIZE];
		name_to_text(&s->options->only, name);
		say("%s is not delegated in %s; --only takes a child of this parent", name, say_text(s->options->source.path));
		return EXIT_RUNTIME;
	}
	if (*ret == ERR_OK) {
		*ret = begin_run(s, t);
	}
	return EXIT_OK;
}

int scan_open_run(struct scan *s)
{
	struct txn *t = NULL;
	int code = EXIT_OK;
	int ret = txn_begin(s->store, STORE_WRITE, &t);
	if (ret == ERR_OK) {
		code = open_in(s, t, &ret);
		if (ret == ERR_OK && code == EXIT_OK) {
			ret = txn_commit(t);
		} else {
			txn_abort(t);
		}
	}
	if (ret != ERR_OK) {
		return command_store_failed(s->options->db, ret);
	}
	if (code == EXIT_OK && s->resumed && !s->options->quiet) {
		say("run %" PRIu64 " is resumed after %" PRIu64 " children", s->run.number, s->began_with);
	}
	return code;
}

/* Who is held, by how much and how to go on is the business of status: it tells at any time. */
static int say_held(const struct scan *s)
{
	if (s->run.frozen > 0) {
		say("%" PRIu64 " DS changes wait for the end of a freeze of the policy, and then for another scan that confirms them",
			s->run.frozen);
	}
	if (s->run.recorded > 0) {
		say("%" PRIu64 " DS changes are only recorded: the store is in its baseline; cdswalk db baseline tells why and how to go on",
			s->run.recorded);
	}
	if (s->run.aged > 0) {
		say("%" PRIu64 " DS changes wait for a scan of a source that is young enough, and go out when that confirms them",
			s->run.aged);
	}
	if (s->run.served > 0) {
		say("%" PRIu64 " first DS sets are held: the parent's servers serve one already where the list of the registry has none",
			s->run.served);
	}
	if (s->run.unproven > 0) {
		say("%" PRIu64 " first DS sets are held: that there is none yet was not proved, since the parent's servers or the resolvers could not be "
			"asked or did not agree; the next scan asks again", s->run.unproven);
	}
	if (s->run.braked == 0) {
		return EXIT_OK;
	}
	say("the brake holds %" PRIu64 " DS changes: none of them goes out until somebody has looked; cdswalk status tells whose they "
		"are and how to go on", s->run.braked);
	return EXIT_BRAKE;
}

static int say_late(const struct scan *s)
{
	struct txn *t = NULL;
	uint64_t counts[ARRIVALS] = { 0 };
	int ret = txn_begin(s->store, STORE_READ, &t);
	ret = ret == ERR_OK ? arrival_count(t, &s->run.origin, counts) : ret;
	txn_abort(t);
	if (ret == ERR_OK) {
		arrivals_say(counts);
	}
	return ret;
}

int scan_close_run(struct scan *s, enum run_state state)
{
	struct txn *t = NULL;
	int code = scan_ask_served(s);
	if (code != EXIT_OK) {
		return code;
	}
	int ret = txn_begin(s->store, STORE_WRITE, &t);
	if (ret == ERR_OK) {
		ret = scan_note_served(s, t);
		ret = ret == ERR_OK ? run_finish(t, s->crypto, &s->run, state, clock_unix_s()) : ret;
		if (ret != ERR_OK) {
			txn_abort(t);
		} else {
			ret = txn_commit(t);
		}
	}
	ret = ret == ERR_OK ? say_late(s) : ret;
	return ret == ERR_OK ? say_held(s) : command_store_failed(s->options->db, ret);
}

/* Not too many at once: an export or an operator waits meanwhile. */
#define RETAIN_PER_TRANSACTION 1000

int scan_retain(struct scan *s)
{
	struct retention_report report = { .looked_at = 0 };
	uint64_t now = scan_clock_to_remove_by(s->options->clock, clock_unix_s());
	bool done = false;
	int ret = ERR_OK;
	while (ret == ERR_OK && !done && !*s->stop) {
		struct txn *t = NULL;
		ret = txn_begin(s->store, STORE_WRITE, &t);
		if (ret == ERR_OK) {
			ret = retention_step(t, &s->options->config->store.retention, now, RETAIN_PER_TRANSACTION, &report, &done);
		}
		if (ret == ERR_OK) {
			ret = txn_commit(t);
		} else {
			txn_abort(t);
		}
	}
	if (report.evidence > 0 && !s->options->quiet) {
		say("%" PRIu64 " old cases and the evidence of %" PRIu64 " are removed", report.cases, report.evidence);
	}
	return ret == ERR_OK ? EXIT_OK : command_store_failed(s->options->db, ret);
}
