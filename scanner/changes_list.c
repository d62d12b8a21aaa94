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
#include "scanner/notes.h"
#include "scanner/show.h"
#include "scanner/table.h"
#include "validate/wire/err.h"

struct list {
	const struct changes_options *options;
	struct store *store;
	struct store *notes;		/* of the sink of record; NULL: none */
	struct table *table;
	struct json *json;
	struct arrival_parent parent;
	size_t waiting;
};

/* A change, and what is told beside it. */
struct entry {
	const struct change *change;
	enum arrival arrival;
	enum in_dns in_dns;
	uint64_t in_dns_asked;
	const char *reason;		/* why it is held, failed, was withdrawn, is late or lost; NULL: none of these */
	struct sink_attempt attempt;	/* count 0: the sink of record has noted nothing */
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
	bool over = is_over(c) && !o->all && !o->late && o->state != c->state && o->reason == NULL;
	return !over && (o->child.size == 0 || name_equal(&o->child, &c->child)) && is_of_host(c, &o->host) &&
		(o->class == CHANGE_NONE || o->class == c->class) && (o->state == 0 || o->state == c->state) &&
		(!o->held || c->state == EVENT_HELD) && (!o->unknown || c->state == EVENT_CLAIMED) && c->state_time >= o->since;
}

static const char *reason_of(const struct change *c, enum arrival arrival)
{
	if (c->state == EVENT_HELD) {
		return show_held_for(c);
	}
	enum reason why = c->withdrawn_for != REASON_NONE ? c->withdrawn_for : c->failed_for != REASON_NONE ? c->failed_for
		: arrival_reason(c, arrival);
	return why == REASON_NONE ? NULL : reason_token(why);
}

/* Only what the export has to do with yet; what has come to nothing or to the parent needs no attempt. */
static int find_attempt(const struct list *l, const struct change *c, struct sink_attempt *out)
{
	struct txn *t = NULL;
	out->count = 0;
	if (l->notes == NULL || (c->state != EVENT_RELEASED && c->state != EVENT_CLAIMED && c->state != EVENT_FAILED)) {
		return ERR_OK;
	}
	int ret = txn_begin(l->notes, STORE_READ, &t);
	ret = ret == ERR_OK ? sink_attempt_get(t, c->number, out) : ret;
	txn_abort(t);
	return ret == ERR_NOTFOUND ? ERR_OK : ret;
}

static void attempt_json(struct json *j, const struct sink_attempt *a)
{
	if (a->count == 0) {
		json_null(j, "attempt");
		return;
	}
	json_object(j, "attempt");
	json_string(j, "trouble", sink_trouble_text(a->trouble));
	json_uint(j, "count", a->count);
	json_time(j, "last", a->last);
	json_time(j, "next", a->trouble <= TROUBLE_UNKNOWN ? a->next : 0);
	json_string(j, "words", a->words);
	json_object_end(j);
}

static int list_json(struct list *l, const char *id, const struct entry *e)
{
	struct json *j = l->json;
	const struct change *c = e->change;
	json_object(j, NULL);
	json_string(j, "id", id);
	json_name(j, "child", &c->child);
	json_string(j, "class", change_class_text(c->class));
	json_string(j, "state", event_kind_text(c->state));
	json_time(j, "since", c->state_time);
	json_string(j, "reason", e->reason);
	json_string(j, "withdrawn_for", c->withdrawn_for == REASON_NONE ? NULL : reason_token(c->withdrawn_for));
	json_string(j, "held_for", c->state == EVENT_HELD ? show_held_for(c) : NULL);
	json_string(j, "failed_for", c->failed_for == REASON_NONE ? NULL : reason_token(c->failed_for));
	json_string(j, "arrival", arrival_text(e->arrival));
	json_string(j, "in_dns", in_dns_text(e->in_dns));
	json_time(j, "in_dns_asked", e->in_dns_asked);
	json_bool(j, "unknown", c->state == EVENT_CLAIMED);
	attempt_json(j, &e->attempt);
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

/* Of a change that was claimed and not answered for nobody knows whether the target has it. */
static void write_state(const struct entry *e, char *out, size_t size)
{
	const struct change *c = e->change;
	const char *came = arrival_text(e->arrival);
	const char *mark = c->state == EVENT_CLAIMED ? ", unknown" : c->state == EVENT_RELEASED && e->attempt.count > 0 ? ", waits"
		: c->state == EVENT_HELD && c->cleared ? ", released" : "";
	const char *dns = in_dns_text(e->in_dns);
	snprintf(out, size, "%s%s%s%s%s%s", event_kind_text(c->state), mark, came == NULL ? "" : ", ", came == NULL ? "" : came,
		dns == NULL ? "" : ", in DNS: ", dns == NULL ? "" : dns);
}

static int list_row(struct list *l, const char *id, const struct entry *e)
{
	const struct change *c = e->change;
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
		write_state(e, state, sizeof(state));
		const char *cells[] = { child, change_class_text(c->class), state, e->reason == NULL ? "-" : e->reason,
			show_time(c->judged_at, when), difference + (difference[0] == ' '), id };
		ret = table_row(l->table, cells);
	}
	free(difference);
	return ret;
}

static bool is_late(const struct entry *e)
{
	return e->arrival == ARRIVAL_LATE || e->arrival == ARRIVAL_LOST || e->in_dns == IN_DNS_LATE;
}

static int list_one(struct list *l, struct txn *t, const struct change *c, struct arena *arena)
{
	const struct changes_options *o = l->options;
	struct entry e = { .change = c };
	char id[CHANGE_ID_TEXT];
	bool wanted = is_wanted(o, c);
	l->waiting += c->state == EVENT_RELEASED || c->state == EVENT_CLAIMED;
	if (wanted && o->parent.size != 0) {
		int ret = generation_has_child(t, &o->parent, &c->child, &wanted);
		if (ret != ERR_OK) {
			return ret;
		}
	}
	int ret = wanted ? arrival_find(t, &l->parent, c, arena, &e.arrival) : ERR_OK;
	ret = ret == ERR_OK && wanted ? arrival_in_dns(t, &l->parent, c, &e.in_dns, &e.in_dns_asked) : ret;
	e.reason = reason_of(c, e.arrival);
	wanted = wanted && (!o->late || is_late(&e)) && (o->reason == NULL || (e.reason != NULL && strcmp(o->reason, e.reason) == 0));
	ret = ret == ERR_OK && wanted ? find_attempt(l, c, &e.attempt) : ret;
	if (ret != ERR_OK || !wanted) {
		return ret;
	}
	change_id_text(l->store, c->number, id);
	return l->json != NULL ? list_json(l, id, &e) : list_row(l, id, &e);
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
		o->late || o->unknown || o->reason != NULL || o->since != 0;
}

int changes_list(const struct changes_options *o)
{
	static const char *const titles[] = { "~CHILD", "CLASS", "~STATE", "~REASON", "JUDGED", "~DS", "ID", NULL };
	struct list l = { .options = o };
	int code;
	l.store = command_open_store(o->db, STORE_READ, &code);
	if (l.store == NULL) {
		return code;
	}
	l.json = o->json ? json_new() : NULL;
	l.table = o->json ? NULL : table_new(titles);
	int ret = l.json == NULL && l.table == NULL ? ERR_NOMEM : notes_of_record(l.store, &l.notes);
	ret = ret == ERR_OK ? list_all(&l) : ret;
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
	store_close(l.notes);
	store_close(l.store);
	return code;
}
