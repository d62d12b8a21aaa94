/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What one judgement works on, shared by its steps; private to validate/cds. */
#pragma once

#include "validate/cds/classify.h"
#include "validate/cds/judge.h"
#include "validate/cds/keytable.h"
#include "validate/cds/signal.h"
#include "validate/cds/trace.h"
#include "validate/dnssec/rrsig.h"

/* The two record types that carry a request. */
enum signal_type { IN_CDS = 0, IN_CDNSKEY = 1, SIGNAL_TYPES };

/* One type at one view. */
struct signal_view {
	struct signal signal;
	struct keyset keys;	/* of an update */
	unsigned *ids;		/* key number of each record of signal */
	bool proven;		/* the RRset, or its absence, validates in the zone */
	bool dated;		/* what proves it begins at ... */
	uint32_t inception;
};

/* What one server says. Servers with equal answers share one view: equal octets agree, and are looked
 * at once. */
struct view {
	const struct evidence_server *server;	/* the first of those that answer like this */
	const char *label;			/* its address, for people */
	struct answer answers[EVIDENCE_QUESTIONS];
	bool skipped;		/* not asked */
	bool silent;		/* nothing received: not part of the vote */
	struct signal_view signals[SIGNAL_TYPES];
	size_t dnskey_count;
	struct dnskey *dnskeys;
	unsigned *dnskey_ids;
	bool chain;		/* the DNSKEY RRset is proven from the current DS set */
	bool quo;		/* a validated answer that confirms the present state */
	enum reason fault;	/* the row of standards 4.1 that this view meets; REASON_NONE */
	enum reason note;	/* the most specific reason; shown with the server */
};

struct judging {
	struct crypto *crypto;
	const struct judge_input *in;
	struct arena *arena;
	struct verifier *verifier;
	struct trace trace;
	struct keytable *keys;
	enum child_security security;
	bool stale;			/* evidence of another NS set */
	bool bootstrap;			/* a first DS set is asked for and may be had, or gone back to: DNSKEY and SOA count, too */
	bool used[SIGNAL_TYPES];	/* types that the rules read */
	struct keyset ds_keys;		/* named by the current DS set */
	struct keyset ds_anchors;	/* of these, by a digest that is verified here */
	unsigned *ds_ids;
	size_t view_count;
	struct view *views;
	struct view **of_server;	/* the view of each server of the evidence */
	size_t received;		/* views in the vote */
	enum reason unmarked;		/* why a signature that should be a mark is not among them; REASON_NONE */
	size_t mark_count;
	struct mark marks[LIMIT_MARKS];
	unsigned mark_ids[LIMIT_MARKS];	/* key number of each */
};

const char *signal_type_text(enum signal_type t);
enum evidence_question signal_type_question(enum signal_type t);
uint16_t signal_type_rrtype(enum signal_type t);
/* Has the view a voice? */
bool view_votes(const struct view *v);
/* Holds a fault against a view unless a graver one is there already; note is the specific reason. */
void view_blame(struct view *v, enum reason fault, enum reason note);
/* Standards 4.1, precedence of what is held against one server. Excess: not looked at to the end, for it would be more work
 * than is done for one child. */
enum fault_rank { RANK_MALFORMED, RANK_APEX, RANK_EXCESS, RANK_SIGNATURE };
enum fault_rank fault_rank(enum reason reason);

/* view.c: classification and syntax, before any signature. */
int views_make(struct judging *j);
/* identity.c: numbers for all keys. */
int keys_identify(struct judging *j);
/* chain.c: the DNSKEY RRset, the requests and denials of a secure child. */
int views_validate(struct judging *j);
/* The same file: the usable keys of a view that the current DS set vouches for. */
int view_anchors(const struct judging *j, const struct view *v, struct dnskey **out, size_t *count);
/* What a signature that does not hold is called. */
enum reason status_reason(enum sig_status status);
/* The same file: marks of keys that an accepted request brings into the DS set. successor: as in struct mark. */
int marks_of_keys(struct judging *j, const struct keyset *wanted, bool successor);

