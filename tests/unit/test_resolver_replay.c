/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Recorded answers: the file, the clock, the contract of the seam. */
#include "scanner/net/resolver_replay.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "validate/wire/err.h"
#include "validate/wire/record.h"

static const char WORLD[] =
	"# what two servers said\n"
	"\n"
	"udp 192.0.2.1 child.example. CDS 0102\n"
	"udp 192.0.2.1 child.example. CDS delay=20 0304\n"
	"  udp 192.0.2.1 CHILD.example TYPE60 delay=5 a0B1c2\r\n"
	"tcp 192.0.2.1 child.example. CDS refused\n"
	"udp 2001:db8::1 child.example. 59 timeout\n"
	"udp 2001:db8::1 child.example. SOA delay=7 starved\n"
	"udp 192.0.2.1 slow.example. SOA delay=9000 05\n";

struct seen {
	struct resolver *resolver;	/* asks again until calls is this: */
	unsigned again;
	struct question question;
	unsigned calls;
	enum answer_status status;
	uint8_t octets[8];
	size_t size;
	uint32_t rtt_us;
	uint64_t ticket;
};

static void write_file(const char *text, char path[64])
{
	strcpy(path, "test_resolver_replay.XXXXXX");
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static struct resolver *open_world(const char *text)
{
	char path[64];
	const char *why = NULL;
	struct resolver *r = NULL;
	write_file(text, path);
	assert_int_equal(resolver_replay_new(path, &r, &why), 0);
	unlink(path);
	return r;
}

static struct question question(const char *name, uint16_t type, const char *server, enum transport transport)
{
	struct question q = { .type = type, .transport = transport, .timeout_ms = 3000 };
	assert_int_equal(name_from_text(name, &q.name), 0);
	assert_int_equal(address_from_text(server, &q.server), 0);
	return q;
}

static void ask(struct resolver *r, struct seen *s);

static void on_answer(void *user, const struct answer *answer)
{
	struct seen *s = user;
	s->calls++;
	s->status = answer->status;
	s->size = answer->size;
	s->rtt_us = answer->rtt_us;
	assert_true((answer->status == ANSWER_RECEIVED) == (answer->octets != NULL));
	if (answer->octets) {
		memcpy(s->octets, answer->octets, answer->size);
	}
	if (s->calls < s->again) {
		ask(s->resolver, s);
	}
}

static void ask(struct resolver *r, struct seen *s)
{
	s->resolver = r;
	assert_int_equal(r->ops->submit(r, &s->question, on_answer, s, &s->ticket), 0);
}

static void finish(struct resolver *r)
{
	r->ops->close(r);
	resolver_replay_turn(r, 0);
}

struct row {
	const char *name;
	uint16_t type;
	const char *server;
	enum transport transport;
	uint64_t due_ms;
	enum answer_status status;
	const char *octets;
};

/* In this order: the first question has two answers, and the second of them stays. */
static const struct row ROWS[] = {
	{ "child.example.", TYPE_CDS, "192.0.2.1", TRANSPORT_UDP, 0, ANSWER_RECEIVED, "\1\2" },
	{ "child.example.", TYPE_CDS, "192.0.2.1", TRANSPORT_UDP, 20, ANSWER_RECEIVED, "\3\4" },
	{ "child.example.", TYPE_CDS, "192.0.2.1", TRANSPORT_UDP, 20, ANSWER_RECEIVED, "\3\4" },
	{ "child.example.", TYPE_CDNSKEY, "192.0.2.1", TRANSPORT_UDP, 5, ANSWER_RECEIVED,
		"\xa0\xb1\xc2" },
	{ "child.example.", TYPE_CDS, "192.0.2.1", TRANSPORT_TCP, 0, ANSWER_REFUSED, "" },
	{ "child.example.", TYPE_CDS, "2001:db8::1", TRANSPORT_UDP, 3000, ANSWER_TIMEOUT, "" },
	{ "child.example.", TYPE_SOA, "2001:db8::1", TRANSPORT_UDP, 7, ANSWER_STARVED, "" },
	{ "slow.example.", TYPE_SOA, "192.0.2.1", TRANSPORT_UDP, 3000, ANSWER_TIMEOUT, "" },
	{ "unknown.example.", TYPE_SOA, "192.0.2.1", TRANSPORT_UDP, 3000, ANSWER_TIMEOUT, "" },
	{ "child.example.", TYPE_CDS, "192.0.2.2", TRANSPORT_UDP, 3000, ANSWER_TIMEOUT, "" },
};

static void test_rows(void **state)
{
	(void)state;
	struct resolver *r = open_world(WORLD);
	uint64_t now_ms = 1000;
	assert_int_equal(resolver_replay_turn(r, now_ms), UINT64_MAX);
	for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
		const struct row *row = &ROWS[i];
		struct seen s = { .question = question(row->name, row->type, row->server, row->transport) };
		ask(r, &s);
		assert_int_equal(s.calls, 0);
		if (row->due_ms > 0) {
			assert_int_equal(resolver_replay_turn(r, now_ms + row->due_ms - 1),
				now_ms + row->due_ms);
			assert_int_equal(s.calls, 0);
		}
		now_ms += row->due_ms;
		assert_int_equal(resolver_replay_turn(r, now_ms), UINT64_MAX);
		assert_int_equal(s.calls, 1);
		assert_int_equal(s.status, row->status);
		assert_int_equal(s.rtt_us, row->due_ms * 1000);
		assert_int_equal(s.size, strlen(row->octets));
		assert_memory_equal(s.octets, row->octets, s.size);
	}
	finish(r);
}

