/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signals in a probe: for whom they are looked, which servers are asked what, and what is kept of it. */
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

#define HOSTS 8

static const struct probe_options options = { .allow_special = true, .udp_attempts = 2, .udp_timeout_ms = 100,
	.tcp_timeout_ms = 900 };
static const struct probe_look look_signals = { .tcp_only = true, .signals = true };

/* Headers: authoritative or not, and their RCODE. */
static const uint8_t good[12] = { 0xab, 0xcd, 0x84, 0x00 };
static const uint8_t denied[12] = { 0xab, 0xcd, 0x84, 0x03 };
static const uint8_t lame[12] = { 0xab, 0xcd, 0x80, 0x00 };
static const uint8_t servfail[12] = { 0xab, 0xcd, 0x84, 0x02 };
static const uint8_t refused[12] = { 0xab, 0xcd, 0x80, 0x05 };
static const uint8_t cut[12] = { 0xab, 0xcd, 0x86, 0x00 };
static const struct answer answer_good = { .status = ANSWER_RECEIVED, .octets = good, .size = 12, .rtt_us = 1500 };
static const struct answer answer_silent = { .status = ANSWER_TIMEOUT };
static const struct answer answer_cancelled = { .status = ANSWER_CANCELLED };
static const struct answer answer_denied = { .status = ANSWER_RECEIVED, .octets = denied, .size = 12 };
static const struct answer answer_lame = { .status = ANSWER_RECEIVED, .octets = lame, .size = 12 };
static const struct answer answer_servfail = { .status = ANSWER_RECEIVED, .octets = servfail, .size = 12 };
static const struct answer answer_refused = { .status = ANSWER_RECEIVED, .octets = refused, .size = 12 };
static const struct answer answer_cut = { .status = ANSWER_RECEIVED, .octets = cut, .size = 12 };
static const struct answer answer_short = { .status = ANSWER_RECEIVED, .octets = good, .size = 7 };
static const struct answer answer_closed = { .status = ANSWER_REFUSED };

struct fixture {
	struct arena *arena;
	struct delegation delegation;
	struct delegation_host hosts[HOSTS];
	struct probe *probe;
};

static struct name name_of(const char *text)
{
	struct name n;
	assert_int_equal(name_from_text(text, &n), ERR_OK);
	return n;
}

/* hosts: separated by a blank. */
static void set_up(struct fixture *f, const char *child, const char *hosts, const struct probe_options *o)
{
	memset(f, 0, sizeof(*f));
	f->arena = arena_new();
	f->delegation.child = name_of(child);
	f->delegation.hosts = f->hosts;
	while (*hosts != '\0') {
		char text[NAME_TEXT_SIZE];
		size_t size = strcspn(hosts, " ");
		snprintf(text, sizeof(text), "%.*s", (int)size, hosts);
		f->hosts[f->delegation.host_count++].name = name_of(text);
		hosts += size + (hosts[size] == ' ');
	}
	f->probe = probe_new(f->arena, &f->delegation, o, &look_signals);
	assert_non_null(f->probe);
}

static void no_hosts(struct fixture *f)
{
	const struct host none = { .status = HOST_NO_ADDRESS };
	for (size_t i = 0; i < f->delegation.host_count; i++) {
		assert_int_equal(probe_host(f->probe, i, &none), ERR_OK);
	}
}

/* Servers 192.0.2.1 and so on. */
static struct signaling_zone zone_of(size_t servers)
{
	struct signaling_zone zone = { .server_count = servers };
	for (size_t i = 0; i < servers; i++) {
		zone.servers[i] = (struct address){ 4, { 192, 0, 2, (uint8_t)(i + 1) } };
	}
	return zone;
}

/* R9615-4.2-1, T-36: every host outside of the child, in order; none inside, and the apex is inside. */
static void test_for_whom(void **state)
{
	(void)state;
	static const struct {
		const char *hosts;
		size_t count;
		size_t host[3];
	} rows[] = {
		{ "ns1.example.net. ns2.example.net.", 2, { 0, 1 } },
		{ "ns1.child.example. ns.example.net. child.example. ns2.child.example. ns.example.org.", 2, { 1, 4 } },
		{ "ns1.child.example. child.example.", 0, { 0 } },
		{ "nschild.example. example.", 2, { 0, 1 } },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct fixture f;
		set_up(&f, "child.example.", rows[i].hosts, &options);
		const struct evidence *e = &f.probe->evidence;
		assert_true(e->signals_asked);
		assert_int_equal(e->signal_count, rows[i].count);
		for (size_t k = 0; k < e->signal_count; k++) {
			assert_int_equal(e->signals[k].host, rows[i].host[k]);
			assert_int_equal(e->signals[k].answers[0].status, EVIDENCE_NOT_ASKED);
			assert_int_equal(e->signals[k].answers[1].status, EVIDENCE_NOT_ASKED);
			assert_false(f.probe->signals[k].too_long);
		}
		no_hosts(&f);
		assert_int_equal(probe_begin(f.probe, 1), ERR_OK);
		assert_int_equal(f.probe->server_count, 0);
		arena_free(f.arena);
	}
}

