/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Addresses: text, order, special-purpose prefixes with both of their edges. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "validate/wire/address.h"
#include "validate/wire/err.h"

static const struct text_case {
	const char *text;
	uint8_t family;		/* 0: not an address */
	const char *back;	/* NULL: as text */
} text_cases[] = {
	{ "9.9.9.9", 4, NULL },
	{ "255.255.255.255", 4, NULL },
	{ "::", 6, NULL },
	{ "::1", 6, NULL },
	{ "2620:FE::FE", 6, "2620:fe::fe" },
	{ "2620:fe:0:0:0:0:0:9", 6, "2620:fe::9" },
	{ "::ffff:192.0.2.1", 6, NULL },
	{ "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 6, NULL },
	{ "", 0, NULL },
	{ "9.9.9", 0, NULL },
	{ "9.9.9.256", 0, NULL },
	{ "9.9.9.9.", 0, NULL },
	{ "9.9.9.9:53", 0, NULL },
	{ " 9.9.9.9", 0, NULL },
	{ "0x9.9.9.9", 0, NULL },
	{ "09.9.9.9", 0, NULL },
	{ "2620:fe", 0, NULL },
	{ "::1::", 0, NULL },
	{ "fe80::1%eth0", 0, NULL },
	{ "[::1]", 0, NULL },
	{ "ns1.example.net", 0, NULL },
};

static void text(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(text_cases) / sizeof(text_cases[0]); i++) {
		const struct text_case *c = &text_cases[i];
		print_message("  '%s'\n", c->text);
		struct address a = { .family = 0 };
		assert_int_equal(address_from_text(c->text, &a), c->family == 0 ? ERR_FORMAT : 0);
		assert_int_equal(a.family, c->family);
		char back[ADDRESS_TEXT_SIZE];
		address_to_text(&a, back);
		const char *expected = c->back == NULL ? c->text : c->back;
		assert_string_equal(back, c->family == 0 ? "" : expected);
		assert_int_equal(address_size(&a), c->family == 0 ? 0 : c->family == 4 ? 4 : 16);
	}
}

static struct address address_of(const char *from)
{
	struct address a;
	if (address_from_text(from, &a) != 0) {
		fail_msg("not an address: %s", from);
	}
	return a;
}

static void order(void **state)
{
	(void)state;
	const char *sorted[] = { "0.0.0.1", "9.9.9.9", "192.0.2.1", "::1", "::2", "2620:fe::9" };
	for (size_t i = 0; i < 6; i++) {
		for (size_t k = 0; k < 6; k++) {
			const struct address a = address_of(sorted[i]);
			const struct address b = address_of(sorted[k]);
			int got = address_compare(&a, &b);
			assert_int_equal((got > 0) - (got < 0), (i > k) - (i < k));
		}
	}
}

