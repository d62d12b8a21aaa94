/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Loop: libuv around the walk. Judging, commits and reading of the store happen on other threads; they
 * wake the loop and never wait for it. */
#include "scanner/loop.h"

#include <assert.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <uv.h>

#include "scanner/clock.h"
#include "scanner/pipeline/feeder.h"
#include "scanner/pipeline/judges.h"
#include "scanner/pipeline/writer.h"
#include "validate/wire/err.h"

/* Children in flight. Each takes up to 70 kB with its questions and what is made of them, so that 150 MB are not reached;
 * one that asks for a first DS set some 30 kB more, where operators mean no harm. At the default pace of a thousand children a
 * second each may take a second. */
#define CREDITS 1024
#define BATCH_MS 200
#define PROGRESS_MS 200
/* Probes of one child that we spoilt ourselves before it counts as undecided. */
#define ATTEMPTS_MAX 3

struct loop {
	const struct loop_options *options;
	struct loop_report *report;
	uv_loop_t uv;
	uv_async_t wake;
	uv_timer_t timer;		/* the walk's next turn */
	uv_timer_t ticker;
	uv_prepare_t before_poll;	/* answers and time-outs set dirty; the turn comes once for all */
	uv_check_t after_poll;
	uv_signal_t on_int, on_term;
	bool dirty;
	struct walk *walk;
	struct network network;
	struct feeder *feeder;
	struct judges *judges;
	struct writer *writer;
	struct queue *through;		/* jobs the writer is done with */
	struct queue *again;		/* jobs a judge wants looked at twice */
	struct queue *later;		/* jobs to try again at the next tick: what failed us has a moment to pass */
	atomic_bool unheard;		/* whoever is told of decisions went away */
	size_t credits, out;
	bool fed;			/* the feeder has nothing more */
	bool stopping, ending;
	bool uv_open;
	unsigned signals;
	int error;
};

/* Asks handed to the network carry the loop to their callback. */
struct asked {
	struct loop *loop;
	struct probe_server *server;
};

struct looked_up {
	struct loop *loop;
	struct walk_child *child;
	size_t index;			/* of the host, or of the signal */
};

static void turn(struct loop *l);

static void on_wake(uv_async_t *a)
{
	turn(a->data);
}

static void wake(void *user)
{
	struct loop *l = user;
	uv_async_send(&l->wake);
}

static void on_timer(uv_timer_t *t)
{
	turn(t->data);
}

static void on_prepare(uv_prepare_t *p)
{
	struct loop *l = p->data;
	if (l->dirty) {
		turn(l);
	}
}

static void on_check(uv_check_t *c)
{
	struct loop *l = c->data;
	if (l->dirty) {
		turn(l);
	}
}

static void fill_progress(struct loop *l, struct loop_progress *p)
{
	writer_counts(l->writer, &p->children, &p->changes);
	p->questions = walk_questions(l->walk);
	p->in_flight = l->out;
	p->waiting = walk_waiting(l->walk) + walk_parked(l->walk);
}

static void on_tick(uv_timer_t *t)
{
	struct loop *l = t->data;
	struct loop_progress p;
	struct job *job;
	fill_progress(l, &p);
	l->options->progress(l->options->user, &p);
	while ((job = (struct job *)queue_try(l->later)) != NULL) {
		queue_push(l->again, &job->node);
	}
	turn(l);
}

static void on_signal(uv_signal_t *s, int number)
{
	struct loop *l = s->data;
	if (++l->signals > 1) {
		/* The store stands whatever happens now: the open batch is walked again. */
		l->options->progress(l->options->user, NULL);
		_exit(128 + number);
	}
	l->stopping = true;
	turn(l);
}

/* ---- the walk's actions */

static void on_answer(void *user, const struct answer *answer)
{
	struct asked *asked = user;
	struct loop *l = asked->loop;
	walk_answer(l->walk, asked->server, answer, clock_now());
	l->dirty = true;
}

