/* SPDX-License-Identifier: GPL-3.0-or-later */
/* DNS UPDATE with TSIG (RFC 2136, RFC 8945) straight to a hidden primary, one message a change.
 *
 * Its prerequisites are the DS set and the NS set that the change was judged against. Where they are not so, the
 * server is asked what it has: the set after means that an earlier message arrived, the set of a change before it that
 * the same is to be tried on that, and anything else is somebody else's. So whatever happens between a message and its
 * answer, a change is made once. Messages are in flight up to a bound, over one connection; every answer has to be signed. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "registry/peer/dnstcp.h"
#include "registry/peer/tsig.h"
#include "registry/sink/parts.h"
#include "registry/sink/settings.h"
#include "registry/sink/update_message.h"
#include "validate/wire/err.h"
#include "validate/wire/message.h"

#define IN_FLIGHT_MAX 256
#define TIMEOUT_S 10
#define DEFAULT_TTL 3600
#define RDATA_SHOWN 3

/* What the server was asked last about a change. */
enum stage { FREE = 0, UPDATED, UPDATED_PENDING, ASKED_DS, ASKED_NS };

struct slot {
	enum stage stage;
	bool tried_pending;
	uint16_t id;
	struct tsig *tsig;
	struct arena *arena;		/* of the wish */
	struct update_wish wish;
};

struct update {
	struct sink sink;
	struct sink_options options;
	struct dnstcp_server server;
	struct tsig_key *key;
	struct dnstcp *connection;
	uint32_t timeout_ms;
	uint32_t ttl;			/* of a DS set that nobody has given one */
	uint64_t in_flight;
	struct slot *slots;
	uint16_t next_id;
	struct arena *arena;		/* of one answer */
	char server_text[ADDRESS_TEXT_SIZE + 8];
	uint8_t message[LIMIT_MESSAGE_OCTETS];
};

/* ---- settings */

static int read_key(struct update *u, char *why)
{
	const char *path;
	char what[SINK_WHY] = "";
	int rc = settings_need(&u->options, "key", &path, why);
	if (rc != 0) {
		return rc;
	}
	rc = tsig_key_read(path, &u->key, what);
	return rc == 0 || rc == ERR_NOMEM ? rc : settings_wrong(&u->options, "key", what, why);
}

static int read_server(struct update *u, char *why)
{
	const char *text;
	char address[ADDRESS_TEXT_SIZE];
	int rc = settings_need(&u->options, "server", &text, why);
	if (rc != 0) {
		return rc;
	}
	if (dnstcp_server_from_text(text, &u->server) != 0) {
		return settings_wrong(&u->options, "server", "give an address, or ADDRESS@PORT: 192.0.2.1@53", why);
	}
	address_to_text(&u->server.address, address);
	snprintf(u->server_text, sizeof(u->server_text), "%s@%u", address, (unsigned)u->server.port);
	return 0;
}

static int read_settings(struct update *u, char *why)
{
	static const char *const known[] = { "server", "key", "timeout", "in-flight", "ttl", NULL };
	uint64_t timeout = TIMEOUT_S;
	uint64_t ttl = DEFAULT_TTL;
	u->in_flight = 32;
	if (u->options.target != NULL) {
		return sink_fail(why, ERR_ARG, "update sends to the server of its settings and takes no target");
	}
	int rc = settings_check(&u->options, known, why);
	rc = rc == 0 ? read_server(u, why) : rc;
	rc = rc == 0 ? settings_uint(&u->options, "timeout", 1, 300, &timeout, why) : rc;
	rc = rc == 0 ? settings_uint(&u->options, "in-flight", 1, IN_FLIGHT_MAX, &u->in_flight, why) : rc;
	rc = rc == 0 ? settings_uint(&u->options, "ttl", 1, INT32_MAX, &ttl, why) : rc;
	u->timeout_ms = (uint32_t)timeout * 1000;
	u->ttl = (uint32_t)ttl;
	return rc == 0 ? read_key(u, why) : rc;
}

/* ---- messages */

static int broken(struct update *u, int rc, const char *what)
{
	if (u->options.why != NULL && u->options.why != what) {
		snprintf(u->options.why, SINK_WHY, "%s: %.180s", u->server_text, what);
	}
	return rc == ERR_NOMEM ? rc : ERR_IO;
}

static int send_message(struct update *u, struct tsig *tsig, size_t size)
{
	char what[SINK_WHY] = "the message cannot be signed";
	int rc = size == 0 ? ERR_LIMIT : tsig_sign(tsig, u->message, &size, sizeof(u->message));
	if (rc == ERR_LIMIT) {
		return rc;
	}
	rc = rc == 0 ? dnstcp_send(u->connection, u->message, size, u->timeout_ms, what) : rc;
	return rc == 0 ? 0 : broken(u, rc, what);
}