/* vote.c: the views together. */
enum reason vote_faults(struct judging *j);
bool vote_status_quo(struct judging *j, size_t *confirming);
/* consistency.c: R9975, across servers and then across types, where no view that votes has a fault. */
enum reason vote_consistency(struct judging *j);

/* What the views ask for, which are without fault and consistent. */
struct request {
	enum signal_kind kind;		/* EMPTY, UPDATE or DELETE; TOO_MANY */
	bool in[SIGNAL_TYPES];		/* the types that carry it */
	struct keyset keys;		/* of an update */
};
void vote_request(const struct judging *j, struct request *out);

/* prospect.c: the DS set that would result. */
struct prospect {
	enum reason reason;	/* REASON_NONE: there is one */
	struct ds_set set;
	unsigned *ids;		/* key number of each record */
};
int prospect_make(struct judging *j, const struct request *r, struct prospect *out);
/* Do the digests of the current DS set need no renewal under rules that compute them? */
bool prospect_digests_acceptable(const struct judging *j);

/* keycheck.c: what may not be in any DS set, whoever asks. */
enum reason keys_check(struct judging *j, const struct request *r);
enum reason prospect_check(struct judging *j, const struct prospect *p);

/* continuity.c: L-CONT for every server. */
int continuity_check(struct judging *j, const struct prospect *p, enum reason *out);
/* The SOA of a view, from the first or the last question; empty when it has none. */
const struct rrset *view_soa(const struct view *v);

/* health.c: what is to be said of the present DS set, whatever is asked for (standards 4.5). Warnings only. */
int health_check(struct judging *j);
/* providers.c: keys that servers do not share (R8901-3-1). Warnings only. */
int providers_check(struct judging *j);
/* The same file: REASON_NONE when a key of the view's own DNSKEY set claims to sign its SOA now. Verifies nothing. */
enum reason view_soa_fault(const struct judging *j, const struct view *v);

/* bootstrap.c: a request for a first DS set, which nothing but RFC 9615 can prove here. */
int bootstrap_decide(struct judging *j, struct finding *f);
/* The same file: did every answer that counts come over TCP (T-43)? */
bool bootstrap_over_tcp(struct judging *j);
/* signaling.c: do the signals of all operators confirm what the apex says (RFC 9615 section 4.2)? REASON_NONE: they do. */
int signaling_check(struct judging *j, enum reason *out);

/* challenge.c: the token that every address has, by its hash; out stays as it is where there is none. */
int challenge_read(struct judging *j, uint8_t out[SHA256_OCTETS]);

/* vantage.c: a request that nothing proves, and what other places see of it: others[i] is what came of evidence_from(i). */
int vantage_compare(struct judging *j, const struct finding *others, struct finding *f);
/* The same file: enough places were asked to compare them. */
bool vantage_is_asked(const struct judging *j);

/* back.c: the DS set to go back to, if there is one. */
int back_check(struct judging *j, struct back_finding *out);

/* ns.c: the NS set of the zone beside that of the delegation. Warnings only. */
int ns_check(struct judging *j);

/* reach.c: hosts and servers that were not asked. */
void reach_trace(struct judging *j);
bool reach_host_was_asked(const struct evidence *e, size_t host);
/* One sentence about what of the delegation was not received; NULL: all of it was asked and answered. */
const char *reach_lacks(const struct judging *j);
/* Why nothing was received from anybody. */
enum reason reach_nobody(struct judging *j);
/* Why an acceptance has to wait although all that answered agree; REASON_NONE: nothing. */
enum reason reach_unasked(struct judging *j);

/* content.c: A-02. */
int content_hash(struct judging *j, enum reason signaling, uint8_t out[SHA256_OCTETS]);
/* The same file: as in struct finding, of a request that the views agree on. */
int content_request(struct judging *j, const struct ds_set *asked, uint8_t out[SHA256_OCTETS]);
int content_ns(struct judging *j, uint8_t out[SHA256_OCTETS]);
/* The same file: as in struct finding. */
int content_said(struct judging *j, struct last_words out[SAID_TYPES]);
