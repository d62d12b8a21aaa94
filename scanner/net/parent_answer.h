/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a server of the parent, and what a recursive one, say of a delegation. Pure. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "validate/cds/delegation.h"
#include "validate/wire/arena.h"

enum referral_says {
	REFERRAL_NONE = 0,	/* nothing to go by: ask another server */
	REFERRAL_DELEGATED,
	REFERRAL_ABOVE,		/* a name between parent and child is delegated: the child is not the parent's */
	REFERRAL_ABSENT,	/* the parent's zone has no such delegation */
	REFERRAL_OWN,		/* the server has the child's zone, and tells its NS set instead of the parent's */
	REFERRAL_TOO_MANY,	/* name servers: without all of them nothing may be decided (R9975-3-1) */
};

struct referral_glue {
	size_t host;
	struct address address;
};

struct referral {
	enum referral_says says;
	const char *why;	/* NONE: for people, static */
	/* DELEGATED. */
	size_t host_count;
	struct name hosts[LIMIT_NS_HOSTS];
	size_t glue_count;
	struct referral_glue glue[LIMIT_NS_HOSTS * LIMIT_HOST_ADDRESSES];
	uint32_t ds_ttl;
	bool ds_broken;		/* a DS that cannot be read, or more than are kept */
	struct ds_set ds;	/* in ds_records; none may also mean that the server left them out */
	struct ds ds_records[LIMIT_DS];
};

/* The answer to child NS, RD=0, DO=1. Memory of the arena is used in passing. */
void referral_read(const uint8_t *octets, size_t size, const struct name *child, const struct name *origin, struct arena *arena,
	struct referral *out);

struct parent_ds {
	enum ds_state state;	/* UNKNOWN: no answer to believe; another server may have one */
	bool authentic;		/* AD: the server says that it has validated */
	struct ds_set ds;
	struct ds records[LIMIT_DS];
};

/* The answer of a recursive server to child DS. */
void parent_ds_read(const uint8_t *octets, size_t size, const struct name *child, struct arena *arena, struct parent_ds *out);

/* What both say together: the referral is fresh, the other is proven; where they differ nothing is known. */
enum ds_state parent_ds_join(const struct referral *r, const struct parent_ds *d, bool proven);
