/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Composes the answers of test servers, signed for real. */
#include "tests/unit/zone_fixture.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "validate/wire/cursor.h"
#include "validate/wire/message.h"

#define RECORDS_MAX 128
#define MESSAGE_ROOM 16384
#define TTL 3600

static void must(bool holds)
{
	if (!holds) {
		abort();
	}
}

struct list {
	size_t count;
	struct slice items[RECORDS_MAX];
};

static void add(struct list *l, struct slice item)
{
	must(l->count < RECORDS_MAX);
	l->items[l->count++] = item;
}

static struct slice from_hex(const char *hex, struct arena *arena)
{
	size_t size = strlen(hex) / 2;
	uint8_t *data = arena_alloc(arena, size + 1);
	must(data != NULL);
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
	must(data != NULL);
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

static void add_word(struct list *l, uint16_t type, const char *word, struct arena *arena)
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
		must(copy != NULL);
		copy[ds.size - 1] ^= strchr(word, '!') != NULL;
		add(l, (struct slice){ copy, ds.size });
	}
}

static void add_words(struct list *l, uint16_t type, const char *words, struct arena *arena)
{
	while (words != NULL && *words != '\0') {
		char word[160];
		int used = 0;
		must(sscanf(words, "%159s%n", word, &used) == 1);
		add_word(l, type, word, arena);
		words += used;
		words += strspn(words, " ");
	}
}

static const struct name *make_name(const char *text, struct arena *arena)
{
	struct name *name = arena_alloc(arena, sizeof *name);
	must(name != NULL && name_from_text(text, name) == 0);
	return name;
}

/* A section in the making. */
struct section_draft {
	size_t count;
	struct record records[RECORDS_MAX];
};

static void put(struct section_draft *s, const struct name *owner, uint16_t type, struct slice rdata)
{
	must(s->count < RECORDS_MAX);
	s->records[s->count++] = (struct record){ owner, type, CLASS_IN, TTL, rdata };
}

struct rrset_draft {
	const struct name *owner;
	uint16_t type;
	const struct list *list;
	const char *by;
	enum when when;
};

static void put_rrset(struct section_draft *s, const struct rrset_draft *d, struct arena *arena)
{
	for (size_t i = 0; i < d->list->count; i++) {
		put(s, d->owner, d->type, d->list->items[i]);
	}
	for (const char *by = d->by; d->list->count > 0 && *by != '\0'; by++) {
		enum when when = islower(*by) ? WHEN_OLD : d->when;
		const struct signing signing = { (char)toupper(*by), when, d->owner, make_name(ZONE_CHILD, arena),
			d->type, TTL, d->list->count, d->list->items };
		put(s, d->owner, TYPE_RRSIG, sign_rrset(&signing, arena));
	}
}

static void put_soa(struct section_draft *s, const struct says *says, bool moved, struct arena *arena)
{
	struct list list = { .count = 0 };
	uint8_t rdata[80];
	struct wire w = wire_writer(rdata, sizeof rdata);
	name_write(&w, make_name("ns1.example.net.", arena));
	name_write(&w, make_name("h.example.net.", arena));
	for (uint32_t i = 0; i < 5; i++) {
		wire_write_u32(&w, i == 0 ? 2025061500u + moved : i * 600);
	}
	add(&list, (struct slice){ arena_copy(arena, rdata, w.pos), w.pos });
	const struct rrset_draft d = { make_name(ZONE_CHILD, arena), TYPE_SOA, &list,
		says->zone_by == NULL ? "Z" : says->zone_by, WHEN_VALID };
	put_rrset(s, &d, arena);
}

/* Window 0 only: all types here are below 64. */
static void write_bitmap(struct wire *w, const struct says *says, uint16_t absent)
{
	uint8_t bits[8] = { 0 };
	uint16_t types[10] = { TYPE_NS, TYPE_RRSIG };
	size_t count = 2;
	if (says->denial != DENY_FROM_PARENT) {
		types[count++] = TYPE_SOA;
		types[count++] = TYPE_DNSKEY;
	}
	if (says->denial == DENY_CNAME_BIT) {
		types[count++] = TYPE_CNAME;
	}
	if (says->denial == DENY_NOT_REALLY) {
		types[count++] = absent;
	}
	types[count++] = says->cds != NULL ? TYPE_CDS : TYPE_NS;
	types[count++] = says->cdnskey != NULL ? TYPE_CDNSKEY : TYPE_NS;
	for (size_t i = 0; i < count; i++) {
		bits[types[i] / 8] |= (uint8_t)(0x80 >> types[i] % 8);
	}
	size_t used = 8;
	while (bits[used - 1] == 0) {
		used--;
	}
	wire_write_u8(w, 0);
	wire_write_u8(w, (uint8_t)used);
	wire_write(w, bits, used);
}

