/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The shapes of CDS and CDNSKEY RRsets. Removal is decided by octets, never by a tag or digest (W-07). */
#include "validate/cds/signal.h"

#include "validate/wire/err.h"

/* RFC 8078 section 4 as corrected by erratum 5049. */
static const uint8_t cds_delete[] = { 0, 0, 0, 0, 0 };
static const uint8_t cdnskey_delete[] = { 0, 0, 3, 0, 0 };

static bool is_delete(struct slice rdata, uint16_t type)
{
	struct slice wanted = type == TYPE_CDS ?
		(struct slice){ cds_delete, sizeof cds_delete } :
		(struct slice){ cdnskey_delete, sizeof cdnskey_delete };
	return slice_equal(rdata, wanted);
}

/* Algorithm 0 exists for removal only; in any other shape or company it is refused, never obeyed and
 * never dropped (T-01). */
static bool has_algorithm_zero(const struct rrset *set)
{
	size_t offset = set->type == TYPE_CDS ? 2 : 3;
	for (size_t i = 0; i < set->count; i++) {
		if (set->rdata[i].size > offset && set->rdata[i].data[offset] == 0) {
			return true;
		}
	}
	return false;
}

static void refuse(struct signal *s, enum signal_kind kind, enum reason reason, const char *detail)
{
	*s = (struct signal){ .kind = kind, .reason = reason, .detail = detail };
}

static int parse_cds(const struct rrset *set, struct arena *arena, struct signal *out)
{
	out->ds = arena_array(arena, set->count, sizeof out->ds[0]);
	if (out->ds == NULL) {
		return ERR_NOMEM;
	}
	for (size_t i = 0; i < set->count; i++) {
		if (ds_parse(set->rdata[i], &out->ds[i]) < 0) {
			refuse(out, SIGNAL_MALFORMED, REASON_MALFORMED_RDATA, "a CDS record is too short or long");
			return 0;
		}
		if (!ds_is_wellformed(&out->ds[i])) {
			refuse(out, SIGNAL_MALFORMED, REASON_MALFORMED_RDATA,
				"the digest of a CDS record has not the length of its type");
			return 0;
		}
	}
	out->count = set->count;
	return 0;
}

static int parse_cdnskey(const struct rrset *set, struct arena *arena, struct signal *out)
{
	out->keys = arena_array(arena, set->count, sizeof out->keys[0]);
	if (out->keys == NULL) {
		return ERR_NOMEM;
	}
	for (size_t i = 0; i < set->count; i++) {
		if (dnskey_parse(set->rdata[i], &out->keys[i]) < 0) {
			refuse(out, SIGNAL_MALFORMED, REASON_MALFORMED_RDATA, "a CDNSKEY record has no key");
			return 0;
		}
	}
	out->count = set->count;
	return 0;
}

int signal_classify(const struct rrset *set, size_t max_records, struct arena *arena,
	struct signal *out)
{
	*out = (struct signal){ .kind = SIGNAL_EMPTY };
	if (set->count == 0) {
		return 0;
	}
	if (set->count == 1 && is_delete(set->rdata[0], set->type)) {
		out->kind = SIGNAL_DELETE;
		return 0;
	}
	if (has_algorithm_zero(set)) {
		refuse(out, SIGNAL_MALFORMED, REASON_MALFORMED_DELETE, set->count == 1 ?
			"a record of algorithm 0 that is not the removal request" :
			"a record of algorithm 0 beside others");
		return 0;
	}
	if (set->count > max_records) {
		refuse(out, SIGNAL_TOO_MANY, REASON_TOO_MANY_RECORDS, "more records than are accepted");
		return 0;
	}
	out->kind = SIGNAL_UPDATE;
	return set->type == TYPE_CDS ? parse_cds(set, arena, out) : parse_cdnskey(set, arena, out);
}

const char *signal_kind_text(enum signal_kind kind)
{
	switch (kind) {
	case SIGNAL_EMPTY:
		break;
	case SIGNAL_UPDATE:
		return "keys";
	case SIGNAL_DELETE:
		return "removal";
	case SIGNAL_MALFORMED:
		return "malformed";
	case SIGNAL_TOO_MANY:
		return "too many records";
	}
	return "nothing";
}
