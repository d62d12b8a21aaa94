/* SPDX-License-Identifier: GPL-3.0-or-later */
/* NOTIFY messages: what is read of them, and what is answered, octet by octet. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/notify_draft.h"
#include "validate/cds/reason.h"
#include "validate/notify/message.h"
#include "validate/wire/err.h"

#define CHILD "example.ch."
#define AGENT "er.ns1.example.net."

struct fixture {
	struct arena *arena;
	uint8_t octets[NOTIFY_DRAFT_ROOM];
	size_t size;
	struct notify_message read;
	uint8_t response[NOTIFY_RESPONSE_MAX];
};

static int setup(void **state)
{
	static struct fixture f;
	f.arena = arena_new();
	*state = &f;
	return f.arena == NULL;
}

static int teardown(void **state)
{
	arena_free(((struct fixture *)*state)->arena);
	return 0;
}

static const struct notify_message *reads(struct fixture *f, struct notify_draft d)
{
	d.name = d.name == NULL ? CHILD : d.name;
	f->size = notify_draft_write(&d, f->octets);
	assert_int_equal(notify_read(f->octets, f->size, f->arena, &f->read), 0);
	return &f->read;
}

/* Only what may be a request is looked at: whatever is too short for a header, and every answer, is not. */
static void no_requests(void **state)
{
	struct fixture *f = *state;
	reads(f, (struct notify_draft){ .edns = true });
	assert_false(notify_is_no_request(f->octets, f->size));
	assert_false(notify_is_no_request(f->octets, HEADER_OCTETS));
	assert_true(notify_is_no_request(f->octets, HEADER_OCTETS - 1));
	assert_true(notify_is_no_request(NULL, 0));
	assert_true(notify_is_no_request(NULL, HEADER_OCTETS));
	f->octets[2] |= 0x80;
	assert_true(notify_is_no_request(f->octets, f->size));
}

/* R9859-4-1, W-13: the format is that of RFC 1996 with another type. */
static void what_is_read(void **state)
{
	const struct notify_message *n = reads(*state, (struct notify_draft){ .edns = false });
	assert_int_equal(MESSAGE_OPCODE(n->dns.flags), OPCODE_NOTIFY);
	assert_int_equal(n->dns.question_type, TYPE_CDS);
	assert_int_equal(n->question_octets, strlen(CHILD) + 1 + 4);
	assert_false(n->dns.has_edns || n->has_agent || n->is_several);
	n = reads(*state, (struct notify_draft){ .no_question = true });
	assert_int_equal(n->question_octets, 0);
}

static void what_cannot_be_read(void **state)
{
	struct fixture *f = *state;
	f->read.question_octets = 77;
	const struct notify_draft cut = { .name = CHILD, .edns = true, .cut = 1 };
	f->size = notify_draft_write(&cut, f->octets);
	assert_int_equal(notify_read(f->octets, f->size, f->arena, &f->read), ERR_FORMAT);
	/* Questions of the root: so many fit, and are too many. */
	const struct notify_draft many = { .name = ".", .more_questions = (NOTIFY_DRAFT_ROOM - HEADER_OCTETS) / 5 - 1 };
	uint8_t octets[2 * NOTIFY_DRAFT_ROOM];
	size_t half = notify_draft_write(&many, octets);
	memcpy(octets + half, octets + HEADER_OCTETS, half - HEADER_OCTETS);
	unsigned count = 2 * (1 + many.more_questions);
	assert_true(count > LIMIT_MESSAGE_RECORDS);
	octets[4] = (uint8_t)(count >> 8);
	octets[5] = (uint8_t)count;
	assert_int_equal(notify_read(octets, 2 * half - HEADER_OCTETS, f->arena, &f->read), ERR_LIMIT);
	assert_int_equal(f->read.question_octets, 77);
}

/* R9859-4.3-1, R9859-5-3: hints about the child itself are let pass, and never looked at; about anybody else they make it a
 * message of several. */
static void payload(void **state)
{
	static const struct {
		const char *answer, *authority, *additional;
		bool several;
	} cases[] = {
		{ CHILD, NULL, NULL, false }, { NULL, CHILD, NULL, false }, { "below." CHILD, "a.b." CHILD, NULL, false },
		{ "other.ch.", NULL, NULL, true }, { NULL, "other.ch.", NULL, true }, { "ch.", NULL, NULL, true },
		{ CHILD, ".", NULL, true }, { "another-example.ch.", NULL, NULL, true },
		/* The name of a key, say. */
		{ NULL, NULL, "other.ch.", false },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct notify_message *n = reads(*state, (struct notify_draft){ .answer = cases[i].answer,
			.authority = cases[i].authority, .additional = cases[i].additional, .edns = i % 2 != 0 });
		if (n->is_several != cases[i].several) {
			fail_msg("case %zu", i);
		}
	}
}

/* W-14: code 18, a name as it is sent. */
static void agents(void **state)
{
	static const struct {
		const char *agents[3];
		bool has;
		const char *agent;		/* NULL: none to be meant */
	} cases[] = {
		{ { NULL }, false, NULL }, { { AGENT }, true, AGENT }, { { "." }, true, "." }, { { "" }, true, NULL },
		{ { "?" }, true, NULL }, { { AGENT, AGENT }, true, NULL }, { { "?", AGENT }, true, NULL },
		{ { AGENT, "?" }, true, NULL }, { { AGENT, AGENT, AGENT }, true, NULL },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct notify_draft d = { .edns = true };
		memcpy(d.agents, cases[i].agents, sizeof(d.agents));
		const struct notify_message *n = reads(*state, d);
		struct name wanted = { .size = 0 };
		assert_int_equal(cases[i].agent == NULL ? 0 : name_from_text(cases[i].agent, &wanted), 0);
		if (n->has_agent != cases[i].has || n->agent.size != wanted.size || !name_equal(&n->agent, &wanted)) {
			fail_msg("case %zu", i);
		}
	}
}

