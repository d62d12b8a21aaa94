/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sources: the parent's delegations in, from the systems of the registry. Master files: plain, gzipped, "-". */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "validate/cds/delegation.h"
#include "validate/wire/name.h"

/* What went wrong, for people: file, line, reason. */
struct source_error {
	char file[256];
	uint64_t line;		/* 0: none */
	char reason[256];
};

/* Called for each line that is left out, and for each delegation that is (line 0, the reason names it). */
typedef void source_skip(void *user, const struct source_error *e);

struct source_info {
	struct name origin;	/* owner of the SOA; set as soon as it was seen */
	uint32_t soa_serial;
	uint64_t records;	/* read */
	uint64_t skipped;	/* lines left out */
};

/* Records of the parent that matter, one at a time, in file order. */
enum source_kind { SOURCE_NS, SOURCE_DS, SOURCE_ADDRESS };
struct source_record {
	enum source_kind kind;
	const struct name *owner;
	uint32_t ttl;
	const struct name *host;	/* NS */
	const struct ds *ds;		/* DS; NULL: a line of owner that is or may be a DS was broken, its DS set is unknown */
	const struct address *address;	/* A, AAAA */
};
typedef int source_sink(void *user, const struct source_record *r);

struct source;
struct source_ops {
	/* Reads everything, once; stops at the first non-zero return of sink and returns it. An early end, a read error or a
	 * missing SOA is an error: then what was delivered is not a zone (*error says where). ERR_CANCELLED when a signal
	 * interrupts a read. Owners may lie outside the zone: without its SOA nobody knows. */
	int (*read)(struct source *s, source_sink *sink, source_skip *skip, void *user, struct source_info *info,
		struct source_error *error);
	void (*free)(struct source *s);
};
struct source {
	const struct source_ops *ops;
	const char *name;	/* for sentences: the file */
};

/* Master file (RFC 1035 section 5) or the output of a zone transfer, through libzscanner. path "-": standard input; gzip is
 * seen by its first octets. origin: NULL or size 0 takes it from the SOA, and relative names before any $ORIGIN are an
 * error; else it is where relative names begin, and the SOA must be its. $INCLUDE is refused. */
int source_masterfile(const char *path, const struct name *origin, struct source **out, struct source_error *error);
