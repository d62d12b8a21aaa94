/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scanner/sinks_shown.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scanner/command.h"
#include "scanner/show.h"
#include "scanner/table.h"
#include "validate/wire/err.h"

enum role { ROLE_RECORD, ROLE_ALONG, ROLE_FORMER };

struct shown {
	char name[SINK_NAME_MAX + 1];
	enum role role;
	char fault[256];		/* its notes cannot be read; empty: they can */
	struct sink_about about;	/* kind empty: nothing is known */
	struct sink_cursor cursor;	/* sequence 0: none */
	bool is_lost;			/* the cursor is not of this journal */
	uint64_t troubles[SINK_TROUBLES];
	uint64_t behind;		/* changes that it has not read yet */
	uint64_t behind_since;
};

struct sinks_shown {
	struct sink_of_record record;	/* name empty: none yet */
	uint64_t released, claimed, failed;
	size_t count;
	struct shown *sinks;
};

static const char *role_text(enum role r)
{
	return r == ROLE_RECORD ? "record" : r == ROLE_ALONG ? "along" : "former";
}

/* ---- what they have noted */

static int count_troubles(struct txn *t, struct shown *s)
{
	struct sink_attempt a = { .change = 0 };
	int ret;
	while ((ret = sink_attempt_next(t, a.change + 1, &a)) == ERR_OK) {
		s->troubles[a.trouble]++;
	}
	return ret == ERR_NOTFOUND ? ERR_OK : ret;
}

static int read_notes(struct store *notes, struct shown *s)
{
	struct txn *t = NULL;
	int ret = txn_begin(notes, STORE_READ, &t);
	ret = ret == ERR_OK ? sink_about_get(t, &s->about) : ret;
	ret = ret == ERR_OK || ret == ERR_NOTFOUND ? sink_cursor_get(t, &s->cursor) : ret;
	ret = ret == ERR_OK || ret == ERR_NOTFOUND ? count_troubles(t, s) : ret;
	txn_abort(t);
	return ret;
}

/* Notes may be damaged or lost; that is told, and the rest, too. */
static int look_at(struct store *of, const char *name, struct shown *s)
{
	struct store *notes = NULL;
	char why[256] = "";
	*s = (struct shown){ .role = ROLE_FORMER };
	snprintf(s->name, sizeof(s->name), "%s", name);
	int ret = sinkdb_open(of, name, STORE_READ, &notes, why);
	if (ret == ERR_OK) {
		ret = read_notes(notes, s);
		store_close(notes);
		snprintf(why, sizeof(why), "its notes cannot be read: %s", err_text(ret));
	}
	if (ret != ERR_OK && ret != ERR_NOTFOUND && ret != ERR_NOMEM) {
		snprintf(s->fault, sizeof(s->fault), "%s", why);
	}
	return ret == ERR_NOMEM ? ret : ERR_OK;
}

static int read_record(struct store *of, struct sink_of_record *out)
{
	struct txn *t = NULL;
	int ret = txn_begin(of, STORE_READ, &t);
	ret = ret == ERR_OK ? sink_of_record_get(t, out) : ret;
	txn_abort(t);
	return ret == ERR_NOTFOUND ? ERR_OK : ret;
}

/* The one of record is the first, also where it has noted nothing. */
static int look_at_all(struct store *of, const struct sinkdb_names *names, struct sinks_shown *s)
{
	int ret = ERR_OK;
	if (s->record.name[0] != '\0') {
		ret = look_at(of, s->record.name, &s->sinks[0]);
		s->sinks[0].role = ROLE_RECORD;
		s->count = 1;
	}
	for (size_t i = 0; i < names->count && ret == ERR_OK; i++) {
		const char *name = names->names[i];
		if (!sinkdb_is_name(name) || strcmp(name, s->record.name) == 0) {
			continue;
		}
		struct shown *one = &s->sinks[s->count++];
		ret = look_at(of, name, one);
		one->role = one->cursor.sequence > 0 || one->about.is_along ? ROLE_ALONG : ROLE_FORMER;
	}
	return ret;
}