static int send_update(struct update *u, struct slot *s, bool pending)
{
	s->id = u->next_id++;
	s->tried_pending = s->tried_pending || pending;
	s->stage = pending ? UPDATED_PENDING : UPDATED;
	return send_message(u, s->tsig, update_compose(&s->wish, pending ? &s->wish.pending : &s->wish.now, s->id, u->message,
		sizeof(u->message) - TSIG_OCTETS));
}

static int send_question(struct update *u, struct slot *s, uint16_t type)
{
	s->id = u->next_id++;
	s->stage = type == TYPE_DS ? ASKED_DS : ASKED_NS;
	return send_message(u, s->tsig, update_compose_question(&s->wish.child, type, false, s->id, u->message,
		sizeof(u->message) - TSIG_OCTETS));
}

/* ---- what came of a change */

static void end_slot(struct update *u, struct slot *s, enum sink_outcome outcome, const char *why)
{
	const struct sink_result r = { .outcome = outcome, .why = why };
	s->stage = FREE;
	if (u->options.done != NULL) {
		u->options.done(u->options.user, s->wish.number, &r);
	}
}

static void describe_ds(const struct ds_set *set, char *out, size_t size)
{
	size_t used = (size_t)snprintf(out, size, set->count == 0 ? "the server has no DS set" : "the DS set there is");
	for (size_t i = 0; i < set->count && i < RDATA_SHOWN && used < size; i++) {
		used += (size_t)snprintf(out + used, size - used, "%s %u/%u/%u", i == 0 ? "" : ",", set->ds[i].tag,
			set->ds[i].algorithm, set->ds[i].digest_type);
	}
	if (set->count > RDATA_SHOWN && used < size) {
		snprintf(out + used, size - used, ", ...");
	}
}

static bool is_before(const struct update_wish *w, const struct ds_set *set)
{
	return ds_set_equal(set, &w->now) || (w->has_pending && ds_set_equal(set, &w->pending));
}

static int take_ds(struct update *u, struct slot *s, const struct message *m)
{
	struct ds_set set;
	uint32_t ttl;
	char what[SINK_WHY];
	const struct update_wish *w = &s->wish;
	int rc = update_read_ds(m, &w->child, u->arena, &set, &ttl);
	if (rc == ERR_NOMEM) {
		return rc;
	}
	if (rc != 0) {
		end_slot(u, s, SINK_UNKNOWN, "the server does not tell the DS set that it has");
		return 0;
	}
	if (ds_set_equal(&set, &w->after) && (!w->is_ttl || ttl == w->ttl)) {
		end_slot(u, s, SINK_APPLIED, "the server has it already");
		return 0;
	}
	if (!is_before(w, &set)) {
		describe_ds(&set, what, sizeof(what));
		end_slot(u, s, SINK_CONFLICT, what);
		return 0;
	}
	/* What was sent arrived after all, and this is to be put in its place. */
	if (!u->options.dry_run && !s->tried_pending && w->has_pending && ds_set_equal(&set, &w->pending)) {
		return send_update(u, s, true);
	}
	return send_question(u, s, TYPE_NS);
}

static bool has_ns(const struct update_wish *w, const struct name *ns, size_t count)
{
	bool same = count == w->ns_count;
	for (size_t i = 0; i < count && same; i++) {
		same = name_equal(&ns[i], &w->ns[i]);
	}
	return same;
}

static int take_ns(struct update *u, struct slot *s, const struct message *m)
{
	struct name *ns;
	size_t count;
	char what[SINK_WHY];
	char first[NAME_TEXT_SIZE] = "none";
	int rc = update_read_ns(m, &s->wish.child, u->arena, &ns, &count);
	if (rc == ERR_NOMEM) {
		return rc;
	}
	if (rc != 0) {
		end_slot(u, s, SINK_UNKNOWN, "the server does not tell the name servers that it has");
	} else if (!has_ns(&s->wish, ns, count)) {
		if (count > 0) {
			name_to_text(&ns[0], first);
		}
		snprintf(what, sizeof(what), "the name servers there are %.180s%s", first, count > 1 ? " and others" : "");
		end_slot(u, s, SINK_CONFLICT, what);
	} else if (u->options.dry_run) {
		end_slot(u, s, SINK_APPLIED, "the server has what it was decided for, and would get it");
	} else {
		end_slot(u, s, SINK_WAITS, "the server has changed it while it was asked");
	}
	return 0;
}

