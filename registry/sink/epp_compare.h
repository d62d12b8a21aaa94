/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Compare and set, which EPP has not: what a registry has for a domain against what a change was judged on, and what is
 * to be sent. No I/O. */
#pragma once

#include "registry/sink/epp_command.h"
#include "registry/sink/sink.h"

/* What somebody wants for a domain. Lives as long as whoever made it says. */
struct epp_wish {
	struct name child;
	enum epp_profile profile;
	bool replace;			/* remove all and add all, in place of the difference */
	struct ds_set before;		/* what the parent has */
	bool has_pending;
	struct ds_set pending;		/* or may have by now */
	struct ds_set after;
	struct epp_keys keys;		/* that after stands for; of EPP_KEY_DATA only */
	size_t ns_count;
	const struct name *ns;		/* sorted */
};

struct epp_plan {
	bool send;			/* difference; else outcome and why are the result */
	struct epp_difference difference;
	enum sink_outcome outcome;
	const char *why;		/* with send, too: what will be sent */
};

/* Does each DS of the set refer to one of the keys, and each key to one of the set? */
int epp_keys_stand_for(struct crypto *crypto, const struct name *owner, const struct epp_keys *keys, const struct ds_set *set,
	bool *yes);

/* out is in the arena and points into w and d. ERR_NOMEM, ERR_CRYPTO. */
int epp_compare(const struct epp_wish *w, const struct epp_domain *d, struct crypto *crypto, struct arena *arena,
	struct epp_plan *out);
/* The same for a change that the registry said it would look at first (1001). */
int epp_compare_taken(const struct epp_wish *w, const struct epp_domain *d, struct crypto *crypto, struct arena *arena,
	struct epp_plan *out);
