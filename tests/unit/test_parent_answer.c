/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a server of the parent, and a recursive one, say of a delegation. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "scanner/net/parent_answer.h"
#include "validate/wire/message.h"

#define D32 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

/* A record as text: "owner TYPE rdata"; made into octets of this test. */
struct text_record {
	struct name owner;
	uint8_t rdata[300];
	struct record record;
};

static struct name name_of(const char *text)
{
	struct name n;
	assert_int_equal(name_from_text(text, &n), 0);
	return n;
}

static void make(struct text_record *t, const char *owner, const char *type, const char *data)
{
	struct wire w = wire_writer(t->rdata, sizeof(t->rdata));
	struct address a;
	struct ds ds;
	t->owner = name_of(owner);
	t->record = (struct record){ .owner = &t->owner, .class = CLASS_IN, .ttl = 3600 };
	if (strcmp(type, "NS") == 0 || strcmp(type, "CNAME") == 0) {
		const struct name host = name_of(data);
		t->record.type = type[0] == 'N' ? TYPE_NS : TYPE_CNAME;
		name_write(&w, &host);
	} else if (strcmp(type, "A") == 0) {
		assert_int_equal(address_from_text(data, &a), 0);
		t->record.type = a.family == 4 ? TYPE_A : TYPE_AAAA;
		wire_write(&w, a.octets, address_size(&a));
	} else if (strcmp(type, "DS") == 0) {
		assert_int_equal(ds_from_text(data, &ds), 0);
		uint8_t rdata[4 + LIMIT_DIGEST_OCTETS];
		t->record.type = TYPE_DS;
		t->record.ttl = 900;
		wire_write(&w, rdata, ds_rdata(&ds, rdata));
	} else if (strcmp(type, "DSX") == 0) {
		t->record.type = TYPE_DS;
		wire_write(&w, "\0\7\15\2short", 9);
	} else {
		t->record.type = TYPE_SOA;
		name_write(&w, &name_root);
		name_write(&w, &name_root);
		wire_write(&w, "01234567890123456789", 20);
	}
	assert_false(wire_error(&w));
	t->record.rdata = (struct slice){ t->rdata, w.pos };
}

#define RECORDS 6
struct said {
	const char *section;	/* "n": authority, "a": answer, "x": additional */
	const char *owner, *type, *data;
};

static size_t compose(const char *question, uint16_t type, uint16_t flags, uint16_t rcode, const struct said *said, uint8_t *out)
{
	static struct text_record made[SECTION_COUNT][RECORDS];
	static struct record records[SECTION_COUNT][RECORDS];
	const struct name name = name_of(question);
	struct message_draft d = { .question = &name, .question_type = type, .flags = flags, .rcode = rcode };
	for (; said->section != NULL; said++) {
		enum section s = said->section[0] == 'a' ? SECTION_ANSWER : said->section[0] == 'n' ? SECTION_AUTHORITY
			: SECTION_ADDITIONAL;
		struct text_record *t = &made[s][d.count[s]];
		make(t, said->owner, said->type, said->data);
		records[s][d.count[s]++] = t->record;
	}
	for (size_t s = 0; s < SECTION_COUNT; s++) {
		d.records[s] = records[s];
	}
	size_t size = message_compose(&d, out, 4096);
	assert_true(size > 0);
	return size;
}

#define NS_A { "n", "x.ch.", "NS", "ns.x.ch." }
#define NS_B { "n", "x.ch.", "NS", "ns.other.li." }
#define SOA_CH { "n", "ch.", "SOA", "" }
#define END { NULL, NULL, NULL, NULL }
#define DS_7 "7 13 2 " D32

