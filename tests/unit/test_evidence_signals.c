/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Version 3 of the encoding of evidence: why a child was asked, and the signals of its operators (RFC 9615 section 4.2). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "validate/cds/evidence.h"
#include "validate/wire/err.h"

static const uint8_t answer_one[] = { 0, 0, 0x84, 0, 0, 1, 0, 0, 0, 0, 0, 0 };
static const uint8_t answer_two[] = { 0, 0, 0x84, 5, 0, 1, 0, 0, 0, 0, 0, 0, 0xff };

/* One server, NS asked, two hosts of which the first is below the child, one signal with two links. By hand. */
static const uint8_t golden[] = {
	3,
	4, 2, 'c', 'h', 0,
	0, 0, 0x01, 0x97, 0x74, 0x20, 0xdc, 0x00,
	0, 0, 0x01, 0x97, 0x74, 0x20, 0xdc, 0xfa,
	2,
	6, 1, 'n', 2, 'c', 'h', 0, 1,
	3, 1, 'n', 0, 1,
	0, 2,
	0, 12, 0, 0, 0x84, 0, 0, 1, 0, 0, 0, 0, 0, 0,
	0, 13, 0, 0, 0x84, 5, 0, 1, 0, 0, 0, 0, 0, 0, 0xff,
	1,
	4, 192, 0, 2, 1, 0, 0, 0, 2, 0,
	1, 1, 1, 0, 0, 0x03, 0xe8, 0, 0,
	0, 0, 0, 0, 0, 0, 0,
	0, 0, 0, 0, 0, 0, 0,
	0, 0, 0, 0, 0, 0, 0,
	0, 0, 0, 0, 0, 0, 0,
	2, 3,
	0, 1, 1, 1, 0, 0, 0, 9, 0, 0,
	1,
	1,
	1, 1, 1, 0, 0, 0, 7, 0, 1,
	0, 1, 2, 0, 0, 0, 0,
	2,
	1, 0, 0, 48, 1, 1, 1, 0, 0, 0, 8, 0, 0,
	3, 1, 'n', 0, 0, 43, 4, 0, 0, 0, 0, 0, 0,
};
#define AT_SECOND 52
#define AT_TRIGGER 115

static void name(const char *text, struct name *out)
{
	assert_int_equal(name_from_text(text, out), 0);
}

static struct evidence_answer answered(const uint8_t *octets, size_t size, uint32_t rtt_us)
{
	return (struct evidence_answer){ EVIDENCE_ANSWERED, true, 1, rtt_us, { octets, size } };
}

/* What golden says. */
static void build(struct arena *arena, struct evidence *e)
{
	*e = (struct evidence){ .began_ms = UINT64_C(1750000000000), .ended_ms = UINT64_C(1750000000250),
		.host_count = 2, .server_count = 1, .trigger = TRIGGER_OPERATOR, .signals_asked = true, .signal_count = 1 };
	e->hosts = arena_array(arena, 2, sizeof e->hosts[0]);
	e->servers = arena_array(arena, 1, sizeof e->servers[0]);
	e->signals = arena_array(arena, 1, sizeof e->signals[0]);
	assert_true(e->hosts != NULL && e->servers != NULL && e->signals != NULL);
	name("ch.", &e->child);
	name("n.ch.", &e->hosts[0].name);
	name("n.", &e->hosts[1].name);
	e->hosts[0].status = e->hosts[1].status = EVIDENCE_HOST_RESOLVED;
	e->servers[0].address = (struct address){ 4, { 192, 0, 2, 1 } };
	e->servers[0].hosts = 2;
	e->servers[0].answers[0] = answered(answer_one, sizeof answer_one, 1000);
	e->ns = (struct evidence_ns){ true, 0, answered(answer_one, sizeof answer_one, 9) };
	struct evidence_signal *s = &e->signals[0];
	s->host = 1;
	s->answers[0] = answered(answer_two, sizeof answer_two, 7);
	s->answers[1] = (struct evidence_answer){ .status = EVIDENCE_TIMEOUT, .tcp = true, .attempts = 2 };
	s->link_count = 2;
	s->links = arena_array(arena, LIMIT_LINKS + 1, sizeof s->links[0]);
	assert_non_null(s->links);
	s->links[0] = (struct evidence_link){ .type = TYPE_DNSKEY, .answer = answered(answer_one, sizeof answer_one, 8) };
	name(".", &s->links[0].name);
	s->links[1] = (struct evidence_link){ .type = TYPE_DS, .answer = { .status = EVIDENCE_NOT_ASKED } };
	name("n.", &s->links[1].name);
}

