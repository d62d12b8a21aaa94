/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How large a store grows. usage: bench_year DIR CHILDREN DAYS NEWS: a run a day, in which NEWS children have news: half of
 * them roll a key, half fail with other content each time; the changes are exported, acknowledged and published, and what has
 * grown old is removed as a scan does. The other children are quiet, which costs the store no write (bench_store), so
 * they are left out after the first day. One JSON object for each 30th day and the last.
 * DIR must not exist. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "registry/store/records.h"
#include "registry/store/retention.h"
#include "tests/bench/bench_child.h"
#include "tests/bench/bench_util.h"
#include "validate/wire/err.h"

#define DAY 86400u
#define BATCH 1024

struct year {
	const char *dir;
	struct store *store;
	struct crypto *crypto;
	const struct policy *policy;
	struct synth_plan plan;
	struct run run;
	struct arena *arena;
	uint64_t now, generation;
	uint64_t accepts, failures;	/* cases so far */
	uint64_t case_octets, evidence_octets, cases;
};

static struct txn *begin_write(struct year *y)
{
	struct txn *t = NULL;
	bench_must(txn_begin(y->store, STORE_WRITE, &t) == 0, "a transaction");
	return t;
}

static void commit(struct txn *t)
{
	bench_must(txn_commit(t) == 0, "committing");
}

static struct name parent(void)
{
	struct name origin;
	bench_must(name_from_text("bench.", &origin) == 0, "a name");
	return origin;
}

static void put_generation(struct year *y, struct txn *t)
{
	struct generation g = { .number = ++y->generation, .origin = parent(), .loaded = y->now, .delegations = y->plan.children };
	bench_must(generation_put(t, &g) == 0, "a generation");
}

static void put_delegations(struct year *y)
{
	struct txn *t = begin_write(y);
	for (uint32_t child = 0; child < y->plan.children; child++) {
		struct delegation d;
		bool changed;
		bench_delegation(&y->plan, child, y->crypto, y->arena, &d);
		bench_must(delegation_put(t, y->crypto, &d, &changed) == 0, "putting a delegation");
		arena_reset(y->arena);
	}
	put_generation(y, t);
	commit(t);
}

static void begin_run(struct year *y)
{
	struct txn *t = begin_write(y);
	y->run = (struct run){ .origin = parent(), .generation = y->generation, .began = y->now };
	bench_must(policy_put(t, y->crypto, y->policy, y->run.limits) == 0 && run_new(t, &y->run) == 0, "beginning a run");
	commit(t);
}

/* The news of a child: a DS set that it has not, or a failure whose content is of the day. */
static void make_news(struct year *y, struct bench_child *c, struct delegation *d, bool rolls)
{
	struct finding *f = &c->finding;
	f->security = SECURITY_SECURE;
	memcpy(f->content_hash, &y->now, sizeof(y->now));
	f->reason = rolls ? REASON_ACCEPT_UPDATE : REASON_RRSIG_EXPIRED;
	f->change = rolls ? CHANGE_SWAP : CHANGE_NONE;
	f->ds_after = d->ds;
	if (rolls) {
		f->ds_after.ds = arena_array(c->arena, 1, sizeof(*f->ds_after.ds));
		bench_must(f->ds_after.ds != NULL && d->ds.count == 1, "a DS set");
		f->ds_after.ds[0] = d->ds.ds[0];
		f->ds_after.ds[0].digest[0]++;
	}
}

static void record(struct year *y, struct txn *t, uint32_t child, bool first, bool rolls)
{
	struct bench_child c;
	struct decision decision;
	struct delegation d;
	bool again;
	bench_child_make(&y->plan, child, y->crypto, y->policy, &c);
	bench_must(delegation_get(t, &c.delegation.child, c.arena, &d) == 0, "a delegation");
	if (!first) {
		make_news(y, &c, &d, rolls);
	}
	const struct judged judged = { .evidence = &c.evidence, .evidence_octets = c.octets, .delegation = &d, .finding = &c.finding,
		.algorithms = algorithm_table_builtin(), .now = (uint32_t)y->now };
	bench_must(record_judged(t, y->crypto, &y->run, y->policy, &judged, c.arena, &decision, &again) == 0, "deciding");
	bench_must(first || decision.reason == (rolls ? REASON_ACCEPT_UPDATE : REASON_RRSIG_EXPIRED), reason_token(decision.reason));
	y->accepts += !first && rolls;
	y->failures += !first && !rolls;
	bench_child_free(&c);
}

static void walk_first(struct year *y)
{
	begin_run(y);
	for (uint32_t from = 0; from < y->plan.children; from += BATCH) {
		struct txn *t = begin_write(y);
		for (uint32_t i = from; i < from + BATCH && i < y->plan.children; i++) {
			record(y, t, i, true, false);
		}
		bench_must(run_put(t, &y->run) == 0, "a run");
		commit(t);
	}
}

/* Children that are secure, another part of them each day; those that roll come a second time after months. */
static uint32_t pick(const struct year *y, uint32_t number, uint64_t day, uint32_t news)
{
	uint64_t at = ((uint64_t)number + day * news) * 20 % y->plan.children;
	return (uint32_t)(at + (number & 1)) % y->plan.children;
}

