/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs the judge over test cases and compares findings in full. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/judge_run.h"

struct rules case_rules(const struct judge_case *c)
{
	struct rules rules = c->rules;
	rules.delete_allowed = !c->no_delete;
	rules.delete_requires_both = c->delete_both;
	if (rules.bootstrap.authenticated) {
		rules.bootstrap.anchor_count = 1;
		signals_anchor(rules.bootstrap.anchors);
	}
	return rules;
}

void judge_evidence(struct crypto *crypto, const struct judge_case *c, const struct evidence *evidence,
	struct arena *arena, struct finding *out)
{
	struct delegation delegation;
	delegation_build(c->servers, c->ds == NULL ? "A" : c->ds, arena, &delegation);
	const struct rules rules = case_rules(c);
	const struct judge_input in = { evidence, &delegation, &rules, algorithm_table_builtin(), ZONE_NOW, NULL };
	assert_int_equal(judge(crypto, &in, arena, out), 0);
}

void judge_case_run(struct crypto *crypto, const struct judge_case *c, struct arena *arena,
	struct finding *out)
{
	struct evidence evidence;
	evidence_build(c->servers, arena, &evidence);
	judge_evidence(crypto, c, &evidence, arena, out);
}

bool finding_warns(const struct finding *f, enum reason reason)
{
	for (size_t i = 0; i < f->warning_count; i++) {
		if (f->warnings[i] == reason) {
			return true;
		}
	}
	return false;
}

bool finding_servers_equal(const struct finding *a, const struct finding *b)
{
	bool equal = a->server_count == b->server_count && a->silent_count == b->silent_count;
	for (size_t i = 0; equal && i < a->server_count; i++) {
		const struct server_finding *x = &a->servers[i];
		const struct server_finding *y = &b->servers[i];
		equal = x->class == y->class && x->reason == y->reason && x->silent == y->silent &&
			x->soa_serial == y->soa_serial && x->hosts == y->hosts && x->tcp == y->tcp &&
			memcmp(x->classes, y->classes, sizeof x->classes) == 0 &&
			address_compare(&x->address, &y->address) == 0;
	}
	return equal;
}

static bool checks_equal(const struct finding *a, const struct finding *b)
{
	bool equal = a->check_count == b->check_count;
	for (size_t i = 0; equal && i < a->check_count; i++) {
		equal = strcmp(a->checks[i].rule, b->checks[i].rule) == 0 &&
			strcmp(a->checks[i].detail, b->checks[i].detail) == 0 &&
			a->checks[i].gate == b->checks[i].gate && a->checks[i].result == b->checks[i].result;
	}
	return equal;
}

static bool marks_equal(const struct finding *a, const struct finding *b)
{
	bool equal = a->mark_count == b->mark_count;
	for (size_t i = 0; equal && i < a->mark_count; i++) {
		equal = a->marks[i].type == b->marks[i].type && a->marks[i].tag == b->marks[i].tag &&
			a->marks[i].inception == b->marks[i].inception &&
			memcmp(a->marks[i].key_hash, b->marks[i].key_hash, SHA256_OCTETS) == 0;
	}
	return equal;
}

static bool said_equal(const struct finding *a, const struct finding *b)
{
	bool equal = true;
	for (size_t i = 0; i < SAID_TYPES; i++) {
		const struct last_words *x = &a->said[i];
		const struct last_words *y = &b->said[i];
		equal = equal && x->known == y->known && x->inception == y->inception && memcmp(x->hash, y->hash, SHA256_OCTETS) == 0;
	}
	return equal;
}

static bool vantages_equal(const struct finding *a, const struct finding *b)
{
	bool equal = a->vantage_count == b->vantage_count;
	for (size_t i = 0; equal && i < a->vantage_count; i++) {
		const struct vantage_finding *x = &a->vantages[i];
		const struct vantage_finding *y = &b->vantages[i];
		equal = strcmp(x->name, y->name) == 0 && x->result == y->result && x->reason == y->reason && x->answered == y->answered;
	}
	return equal;
}

static bool backs_equal(const struct back_finding *a, const struct back_finding *b)
{
	return a->looked == b->looked && ds_set_equal(&a->set, &b->set) && a->reason == b->reason && a->change == b->change;
}

bool findings_equal(const struct finding *a, const struct finding *b)
{
	return a->reason == b->reason && a->change == b->change && a->security == b->security &&
		ds_set_equal(&a->ds_after, &b->ds_after) && a->warning_count == b->warning_count &&
		memcmp(a->warnings, b->warnings, a->warning_count * sizeof a->warnings[0]) == 0 &&
		a->unresolved == b->unresolved && a->signaling == b->signaling &&
		memcmp(a->request_hash, b->request_hash, SHA256_OCTETS) == 0 && memcmp(a->ns_hash, b->ns_hash, SHA256_OCTETS) == 0 &&
		a->verifications == b->verifications && finding_servers_equal(a, b) && checks_equal(a, b) &&
		a->asks_present == b->asks_present && said_equal(a, b) && marks_equal(a, b) && vantages_equal(a, b) && backs_equal(&a->back, &b->back) && memcmp(a->content_hash, b->content_hash, SHA256_OCTETS) == 0;
}