static int ask(void *user, struct probe_server *server, const struct question *question)
{
	struct loop *l = user;
	struct asked *asked = arena_alloc(server->probe->arena, sizeof(*asked));
	struct resolver *resolver = server->vantage == 0 ? l->network.resolver : l->network.others[server->vantage - 1];
	if (asked == NULL || resolver == NULL) {
		return ERR_NOMEM;
	}
	*asked = (struct asked){ .loop = l, .server = server };
	return resolver->ops->submit(resolver, question, on_answer, asked, &server->ticket);
}

static void on_host(void *user, const struct host *host)
{
	struct looked_up *looked_up = user;
	looked_up->loop->dirty = true;
	walk_host(looked_up->child, looked_up->index, host, clock_now());
}

static void lookup(void *user, struct walk_child *child, size_t i, const struct name *host)
{
	struct loop *l = user;
	static const struct host cancelled = { .status = HOST_CANCELLED };
	struct looked_up *looked_up = arena_alloc(walk_child_arena(child), sizeof(*looked_up));
	struct moment now = clock_now();
	if (looked_up != NULL && l->network.hosts != NULL) {
		*looked_up = (struct looked_up){ .loop = l, .child = child, .index = i };
		if (hosts_lookup(l->network.hosts, host, now.steady_ms, on_host, looked_up) == ERR_OK) {
			return;
		}
	}
	walk_host(child, i, &cancelled, now);
}

static void on_zone(void *user, const struct signaling_zone *zone)
{
	struct looked_up *looked_up = user;
	looked_up->loop->dirty = true;
	walk_signal(looked_up->child, looked_up->index, zone, clock_now());
}

static void look_up_zone(void *user, struct walk_child *child, size_t i, const struct name *host)
{
	struct loop *l = user;
	struct looked_up *looked_up = arena_alloc(walk_child_arena(child), sizeof(*looked_up));
	struct moment now = clock_now();
	if (looked_up != NULL && l->network.signaling != NULL) {
		*looked_up = (struct looked_up){ .loop = l, .child = child, .index = i };
		if (signaling_lookup(l->network.signaling, host, now.steady_ms, on_zone, looked_up) == ERR_OK) {
			return;
		}
	}
	walk_signal(child, i, NULL, now);
}

static void probed(void *user, struct probe *probe)
{
	struct loop *l = user;
	struct job *job = probe->user;
	job->probe = probe;
	if (!probe->spoilt) {
		judges_push(l->judges, job);
	} else if (!l->stopping && ++job->attempts < ATTEMPTS_MAX) {
		queue_push(l->later, &job->node);
	} else {
		job->failed = true;
		queue_push(l->through, &job->node);
	}
	l->dirty = true;
}

/* ---- what comes from other threads */

static void decided(void *user, const struct decision *decision, uint64_t case_sequence, struct slice evidence)
{
	struct loop *l = user;
	if (!atomic_load(&l->unheard) && !l->options->decided(l->options->user, decision, case_sequence, evidence)) {
		atomic_store(&l->unheard, true);
		uv_async_send(&l->wake);
	}
}

static void look_again(void *user, struct job *job)
{
	struct loop *l = user;
	job->second_look = true;
	queue_push(l->again, &job->node);
	uv_async_send(&l->wake);
}

static void through(void *user, struct job *job)
{
	struct loop *l = user;
	queue_push(l->through, &job->node);
	uv_async_send(&l->wake);
}

static void start(struct loop *l, struct job *job)
{
	/* Who wants to see one child does so when he likes: that is no look of the timer. */
	const struct probe_look look = {
		.trigger = l->options->run->only.size > 0 ? TRIGGER_OPERATOR : TRIGGER_TIMER,
		.tcp_only = job->second_look, .signals = job->signals, .challenge = job->challenge,
		.vantages = job->vantages,
	};
	if (l->stopping || walk_start(l->walk, job->arena, &job->delegation, &look, job, clock_now()) != ERR_OK) {
		job->failed = true;
		queue_push(l->through, &job->node);
	}
}

