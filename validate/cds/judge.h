/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The judge: evidence + delegation + rules -> finding. Pure: no memory of earlier runs, no clock.
 * What needs memory (retries of silent servers, replay marks, pending changes) is validate/accept. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "validate/cds/delegation.h"
#include "validate/cds/evidence.h"
#include "validate/cds/reason.h"
#include "validate/cds/rules.h"
#include "validate/dnssec/crypto.h"
#include "validate/dnssec/ds.h"

/* Standards section 2.4, L-RESP. Only POS and NODATA are received responses. Zero is not. Stored. */
enum response_class {
	RESPONSE_TIMEOUT = 0,	/* nothing came */
	RESPONSE_POS = 1,	/* authoritative, the RRset at the exact owner */
	RESPONSE_NODATA = 2,	/* authoritative, no RRset of the type; proof checked when secure */
	RESPONSE_NXD = 3,	/* authoritative NXDOMAIN for the apex */
	RESPONSE_CNAME = 4,	/* an alias at the apex */
	RESPONSE_LAME = 5,	/* not authoritative: referral, REFUSED, NOTAUTH, AA clear */
	RESPONSE_FAIL = 6,	/* SERVFAIL, FORMERR, NOTIMP, malformed, wrong question, TC over TCP */
	RESPONSE_BOGUS = 7,	/* signatures or proof do not validate */
	RESPONSE_SKIPPED = 8,	/* not asked: special-purpose address, family missing, ceiling */
};
const char *response_class_text(enum response_class c);	/* "POS", ... */

/* What one address says, and why. */
struct server_finding {
	struct address address;
	uint32_t hosts;			/* as in the evidence */
	enum response_class classes[EVIDENCE_QUESTIONS];
	enum response_class class;	/* the worst that matters; shown as the class of the server */
	enum reason reason;		/* REASON_NONE, or the sub-result of this address */
	bool silent;			/* LAME, FAIL or TIMEOUT for a signal: not received, may be dropped */
	bool tcp;			/* any answer came over TCP */
	uint32_t rtt_us;		/* largest */
	uint32_t soa_serial;		/* 0 when not received */
};

enum gate { GATE_CORRECT = 0, GATE_ALLOWED = 1, GATE_DUE = 2 };
enum check_result { CHECK_FAIL = 0, CHECK_PASS = 1, CHECK_SKIP = 2, CHECK_WARN = 3 };

/* One rule that was looked at, in the order of standards section 3. */
struct check {
	const char *rule;	/* requirement id, e.g. "R7344-4.1-2"; static or arena */
	enum gate gate;
	enum check_result result;
	const char *detail;	/* for a help desk; arena; printable ASCII; never NULL */
};

/* A signature for the replay marks of accept: one that qualified for the Signer rule, or, where the request would be
 * accepted, one by a key that only the new DS set names. The latter proves nothing yet, but is remembered, or what it signed
 * before could be played back once its key has the DS. A first DS set has no Signer rule: there the keys that are asked for
 * qualify. */
struct mark {
	uint16_t type;			/* CDS or CDNSKEY */
	uint8_t algorithm;
	uint16_t tag;
	uint8_t key_hash[SHA256_OCTETS];	/* of the DNSKEY RDATA */
	uint32_t inception;		/* newest seen for (type, key) over all addresses; serial arithmetic */
	bool successor;			/* of a key of the new set only; of no meaning in a stored mark */
};

/* What a secure child says in one type, by the newest signature that proves it at any address: records, or that there are none.
 * Of records a qualifying key has to have made it, or where there is none of these any key of the zone; of an absence any key of
 * the zone, over the NSEC or NSEC3 record. The SOA record beside it tells nothing of age: whoever plays back an old proof may put
 * a newer SOA record beside it. Of a first DS set the keys that are asked for qualify, and an absence is not proven. */
struct last_words {
	bool known;			/* else the rest is zero */
	uint32_t inception;
	uint8_t hash[SHA256_OCTETS];	/* of the RRset; zeros: several have that inception, or nobody knows what had it */
};
enum said_type { SAID_CDS = 0, SAID_CDNSKEY = 1, SAID_TYPES };

/* What a change does to the keys of the DS set. Numbers are stored. */
enum change_class {
	CHANGE_NONE = 0,
	CHANGE_UPDATE = 1,	/* of accept alone: back to the present set after another one was sent */
	CHANGE_DELETE = 2,
	CHANGE_DIGEST = 3,	/* the same keys */
	CHANGE_ADD = 4,		/* keys come */
	CHANGE_REMOVE = 5,	/* keys go */
	CHANGE_SWAP = 6,	/* keys come and go */
	CHANGE_ALGORITHM = 7,	/* an algorithm comes or goes, whatever else does */
	CHANGE_INITIAL = 8,	/* a first DS set */
	CHANGE_TTL = 9,		/* of accept alone: the DS set gets its former TTL back */
};
/* "none", "update", "delete", "digest-only", "add", "remove", "swap", "algorithm-roll", "initial", "ttl" */
const char *change_class_text(enum change_class c);

