/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Evidence to octets: equal answers are stored once, whoever gave them refers to them by number. */
#include <assert.h>
#include <string.h>

#include "validate/cds/codec.h"
#include "validate/cds/evidence_format.h"
#include "validate/wire/cursor.h"
#include "validate/wire/err.h"

/* Octets of an answer that refers to no octets; of a signal without links whose answers were not kept. */
#define ANSWER_LEAST 7
#define SIGNAL_LEAST (1 + EVIDENCE_SIGNAL_ANSWERS * ANSWER_LEAST + 1)

/* Distinct answers in the order in which they are first met. */
struct pool {
	uint8_t version;
	size_t octets;			/* of the encoding of all that was taken in */
	bool dropped[LIMIT_NS_HOSTS];	/* signals that do not fit */
	bool unseen[LIMIT_VANTAGES];	/* vantages that do not */
	size_t count;
	struct slice items[LIMIT_EVIDENCE_ANSWERS];
};

static size_t number_size(const struct pool *pool)
{
	return pool->version < EVIDENCE_WITH_SIGNALS ? 1 : 2;
}

static void write_number(struct wire *w, const struct pool *pool, size_t number)
{
	if (number_size(pool) == 1) {
		wire_write_u8(w, (uint8_t)number);
	} else {
		wire_write_u16(w, (uint16_t)number);
	}
}

static size_t pool_find(const struct pool *pool, struct slice octets)
{
	for (size_t i = 0; i < pool->count; i++) {
		if (slice_equal(pool->items[i], octets)) {
			return i;
		}
	}
	return pool->count;
}

static int check_signals(const struct evidence *e)
{
	if (!evidence_signals_match(e) || (unsigned)e->trigger > TRIGGER_RETRY) {
		return ERR_ARG;
	}
	for (size_t i = 0; i < e->signal_count; i++) {
		const struct evidence_signal *s = &e->signals[i];
		if (s->link_count > LIMIT_LINKS) {
			return ERR_LIMIT;
		}
		for (size_t k = 0; k < s->link_count; k++) {
			if (!evidence_link_is_sound(&s->links[k])) {
				return ERR_ARG;
			}
		}
	}
	return 0;
}

/* The same servers in the same order: only what was answered may differ. */
static int check_vantages(const struct evidence *e)
{
	if (e->vantage_count >= LIMIT_VANTAGES) {
		return ERR_LIMIT;
	}
	if (!evidence_vantages_are_named(e)) {
		return ERR_ARG;
	}
	for (size_t i = 0; i < e->vantage_count * e->server_count; i++) {
		const struct evidence_server *a = &e->servers[i % e->server_count];
		const struct evidence_server *b = &e->vantages[i / e->server_count].servers[i % e->server_count];
		if (address_compare(&a->address, &b->address) != 0 || a->hosts != b->hosts) {
			return ERR_ARG;
		}
	}
	return 0;
}

static int check(const struct evidence *e)
{
	if (e->child.size == 0) {
		return ERR_ARG;
	}
	if (e->host_count > LIMIT_NS_HOSTS || e->server_count > LIMIT_CHILD_ADDRESSES) {
		return ERR_LIMIT;
	}
	for (size_t i = 0; i < e->server_count; i++) {
		const struct evidence_server *s = &e->servers[i];
		if ((s->address.family != 4 && s->address.family != 6) ||
		    (e->host_count < 32 && s->hosts >> e->host_count != 0) ||
		    (i > 0 && address_compare(&e->servers[i - 1].address, &s->address) >= 0)) {
			return ERR_ARG;
		}
	}
	int rc = e->ns.asked && !evidence_has_ns(e) ? ERR_ARG : check_signals(e);
	return rc < 0 ? rc : check_vantages(e);
}

/* ERR_LIMIT: there is no room for one more. The octets of all are looked at in the end. */
static int take_answer(struct pool *pool, const struct evidence_answer *a)
{
	pool->octets += ANSWER_LEAST;
	if (a->status != EVIDENCE_ANSWERED) {
		return 0;
	}
	if (a->octets.data == NULL || a->octets.size == 0) {
		return ERR_ARG;
	}
	if (a->octets.size > LIMIT_MESSAGE_OCTETS) {
		return ERR_LIMIT;
	}
	pool->octets += number_size(pool);
	if (pool_find(pool, a->octets) == pool->count) {
		if (pool->count == LIMIT_EVIDENCE_ANSWERS) {
			return ERR_LIMIT;
		}
		pool->items[pool->count++] = a->octets;
		pool->octets += 2 + a->octets.size;
	}
	return 0;
}