/* R9615-4.4-1, T-38: of a name that would be too long nothing is asked, and the evidence says so. */
static void test_name_too_long(void **state)
{
	(void)state;
	char child[NAME_TEXT_SIZE] = "", host[NAME_TEXT_SIZE] = "ns.";
	for (int i = 0; i < 60; i++) {
		strcat(child, "a.");
		strcat(host, "b.");
	}
	strcat(host, " ns.example.net.");
	struct fixture f;
	set_up(&f, child, host, &options);
	assert_int_equal(f.probe->evidence.signal_count, 2);
	assert_true(f.probe->signals[0].too_long);
	assert_false(f.probe->signals[1].too_long);
	no_hosts(&f);
	const struct signaling_zone zone = zone_of(1);
	assert_int_equal(probe_signal(f.probe, 1, &zone), ERR_OK);
	assert_int_equal(probe_begin(f.probe, 1), ERR_OK);
	assert_int_equal(f.probe->server_count, 1);
	assert_int_equal(f.probe->evidence.signals[0].answers[0].status, EVIDENCE_NOT_ASKED);
	arena_free(f.arena);
}

/* One signaling name with so many servers, nothing else to ask. */
static struct probe_server *one_name(struct fixture *f, size_t servers)
{
	const struct signaling_zone zone = zone_of(servers);
	set_up(f, "child.example.", "ns.example.net.", &options);
	no_hosts(f);
	assert_int_equal(probe_signal(f->probe, 0, &zone), ERR_OK);
	assert_int_equal(probe_begin(f->probe, 1), ERR_OK);
	assert_int_equal(f->probe->server_count, 1);
	return &f->probe->servers[0];
}

/* R9615-4.2-3, W-17, T-43: CDS and CDNSKEY at the signaling name, over TCP, and the octets with their ID zeroed. */
static void test_questions(void **state)
{
	(void)state;
	struct fixture f;
	struct probe_server *s = one_name(&f, 1);
	const struct name signal = name_of("_dsboot.child.example._signal.ns.example.net.");
	static const uint16_t types[] = { TYPE_CDS, TYPE_CDNSKEY };
	for (size_t i = 0; i < 2; i++) {
		struct question q;
		uint32_t pause_ms = 7;
		probe_question(s, &q);
		assert_true(name_equal(&q.name, &signal));
		assert_int_equal(q.type, types[i]);
		assert_int_equal(q.transport, TRANSPORT_TCP);
		assert_int_equal(q.timeout_ms, 900);
		assert_int_equal(q.server.octets[3], 1);
		assert_false(probe_finished(f.probe));
		assert_int_equal(probe_answer(s, i == 0 ? &answer_good : &answer_denied, &pause_ms), i == 0);
		assert_int_equal(pause_ms, 0);
	}
	assert_true(probe_finished(f.probe));
	const struct evidence_answer *a = f.probe->evidence.signals[0].answers;
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(a[i].status, EVIDENCE_ANSWERED);
		assert_int_equal(a[i].attempts, 1);
		assert_true(a[i].tcp);
		assert_int_equal(a[i].octets.size, 12);
		assert_int_equal(a[i].octets.data[0], 0);
		assert_int_equal(a[i].octets.data[2], 0x84);
	}
	assert_int_equal(a[0].rtt_us, 1500);
	assert_int_equal(a[1].octets.data[3], 3);
	assert_false(f.probe->spoilt);
	arena_free(f.arena);
}

/* What servers say in turn, to CDS and then to CDNSKEY, and what is left of it. */
struct row {
	const char *name;
	size_t servers;
	const struct answer *says[2][8];
	enum evidence_status status[2];
	uint8_t octet[2];		/* the one with the RCODE */
	uint8_t attempts[2];
	uint32_t pause_ms;		/* after the first answer */
};

