/* SPDX-License-Identifier: GPL-3.0-or-later */
/* db verify: the chain of events, and the index of changes against what the events say. */
#include <inttypes.h>
#include <string.h>

#include "registry/store/key.h"
#include "registry/store/rebuild.h"
#include "registry/store/verify_private.h"
#include "validate/wire/err.h"

/* Where the chain has been followed to. */
struct chain {
	struct rebuild index;
	uint64_t sequence;
	uint8_t hash[SHA256_OCTETS];
	bool head_seen;
	struct taken_over taken;
};

/* An event whose hash is right for another place was moved or doubled, not altered. */
static int say_broken(struct verify *v, const struct chain *chain, const struct event *e)
{
	if (memcmp(e->hash, chain->hash, sizeof(e->hash)) == 0) {
		verify_say(v, "event %" PRIu64 " is event %" PRIu64 " once more", e->sequence, chain->sequence);
		return 0;
	}
	const uint64_t places[] = { e->sequence - 1, e->sequence + 1 };
	for (size_t i = 0; i < 2; i++) {
		struct event moved = *e;
		uint8_t hash[SHA256_OCTETS];
		moved.sequence = places[i];
		int rc = event_hash(v->crypto, &moved, hash);
		if (rc != 0) {
			return rc;
		}
		if (memcmp(hash, e->hash, sizeof(hash)) == 0) {
			verify_say(v, "event %" PRIu64 " is out of order: it was written as event %" PRIu64, e->sequence, places[i]);
			return 0;
		}
	}
	verify_say(v, "event %" PRIu64 " was altered: its hash does not fit", e->sequence);
	return 0;
}

static int check_link(struct verify *v, struct chain *chain, const struct event *e)
{
	if (e->sequence != chain->sequence + 1) {
		verify_say(v, "events %" PRIu64 " to %" PRIu64 " are missing", chain->sequence + 1, e->sequence - 1);
	}
	uint8_t hash[SHA256_OCTETS];
	int rc = event_hash(v->crypto, e, hash);
	if (rc != 0) {
		return rc;
	}
	if (memcmp(hash, e->hash, sizeof(hash)) != 0) {
		rc = say_broken(v, chain, e);
	} else if (memcmp(e->previous, chain->hash, sizeof(e->previous)) != 0) {
		verify_say(v, "event %" PRIu64 " does not follow what stands before it: something was altered, removed or put in",
			e->sequence);
	}
	return rc;
}

static void check_head(struct verify *v, struct chain *chain, const struct event *e)
{
	if (v->head == NULL || v->head->sequence != e->sequence) {
		return;
	}
	chain->head_seen = true;
	if (memcmp(v->head->hash, e->hash, sizeof(e->hash)) != 0) {
		verify_say(v, "event %" PRIu64 " is not the one whose hash was noted: the journal was rewritten", e->sequence);
	}
}

/* No DS change without a decision record. Run 0 is a change made by hand. */
static int check_decision(struct verify *v, const struct event *e)
{
	struct change c;
	struct key key;
	struct slice value;
	if (body_decode_change(e->body, v->arena, &c) != 0 || c.run == 0) {
		return 0;
	}
	key_u64_u64(c.run, c.sequence, &key);
	int rc = db_get(v->txn, DB_DECISION, key_slice(&key), &value);
	if (rc == ERR_NOTFOUND) {
		verify_say(v, "change %" PRIu64 " comes from case %" PRIu64 "/%" PRIu64 ", which is not there", e->sequence, c.run,
			c.sequence);
		return 0;
	}
	return rc;
}

