/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An arena for each test, and short ways to octets, names and DS sets. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "registry/sink/epp_data.h"
#include "validate/wire/err.h"

#define EPP_OPEN "<epp xmlns='urn:ietf:params:xml:ns:epp-1.0'>"
#define IDS "<trID><clTRID>c-1</clTRID><svTRID>s-1</svTRID></trID>"

static inline int epp_setup(void **state)
{
	*state = arena_new();
	assert_non_null(*state);
	return 0;
}

static inline int epp_teardown(void **state)
{
	arena_free(*state);
	return 0;
}

static inline struct slice octets_of(const char *text)
{
	return (struct slice){ (const uint8_t *)text, strlen(text) };
}

static inline struct name name_of(const char *text)
{
	struct name name;
	assert_int_equal(name_from_text(text, &name), 0);
	return name;
}

/* DS number n of 1 to 9, as "n 13 2 nn". */
static inline struct ds ds_of(unsigned n)
{
	return (struct ds){ .tag = (uint16_t)n, .algorithm = 13, .digest_type = 2, .size = 1, .digest = { (uint8_t)n } };
}

/* "12": those two. */
static inline struct ds_set set_of(struct arena *arena, const char *numbers)
{
	struct ds_set set = { strlen(numbers), arena_array(arena, strlen(numbers) + 1, sizeof(struct ds)) };
	assert_non_null(set.ds);
	for (size_t i = 0; i < set.count; i++) {
		set.ds[i] = ds_of((unsigned)(numbers[i] - '0'));
	}
	ds_set_normalize(&set);
	return set;
}

#define EPP_TEST(name) cmocka_unit_test_setup_teardown(name, epp_setup, epp_teardown)