/* RFC 5155 section 5, no salt. */
static void hash_apex(uint16_t iterations, uint8_t out[20], struct arena *arena)
{
	const struct name *apex = make_name(ZONE_CHILD, arena);
	must(EVP_Digest(apex->octets, apex->size, out, NULL, EVP_sha1(), NULL) == 1);
	for (unsigned i = 0; i < iterations; i++) {
		uint8_t again[20];
		memcpy(again, out, sizeof again);
		must(EVP_Digest(again, sizeof again, out, NULL, EVP_sha1(), NULL) == 1);
	}
}

static const struct name *nsec3_owner(const uint8_t hash[20], struct arena *arena)
{
	char text[64] = { 0 };
	for (unsigned i = 0; i < 32; i++) {
		unsigned bit = i * 5;
		unsigned pair = (unsigned)hash[bit / 8] << 8 | (bit / 8 < 19 ? hash[bit / 8 + 1] : 0);
		text[i] = "0123456789abcdefghijklmnopqrstuv"[pair >> (11 - bit % 8) & 31];
	}
	snprintf(text + 32, sizeof text - 32, ".%s", ZONE_CHILD);
	return make_name(text, arena);
}

static void put_nsec3(struct section_draft *s, const struct says *says, uint16_t absent, struct arena *arena)
{
	uint16_t iterations = says->denial == DENY_NSEC3_MANY ? 501 : 0;
	uint8_t hash[20];
	hash_apex(iterations, hash, arena);
	uint8_t rdata[80];
	struct wire w = wire_writer(rdata, sizeof rdata);
	wire_write_u8(&w, 1);
	wire_write_u8(&w, says->denial == DENY_NSEC3_OPTOUT);
	wire_write_u16(&w, iterations);
	wire_write_u8(&w, 0);
	wire_write_u8(&w, 20);
	wire_write(&w, hash, 20);
	write_bitmap(&w, says, absent);
	struct list list = { .count = 0 };
	add(&list, (struct slice){ arena_copy(arena, rdata, w.pos), w.pos });
	const struct rrset_draft d = { nsec3_owner(hash, arena), TYPE_NSEC3, &list,
		says->zone_by == NULL ? "Z" : says->zone_by, WHEN_VALID };
	put_rrset(s, &d, arena);
}

static void put_nsec(struct section_draft *s, const struct says *says, uint16_t absent, struct arena *arena)
{
	uint8_t rdata[80];
	struct wire w = wire_writer(rdata, sizeof rdata);
	name_write(&w, make_name("a.example.ch.", arena));
	write_bitmap(&w, says, absent);
	struct list list = { .count = 0 };
	add(&list, (struct slice){ arena_copy(arena, rdata, w.pos), w.pos });
	enum when when = says->denial == DENY_EXPIRED ? WHEN_EXPIRED :
		says->denial == DENY_FROM_PARENT ? WHEN_FOREIGN_SIGNER : WHEN_VALID;
	const struct rrset_draft d = { make_name(ZONE_CHILD, arena), TYPE_NSEC, &list,
		says->zone_by == NULL ? "Z" : says->zone_by, when };
	put_rrset(s, &d, arena);
}

static void put_denial(struct section_draft *s, const struct says *says, uint16_t absent, struct arena *arena)
{
	put_soa(s, says, false, arena);
	switch (says->denial) {
	case DENY_NSEC3:
	case DENY_NSEC3_OPTOUT:
	case DENY_NSEC3_MANY:
		put_nsec3(s, says, absent, arena);
		break;
	case DENY_NOTHING:
		break;
	default:
		put_nsec(s, says, absent, arena);
		break;
	}
}

static void put_answer(struct section_draft *answer, struct section_draft *authority,
	const struct says *says, enum evidence_question q, struct arena *arena)
{
	uint16_t type = evidence_question_type(q);
	struct list list = { .count = 0 };
	const char *by = says->by == NULL ? "A" : says->by;
	enum when when = says->when;
	if (type == TYPE_SOA) {
		put_soa(answer, says, q == EVIDENCE_SOA_LAST && says->trouble == TROUBLE_SERIAL, arena);
		return;
	}
	if (type == TYPE_DNSKEY) {
		const char *k = says->dnskey == NULL ? "AZ" : says->dnskey;
		for (; *k != '\0' && *k != '*'; k++) {
			add(&list, key_rdata(*k, arena));
		}
		add_words(&list, TYPE_CDNSKEY, k, arena);
		by = says->dnskey_by == NULL ? "A" : says->dnskey_by;
		when = says->dnskey_when;
	} else {
		add_words(&list, type, type == TYPE_CDS ? says->cds : says->cdnskey, arena);
	}
	if (list.count == 0) {
		put_denial(authority, says, type, arena);
		return;
	}
	const struct rrset_draft d = { make_name(ZONE_CHILD, arena), type, &list, by, when };
	put_rrset(answer, &d, arena);
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
		put(answer, make_name("ch.", arena), TYPE_DNAME, from_hex("016100", arena));
		break;
	case TROUBLE_OTHER_QUESTION:
		draft->question = make_name("example.net.", arena);
		break;
	case TROUBLE_OTHER_OWNER:
		for (size_t i = 0; i < answer->count; i++) {
			answer->records[i].owner = make_name("www.example.ch.", arena);
		}
		break;
	case TROUBLE_SHUFFLED:
		shuffle(answer);
		break;
	default:
		break;
	}
}