static const struct row rows[] = {
	{ "well", 3, { { &answer_good }, { &answer_good } }, { EVIDENCE_ANSWERED, EVIDENCE_ANSWERED }, { 0, 0 }, { 1, 1 }, 0 },
	{ "a denial is an answer", 3, { { &answer_denied }, { &answer_denied } }, { EVIDENCE_ANSWERED, EVIDENCE_ANSWERED }, { 3, 3 },
		{ 1, 1 }, 0 },
	{ "SERVFAIL: the next one", 3, { { &answer_servfail, &answer_good }, { &answer_servfail, &answer_servfail, &answer_good } },
		{ EVIDENCE_ANSWERED, EVIDENCE_ANSWERED }, { 0, 0 }, { 2, 3 }, 0 },
	{ "all of them fail: what the last one said", 2, { { &answer_refused, &answer_servfail }, { &answer_servfail, &answer_refused } },
		{ EVIDENCE_ANSWERED, EVIDENCE_ANSWERED }, { 2, 5 }, { 2, 2 }, 1000 },
	{ "not authoritative: the next one", 2, { { &answer_lame, &answer_good }, { &answer_lame, &answer_lame } },
		{ EVIDENCE_ANSWERED, EVIDENCE_ANSWERED }, { 0, 0 }, { 2, 2 }, 0 },
	{ "cut over TCP, or no message: the next one", 3, { { &answer_cut, &answer_short, &answer_good }, { &answer_good } },
		{ EVIDENCE_ANSWERED, EVIDENCE_ANSWERED }, { 0, 0 }, { 3, 1 }, 0 },
	{ "silent: the next one, and it is not waited for again", 2, { { &answer_silent, &answer_good }, { &answer_servfail } },
		{ EVIDENCE_ANSWERED, EVIDENCE_ANSWERED }, { 0, 2 }, { 2, 1 }, 200 },
	{ "all silent: the other question is asked once", 3, { { &answer_silent, &answer_closed, &answer_silent }, { &answer_silent } },
		{ EVIDENCE_TIMEOUT, EVIDENCE_TIMEOUT }, { 0, 0 }, { 3, 1 }, 200 },
	{ "all closed", 2, { { &answer_closed, &answer_closed }, { &answer_closed } }, { EVIDENCE_UNREACHABLE, EVIDENCE_UNREACHABLE },
		{ 0, 0 }, { 2, 1 }, 200 },
	{ "what one has said is more than the silence of another", 2, { { &answer_servfail, &answer_silent }, { &answer_good } },
		{ EVIDENCE_ANSWERED, EVIDENCE_ANSWERED }, { 2, 0 }, { 2, 1 }, 0 },
	{ "silent for the other type: all that are left", 3,
		{ { &answer_silent, &answer_good }, { &answer_silent, &answer_denied } },
		{ EVIDENCE_ANSWERED, EVIDENCE_ANSWERED }, { 0, 3 }, { 2, 2 }, 200 },
	{ "so many servers are enough", 12, { { &answer_servfail, &answer_servfail, &answer_servfail, &answer_servfail, &answer_servfail,
		&answer_servfail }, { &answer_good } }, { EVIDENCE_ANSWERED, EVIDENCE_ANSWERED }, { 2, 0 }, { 6, 1 }, 0 },
};

static void check(const struct row *r)
{
	struct fixture f;
	struct probe_server *s = one_name(&f, r->servers);
	for (size_t q = 0; q < 2; q++) {
		uint32_t asked = 0;
		for (size_t i = 0; r->says[q][i] != NULL; i++) {
			struct question question;
			uint32_t pause_ms;
			probe_question(s, &question);
			bool last = q == 1 && r->says[q][i + 1] == NULL;
			/* Each server at most once, and the question stays until it has its answer. */
			if (question.type != (q == 0 ? TYPE_CDS : TYPE_CDNSKEY) || (asked & 1u << question.server.octets[3]) != 0) {
				fail_msg("%s: question %zu, attempt %zu", r->name, q, i);
			}
			asked |= 1u << question.server.octets[3];
			if (probe_answer(s, r->says[q][i], &pause_ms) == last) {
				fail_msg("%s: question %zu goes %s", r->name, q, last ? "on" : "not on");
			}
			assert_true(q + i > 0 || pause_ms == r->pause_ms);
		}
		const struct evidence_answer *a = &f.probe->evidence.signals[0].answers[q];
		if (a->status != r->status[q] || a->attempts != r->attempts[q] ||
		    (a->status == EVIDENCE_ANSWERED && a->octets.data[3] != r->octet[q])) {
			fail_msg("%s: answer %zu: status %d, %u attempts", r->name, q, a->status, a->attempts);
		}
	}
	assert_true(probe_finished(f.probe));
	assert_false(f.probe->spoilt);
	arena_free(f.arena);
}

static void test_servers(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		check(&rows[i]);
	}
}

