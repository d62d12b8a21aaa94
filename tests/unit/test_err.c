/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every return code has a sentence of its own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "validate/wire/err.h"

static void every_code_has_its_own_text(void **state)
{
	(void)state;
	for (int a = ERR_CONFLICT; a <= ERR_OK; a++) {
		assert_string_not_equal(err_text(a), err_text(1));
		assert_true(strlen(err_text(a)) > 0);
		for (int b = a + 1; b <= ERR_OK; b++) {
			assert_string_not_equal(err_text(a), err_text(b));
		}
	}
}

static void unknown_codes_have_a_text(void **state)
{
	(void)state;
	assert_string_equal(err_text(ERR_CONFLICT - 1), "unknown error");
	assert_string_equal(err_text(12345), "unknown error");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_code_has_its_own_text),
		cmocka_unit_test(unknown_codes_have_a_text),
	};
	return cmocka_run_group_tests_name("err", tests, NULL, NULL);
}
