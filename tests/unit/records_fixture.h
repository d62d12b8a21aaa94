/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A store with one child, what a judge is made to say of it, and a run after the other. */
#pragma once

#include "tests/unit/store_fixture.h"

#include "registry/store/records.h"
#include "registry/store/verify.h"

#define DAY 86400u

struct records {
	struct fixture f;
	struct run run;
	uint32_t now;
};

/* What the judge is made to say about a child. */
struct says {
	enum reason reason;
	uint16_t tag;		/* DS after */
	uint8_t content;	/* first octet of the content hash */
};

static inline struct txn *begin(struct records *r)
{
	return fixture_begin(&r->f, STORE_WRITE);
}

static inline void new_run(struct records *r)
{
	struct txn *t = begin(r);
	r->run = (struct run){ .origin = fixture_name("ch."), .generation = 1, .began = r->now };
	assert_int_equal(policy_put(t, r->f.crypto, policy_preset(POLICY_DEFAULT), r->run.limits), 0);
	assert_int_equal(run_new(t, &r->run), 0);
	fixture_commit(t);
}

static inline void finish_run(struct records *r)
{
	struct txn *t = begin(r);
	assert_int_equal(run_finish(t, r->f.crypto, &r->run, RUN_FINISHED, r->now), 0);
	fixture_commit(t);
}

static inline int setup(void **state)
{
	static struct records r;
	r = (struct records){ .now = (uint32_t)FIXTURE_NOW };
	fixture_make(&r.f);
	fixture_open(&r.f, STORE_WRITE);
	struct txn *t = begin(&r);
	fixture_load(&r.f, t, "ch.", 1);
	struct delegation d = fixture_delegation(&r.f, "a.ch.", "one.net.", 1);
	fixture_put(&r.f, t, &d);
	fixture_commit(t);
	new_run(&r);
	*state = &r;
	return 0;
}

static inline int teardown(void **state)
{
	struct records *r = *state;
	fixture_end(&r->f);
	return 0;
}

static inline struct evidence make_evidence(struct fixture *f, const struct delegation *d)
{
	struct evidence e = { .child = d->child, .began_ms = FIXTURE_NOW * 1000, .ended_ms = FIXTURE_NOW * 1000 + 9,
		.host_count = d->host_count, .server_count = 1 };
	e.hosts = arena_array(f->arena, e.host_count, sizeof(*e.hosts));
	for (size_t i = 0; i < e.host_count; i++) {
		e.hosts[i] = (struct evidence_host){ .name = d->hosts[i].name, .status = EVIDENCE_HOST_RESOLVED };
	}
	e.servers = arena_array(f->arena, 1, sizeof(*e.servers));
	e.servers[0].hosts = 3;
	assert_int_equal(address_from_text("192.0.2.1", &e.servers[0].address), 0);
	for (size_t i = 0; i < EVIDENCE_QUESTIONS; i++) {
		e.servers[0].answers[i].attempts = 1;
	}
	return e;
}

static inline struct finding make_finding(struct fixture *f, const struct delegation *d, const struct says *s)
{
	struct finding x = { .reason = s->reason, .security = SECURITY_SECURE, .ds_after = d->ds, .server_count = 1 };
	x.content_hash[0] = s->content;
	x.servers = arena_array(f->arena, 1, sizeof(*x.servers));
	x.servers[0] = (struct server_finding){ .hosts = 3, .class = RESPONSE_POS };
	assert_int_equal(address_from_text("192.0.2.1", &x.servers[0].address), 0);
	for (size_t i = 0; i < EVIDENCE_QUESTIONS; i++) {
		x.servers[0].classes[i] = RESPONSE_POS;
	}
	if (s->reason == REASON_ACCEPT_UPDATE) {
		x.change = CHANGE_SWAP;
		x.ds_after.count = 1;
		x.ds_after.ds = arena_array(f->arena, 1, sizeof(*x.ds_after.ds));
		x.ds_after.ds[0] = fixture_ds(s->tag);
	}
	return x;
}

/* Not the built-in one, so that a case can be seen to have its own. */
static inline const struct algorithm_table *own_table(void)
{
	static struct algorithm_table table;
	table = *algorithm_table_builtin();
	table.version = "2026-12-01 a table of these tests";
	return &table;
}

/* Judges a.ch. with the delegation given (NULL: as stored) and records it in a transaction of its own. */
static inline struct decision judge_child(struct records *r, const struct delegation *probed, const struct says *s, bool *again)
{
	struct fixture *f = &r->f;
	struct txn *t = begin(r);
	struct delegation d;
	if (probed != NULL) {
		d = *probed;
	} else {
		struct name child = fixture_name("a.ch.");
		assert_int_equal(delegation_get(t, &child, f->arena, &d), 0);
	}
	struct evidence e = make_evidence(f, &d);
	struct finding x = make_finding(f, &d, s);
	struct judged j = { .evidence = &e, .delegation = &d, .finding = &x, .algorithms = own_table(),
		.now = r->now };
	assert_int_equal(evidence_encode(&e, f->arena, &j.evidence_octets), 0);
	struct decision decision = { 0 };
	assert_int_equal(record_judged(t, f->crypto, &r->run, policy_preset(POLICY_DEFAULT), &j, f->arena, &decision, again),
		0);
	assert_int_equal(run_put(t, &r->run), 0);
	fixture_commit(t);
	return decision;
}

static inline enum reason judge_now(struct records *r, enum reason reason, uint16_t tag)
{
	bool again;
	const struct says s = { .reason = reason, .tag = tag };
	enum reason got = judge_child(r, NULL, &s, &again).reason;
	assert_false(again);
	return got;
}

/* In a run of its own, an hour later. */
static inline enum reason judge_next(struct records *r, enum reason reason, uint16_t tag)
{
	finish_run(r);
	r->now += 3600;
	new_run(r);
	return judge_now(r, reason, tag);
}

static inline void journal_tail(struct records *r, char text[512])
{
	struct txn *t = fixture_begin(&r->f, STORE_READ);
	struct event e = { 0 };
	text[0] = '\0';
	while (event_next(t, e.sequence + 1, r->f.arena, &e) == 0) {
		size_t used = strlen(text);
		snprintf(text + used, 512 - used, "%s%llu:%s", used == 0 ? "" : " ", (unsigned long long)e.change,
			event_kind_text(e.kind));
	}
	fixture_commit(t);
}

static inline void expect_journal(struct records *r, const char *expected)
{
	char text[512];
	journal_tail(r, text);
	assert_string_equal(text, expected);
	struct verify_report report;
	assert_int_equal(store_verify(r->f.store, r->f.crypto, NULL, NULL, NULL, &report), 0);
	assert_int_equal(report.faults, 0);
}

static inline uint64_t count_cases(struct records *r)
{
	struct verify_report report;
	assert_int_equal(store_verify(r->f.store, r->f.crypto, NULL, NULL, NULL, &report), 0);
	assert_int_equal(report.faults, 0);
	assert_true(report.decisions == report.evidence);
	return report.decisions;
}
