/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Probe: which questions go where, attempts, truncation, silence, ceilings. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "scanner/walk/probe.h"
#include "validate/wire/err.h"
#include "validate/wire/message.h"
#include "validate/wire/record.h"

static const struct probe_options options = { .allow_special = true, .udp_attempts = 2, .udp_timeout_ms = 100,
	.tcp_timeout_ms = 900 };
static const struct probe_options public_only = { .udp_attempts = 2, .udp_timeout_ms = 100, .tcp_timeout_ms = 900 };

/* A header is enough of a message here: the probe looks at TC and RCODE only. */
static const uint8_t good[12] = { 0xab, 0xcd, 0x84, 0x00 };
static const uint8_t truncated[12] = { 0xab, 0xcd, 0x86, 0x00 };
static const uint8_t refused[12] = { 0xab, 0xcd, 0x80, 0x05 };

static const struct answer answer_good = { .status = ANSWER_RECEIVED, .octets = good, .size = 12, .rtt_us = 1500 };
static const struct answer answer_truncated = { .status = ANSWER_RECEIVED, .octets = truncated, .size = 12 };
static const struct answer answer_refused = { .status = ANSWER_RECEIVED, .octets = refused, .size = 12 };
static const struct answer answer_silent = { .status = ANSWER_TIMEOUT };
static const struct answer answer_closed = { .status = ANSWER_REFUSED };
static const struct answer answer_cancelled = { .status = ANSWER_CANCELLED };

struct fixture {
	struct arena *arena;
	struct delegation delegation;
	struct delegation_host hosts[2];
	struct address glue[2];
	struct probe *probe;
};

static struct address address(const char *text)
{
	struct address a;
	assert_int_equal(address_from_text(text, &a), ERR_OK);
	return a;
}

static void set_up(struct fixture *f, const struct probe_options *o, bool tcp_only)
{
	memset(f, 0, sizeof(*f));
	f->arena = arena_new();
	assert_int_equal(name_from_text("child.example.", &f->delegation.child), ERR_OK);
	assert_int_equal(name_from_text("ns1.example.net.", &f->hosts[0].name), ERR_OK);
	assert_int_equal(name_from_text("ns2.example.net.", &f->hosts[1].name), ERR_OK);
	f->delegation.host_count = 2;
	f->delegation.hosts = f->hosts;
	f->glue[0] = address("127.0.0.1");
	f->hosts[0].glue_count = 1;
	f->hosts[0].glue = f->glue;
	const struct probe_look look = { .tcp_only = tcp_only };
	f->probe = probe_new(f->arena, &f->delegation, o, &look);
	assert_non_null(f->probe);
}

static void look_up(struct fixture *f, size_t i, enum host_status status, const char *a)
{
	struct host h = { .status = status };
	if (a != NULL) {
		h.addresses[h.count++] = address(a);
	}
	assert_int_equal(probe_host(f->probe, i, &h), ERR_OK);
}

/* One server, its first question not yet asked. */
static struct probe_server *one_server(struct fixture *f, bool tcp_only)
{
	set_up(f, &options, tcp_only);
	look_up(f, 0, HOST_RESOLVED, NULL);
	look_up(f, 1, HOST_NO_ADDRESS, NULL);
	assert_int_equal(probe_begin(f->probe, 5000), ERR_OK);
	assert_int_equal(f->probe->server_count, 1);
	return &f->probe->servers[0];
}

/* T-55: DS is asked of nobody. */
static void questions_in_order(void **state)
{
	(void)state;
	static const uint16_t types[] = { TYPE_SOA, TYPE_CDS, TYPE_CDNSKEY, TYPE_DNSKEY, TYPE_NS, TYPE_SOA };
	struct fixture f;
	struct probe_server *s = one_server(&f, false);
	uint32_t pause;
	for (size_t i = 0; i < 6; i++) {
		struct question q;
		probe_question(s, &q);
		assert_int_equal(q.type, types[i]);
		assert_int_equal(q.transport, TRANSPORT_UDP);
		assert_int_equal(q.timeout_ms, 100);
		assert_false(probe_finished(f.probe));
		assert_int_equal(probe_answer(s, &answer_good, &pause), i < 5);
		assert_int_equal(pause, 0);
	}
	assert_true(probe_finished(f.probe));
	assert_false(f.probe->spoilt);
	probe_end(f.probe, 6000);
	assert_int_equal(f.probe->evidence.began_ms, 5000);
	assert_int_equal(f.probe->evidence.ended_ms, 6000);
	const struct evidence_answer *cds = &f.probe->evidence.servers[0].answers[EVIDENCE_CDS];
	assert_int_equal(cds->status, EVIDENCE_ANSWERED);
	assert_int_equal(cds->rtt_us, 1500);
	/* The ID is not evidence. */
	assert_int_equal(cds->octets.data[0] | cds->octets.data[1], 0);
	arena_free(f.arena);
}