static int decode(const void *data, size_t size, struct arena *arena, struct evidence *out)
{
	return evidence_decode((struct slice){ data, size }, arena, out);
}

static void assert_one_form(struct slice octets, struct arena *arena)
{
	struct evidence e;
	struct slice again;
	assert_int_equal(evidence_decode(octets, arena, &e), 0);
	assert_int_equal(evidence_encode(&e, arena, &again), 0);
	assert_true(slice_equal(again, octets));
}

/* R9615-4.2-2: what every answer on the way was, octet by octet. */
static void test_golden(void **state)
{
	(void)state;
	struct arena *arena = arena_new();
	struct evidence e;
	struct evidence d;
	struct slice octets;
	build(arena, &e);
	assert_int_equal(evidence_encode(&e, arena, &octets), 0);
	assert_int_equal(octets.size, sizeof golden);
	assert_memory_equal(octets.data, golden, sizeof golden);
	assert_int_equal(decode(golden, sizeof golden, arena, &d), 0);
	assert_int_equal(d.trigger, TRIGGER_OPERATOR);
	assert_true(d.ns.asked && d.ns.answer.tcp && d.signals_asked);
	assert_int_equal(d.signal_count, 1);
	const struct evidence_signal *s = &d.signals[0];
	assert_int_equal(s->host, 1);
	assert_true(s->answers[0].status == EVIDENCE_ANSWERED && s->answers[0].rtt_us == 7 && s->answers[0].tcp);
	assert_true(slice_equal(s->answers[0].octets, (struct slice){ answer_two, sizeof answer_two }));
	assert_true(s->answers[1].status == EVIDENCE_TIMEOUT && s->answers[1].attempts == 2 && s->answers[1].tcp);
	assert_int_equal(s->link_count, 2);
	assert_true(s->links[0].type == TYPE_DNSKEY && s->links[0].name.size == 1);
	assert_true(slice_equal(s->links[0].answer.octets, (struct slice){ answer_one, sizeof answer_one }));
	assert_true(s->links[1].type == TYPE_DS && name_equal(&s->links[1].name, &e.hosts[1].name));
	assert_int_equal(s->links[1].answer.status, EVIDENCE_NOT_ASKED);
	arena_free(arena);
}

