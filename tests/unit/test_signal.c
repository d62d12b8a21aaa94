/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The shapes of CDS and CDNSKEY RRsets (R8078-4-1, W-04 to W-08): octets in, kind and reason out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "validate/cds/signal.h"

#define RECORDS_MAX 24

struct vector {
	const char *name;
	uint16_t type;
	const char *records;	/* RDATA in hex, a blank between records */
	enum signal_kind kind;
	enum reason reason;
};

#define DIGEST "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define GOOD_CDS "d96c0d02" DIGEST
#define GOOD_KEY "0101030d" DIGEST DIGEST
#define TEN_CDS "00010d02" DIGEST " 00020d02" DIGEST " 00030d02" DIGEST " 00040d02" DIGEST " 00050d02" DIGEST \
	" 00060d02" DIGEST " 00070d02" DIGEST " 00080d02" DIGEST " 00090d02" DIGEST " 000a0d02" DIGEST

static const struct vector vectors[] = {
	{ "nothing", TYPE_CDS, "", SIGNAL_EMPTY, REASON_NONE },
	{ "W-04: 0 0 0 00", TYPE_CDS, "0000000000", SIGNAL_DELETE, REASON_NONE },
	{ "W-05: 0 3 0 AA==", TYPE_CDNSKEY, "0000030000", SIGNAL_DELETE, REASON_NONE },
	{ "W-04 is no CDNSKEY: protocol 0", TYPE_CDNSKEY, "0000000000", SIGNAL_MALFORMED, REASON_MALFORMED_DELETE },
	{ "W-05 is no CDS: digest type 0, algorithm 3", TYPE_CDS, "0000030000", SIGNAL_UPDATE, REASON_NONE },
	{ "W-06: 0 0 0 0 of the RFC as printed, no digest", TYPE_CDS, "00000000", SIGNAL_MALFORMED,
		REASON_MALFORMED_DELETE },
	{ "W-06: 0 3 0 0 of the RFC as printed, no key", TYPE_CDNSKEY, "00000300", SIGNAL_MALFORMED,
		REASON_MALFORMED_DELETE },
	{ "W-06: as the mailing list had it", TYPE_CDNSKEY, "0003000000", SIGNAL_MALFORMED, REASON_MALFORMED_DELETE },
	{ "0 0 1 00", TYPE_CDS, "0000000100", SIGNAL_MALFORMED, REASON_MALFORMED_DELETE },
	{ "0 0 2 00", TYPE_CDS, "0000000200", SIGNAL_MALFORMED, REASON_MALFORMED_DELETE },
	{ "0 0 255 00", TYPE_CDS, "000000ff00", SIGNAL_MALFORMED, REASON_MALFORMED_DELETE },
	{ "0 0 0 01", TYPE_CDS, "0000000001", SIGNAL_MALFORMED, REASON_MALFORMED_DELETE },
	{ "0 0 0 0000", TYPE_CDS, "000000000000", SIGNAL_MALFORMED, REASON_MALFORMED_DELETE },
	{ "1 0 0 00", TYPE_CDS, "0001000000", SIGNAL_MALFORMED, REASON_MALFORMED_DELETE },
	{ "256 0 0 00", TYPE_CDS, "0100000000", SIGNAL_MALFORMED, REASON_MALFORMED_DELETE },
	{ "a whole digest, algorithm 0", TYPE_CDS, "d96c0002" DIGEST, SIGNAL_MALFORMED, REASON_MALFORMED_DELETE },
	{ "0 3 0 AAA=", TYPE_CDNSKEY, "000003000000", SIGNAL_MALFORMED, REASON_MALFORMED_DELETE },
	{ "0 3 0 AQ==", TYPE_CDNSKEY, "0000030001", SIGNAL_MALFORMED, REASON_MALFORMED_DELETE },
	{ "257 3 0 AA==", TYPE_CDNSKEY, "0101030000", SIGNAL_MALFORMED, REASON_MALFORMED_DELETE },
	{ "256 3 0 AA==", TYPE_CDNSKEY, "0100030000", SIGNAL_MALFORMED, REASON_MALFORMED_DELETE },
	{ "0 2 0 AA==", TYPE_CDNSKEY, "0000020000", SIGNAL_MALFORMED, REASON_MALFORMED_DELETE },
	{ "a whole key, algorithm 0", TYPE_CDNSKEY, "01010300" DIGEST DIGEST, SIGNAL_MALFORMED,
		REASON_MALFORMED_DELETE },
	{ "T-01: removal first, a key after it", TYPE_CDS, "0000000000 " GOOD_CDS, SIGNAL_MALFORMED,
		REASON_MALFORMED_DELETE },
	{ "T-01: a key first, removal after it", TYPE_CDS, GOOD_CDS " 0000000000", SIGNAL_MALFORMED,
		REASON_MALFORMED_DELETE },
	{ "T-01: the same in CDNSKEY", TYPE_CDNSKEY, GOOD_KEY " 0000030000", SIGNAL_MALFORMED,
		REASON_MALFORMED_DELETE },
	{ "T-01: removal and almost removal", TYPE_CDS, "0000000000 0000000001", SIGNAL_MALFORMED,
		REASON_MALFORMED_DELETE },
	{ "algorithm 0 beside a bad digest: what it may be taken for comes first", TYPE_CDS,
		"d96c0d02aabb 0000000001", SIGNAL_MALFORMED, REASON_MALFORMED_DELETE },
	{ "algorithm 0 beside too many", TYPE_CDS, TEN_CDS " " GOOD_CDS " 0000000000", SIGNAL_MALFORMED,
		REASON_MALFORMED_DELETE },
	{ "0 1 0 00 is just a key without digest, T-04", TYPE_CDS, "0000010000", SIGNAL_UPDATE, REASON_NONE },
	{ "0 1 1 00: a digest of the wrong length, W-08", TYPE_CDS, "0000010100", SIGNAL_MALFORMED,
		REASON_MALFORMED_RDATA },
	{ "a key", TYPE_CDS, GOOD_CDS, SIGNAL_UPDATE, REASON_NONE },
	{ "a key as CDNSKEY", TYPE_CDNSKEY, GOOD_KEY, SIGNAL_UPDATE, REASON_NONE },
	{ "as many as are taken", TYPE_CDS, TEN_CDS, SIGNAL_UPDATE, REASON_NONE },
	{ "one more, A25", TYPE_CDS, TEN_CDS " " GOOD_CDS, SIGNAL_TOO_MANY, REASON_TOO_MANY_RECORDS },
	{ "no octet", TYPE_CDS, "- ", SIGNAL_MALFORMED, REASON_MALFORMED_RDATA },
	{ "two octets", TYPE_CDS, "d96c", SIGNAL_MALFORMED, REASON_MALFORMED_RDATA },
	{ "no digest", TYPE_CDS, "d96c0d02", SIGNAL_MALFORMED, REASON_MALFORMED_RDATA },
	{ "W-08: type 1 and 32 octets", TYPE_CDS, "d96c0d01" DIGEST, SIGNAL_MALFORMED, REASON_MALFORMED_RDATA },
	{ "W-08: type 2 and 31 octets", TYPE_CDS,
		"d96c0d02000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e", SIGNAL_MALFORMED,
		REASON_MALFORMED_RDATA },
	{ "W-08: type 2 and 33 octets", TYPE_CDS, GOOD_CDS "20", SIGNAL_MALFORMED, REASON_MALFORMED_RDATA },
	{ "W-08: type 4 and 32 octets", TYPE_CDS, "d96c0d04" DIGEST, SIGNAL_MALFORMED, REASON_MALFORMED_RDATA },
	{ "T-05: a bad one spoils the set, whatever is good in it", TYPE_CDS, GOOD_CDS " d96c0d02aa", SIGNAL_MALFORMED,
		REASON_MALFORMED_RDATA },
	{ "T-05: a digest type nobody knows is opaque", TYPE_CDS, GOOD_CDS " d96c0dc8aa", SIGNAL_UPDATE, REASON_NONE },
	{ "three octets of a key", TYPE_CDNSKEY, "010103", SIGNAL_MALFORMED, REASON_MALFORMED_RDATA },
	{ "no key octet", TYPE_CDNSKEY, "0101030d", SIGNAL_MALFORMED, REASON_MALFORMED_RDATA },
};

