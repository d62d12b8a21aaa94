/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RFC 8078 section 3.4 as the judge sees it: where a token belongs, when it is read, and how evidence has it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/judge_run.h"
#include "tests/unit/zone_challenge.h"
#include "validate/cds/challenge.h"
#include "validate/cds/judging.h"
#include "validate/wire/err.h"

#define TOKEN "0123456789abcdef0123456789abcdef01234567"

static const uint8_t zeros[SHA256_OCTETS];

static void test_name(void **state)
{
	struct name child;
	struct name at;
	char text[NAME_TEXT_SIZE];
	uint8_t a[SHA256_OCTETS], b[SHA256_OCTETS];
	assert_int_equal(name_from_text("example.ch.", &child), 0);
	assert_int_equal(challenge_name(&child, &at), 0);
	name_to_text(&at, text);
	assert_string_equal(text, "_cdswalk-challenge.example.ch.");
	child.size = 0;
	assert_int_equal(challenge_name(&child, &at), ERR_ARG);
	/* 236 octets leave room for the label, 237 do not. */
	static const struct { size_t last; int code; } rows[] = { { 42, 0 }, { 43, ERR_LIMIT } };
	for (size_t i = 0; i < 2; i++) {
		char label[64];
		memset(label, 'a', sizeof label);
		snprintf(text, sizeof text, "%.63s.%.63s.%.63s.%.*s.", label, label, label, (int)rows[i].last, label);
		assert_int_equal(name_from_text(text, &child), 0);
		assert_int_equal(child.size, 194 + rows[i].last);
		assert_int_equal(challenge_name(&child, &at), rows[i].code);
	}
	assert_int_equal(challenge_hash(*state, "a", 1, a), 0);
	assert_int_equal(challenge_hash(*state, "b", 1, b), 0);
	assert_memory_not_equal(a, b, sizeof a);
}

struct row {
	const char *name;
	const char *first, *second;	/* what the servers say of the token */
	void (*change)(struct evidence *e, struct arena *arena);
	const char *detail;		/* of the check; NULL: the token is read */
};

static void over_udp(struct evidence *e, struct arena *arena)
{
	(void)arena;
	e->servers[1].challenge.tcp = false;
}

static void silent(struct evidence *e, struct arena *arena)
{
	(void)arena;
	e->servers[1].challenge = (struct evidence_answer){ .status = EVIDENCE_TIMEOUT, .tcp = true };
}

static void not_looked_up(struct evidence *e, struct arena *arena)
{
	(void)arena;
	e->hosts[1].status = EVIDENCE_HOST_FAILED;
}

static void skipped(struct evidence *e, struct arena *arena)
{
	(void)arena;
	e->servers[1].skip = SKIP_SPECIAL;
}

static void silent_otherwise(struct evidence *e, struct arena *arena)
{
	(void)arena;
	for (size_t q = 0; q < EVIDENCE_QUESTIONS; q++) {
		e->servers[1].answers[q] = (struct evidence_answer){ .status = EVIDENCE_TIMEOUT, .tcp = true };
	}
}

/* Octet 2 of a message has AA, octet 3 the RCODE. */
static void set_header(struct evidence *e, struct arena *arena, size_t at, uint8_t value)
{
	struct slice *s = &e->servers[1].challenge.octets;
	uint8_t *copy = arena_copy(arena, s->data, s->size);
	assert_non_null(copy);
	copy[at] = value;
	s->data = copy;
}

static void not_authoritative(struct evidence *e, struct arena *arena)
{
	set_header(e, arena, 2, 0x80);
}

static void refused(struct evidence *e, struct arena *arena)
{
	set_header(e, arena, 3, 5);
}

/* The type of the first record behind header and question: CNAME. Its RDATA, a string of one octet, is a name, too. */
static void an_alias(struct evidence *e, struct arena *arena)
{
	size_t name = 18 + 1 + strlen("example.ch.") + 1;
	set_header(e, arena, 12 + name + 4 + name + 1, 5);
}

