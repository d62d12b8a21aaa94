/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the operators of a test child say under _signal, and the chains that lead there, signed for real. Every zone on the way
 * has one key, C. */
#include <stdio.h>
#include <string.h>

#include <openssl/evp.h>

#include "tests/unit/zone_draft.h"
#include "validate/wire/cursor.h"
#include "validate/wire/message.h"

#define MESSAGE_ROOM 8192
#define TTL 3600
#define KEY 'C'

struct answer_draft {
	struct section_draft answer;
	struct section_draft authority;
};

static void put_set(struct section_draft *s, const struct name *owner, uint16_t type, const struct zone_list *list,
	const struct name *zone, enum when when, struct arena *arena)
{
	for (size_t i = 0; i < list->count; i++) {
		s->records[s->count++] = (struct record){ owner, type, CLASS_IN, TTL, list->items[i] };
	}
	const struct signing signing = { KEY, when, owner, zone, type, TTL, list->count, list->items };
	s->records[s->count++] = (struct record){ owner, TYPE_RRSIG, CLASS_IN, TTL, sign_rrset(&signing, arena) };
}

static void put_one(struct section_draft *s, const struct name *owner, uint16_t type, struct slice rdata, const struct name *zone,
	struct arena *arena)
{
	const struct zone_list list = { 1, { rdata } };
	put_set(s, owner, type, &list, zone, WHEN_VALID, arena);
}

/* The proof that owner is there and has the types and no others (all below 64): its NSEC, up to the name behind it. */
static void put_nsec(struct section_draft *s, const struct name *owner, const uint16_t *types, size_t count,
	const struct name *zone, struct arena *arena)
{
	uint8_t bits[8] = { 0 };
	uint8_t rdata[2 + LIMIT_NAME_OCTETS + 2 + sizeof bits];
	struct wire w = wire_writer(rdata, sizeof rdata);
	wire_write(&w, "\1", 2);
	name_write(&w, owner);
	for (size_t i = 0; i < count; i++) {
		bits[types[i] / 8] |= (uint8_t)(0x80 >> types[i] % 8);
	}
	size_t used = sizeof bits;
	while (bits[used - 1] == 0) {
		used--;
	}
	wire_write_u8(&w, 0);
	wire_write_u8(&w, (uint8_t)used);
	wire_write(&w, bits, used);
	zone_must(!wire_error(&w));
	put_one(s, owner, TYPE_NSEC, (struct slice){ arena_copy(arena, rdata, w.pos), w.pos }, zone, arena);
}

static struct evidence_answer compose(const struct name *question, uint16_t type, const struct answer_draft *d,
	struct arena *arena)
{
	uint8_t *data = arena_alloc(arena, MESSAGE_ROOM);
	zone_must(data != NULL);
	struct message_draft draft = { .question = question, .question_type = type, .flags = MESSAGE_FLAG_AA };
	draft.count[SECTION_ANSWER] = d->answer.count;
	draft.records[SECTION_ANSWER] = d->answer.records;
	draft.count[SECTION_AUTHORITY] = d->authority.count;
	draft.records[SECTION_AUTHORITY] = d->authority.records;
	size_t size = message_compose(&draft, data, MESSAGE_ROOM);
	zone_must(size > 0);
	return (struct evidence_answer){ .status = EVIDENCE_ANSWERED, .attempts = 1, .rtt_us = 2000, .octets = { data, size } };
}

static struct answer_draft *draft_new(struct arena *arena)
{
	struct answer_draft *d = arena_alloc(arena, sizeof *d);
	zone_must(d != NULL);
	return d;
}

static void add_link(struct evidence_signal *s, const struct name *name, uint16_t type, const struct answer_draft *d,
	struct arena *arena)
{
	s->links[s->link_count++] = (struct evidence_link){ *name, type, compose(name, type, d, arena) };
}

static void add_keys(struct evidence_signal *s, const struct name *zone, struct arena *arena)
{
	struct answer_draft *d = draft_new(arena);
	put_one(&d->answer, zone, TYPE_DNSKEY, key_rdata(KEY, arena), zone, arena);
	add_link(s, zone, TYPE_DNSKEY, d, arena);
}

/* A signed delegation from parent. */
static void add_cut(struct evidence_signal *s, const struct name *zone, const struct name *parent, struct arena *arena)
{
	struct answer_draft *d = draft_new(arena);
	put_one(&d->answer, zone, TYPE_DS, key_ds_at(zone, KEY, 2, arena), parent, arena);
	add_link(s, zone, TYPE_DS, d, arena);
	add_keys(s, zone, arena);
}

/* No DS: a name of zone like any other, or a delegation that is not signed. */
static void add_no_cut(struct evidence_signal *s, const struct name *name, uint16_t type, const struct name *zone,
	struct arena *arena)
{
	const uint16_t types[] = { type, TYPE_RRSIG, TYPE_NSEC };
	struct answer_draft *d = draft_new(arena);
	put_nsec(&d->authority, name, types, 3, zone, arena);
	add_link(s, name, TYPE_DS, d, arena);
}

