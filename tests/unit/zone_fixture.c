/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Composes the answers of test servers, signed for real. */
#include "tests/unit/zone_draft.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "validate/wire/cursor.h"
#include "validate/wire/message.h"

#define MESSAGE_ROOM 16384
#define TTL 3600

void zone_must(bool holds)
{
	if (!holds) {
		abort();
	}
}

static void add(struct zone_list *l, struct slice item)
{
	zone_must(l->count < ZONE_RECORDS_MAX);
	l->items[l->count++] = item;
}

static struct slice from_hex(const char *hex, struct arena *arena)
{
	size_t size = strlen(hex) / 2;
	uint8_t *data = arena_alloc(arena, size + 1);
	zone_must(data != NULL);
	for (size_t i = 0; i < size; i++) {
		char pair[3] = { hex[2 * i], hex[2 * i + 1], '\0' };
		data[i] = (uint8_t)strtoul(pair, NULL, 16);
	}
	return (struct slice){ data, size };
}

/* Distinct, well-formed, of nobody. */
static struct slice filler(uint16_t type, unsigned number, struct arena *arena)
{
	uint8_t *data = arena_alloc(arena, 68);
	zone_must(data != NULL);
	if (type == TYPE_CDNSKEY) {
		memcpy(data, "\1\1\3\15", 4);
		memset(data + 4, (int)number, 64);
		return (struct slice){ data, 68 };
	}
	memcpy(data, "\0\0\15\2", 4);
	data[1] = (uint8_t)number;
	memset(data + 4, (int)number, 32);
	return (struct slice){ data, 36 };
}

static void add_word(struct zone_list *l, uint16_t type, const char *word, struct arena *arena)
{
	if (strcmp(word, "delete") == 0) {
		add(l, from_hex(type == TYPE_CDNSKEY ? "0000030000" : "0000000000", arena));
	} else if (word[0] == 'x') {
		add(l, from_hex(word + 1, arena));
	} else if (word[0] == '*') {
		const char *plus = strchr(word, '+');
		unsigned first = plus == NULL ? 0 : (unsigned)atoi(plus + 1);
		for (unsigned i = (unsigned)atoi(word + 1); i > 0; i--) {
			add(l, filler(type, first + i, arena));
		}
	} else if (type == TYPE_CDNSKEY || type == TYPE_DNSKEY) {
		add(l, key_rdata(word[0], arena));
	} else {
		struct slice ds = key_ds(word[0], (uint8_t)(word[1] == ':' ? atoi(word + 2) : 2), arena);
		uint8_t *copy = arena_copy(arena, ds.data, ds.size);
		zone_must(copy != NULL);
		copy[ds.size - 1] ^= strchr(word, '!') != NULL;
		add(l, (struct slice){ copy, ds.size });
	}
}

void zone_add_words(struct zone_list *l, uint16_t type, const char *words, struct arena *arena)
{
	while (words != NULL && *words != '\0') {
		char word[160];
		int used = 0;
		zone_must(sscanf(words, "%159s%n", word, &used) == 1);
		add_word(l, type, word, arena);
		words += used;
		words += strspn(words, " ");
	}
}

const struct name *zone_name(const char *text, struct arena *arena)
{
	struct name *name = arena_alloc(arena, sizeof *name);
	zone_must(name != NULL && name_from_text(text, name) == 0);
	return name;
}

static void put(struct section_draft *s, const struct name *owner, uint16_t type, struct slice rdata)
{
	zone_must(s->count < ZONE_RECORDS_MAX);
	s->records[s->count++] = (struct record){ owner, type, CLASS_IN, TTL, rdata };
}

void zone_put(struct section_draft *s, const struct rrset_draft *d, struct arena *arena)
{
	for (size_t i = 0; i < d->list->count; i++) {
		put(s, d->owner, d->type, d->list->items[i]);
	}
	for (const char *by = d->by; d->list->count > 0 && *by != '\0'; by++) {
		enum when when = islower(*by) ? WHEN_OLD : d->when;
		const struct signing signing = { (char)toupper(*by), when, d->owner, zone_name(ZONE_CHILD, arena),
			d->type, TTL, d->list->count, d->list->items };
		put(s, d->owner, TYPE_RRSIG, sign_rrset(&signing, arena));
	}
}