/* The index leads to the newest word about a child: none of them is behind it, and what it leads to is one. */
static int check_operator(struct verify *v, struct chain *chain, const struct event *e)
{
	struct operator_note n;
	struct key key;
	struct slice value;
	uint64_t newest;
	if (body_decode_operator(e->body, &n) != 0) {
		return 0;
	}
	if (n.action == OPERATOR_DO_TAKE_OVER) {
		verify_take_over(v, &chain->taken, e, &n);
	}
	key_name(&n.child, &key);
	int rc = db_get(v->txn, DB_OPERATOR, key_slice(&key), &value);
	if (rc != 0 && rc != ERR_NOTFOUND) {
		return rc;
	}
	if (rc == ERR_NOTFOUND || number_decode(value, &newest) != 0 || newest < e->sequence) {
		verify_say(v, "event %" PRIu64 " (operator) is newer than the index of operators' words", e->sequence);
	}
	return 0;
}

static int check_operator_index(struct verify *v, struct slice key, struct slice value)
{
	struct name child;
	uint64_t sequence = 0;
	struct event e = { 0 };
	struct operator_note n;
	struct slice found;
	struct key at;
	if (key_to_name(key, &child) != 0 || number_decode(value, &sequence) != 0) {
		verify_say(v, "an entry of the index of operators' words cannot be read");
		return 0;
	}
	key_u64(sequence, &at);
	int rc = db_get(v->txn, DB_EVENT, key_slice(&at), &found);
	if (rc != 0 && rc != ERR_NOTFOUND) {
		return rc;
	}
	if (rc == ERR_NOTFOUND || event_decode(key_slice(&at), found, &e) != 0 || e.kind != EVENT_OPERATOR ||
	    body_decode_operator(e.body, &n) != 0 || !name_equal(&n.child, &child)) {
		char text[NAME_TEXT_SIZE];
		name_to_text(&child, text);
		verify_say(v, "the index of operators' words leads from %s to event %" PRIu64 ", which is none about it", text,
			sequence);
	}
	return 0;
}

static int check_event(struct verify *v, struct chain *chain, struct slice key, struct slice value)
{
	struct event e;
	uint64_t sequence = 0;
	if (key_to_u64(key, &sequence) != 0 || event_decode(key, value, &e) != 0) {
		verify_say(v, "event %" PRIu64 " cannot be read", sequence);
		chain->sequence = sequence;
		return 0;
	}
	int rc = check_link(v, chain, &e);
	if (rc != 0) {
		return rc;
	}
	check_head(v, chain, &e);
	char why[256];
	rc = rebuild_event(&chain->index, &e, v->arena, why);
	if (rc == ERR_CONFLICT) {
		verify_say(v, "%s", why);
		rc = 0;
	} else if (rc == 0 && e.kind == EVENT_PROPOSED) {
		rc = check_decision(v, &e);
	} else if (rc == 0 && e.kind == EVENT_OPERATOR) {
		rc = check_operator(v, chain, &e);
	}
	/* Goes on behind what is there: one fault is said once. */
	chain->sequence = e.sequence;
	memcpy(chain->hash, e.hash, sizeof(chain->hash));
	return rc;
}

static int follow_chain(struct verify *v, struct chain *chain)
{
	struct db_cursor *cursor;
	int rc = db_cursor_open(v->txn, DB_EVENT, (struct slice){ 0 }, &cursor);
	if (rc != 0) {
		return rc;
	}
	for (;;) {
		struct slice key;
		struct slice value;
		rc = db_cursor_next(cursor, &key, &value);
		if (rc == 0) {
			v->report.events++;
			arena_reset(v->arena);
			rc = check_event(v, chain, key, value);
		}
		if (rc != 0) {
			break;
		}
	}
	db_cursor_close(cursor);
	if (rc != ERR_NOTFOUND) {
		return rc;
	}
	if (v->head != NULL && v->head->sequence != 0 && !chain->head_seen) {
		verify_say(v, "the journal ends at event %" PRIu64 ", but event %" PRIu64 " was noted: its tail was cut",
			chain->sequence, v->head->sequence);
	}
	return txn_error(v->txn);
}

