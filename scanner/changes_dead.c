/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cdswalk changes dead: what a sink could not hand over, with what its target said. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "registry/store/sinkdb.h"
#include "scanner/changes.h"
#include "scanner/command.h"
#include "scanner/show.h"
#include "scanner/table.h"
#include "validate/wire/err.h"

struct dead {
	const struct changes_options *options;
	struct store *store, *notes;
	struct arena *arena;
	struct json *json;
	struct table *table;
};

static int print_json(struct dead *d, const struct sink_attempt *a, const struct change *c, const char *id)
{
	struct json *j = d->json;
	json_object(j, NULL);
	json_string(j, "id", id);
	json_name(j, "child", &c->child);
	json_string(j, "state", event_kind_text(c->state));
	json_string(j, "trouble", sink_trouble_text(a->trouble));
	json_uint(j, "attempts", a->count);
	json_time(j, "first", a->first);
	json_time(j, "last", a->last);
	json_time(j, "next", a->trouble <= TROUBLE_UNKNOWN ? a->next : 0);
	json_string(j, "words", a->words);
	json_object_end(j);
	return json_end_line(j, stdout);
}

static int print_row(struct dead *d, const struct sink_attempt *a, const struct change *c, const char *id)
{
	char child[NAME_TEXT_SIZE];
	char attempts[16];
	char last[24];
	char next[24];
	name_to_text(&c->child, child);
	snprintf(attempts, sizeof(attempts), "%" PRIu32, a->count);
	const char *cells[] = { child, event_kind_text(c->state), sink_trouble_text(a->trouble), attempts,
		show_time(a->last, last), a->trouble <= TROUBLE_UNKNOWN ? show_time(a->next, next) : "-", a->words, id };
	return table_row(d->table, cells);
}

static int print_one(struct dead *d, const struct sink_attempt *a)
{
	struct change c;
	struct txn *t = NULL;
	char id[CHANGE_ID_TEXT];
	int ret = txn_begin(d->store, STORE_READ, &t);
	ret = ret == ERR_OK ? change_get(t, a->change, d->arena, &c) : ret;
	txn_abort(t);
	if (ret == ERR_OK) {
		change_id_text(d->store, a->change, id);
		ret = d->json != NULL ? print_json(d, a, &c, id) : print_row(d, a, &c, id);
	}
	arena_reset(d->arena);
	/* Of a journal that was restored: nobody knows it any more. */
	return ret == ERR_NOTFOUND ? ERR_OK : ret;
}

static int print_all(struct dead *d)
{
	struct sink_attempt a = { .change = 0 };
	int ret = ERR_OK;
	while (ret == ERR_OK) {
		struct txn *t = NULL;
		ret = txn_begin(d->notes, STORE_READ, &t);
		ret = ret == ERR_OK ? sink_attempt_next(t, a.change + 1, &a) : ret;
		txn_abort(t);
		ret = ret == ERR_OK ? print_one(d, &a) : ret;
	}
	return ret == ERR_NOTFOUND ? ERR_OK : ret;
}

static int list(struct dead *d)
{
	static const char *const titles[] = { "CHILD", "STATE", "TROUBLE", ">TRIES", "LAST", "NEXT", "THE TARGET SAYS", "ID", NULL };
	d->arena = arena_new();
	d->json = d->options->json ? json_new() : NULL;
	d->table = d->options->json ? NULL : table_new(titles);
	int ret = d->arena == NULL || (d->json == NULL && d->table == NULL) ? ERR_NOMEM : print_all(d);
	if (ret == ERR_OK && d->table != NULL && table_rows(d->table) > 0) {
		ret = table_print(d->table);
	}
	table_free(d->table);
	json_free(d->json);
	arena_free(d->arena);
	return ret == ERR_OK ? EXIT_OK : command_store_failed(d->options->db, ret);
}

int changes_dead(const struct changes_options *o, const char *sink)
{
	struct dead d = { .options = o };
	char why[256] = "";
	int code;
	d.store = command_open_store(o->db, STORE_READ, &code);
	if (d.store == NULL) {
		return code;
	}
	int ret = sinkdb_open(d.store, sink, STORE_READ, &d.notes, why);
	if (ret == ERR_NOTFOUND) {
		say("nothing was exported to a sink %s yet", say_text(sink));
		code = EXIT_RUNTIME;
	} else if (ret != ERR_OK) {
		say("%s", say_text(why));
		code = ret == ERR_ARG ? EXIT_USAGE : EXIT_STORE;
	} else {
		code = list(&d);
	}
	store_close(d.notes);
	store_close(d.store);
	return code;
}
