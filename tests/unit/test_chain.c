/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Chain: which question comes next on the way to a signaling zone, and when it ends. */
#include "scanner/net/chain.h"

#include "tests/unit/signaling_world.h"

struct row {
	const char *name;
	const char *domain;
	struct saying says[16];		/* in the order in which they have to be asked */
	size_t links;
	const char *zone;		/* NULL: not found */
	const char *hosts;
};

#define TO_EXAMPLE \
	{ ".", TYPE_DNSKEY, SAID_YES, NULL, 0 }, \
	{ "example.", TYPE_DS, SAID_YES, NULL, 0 }, { "example.", TYPE_DNSKEY, SAID_YES, NULL, 0 }

#define TO_OP TO_EXAMPLE, \
	{ "op.example.", TYPE_DS, SAID_YES, NULL, 0 }, { "op.example.", TYPE_DNSKEY, SAID_YES, NULL, 0 }

static const struct row rows[] = {
	{ "R9615-3.1-1: a zone of its own", "_signal.ns1.op.example.",
		{ TO_OP, { "ns1.op.example.", TYPE_DS, SAID_NO, "op.example.", 0 },
			{ "_signal.ns1.op.example.", TYPE_DS, SAID_YES, NULL, 0 },
			{ "_signal.ns1.op.example.", TYPE_DNSKEY, SAID_YES, NULL, 0 },
			{ "_signal.ns1.op.example.", TYPE_NS, SAID_YES, "ns1.op.example. ns2.op.example.", 0 } },
		8, "_signal.ns1.op.example.", "ns1.op.example. ns2.op.example. " },
	{ "R9615-3.1-1: in a zone of fewer labels", "_signal.ns1.op.example.",
		{ TO_OP, { "ns1.op.example.", TYPE_DS, SAID_NO, "op.example.", 0 },
			{ "_signal.ns1.op.example.", TYPE_DS, SAID_NO, "op.example.", 0 },
			{ "_signal.ns1.op.example.", TYPE_NS, SAID_NO, "op.example.", 0 },
			{ "op.example.", TYPE_NS, SAID_YES, "ns1.op.example.", 0 } },
		7, "op.example.", "ns1.op.example. " },
	{ "T-39: NXDOMAIN for an empty non-terminal ends nothing", "_signal.ns1.op.example.",
		{ TO_OP, { "ns1.op.example.", TYPE_DS, SAID_NXDOMAIN, "op.example.", 0 },
			{ "_signal.ns1.op.example.", TYPE_DS, SAID_YES, NULL, 0 },
			{ "_signal.ns1.op.example.", TYPE_DNSKEY, SAID_YES, NULL, 0 },
			{ "_signal.ns1.op.example.", TYPE_NS, SAID_YES, "ns1.op.example.", 0 } },
		8, "_signal.ns1.op.example.", "ns1.op.example. " },
	{ "insecure: the way goes on, and its servers are found", "_signal.ns1.op.example.",
		{ TO_EXAMPLE, { "op.example.", TYPE_DS, SAID_NO, "example.", 0 },
			{ "ns1.op.example.", TYPE_DS, SAID_NO, "op.example.", 0 },
			{ "_signal.ns1.op.example.", TYPE_DS, SAID_NO, "op.example.", 0 },
			{ "_signal.ns1.op.example.", TYPE_NS, SAID_NO, "op.example.", 0 },
			{ "op.example.", TYPE_NS, SAID_YES, "ns1.op.example.", 0 } },
		6, "op.example.", "ns1.op.example. " },
	{ "a DS set without keys below it", "_signal.op.example.",
		{ TO_EXAMPLE, { "op.example.", TYPE_DS, SAID_YES, NULL, 0 }, { "op.example.", TYPE_DNSKEY, SAID_NO, "op.example.", 0 },
			{ "_signal.op.example.", TYPE_DS, SAID_NO, "op.example.", 0 },
			{ "_signal.op.example.", TYPE_NS, SAID_NO, "op.example.", 0 },
			{ "op.example.", TYPE_NS, SAID_YES, "a.example.", 0 } },
		6, "op.example.", "a.example. " },
	{ "no SOA with the denial: the deepest zone with keys", "_signal.op.example.",
		{ TO_OP, { "_signal.op.example.", TYPE_DS, SAID_NOTHING_ELSE, NULL, 0 },
			{ "_signal.op.example.", TYPE_NS, SAID_NOTHING_ELSE, NULL, 0 },
			{ "op.example.", TYPE_NS, SAID_YES, "a.example.", 0 } },
		6, "op.example.", "a.example. " },
	{ "an alias is no DS set", "_signal.op.example.",
		{ TO_EXAMPLE, { "op.example.", TYPE_DS, SAID_ALIAS, NULL, 0 },
			{ "_signal.op.example.", TYPE_DS, SAID_ALIAS, NULL, 0 },
			{ "_signal.op.example.", TYPE_NS, SAID_ALIAS, NULL, 0 },
			{ "example.", TYPE_NS, SAID_YES, "a.example.", 0 } },
		5, "example.", "a.example. " },
	{ "the SOA of a zone that the name is not in says nothing", "_signal.op.example.",
		{ TO_OP, { "_signal.op.example.", TYPE_DS, SAID_NO, "op.example.", 0 },
			{ "_signal.op.example.", TYPE_NS, SAID_NO, "victim.example.", 0 },
			{ "op.example.", TYPE_NS, SAID_YES, "a.example.", 0 } },
		6, "op.example.", "a.example. " },
	{ "the servers of the root are asked for nobody's child", "_signal.ns.gone.",
		{ { ".", TYPE_DNSKEY, SAID_YES, NULL, 0 }, { "gone.", TYPE_DS, SAID_NXDOMAIN, ".", 0 },
			{ "ns.gone.", TYPE_DS, SAID_NXDOMAIN, ".", 0 }, { "_signal.ns.gone.", TYPE_DS, SAID_NXDOMAIN, ".", 0 },
			{ "_signal.ns.gone.", TYPE_NS, SAID_NXDOMAIN, ".", 0 } },
		4, NULL, "" },
	{ "SERVFAIL ends the way", "_signal.ns1.op.example.",
		{ TO_EXAMPLE, { "op.example.", TYPE_DS, SAID_SERVFAIL, NULL, 0 } }, 4, NULL, "" },
	{ "SERVFAIL for the keys of the root, too", "_signal.op.example.", { { ".", TYPE_DNSKEY, SAID_SERVFAIL, NULL, 0 } }, 1, NULL, "" },
	{ "SERVFAIL for the servers: none", "_signal.op.example.",
		{ TO_OP, { "_signal.op.example.", TYPE_DS, SAID_NO, "op.example.", 0 },
			{ "_signal.op.example.", TYPE_NS, SAID_SERVFAIL, NULL, 0 } }, 6, NULL, "" },
	{ "no name of a server", "_signal.op.example.",
		{ TO_OP, { "_signal.op.example.", TYPE_DS, SAID_NO, "op.example.", 0 },
			{ "_signal.op.example.", TYPE_NS, SAID_NO, "op.example.", 0 },
			{ "op.example.", TYPE_NS, SAID_YES, ".", 0 } }, 6, "op.example.", "" },
	{ "a host in a top-level domain", "_signal.example.",
		{ TO_EXAMPLE, { "_signal.example.", TYPE_DS, SAID_NO, "example.", 0 },
			{ "_signal.example.", TYPE_NS, SAID_NO, "example.", 0 }, { "example.", TYPE_NS, SAID_YES, "a.example.", 0 } },
		4, "example.", "a.example. " },
};

