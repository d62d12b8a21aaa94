/* SPDX-License-Identifier: GPL-3.0-or-later */
/* UPDATE messages (RFC 2136) for DS sets, and what a server answers. */
#pragma once

#include "validate/dnssec/ds.h"
#include "validate/wire/arena.h"
#include "validate/wire/name.h"

#define RCODE_YXDOMAIN 6
#define RCODE_YXRRSET 7
#define RCODE_NXRRSET 8
#define RCODE_NOTZONE 10

/* What is to be so before, and what after. */
struct update_wish {
	uint64_t number;
	struct name child, parent;
	struct ds_set now, pending, after;	/* pending: only where has_pending */
	bool has_pending;
	bool is_ttl;			/* the TTL is the change */
	uint32_t ttl;
	size_t ns_count;
	const struct name *ns;		/* sorted */
};

/* Prerequisites: exactly the DS set before and exactly these name servers (RFC 2136 sections 2.4.2 and 2.4.3); then the DS
 * set after in its place. The size; 0: it does not fit. */
size_t update_compose(const struct update_wish *w, const struct ds_set *before, uint16_t id, uint8_t *out, size_t room);
/* A question without RD; or, with type SOA and is_update, an UPDATE of that zone that asks for nothing. */
size_t update_compose_question(const struct name *name, uint16_t type, bool is_update, uint16_t id, uint8_t *out, size_t room);

/* Answers. What the parent has of the child: a DS set, or name servers out of answer or referral; sorted. ERR_FORMAT: it says nothing of
 * that; ERR_NOMEM. */
struct message;
bool update_is_done(const struct message *m);	/* NOERROR, to an UPDATE */
int update_read_ds(const struct message *m, const struct name *child, struct arena *arena, struct ds_set *out, uint32_t *ttl);
int update_read_ns(const struct message *m, const struct name *child, struct arena *arena, struct name **out, size_t *count);
/* "NXRRSET", or a number; for people. */
const char *update_rcode_text(unsigned rcode, char buf[20]);
