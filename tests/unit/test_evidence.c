/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The encoding of evidence: golden octets, one form only, hostile input. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "validate/cds/evidence.h"
#include "validate/wire/err.h"

static const uint8_t answer_one[] = { 0, 0, 0x84, 0, 0, 1, 0, 0, 0, 0, 0, 0 };
static const uint8_t answer_two[] = { 0, 0, 0x84, 5, 0, 1, 0, 0, 0, 0, 0, 0, 0xff };

/* version; child; began, ended; 2 hosts; 2 answers; 2 servers. Written by hand from evidence.c. */
static const uint8_t golden[] = {
	1,
	12, 7, 'e', 'x', 'a', 'm', 'p', 'l', 'e', 2, 'c', 'h', 0,
	0, 0, 0x01, 0x97, 0x74, 0x20, 0xdc, 0x00,
	0, 0, 0x01, 0x97, 0x74, 0x20, 0xdc, 0xfa,
	2,
	4, 2, 'n', '1', 0, 1,
	4, 2, 'n', '2', 0, 4,
	2,
	0, 12, 0, 0, 0x84, 0, 0, 1, 0, 0, 0, 0, 0, 0,
	0, 13, 0, 0, 0x84, 5, 0, 1, 0, 0, 0, 0, 0, 0, 0xff,
	2,
	4, 192, 0, 2, 1, 0, 0, 0, 1, 0,
	1, 0, 1, 0, 0, 0x03, 0xe8, 0,
	1, 1, 2, 0, 0, 0x07, 0xd0, 1,
	1, 0, 1, 0, 0, 0x03, 0xe8, 0,
	0, 0, 3, 0, 0, 0, 0,
	2, 0, 1, 0, 0, 0, 5,
	6, 0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 2,
	4, 0, 0, 0, 0, 0, 0,
	4, 0, 0, 0, 0, 0, 0,
	4, 0, 0, 0, 0, 0, 0,
	4, 0, 0, 0, 0, 0, 0,
	3, 0, 1, 0, 0, 0, 0,
};

/* What version 2 has behind that of version 1: the server, its answer, here one that is in the pool. */
static const uint8_t golden_ns[] = { 0, 1, 0, 1, 0, 0, 0x0b, 0xb8, 1 };
#define GOLDEN_2 (sizeof golden + sizeof golden_ns)

static void make_golden_2(uint8_t out[GOLDEN_2])
{
	memcpy(out, golden, sizeof golden);
	memcpy(out + sizeof golden, golden_ns, sizeof golden_ns);
	out[0] = 2;
}

static void host(struct evidence_host *h, char number, enum evidence_host_status status)
{
	const uint8_t wire[] = { 2, 'n', (uint8_t)number, 0 };
	assert_int_equal(name_from_wire(wire, sizeof wire, &h->name), 0);
	h->status = status;
}

/* What golden says. */
static void build(struct arena *arena, struct evidence *e)
{
	*e = (struct evidence){ .began_ms = UINT64_C(1750000000000), .ended_ms = UINT64_C(1750000000250),
		.host_count = 2, .server_count = 2 };
	e->hosts = arena_array(arena, 2, sizeof e->hosts[0]);
	e->servers = arena_array(arena, 2, sizeof e->servers[0]);
	assert_int_equal(name_from_text("example.ch.", &e->child), 0);
	host(&e->hosts[0], '1', EVIDENCE_HOST_RESOLVED);
	host(&e->hosts[1], '2', EVIDENCE_HOST_ALIAS);
	struct evidence_server *s = &e->servers[0];
	s->address = (struct address){ 4, { 192, 0, 2, 1 } };
	s->hosts = 1;
	const struct evidence_answer one = { EVIDENCE_ANSWERED, false, 1, 1000, { answer_one, sizeof answer_one } };
	s->answers[EVIDENCE_SOA] = one;
	s->answers[EVIDENCE_CDS] = (struct evidence_answer){ EVIDENCE_ANSWERED, true, 2, 2000,
		{ answer_two, sizeof answer_two } };
	s->answers[EVIDENCE_CDNSKEY] = one;
	s->answers[EVIDENCE_DNSKEY] = (struct evidence_answer){ .status = EVIDENCE_TIMEOUT, .attempts = 3 };
	s->answers[EVIDENCE_SOA_LAST] = (struct evidence_answer){ .status = EVIDENCE_UNREACHABLE, .attempts = 1,
		.rtt_us = 5 };
	s = &e->servers[1];
	s->address = (struct address){ 6, { 0x20, 0x01, 0x0d, 0xb8, [15] = 1 } };
	s->hosts = 1;
	s->skip = SKIP_FAMILY;
	for (size_t q = 0; q < EVIDENCE_QUESTIONS; q++) {
		s->answers[q].status = EVIDENCE_NOT_ASKED;
	}
	s->answers[EVIDENCE_SOA_LAST] = (struct evidence_answer){ .status = EVIDENCE_OVERSIZE, .attempts = 1 };
}

