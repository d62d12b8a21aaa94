/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cdswalk changes export: claimed in the journal, then written by the sink, then sent. The sink writes outside of any
 * transaction: a slow reader at its other end must not hold up the walk. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "registry/sink/sink.h"
#include "registry/store/delegations.h"
#include "registry/store/records.h"
#include "scanner/changes.h"
#include "scanner/clock.h"
#include "scanner/command.h"
#include "validate/wire/err.h"

#define PER_TRANSACTION 1000

struct export {
	const struct changes_options *options;
	struct store *store;
	struct crypto *crypto;
	struct arena *arena;
	struct sink *sink;
	int lock;			/* -1: none */
	uint64_t now;
	uint64_t *numbers;		/* of the changes that go out; zero: the sink cannot take that one */
	size_t count, room;
	uint64_t stale, refused, frozen, moved;
	struct name origin;		/* the parent that was looked at last, and whether a freeze is on for it */
	bool is_frozen;
	char why[256];			/* the sink's sentence */
};

/* The age a change may reach is a value of the policy it was decided by. */
static int max_age(struct export *e, struct txn *t, const struct change *c, uint32_t *out)
{
	struct stored_case s;
	struct policy policy;
	int ret = case_get(t, c->run, c->sequence, e->arena, &s);
	if (ret == ERR_OK) {
		ret = policy_get(t, s.policy, &policy);
	}
	if (ret == ERR_OK) {
		*out = policy.change_max_age_s;
	}
	return ret;
}

static bool is_due(const struct export *e, const struct change *c)
{
	return c->state == EVENT_RELEASED || c->state == EVENT_CLAIMED || c->state == EVENT_FAILED
		|| (c->state == EVENT_SENT && e->options->again);
}

/* what is no longer fresh, or whose delegation is no longer the one it was judged against, never goes out. One that
 * may have left already is not withdrawn: the registry may have taken it. */
static int leave_out(struct export *e, struct txn *t, const struct change *c, uint32_t age)
{
	char child[NAME_TEXT_SIZE];
	enum reason stale = REASON_NONE;
	name_to_text(&c->child, child);
	e->stale++;
	int ret = change_is_stale(t, c, e->now, age, &stale);
	say("%s: %s; %s", child, stale == REASON_STALE_INPUT ? "the registration or the registrar is not the one it was decided for" :
		"the change is too old, or the delegation is not the one it was judged against",
		stale != REASON_NONE ? "it is withdrawn, the next scan decides anew" : "it was sent before and waits for its acknowledgement");
	if (ret != ERR_OK || stale == REASON_NONE || e->options->dry_run) {
		return ret;
	}
	return journal_event(t, e->crypto, e->now, c->number, EVENT_WITHDRAWN, stale);
}

/* By the policy of the last run over the parent: it is the newest that was given. */
static int is_frozen(struct export *e, struct txn *t, const struct name *child, bool *yes)
{
	struct generation g;
	struct run run;
	struct policy policy;
	int ret = generation_of_child(t, child, &g);
	if (ret != ERR_OK) {
		/* Without a parent is_exportable says no. */
		return ret == ERR_NOTFOUND ? ERR_OK : ret;
	}
	if (!name_equal(&g.origin, &e->origin)) {
		ret = run_last_of(t, &g.origin, &run);
		ret = ret == ERR_OK ? policy_get(t, run.limits, &policy) : ret;
		if (ret != ERR_OK) {
			return ret == ERR_NOTFOUND ? ERR_STORE : ret;
		}
		e->origin = g.origin;
		e->is_frozen = policy_is_frozen(&policy, e->now);
	}
	*yes = e->is_frozen;
	return ERR_OK;
}

/* Held, so that it goes out only when a probe after the freeze has confirmed it. What was claimed before stays so: it
 * may have left. */
static int put_aside(struct export *e, struct txn *t, const struct change *c)
{
	e->frozen++;
	return c->state == EVENT_RELEASED && !e->options->dry_run ?
		journal_event(t, e->crypto, e->now, c->number, EVENT_HELD, REASON_HOLD_FREEZE) : ERR_OK;
}