static bool is_same_status(const struct change_status *a, const struct change_status *b)
{
	return a->state == b->state && a->sequence == b->sequence && a->time == b->time && a->why == b->why &&
		a->acked_generation == b->acked_generation && a->cleared == b->cleared && a->confirmed == b->confirmed;
}

/* The index against the events: nothing differs, nothing is left over, nothing is missing. */
static int compare_statuses(struct verify *v, const struct rebuild *index)
{
	for (size_t i = 0; i < index->count; i++) {
		const struct rebuilt *c = &index->changes[i];
		struct key key;
		struct slice value;
		struct change_status s;
		key_u64(c->number, &key);
		int rc = db_get(v->txn, DB_CHANGE, key_slice(&key), &value);
		if (rc != 0 && rc != ERR_NOTFOUND) {
			return rc;
		}
		if (rc == ERR_NOTFOUND) {
			verify_say(v, "change %" PRIu64 " is missing in the index of changes", c->number);
		} else if (status_decode(value, &s) != 0 || !is_same_status(&s, &c->status)) {
			verify_say(v, "change %" PRIu64 " is %s by its events, but not by the index of changes", c->number,
				event_kind_text(c->status.state));
		}
	}
	uint64_t indexed;
	int rc = db_count(v->txn, DB_CHANGE, &indexed);
	if (rc == 0 && indexed > index->count) {
		verify_say(v, "the index has %" PRIu64 " changes, the journal %zu", indexed, index->count);
	}
	return rc;
}

/* The child of a change, from its first event. */
static int read_child(struct verify *v, uint64_t number, struct name *child)
{
	struct key key;
	struct slice value;
	struct event e;
	struct change c;
	key_u64(number, &key);
	int rc = db_get(v->txn, DB_EVENT, key_slice(&key), &value);
	if (rc == 0) {
		rc = event_decode(key_slice(&key), value, &e);
	}
	if (rc == 0) {
		rc = body_decode_change(e.body, v->arena, &c);
	}
	if (rc == 0) {
		*child = c.child;
	}
	return rc;
}

static int compare_outstanding(struct verify *v, struct rebuild *index)
{
	rebuild_cover(index);
	uint64_t expected = 0;
	for (size_t i = 0; i < index->count; i++) {
		const struct rebuilt *c = &index->changes[i];
		if (c->covered || !status_is_open(c->status.state)) {
			continue;
		}
		expected++;
		arena_reset(v->arena);
		struct name child;
		int rc = read_child(v, c->number, &child);
		if (rc != 0) {
			return rc;
		}
		struct key key;
		struct slice value;
		uint64_t number = 0;
		char text[NAME_TEXT_SIZE];
		name_to_text(&child, text);
		key_name(&child, &key);
		rc = db_get(v->txn, DB_OUTSTANDING, key_slice(&key), &value);
		if (rc != 0 && rc != ERR_NOTFOUND) {
			return rc;
		}
		if (rc == ERR_NOTFOUND || number_decode(value, &number) != 0 || number != c->number) {
			verify_say(v, "change %" PRIu64 " of %s is outstanding by its events, but not by the index", c->number, text);
		}
	}
	uint64_t indexed;
	int rc = db_count(v->txn, DB_OUTSTANDING, &indexed);
	if (rc == 0 && indexed > expected) {
		verify_say(v, "the index has %" PRIu64 " outstanding changes, the journal %" PRIu64, indexed, expected);
	}
	return rc;
}

int verify_journal(struct verify *v)
{
	struct chain chain = { 0 };
	int rc = follow_chain(v, &chain);
	if (rc == 0) {
		v->report.changes = chain.index.count;
		rc = compare_statuses(v, &chain.index);
	}
	if (rc == 0) {
		rc = compare_outstanding(v, &chain.index);
	}
	if (rc == 0) {
		rc = verify_each(v, DB_OPERATOR, check_operator_index, NULL);
	}
	if (rc == 0) {
		rc = verify_sink_of_record(v, &chain.taken);
	}
	rebuild_free(&chain.index);
	return rc;
}