/* Everything but signals. */
static int take_servers(const struct evidence *e, struct pool *pool)
{
	int rc = 0;
	pool->octets = 1 + 1 + e->child.size + 16 + 1 + number_size(pool) + 1;
	for (size_t i = 0; i < e->host_count; i++) {
		pool->octets += 1 + e->hosts[i].name.size + 1;
	}
	for (size_t i = 0; i < e->server_count; i++) {
		pool->octets += 1 + (e->servers[i].address.family == 4 ? 4 : 16) + 4 + 1;
		for (size_t q = 0; rc == 0 && q < EVIDENCE_QUESTIONS; q++) {
			rc = take_answer(pool, &e->servers[i].answers[q]);
		}
	}
	pool->octets += pool->version >= EVIDENCE_WITH_SIGNALS ? 2 : 0;
	if (rc == 0 && e->ns.asked) {
		pool->octets += 1;
		rc = take_answer(pool, &e->ns.answer);
	}
	for (size_t i = 0; rc == 0 && e->challenge_asked && i < e->server_count; i++) {
		rc = take_answer(pool, &e->servers[i].challenge);
	}
	return rc;
}

static int take_signal(struct pool *pool, const struct evidence_signal *s)
{
	int rc = 0;
	pool->octets += 1 + 1;
	for (size_t i = 0; rc == 0 && i < EVIDENCE_SIGNAL_ANSWERS; i++) {
		rc = take_answer(pool, &s->answers[i]);
	}
	for (size_t i = 0; rc == 0 && i < s->link_count; i++) {
		pool->octets += 1 + s->links[i].name.size + 2;
		rc = take_answer(pool, &s->links[i].answer);
	}
	return rc;
}

/* Octets of what a vantage says where its answers are not kept. */
static size_t vantage_least(const struct evidence *e, const struct evidence_vantage *v)
{
	return 1 + strlen(v->name) + e->server_count * (1 + (EVIDENCE_QUESTIONS + (e->challenge_asked ? 1 : 0)) * ANSWER_LEAST);
}

static size_t vantages_least(const struct evidence *e, size_t from)
{
	size_t octets = 0;
	for (size_t i = from; i < e->vantage_count; i++) {
		octets += vantage_least(e, &e->vantages[i]);
	}
	return octets;
}

/* Room for the least of all that follow is kept free, so that only what there is too much of is dropped. */
static int take_signals(const struct evidence *e, struct pool *pool)
{
	size_t vantages = vantages_least(e, 0);
	pool->octets += e->signals_asked ? 1 : 0;
	pool->octets += e->vantage_count > 0 ? 1 + strlen(e->vantage) + 1 : 0;
	for (size_t i = 0; i < e->signal_count; i++) {
		size_t octets = pool->octets;
		size_t count = pool->count;
		int rc = take_signal(pool, &e->signals[i]);
		if (rc == ERR_ARG) {
			return rc;
		}
		size_t rest = (e->signal_count - i - 1) * SIGNAL_LEAST + vantages;
		if (rc < 0 || pool->octets + rest > LIMIT_EVIDENCE_OCTETS) {
			pool->dropped[i] = true;
			pool->count = count;
			pool->octets = octets + SIGNAL_LEAST;
		}
	}
	return pool->octets + vantages > LIMIT_EVIDENCE_OCTETS ? ERR_LIMIT : 0;
}

static int take_vantage(const struct evidence *e, struct pool *pool, const struct evidence_vantage *v)
{
	int rc = 0;
	pool->octets += 1 + strlen(v->name);
	for (size_t i = 0; rc == 0 && i < e->server_count; i++) {
		pool->octets += 1;
		for (size_t q = 0; rc == 0 && q < EVIDENCE_QUESTIONS; q++) {
			rc = take_answer(pool, &v->servers[i].answers[q]);
		}
		if (rc == 0 && e->challenge_asked) {
			rc = take_answer(pool, &v->servers[i].challenge);
		}
	}
	return rc;
}

/* The same for vantages. */
static int take_vantages(const struct evidence *e, struct pool *pool)
{
	for (size_t i = 0; i < e->vantage_count; i++) {
		size_t octets = pool->octets;
		size_t count = pool->count;
		int rc = take_vantage(e, pool, &e->vantages[i]);
		if (rc == ERR_ARG) {
			return rc;
		}
		if (rc < 0 || pool->octets + vantages_least(e, i + 1) > LIMIT_EVIDENCE_OCTETS) {
			pool->unseen[i] = true;
			pool->count = count;
			pool->octets = octets + vantage_least(e, &e->vantages[i]);
		}
	}
	return 0;
}

static void write_answer(struct wire *w, const struct pool *pool, const struct evidence_answer *a)
{
	wire_write_u8(w, (uint8_t)a->status);
	wire_write_u8(w, a->tcp ? 1 : 0);
	wire_write_u8(w, a->attempts);
	wire_write_u32(w, a->rtt_us);
	if (a->status == EVIDENCE_ANSWERED) {
		write_number(w, pool, pool_find(pool, a->octets));
	}
}

/* What was answered is not kept where its octets found no room. */
static void write_kept(struct wire *w, const struct pool *pool, const struct evidence_answer *a, bool dropped)
{
	struct evidence_answer kept = *a;
	if (dropped && kept.status == EVIDENCE_ANSWERED) {
		kept.status = EVIDENCE_OVERSIZE;
	}
	write_answer(w, pool, &kept);
}

