/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cdswalk changes export and ack: claimed before it is written, sent when the sink has it, acknowledged
 * when the registry says so. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "registry/sink/sink.h"
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
	struct sink *sink;
	uint64_t now;
	uint64_t put, stale;
	bool sink_failed;
};

/* The age a change may reach is a value of the policy it was decided by. */
static int max_age(struct txn *t, const struct change *c, struct arena *arena, uint32_t *out)
{
	struct stored_case s;
	struct policy policy;
	int ret = case_get(t, c->run, c->sequence, arena, &s);
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
	return c->state == EVENT_RELEASED || c->state == EVENT_CLAIMED || (c->state == EVENT_SENT && e->options->again);
}

/* what is no longer fresh, or whose delegation is no longer the one it was judged against, never goes out. */
static int withdraw(struct export *e, struct txn *t, const struct change *c)
{
	char child[NAME_TEXT_SIZE];
	name_to_text(&c->child, child);
	say("%s: the change is too old, or the delegation is not the one it was judged against; it is not exported, the next scan decides anew",
		child);
	e->stale++;
	if (e->options->dry_run || c->state != EVENT_RELEASED) {
		return ERR_OK;
	}
	return journal_event(t, e->crypto, e->now, c->number, EVENT_WITHDRAWN, REASON_STALE_EVIDENCE);
}

static int put(struct export *e, struct txn *t, const struct change *c)
{
	char id[CHANGE_ID_TEXT];
	change_id_text(e->store, c->number, id);
	int ret = ERR_OK;
	if (c->state == EVENT_RELEASED && !e->options->dry_run) {
		ret = journal_event(t, e->crypto, e->now, c->number, EVENT_CLAIMED, REASON_NONE);
	}
	if (ret != ERR_OK) {
		return ret;
	}
	if (e->sink->ops->put(e->sink, id, c) != ERR_OK) {
		e->sink_failed = true;
		return ERR_IO;
	}
	e->put++;
	return ERR_OK;
}

static int export_one(struct export *e, struct txn *t, struct arena *arena, const struct change *c)
{
	bool yes = false;
	uint32_t age = 0;
	if (!is_due(e, c)) {
		return ERR_OK;
	}
	int ret = max_age(t, c, arena, &age);
	if (ret == ERR_OK) {
		ret = change_is_exportable(t, c, e->now, age, &yes);
	}
	if (ret != ERR_OK) {
		return ret;
	}
	return yes ? put(e, t, c) : withdraw(e, t, c);
}

typedef int change_visit(struct export *e, struct txn *t, struct arena *arena, const struct change *c);

/* Every change in short write transactions. */
static int for_each(struct export *e, change_visit *visit)
{
	struct arena *arena = arena_new();
	uint64_t next = 1;
	int ret = arena == NULL ? ERR_NOMEM : ERR_OK;
	while (ret == ERR_OK) {
		struct txn *t = NULL;
		ret = txn_begin(e->store, e->options->dry_run ? STORE_READ : STORE_WRITE, &t);
		for (size_t i = 0; i < PER_TRANSACTION && ret == ERR_OK; i++) {
			struct change c;
			ret = change_next(t, next, arena, &c);
			if (ret == ERR_OK) {
				next = c.number + 1;
				ret = visit(e, t, arena, &c);
			}
			arena_reset(arena);
		}
		bool good = ret == ERR_OK || ret == ERR_NOTFOUND;
		int committed = good ? txn_commit(t) : ERR_OK;
		if (!good) {
			txn_abort(t);
		}
		ret = committed != ERR_OK ? committed : ret;
	}
	arena_free(arena);
	return ret == ERR_NOTFOUND ? ERR_OK : ret;
}

static int mark_sent(struct export *e, struct txn *t, struct arena *arena, const struct change *c)
{
	(void)arena;
	if (c->state != EVENT_CLAIMED) {
		return ERR_OK;
	}
	return journal_event(t, e->crypto, e->now, c->number, EVENT_SENT, REASON_NONE);
}

