/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A world of children, their operators, servers, attackers and caches, one child at a time, on a clock that jumps from event
 * to event. What is between the servers and the parent is the real judge and the real accept. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/differential/chance.h"
#include "validate/accept/accept.h"

#define MINUTE 60u
#define HOUR 3600u
#define DAY 86400u
#define NEVER UINT32_MAX
#define TIME_BEGIN 1750000000u

/* --- what servers say: sets of keys are bits of the pool (keys.h) --- */

enum part_name { PART_SOA, PART_CDS, PART_CDNSKEY, PART_DNSKEY, PARTS };
enum part_kind { PART_EMPTY = 0, PART_KEYS = 1, PART_DELETE = 2 };

/* One RRset at the apex, or the proof that there is none, signed for itself: an attacker may mix old and new ones. */
struct part {
	uint16_t kind;
	uint16_t types;		/* for the bitmap of a proof: bit of each enum part_name that exists */
	uint32_t serial;
	uint32_t keys;		/* DNSKEY, CDNSKEY; CDS: by SHA-256 */
	uint32_t keys384;	/* CDS: by SHA-384 */
	uint32_t by;		/* signers; 0: unsigned */
	uint32_t inception;
	uint32_t expiration;
};

struct zone {
	struct part parts[PARTS];
};

/* A set of DS records: keys by each digest type. */
struct ds_mask {
	uint32_t sha256;
	uint32_t sha384;
};
static inline bool ds_mask_equal(struct ds_mask a, struct ds_mask b)
{
	return a.sha256 == b.sha256 && a.sha384 == b.sha384;
}
static inline bool ds_mask_empty(struct ds_mask a)
{
	return a.sha256 == 0 && a.sha384 == 0;
}

#define PROVIDERS 2
#define HOSTS_EACH 3
#define HOSTS (PROVIDERS * HOSTS_EACH)

enum mood { MOOD_FINE = 0, MOOD_TIMEOUT, MOOD_SERVFAIL, MOOD_LAME };

/* What an operator says of the child under one of its hosts (RFC 9615): an enum part_kind and its keys, or that no answer came.
 * Signed by the operator's key, which no attacker has. */
#define SIGNAL_LOST 3
struct signal {
	uint8_t kind;
	uint32_t keys, keys384;
};

/* What a probe got of one host. */
struct view {
	uint8_t host;
	uint8_t mood;
	bool forged;		/* not what the child's own server says */
	struct zone zone;
	struct signal signal[2];	/* CDS, CDNSKEY */
};

/* --- servers --- */

/* What a cache can hold of a server: the keys of the DNSKEY RRset, who signed it, who signed the data. */
struct served {
	uint32_t from, until;	/* until NEVER: now */
	uint32_t keys, keys_by, data_by;
	uint32_t expiration;	/* the first of both to end */
};
#define SERVED_KEPT 32
#define COMING 8

struct server {
	bool on;			/* has the zone */
	enum mood mood;
	uint32_t mood_until;
	uint32_t stuck_until;		/* takes no new content; NEVER: at ease */
	bool stuck;
	struct zone zone;
	size_t coming_count;
	struct { uint32_t at; struct zone zone; } coming[COMING];
	uint32_t used_from, used_until;	/* in the NS set */
	size_t served_count;
	struct served served[SERVED_KEPT];	/* oldest first */
};

/* --- operators of the child --- */

enum sign_style { SIGN_BIND = 0, SIGN_POWERDNS, SIGN_SHORT, SIGN_STYLES };

struct provider {
	bool on;
	unsigned hosts;			/* servers it has */
	enum sign_style style;
	bool signals;			/* says in its own zones what it says in the child's */
	uint32_t keys, keys_by, zone_by;	/* DNSKEY, its signers, signers of the rest */
	uint8_t signal;			/* enum part_kind */
	struct ds_mask cds;
	uint32_t cds_by;	/* 0: keys_by */
	uint32_t serial;
	uint32_t inception, expiration, resign_at;
	uint32_t ksk, zsk;		/* its own keys now */
};

