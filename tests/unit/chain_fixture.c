/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Composes the answers of small zones: records, or the proof that there are none. */
#include "tests/unit/chain_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/chain_denial.h"
#include "tests/unit/zone_draft.h"
#include "validate/cds/signaling.h"
#include "validate/wire/cursor.h"
#include "validate/wire/message.h"

#define MESSAGE_ROOM 16384
#define TTL 3600

struct chain_rrset *chain_add(struct chain_zone *zone, const char *owner, uint16_t type, const char *data)
{
	size_t i = 0;
	while (i < CHAIN_RRSETS && zone->rrsets[i].owner != NULL) {
		i++;
	}
	zone_must(i + 1 < CHAIN_RRSETS);
	zone->rrsets[i] = (struct chain_rrset){ .owner = owner, .type = type, .data = data };
	return &zone->rrsets[i];
}

struct chain_rrset *chain_find(struct chain_zone *zone, const char *owner, uint16_t type)
{
	for (size_t i = 0; i < CHAIN_RRSETS && zone->rrsets[i].owner != NULL; i++) {
		if (strcmp(zone->rrsets[i].owner, owner) == 0 && zone->rrsets[i].type == type) {
			return &zone->rrsets[i];
		}
	}
	return NULL;
}

static void add(struct zone_list *l, const void *data, size_t size, struct arena *arena)
{
	zone_must(l->count < ZONE_RECORDS_MAX);
	l->items[l->count++] = (struct slice){ arena_copy(arena, data, size), size };
}

static void add_hex(struct zone_list *l, const char *hex, struct arena *arena)
{
	uint8_t octets[128];
	size_t size = 0;
	for (; hex[2 * size] != '\0'; size++) {
		unsigned octet = 0;
		zone_must(size < sizeof octets && sscanf(hex + 2 * size, "%2x", &octet) == 1);
		octets[size] = (uint8_t)octet;
	}
	add(l, octets, size, arena);
}

/* DS records or keys that are nobody's. */
static void add_fillers(struct zone_list *l, unsigned count, bool keys, struct arena *arena)
{
	unsigned first = (unsigned)l->count;
	for (unsigned i = first; i < first + count; i++) {
		uint8_t octets[36] = { keys, (uint8_t)(keys ? 1 : i), keys ? 3 : 13, keys ? 13 : 2, (uint8_t)i };
		add(l, octets, sizeof octets, arena);
	}
}

static void add_word(struct zone_list *l, const struct chain_rrset *r, const char *word, struct arena *arena)
{
	const struct name *child = zone_name(ZONE_CHILD, arena);
	uint8_t type = (uint8_t)(word[1] == ':' ? atoi(word + 2) : 2);
	struct slice s;
	if (strcmp(word, "delete") == 0) {
		add(l, r->type == TYPE_CDS ? "\0\0\0\0\0" : "\0\0\3\0\0", 5, arena);
	} else if (word[0] == 'x') {
		add_hex(l, word + 1, arena);
	} else if (word[0] == '*' && r->type == TYPE_DS) {
		add_fillers(l, (unsigned)atoi(word + 1), false, arena);
	} else if (r->type == TYPE_DS || r->type == TYPE_CDS) {
		s = key_ds_at(r->type == TYPE_DS ? zone_name(r->owner, arena) : child, word[0], type, arena);
		add(l, s.data, s.size, arena);
	} else if (r->type == TYPE_CDNSKEY) {
		s = key_rdata(word[0], arena);
		add(l, s.data, s.size, arena);
	} else if (r->type == TYPE_NS || r->type == TYPE_CNAME || r->type == TYPE_DNAME) {
		const struct name *name = zone_name(word, arena);
		add(l, name->octets, name->size, arena);
	} else {
		add_hex(l, word, arena);
	}
}

