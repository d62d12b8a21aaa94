/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Slices, type mnemonics, canonical RDATA. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/wire_hex.h"
#include "validate/wire/err.h"
#include "validate/wire/record.h"

/* RFC 4034 section 6.3: left-justified unsigned octets, an absent octet before a zero octet. */
static void octet_order(void **state)
{
	(void)state;
	const char *sorted[] = { "", "00", "0000", "0001", "01", "0100", "7f", "80", "80ff", "ff" };
	for (size_t i = 0; i < 10; i++) {
		for (size_t k = 0; k < 10; k++) {
			uint8_t a_octets[4];
			uint8_t b_octets[4];
			const struct slice a = { a_octets, hex_octets(sorted[i], a_octets, 4) };
			const struct slice b = { b_octets, hex_octets(sorted[k], b_octets, 4) };
			int order = slice_compare(&a, &b);
			assert_int_equal((order > 0) - (order < 0), (i > k) - (i < k));
			assert_int_equal(slice_equal(a, b), i == k);
		}
	}
	const struct slice none = { NULL, 0 };
	assert_int_equal(slice_compare(&none, &none), 0);
	assert_true(slice_equal(none, none));
}

/* W-01: the numbers are written out here, once more. */
static void empty_slices_are_equal(void **state)
{
	(void)state;
	const uint8_t octet = 1;
	assert_true(slice_equal((struct slice){ NULL, 0 }, (struct slice){ &octet, 0 }));
	assert_true(slice_equal((struct slice){ &octet, 0 }, (struct slice){ NULL, 0 }));
	assert_false(slice_equal((struct slice){ NULL, 0 }, (struct slice){ &octet, 1 }));
}

static void mnemonics(void **state)
{
	(void)state;
	char buf[16];
	assert_string_equal(rrtype_text(43, buf), "DS");
	assert_string_equal(rrtype_text(46, buf), "RRSIG");
	assert_string_equal(rrtype_text(47, buf), "NSEC");
	assert_string_equal(rrtype_text(48, buf), "DNSKEY");
	assert_string_equal(rrtype_text(50, buf), "NSEC3");
	assert_string_equal(rrtype_text(51, buf), "NSEC3PARAM");
	assert_string_equal(rrtype_text(59, buf), "CDS");
	assert_string_equal(rrtype_text(60, buf), "CDNSKEY");
	assert_string_equal(rrtype_text(TYPE_CDS, buf), "CDS");
	assert_string_equal(rrtype_text(TYPE_CDNSKEY, buf), "CDNSKEY");
	assert_string_equal(rrtype_text(TYPE_DNSKEY, buf), "DNSKEY");
	assert_string_equal(rrtype_text(TYPE_NSEC3PARAM, buf), "NSEC3PARAM");
	assert_string_equal(rrtype_text(TYPE_SOA, buf), "SOA");
	assert_string_equal(rrtype_text(65280, buf), "TYPE65280");
	assert_string_equal(rrtype_text(0, buf), "TYPE0");
	assert_ptr_equal(rrtype_text(65535, buf), buf);
}

/* In front of the RDATA: a header and "Ex.ch." at 12, "ch." at 15. */
#define FRONT "000000000000000000000000 02 4578 02 6368 00 "
#define FRONT_OCTETS 19
#define EXCH "02 6578 02 6368 00 "
#define TIMES "00000001 00000002 00000003 00000004 00000005"