static const struct {
	const char *name;
	uint16_t flags, rcode;
	struct said said[RECORDS];
	enum referral_says says;
	size_t hosts, glue, ds;
	bool broken;
} referrals[] = {
	{ "a referral", 0, 0, { NS_A, NS_B, { "x", "ns.x.ch.", "A", "192.0.2.1" }, { "x", "ns.x.ch.", "A", "2001:db8::1" } },
		REFERRAL_DELEGATED, 2, 2, 0, false },
	{ "with DS", 0, 0, { NS_A, { "n", "x.ch.", "DS", DS_7 } }, REFERRAL_DELEGATED, 1, 0, 1, false },
	{ "the same host twice", 0, 0, { NS_A, NS_A }, REFERRAL_DELEGATED, 1, 0, 0, false },
	{ "a DS that is none", 0, 0, { NS_A, { "n", "x.ch.", "DSX", "" } }, REFERRAL_DELEGATED, 1, 0, 0, true },
	{ "DS of somebody else", 0, 0, { NS_A, { "n", "y.ch.", "DS", DS_7 } }, REFERRAL_DELEGATED, 1, 0, 0, false },
	{ "glue of nobody", 0, 0, { NS_A, { "x", "ns.y.ch.", "A", "192.0.2.1" } }, REFERRAL_DELEGATED, 1, 0, 0, false },
	{ "glue outside of the parent", 0, 0, { NS_B, { "x", "ns.other.li.", "A", "192.0.2.1" } }, REFERRAL_DELEGATED, 1, 0, 0, false },
	{ "a referral from above", 0, 0, { { "n", "ch.", "NS", "a.nic.ch." } }, REFERRAL_NONE, 0, 0, 0, false },
	{ "a referral elsewhere", 0, 0, { { "n", "y.ch.", "NS", "ns.y.ch." } }, REFERRAL_NONE, 0, 0, 0, false },
	{ "a root hint", 0, 0, { { "n", ".", "NS", "a.nic.ch." } }, REFERRAL_NONE, 0, 0, 0, false },
	{ "nothing", 0, 0, { END }, REFERRAL_NONE, 0, 0, 0, false },
	{ "NXDOMAIN of the parent", MESSAGE_FLAG_AA, RCODE_NXDOMAIN, { SOA_CH }, REFERRAL_ABSENT, 0, 0, 0, false },
	{ "NODATA of the parent", MESSAGE_FLAG_AA, 0, { SOA_CH }, REFERRAL_ABSENT, 0, 0, 0, false },
	{ "NODATA of the child", MESSAGE_FLAG_AA, 0, { { "n", "x.ch.", "SOA", "" } }, REFERRAL_NONE, 0, 0, 0, false },
	{ "NXDOMAIN of a cache", 0, RCODE_NXDOMAIN, { SOA_CH }, REFERRAL_NONE, 0, 0, 0, false },
	{ "NXDOMAIN without SOA", MESSAGE_FLAG_AA, RCODE_NXDOMAIN, { END }, REFERRAL_NONE, 0, 0, 0, false },
	{ "the child itself", MESSAGE_FLAG_AA, 0, { { "a", "x.ch.", "NS", "ns.x.ch." } }, REFERRAL_OWN, 0, 0, 0, false },
	{ "SERVFAIL", 0, RCODE_SERVFAIL, { NS_A }, REFERRAL_NONE, 0, 0, 0, false },
	{ "REFUSED", 0, RCODE_REFUSED, { END }, REFERRAL_NONE, 0, 0, 0, false },
	{ "cut", MESSAGE_FLAG_TC, 0, { NS_A }, REFERRAL_NONE, 0, 0, 0, false },
};