static struct evidence_answer answer_of(const struct saying *s, uint8_t *octets, size_t room)
{
	size_t size = compose(s, octets, room);
	return (struct evidence_answer){ .status = EVIDENCE_ANSWERED, .octets = { octets, size } };
}

static void hosts_text(const struct chain *c, char *out)
{
	*out = '\0';
	for (size_t i = 0; i < c->host_count; i++) {
		char text[NAME_TEXT_SIZE];
		name_to_text(&c->hosts[i], text);
		strcat(strcat(out, text), " ");
	}
}

static void check(const struct row *row, struct arena *arena)
{
	struct name domain = name_of(row->domain), name;
	struct evidence_link links[LIMIT_LINKS];
	struct chain c;
	uint16_t type;
	size_t asked = 0;
	char hosts[4096];
	chain_init(&c, &domain, links);
	while (chain_question(&c, &name, &type)) {
		const struct saying *s = &row->says[asked++];
		uint8_t octets[2048];
		struct name expected = name_of(s->name ? s->name : "too.many.");
		if (!name_equal(&name, &expected) || type != s->type) {
			fail_msg("%s: question %zu is another one", row->name, asked);
		}
		const struct evidence_answer answer = answer_of(s, octets, sizeof(octets));
		size_t before = c.link_count;
		chain_answer(&c, &answer, arena);
		arena_reset(arena);
		if (type != TYPE_NS) {
			assert_int_equal(c.link_count, before + 1);
			assert_true(name_equal(&links[before].name, &name));
			assert_int_equal(links[before].type, type);
			assert_ptr_equal(links[before].answer.octets.data, octets);
		}
	}
	hosts_text(&c, hosts);
	if (row->says[asked].name || c.link_count != row->links || strcmp(hosts, row->hosts)) {
		fail_msg("%s: %zu questions, %zu links, hosts %s", row->name, asked, c.link_count, hosts);
	}
	if (row->zone) {
		struct name zone = name_of(row->zone);
		assert_true(name_equal(&c.zone, &zone));
	}
}

