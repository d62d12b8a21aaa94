/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cdswalk changes list. */
#define _XOPEN_SOURCE 700 /* open_memstream */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "registry/sink/json.h"
#include "registry/store/arrival.h"
#include "registry/store/delegations.h"
#include "registry/store/journal.h"
#include "scanner/changes.h"
#include "scanner/clock.h"
#include "scanner/command.h"
#include "scanner/show.h"
#include "scanner/table.h"
#include "validate/wire/err.h"

struct list {
	const struct changes_options *options;
	struct store *store;
	struct table *table;
	struct json *json;
	struct arrival_parent parent;
	size_t waiting;
};

static bool is_over(const struct change *c)
{
	return c->state == EVENT_PUBLISHED || c->state == EVENT_WITHDRAWN;
}

/* The host is a name server of the delegation that the change was judged against. */
static bool is_of_host(const struct change *c, const struct name *host)
{
	for (size_t i = 0; i < c->ns_count; i++) {
		if (name_equal(&c->ns_before[i], host)) {
			return true;
		}
	}
	return host->size == 0;
}

static bool is_wanted(const struct changes_options *o, const struct change *c)
{
	bool over = is_over(c) && !o->all && o->state != c->state;
	return !over && (o->child.size == 0 || name_equal(&o->child, &c->child)) && is_of_host(c, &o->host) &&
		(o->class == CHANGE_NONE || o->class == c->class) && (o->state == 0 || o->state == c->state) &&
		(!o->held || c->state == EVENT_HELD) && c->state_time >= o->since;
}

static int list_json(struct list *l, const char *id, const struct change *c, enum arrival arrival)
{
	struct json *j = l->json;
	json_object(j, NULL);
	json_string(j, "id", id);
	json_name(j, "child", &c->child);
	json_string(j, "class", change_class_text(c->class));
	json_string(j, "state", event_kind_text(c->state));
	json_time(j, "since", c->state_time);
	json_string(j, "withdrawn_for", c->withdrawn_for == REASON_NONE ? NULL : reason_token(c->withdrawn_for));
	json_string(j, "held_for", c->state == EVENT_HELD ? show_held_for(c) : NULL);
	json_string(j, "failed_for", c->failed_for == REASON_NONE ? NULL : reason_token(c->failed_for));
	json_string(j, "arrival", arrival_text(arrival));
	json_bool(j, "cleared", c->cleared);
	json_time(j, "judged_at", c->judged_at);
	json_time(j, "confirmed_at", c->seen_at > c->judged_at ? c->seen_at : 0);
	json_uint(j, "run", c->run);
	json_array(j, "ns");
	for (size_t i = 0; i < c->ns_count; i++) {
		json_name(j, NULL, &c->ns_before[i]);
	}
	json_array_end(j);
	json_string(j, "registrar", c->registrar[0] == '\0' ? NULL : c->registrar);
	json_string(j, "registration", c->registration[0] == '\0' ? NULL : c->registration);
	json_uint(j, "ds_ttl", c->ds_ttl);
	json_ds_set(j, "ds_before", &c->ds_before);
	json_ds_set(j, "ds_after", &c->ds_after);
	json_object_end(j);
	return json_end_line(j, stdout);
}

static int list_row(struct list *l, const char *id, const struct change *c, enum arrival arrival)
{
	char child[NAME_TEXT_SIZE];
	char when[24];
	char state[64];
	char *difference = NULL;
	size_t size = 0;
	FILE *memory = open_memstream(&difference, &size);
	if (memory == NULL) {
		return ERR_NOMEM;
	}
	show_ds_difference(&c->ds_before, &c->ds_after, memory);
	int ret = fclose(memory) == 0 ? ERR_OK : ERR_NOMEM;
	if (ret == ERR_OK) {
		name_to_text(&c->child, child);
		bool held = c->state == EVENT_HELD;
		const char *why = held ? show_held_for(c) : c->failed_for == REASON_NONE ? "" : reason_token(c->failed_for);
		const char *came = arrival_text(arrival);
		snprintf(state, sizeof(state), "%s%s%s%s%s%s", event_kind_text(c->state), why[0] == '\0' ? "" : ": ", why,
			held && c->cleared ? ", released" : "", came == NULL ? "" : ", ", came == NULL ? "" : came);
		const char *cells[] = { child, change_class_text(c->class), state,
			show_time(c->judged_at, when), difference + (difference[0] == ' '), id };
		ret = table_row(l->table, cells);
	}
	free(difference);
	return ret;
}