/* R8078-3.4-1, T-43: at every address, over TCP, one record of one string, everywhere the same. */
static const struct row rows[] = {
	{ "challenge-everywhere", TOKEN, TOKEN, NULL, NULL },
	{ "challenge-at-one-server", TOKEN, "", NULL, "192.0.2.2 has no token" },
	{ "nowhere", "", "", NULL, "192.0.2.1 has no token" },
	{ "challenge-differs", TOKEN, "another", NULL, "has another token than other addresses" },
	{ "challenge-two-records", TOKEN " other", TOKEN " other", NULL, "192.0.2.1 has more than one TXT record" },
	{ "two strings", "01+23", "01+23", NULL, "not of one string" },
	{ "two empty strings", "+", TOKEN, NULL, "not of one string" },
	{ "an empty string", "-", "-", NULL, "not of one string" },
	{ "challenge-over-udp", TOKEN, TOKEN, over_udp, "192.0.2.2 the answer came over UDP" },
	{ "no answer", TOKEN, TOKEN, silent, "192.0.2.2 no answer" },
	{ "a referral", TOKEN, TOKEN, not_authoritative, "192.0.2.2 not authoritative" },
	{ "refused", TOKEN, TOKEN, refused, "192.0.2.2 REFUSED" },
	{ "an alias", TOKEN, "0+", an_alias, "192.0.2.2 has an alias there" },
	{ "a host of unknown addresses", TOKEN, TOKEN, not_looked_up, "could not be looked up" },
	{ "an address that is not asked", TOKEN, TOKEN, skipped, "not every address gave a usable answer" },
	{ "a server that is silent otherwise", TOKEN, TOKEN, silent_otherwise, "not every address gave a usable answer" },
};

static const struct judge_case both = { .name = "challenge", .ds = "", .rules = { .bootstrap = { .enabled = true, .challenge = true } },
	.servers = { { .cds = "A", .cdnskey = "A", .tcp = true, .on = true }, { .cds = "A", .cdnskey = "A", .tcp = true, .on = true } } };

static void build(const struct row *r, struct arena *arena, struct evidence *e)
{
	evidence_build(both.servers, arena, e);
	e->challenge_asked = true;
	e->servers[0].challenge = challenge_build(r->first, arena);
	e->servers[1].challenge = challenge_build(r->second, arena);
	if (r->change != NULL) {
		r->change(e, arena);
	}
}

static const struct check *check_of(const struct finding *f)
{
	static const struct check none = { .detail = "" };
	const struct check *found = &none;
	for (size_t i = 0; i < f->check_count; i++) {
		found = strcmp(f->checks[i].rule, "R8078-3.4-1") == 0 ? &f->checks[i] : found;
	}
	return found;
}

static void test_rows(void **state)
{
	uint8_t wanted[SHA256_OCTETS];
	assert_int_equal(challenge_hash(*state, TOKEN, strlen(TOKEN), wanted), 0);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct row *r = &rows[i];
		struct arena *arena = arena_new();
		struct evidence e;
		struct finding f;
		print_message("  %s\n", r->name);
		build(r, arena, &e);
		judge_evidence(*state, &both, &e, arena, &f);
		assert_int_equal(f.reason, REASON_BOOTSTRAP_UNPROVEN);
		assert_memory_equal(f.challenge_hash, r->detail == NULL ? wanted : zeros, SHA256_OCTETS);
		const struct check *c = check_of(&f);
		assert_int_equal(c->result, r->detail == NULL ? CHECK_PASS : CHECK_SKIP);
		if (strstr(c->detail, r->detail == NULL ? "at _cdswalk-challenge.example.ch." : r->detail) == NULL) {
			fail_msg("%s", c->detail);
		}
		arena_free(arena);
	}
}

/* R8078-3.4-1: no server can have a token below such a name, so none is read. */
static void test_name_too_long(void **state)
{
	struct arena *arena = arena_new();
	struct evidence e = { .child = { .size = 237 } };
	const struct judge_input in = { .evidence = &e };
	struct judging *j = arena_alloc(arena, sizeof *j);
	uint8_t hash[SHA256_OCTETS] = { 0 };
	assert_non_null(j);
	*j = (struct judging){ .crypto = *state, .in = &in, .arena = arena };
	trace_init(&j->trace, arena);
	assert_int_equal(challenge_read(j, hash), 0);
	assert_memory_equal(hash, zeros, SHA256_OCTETS);
	assert_int_equal(j->trace.check_count, 1);
	assert_int_equal(j->trace.checks[0].result, CHECK_SKIP);
	assert_non_null(strstr(j->trace.checks[0].detail, "too long"));
	arena_free(arena);
}