int sinks_shown_new(struct store *of, struct sinks_shown **out)
{
	struct sinkdb_names names = { .count = 0 };
	struct sinks_shown *s = calloc(1, sizeof(*s));
	int ret = s == NULL ? ERR_NOMEM : sinkdb_list(of, &names);
	if (ret == ERR_OK) {
		s->sinks = calloc(names.count + 1, sizeof(*s->sinks));
		ret = s->sinks == NULL ? ERR_NOMEM : read_record(of, &s->record);
	}
	ret = ret == ERR_OK ? look_at_all(of, &names, s) : ret;
	sinkdb_names_free(&names);
	if (ret != ERR_OK) {
		sinks_shown_free(s);
		return ret;
	}
	*out = s;
	return ERR_OK;
}

void sinks_shown_free(struct sinks_shown *s)
{
	if (s != NULL) {
		free(s->sinks);
		free(s);
	}
}

/* ---- how far they are */

/* Is the event that it has read last in this journal? */
static int check_cursor(struct txn *t, struct shown *s, struct arena *arena)
{
	struct event e;
	if (s->cursor.sequence == 0) {
		return ERR_OK;
	}
	int ret = event_next(t, s->cursor.sequence, arena, &e);
	s->is_lost = ret == ERR_NOTFOUND || (ret == ERR_OK &&
		(e.sequence != s->cursor.sequence || memcmp(e.hash, s->cursor.hash, sizeof(e.hash)) != 0));
	return ret == ERR_NOTFOUND ? ERR_OK : ret;
}

static int count_behind(struct txn *t, struct shown *s, struct arena *arena)
{
	uint64_t next = s->cursor.sequence + 1;
	int ret = check_cursor(t, s, arena);
	while (ret == ERR_OK && !s->is_lost) {
		struct event e;
		arena_reset(arena);
		ret = event_next(t, next, arena, &e);
		if (ret == ERR_OK && e.kind == EVENT_RELEASED && !event_is_released_again(&e)) {
			s->behind_since = s->behind++ == 0 ? e.time : s->behind_since;
		}
		next = ret == ERR_OK ? e.sequence + 1 : next;
	}
	return ret == ERR_NOTFOUND ? ERR_OK : ret;
}

int sinks_shown_find(struct sinks_shown *s, struct txn *t, const uint64_t states[EVENT_KINDS])
{
	struct arena *arena = arena_new();
	int ret = arena == NULL ? ERR_NOMEM : ERR_OK;
	s->released = states[EVENT_RELEASED];
	s->claimed = states[EVENT_CLAIMED];
	s->failed = states[EVENT_FAILED];
	for (size_t i = 0; i < s->count && ret == ERR_OK; i++) {
		ret = s->sinks[i].role == ROLE_ALONG ? count_behind(t, &s->sinks[i], arena) : ERR_OK;
	}
	arena_free(arena);
	return ret;
}

/* ---- for programs */

static void put_text(struct json *j, const char *key, const char *text)
{
	json_string(j, key, text[0] == '\0' ? NULL : text);
}

static void record_json(const struct sinks_shown *all, struct json *j)
{
	json_time(j, "since", all->record.since);
	put_text(j, "before", all->record.before);
	put_text(j, "who", all->record.who);
	put_text(j, "why", all->record.why);
	json_uint(j, "released", all->released);
	json_uint(j, "claimed", all->claimed);
	json_uint(j, "failed", all->failed);
}

static void along_json(const struct shown *s, struct json *j)
{
	json_uint(j, "cursor", s->cursor.sequence);
	json_bool(j, "lost", s->is_lost);
	json_uint(j, "behind", s->behind);
	json_time(j, "behind_since", s->behind_since);
}

