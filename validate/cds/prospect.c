/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The DS set that would result: what was asked for, or computed, with one choice of digest types for
 * all keys (A-01, A-10, RFC 7344 section 6.2.1). */
#include "validate/cds/judging.h"

#include "validate/wire/err.h"

#define TYPES_MAX 32	/* digest types that fit a mask; others are never published */

/* A digest that every server with CDS asks for. */
struct asked {
	struct ds ds;
	unsigned id;
};

struct draft {
	struct judging *j;
	const struct request *request;
	size_t asked_count;
	struct asked *asked;
	uint32_t have[KEYTABLE_MAX];	/* digest types at hand for each key, as bits */
	uint32_t computed[KEYTABLE_MAX];	/* of these, not asked for */
};

static bool may_publish(const struct judging *j, uint8_t type)
{
	/* What is implemented has a number that fits. */
	return digest_may_delegate(j->in->algorithms, type) && crypto_has_digest(j->crypto, type);
}

/* The types that are computed where there is a choice: by the table of RFC 9904 SHA-256 alone. */
static uint32_t made_here(const struct judging *j)
{
	uint32_t types = 0;
	for (uint8_t type = 0; type < TYPES_MAX; type++) {
		if (may_publish(j, type) && digest_is_made(j->in->algorithms, type)) {
			types |= UINT32_C(1) << type;
		}
	}
	return types;
}

static bool everyone_asks(const struct judging *j, const struct ds *ds)
{
	for (size_t i = 0; i < j->view_count; i++) {
		const struct view *v = &j->views[i];
		const struct signal *s = &v->signals[IN_CDS].signal;
		bool found = !view_votes(v);
		for (size_t k = 0; !found && k < s->count; k++) {
			found = ds_equal(&s->ds[k], ds);
		}
		if (!found) {
			return false;
		}
	}
	return true;
}

static int collect_asked(struct draft *d)
{
	struct judging *j = d->j;
	const struct signal_view *s = NULL;
	for (size_t i = 0; d->request->in[IN_CDS] && s == NULL && i < j->view_count; i++) {
		s = view_votes(&j->views[i]) ? &j->views[i].signals[IN_CDS] : NULL;
	}
	size_t count = s == NULL ? 0 : s->signal.count;
	d->asked = arena_array(j->arena, count, sizeof d->asked[0]);
	if (d->asked == NULL) {
		return ERR_NOMEM;
	}
	for (size_t i = 0; i < count; i++) {
		const struct ds *ds = &s->signal.ds[i];
		if (may_publish(j, ds->digest_type) && everyone_asks(j, ds)) {
			d->asked[d->asked_count++] = (struct asked){ *ds, s->ids[i] };
			d->have[s->ids[i]] |= UINT32_C(1) << ds->digest_type;
		}
	}
	return 0;
}

static void compute(struct draft *d, unsigned id, uint32_t wanted)
{
	uint32_t missing = wanted & ~d->have[id];
	d->computed[id] |= missing;
	d->have[id] |= missing;
}

/* Verbatim: what the child asks for, in the types that all its keys have. R9975-3.1-5: all requested
 * keys or none, so a key without usable digest is helped by its CDNSKEY, or spoils the set. */
static enum reason choose_verbatim(struct draft *d, uint32_t *common)
{
	*common = UINT32_MAX;
	bool any = false;
	for (unsigned id = 0; id < KEYTABLE_MAX; id++) {
		if (keyset_has(&d->request->keys, id) && d->have[id] != 0) {
			*common &= d->have[id];
			any = true;
		}
	}
	*common = any ? *common : made_here(d->j);
	if (*common == 0) {
		return any ? REASON_CONTINUITY_DIGEST : REASON_DIGEST_UNUSABLE_FOR_KEY;
	}
	for (unsigned id = 0; id < KEYTABLE_MAX; id++) {
		if (!keyset_has(&d->request->keys, id) || d->have[id] != 0) {
			continue;
		}
		if (!keytable_entry(d->j->keys, id)->offered) {
			return REASON_DIGEST_UNUSABLE_FOR_KEY;
		}
		compute(d, id, *common);
	}
	return REASON_NONE;
}

/* Full: every key in the types that are made here. Augment: these in addition to what the child asks for. */
static enum reason choose_computed(struct draft *d, bool augment, uint32_t *common)
{
	uint32_t wanted = made_here(d->j);
	for (size_t i = 0; augment && i < d->asked_count; i++) {
		wanted |= UINT32_C(1) << d->asked[i].ds.digest_type;
	}
	*common = wanted;
	for (unsigned id = 0; id < KEYTABLE_MAX; id++) {
		if (!keyset_has(&d->request->keys, id)) {
			continue;
		}
		if (keytable_entry(d->j->keys, id)->key != NULL) {
			compute(d, id, wanted);
		}
		if (d->have[id] == 0) {
			return REASON_DIGEST_UNUSABLE_FOR_KEY;
		}
		*common &= d->have[id];
	}
	if (*common == 0) {
		return augment ? REASON_CONTINUITY_DIGEST : REASON_DIGEST_UNUSABLE_FOR_KEY;
	}
	return REASON_NONE;
}