/* Two servers at 127.0.0.1 and 127.0.0.2, of one host each. */
static void two_servers(struct fixture *f)
{
	set_up(f, &options, false);
	look_up(f, 0, HOST_RESOLVED, NULL);
	look_up(f, 1, HOST_RESOLVED, "127.0.0.2");
	assert_int_equal(probe_begin(f->probe, 5000), ERR_OK);
	assert_int_equal(f->probe->server_count, 2);
}

/* Answers until the server asks for this type, or to the end. */
static bool answer_up_to(struct probe_server *s, uint16_t type, const struct answer *answer)
{
	uint32_t pause;
	struct question q;
	do {
		probe_question(s, &q);
		if (q.type == type) {
			return true;
		}
	} while (probe_answer(s, answer, &pause));
	return false;
}

/* Of one address only, of the first one that comes so far; the evidence says of which, and is whole. */
static void ns_of_one_server(void **state)
{
	(void)state;
	for (size_t first = 0; first < 2; first++) {
		struct fixture f;
		uint32_t pause;
		struct slice octets;
		struct evidence back;
		two_servers(&f);
		struct probe_server *s = f.probe->servers;
		assert_true(answer_up_to(&s[first], TYPE_NS, &answer_good));
		assert_false(answer_up_to(&s[1 - first], TYPE_NS, &answer_good));
		assert_true(probe_answer(&s[first], &answer_refused, &pause));
		assert_false(probe_answer(&s[first], &answer_good, &pause));
		assert_true(probe_finished(f.probe));
		probe_end(f.probe, 6000);
		assert_false(f.probe->spoilt);
		assert_int_equal(evidence_encode(&f.probe->evidence, f.arena, &octets), ERR_OK);
		assert_int_equal(evidence_decode(octets, f.arena, &back), ERR_OK);
		assert_true(back.ns.asked);
		assert_int_equal(back.ns.server, first);
		assert_int_equal(back.ns.answer.status, EVIDENCE_ANSWERED);
		assert_int_equal(back.ns.answer.octets.data[3] & 15, RCODE_REFUSED);
		arena_free(f.arena);
	}
}

/* One that never spoke would only be waited for; nobody that speaks, and nobody is asked. */
static void ns_of_none_that_is_silent(void **state)
{
	(void)state;
	struct fixture f;
	two_servers(&f);
	assert_false(answer_up_to(&f.probe->servers[0], TYPE_NS, &answer_silent));
	assert_false(f.probe->evidence.ns.asked);
	assert_true(answer_up_to(&f.probe->servers[1], TYPE_NS, &answer_good));
	assert_true(f.probe->evidence.ns.asked);
	assert_int_equal(f.probe->evidence.ns.server, 1);
	arena_free(f.arena);
}

/* Once, and the round goes on; over TCP where the answer is cut. */
static void ns_is_not_asked_again(void **state)
{
	(void)state;
	struct fixture f;
	struct question q;
	uint32_t pause;
	struct probe_server *s = one_server(&f, false);
	assert_true(answer_up_to(s, TYPE_NS, &answer_good));
	assert_true(probe_answer(s, &answer_silent, &pause));
	assert_int_equal(s->at, EVIDENCE_SOA_LAST);
	assert_int_equal(f.probe->evidence.ns.answer.status, EVIDENCE_TIMEOUT);
	assert_int_equal(f.probe->evidence.ns.answer.attempts, 1);
	assert_false(probe_answer(s, &answer_good, &pause));
	assert_false(f.probe->spoilt);
	arena_free(f.arena);

	s = one_server(&f, false);
	assert_true(answer_up_to(s, TYPE_NS, &answer_good));
	assert_true(probe_answer(s, &answer_truncated, &pause));
	probe_question(s, &q);
	assert_true(q.type == TYPE_NS && q.transport == TRANSPORT_TCP);
	assert_true(probe_answer(s, &answer_good, &pause));
	assert_true(f.probe->evidence.ns.answer.tcp && f.probe->evidence.ns.answer.status == EVIDENCE_ANSWERED);
	arena_free(f.arena);

	s = one_server(&f, false);
	assert_true(answer_up_to(s, TYPE_NS, &answer_good));
	assert_false(probe_answer(s, &answer_cancelled, &pause));
	assert_true(probe_finished(f.probe) && f.probe->spoilt);
	arena_free(f.arena);
}

