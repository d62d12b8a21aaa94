/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Several providers of one zone (RFC 8901 section 3): a validator may have the DNSKEY RRset of one and data of another, so
 * each has to publish the keys the others sign with. A deep check that only warns, and so verifies nothing: which key
 * a signature claims to be by, and when it is valid, is enough for that. */
#include "validate/cds/judging.h"

#include "validate/wire/err.h"
#include "validate/wire/limits.h"

/* Keys that sign the SOA of a view now, of those it publishes. *expired: one did. */
static void find_signers(const struct judging *j, const struct view *v, struct keyset *out, bool *expired)
{
	const struct rrset *soa = view_soa(v);
	*out = (struct keyset){ .bits = { 0 } };
	*expired = false;
	for (size_t i = 0; i < soa->signature_count && i < LIMIT_VERIFY_PER_RRSET; i++) {
		struct rrsig sig;
		if (rrsig_parse(soa->signatures[i], &sig) != 0) {
			continue;
		}
		enum sig_status status = rrsig_time_status(&sig, j->in->now);
		for (size_t k = 0; k < v->dnskey_count; k++) {
			bool by = v->dnskeys[k].tag == sig.tag && v->dnskeys[k].algorithm == sig.algorithm &&
				dnskey_is_usable(&v->dnskeys[k]);
			*expired = *expired || (by && status == SIG_EXPIRED);
			if (by && status == SIG_VALID) {
				keyset_add(out, v->dnskey_ids[k]);
			}
		}
	}
}

enum reason view_soa_fault(const struct judging *j, const struct view *v)
{
	struct keyset signers;
	bool expired;
	find_signers(j, v, &signers, &expired);
	return keyset_count(&signers) > 0 ? REASON_NONE : expired ? REASON_RRSIG_EXPIRED : REASON_RRSIG_MISSING;
}

static bool publishes_one_of(const struct view *v, const struct keyset *keys)
{
	for (size_t i = 0; i < v->dnskey_count; i++) {
		if (keyset_has(keys, v->dnskey_ids[i])) {
			return true;
		}
	}
	return false;
}

/* Does anybody sign with keys that v does not have? Said once a view. */
static void check_view(struct judging *j, const struct view *v, const struct keyset *signers)
{
	for (size_t i = 0; i < j->view_count; i++) {
		const struct view *other = &j->views[i];
		if (!other->chain || keyset_count(&signers[i]) == 0 || publishes_one_of(v, &signers[i])) {
			continue;
		}
		char keys[KEYSET_TEXT_SIZE];
		keyset_to_text(j->keys, &signers[i], keys);
		trace_warn(&j->trace, REASON_WARN_ZSK_MISSING);
		trace_check(&j->trace, "R8901-3-1", GATE_CORRECT, CHECK_WARN,
			"%s: its DNSKEY set lacks what %s signs the zone with: %s", v->label, other->label, keys);
		return;
	}
}

int providers_check(struct judging *j)
{
	struct keyset *signers = arena_array(j->arena, j->view_count, sizeof signers[0]);
	if (signers == NULL) {
		return ERR_NOMEM;
	}
	for (size_t i = 0; i < j->view_count; i++) {
		bool expired;
		if (j->views[i].chain) {
			find_signers(j, &j->views[i], &signers[i], &expired);
		}
	}
	for (size_t i = 0; i < j->view_count; i++) {
		if (j->views[i].chain) {
			check_view(j, &j->views[i], signers);
		}
	}
	return 0;
}
