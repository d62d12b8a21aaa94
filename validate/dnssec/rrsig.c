/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RRSIG: its fields, the conditions of RFC 4035 section 5.3.1, and the search for one that holds. */
#include "validate/dnssec/rrsig.h"

#include "validate/dnssec/cost.h"
#include "validate/dnssec/verifier.h"
#include "validate/wire/cursor.h"
#include "validate/wire/err.h"
#include "validate/wire/limits.h"

#define HEAD_OCTETS 18		/* before the signer's name */
#define INCEPTION_OFFSET 12	/* RFC 4034 section 3.1 */

int rrsig_parse(struct slice rdata, struct rrsig *out)
{
	struct wire w = wire_reader(rdata.data, rdata.size);
	struct rrsig sig = { 0 };
	sig.covered = wire_read_u16(&w);
	sig.algorithm = wire_read_u8(&w);
	sig.labels = wire_read_u8(&w);
	sig.original_ttl = wire_read_u32(&w);
	sig.expiration = wire_read_u32(&w);
	sig.inception = wire_read_u32(&w);
	sig.tag = wire_read_u16(&w);
	name_read_plain(&w, &sig.signer);
	sig.signature.size = wire_left(&w);
	sig.signature.data = wire_read(&w, sig.signature.size);
	if (wire_error(&w) || sig.signature.size == 0) {
		return ERR_FORMAT;
	}
	sig.head = (struct slice){ rdata.data, rdata.size - sig.signature.size };
	*out = sig;
	return 0;
}

bool serial_before(uint32_t a, uint32_t b)
{
	/* RFC 1982 section 3.2; a distance of exactly 2^31 is undefined and so not "before". */
	uint32_t distance = b - a;
	return distance != 0 && distance < UINT32_C(0x80000000);
}

static uint32_t inception_of(struct slice signature)
{
	const uint8_t *o = signature.data + INCEPTION_OFFSET;
	return (uint32_t)o[0] << 24 | (uint32_t)o[1] << 16 | (uint32_t)o[2] << 8 | o[3];
}

/* Insertion, for serial order is not total. */
void rrsig_sort_newest_first(struct rrset *set)
{
	for (size_t i = 1; i < set->signature_count; i++) {
		struct slice moving = set->signatures[i];
		size_t k = i;
		for (; k > 0 && serial_before(inception_of(set->signatures[k - 1]), inception_of(moving)); k--) {
			set->signatures[k] = set->signatures[k - 1];
		}
		set->signatures[k] = moving;
	}
}

enum sig_status rrsig_time_status(const struct rrsig *sig, uint32_t now)
{
	if (serial_before(sig->expiration, sig->inception)) {
		return SIG_BOGUS;		/* ends before it begins */
	}
	if (serial_before(sig->expiration, now)) {
		return SIG_EXPIRED;
	}
	if (serial_before(now, sig->inception)) {
		return SIG_NOT_YET_VALID;
	}
	bool begun = sig->inception == now || serial_before(sig->inception, now);
	bool lasts = sig->expiration == now || serial_before(now, sig->expiration);
	return begun && lasts ? SIG_VALID : SIG_BOGUS;
}

/* RFC 4034 section 3.1.3: neither the root's nor the star of a wildcard is counted. */
static unsigned signed_labels(const struct name *owner)
{
	bool is_wildcard = owner->octets[0] == 1 && owner->octets[1] == '*';
	return name_labels(owner) - is_wildcard;
}

/* RFC 4035 section 5.3.1. Labels must equal the owner's: nothing that is looked at here may come from a wildcard, but for
 * what is said of the wildcard itself. */
static bool conditions_hold(const struct name *zone, const struct rrset *set, const struct rrsig *sig)
{
	return name_is_within(set->owner, zone) &&
		name_equal(&sig->signer, zone) &&
		sig->covered == set->type &&
		sig->labels == signed_labels(set->owner);
}

bool sig_status_is_unknown(enum sig_status status)
{
	return status == SIG_BUDGET || status == SIG_TOO_MANY;
}