static void walk_news(struct year *y, uint64_t day, uint32_t news)
{
	begin_run(y);
	struct txn *t = begin_write(y);
	for (uint32_t i = 0; i < news; i++) {
		record(y, t, pick(y, i, day, news), false, (i & 1) == 0);
	}
	bench_must(run_put(t, &y->run) == 0, "a run");
	commit(t);
}

static void end_run(struct year *y)
{
	struct retention_report report = { 0 };
	struct txn *t = begin_write(y);
	bench_must(run_finish(t, y->crypto, &y->run, RUN_FINISHED, y->now) == 0, "ending a run");
	commit(t);
	for (bool done = false; !done;) {
		t = begin_write(y);
		bench_must(retention_step(t, &retention_default, y->now, 1000, &report, &done) == 0, "retention");
		commit(t);
	}
}

/* The registry takes them all, and the next generation shows them. */
static void publish(struct year *y)
{
	static const enum event_kind way[] = { EVENT_CLAIMED, EVENT_SENT, EVENT_ACKED };
	struct name after = { .size = 0 };
	struct name origin = parent();
	struct change c;
	struct reconciled done;
	struct txn *t = begin_write(y);
	while (change_outstanding_next(t, &after, y->arena, &c) == 0) {
		struct delegation d;
		bool changed;
		after = c.child;
		for (size_t i = 0; i < 3; i++) {
			bench_must(journal_event(t, y->crypto, y->now, c.number, way[i], REASON_NONE) == 0, "an event");
		}
		bench_must(delegation_get(t, &c.child, y->arena, &d) == 0, "a delegation");
		d.ds = c.ds_after;
		bench_must(delegation_put(t, y->crypto, &d, &changed) == 0, "a delegation");
		arena_reset(y->arena);
	}
	y->now += DAY;
	put_generation(y, t);
	bench_must(journal_reconcile(t, y->crypto, &origin, y->now, &done) == 0, "reconciling");
	commit(t);
}

/* What a case takes, beside what the database adds to it. */
static void weigh(struct year *y)
{
	struct stored_case c = { .run = 0 };
	struct txn *t = NULL;
	uint64_t run = 0, sequence = 0;
	bench_must(txn_begin(y->store, STORE_READ, &t) == 0, "a transaction");
	y->cases = y->case_octets = y->evidence_octets = 0;
	while (case_next(t, 0, run, sequence, y->arena, &c) == 0) {
		run = c.run;
		sequence = c.sequence;
		y->cases++;
		y->case_octets += c.delegation.size + c.state.size + c.pending.size + c.decision.size + 137;
		y->evidence_octets += c.evidence.size;
		arena_reset(y->arena);
	}
	txn_abort(t);
}

static void report(struct year *y, uint64_t day)
{
	char path[4096];
	struct stat st;
	snprintf(path, sizeof(path), "%s/data.mdb", y->dir);
	bench_must(stat(path, &st) == 0, "the size of the store");
	weigh(y);
	printf("{\"what\":\"year\",\"day\":%llu,\"children\":%u,\"octets\":%llu,\"cases\":%llu,\"case_octets\":%llu,"
		"\"evidence_octets\":%llu,\"accepts\":%llu,\"failures\":%llu}\n", (unsigned long long)day, y->plan.children,
		(unsigned long long)st.st_blocks * 512, (unsigned long long)y->cases, (unsigned long long)y->case_octets,
		(unsigned long long)y->evidence_octets, (unsigned long long)y->accepts, (unsigned long long)y->failures);
	fflush(stdout);
}

static void live(struct year *y, uint64_t days, uint32_t news)
{
	put_delegations(y);
	walk_first(y);
	end_run(y);
	report(y, 0);
	publish(y);
	for (uint64_t day = 1; day <= days; day++) {
		walk_news(y, day, news);
		end_run(y);
		if (day % 30 == 0 || day == days) {
			report(y, day);
		}
		publish(y);
	}
}

int main(int argc, char **argv)
{
	bench_must(argc == 5, "usage: bench_year DIR CHILDREN DAYS NEWS:");
	struct policy policy = *policy_preset(POLICY_DEFAULT);
	for (size_t i = 0; i < BRAKE_CLASSES; i++) {
		policy.brakes[i].count = UINT32_MAX;
		policy.operator_brakes[i].count = UINT32_MAX;
	}
	struct year y = { .dir = argv[1], .crypto = crypto_new(), .arena = arena_new(), .policy = &policy, .now = (uint64_t)time(NULL),
		.plan = { .children = (uint32_t)bench_number(argv[2]), .farms = 16, .addresses = 1 } };
	const struct store_options o = { .mode = STORE_WRITE, .now = y.now, .uuid = { 0xbe, 0x4c } };
	char why[256];
	bench_must(y.crypto != NULL && y.arena != NULL, "memory");
	bench_must(store_open(y.dir, &o, &y.store, why) == 0, why);
	synth_keys_init(1 + 2 * y.plan.children);
	live(&y, bench_number(argv[3]), (uint32_t)bench_number(argv[4]));
	store_close(y.store);
	arena_free(y.arena);
	crypto_free(y.crypto);
	return 0;
}