void zone_put_soa(struct section_draft *s, const struct says *says, bool moved, struct arena *arena)
{
	struct zone_list list = { .count = 0 };
	uint8_t rdata[80];
	struct wire w = wire_writer(rdata, sizeof rdata);
	name_write(&w, zone_name("ns1.example.net.", arena));
	name_write(&w, zone_name("h.example.net.", arena));
	for (uint32_t i = 0; i < 5; i++) {
		wire_write_u32(&w, i == 0 ? 2025061500u + moved : i * 600);
	}
	add(&list, (struct slice){ arena_copy(arena, rdata, w.pos), w.pos });
	const struct rrset_draft d = { zone_name(ZONE_CHILD, arena), TYPE_SOA, &list,
		says->zone_by == NULL ? "Z" : says->zone_by, says->zone_when };
	zone_put(s, &d, arena);
}

/* 31 octets of a name each: with seven of them a name is too long for what stands in front of it under _signal. */
#define LONG_LABEL "label-of-exactly-30-characters."
#define LONG_LABELS LONG_LABEL LONG_LABEL LONG_LABEL LONG_LABEL LONG_LABEL LONG_LABEL LONG_LABEL

static void host_name(size_t i, enum operator_says says, struct name *out)
{
	char text[NAME_TEXT_SIZE];
	snprintf(text, sizeof text, "ns%zu.%s%s", i + 1, says == OPERATOR_TOO_LONG ? LONG_LABELS : "",
		says == OPERATOR_IN_DOMAIN ? ZONE_CHILD : "example.net.");
	zone_must(name_from_text(text, out) == 0);
}

static void add_hosts(struct zone_list *l, const char *numbers, struct arena *arena)
{
	for (; *numbers != '\0'; numbers++) {
		struct name name;
		if (*numbers == ' ') {
			continue;
		}
		zone_must(*numbers >= '1' && *numbers <= '9');
		host_name((size_t)(*numbers - '1'), OPERATOR_NOT_ASKED, &name);
		add(l, (struct slice){ arena_copy(arena, name.octets, name.size), name.size });
	}
}

static void put_answer(struct section_draft *answer, struct section_draft *authority,
	const struct says *says, enum evidence_question q, struct arena *arena)
{
	uint16_t type = evidence_question_type(q);
	struct zone_list list = { .count = 0 };
	const char *by = says->by == NULL ? "A" : says->by;
	enum when when = says->when;
	if (type == TYPE_SOA && says->trouble != TROUBLE_NO_SOA && says->trouble != TROUBLE_SOA_LOST) {
		zone_put_soa(answer, says, q == EVIDENCE_SOA_LAST && says->trouble == TROUBLE_SERIAL, arena);
		return;
	}
	if (type == TYPE_DNSKEY) {
		const char *k = says->dnskey == NULL ? "AZ" : says->dnskey;
		for (; *k != '\0' && *k != '*'; k++) {
			add(&list, key_rdata(*k, arena));
		}
		zone_add_words(&list, TYPE_CDNSKEY, k, arena);
		by = says->dnskey_by == NULL ? "A" : says->dnskey_by;
		when = says->dnskey_when;
	} else if (type == TYPE_NS) {
		add_hosts(&list, says->ns, arena);
		by = says->ns_by == NULL ? "Z" : says->ns_by;
		when = WHEN_VALID;
	} else if (type != TYPE_SOA) {
		zone_add_words(&list, type, type == TYPE_CDS ? says->cds : says->cdnskey, arena);
	}
	if (list.count == 0) {
		zone_put_denial(authority, says, type, arena);
		return;
	}
	const struct rrset_draft d = { zone_name(ZONE_CHILD, arena), type, &list, by, when };
	zone_put(answer, &d, arena);
}

static void shuffle(struct section_draft *s)
{
	for (size_t i = 0; i < s->count / 2; i++) {
		struct record r = s->records[i];
		s->records[i] = s->records[s->count - 1 - i];
		s->records[s->count - 1 - i] = r;
	}
	for (size_t i = 0; i < s->count; i++) {
		s->records[i].ttl = 60 + (uint32_t)i;
	}
	if (s->count > 0) {
		s->records[s->count] = s->records[0];
		s->count++;
	}
}

