/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signals: chains into the evidence, then two questions at each signaling name. A server that fails leaves the next one its
 * turn; one that is silent is not waited for twice, so that a round stays short whatever they do. */
#include "scanner/walk/signals.h"

#include <stdlib.h>
#include <string.h>

#include "validate/cds/signaling.h"
#include "validate/wire/err.h"
#include "validate/wire/message.h"

#define HEADER_OCTETS 12
#define FLAGS_OCTET 2
#define RCODE_OCTET 3
#define RCODE_MASK 0x0f

/* Octets kept of chains and signals of one child: memory that an operator can fill. What is still too much for the evidence is
 * left out there, signals first. */
#define SIGNALS_ROOM (LIMIT_EVIDENCE_OCTETS / 2)

/* ---- before the round: chains */

int signals_new(struct probe *p)
{
	struct evidence *e = &p->evidence;
	e->signals_asked = true;
	e->signals = arena_array(p->arena, e->host_count, sizeof(*e->signals));
	p->signals = arena_array(p->arena, e->host_count, sizeof(*p->signals));
	if (e->signals == NULL || p->signals == NULL) {
		return ERR_NOMEM;
	}
	for (size_t i = 0; i < e->host_count; i++) {
		if (!signaling_is_outside(&e->child, &e->hosts[i].name)) {
			continue;
		}
		struct probe_signal *s = &p->signals[e->signal_count];
		s->seen = &e->signals[e->signal_count++];
		s->seen->host = i;
		s->seen->answers[0].status = s->seen->answers[1].status = EVIDENCE_NOT_ASKED;
		s->too_long = signaling_name(&e->child, &e->hosts[i].name, &s->name) != ERR_OK;
	}
	return ERR_OK;
}

/* The root, and whatever else chains share, takes its room once. */
static const struct evidence_link *find_equal(const struct probe *p, const struct evidence_link *link)
{
	for (size_t i = 0; i < p->evidence.signal_count; i++) {
		const struct evidence_signal *s = &p->evidence.signals[i];
		for (size_t k = 0; k < s->link_count; k++) {
			const struct evidence_link *l = &s->links[k];
			if (l->type == link->type && name_equal(&l->name, &link->name) &&
			    slice_equal(l->answer.octets, link->answer.octets)) {
				return l;
			}
		}
	}
	return NULL;
}

/* With the ID zeroed. */
static int keep(struct probe *p, struct evidence_answer *kept, const uint8_t *octets, size_t size)
{
	kept->octets = (struct slice){ NULL, 0 };
	if (size > SIGNALS_ROOM - p->signal_octets) {
		kept->status = EVIDENCE_OVERSIZE;
		return ERR_OK;
	}
	uint8_t *copy = arena_copy(p->arena, octets, size);
	if (copy == NULL) {
		return ERR_NOMEM;
	}
	memset(copy, 0, size < 2 ? size : 2);
	p->signal_octets += size;
	kept->status = EVIDENCE_ANSWERED;
	kept->octets = (struct slice){ copy, size };
	return ERR_OK;
}

static int keep_links(struct probe *p, struct evidence_signal *seen, const struct signaling_zone *zone)
{
	struct evidence_link *links = arena_array(p->arena, zone->link_count, sizeof(*links));
	int ret = links == NULL && zone->link_count > 0 ? ERR_NOMEM : ERR_OK;
	for (size_t i = 0; i < zone->link_count && ret == ERR_OK; i++) {
		const struct evidence_answer *answer = &zone->links[i].answer;
		links[i] = zone->links[i];
		if (answer->status != EVIDENCE_ANSWERED) {
			continue;
		}
		const struct evidence_link *equal = find_equal(p, &zone->links[i]);
		if (equal != NULL) {
			links[i].answer = equal->answer;
		} else {
			ret = keep(p, &links[i].answer, answer->octets.data, answer->octets.size);
		}
	}
	if (ret == ERR_OK) {
		seen->links = links;
		seen->link_count = zone->link_count;
	}
	return ret;
}

static int by_address(const void *a, const void *b)
{
	return address_compare(a, b);
}

/* FNV-1a: children of one provider begin at different servers of it, the same child at the same one. */
static size_t first_server(const struct name *child, size_t count)
{
	uint32_t hash = 0x811c9dc5;
	for (size_t i = 0; i < child->size; i++) {
		hash = (hash ^ child->octets[i]) * 0x01000193;
	}
	return (hash ^ hash >> 16) % count;
}

static bool may_ask(const struct probe_options *o, const struct address *a)
{
	return (o->allow_special || !address_is_special(a)) && !(a->family == 4 ? o->no_ipv4 : o->no_ipv6);
}

