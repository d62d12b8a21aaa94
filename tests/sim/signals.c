/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RFC 9615: what the operators of a child say of it under _signal, and the way there from the root, signed for real. */
#include "tests/sim/draft.h"

#include "validate/cds/signaling.h"

#define LINKS 6

/* Of the way and of what is said: always valid. */
static struct signer signer_of(const struct question *q, const struct name *owner, const struct name *zone, unsigned key)
{
	return (struct signer){ owner, zone, key, q->child->now - DAY, q->child->now + 30 * DAY };
}

static const struct name *keep_name(struct arena *arena, const struct name *name)
{
	const struct name *kept = arena_copy(arena, name, sizeof *name);
	must(kept != NULL, "memory");
	return kept;
}

static struct evidence_answer answer_of(struct slice octets)
{
	return (struct evidence_answer){ .status = EVIDENCE_ANSWERED, .attempts = 1, .rtt_us = 1000, .tcp = true, .octets = octets };
}

/* One RRset; rdata empty: the proof that it is not there, at a name that has others. */
static struct slice signed_answer(uint16_t type, const struct slice *rdata, size_t count,
	const struct signer *by, struct arena *arena)
{
	static struct draft answer;
	static struct draft authority;
	static const uint16_t others[] = { TYPE_A, TYPE_RRSIG, TYPE_NSEC };
	answer.count = 0;
	authority.count = 0;
	for (size_t i = 0; i < count; i++) {
		draft_put(&answer, by->owner, type, rdata[i]);
	}
	if (count > 0) {
		draft_sign(&answer, 0, count, by, arena);
	} else {
		draft_put(&authority, by->owner, TYPE_NSEC, draft_nsec(by->zone, others, 3, arena));
		draft_sign(&authority, 0, 1, by, arena);
	}
	return draft_message(by->owner, type, &answer, &authority, arena);
}

static void add_link(struct evidence_signal *s, uint16_t type, const struct slice *rdata,
	const struct signer *by, struct arena *arena)
{
	must(s->link_count < LINKS, "room for links");
	s->links[s->link_count++] = (struct evidence_link){ .name = *by->owner, .type = type,
		.answer = answer_of(signed_answer(type, rdata, rdata != NULL, by, arena)) };
}

/* The root; the operator's zone, which it has a DS of; the host and _signal below it, which are no zones. */
static void add_way(const struct question *q, struct evidence_signal *s, const struct name *host, const struct name *operator,
	struct arena *arena)
{
	struct name top;
	struct name domain;
	const struct slice root_key = key_rdata(KEY_OF_ROOT);
	const struct slice operator_key = key_rdata(KEY_OF_OPERATORS);
	const struct slice operator_ds = key_ds_at(KEY_OF_OPERATORS, operator, arena);
	name_parent(operator, &top);
	must(signaling_domain(host, &domain) == 0, "a signaling domain");
	const struct signer of_root = signer_of(q, &name_root, &name_root, KEY_OF_ROOT);
	const struct signer of_top = signer_of(q, keep_name(arena, &top), &name_root, KEY_OF_ROOT);
	const struct signer of_cut = signer_of(q, operator, &name_root, KEY_OF_ROOT);
	const struct signer of_operator = signer_of(q, operator, operator, KEY_OF_OPERATORS);
	const struct signer of_host = signer_of(q, host, operator, KEY_OF_OPERATORS);
	const struct signer of_domain = signer_of(q, keep_name(arena, &domain), operator, KEY_OF_OPERATORS);
	s->links = arena_array(arena, LINKS, sizeof s->links[0]);
	must(s->links != NULL, "memory");
	add_link(s, TYPE_DNSKEY, &root_key, &of_root, arena);
	add_link(s, TYPE_DS, NULL, &of_top, arena);
	add_link(s, TYPE_DS, &operator_ds, &of_cut, arena);
	add_link(s, TYPE_DNSKEY, &operator_key, &of_operator, arena);
	add_link(s, TYPE_DS, NULL, &of_host, arena);
	add_link(s, TYPE_DS, NULL, &of_domain, arena);
}

static size_t rdata_of(const struct signal *s, uint16_t type, struct slice out[2 * KEY_COUNT])
{
	static const uint8_t removal[2][5] = { { 0, 0, 0, 0, 0 }, { 0, 0, 3, 0, 0 } };
	size_t count = 0;
	if (s->kind == PART_DELETE) {
		out[count++] = (struct slice){ removal[type == TYPE_CDNSKEY], 5 };
	}
	for (unsigned key = 0; key < KEY_COUNT && s->kind == PART_KEYS; key++) {
		if ((s->keys >> key & 1) != 0) {
			out[count++] = type == TYPE_CDS ? key_ds_rdata(key, DIGEST_SHA256) : key_rdata(key);
		}
		if ((s->keys384 >> key & 1) != 0) {
			out[count++] = key_ds_rdata(key, DIGEST_SHA384);
		}
	}
	return count;
}

static void say(const struct question *q, const struct view *v, const struct name *host, const struct name *operator,
	struct evidence_signal *out, struct arena *arena)
{
	static const uint16_t types[2] = { TYPE_CDS, TYPE_CDNSKEY };
	struct name name;
	struct slice rdata[2 * KEY_COUNT];
	must(signaling_name(sim_child, host, &name) == 0, "a signaling name");
	const struct signer by = signer_of(q, keep_name(arena, &name), operator, KEY_OF_OPERATORS);
	for (unsigned i = 0; i < 2; i++) {
		if (v->signal[i].kind == SIGNAL_LOST) {
			out->answers[i] = (struct evidence_answer){ .status = EVIDENCE_TIMEOUT, .attempts = 2, .tcp = true };
			continue;
		}
		size_t count = rdata_of(&v->signal[i], types[i], rdata);
		out->answers[i] = answer_of(signed_answer(types[i], rdata, count, &by, arena));
	}
}

void signals_fill(const struct question *q, struct arena *arena, struct evidence *e)
{
	if (!q->signals_asked) {
		return;
	}
	e->signals = arena_array(arena, q->count, sizeof e->signals[0]);
	must(e->signals != NULL, "memory");
	for (size_t i = 0; i < q->count; i++) {
		const struct name *host = &host_names()[q->views[i].host];
		struct name operator;
		name_parent(host, &operator);
		const struct name *zone = keep_name(arena, &operator);
		struct evidence_signal *s = &e->signals[e->signal_count++];
		s->host = i;
		say(q, &q->views[i], host, zone, s, arena);
		add_way(q, s, host, zone, arena);
	}
}