static void test_rows(void **state)
{
	(void)state;
	struct arena *arena = arena_new();
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		check(&rows[i], arena);
	}
	arena_free(arena);
}

/* Answers that are none, or of something else, end the way like an error. */
static void test_no_answer(void **state)
{
	(void)state;
	struct arena *arena = arena_new();
	const struct saying other = { "other.", TYPE_DNSKEY, SAID_YES, NULL, 0 };
	uint8_t octets[2048];
	const struct evidence_answer answers[] = {
		{ .status = EVIDENCE_TIMEOUT }, { .status = EVIDENCE_UNREACHABLE }, { .status = EVIDENCE_OVERSIZE },
		{ .status = EVIDENCE_ANSWERED, .octets = { (const uint8_t *)"no message", 10 } },
		answer_of(&other, octets, sizeof(octets)),
	};
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		struct evidence_link links[LIMIT_LINKS];
		struct name domain = name_of("_signal.ns.example."), name;
		struct chain c;
		uint16_t type;
		chain_init(&c, &domain, links);
		chain_answer(&c, &answers[i], arena);
		assert_false(chain_question(&c, &name, &type));
		assert_int_equal(c.link_count, 1);
		assert_int_equal(links[0].answer.status, answers[i].status);
		assert_int_equal(c.host_count, 0);
	}
	arena_free(arena);
}

/* However many labels a host has, and whoever signs each of them: no more links than the evidence can have. */
static void test_deep_name(void **state)
{
	(void)state;
	struct arena *arena = arena_new();
	char text[NAME_TEXT_SIZE] = "";
	for (int i = 0; i < 120; i++) {
		strcat(text, "a.");
	}
	struct name domain = name_of(text), name;
	struct evidence_link links[LIMIT_LINKS];
	struct chain c;
	uint16_t type;
	size_t asked = 0;
	assert_int_equal(chain_links_most(&domain), LIMIT_LINKS);
	chain_init(&c, &domain, links);
	while (chain_question(&c, &name, &type)) {
		char asked_text[NAME_TEXT_SIZE];
		uint8_t octets[2048];
		name_to_text(&name, asked_text);
		const struct saying s = { asked_text, type, SAID_YES, NULL, 0 };
		const struct evidence_answer answer = answer_of(&s, octets, sizeof(octets));
		chain_answer(&c, &answer, arena);
		arena_reset(arena);
		asked++;
	}
	assert_int_equal(asked, LIMIT_LINKS);
	assert_int_equal(c.link_count, LIMIT_LINKS);
	assert_int_equal(c.host_count, 0);
	arena_free(arena);
}

/* A zone with many servers: some of them are enough. */
static void test_many_servers(void **state)
{
	(void)state;
	struct arena *arena = arena_new();
	const struct saying says[] = { TO_EXAMPLE, { "_signal.example.", TYPE_DS, SAID_NO, "example.", 0 },
		{ "_signal.example.", TYPE_NS, SAID_YES, "a. b. c. d. e. f. g. h. i. j.", 0 } };
	struct name domain = name_of("_signal.example."), name;
	struct evidence_link links[LIMIT_LINKS];
	struct chain c;
	uint16_t type;
	size_t asked = 0;
	chain_init(&c, &domain, links);
	while (chain_question(&c, &name, &type)) {
		uint8_t octets[2048];
		const struct evidence_answer answer = answer_of(&says[asked++], octets, sizeof(octets));
		chain_answer(&c, &answer, arena);
		arena_reset(arena);
	}
	assert_int_equal(c.host_count, CHAIN_HOSTS);
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_no_answer),
		cmocka_unit_test(test_deep_name),
		cmocka_unit_test(test_many_servers),
	};
	return cmocka_run_group_tests_name("chain", tests, NULL, NULL);
}
