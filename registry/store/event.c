/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Events: appended, chained by hash, read back. */
#include "registry/store/event.h"

#include <assert.h>
#include <string.h>

#include "registry/store/db.h"
#include "registry/store/key.h"
#include "registry/store/memo.h"
#include "registry/store/value.h"
#include "validate/wire/err.h"

const char *event_kind_text(enum event_kind k)
{
	static const char *const texts[] = { [EVENT_PROPOSED] = "proposed", [EVENT_RELEASED] = "released",
		[EVENT_HELD] = "held", [EVENT_CLAIMED] = "claimed", [EVENT_SENT] = "sent", [EVENT_ACKED] = "acked",
		[EVENT_FAILED] = "failed", [EVENT_WITHDRAWN] = "withdrawn", [EVENT_PUBLISHED] = "published",
		[EVENT_OPERATOR] = "operator", [EVENT_CONFIRMED] = "confirmed" };
	return k >= EVENT_PROPOSED && k < EVENT_KINDS ? texts[k] : "unknown";
}

/* Everything of an event but its hash. */
static void write_event(struct wire *w, const struct event *e)
{
	wire_write_u8(w, e->version == 0 ? VALUE_VERSION : e->version);
	wire_write_u8(w, (uint8_t)e->kind);
	wire_write_u64(w, e->time);
	wire_write_u64(w, e->change);
	wire_write(w, e->previous, sizeof(e->previous));
	value_write_slice(w, e->body);
}

static int hash_octets(struct crypto *crypto, const struct event *e, struct slice encoded,
	uint8_t hash[SHA256_OCTETS])
{
	struct key sequence;
	key_u64(e->sequence, &sequence);
	const struct hash_part parts[] = {
		{ .data = sequence.octets, .size = sequence.size },
		{ .data = e->previous, .size = sizeof(e->previous) },
		{ .data = encoded.data, .size = encoded.size },
	};
	return crypto_sha256_parts(crypto, parts, sizeof(parts) / sizeof(parts[0]), hash);
}

int event_hash(struct crypto *crypto, const struct event *e, uint8_t hash[SHA256_OCTETS])
{
	uint8_t octets[EVENT_MAX];
	struct wire w = wire_writer(octets, sizeof(octets));
	write_event(&w, e);
	return wire_error(&w) ? ERR_FORMAT : hash_octets(crypto, e, value_written(&w), hash);
}

/* The next event follows it. */
static int know_head(struct txn *t, const struct event *e)
{
	struct txn_memo *memo = txn_memo(t);
	if (memo != NULL) {
		memo->knows_head = true;
		memo->sequence = e->sequence;
		memcpy(memo->hash, e->hash, sizeof(memo->hash));
	}
	return 0;
}

int event_append(struct txn *t, struct crypto *crypto, struct event *e)
{
	int rc = journal_head(t, &e->sequence, e->previous);
	if (rc != 0) {
		return rc;
	}
	e->sequence++;
	if (e->kind == EVENT_PROPOSED) {
		e->change = e->sequence;
	}
	uint8_t octets[EVENT_MAX];
	struct wire w = wire_writer(octets, sizeof(octets));
	write_event(&w, e);
	rc = hash_octets(crypto, e, value_written(&w), e->hash);
	if (rc != 0) {
		return txn_fail(t, rc);
	}
	wire_write(&w, e->hash, sizeof(e->hash));
	struct key key;
	key_u64(e->sequence, &key);
	rc = db_append(t, DB_EVENT, key_slice(&key), value_written(&w));
	return rc == 0 ? know_head(t, e) : rc;
}

int event_decode(struct slice key, struct slice value, struct event *out)
{
	struct event e = { 0 };
	struct wire w;
	int rc = key_to_u64(key, &e.sequence);
	if (rc == 0) {
		rc = value_reader_of(value, EVENT_VERSION, &w, &e.version);
	}
	if (rc != 0) {
		return rc;
	}
	uint8_t kind = wire_read_u8(&w);
	e.kind = (enum event_kind)kind;
	e.time = wire_read_u64(&w);
	e.change = wire_read_u64(&w);
	value_read_octets(&w, e.previous, sizeof(e.previous));
	e.body = value_read_slice(&w);
	value_read_octets(&w, e.hash, sizeof(e.hash));
	if (!wire_done(&w) || kind < EVENT_PROPOSED || kind >= EVENT_KINDS || e.body.size > BODY_MAX) {
		return ERR_FORMAT;
	}
	*out = e;
	return 0;
}