static void take_back(struct loop *l)
{
	struct job *job;
	while (l->stopping && (job = (struct job *)queue_try(l->later)) != NULL) {
		start(l, job);
	}
	while ((job = (struct job *)queue_try(l->again)) != NULL) {
		start(l, job);
	}
	while ((job = (struct job *)queue_try(l->through)) != NULL) {
		l->report->undecided += job->failed;
		feeder_done(l->feeder, job);
		l->out--;
	}
}

static void pull(struct loop *l)
{
	while (!l->stopping && !l->fed && l->out < l->credits) {
		struct job *job = feeder_pull(l->feeder, &l->fed);
		if (job == NULL) {
			return;
		}
		l->out++;
		start(l, job);
	}
}

/* ---- the end */

/* The threads are idle by now; once they are joined nobody wakes the loop any more. */
static void close_threads(struct loop *l)
{
	judges_free(l->judges);
	if (l->error == ERR_OK && l->writer != NULL) {
		l->error = writer_error(l->writer);
	}
	writer_free(l->writer);
	if (l->error == ERR_OK && l->feeder != NULL) {
		l->error = feeder_error(l->feeder);
	}
	feeder_free(l->feeder);
	l->judges = NULL;
	l->writer = NULL;
	l->feeder = NULL;
}

static void close_handle(uv_handle_t *h, void *arg)
{
	/* The network closes its own. */
	struct loop *l = arg;
	if (h->data == l && !uv_is_closing(h)) {
		uv_close(h, NULL);
	}
}

static void end(struct loop *l)
{
	l->ending = true;
	fill_progress(l, &l->report->progress);
	close_threads(l);
	network_close(&l->network);
	uv_walk(&l->uv, close_handle, l);
}

static void stop(struct loop *l)
{
	feeder_stop(l->feeder);
	l->fed = true;
	walk_stop(l->walk, clock_now());
	network_close(&l->network);
}

static void turn(struct loop *l)
{
	if (l->ending) {
		return;
	}
	l->dirty = false;
	if (writer_error(l->writer) != ERR_OK || feeder_error(l->feeder) != ERR_OK || atomic_load(&l->unheard)) {
		l->stopping = true;
	}
	if (l->stopping && l->network.resolver != NULL) {
		stop(l);
	}
	pull(l);
	struct moment now = clock_now();
	uint64_t wake_ms = walk_turn(l->walk, now);
	/* Twice: what take_back frees makes room at once. */
	take_back(l);
	pull(l);
	if (l->fed && l->out == 0) {
		end(l);
		return;
	}
	if (wake_ms == UINT64_MAX) {
		uv_timer_stop(&l->timer);
	} else {
		uv_timer_start(&l->timer, on_timer, wake_ms > now.steady_ms ? wake_ms - now.steady_ms : 1, 0);
	}
}

/* ---- setting up */

static int open_uv(struct loop *l)
{
	if (uv_loop_init(&l->uv) != 0) {
		l->report->why = "the event loop could not be made; are there descriptors left (ulimit -n)?";
		return ERR_IO;
	}
	l->uv_open = true;
	uv_async_init(&l->uv, &l->wake, on_wake);
	uv_prepare_init(&l->uv, &l->before_poll);
	uv_check_init(&l->uv, &l->after_poll);
	uv_timer_init(&l->uv, &l->timer);
	uv_timer_init(&l->uv, &l->ticker);
	uv_signal_init(&l->uv, &l->on_int);
	uv_signal_init(&l->uv, &l->on_term);
	l->wake.data = l->before_poll.data = l->after_poll.data = l->timer.data = l->ticker.data = l->on_int.data = l->on_term.data = l;
	uv_signal_start(&l->on_int, on_signal, SIGINT);
	uv_signal_start(&l->on_term, on_signal, SIGTERM);
	l->stopping = l->options->stop != NULL && *l->options->stop;
	l->signals = l->stopping;
	uv_prepare_start(&l->before_poll, on_prepare);
	uv_check_start(&l->after_poll, on_check);
	uv_timer_start(&l->ticker, on_tick, PROGRESS_MS, PROGRESS_MS);
	return ERR_OK;
}