/* What a former version can say is written as before; a trigger alone needs the third one. */
static void test_version(void **state)
{
	(void)state;
	struct arena *arena = arena_new();
	struct evidence e;
	struct evidence d;
	struct slice octets;
	build(arena, &e);
	e.signals_asked = false;
	e.signal_count = 0;
	for (int trigger = TRIGGER_TIMER; trigger <= TRIGGER_RETRY; trigger++) {
		e.trigger = (enum evidence_trigger)trigger;
		assert_int_equal(evidence_encode(&e, arena, &octets), 0);
		assert_int_equal(octets.data[0], trigger == TRIGGER_TIMER ? 2 : 3);
		assert_int_equal(evidence_decode(octets, arena, &d), 0);
		assert_int_equal(d.trigger, trigger);
		assert_false(d.signals_asked);
		assert_one_form(octets, arena);
	}
	/* So does a host that nobody wants to be asked. */
	e.trigger = TRIGGER_TIMER;
	e.hosts[0].status = EVIDENCE_HOST_NOT_ASKED;
	assert_int_equal(evidence_encode(&e, arena, &octets), 0);
	assert_int_equal(octets.data[0], 3);
	assert_one_form(octets, arena);
	e.hosts[0].status = EVIDENCE_HOST_RESOLVED;
	/* Asked for, and nobody is outside the child: not the same as not asked for. */
	e.trigger = TRIGGER_TIMER;
	e.signals_asked = true;
	e.host_count = 1;
	e.servers[0].hosts = 1;
	assert_int_equal(evidence_encode(&e, arena, &octets), 0);
	assert_int_equal(evidence_decode(octets, arena, &d), 0);
	assert_true(d.signals_asked && d.signal_count == 0);
	/* The third version never says what the second one can. */
	build(arena, &e);
	e.signals_asked = false;
	e.signal_count = 0;
	assert_int_equal(evidence_encode(&e, arena, &octets), 0);
	uint8_t *copy = arena_copy(arena, octets.data, octets.size);
	assert_non_null(copy);
	assert_int_equal(decode(copy, octets.size, arena, &d), 0);
	copy[octets.size - 12] = TRIGGER_TIMER;
	assert_int_equal(decode(copy, octets.size, arena, &d), ERR_FORMAT);
	arena_free(arena);
}

static void test_one_form_only(void **state)
{
	(void)state;
	uint8_t octets[sizeof golden + 1] = { 0 };
	unsigned accepted = 0;
	memcpy(octets, golden, sizeof golden);
	for (size_t i = 0; i < 8 * sizeof golden; i++) {
		struct arena *arena = arena_new();
		struct evidence e;
		octets[i / 8] ^= (uint8_t)(1u << i % 8);
		if (decode(octets, sizeof golden, arena, &e) == 0) {
			accepted++;
			assert_one_form((struct slice){ octets, sizeof golden }, arena);
		}
		octets[i / 8] ^= (uint8_t)(1u << i % 8);
		arena_free(arena);
	}
	assert_true(accepted > 0);
	for (size_t size = 0; size <= sizeof octets; size++) {
		struct arena *arena = arena_new();
		struct evidence e;
		uint8_t *exact = malloc(size + 1);
		assert_non_null(exact);
		memcpy(exact, octets, size);
		assert_int_equal(decode(exact, size, arena, &e), size == sizeof golden ? 0 : ERR_FORMAT);
		free(exact);
		arena_free(arena);
	}
}

/* Offsets from the trigger. Where there is a size, nothing comes behind it that would be refused in its place, and the second
 * answer is not in the pool. */
static const struct bad_case {
	const char *name;
	size_t at;
	uint8_t value;
	size_t size;
} bad_cases[] = {
	{ "a trigger that there is not", 0, 4, 0 },
	{ "something else behind", 1, 7, 0 },
	{ "signals and NS, without NS", 1, 2, 0 },
	{ "no signal", 12, 0, 0 },
	{ "two signals", 12, 2, 0 },
	{ "more signals than hosts", 12, 3, 0 },
	{ "the signal of a host below the child", 13, 0, 0 },
	{ "the signal of a host that is not there", 13, 2, 0 },
	{ "status 5", 14, 5, 0 },
	{ "transport 2", 15, 2, 0 },
	{ "an answer that is not there", 22, 2, 0 },
	{ "an answer that others gave; the second of the pool is nobody's", 22, 0, 0 },
	{ "three links, and two", 30, 3, 0 },
	{ "one link, and two", 30, 1, 0 },
	{ "65 links", 30, 65, 0 },
	{ "a link of another type", 34, 1, 0 },
	{ "a link in upper case", 46, 'N', 0 },
	{ "a trigger that there is not, in the end", 0, 4, 2 },
	{ "more signals than hosts, in the end", 12, 3, 13 },
	{ "status 5, in the end", 23, 5, 30 },
	{ "status 5 before an answer, in the end", 14, 5, 29 },
	{ "65 links, in the end", 30, 65, 31 },
	{ "a link of another type, in the end", 49, 44, 50 },
};