struct output {
	size_t count;
	struct ds *ds;
};

static int emit_computed(struct draft *d, uint32_t common, struct output *out)
{
	struct judging *j = d->j;
	for (unsigned id = 0; id < KEYTABLE_MAX; id++) {
		for (uint8_t type = 0; d->computed[id] != 0 && type < TYPES_MAX; type++) {
			if ((d->computed[id] & common & UINT32_C(1) << type) == 0) {
				continue;
			}
			int rc = ds_from_key(j->crypto, &j->in->delegation->child,
				keytable_entry(j->keys, id)->key, type, &out->ds[out->count]);
			if (rc < 0) {
				return rc;
			}
			out->count++;
		}
	}
	return 0;
}

static int emit(struct draft *d, uint32_t common, struct prospect *p)
{
	struct judging *j = d->j;
	/* What is asked for, and each key in each type at most once. */
	size_t room = d->asked_count;
	for (uint8_t type = 0; type < TYPES_MAX; type++) {
		room += (common >> type & 1) * keyset_count(&d->request->keys);
	}
	struct output out = { .ds = arena_array(j->arena, room, sizeof *out.ds) };
	if (out.ds == NULL) {
		return ERR_NOMEM;
	}
	for (size_t i = 0; i < d->asked_count; i++) {
		if ((common & UINT32_C(1) << d->asked[i].ds.digest_type) != 0) {
			out.ds[out.count++] = d->asked[i].ds;
		}
	}
	int rc = emit_computed(d, common, &out);
	if (rc < 0) {
		return rc;
	}
	p->set = (struct ds_set){ out.count, out.ds };
	ds_set_normalize(&p->set);
	p->ids = arena_array(j->arena, p->set.count, sizeof p->ids[0]);
	if (p->ids == NULL) {
		return ERR_NOMEM;
	}
	rc = keytable_add_digests(j->keys, p->set.ds, p->set.count, p->ids);
	/* Made here, these were not counted when the keys were told apart; without a number there is no key to check. */
	p->reason = rc == 0 ? keytable_excess(j->keys) : REASON_NONE;
	return rc;
}

/* Does anybody ask for a digest that will not be published? */
static bool drops_a_digest(const struct judging *j, const struct ds_set *set)
{
	for (size_t i = 0; i < j->view_count; i++) {
		const struct view *v = &j->views[i];
		const struct signal *s = &v->signals[IN_CDS].signal;
		for (size_t k = 0; view_votes(v) && k < s->count; k++) {
			if (!ds_set_has(set, &s->ds[k])) {
				return true;
			}
		}
	}
	return false;
}

static const char *mode_text(enum digest_mode mode)
{
	return mode == DIGEST_MODE_VERBATIM ? "as the child asks" :
		mode == DIGEST_MODE_FULL ? "made here" : "as the child asks, and made here";
}

int prospect_make(struct judging *j, const struct request *r, struct prospect *out)
{
	*out = (struct prospect){ .reason = REASON_NONE };
	struct draft *d = arena_alloc(j->arena, sizeof *d);
	if (d == NULL) {
		return ERR_NOMEM;
	}
	d->j = j;
	d->request = r;
	int rc = collect_asked(d);
	if (rc < 0) {
		return rc;
	}
	/* without CDS there is nothing to copy. */
	enum digest_mode mode = r->in[IN_CDS] ? j->in->rules->digests : DIGEST_MODE_FULL;
	uint32_t common = 0;
	out->reason = mode == DIGEST_MODE_VERBATIM ? choose_verbatim(d, &common) :
		choose_computed(d, mode == DIGEST_MODE_AUGMENT, &common);
	if (out->reason == REASON_NONE) {
		rc = emit(d, common, out);
	}
	if (rc < 0) {
		return rc;
	}
	bool drops = out->reason == REASON_NONE && drops_a_digest(j, &out->set);
	if (drops && mode != DIGEST_MODE_FULL) {
		trace_warn(&j->trace, REASON_WARN_DIGEST_IGNORED);
	}
	const char *rule = out->reason == REASON_CONTINUITY_DIGEST ? "L-CONT-8" : "R7344-6.2.1-1";
	trace_check(&j->trace, rule, GATE_CORRECT, out->reason == REASON_NONE ? CHECK_PASS : CHECK_FAIL,
		"digests %s: %s", mode_text(mode), out->reason != REASON_NONE ?
		reason_find(out->reason)->sentence : drops ? "not all that is asked for is published" :
		"all that is asked for may be published");
	return 0;
}

bool prospect_digests_acceptable(const struct judging *j)
{
	const struct ds_set *ds = &j->in->delegation->ds;
	for (size_t i = 0; i < ds->count; i++) {
		if (!digest_may_delegate(j->in->algorithms, ds->ds[i].digest_type) ||
		    !digest_gives_path(j->in->algorithms, ds->ds[i].digest_type)) {
			return false;
		}
	}
	return true;
}