static int open_network(struct loop *l)
{
	const struct loop_options *o = l->options;
	struct network_options network = o->network;
	network.signaling = judges_want_signals(o->policies);
	int ret = network_open(&l->uv, &network, &l->network, &l->report->why);
	if (ret != ERR_OK) {
		return ret;
	}
	struct walk_options options = o->walk;
	size_t capacity = l->network.resolver->ops->capacity(l->network.resolver);
	if (options.limits.total_in_flight > capacity) {
		options.limits.total_in_flight = (uint32_t)capacity;
	}
	const struct walk_driver driver = { .ask = ask, .lookup = lookup, .signal = look_up_zone, .probed = probed, .user = l };
	l->walk = walk_new(&options, &driver);
	return l->walk == NULL ? ERR_NOMEM : ERR_OK;
}

static int open_threads(struct loop *l)
{
	const struct loop_options *o = l->options;
	l->through = queue_new();
	l->again = queue_new();
	l->later = queue_new();
	if (l->through == NULL || l->again == NULL || l->later == NULL) {
		return ERR_NOMEM;
	}
	const struct feeder_options feeder = {
		.store = o->store, .run = o->run, .credits = l->credits, .wake = wake, .user = l,
	};
	int ret = feeder_new(&feeder, &l->feeder);
	if (ret != ERR_OK) {
		return ret;
	}
	const struct writer_options writer = {
		.store = o->store, .feeder = l->feeder, .policies = o->policies, .algorithms = o->algorithms,
		.run = o->run,
		.batch = l->credits / 2 > 0 ? l->credits / 2 : 1, .batch_ms = BATCH_MS,
		.decided = decided, .done = through, .user = l,
	};
	ret = writer_new(&writer, &l->writer);
	if (ret != ERR_OK) {
		return ret;
	}
	const struct judges_options judges = {
		.threads = o->judges, .policies = o->policies, .algorithms = o->algorithms,
		.judged = writer_queue(l->writer), .again = look_again, .user = l,
	};
	return judges_new(&judges, &l->judges);
}

static void tear_down(struct loop *l)
{
	close_threads(l);
	if (l->uv_open) {
		network_close(&l->network);
		uv_walk(&l->uv, close_handle, l);
		uv_run(&l->uv, UV_RUN_DEFAULT);
		int busy = uv_loop_close(&l->uv);
		assert(busy == 0);
		(void)busy;
	}
	walk_free(l->walk);
	queue_free(l->through);
	queue_free(l->again);
	queue_free(l->later);
}

static enum loop_end how_it_ended(const struct loop *l)
{
	if (l->error != ERR_OK) {
		return LOOP_FAILED;
	}
	if (l->stopping) {
		return LOOP_STOPPED;
	}
	return l->report->undecided > 0 ? LOOP_INCOMPLETE : LOOP_FINISHED;
}

int loop_run(const struct loop_options *options, struct loop_report *report)
{
	memset(report, 0, sizeof(*report));
	struct loop *l = calloc(1, sizeof(*l));
	if (l == NULL) {
		return ERR_NOMEM;
	}
	l->options = options;
	l->report = report;
	l->credits = options->credits == 0 ? CREDITS : options->credits;
	int ret = open_uv(l);
	if (ret == ERR_OK) {
		ret = open_network(l);
	}
	if (ret == ERR_OK) {
		ret = open_threads(l);
	}
	if (ret == ERR_OK) {
		l->dirty = true;
		uv_run(&l->uv, UV_RUN_DEFAULT);
		report->end = how_it_ended(l);
		ret = l->error;
	}
	tear_down(l);
	if (ret != ERR_OK && report->why == NULL) {
		report->why = err_text(ret);
	}
	free(l);
	return ret;
}