static void test_bad(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof bad_cases / sizeof bad_cases[0]; i++) {
		uint8_t octets[sizeof golden];
		struct arena *arena = arena_new();
		struct evidence e;
		size_t at = AT_TRIGGER;
		size_t size = sizeof golden;
		memcpy(octets, golden, sizeof golden);
		if (bad_cases[i].size > 0) {
			at -= 2 + sizeof answer_two;
			size = at + bad_cases[i].size;
			octets[37] = 1;
			memmove(octets + AT_SECOND, golden + AT_SECOND + 2 + sizeof answer_two, size - AT_SECOND);
			octets[at + 22] = 0;
		}
		octets[at + bad_cases[i].at] = bad_cases[i].value;
		if (decode(octets, size, arena, &e) != ERR_FORMAT) {
			fail_msg("%s", bad_cases[i].name);
		}
		arena_free(arena);
	}
}

static void assert_refused(const struct evidence *e, struct arena *arena, int error)
{
	struct slice octets;
	assert_int_equal(evidence_encode(e, arena, &octets), error);
}

/* R9615-4.1-1: the signal of a host that is left out cannot pass for one that agrees. */
static void test_refuses_to_encode(void **state)
{
	(void)state;
	struct arena *arena = arena_new();
	struct evidence e;
	build(arena, &e);
	e.signal_count = 0;
	assert_refused(&e, arena, ERR_ARG);
	build(arena, &e);
	e.signals_asked = false;
	assert_refused(&e, arena, ERR_ARG);
	build(arena, &e);
	e.signals[0].host = 0;
	assert_refused(&e, arena, ERR_ARG);
	build(arena, &e);
	name("n.ch.", &e.hosts[1].name);
	assert_refused(&e, arena, ERR_ARG);
	build(arena, &e);
	e.trigger = (enum evidence_trigger)4;
	assert_refused(&e, arena, ERR_ARG);
	build(arena, &e);
	e.signals[0].links[1].type = TYPE_SOA;
	assert_refused(&e, arena, ERR_ARG);
	build(arena, &e);
	e.signals[0].links[1].name.size = 0;
	assert_refused(&e, arena, ERR_ARG);
	build(arena, &e);
	e.signals[0].answers[0].octets.size = 0;
	assert_refused(&e, arena, ERR_ARG);
	build(arena, &e);
	e.signals[0].links[0].answer.octets.data = NULL;
	assert_refused(&e, arena, ERR_ARG);
	build(arena, &e);
	e.signals[0].link_count = LIMIT_LINKS + 1;
	assert_refused(&e, arena, ERR_LIMIT);
	arena_free(arena);
}

/* A child of count hosts, each with a signal of links links, and different answers everywhere. */
static void build_many(struct arena *arena, size_t count, size_t links, size_t size, struct evidence *e)
{
	build(arena, e);
	e->host_count = e->signal_count = count;
	e->hosts = arena_array(arena, count, sizeof e->hosts[0]);
	e->signals = arena_array(arena, count, sizeof e->signals[0]);
	assert_true(e->hosts != NULL && e->signals != NULL);
	uint32_t number = 0;
	for (size_t i = 0; i < count; i++) {
		char text[32];
		snprintf(text, sizeof text, "n%02zu.", i);
		name(text, &e->hosts[i].name);
		struct evidence_signal *s = &e->signals[i];
		s->host = i;
		s->link_count = links;
		s->links = arena_array(arena, links, sizeof s->links[0]);
		for (size_t k = 0; k < links + 2; k++) {
			uint8_t *octets = arena_alloc(arena, size);
			assert_non_null(octets);
			memcpy(octets, &number, sizeof number);
			number++;
			if (k >= links) {
				s->answers[k - links] = answered(octets, size, 1);
				continue;
			}
			s->links[k] = (struct evidence_link){ .type = TYPE_DS, .answer = answered(octets, size, 1) };
			s->links[k].name = e->hosts[i].name;
		}
	}
}