static int list_one(struct list *l, struct txn *t, const struct change *c, struct arena *arena)
{
	char id[CHANGE_ID_TEXT];
	enum arrival arrival = ARRIVAL_NONE;
	bool wanted = is_wanted(l->options, c);
	change_id_text(l->store, c->number, id);
	l->waiting += c->state == EVENT_RELEASED || c->state == EVENT_CLAIMED;
	if (wanted && l->options->parent.size != 0) {
		int ret = generation_has_child(t, &l->options->parent, &c->child, &wanted);
		if (ret != ERR_OK) {
			return ret;
		}
	}
	int ret = wanted ? arrival_find(t, &l->parent, c, arena, &arrival) : ERR_OK;
	if (ret != ERR_OK || !wanted || (l->options->late && arrival != ARRIVAL_LATE && arrival != ARRIVAL_LOST)) {
		return ret;
	}
	return l->json != NULL ? list_json(l, id, c, arrival) : list_row(l, id, c, arrival);
}

/* Short transactions: a reader that stays makes the store grow (doc/architecture.md, store). */
#define PER_TRANSACTION 1000

static int list_some(struct list *l, struct arena *arena, uint64_t *next)
{
	struct txn *t = NULL;
	int ret = txn_begin(l->store, STORE_READ, &t);
	for (size_t i = 0; i < PER_TRANSACTION && ret == ERR_OK; i++) {
		struct change c;
		ret = change_next(t, *next, arena, &c);
		if (ret == ERR_OK) {
			*next = c.number + 1;
			ret = list_one(l, t, &c, arena);
		}
		arena_reset(arena);
	}
	txn_abort(t);
	return ret;
}

static int list_all(struct list *l)
{
	struct arena *arena = arena_new();
	uint64_t next = 1;
	int ret = arena == NULL ? ERR_NOMEM : ERR_OK;
	while (ret == ERR_OK) {
		ret = list_some(l, arena, &next);
	}
	arena_free(arena);
	return ret == ERR_NOTFOUND ? ERR_OK : ret;
}

static bool is_filtered(const struct changes_options *o)
{
	return o->child.size != 0 || o->host.size != 0 || o->parent.size != 0 || o->class != CHANGE_NONE || o->state != 0 || o->held ||
		o->late || o->since != 0;
}

int changes_list(const struct changes_options *o)
{
	static const char *const titles[] = { "~CHILD", "CLASS", "~STATE", "JUDGED", "~DS", "ID", NULL };
	struct list l = { .options = o };
	int code;
	l.store = command_open_store(o->db, STORE_READ, &code);
	if (l.store == NULL) {
		return code;
	}
	l.json = o->json ? json_new() : NULL;
	l.table = o->json ? NULL : table_new(titles);
	int ret = l.json == NULL && l.table == NULL ? ERR_NOMEM : list_all(&l);
	if (ret == ERR_OK && l.table != NULL && table_rows(l.table) > 0) {
		ret = table_print(l.table);
	} else if (ret == ERR_OK && l.table != NULL) {
		puts(is_filtered(o) ? "No DS change is like that." : "No DS change is on its way.");
	}
	if (ret != ERR_OK) {
		code = command_store_failed(o->db, ret);
	} else if (o->exit_code && l.waiting > 0) {
		code = EXIT_WAITING;
	}
	table_free(l.table);
	json_free(l.json);
	store_close(l.store);
	return code;
}