static void test_golden_octets(void **state)
{
	struct arena *arena = arena_new();
	struct evidence e;
	struct slice octets;
	(void)state;
	build(arena, &e);
	assert_int_equal(evidence_encode(&e, arena, &octets), 0);
	assert_int_equal(octets.size, sizeof golden);
	assert_memory_equal(octets.data, golden, sizeof golden);
	arena_free(arena);
}

static void build_ns(struct arena *arena, struct evidence *e)
{
	build(arena, e);
	e->ns = (struct evidence_ns){ .asked = true, .answer = { EVIDENCE_ANSWERED, false, 1, 3000,
		{ answer_two, sizeof answer_two } } };
}

/* Only evidence with the question has version 2: a case of version 1 is written again as it was. */
static void test_versions(void **state)
{
	(void)state;
	uint8_t golden_2[GOLDEN_2];
	struct arena *arena = arena_new();
	struct evidence e;
	struct slice octets;
	make_golden_2(golden_2);
	build_ns(arena, &e);
	assert_int_equal(evidence_encode(&e, arena, &octets), 0);
	assert_int_equal(octets.size, GOLDEN_2);
	assert_memory_equal(octets.data, golden_2, GOLDEN_2);
	assert_int_equal(evidence_decode(octets, arena, &e), 0);
	assert_true(e.ns.asked && e.ns.server == 0 && e.ns.answer.attempts == 1 && e.ns.answer.rtt_us == 3000 && !e.ns.answer.tcp);
	assert_true(slice_equal(e.ns.answer.octets, (struct slice){ answer_two, sizeof answer_two }));
	assert_int_equal(evidence_decode((struct slice){ golden, sizeof golden }, arena, &e), 0);
	assert_false(e.ns.asked);
	assert_int_equal(evidence_encode(&e, arena, &octets), 0);
	assert_true(slice_equal(octets, (struct slice){ golden, sizeof golden }));
	/* An answer of its own is the last one of the pool; none needs no number. */
	static const uint8_t other[] = { 0, 0, 0x84, 1, 0, 1, 0, 0, 0, 0, 0, 0 };
	build_ns(arena, &e);
	e.ns.answer.octets = (struct slice){ other, sizeof other };
	assert_int_equal(evidence_encode(&e, arena, &octets), 0);
	assert_int_equal(octets.size, GOLDEN_2 + 2 + sizeof other);
	assert_int_equal(octets.data[octets.size - 1], 2);
	assert_int_equal(evidence_decode(octets, arena, &e), 0);
	assert_true(slice_equal(e.ns.answer.octets, (struct slice){ other, sizeof other }));
	e.ns.answer = (struct evidence_answer){ .status = EVIDENCE_TIMEOUT, .attempts = 1 };
	assert_int_equal(evidence_encode(&e, arena, &octets), 0);
	assert_int_equal(octets.size, GOLDEN_2 - 1);
	assert_int_equal(evidence_decode(octets, arena, &e), 0);
	assert_int_equal(e.ns.answer.status, EVIDENCE_TIMEOUT);
	arena_free(arena);
}

