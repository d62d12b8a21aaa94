/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One run of a story: recorded answers, the real walk, the real judge, the real store. */
#include "tests/scenario/world.h"

#include <dirent.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "scanner/pipeline/job.h"
#include "tests/scenario/notify.h"
#include "tests/unit/zone_challenge.h"
#include "validate/wire/err.h"

#define MAP_OCTETS (UINT64_C(64) << 20)
#define TC_OCTET 2
#define TC_BIT 0x02
#define HEADER_OCTETS 12
#define CHALLENGE_LABEL "_cdswalk-challenge."

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

/* ---- the recording */

static void write_octets(FILE *f, struct slice octets, bool truncated)
{
	/* Cut to the header and the bit that says so: what else is left of it is nothing to go by. */
	size_t size = truncated ? HEADER_OCTETS : octets.size;
	for (size_t i = 0; i < size; i++) {
		unsigned octet = octets.data[i];
		if (truncated && i == TC_OCTET) {
			octet |= TC_BIT;
		}
		fprintf(f, "%02x", truncated && i >= 4 ? 0 : octet);
	}
	fputc('\n', f);
}

/* What is said where. */
struct line {
	const char *transport;
	const struct voice *voice;
	const struct address *address;
};

static void write_answer(FILE *f, const struct line *l, const char *type, const struct evidence_answer *a)
{
	char address[ADDRESS_TEXT_SIZE];
	address_to_text(l->address, address);
	if (a->status == EVIDENCE_TIMEOUT) {
		return;
	}
	fprintf(f, "%s %s %s" ZONE_CHILD " %s delay=%u ", l->transport, address, strcmp(type, "TXT") == 0 ? CHALLENGE_LABEL : "",
		type, (unsigned)l->voice->delay_ms);
	if (a->status == EVIDENCE_ANSWERED) {
		write_octets(f, a->octets, l->voice->truncated);
	} else {
		fputs("refused\n", f);
	}
}

static void write_voice(FILE *f, const struct line *l, const struct evidence_server *s, const struct evidence_answer *ns)
{
	static const char *const types[EVIDENCE_QUESTIONS] = { "SOA", "CDS", "CDNSKEY", "DNSKEY", "SOA" };
	for (size_t q = 0; q < EVIDENCE_QUESTIONS; q++) {
		write_answer(f, l, types[q], &s->answers[q]);
	}
	write_answer(f, l, "NS", ns);
}

static void write_token(FILE *f, const struct line *l, struct arena *arena)
{
	if (!l->voice->token_lost) {
		const struct evidence_answer a = challenge_build(l->voice->token, arena);
		write_answer(f, l, "TXT", &a);
	}
}

static void write_recording(struct world *w, const char *path)
{
	struct says udp[SERVERS_MAX] = { 0 }, tcp[SERVERS_MAX] = { 0 };
	struct evidence over_udp, over_tcp;
	for (size_t i = 0; i < w->server_count; i++) {
		udp[i] = w->servers[i].udp.says;
		tcp[i] = w->servers[i].tcp.says;
		udp[i].on = tcp[i].on = true;
		if (w->policy->rules.bootstrap.authenticated && tcp[i].operator == OPERATOR_NOT_ASKED) {
			tcp[i].operator = OPERATOR_SAYS_NOTHING;
		}
	}
	evidence_build(udp, w->arena, &over_udp);
	evidence_build(tcp, w->arena, &over_tcp);
	FILE *f = fopen(path, "w");
	if (f == NULL) {
		give_up("%s cannot be written", path);
	}
	for (size_t i = 0; i < w->server_count; i++) {
		const struct evidence_answer ns_udp = ns_build(udp, i, w->arena);
		const struct evidence_answer ns_tcp = ns_build(tcp, i, w->arena);
		const struct line u = { "udp", &w->servers[i].udp, &over_udp.servers[i].address };
		const struct line t = { "tcp", &w->servers[i].tcp, &over_tcp.servers[i].address };
		write_voice(f, &u, &over_udp.servers[i], &ns_udp);
		write_voice(f, &t, &over_tcp.servers[i], &ns_tcp);
		if (w->policy->rules.bootstrap.challenge) {
			write_token(f, &u, w->arena);
			write_token(f, &t, w->arena);
		}
	}
	if (w->policy->rules.bootstrap.authenticated) {
		enum signal_trouble troubles[SERVERS_MAX];
		for (size_t i = 0; i < w->server_count; i++) {
			troubles[i] = w->servers[i].signal;
		}
		signals_write(f, &over_tcp, troubles, w->arena);
	}
	fclose(f);
}