int event_get(struct txn *t, uint64_t sequence, struct event *out)
{
	struct key key;
	key_u64(sequence, &key);
	struct slice value;
	int rc = db_get(t, DB_EVENT, key_slice(&key), &value);
	if (rc != 0) {
		return rc;
	}
	rc = event_decode(key_slice(&key), value, out);
	return rc == 0 ? 0 : txn_fail(t, rc);
}

int event_next(struct txn *t, uint64_t first, struct arena *arena, struct event *out)
{
	struct key from;
	key_u64(first, &from);
	struct slice key;
	struct slice value;
	int rc = db_seek(t, DB_EVENT, key_slice(&from), &key, &value);
	if (rc != 0) {
		return rc;
	}
	struct event e;
	rc = event_decode(key, value, &e);
	if (rc == 0 && arena != NULL) {
		rc = value_copy(arena, e.body, &e.body);
	}
	if (rc != 0) {
		return txn_fail(t, rc);
	}
	*out = e;
	return 0;
}

int event_before(struct txn *t, uint64_t sequence, struct event *out)
{
	struct key before = { 0 };
	if (sequence != 0) {
		key_u64(sequence, &before);
	}
	struct slice key;
	struct slice value;
	int rc = db_seek_last(t, DB_EVENT, key_slice(&before), &key, &value);
	if (rc != 0) {
		return rc;
	}
	rc = event_decode(key, value, out);
	return rc == 0 ? 0 : txn_fail(t, rc);
}

int journal_head(struct txn *t, uint64_t *sequence, uint8_t hash[SHA256_OCTETS])
{
	const struct txn_memo *memo = txn_memo(t);
	if (memo != NULL && memo->knows_head) {
		*sequence = memo->sequence;
		memcpy(hash, memo->hash, SHA256_OCTETS);
		return 0;
	}
	*sequence = 0;
	memset(hash, 0, SHA256_OCTETS);
	struct slice key;
	struct slice value;
	int rc = db_seek_last(t, DB_EVENT, (struct slice){ 0 }, &key, &value);
	if (rc != 0) {
		return rc == ERR_NOTFOUND ? 0 : rc;
	}
	struct event e;
	rc = event_decode(key, value, &e);
	if (rc != 0) {
		return txn_fail(t, rc);
	}
	*sequence = e.sequence;
	memcpy(hash, e.hash, SHA256_OCTETS);
	return 0;
}

uint8_t change_version(const struct change *c)
{
	return c->registrar[0] != '\0' || c->registration[0] != '\0' ? EVENT_VERSION : VALUE_VERSION;
}

int body_encode_change(const struct change *c, uint8_t out[BODY_MAX], struct slice *body)
{
	if (c->child.size == 0 || c->class == CHANGE_NONE) {
		return ERR_ARG;
	}
	if (c->ds_before.count > LIMIT_DS || c->ds_after.count > LIMIT_DS || c->ns_count > LIMIT_NS_HOSTS) {
		return ERR_LIMIT;
	}
	struct wire w = wire_writer(out, BODY_MAX);
	value_write_name(&w, &c->child);
	wire_write_u8(&w, (uint8_t)c->class);
	wire_write_u64(&w, c->run);
	wire_write_u64(&w, c->sequence);
	wire_write_u64(&w, c->generation);
	wire_write_u64(&w, c->judged_at);
	wire_write_u64(&w, c->supersedes);
	wire_write_u32(&w, c->ds_ttl);
	value_write_ds_set(&w, &c->ds_before);
	value_write_ds_set(&w, &c->ds_after);
	wire_write_u16(&w, (uint16_t)c->ns_count);
	for (size_t i = 0; i < c->ns_count; i++) {
		value_write_name(&w, &c->ns_before[i]);
	}
	if (change_version(c) > 1 && (!value_write_text(&w, c->registrar, sizeof(c->registrar)) ||
	    !value_write_text(&w, c->registration, sizeof(c->registration)))) {
		return ERR_ARG;
	}
	*body = value_written(&w);
	return 0;
}

