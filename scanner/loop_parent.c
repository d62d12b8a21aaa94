/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Children asked for at the parent's servers and at recursive ones, a window of them at a time. */
#include "scanner/loop_parent.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include "registry/source/input.h"
#include "scanner/clock.h"
#include "scanner/net/network.h"
#include "validate/wire/err.h"
#include "validate/wire/message.h"

/* Children that are asked for at a time, and questions for one answer. */
#define WINDOW 128
#define TRIES 4
#define RESOLVER_TIMEOUT_MS 5000
#define TICK_MS 200
/* An address that was silent or refused is left alone for so long. */
#define PAUSE_MS 200

struct asking;

/* One child of the window. */
struct slot {
	struct asking *asking;
	struct slot *next;		/* free */
	struct ask ask;
	struct parent_child c;
	unsigned open;			/* answers that are still to come */
	unsigned tries, ds_tries;
};

struct asking {
	const struct loop_parent_options *options;
	const struct loop_parent_user *user;
	struct source_error *error;
	uv_loop_t uv;
	uv_timer_t timer;
	struct network network;
	struct resolver *recursive;	/* for NS of the parent and DS of its children */
	struct limiter *limiter;
	struct arena *arena;		/* for one answer */
	bool ended;			/* the list is */
	bool asked_ns;
	size_t host_count, hosts_open;
	struct name hosts[LIMIT_NS_HOSTS];
	size_t server_count, next_server;
	struct address servers[LIMIT_CHILD_ADDRESSES];
	size_t out;
	struct slot *free, *finished;
	struct slot slots[WINDOW];
};

static int fail(struct asking *r, int rc, const char *what, const struct name *name, const char *why)
{
	char text[NAME_TEXT_SIZE] = "";
	if (name != NULL) {
		name_to_text(name, text);
	}
	source_fault(r->error, r->options->name, 0, "%.100s%s%s%s%s", text, name != NULL ? ": " : "", what, why != NULL ? ": " : "",
		why != NULL ? why : "");
	return rc;
}

static bool is_stopped(const struct asking *r)
{
	return r->options->stop != NULL && *r->options->stop;
}

static void on_timer(uv_timer_t *t)
{
	(void)t;	/* lets uv_run return */
}

/* One turn of the loop, at most until wake_ms. */
static void turn(struct asking *r, uint64_t wake_ms)
{
	uint64_t now = clock_steady_ms();
	uint64_t wait = wake_ms <= now ? 0 : wake_ms - now < TICK_MS ? wake_ms - now : TICK_MS;
	uv_update_time(&r->uv);
	uv_timer_start(&r->timer, on_timer, wait, 0);
	uv_run(&r->uv, UV_RUN_ONCE);
}

/* ---- questions to recursive servers */

static int ask_recursive(struct asking *r, const struct name *name, uint16_t type, unsigned try, resolver_callback *done,
	void *user)
{
	const struct hosts_options *h = &r->options->hosts;
	const struct question q = { .name = *name, .type = type, .server = h->upstreams[try % h->upstream_count], .port = h->port,
		.transport = TRANSPORT_TCP, .timeout_ms = RESOLVER_TIMEOUT_MS };
	uint64_t ticket;
	return r->recursive->ops->submit(r->recursive, &q, done, user, &ticket);
}

static bool is_ours(const struct answer *a)
{
	return a->status == ANSWER_CANCELLED || a->status == ANSWER_STARVED;
}

/* ---- the servers of the parent */

static void on_ns(void *user, const struct answer *a)
{
	struct asking *r = user;
	struct message m;
	r->asked_ns = false;
	if (a->status != ANSWER_RECEIVED || a->bogus || message_parse(a->octets, a->size, r->arena, &m) != 0
	    || !message_answers(&m, &r->options->place.origin, TYPE_NS) || m.rcode != RCODE_NOERROR) {
		arena_reset(r->arena);
		return;
	}
	for (size_t i = 0; i < m.count[SECTION_ANSWER] && r->host_count < LIMIT_NS_HOSTS; i++) {
		const struct record *x = &m.records[SECTION_ANSWER][i];
		if (x->type == TYPE_NS && x->class == CLASS_IN && name_equal(x->owner, &m.question)
		    && name_from_wire(x->rdata.data, x->rdata.size, &r->hosts[r->host_count]) == 0) {
			r->host_count++;
		}
	}
	arena_reset(r->arena);
}