static struct slice compose(const struct says *says, enum evidence_question q, enum trouble trouble,
	struct arena *arena)
{
	struct section_draft *answer = arena_alloc(arena, sizeof *answer);
	struct section_draft *authority = arena_alloc(arena, sizeof *authority);
	uint8_t *data = arena_alloc(arena, MESSAGE_ROOM);
	must(answer != NULL && authority != NULL && data != NULL);
	struct message_draft draft = { .question = make_name(ZONE_CHILD, arena),
		.question_type = evidence_question_type(q), .flags = MESSAGE_FLAG_AA };
	put_answer(answer, authority, says, q, arena);
	apply_trouble(trouble, &draft, answer, arena);
	draft.count[SECTION_ANSWER] = answer->count;
	draft.records[SECTION_ANSWER] = answer->records;
	draft.count[SECTION_AUTHORITY] = authority->count;
	draft.records[SECTION_AUTHORITY] = authority->records;
	size_t size = message_compose(&draft, data, MESSAGE_ROOM);
	must(size > 0);
	if (trouble == TROUBLE_SHUFFLED) {
		upper_case(data, size);
	}
	return (struct slice){ data, trouble == TROUBLE_GARBAGE ? 11 : size };
}

static struct evidence_answer answer_of(const struct says *says, enum evidence_question q,
	struct arena *arena)
{
	struct evidence_answer a = { .status = EVIDENCE_ANSWERED, .attempts = 1, .rtt_us = 1000 };
	enum trouble trouble = says->at == 0 || says->at == (int)q + 1 ? says->trouble : FINE;
	if (trouble == TROUBLE_ALL_BUT_DNSKEY) {
		trouble = q == EVIDENCE_DNSKEY ? FINE : TROUBLE_TIMEOUT;
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

static void host_name(size_t i, struct name *out)
{
	char text[40];
	snprintf(text, sizeof text, "ns%zu.example.net.", i + 1);
	must(name_from_text(text, out) == 0);
}

void evidence_build(const struct says *servers, struct arena *arena, struct evidence *out)
{
	size_t count = count_servers(servers);
	*out = (struct evidence){ .child = *make_name(ZONE_CHILD, arena),
		.began_ms = (uint64_t)ZONE_NOW * 1000, .ended_ms = (uint64_t)ZONE_NOW * 1000 + 250,
		.host_count = count, .server_count = count };
	out->hosts = arena_array(arena, count, sizeof out->hosts[0]);
	out->servers = arena_array(arena, count, sizeof out->servers[0]);
	must(out->hosts != NULL && out->servers != NULL);
	for (size_t i = 0; i < count; i++) {
		struct evidence_server *s = &out->servers[i];
		host_name(i, &out->hosts[i].name);
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
}

void ds_set_build(const char *words, struct arena *arena, struct ds_set *out)
{
	struct list *list = arena_alloc(arena, sizeof *list);
	must(list != NULL);
	add_words(list, TYPE_CDS, words, arena);
	out->count = list->count;
	out->ds = arena_array(arena, list->count, sizeof out->ds[0]);
	must(out->ds != NULL);
	for (size_t i = 0; i < list->count; i++) {
		must(ds_parse(list->items[i], &out->ds[i]) == 0);
	}
	ds_set_normalize(out);
}

void delegation_build(const struct says *servers, const char *ds, struct arena *arena,
	struct delegation *out)
{
	*out = (struct delegation){ .child = *make_name(ZONE_CHILD, arena), .host_count = count_servers(servers) };
	out->hosts = arena_array(arena, out->host_count, sizeof out->hosts[0]);
	must(out->hosts != NULL);
	for (size_t i = 0; i < out->host_count; i++) {
		host_name(i, &out->hosts[i].name);
	}
	if (strcmp(ds, "?") == 0) {
		return;
	}
	ds_set_build(ds, arena, &out->ds);
	out->ds_state = out->ds.count == 0 ? DS_ABSENT : DS_PRESENT;
	out->ds_ttl = out->ds.count == 0 ? 0 : TTL;
}