static void one_json(const struct sinks_shown *all, const struct shown *s, struct json *j)
{
	json_object(j, NULL);
	json_string(j, "name", s->name);
	put_text(j, "kind", s->about.kind);
	json_string(j, "role", role_text(s->role));
	if (s->role == ROLE_RECORD) {
		record_json(all, j);
	} else if (s->role == ROLE_ALONG) {
		along_json(s, j);
	}
	json_uint(j, "waits", s->troubles[TROUBLE_WAITS]);
	json_uint(j, "unknown", s->troubles[TROUBLE_UNKNOWN]);
	json_uint(j, "conflicts", s->troubles[TROUBLE_CONFLICT]);
	json_uint(j, "dead", s->troubles[TROUBLE_REFUSED]);
	json_time(j, "last_taken", s->about.taken_at);
	json_time(j, "last_well", s->about.well_at);
	json_time(j, "last_failed", s->about.failed_at);
	put_text(j, "failure", s->about.words);
	put_text(j, "fault", s->fault);
	json_object_end(j);
}

void sinks_shown_json(const struct sinks_shown *s, struct json *j)
{
	json_array(j, "sinks");
	for (size_t i = 0; i < s->count; i++) {
		one_json(s, &s->sinks[i], j);
	}
	json_array_end(j);
}

/* ---- for people */

#define NUMBER 24

static const char *number(uint64_t value, bool is_told, char out[NUMBER])
{
	snprintf(out, NUMBER, "%" PRIu64, value);
	return is_told ? out : "-";
}

static int one_row(const struct sinks_shown *all, const struct shown *s, struct table *t)
{
	char texts[6][NUMBER];
	char when[24];
	bool record = s->role == ROLE_RECORD;
	const char *cells[] = { s->name, s->about.kind[0] == '\0' ? "-" : s->about.kind, role_text(s->role),
		number(all->released, record, texts[0]), number(all->claimed, record, texts[1]), number(all->failed, record, texts[2]),
		number(s->troubles[TROUBLE_WAITS] + s->troubles[TROUBLE_UNKNOWN], true, texts[3]),
		number(s->troubles[TROUBLE_REFUSED] + s->troubles[TROUBLE_CONFLICT], true, texts[4]),
		s->is_lost ? "lost" : number(s->behind, s->role == ROLE_ALONG, texts[5]), show_time(s->about.taken_at, when) };
	return table_row(t, cells);
}

static void one_line(const struct sinks_shown *all, const struct shown *s, const char *db)
{
	char when[24];
	if (s->role == ROLE_RECORD && all->record.before[0] != '\0') {
		printf("%s is the sink of record since %s, in place of %s, by %s: %s\n", s->name, show_time(all->record.since, when),
			all->record.before, all->record.who, all->record.why);
	}
	if (s->fault[0] != '\0') {
		printf("%s: %s\n", s->name, say_text(s->fault));
	}
	if (s->is_lost) {
		printf("%s has read another journal: was this one restored? changes export --again reads it from its first event\n", s->name);
	}
	if (s->about.failed_at > s->about.well_at) {
		printf("%s failed at %s: %s\n", s->name, show_time(s->about.failed_at, when), s->about.words);
	}
	if (s->troubles[TROUBLE_REFUSED] + s->troubles[TROUBLE_CONFLICT] > 0) {
		printf("what %s could not hand over: cdswalk changes dead %s --db %s\n", s->name, s->name, say_text(db));
	}
}

int sinks_shown_text(const struct sinks_shown *s, const char *db)
{
	static const char *const titles[] = { "SINK", "KIND", "ROLE", ">RELEASED", ">CLAIMED", ">FAILED", ">WAIT", ">DEAD", ">BEHIND",
		"LAST TAKEN", NULL };
	if (s->count == 0) {
		return ERR_OK;
	}
	struct table *t = table_new(titles);
	int ret = t == NULL ? ERR_NOMEM : ERR_OK;
	for (size_t i = 0; i < s->count && ret == ERR_OK; i++) {
		ret = one_row(s, &s->sinks[i], t);
	}
	if (ret == ERR_OK) {
		putchar('\n');
		ret = table_print(t);
	}
	for (size_t i = 0; i < s->count && ret == ERR_OK; i++) {
		one_line(s, &s->sinks[i], db);
	}
	table_free(t);
	return ret;
}