/* What the operator is doing: a procedure and the step it is at. */
enum procedure {
	DO_NOTHING = 0, DO_DOUBLE_SIGNATURE, DO_DOUBLE_DS, DO_CSK, DO_ALGORITHM, DO_DIGEST, DO_STANDBY, DO_ABORT,
	DO_JOIN, DO_LEAVE, DO_MOVE_BY_DELETE, DO_DELETE, DO_REMOVE, DO_SIGN_AGAIN,
	/* What only careless operators do. */
	BAD_UNSIGNED, BAD_STALE_CDS, BAD_EARLY, BAD_ALGORITHM, BAD_DIGEST, BAD_LEAVE,
	PROCEDURES
};
const char *procedure_text(enum procedure p);

struct operator {
	enum procedure procedure;
	unsigned step;
	uint32_t at;			/* when it goes on; NEVER: when the parent has what it wants */
	bool waiting;			/* for the DS set to be want */
	struct ds_mask want;
	uint32_t old, new;		/* keys of the procedure */
	uint32_t old_zsk, new_zsk;
	bool careless;
};

/* --- the parent --- */

struct parent_kind {
	const char *name;
	const char *preset;
	struct policy policy;
	unsigned rules_number;		/* parents with equal rules have equal numbers */
	uint32_t ds_ttl;
	uint32_t walk_min_s, walk_max_s;
	uint32_t export_max_s;		/* from the release of a change to the registry */
	uint32_t publish_max_s;		/* from the registry to the zone */
	unsigned hold_percent;		/* of changes that are held for days */
	bool by_signals;		/* RFC 9615, else by delay */
	bool strict;			/* promises the strict replay guard */
	uint32_t low_ttl;		/* after a change; 0: the TTL is left alone */
};
#define PARENT_KINDS 10	/* half of them like the other half, but strict */

struct ds_version {
	uint32_t from, until;
	struct ds_mask ds;
	uint32_t ttl;			/* as caches get it */
	uint32_t told;			/* as the child is told */
	bool ours;
};
#define DS_KEPT 16

/* What the judged servers said, to look at again when the change is published. */
struct witness {
	bool answered;
	struct served content;
};

struct change {
	enum pending_state state;	/* NONE: no such change */
	uint64_t number;
	struct ds_mask before, after;
	uint32_t ns;
	uint32_t ttl;
	uint32_t judged_at;
	uint32_t at;			/* export, or publication once sent */
	bool blocked;			/* a probe since did not confirm it */
	bool held;
	bool goes_back;
	enum change_class class;
	struct witness witness[HOSTS];
};

struct parent {
	const struct parent_kind *kind;
	uint32_t ns;			/* hosts of the NS set */
	struct ds_mask registered;	/* in the registry; in the zone once published */
	uint32_t registered_ttl;
	size_t ds_count;
	struct ds_version ds[DS_KEPT];	/* oldest first; the last is in the zone now */
	uint32_t manual_change;
	uint64_t numbers;
	struct change open;		/* not sent yet */
	size_t sent_count;
	struct change sent[4];		/* on the way to the zone, in order */
};

/* --- attackers --- */

enum attack_kind { ATTACK_NONE = 0, ATTACK_REPLAY, ATTACK_FORGE, ATTACK_SOME_SERVERS, ATTACK_SOME_AND_DROP, ATTACK_DROP,
	ATTACK_LAME_HOST, ATTACK_NOTIFY, ATTACK_PULSES, ATTACK_MIX, ATTACKS };
const char *attack_text(enum attack_kind k);

