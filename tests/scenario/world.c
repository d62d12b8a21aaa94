/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One run of a story: recorded answers, the real walk, the real judge, the real store. */
#include "tests/scenario/world.h"

#include <dirent.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "registry/store/operators.h"
#include "scanner/pipeline/job.h"
#include "tests/scenario/notify.h"
#include "tests/scenario/recording.h"
#include "validate/wire/err.h"

#define MAP_OCTETS (UINT64_C(64) << 20)

void give_up(const char *format, ...)
{
	va_list args;
	va_start(args, format);
	fputs("scenario: ", stderr);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	va_end(args);
	exit(1);
}

void must(int code, const char *what)
{
	if (code != ERR_OK) {
		give_up("%s: %s", what, err_text(code));
	}
}

static struct txn *begin(struct world *w, enum store_mode mode)
{
	struct txn *t = NULL;
	must(txn_begin(w->store, mode, &t), "a transaction");
	return t;
}

void world_open(struct world *w)
{
	const char *tmp = getenv("TMPDIR");
	char why[256];
	zone_keys_load();
	snprintf(w->dir, sizeof(w->dir), "%.40s/cdswalk-XXXXXX", tmp != NULL && strlen(tmp) < 40 ? tmp : "/tmp");
	if (mkdtemp(w->dir) == NULL) {
		give_up("%s cannot be made", w->dir);
	}
	const struct store_options o = { .mode = STORE_WRITE, .max_size = MAP_OCTETS, .now = ZONE_NOW, .uuid = { 1 } };
	if (store_open(w->dir, &o, &w->store, why) != ERR_OK) {
		give_up("%s", why);
	}
	w->crypto = crypto_new();
	w->arena = arena_new();
	w->policy = policy_preset(POLICY_DEFAULT);
	w->algorithms = algorithm_table_builtin();
	w->files_arena = arena_new();
	w->now = (struct moment){ .steady_ms = 1000, .unix_ms = (uint64_t)ZONE_NOW * 1000 };
	/* As the scan command has it. */
	w->walk_options = (struct walk_options){
		.limits = { .address_rate = 100, .address_burst = 20, .address_in_flight = 32, .total_rate = 10000,
			.total_in_flight = 4000, .address_children = 200 },
		.probe = { .allow_special = true, .udp_attempts = 2, .udp_timeout_ms = 1500, .tcp_timeout_ms = 6000 },
	};
}

void world_close(struct world *w)
{
	notified_free(w->notified);
	store_close(w->store);
	crypto_free(w->crypto);
	arena_free(w->arena);
	arena_free(w->files_arena);
	zone_keys_free();
	DIR *d = opendir(w->dir);
	struct dirent *e;
	while (d != NULL && (e = readdir(d)) != NULL) {
		char path[512];
		snprintf(path, sizeof(path), "%s/%s", w->dir, e->d_name);
		unlink(path);
	}
	if (d != NULL) {
		closedir(d);
	}
	rmdir(w->dir);
}

/* ---- the walk */

struct asked {
	struct world *world;
	struct probe_server *server;
};

static void on_answer(void *user, const struct answer *answer)
{
	struct asked *a = user;
	a->world->moved = true;
	walk_answer(a->world->walk, a->server, answer, a->world->now);
}

static int ask(void *user, struct probe_server *server, const struct question *question)
{
	struct world *w = user;
	struct asked *a = arena_alloc(server->probe->arena, sizeof(*a));
	*a = (struct asked){ w, server };
	struct resolver *r = server->vantage == 0 ? w->resolver : w->others[server->vantage - 1];
	return r->ops->submit(r, question, on_answer, a, &server->ticket);
}

static void lookup(void *user, struct walk_child *child, size_t i, const struct name *host)
{
	struct world *w = user;
	(void)host;
	struct host h = recording_host(i);
	if (w->servers[i].unresolved) {
		h = (struct host){ .status = HOST_FAILED };
	}
	walk_host(child, i, &h, w->now);
}

struct looked_up {
	struct world *world;
	struct walk_child *child;
	size_t signal;
};

static void on_zone(void *user, const struct signaling_zone *zone)
{
	struct looked_up *l = user;
	l->world->moved = true;
	walk_signal(l->child, l->signal, zone, l->world->now);
}

static void look_up_zone(void *user, struct walk_child *child, size_t i, const struct name *host)
{
	struct world *w = user;
	struct looked_up *l = arena_alloc(walk_child_arena(child), sizeof(*l));
	*l = (struct looked_up){ w, child, i };
	must(signaling_lookup(w->signaling, host, w->now.steady_ms, on_zone, l), "signaling_lookup");
}