static void test_decodes_to_the_same(void **state)
{
	struct arena *arena = arena_new();
	struct evidence e;
	struct evidence d;
	(void)state;
	build(arena, &e);
	assert_int_equal(evidence_decode((struct slice){ golden, sizeof golden }, arena, &d), 0);
	assert_true(name_equal(&e.child, &d.child));
	assert_int_equal(d.began_ms, e.began_ms);
	assert_int_equal(d.ended_ms, e.ended_ms);
	assert_int_equal(d.host_count, 2);
	assert_int_equal(d.hosts[1].status, EVIDENCE_HOST_ALIAS);
	assert_int_equal(d.server_count, 2);
	assert_int_equal(d.servers[1].skip, SKIP_FAMILY);
	assert_int_equal(address_compare(&d.servers[1].address, &e.servers[1].address), 0);
	for (size_t i = 0; i < 2; i++) {
		for (size_t q = 0; q < EVIDENCE_QUESTIONS; q++) {
			const struct evidence_answer *x = &e.servers[i].answers[q];
			const struct evidence_answer *y = &d.servers[i].answers[q];
			assert_int_equal(x->status, y->status);
			assert_int_equal(x->tcp, y->tcp);
			assert_int_equal(x->attempts, y->attempts);
			assert_int_equal(x->rtt_us, y->rtt_us);
			assert_true(slice_equal(x->octets, y->octets));
		}
	}
	/* Slices point into what was decoded. */
	const uint8_t *at = d.servers[0].answers[EVIDENCE_CDS].octets.data;
	assert_true(at >= golden && at < golden + sizeof golden);
	arena_free(arena);
}

static void check_one_form(const uint8_t *form, size_t form_size)
{
	uint8_t octets[GOLDEN_2 + 1];
	for (size_t size = 0; size < form_size; size++) {
		struct arena *arena = arena_new();
		struct evidence e;
		uint8_t *exact = malloc(size + 1);
		assert_non_null(exact);
		memcpy(exact, form, size);
		assert_int_equal(evidence_decode((struct slice){ exact, size }, arena, &e), ERR_FORMAT);
		free(exact);
		arena_free(arena);
	}
	memcpy(octets, form, form_size);
	octets[form_size] = 0;
	unsigned accepted = 0;
	for (size_t i = 0; i < form_size; i++) {
		for (unsigned bit = 0; bit < 8; bit++) {
			struct arena *arena = arena_new();
			struct evidence e;
			struct slice again;
			octets[i] ^= (uint8_t)(1u << bit);
			if (evidence_decode((struct slice){ octets, form_size }, arena, &e) == 0) {
				accepted++;
				assert_int_equal(evidence_encode(&e, arena, &again), 0);
				assert_true(slice_equal(again, (struct slice){ octets, form_size }));
			}
			octets[i] ^= (uint8_t)(1u << bit);
			arena_free(arena);
		}
	}
	assert_true(accepted > 0);
	struct arena *arena = arena_new();
	struct evidence e;
	assert_int_equal(evidence_decode((struct slice){ octets, form_size + 1 }, arena, &e), ERR_FORMAT);
	arena_free(arena);
}

/* Every prefix is refused; whatever else is accepted has this one encoding. */
static void test_one_form_only(void **state)
{
	uint8_t golden_2[GOLDEN_2];
	(void)state;
	make_golden_2(golden_2);
	check_one_form(golden, sizeof golden);
	check_one_form(golden_2, GOLDEN_2);
}

struct bad_case {
	const char *name;
	size_t at;
	uint8_t value;
	int error;
};

/* Offsets count from the start of golden: 1 version, 13 child, 16 times, 1, 2 x 6 hosts, 1, 14, 15. */
#define AT_HOSTS 30
#define AT_POOL 43
#define AT_SERVERS 73

static const struct bad_case bad_cases[] = {
	{ "version 0", 0, 0, ERR_FORMAT },
	{ "version 2 without its end", 0, 2, ERR_FORMAT },
	{ "version 3 without its end", 0, 3, ERR_FORMAT },
	{ "version 4 without its end", 0, 4, ERR_FORMAT },
	{ "version 5 without its end", 0, 5, ERR_FORMAT },
	{ "version 6", 0, 6, ERR_VERSION },
	{ "an upper-case child", 3, 'E', ERR_FORMAT },
	{ "33 hosts", AT_HOSTS, 33, ERR_FORMAT },
	{ "host status 5", AT_HOSTS + 6, 5, ERR_FORMAT },
	{ "255 answers", AT_POOL, 255, ERR_FORMAT },
	{ "an answer of no octets", AT_POOL + 2, 0, ERR_FORMAT },
	{ "33 servers", AT_SERVERS, 33, ERR_FORMAT },
	{ "family 5", AT_SERVERS + 1, 5, ERR_FORMAT },
	{ "a host that is not there", AT_SERVERS + 9, 4, ERR_FORMAT },
	{ "skip 4", AT_SERVERS + 10, 4, ERR_FORMAT },
	{ "status 5", AT_SERVERS + 11, 5, ERR_FORMAT },
	{ "transport 2", AT_SERVERS + 12, 2, ERR_FORMAT },
	{ "answers out of order", AT_SERVERS + 18, 1, ERR_FORMAT },
	{ "an answer that is not there", AT_SERVERS + 26, 2, ERR_FORMAT },
	{ "an answer nobody gave", AT_SERVERS + 26, 0, ERR_FORMAT },
	{ "servers out of order", AT_SERVERS + 49, 4, ERR_FORMAT },
};