int body_decode_change(struct slice body, struct arena *arena, struct change *out)
{
	struct change c = { 0 };
	struct wire w = wire_reader(body.data, body.size);
	value_read_name(&w, &c.child);
	uint8_t class = wire_read_u8(&w);
	c.class = (enum change_class)class;
	c.run = wire_read_u64(&w);
	c.sequence = wire_read_u64(&w);
	c.generation = wire_read_u64(&w);
	c.judged_at = wire_read_u64(&w);
	c.supersedes = wire_read_u64(&w);
	c.ds_ttl = wire_read_u32(&w);
	value_read_ds_set(&w, arena, &c.ds_before);
	value_read_ds_set(&w, arena, &c.ds_after);
	c.ns_count = wire_read_u16(&w);
	if (wire_error(&w) || c.child.size == 0 || class == CHANGE_NONE || class > CHANGE_TTL ||
	    c.ns_count > LIMIT_NS_HOSTS) {
		return ERR_FORMAT;
	}
	c.ns_before = arena_array(arena, c.ns_count, sizeof(*c.ns_before));
	if (c.ns_before == NULL) {
		return ERR_NOMEM;
	}
	for (size_t i = 0; i < c.ns_count; i++) {
		value_read_name(&w, &c.ns_before[i]);
	}
	/* Of the second version; one that says nothing is of the first. */
	if (!wire_done(&w)) {
		value_read_text(&w, c.registrar, sizeof(c.registrar));
		value_read_text(&w, c.registration, sizeof(c.registration));
		if (change_version(&c) == 1) {
			return ERR_FORMAT;
		}
	}
	if (!wire_done(&w)) {
		return ERR_FORMAT;
	}
	*out = c;
	return 0;
}

/* The sinks are said where one takes over, and nowhere else. */
static bool has_sinks(const struct operator_note *n)
{
	bool takes_over = n->action == OPERATOR_DO_TAKE_OVER;
	return (n->from[0] != '\0') == takes_over && (n->to[0] != '\0') == takes_over;
}

int body_encode_operator(const struct operator_note *n, uint8_t out[BODY_MAX], struct slice *body)
{
	if (!has_sinks(n) || n->child.size == 0 || n->action < OPERATOR_DO_HOLD || n->action > OPERATOR_ACTION_LAST ||
	    n->who[0] == '\0' || n->why[0] == '\0') {
		return ERR_ARG;
	}
	struct wire w = wire_writer(out, BODY_MAX);
	value_write_name(&w, &n->child);
	wire_write_u8(&w, (uint8_t)n->action);
	if (!value_write_text(&w, n->who, sizeof(n->who)) || !value_write_text(&w, n->why, sizeof(n->why))) {
		return ERR_ARG;
	}
	if (n->action == OPERATOR_DO_TAKE_OVER && (!value_write_text(&w, n->from, sizeof(n->from)) ||
	    !value_write_text(&w, n->to, sizeof(n->to)))) {
		return ERR_ARG;
	}
	*body = value_written(&w);
	return 0;
}

int body_decode_operator(struct slice body, struct operator_note *out)
{
	struct operator_note n = { 0 };
	struct wire w = wire_reader(body.data, body.size);
	value_read_name(&w, &n.child);
	uint8_t action = wire_read_u8(&w);
	n.action = (enum operator_action)action;
	value_read_text(&w, n.who, sizeof(n.who));
	value_read_text(&w, n.why, sizeof(n.why));
	if (n.action == OPERATOR_DO_TAKE_OVER) {
		value_read_text(&w, n.from, sizeof(n.from));
		value_read_text(&w, n.to, sizeof(n.to));
	}
	if (!wire_done(&w) || !has_sinks(&n) || n.child.size == 0 || action < OPERATOR_DO_HOLD || action > OPERATOR_ACTION_LAST ||
	    n.who[0] == '\0' || n.why[0] == '\0') {
		return ERR_FORMAT;
	}
	*out = n;
	return 0;
}

struct slice body_encode_note(const struct event_note *n, uint8_t out[BODY_MAX])
{
	struct wire w = wire_writer(out, BODY_MAX);
	wire_write_u16(&w, (uint16_t)n->why);
	wire_write_u64(&w, n->generation);
	return value_written(&w);
}

bool event_is_released_again(const struct event *e)
{
	struct event_note n;
	return e->kind == EVENT_RELEASED && body_decode_note(e->body, &n) == 0 && n.why == RELEASED_AGAIN;
}

int body_decode_note(struct slice body, struct event_note *out)
{
	struct wire w = wire_reader(body.data, body.size);
	struct event_note n = { .why = (enum reason)wire_read_u16(&w) };
	n.generation = wire_read_u64(&w);
	if (!wire_done(&w)) {
		return ERR_FORMAT;
	}
	*out = n;
	return 0;
}