static const struct rdata_case {
	const char *label;
	uint16_t type;
	const char *rdata;
	const char *canonical;	/* NULL: malformed */
} rdata_cases[] = {
	{ "NS plain", TYPE_NS, EXCH, EXCH },
	{ "NS upper case", TYPE_NS, "02 4558 02 4348 00", EXCH },
	{ "NS compressed", TYPE_NS, "01 41 c00c", "01 61" EXCH },
	{ "NS pointer only", TYPE_NS, "c00c", EXCH },
	{ "NS empty", TYPE_NS, "", NULL },
	{ "NS octet behind", TYPE_NS, EXCH "00", NULL },
	{ "NS octet behind a pointer", TYPE_NS, "c00c 00", NULL },
	{ "NS cut", TYPE_NS, "02 6578 02 63", NULL },
	{ "NS pointer cut", TYPE_NS, "c0", NULL },
	{ "NS pointer into itself", TYPE_NS, "c013", NULL },
	{ "CNAME", TYPE_CNAME, "c00f", "02 6368 00" },
	{ "DNAME", TYPE_DNAME, "01 58 c00f", "01 78 02 6368 00" },
	{ "PTR", 12, "c00c", EXCH },
	{ "MX", 15, "0041 c00c", "0041" EXCH },
	{ "SOA plain", TYPE_SOA, EXCH EXCH TIMES, EXCH EXCH TIMES },
	{ "SOA compressed", TYPE_SOA, "c00c 01 41 c00f" TIMES, EXCH "01 61 02 6368 00" TIMES },
	{ "SOA first name compressed", TYPE_SOA, "c00c" EXCH TIMES, EXCH EXCH TIMES },
	{ "SOA second name upper case", TYPE_SOA, EXCH "01 5a 00" TIMES, EXCH "01 7a 00" TIMES },
	{ "SOA short", TYPE_SOA, "c00c c00c 00000001 00000002 00000003 00000004 000000", NULL },
	{ "SOA long", TYPE_SOA, "c00c c00c" TIMES "00", NULL },
	{ "SOA one name", TYPE_SOA, "c00c", NULL },
	{ "SRV", 33, "0001 0002 0003 c00c", "0001 0002 0003" EXCH },
	{ "SRV cut", 33, "0001 0002 00", NULL },
	{ "RP", 17, "c00c c00f", EXCH "02 6368 00" },
	{ "NAPTR", 35, "0001 0002 01 55 02 4142 00 c00c", "0001 0002 01 55 02 4142 00" EXCH },
	{ "NAPTR string cut", 35, "0001 0002 01 55 02 41", NULL },
	{ "RRSIG upper case", TYPE_RRSIG,
		"003b 0d 02 00000e10 60000000 50000000 1234 02 4558 02 4348 00 aabbcc",
		"003b 0d 02 00000e10 60000000 50000000 1234 02 6578 02 6368 00 aabbcc" },
	{ "RRSIG compressed", TYPE_RRSIG,
		"003b 0d 02 00000e10 60000000 50000000 1234 c00c aabbcc",
		"003b 0d 02 00000e10 60000000 50000000 1234 02 6578 02 6368 00 aabbcc" },
	{ "RRSIG without a signature", TYPE_RRSIG,
		"003b 0d 02 00000e10 60000000 50000000 1234 00",
		"003b 0d 02 00000e10 60000000 50000000 1234 00" },
	{ "RRSIG without a signer", TYPE_RRSIG, "003b 0d 02 00000e10 60000000 50000000 1234", NULL },
	{ "RRSIG cut", TYPE_RRSIG, "003b 0d 02 00000e10", NULL },
	/* RFC 6840 section 5.1. */
	{ "NSEC keeps its case", TYPE_NSEC, "01 58 02 4348 00 0006 4000000000 03",
		"01 58 02 4348 00 0006 4000000000 03" },
	{ "NSEC compressed", TYPE_NSEC, "01 58 c00f 0006 4000000000 03", NULL },
	{ "NSEC cut", TYPE_NSEC, "05 58", NULL },
	{ "NSEC3", TYPE_NSEC3, "01 00 0000 00 14 00", "01 00 0000 00 14 00" },
	/* Opaque, whatever is in them. */
	{ "CDS of a delete request", TYPE_CDS, "0000 00 00 00", "0000 00 00 00" },
	{ "CDS empty", TYPE_CDS, "", "" },
	{ "CDS of one octet", TYPE_CDS, "c0", "c0" },
	{ "DS with a short digest", TYPE_DS, "1234 0d 02 ffff", "1234 0d 02 ffff" },
	{ "DNSKEY without a key", TYPE_DNSKEY, "0101 03 0d", "0101 03 0d" },
	{ "A of three octets", TYPE_A, "010203", "010203" },
	{ "unknown type", 65280, "c00c 02 4558", "c00c 02 4558" },
};