static size_t count_whole(const struct evidence *e)
{
	size_t whole = 0;
	for (size_t i = 0; i < e->signal_count; i++) {
		const struct evidence_signal *s = &e->signals[i];
		if (s->link_count > 0) {
			whole++;
			assert_int_equal(s->answers[0].status, EVIDENCE_ANSWERED);
			continue;
		}
		assert_int_equal(s->answers[0].status, EVIDENCE_OVERSIZE);
		assert_int_equal(s->answers[1].status, EVIDENCE_OVERSIZE);
		assert_int_equal(s->answers[1].octets.size, 0);
	}
	return whole;
}

/* L-DOS-1: signals beyond the ceilings are dropped and marked; those before them, and the answers of the child, stay. */
static void test_ceiling(void **state)
{
	(void)state;
	static const struct {
		size_t hosts;
		size_t links;
		size_t size;
		size_t whole;
	} rows[] = {
		{ 32, 10, 600, 32 },	/* everything fits */
		{ 32, 14, 600, 26 },	/* 256 kB are full */
		{ 32, 20, 100, 23 },	/* 512 answers, of which one is of the child */
		{ 8, 62, 4, 7 },	/* one answer too many */
		{ 4, 6, 40000, 0 },
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct arena *arena = arena_new();
		struct evidence e;
		struct evidence d;
		struct slice octets;
		build_many(arena, rows[i].hosts, rows[i].links, rows[i].size, &e);
		assert_int_equal(evidence_encode(&e, arena, &octets), 0);
		assert_true(octets.size <= LIMIT_EVIDENCE_OCTETS);
		assert_int_equal(evidence_decode(octets, arena, &d), 0);
		assert_int_equal(d.signal_count, rows[i].hosts);
		assert_int_equal(count_whole(&d), rows[i].whole);
		assert_int_equal(d.servers[0].answers[0].status, EVIDENCE_ANSWERED);
		assert_one_form(octets, arena);
		arena_free(arena);
	}
}

/* A signal that does not fit makes no room for itself; a smaller one behind it may still have some. */
static void test_a_large_one_in_the_middle(void **state)
{
	(void)state;
	struct arena *arena = arena_new();
	struct evidence e;
	struct evidence d;
	struct slice octets;
	build_many(arena, 3, 2, 60000, &e);
	for (size_t k = 0; k < 2; k++) {
		e.signals[0].links[k].answer.octets.size = e.signals[0].answers[k].octets.size = 100;
		e.signals[2].links[k].answer.octets.size = e.signals[2].answers[k].octets.size = 101;
	}
	e.signals[1].links[0].answer.octets.size = 65535;
	e.signals[1].answers[0].octets.size = 65535;
	uint8_t *large = arena_alloc(arena, 65535);
	assert_non_null(large);
	e.signals[1].links[0].answer.octets.data = e.signals[1].answers[0].octets.data = large;
	e.signals[1].links[1].answer.octets = (struct slice){ large, 65534 };
	e.signals[1].answers[1].octets = (struct slice){ large, 65533 };
	assert_int_equal(evidence_encode(&e, arena, &octets), 0);
	assert_int_equal(evidence_decode(octets, arena, &d), 0);
	assert_int_equal(count_whole(&d), 3);	/* equal octets are stored once */
	e.signals[1].links[0].answer.octets.size = 65532;
	assert_int_equal(evidence_encode(&e, arena, &octets), 0);
	assert_int_equal(evidence_decode(octets, arena, &d), 0);
	assert_int_equal(count_whole(&d), 2);
	assert_int_equal(d.signals[1].link_count, 0);
	assert_one_form(octets, arena);
	arena_free(arena);
}

