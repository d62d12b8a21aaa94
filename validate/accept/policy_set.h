/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The policies of one parent: its own, and others for children below some names. */
#pragma once

#include "validate/accept/policy.h"
#include "validate/wire/name.h"

/* For children below suffix, which is not the child itself. */
struct policy_suffix {
	struct name suffix;
	const struct policy *policy;
};

struct policy_set {
	const struct policy *policy;		/* where no suffix says otherwise */
	size_t suffix_count;
	const struct policy_suffix *suffixes;	/* in any order; the longest one that a child is below decides */
};

/* Never NULL. */
const struct policy *policy_of(const struct policy_set *s, const struct name *child);
/* The hash by which a policy is stored. 0; ERR_LIMIT when it has no encoding. */
int policy_hash(struct crypto *crypto, const struct policy *p, uint8_t out[SHA256_OCTETS]);
/* What a run is bound to: of a set without suffixes the hash of its policy, else of the suffixes in their order, too. */
int policy_set_hash(struct crypto *crypto, const struct policy_set *s, struct arena *arena, uint8_t out[SHA256_OCTETS]);
