/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The store alone. usage: bench_store DIR CHILDREN BATCH: decisions in sorted batches of so many, first of children never seen,
 * then of quiet ones, and what it takes here to make as many octets durable without a store. DIR must not exist. One JSON object a line. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "registry/store/records.h"
#include "tests/bench/bench_child.h"
#include "tests/bench/bench_util.h"

#define FARMS 16

static void say(const char *what, const struct bench_time *took, uint64_t count)
{
	double cpu = took->user + took->sys;
	printf("{\"what\":\"%s\",\"count\":%llu,\"wall_s\":%.3f,\"user_s\":%.3f,\"sys_s\":%.3f,\"per_second\":%.0f,"
		"\"cpu_us\":%.2f}\n", what, (unsigned long long)count, took->wall, took->user, took->sys,
		(double)count / took->wall, cpu / (double)count * 1e6);
}

static struct store *open_store(const char *dir)
{
	static const uint8_t uuid[16] = { 0xbe, 0x4c };
	struct store_options options = { .mode = STORE_WRITE, .now = (uint64_t)time(NULL) };
	memcpy(options.uuid, uuid, sizeof(uuid));
	struct store *store = NULL;
	char why[256] = "";
	if (store_open(dir, &options, &store, why) != 0) {
		fprintf(stderr, "benchmark: %s\n", why);
		exit(1);
	}
	return store;
}

struct run_of_decisions {
	struct store *store;
	struct crypto *crypto;
	const struct policy *policy;
	struct synth_plan plan;
	struct run run;
	struct bench_child *batch;
	uint32_t batch_size;
	struct bench_time took;
};

static struct txn *begin_write(struct store *store)
{
	struct txn *t = NULL;
	bench_must(txn_begin(store, STORE_WRITE, &t) == 0, "a transaction");
	return t;
}

static void put_delegations(struct run_of_decisions *r)
{
	struct arena *arena = arena_new();
	struct txn *t = begin_write(r->store);
	bench_must(arena != NULL, "memory");
	for (uint32_t child = 0; child < r->plan.children; child++) {
		struct delegation d;
		bool changed;
		bench_delegation(&r->plan, child, r->crypto, arena, &d);
		bench_must(delegation_put(t, r->crypto, &d, &changed) == 0, "putting a delegation");
		arena_reset(arena);
	}
	bench_must(txn_commit(t) == 0, "committing");
	arena_free(arena);
}

static void begin_run(struct run_of_decisions *r)
{
	memset(&r->run, 0, sizeof(r->run));
	struct txn *t = begin_write(r->store);
	bench_must(name_from_text("bench.", &r->run.origin) == 0, "a name");
	r->run.generation = 1;
	r->run.began = (uint64_t)time(NULL);
	bench_must(policy_put(t, r->crypto, r->policy, r->run.limits) == 0 && run_new(t, &r->run) == 0 &&
		txn_commit(t) == 0, "beginning a run");
}

static void end_run(struct run_of_decisions *r)
{
	struct txn *t = begin_write(r->store);
	bench_must(run_finish(t, r->crypto, &r->run, RUN_FINISHED, (uint64_t)time(NULL)) == 0 && txn_commit(t) == 0,
		"ending the run");
}

static void decide_batch(struct run_of_decisions *r, size_t count)
{
	struct bench_time begin = bench_now();
	struct txn *t = begin_write(r->store);
	for (size_t i = 0; i < count; i++) {
		struct bench_child *c = &r->batch[i];
		const struct judged judged = { .evidence = &c->evidence, .evidence_octets = c->octets,
			.delegation = &c->delegation, .finding = &c->finding, .algorithms = algorithm_table_builtin(), .now = c->now };
		struct decision decision;
		bool again;
		bench_must(record_judged(t, r->crypto, &r->run, r->policy, &judged, c->arena, &decision, &again) == 0,
			"deciding");
	}
	bench_must(run_put(t, &r->run) == 0 && txn_commit(t) == 0, "committing");
	struct bench_time took = bench_since(&begin);
	r->took.wall += took.wall;
	r->took.user += took.user;
	r->took.sys += took.sys;
}

/* Each batch is spread over the whole zone, as those of a walk by NS set are. */
static void decide_all(struct run_of_decisions *r, const char *what)
{
	uint32_t batches = (r->plan.children + r->batch_size - 1) / r->batch_size;
	memset(&r->took, 0, sizeof(r->took));
	begin_run(r);
	for (uint32_t b = 0; b < batches; b++) {
		size_t count = 0;
		for (uint32_t child = b; child < r->plan.children; child += batches) {
			bench_child_make(&r->plan, child, r->crypto, r->policy, &r->batch[count++]);
		}
		decide_batch(r, count);
		for (size_t i = 0; i < count; i++) {
			bench_child_free(&r->batch[i]);
		}
	}
	end_run(r);
	say(what, &r->took, r->plan.children);
}

/* The octets of the store's file once more, into a file beside it, in as many pieces as there were batches. */
static void write_octets(const char *dir, uint32_t batches)
{
	static uint8_t octets[64 * 1024];
	char path[4096];
	struct stat st;
	snprintf(path, sizeof(path), "%s/data.mdb", dir);
	bench_must(stat(path, &st) == 0, "looking at the store");
	snprintf(path, sizeof(path), "%s/octets", dir);
	int fd = open(path, O_CREAT | O_EXCL | O_WRONLY, 0600);
	bench_must(fd >= 0, "making a file");
	off_t piece = st.st_size / batches + 1;
	struct bench_time begin = bench_now();
	for (off_t at = 0; at < st.st_size; at += piece) {
		for (off_t done = 0; done < piece; done += (off_t)sizeof(octets)) {
			bench_must(pwrite(fd, octets, sizeof(octets), at + done) == (ssize_t)sizeof(octets), "writing");
		}
		bench_must(fdatasync(fd) == 0, "fdatasync");
	}
	struct bench_time took = bench_since(&begin);
	bench_must(close(fd) == 0 && unlink(path) == 0, "removing a file");
	printf("{\"what\":\"octets\",\"count\":%u,\"octets\":%llu,\"wall_s\":%.3f,\"cpu_s\":%.3f}\n", batches,
		(unsigned long long)st.st_size, took.wall, took.user + took.sys);
}

static void decide(struct store *store, struct crypto *crypto, uint32_t children, uint32_t batch_size)
{
	struct run_of_decisions r = { .store = store, .crypto = crypto, .policy = policy_preset(POLICY_DEFAULT),
		.batch_size = batch_size,
		.plan = { .children = children, .farms = FARMS, .addresses = 1 } };
	r.batch = calloc(batch_size, sizeof(*r.batch));
	bench_must(r.batch != NULL, "memory");
	synth_keys_init(1 + 2 * children);
	put_delegations(&r);
	decide_all(&r, "decide new");
	decide_all(&r, "decide quiet");
	free(r.batch);
}

int main(int argc, char **argv)
{
	bench_must(argc == 4, "usage: bench_store DIR CHILDREN BATCH:");
	uint32_t children = (uint32_t)bench_number(argv[2]);
	uint32_t batch = (uint32_t)bench_number(argv[3]);
	struct crypto *crypto = crypto_new();
	struct store *store = open_store(argv[1]);
	bench_must(crypto != NULL, "memory");
	decide(store, crypto, children, batch);
	write_octets(argv[1], (children + batch - 1) / batch);
	store_close(store);
	crypto_free(crypto);
	return 0;
}