static void put_rrset(struct section_draft *s, const struct chain_zone *zone, const struct chain_rrset *r, struct arena *arena)
{
	struct zone_list list = { .count = 0 };
	const char *words = r->data;
	while (*words != '\0') {
		char word[200];
		int used = 0;
		zone_must(sscanf(words, "%199s%n", word, &used) == 1);
		add_word(&list, r, word, arena);
		words += used;
		words += strspn(words, " ");
	}
	chain_put(s, zone, zone_name(r->owner, arena), r->type, &list, r->by == NULL ? zone->by : r->by, r->when, arena);
}

static void put_keys(struct section_draft *s, const struct chain_zone *zone, struct arena *arena)
{
	struct zone_list list = { .count = 0 };
	for (const char *k = zone->keys; *k != '\0'; k++) {
		if (*k == '+') {
			add_fillers(&list, 16, true, arena);
		} else {
			struct slice key = key_rdata(*k, arena);
			add(&list, key.data, key.size, arena);
		}
	}
	chain_put(s, zone, zone_name(zone->name, arena), TYPE_DNSKEY, &list, zone->keys_by, zone->keys_when, arena);
}

static void put_soa(struct section_draft *s, const struct chain_zone *zone, struct arena *arena)
{
	const struct name *apex = zone_name(zone->name, arena);
	struct zone_list list = { .count = 0 };
	uint8_t rdata[600];
	struct wire w = wire_writer(rdata, sizeof rdata);
	name_write(&w, apex);
	name_write(&w, apex);
	for (uint32_t i = 0; i < 5; i++) {
		wire_write_u32(&w, 600 + i);
	}
	add(&list, rdata, w.pos, arena);
	chain_put(s, zone, apex, TYPE_SOA, &list, zone->by, WHEN_VALID, arena);
}

/* An alias at the name or above it is the answer, whatever was asked. */
static bool put_alias(struct section_draft *s, const struct chain_zone *zone, const struct name *name, uint16_t type,
	struct arena *arena)
{
	for (size_t i = 0; i < CHAIN_RRSETS && zone->rrsets[i].owner != NULL; i++) {
		const struct chain_rrset *r = &zone->rrsets[i];
		const struct name *owner = zone_name(r->owner, arena);
		bool here = name_equal(owner, name);
		if ((r->type == TYPE_CNAME && here && type != TYPE_CNAME) ||
		    (r->type == TYPE_DNAME && !here && name_is_within(name, owner))) {
			put_rrset(s, zone, r, arena);
			return true;
		}
	}
	return false;
}

struct slice chain_answer(const struct chain_zone *zone, const struct name *name, uint16_t type, struct arena *arena)
{
	struct section_draft *sections = arena_array(arena, SECTION_COUNT, sizeof *sections);
	uint8_t *octets = arena_alloc(arena, MESSAGE_ROOM);
	zone_must(sections != NULL && octets != NULL);
	struct section_draft *answer = &sections[SECTION_ANSWER];
	bool is_apex = name_equal(name, zone_name(zone->name, arena));
	bool done = put_alias(answer, zone, name, type, arena);
	if (!done && is_apex && type == TYPE_DNSKEY && zone->keys[0] != '\0') {
		put_keys(answer, zone, arena);
	}
	for (size_t i = 0; !done && i < CHAIN_RRSETS && zone->rrsets[i].owner != NULL; i++) {
		const struct chain_rrset *r = &zone->rrsets[i];
		if (r->type == type && name_equal(zone_name(r->owner, arena), name)) {
			put_rrset(answer, zone, r, arena);
		}
	}
	uint16_t rcode = RCODE_NOERROR;
	if (answer->count == 0) {
		put_soa(&sections[SECTION_AUTHORITY], zone, arena);
		rcode = chain_put_denial(&sections[SECTION_AUTHORITY], zone, name, arena) ? RCODE_NXDOMAIN : RCODE_NOERROR;
	}
	const struct message_draft draft = { .question = name, .question_type = type, .flags = MESSAGE_FLAG_AA, .rcode = rcode,
		.count = { answer->count, sections[SECTION_AUTHORITY].count },
		.records = { answer->records, sections[SECTION_AUTHORITY].records } };
	size_t size = message_compose(&draft, octets, MESSAGE_ROOM);
	zone_must(size > 0);
	return (struct slice){ octets, size };
}

