/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Evidence to octets: equal answers are stored once, servers refer to them by number. */
#include "validate/cds/evidence.h"

#include "validate/cds/codec.h"
#include "validate/cds/evidence_format.h"
#include "validate/wire/cursor.h"
#include "validate/wire/err.h"

uint16_t evidence_question_type(enum evidence_question q)
{
	switch (q) {
	case EVIDENCE_SOA:
	case EVIDENCE_SOA_LAST:
		return TYPE_SOA;
	case EVIDENCE_CDS:
		return TYPE_CDS;
	case EVIDENCE_CDNSKEY:
		return TYPE_CDNSKEY;
	case EVIDENCE_DNSKEY:
		return TYPE_DNSKEY;
	case EVIDENCE_NS:
		return TYPE_NS;
	case EVIDENCE_QUESTIONS:
		break;
	}
	return 0;
}

uint32_t evidence_unresolved(const struct evidence *e)
{
	uint32_t hosts = 0;
	for (size_t i = 0; i < e->host_count && i < LIMIT_NS_HOSTS; i++) {
		enum evidence_host_status status = e->hosts[i].status;
		bool unknown = status == EVIDENCE_HOST_FAILED || status == EVIDENCE_HOST_BOGUS;
		hosts |= unknown ? UINT32_C(1) << i : 0;
	}
	return hosts;
}

bool evidence_is_one_round(const struct evidence *e)
{
	/* An end before the beginning is an age after it. */
	return e->ended_ms - e->began_ms <= LIMIT_ROUND_MS;
}

bool evidence_has_ns(const struct evidence *e)
{
	return e->ns.asked && e->ns.server < e->server_count && e->servers[e->ns.server].skip == SKIP_NONE &&
		e->ns.answer.status != EVIDENCE_NOT_ASKED;
}

/* Distinct answers in the order in which they are first met. */
struct pool {
	size_t count;
	struct slice items[EVIDENCE_ANSWERS_MAX];
};

static size_t pool_find(const struct pool *pool, struct slice octets)
{
	for (size_t i = 0; i < pool->count; i++) {
		if (slice_equal(pool->items[i], octets)) {
			return i;
		}
	}
	return pool->count;
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
	return e->ns.asked && !evidence_has_ns(e) ? ERR_ARG : 0;
}

static int pool_add(struct pool *pool, const struct evidence_answer *a)
{
	if (a->status != EVIDENCE_ANSWERED) {
		return 0;
	}
	if (a->octets.data == NULL || a->octets.size == 0) {
		return ERR_ARG;
	}
	if (a->octets.size > LIMIT_MESSAGE_OCTETS) {
		return ERR_LIMIT;
	}
	if (pool_find(pool, a->octets) == pool->count) {
		pool->items[pool->count++] = a->octets;
	}
	return 0;
}

static int fill_pool(const struct evidence *e, struct pool *pool)
{
	for (size_t i = 0; i < e->server_count; i++) {
		for (size_t q = 0; q < EVIDENCE_QUESTIONS; q++) {
			int rc = pool_add(pool, &e->servers[i].answers[q]);
			if (rc < 0) {
				return rc;
			}
		}
	}
	return e->ns.asked ? pool_add(pool, &e->ns.answer) : 0;
}

static void write_answer(struct wire *w, const struct pool *pool, const struct evidence_answer *a)
{
	wire_write_u8(w, (uint8_t)a->status);
	wire_write_u8(w, a->tcp ? 1 : 0);
	wire_write_u8(w, a->attempts);
	wire_write_u32(w, a->rtt_us);
	if (a->status == EVIDENCE_ANSWERED) {
		wire_write_u8(w, (uint8_t)pool_find(pool, a->octets));
	}
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

static void write_all(struct wire *w, const struct evidence *e, const struct pool *pool)
{
	wire_write_u8(w, e->ns.asked ? EVIDENCE_WITH_NS : EVIDENCE_WITHOUT_NS);
	codec_write_name(w, &e->child);
	wire_write_u64(w, e->began_ms);
	wire_write_u64(w, e->ended_ms);
	wire_write_u8(w, (uint8_t)e->host_count);
	for (size_t i = 0; i < e->host_count; i++) {
		codec_write_name(w, &e->hosts[i].name);
		wire_write_u8(w, (uint8_t)e->hosts[i].status);
	}
	wire_write_u8(w, (uint8_t)pool->count);
	for (size_t i = 0; i < pool->count; i++) {
		wire_write_u16(w, (uint16_t)pool->items[i].size);
		wire_write(w, pool->items[i].data, pool->items[i].size);
	}
	wire_write_u8(w, (uint8_t)e->server_count);
	for (size_t i = 0; i < e->server_count; i++) {
		write_server(w, pool, &e->servers[i]);
	}
	if (e->ns.asked) {
		wire_write_u8(w, (uint8_t)e->ns.server);
		write_answer(w, pool, &e->ns.answer);
	}
}

/* An upper bound; what does not fit into the ceiling is refused while writing. */
static size_t room_for(const struct evidence *e, const struct pool *pool)
{
	size_t room = 48 + LIMIT_NAME_OCTETS + e->host_count * (2 + LIMIT_NAME_OCTETS);
	for (size_t i = 0; i < pool->count; i++) {
		room += 2 + pool->items[i].size;
	}
	room += e->server_count * (17 + 5 + EVIDENCE_QUESTIONS * 8);
	return room < LIMIT_EVIDENCE_OCTETS ? room : LIMIT_EVIDENCE_OCTETS;
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
	rc = fill_pool(e, pool);
	if (rc < 0) {
		return rc;
	}
	size_t room = room_for(e, pool);
	uint8_t *data = arena_alloc(arena, room);
	if (data == NULL) {
		return ERR_NOMEM;
	}
	struct wire w = wire_writer(data, room);
	write_all(&w, e, pool);
	if (wire_error(&w)) {
		return ERR_LIMIT;
	}
	*out = (struct slice){ data, w.pos };
	return 0;
}