static void upper_case(uint8_t *data, size_t size)
{
	static const uint8_t name[] = "\7example\2ch";
	for (size_t i = 0; i + sizeof name <= size; i++) {
		for (size_t k = 0; memcmp(data + i, name, sizeof name) == 0 && k < 8; k++) {
			data[i + k] = k == 0 ? data[i] : (uint8_t)toupper(data[i + k]);
		}
	}
}

static void apply_trouble(enum trouble trouble, struct message_draft *draft, struct section_draft *answer,
	struct arena *arena)
{
	switch (trouble) {
	case TROUBLE_REFUSED:
		draft->rcode = RCODE_REFUSED;
		answer->count = 0;
		break;
	case TROUBLE_SERVFAIL:
		draft->rcode = RCODE_SERVFAIL;
		answer->count = 0;
		break;
	case TROUBLE_NO_AA:
		draft->flags = 0;
		break;
	case TROUBLE_REFERRAL:
		draft->flags = 0;
		answer->count = 0;
		break;
	case TROUBLE_TRUNCATED:
		draft->flags |= MESSAGE_FLAG_TC;
		answer->count = answer->count > 1 ? answer->count - 1 : 0;
		break;
	case TROUBLE_NXDOMAIN:
		draft->rcode = RCODE_NXDOMAIN;
		answer->count = 0;
		break;
	case TROUBLE_CNAME:
		put(answer, draft->question, TYPE_CNAME, from_hex("016100", arena));
		break;
	case TROUBLE_DNAME:
		put(answer, zone_name("ch.", arena), TYPE_DNAME, from_hex("016100", arena));
		break;
	case TROUBLE_OTHER_QUESTION:
		draft->question = zone_name("example.net.", arena);
		break;
	case TROUBLE_OTHER_OWNER:
		for (size_t i = 0; i < answer->count; i++) {
			answer->records[i].owner = zone_name("www.example.ch.", arena);
		}
		break;
	case TROUBLE_SHUFFLED:
		shuffle(answer);
		break;
	default:
		break;
	}
}

/* A name as RDATA. */
static struct slice zone_host(struct arena *arena)
{
	const struct name *host = zone_name("ns1.example.net.", arena);
	return (struct slice){ host->octets, host->size };
}

static struct slice compose(const struct says *says, enum evidence_question q, enum trouble trouble,
	struct arena *arena)
{
	struct section_draft *answer = arena_alloc(arena, sizeof *answer);
	struct section_draft *authority = arena_alloc(arena, sizeof *authority);
	uint8_t *data = arena_alloc(arena, MESSAGE_ROOM);
	zone_must(answer != NULL && authority != NULL && data != NULL);
	struct message_draft draft = { .question = zone_name(ZONE_CHILD, arena),
		.question_type = evidence_question_type(q), .flags = MESSAGE_FLAG_AA };
	put_answer(answer, authority, says, q, arena);
	apply_trouble(trouble, &draft, answer, arena);
	if (trouble == TROUBLE_REFERRAL) {
		authority->count = 0;
		put(authority, draft.question, TYPE_NS, zone_host(arena));
	}
	draft.count[SECTION_ANSWER] = answer->count;
	draft.records[SECTION_ANSWER] = answer->records;
	draft.count[SECTION_AUTHORITY] = authority->count;
	draft.records[SECTION_AUTHORITY] = authority->records;
	size_t size = message_compose(&draft, data, MESSAGE_ROOM);
	zone_must(size > 0);
	if (trouble == TROUBLE_SHUFFLED) {
		upper_case(data, size);
	}
	return (struct slice){ data, trouble == TROUBLE_GARBAGE ? 11 : size };
}

