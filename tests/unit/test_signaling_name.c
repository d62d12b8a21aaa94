/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signaling names: of labels, within the ceilings of names, and whose hosts may have one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/wire_hex.h"
#include "validate/cds/signaling.h"
#include "validate/wire/err.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define L63 "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijk"
#define L50 "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwx"
#define L20 "1.2.3.4.5.6.7.8.9.0.1.2.3.4.5.6.7.8.9.0."

static struct name name_of(const char *text)
{
	struct name name;
	if (name_from_text(text, &name) != 0) {
		fail_msg("not a name: %s", text);
	}
	return name;
}

/* W-17, R9615-3.2-1, T-37. */
static const struct name_case {
	const char *label;
	const char *child;
	const char *host;
	const char *wire;
} name_cases[] = {
	{ "the example of RFC 9615", "example.co.uk.", "ns1.example.net.",
		"07 5f6473626f6f74 07 6578616d706c65 02 636f 02 756b 07 5f7369676e616c 03 6e7331 07 6578616d706c65 03 6e6574 00" },
	{ "upper case, signal-case", "EXAMPLE.Co.Uk.", "NS1.example.NET.",
		"07 5f6473626f6f74 07 6578616d706c65 02 636f 02 756b 07 5f7369676e616c 03 6e7331 07 6578616d706c65 03 6e6574 00" },
	{ "a dot in a label, escaped-label", "a\\.b.ch.", "n\\.s.net.",
		"07 5f6473626f6f74 03 612e62 02 6368 07 5f7369676e616c 03 6e2e73 03 6e6574 00" },
	{ "octets that are no letters", "\\000\\255.ch.", "\\\\.net.",
		"07 5f6473626f6f74 02 00ff 02 6368 07 5f7369676e616c 01 5c 03 6e6574 00" },
	{ "A-labels, idn", "xn--bcher-kva.ch.", "net.",
		"07 5f6473626f6f74 0d 786e2d2d62636865722d6b7661 02 6368 07 5f7369676e616c 03 6e6574 00" },
	{ "a host that is the root", "ch.", ".", "07 5f6473626f6f74 02 6368 07 5f7369676e616c 00" },
	{ "a child that is the root", ".", "a.", "07 5f6473626f6f74 07 5f7369676e616c 01 61 00" },
};

static void names(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(name_cases); i++) {
		const struct name_case *c = &name_cases[i];
		const struct name child = name_of(c->child);
		const struct name host = name_of(c->host);
		uint8_t wire[LIMIT_NAME_OCTETS];
		size_t size = hex_octets(c->wire, wire, sizeof wire);
		struct name name;
		assert_int_equal(signaling_name(&child, &host, &name), 0);
		if (name.size != size || memcmp(name.octets, wire, size) != 0) {
			fail_msg("%s", c->label);
		}
		struct name again;
		assert_int_equal(name_from_wire(name.octets, name.size, &again), 0);
		assert_true(name_equal(&name, &again));
		struct name domain;
		assert_int_equal(signaling_domain(&host, &domain), 0);
		assert_true(name_is_within(&name, &domain));
		assert_int_equal(domain.size, host.size + 8);
		assert_memory_equal(domain.octets, "\7_signal", 8);
	}
	/* W-17: 15 + 17 - 1 + 16. */
	const struct name child = name_of("example.co.uk.");
	const struct name host = name_of("ns1.example.net.");
	struct name name;
	assert_int_equal(signaling_name(&child, &host, &name), 0);
	assert_int_equal(name.size, 47);
}

/* R9615-4.4-1, T-38. 16 octets are the labels' own. */
static void lengths(void **state)
{
	(void)state;
	static const struct {
		const char *label;
		const char *child;
		const char *host;
		int expected;
	} cases[] = {
		{ "255 octets", L63 "." L63 ".", L63 "." "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrs.", 0 },
		{ "256 octets, long-name", L63 "." L63 ".", L63 "." "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrst.", ERR_LIMIT },
		{ "two names of 255", L63 "." L63 "." L63 "." L50 "abcdefghijk.", L63 "." L63 "." L63 "." L50 "abcdefghijk.",
			ERR_LIMIT },
		{ "a child of 255", L63 "." L63 "." L63 "." L50 "abcdefghijk.", "a.", ERR_LIMIT },
		{ "a host of 255", "a.", L63 "." L63 "." L63 "." L50 "abcdefghijk.", ERR_LIMIT },
		{ "120 labels, 253 octets", L20 L20 L20, L20 L20 "1.2.3.4.5.6.7.8.9.0.1.2.3.4.5.6.7.8.", 0 },
		{ "122 labels, 257 octets", L20 L20 L20, L20 L20 L20, ERR_LIMIT },
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct name child = name_of(cases[i].child);
		const struct name host = name_of(cases[i].host);
		struct name name = name_root;
		if (signaling_name(&child, &host, &name) != cases[i].expected) {
			fail_msg("%s", cases[i].label);
		}
		if (cases[i].expected != 0) {
			assert_true(name_equal(&name, &name_root));
		} else {
			assert_int_equal(name.size, 15 + child.size + host.size);
			assert_int_equal(name_labels(&name), 2 + name_labels(&child) + name_labels(&host));
		}
	}
	struct name out;
	const struct name fits = name_of(L63 "." L63 "." L63 "." "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz.");
	assert_int_equal(fits.size + 8, 254);
	assert_int_equal(signaling_domain(&fits, &out), 0);
	const struct name longer = name_of(L63 "." L63 "." L63 "." L50 "abcd.");
	assert_int_equal(longer.size + 8, 256);
	assert_int_equal(signaling_domain(&longer, &out), ERR_LIMIT);
}

static void no_names(void **state)
{
	(void)state;
	const struct name none = { 0 };
	struct name out;
	assert_int_equal(signaling_name(&none, &name_root, &out), ERR_ARG);
	assert_int_equal(signaling_name(&name_root, &none, &out), ERR_ARG);
	assert_int_equal(signaling_domain(&none, &out), ERR_ARG);
	assert_false(signaling_is_outside(&name_root, &none));
	assert_false(signaling_is_outside(&none, &name_root));
}

/* R9615-4.2-1, R9615-4.1-1, T-36: a host that is the apex is inside, too. */
static void hosts_inside(void **state)
{
	(void)state;
	static const struct {
		const char *host;
		bool outside;
	} cases[] = {
		{ "ns1.example.net.", true },
		{ "ch.", true },
		{ ".", true },
		{ "nsexample.ch.", true },
		{ "example.ch.example.net.", true },
		{ "ns\\.example.ch.", true },
		{ "example.ch.", false },
		{ "ns1.example.ch.", false },
		{ "NS1.Example.CH.", false },
		{ "a.b.c.example.ch.", false },
	};
	const struct name child = name_of("example.ch.");
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct name host = name_of(cases[i].host);
		if (signaling_is_outside(&child, &host) != cases[i].outside) {
			fail_msg("%s", cases[i].host);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
		cmocka_unit_test(lengths),
		cmocka_unit_test(no_names),
		cmocka_unit_test(hosts_inside),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