/* One link more at the very end, which refers to this answer of the pool; behind it the encoding of e is as long as it was. */
static size_t add_link(const struct evidence *e, struct slice octets, uint16_t answer, uint8_t *out)
{
	const struct evidence_signal *last = &e->signals[e->signal_count - 1];
	uint8_t link[64] = { last->links[0].name.size };
	size_t size = 1 + last->links[0].name.size;
	memcpy(link + 1, last->links[0].name.octets, last->links[0].name.size);
	const uint8_t rest[] = { 0, TYPE_DS, EVIDENCE_ANSWERED, 1, 1, 0, 0, 0, 1, (uint8_t)(answer >> 8), (uint8_t)answer };
	memcpy(link + size, rest, sizeof rest);
	size += sizeof rest;
	memmove(out, octets.data, octets.size);
	size_t at = octets.size - last->link_count * size - 1;
	assert_int_equal(out[at], last->link_count);
	out[at]++;
	memcpy(out + octets.size, link, size);
	return octets.size + size;
}

/* L-DOS-1: the ceilings of what is read, where nothing else is wrong. */
static void test_ceilings_of_reading(void **state)
{
	(void)state;
	struct arena *arena = arena_new();
	struct evidence e;
	struct evidence d;
	struct slice octets;
	static uint8_t more[LIMIT_EVIDENCE_OCTETS];
	build_many(arena, 1, LIMIT_LINKS - 1, 20, &e);
	e.servers[0].hosts = 1;
	assert_int_equal(evidence_encode(&e, arena, &octets), 0);
	size_t size = add_link(&e, octets, 0, more);
	assert_int_equal(decode(more, size, arena, &d), 0);
	assert_int_equal(d.signals[0].link_count, LIMIT_LINKS);
	size_t again = add_link(&d, (struct slice){ more, size }, 0, more);
	assert_int_equal(decode(more, again, arena, &d), ERR_FORMAT);
	/* 31 hosts with 16 answers each and one of the child: room for 15 more. */
	build_many(arena, 31, 14, 20, &e);
	assert_int_equal(evidence_encode(&e, arena, &octets), 0);
	memcpy(more, octets.data, octets.size);
	const size_t at_pool = 1 + 5 + 16 + 1 + 31 * 7;
	assert_int_equal(more[at_pool] << 8 | more[at_pool + 1], 31 * 16 + 1);
	for (unsigned count = 31 * 16 + 1; count <= LIMIT_EVIDENCE_ANSWERS; count++) {
		/* At the end of the pool, and used by the last link. */
		const uint8_t item[] = { 0, 2, (uint8_t)(count >> 8), (uint8_t)count };
		size_t at = at_pool + 2;
		for (unsigned i = 0; i < count; i++) {
			at += 2u + (size_t)(more[at] << 8 | more[at + 1]);
		}
		size = octets.size;
		memmove(more + at + sizeof item, more + at, size - at);
		memcpy(more + at, item, sizeof item);
		more[at_pool] = (uint8_t)((count + 1) >> 8);
		more[at_pool + 1] = (uint8_t)(count + 1);
		octets = (struct slice){ more, size + sizeof item };
		octets.size = add_link(&e, octets, (uint16_t)count, more);
		int rc = decode(more, octets.size, arena, &d);
		assert_int_equal(rc, count < LIMIT_EVIDENCE_ANSWERS ? 0 : ERR_FORMAT);
		e = rc == 0 ? d : e;
	}
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_golden), cmocka_unit_test(test_version), cmocka_unit_test(test_one_form_only),
		cmocka_unit_test(test_bad), cmocka_unit_test(test_refuses_to_encode), cmocka_unit_test(test_ceiling),
		cmocka_unit_test(test_a_large_one_in_the_middle), cmocka_unit_test(test_ceilings_of_reading),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
