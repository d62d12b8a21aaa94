/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the parent's servers serve, beside the list of the registry: asked for at the end of a run, for changes alone. */
#include "scanner/scan_private.h"

#include <inttypes.h>

#include "scanner/clock.h"
#include "scanner/command.h"
#include "validate/wire/err.h"

/* So many children in a row of which nobody tells anything: then nobody is asked for the rest. */
#define SILENT_MAX 256

struct asked {
	struct scan *scan;
	struct arena *arena;
	size_t next;			/* item */
	unsigned silent;
};

/* Of the item that the line says, one above. */
static int find_child(struct asked *a, size_t item, struct name *child)
{
	struct txn *t = NULL;
	struct change c;
	arena_reset(a->arena);
	int ret = txn_begin(a->scan->store, STORE_READ, &t);
	ret = ret == ERR_OK ? change_get(t, a->scan->served.items[item].change, a->arena, &c) : ret;
	*child = ret == ERR_OK ? c.child : (struct name){ .size = 0 };
	txn_abort(t);
	return ret == ERR_NOTFOUND ? ERR_STORE : ret;
}

static int on_next(void *data, struct name *child, uint64_t *line, bool *ended)
{
	struct asked *a = data;
	const struct served_list *l = &a->scan->served;
	while (a->next < l->count && !served_list_wants(l, a->next)) {
		a->next = served_list_end(l, a->next);
	}
	*ended = a->next == l->count || a->silent >= SILENT_MAX;
	if (*ended) {
		return ERR_OK;
	}
	int ret = find_child(a, a->next, child);
	*line = a->next;
	a->next = served_list_end(l, a->next);
	return ret;
}

/* Only what both say, and what is proven. */
static int on_done(void *data, const struct parent_child *c)
{
	struct asked *a = data;
	struct txn *t = NULL;
	bool known = !c->ours && c->referral.says == REFERRAL_DELEGATED;
	enum ds_state state = known ? parent_ds_join(&c->referral, &c->ds, c->proven) : DS_UNKNOWN;
	a->silent = c->referral.says == REFERRAL_NONE ? a->silent + 1 : 0;
	if (state == DS_UNKNOWN) {
		return ERR_OK;
	}
	arena_reset(a->arena);
	int ret = txn_begin(a->scan->store, STORE_READ, &t);
	ret = ret == ERR_OK ? served_list_answer(t, &a->scan->served, c->line, state, &c->ds.ds, a->arena) : ret;
	txn_abort(t);
	return ret;
}

static int find(struct scan *s)
{
	struct txn *t = NULL;
	served_list_free(&s->served);
	int ret = txn_begin(s->store, STORE_READ, &t);
	ret = ret == ERR_OK ? served_list_find(t, s->crypto, &s->run, clock_unix_s(), &s->served) : ret;
	txn_abort(t);
	return ret;
}

static void say_asked(const struct scan *s)
{
	uint64_t counts[SERVED_OTHER + 1] = { 0 };
	uint64_t asked = 0;
	for (size_t i = 0; i < s->served.count; i = served_list_end(&s->served, i)) {
		bool wants = served_list_wants(&s->served, i);
		asked += wants;
		counts[s->served.items[i].what] += wants;
	}
	if (asked > 0 && !s->options->quiet) {
		say("the parent's servers were asked for the DS sets of %" PRIu64 " changes: %" PRIu64 " serve that of the change, %" PRIu64
			" that from before it, %" PRIu64 " another one; of %" PRIu64 " it is not known", asked, counts[SERVED_AFTER],
			counts[SERVED_BEFORE], counts[SERVED_OTHER], counts[SERVED_UNKNOWN]);
	}
}

int scan_ask_served(struct scan *s)
{
	struct asked a = { .scan = s, .arena = arena_new() };
	const struct loop_parent_user user = { .next = on_next, .done = on_done, .data = &a };
	struct loop_parent_options options;
	struct source_error error = { .file = "" };
	if (s->options->source.server_count == 0) {
		arena_free(a.arena);
		return EXIT_OK;
	}
	int ret = a.arena == NULL ? ERR_NOMEM : find(s);
	s->run.dns = &s->served;
	if (ret != ERR_OK) {
		arena_free(a.arena);
		return command_store_failed(s->options->db, ret);
	}
	scan_fill_parent(s, &options);
	ret = s->served.count == 0 ? ERR_OK : loop_parent_ask(&options, &user, &error);
	arena_free(a.arena);
	if (ret == ERR_CANCELLED || *s->stop) {
		say("stopped while the parent's servers were asked for DS sets; no change of this run is released before the same command has asked them");
		return EXIT_PARTIAL;
	}
	/* What was not asked is unknown, and held where it has to be known. */
	if (ret != ERR_OK && error.file[0] != '\0') {
		say_source_error(&error);
	} else if (ret != ERR_OK) {
		return command_store_failed(s->options->db, ret);
	}
	say_asked(s);
	return EXIT_OK;
}

int scan_note_served(struct scan *s, struct txn *t)
{
	return s->run.dns == NULL ? ERR_OK : served_list_note(t, &s->served, clock_unix_s(), s->arena);
}