#define CAPTURES 24
struct attack {
	enum attack_kind kind;
	uint32_t from, until;		/* on the path, or in the servers */
	uint32_t again;			/* pulses: from one beginning to the next */
	unsigned left;			/* pulses to come */
	uint32_t sampled_since;		/* the walk has seen nothing but forgeries of all servers since; 0: it has */
	uint32_t hosts;			/* whose answers it makes */
	uint32_t dropped;		/* whose answers it drops */
	uint32_t probe_at;		/* when it sends its next NOTIFY; NEVER */
	bool replays;			/* else it forges */
	bool hides_signals;		/* of operators that he cannot forge */
	bool deletes;			/* forges or replays a delete */
	struct zone played;
	size_t capture_count;
	struct zone captures[CAPTURES];	/* what was served once */
};

/* --- what the parent may know --- */

/* What an operator said in one type, and the last serial with which it did. */
struct saying {
	uint16_t kind;
	uint32_t keys, keys384;
	uint32_t serial;
};
#define SAYINGS 32
struct sayings {
	size_t count;
	struct saying list[SAYINGS];
};

/* --- one child --- */

struct child {
	uint64_t number;
	uint32_t now, end;
	bool csk;
	bool multi;			/* both providers are there to stay */
	unsigned algorithm;		/* 0: 13, 1: 15 */
	unsigned ksk_slot, zsk_slot;	/* used last */
	bool digest384;
	bool says_cds, says_cdnskey;
	uint32_t lag_max_s, dnskey_ttl, data_ttl, ns_ttl;
	unsigned main;			/* provider that leads */
	struct provider providers[PROVIDERS];
	struct sayings sayings[PROVIDERS][SAID_TYPES];
	uint32_t heard[PROVIDERS];	/* newest serial that the parent got from its servers, with proof */
	uint32_t moved_at;		/* the NS set was another one before */
	struct server servers[HOSTS];
	struct operator op;
	struct parent parent;
	struct attack attack;
	uint32_t trouble_at;		/* next server trouble */
	/* Did the child keep its side? */
	bool at_fault;
	uint32_t excused_until;
	/* The walk. */
	uint32_t timer_at, extra_at, no_run_until;
	enum evidence_trigger extra_trigger;
	unsigned retries;
	size_t state_size;
	uint8_t state[8192];
	/* What the child wants, and since when nothing hinders it. */
	struct ds_mask wish;
	uint8_t wish_kind;
	uint32_t wish_at, disturbed_at;
	bool interrupted;		/* a change was on its way while it was disturbed */
	bool hands_off;			/* somebody took the DS set out by hand: nothing is done until he puts one in */
	bool failed;
};

/* --- the sum of all --- */

struct totals {
	uint64_t children, days, probes, resolver_checks, combinations;
	uint64_t changes[16];		/* accepted, by change_class */
	uint64_t reasons[512];
	uint64_t procedures[PROCEDURES];
	uint64_t attacks[ATTACKS], attack_probes[ATTACKS];
	uint64_t published, withdrawn, stale, superseded, held;
	uint64_t hits, misses, rejudged;
	uint64_t bogus, broken_at_once, stolen, late, differs;
	/* Replays that went through because no time of a signature tells them from what is new. */
	uint64_t replayed_equal, replayed_unseen, replayed_kept;
	uint64_t replayed_unheard;	/* past the strict guard, before anybody could know that it was over */
	uint64_t narrowed;	/* fewer digest types of the keys that are asked for, by one server among several */
};
extern struct totals totals;

enum breakage { BREAK_NOTHING = 0, BREAK_ALGORITHM, BREAK_DIGEST, BREAK_SERVER, BREAK_CONSISTENCY, BREAK_REPLAY, BREAK_RESET,
	BREAK_STRICT, BREAK_ABSENCE, BREAK_SPACING, BREAK_FRESHNESS, BREAK_TTL, BREAK_SUSPENSION, BREAK_COUNT };

struct settings {
	uint64_t seed;
	uint64_t days;			/* child-days in all */
	uint32_t child_days;		/* of one child */
	uint64_t first_child;
	bool one_child;
	uint64_t rejudge_every;		/* every so many of what was known is judged again */
	bool verbose;
	enum breakage broken;
};
extern struct settings settings;