static void on_host(void *user, const struct host *h)
{
	struct asking *r = user;
	const struct loop_parent_options *o = r->options;
	r->hosts_open--;
	for (size_t i = 0; h->status == HOST_RESOLVED && i < h->count && r->server_count < LIMIT_CHILD_ADDRESSES; i++) {
		const struct address *a = &h->addresses[i];
		if ((o->allow_special || !address_is_special(a)) && !(a->family == 4 ? o->no_ipv4 : o->no_ipv6)) {
			r->servers[r->server_count++] = *a;
		}
	}
}

/* A resolver that has just failed says so again at once, for it remembers that. */
static void rest(struct asking *r, uint64_t ms)
{
	for (uint64_t until = clock_steady_ms() + ms; clock_steady_ms() < until && !is_stopped(r);) {
		turn(r, until);
	}
}

static int find_servers(struct asking *r)
{
	if (r->options->place.server_count > 0) {
		r->server_count = r->options->place.server_count;
		memcpy(r->servers, r->options->place.servers, sizeof(r->options->place.servers));
		return 0;
	}
	const struct name *origin = &r->options->place.origin;
	for (unsigned i = 0; i < TRIES && r->host_count == 0 && !is_stopped(r); i++) {
		rest(r, i == 0 ? 0 : 2000);
		int rc = ask_recursive(r, origin, TYPE_NS, i, on_ns, r);
		if (rc != 0) {
			return fail(r, rc, "the servers of the parent cannot be looked up", NULL, err_text(rc));
		}
		r->asked_ns = true;
		while (r->asked_ns && !is_stopped(r)) {
			turn(r, UINT64_MAX);
		}
	}
	for (size_t i = 0; i < r->host_count; i++) {
		r->hosts_open++;
		if (hosts_lookup(r->network.hosts, &r->hosts[i], clock_steady_ms(), on_host, r) != 0) {
			r->hosts_open--;
		}
	}
	while (r->hosts_open > 0 && !is_stopped(r)) {
		turn(r, UINT64_MAX);
	}
	if (is_stopped(r)) {
		return fail(r, ERR_CANCELLED, "stopped; the store is as it was", NULL, NULL);
	}
	if (r->server_count == 0) {
		return fail(r, ERR_IO, r->host_count == 0 ? "the resolvers do not say which name servers it has, or what they say does not "
			"validate" : "none of its name servers has an address that can be asked", origin, NULL);
	}
	return 0;
}

/* ---- one child */

static void answered(struct slot *s)
{
	struct asking *r = s->asking;
	if (--s->open == 0) {
		s->next = r->finished;
		r->finished = s;
	}
}

static void ask_ds(struct slot *s);

static void on_ds(void *user, const struct answer *a)
{
	struct slot *s = user;
	struct asking *r = s->asking;
	s->c.ours = s->c.ours || is_ours(a);
	memset(&s->c.ds, 0, sizeof(s->c.ds));
	if (a->status == ANSWER_RECEIVED) {
		parent_ds_read(a->octets, a->size, &s->c.child, r->arena, &s->c.ds);
		arena_reset(r->arena);
		s->c.proven = !a->bogus && (r->options->hosts.anchor_count > 0 ? a->proven : s->c.ds.authentic);
	}
	/* Without a proof another server may have one; in the end it is unknown, and no failure of the list. */
	if (!s->c.ours && (s->c.ds.state == DS_UNKNOWN || !s->c.proven) && s->ds_tries < r->options->hosts.upstream_count * 2) {
		ask_ds(s);
	} else {
		answered(s);
	}
}

static void ask_ds(struct slot *s)
{
	if (ask_recursive(s->asking, &s->c.child, TYPE_DS, s->ds_tries++, on_ds, s) != 0) {
		s->c.ours = true;
		answered(s);
	}
}

static int want_referral(struct slot *s)
{
	struct asking *r = s->asking;
	s->ask = (struct ask){ .address = r->servers[r->next_server++ % r->server_count], .user = s };
	s->tries++;
	return limiter_wait(r->limiter, &s->ask, clock_steady_ms());
}

static void on_referral(void *user, const struct answer *a)
{
	struct slot *s = user;
	struct asking *r = s->asking;
	s->c.ours = s->c.ours || is_ours(a);
	s->c.referral.says = REFERRAL_NONE;
	s->c.referral.why = "no answer";
	if (a->status == ANSWER_RECEIVED) {
		referral_read(a->octets, a->size, &s->c.child, &r->options->place.origin, r->arena, &s->c.referral);
		arena_reset(r->arena);
	}
	bool again = s->c.referral.says == REFERRAL_NONE || s->c.referral.says == REFERRAL_OWN;
	limiter_done(r->limiter, &s->ask.address, s->c.referral.says == REFERRAL_NONE ? PAUSE_MS : 0, clock_steady_ms());
	if (s->c.ours || !again || s->tries >= TRIES || want_referral(s) != 0) {
		answered(s);
	}
}