/* Root, net., example.net., and the host, whose signaling domain is a zone of its own. */
static void add_chain(struct evidence_signal *s, const struct name *host, const struct name *domain, enum operator_says says,
	struct arena *arena)
{
	const struct name *net = zone_name("net.", arena);
	const struct name *operator = zone_name("example.net.", arena);
	s->links = arena_array(arena, 8, sizeof s->links[0]);
	zone_must(s->links != NULL);
	add_keys(s, &name_root, arena);
	add_cut(s, net, &name_root, arena);
	if (says == OPERATOR_INSECURE) {
		add_no_cut(s, operator, TYPE_NS, net, arena);
		return;
	}
	add_cut(s, operator, net, arena);
	if (says != OPERATOR_LOST) {
		add_no_cut(s, host, 1, operator, arena);
		add_cut(s, domain, operator, arena);
	}
}

/* Something else than an answer: an alias, or servers of the signaling name. */
static void say_elsewhere(struct answer_draft *d, const struct says *child, const struct name *name, const struct name *zone,
	struct arena *arena)
{
	const struct name *target = zone_name("elsewhere.example.net.", arena);
	const struct slice rdata = { target->octets, target->size };
	if (child->operator == OPERATOR_ALIAS) {
		put_one(&d->answer, name, TYPE_CNAME, rdata, zone, arena);
	} else {
		d->authority.records[d->authority.count++] = (struct record){ name, TYPE_NS, CLASS_IN, TTL, rdata };
	}
}

static void say(struct evidence_signal *s, enum evidence_question q, const struct says *child, const struct name *name,
	const struct name *zone, struct arena *arena)
{
	uint16_t type = evidence_question_type(q);
	const char *words = type == TYPE_CDS ? child->cds : child->cdnskey;
	bool leaves_out = child->operator == OPERATOR_SAYS_NOTHING || (child->operator == OPERATOR_LEAVES_OUT && type == TYPE_CDNSKEY);
	struct zone_list list = { .count = 0 };
	struct answer_draft *d = draft_new(arena);
	if (child->operator == OPERATOR_DIFFERS) {
		words = "H";
	}
	if (!leaves_out) {
		zone_add_words(&list, type, words, arena);
	}
	if (child->operator == OPERATOR_ALIAS || child->operator == OPERATOR_CUT) {
		say_elsewhere(d, child, name, zone, arena);
	} else if (list.count > 0) {
		put_set(&d->answer, name, type, &list, zone, child->operator == OPERATOR_EXPIRED ? WHEN_EXPIRED : WHEN_VALID, arena);
	} else {
		const uint16_t types[] = { TYPE_RRSIG, TYPE_NSEC, TYPE_CDS, TYPE_CDNSKEY };
		size_t count = child->operator == OPERATOR_LEAVES_OUT ? 3 : 2;
		put_nsec(&d->authority, name, types, count, zone, arena);
	}
	s->answers[q - EVIDENCE_CDS] = compose(name, type, d, arena);
}

static void signal_build(const struct says *child, const struct name *host, struct evidence_signal *s, struct arena *arena)
{
	char text[NAME_TEXT_SIZE];
	char longer[2 * NAME_TEXT_SIZE];
	name_to_text(host, text);
	snprintf(longer, sizeof longer, "_signal.%s", text);
	const struct name *domain = zone_name(longer, arena);
	s->answers[0].status = s->answers[1].status = EVIDENCE_NOT_ASKED;
	if (child->operator == OPERATOR_TOO_LONG) {
		return;		/* nothing is asked for where there is no name to ask for */
	}
	add_chain(s, host, domain, child->operator, arena);
	if (child->operator == OPERATOR_LOST) {
		return;
	}
	snprintf(longer, sizeof longer, "_dsboot.%s_signal.%s", ZONE_CHILD, text);
	const struct name *name = zone_name(longer, arena);
	for (enum evidence_question q = EVIDENCE_CDS; q <= EVIDENCE_CDNSKEY; q++) {
		say(s, q, child, name, domain, arena);
	}
}

void signals_build(const struct says *servers, struct arena *arena, struct evidence *e)
{
	e->signals = arena_array(arena, e->host_count, sizeof e->signals[0]);
	zone_must(e->signals != NULL);
	for (size_t i = 0; i < e->host_count; i++) {
		e->signals_asked = e->signals_asked || servers[i].operator != OPERATOR_NOT_ASKED;
	}
	for (size_t i = 0; e->signals_asked && i < e->host_count; i++) {
		if (servers[i].operator != OPERATOR_IN_DOMAIN) {
			struct evidence_signal *s = &e->signals[e->signal_count++];
			s->host = i;
			signal_build(&servers[i], &e->hosts[i].name, s, arena);
		}
	}
}

void signals_anchor(struct ds out[1])
{
	struct arena *arena = arena_new();
	zone_must(arena != NULL && ds_parse(key_ds_at(&name_root, KEY, 2, arena), out) == 0);
	arena_free(arena);
}