/* The security of the delegation as the parent has it. */
enum child_security { SECURITY_UNKNOWN = 0, SECURITY_SECURE = 1, SECURITY_INSECURE = 2, SECURITY_UNUSABLE = 3 };
const char *child_security_text(enum child_security s);	/* "unknown", "secure", "insecure", "unusable-ds" */

/* Does another place see the same request (R8078-5-1)? Numbers are stored. */
enum vantage_result {
	VANTAGE_LACKS = 0,	/* what was received there agrees, but not all that the first place received was */
	VANTAGE_AGREES = 1,
	VANTAGE_DIFFERS = 2,
};
const char *vantage_result_text(enum vantage_result r);	/* "lacks", "agrees", "differs" */

/* One place that the child was asked from. */
struct vantage_finding {
	char name[LIMIT_LABEL_TEXT];
	enum vantage_result result;
	enum reason reason;		/* what would come of this place alone */
	uint8_t answered;		/* addresses that gave a usable answer there */
};

/* What a DS set that somebody wants to go back to would do. Zero refuses: nobody looked. */
struct back_finding {
	bool looked;
	struct ds_set set;		/* this one; in the arena */
	enum reason reason;		/* NONE: it leads to the zone of every server that was received, or is empty */
	enum change_class change;	/* from the present set to it; NONE: they are the same */
};

/* Zero refuses: reason NONE is never an acceptance. All pointers in the arena given to judge. */
struct finding {
	enum reason reason;		/* the one primary reason, silent servers and unresolved hosts left out of the
					 * vote */
	enum change_class change;
	enum child_security security;
	struct ds_set ds_after;		/* prospective DS set; meaningful when reason is ACCEPT_* or BOOTSTRAP_UNPROVEN, or
					 * the delegation would change; empty for delete */
	bool asks_present;		/* NOOP_IN_SYNC, and not by the keys alone: what is asked for is the present DS set */
	size_t warning_count;
	enum reason *warnings;		/* WARN_*, and reasons that did not become the primary one */
	size_t server_count;
	struct server_finding *servers;	/* order of the evidence */
	size_t silent_count;
	uint32_t unresolved;		/* bits of evidence hosts whose addresses could not be looked up; like a
					 * silent server left out of the vote, and accept's to wait for */
	size_t check_count;
	struct check *checks;
	size_t mark_count;
	struct mark *marks;
	struct last_words said[SAID_TYPES];	/* not of a type that the rules do not read */
	/* Of a request for a first DS set that is consistent and would validate: reason is ACCEPT_BOOTSTRAP_AUTH where RFC 9615
	 * proves it, else BOOTSTRAP_UNPROVEN, and accept's other methods may. Of both, change is CHANGE_INITIAL, ds_after is the
	 * set that is asked for, and marks has the signatures by its keys. What speaks against it for good, signals that
	 * contradict it or do not validate, is a reason of its own, and also signaling. */
	enum reason signaling;		/* why RFC 9615 did not; NONE: it did, or was not looked at */
	uint8_t request_hash[SHA256_OCTETS];	/* of the DS set asked for and of the CDS and CDNSKEY RRsets that do; zeros:
						 * nothing consistent is asked for. The same request, the same hash */
	uint8_t challenge_hash[SHA256_OCTETS];	/* of such a request, where the rules look for a token: of the text that every
						 * address has, alone and the same; zeros: there is none */
	uint8_t ns_hash[SHA256_OCTETS];	/* of the host names of the delegation */
	uint8_t content_hash[SHA256_OCTETS];	/* class, CDS, CDNSKEY and DNSKEY per address, DS, NS */
	unsigned verifications;		/* attempts made */
	uint32_t cost_ns;		/* work charged (validate/dnssec/cost.h), of the place that took most, for each has a
					 * budget of its own; LIMIT_COST_NS: used up */
	/* Where the rules want a request to be seen from several places: these, the first one first; else none. */
	size_t vantage_count;
	struct vantage_finding *vantages;
	struct back_finding back;	/* where the input has such a set; reason says nothing of it */
};

/* A first DS set is asked for in a way that everything else allows, but not all of it came over TCP, or signals or a token
 * were not looked for although the rules want them, or RFC 9615 does not prove it and it was not asked for from as many places as
 * they want: the child has to be asked again over TCP, for those and from there (T-43). The reason is STALE_EVIDENCE then. So is
 * that of a first DS set to go back to, for which not all came over TCP. */
bool finding_wants_tcp(const struct finding *f);

struct judge_input {
	const struct evidence *evidence;
	const struct delegation *delegation;
	const struct rules *rules;
	const struct algorithm_table *algorithms;
	uint32_t now;		/* seconds since the epoch, the time signatures are judged at */
	const struct ds_set *back;	/* to go back to; NULL: none */
};

/* 0 and *out; below zero only for our own failures (memory, cryptography), then *out refuses. */
int judge(struct crypto *crypto, const struct judge_input *in, struct arena *arena, struct finding *out);
