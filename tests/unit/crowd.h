/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A parent of a hundred children that ask for changes together, with the policy of a test, run by run. */
#pragma once

#include "tests/unit/journal_fixture.h"

#include "registry/store/operators.h"
#include "registry/store/records.h"
#include "registry/store/verify.h"

#define CHILDREN 100
#define HOUR 3600u

/* ---- a parent of a hundred children, half of each of two operators, and a policy of these tests */

struct crowd {
	struct fixture f;
	struct policy policy;
	struct run run;
	uint64_t now;
};

static inline const char *operator_of(unsigned child)
{
	return child % 2 == 0 ? "one.net." : "two.net.";
}

static inline void child_text(unsigned child, char text[32])
{
	snprintf(text, 32, "c%03u.ch.", child);
}

static inline int crowd_setup(void **state)
{
	static struct crowd w;
	w = (struct crowd){ .now = FIXTURE_NOW, .policy = *policy_preset(POLICY_DEFAULT) };
	struct fixture *f = &w.f;
	fixture_make(f);
	fixture_open(f, STORE_WRITE);
	struct txn *t = fixture_begin(f, STORE_WRITE);
	struct generation g = { .number = 1, .origin = fixture_name("ch."), .loaded = FIXTURE_NOW, .delegations = CHILDREN,
		.secure = CHILDREN, .digest = { 1 } };
	assert_int_equal(generation_put(t, &g), 0);
	for (unsigned i = 0; i < CHILDREN; i++) {
		char text[32];
		child_text(i, text);
		struct delegation d = fixture_delegation(f, text, operator_of(i), 1);
		fixture_put(f, t, &d);
	}
	fixture_commit(t);
	for (size_t i = 0; i < BRAKE_CLASSES; i++) {
		w.policy.brakes[i] = (struct brake_limit){ .count = UINT32_MAX };
		w.policy.operator_brakes[i] = (struct brake_limit){ .count = UINT32_MAX };
	}
	w.policy.freeze_count = 0;
	*state = &w;
	return 0;
}

static inline int crowd_teardown(void **state)
{
	struct crowd *w = *state;
	fixture_end(&w->f);
	return 0;
}

static inline void begin_run(struct crowd *w)
{
	struct txn *t = fixture_begin(&w->f, STORE_WRITE);
	w->run = (struct run){ .origin = fixture_name("ch."), .generation = 1, .began = w->now };
	assert_int_equal(policy_put(t, w->f.crypto, &w->policy, w->run.limits), 0);
	assert_int_equal(run_new(t, &w->run), 0);
	fixture_commit(t);
}

static inline void end_run(struct crowd *w)
{
	struct txn *t = fixture_begin(&w->f, STORE_WRITE);
	assert_int_equal(run_finish(t, w->f.crypto, &w->run, RUN_FINISHED, w->now), 0);
	fixture_commit(t);
	struct verify_report report;
	assert_int_equal(store_verify(w->f.store, w->f.crypto, NULL, NULL, NULL, &report), 0);
	assert_int_equal(report.faults, 0);
}

/* A probe of the child comes to that; where x asks for nothing else, to the DS set that is there. */
static inline enum reason probe_in(struct crowd *w, struct txn *t, unsigned child, struct finding x)
{
	struct fixture *f = &w->f;
	char text[32];
	child_text(child, text);
	struct delegation d = fixture_delegation(f, text, operator_of(child), 1);
	struct evidence e = { .child = d.child, .began_ms = w->now * 1000, .ended_ms = w->now * 1000 + 9, .host_count = 2,
		.server_count = 1 };
	e.hosts = arena_array(f->arena, 2, sizeof(*e.hosts));
	for (size_t i = 0; i < 2; i++) {
		e.hosts[i] = (struct evidence_host){ .name = d.hosts[i].name, .status = EVIDENCE_HOST_RESOLVED };
	}
	e.servers = arena_array(f->arena, 1, sizeof(*e.servers));
	e.servers[0].hosts = 3;
	assert_int_equal(address_from_text("192.0.2.1", &e.servers[0].address), 0);
	x.security = SECURITY_SECURE;
	x.server_count = 1;
	x.ds_after = x.change == CHANGE_NONE ? d.ds : x.ds_after;
	x.servers = arena_array(f->arena, 1, sizeof(*x.servers));
	x.servers[0] = (struct server_finding){ .address = e.servers[0].address, .hosts = 3, .class = RESPONSE_POS };
	for (size_t i = 0; i < EVIDENCE_QUESTIONS; i++) {
		e.servers[0].answers[i].attempts = 1;
		x.servers[0].classes[i] = RESPONSE_POS;
	}
	struct judged j = { .evidence = &e, .delegation = &d, .finding = &x, .algorithms = algorithm_table_builtin(),
		.now = (uint32_t)w->now };
	assert_int_equal(evidence_encode(&e, f->arena, &j.evidence_octets), 0);
	struct decision decision = { 0 };
	bool again;
	assert_int_equal(record_judged(t, f->crypto, &w->run, &w->policy, &j, f->arena, &decision, &again), 0);
	assert_int_equal(run_put(t, &w->run), 0);
	return decision.reason;
}

