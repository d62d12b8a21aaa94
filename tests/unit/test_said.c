/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a child says last, as the judge finds it: by the newest signature, of each type. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/judge_run.h"
#include "validate/wire/cursor.h"
#include "validate/wire/limits.h"

#define FRESH (ZONE_NOW - 3600)
#define OLD (ZONE_NOW - 7 * 86400)
#define OLDEST (ZONE_NOW - 20 * 86400)
#define ONE .on = true

/* Of one type: a letter, "0" for removal, "-" for nothing, "?" for several, NULL where it is not known; and since when. */
struct wanted {
	const char *says;
	uint32_t since;
};

static const struct said_case {
	const char *name;
	struct says servers[SERVERS_MAX];
	struct wanted cds, cdnskey;
	enum types_mode types;
	const char *ds;		/* NULL: "A" */
} cases[] = {
	{ "both types", { { .cds = "B", .cdnskey = "B", ROLL } }, { "B", FRESH }, { "B", FRESH }, 0, NULL },
	{ "one type, the other is absent", { { .cds = "B", ROLL } }, { "B", FRESH }, { "-", FRESH }, 0, NULL },
	{ "nothing", { { ONE } }, { "-", FRESH }, { "-", FRESH }, 0, NULL },
	{ "removal", { { .cds = "delete", .cdnskey = "delete", ONE } }, { "0", FRESH }, { "0", FRESH }, 0, NULL },
	{ "in sync", { { .cds = "A", .cdnskey = "A", ONE } }, { "A", FRESH }, { "A", FRESH }, 0, NULL },
	{ "an older signature", { { .cds = "B", .cdnskey = "B", .when = WHEN_OLD, ROLL } }, { "B", OLD }, { "B", OLD }, 0, NULL },
	{ "an older proof of absence", { { .cds = "B", .denial_when = WHEN_OLD, ROLL } }, { "B", FRESH }, { "-", OLD }, 0, NULL },
	{ "by NSEC3", { { .denial = DENY_NSEC3, .denial_when = WHEN_OLD, ONE } }, { "-", OLD }, { "-", OLD }, 0, NULL },
	{ "the SOA record beside it is older, which says nothing", { { .zone_when = WHEN_OLD, ONE } }, { "-", FRESH }, { "-", FRESH }, 0, NULL },
	{ "the SOA record beside it is newer, which says nothing", { { .denial_when = WHEN_OLD, ONE } }, { "-", OLD }, { "-", OLD }, 0, NULL },
	{ "the newest of two signatures", { { .cds = "B", .cdnskey = "B", .by = "aA", ROLL } }, { "B", FRESH }, { "B", FRESH }, 0, NULL },
	{ "in any order", { { .cds = "B", .cdnskey = "B", .by = "Aa", ROLL } }, { "B", FRESH }, { "B", FRESH }, 0, NULL },
	{ "the newest of two over a proof", { { .zone_by = "zZ", ONE } }, { "-", FRESH }, { "-", FRESH }, 0, NULL },
	{ "that in any order", { { .zone_by = "Zz", ONE } }, { "-", FRESH }, { "-", FRESH }, 0, NULL },
	{ "the newest of two keys of the DS set", { { .cds = "C", .by = "aB", .dnskey = "ABCZ", .dnskey_by = "ABC", ONE } },
		{ "C", FRESH }, { "-", FRESH }, 0, "A B" },
	{ "whichever comes first", { { .cds = "C", .by = "bA", .dnskey = "ABCZ", .dnskey_by = "ABC", ONE } },
		{ "C", FRESH }, { "-", FRESH }, 0, "A B" },
	{ "a key that comes tells nothing", { { .cds = "B", .by = "aB", ROLL } }, { "B", OLD }, { "-", FRESH }, 0, NULL },
	{ "a key of the zone beside one of the DS set tells nothing", { { .cds = "B", .by = "aZ", ROLL } }, { "B", OLD },
		{ "-", FRESH }, 0, NULL },
	{ "but alone it does", { { .cds = "B", .by = "Z", ROLL } }, { "B", FRESH }, { "-", FRESH }, 0, NULL },
	{ "the newest of two servers", { { .cds = "B", .when = WHEN_OLD, ROLL }, { .cds = "B", ROLL } }, { "B", FRESH },
		{ "-", FRESH }, 0, NULL },
	{ "whichever is first", { { .cds = "B", ROLL }, { .cds = "B", .when = WHEN_OLD, ROLL } }, { "B", FRESH },
		{ "-", FRESH }, 0, NULL },
	{ "other words by a newer signature", { { .cds = "A", .when = WHEN_OLD, ROLL }, { .cds = "B", ROLL } }, { "B", FRESH },
		{ "-", FRESH }, 0, NULL },
	{ "by an older one", { { .cds = "B", ROLL }, { .cds = "A", .when = WHEN_OLD, ROLL } }, { "B", FRESH }, { "-", FRESH }, 0, NULL },
	{ "at the same time", { { .cds = "B", ROLL }, { .cds = "A", ROLL } }, { "?", FRESH }, { "-", FRESH }, 0, NULL },
	{ "and a third like the first", { { .cds = "B", ROLL }, { .cds = "A", ROLL }, { .cds = "B", ROLL } }, { "?", FRESH },
		{ "-", FRESH }, 0, NULL },
	{ "like the second", { { .cds = "A", ROLL }, { .cds = "B", ROLL }, { .cds = "B", .trouble = TROUBLE_SHUFFLED, ROLL } },
		{ "?", FRESH }, { "-", FRESH }, 0, NULL },
	{ "and a third that is newer", { { .cds = "B", .when = WHEN_OLD, ROLL }, { .cds = "A", .when = WHEN_OLD, ROLL },
		{ .cds = "B", ROLL } }, { "B", FRESH }, { "-", FRESH }, 0, NULL },
	{ "and a third that is older", { { .cds = "B", ROLL }, { .cds = "A", ROLL }, { .cds = "B", .when = WHEN_OLD, ROLL } },
		{ "?", FRESH }, { "-", FRESH }, 0, NULL },
	{ "more records, the first of which are the same", { { .cds = "B", ROLL }, { .cds = "B B:4", ROLL } }, { "?", FRESH },
		{ "-", FRESH }, 0, NULL },
	{ "records and none", { { .cds = "B", ROLL }, { ROLL } }, { "?", FRESH }, { "-", FRESH }, 0, NULL },
	{ "the same octets in another case and order", { { .cds = "B", ROLL }, { .cds = "B", .trouble = TROUBLE_SHUFFLED, ROLL } },
		{ "B", FRESH }, { "-", FRESH }, 0, NULL },
	{ "a silent server says nothing", { { .cds = "B", .when = WHEN_OLD, ROLL },
		{ .cds = "A", .trouble = TROUBLE_TIMEOUT, .at = EVIDENCE_CDNSKEY + 1, ROLL } }, { "B", OLD }, { "-", FRESH }, 0, NULL },
	{ "nor what does not validate", { { .cds = "B", .cdnskey = "B", .when = WHEN_CORRUPT, ROLL } }, { 0, 0 }, { 0, 0 }, 0, NULL },
	{ "nor what is not signed", { { .cds = "B", .by = "", ROLL } }, { 0, 0 }, { "-", FRESH }, 0, NULL },
	{ "nor what no key of the zone made either", { { .cds = "B", .by = "Z", .when = WHEN_CORRUPT, ROLL } }, { 0, 0 }, { "-", FRESH }, 0,
		NULL },
	{ "nor an absence without proof", { { .cds = "B", .denial = DENY_NOTHING, ROLL } }, { "B", FRESH }, { 0, 0 }, 0, NULL },
	{ "nor an expired proof", { { .cds = "B", .denial = DENY_EXPIRED, ROLL } }, { "B", FRESH }, { 0, 0 }, 0, NULL },
	{ "nor a zone without a chain", { { .cds = "B", .dnskey = "BZ", .dnskey_by = "B", ONE } }, { 0, 0 }, { 0, 0 }, 0, NULL },
	{ "nor who has no DS set, unless he asks", { { ONE } }, { 0, 0 }, { 0, 0 }, 0, "" },
	{ "one type is read", { { .cds = "B", .cdnskey = "B", ROLL } }, { "B", FRESH }, { 0, 0 }, TYPES_SINGLE_CDS, NULL },
	{ "the other one is", { { .cds = "B", .cdnskey = "B", .when = WHEN_OLDEST, ROLL } }, { 0, 0 }, { "B", OLDEST },
		TYPES_SINGLE_CDNSKEY, NULL },
	{ "a first DS set, by its keys", { { .cds = "A", .tcp = true, ONE } }, { "A", FRESH }, { 0, 0 }, 0, "" },
	{ "the newest signature of these", { { .cds = "A", .by = "aZ", .tcp = true, ONE } }, { "A", OLD }, { 0, 0 }, 0, "" },
	{ "which nobody vouches for", { { .cds = "A", .by = "Z", .tcp = true, ONE } }, { 0, 0 }, { 0, 0 }, 0, "" },
};

