/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Probe: SOA, CDS, CDNSKEY, DNSKEY, SOA from every address, NS from one, attempts and transports; signals and a token. */
#include "scanner/walk/probe.h"

#include <assert.h>
#include <string.h>

#include "scanner/walk/plan.h"
#include "scanner/walk/signals.h"
#include "validate/cds/challenge.h"
#include "validate/wire/err.h"
#include "validate/wire/message.h"

/* Octet and bit of TC in the header (RFC 1035 section 4.1.1), and the RCODE beside it. */
#define HEADER_OCTETS 12
#define TC_OCTET 2
#define TC_BIT 0x02
#define RCODE_OCTET 3
#define RCODE_MASK 0x0f

/* Octets of answers kept for one child: the limit of evidence, less room for what describes them. */
#define EVIDENCE_ROOM (LIMIT_EVIDENCE_OCTETS - 32 * 1024)
/* And of those at other places that are not the same as at the first one: what is still too much is left out there. */
#define VANTAGES_ROOM (LIMIT_EVIDENCE_OCTETS / 2)

struct probe *probe_new(struct arena *arena, const struct delegation *delegation,
	const struct probe_options *options, const struct probe_look *look)
{
	struct probe *p = arena_alloc(arena, sizeof(*p));
	if (p == NULL) {
		return NULL;
	}
	p->arena = arena;
	p->delegation = delegation;
	p->options = options;
	p->tcp_only = look->tcp_only;
	p->evidence.trigger = look->trigger;
	p->evidence.challenge_asked = look->challenge;
	p->asks_challenge = look->challenge && challenge_name(&delegation->child, &p->challenge) == 0;
	p->from_everywhere = look->vantages && options->vantage_count > 1;
	int ret = plan_new(arena, delegation, &p->evidence);
	if (ret == ERR_OK && look->signals) {
		ret = signals_new(p);
	}
	return ret == ERR_OK ? p : NULL;
}

int probe_host(struct probe *p, size_t i, const struct host *host)
{
	if (i >= p->evidence.host_count) {
		return ERR_OK; /* beyond LIMIT_NS_HOSTS */
	}
	if (host->status == HOST_CANCELLED) {
		p->spoilt = true;
	}
	plan_host(&p->evidence, i, host);
	return ERR_OK;
}

static void begin_server(struct probe *p, struct evidence_server *seen, size_t vantage, struct probe_server *s)
{
	s->probe = p;
	s->seen = seen;
	s->vantage = vantage;
	s->ask.address = seen->address;
	s->ask.user = s;
	s->tcp = p->tcp_only;
}

/* Each address once, also where servers of the child are those of its signaling zones. */
static void add_address(struct address *addresses, size_t *count, const struct address *address)
{
	for (size_t i = 0; i < *count; i++) {
		if (address_compare(&addresses[i], address) == 0) {
			return;
		}
	}
	addresses[(*count)++] = *address;
}

/* Where the child has to find room before it begins. */
static int begin_entrant(struct probe *p)
{
	size_t count = 0;
	struct address *addresses = arena_array(p->arena, p->server_count * PROBE_SIGNAL_SERVERS, sizeof(*addresses));
	if (addresses == NULL) {
		return ERR_NOMEM;
	}
	for (size_t i = 0; i < p->server_count; i++) {
		const struct probe_signal *signal = p->servers[i].signal;
		add_address(addresses, &count, &p->servers[i].ask.address);
		for (size_t k = 0; signal != NULL && k < signal->server_count; k++) {
			add_address(addresses, &count, &signal->servers[k]);
		}
	}
	p->entrant = (struct entrant){ .addresses = addresses, .count = count, .places = p->evidence.vantage_count + 1 };
	return ERR_OK;
}

/* The same servers once more for each other place, but for those of a family that it has not. */
static int begin_vantages(struct probe *p, size_t *asked)
{
	struct evidence *e = &p->evidence;
	const struct probe_options *o = p->options;
	if (!p->from_everywhere) {
		return ERR_OK;
	}
	e->vantages = arena_array(p->arena, o->vantage_count - 1, sizeof(*e->vantages));
	if (e->vantages == NULL) {
		return ERR_NOMEM;
	}
	memcpy(e->vantage, o->vantages[0].name, sizeof(e->vantage));
	for (; e->vantage_count < o->vantage_count - 1; e->vantage_count++) {
		struct evidence_vantage *v = &e->vantages[e->vantage_count];
		memcpy(v->name, o->vantages[e->vantage_count + 1].name, sizeof(v->name));
		v->servers = arena_copy(p->arena, e->servers, e->server_count * sizeof(*v->servers));
		if (v->servers == NULL) {
			return ERR_NOMEM;
		}
		*asked += plan_vantage(v->servers, e->server_count, &o->vantages[e->vantage_count + 1]);
	}
	return ERR_OK;
}