void must(bool holds, const char *what);
static inline uint32_t between(uint32_t low, uint32_t high)
{
	return low + chance_below(high - low + 1);
}

/* child.c */
void child_live(struct child *c);
/* server.c */
void server_push(struct child *c, unsigned host, const struct zone *z);
void server_start(struct child *c, unsigned host, const struct zone *z);
uint32_t servers_next(const struct child *c);
void servers_step(struct child *c);
void servers_use(struct child *c, uint32_t ns);
struct served served_of(const struct zone *z);
/* provider.c */
void provider_publish(struct child *c, unsigned p);
void provider_zone(const struct child *c, unsigned p, struct zone *out);
uint32_t providers_next(const struct child *c);
void providers_step(struct child *c);
/* A key that the child has not used for a year or so. */
uint32_t next_ksk(struct child *c);
uint32_t next_zsk(struct child *c);
/* operator.c */
void operator_begin(struct child *c);
void operator_step(struct child *c);
void operator_sees_ds(struct child *c);
/* From until on, plus what caches hold, the child does not claim to have kept its side. */
void excuse(struct child *c, uint32_t until);
/* parent.c */
void parent_begin(struct child *c);
struct ds_mask parent_ds(const struct child *c);
uint32_t parent_ttl(const struct child *c);
uint32_t parent_next(const struct child *c);
void parent_step(struct child *c);
void parent_take(struct child *c, const struct decision *d, struct ds_mask after, const struct view *views, size_t count);
void parent_by_hand(struct child *c, struct ds_mask ds);
void parent_set_ns(struct child *c, uint32_t ns);
struct pending parent_pending(const struct child *c, struct arena *arena);
const struct parent_kind *parent_kinds(void);
/* probe.c */
void probe(struct child *c, enum evidence_trigger trigger);
void state_published(struct child *c, struct ds_mask ds);
/* Does the parent make DS records of CDNSKEY alone? */
static inline bool parent_takes_keys(const struct child *c)
{
	return c->parent.kind->policy.rules.types == TYPES_SINGLE_CDNSKEY;
}
/* resolver.c */
void resolvers_look(struct child *c);
bool is_bogus(struct ds_mask ds, const struct served *dnskey, const struct served *data, const char **kind);
/* attack.c */
uint32_t attack_next(const struct child *c);
void attack_step(struct child *c);
bool attack_is_on(const struct child *c);
/* The walk has sampled the child. */
void attack_sampled(struct child *c);
void attack_apply(const struct child *c, struct view *views, size_t count);
void attack_capture(struct child *c, const struct zone *z);
/* heard.c */
void sayings_add(struct child *c, unsigned provider, const struct zone *z);
void sayings_forget(struct child *c, unsigned provider);
/* One probe of a secure child, as it was judged. */
void heard_probe(struct child *c, const struct view *views, size_t count, const struct finding *f);
/* Has every operator that ever said this been heard to say something else since, in some type that the parent reads? */
bool heard_is_over(const struct child *c, const struct zone *played);
/* Is it what an operator says now, whether its servers have got it or not? */
bool heard_is_current(const struct child *c, const struct zone *played);
/* late.c */
void lateness_look(struct child *c);
/* report.c */
__attribute__((format(printf, 2, 3))) void tell(struct child *c, const char *format, ...);
__attribute__((format(printf, 3, 4))) void violation(struct child *c, uint64_t *count, const char *format, ...);
void tell_forget(void);
void totals_print(double seconds);
const char *ds_mask_text(struct ds_mask ds);
/* broken.c */
enum breakage broken_find(const char *name);
const char *broken_name(enum breakage b);
void broken_policy(struct policy *p);
void broken_views(struct view *views, size_t count);
void broken_finding(struct finding *f, const struct view *views, size_t count, struct arena *arena);
void broken_state(const struct child_state *before, struct child_state *after, const struct finding *f, uint32_t now);