static void write_server(struct wire *w, const struct pool *pool, const struct evidence_server *s)
{
	codec_write_address(w, &s->address);
	wire_write_u32(w, s->hosts);
	wire_write_u8(w, (uint8_t)s->skip);
	for (size_t q = 0; q < EVIDENCE_QUESTIONS; q++) {
		write_answer(w, pool, &s->answers[q]);
	}
}

static void write_signal(struct wire *w, const struct pool *pool, const struct evidence_signal *s, bool dropped)
{
	wire_write_u8(w, (uint8_t)s->host);
	for (size_t i = 0; i < EVIDENCE_SIGNAL_ANSWERS; i++) {
		write_kept(w, pool, &s->answers[i], dropped);
	}
	size_t links = dropped ? 0 : s->link_count;
	wire_write_u8(w, (uint8_t)links);
	for (size_t i = 0; i < links; i++) {
		codec_write_name(w, &s->links[i].name);
		wire_write_u16(w, s->links[i].type);
		write_answer(w, pool, &s->links[i].answer);
	}
}

static void write_vantages(struct wire *w, const struct evidence *e, const struct pool *pool)
{
	codec_write_label(w, e->vantage);
	wire_write_u8(w, (uint8_t)e->vantage_count);
	for (size_t i = 0; i < e->vantage_count; i++) {
		const struct evidence_vantage *v = &e->vantages[i];
		codec_write_label(w, v->name);
		for (size_t k = 0; k < e->server_count; k++) {
			wire_write_u8(w, (uint8_t)v->servers[k].skip);
			for (size_t q = 0; q < EVIDENCE_QUESTIONS; q++) {
				write_kept(w, pool, &v->servers[k].answers[q], pool->unseen[i]);
			}
			if (e->challenge_asked) {
				write_kept(w, pool, &v->servers[k].challenge, pool->unseen[i]);
			}
		}
	}
}

/* What came with the versions. */
static void write_end(struct wire *w, const struct evidence *e, const struct pool *pool)
{
	if (pool->version >= EVIDENCE_WITH_SIGNALS) {
		wire_write_u8(w, (uint8_t)e->trigger);
		wire_write_u8(w, (e->ns.asked ? EVIDENCE_HAS_NS : 0) | (e->signals_asked ? EVIDENCE_HAS_SIGNALS : 0) |
			(e->challenge_asked ? EVIDENCE_HAS_CHALLENGE : 0) | (e->vantage_count > 0 ? EVIDENCE_HAS_VANTAGES : 0));
	}
	if (e->ns.asked) {
		wire_write_u8(w, (uint8_t)e->ns.server);
		write_answer(w, pool, &e->ns.answer);
	}
	for (size_t i = 0; e->challenge_asked && i < e->server_count; i++) {
		write_answer(w, pool, &e->servers[i].challenge);
	}
	if (e->signals_asked) {
		wire_write_u8(w, (uint8_t)e->signal_count);
	}
	for (size_t i = 0; i < e->signal_count; i++) {
		write_signal(w, pool, &e->signals[i], pool->dropped[i]);
	}
	if (e->vantage_count > 0) {
		write_vantages(w, e, pool);
	}
}

static void write_all(struct wire *w, const struct evidence *e, const struct pool *pool)
{
	wire_write_u8(w, pool->version);
	codec_write_name(w, &e->child);
	wire_write_u64(w, e->began_ms);
	wire_write_u64(w, e->ended_ms);
	wire_write_u8(w, (uint8_t)e->host_count);
	for (size_t i = 0; i < e->host_count; i++) {
		codec_write_name(w, &e->hosts[i].name);
		wire_write_u8(w, (uint8_t)e->hosts[i].status);
	}
	write_number(w, pool, pool->count);
	for (size_t i = 0; i < pool->count; i++) {
		wire_write_u16(w, (uint16_t)pool->items[i].size);
		wire_write(w, pool->items[i].data, pool->items[i].size);
	}
	wire_write_u8(w, (uint8_t)e->server_count);
	for (size_t i = 0; i < e->server_count; i++) {
		write_server(w, pool, &e->servers[i]);
	}
	write_end(w, e, pool);
}

int evidence_encode(const struct evidence *e, struct arena *arena, struct slice *out)
{
	if (e == NULL || arena == NULL || out == NULL) {
		return ERR_ARG;
	}
	int rc = check(e);
	if (rc < 0) {
		return rc;
	}
	struct pool *pool = arena_alloc(arena, sizeof *pool);
	if (pool == NULL) {
		return ERR_NOMEM;
	}
	pool->version = evidence_version(e);
	rc = take_servers(e, pool);
	if (rc == 0) {
		rc = take_signals(e, pool);
	}
	if (rc == 0) {
		rc = take_vantages(e, pool);
	}
	if (rc < 0) {
		return rc;
	}
	uint8_t *data = arena_alloc(arena, pool->octets);
	if (data == NULL) {
		return ERR_NOMEM;
	}
	struct wire w = wire_writer(data, pool->octets);
	write_all(&w, e, pool);
	assert(!wire_error(&w) && w.pos == pool->octets);
	*out = (struct slice){ data, w.pos };
	return 0;
}
