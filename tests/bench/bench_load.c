/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A load beside the least it could be made of. usage: bench_load DIR FILE ROUNDS. DIR must not exist; FILE is a parent's master
 * file. Each round loads FILE into a store of its own and, before or after that in turn, has libzscanner alone parse it and LMDB
 * alone put what the load puts: the same keys and values, ready and sorted, in transactions of the same size, durable ones. Then
 * the file is loaded once more into the same store. Each part is a process of its own. One JSON object a line. */
#define _DEFAULT_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "registry/source/load.h"
#include "tests/bench/bench_bare.h"
#include "tests/bench/bench_util.h"

#define WATCH_NS 5000000
#define PATH_OCTETS 4096

enum part { SCAN, PUT, LOAD, AGAIN, PARTS };
static const char *const part_names[PARTS] = { "bare libzscanner", "bare LMDB", "load", "load again" };

/* Of one part; in memory that the processes share. */
struct outcome {
	struct bench_time took;
	uint64_t count;
	uint64_t writes;	/* transactions that wrote to the store in a load again */
	long anon_kb;		/* the most that was seen */
};

struct bench {
	const char *zone;
	char records[PATH_OCTETS];
	char bare[PATH_OCTETS];
	char store[PATH_OCTETS];
	struct outcome *outcome;	/* PARTS of them */
};

static struct store *open_store(const char *dir)
{
	struct store_options options = { .mode = STORE_WRITE, .now = (uint64_t)time(NULL), .uuid = { 0xbe, 0x4c } };
	struct store *store = NULL;
	char why[256] = "";
	if (store_open(dir, &options, &store, why) != 0) {
		fprintf(stderr, "benchmark: %s\n", why);
		exit(1);
	}
	return store;
}

static struct load_report load(const char *dir, const char *zone)
{
	struct crypto *crypto = crypto_new();
	struct store *store = open_store(dir);
	struct source *source = NULL;
	struct source_error error = { .line = 0 };
	struct load_report report;
	const struct load_options options = { .now = (uint64_t)time(NULL), .max_age_s = UINT32_MAX };
	bench_must(crypto != NULL && source_masterfile(zone, NULL, &source, &error) == 0, "opening the parent's file");
	bench_must(load_generation(store, crypto, source, &options, &report, &error) == 0, error.reason);
	source->ops->free(source);
	store_close(store);
	crypto_free(crypto);
	return report;
}

static void do_part(const struct bench *b, enum part part, struct outcome *o)
{
	struct bench_time begin = bench_now();
	if (part == SCAN) {
		o->count = bare_scan(b->zone);
	} else if (part == PUT) {
		o->count = bare_put(b->records, b->bare);
	} else {
		struct load_report report = load(b->store, b->zone);
		bench_must(report.unchanged == (part == AGAIN), "loading");
		o->count = report.generation.delegations;
	}
	o->took = bench_since(&begin);
}

static long anon_kb(pid_t pid)
{
	char path[64], line[256];
	long kb = 0;
	snprintf(path, sizeof(path), "/proc/%ld/status", (long)pid);
	FILE *in = fopen(path, "r");
	while (in != NULL && fgets(line, sizeof(line), in) != NULL) {
		if (strncmp(line, "RssAnon:", 8) == 0) {
			kb = strtol(line + 8, NULL, 10);
		}
	}
	if (in != NULL) {
		fclose(in);
	}
	return kb;
}

static void run_part(const struct bench *b, enum part part)
{
	struct outcome *o = &b->outcome[part];
	int status = 0;
	*o = (struct outcome){ .anon_kb = 0 };
	pid_t pid = fork();
	bench_must(pid >= 0, "starting a process");
	if (pid == 0) {
		do_part(b, part, o);
		_exit(0);
	}
	while (waitpid(pid, &status, WNOHANG) == 0) {
		long kb = anon_kb(pid);
		o->anon_kb = kb > o->anon_kb ? kb : o->anon_kb;
		(void)nanosleep(&(struct timespec){ .tv_nsec = WATCH_NS }, NULL);
	}
	bench_must(WIFEXITED(status) && WEXITSTATUS(status) == 0, part_names[part]);
}

static double cpu(const struct outcome *o)
{
	return o->took.user + o->took.sys;
}