static void test_bad(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof bad_cases / sizeof bad_cases[0]; i++) {
		const struct bad_case *b = &bad_cases[i];
		uint8_t octets[sizeof golden];
		struct arena *arena = arena_new();
		struct evidence e;
		memcpy(octets, golden, sizeof golden);
		octets[b->at] = b->value;
		int rc = evidence_decode((struct slice){ octets, sizeof octets }, arena, &e);
		if (rc != b->error) {
			fail_msg("%s: %d", b->name, rc);
		}
		arena_free(arena);
	}
}

/* Offsets from the start of what version 2 adds. */
static const struct bad_case bad_ns_cases[] = {
	{ "a server that is not there", 0, 2, ERR_FORMAT },
	{ "a server that was not asked", 0, 1, ERR_FORMAT },
	{ "status 5", 1, 5, ERR_FORMAT },
	{ "not asked", 1, 4, ERR_FORMAT },
	{ "silent, with an answer", 1, 0, ERR_FORMAT },
	{ "transport 2", 2, 2, ERR_FORMAT },
	{ "an answer that is not there", 8, 2, ERR_FORMAT },
};

static void test_bad_ns(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof bad_ns_cases / sizeof bad_ns_cases[0]; i++) {
		const struct bad_case *b = &bad_ns_cases[i];
		uint8_t octets[GOLDEN_2];
		struct arena *arena = arena_new();
		struct evidence e;
		make_golden_2(octets);
		octets[sizeof golden + b->at] = b->value;
		int rc = evidence_decode((struct slice){ octets, sizeof octets }, arena, &e);
		if (rc != b->error) {
			fail_msg("%s: %d", b->name, rc);
		}
		arena_free(arena);
	}
	/* "Not asked" has no number of an answer: one octet less, and still no form of its own. */
	uint8_t octets[GOLDEN_2];
	struct arena *arena = arena_new();
	struct evidence e;
	make_golden_2(octets);
	octets[sizeof golden + 1] = EVIDENCE_NOT_ASKED;
	assert_int_equal(evidence_decode((struct slice){ octets, GOLDEN_2 - 1 }, arena, &e), ERR_FORMAT);
	arena_free(arena);
}

/* A child, both times zero; then whatever comes. */
#define HEAD(version) version, 3, 1, 'a', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
#define SERVER(skip) 4, 192, 0, 2, 1, 0, 0, 0, 0, skip
#define TIMEOUTS 0, 0, 0, 0, 0, 0, 0
#define FIRST 1, 0, 0, 0, 0, 0, 0, 0