/* First and last address of each range, and their neighbours where these are global. */
static const struct special_case {
	const char *text;
	bool special;
} special_cases[] = {
	{ "0.0.0.0", true }, { "0.255.255.255", true }, { "1.0.0.0", false },
	{ "9.255.255.255", false }, { "10.0.0.0", true }, { "10.255.255.255", true },
	{ "11.0.0.0", false }, { "100.63.255.255", false }, { "100.64.0.0", true },
	{ "100.127.255.255", true }, { "100.128.0.0", false }, { "126.255.255.255", false },
	{ "127.0.0.0", true }, { "127.0.0.1", true }, { "127.255.255.255", true },
	{ "128.0.0.0", false }, { "169.253.255.255", false }, { "169.254.0.0", true },
	{ "169.254.255.255", true }, { "169.255.0.0", false }, { "172.15.255.255", false },
	{ "172.16.0.0", true }, { "172.31.255.255", true }, { "172.32.0.0", false },
	{ "191.255.255.255", false }, { "192.0.0.0", true }, { "192.0.0.255", true },
	{ "192.0.1.0", false }, { "192.0.2.0", true }, { "192.0.2.255", true },
	{ "192.0.3.0", false }, { "192.88.98.255", false }, { "192.88.99.0", true },
	{ "192.88.99.255", true }, { "192.88.100.0", false }, { "192.167.255.255", false },
	{ "192.168.0.0", true }, { "192.168.255.255", true }, { "192.169.0.0", false },
	{ "192.175.48.1", false }, { "192.31.196.1", false }, { "198.17.255.255", false },
	{ "198.18.0.0", true }, { "198.19.255.255", true }, { "198.20.0.0", false },
	{ "198.51.99.255", false }, { "198.51.100.0", true }, { "198.51.100.255", true },
	{ "198.51.101.0", false }, { "203.0.112.255", false }, { "203.0.113.0", true },
	{ "203.0.113.255", true }, { "203.0.114.0", false }, { "223.255.255.255", false },
	{ "224.0.0.0", true }, { "239.255.255.255", true }, { "240.0.0.0", true },
	{ "255.255.255.255", true }, { "9.9.9.9", false },

	{ "::", true }, { "::1", true }, { "::2", true },
	{ "::9.9.9.9", true }, { "::127.0.0.1", true },
	{ "::ffff:9.9.9.9", true }, { "::ffff:127.0.0.1", true }, { "::ffff:10.0.0.1", true },
	{ "64:ff9b::9.9.9.9", false }, { "64:ff9b::127.0.0.1", true },
	{ "64:ff9b::192.168.1.1", true }, { "64:ff9b::192.0.2.33", true },
	{ "64:ff9b:1::9.9.9.9", true }, { "64:ff9b:0:0:0:1:909:909", true },
	{ "100::1", true }, { "100:0:0:1::1", true }, { "5f00::1", true },
	{ "1fff:ffff::1", true }, { "2000::1", false },
	/* Teredo: server 65.54.227.120 or 10.0.0.1; the client 9.9.9.9, 192.0.2.45 or 127.0.0.1,
	 * inverted. */
	{ "2001:0:4136:e378:8000:63bf:f6f6:f6f6", false },
	{ "2001:0:4136:e378:8000:63bf:3fff:fdd2", true },
	{ "2001:0:a00:1:8000:63bf:f6f6:f6f6", true },
	{ "2001:0:4136:e378:8000:63bf:80ff:fffe", true },
	{ "2001:1::1", true }, { "2001:2::1", true }, { "2001:3::1", false },
	{ "2001:4:112::1", false }, { "2001:4:113::1", true }, { "2001:10::1", true },
	{ "2001:20::1", true }, { "2001:30::1", true }, { "2001:1ff:ffff::1", true },
	{ "2001:200::1", false }, { "2001:503:ba3e::2:30", false },
	{ "2001:db7:ffff::1", false }, { "2001:db8::", true },
	{ "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", true }, { "2001:db9::", false },
	{ "2002:909:909::1", false }, { "2002:7f00:1::1", true }, { "2002:c0a8:101::1", true },
	{ "2002:e000:1::1", true }, { "2003::1", false }, { "2620:fe::fe", false },
	{ "2620:4f:8000::1", false }, { "3ffe:ffff::1", false }, { "3fff::1", true },
	{ "3fff:fff:ffff::1", true }, { "3fff:1000::1", false }, { "4000::1", true },
	{ "fc00::1", true }, { "fd12:3456:789a::1", true }, { "fe80::1", true },
	{ "febf::1", true }, { "fec0::1", true }, { "ff02::1", true }, { "ff0e::1", true },
};

static void special(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(special_cases) / sizeof(special_cases[0]); i++) {
		const struct special_case *c = &special_cases[i];
		const struct address a = address_of(c->text);
		if (address_is_special(&a) != c->special) {
			fail_msg("%s: expected %s", c->text, c->special ? "special" : "global");
		}
	}
}

/* Room for two. */
static void lists(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		size_t count;		/* 0: refused */
	} rows[] = {
		{ "9.9.9.9", 1 }, { "9.9.9.9,2620:fe::fe", 2 }, { "9.9.9.9,9.9.9.10,9.9.9.11", 0 }, { "", 0 }, { ",", 0 }, { "9.9.9.9,", 0 },
		{ ",9.9.9.9", 0 }, { "9.9.9.9,x", 0 }, { "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255", 1 },
		{ "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.2555", 0 },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct address out[2];
		size_t count = 9;
		int rc = address_list_from_text(rows[i].text, out, 2, &count);
		if (rc != (rows[i].count > 0 ? 0 : ERR_FORMAT) || (rc == 0 && count != rows[i].count)) {
			fail_msg("\"%s\": %d, %zu", rows[i].text, rc, count);
		}
		assert_true(rc != 0 || out[count - 1].family == (count == 2 || strchr(rows[i].text, ':') != NULL ? 6 : 4));
	}
}

static void no_address_is_special(void **state)
{
	(void)state;
	const struct address none = { .family = 0 };
	assert_true(address_is_special(&none));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text),
		cmocka_unit_test(order),
		cmocka_unit_test(lists),
		cmocka_unit_test(special),
		cmocka_unit_test(no_address_is_special),
	};
	return cmocka_run_group_tests_name("address", tests, NULL, NULL);
}