static void send_asks(struct asking *r, uint64_t *wake_ms)
{
	struct ask *ask;
	uint64_t now = clock_steady_ms();
	while ((ask = limiter_next(r->limiter, now, wake_ms)) != NULL) {
		struct slot *s = ask->user;
		const struct question q = { .name = s->c.child, .type = TYPE_NS, .server = ask->address, .transport = TRANSPORT_TCP,
			.timeout_ms = r->options->timeout_ms };
		uint64_t ticket;
		if (r->network.resolver->ops->submit(r->network.resolver, &q, on_referral, s, &ticket) != 0) {
			limiter_done(r->limiter, &ask->address, 0, now);
			s->c.ours = true;
			answered(s);
		}
	}
}

/* ---- all of them */

static int take_finished(struct asking *r)
{
	int rc = 0;
	while (r->finished != NULL && rc == 0) {
		struct slot *s = r->finished;
		r->finished = s->next;
		rc = r->user->done(r->user->data, &s->c);
		s->next = r->free;
		r->free = s;
		r->out--;
	}
	return rc;
}

static int fill_window(struct asking *r)
{
	while (!r->ended && r->free != NULL) {
		struct slot *s = r->free;
		int rc = r->user->next(r->user->data, &s->c.child, &s->c.line, &r->ended);
		if (rc != 0 || r->ended) {
			return rc;
		}
		r->free = s->next;
		r->out++;
		s->open = 2;
		s->tries = s->ds_tries = 0;
		s->c.ours = s->c.proven = false;
		ask_ds(s);
		if (want_referral(s) != 0) {
			s->c.ours = true;
			answered(s);
		}
	}
	return 0;
}

static int ask_all(struct asking *r)
{
	int rc = 0;
	while (rc == 0 && (!r->ended || r->out > 0)) {
		uint64_t wake_ms = UINT64_MAX;
		rc = fill_window(r);
		send_asks(r, &wake_ms);
		if (rc == 0 && r->finished == NULL && r->out > 0) {
			turn(r, wake_ms);
		}
		rc = rc == 0 ? take_finished(r) : rc;
		if (rc == 0 && is_stopped(r)) {
			rc = fail(r, ERR_CANCELLED, "stopped; the store is as it was", NULL, NULL);
		}
	}
	return rc;
}

/* ---- the whole */

static int open_network(struct asking *r)
{
	const struct loop_parent_options *o = r->options;
	const struct network_options network = { .hosts = o->hosts };
	const struct resolver_getdns_options recursive = { .max_outstanding = WINDOW, .recursive = true, .anchors = o->hosts.anchors,
		.anchor_count = o->hosts.anchor_count };
	const char *why = "not enough memory";
	r->arena = arena_new();
	r->limiter = limiter_new(&o->limits);
	for (size_t i = 0; i < WINDOW; i++) {
		r->slots[i].asking = r;
		r->slots[i].next = r->free;
		r->free = &r->slots[i];
	}
	uv_timer_init(&r->uv, &r->timer);
	int rc = r->arena == NULL || r->limiter == NULL ? ERR_NOMEM : network_open(&r->uv, &network, &r->network, &why);
	rc = rc == 0 ? resolver_getdns_new(&r->uv, &recursive, &r->recursive, &why) : rc;
	return rc == 0 ? 0 : fail(r, rc, why, NULL, NULL);
}

/* What is pending ends with callbacks into the slots, so these live until the loop has turned. */
static void close_network(struct asking *r)
{
	while (r->limiter != NULL && limiter_drop(r->limiter) != NULL) {
		continue;
	}
	if (r->recursive != NULL) {
		r->recursive->ops->close(r->recursive);
	}
	network_close(&r->network);
	uv_close((uv_handle_t *)&r->timer, NULL);
	uv_run(&r->uv, UV_RUN_DEFAULT);
	limiter_free(r->limiter);
	arena_free(r->arena);
}

int loop_parent_ask(const struct loop_parent_options *options, const struct loop_parent_user *user, struct source_error *error)
{
	struct asking *r = calloc(1, sizeof(*r));
	if (r == NULL || uv_loop_init(&r->uv) != 0) {
		free(r);
		source_fault(error, options->name, 0, "%s", err_text(ERR_NOMEM));
		return ERR_NOMEM;
	}
	r->options = options;
	r->user = user;
	r->error = error;
	int rc = open_network(r);
	rc = rc == 0 ? find_servers(r) : rc;
	rc = rc == 0 ? ask_all(r) : rc;
	close_network(r);
	uv_loop_close(&r->uv);
	free(r);
	return rc;
}