/* Those of one place that are asked. */
static void begin_servers(struct probe *p, struct evidence_server *servers, size_t vantage)
{
	for (size_t i = 0; i < p->evidence.server_count; i++) {
		bool never = servers[i].skip != SKIP_NONE || !p->asks_challenge;
		servers[i].challenge.status = never ? EVIDENCE_NOT_ASKED : EVIDENCE_TIMEOUT;
		if (servers[i].skip == SKIP_NONE) {
			begin_server(p, &servers[i], vantage, &p->servers[p->server_count++]);
		}
	}
}

int probe_begin(struct probe *p, uint64_t now_ms)
{
	struct evidence *e = &p->evidence;
	e->began_ms = now_ms;
	size_t asked = plan_finish(e, p->options);
	size_t signals = signals_asked(p);
	int ret = begin_vantages(p, &asked);
	p->servers = arena_array(p->arena, asked + signals, sizeof(*p->servers));
	if (ret != ERR_OK || p->servers == NULL) {
		return ERR_NOMEM;
	}
	begin_servers(p, e->servers, 0);
	for (size_t i = 0; i < e->vantage_count; i++) {
		begin_servers(p, e->vantages[i].servers, i + 1);
	}
	for (size_t next = 0; p->server_count < asked + signals; p->server_count++) {
		signals_begin(p, &next, &p->servers[p->server_count]);
	}
	p->open = p->server_count;
	return begin_entrant(p);
}

void probe_start(struct probe *p, uint64_t now_ms)
{
	p->evidence.began_ms = now_ms;
}

void probe_question(const struct probe_server *s, struct question *out)
{
	const struct probe_options *o = s->probe->options;
	if (s->signal != NULL) {
		signals_question(s, out);
		return;
	}
	out->name = s->at == EVIDENCE_TXT ? s->probe->challenge : s->probe->evidence.child;
	out->type = evidence_question_type(s->at);
	out->server = s->seen->address;
	out->port = 0;
	out->transport = s->tcp ? TRANSPORT_TCP : TRANSPORT_UDP;
	out->timeout_ms = s->tcp ? o->tcp_timeout_ms : o->udp_timeout_ms << (s->attempts < 4 ? s->attempts : 4);
}

static const struct evidence_answer *find_equal_in(const struct probe_server *s, const struct evidence_server *servers,
	const struct answer *answer)
{
	for (size_t i = 0; i < s->probe->evidence.server_count; i++) {
		const struct evidence_answer *a = s->at == EVIDENCE_TXT ? &servers[i].challenge : &servers[i].answers[s->at];
		if (a->status == EVIDENCE_ANSWERED && a->octets.size == answer->size &&
		    memcmp(a->octets.data + 2, answer->octets + 2, answer->size - 2) == 0) {
			return a;
		}
	}
	return NULL;
}

/* What another server, or the same one elsewhere, has said to the same question in the same octets, the ID aside. */
static const struct evidence_answer *find_equal(const struct probe_server *s, const struct answer *answer)
{
	const struct evidence *e = &s->probe->evidence;
	if (s->at == EVIDENCE_NS || answer->size < HEADER_OCTETS) {
		return NULL;
	}
	const struct evidence_answer *found = find_equal_in(s, e->servers, answer);
	for (size_t i = 0; i < e->vantage_count && found == NULL; i++) {
		found = find_equal_in(s, e->vantages[i].servers, answer);
	}
	return found;
}

/* Keeps the octets with the ID zeroed, so that equal answers are equal octets, which take their room once as in the
 * encoded evidence. What would make that larger than it may be is dropped and marked: a child cannot fill our memory with
 * long answers. */
static void keep(struct probe_server *s, struct evidence_answer *kept, const struct answer *answer)
{
	const struct evidence_answer *equal = find_equal(s, answer);
	if (equal != NULL) {
		kept->status = EVIDENCE_ANSWERED;
		kept->octets = equal->octets;
		return;
	}
	size_t *used = s->vantage == 0 ? &s->probe->octets : &s->probe->vantage_octets;
	if (answer->size > (s->vantage == 0 ? EVIDENCE_ROOM : VANTAGES_ROOM) - *used) {
		kept->status = EVIDENCE_OVERSIZE;
		return;
	}
	*used += answer->size;
	uint8_t *copy = arena_copy(s->probe->arena, answer->octets, answer->size);
	if (copy == NULL) {
		s->probe->spoilt = true;
		return;
	}
	if (answer->size >= 2) {
		copy[0] = 0;
		copy[1] = 0;
	}
	kept->status = EVIDENCE_ANSWERED;
	kept->octets = (struct slice){ copy, answer->size };
}

