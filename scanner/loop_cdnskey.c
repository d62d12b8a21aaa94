/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scanner/loop_cdnskey.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include "scanner/cdnskey_words.h"
#include "scanner/clock.h"
#include "scanner/net/network.h"
#include "validate/wire/err.h"

/* Questions at a time; of them to recursive servers, and for one line of the input; lines at a time. */
#define QUESTIONS 1024
#define RECURSIVE 128
#define PER_LINE 128
#define LINES 64
#define TICK_MS 200
#define PAUSE_MS 500

struct scan;

/* One name server and its names. */
struct line {
	struct scan *scan;
	bool used, ready;
	struct cdnskey_word server;
	struct cdnskey_names names;
	struct cdnskey_word name;	/* asked about now */
	bool has_name;
	size_t count, next;		/* addresses; the one that is asked next */
	struct address addresses[LIMIT_HOST_ADDRESSES];
	size_t out;
};

struct slot {
	struct scan *scan;
	struct slot *next;
	struct line *line;		/* NULL: to a recursive server */
	struct cdnskey_word word;
	struct name name;
	struct ask ask;
	unsigned tries;
};

struct scan {
	const struct loop_cdnskey_options *o;
	uv_loop_t uv;
	uv_timer_t timer;
	struct network network;
	struct resolver *recursive;
	struct limiter *limiter;
	struct arena *arena;
	uint64_t end_ms;
	struct cdnskey_list list;
	struct cdnskey_names secure;	/* of the line that is being read */
	struct cdnskey_line held;	/* an insecure line that found no place yet */
	bool holds, ended, over;
	size_t out, recursive_out, lines_out;
	struct slot *free;
	struct line lines[LINES];
	struct slot slots[QUESTIONS];
};

/* ---- what is told */

static void tell(const char *word, const struct cdnskey_word *server, const struct address *a, const struct cdnskey_word *name,
	char out[NAME_TEXT_SIZE * 2 + 64])
{
	char address[ADDRESS_TEXT_SIZE] = "";
	int used = snprintf(out, NAME_TEXT_SIZE * 2 + 64, "%s", word);
	if (server != NULL) {
		used += snprintf(out + used, NAME_TEXT_SIZE, " %.*s", (int)(server->size < NAME_TEXT_SIZE ? server->size : 0), server->text);
	}
	if (a != NULL) {
		address_to_text(a, address);
		used += snprintf(out + used, sizeof(address) + 1, " %s", address);
	}
	if (name != NULL) {
		snprintf(out + used, NAME_TEXT_SIZE, " %.*s", (int)(name->size < NAME_TEXT_SIZE ? name->size : 0), name->text);
	}
}

static void say_line(const char *word, const struct cdnskey_word *server, const struct address *a, const struct cdnskey_word *name)
{
	char text[NAME_TEXT_SIZE * 2 + 64];
	tell(word, server, a, name, text);
	puts(text);
}

static void release(struct slot *s)
{
	struct scan *c = s->scan;
	if (s->line != NULL) {
		s->line->out--;
	} else {
		c->recursive_out--;
	}
	c->out--;
	s->next = c->free;
	c->free = s;
}

static struct slot *take(struct scan *c, struct line *l, const struct cdnskey_word *word)
{
	struct slot *s = c->free;
	c->free = s->next;
	c->out++;
	c->recursive_out += l == NULL;
	if (l != NULL) {
		l->out++;
	}
	s->line = l;
	s->word = *word;
	s->tries = 0;
	return s;
}

/* ---- names with keys */

static void on_secure(void *user, const struct answer *a);

static bool ask_secure(struct slot *s)
{
	struct scan *c = s->scan;
	const struct question q = { .name = s->name, .type = TYPE_CDNSKEY, .server = c->o->resolvers[s->tries++ % c->o->resolver_count],
		.transport = TRANSPORT_TCP, .timeout_ms = c->o->timeout_ms };
	uint64_t ticket;
	return c->recursive->ops->submit(c->recursive, &q, on_secure, s, &ticket) == 0;
}

/* What is not secure is never passed off as such: neither a zone that is insecure, nor a name that is denied without proof. */
static void on_secure(void *user, const struct answer *a)
{
	struct slot *s = user;
	struct scan *c = s->scan;
	struct rrset keys;
	enum cdnskey_says says = CDNSKEY_NOTHING;
	if (a->status == ANSWER_RECEIVED) {
		says = cdnskey_read(a->octets, a->size, &s->name, false, c->arena, &keys);
	}
	if (says == CDNSKEY_NOTHING && !c->over && s->tries < c->o->resolver_count && ask_secure(s)) {
		return;
	}
	char text[NAME_TEXT_SIZE * 2 + 64];
	bool good = says != CDNSKEY_NOTHING && a->secure;
	tell(says == CDNSKEY_NOTHING ? "unknown" : !good ? "untrustworthy" : says == CDNSKEY_EMPTY ? "secure-empty" : "secure", NULL, NULL,
		&s->word, text);
	if (good && says == CDNSKEY_RECORDS) {
		cdnskey_print(stdout, text, &keys);
	} else {
		puts(text);
	}
	arena_reset(c->arena);
	release(s);
}

