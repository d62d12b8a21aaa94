/* SPDX-License-Identifier: GPL-3.0-or-later */
/* db verify: sinks. The one of record against the journal, and what each has noted. */
#include <inttypes.h>
#include <string.h>

#include "registry/store/event.h"
#include "registry/store/key.h"
#include "registry/store/verify_private.h"
#include "validate/wire/err.h"

void verify_take_over(struct verify *v, struct taken_over *taken, const struct event *e, const struct operator_note *n)
{
	struct sink_of_record *r = &taken->last;
	if (strcmp(n->from, n->to) == 0 || (r->name[0] != '\0' && strcmp(n->from, r->name) != 0)) {
		verify_say(v, "event %" PRIu64 " (operator): %s takes over as the sink of record from %s, which was not it", e->sequence, n->to,
			n->from);
	}
	r->since = e->time;
	memcpy(r->name, n->to, sizeof(r->name));
	memcpy(r->before, n->from, sizeof(r->before));
	memcpy(r->who, n->who, sizeof(r->who));
	memcpy(r->why, n->why, sizeof(r->why));
	taken->sequence = e->sequence;
}

static bool is_same(const struct sink_of_record *a, const struct sink_of_record *b)
{
	return a->since == b->since && strcmp(a->name, b->name) == 0 && strcmp(a->before, b->before) == 0 &&
		strcmp(a->who, b->who) == 0 && strcmp(a->why, b->why) == 0;
}

/* Of the first one, and of those that took over before it was chained, the journal says nothing. */
int verify_sink_of_record(struct verify *v, const struct taken_over *taken)
{
	const struct slice key = { .data = (const uint8_t *)META_SINK, .size = strlen(META_SINK) };
	struct slice value;
	struct sink_of_record r = { .name = "nobody" };
	int rc = db_get(v->txn, DB_META, key, &value);
	if (rc != 0 && rc != ERR_NOTFOUND) {
		return rc;
	}
	if (rc == 0 && sink_of_record_decode(value, &r) != 0) {
		verify_say(v, "the sink of record cannot be read");
	} else if (taken->sequence != 0 && !is_same(&r, &taken->last)) {
		verify_say(v, "event %" PRIu64 " (operator): %s took over from %s as the sink of record, but the store has %s%s", taken->sequence,
			taken->last.name, taken->last.before, r.name, strcmp(r.name, taken->last.name) == 0 ? " of another time or word" : "");
	}
	return 0;
}

/* ---- what sinks have noted */

/* One sink, and its place in the journal of v->txn. */
struct noted {
	const char *name;
	struct txn *txn;
};

/* *out and what it points to live as v->txn. ERR_NOTFOUND: it is not there, or cannot be read, which is said elsewhere. */
static int find_event(struct verify *v, uint64_t sequence, struct event *out)
{
	struct key key;
	struct slice value;
	key_u64(sequence, &key);
	int rc = db_get(v->txn, DB_EVENT, key_slice(&key), &value);
	if (rc != 0) {
		return rc;
	}
	return event_decode(key_slice(&key), value, out) == 0 ? 0 : ERR_NOTFOUND;
}

static int find_end(struct verify *v, uint64_t *sequence)
{
	struct slice key;
	struct slice value;
	int rc = db_seek_last(v->txn, DB_EVENT, (struct slice){ 0 }, &key, &value);
	*sequence = 0;
	if (rc == 0 && key_to_u64(key, sequence) != 0) {
		*sequence = 0;
	}
	return rc == ERR_NOTFOUND ? 0 : rc;
}

/* Where it has read to is an event that the journal has. */
static int check_cursor(struct verify *v, const struct noted *n)
{
	const struct slice key = { .data = (const uint8_t *)META_CURSOR, .size = strlen(META_CURSOR) };
	struct slice value;
	struct sink_cursor c;
	struct event e;
	uint64_t end = 0;
	int rc = db_get(n->txn, DB_META, key, &value);
	if (rc != 0) {
		return rc == ERR_NOTFOUND ? 0 : rc;
	}
	if (sink_cursor_decode(value, &c) != 0) {
		verify_say(v, "sink %s: how far it has read cannot be read", n->name);
		return 0;
	}
	rc = find_event(v, c.sequence, &e);
	if (rc == ERR_NOTFOUND) {
		rc = find_end(v, &end);
		verify_say(v, "sink %s has read up to event %" PRIu64 ", which is not there; the journal ends at event %" PRIu64
			": is it an older one?", n->name, c.sequence, end);
	} else if (rc == 0 && memcmp(e.hash, c.hash, sizeof(c.hash)) != 0) {
		verify_say(v, "sink %s has read up to event %" PRIu64 " of another journal: was this one restored?", n->name, c.sequence);
	}
	return rc;
}

