/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wrong answers of other tools to what a child asks for, and the right ones: doc/wrong-answers.md. */
#include "tests/unit/wrong_answers.h"

static void test_delete(void **unused)
{
	(void)unused;
	look(TWO(.cds = "delete", .cdnskey = "delete"));
	changes_to(REASON_ACCEPT_DELETE, "");
	assert_int_equal(child.decision.change, CHANGE_DELETE);
	assert_int_equal(child.decision.ds_after.count, 0);
}

static void test_delete_beside_a_key(void **unused)
{
	(void)unused;
	look(TWO(.cds = "B delete", .cdnskey = "B", ROLL));
	nothing_changes(REASON_MALFORMED_DELETE);
	told("R8078-4-1");
	look(TWO(.cds = "delete B", .cdnskey = "B delete", ROLL));
	nothing_changes(REASON_MALFORMED_DELETE);
	/* The rest of it would have been fine. */
	look(TWO(.cds = "B", .cdnskey = "B", ROLL));
	changes_to(REASON_ACCEPT_UPDATE, "B");
}

static void test_types_that_differ(void **unused)
{
	(void)unused;
	look(TWO(.cds = "B", .cdnskey = "C", .dnskey = "ABCZ", .dnskey_by = "ABC"));
	nothing_changes(REASON_CDS_CDNSKEY_MISMATCH);
	look(TWO(.cds = "B", .cdnskey = "A B", ROLL));
	nothing_changes(REASON_CDS_CDNSKEY_MISMATCH);
	look(TWO(.cds = "A B", .cdnskey = "B", ROLL));
	nothing_changes(REASON_CDS_CDNSKEY_MISMATCH);
}

/* What is published is of one digest type for all keys: whichever key it is that lacks one. */
static void test_digest_of_one_key_is_missing(void **unused)
{
	(void)unused;
	char highest = key_tag('A', child.arena) > key_tag('B', child.arena) ? 'A' : 'B';
	for (char lacking = 'A'; lacking <= 'B'; lacking++) {
		char words[32];
		char keys = lacking == 'A' ? 'B' : 'A';
		forget();
		snprintf(words, sizeof words, "%c %c %c:4", lacking, keys, keys);
		print_message("  %s, %s tag\n", words, lacking == highest ? "highest" : "lowest");
		look(TWO(.cds = words, .cdnskey = "A B", ROLL));
		changes_to(REASON_ACCEPT_UPDATE, "A B");
		assert_true(warned(REASON_WARN_DIGEST_IGNORED));
		/* Where the keys share no digest type there is nothing to publish. */
		forget();
		snprintf(words, sizeof words, "%c %c:4", lacking, keys);
		look(TWO(.cds = words, .cdnskey = "A B", ROLL));
		nothing_changes(REASON_CONTINUITY_DIGEST);
		told("L-CONT-8");
	}
}

/* Not the removal request, though a record has algorithm 0. */
static void test_any_algorithm_0(void **unused)
{
	(void)unused;
	static const struct says lookalikes[][SERVERS_MAX] = {
		{ { .cds = "A B x12340002aabb", ROLL, .on = true } },
		{ { .cds = "B x0000000200", ROLL, .on = true } },
		{ { .cds = "x12340002aabb", ROLL, .on = true } },
		{ { .cds = "x0000000001", .cdnskey = "x0000030001", .on = true } },
		{ { .cdnskey = "A B x0101030041", ROLL, .on = true } },
		{ { .cdnskey = "x0101030041", .on = true } },
	};
	for (size_t i = 0; i < sizeof lookalikes / sizeof lookalikes[0]; i++) {
		look(lookalikes[i]);
		nothing_changes(REASON_MALFORMED_DELETE);
	}
}

/* The signer goes on to sign what it once published. */
static void test_stale_cds(void **unused)
{
	(void)unused;
	child.ds = "B";
	/* The key it names is still in the zone, but signs nothing any more ... */
	look(TWO(.cds = "A", .cdnskey = "A", .by = "B", .dnskey = "ABZ", .dnskey_by = "B"));
	nothing_changes(REASON_CONTINUITY_NO_PATH);
	told("L-CONT-1");
	/* ... or has left the zone. */
	look(TWO(.cds = "A", .cdnskey = "A", .by = "B", .dnskey = "BZ", .dnskey_by = "B"));
	nothing_changes(REASON_CONTINUITY_NO_PATH);
	/* It names it beside the key in use: a path is left, and the other is a stand-by key. */
	look(TWO(.cds = "A B", .cdnskey = "A B", .by = "B", .dnskey = "ABZ", .dnskey_by = "B"));
	changes_to(REASON_ACCEPT_UPDATE, "A B");
}