static void test_referrals(void **state)
{
	const struct name child = name_of("x.ch.");
	const struct name origin = name_of("ch.");
	struct arena *arena = arena_new();
	static struct referral r;
	for (size_t i = 0; i < sizeof(referrals) / sizeof(referrals[0]); i++) {
		uint8_t octets[4096];
		size_t size = compose("x.ch.", TYPE_NS, referrals[i].flags, referrals[i].rcode, referrals[i].said, octets);
		referral_read(octets, size, &child, &origin, arena, &r);
		if (r.says != referrals[i].says || (r.says == REFERRAL_NONE && r.why == NULL) || (r.says == REFERRAL_DELEGATED
		    && (r.host_count != referrals[i].hosts || r.glue_count != referrals[i].glue || r.ds.count != referrals[i].ds
			|| r.ds_broken != referrals[i].broken))) {
			fail_msg("%s: %d, %zu %zu %zu %d", referrals[i].name, r.says, r.host_count, r.glue_count, r.ds.count, r.ds_broken);
		}
		/* Cut anywhere it says nothing. */
		for (size_t k = 0; k < size; k++) {
			referral_read(octets, k, &child, &origin, arena, &r);
			assert_int_equal(r.says, REFERRAL_NONE);
		}
		arena_reset(arena);
	}
	uint8_t octets[4096];
	static const struct said said[] = { NS_A, { "n", "x.ch.", "DS", DS_7 }, END };
	size_t size = compose("x.ch.", TYPE_NS, 0, 0, said, octets);
	referral_read(octets, size, &child, &origin, arena, &r);
	assert_int_equal(r.ds_ttl, 900);
	/* An answer to another question. */
	const struct name other = name_of("y.ch.");
	referral_read(octets, size, &other, &origin, arena, &r);
	assert_int_equal(r.says, REFERRAL_NONE);
	arena_free(arena);
	(void)state;
}

static void test_above(void **state)
{
	const struct name child = name_of("a.x.ch.");
	const struct name origin = name_of("ch.");
	struct arena *arena = arena_new();
	static struct referral r;
	uint8_t octets[4096];
	static const struct said said[] = { NS_A, END };
	size_t size = compose("a.x.ch.", TYPE_NS, 0, 0, said, octets);
	referral_read(octets, size, &child, &origin, arena, &r);
	assert_int_equal(r.says, REFERRAL_ABOVE);
	arena_free(arena);
	(void)state;
}

/* Without all of its servers nothing may be decided of a child. */
static void test_too_many(void **state)
{
	const struct name child = name_of("x.ch.");
	const struct name origin = name_of("ch.");
	static struct text_record made[LIMIT_NS_HOSTS + 1];
	static struct record records[LIMIT_NS_HOSTS + 1];
	static uint8_t octets[8192];
	static struct referral r;
	struct arena *arena = arena_new();
	for (unsigned i = 0; i <= LIMIT_NS_HOSTS; i++) {
		char host[32];
		snprintf(host, sizeof(host), "ns%u.x.ch.", i);
		make(&made[i], "x.ch.", "NS", host);
		records[i] = made[i].record;
	}
	struct message_draft d = { .question = &child, .question_type = TYPE_NS };
	d.records[SECTION_AUTHORITY] = records;
	d.count[SECTION_AUTHORITY] = LIMIT_NS_HOSTS;
	size_t size = message_compose(&d, octets, sizeof(octets));
	referral_read(octets, size, &child, &origin, arena, &r);
	assert_int_equal(r.says, REFERRAL_DELEGATED);
	assert_int_equal(r.host_count, LIMIT_NS_HOSTS);
	d.count[SECTION_AUTHORITY] = LIMIT_NS_HOSTS + 1;
	size = message_compose(&d, octets, sizeof(octets));
	referral_read(octets, size, &child, &origin, arena, &r);
	assert_int_equal(r.says, REFERRAL_TOO_MANY);
	arena_free(arena);
	(void)state;
}

static const struct {
	const char *name;
	uint16_t flags, rcode;
	struct said said[RECORDS];
	enum ds_state state;
	size_t count;
} answers[] = {
	{ "present", 0, 0, { { "a", "x.ch.", "DS", DS_7 } }, DS_PRESENT, 1 },
	{ "absent", 0, 0, { SOA_CH }, DS_ABSENT, 0 },
	{ "no such name", 0, RCODE_NXDOMAIN, { SOA_CH }, DS_ABSENT, 0 },
	{ "of somebody else", 0, 0, { { "a", "y.ch.", "DS", DS_7 } }, DS_ABSENT, 0 },
	{ "SERVFAIL (A-09)", 0, RCODE_SERVFAIL, { END }, DS_UNKNOWN, 0 },
	{ "REFUSED", 0, RCODE_REFUSED, { END }, DS_UNKNOWN, 0 },
	{ "cut", MESSAGE_FLAG_TC, 0, { { "a", "x.ch.", "DS", DS_7 } }, DS_UNKNOWN, 0 },
	{ "an alias", 0, 0, { { "a", "x.ch.", "CNAME", "y.ch." }, { "a", "y.ch.", "DS", DS_7 } }, DS_UNKNOWN, 0 },
	{ "a DS that is none", 0, 0, { { "a", "x.ch.", "DS", DS_7 }, { "a", "x.ch.", "DSX", "" } }, DS_UNKNOWN, 0 },
};