static void hash_of(struct crypto *crypto, const char *says, uint16_t type, struct arena *arena, uint8_t out[SHA256_OCTETS])
{
	static const uint8_t removal[2][5] = { { 0, 0, 0, 0, 0 }, { 0, 0, 3, 0, 0 } };
	uint8_t octets[400];
	struct wire w = wire_writer(octets, sizeof octets);
	struct slice rdata = { removal[type == TYPE_CDNSKEY], 5 };
	if (says[0] >= 'A') {
		rdata = type == TYPE_CDS ? key_ds(says[0], DIGEST_SHA256, arena) : key_rdata(says[0], arena);
	}
	wire_write_u32(&w, says[0] != '-');
	if (says[0] != '-') {
		wire_write_u32(&w, (uint32_t)rdata.size);
		wire_write(&w, rdata.data, rdata.size);
	}
	assert_false(wire_error(&w));
	assert_int_equal(crypto_sha256(crypto, octets, w.pos, out), 0);
}

static void expect(struct crypto *crypto, const char *name, uint16_t type, const struct last_words *got, const struct wanted *wanted,
	struct arena *arena)
{
	struct last_words should = { .known = wanted->says != NULL, .inception = wanted->since };
	if (should.known && wanted->says[0] != '?') {
		hash_of(crypto, wanted->says, type, arena, should.hash);
	}
	bool good = got->known == should.known && got->inception == should.inception &&
		memcmp(got->hash, should.hash, sizeof should.hash) == 0;
	if (!good) {
		fail_msg("%s: type %u: known %d, since %u (wanted %u)", name, type, got->known, (unsigned)got->inception,
			(unsigned)should.inception);
	}
}

static void test_said(void **state)
{
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct said_case *c = &cases[i];
		struct arena *arena = arena_new();
		struct judge_case judged = { .name = c->name, .ds = c->ds, .rules = { .types = c->types } };
		memcpy(judged.servers, c->servers, sizeof judged.servers);
		judged.rules.bootstrap.enabled = c->ds != NULL && c->ds[0] == '\0';
		struct finding f;
		judge_case_run(*state, &judged, arena, &f);
		expect(*state, c->name, TYPE_CDS, &f.said[SAID_CDS], &c->cds, arena);
		expect(*state, c->name, TYPE_CDNSKEY, &f.said[SAID_CDNSKEY], &c->cdnskey, arena);
		arena_free(arena);
	}
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
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_said) };
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
