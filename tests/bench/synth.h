/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Synth: a parent with any number of signed children, computed when asked for. For benchmarks and nothing else: every
 * private key is a small number added to a known one, and all signatures share a nonce. They verify all the same. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* The parent is "bench.", its children c0000000.bench. and so on, spread over farms of two hosts each
 * (ns1.f000.bench., ns2.f000.bench.). What a child is follows from its number modulo 20. */
#define SYNTH_CHILDREN_MAX 10000000u
#define SYNTH_FARMS_MAX 250u
#define SYNTH_HOSTS 2u
#define SYNTH_ADDRESSES_MAX 2u
#define SYNTH_PARENT_ADDRESS "127.60.0.1"
#define SYNTH_RESOLVER_ADDRESS "127.60.0.2"
#define SYNTH_TTL 300u
#define SYNTH_OWN_HOSTS 5u

enum synth_class {
	SYNTH_IN_SYNC,		/* 14 of 20: CDS and CDNSKEY name the key of the DS */
	SYNTH_NO_CDS,		/* 2: signed, denies both */
	SYNTH_ROLL,		/* 2: two keys, both sign the DNSKEY RRset, CDS and CDNSKEY name the new one */
	SYNTH_ISLAND,		/* 1: signed like SYNTH_IN_SYNC, no DS in the parent */
	SYNTH_UNSIGNED,		/* 1 */
};

struct synth_plan {
	uint32_t children;
	unsigned farms;
	unsigned addresses;	/* of each host; 1 or 2 */
	bool truncate;		/* children answer TC over UDP */
	bool made_up;		/* for loading only, quick: DS in the parent's file are random octets, and one child in
				 * SYNTH_OWN_HOSTS has servers of its own, with glue */
	bool parent_only;	/* serve parent and resolver; somebody else has the children */
};

struct synth_name {
	uint8_t octets[64];
	uint8_t size;
	uint8_t labels;
};

struct synth_rdata {
	uint8_t octets[160];
	size_t size;
};

/* At most two records, at most two signers (numbers of keys). */
struct synth_rrset {
	struct synth_name owner;
	struct synth_name zone;
	uint16_t type;
	unsigned count;
	struct synth_rdata rdata[2];
	unsigned signers;
	uint32_t signer[2];
};

/* ---- keys: number 0 is the parent's, 1 + 2i the one of child i, 2 + 2i the one it rolls to. Ends the process when
 * OpenSSL or memory fails. */
void synth_keys_init(uint32_t count);
void synth_dnskey(uint32_t key, struct synth_rdata *out);
uint16_t synth_tag(const struct synth_rdata *dnskey);
void synth_ds(const struct synth_name *owner, const struct synth_rdata *dnskey, struct synth_rdata *out);
/* RDATA of the RRSIG by signer[which]. */
void synth_rrsig(const struct synth_rrset *set, unsigned which, struct synth_rdata *out);

/* ---- contents */
void synth_name(const char *text, struct synth_name *out);
void synth_parent_name(struct synth_name *out);
void synth_child_name(uint32_t child, struct synth_name *out);
void synth_host_name(unsigned farm, unsigned host, struct synth_name *out);
/* Four octets, network order. */
void synth_host_address(unsigned farm, unsigned host, unsigned which, uint8_t out[4]);
unsigned synth_farm(const struct synth_plan *plan, uint32_t child);
enum synth_class synth_class(uint32_t child);
/* What the child itself has at its apex; false when it has no such type. */
bool synth_child_rrset(const struct synth_plan *plan, uint32_t child, uint16_t type, struct synth_rrset *out);
/* What the parent has: at its apex, NS and DS of a child, addresses of a host. */
bool synth_apex_rrset(uint16_t type, struct synth_rrset *out);
bool synth_delegation_rrset(const struct synth_plan *plan, uint32_t child, uint16_t type, struct synth_rrset *out);
bool synth_host_rrset(const struct synth_plan *plan, unsigned farm, unsigned host, uint16_t type,
	struct synth_rrset *out);
/* The parent's NSEC that has just this name and these types (RFC 4470). */
void synth_minimal_nsec(const struct synth_name *owner, const uint16_t *types, size_t count, struct synth_rrset *out);

/* ---- ways out */
enum synth_role { SYNTH_AS_PARENT, SYNTH_AS_RESOLVER, SYNTH_AS_CHILDREN };
#define SYNTH_QUERY_MAX 512
#define SYNTH_ANSWER_MAX 1400
/* Octets of the answer; 0: none is given. */
size_t synth_answer(const struct synth_plan *plan, enum synth_role role, bool tcp, const uint8_t *query, size_t size,
	uint8_t out[SYNTH_ANSWER_MAX]);
/* Master file of the parent as a registry has it: unsigned, SOA, NS, DS, addresses. 0, or -1 with errno. */
int synth_write_parent(const struct synth_plan *plan, FILE *out);
/* One signed master file a child, DIR/NNNN/c0000000.bench (NNNN: its number / 1000), and DIR/zones with their names. */
int synth_write_children(const struct synth_plan *plan, const char *dir);
/* Serves until it is killed; says "ready" on stdout. Returns only when a socket cannot be had, -1 with errno. */
int synth_serve(const struct synth_plan *plan);

/* ---- TCP side of synth_serve: each descriptor is a connection of its own, non-blocking. */
struct synth_connection;
struct synth_connection *synth_connection_new(int descriptor, enum synth_role role);
int synth_connection_descriptor(const struct synth_connection *c);
/* Reads, answers, writes as far as it goes; false: it is over, free it. *blocked: call again when it can be written. */
bool synth_connection_work(struct synth_connection *c, const struct synth_plan *plan, bool *blocked);
void synth_connection_free(struct synth_connection *c);