/* ---- answers */

static size_t answers(struct fixture *f, bool read, enum rcode rcode, uint16_t ede)
{
	const struct notify_reply r = { .request = f->octets, .message = read ? &f->read : NULL, .rcode = rcode, .ede = ede };
	memset(f->response, 0xee, sizeof(f->response));
	return notify_compose(&r, f->response);
}

/* R9859-4.3-2: as the request, with QR; the case of the name, too. */
static void acknowledgement(void **state)
{
	struct fixture *f = *state;
	reads(f, (struct notify_draft){ .edns = false });
	size_t size = answers(f, true, RCODE_NOERROR, 15);
	assert_int_equal(size, f->size);	/* without EDNS there is no place for an error */
	f->octets[2] |= 0x80;
	assert_memory_equal(f->response, f->octets, size);
	assert_int_equal(f->response[2], 0xa4);
	assert_int_equal(f->response[HEADER_OCTETS + 1], 'E');
}

/* Records and options of the request do not come back, flags that have no meaning in an answer neither. */
static void what_is_left_out(void **state)
{
	struct fixture *f = *state;
	reads(f, (struct notify_draft){ .flags = MESSAGE_FLAG_AA | MESSAGE_FLAG_RD | MESSAGE_FLAG_TC | MESSAGE_FLAG_RA |
		MESSAGE_FLAG_AD | 0x50, .answer = CHILD, .authority = CHILD, .additional = CHILD, .edns = true, .dnssec_ok = true,
		.agents = { AGENT } });
	size_t size = answers(f, true, RCODE_NOTAUTH, EDE_NONE);
	static const uint8_t head[] = { 0x47, 0x11, 0xa1, 9, 0, 1, 0, 0, 0, 0, 0, 1 };
	static const uint8_t opt[] = { 0, 0, 41, 4, 0xd0, 0, 0, 0x80, 0, 0, 0 };
	assert_int_equal(size, sizeof(head) + f->read.question_octets + sizeof(opt));
	assert_memory_equal(f->response, head, sizeof(head));
	assert_memory_equal(f->response + sizeof(head), f->octets + sizeof(head), f->read.question_octets);
	assert_memory_equal(f->response + size - sizeof(opt), opt, sizeof(opt));
}

/* RFC 8914 section 2, RFC 6891 section 6.1.3. */
static void errors_in_edns(void **state)
{
	struct fixture *f = *state;
	reads(f, (struct notify_draft){ .edns = true });
	static const uint8_t blocked[] = { 0, 0, 41, 4, 0xd0, 0, 0, 0, 0, 0, 6, 0, 15, 0, 2, 0, 15 };
	size_t size = answers(f, true, RCODE_NOERROR, 15);
	assert_memory_equal(f->response + size - sizeof(blocked), blocked, sizeof(blocked));
	assert_int_equal(size, HEADER_OCTETS + f->read.question_octets + sizeof(blocked));
	static const uint8_t badvers[] = { 0, 0, 41, 4, 0xd0, 1, 0, 0, 0, 0, 0 };
	size = answers(f, true, RCODE_BADVERS, EDE_NONE);
	assert_memory_equal(f->response + size - sizeof(badvers), badvers, sizeof(badvers));
	assert_int_equal(f->response[3], 0);
}

static void header_alone(void **state)
{
	struct fixture *f = *state;
	static const uint8_t head[] = { 0x47, 0x11, 0xa4, 1, 0, 0, 0, 0, 0, 0, 0, 0 };
	reads(f, (struct notify_draft){ .edns = true });
	assert_int_equal(answers(f, false, RCODE_FORMERR, EDE_NONE), sizeof(head));
	assert_memory_equal(f->response, head, sizeof(head));
	reads(f, (struct notify_draft){ .no_question = true });
	assert_int_equal(answers(f, true, RCODE_FORMERR, EDE_NONE), sizeof(head));
	assert_memory_equal(f->response, head, sizeof(head));
}

/* The smallest request there is grows by the error alone, and the largest answer has room. */
static void no_amplification(void **state)
{
	struct fixture *f = *state;
	static char longest[NAME_TEXT_SIZE];
	size_t used = 0;
	for (unsigned i = 0; i < 127; i++, used += 2) {
		memcpy(longest + used, "x.", 3);
	}
	static const char *const names[] = { ".", CHILD, longest };
	for (size_t i = 0; i < 3; i++) {
		/* Without the option that notify_draft adds. */
		reads(f, (struct notify_draft){ .name = names[i], .edns = true });
		size_t smallest = HEADER_OCTETS + f->read.question_octets + 11;
		assert_int_equal(answers(f, true, RCODE_NOERROR, 15), smallest + NOTIFY_RESPONSE_GROWTH);
	}
	assert_int_equal(HEADER_OCTETS + f->read.question_octets + 11 + NOTIFY_RESPONSE_GROWTH, NOTIFY_RESPONSE_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(no_requests, setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_read, setup, teardown),
		cmocka_unit_test_setup_teardown(what_cannot_be_read, setup, teardown),
		cmocka_unit_test_setup_teardown(payload, setup, teardown),
		cmocka_unit_test_setup_teardown(agents, setup, teardown),
		cmocka_unit_test_setup_teardown(acknowledgement, setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_left_out, setup, teardown),
		cmocka_unit_test_setup_teardown(errors_in_edns, setup, teardown),
		cmocka_unit_test_setup_teardown(header_alone, setup, teardown),
		cmocka_unit_test_setup_teardown(no_amplification, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
