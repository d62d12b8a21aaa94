/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A world for tests of the walk: children, hosts that are looked up when the test says so, questions that it answers, and two clocks
 * that it turns. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "scanner/walk/walk.h"
#include "validate/wire/err.h"

#define ASKED_MAX 4096
#define ADDRESSES 8

static const uint8_t good[12] = { 0xab, 0xcd, 0x84, 0x00 };
static const struct answer answer_good = { .status = ANSWER_RECEIVED, .octets = good, .size = 12, .rtt_us = 1500 };
static const struct answer answer_silent = { .status = ANSWER_TIMEOUT };
static const struct answer answer_cancelled = { .status = ANSWER_CANCELLED };

/* One child of the test; it is told how its probe ended. */
struct kid {
	unsigned number;
	unsigned probed;
	bool spoilt;
	uint64_t began_ms, ended_ms;
	struct evidence_server *servers;
	size_t server_count;
	struct evidence_signal *signals;
	size_t signal_count;
	struct evidence_host *hosts;
	struct arena *arena;
};

struct asked {
	struct probe_server *server;
	struct question question;
	uint64_t until_ms;		/* its time-out */
};

struct looked {
	struct walk_child *child;
	size_t host;
	struct name name;
};

struct world {
	struct walk *walk;
	struct moment now;
	struct asked asked[ASKED_MAX];
	size_t asked_count;
	struct looked looked[ASKED_MAX];
	size_t looked_count;
	struct looked zones[ASKED_MAX];	/* look-ups of signaling zones that wait */
	size_t zone_count;
	bool hosts_inside;		/* look-ups are answered from inside */
	bool zones_inside;
	unsigned ask_fails;		/* so many of the next questions cannot be sent */
	unsigned done;
	unsigned at[ADDRESSES];		/* outstanding at 192.0.2.n */
	unsigned most_at[ADDRESSES];
};

/* ns1 has 192.0.2.1 and so on; "none" has no address, "gone" was cancelled. */
static struct host host_of(const struct name *name)
{
	struct host h = { .status = HOST_RESOLVED, .count = 1 };
	if (name->octets[1] == 'g') {
		return (struct host){ .status = HOST_CANCELLED };
	}
	if (name->octets[1] == 'n' && name->octets[2] == 'o') {
		return (struct host){ .status = HOST_NO_ADDRESS };
	}
	h.addresses[0] = (struct address){ 4, { 192, 0, 2, (uint8_t)(name->octets[3] - '0') } };
	return h;
}

static int on_ask(void *user, struct probe_server *server, const struct question *question)
{
	struct world *w = user;
	if (w->ask_fails > 0) {
		w->ask_fails--;
		return ERR_LIMIT;
	}
	assert_true(w->asked_count < ASKED_MAX);
	w->asked[w->asked_count++] = (struct asked){ server, *question, w->now.steady_ms + question->timeout_ms };
	unsigned n = server->ask.address.octets[3];
	assert_true(n < ADDRESSES);
	w->at[n]++;
	w->most_at[n] = w->at[n] > w->most_at[n] ? w->at[n] : w->most_at[n];
	return ERR_OK;
}

static void on_lookup(void *user, struct walk_child *child, size_t i, const struct name *host)
{
	struct world *w = user;
	if (w->hosts_inside) {
		struct host h = host_of(host);
		walk_host(child, i, &h, w->now);
		return;
	}
	w->looked[w->looked_count++] = (struct looked){ child, i, *host };
}

/* Of nsN: 192.0.2.N and the one after it. */
static struct signaling_zone zone_of(const struct name *host)
{
	uint8_t n = (uint8_t)(host->octets[3] - '0');
	return (struct signaling_zone){ .server_count = 2, .servers = { { 4, { 192, 0, 2, n } }, { 4, { 192, 0, 2, (uint8_t)(n + 1) } } } };
}

static void on_signal(void *user, struct walk_child *child, size_t i, const struct name *host)
{
	struct world *w = user;
	if (w->zones_inside) {
		struct signaling_zone zone = zone_of(host);
		walk_signal(child, i, &zone, w->now);
		return;
	}
	w->zones[w->zone_count++] = (struct looked){ child, i, *host };
}