static void choose_servers(const struct probe *p, struct probe_signal *s, const struct signaling_zone *zone)
{
	struct address usable[LIMIT_CHILD_ADDRESSES];
	size_t count = 0;
	for (size_t i = 0; i < zone->server_count; i++) {
		if (may_ask(p->options, &zone->servers[i])) {
			usable[count++] = zone->servers[i];
		}
	}
	if (count == 0) {
		return;
	}
	qsort(usable, count, sizeof(usable[0]), by_address);
	size_t first = first_server(&p->evidence.child, count);
	for (size_t i = 0; i < count && i < PROBE_SIGNAL_SERVERS; i++) {
		s->servers[s->server_count++] = usable[(first + i) % count];
	}
}

int probe_signal(struct probe *p, size_t i, const struct signaling_zone *zone)
{
	struct probe_signal *s = &p->signals[i];
	if (zone == NULL) {
		p->spoilt = true;
		return ERR_OK;
	}
	choose_servers(p, s, zone);
	return keep_links(p, s->seen, zone);
}

/* ---- the round: what they say */

size_t signals_asked(const struct probe *p)
{
	size_t asked = 0;
	for (size_t i = 0; i < p->evidence.signal_count; i++) {
		asked += p->signals[i].server_count > 0;
	}
	return asked;
}

void signals_begin(struct probe *p, size_t *next, struct probe_server *s)
{
	while (p->signals[*next].server_count == 0) {
		(*next)++;
	}
	struct probe_signal *signal = &p->signals[(*next)++];
	s->probe = p;
	s->signal = signal;
	s->tcp = true;
	s->ask.address = signal->servers[0];
	s->ask.user = s;
}

void signals_question(const struct probe_server *s, struct question *out)
{
	out->name = s->signal->name;
	out->type = s->signal->question == 0 ? TYPE_CDS : TYPE_CDNSKEY;
	out->server = s->ask.address;
	out->port = 0;
	out->transport = TRANSPORT_TCP;
	out->timeout_ms = s->probe->options->tcp_timeout_ms;
}

/* The next server that was not asked this yet and was never silent. */
static bool next_server(struct probe_server *s)
{
	struct probe_signal *signal = s->signal;
	for (unsigned i = 0; i < signal->server_count; i++) {
		unsigned at = (signal->at + i) % signal->server_count;
		if (((signal->tried | signal->silent) & 1u << at) == 0) {
			signal->at = (uint8_t)at;
			s->ask.address = signal->servers[at];
			return true;
		}
	}
	return false;
}

/* Where all were silent each question is still asked, once. */
static bool next_question(struct probe_server *s)
{
	s->signal->tried = 0;
	s->signal->question++;
	if (s->signal->question > 1) {
		return false;
	}
	(void)next_server(s);
	return true;
}

/* Would another server know better? Only an authoritative answer or denial ends the search. */
static bool is_final(const struct answer *a)
{
	unsigned rcode = a->size < HEADER_OCTETS ? RCODE_SERVFAIL : a->octets[RCODE_OCTET] & RCODE_MASK;
	unsigned flags = a->size < HEADER_OCTETS ? 0 : (unsigned)a->octets[FLAGS_OCTET] << 8;
	return (rcode == RCODE_NOERROR || rcode == RCODE_NXDOMAIN) && (flags & MESSAGE_FLAG_AA) != 0 &&
		(flags & MESSAGE_FLAG_TC) == 0;
}

static bool received(struct probe_server *s, struct evidence_answer *kept, const struct answer *answer)
{
	if (keep(s->probe, kept, answer->octets, answer->size) != ERR_OK) {
		s->probe->spoilt = true;
	}
	return is_final(answer);
}

void signals_answer(struct probe_server *s, const struct answer *answer, uint32_t *pause_ms, bool *over)
{
	struct probe_signal *signal = s->signal;
	struct evidence_answer *kept = &signal->seen->answers[signal->question];
	bool final = false;
	kept->attempts++;
	kept->tcp = true;
	kept->rtt_us = answer->rtt_us;
	signal->tried |= 1u << signal->at;
	if (answer->status == ANSWER_RECEIVED) {
		final = received(s, kept, answer);
		*pause_ms = probe_is_refusal(answer) ? PROBE_PAUSE_REFUSED_MS : 0;
	} else {
		*pause_ms = PROBE_PAUSE_SILENT_MS;
		signal->silent |= 1u << signal->at;
		/* What another one has said says more. */
		if (kept->status != EVIDENCE_ANSWERED && kept->status != EVIDENCE_OVERSIZE) {
			kept->status = answer->status == ANSWER_REFUSED ? EVIDENCE_UNREACHABLE : EVIDENCE_TIMEOUT;
		}
	}
	*over = (final || !next_server(s)) && !next_question(s);
}