static void probed(void *user, struct probe *probe)
{
	((struct world *)user)->probed = probe;
}

/* Turns the clock to the next thing that happens, until the probe is complete. */
static void walk_job(struct world *w, struct job *job)
{
	w->probed = NULL;
	const struct probe_look look = { .trigger = w->trigger, .tcp_only = job->second_look, .signals = job->signals,
		.challenge = job->challenge, .vantages = job->vantages };
	must(walk_start(w->walk, job->arena, &job->delegation, &look, job, w->now), "walk_start");
	while (w->probed == NULL) {
		w->moved = false;
		uint64_t wake_ms = walk_turn(w->walk, w->now);
		uint64_t due_ms = recording_turn(w);
		uint64_t next_ms = wake_ms < due_ms ? wake_ms : due_ms;
		if (w->moved || w->probed != NULL) {
			continue;
		}
		if (next_ms == UINT64_MAX || next_ms <= w->now.steady_ms) {
			give_up("the walk waits for nothing");
		}
		w->now.unix_ms += next_ms - w->now.steady_ms;
		w->now.steady_ms = next_ms;
	}
	job->probe = w->probed;
}

static void again(void *user, struct job *job)
{
	struct world *w = user;
	job->second_look = true;
	w->looks_again = true;
	queue_push(w->results, &job->node);
}

/* Walks and judges, as often as the judge wants it. False: spoilt. */
static bool look(struct world *w, struct job *job)
{
	struct judges *judges = NULL;
	const struct policy_set policies = { .policy = w->policy };
	const struct judges_options o = { .threads = 1, .policies = &policies, .algorithms = w->algorithms,
		.judged = w->results, .again = again, .user = w };
	must(judges_new(&o, &judges), "judges_new");
	w->looks = 0;
	do {
		w->looks++;
		w->looks_again = false;
		walk_job(w, job);
		if (job->probe->spoilt) {
			break;
		}
		judges_push(judges, job);
		(void)queue_pop(w->results);
	} while (w->looks_again);
	judges_free(judges);
	if (job->failed) {
		give_up("the judge failed");
	}
	return !job->probe->spoilt;
}

/* ---- the store */

static void load_parent(struct world *w, struct job *job)
{
	struct says says[SERVERS_MAX] = { 0 };
	bool changed;
	struct reconciled done;
	for (size_t i = 0; i < w->server_count; i++) {
		says[i].on = true;
		says[i].operator = w->servers[i].tcp.says.operator;
	}
	delegation_build(says, w->ds, job->arena, &job->delegation);
	if (w->ds_ttl != 0 && job->delegation.ds.count > 0) {
		job->delegation.ds_ttl = w->ds_ttl;
	}
	job->delegation.flags = w->flags;
	job->delegation.manual_change = w->manual_change;
	memcpy(job->delegation.registrar, w->registrar, sizeof(w->registrar));
	memcpy(job->delegation.registration, w->registration, sizeof(w->registration));
	struct txn *t = begin(w, STORE_WRITE);
	must(operator_back(t, &job->delegation.child, job->arena, &job->back), "operator_back");
	must(delegation_put(t, w->crypto, &job->delegation, &changed), "delegation_put");
	if (changed) {
		struct generation g = { .number = ++w->generation, .loaded = w->now.unix_ms / 1000, .delegations = 1 };
		must(name_from_text("ch.", &g.origin), "ch.");
		must(generation_put(t, &g), "generation_put");
		must(journal_reconcile(t, w->crypto, &g.origin, g.loaded, &done), "journal_reconcile");
	}
	must(txn_commit(t), "loading");
}

void world_load(struct world *w)
{
	struct job job = { .arena = w->arena };
	load_parent(w, &job);
}

void world_gone(struct world *w)
{
	struct name child;
	struct generation g = { .number = ++w->generation, .loaded = w->now.unix_ms / 1000 };
	must(name_from_text(ZONE_CHILD, &child), ZONE_CHILD);
	must(name_from_text("ch.", &g.origin), "ch.");
	struct txn *t = begin(w, STORE_WRITE);
	must(delegation_del(t, w->crypto, &child, g.loaded), "delegation_del");
	must(generation_put(t, &g), "generation_put");
	must(txn_commit(t), "loading without it");
}

