/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the servers of a test child say, in a few words -> evidence and delegation. */
#pragma once

#include "tests/unit/zone_keys.h"
#include "validate/cds/delegation.h"
#include "validate/cds/evidence.h"
#include "validate/wire/arena.h"

enum denial_kind { DENY_NSEC = 0, DENY_NSEC3, DENY_NSEC3_OPTOUT, DENY_NSEC3_MANY, DENY_NOTHING,
	DENY_FROM_PARENT, DENY_CNAME_BIT, DENY_EXPIRED, DENY_NOT_REALLY };

enum trouble { FINE = 0, TROUBLE_TIMEOUT, TROUBLE_UNREACHABLE, TROUBLE_REFUSED, TROUBLE_SERVFAIL,
	TROUBLE_NO_AA, TROUBLE_TRUNCATED, TROUBLE_NXDOMAIN, TROUBLE_CNAME, TROUBLE_DNAME,
	TROUBLE_OTHER_QUESTION, TROUBLE_OTHER_OWNER, TROUBLE_OVERSIZE, TROUBLE_GARBAGE,
	TROUBLE_ALL_BUT_DNSKEY /* times out */, TROUBLE_SPECIAL, TROUBLE_FAMILY, TROUBLE_LIMIT,
	TROUBLE_SHUFFLED /* other case, order and TTL, a record twice: no trouble at all */,
	TROUBLE_SERIAL /* another SOA at the end */,
	TROUBLE_REFERRAL /* to itself, from above the cut */,
	TROUBLE_NO_SOA /* the apex has none */, TROUBLE_SOA_LOST /* the same, and the last question times out */ };

/* What the operator of a server says under _signal of its host (RFC 9615). Where nobody's is given, signals were not asked for. */
enum operator_says { OPERATOR_NOT_ASKED = 0, OPERATOR_AGREES /* with what the server says */, OPERATOR_SAYS_NOTHING,
	OPERATOR_LEAVES_OUT /* CDNSKEY */, OPERATOR_DIFFERS, OPERATOR_EXPIRED /* its signatures */, OPERATOR_INSECURE,
	OPERATOR_ALIAS /* a CNAME */, OPERATOR_CUT /* the signaling name is delegated */,
	OPERATOR_LOST /* cannot be looked up */, OPERATOR_TOO_LONG /* the host's name, for a signaling name; before others */,
	OPERATOR_IN_DOMAIN /* the host is in the child and has no signal; before all others */ };

/* One server. Letters as in zone_keys.h. CDS and CDNSKEY: words like "A" (SHA-256), "B:4" (digest type
 * 4), "B:2!" (a digest that is wrong), "delete", "x0000000000" (RDATA in hex), "*25" (that many), "*25+40" (others). */
struct says {
	const char *cds;
	const char *cdnskey;
	const char *by;			/* signers of these; NULL: "A", "": nobody; small letter: an old signature */
	enum when when;
	const char *dnskey;		/* NULL: "AZ"; "AZ*40": and 40 more */
	const char *dnskey_by;		/* NULL: "A" */
	enum when dnskey_when;
	const char *zone_by;		/* signers of SOA and proofs; NULL: "Z" */
	enum when zone_when;		/* of the SOA */
	const char *ns;			/* numbers of hosts like "1 2" or "1 9"; "": no NS set; NULL: those of the delegation */
	const char *ns_by;		/* NULL: "Z" */
	enum denial_kind denial;
	enum when denial_when;		/* of NSEC and NSEC3, but where denial says it */
	enum trouble trouble;
	int at;				/* question it is at, plus one; 0: all */
	enum operator_says operator;
	bool tcp;			/* answers come over TCP */
	bool on;			/* this server exists */
};

#define SERVERS_MAX 4

/* Everything in arena. Hosts are ns1.example.net. and so on, one a server; OPERATOR_IN_DOMAIN: ns1.example.ch.;
 * OPERATOR_TOO_LONG: ns1, far below example.net. */
void evidence_build(const struct says *servers, struct arena *arena, struct evidence *out);
/* What the server at this place answers when it is asked for NS. */
struct evidence_answer ns_build(const struct says *servers, size_t at, struct arena *arena);
/* The trust anchor under which signals validate. */
void signals_anchor(struct ds out[1]);
/* ds: words as for CDS; "": none; "?": unknown. */
void delegation_build(const struct says *servers, const char *ds, struct arena *arena,
	struct delegation *out);
void ds_set_build(const char *words, struct arena *arena, struct ds_set *out);
