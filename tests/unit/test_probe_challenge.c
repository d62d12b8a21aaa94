/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The question for a token in a probe (RFC 8078 section 3.4): at every address, before the last one, where it is wanted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "scanner/walk/probe.h"
#include "validate/wire/err.h"
#include "validate/wire/record.h"

static const struct probe_options options = { .udp_attempts = 2, .udp_timeout_ms = 100, .tcp_timeout_ms = 900 };
static const struct probe_look look_challenge = { .tcp_only = true, .challenge = true };

/* Three messages that are not the same, and nothing. */
static const uint8_t octets[3][13] = { { 1, 2, 0x84, 0, 1 }, { 3, 4, 0x84, 0, 2 }, { 5, 6, 0x84, 0, 3 } };
static const struct answer answers[3] = {
	{ .status = ANSWER_RECEIVED, .octets = octets[0], .size = 13 }, { .status = ANSWER_RECEIVED, .octets = octets[1], .size = 13 },
	{ .status = ANSWER_RECEIVED, .octets = octets[2], .size = 13 },
};
static const struct answer silent = { .status = ANSWER_TIMEOUT };

/* Public addresses; the third one is special, and not asked. */
static const struct host host = { .status = HOST_RESOLVED, .count = 3,
	.addresses = { { 4, { 8, 8, 8, 8 } }, { 4, { 9, 9, 9, 9 } }, { 4, { 127, 0, 0, 1 } } } };

struct fixture {
	struct arena *arena;
	struct delegation delegation;
	struct delegation_host host;
	struct probe *probe;
};

static void set_up(struct fixture *f, const char *child, const struct probe_look *look)
{
	memset(f, 0, sizeof(*f));
	f->arena = arena_new();
	assert_int_equal(name_from_text(child, &f->delegation.child), ERR_OK);
	assert_int_equal(name_from_text("ns.example.net.", &f->host.name), ERR_OK);
	f->delegation.host_count = 1;
	f->delegation.hosts = &f->host;
	f->probe = probe_new(f->arena, &f->delegation, &options, look);
	assert_non_null(f->probe);
	assert_int_equal(probe_host(f->probe, 0, &host), ERR_OK);
	assert_int_equal(probe_begin(f->probe, 5000), ERR_OK);
	assert_int_equal(f->probe->server_count, 2);
}

/* Asks to the end; the types that were asked for, in order. What TXT is answered with is given. */
static size_t ask_all(struct probe_server *s, const struct answer *token, uint16_t types[16])
{
	size_t count = 0;
	uint32_t pause;
	bool more = true;
	while (more) {
		struct question q;
		char text[NAME_TEXT_SIZE];
		probe_question(s, &q);
		assert_true(count < 16);
		types[count++] = q.type;
		name_to_text(&q.name, text);
		assert_string_equal(text, q.type == TYPE_TXT ? "_cdswalk-challenge.child.example." : "child.example.");
		assert_int_equal(q.transport, TRANSPORT_TCP);
		more = probe_answer(s, q.type == TYPE_TXT ? token : &answers[0], &pause);
	}
	return count;
}

/* R8078-3.4-1, A-07: every address that is asked at all, over TCP, and SOA is still the last one. */
static void every_address(void **state)
{
	(void)state;
	static const uint16_t first[] = { TYPE_SOA, TYPE_CDS, TYPE_CDNSKEY, TYPE_DNSKEY, TYPE_NS, TYPE_TXT, TYPE_SOA };
	static const uint16_t second[] = { TYPE_SOA, TYPE_CDS, TYPE_CDNSKEY, TYPE_DNSKEY, TYPE_TXT, TYPE_SOA };
	uint16_t types[16];
	struct fixture f;
	set_up(&f, "child.example.", &look_challenge);
	assert_int_equal(ask_all(&f.probe->servers[0], &answers[1], types), 7);
	assert_memory_equal(types, first, sizeof(first));
	assert_int_equal(ask_all(&f.probe->servers[1], &answers[2], types), 6);
	assert_memory_equal(types, second, sizeof(second));
	assert_true(probe_finished(f.probe));
	const struct evidence *e = &f.probe->evidence;
	assert_true(e->challenge_asked);
	assert_int_equal(e->servers[0].challenge.status, EVIDENCE_ANSWERED);
	assert_true(e->servers[0].challenge.tcp);
	assert_int_equal(e->servers[0].challenge.octets.data[4], 2);
	assert_int_equal(e->servers[1].challenge.octets.data[4], 3);
	assert_int_equal(e->servers[2].challenge.status, EVIDENCE_NOT_ASKED);
	arena_free(f.arena);
}

/* The same octets take their room once; of other questions they are something else. */
static void equal_answers(void **state)
{
	(void)state;
	uint16_t types[16];
	struct fixture f;
	set_up(&f, "child.example.", &look_challenge);
	ask_all(&f.probe->servers[0], &answers[1], types);
	size_t before = f.probe->octets;
	ask_all(&f.probe->servers[1], &answers[1], types);
	const struct evidence_server *s = f.probe->evidence.servers;
	assert_ptr_equal(s[0].challenge.octets.data, s[1].challenge.octets.data);
	assert_int_equal(f.probe->octets, before);
	arena_free(f.arena);
}

static void silence(void **state)
{
	(void)state;
	uint16_t types[16];
	struct fixture f;
	set_up(&f, "child.example.", &look_challenge);
	ask_all(&f.probe->servers[0], &silent, types);
	const struct evidence_server *s = f.probe->evidence.servers;
	assert_int_equal(s[0].challenge.status, EVIDENCE_TIMEOUT);
	assert_int_equal(s[0].challenge.attempts, 1);
	assert_int_equal(s[0].answers[EVIDENCE_SOA_LAST].status, EVIDENCE_ANSWERED);
	arena_free(f.arena);
}

/* Where it is not wanted it is not asked; a name that is too long has been looked for in vain. */
static void not_asked(void **state)
{
	(void)state;
	static const struct probe_look other = { .tcp_only = true };
	char child[NAME_TEXT_SIZE];
	char label[64] = "";
	uint16_t types[16];
	struct fixture f;
	set_up(&f, "child.example.", &other);
	assert_int_equal(ask_all(&f.probe->servers[0], &answers[1], types), 6);
	assert_false(f.probe->evidence.challenge_asked);
	assert_int_equal(f.probe->evidence.servers[0].challenge.status, EVIDENCE_NOT_ASKED);
	arena_free(f.arena);
	memset(label, 'a', 63);
	snprintf(child, sizeof(child), "%s.%s.%s.%.43s.", label, label, label, label);
	set_up(&f, child, &look_challenge);
	assert_true(f.probe->evidence.challenge_asked);
	assert_int_equal(f.probe->evidence.servers[0].challenge.status, EVIDENCE_NOT_ASKED);
	assert_false(f.probe->asks_challenge);
	arena_free(f.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_address),
		cmocka_unit_test(equal_answers),
		cmocka_unit_test(silence),
		cmocka_unit_test(not_asked),
	};
	return cmocka_run_group_tests_name("probe: challenge", tests, NULL, NULL);
}