/* Children of one provider begin at different servers of it. */
static void test_load_is_spread(void **state)
{
	(void)state;
	unsigned first[4] = { 0 };
	const struct signaling_zone zone = zone_of(4);
	for (unsigned i = 0; i < 400; i++) {
		struct fixture f;
		struct question q;
		char child[32];
		snprintf(child, sizeof(child), "child%u.example.", i);
		set_up(&f, child, "ns.example.net.", &options);
		no_hosts(&f);
		assert_int_equal(probe_signal(f.probe, 0, &zone), ERR_OK);
		assert_int_equal(probe_begin(f.probe, 1), ERR_OK);
		probe_question(&f.probe->servers[0], &q);
		first[q.server.octets[3] - 1]++;
		arena_free(f.arena);
	}
	for (size_t i = 0; i < 4; i++) {
		assert_in_range(first[i], 50, 150);
	}
}

/* T-44: servers of signaling zones are no way to special-purpose addresses either; nor to a family that cannot be asked. */
static void test_addresses(void **state)
{
	(void)state;
	static const struct {
		const char *address;
		bool asked;
	} cases[] = { { "127.0.0.1", false }, { "10.1.2.3", false }, { "::ffff:127.0.0.1", false }, { "2a00::1", false },
		{ "8.8.8.8", true } };
	const struct probe_options public_only = { .no_ipv6 = true, .tcp_timeout_ms = 900 };
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fixture f;
		struct signaling_zone zone = { .server_count = 1 };
		assert_int_equal(address_from_text(cases[i].address, &zone.servers[0]), ERR_OK);
		set_up(&f, "child.example.", "ns.example.net.", &public_only);
		no_hosts(&f);
		assert_int_equal(probe_signal(f.probe, 0, &zone), ERR_OK);
		assert_int_equal(probe_begin(f.probe, 1), ERR_OK);
		if ((f.probe->server_count == 1) != cases[i].asked) {
			fail_msg("%s", cases[i].address);
		}
		assert_int_equal(f.probe->evidence.signals[0].answers[0].status, EVIDENCE_NOT_ASKED);
		arena_free(f.arena);
	}
}

static void test_nothing_known(void **state)
{
	(void)state;
	struct fixture f;
	set_up(&f, "child.example.", "ns.example.net.", &options);
	no_hosts(&f);
	assert_int_equal(probe_signal(f.probe, 0, NULL), ERR_OK);
	assert_true(f.probe->spoilt);
	arena_free(f.arena);
	/* Cancelled or starved on the way: never evidence. */
	struct probe_server *s = one_name(&f, 3);
	uint32_t pause_ms;
	assert_false(probe_answer(s, &answer_cancelled, &pause_ms));
	assert_true(f.probe->spoilt);
	assert_true(probe_finished(f.probe));
	arena_free(f.arena);
}

static struct evidence_link link_of(const char *name, uint16_t type, const uint8_t *octets, size_t size)
{
	return (struct evidence_link){ .name = name_of(name), .type = type,
		.answer = { .status = EVIDENCE_ANSWERED, .octets = { octets, size } } };
}

/* What chains share takes its room once; what is too much is left out and says so. */
static void test_links(void **state)
{
	(void)state;
	static uint8_t root[12] = { 0, 0, 0x81 }, net[12] = { 0, 0, 0x81, 1 }, own[12] = { 0, 0, 0x81, 2 };
	static uint8_t large[LIMIT_MESSAGE_OCTETS] = { 0, 0, 0x81 };
	struct evidence_link one[] = { link_of(".", TYPE_DNSKEY, root, 12), link_of("net.", TYPE_DS, net, 12),
		{ .name = name_of("example.net."), .type = TYPE_DS, .answer = { .status = EVIDENCE_TIMEOUT } } };
	struct evidence_link two[] = { link_of(".", TYPE_DNSKEY, root, 12), link_of("net.", TYPE_DS, own, 12),
		link_of("a.", TYPE_DNSKEY, large, sizeof(large)), link_of("b.", TYPE_DNSKEY, large, sizeof(large)),
		link_of("c.", TYPE_DNSKEY, large, 1000) };
	const struct signaling_zone zones[] = { { .link_count = 3, .links = one }, { .link_count = 5, .links = two } };
	struct fixture f;
	set_up(&f, "child.example.", "ns1.example.net. ns2.example.net.", &options);
	no_hosts(&f);
	assert_int_equal(probe_signal(f.probe, 0, &zones[0]), ERR_OK);
	assert_int_equal(probe_signal(f.probe, 1, &zones[1]), ERR_OK);
	const struct evidence_signal *s = f.probe->evidence.signals;
	assert_int_equal(s[0].link_count, 3);
	assert_ptr_not_equal(s[0].links[0].answer.octets.data, root);
	assert_memory_equal(s[0].links[1].answer.octets.data, net, 12);
	assert_int_equal(s[0].links[2].answer.status, EVIDENCE_TIMEOUT);
	assert_int_equal(s[1].link_count, 5);
	assert_ptr_equal(s[1].links[0].answer.octets.data, s[0].links[0].answer.octets.data);
	assert_ptr_not_equal(s[1].links[1].answer.octets.data, s[0].links[1].answer.octets.data);
	assert_int_equal(s[1].links[2].answer.status, EVIDENCE_ANSWERED);
	assert_int_equal(s[1].links[3].answer.status, EVIDENCE_OVERSIZE);
	assert_int_equal(s[1].links[3].answer.octets.size, 0);
	assert_int_equal(s[1].links[4].answer.status, EVIDENCE_ANSWERED);
	assert_false(f.probe->spoilt);
	arena_free(f.arena);
}

