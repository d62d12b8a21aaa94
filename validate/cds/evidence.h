/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Evidence: what one probe of one child saw, as octets. A value with a versioned encoding. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "validate/wire/address.h"
#include "validate/wire/arena.h"
#include "validate/wire/limits.h"
#include "validate/wire/name.h"
#include "validate/wire/record.h"

/* The questions of one round, in the order they are asked (A-07: SOA first and last). Before the last one EVIDENCE_NS, of one
 * address only, and EVIDENCE_TXT where a token is looked for (RFC 8078 section 3.4). */
enum evidence_question { EVIDENCE_SOA, EVIDENCE_CDS, EVIDENCE_CDNSKEY, EVIDENCE_DNSKEY, EVIDENCE_SOA_LAST,
	EVIDENCE_QUESTIONS /* of every address */, EVIDENCE_NS, EVIDENCE_TXT };

/* The RR type asked for by a question. */
uint16_t evidence_question_type(enum evidence_question q);

/* What came of one question. Cancelled and starved questions are not evidence: a probe that has one is
 * not encoded at all. Zero is no answer. Numbers are stored. */
enum evidence_status {
	EVIDENCE_TIMEOUT = 0,
	EVIDENCE_ANSWERED = 1,		/* octets present */
	EVIDENCE_UNREACHABLE = 2,	/* port closed, no route, reset */
	EVIDENCE_OVERSIZE = 3,		/* answered, dropped: ceiling of LIMIT_EVIDENCE_OCTETS */
	EVIDENCE_NOT_ASKED = 4,		/* special-purpose address, or family not available here */
};

enum evidence_host_status {
	EVIDENCE_HOST_FAILED = 0,
	EVIDENCE_HOST_RESOLVED = 1,
	EVIDENCE_HOST_NO_ADDRESS = 2,
	EVIDENCE_HOST_BOGUS = 3,
	EVIDENCE_HOST_ALIAS = 4,
	EVIDENCE_HOST_NOT_ASKED = 5,	/* nobody wants the child to be asked: it has no servers */
};

/* Why an address was not asked. */
enum evidence_skip { SKIP_NONE = 0, SKIP_SPECIAL = 1, SKIP_FAMILY = 2, SKIP_LIMIT = 3 };

struct evidence_answer {
	enum evidence_status status;
	bool tcp;		/* transport of the last attempt */
	uint8_t attempts;
	uint32_t rtt_us;
	struct slice octets;	/* the message with its ID set to zero */
};

struct evidence_host {
	struct name name;
	enum evidence_host_status status;
};

struct evidence_server {
	struct address address;
	uint32_t hosts;		/* bit i: hosts[i] has this address */
	enum evidence_skip skip;
	struct evidence_answer answers[EVIDENCE_QUESTIONS];
	struct evidence_answer challenge;	/* TXT at challenge_name(); says nothing unless evidence.challenge_asked */
};

/* The NS set as one server of the child has it (standards 4.5, H4). Nothing is decided by it. */
struct evidence_ns {
	bool asked;		/* else the rest says nothing */
	size_t server;		/* of the evidence; one that was not skipped */
	struct evidence_answer answer;
};

/* Why the child was asked. Only the timer's probes count towards a window of time. Numbers are stored. */
enum evidence_trigger { TRIGGER_TIMER = 0, TRIGGER_NOTIFY = 1, TRIGGER_OPERATOR = 2, TRIGGER_RETRY = 3 };

/* One answer on the way from the root to a signaling zone: the DNSKEY set of name, or its DS set or the proof that there is
 * none. From any resolver: it proves itself. What has no octets says so by its status. */
struct evidence_link {
	struct name name;
	uint16_t type;		/* DNSKEY or DS */
	struct evidence_answer answer;
};

/* What was found under the signaling domain of one host of the NS set that is not below the child (RFC 9615 section 4.2). */
struct evidence_signal {
	size_t host;		/* of the evidence */
	/* CDS and CDNSKEY at _dsboot.CHILD._signal.HOST, from a server of the signaling zone; NOT_ASKED: the name is too long,
	 * or the way there ends before. */
	struct evidence_answer answers[2];
	size_t link_count;	/* at most LIMIT_LINKS */
	struct evidence_link *links;	/* DNSKEY of the root; then for each name from below the root down to
					 * _signal.HOST: DS, and DNSKEY where there is one */
};

/* The same servers, asked the same questions once more in the same round, from another place and over TCP (R8078-5-1). */
struct evidence_vantage {
	char name[LIMIT_LABEL_TEXT];
	struct evidence_server *servers;	/* as many as in the evidence, with their addresses and hosts; who was not asked
						 * from there, and what was answered, is its own */
};

struct evidence {
	struct name child;
	enum evidence_trigger trigger;
	uint64_t began_ms;	/* Unix time in milliseconds; a round takes at most 120 s */
	uint64_t ended_ms;
	size_t host_count;	/* at most LIMIT_NS_HOSTS */
	struct evidence_host *hosts;
	size_t server_count;	/* at most LIMIT_CHILD_ADDRESSES; sorted by address */
	struct evidence_server *servers;
	struct evidence_ns ns;
	bool challenge_asked;		/* every server that was asked at all was asked for a token, too */
	bool signals_asked;		/* the child has no DS set, asks for one, and signals were looked for; else there are none */
	size_t signal_count;
	struct evidence_signal *signals;	/* in order of host: every one that is not below the child */
	size_t vantage_count;		/* other places, below LIMIT_VANTAGES; 0: the child was asked from one, and: */
	char vantage[LIMIT_LABEL_TEXT];	/* what the place is called that all else is from; else empty */
	struct evidence_vantage *vantages;	/* each with a name of its own */
};

/* Bit i: the addresses of hosts[i] could not be looked up, or do not validate, so that not all of its servers are known,
 * whatever its glue says (R9975-3-1: glue and resolver). Bogus ones are no better than none: who can spoil our look-ups
 * must not choose who has a vote. */
uint32_t evidence_unresolved(const struct evidence *e);
/* Were all answers received within one round? */
bool evidence_is_one_round(const struct evidence *e);

/* Is there an NS answer of an address that was asked? What the encoding demands of one that has ns.asked. */
bool evidence_has_ns(const struct evidence *e);

/* What vantage i saw, as if it was all there is: without NS, signals and other places. */
struct evidence evidence_from(const struct evidence *e, size_t i);

/* Equal octets are stored once. *out in arena. ERR_LIMIT beyond LIMIT_EVIDENCE_OCTETS. Neither signals nor other vantages lead
 * there: from the first one that does not fit (LIMIT_EVIDENCE_ANSWERS counts, too) each that does not is stored without its
 * links, and what was answered as EVIDENCE_OVERSIZE. */
int evidence_encode(const struct evidence *e, struct arena *arena, struct slice *out);
/* Slices of *out point into data. Hostile input is refused with ERR_FORMAT, newer with ERR_VERSION. */
int evidence_decode(struct slice data, struct arena *arena, struct evidence *out);
