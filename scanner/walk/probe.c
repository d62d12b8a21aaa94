/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Probe: SOA, CDS, CDNSKEY, DNSKEY, SOA from every address, NS from one, attempts and transports. */
#include "scanner/walk/probe.h"

#include <assert.h>
#include <string.h>

#include "scanner/walk/plan.h"
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

/* After a refusal or silence an address is left alone for this long: it may be limiting us. */
#define PAUSE_REFUSED_MS 1000
#define PAUSE_SILENT_MS 200

struct probe *probe_new(struct arena *arena, const struct delegation *delegation,
	const struct probe_options *options, bool tcp_only)
{
	struct probe *p = arena_alloc(arena, sizeof(*p));
	if (p == NULL) {
		return NULL;
	}
	p->arena = arena;
	p->delegation = delegation;
	p->options = options;
	p->tcp_only = tcp_only;
	return plan_new(arena, delegation, &p->evidence) == ERR_OK ? p : NULL;
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

int probe_begin(struct probe *p, uint64_t now_ms)
{
	struct evidence *e = &p->evidence;
	e->began_ms = now_ms;
	size_t asked = plan_finish(e, p->options);
	p->servers = arena_array(p->arena, asked, sizeof(*p->servers));
	struct address *addresses = arena_array(p->arena, asked, sizeof(*addresses));
	if (p->servers == NULL || addresses == NULL) {
		return ERR_NOMEM;
	}
	for (size_t i = 0; i < e->server_count; i++) {
		if (e->servers[i].skip != SKIP_NONE) {
			continue;
		}
		addresses[p->server_count] = e->servers[i].address;
		struct probe_server *s = &p->servers[p->server_count++];
		s->probe = p;
		s->seen = &e->servers[i];
		s->ask.address = e->servers[i].address;
		s->ask.user = s;
		s->tcp = p->tcp_only;
	}
	p->open = p->server_count;
	p->entrant = (struct entrant){ .addresses = addresses, .count = p->server_count };
	return ERR_OK;
}

void probe_start(struct probe *p, uint64_t now_ms)
{
	p->evidence.began_ms = now_ms;
}

void probe_question(const struct probe_server *s, struct question *out)
{
	const struct probe_options *o = s->probe->options;
	out->name = s->probe->evidence.child;
	out->type = evidence_question_type(s->at);
	out->server = s->seen->address;
	out->port = 0;
	out->transport = s->tcp ? TRANSPORT_TCP : TRANSPORT_UDP;
	out->timeout_ms = s->tcp ? o->tcp_timeout_ms : o->udp_timeout_ms << (s->attempts < 4 ? s->attempts : 4);
}

/* What another server has said to the same question in the same octets, the ID aside. */
static const struct evidence_answer *find_equal(const struct probe_server *s, const struct answer *answer)
{
	const struct evidence *e = &s->probe->evidence;
	for (size_t i = 0; s->at != EVIDENCE_NS && answer->size >= HEADER_OCTETS && i < e->server_count; i++) {
		const struct evidence_answer *a = &e->servers[i].answers[s->at];
		if (a->status == EVIDENCE_ANSWERED && a->octets.size == answer->size &&
		    memcmp(a->octets.data + 2, answer->octets + 2, answer->size - 2) == 0) {
			return a;
		}
	}
	return NULL;
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
	if (answer->size > EVIDENCE_ROOM - s->probe->octets) {
		kept->status = EVIDENCE_OVERSIZE;
		return;
	}
	s->probe->octets += answer->size;
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

static bool is_refusal(const struct answer *answer)
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
	return s->at == EVIDENCE_NS ? &s->probe->evidence.ns.answer : &s->seen->answers[s->at];
}

/* NS is asked of the first server that has answered something and come so far: one question more for each child, not
 * for each address. */
static bool takes_ns(struct probe_server *s)
{
	struct probe *p = s->probe;
	if (s->at != EVIDENCE_DNSKEY || !s->answered || p->ns_asked != NULL) {
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
	return s->at == EVIDENCE_NS ? EVIDENCE_SOA_LAST : (enum evidence_question)(s->at + 1);
}

static bool next_question(struct probe_server *s)
{
	s->at = question_after(s);
	s->attempts = 0;
	s->tcp = s->probe->tcp_only;
	if (s->at == EVIDENCE_QUESTIONS) {
		assert(s->probe->open > 0);
		s->probe->open--;
		return false;
	}
	return true;
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
	if (is_refusal(answer)) {
		*pause_ms = PAUSE_REFUSED_MS;
	}
	keep(s, kept, answer);
	return next_question(s);
}

static bool not_received(struct probe_server *s, struct evidence_answer *kept, const struct answer *answer,
	uint32_t *pause_ms)
{
	*pause_ms = PAUSE_SILENT_MS;
	if (!s->tcp && s->attempts < attempts_allowed(s)) {
		return true;
	}
	kept->status = answer->status == ANSWER_REFUSED ? EVIDENCE_UNREACHABLE : EVIDENCE_TIMEOUT;
	return next_question(s);
}

bool probe_answer(struct probe_server *s, const struct answer *answer, uint32_t *pause_ms)
{
	*pause_ms = 0;
	struct evidence_answer *kept = answer_of(s);
	if (answer->status == ANSWER_CANCELLED || answer->status == ANSWER_STARVED) {
		s->probe->spoilt = true;
		s->at = EVIDENCE_SOA_LAST;
		return next_question(s);
	}
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