static void begin_secure(struct scan *c, const struct cdnskey_word *word)
{
	struct slot *s = take(c, NULL, word);
	if (c->over || !cdnskey_word_name(word, &s->name) || !ask_secure(s)) {
		say_line("unknown", NULL, NULL, word);
		release(s);
	}
}

/* ---- names without */

static void on_insecure(void *user, const struct answer *a)
{
	struct slot *s = user;
	struct scan *c = s->scan;
	struct rrset keys;
	enum cdnskey_says says = CDNSKEY_NOTHING;
	if (a->status == ANSWER_RECEIVED) {
		says = cdnskey_read(a->octets, a->size, &s->name, true, c->arena, &keys);
	}
	char text[NAME_TEXT_SIZE * 2 + 64];
	tell(says == CDNSKEY_NOTHING ? "unresolved" : says == CDNSKEY_EMPTY ? "insecure-empty" : "insecure", &s->line->server,
		&s->ask.address, &s->word, text);
	if (says == CDNSKEY_RECORDS) {
		cdnskey_print(stdout, text, &keys);
	} else {
		puts(text);
	}
	arena_reset(c->arena);
	limiter_done(c->limiter, &s->ask.address, a->status == ANSWER_RECEIVED ? 0 : PAUSE_MS, clock_steady_ms());
	release(s);
}

static void begin_insecure(struct scan *c, struct line *l, const struct address *a)
{
	struct slot *s = take(c, l, &l->name);
	bool usable = (c->o->allow_special || !address_is_special(a)) && !(a->family == 4 ? c->o->no_ipv4 : c->o->no_ipv6);
	s->ask = (struct ask){ .address = *a, .user = s };
	if (c->over || !usable || !cdnskey_word_name(&l->name, &s->name) || limiter_wait(c->limiter, &s->ask, clock_steady_ms()) != 0) {
		say_line("unresolved", &l->server, a, &l->name);
		release(s);
	}
}

static void on_host(void *user, const struct host *h)
{
	struct line *l = user;
	l->ready = true;
	l->count = h->status == HOST_RESOLVED ? h->count : 0;
	memcpy(l->addresses, h->addresses, l->count * sizeof(h->addresses[0]));
	if (l->count == 0) {
		say_line("unresolved-ip", &l->server, NULL, NULL);
		l->names.at = l->names.end;
	}
}

static void begin_line(struct scan *c, struct line *l, const struct cdnskey_line *in)
{
	struct name host;
	static const struct host none = { .status = HOST_FAILED };
	*l = (struct line){ .scan = c, .used = true, .server = in->server, .names = in->names };
	c->lines_out++;
	if (c->over || !cdnskey_word_name(&in->server, &host)
	    || hosts_lookup(c->network.hosts, &host, clock_steady_ms(), on_host, l) != 0) {
		on_host(l, &none);
	}
}

/* The next address of the name that it is at, or the first one of the next name. False: nothing now, or nothing more. */
static bool advance(struct scan *c, struct line *l)
{
	if (!l->used || !l->ready || (l->out >= PER_LINE && !c->over)) {
		return false;
	}
	if (!l->has_name) {
		l->has_name = cdnskey_names_next(&l->names, &l->name);
		l->next = 0;
	}
	if (l->has_name) {
		begin_insecure(c, l, &l->addresses[l->next++]);
		l->has_name = l->next < l->count;
		return true;
	}
	if (l->out == 0) {
		l->used = false;
		c->lines_out--;
	}
	return false;
}

/* ---- all of them */

static struct line *free_line(struct scan *c)
{
	for (size_t i = 0; i < LINES; i++) {
		if (!c->lines[i].used) {
			return &c->lines[i];
		}
	}
	return NULL;
}

/* One step of the input. False: nothing can begin now. */
static bool read_on(struct scan *c)
{
	struct cdnskey_word word;
	int rc = 0;
	if (c->holds) {
		struct line *l = free_line(c);
		c->holds = l == NULL;
		if (l != NULL) {
			begin_line(c, l, &c->held);
		}
		return l != NULL;
	}
	if (c->secure.at < c->secure.end) {
		bool room = c->recursive_out < RECURSIVE || c->over;
		if (room && cdnskey_names_next(&c->secure, &word)) {
			begin_secure(c, &word);
		}
		return room;
	}
	struct cdnskey_line in;
	c->ended = !cdnskey_list_next(&c->list, &in, &rc);
	if (!c->ended && in.section == FRED_SECURE) {
		c->secure = in.names;
	} else if (!c->ended) {
		c->held = in;
		c->holds = true;
	}
	return !c->ended;
}