static void truncation_goes_to_tcp(void **state)
{
	(void)state;
	struct fixture f;
	struct question q;
	struct probe_server *s = one_server(&f, false);
	uint32_t pause;
	assert_true(probe_answer(s, &answer_truncated, &pause));
	probe_question(s, &q);
	assert_int_equal(q.type, TYPE_SOA);
	assert_int_equal(q.transport, TRANSPORT_TCP);
	assert_int_equal(q.timeout_ms, 900);
	/* Over TCP too: it is kept as it is, for the judge to refuse; the next question starts over UDP. */
	assert_true(probe_answer(s, &answer_truncated, &pause));
	const struct evidence_answer *soa = &f.probe->evidence.servers[0].answers[EVIDENCE_SOA];
	assert_int_equal(soa->status, EVIDENCE_ANSWERED);
	assert_true(soa->tcp);
	assert_int_equal(soa->attempts, 2);
	probe_question(s, &q);
	assert_int_equal(q.type, TYPE_CDS);
	assert_int_equal(q.transport, TRANSPORT_UDP);
	arena_free(f.arena);
}

/* A server that ignores the size we offer: its datagram comes cut, without TC. */
static void overlong_datagram_goes_to_tcp(void **state)
{
	(void)state;
	static uint8_t cut[RESOLVER_UDP_PAYLOAD] = { 0xab, 0xcd, 0x84, 0x00 };
	static const struct answer answer_cut = { .status = ANSWER_RECEIVED, .octets = cut, .size = sizeof(cut) };
	static const struct answer answer_fits = { .status = ANSWER_RECEIVED, .octets = cut, .size = sizeof(cut) - 1 };
	struct fixture f;
	struct probe_server *s = one_server(&f, false);
	uint32_t pause;
	assert_true(probe_answer(s, &answer_fits, &pause));
	assert_int_equal(s->at, EVIDENCE_CDS);
	assert_true(probe_answer(s, &answer_cut, &pause));
	assert_int_equal(s->at, EVIDENCE_CDS);
	assert_true(s->tcp);
	arena_free(f.arena);
}

static void tcp_that_hangs_is_a_timeout(void **state)
{
	(void)state;
	struct fixture f;
	struct probe_server *s = one_server(&f, false);
	uint32_t pause;
	assert_true(probe_answer(s, &answer_truncated, &pause));
	assert_true(probe_answer(s, &answer_silent, &pause));
	assert_int_equal(f.probe->evidence.servers[0].answers[EVIDENCE_SOA].status, EVIDENCE_TIMEOUT);
	assert_int_equal(s->at, EVIDENCE_CDS);
	arena_free(f.arena);
}

/* Two attempts for the first question, the second one waiting longer; a server that never spoke gets one for
 * each other question, and is asked every question. */
static void silence_is_asked_again_but_not_for_ever(void **state)
{
	(void)state;
	struct fixture f;
	struct question q;
	struct probe_server *s = one_server(&f, false);
	uint32_t pause;
	assert_true(probe_answer(s, &answer_silent, &pause));
	assert_true(pause > 0);
	probe_question(s, &q);
	assert_int_equal(q.type, TYPE_SOA);
	assert_int_equal(q.timeout_ms, 200);
	for (size_t i = 0; i < 4; i++) {
		assert_true(probe_answer(s, &answer_silent, &pause));
	}
	assert_int_equal(s->at, EVIDENCE_SOA_LAST);
	assert_false(probe_answer(s, &answer_silent, &pause));
	assert_true(probe_finished(f.probe));
	assert_false(f.probe->spoilt);
	for (size_t i = 0; i < EVIDENCE_QUESTIONS; i++) {
		assert_int_equal(f.probe->evidence.servers[0].answers[i].status, EVIDENCE_TIMEOUT);
	}
	arena_free(f.arena);
}

static void loss_of_a_living_server_is_asked_again(void **state)
{
	(void)state;
	struct fixture f;
	struct probe_server *s = one_server(&f, false);
	uint32_t pause;
	assert_true(probe_answer(s, &answer_good, &pause));
	assert_true(probe_answer(s, &answer_silent, &pause));
	assert_int_equal(s->at, EVIDENCE_CDS);
	assert_true(probe_answer(s, &answer_good, &pause));
	assert_int_equal(f.probe->evidence.servers[0].answers[EVIDENCE_CDS].status, EVIDENCE_ANSWERED);
	assert_int_equal(f.probe->evidence.servers[0].answers[EVIDENCE_CDS].attempts, 2);
	arena_free(f.arena);
}

