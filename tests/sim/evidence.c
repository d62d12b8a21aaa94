/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What servers say as octets of messages, signed for real. */
#include <stdio.h>
#include <string.h>

#include "tests/sim/draft.h"
#include "validate/wire/cursor.h"
#include "validate/wire/message.h"

static void put(struct draft *s, uint16_t type, struct slice rdata)
{
	draft_put(s, sim_child, type, rdata);
}

/* The records from first on are one RRset. */
static void sign_all(struct draft *s, size_t first, const struct part *p, struct arena *arena)
{
	size_t end = s->count;
	for (unsigned key = 0; key < KEY_COUNT && end > first; key++) {
		if ((p->by >> key & 1) != 0) {
			const struct signer by = { sim_child, sim_child, key, p->inception, p->expiration };
			draft_sign(s, first, end, &by, arena);
		}
	}
}

static void put_soa(struct draft *s, const struct part *p, struct arena *arena)
{
	uint8_t rdata[64];
	struct wire w = wire_writer(rdata, sizeof rdata);
	name_write(&w, sim_child);
	name_write(&w, sim_child);
	for (uint32_t i = 0; i < 5; i++) {
		wire_write_u32(&w, i == 0 ? p->serial : i * 900);
	}
	must(!wire_error(&w), "room for an SOA");
	size_t first = s->count;
	put(s, TYPE_SOA, draft_keep(arena, rdata, w.pos));
	sign_all(s, first, p, arena);
}

static void put_nsec(struct draft *s, const struct part *p, struct arena *arena)
{
	static const uint16_t numbers[PARTS] = { TYPE_SOA, TYPE_CDS, TYPE_CDNSKEY, TYPE_DNSKEY };
	uint16_t types[PARTS + 3] = { TYPE_NS, TYPE_RRSIG, TYPE_NSEC };
	size_t count = 3;
	for (unsigned i = 0; i < PARTS; i++) {
		if ((p->types >> i & 1) != 0) {
			types[count++] = numbers[i];
		}
	}
	size_t first = s->count;
	/* The only name of the zone is the next one, too. */
	put(s, TYPE_NSEC, draft_nsec(sim_child, types, count, arena));
	sign_all(s, first, p, arena);
}

static void put_keys(struct draft *s, enum part_name name, const struct part *p, struct arena *arena)
{
	static const uint8_t removal[2][5] = { { 0, 0, 0, 0, 0 }, { 0, 0, 3, 0, 0 } };
	static const uint16_t types[PARTS] = { TYPE_SOA, TYPE_CDS, TYPE_CDNSKEY, TYPE_DNSKEY };
	size_t first = s->count;
	if (p->kind == PART_DELETE) {
		put(s, types[name], (struct slice){ removal[name == PART_CDNSKEY], 5 });
	}
	for (unsigned key = 0; key < KEY_COUNT && p->kind == PART_KEYS; key++) {
		if ((p->keys >> key & 1) != 0) {
			put(s, types[name], name == PART_CDS ? key_ds_rdata(key, DIGEST_SHA256) : key_rdata(key));
		}
		if ((p->keys384 >> key & 1) != 0) {
			put(s, types[name], key_ds_rdata(key, DIGEST_SHA384));
		}
	}
	sign_all(s, first, p, arena);
}

static struct slice message_of(enum part_name name, const struct part *p, struct arena *arena)
{
	static const enum evidence_question questions[PARTS] = { EVIDENCE_SOA, EVIDENCE_CDS, EVIDENCE_CDNSKEY, EVIDENCE_DNSKEY };
	static struct draft answer;
	static struct draft authority;
	answer.count = 0;
	authority.count = 0;
	if (name == PART_SOA) {
		put_soa(&answer, p, arena);
	} else if (p->kind == PART_EMPTY) {
		put_soa(&authority, p, arena);
		if (p->by != 0) {
			put_nsec(&authority, p, arena);
		}
	} else {
		put_keys(&answer, name, p, arena);
	}
	return draft_message(sim_child, evidence_question_type(questions[name]), &answer, &authority, arena);
}