/* Where the child has to find room: each address once, whoever is served there. */
static void test_entrant(void **state)
{
	(void)state;
	struct fixture f;
	struct signaling_zone zone = zone_of(3);
	const struct host host = { .status = HOST_RESOLVED, .count = 2,
		.addresses = { { 4, { 192, 0, 2, 2 } }, { 4, { 192, 0, 2, 9 } } } };
	set_up(&f, "child.example.", "ns1.example.net. ns2.example.net.", &options);
	assert_int_equal(probe_host(f.probe, 0, &host), ERR_OK);
	assert_int_equal(probe_host(f.probe, 1, &host), ERR_OK);
	assert_int_equal(probe_signal(f.probe, 0, &zone), ERR_OK);
	assert_int_equal(probe_signal(f.probe, 1, &zone), ERR_OK);
	assert_int_equal(probe_begin(f.probe, 1), ERR_OK);
	assert_int_equal(f.probe->server_count, 4);
	assert_int_equal(f.probe->entrant.count, 4);
	uint32_t seen = 0;
	for (size_t i = 0; i < 4; i++) {
		seen |= 1u << f.probe->entrant.addresses[i].octets[3];
	}
	assert_int_equal(seen, 1u << 1 | 1u << 2 | 1u << 3 | 1u << 9);
	arena_free(f.arena);
}

/* Why the child is asked is part of what was seen; who has opted out is not asked, and has no servers. */
static void test_trigger_and_opt_out(void **state)
{
	(void)state;
	struct fixture f;
	set_up(&f, "child.example.", "ns1.example.net.", &options);
	assert_int_equal(f.probe->evidence.trigger, TRIGGER_TIMER);
	const struct probe_look look = { .trigger = TRIGGER_OPERATOR };
	struct probe *p = probe_new(f.arena, &f.delegation, &options, &look);
	assert_int_equal(p->evidence.trigger, TRIGGER_OPERATOR);
	assert_false(p->evidence.signals_asked);
	assert_int_equal(p->evidence.hosts[0].status, EVIDENCE_HOST_FAILED);

	struct address glue = { 4, { 192, 0, 2, 1 } };
	f.hosts[0].glue = &glue;
	f.hosts[0].glue_count = 1;
	f.delegation.flags = DELEGATION_OPTED_OUT;
	p = probe_new(f.arena, &f.delegation, &options, &look);
	assert_int_equal(probe_begin(p, 5), ERR_OK);
	assert_int_equal(p->server_count, 0);
	assert_int_equal(p->evidence.server_count, 0);
	assert_int_equal(p->evidence.hosts[0].status, EVIDENCE_HOST_NOT_ASKED);
	probe_end(p, 5);
	struct slice octets;
	struct evidence back;
	assert_int_equal(evidence_encode(&p->evidence, f.arena, &octets), ERR_OK);
	assert_int_equal(evidence_decode(octets, f.arena, &back), ERR_OK);
	assert_int_equal(back.hosts[0].status, EVIDENCE_HOST_NOT_ASKED);
	assert_int_equal(back.trigger, TRIGGER_OPERATOR);
	assert_int_equal(evidence_unresolved(&back), 0);
	arena_free(f.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_for_whom),
		cmocka_unit_test(test_name_too_long),
		cmocka_unit_test(test_questions),
		cmocka_unit_test(test_servers),
		cmocka_unit_test(test_load_is_spread),
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_nothing_known),
		cmocka_unit_test(test_links),
		cmocka_unit_test(test_entrant),
		cmocka_unit_test(test_trigger_and_opt_out),
	};
	return cmocka_run_group_tests_name("probe_signals", tests, NULL, NULL);
}
