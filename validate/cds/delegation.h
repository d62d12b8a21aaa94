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

struct delegation {
	struct name child;
	size_t host_count;
	struct delegation_host *hosts;	/* the NS set, sorted by name */
	enum ds_state ds_state;
	uint32_t ds_ttl;		/* seconds; 0 without DS */
	struct ds_set ds;
};

/* Versioned encoding; equal delegations encode equally. *out in arena. ERR_NOMEM, ERR_LIMIT. */
int delegation_encode(const struct delegation *d, struct arena *arena, struct slice *out);
/* Everything in arena. ERR_FORMAT, ERR_VERSION, ERR_NOMEM. */
int delegation_decode(struct slice data, struct arena *arena, struct delegation *out);