/* TC says so; and a datagram as long as the room we offered may have been cut there without saying so. */
static bool is_truncated(const struct answer *answer)
{
	return answer->size >= RESOLVER_UDP_PAYLOAD
		|| (answer->size >= HEADER_OCTETS && (answer->octets[TC_OCTET] & TC_BIT) != 0);
}

bool probe_is_refusal(const struct answer *answer)
{
	return answer->size >= HEADER_OCTETS && (answer->octets[RCODE_OCTET] & RCODE_MASK) == RCODE_REFUSED;
}

/* A server that never said anything gets one attempt for each further question, not the full number:
 * every question is asked, but a dead server does not hold the child for minutes. Nor does NS, by which nothing is
 * decided. */
static uint8_t attempts_allowed(const struct probe_server *s)
{
	uint8_t full = s->probe->options->udp_attempts;
	return s->at == EVIDENCE_SOA || (s->answered && s->at != EVIDENCE_NS) ? full : 1;
}

static struct evidence_answer *answer_of(struct probe_server *s)
{
	switch (s->at) {
	case EVIDENCE_NS:
		return &s->probe->evidence.ns.answer;
	case EVIDENCE_TXT:
		return &s->seen->challenge;
	default:
		return &s->seen->answers[s->at];
	}
}

/* NS is asked of the first server that has answered something and come so far: one question more for each child, not
 * for each address. */
static bool takes_ns(struct probe_server *s)
{
	struct probe *p = s->probe;
	if (s->at != EVIDENCE_DNSKEY || !s->answered || p->ns_asked != NULL || s->vantage > 0) {
		return false;
	}
	p->ns_asked = s;
	p->evidence.ns = (struct evidence_ns){ .asked = true, .server = (size_t)(s->seen - p->evidence.servers) };
	return true;
}

static enum evidence_question question_after(struct probe_server *s)
{
	if (takes_ns(s)) {
		return EVIDENCE_NS;
	}
	if ((s->at == EVIDENCE_DNSKEY || s->at == EVIDENCE_NS) && s->probe->asks_challenge) {
		return EVIDENCE_TXT;
	}
	return s->at == EVIDENCE_NS || s->at == EVIDENCE_TXT ? EVIDENCE_SOA_LAST : (enum evidence_question)(s->at + 1);
}

static bool finished(struct probe_server *s)
{
	assert(s->probe->open > 0);
	s->probe->open--;
	return false;
}

static bool next_question(struct probe_server *s)
{
	s->at = question_after(s);
	s->attempts = 0;
	s->tcp = s->probe->tcp_only;
	return s->at != EVIDENCE_QUESTIONS || finished(s);
}

static bool received(struct probe_server *s, struct evidence_answer *kept, const struct answer *answer,
	uint32_t *pause_ms)
{
	s->answered = true;
	if (is_truncated(answer) && !s->tcp) {
		/* T-57: a truncated answer is no answer; the same question goes over TCP. */
		s->tcp = true;
		return true;
	}
	if (probe_is_refusal(answer)) {
		*pause_ms = PROBE_PAUSE_REFUSED_MS;
	}
	keep(s, kept, answer);
	return next_question(s);
}

static bool not_received(struct probe_server *s, struct evidence_answer *kept, const struct answer *answer,
	uint32_t *pause_ms)
{
	*pause_ms = PROBE_PAUSE_SILENT_MS;
	if (!s->tcp && s->attempts < attempts_allowed(s)) {
		return true;
	}
	kept->status = answer->status == ANSWER_REFUSED ? EVIDENCE_UNREACHABLE : EVIDENCE_TIMEOUT;
	return next_question(s);
}

bool probe_answer(struct probe_server *s, const struct answer *answer, uint32_t *pause_ms)
{
	*pause_ms = 0;
	if (answer->status == ANSWER_CANCELLED || answer->status == ANSWER_STARVED) {
		s->probe->spoilt = true;
		return finished(s);
	}
	if (s->signal != NULL) {
		bool over;
		signals_answer(s, answer, pause_ms, &over);
		return !over || finished(s);
	}
	struct evidence_answer *kept = answer_of(s);
	s->attempts++;
	kept->attempts++;
	kept->tcp = s->tcp;
	kept->rtt_us = answer->rtt_us;
	return answer->status == ANSWER_RECEIVED ? received(s, kept, answer, pause_ms)
		: not_received(s, kept, answer, pause_ms);
}

bool probe_finished(const struct probe *p)
{
	return p->open == 0;
}

/* answers of one round are at most 120 s apart. No server can stretch a round that far; our own waiting can, and
 * that is no evidence against the child. The clock that went back is as bad. */
void probe_end(struct probe *p, uint64_t now_ms)
{
	p->evidence.ended_ms = now_ms;
	p->spoilt = p->spoilt || !evidence_is_one_round(&p->evidence);
}