static void say(const struct outcome *o, enum part part, unsigned round)
{
	printf("{\"what\":\"%s\",\"round\":%u,\"count\":%llu,\"wall_s\":%.3f,\"cpu_s\":%.3f,\"anon_mb\":%.1f", part_names[part],
		round, (unsigned long long)o->count, o->took.wall, cpu(o), (double)o->anon_kb / 1024);
	if (part == AGAIN) {
		printf(",\"writes\":%llu", (unsigned long long)o->writes);
	}
	puts("}");
	fflush(stdout);
}

static void remove_environment(const char *dir)
{
	char path[PATH_OCTETS + 16];
	snprintf(path, sizeof(path), "%s/data.mdb", dir);
	bench_must(unlink(path) == 0, "removing a store");
	snprintf(path, sizeof(path), "%s/lock.mdb", dir);
	bench_must(unlink(path) == 0 && rmdir(dir) == 0, "removing a store");
}

static void run_bare(const struct bench *b)
{
	run_part(b, SCAN);
	run_part(b, PUT);
}

static void run_round(const struct bench *b, unsigned round, double ratios[2])
{
	if (round % 2 == 0) {
		run_bare(b);
	}
	run_part(b, LOAD);
	if (round % 2 != 0) {
		run_bare(b);
	}
	bare_compare(b->bare, b->store);
	uint64_t before = bare_last_write(b->store);
	run_part(b, AGAIN);
	b->outcome[AGAIN].writes = bare_last_write(b->store) - before;
	for (enum part part = SCAN; part < PARTS; part++) {
		say(&b->outcome[part], part, round);
	}
	const struct outcome *o = b->outcome;
	ratios[0] = o[LOAD].took.wall / (o[SCAN].took.wall + o[PUT].took.wall);
	ratios[1] = cpu(&o[LOAD]) / (cpu(&o[SCAN]) + cpu(&o[PUT]));
	remove_environment(b->bare);
	remove_environment(b->store);
}

/* The records that LMDB alone is to put, from a load that nobody times. */
static void prepare(struct bench *b)
{
	pid_t pid = fork();
	int status = 0;
	bench_must(pid >= 0, "starting a process");
	if (pid == 0) {
		struct load_report report = load(b->store, b->zone);
		struct store *store = open_store(b->store);
		struct crypto *crypto = crypto_new();
		uint64_t count = bare_take(store, crypto, &report.generation.origin, b->records);
		bench_must(count == report.generation.delegations, "taking the records of a load");
		store_close(store);
		_exit(0);
	}
	bench_must(waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0, "preparing");
	remove_environment(b->store);
}

static int by_size(const void *a, const void *b)
{
	const double *x = a;
	const double *y = b;
	return (*x > *y) - (*x < *y);
}

static void say_ratios(double (*ratios)[2], unsigned rounds)
{
	static const char *const of[2] = { "wall", "cpu" };
	double *one = calloc(rounds, sizeof(*one));
	bench_must(one != NULL, "memory");
	printf("{\"what\":\"ratio\",\"rounds\":%u", rounds);
	for (size_t i = 0; i < 2; i++) {
		for (unsigned k = 0; k < rounds; k++) {
			one[k] = ratios[k][i];
		}
		qsort(one, rounds, sizeof(*one), by_size);
		printf(",\"%s\":%.2f,\"%s_least\":%.2f,\"%s_most\":%.2f", of[i], one[rounds / 2], of[i], one[0], of[i],
			one[rounds - 1]);
	}
	puts("}");
	free(one);
}

int main(int argc, char **argv)
{
	bench_must(argc == 4, "usage: bench_load DIR FILE ROUNDS:");
	struct bench b = { .zone = argv[2] };
	unsigned rounds = (unsigned)bench_number(argv[3]);
	double (*ratios)[2] = calloc(rounds, sizeof(*ratios));
	bench_must(ratios != NULL && mkdir(argv[1], 0700) == 0, "making DIR");
	bench_must(snprintf(b.records, sizeof(b.records), "%s/records", argv[1]) < PATH_OCTETS - 16, "naming files in DIR");
	snprintf(b.bare, sizeof(b.bare), "%s/bare", argv[1]);
	snprintf(b.store, sizeof(b.store), "%s/store", argv[1]);
	b.outcome = mmap(NULL, PARTS * sizeof(*b.outcome), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	bench_must(b.outcome != MAP_FAILED, "memory");
	prepare(&b);
	for (unsigned round = 0; round < rounds; round++) {
		run_round(&b, round, ratios[round]);
	}
	say_ratios(ratios, rounds);
	bench_must(unlink(b.records) == 0 && rmdir(argv[1]) == 0, "removing DIR");
	free(ratios);
	return 0;
}