static void on_probed(void *user, struct probe *probe)
{
	struct world *w = user;
	struct kid *k = probe->user;
	k->probed++;
	k->spoilt = probe->spoilt;
	k->began_ms = probe->evidence.began_ms;
	k->ended_ms = probe->evidence.ended_ms;
	k->servers = probe->evidence.servers;
	k->server_count = probe->evidence.server_count;
	k->signals = probe->evidence.signals;
	k->signal_count = probe->evidence.signal_count;
	k->hosts = probe->evidence.hosts;
	w->done++;
}

__attribute__((unused)) static struct walk_options plenty(void)
{
	return (struct walk_options){
		.limits = { .address_rate = 1000000, .address_burst = 1000000, .address_in_flight = 1000, .total_rate = 10000000,
			.total_in_flight = 10000 },
		.probe = { .allow_special = true, .udp_attempts = 2, .udp_timeout_ms = 100, .tcp_timeout_ms = 900 },
	};
}

static struct world *new_world(const struct walk_options *o)
{
	struct world *w = calloc(1, sizeof(*w));
	assert_non_null(w);
	const struct walk_driver driver = { .ask = on_ask, .lookup = on_lookup, .signal = on_signal, .probed = on_probed, .user = w };
	w->walk = walk_new(o, &driver);
	w->now = (struct moment){ .steady_ms = 5000, .unix_ms = UINT64_C(1800000000000) };
	w->hosts_inside = true;
	return w;
}

static void free_world(struct world *w)
{
	assert_int_equal(walk_children(w->walk), 0);
	assert_int_equal(walk_waiting(w->walk), 0);
	assert_int_equal(walk_parked(w->walk), 0);
	walk_free(w->walk);
	free(w);
}

/* hosts: first labels, separated by a blank. */
static void start_look(struct world *w, struct kid *k, const char *hosts, const struct probe_look *look)
{
	struct delegation *d;
	char text[64];
	k->arena = arena_new();
	d = arena_alloc(k->arena, sizeof(*d));
	d->hosts = arena_array(k->arena, 16, sizeof(*d->hosts));
	snprintf(text, sizeof(text), "c%u.example.", k->number);
	assert_int_equal(name_from_text(text, &d->child), ERR_OK);
	while (*hosts != '\0') {
		size_t size = strcspn(hosts, " ");
		snprintf(text, sizeof(text), "%.*s.example.net.", (int)size, hosts);
		assert_int_equal(name_from_text(text, &d->hosts[d->host_count++].name), ERR_OK);
		hosts += size + (hosts[size] == ' ');
	}
	assert_int_equal(walk_start(w->walk, k->arena, d, look, k, w->now), ERR_OK);
}

__attribute__((unused)) static void start(struct world *w, struct kid *k, const char *hosts, bool tcp_only)
{
	const struct probe_look look = { .tcp_only = tcp_only };
	start_look(w, k, hosts, &look);
}

static void advance(struct world *w, uint64_t ms)
{
	w->now.steady_ms += ms;
	w->now.unix_ms += ms;
}

/* The i-th question that is out gets this answer; order of the others is kept. */
static void answer(struct world *w, size_t i, const struct answer *a)
{
	struct probe_server *s = w->asked[i].server;
	memmove(&w->asked[i], &w->asked[i + 1], (w->asked_count - i - 1) * sizeof(w->asked[0]));
	w->asked_count--;
	w->at[s->ask.address.octets[3]]--;
	walk_answer(w->walk, s, a, w->now);
}

/* Everything that is asked gets this answer until nothing is asked any more. */
static void answer_all(struct world *w, const struct answer *a, uint64_t ms)
{
	for (;;) {
		uint64_t wake = walk_turn(w->walk, w->now);
		if (w->asked_count == 0 && wake == UINT64_MAX) {
			return;
		}
		if (w->asked_count == 0) {
			advance(w, wake - w->now.steady_ms);
			continue;
		}
		advance(w, ms);
		answer(w, 0, a);
	}
}

/* Lets time pass until the next question is over or the walk wakes; what is over had no answer. False: nothing left. */
__attribute__((unused)) static bool silence(struct world *w)
{
	uint64_t next = walk_turn(w->walk, w->now);
	for (size_t i = 0; i < w->asked_count; i++) {
		next = w->asked[i].until_ms < next ? w->asked[i].until_ms : next;
	}
	if (next == UINT64_MAX) {
		return false;
	}
	advance(w, next > w->now.steady_ms ? next - w->now.steady_ms : 0);
	for (size_t i = w->asked_count; i-- > 0;) {
		if (w->asked[i].until_ms <= w->now.steady_ms) {
			answer(w, i, &answer_silent);
		}
	}
	return true;
}