static int remember(struct export *e, uint64_t number)
{
	if (e->count == e->room) {
		size_t room = e->room == 0 ? 256 : e->room * 2;
		uint64_t *numbers = realloc(e->numbers, room * sizeof(*numbers));
		if (numbers == NULL) {
			return ERR_NOMEM;
		}
		e->numbers = numbers;
		e->room = room;
	}
	e->numbers[e->count++] = number;
	return ERR_OK;
}

static int claim(struct export *e, struct txn *t, const struct change *c)
{
	bool yes = false;
	bool frozen = false;
	uint32_t age = 0;
	if (!is_due(e, c)) {
		return ERR_OK;
	}
	int ret = is_frozen(e, t, &c->child, &frozen);
	if (ret == ERR_OK && frozen) {
		return put_aside(e, t, c);
	}
	ret = ret == ERR_OK ? max_age(e, t, c, &age) : ret;
	if (ret == ERR_OK) {
		ret = change_is_exportable(t, c, e->now, age, &yes);
	}
	if (ret == ERR_OK && !yes) {
		return leave_out(e, t, c, age);
	}
	if (ret == ERR_OK && !e->options->dry_run && (c->state == EVENT_RELEASED || c->state == EVENT_FAILED)) {
		ret = journal_event(t, e->crypto, e->now, c->number, EVENT_CLAIMED, REASON_NONE);
	}
	return ret == ERR_OK ? remember(e, c->number) : ret;
}

static int end_transaction(struct txn *t, int ret)
{
	if (ret != ERR_OK && ret != ERR_NOTFOUND) {
		txn_abort(t);
		return ret;
	}
	int committed = txn_commit(t);
	return committed != ERR_OK ? committed : ret;
}

static int claim_all(struct export *e)
{
	struct name after = { .size = 0 };
	int ret = ERR_OK;
	while (ret == ERR_OK) {
		struct txn *t = NULL;
		ret = txn_begin(e->store, e->options->dry_run ? STORE_READ : STORE_WRITE, &t);
		for (size_t i = 0; i < PER_TRANSACTION && ret == ERR_OK; i++) {
			struct change c;
			ret = change_outstanding_next(t, &after, e->arena, &c);
			if (ret == ERR_OK) {
				after = c.child;
				ret = claim(e, t, &c);
			}
			arena_reset(e->arena);
		}
		ret = end_transaction(t, ret);
	}
	return ret == ERR_NOTFOUND ? ERR_OK : ret;
}

/* A change, and what the parent has now. */
struct outgoing {
	struct change change;
	struct delegation delegation;
	struct generation generation;
	bool moved;			/* since it was claimed */
};

static int read_outgoing(struct export *e, uint64_t number, struct outgoing *out)
{
	struct txn *t = NULL;
	bool yes = false;
	int ret = txn_begin(e->store, STORE_READ, &t);
	ret = ret == ERR_OK ? change_get(t, number, e->arena, &out->change) : ret;
	/* How old it is was looked at when it was claimed. */
	ret = ret == ERR_OK ? change_is_exportable(t, &out->change, e->now, UINT32_MAX, &yes) : ret;
	if (ret == ERR_OK && yes) {
		ret = delegation_get(t, &out->change.child, e->arena, &out->delegation);
		ret = ret == ERR_OK ? generation_of_child(t, &out->change.child, &out->generation) : ret;
	}
	out->moved = !yes;
	txn_abort(t);
	return ret;
}

/* One that the sink can never take (ERR_LIMIT), or that has moved on, stays claimed, and the others go on. */
static int put(struct export *e, uint64_t *number)
{
	struct outgoing o;
	char id[CHANGE_ID_TEXT];
	char child[NAME_TEXT_SIZE];
	int ret = read_outgoing(e, *number, &o);
	if (ret != ERR_OK) {
		return ret;
	}
	name_to_text(&o.change.child, child);
	change_id_text(e->store, o.change.number, id);
	if (o.moved) {
		say("%s: the delegation or the change has moved on while the export went on; it is left out", child);
		e->moved++;
		*number = 0;
		arena_reset(e->arena);
		return ERR_OK;
	}
	const struct sink_change x = { .id = id, .change = &o.change, .parent = &o.generation.origin, .ds_now = &o.delegation.ds };
	ret = e->sink->ops->put(e->sink, &x);
	if (ret == ERR_LIMIT) {
		say("%s: %s", child, say_text(e->why));
		e->refused++;
		*number = 0;
		ret = ERR_OK;
	}
	arena_reset(e->arena);
	return ret;
}