static struct slice failure_of(enum evidence_question q, enum mood mood, struct arena *arena)
{
	uint8_t data[300];
	const struct message_draft draft = { .question = sim_child, .question_type = evidence_question_type(q),
		.rcode = mood == MOOD_SERVFAIL ? RCODE_SERVFAIL : RCODE_REFUSED };
	size_t size = message_compose(&draft, data, sizeof data);
	must(size > 0, "room for a message");
	return draft_keep(arena, data, size);
}

void evidence_fill(const struct question *q, struct arena *arena, struct evidence *e)
{
	static const enum part_name parts[EVIDENCE_QUESTIONS] = { PART_SOA, PART_CDS, PART_CDNSKEY, PART_DNSKEY, PART_SOA };
	signals_fill(q, arena, e);
	for (size_t i = 0; i < q->count; i++) {
		const struct view *v = &q->views[i];
		size_t like = 0;	/* equal answers are made once: they are equal octets then, as from one signer */
		while (like < i && (q->views[like].mood != v->mood || memcmp(&q->views[like].zone, &v->zone, sizeof v->zone) != 0)) {
			like++;
		}
		for (enum evidence_question k = 0; k < EVIDENCE_QUESTIONS; k++) {
			struct evidence_answer *a = &e->servers[i].answers[k];
			if (like < i) {
				a->octets = e->servers[like].answers[k].octets;
			} else if (v->mood == MOOD_FINE) {
				a->octets = k == EVIDENCE_SOA_LAST ? e->servers[i].answers[EVIDENCE_SOA].octets :
					message_of(parts[k], &v->zone.parts[parts[k]], arena);
			} else if (v->mood != MOOD_TIMEOUT) {
				a->octets = failure_of(k, v->mood, arena);
			}
		}
	}
}

static void host_name(unsigned host, struct name *out)
{
	char text[64];
	snprintf(text, sizeof text, "ns%u.operator%u.example.", host % HOSTS_EACH + 1, host / HOSTS_EACH + 1);
	must(name_from_text(text, out) == 0, "a name");
}

const struct name *host_names(void)
{
	static struct name names[HOSTS];
	if (names[0].size == 0) {
		for (unsigned i = 0; i < HOSTS; i++) {
			host_name(i, &names[i]);
		}
	}
	return names;
}

void evidence_frame(const struct question *q, struct arena *arena, struct evidence *out)
{
	uint32_t now = q->child->now;
	*out = (struct evidence){ .child = *sim_child, .trigger = q->trigger, .signals_asked = q->signals_asked, .began_ms = (uint64_t)now * 1000 - 2000,
		.ended_ms = (uint64_t)now * 1000, .host_count = q->count, .server_count = q->count };
	out->hosts = arena_array(arena, q->count, sizeof out->hosts[0]);
	out->servers = arena_array(arena, q->count, sizeof out->servers[0]);
	must(out->hosts != NULL && out->servers != NULL, "memory");
	for (size_t i = 0; i < q->count; i++) {
		const struct view *v = &q->views[i];
		struct evidence_server *s = &out->servers[i];
		out->hosts[i] = (struct evidence_host){ host_names()[v->host], EVIDENCE_HOST_RESOLVED };
		s->address = (struct address){ 4, { 192, 0, 2, (uint8_t)(v->host + 1) } };
		s->hosts = UINT32_C(1) << i;
		for (size_t k = 0; k < EVIDENCE_QUESTIONS; k++) {
			s->answers[k] = (struct evidence_answer){ .attempts = 1, .rtt_us = 1000, .tcp = true,
				.status = v->mood == MOOD_TIMEOUT ? EVIDENCE_TIMEOUT : EVIDENCE_ANSWERED };
		}
	}
}

void delegation_frame(const struct child *c, struct arena *arena, struct delegation *out)
{
	*out = (struct delegation){ .child = *sim_child, .manual_change = c->parent.manual_change };
	out->hosts = arena_array(arena, HOSTS, sizeof out->hosts[0]);
	must(out->hosts != NULL, "memory");
	for (unsigned i = 0; i < HOSTS; i++) {
		if ((c->parent.ns >> i & 1) != 0) {
			out->hosts[out->host_count++].name = host_names()[i];
		}
	}
	ds_mask_set(c->parent.registered, arena, &out->ds);
	out->ds_state = out->ds.count > 0 ? DS_PRESENT : DS_ABSENT;
	out->ds_ttl = out->ds.count > 0 ? parent_ttl(c) : 0;
}
