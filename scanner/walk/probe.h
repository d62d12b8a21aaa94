/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Probe: all questions to all addresses of one child, as a state machine. Sans-I/O: it says what to ask
 * next, is told what came, and ends with evidence. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "scanner/net/hosts.h"
#include "scanner/net/resolver.h"
#include "scanner/net/signaling.h"
#include "scanner/walk/limiter.h"
#include "validate/cds/delegation.h"
#include "validate/cds/evidence.h"
#include "validate/wire/arena.h"

/* A place that children are asked from. */
struct probe_vantage {
	char name[LIMIT_LABEL_TEXT];
	bool no_ipv4, no_ipv6;		/* it has no address of this family */
};

struct probe_options {
	bool allow_special;		/* ask special-purpose addresses (a lab) */
	bool no_ipv4, no_ipv6;		/* families that cannot be asked from here */
	uint8_t udp_attempts;		/* of one question; at least 1 */
	uint32_t udp_timeout_ms;	/* of the first attempt; doubled each time */
	uint32_t tcp_timeout_ms;
	size_t vantage_count;		/* places; 0 and 1: one, and no look is from others */
	struct probe_vantage vantages[LIMIT_VANTAGES];	/* the first one asks everything, by the families above */
};

/* What a probe is for. */
struct probe_look {
	enum evidence_trigger trigger;
	bool tcp_only;			/* second look: every question over TCP (A-07, T-43) */
	bool signals;			/* the child asks for a first DS set: look for signals, too (RFC 9615) ... */
	bool challenge;			/* ... and for a token (RFC 8078 section 3.4) */
	bool vantages;			/* from every place (R8078-5-1), which takes tcp_only */
};

struct probe;

/* Servers of one signaling zone that are asked, one after the other, until one answers. */
#define PROBE_SIGNAL_SERVERS 6

/* The two questions at the signaling name of one host. */
struct probe_signal {
	struct evidence_signal *seen;
	struct name name;
	bool too_long;			/* there is no such name */
	uint8_t question;		/* 0: CDS, 1: CDNSKEY */
	uint8_t at;			/* of servers: asked now */
	uint8_t tried;			/* bits of servers: asked this question */
	uint8_t silent;			/* ... that did not answer */
	uint8_t server_count;
	struct address servers[PROBE_SIGNAL_SERVERS];
};

/* One address of the child and its questions, one outstanding at a time (RFC 9975 section 3); or one signaling name, where
 * the address changes. */
struct probe_server {
	struct ask ask;			/* for the limiter; ask.user is this struct */
	struct probe *probe;
	struct probe_signal *signal;	/* else NULL, and: */
	struct evidence_server *seen;	/* of the evidence, or of its vantage: */
	size_t vantage;			/* index of the place that it is asked from; 0: the first */
	enum evidence_question at;	/* the question that is being asked */
	uint8_t attempts;		/* of it, so far */
	bool tcp;			/* this attempt goes over TCP */
	bool answered;			/* something came from this address */
	uint64_t ticket;		/* of the resolver, while asked */
	bool outstanding;
};

/* Everything of it lives in arena. */
struct probe {
	struct arena *arena;
	const struct delegation *delegation;
	const struct probe_options *options;
	struct evidence evidence;
	struct probe_server *servers;	/* those that are asked, at every place, signaling names behind */
	size_t server_count;
	size_t open;			/* servers that are not finished */
	size_t octets;			/* of answers kept so far */
	size_t signal_octets;		/* of chains and signals */
	size_t vantage_octets;		/* of what other places saw */
	struct probe_signal *signals;	/* as many as in the evidence */
	bool tcp_only;			/* second look: every question over TCP */
	bool from_everywhere;		/* from other places, too */
	bool asks_challenge;		/* for a token ... */
	struct name challenge;		/* ... at that name */
	const struct probe_server *ns_asked;	/* the server that is or was asked for NS; NULL: none so far */
	bool spoilt;			/* a question was cancelled or starved, or the round took too long: no evidence */
	struct entrant entrant;		/* for the limiter */
	void *user;
};

/* NULL when out of memory. The delegation lives in the same arena. */
struct probe *probe_new(struct arena *arena, const struct delegation *delegation,
	const struct probe_options *options, const struct probe_look *look);
/* What is known of host i of the delegation; call it for each before probe_begin. */
int probe_host(struct probe *p, size_t i, const struct host *host);
/* What is known of the signaling zone of signal i of the evidence; call it for each that is not too long before probe_begin.
 * NULL: nothing. */
int probe_signal(struct probe *p, size_t i, const struct signaling_zone *zone);
/* Lays out the servers; server_count of them want to ask (probe->servers). Zero: the evidence is complete. */
int probe_begin(struct probe *p, uint64_t now_ms);
/* The question this server asks now. */
void probe_question(const struct probe_server *s, struct question *out);
/* After a refusal or silence an address is left alone for this long: it may be limiting us. */
#define PROBE_PAUSE_REFUSED_MS 1000
#define PROBE_PAUSE_SILENT_MS 200
bool probe_is_refusal(const struct answer *answer);
/* What came. Returns true when this server wants to ask again (next question or another attempt);
 * *pause_ms: how long its address should be left alone. */
bool probe_answer(struct probe_server *s, const struct answer *answer, uint32_t *pause_ms);
/* Now it really begins: what was planned may have waited for its turn. */
void probe_start(struct probe *p, uint64_t now_ms);
/* All servers finished? Then set the time and the evidence is complete, unless spoilt. */
bool probe_finished(const struct probe *p);
void probe_end(struct probe *p, uint64_t now_ms);