/* present, absent or unknown; SERVFAIL is unknown. */
static void test_ds(void **state)
{
	const struct name child = name_of("x.ch.");
	struct arena *arena = arena_new();
	static struct parent_ds d;
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		uint8_t octets[4096];
		size_t size = compose("x.ch.", TYPE_DS, answers[i].flags, answers[i].rcode, answers[i].said, octets);
		parent_ds_read(octets, size, &child, arena, &d);
		if (d.state != answers[i].state || (d.state == DS_PRESENT && d.ds.count != answers[i].count)) {
			fail_msg("%s: %d, %zu", answers[i].name, d.state, d.ds.count);
		}
		assert_false(d.authentic);
		size = compose("x.ch.", TYPE_DS, answers[i].flags | MESSAGE_FLAG_AD, answers[i].rcode, answers[i].said, octets);
		parent_ds_read(octets, size, &child, arena, &d);
		assert_int_equal(d.state, answers[i].state);
		assert_int_equal(d.authentic, d.state != DS_UNKNOWN);
		parent_ds_read(octets, size - 1, &child, arena, &d);
		assert_int_equal(d.state, DS_UNKNOWN);
		arena_reset(arena);
	}
	arena_free(arena);
	(void)state;
}

/* what is not proven, or said in two ways, is unknown. */
static void test_join(void **state)
{
	static const struct {
		unsigned fresh, proven_ds;	/* tag; 0: none */
		enum ds_state said;
		bool proven, broken;
		enum ds_state out;
	} joins[] = {
		{ 7, 7, DS_PRESENT, true, false, DS_PRESENT },
		{ 0, 0, DS_ABSENT, true, false, DS_ABSENT },
		{ 7, 7, DS_PRESENT, false, false, DS_UNKNOWN },
		{ 0, 0, DS_ABSENT, false, false, DS_UNKNOWN },
		{ 7, 8, DS_PRESENT, true, false, DS_UNKNOWN },
		{ 0, 7, DS_PRESENT, true, false, DS_UNKNOWN },
		{ 7, 0, DS_ABSENT, true, false, DS_UNKNOWN },
		{ 7, 7, DS_PRESENT, true, true, DS_UNKNOWN },
		{ 0, 0, DS_UNKNOWN, true, false, DS_UNKNOWN },
	};
	static struct referral r;
	static struct parent_ds d;
	for (size_t i = 0; i < sizeof(joins) / sizeof(joins[0]); i++) {
		struct ds one = { .tag = (uint16_t)joins[i].fresh, .algorithm = 13, .digest_type = 2, .size = 32 };
		r.ds.ds = r.ds_records;
		r.ds_records[0] = one;
		r.ds.count = joins[i].fresh != 0;
		r.ds_broken = joins[i].broken;
		one.tag = (uint16_t)joins[i].proven_ds;
		d.state = joins[i].said;
		d.ds.ds = d.records;
		d.records[0] = one;
		d.ds.count = joins[i].proven_ds != 0;
		assert_int_equal(parent_ds_join(&r, &d, joins[i].proven), joins[i].out);
	}
	(void)state;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_referrals),
		cmocka_unit_test(test_above),
		cmocka_unit_test(test_too_many),
		cmocka_unit_test(test_ds),
		cmocka_unit_test(test_join),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