/* The new CDS set does not name the old key. */
static void test_swap(void **unused)
{
	(void)unused;
	look(TWO(.cds = "B", .cdnskey = "B", ROLL));
	changes_to(REASON_ACCEPT_UPDATE, "B");
	/* After a double DS, too. */
	child.ds = "A B";
	look(TWO(.cds = "B", .cdnskey = "B", .by = "B", .dnskey = "BZ", .dnskey_by = "B"));
	changes_to(REASON_ACCEPT_UPDATE, "B");
}

static void test_two_keys(void **unused)
{
	(void)unused;
	look(TWO(.cdnskey = "A B", ROLL));
	changes_to(REASON_ACCEPT_UPDATE, "A B");
}

static void test_signed_by_a_zone_key(void **unused)
{
	(void)unused;
	look(TWO(.cds = "B", .cdnskey = "B", .by = "Z", ROLL));
	nothing_changes(REASON_SIGNER_NOT_IN_DS);
	told("R7344-4.1-2");
	look(TWO(.cds = "delete", .cdnskey = "delete", .by = "Z"));
	nothing_changes(REASON_SIGNER_NOT_IN_DS);
	look(TWO(.cds = "B", .cdnskey = "B", .by = "ZA", ROLL));
	changes_to(REASON_ACCEPT_UPDATE, "B");
}

static void test_cds_only(void **unused)
{
	(void)unused;
	look(TWO(.cds = "B", ROLL));
	changes_to(REASON_ACCEPT_UPDATE, "B");
	assert_true(warned(REASON_WARN_TYPE_SINGLE));
}

static void test_two_digests(void **unused)
{
	(void)unused;
	look(TWO(.cds = "B B:4", ROLL));
	changes_to(REASON_ACCEPT_UPDATE, "B B:4");
	look(TWO(.cds = "A A:4 B B:4", .cdnskey = "A B", ROLL));
	changes_to(REASON_ACCEPT_UPDATE, "A A:4 B B:4");
}

static void test_keys_that_are_not_in_the_zone(void **unused)
{
	(void)unused;
	look(TWO(.cdnskey = "B C"));
	nothing_changes(REASON_CONTINUITY_NO_PATH);
	look(TWO(.cdnskey = "A C"));
	changes_to(REASON_ACCEPT_UPDATE, "A C");
	assert_true(warned(REASON_WARN_KEY_NOT_PUBLISHED));
}

/* The delete record has a digest of one octet and a key of one octet. */
static void test_delete_is_read(void **unused)
{
	(void)unused;
	child.ds = "A B";
	look(TWO(.cds = "x0000000000", .cdnskey = "x0000030000", ROLL));
	changes_to(REASON_ACCEPT_DELETE, "");
}

static void test_delete_beside_generated_records(void **unused)
{
	(void)unused;
	look(TWO(.cds = "A delete", .cdnskey = "A delete"));
	nothing_changes(REASON_MALFORMED_DELETE);
	look(TWO(.cds = "A A:4 delete", .cdnskey = "A"));
	nothing_changes(REASON_MALFORMED_DELETE);
	/* Nor does it come through where one type is read only. */
	child.policy.rules.types = TYPES_SINGLE_CDNSKEY;
	look(TWO(.cdnskey = "A delete"));
	nothing_changes(REASON_MALFORMED_DELETE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ROW("wrong answer 1: a removal is no DS of algorithm 0", test_delete),
		ROW("wrong answer 2: delete beside a key", test_delete_beside_a_key),
		ROW("wrong answer 3: CDS and CDNSKEY name different keys", test_types_that_differ),
		ROW("wrong answer 4: the key with the highest tag lacks a digest", test_digest_of_one_key_is_missing),
		ROW("wrong answer 8: any algorithm 0", test_any_algorithm_0),
		ROW("wrong answer 9: stale CDS", test_stale_cds),
		ROW("wrong answer 14: one KSK for another", test_swap),
		ROW("wrong answer 16: two CDNSKEY records", test_two_keys),
		ROW("wrong answer 18: signed by a zone key", test_signed_by_a_zone_key),
		ROW("wrong answer 19: CDS only", test_cds_only),
		ROW("wrong answer 19: two digests for a key", test_two_digests),
		ROW("wrong answer 21: no key is in the zone", test_keys_that_are_not_in_the_zone),
		ROW("wrong answer 28: the removal request is read", test_delete_is_read),
		ROW("wrong answer 29: delete beside generated records", test_delete_beside_generated_records),
	};
	return cmocka_run_group_tests_name("wrong answers", tests, children_begin, children_end);
}