static int export_all(struct export *e, const char *name)
{
	char why[256];
	const struct sink_options options = { .target = e->options->target };
	int ret = sink_new(name, &options, &e->sink, why);
	if (ret != ERR_OK) {
		say("%s", say_text(why));
		return ret == ERR_ARG ? EXIT_USAGE : EXIT_RUNTIME;
	}
	ret = for_each(e, export_one);
	if (e->sink->ops->finish(e->sink, ret != ERR_OK) != ERR_OK) {
		e->sink_failed = true;
	}
	if (e->sink_failed) {
		say("%s: writing failed; nothing was marked as sent, the same command exports it again",
			say_text(e->options->target == NULL ? "standard output" : e->options->target));
		return EXIT_RUNTIME;
	}
	if (ret == ERR_OK && !e->options->dry_run) {
		ret = for_each(e, mark_sent);
	}
	if (ret != ERR_OK) {
		return command_store_failed(e->options->db, ret);
	}
	say("%" PRIu64 " DS changes exported, %" PRIu64 " not fresh", e->put, e->stale);
	return EXIT_OK;
}

static int with_store(struct export *e, int *code)
{
	e->store = command_open_store(e->options->db, e->options->dry_run ? STORE_READ : STORE_WRITE, code);
	if (e->store == NULL) {
		return ERR_STORE;
	}
	e->crypto = crypto_new();
	if (e->crypto == NULL) {
		say("OpenSSL's default provider is missing");
		*code = EXIT_RUNTIME;
		store_close(e->store);
		return ERR_CRYPTO;
	}
	e->now = clock_unix_s();
	return ERR_OK;
}

int changes_export(const struct changes_options *o, const char *sink)
{
	struct export e = { .options = o };
	int code;
	if (with_store(&e, &code) != ERR_OK) {
		return code;
	}
	code = export_all(&e, sink);
	crypto_free(e.crypto);
	store_close(e.store);
	return code;
}

/* One id a transaction step: an unknown one is said and does not hold up the others. */
static int ack_one(struct export *e, struct txn *t, const char *id, bool *refused)
{
	uint64_t number;
	int ret = change_id_parse(e->store, id, &number);
	if (ret == ERR_OK) {
		ret = journal_ack(t, e->crypto, e->now, number);
	}
	const char *why = ret == ERR_FORMAT ? "is not the id of a change; changes list prints them"
		: ret == ERR_NOTFOUND ? "is not in this store"
		: ret == ERR_CONFLICT ? "cannot be acknowledged: it belongs to another store, was withdrawn, or is acknowledged already"
		: NULL;
	if (why == NULL) {
		e->put += ret == ERR_OK;
		return ret;
	}
	say("%s %s", say_text(id), why);
	*refused = true;
	return ERR_OK;
}

static int ack_stream(struct export *e, struct txn *t, bool *refused)
{
	char line[256];
	int ret = ERR_OK;
	while (ret == ERR_OK && fgets(line, sizeof(line), stdin) != NULL) {
		line[strcspn(line, "\r\n")] = '\0';
		if (line[0] != '\0') {
			ret = ack_one(e, t, line, refused);
		}
	}
	return ret;
}

static int ack_all(struct export *e, size_t count, char **ids, bool *refused)
{
	struct txn *t = NULL;
	int ret = txn_begin(e->store, STORE_WRITE, &t);
	for (size_t i = 0; i < count && ret == ERR_OK; i++) {
		ret = strcmp(ids[i], "-") == 0 ? ack_stream(e, t, refused) : ack_one(e, t, ids[i], refused);
	}
	if (ret != ERR_OK) {
		txn_abort(t);
		return ret;
	}
	return txn_commit(t);
}

int changes_ack(const struct changes_options *o, size_t count, char **ids)
{
	struct export e = { .options = o };
	int code;
	bool refused = false;
	if (with_store(&e, &code) != ERR_OK) {
		return code;
	}
	int ret = ack_all(&e, count, ids, &refused);
	if (ret != ERR_OK) {
		code = command_store_failed(o->db, ret);
	} else {
		say("%" PRIu64 " DS changes acknowledged", e.put);
		code = refused ? EXIT_RUNTIME : EXIT_OK;
	}
	crypto_free(e.crypto);
	store_close(e.store);
	return code;
}