/* Counts and sizes that nothing behind them contradicts. */
static const struct whole_case {
	const char *name;
	size_t size;
	uint8_t octets[128];
	int error;
} whole_cases[] = {
	{ "nobody", 24, { HEAD(1), 0, 0, 0 }, 0 },
	{ "nobody, of whom one is asked for NS", 24, { HEAD(2), 0, 0, 0 }, ERR_FORMAT },
	{ "33 hosts and none", 24, { HEAD(1), 33, 0, 0 }, ERR_FORMAT },
	{ "a pool that ends", 23, { HEAD(1), 0, 1 }, ERR_FORMAT },
	{ "33 servers and none", 24, { HEAD(1), 0, 0, 33 }, ERR_FORMAT },
	{ "a server that is silent", 69, { HEAD(1), 0, 0, 1, SERVER(0), TIMEOUTS, TIMEOUTS, TIMEOUTS, TIMEOUTS, TIMEOUTS }, 0 },
	{ "a server that is not asked for a reason there is not", 34, { HEAD(1), 0, 0, 1, SERVER(4) }, ERR_FORMAT },
	{ "a server twice", 114, { HEAD(1), 0, 0, 2, SERVER(0), TIMEOUTS, TIMEOUTS, TIMEOUTS, TIMEOUTS, TIMEOUTS,
		SERVER(0), TIMEOUTS, TIMEOUTS, TIMEOUTS, TIMEOUTS, TIMEOUTS }, ERR_FORMAT },
	{ "answers without an octet", 76, { HEAD(1), 0, 1, 0, 0, 1, SERVER(0), FIRST, FIRST, FIRST, FIRST, FIRST }, ERR_FORMAT },
};

static void test_whole(void **state)
{
	(void)state;
	struct arena *arena = arena_new();
	struct evidence e;
	for (size_t i = 0; i < sizeof whole_cases / sizeof whole_cases[0]; i++) {
		const struct whole_case *c = &whole_cases[i];
		int rc = evidence_decode((struct slice){ c->octets, c->size }, arena, &e);
		if (rc != c->error) {
			fail_msg("%s: %d", c->name, rc);
		}
	}
	uint8_t *room = calloc(1, LIMIT_EVIDENCE_OCTETS + 1);
	assert_non_null(room);
	assert_int_equal(evidence_decode((struct slice){ room, LIMIT_EVIDENCE_OCTETS + 1 }, arena, &e), ERR_FORMAT);
	free(room);
	assert_int_equal(evidence_decode((struct slice){ golden, sizeof golden }, NULL, &e), ERR_ARG);
	assert_int_equal(evidence_decode((struct slice){ golden, sizeof golden }, arena, NULL), ERR_ARG);
	arena_free(arena);
}

static void test_two_equal_answers_in_the_pool(void **state)
{
	(void)state;
	struct arena *arena = arena_new();
	struct evidence e;
	struct evidence twin;
	build(arena, &twin);
	struct slice encoded;
	twin.servers[0].answers[EVIDENCE_CDS].octets = (struct slice){ answer_one, sizeof answer_one };
	assert_int_equal(evidence_encode(&twin, arena, &encoded), 0);
	assert_int_equal(encoded.size, sizeof golden - 2 - sizeof answer_two);	/* stored once */
	uint8_t *copy = arena_copy(arena, golden, sizeof golden);
	assert_non_null(copy);
	/* The second answer made twelve octets long and equal to the first; the rest moves up. */
	memmove(copy + AT_POOL + 1 + 14 + 14, copy + AT_POOL + 1 + 14 + 15, sizeof golden - AT_SERVERS);
	memcpy(copy + AT_POOL + 1 + 14, copy + AT_POOL + 1, 14);
	assert_int_equal(evidence_decode((struct slice){ copy, sizeof golden - 1 }, arena, &e), ERR_FORMAT);
	arena_free(arena);
}

