/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A CDS or CDNSKEY RRset -> what it asks for: nothing, keys, removal, or it is not well formed. */
#pragma once

#include "validate/cds/reason.h"
#include "validate/dnssec/ds.h"
#include "validate/dnssec/key.h"
#include "validate/wire/arena.h"

enum signal_kind {
	SIGNAL_EMPTY = 0,
	SIGNAL_UPDATE,
	SIGNAL_DELETE,		/* exactly the one record of W-04 or W-05 */
	SIGNAL_MALFORMED,
	SIGNAL_TOO_MANY,	/* well formed, but not looked into */
};

struct signal {
	enum signal_kind kind;
	enum reason reason;	/* of MALFORMED and TOO_MANY */
	const char *detail;	/* static; NULL unless there is a reason */
	size_t count;
	struct ds *ds;		/* of a CDS update */
	struct dnskey *keys;	/* of a CDNSKEY update */
};

/* set is of type CDS or CDNSKEY, or empty. Below zero only for memory. */
int signal_classify(const struct rrset *set, size_t max_records, struct arena *arena,
	struct signal *out);
const char *signal_kind_text(enum signal_kind kind);
