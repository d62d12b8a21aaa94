/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A probe from several places (R8078-5-1): every one asks every address the same, over TCP, in the same round. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "scanner/walk/probe.h"
#include "validate/wire/err.h"
#include "validate/wire/record.h"

#define CHILD "child.example."

static const struct probe_options options = { .udp_attempts = 2, .udp_timeout_ms = 100, .tcp_timeout_ms = 900, .vantage_count = 3,
	.vantages = { { .name = "ams" }, { .name = "fra" }, { .name = "zrh", .no_ipv6 = true } } };
static const struct probe_look look = { .tcp_only = true, .challenge = true, .vantages = true };

static const uint8_t octets[2][13] = { { 1, 2, 0x84, 0, 1 }, { 3, 4, 0x84, 0, 2 } };
static const struct answer same = { .status = ANSWER_RECEIVED, .octets = octets[0], .size = 13 };
static const struct answer other = { .status = ANSWER_RECEIVED, .octets = octets[1], .size = 13 };
static const struct answer silent = { .status = ANSWER_TIMEOUT };

/* Two addresses that may be asked, of two families, and one that is nobody's. */
static const struct host host = { .status = HOST_RESOLVED, .count = 3,
	.addresses = { { 4, { 8, 8, 8, 8 } }, { 6, { 0x20, 0x01, 0x04, 0xf8 } }, { 4, { 127, 0, 0, 1 } } } };

struct fixture {
	struct arena *arena;
	struct delegation delegation;
	struct delegation_host host;
	struct probe *probe;
};

static void set_up(struct fixture *f, const struct probe_options *o, const struct probe_look *l)
{
	memset(f, 0, sizeof(*f));
	f->arena = arena_new();
	assert_int_equal(name_from_text(CHILD, &f->delegation.child), ERR_OK);
	assert_int_equal(name_from_text("ns.example.net.", &f->host.name), ERR_OK);
	f->delegation.host_count = 1;
	f->delegation.hosts = &f->host;
	f->probe = probe_new(f->arena, &f->delegation, o, l);
	assert_non_null(f->probe);
	assert_int_equal(probe_host(f->probe, 0, &host), ERR_OK);
	assert_int_equal(probe_begin(f->probe, 5000), ERR_OK);
}

static size_t ask_all(struct probe_server *s, const struct answer *answer, uint16_t types[8])
{
	size_t count = 0;
	uint32_t pause;
	bool more = true;
	while (more) {
		struct question q;
		probe_question(s, &q);
		assert_true(count < 8);
		types[count++] = q.type;
		assert_int_equal(q.transport, TRANSPORT_TCP);
		more = probe_answer(s, answer, &pause);
	}
	return count;
}

/* C21, A-07: the same questions at every place, but for NS, by which nothing is decided; a family that a place has no address
 * of is not asked from there. */
static void every_place(void **state)
{
	(void)state;
	static const uint16_t wanted[] = { TYPE_SOA, TYPE_CDS, TYPE_CDNSKEY, TYPE_DNSKEY, TYPE_TXT, TYPE_SOA };
	static const size_t places[] = { 0, 0, 1, 1, 2 };
	struct fixture f;
	set_up(&f, &options, &look);
	const struct evidence *e = &f.probe->evidence;
	assert_int_equal(f.probe->server_count, 5);
	assert_int_equal(e->vantage_count, 2);
	assert_string_equal(e->vantage, "ams");
	assert_string_equal(e->vantages[0].name, "fra");
	assert_string_equal(e->vantages[1].name, "zrh");
	for (size_t i = 0; i < 5; i++) {
		struct probe_server *s = &f.probe->servers[i];
		uint16_t types[8];
		assert_int_equal(s->vantage, places[i]);
		size_t count = ask_all(s, i == 4 ? &other : &same, types);
		assert_int_equal(count, i == 0 ? 7 : 6);
		if (i > 0) {
			assert_memory_equal(types, wanted, sizeof(wanted));
		}
		assert_int_equal(probe_finished(f.probe), i == 4);
	}
	probe_end(f.probe, 6000);
	assert_false(f.probe->spoilt);
	assert_int_equal(e->ns.server, 0);
	/* 127.0.0.1 comes between. */
	const struct evidence_server *zrh = e->vantages[1].servers;
	for (size_t i = 0; i < e->server_count; i++) {
		assert_int_equal(address_compare(&zrh[i].address, &e->servers[i].address), 0);
		assert_int_equal(e->servers[i].skip, i == 1 ? SKIP_SPECIAL : SKIP_NONE);
		assert_int_equal(e->vantages[0].servers[i].skip, i == 1 ? SKIP_SPECIAL : SKIP_NONE);
		assert_int_equal(zrh[i].skip, i == 0 ? SKIP_NONE : i == 1 ? SKIP_SPECIAL : SKIP_FAMILY);
		for (size_t q = 0; q < EVIDENCE_QUESTIONS; q++) {
			assert_int_equal(zrh[i].answers[q].status, i == 0 ? EVIDENCE_ANSWERED : EVIDENCE_NOT_ASKED);
		}
		assert_int_equal(zrh[i].challenge.status, i == 0 ? EVIDENCE_ANSWERED : EVIDENCE_NOT_ASKED);
	}
	assert_int_equal(zrh[0].answers[EVIDENCE_CDS].octets.data[4], 2);
	assert_int_equal(e->servers[0].answers[EVIDENCE_CDS].octets.data[4], 1);
	/* What all say alike is kept once. */
	assert_ptr_equal(e->vantages[0].servers[0].answers[EVIDENCE_CDS].octets.data, e->servers[0].answers[EVIDENCE_CDS].octets.data);
	/* It has an encoding. */
	struct slice encoded;
	assert_int_equal(evidence_encode(e, f.arena, &encoded), ERR_OK);
	arena_free(f.arena);
}