static int check_about(struct verify *v, const struct noted *n)
{
	const struct slice key = { .data = (const uint8_t *)META_ABOUT, .size = strlen(META_ABOUT) };
	struct slice value;
	struct sink_about a;
	int rc = db_get(n->txn, DB_META, key, &value);
	if (rc == 0 && sink_about_decode(value, &a) != 0) {
		verify_say(v, "sink %s: how its exports have ended cannot be read", n->name);
	}
	return rc == ERR_NOTFOUND ? 0 : rc;
}

/* An attempt is about a change. */
static int check_attempt(struct verify *v, const struct noted *n, struct slice key, struct slice value)
{
	struct sink_attempt a = { .change = 0 };
	struct event e;
	if (sink_attempt_decode(key, value, &a) != 0 || a.count == 0) {
		(void)key_to_u64(key, &a.change);
		verify_say(v, "sink %s: what it has noted of change %" PRIu64 " cannot be read", n->name, a.change);
		return 0;
	}
	int rc = find_event(v, a.change, &e);
	if (rc == ERR_NOTFOUND || (rc == 0 && e.kind != EVENT_PROPOSED)) {
		verify_say(v, "sink %s has noted something of change %" PRIu64 ", which was never proposed", n->name, a.change);
	}
	return rc == ERR_NOTFOUND ? 0 : rc;
}

static int check_attempts(struct verify *v, const struct noted *n)
{
	struct db_cursor *cursor;
	int rc = db_cursor_open(n->txn, DB_CHANGE, (struct slice){ 0 }, &cursor);
	if (rc != 0) {
		return rc;
	}
	while (rc == 0) {
		struct slice key;
		struct slice value;
		rc = db_cursor_next(cursor, &key, &value);
		rc = rc == 0 ? check_attempt(v, n, key, value) : rc;
	}
	db_cursor_close(cursor);
	return rc == ERR_NOTFOUND ? txn_error(n->txn) : rc;
}

/* The journal is looked at behind the notes, so that an export which goes on meanwhile is not ahead of it. */
static int check_notes(struct verify *v, struct store *s, struct store *notes, const char *name)
{
	struct noted n = { .name = name };
	int rc = txn_begin(notes, STORE_READ, &n.txn);
	rc = rc == 0 ? txn_begin(s, STORE_READ, &v->txn) : rc;
	rc = rc == 0 ? check_cursor(v, &n) : rc;
	rc = rc == 0 ? check_about(v, &n) : rc;
	rc = rc == 0 ? check_attempts(v, &n) : rc;
	if (n.txn != NULL && txn_error(n.txn) != 0 && txn_error(n.txn) != ERR_NOMEM) {
		verify_say(v, "sink %s: its notes cannot be read to their end", name);
		rc = 0;
	}
	txn_abort(v->txn);
	txn_abort(n.txn);
	v->txn = NULL;
	return rc;
}

static int check_sink(struct verify *v, struct store *s, const char *name)
{
	struct store *notes = NULL;
	char why[256] = "";
	if (!sinkdb_is_name(name)) {
		verify_say(v, "sinks/%.80s is of no sink: remove it", name);
		return 0;
	}
	int rc = sinkdb_open(s, name, STORE_READ, &notes, why);
	if (rc == ERR_NOTFOUND) {
		return 0;	/* an export was killed as it made it */
	}
	v->report.sinks++;
	if (rc != 0) {
		verify_say(v, "sink %s: its notes cannot be opened: %s", name, why);
		return rc == ERR_NOMEM ? rc : 0;
	}
	rc = check_notes(v, s, notes, name);
	store_close(notes);
	return rc;
}

int verify_sinks(struct verify *v, struct store *s)
{
	struct sinkdb_names names;
	int rc = sinkdb_list(s, &names);
	if (rc == ERR_IO) {
		verify_say(v, "the directory of the sinks cannot be read");
		return 0;
	}
	for (size_t i = 0; i < names.count && rc == 0; i++) {
		rc = check_sink(v, s, names.names[i]);
	}
	sinkdb_names_free(&names);
	return rc;
}
