/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gathers an RRset and its signatures from a section: RFC 2181 section 5, RFC 4034 section 6.3. */
#include <stdlib.h>

#include "validate/wire/err.h"
#include "validate/wire/message.h"

#define COVERED(rdata) ((uint16_t)((rdata).data[0] << 8 | (rdata).data[1]))

static bool is_of(const struct record *r, const struct name *owner)
{
	return r->class == CLASS_IN && name_equal(r->owner, owner);
}

/* A parsed RRSIG has its 18 octets; composed records may be anything. */
static bool is_signature(const struct record *r, uint16_t type)
{
	return r->type == TYPE_RRSIG && r->rdata.size >= 18 && COVERED(r->rdata) == type;
}

static int compare(const void *a, const void *b)
{
	return slice_compare(a, b);
}

/* Sorts, drops duplicates, returns how many are left. */
static size_t normalise(struct slice *slices, size_t count)
{
	if (count < 2) {
		return count;
	}
	qsort(slices, count, sizeof(*slices), compare);
	size_t kept = 1;
	for (size_t i = 1; i < count; i++) {
		if (!slice_equal(slices[i], slices[kept - 1])) {
			slices[kept++] = slices[i];
		}
	}
	return kept;
}

int message_rrset(const struct message *m, enum section section, const struct name *owner,
	uint16_t type, struct arena *arena, struct rrset *out)
{
	const struct record *records = m->records[section];
	struct rrset set = { .type = type, .ttl = UINT32_MAX };
	for (size_t i = 0; i < m->count[section]; i++) {
		bool wanted = records[i].type == type || is_signature(&records[i], type);
		if (wanted && is_of(&records[i], owner)) {
			set.count += records[i].type == type;
			set.signature_count += is_signature(&records[i], type);
		}
	}
	if (set.count == 0) {
		/* Signatures of nothing are nothing. */
		*out = (struct rrset){ .type = type };
		return 0;
	}
	set.rdata = arena_array(arena, set.count, sizeof(*set.rdata));
	set.signatures = arena_array(arena, set.signature_count, sizeof(*set.signatures));
	if (set.rdata == NULL || set.signatures == NULL) {
		return ERR_NOMEM;
	}
	size_t count = 0;
	size_t signature_count = 0;
	for (size_t i = 0; i < m->count[section]; i++) {
		const struct record *r = &records[i];
		bool wanted = r->type == type || is_signature(r, type);
		if (!wanted || !is_of(r, owner)) {
			continue;
		}
		if (r->type == type) {
			set.owner = set.owner == NULL ? r->owner : set.owner;
			set.ttl = r->ttl < set.ttl ? r->ttl : set.ttl;
			set.rdata[count++] = r->rdata;
		}
		if (is_signature(r, type)) {
			set.signatures[signature_count++] = r->rdata;
		}
	}
	set.count = normalise(set.rdata, count);
	set.signature_count = normalise(set.signatures, signature_count);
	*out = set;
	return 0;
}
