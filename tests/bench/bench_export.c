/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A store full of changes that wait to be exported. usage: bench_export DIR CHANGES: so many children roll a key, and the end of
 * the run releases their changes. They come in batches of a walk, each spread over the whole zone, so that the order of the
 * journal is not that of the children. DIR must not exist. One JSON object.
 * Nobody is asked and nothing is verified (bench_judge): one child is judged, and its finding, with other names and digests,
 * is what is decided from for all. The evidence that is kept is of a child without servers; an export as text reads none. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "registry/store/records.h"
#include "tests/bench/bench_child.h"
#include "tests/bench/bench_util.h"

/* As many as a scan puts into one transaction. */
#define BATCH 1024
#define FARMS 16

struct making {
	struct store *store;
	struct crypto *crypto;
	struct policy policy;
	struct arena *arena;
	struct bench_child first;	/* all others are made from it */
	struct run run;
	uint32_t count;
};

static struct txn *begin_write(struct making *m)
{
	struct txn *t = NULL;
	bench_must(txn_begin(m->store, STORE_WRITE, &t) == 0, "a transaction");
	return t;
}

static void commit(struct txn *t)
{
	bench_must(txn_commit(t) == 0, "committing");
}

static struct ds_set ds_of(struct making *m, const struct name *child, uint8_t key)
{
	struct ds *ds = arena_array(m->arena, 1, sizeof(*ds));
	bench_must(ds != NULL && m->first.delegation.ds.count == 1, "a DS set");
	*ds = m->first.delegation.ds.ds[0];
	bench_must(crypto_sha256(m->crypto, child->octets, child->size, ds->digest) == 0, "a digest");
	ds->tag = (uint16_t)(ds->digest[0] << 8 | ds->digest[1]);
	ds->digest[2] = key;
	return (struct ds_set){ .count = 1, .ds = ds };
}

/* In canonical order, as the names have digits of one width. */
static struct delegation delegation_of(struct making *m, uint32_t number)
{
	struct delegation d = m->first.delegation;
	char text[32];
	snprintf(text, sizeof(text), "c%07u.bench.", number);
	bench_must(name_from_text(text, &d.child) == 0, "a name");
	d.ds = ds_of(m, &d.child, 1);
	return d;
}

static void put_delegations(struct making *m)
{
	for (uint32_t from = 0; from < m->count; from += BATCH) {
		struct txn *t = begin_write(m);
		for (uint32_t i = from; i < from + BATCH && i < m->count; i++) {
			const struct delegation d = delegation_of(m, i);
			bool changed;
			bench_must(delegation_put(t, m->crypto, &d, &changed) == 0, "putting a delegation");
			arena_reset(m->arena);
		}
		commit(t);
	}
	struct txn *t = begin_write(m);
	struct generation g = { .number = 1, .origin = m->run.origin, .loaded = m->first.now, .delegations = m->count };
	bench_must(generation_put(t, &g) == 0, "a generation");
	commit(t);
}

static void decide(struct making *m, struct txn *t, uint32_t number)
{
	const struct delegation d = delegation_of(m, number);
	struct evidence evidence = m->first.evidence;
	struct finding f = m->first.finding;
	struct decision decision;
	bool again;
	struct slice octets;
	evidence.child = d.child;
	struct evidence kept = evidence;
	kept.host_count = kept.server_count = 0;
	bench_must(evidence_encode(&kept, m->arena, &octets) == 0, "encoding evidence");
	f.security = SECURITY_SECURE;
	f.reason = REASON_ACCEPT_UPDATE;
	f.change = CHANGE_SWAP;
	f.ds_after = ds_of(m, &d.child, 2);
	const struct judged judged = { .evidence = &evidence, .evidence_octets = octets,
		.delegation = &d, .finding = &f, .algorithms = algorithm_table_builtin(), .now = m->first.now };
	bench_must(record_judged(t, m->crypto, &m->run, &m->policy, &judged, m->arena, &decision, &again) == 0 &&
		decision.reason == REASON_ACCEPT_UPDATE, "deciding");
	arena_reset(m->arena);
}

static void walk(struct making *m)
{
	uint32_t batches = (m->count + BATCH - 1) / BATCH;
	struct txn *t = begin_write(m);
	bench_must(policy_put(t, m->crypto, &m->policy, m->run.limits) == 0 && run_new(t, &m->run) == 0, "beginning a run");
	commit(t);
	for (uint32_t b = 0; b < batches; b++) {
		t = begin_write(m);
		for (uint32_t number = b; number < m->count; number += batches) {
			decide(m, t, number);
		}
		bench_must(run_put(t, &m->run) == 0, "a run");
		commit(t);
	}
	t = begin_write(m);
	bench_must(run_finish(t, m->crypto, &m->run, RUN_FINISHED, m->first.now) == 0, "ending the run");
	commit(t);
}

int main(int argc, char **argv)
{
	bench_must(argc == 3, "usage: bench_export DIR CHANGES:");
	const struct synth_plan plan = { .children = 1, .farms = FARMS, .addresses = 1 };
	struct making m = { .crypto = crypto_new(), .arena = arena_new(), .policy = *policy_preset(POLICY_DEFAULT),
		.count = (uint32_t)bench_number(argv[2]) };
	const struct store_options o = { .mode = STORE_WRITE, .now = (uint64_t)time(NULL), .uuid = { 0xbe, 0x4c } };
	char why[256] = "";
	bench_must(m.crypto != NULL && m.arena != NULL, "memory");
	bench_must(store_open(argv[1], &o, &m.store, why) == 0, why);
	for (size_t i = 0; i < BRAKE_CLASSES; i++) {
		m.policy.brakes[i].count = UINT32_MAX;
		m.policy.operator_brakes[i].count = UINT32_MAX;
	}
	synth_keys_init(3);
	bench_child_make(&plan, 0, m.crypto, &m.policy, &m.first);
	m.run = (struct run){ .generation = 1, .began = m.first.now };
	bench_must(name_from_text("bench.", &m.run.origin) == 0, "a name");
	put_delegations(&m);
	walk(&m);
	printf("{\"what\":\"changes\",\"count\":%llu}\n", (unsigned long long)m.run.released);
	bench_child_free(&m.first);
	store_close(m.store);
	arena_free(m.arena);
	crypto_free(m.crypto);
	return 0;
}