/* The newest case of the run, if it left one. */
static void replay(struct world *w, const struct run *run)
{
	struct stored_case c;
	struct policy policy;
	struct algorithm_table table;
	struct decision decision;
	struct child_state after;
	struct slice octets;
	if (run->sequence == 0) {
		return;
	}
	struct txn *t = begin(w, STORE_READ);
	must(case_get(t, run->number, run->sequence, w->arena, &c), "case_get");
	must(policy_get(t, c.policy, &policy), "policy_get");
	must(table_get(t, c.table, w->arena, &table), "table_get");
	const struct case_input in = { .evidence = c.evidence, .delegation = c.delegation, .state = c.state,
		.pending = c.pending, .policy = &policy, .algorithms = &table, .now = c.now };
	must(case_decide(w->crypto, &in, w->arena, &decision, &after), "case_decide");
	must(decision_encode(&decision, w->arena, &octets), "decision_encode");
	txn_abort(t);
	if (!slice_equal(octets, c.decision)) {
		give_up("case %u/%u comes out otherwise: it was %s and is %s", (unsigned)c.run, (unsigned)c.sequence,
			reason_token(w->decision.reason), reason_token(decision.reason));
	}
}

static void record(struct world *w, struct job *job)
{
	struct run run = { .generation = w->generation, .began = job->now };
	const struct judged judged = { .evidence = &job->evidence, .evidence_octets = job->evidence_octets,
		.delegation = &job->delegation, .finding = &job->finding, .algorithms = w->algorithms,
		.now = job->now };
	bool before = false;
	struct txn *t = begin(w, STORE_WRITE);
	must(name_from_text("ch.", &run.origin), "ch.");
	must(policy_put(t, w->crypto, w->policy, run.limits), "policy_put");
	must(run_new(t, &run), "run_new");
	must(record_judged(t, w->crypto, &run, w->policy, &judged, w->arena, &w->decision, &before), "record_judged");
	must(run_finish(t, w->crypto, &run, RUN_FINISHED, w->now.unix_ms / 1000), "run_finish");
	struct change c;
	int code = change_of_child(t, &job->delegation.child, w->arena, &c);
	w->change = code == ERR_OK ? c.number : w->change;
	must(txn_commit(t), "recording");
	replay(w, &run);
}

void world_run(struct world *w)
{
	const struct walk_driver driver = { .ask = ask, .lookup = lookup, .signal = look_up_zone, .probed = probed, .user = w };
	/* The arena before holds what the last run decided. */
	arena_free(w->arena);
	w->arena = arena_new();
	struct job *job = arena_alloc(w->arena, sizeof(*job));
	job->arena = w->arena;
	world_begin_at_our_root(w);
	load_parent(w, job);
	recording_open(w);
	w->walk = walk_new(&w->walk_options, &driver);
	w->results = queue_new();
	w->decided = look(w, job);
	w->questions = walk_questions(w->walk);
	w->round_ms = job->probe->evidence.ended_ms - job->probe->evidence.began_ms;
	if (w->late != 0 && !world_operator(w, w->late, "")) {
		give_up("there is nothing of that kind to do meanwhile");
	}
	w->late = (enum operator_action)0;
	if (w->decided) {
		record(w, job);
	}
	recording_close(w);
	walk_free(w->walk);
	queue_free(w->results);
}

/* ---- the change */

static void note(struct world *w, enum event_kind kind)
{
	struct txn *t = begin(w, STORE_WRITE);
	must(journal_event(t, w->crypto, w->now.unix_ms / 1000, w->change, kind, REASON_NONE), event_kind_text(kind));
	must(txn_commit(t), "the journal");
}

/* What an export finds before its claim. */
static enum reason find_barrier(struct world *w)
{
	struct change c;
	struct delegation d;
	enum reason why;
	struct txn *t = begin(w, STORE_READ);
	must(change_get(t, w->change, w->arena, &c), "change_get");
	must(delegation_get(t, &c.child, w->arena, &d), "delegation_get");
	must(change_barrier(t, &c, &d, w->policy, w->now.unix_ms / 1000, w->arena, &why), "change_barrier");
	txn_abort(t);
	return why;
}

void world_export(struct world *w)
{
	enum reason barrier = find_barrier(w);
	if (barrier != REASON_NONE) {
		struct txn *t = begin(w, STORE_WRITE);
		must(journal_event(t, w->crypto, w->now.unix_ms / 1000, w->change, EVENT_HELD, barrier), "held");
		must(txn_commit(t), "the journal");
		return;
	}
	note(w, EVENT_CLAIMED);
	note(w, EVENT_SENT);
}

void world_ack(struct world *w)
{
	note(w, EVENT_ACKED);
}

enum event_kind world_change(struct world *w, struct change *out)
{
	if (w->change == 0) {
		return 0;
	}
	struct txn *t = begin(w, STORE_READ);
	must(change_get(t, w->change, w->arena, out), "change_get");
	txn_abort(t);
	return out->state;
}