static struct evidence_answer answer_of(const struct says *says, enum evidence_question q,
	struct arena *arena)
{
	struct evidence_answer a = { .status = EVIDENCE_ANSWERED, .tcp = says->tcp, .attempts = 1, .rtt_us = 1000 };
	enum trouble trouble = says->at == 0 || says->at == (int)q + 1 ? says->trouble : FINE;
	if (trouble == TROUBLE_ALL_BUT_DNSKEY) {
		trouble = q == EVIDENCE_DNSKEY ? FINE : TROUBLE_TIMEOUT;
	}
	if (trouble == TROUBLE_SOA_LOST) {
		trouble = q == EVIDENCE_SOA_LAST ? TROUBLE_TIMEOUT : FINE;
	}
	switch (trouble) {
	case TROUBLE_TIMEOUT:
		a.status = EVIDENCE_TIMEOUT;
		return a;
	case TROUBLE_UNREACHABLE:
		a.status = EVIDENCE_UNREACHABLE;
		return a;
	case TROUBLE_OVERSIZE:
		a.status = EVIDENCE_OVERSIZE;
		return a;
	case TROUBLE_SPECIAL:
	case TROUBLE_FAMILY:
	case TROUBLE_LIMIT:
		a.status = EVIDENCE_NOT_ASKED;
		return a;
	default:
		a.octets = compose(says, q, trouble, arena);
		return a;
	}
}

static size_t count_servers(const struct says *servers)
{
	size_t count = 0;
	while (count < SERVERS_MAX && servers[count].on) {
		count++;
	}
	return count;
}

void evidence_build(const struct says *servers, struct arena *arena, struct evidence *out)
{
	size_t count = count_servers(servers);
	*out = (struct evidence){ .child = *zone_name(ZONE_CHILD, arena),
		.began_ms = (uint64_t)ZONE_NOW * 1000, .ended_ms = (uint64_t)ZONE_NOW * 1000 + 250,
		.host_count = count, .server_count = count };
	out->hosts = arena_array(arena, count, sizeof out->hosts[0]);
	out->servers = arena_array(arena, count, sizeof out->servers[0]);
	zone_must(out->hosts != NULL && out->servers != NULL);
	for (size_t i = 0; i < count; i++) {
		struct evidence_server *s = &out->servers[i];
		host_name(i, servers[i].operator, &out->hosts[i].name);
		out->hosts[i].status = EVIDENCE_HOST_RESOLVED;
		s->address = (struct address){ 4, { 192, 0, 2, (uint8_t)(i + 1) } };
		s->hosts = UINT32_C(1) << i;
		enum trouble t = servers[i].trouble;
		s->skip = t == TROUBLE_SPECIAL ? SKIP_SPECIAL : t == TROUBLE_FAMILY ? SKIP_FAMILY :
			t == TROUBLE_LIMIT ? SKIP_LIMIT : SKIP_NONE;
		for (enum evidence_question q = 0; q < EVIDENCE_QUESTIONS; q++) {
			s->answers[q] = answer_of(&servers[i], q, arena);
		}
	}
	signals_build(servers, arena, out);
}

struct evidence_answer ns_build(const struct says *servers, size_t at, struct arena *arena)
{
	struct says says = servers[at];
	if (says.ns == NULL) {
		says.ns = arena_printf(arena, "%.*s", (int)count_servers(servers), "1234");
	}
	return answer_of(&says, EVIDENCE_NS, arena);
}

void ds_set_build(const char *words, struct arena *arena, struct ds_set *out)
{
	struct zone_list *list = arena_alloc(arena, sizeof *list);
	zone_must(list != NULL);
	zone_add_words(list, TYPE_CDS, words, arena);
	out->count = list->count;
	out->ds = arena_array(arena, list->count, sizeof out->ds[0]);
	zone_must(out->ds != NULL);
	for (size_t i = 0; i < list->count; i++) {
		zone_must(ds_parse(list->items[i], &out->ds[i]) == 0);
	}
	ds_set_normalize(out);
}

void delegation_build(const struct says *servers, const char *ds, struct arena *arena,
	struct delegation *out)
{
	*out = (struct delegation){ .child = *zone_name(ZONE_CHILD, arena), .host_count = count_servers(servers) };
	out->hosts = arena_array(arena, out->host_count, sizeof out->hosts[0]);
	zone_must(out->hosts != NULL);
	for (size_t i = 0; i < out->host_count; i++) {
		host_name(i, servers[i].operator, &out->hosts[i].name);
	}
	if (strcmp(ds, "?") == 0) {
		return;
	}
	ds_set_build(ds, arena, &out->ds);
	out->ds_state = out->ds.count == 0 ? DS_ABSENT : DS_PRESENT;
	out->ds_ttl = out->ds.count == 0 ? 0 : TTL;
}