static void closed_port_and_refusal(void **state)
{
	(void)state;
	struct fixture f;
	struct probe_server *s = one_server(&f, false);
	uint32_t pause;
	assert_true(probe_answer(s, &answer_closed, &pause));
	assert_true(probe_answer(s, &answer_closed, &pause));
	assert_int_equal(f.probe->evidence.servers[0].answers[EVIDENCE_SOA].status, EVIDENCE_UNREACHABLE);
	assert_true(probe_answer(s, &answer_refused, &pause));
	assert_int_equal(pause, 1000);
	assert_int_equal(f.probe->evidence.servers[0].answers[EVIDENCE_CDS].status, EVIDENCE_ANSWERED);
	arena_free(f.arena);
}

static void second_look_is_all_tcp(void **state)
{
	(void)state;
	struct fixture f;
	struct question q;
	struct probe_server *s = one_server(&f, true);
	uint32_t pause;
	for (size_t i = 0; i < 6; i++) {
		probe_question(s, &q);
		assert_int_equal(q.transport, TRANSPORT_TCP);
		(void)probe_answer(s, &answer_good, &pause);
	}
	assert_true(probe_finished(f.probe));
	arena_free(f.arena);
}

static void cancelled_is_no_evidence(void **state)
{
	(void)state;
	struct fixture f;
	struct probe_server *s = one_server(&f, false);
	uint32_t pause;
	assert_true(probe_answer(s, &answer_good, &pause));
	assert_false(probe_answer(s, &answer_cancelled, &pause));
	assert_true(probe_finished(f.probe));
	assert_true(f.probe->spoilt);
	arena_free(f.arena);
}

/* R9975-3-1, T-15 */
static void each_address_once_with_all_its_hosts(void **state)
{
	(void)state;
	struct fixture f;
	set_up(&f, &options, false);
	look_up(&f, 0, HOST_RESOLVED, "127.0.0.9");
	look_up(&f, 1, HOST_RESOLVED, "127.0.0.1");
	assert_int_equal(probe_begin(f.probe, 1), ERR_OK);
	const struct evidence *e = &f.probe->evidence;
	assert_int_equal(e->server_count, 2);
	assert_int_equal(e->servers[0].hosts, 3);	/* 127.0.0.1: glue of ns1, address of ns2 */
	assert_int_equal(e->servers[1].hosts, 1);
	assert_int_equal(e->hosts[1].status, EVIDENCE_HOST_RESOLVED);
	arena_free(f.arena);
}

/* T-44: a private address is never contacted, and the evidence says so. */
static void special_addresses_are_not_asked(void **state)
{
	(void)state;
	struct fixture f;
	set_up(&f, &public_only, false);
	look_up(&f, 0, HOST_RESOLVED, "10.1.2.3");
	look_up(&f, 1, HOST_RESOLVED, "8.8.4.4");
	assert_int_equal(probe_begin(f.probe, 1), ERR_OK);
	assert_int_equal(f.probe->evidence.server_count, 3);
	assert_int_equal(f.probe->server_count, 1);
	assert_int_equal(f.probe->servers[0].ask.address.octets[0], 8);
	for (size_t i = 0; i < 3; i++) {
		const struct evidence_server *s = &f.probe->evidence.servers[i];
		bool special = s->address.octets[0] != 8;
		assert_int_equal(s->skip, special ? SKIP_SPECIAL : SKIP_NONE);
		assert_int_equal(s->answers[EVIDENCE_CDS].status, special ? EVIDENCE_NOT_ASKED : EVIDENCE_TIMEOUT);
	}
	arena_free(f.arena);
}

/* wrong answer 23: unique-local and carrier-NAT addresses, from a look-up and from glue. */
static void private_addresses_are_not_asked(void **state)
{
	(void)state;
	static const char *const addresses[] = { "fd12:3456:789a::53", "fc00::53", "100.64.0.53", "100.127.255.53",
		"::ffff:100.64.0.53" };
	for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
		struct fixture f;
		set_up(&f, &public_only, false);
		f.glue[0] = address(addresses[i]);
		const struct probe_look look = { .tcp_only = false };
		f.probe = probe_new(f.arena, &f.delegation, &public_only, &look);
		assert_non_null(f.probe);
		look_up(&f, 0, HOST_RESOLVED, addresses[(i + 1) % 5]);
		look_up(&f, 1, HOST_RESOLVED, addresses[i]);
		assert_int_equal(probe_begin(f.probe, 1), ERR_OK);
		assert_int_equal(f.probe->server_count, 0);
		assert_int_equal(f.probe->evidence.server_count, 2);
		assert_int_equal(f.probe->evidence.servers[0].skip, SKIP_SPECIAL);
		assert_int_equal(f.probe->evidence.servers[1].skip, SKIP_SPECIAL);
		arena_free(f.arena);
	}
}