static int rank(enum sig_status status)
{
	switch (status) {
	case SIG_VALID:
		return 7;
	case SIG_BUDGET:
		return 6;
	case SIG_TOO_MANY:
		return 5;
	case SIG_EXPIRED:
		return 4;
	case SIG_NOT_YET_VALID:
		return 3;
	case SIG_UNSUPPORTED:
		return 2;
	case SIG_BOGUS:
		return 1;
	case SIG_MISSING:
		break;
	}
	return 0;
}

enum sig_status sig_status_graver(enum sig_status a, enum sig_status b)
{
	return rank(a) >= rank(b) ? a : b;
}

/* One search over the signatures of one RRset. */
struct search {
	struct verifier *v;
	const struct name *zone;
	const struct rrset *set;
	unsigned attempts;
	struct sig_result best;
};

/* What sig, which has the tag and algorithm of key, says under it. */
static int judge_signature(struct search *s, const struct dnskey *key, const struct rrsig *sig,
	enum sig_status *status)
{
	*status = SIG_BOGUS;
	if (!dnskey_is_usable(key) || !conditions_hold(s->zone, s->set, sig)) {
		return 0;
	}
	*status = rrsig_time_status(sig, s->v->now);
	if (*status != SIG_VALID) {
		return 0;		/* not worth any arithmetic */
	}
	if (!crypto_has_algorithm(s->v->crypto, key->algorithm)) {
		*status = SIG_UNSUPPORTED;
		return 0;
	}
	if (s->attempts == LIMIT_VERIFY_PER_RRSET) {
		*status = SIG_TOO_MANY;
		return 0;
	}
	s->attempts++;
	return verifier_check(s->v, s->set, key, sig, status);
}

static void note(struct search *s, enum sig_status status, const struct dnskey *key,
	const struct rrsig *sig)
{
	if (sig_status_graver(s->best.status, status) == s->best.status) {
		return;
	}
	s->best.status = status;
	if (status == SIG_VALID) {
		s->best.key = key;
		s->best.sig = *sig;
	}
}

/* All keys that sig may be by (RFC 4035 section 5.3.1). That these are a few is seen to before: attempts have a ceiling, and
 * where more keys of a child collide nothing is tried (CVE-2023-50387). */
static int try_signature(struct search *s, const struct rrsig *sig, const struct dnskey *keys,
	size_t key_count)
{
	for (size_t i = 0; i < key_count && s->best.status != SIG_VALID; i++) {
		if (keys[i].tag != sig->tag || keys[i].algorithm != sig->algorithm) {
			continue;
		}
		enum sig_status status;
		int err = judge_signature(s, &keys[i], sig, &status);
		if (err != 0) {
			return err;
		}
		note(s, status, &keys[i], sig);
	}
	return 0;
}

int verify_by_keys(struct verifier *v, const struct name *zone, const struct rrset *set,
	const struct dnskey *keys, size_t key_count, struct sig_result *out)
{
	struct search s = { .v = v, .zone = zone, .set = set, .best.status = SIG_MISSING };
	*out = s.best;
	if (set->owner == NULL || set->count == 0) {
		return 0;
	}
	if (set->signature_count > LIMIT_SIGNATURES) {
		out->status = SIG_TOO_MANY;
		return 0;
	}
	if (!verifier_charge(v, cost_search(set->signature_count, key_count))) {
		out->status = SIG_BUDGET;
		return 0;
	}
	for (size_t i = 0; i < set->signature_count && s.best.status != SIG_VALID; i++) {
		struct rrsig sig;
		if (rrsig_parse(set->signatures[i], &sig) != 0) {
			continue;	/* octets that are no RRSIG are a signature by nobody */
		}
		int err = try_signature(&s, &sig, keys, key_count);
		if (err != 0) {
			return err;
		}
	}
	*out = s.best;
	return 0;
}

int verify_by_key(struct verifier *v, const struct name *zone, const struct rrset *set,
	const struct dnskey *key, struct sig_result *out)
{
	return verify_by_keys(v, zone, set, key, 1, out);
}