/* RFC 2136 section 2.2. What fails for a prerequisite is looked at; SERVFAIL leaves open what was done. */
static int take_update(struct update *u, struct slot *s, const struct message *m)
{
	char what[SINK_WHY];
	char buf[20];
	switch (m->rcode) {
	case RCODE_NOERROR:
		if (update_is_done(m)) {
			end_slot(u, s, SINK_APPLIED, NULL);
		} else {
			end_slot(u, s, SINK_UNKNOWN, "the server answers something else than what it was asked for");
		}
		return 0;
	case RCODE_NXDOMAIN:
	case RCODE_YXDOMAIN:
	case RCODE_YXRRSET:
	case RCODE_NXRRSET:
		return send_question(u, s, TYPE_DS);
	case RCODE_SERVFAIL:
		end_slot(u, s, SINK_UNKNOWN, "the server failed (SERVFAIL)");
		return 0;
	default:
		snprintf(what, sizeof(what), "the server answers %s%s", update_rcode_text(m->rcode, buf),
			m->rcode == RCODE_REFUSED ? ": the key may not change the DS set there, or the zone is frozen"
			: m->rcode == RCODE_NOTAUTH ? ": it is not the primary of the zone" : "");
		end_slot(u, s, SINK_REFUSED, what);
		return 0;
	}
}

static struct slot *slot_of(struct update *u, uint16_t id)
{
	for (size_t i = 0; i < u->in_flight; i++) {
		if (u->slots[i].stage != FREE && u->slots[i].id == id) {
			return &u->slots[i];
		}
	}
	return NULL;
}

static int receive(struct update *u, struct tsig *only, uint16_t id, struct slot **slot, struct message *m)
{
	size_t size;
	char what[SINK_WHY] = "";
	int rc = dnstcp_receive(u->connection, u->message, &size, u->timeout_ms, what);
	if (rc != 0) {
		return broken(u, rc, what);
	}
	uint16_t got = size < 2 ? 0 : (uint16_t)(u->message[0] << 8 | u->message[1]);
	struct slot *s = only == NULL ? slot_of(u, got) : NULL;
	if (size < 2 || (only != NULL ? got != id : s == NULL)) {
		return broken(u, ERR_IO, "an answer to nothing that was asked came");
	}
	/* One that is not signed is none: whoever it came from, the connection is no good. */
	rc = tsig_verify(only != NULL ? only : s->tsig, u->message, &size, what);
	if (rc != 0) {
		return broken(u, rc, what);
	}
	arena_reset(u->arena);
	rc = message_parse(u->message, size, u->arena, m);
	if (rc != 0 || (m->flags & MESSAGE_FLAG_QR) == 0) {
		return broken(u, rc == ERR_NOMEM ? rc : ERR_IO, "the answer cannot be read");
	}
	*slot = s;
	return 0;
}

static int take_one(struct update *u)
{
	struct slot *s;
	struct message m;
	int rc = receive(u, NULL, 0, &s, &m);
	if (rc != 0) {
		return rc;
	}
	switch (s->stage) {
	case UPDATED:
	case UPDATED_PENDING:
		rc = take_update(u, s, &m);
		break;
	case ASKED_DS:
		rc = take_ds(u, s, &m);
		break;
	default:
		rc = take_ns(u, s, &m);
	}
	return rc == ERR_NOMEM ? broken(u, rc, "out of memory") : rc;
}

/* ---- the sink */

static void update_free(struct update *u)
{
	for (size_t i = 0; u->slots != NULL && i < u->in_flight; i++) {
		tsig_free(u->slots[i].tsig);
		arena_free(u->slots[i].arena);
	}
	free(u->slots);
	dnstcp_close(u->connection);
	tsig_key_free(u->key);
	arena_free(u->arena);
	free(u);
}

static bool make_slots(struct update *u)
{
	u->slots = calloc(u->in_flight, sizeof(*u->slots));
	u->arena = arena_new();
	bool good = u->slots != NULL && u->arena != NULL;
	for (size_t i = 0; good && i < u->in_flight; i++) {
		u->slots[i].tsig = tsig_new(u->key);
		u->slots[i].arena = arena_new();
		good = u->slots[i].tsig != NULL && u->slots[i].arena != NULL;
	}
	return good;
}

/* Before anything is claimed, a message that changes nothing: a signed answer, whatever it is, shows that key and clocks are
 * right. To look only, a question does. */