static struct slice from_hex(const char *hex, size_t size, struct arena *arena)
{
	uint8_t *data = arena_alloc(arena, size / 2 + 1);
	assert_non_null(data);
	for (size_t i = 0; i + 1 < size; i += 2) {
		const char pair[3] = { hex[i], hex[i + 1], '\0' };
		data[i / 2] = (uint8_t)strtoul(pair, NULL, 16);
	}
	return (struct slice){ data, size / 2 };
}

static struct rrset make_set(const struct vector *v, struct slice rdata[RECORDS_MAX], struct arena *arena)
{
	struct rrset set = { .type = v->type, .rdata = rdata };
	for (const char *at = v->records; *at != '\0'; at += strspn(at, " ")) {
		size_t size = strcspn(at, " ");
		assert_true(set.count < RECORDS_MAX);
		rdata[set.count++] = from_hex(at, *at == '-' ? 0 : size, arena);
		at += size;
	}
	return set;
}

static void test_vectors(void **state)
{
	(void)state;
	unsigned wrong = 0;
	for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
		const struct vector *v = &vectors[i];
		struct arena *arena = arena_new();
		struct slice rdata[RECORDS_MAX];
		const struct rrset set = make_set(v, rdata, arena);
		struct signal s;
		assert_int_equal(signal_classify(&set, 10, arena, &s), 0);
		if (s.kind != v->kind || s.reason != v->reason || (s.detail == NULL) != (v->reason == REASON_NONE)) {
			print_error("%s: %s, %s\n", v->name, signal_kind_text(s.kind), reason_token(s.reason));
			wrong++;
		}
		/* Nothing of a refused set is handed on. */
		assert_int_equal(s.count, s.kind == SIGNAL_UPDATE ? set.count : 0);
		arena_free(arena);
	}
	assert_int_equal(wrong, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_vectors) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