static void test_refuses_to_encode(void **state)
{
	(void)state;
	struct arena *arena = arena_new();
	struct evidence e;
	struct slice out;
	build(arena, &e);
	struct evidence_server first = e.servers[0];
	e.servers[0] = e.servers[1];
	e.servers[1] = first;
	assert_int_equal(evidence_encode(&e, arena, &out), ERR_ARG);	/* not sorted */
	build(arena, &e);
	e.servers[0].hosts = 4;
	assert_int_equal(evidence_encode(&e, arena, &out), ERR_ARG);
	build(arena, &e);
	e.servers[0].answers[EVIDENCE_SOA].octets.size = 0;
	assert_int_equal(evidence_encode(&e, arena, &out), ERR_ARG);
	build(arena, &e);
	e.host_count = LIMIT_NS_HOSTS + 1;
	assert_int_equal(evidence_encode(&e, arena, &out), ERR_LIMIT);
	build(arena, &e);
	e.child.size = 0;
	assert_int_equal(evidence_encode(&e, arena, &out), ERR_ARG);
	build(arena, &e);
	uint8_t *big = arena_alloc(arena, LIMIT_MESSAGE_OCTETS + 1);
	assert_non_null(big);
	e.servers[0].answers[EVIDENCE_SOA].octets = (struct slice){ big, LIMIT_MESSAGE_OCTETS + 1 };
	assert_int_equal(evidence_encode(&e, arena, &out), ERR_LIMIT);
	/* What was not asked says nothing, whatever is left there. */
	build_ns(arena, &e);
	e.ns.asked = false;
	e.ns.answer.octets.size = 0;
	assert_int_equal(evidence_encode(&e, arena, &out), 0);
	assert_true(slice_equal(out, (struct slice){ golden, sizeof golden }));
	build_ns(arena, &e);
	e.ns.server = 2;
	assert_int_equal(evidence_encode(&e, arena, &out), ERR_ARG);
	e.ns.server = 1;	/* was not asked anything */
	assert_int_equal(evidence_encode(&e, arena, &out), ERR_ARG);
	build_ns(arena, &e);
	e.ns.answer.status = EVIDENCE_NOT_ASKED;
	assert_int_equal(evidence_encode(&e, arena, &out), ERR_ARG);
	build_ns(arena, &e);
	e.ns.answer.octets.size = 0;
	assert_int_equal(evidence_encode(&e, arena, &out), ERR_ARG);
	assert_int_equal(evidence_encode(NULL, arena, &out), ERR_ARG);
	arena_free(arena);
}

/* A clock that went back has shown no round. */
static void test_round(void **state)
{
	(void)state;
	struct evidence e = { .began_ms = UINT64_C(1750000000000) };
	e.ended_ms = e.began_ms + LIMIT_ROUND_MS;
	assert_true(evidence_is_one_round(&e));
	e.ended_ms++;
	assert_false(evidence_is_one_round(&e));
	e.ended_ms = e.began_ms - 1;
	assert_false(evidence_is_one_round(&e));
}

/* The ceiling holds for the whole: five answers of 60 kB do not fit, four do. */
static void test_ceiling(void **state)
{
	(void)state;
	struct arena *arena = arena_new();
	struct evidence e;
	struct slice out;
	build(arena, &e);
	for (size_t q = 0; q < EVIDENCE_QUESTIONS; q++) {
		uint8_t *octets = arena_alloc(arena, 60000);
		assert_non_null(octets);
		octets[0] = (uint8_t)q;
		e.servers[0].answers[q] = (struct evidence_answer){ .status = EVIDENCE_ANSWERED,
			.octets = { octets, 60000 } };
	}
	assert_int_equal(evidence_encode(&e, arena, &out), ERR_LIMIT);
	e.servers[0].answers[0] = (struct evidence_answer){ .status = EVIDENCE_OVERSIZE };
	assert_int_equal(evidence_encode(&e, arena, &out), 0);
	assert_true(out.size <= LIMIT_EVIDENCE_OCTETS);
	struct evidence back;
	assert_int_equal(evidence_decode(out, arena, &back), 0);
	arena_free(arena);
}

static void test_question_types(void **state)
{
	(void)state;
	assert_int_equal(evidence_question_type(EVIDENCE_SOA), TYPE_SOA);
	assert_int_equal(evidence_question_type(EVIDENCE_CDS), TYPE_CDS);
	assert_int_equal(evidence_question_type(EVIDENCE_CDNSKEY), TYPE_CDNSKEY);
	assert_int_equal(evidence_question_type(EVIDENCE_DNSKEY), TYPE_DNSKEY);
	assert_int_equal(evidence_question_type(EVIDENCE_SOA_LAST), TYPE_SOA);
	assert_int_equal(evidence_question_type(EVIDENCE_NS), TYPE_NS);
	assert_int_equal(evidence_question_type(EVIDENCE_QUESTIONS), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_golden_octets), cmocka_unit_test(test_decodes_to_the_same),
		cmocka_unit_test(test_versions), cmocka_unit_test(test_one_form_only), cmocka_unit_test(test_bad),
		cmocka_unit_test(test_bad_ns), cmocka_unit_test(test_whole), cmocka_unit_test(test_round),
		cmocka_unit_test(test_two_equal_answers_in_the_pool), cmocka_unit_test(test_refuses_to_encode),
		cmocka_unit_test(test_ceiling), cmocka_unit_test(test_question_types),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