const struct chain_zone *chain_zone_of(const struct chain_zone *zones, const struct name *name, uint16_t type)
{
	const struct chain_zone *best = NULL;
	size_t longest = 0;
	for (; zones->name != NULL; zones++) {
		struct name apex;
		zone_must(name_from_text(zones->name, &apex) == 0);
		bool above = type != TYPE_DS || !name_equal(&apex, name);
		if (above && apex.size > longest && name_is_within(name, &apex)) {
			best = zones;
			longest = apex.size;
		}
	}
	zone_must(best != NULL);
	return best;
}

struct evidence_answer chain_answered(struct slice octets)
{
	return (struct evidence_answer){ .status = EVIDENCE_ANSWERED, .tcp = true, .attempts = 1, .octets = octets };
}

static const struct evidence_link *find_link(const struct evidence *e, const struct name *name, uint16_t type)
{
	for (size_t i = 0; i < e->signal_count; i++) {
		for (size_t k = 0; k < e->signals[i].link_count; k++) {
			const struct evidence_link *l = &e->signals[i].links[k];
			if (l->type == type && name_equal(&l->name, name)) {
				return l;
			}
		}
	}
	return NULL;
}

static void put_link(const struct chain_zone *zones, const struct evidence *e, const struct name *name, uint16_t type,
	struct arena *arena, struct evidence_signal *out)
{
	const struct evidence_link *known = find_link(e, name, type);
	zone_must(out->link_count < LIMIT_LINKS);
	out->links[out->link_count++] = known != NULL ? *known : (struct evidence_link){ .name = *name, .type = type,
		.answer = chain_answered(chain_answer(chain_zone_of(zones, name, type), name, type, arena)) };
}

static bool is_zone(const struct chain_zone *zones, const struct name *name)
{
	bool found = false;
	for (; zones->name != NULL; zones++) {
		struct name apex;
		zone_must(name_from_text(zones->name, &apex) == 0);
		found = found || name_equal(&apex, name);
	}
	return found;
}

struct evidence_signal *chain_signal(const struct chain_zone *zones, struct evidence *e, size_t number, struct arena *arena)
{
	static const uint16_t types[2] = { TYPE_CDS, TYPE_CDNSKEY };
	const struct name *host = &e->hosts[number].name;
	struct evidence_signal *out = &e->signals[e->signal_count];
	struct name domain;
	struct name name;
	zone_must(signaling_domain(host, &domain) == 0);
	*out = (struct evidence_signal){ .host = number, .links = arena_array(arena, LIMIT_LINKS, sizeof *out->links) };
	zone_must(out->links != NULL);
	put_link(zones, e, &name_root, TYPE_DNSKEY, arena, out);
	for (unsigned labels = 1; labels <= name_labels(&domain); labels++) {
		name = domain;
		while (name_labels(&name) > labels) {
			name_parent(&name, &name);
		}
		put_link(zones, e, &name, TYPE_DS, arena, out);
		if (is_zone(zones, &name)) {
			put_link(zones, e, &name, TYPE_DNSKEY, arena, out);
		}
	}
	for (size_t t = 0; t < 2; t++) {
		out->answers[t].status = EVIDENCE_NOT_ASKED;
		if (signaling_name(&e->child, host, &name) == 0) {
			const struct chain_zone *zone = chain_zone_of(zones, &name, types[t]);
			out->answers[t] = chain_answered(chain_answer(zone, &name, types[t], arena));
		}
	}
	e->signal_count++;
	return out;
}

void chain_anchors(const char *letters, struct arena *arena, struct bootstrap_rules *out)
{
	for (; *letters != '\0'; letters++) {
		struct slice rdata = key_ds_at(&name_root, *letters, 2, arena);
		zone_must(ds_parse(rdata, &out->anchors[out->anchor_count]) == 0);
		out->anchor_count++;
	}
}