static void canonical_rdata(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rdata_cases) / sizeof(rdata_cases[0]); i++) {
		const struct rdata_case *c = &rdata_cases[i];
		print_message("  %s\n", c->label);
		uint8_t octets[128];
		uint8_t expected[128];
		size_t front = hex_octets(FRONT, octets, sizeof(octets));
		assert_int_equal(front, FRONT_OCTETS);
		size_t size = hex_octets(c->rdata, octets + front, sizeof(octets) - front);
		/* What comes behind looks like more of a name. */
		memset(octets + front + size, 1, sizeof(octets) - front - size);
		const struct slice message = { octets, sizeof(octets) };
		struct arena *arena = arena_new();
		assert_non_null(arena);
		struct slice out = { NULL, 4711 };
		int err = rdata_canonical(message, front, size, c->type, arena, &out);
		if (c->canonical == NULL) {
			assert_int_equal(err, ERR_FORMAT);
			assert_int_equal(out.size, 4711);
		} else {
			size_t expected_size = hex_octets(c->canonical, expected, sizeof(expected));
			assert_int_equal(err, 0);
			assert_int_equal(out.size, expected_size);
			assert_memory_equal(out.data, expected, expected_size);
		}
		arena_free(arena);
	}
}

static void canonical_rdata_is_not_copied(void **state)
{
	(void)state;
	uint8_t octets[64];
	size_t size = hex_octets(FRONT EXCH, octets, sizeof(octets));
	const struct slice message = { octets, size };
	struct arena *arena = arena_new();
	struct slice out;
	size_t length = size - FRONT_OCTETS;
	assert_int_equal(rdata_canonical(message, FRONT_OCTETS, length, TYPE_NS, arena, &out), 0);
	assert_ptr_equal(out.data, octets + FRONT_OCTETS);
	arena_free(arena);
}

static void ranges_outside_are_malformed(void **state)
{
	(void)state;
	const uint8_t octets[20] = { 0 };
	const struct slice message = { octets, sizeof(octets) };
	const struct slice nothing = { NULL, 0 };
	struct arena *arena = arena_new();
	struct slice out;
	assert_int_equal(rdata_canonical(message, 20, 0, TYPE_CDS, arena, &out), 0);
	assert_int_equal(rdata_canonical(message, 21, 0, TYPE_CDS, arena, &out), ERR_FORMAT);
	assert_int_equal(rdata_canonical(message, 12, 9, TYPE_CDS, arena, &out), ERR_FORMAT);
	assert_int_equal(rdata_canonical(message, 12, SIZE_MAX, TYPE_CDS, arena, &out), ERR_FORMAT);
	assert_int_equal(rdata_canonical(nothing, 0, 0, TYPE_NS, arena, &out), ERR_FORMAT);
	assert_int_equal(rdata_canonical(nothing, 0, 0, TYPE_NSEC, arena, &out), ERR_FORMAT);
	assert_int_equal(rdata_canonical(nothing, 0, 0, TYPE_CDS, arena, &out), 0);
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(octet_order),
		cmocka_unit_test(empty_slices_are_equal),
		cmocka_unit_test(mnemonics),
		cmocka_unit_test(canonical_rdata),
		cmocka_unit_test(canonical_rdata_is_not_copied),
		cmocka_unit_test(ranges_outside_are_malformed),
	};
	return cmocka_run_group_tests_name("record", tests, NULL, NULL);
}
