/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the values of a policy mean together: which fit, and what they say of a moment or a change. */
#include "validate/accept/policy.h"

#include "validate/wire/limits.h"

#define MINUTES_OF_DAY 1440u
#define MINUTES_OF_WEEK (7u * MINUTES_OF_DAY)
/* The epoch was on a Thursday. */
#define MINUTES_SINCE_MONDAY (3u * MINUTES_OF_DAY)

#define PPM_WHOLE 1000000u

bool policy_uses(const struct policy *p, enum bootstrap_method method)
{
	for (size_t i = 0; i < p->bootstrap.method_count && i < POLICY_METHODS; i++) {
		if (p->bootstrap.methods[i] == (uint8_t)method) {
			return true;
		}
	}
	return false;
}

bool policy_is_frozen(const struct policy *p, uint64_t now)
{
	uint32_t minute = (uint32_t)((now / 60 + MINUTES_SINCE_MONDAY) % MINUTES_OF_WEEK);
	for (size_t i = 0; i < p->freeze_count && i < POLICY_FREEZES; i++) {
		const struct freeze *f = &p->freezes[i];
		bool begun = minute >= f->from_min;
		bool over = minute >= f->to_min;
		if (f->from_min <= f->to_min ? begun && !over : begun || !over) {
			return true;
		}
	}
	return false;
}

enum brake_class brake_class_of(enum change_class c)
{
	switch (c) {
	case CHANGE_DELETE:
		return BRAKE_DELETE;
	case CHANGE_INITIAL:
		return BRAKE_BOOTSTRAP;
	default:
		return BRAKE_UPDATE;
	}
}

/* ---- what fits together */

static const char *rules_fault(const struct rules *r)
{
	if ((unsigned)r->types > TYPES_SINGLE_CDNSKEY || (unsigned)r->digests > DIGEST_MODE_AUGMENT ||
	    (unsigned)r->continuity > CONTINUITY_ONE_PATH) {
		return "a mode is none of those that there are";
	}
	if (r->max_records < 1 || r->max_records > LIMIT_CDS) {
		return "the number of CDS or CDNSKEY records that are taken is not from 1 to 20";
	}
	if (r->max_keys < 1 || r->max_keys > LIMIT_DNSKEY) {
		return "the number of keys that are taken is not from 1 to 32";
	}
	if (r->bootstrap.vantages < 1 || r->bootstrap.vantages > LIMIT_VANTAGES) {
		return "the number of vantages that have to agree is not from 1 to 4";
	}
	if (r->bootstrap.anchor_count > LIMIT_ROOT_ANCHORS) {
		return "there are more than 8 trust anchors of the root";
	}
	for (size_t i = 0; i < r->bootstrap.anchor_count; i++) {
		const struct ds *ds = &r->bootstrap.anchors[i];
		if (ds->size > LIMIT_DIGEST_OCTETS || !ds_is_wellformed(ds)) {
			return "a trust anchor of the root has a digest of a wrong length";
		}
		if (i > 0 && ds_compare(&r->bootstrap.anchors[i - 1], ds) >= 0) {
			return "the trust anchors of the root are not sorted, or one is there twice";
		}
	}
	return NULL;
}

static const char *methods_fault(const struct policy *p)
{
	const struct bootstrap_policy *b = &p->bootstrap;
	if (b->method_count > POLICY_METHODS) {
		return "there are more methods of bootstrapping than can be";
	}
	for (size_t i = 0; i < b->method_count; i++) {
		if (b->methods[i] == BOOTSTRAP_NONE || b->methods[i] > BOOTSTRAP_INCEPTION) {
			return "a method of bootstrapping is none of those that there are";
		}
		for (size_t k = 0; k < i; k++) {
			if (b->methods[k] == b->methods[i]) {
				return "a method of bootstrapping is named twice";
			}
		}
		/* RFC 9615 section 2: preferred over all of RFC 8078 section 3. */
		if (i > 0 && b->methods[i] == BOOTSTRAP_AUTHENTICATED) {
			return "authenticated bootstrapping (RFC 9615) is not the first of the methods";
		}
	}
	if (p->rules.bootstrap.enabled != (b->method_count > 0)) {
		return "bootstrapping is on without a method, or off with one";
	}
	if (p->rules.bootstrap.authenticated != policy_uses(p, BOOTSTRAP_AUTHENTICATED)) {
		return "the judge and the list of methods differ in authenticated bootstrapping";
	}
	if (p->rules.bootstrap.challenge != policy_uses(p, BOOTSTRAP_CHALLENGE)) {
		return "the judge and the list of methods differ in the challenge";
	}
	return NULL;
}

static const char *bootstrap_fault(const struct policy *p)
{
	const struct bootstrap_policy *b = &p->bootstrap;
	const char *fault = methods_fault(p);
	if (fault != NULL) {
		return fault;
	}
	if (policy_uses(p, BOOTSTRAP_DELAY)) {
		if (b->delay_s == 0 || b->min_checks == 0) {
			return "acceptance after a delay takes a delay and a number of checks";
		}
		if (b->min_spacing_s == 0 || b->max_gap_s < b->min_spacing_s) {
			return "the largest gap between two checks is shorter than their smallest spacing, or that is nothing";
		}
	}
	if ((policy_uses(p, BOOTSTRAP_CHECKED) || policy_uses(p, BOOTSTRAP_CHALLENGE)) && b->confirmation_s == 0) {
		return "a request that waits for a confirmation or for a challenge has no time for it";
	}
	return NULL;
}

static const char *brakes_fault(const struct brake_limit limits[BRAKE_CLASSES])
{
	for (size_t i = 0; i < BRAKE_CLASSES; i++) {
		if (limits[i].ppm > PPM_WHOLE) {
			return "a brake is at more than all delegations";
		}
	}
	return NULL;
}

static const char *times_fault(const struct policy *p)
{
	if ((unsigned)p->replay_guard > REPLAY_GUARD_STRICT) {
		return "the replay guard is none of those that there are";
	}
	if (p->retry_count > POLICY_RETRIES) {
		return "there are more than 8 retries of a silent server";
	}
	/* DSA-4.1-2. */
	if (p->ttl.change_s != 0 && (p->ttl.change_s < 300 || p->ttl.change_s > 900)) {
		return "the DS TTL after a change is not from 300 to 900 seconds";
	}
	if (p->ttl.change_s != 0 && p->ttl.hold_s == 0) {
		return "the DS TTL is lowered for no time";
	}
	if (p->freeze_count > POLICY_FREEZES) {
		return "there are more than 8 freezes";
	}
	for (size_t i = 0; i < p->freeze_count; i++) {
		const struct freeze *f = &p->freezes[i];
		if (f->from_min >= MINUTES_OF_WEEK || f->to_min >= MINUTES_OF_WEEK || f->from_min == f->to_min) {
			return "a freeze begins or ends outside of the week, or lasts no time";
		}
	}
	if (p->notices.repeats > 1 && p->notices.again_s == 0) {
		return "notices are repeated at once";
	}
	return NULL;
}

const char *policy_fault(const struct policy *p)
{
	const char *fault = rules_fault(&p->rules);
	fault = fault != NULL ? fault : bootstrap_fault(p);
	fault = fault != NULL ? fault : brakes_fault(p->brakes);
	fault = fault != NULL ? fault : brakes_fault(p->operator_brakes);
	return fault != NULL ? fault : times_fault(p);
}
