/* SPDX-License-Identifier: GPL-3.0-or-later */
/* UPDATE messages (RFC 2136), octet by octet, and what is read from answers. */
#include "tests/unit/store_fixture.h"

#include "registry/sink/settings.h"
#include "registry/sink/update_message.h"
#include "validate/wire/message.h"

static int setup(void **state)
{
	*state = arena_new();
	return *state == NULL ? -1 : 0;
}

static int teardown(void **state)
{
	arena_free(*state);
	return 0;
}

static struct ds_set set_of(struct arena *arena, uint16_t first, uint16_t second)
{
	struct ds_set set = { .ds = arena_array(arena, 2, sizeof(*set.ds)) };
	set.ds[0] = fixture_ds(first);
	set.ds[1] = fixture_ds(second);
	set.count = (first != 0) + (second != 0);
	return set;
}

#define HEX_A "016103746c6400"			/* a.tld. */
#define HEX_TLD "03746c6400"
#define HEX_NS "016e" "016f00"			/* n.o. */
#define DS1 "00010d02" "0101010101010101010101010101010101010101010101010101010101010101"
#define DS2 "00020d02" "0202020202020202020202020202020202020202020202020202020202020202"

static void expect_hex(const uint8_t *octets, size_t size, const char *hex)
{
	static char text[4096];
	assert_true(size * 2 < sizeof(text));
	for (size_t i = 0; i < size; i++) {
		snprintf(text + 2 * i, 3, "%02x", octets[i]);
	}
	assert_string_equal(text, hex);
}

static struct update_wish wish_of(struct arena *arena, uint16_t before, uint16_t after)
{
	static struct name ns;
	ns = fixture_name("n.o.");
	return (struct update_wish){ .child = fixture_name("a.tld."), .parent = fixture_name("tld."), .now = set_of(arena, before, 0),
		.after = set_of(arena, after, 0), .ttl = 900, .ns_count = 1, .ns = &ns };
}

/* exactly the DS set before and exactly these name servers; the TTL of a prerequisite is 0. */
static void composed(void **state)
{
	uint8_t out[512];
	struct update_wish w = wish_of(*state, 1, 2);
	size_t size = update_compose(&w, &w.now, 0x1234, out, sizeof(out));
	expect_hex(out, size, "1234" "2800" "0001" "0002" "0002" "0000" HEX_TLD "0006" "0001"
		HEX_A "002b" "0001" "00000000" "0024" DS1
		HEX_A "0002" "0001" "00000000" "0005" HEX_NS
		HEX_A "002b" "00ff" "00000000" "0000"
		HEX_A "002b" "0001" "00000384" "0024" DS2);
	/* The least room, and one octet less. */
	assert_int_equal(update_compose(&w, &w.now, 0x1234, out, size), size);
	assert_int_equal(update_compose(&w, &w.now, 0x1234, out, size - 1), 0);
	/* A first DS set, where there must be none. */
	w = wish_of(*state, 0, 2);
	expect_hex(out, update_compose(&w, &w.now, 1, out, sizeof(out)), "0001" "2800" "0001" "0002" "0002" "0000" HEX_TLD "0006" "0001"
		HEX_A "002b" "00fe" "00000000" "0000"
		HEX_A "0002" "0001" "00000000" "0005" HEX_NS
		HEX_A "002b" "00ff" "00000000" "0000"
		HEX_A "002b" "0001" "00000384" "0024" DS2);
	/* A removal. */
	w = wish_of(*state, 1, 0);
	expect_hex(out, update_compose(&w, &w.now, 1, out, sizeof(out)), "0001" "2800" "0001" "0002" "0001" "0000" HEX_TLD "0006" "0001"
		HEX_A "002b" "0001" "00000000" "0024" DS1
		HEX_A "0002" "0001" "00000000" "0005" HEX_NS
		HEX_A "002b" "00ff" "00000000" "0000");
	expect_hex(out, update_compose_question(&w.child, TYPE_DS, false, 7, out, sizeof(out)),
		"0007" "0000" "0001" "0000" "0000" "0000" HEX_A "002b" "0001");
	expect_hex(out, update_compose_question(&w.parent, TYPE_SOA, true, 7, out, sizeof(out)),
		"0007" "2800" "0001" "0000" "0000" "0000" HEX_TLD "0006" "0001");
	assert_int_equal(update_compose_question(&w.child, TYPE_DS, false, 7, out, 5), 0);
}