static inline enum reason probe(struct crowd *w, unsigned child, struct finding x)
{
	struct txn *t = fixture_begin(&w->f, STORE_WRITE);
	enum reason reason = probe_in(w, t, child, x);
	fixture_commit(t);
	return reason;
}

/* The child asks for DS tag (0: none), and the answers prove it. */
static inline struct finding asking(struct crowd *w, uint16_t tag)
{
	struct finding x = { .reason = tag == 0 ? REASON_ACCEPT_DELETE : REASON_ACCEPT_UPDATE,
		.change = tag == 0 ? CHANGE_DELETE : CHANGE_SWAP };
	if (tag != 0) {
		x.ds_after.count = 1;
		x.ds_after.ds = arena_array(w->f.arena, 1, sizeof(*x.ds_after.ds));
		x.ds_after.ds[0] = fixture_ds(tag);
	}
	return x;
}

static inline enum reason ask(struct crowd *w, unsigned child, uint16_t tag)
{
	return probe(w, child, asking(w, tag));
}

/* In a run of its own, some time later: these children, counted in steps, ask for that. */
static inline void run_asking(struct crowd *w, uint64_t later, unsigned first, unsigned count, unsigned step, uint16_t tag)
{
	w->now += later;
	begin_run(w);
	for (unsigned i = 0; i < count; i++) {
		ask(w, first + i * step, tag);
	}
	end_run(w);
}

static inline unsigned count_in(struct crowd *w, enum event_kind state, enum reason held_for)
{
	struct txn *t = fixture_begin(&w->f, STORE_READ);
	unsigned count = 0;
	struct change c;
	for (uint64_t next = 1; change_next(t, next, w->f.arena, &c) == 0; next = c.number + 1) {
		count += c.state == state && c.held_for == held_for;
	}
	fixture_commit(t);
	return count;
}

static inline unsigned released(struct crowd *w)
{
	return count_in(w, EVENT_RELEASED, REASON_NONE);
}

static inline unsigned braked(struct crowd *w)
{
	return count_in(w, EVENT_HELD, REASON_BRAKE_ENGAGED);
}

/* What holds it. */
static inline enum reason held_for(struct crowd *w, uint64_t change)
{
	struct change c;
	struct txn *t = fixture_begin(&w->f, STORE_READ);
	assert_int_equal(change_get(t, change, w->f.arena, &c), 0);
	assert_int_equal(c.state, EVENT_HELD);
	fixture_commit(t);
	return c.held_for;
}

/* How many an export would take now. */
static inline unsigned exportable(struct crowd *w)
{
	struct txn *t = fixture_begin(&w->f, STORE_READ);
	unsigned count = 0;
	struct change c = { 0 };
	for (struct name after = { 0 }; change_outstanding_next(t, &after, w->f.arena, &c) == 0; after = c.child) {
		bool yes;
		assert_int_equal(change_is_exportable(t, &c, w->now, w->policy.change_max_age_s, &yes), 0);
		count += yes;
	}
	fixture_commit(t);
	return count;
}

static inline uint64_t release_brake(struct crowd *w, const char *parent, const char *host)
{
	struct brake_filter which = { 0 };
	const struct operator_order o = { .action = OPERATOR_DO_RELEASE, .who = "anna", .why = "the provider told us", .now = w->now };
	uint64_t count;
	if (parent != NULL) {
		which.parent = fixture_name(parent);
	}
	if (host != NULL) {
		which.host = fixture_name(host);
	}
	struct txn *t = fixture_begin(&w->f, STORE_WRITE);
	assert_int_equal(operator_release_brake(t, w->f.crypto, &which, &o, &count), 0);
	fixture_commit(t);
	return count;
}