/* Only where the look is for it, and there are others. */
static void not_wanted(void **state)
{
	(void)state;
	static const struct probe_look here = { .tcp_only = true };
	struct fixture f;
	set_up(&f, &options, &here);
	assert_int_equal(f.probe->server_count, 2);
	assert_int_equal(f.probe->evidence.vantage_count, 0);
	arena_free(f.arena);
	struct probe_options alone = options;
	for (alone.vantage_count = 0; alone.vantage_count < 2; alone.vantage_count++) {
		set_up(&f, &alone, &look);
		assert_int_equal(f.probe->server_count, 2);
		assert_int_equal(f.probe->evidence.vantage_count, 0);
		assert_int_equal(f.probe->evidence.vantage[0], '\0');
		arena_free(f.arena);
	}
}

/* R9975-3-2: silence at one place is silence there; whoever was cancelled leaves nothing at all. */
static void silence(void **state)
{
	(void)state;
	uint16_t types[8];
	struct fixture f;
	set_up(&f, &options, &look);
	assert_int_equal(ask_all(&f.probe->servers[2], &silent, types), 6);
	const struct evidence *e = &f.probe->evidence;
	assert_int_equal(e->vantages[0].servers[0].answers[EVIDENCE_CDS].status, EVIDENCE_TIMEOUT);
	assert_int_equal(e->vantages[0].servers[0].answers[EVIDENCE_CDS].attempts, 1);
	assert_int_equal(e->servers[0].answers[EVIDENCE_CDS].attempts, 0);
	assert_false(f.probe->spoilt);
	static const struct answer starved = { .status = ANSWER_STARVED };
	uint32_t pause;
	assert_false(probe_answer(&f.probe->servers[3], &starved, &pause));
	assert_true(f.probe->spoilt);
	arena_free(f.arena);
}

/* L-DOS-1: long answers at another place fill its own room, and take nothing from the first one. */
static void room(void **state)
{
	(void)state;
	struct fixture f;
	uint16_t types[8];
	set_up(&f, &options, &look);
	static uint8_t longest[LIMIT_MESSAGE_OCTETS];
	const struct answer full = { .status = ANSWER_RECEIVED, .octets = longest, .size = sizeof(longest) };
	uint32_t pause;
	size_t kept = 0;
	for (size_t i = 0; i < 6; i++) {
		longest[20] = (uint8_t)i;
		probe_answer(&f.probe->servers[2], &full, &pause);
	}
	const struct evidence *e = &f.probe->evidence;
	for (size_t q = 0; q < EVIDENCE_QUESTIONS; q++) {
		enum evidence_status status = e->vantages[0].servers[0].answers[q].status;
		assert_true(status == EVIDENCE_ANSWERED || status == EVIDENCE_OVERSIZE);
		kept += status == EVIDENCE_ANSWERED;
	}
	assert_int_equal(kept, 2);
	assert_int_equal(ask_all(&f.probe->servers[0], &same, types), 7);
	assert_int_equal(e->servers[0].answers[EVIDENCE_CDS].status, EVIDENCE_ANSWERED);
	struct slice encoded;
	assert_int_equal(evidence_encode(e, f.arena, &encoded), ERR_OK);
	arena_free(f.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_place), cmocka_unit_test(not_wanted), cmocka_unit_test(silence), cmocka_unit_test(room),
	};
	return cmocka_run_group_tests_name("probe: vantages", tests, NULL, NULL);
}