struct answer {
	struct name owner, question;
	uint8_t rdata[2][64];
	struct record records[2];
	struct message m;
};

/* Records of one type, as a server sends them. */
static struct message *answer_of(struct answer *a, struct arena *arena, enum section section, uint16_t type, uint16_t rcode,
	uint16_t flags, size_t count)
{
	uint8_t octets[1024];
	struct message_draft d = { .question = &a->question, .question_type = type, .flags = flags, .rcode = rcode };
	for (size_t i = 0; i < count; i++) {
		a->records[i].owner = &a->owner;
		a->records[i].type = type;
		a->records[i].class = 1;
		a->records[i].ttl = 60;
	}
	d.count[section] = count;
	d.records[section] = a->records;
	size_t size = message_compose(&d, octets, sizeof(octets));
	assert_true(size > 0);
	assert_int_equal(message_parse(octets, size, arena, &a->m), 0);
	return &a->m;
}

static void put_ds(struct answer *a, size_t i, uint16_t tag)
{
	struct ds ds = fixture_ds(tag);
	a->records[i].rdata = (struct slice){ .data = a->rdata[i], .size = ds_rdata(&ds, a->rdata[i]) };
}

static void ds_is_read(void **state)
{
	struct arena *arena = *state;
	struct answer a = { .owner = fixture_name("a.tld."), .question = fixture_name("a.tld.") };
	struct ds_set set = { .count = 9 };
	struct ds_set wanted = set_of(arena, 1, 2);
	uint32_t ttl = 7;
	put_ds(&a, 0, 2);
	put_ds(&a, 1, 1);
	assert_int_equal(update_read_ds(answer_of(&a, arena, SECTION_ANSWER, TYPE_DS, 0, MESSAGE_FLAG_AA, 2), &a.owner, arena, &set, &ttl), 0);
	assert_true(ds_set_equal(&set, &wanted));
	assert_int_equal(ttl, 60);
	/* None, by the zone's own server; the child is gone. */
	assert_int_equal(update_read_ds(answer_of(&a, arena, SECTION_ANSWER, TYPE_DS, 0, MESSAGE_FLAG_AA, 0), &a.owner, arena, &set, &ttl), 0);
	assert_int_equal(set.count, 0);
	assert_int_equal(update_read_ds(answer_of(&a, arena, SECTION_ANSWER, TYPE_DS, RCODE_NXDOMAIN, MESSAGE_FLAG_AA, 0), &a.owner, arena, &set, &ttl), 0);
	/* Nothing that can be relied on. */
	set.count = 9;
	assert_int_equal(update_read_ds(answer_of(&a, arena, SECTION_ANSWER, TYPE_DS, 0, 0, 0), &a.owner, arena, &set, &ttl), ERR_FORMAT);
	assert_int_equal(update_read_ds(answer_of(&a, arena, SECTION_ANSWER, TYPE_DS, RCODE_SERVFAIL, MESSAGE_FLAG_AA, 0), &a.owner, arena, &set, &ttl), ERR_FORMAT);
	assert_int_equal(update_read_ds(answer_of(&a, arena, SECTION_ANSWER, TYPE_DS, RCODE_REFUSED, MESSAGE_FLAG_AA, 2), &a.owner, arena, &set, &ttl), ERR_FORMAT);
	static const uint16_t odd[] = { MESSAGE_FLAG_TC, 5u << 11 };
	for (size_t i = 0; i < 2; i++) {
		const struct message *m = answer_of(&a, arena, SECTION_ANSWER, TYPE_DS, 0, MESSAGE_FLAG_AA | odd[i], 2);
		assert_int_equal(m->flags & odd[i], odd[i]);
		assert_int_equal(update_read_ds(m, &a.owner, arena, &set, &ttl), ERR_FORMAT);
		assert_int_equal(update_is_done(m), i == 1);
	}
	a.records[0].rdata.size = 3;
	assert_int_equal(update_read_ds(answer_of(&a, arena, SECTION_ANSWER, TYPE_DS, 0, MESSAGE_FLAG_AA, 1), &a.owner, arena, &set, &ttl), ERR_FORMAT);
	/* Of another child. */
	put_ds(&a, 0, 2);
	a.owner = fixture_name("b.tld.");
	struct name child = fixture_name("a.tld.");
	assert_int_equal(update_read_ds(answer_of(&a, arena, SECTION_ANSWER, TYPE_DS, 0, 0, 1), &child, arena, &set, &ttl), ERR_FORMAT);
	assert_int_equal(set.count, 9);
}

