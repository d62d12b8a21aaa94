/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the search for a proof of absence is about, and what it found so far; private to denial*.c. */
#pragma once

#include "validate/dnssec/denial.h"
#include "validate/dnssec/verifier.h"
#include "validate/wire/cursor.h"

struct denial_search {
	struct verifier *v;
	struct crypto *crypto;
	const struct denial_question *q;
	const struct message *m;
	struct denial found;
	uint32_t inception;	/* of the signature that was verified last */
};

/* Of the types that matter; type: the one asked for. */
struct bitmap {
	bool has_type;
	bool has_cname;
	bool has_soa;
	bool has_ns;
	bool has_dname;
	bool has_nxname;
};

/* What is left of the RDATA. False: it is not as RFC 4034 section 4.1.2 has it. */
bool bitmap_read(struct wire *w, uint16_t type, struct bitmap *out);
/* What the record of the name itself says: PROVEN, CUT, or NONE. */
enum denial_status bitmap_verdict(const struct bitmap *b, const struct denial_question *q);
/* May the record of an owner above the name say that something below it is absent (R6840-4.1-1, RFC 6672 section 5.3.4)? */
bool bitmap_speaks_below(const struct bitmap *b);
/* The same of the wildcard that would have made the name. */
bool bitmap_denies_wildcard(const struct bitmap *b);

/* Keeps the better of what was found. */
void denial_note(struct denial_search *s, enum denial_status status, enum sig_status sig, bool no_name);
bool denial_is_settled(const struct denial_search *s);
/* Charges work of the search itself, which grows with what is in the message (CVE-2023-50868). */
bool denial_charge(struct denial_search *s, uint32_t cost_ns);
/* Is the one record of type at owner signed by the zone? *valid; what is wrong is noted. */
int denial_verify(struct denial_search *s, const struct name *owner, uint16_t type, bool *valid);
/* "*" + encloser, which has to be above another name. */
void denial_wildcard(const struct name *encloser, struct name *out);

int denial_try_nsec(struct denial_search *s);
int denial_try_nsec3(struct denial_search *s);