/* What is wanted and was not asked for: the child is asked again. What is not wanted says nothing. */
static void test_asked(void **state)
{
	struct arena *arena = arena_new();
	struct evidence e;
	struct finding f;
	build(&rows[0], arena, &e);
	e.challenge_asked = false;
	judge_evidence(*state, &both, &e, arena, &f);
	assert_int_equal(f.reason, REASON_STALE_EVIDENCE);
	assert_int_equal(check_of(&f)->result, CHECK_FAIL);
	assert_true(finding_wants_tcp(&f));
	assert_memory_equal(f.challenge_hash, zeros, SHA256_OCTETS);
	e.challenge_asked = true;
	struct judge_case without = both;
	without.rules.bootstrap.challenge = false;
	judge_evidence(*state, &without, &e, arena, &f);
	assert_int_equal(f.reason, REASON_BOOTSTRAP_UNPROVEN);
	assert_memory_equal(f.challenge_hash, zeros, SHA256_OCTETS);
	assert_int_equal(check_of(&f)->detail[0], '\0');
	arena_free(arena);
}

/* Version 4, and only where it was asked for. */
static void test_encoding(void **unused)
{
	(void)unused;
	struct arena *arena = arena_new();
	struct evidence e;
	struct evidence back;
	struct slice octets;
	struct slice again;
	build(&rows[1], arena, &e);
	e.servers[1].challenge.attempts = 7;
	assert_int_equal(evidence_encode(&e, arena, &octets), 0);
	assert_int_equal(octets.data[0], 4);
	assert_int_equal(evidence_decode(octets, arena, &back), 0);
	assert_true(back.challenge_asked);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(back.servers[i].challenge.status, EVIDENCE_ANSWERED);
		assert_true(back.servers[i].challenge.tcp);
		assert_true(slice_equal(back.servers[i].challenge.octets, e.servers[i].challenge.octets));
	}
	assert_int_equal(back.servers[1].challenge.attempts, 7);
	assert_int_equal(evidence_encode(&back, arena, &again), 0);
	assert_true(slice_equal(octets, again));
	/* Cut anywhere, it is none. */
	for (size_t size = 0; size < octets.size; size++) {
		assert_int_equal(evidence_decode((struct slice){ octets.data, size }, arena, &back), ERR_FORMAT);
	}
	uint8_t *copy = arena_copy(arena, octets.data, octets.size);
	assert_non_null(copy);
	copy[0] = 3;
	assert_int_equal(evidence_decode((struct slice){ copy, octets.size }, arena, &back), ERR_FORMAT);
	copy[0] = 5;
	assert_int_equal(evidence_decode((struct slice){ copy, octets.size }, arena, &back), ERR_FORMAT);
	for (size_t i = 0; i < 2; i++) {
		size_t size = e.servers[i].challenge.octets.size;
		e.servers[i].challenge.octets.size = 0;
		assert_int_equal(evidence_encode(&e, arena, &octets), ERR_ARG);
		e.servers[i].challenge.octets.size = size;
	}
	e.challenge_asked = false;
	assert_int_equal(evidence_encode(&e, arena, &octets), 0);
	assert_int_equal(octets.data[0], 1);
	assert_int_equal(evidence_decode(octets, arena, &back), 0);
	assert_false(back.challenge_asked);
	arena_free(arena);
}

/* One bit of what is at the end, where the answers are told: it is none, or another one. */
static void test_one_form_only(void **unused)
{
	(void)unused;
	struct arena *arena = arena_new();
	struct evidence e;
	struct slice octets;
	build(&rows[1], arena, &e);
	e.servers[0].challenge = (struct evidence_answer){ .status = EVIDENCE_TIMEOUT, .attempts = 2 };
	assert_int_equal(evidence_encode(&e, arena, &octets), 0);
	uint8_t *copy = arena_copy(arena, octets.data, octets.size);
	assert_non_null(copy);
	unsigned refused_count = 0;
	for (size_t i = 8 * (octets.size - 18); i < 8 * octets.size; i++) {
		struct evidence back;
		struct slice again;
		copy[i / 8] ^= (uint8_t)(1u << i % 8);
		if (evidence_decode((struct slice){ copy, octets.size }, arena, &back) == 0) {
			assert_int_equal(evidence_encode(&back, arena, &again), 0);
			assert_true(slice_equal(again, (struct slice){ copy, octets.size }));
		} else {
			refused_count++;
		}
		copy[i / 8] ^= (uint8_t)(1u << i % 8);
	}
	assert_true(refused_count > 8);
	arena_free(arena);
}

static int set_up(void **state)
{
	zone_keys_load();
	*state = crypto_new();
	return *state == NULL ? -1 : 0;
}

static int tear_down(void **state)
{
	crypto_free(*state);
	zone_keys_free();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_name),
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_name_too_long),
		cmocka_unit_test(test_asked),
		cmocka_unit_test(test_encoding),
		cmocka_unit_test(test_one_form_only),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