/* What callbacks ask is delivered in the same turn when it is due, and in order of time. */
static void test_order(void **state)
{
	(void)state;
	struct resolver *r = open_world(WORLD);
	struct seen late = { .question = question("child.example.", TYPE_SOA, "2001:db8::1", TRANSPORT_UDP) };
	struct seen early = { .again = 3,
		.question = question("child.example.", TYPE_CDS, "192.0.2.1", TRANSPORT_TCP) };
	ask(r, &late);
	ask(r, &early);
	assert_int_equal(resolver_replay_turn(r, 0), 7);
	assert_int_equal(early.calls, 3);
	assert_int_equal(late.calls, 0);
	assert_int_equal(resolver_replay_turn(r, 100), UINT64_MAX);
	assert_int_equal(late.calls, 1);
	finish(r);
}

static void test_cancel_and_close(void **state)
{
	(void)state;
	struct resolver *r = open_world(WORLD);
	struct seen s[100];
	memset(s, 0, sizeof(s));
	for (size_t i = 0; i < 100; i++) {
		s[i].question = question("slow.example.", TYPE_SOA, "192.0.2.1", TRANSPORT_UDP);
		ask(r, &s[i]);
	}
	r->ops->cancel(r, s[50].ticket);
	r->ops->cancel(r, s[50].ticket);
	r->ops->cancel(r, UINT64_MAX);
	assert_int_equal(s[50].calls, 0);
	assert_int_equal(resolver_replay_turn(r, 1), 3000);
	assert_int_equal(s[50].calls, 1);
	assert_int_equal(s[50].status, ANSWER_CANCELLED);
	r->ops->close(r);
	assert_int_equal(s[0].calls, 0);
	struct seen after = { .question = s[0].question };
	assert_int_equal(r->ops->submit(r, &after.question, on_answer, &after, NULL), ERR_CANCELLED);
	assert_int_equal(resolver_replay_turn(r, 2), UINT64_MAX);
	for (size_t i = 0; i < 100; i++) {
		assert_int_equal(s[i].calls, 1);
		assert_int_equal(s[i].status, ANSWER_CANCELLED);
	}
	assert_int_equal(after.calls, 0);
}

static void test_capacity(void **state)
{
	(void)state;
	struct resolver *r = open_world("");
	size_t capacity = r->ops->capacity(r);
	struct seen s = { .question = question("a.example.", TYPE_SOA, "192.0.2.1", TRANSPORT_UDP) };
	for (size_t i = 0; i < capacity; i++) {
		ask(r, &s);
	}
	assert_int_equal(r->ops->submit(r, &s.question, on_answer, &s, NULL), ERR_LIMIT);
	resolver_replay_turn(r, 3000);
	assert_int_equal(s.calls, capacity);
	s.question.name.size = 0;
	assert_int_equal(r->ops->submit(r, &s.question, on_answer, &s, NULL), ERR_ARG);
	finish(r);
}

static const char *const BAD[] = {
	"udp\n",
	"udp 192.0.2.1 child.example.\n",
	"udp 192.0.2.1 child.example. CDS\n",
	"tls 192.0.2.1 child.example. CDS 00\n",
	"udp 192.0.2.300 child.example. CDS 00\n",
	"udp 192.0.2.1 child..example. CDS 00\n",
	"udp 192.0.2.1 child.example. NOTATYPE 00\n",
	"udp 192.0.2.1 child.example. TYPE65536 00\n",
	"udp 192.0.2.1 child.example. CDS 0\n",
	"udp 192.0.2.1 child.example. CDS 0g\n",
	"udp 192.0.2.1 child.example. CDS maybe\n",
	"udp 192.0.2.1 child.example. CDS delay=\n",
	"udp 192.0.2.1 child.example. CDS delay=-1 00\n",
	"udp 192.0.2.1 child.example. CDS delay=4294967296 00\n",
	"udp 192.0.2.1 child.example. CDS 00 00\n",
};

static void test_bad_files(void **state)
{
	(void)state;
	struct resolver *r = NULL;
	for (size_t i = 0; i < sizeof(BAD) / sizeof(BAD[0]); i++) {
		char path[64];
		const char *why = NULL;
		write_file(BAD[i], path);
		int result = resolver_replay_new(path, &r, &why);
		unlink(path);
		if (result != ERR_FORMAT || !why || r) {
			fail_msg("%s: %d", BAD[i], result);
		}
	}
	const char *why = NULL;
	assert_int_equal(resolver_replay_new("/nonexistent/recording", &r, &why), ERR_IO);
	assert_non_null(why);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_cancel_and_close),
		cmocka_unit_test(test_capacity),
		cmocka_unit_test(test_bad_files),
	};
	return cmocka_run_group_tests_name("resolver_replay", tests, NULL, NULL);
}