static void put_ns(struct answer *a, size_t i, const char *host)
{
	struct name name = fixture_name(host);
	memcpy(a->rdata[i], name.octets, name.size);
	a->records[i].rdata = (struct slice){ .data = a->rdata[i], .size = name.size };
}

/* A server that knows the child as a delegation answers with a referral. */
static void ns_is_read(void **state)
{
	struct arena *arena = *state;
	struct answer a = { .owner = fixture_name("a.tld."), .question = fixture_name("a.tld.") };
	static const enum section sections[] = { SECTION_ANSWER, SECTION_AUTHORITY };
	struct name *ns = NULL;
	size_t count = 9;
	put_ns(&a, 0, "ns2.o.");
	put_ns(&a, 1, "ns1.o.");
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(update_read_ns(answer_of(&a, arena, sections[i], TYPE_NS, 0, 0, 2), &a.owner, arena, &ns, &count), 0);
		assert_int_equal(count, 2);
		struct name first = fixture_name("ns1.o.");
		assert_true(name_equal(&ns[0], &first));
	}
	assert_int_equal(update_read_ns(answer_of(&a, arena, SECTION_ANSWER, TYPE_NS, RCODE_NXDOMAIN, 0, 0), &a.owner, arena, &ns, &count), 0);
	assert_int_equal(count, 0);
	assert_int_equal(update_read_ns(answer_of(&a, arena, SECTION_ANSWER, TYPE_NS, RCODE_SERVFAIL, 0, 0), &a.owner, arena, &ns, &count), ERR_FORMAT);
	struct name other = fixture_name("b.tld.");
	assert_int_equal(update_read_ns(answer_of(&a, arena, SECTION_ANSWER, TYPE_NS, 0, 0, 2), &other, arena, &ns, &count), 0);
	assert_int_equal(count, 0);
}

static void codes(void **state)
{
	char buf[20];
	(void)state;
	assert_string_equal(update_rcode_text(RCODE_NXRRSET, buf), "NXRRSET");
	assert_string_equal(update_rcode_text(RCODE_NOTZONE, buf), "NOTZONE");
	assert_string_equal(update_rcode_text(11, buf), "RCODE 11");
}

/* Each with the line it stands in; more with real servers in the system test. */
static void settings(void **state)
{
	static const struct sink_setting given[] = { { "server", "x", 3 }, { "key", "/nowhere", 4 } };
	static const struct sink_setting good[] = { { "server", "192.0.2.1", 3 }, { "key", "/nowhere", 4 } };
	struct sink_options o = { .file = "f", .settings = given, .setting_count = 2 };
	struct sink *s = NULL;
	char why[256] = "";
	(void)state;
	assert_int_equal(sink_new("update", &o, &s, why), ERR_ARG);
	assert_string_equal(why, "f:3: server: give an address, or ADDRESS@PORT: 192.0.2.1@53");
	o.setting_count = 0;
	assert_int_equal(sink_new("update", &o, &s, why), ERR_ARG);
	assert_string_equal(why, "the sink needs the setting server");
	o.settings = good;
	o.setting_count = 1;
	assert_int_equal(sink_new("update", &o, &s, why), ERR_ARG);
	assert_string_equal(why, "the sink needs the setting key");
	o.setting_count = 2;
	assert_int_equal(sink_new("update", &o, &s, why), ERR_ARG);
	assert_string_equal(why, "f:4: key: /nowhere cannot be opened: No such file or directory");
	o.target = "x";
	assert_int_equal(sink_new("update", &o, &s, why), ERR_ARG);
	assert_null(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(composed, setup, teardown),
		cmocka_unit_test_setup_teardown(ds_is_read, setup, teardown),
		cmocka_unit_test_setup_teardown(ns_is_read, setup, teardown),
		cmocka_unit_test(codes),
		cmocka_unit_test(settings),
	};
	return cmocka_run_group_tests_name("sink update", tests, NULL, NULL);
}