static struct host host_at(size_t i)
{
	return (struct host){ .status = HOST_RESOLVED, .count = 1, .addresses = { { 4, { 192, 0, 2, (uint8_t)(i + 1) } } } };
}

/* nsI.example.net.: the first label has its number. */
static int lookup_known(void *user, const struct name *host, uint64_t now_ms, hosts_callback *done, void *done_user)
{
	const struct host h = host_at((size_t)(host->octets[3] - '1'));
	(void)user;
	(void)now_ms;
	done(done_user, &h);
	return ERR_OK;
}

/* The same recording has a recursive server. */
static void open_signaling(struct world *w, const char *path)
{
	const char *why = "";
	struct address upstream;
	must(address_from_text(SIGNALS_RECURSIVE, &upstream), SIGNALS_RECURSIVE);
	if (resolver_replay_new(path, &w->recursive, &why) != ERR_OK) {
		give_up("%s: %s", path, why);
	}
	resolver_replay_turn(w->recursive, w->now.steady_ms);
	const struct signaling_options o = { .resolver = w->recursive, .upstreams = &upstream, .upstream_count = 1,
		.lookup = lookup_known };
	must(signaling_new(&o, &w->signaling), "signaling_new");
}

static void open_recording(struct world *w)
{
	char path[128];
	const char *why = "";
	snprintf(path, sizeof(path), "%s/recording", w->dir);
	write_recording(w, path);
	if (resolver_replay_new(path, &w->resolver, &why) != ERR_OK) {
		give_up("%s: %s", path, why);
	}
	resolver_replay_turn(w->resolver, w->now.steady_ms);
	open_signaling(w, path);
}

static void close_recording(struct world *w)
{
	w->resolver->ops->close(w->resolver);
	resolver_replay_turn(w->resolver, w->now.steady_ms);
	signaling_close(w->signaling);
	resolver_replay_turn(w->recursive, w->now.steady_ms);
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
	return w->resolver->ops->submit(w->resolver, question, on_answer, a, &server->ticket);
}

static void lookup(void *user, struct walk_child *child, size_t i, const struct name *host)
{
	struct world *w = user;
	(void)host;
	struct host h = host_at(i);
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
		.challenge = job->challenge };
	must(walk_start(w->walk, job->arena, &job->delegation, &look, job, w->now), "walk_start");
	while (w->probed == NULL) {
		w->moved = false;
		uint64_t wake_ms = walk_turn(w->walk, w->now);
		uint64_t due_ms = resolver_replay_turn(w->resolver, w->now.steady_ms);
		uint64_t known_ms = resolver_replay_turn(w->recursive, w->now.steady_ms);
		uint64_t next_ms = wake_ms < due_ms ? wake_ms : due_ms;
		next_ms = known_ms < next_ms ? known_ms : next_ms;
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
	uint64_t published;
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
	must(delegation_put(t, w->crypto, &job->delegation, &changed), "delegation_put");
	if (changed) {
		struct generation g = { .number = ++w->generation, .loaded = w->now.unix_ms / 1000, .delegations = 1 };
		must(name_from_text("ch.", &g.origin), "ch.");
		must(generation_put(t, &g), "generation_put");
		must(journal_reconcile(t, w->crypto, &g.origin, g.loaded, &published), "journal_reconcile");
	}
	must(txn_commit(t), "loading");
}

void world_load(struct world *w)
{
	struct job job = { .arena = w->arena };
	load_parent(w, &job);
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
	open_recording(w);
	w->walk = walk_new(&w->walk_options, &driver);
	w->results = queue_new();
	w->decided = look(w, job);
	w->questions = walk_questions(w->walk);
	w->round_ms = job->probe->evidence.ended_ms - job->probe->evidence.began_ms;
	if (w->decided) {
		record(w, job);
	}
	close_recording(w);
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

void world_export(struct world *w)
{
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