static int put_all(struct export *e)
{
	int ret = ERR_OK;
	for (size_t i = 0; i < e->count && ret == ERR_OK; i++) {
		ret = put(e, &e->numbers[i]);
	}
	int finished = e->sink->ops->finish(e->sink, ret != ERR_OK);
	return ret != ERR_OK ? ret : finished;
}

/* A change that was acknowledged meanwhile is past being sent: that is no conflict of ours. */
static int mark_sent(struct export *e)
{
	struct txn *t = NULL;
	int ret = txn_begin(e->store, STORE_WRITE, &t);
	for (size_t i = 0; i < e->count && ret == ERR_OK; i++) {
		struct change c;
		ret = e->numbers[i] == 0 ? ERR_OK : change_get(t, e->numbers[i], e->arena, &c);
		if (ret == ERR_OK && e->numbers[i] != 0 && c.state == EVENT_CLAIMED) {
			ret = journal_event(t, e->crypto, e->now, c.number, EVENT_SENT, REASON_NONE);
		}
		arena_reset(e->arena);
	}
	return end_transaction(t, ret);
}

static int report(const struct export *e)
{
	say("%" PRIu64 " DS changes exported%s, %" PRIu64 " not fresh", (uint64_t)e->count - e->refused - e->moved,
		e->options->dry_run ? " without noting it" : "", e->stale + e->moved);
	if (e->frozen > 0) {
		say("%" PRIu64 " DS changes wait for the end of a freeze of the policy, and then for a scan that confirms them", e->frozen);
	}
	if (e->refused > 0) {
		say("%" PRIu64 " DS changes cannot be written by this sink; use another", e->refused);
	}
	return e->refused == 0 ? EXIT_OK : EXIT_RUNTIME;
}

static int export_changes(struct export *e, const char *name)
{
	const struct sink_options options = { .target = e->options->target, .why = e->why };
	/* First, so that a target that cannot be written claims nothing. */
	int ret = sink_new(name, &options, &e->sink, e->why);
	if (ret != ERR_OK) {
		say("%s", say_text(e->why));
		return ret == ERR_ARG ? EXIT_USAGE : EXIT_RUNTIME;
	}
	ret = claim_all(e);
	if (ret != ERR_OK) {
		(void)e->sink->ops->finish(e->sink, true);
		return command_store_failed(e->options->db, ret);
	}
	if (put_all(e) != ERR_OK) {
		say("%s; nothing was marked as sent, the same command exports it again",
			e->why[0] == '\0' ? "the sink failed" : say_text(e->why));
		return EXIT_RUNTIME;
	}
	ret = e->options->dry_run ? ERR_OK : mark_sent(e);
	return ret == ERR_OK ? report(e) : command_store_failed(e->options->db, ret);
}

/* Two exports at once would each take what the other has claimed for what was left over, and send it twice. The lock goes
 * with the process. */
static int lock_exports(struct export *e)
{
	char path[4096];
	if (snprintf(path, sizeof(path), "%s/export.lock", e->options->db) >= (int)sizeof(path)) {
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

static int export_locked(struct export *e, const char *sink)
{
	int code = e->options->dry_run ? EXIT_OK : lock_exports(e);
	return code == EXIT_OK ? export_changes(e, sink) : code;
}

int changes_export(const struct changes_options *o, const char *sink)
{
	struct export e = { .options = o, .lock = -1, .now = clock_unix_s() };
	int code;
	if (o->dry_run && o->target != NULL) {
		say("--dry-run writes no files; leave --to out to see on standard output what would go");
		return EXIT_USAGE;
	}
	e.store = command_open_store(o->db, o->dry_run ? STORE_READ : STORE_WRITE, &code);
	if (e.store == NULL) {
		return code;
	}
	e.crypto = crypto_new();
	e.arena = arena_new();
	if (e.crypto == NULL || e.arena == NULL) {
		say("not enough memory, or OpenSSL's default provider is missing");
		code = EXIT_RUNTIME;
	} else {
		code = export_locked(&e, sink);
	}
	if (e.lock >= 0) {
		close(e.lock);
	}
	free(e.numbers);
	arena_free(e.arena);
	crypto_free(e.crypto);
	store_close(e.store);
	return code;
}