static void fill(struct scan *c)
{
	bool moved = true;
	while (moved && c->free != NULL) {
		moved = false;
		for (size_t i = 0; i < LINES && c->free != NULL; i++) {
			moved = advance(c, &c->lines[i]) || moved;
		}
		moved = (c->free != NULL && !c->ended && read_on(c)) || moved;
	}
}

static void send_asks(struct scan *c, uint64_t *wake_ms)
{
	struct ask *ask;
	uint64_t now = clock_steady_ms();
	while ((ask = limiter_next(c->limiter, now, wake_ms)) != NULL) {
		struct slot *s = ask->user;
		const struct question q = { .name = s->name, .type = TYPE_CDNSKEY, .server = ask->address, .transport = TRANSPORT_TCP,
			.timeout_ms = c->o->timeout_ms };
		uint64_t ticket;
		if (c->network.resolver->ops->submit(c->network.resolver, &q, on_insecure, s, &ticket) != 0) {
			limiter_done(c->limiter, &ask->address, 0, now);
			say_line("unresolved", &s->line->server, &ask->address, &s->word);
			release(s);
		}
	}
}

/* The time is over: what waits is not asked any more. */
static void give_up(struct scan *c)
{
	struct ask *ask;
	c->over = true;
	while ((ask = limiter_drop(c->limiter)) != NULL) {
		struct slot *s = ask->user;
		say_line("unresolved", &s->line->server, &ask->address, &s->word);
		release(s);
	}
}

static void on_timer(uv_timer_t *t)
{
	(void)t;	/* lets uv_run return */
}

static void run(struct scan *c)
{
	while (!c->ended || c->out > 0 || c->lines_out > 0) {
		uint64_t wake_ms = UINT64_MAX;
		uint64_t now = clock_steady_ms();
		if (!c->over && now >= c->end_ms) {
			give_up(c);
		}
		fill(c);
		send_asks(c, &wake_ms);
		if (c->out == 0 && c->lines_out == 0) {
			continue;
		}
		now = clock_steady_ms();
		uint64_t wait = wake_ms <= now ? 0 : wake_ms - now < TICK_MS ? wake_ms - now : TICK_MS;
		uv_update_time(&c->uv);
		uv_timer_start(&c->timer, on_timer, wait, 0);
		uv_run(&c->uv, UV_RUN_ONCE);
	}
}

static int open_all(struct scan *c, const char **why)
{
	const struct loop_cdnskey_options *o = c->o;
	const struct network_options network = { .hosts = o->hosts };
	const struct resolver_getdns_options recursive = { .max_outstanding = RECURSIVE, .recursive = true, .anchors = o->anchors,
		.anchor_count = o->anchor_count };
	c->arena = arena_new();
	c->limiter = limiter_new(&o->limits);
	for (size_t i = 0; i < QUESTIONS; i++) {
		c->slots[i].scan = c;
		c->slots[i].next = c->free;
		c->free = &c->slots[i];
	}
	uv_timer_init(&c->uv, &c->timer);
	int rc = c->arena == NULL || c->limiter == NULL ? ERR_NOMEM : network_open(&c->uv, &network, &c->network, why);
	return rc == 0 ? resolver_getdns_new(&c->uv, &recursive, &c->recursive, why) : rc;
}

static int check_input(const struct loop_cdnskey_options *o, const char **why)
{
	struct cdnskey_list list = { .at = o->text, .end = o->text + o->size };
	struct cdnskey_line line;
	int rc = 0;
	while (cdnskey_list_next(&list, &line, &rc)) {
		continue;
	}
	*why = "standard input has names before a line [secure] or [insecure]";
	return rc;
}

int loop_cdnskey_run(const struct loop_cdnskey_options *options, const char **why)
{
	int rc = check_input(options, why);
	struct scan *c = rc == 0 ? calloc(1, sizeof(*c)) : NULL;
	if (rc != 0) {
		return rc;
	}
	*why = "not enough memory, or no descriptors";
	if (c == NULL || uv_loop_init(&c->uv) != 0) {
		free(c);
		return ERR_NOMEM;
	}
	c->o = options;
	c->list = (struct cdnskey_list){ .at = options->text, .end = options->text + options->size };
	c->end_ms = clock_steady_ms() + options->runtime_s * 1000;
	rc = open_all(c, why);
	if (rc == 0) {
		run(c);
	}
	if (c->recursive != NULL) {
		c->recursive->ops->close(c->recursive);
	}
	network_close(&c->network);
	uv_close((uv_handle_t *)&c->timer, NULL);
	uv_run(&c->uv, UV_RUN_DEFAULT);
	uv_loop_close(&c->uv);
	limiter_free(c->limiter);
	arena_free(c->arena);
	free(c);
	return rc;
}