static int shake_hands(struct update *u)
{
	struct slot *none;
	struct message m;
	char what[SINK_WHY];
	struct tsig *tsig = u->slots[0].tsig;
	int rc = dnstcp_open(&u->server, u->timeout_ms, &u->connection, what);
	if (rc != 0 || u->options.zone_count == 0) {
		return rc == 0 ? 0 : broken(u, rc, what);
	}
	uint16_t id = u->next_id++;
	rc = send_message(u, tsig, update_compose_question(&u->options.zones[0], TYPE_SOA, !u->options.dry_run, id, u->message,
		sizeof(u->message) - TSIG_OCTETS));
	return rc == 0 ? receive(u, tsig, id, &none, &m) : rc;
}

int sink_update_new(const struct sink_options *o, struct sink **out, char why[SINK_WHY])
{
	struct update *u = calloc(1, sizeof(*u));
	if (u == NULL) {
		return sink_fail(why, ERR_NOMEM, "out of memory");
	}
	u->sink.ops = &sink_update_ops;
	u->options = *o;
	u->options.why = why;
	u->next_id = 1;
	int rc = read_settings(u, why);
	if (rc == 0 && !make_slots(u)) {
		rc = sink_fail(why, ERR_NOMEM, "out of memory");
	}
	rc = rc == 0 ? shake_hands(u) : rc;
	if (rc != 0) {
		update_free(u);
		return rc;
	}
	u->options.why = o->why;
	*out = &u->sink;
	return 0;
}

static bool copy_set(struct arena *arena, const struct ds_set *from, struct ds_set *to)
{
	to->count = from->count;
	to->ds = arena_array(arena, from->count + 1, sizeof(*to->ds));
	if (to->ds != NULL && from->count > 0) {
		memcpy(to->ds, from->ds, from->count * sizeof(*to->ds));
	}
	return to->ds != NULL;
}

static int make_wish(const struct update *u, struct slot *s, const struct sink_change *x)
{
	const struct change *c = x->change;
	arena_reset(s->arena);
	s->tried_pending = false;
	s->wish = (struct update_wish){ .number = c->number, .child = c->child, .parent = *x->parent,
		.has_pending = x->ds_pending != NULL, .is_ttl = c->class == CHANGE_TTL, .ttl = c->ds_ttl != 0 ? c->ds_ttl : u->ttl,
		.ns_count = c->ns_count };
	struct name *ns = arena_array(s->arena, c->ns_count + 1, sizeof(*ns));
	if (ns == NULL || !copy_set(s->arena, x->ds_now, &s->wish.now) || !copy_set(s->arena, &c->ds_after, &s->wish.after) ||
	    (x->ds_pending != NULL && !copy_set(s->arena, x->ds_pending, &s->wish.pending))) {
		return ERR_NOMEM;
	}
	for (size_t i = 0; i < c->ns_count; i++) {
		ns[i] = c->ns_before[i];
	}
	s->wish.ns = ns;
	return 0;
}

static struct slot *free_slot(struct update *u)
{
	for (size_t i = 0; i < u->in_flight; i++) {
		if (u->slots[i].stage == FREE) {
			return &u->slots[i];
		}
	}
	return NULL;
}

static int update_put(struct sink *sink, const struct sink_change *x)
{
	struct update *u = (struct update *)sink;
	struct slot *s;
	if (x->change->class == CHANGE_TTL && x->change->ds_ttl == 0) {
		return sink_fail(u->options.why, ERR_LIMIT, "the DS set gets the TTL back that the registry gives its own, and UPDATE has "
			"to name it");
	}
	while ((s = free_slot(u)) == NULL) {
		int rc = take_one(u);
		if (rc != 0) {
			return rc;
		}
	}
	if (make_wish(u, s, x) != 0) {
		return sink_fail(u->options.why, ERR_NOMEM, "out of memory");
	}
	int rc = u->options.dry_run ? send_question(u, s, TYPE_DS) : send_update(u, s, false);
	if (rc == ERR_LIMIT) {
		s->stage = FREE;
		return sink_fail(u->options.why, ERR_LIMIT, "the message would be longer than DNS allows");
	}
	return rc;
}

static bool is_waiting(const struct update *u)
{
	for (size_t i = 0; i < u->in_flight; i++) {
		if (u->slots[i].stage != FREE) {
			return true;
		}
	}
	return false;
}

static int update_finish(struct sink *sink, bool failed)
{
	struct update *u = (struct update *)sink;
	int rc = 0;
	while (!failed && rc == 0 && is_waiting(u)) {
		rc = take_one(u);
	}
	update_free(u);
	return rc;
}

const struct sink_ops sink_update_ops = {
	.name = "update",
	.sentence = "DNS UPDATE with TSIG to the primary server of the zone",
	.has_answers = true,
	.put = update_put,
	.finish = update_finish,
};