static void missing_family_is_marked(void **state)
{
	(void)state;
	struct probe_options o = options;
	struct fixture f;
	o.no_ipv6 = true;
	set_up(&f, &o, false);
	look_up(&f, 0, HOST_RESOLVED, "2001:500::1");
	look_up(&f, 1, HOST_FAILED, NULL);
	assert_int_equal(probe_begin(f.probe, 1), ERR_OK);
	assert_int_equal(f.probe->server_count, 1);
	assert_int_equal(f.probe->evidence.servers[1].skip, SKIP_FAMILY);
	assert_int_equal(f.probe->evidence.hosts[1].status, EVIDENCE_HOST_FAILED);
	arena_free(f.arena);
}

static void long_answers_do_not_fill_memory(void **state)
{
	(void)state;
	static uint8_t big[65535];
	static const struct answer answer_big = { .status = ANSWER_RECEIVED, .octets = big, .size = sizeof(big) };
	struct fixture f;
	struct probe_server *s = one_server(&f, true);
	uint32_t pause;
	for (size_t i = 0; i < 6; i++) {
		(void)probe_answer(s, &answer_big, &pause);
	}
	assert_true(probe_finished(f.probe));
	assert_true(f.probe->octets <= LIMIT_EVIDENCE_OCTETS);
	assert_int_equal(f.probe->evidence.servers[0].answers[EVIDENCE_SOA].status, EVIDENCE_ANSWERED);
	assert_int_equal(f.probe->evidence.servers[0].answers[EVIDENCE_SOA_LAST].status, EVIDENCE_OVERSIZE);
	assert_int_equal(f.probe->evidence.ns.answer.status, EVIDENCE_OVERSIZE);
	arena_free(f.arena);
}

/* Many servers of one large zone are no reason to drop what they say: equal octets are kept once. */
static void equal_answers_take_room_once(void **state)
{
	(void)state;
	static uint8_t big[65535];
	const struct answer answer_big = { .status = ANSWER_RECEIVED, .octets = big, .size = sizeof(big) };
	struct fixture f;
	two_servers(&f);
	for (size_t i = 0; i < 2; i++) {
		assert_true(answer_up_to(&f.probe->servers[i], TYPE_DNSKEY, &answer_big));
		big[0]++;	/* of the ID */
	}
	const struct evidence_server *servers = f.probe->evidence.servers;
	for (enum evidence_question q = 0; q < EVIDENCE_DNSKEY; q++) {
		assert_int_equal(servers[0].answers[q].status, EVIDENCE_ANSWERED);
		assert_int_equal(servers[1].answers[q].status, EVIDENCE_ANSWERED);
		assert_ptr_equal(servers[0].answers[q].octets.data, servers[1].answers[q].octets.data);
	}
	assert_int_equal(f.probe->octets, 3 * sizeof(big));
	/* Another octet is another answer, and for that there is no room. */
	big[sizeof(big) - 1] = 1;
	(void)answer_up_to(&f.probe->servers[0], TYPE_NS, &answer_big);
	assert_int_equal(servers[0].answers[EVIDENCE_DNSKEY].status, EVIDENCE_OVERSIZE);
	arena_free(f.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(questions_in_order),
		cmocka_unit_test(equal_answers_take_room_once),
		cmocka_unit_test(ns_of_one_server),
		cmocka_unit_test(ns_of_none_that_is_silent),
		cmocka_unit_test(ns_is_not_asked_again),
		cmocka_unit_test(truncation_goes_to_tcp),
		cmocka_unit_test(overlong_datagram_goes_to_tcp),
		cmocka_unit_test(tcp_that_hangs_is_a_timeout),
		cmocka_unit_test(silence_is_asked_again_but_not_for_ever),
		cmocka_unit_test(loss_of_a_living_server_is_asked_again),
		cmocka_unit_test(closed_port_and_refusal),
		cmocka_unit_test(second_look_is_all_tcp),
		cmocka_unit_test(cancelled_is_no_evidence),
		cmocka_unit_test(each_address_once_with_all_its_hosts),
		cmocka_unit_test(special_addresses_are_not_asked),
		cmocka_unit_test(private_addresses_are_not_asked),
		cmocka_unit_test(missing_family_is_marked),
		cmocka_unit_test(long_answers_do_not_fill_memory),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
