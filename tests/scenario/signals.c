/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signals as a recording: what the fixture of zones has as evidence becomes answers of servers. */
#include "tests/scenario/signals.h"

#include <string.h>

#include "tests/unit/zone_draft.h"
#include "validate/cds/signaling.h"
#include "validate/wire/message.h"

#define RECURSIVE "udp " SIGNALS_RECURSIVE
#define FLAGS_OCTET 2
#define AA_BIT 0x04
#define RCODE_OCTET 3
#define HEADER_OCTETS 12

/* where: transport and address. */
static void write_octets(FILE *f, const char *where, const struct name *name, uint16_t type, struct slice octets)
{
	char text[NAME_TEXT_SIZE];
	name_to_text(name, text);
	fprintf(f, "%s %s %u delay=1 ", where, text, type);
	for (size_t i = 0; i < octets.size; i++) {
		fprintf(f, "%02x", octets.data[i]);
	}
	fputc('\n', f);
}

/* Of a zone that is not signed, or to a question whose answer proves nothing: one record, or a SOA of zone. */
static void write_plain(FILE *f, const struct name *name, uint16_t type, const struct name *zone, const struct name *target)
{
	static const uint8_t soa[22] = { 0 };
	uint8_t octets[1024];
	const struct record record = target != NULL ?
		(struct record){ name, type, CLASS_IN, 300, { target->octets, target->size } } :
		(struct record){ zone, TYPE_SOA, CLASS_IN, 300, { soa, sizeof(soa) } };
	enum section section = target != NULL ? SECTION_ANSWER : SECTION_AUTHORITY;
	struct message_draft d = { .question = name, .question_type = type };
	d.count[section] = 1;
	d.records[section] = &record;
	size_t size = message_compose(&d, octets, sizeof(octets));
	zone_must(size > 0);
	write_octets(f, RECURSIVE, name, type, (struct slice){ octets, size });
}

static bool has_link(const struct evidence_signal *s, const struct name *name)
{
	bool found = false;
	for (size_t i = 0; i < s->link_count; i++) {
		found = found || name_equal(&s->links[i].name, name);
	}
	return found;
}

/* The links, and what is asked beside them: servers of the zone, and below an insecure delegation whatever there is. One that
 * leads nowhere is silent from there on. */
static void write_way(FILE *f, const struct evidence_signal *s, const struct name *host)
{
	struct name domain;
	struct name zone;
	zone_must(signaling_domain(host, &domain) == 0);
	name_parent(host, &zone);
	for (size_t i = 0; i < s->link_count; i++) {
		write_octets(f, RECURSIVE, &s->links[i].name, s->links[i].type, s->links[i].answer.octets);
	}
	if (has_link(s, &domain)) {
		write_plain(f, &domain, TYPE_NS, NULL, host);
	} else if (s->answers[0].status == EVIDENCE_ANSWERED) {
		write_plain(f, host, TYPE_DS, &zone, NULL);
		write_plain(f, &domain, TYPE_DS, &zone, NULL);
		write_plain(f, &domain, TYPE_NS, &zone, NULL);
		write_plain(f, &zone, TYPE_NS, NULL, host);
	}
}

/* With what is wrong with the server instead of what is right with the signal. */
static void write_leaf(FILE *f, const char *where, const struct name *name, uint16_t type, struct slice octets,
	enum signal_trouble trouble, struct arena *arena)
{
	uint8_t *copy = arena_copy(arena, octets.data, octets.size);
	zone_must(copy != NULL && octets.size >= HEADER_OCTETS);
	switch (trouble) {
	case SIGNAL_TIMEOUT:
		return;
	case SIGNAL_REFUSED:
		copy[RCODE_OCTET] |= RCODE_REFUSED;
		break;
	case SIGNAL_SERVFAIL:
		copy[RCODE_OCTET] |= RCODE_SERVFAIL;
		break;
	case SIGNAL_LAME:
		copy[FLAGS_OCTET] &= (uint8_t)~AA_BIT;
		break;
	case SIGNAL_FINE:
		break;
	}
	write_octets(f, where, name, type, (struct slice){ copy, octets.size });
}

void signals_write(FILE *f, const struct evidence *e, const enum signal_trouble *troubles, struct arena *arena)
{
	static const uint16_t types[] = { TYPE_CDS, TYPE_CDNSKEY };
	for (size_t i = 0; i < e->signal_count; i++) {
		const struct evidence_signal *s = &e->signals[i];
		const struct name *host = &e->hosts[s->host].name;
		const char *where = arena_printf(arena, "tcp 192.0.2.%zu", s->host + 1);
		struct name name;
		zone_must(where != NULL);
		if (signaling_name(&e->child, host, &name) != 0) {
			continue;	/* it has no name that could be asked for */
		}
		write_way(f, s, host);
		for (size_t t = 0; t < 2; t++) {
			if (s->answers[t].status == EVIDENCE_ANSWERED) {
				write_leaf(f, where, &name, types[t], s->answers[t].octets, troubles[s->host], arena);
			}
		}
	}
}
