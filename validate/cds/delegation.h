/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parent's side of a delegation, as the registry has it: never asked of the DNS (T-55). */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "validate/dnssec/ds.h"
#include "validate/wire/address.h"
#include "validate/wire/arena.h"
#include "validate/wire/name.h"

/* zero is unknown, and unknown never bootstraps. */
enum ds_state { DS_UNKNOWN = 0, DS_ABSENT, DS_PRESENT };

struct delegation_host {
	struct name name;
	size_t glue_count;
	struct address *glue;	/* from the parent's file, sibling glue included; sorted */
};

/* What the registry says of a domain beside its records. Bits; stored. None of them comes from the DNS. */
enum delegation_flag {
	DELEGATION_OPTED_OUT = 1,		/* nobody wants to be asked: no questions */
	DELEGATION_REGISTRAR_AUTOMATES = 2,	/* the registrar walks itself (DSA-7.1-5) */
	DELEGATION_REGISTRAR_NO_DISABLE = 4,	/* the registrar has no way to take DNSSEC off again (DSA-7.1-5) */
	DELEGATION_REGISTRY_LOCK = 8,		/* serverUpdateProhibited (DSA-6.1-2) */
	DELEGATION_REGISTRAR_LOCK = 16,		/* clientUpdateProhibited (DSA-6.1-1) */
	DELEGATION_NOT_PUBLISHED = 32,		/* new, not in the parent zone yet (RFC 8078 section 3.5) */
};
#define DELEGATION_FLAGS 63u

struct delegation {
	struct name child;
	size_t host_count;
	struct delegation_host *hosts;	/* the NS set, sorted by name */
	enum ds_state ds_state;
	uint32_t ds_ttl;		/* seconds; 0 without DS */
	struct ds_set ds;
	/* Zero and empty: the source does not tell. Texts are printable ASCII. */
	unsigned flags;			/* of enum delegation_flag */
	char registrar[LIMIT_LABEL_TEXT];
	char registration[LIMIT_LABEL_TEXT];	/* id or date; another one is another domain under the same name */
	uint32_t manual_change;		/* when somebody last set NS or DS by hand; seconds since the epoch */
};

/* Versioned encoding; equal delegations encode equally, and one without flags, texts and manual_change as it did before
 * there were any. *out in arena. ERR_NOMEM, ERR_LIMIT. */
int delegation_encode(const struct delegation *d, struct arena *arena, struct slice *out);
/* Everything in arena. ERR_FORMAT, ERR_VERSION, ERR_NOMEM. */
int delegation_decode(struct slice data, struct arena *arena, struct delegation *out);
