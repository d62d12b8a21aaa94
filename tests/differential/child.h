/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A child that was made up: its keys, what the parent has, what it asks for, how that is signed, and what is wrong with
 * it. Everything that decides a verdict is a member, so that facts.c can say it. */
#pragma once

#include <stdio.h>

#include "tests/differential/keys.h"

#define KEYS_MAX 12
#define ENTRIES_MAX 32
#define SIGNERS_MAX 8

/* How one signature is made. Only GOOD, ORIGINAL_TTL and LONG_AGO verify. */
enum how { HOW_GOOD = 0, HOW_ORIGINAL_TTL /* lower than the record's TTL */, HOW_LONG_AGO /* began two months ago */,
	HOW_EXPIRED, HOW_FUTURE, HOW_REVERSED /* ends before it begins */, HOW_CORRUPT, HOW_FEW_LABELS, HOW_MANY_LABELS,
	HOW_SIGNER_PARENT, HOW_SIGNER_BELOW, HOW_TAG /* of no key */, HOW_ALGORITHM /* number of another one */,
	HOW_CUT, HOW_PADDED, HOW_OTHER_DATA, HOW_COUNT };

struct signer {
	unsigned key;
	enum how how;
};

/* RRsets that are signed each in its own way. */
enum set { SET_DNSKEY, SET_CDS, SET_CDNSKEY, SET_SOA, SET_DENIAL /* of the apex */, SET_TXT /* at www */, SET_COUNT };

struct signers {
	size_t count;
	struct signer list[SIGNERS_MAX];
};

enum entry_kind { ENTRY_GOOD = 0, ENTRY_WRONG /* digest of nothing */, ENTRY_SHORT /* digest one octet short */,
	ENTRY_DELETE, ENTRY_ODD /* algorithm 0, but not the removal request */ };

/* A DS, CDS or CDNSKEY record. */
struct entry {
	enum entry_kind kind;
	unsigned key;		/* of GOOD, WRONG, SHORT; of ODD which shape */
	uint8_t digest;		/* DS and CDS */
};

struct entries {
	size_t count;
	struct entry list[ENTRIES_MAX];
};

enum denial_fault { DENIAL_FINE = 0, DENIAL_MISSING, DENIAL_BIT_TOO_MANY /* a type that is absent */,
	DENIAL_BIT_MISSING /* a type that is there */, DENIAL_CNAME_BIT, DENIAL_NO_SOA_BIT, DENIAL_NEXT, DENIAL_HASH,
	DENIAL_MANY_ITERATIONS, DENIAL_FLAGS, DENIAL_HASH_ALGORITHM, DENIAL_TWICE, DENIAL_UPPER_NEXT /* no fault */,
	DENIAL_FAULTS };

struct denial_plan {
	bool nsec3;
	bool opt_out;
	uint16_t iterations;
	uint8_t salt_size;
	uint8_t salt[16];
	enum denial_fault fault;
	uint16_t fault_type;	/* of the two BIT faults */
};

/* How it is written down; nothing of this may change a verdict. */
struct style {
	bool upper;		/* names in upper and lower case */
	bool shuffled;
	bool ttls;		/* TTLs of the records of one RRset differ */
	bool relative;		/* $ORIGIN and relative names */
	bool generic;		/* RFC 3597 */
	bool lines;		/* parentheses and comments */
	bool twice;		/* some records are there twice */
};

struct child {
	unsigned number;
	uint32_t now;
	struct arena *arena;
	struct name apex;
	const char *story;
	size_t key_count;
	struct zone_key keys[KEYS_MAX];
	struct entries ds;
	struct entries cds;
	struct entries cdnskey;
	struct signers sets[SET_COUNT];
	struct signers zone;		/* of everything else */
	struct denial_plan denial;
	struct style style;
	uint8_t digests;	/* that the parent publishes: bit of each digest type; 0: its default */
	bool prefer_cdnskey;
};

/* plan.c, faults.c: all from the streams of chance.h. */
void child_plan(struct child *c);
void plan_faults(struct child *c);
/* Adds a key; its number. */
unsigned child_add_key(struct child *c, uint8_t algorithm, uint16_t flags, bool published);
uint8_t child_algorithm(void);
void entry_add(struct entries *e, enum entry_kind kind, unsigned key, uint8_t digest);
void signer_add(struct signers *s, unsigned key, enum how how);

/* records.c */
struct slice entry_rdata(const struct child *c, const struct entry *e, uint16_t type);

struct zone_record {
	const struct name *owner;
	uint16_t type;
	uint32_t ttl;
	struct slice rdata;
};
struct zone_records {
	size_t count;
	size_t room;
	struct zone_record *list;
};
/* The whole signed zone. */
void zone_make(struct child *c, struct zone_records *out);
void zone_add(struct child *c, struct zone_records *z, const struct name *owner, uint16_t type, uint32_t ttl,
	struct slice rdata);
/* Signs what z has of owner and type. */
void zone_sign(struct child *c, struct zone_records *z, const struct name *owner, uint16_t type,
	const struct signers *by);
/* denial.c: NSEC or NSEC3 records for every name, signed. */
void zone_deny(struct child *c, struct zone_records *z, const struct signers *by);

/* text.c */
void text_zone(const struct child *c, struct zone_records *z, FILE *to);
void text_ds(const struct child *c, FILE *to);
/* facts.c: one line of JSON. */
void facts_write(const struct child *c, FILE *to);
