/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Clocks run. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "scanner/clock.h"

static void clocks_run(void **state)
{
	(void)state;
	uint64_t before = clock_steady_ms();
	struct moment now = clock_now();
	assert_true(now.steady_ms >= before && clock_steady_ms() >= now.steady_ms);
	/* The one is not the other: uptime against years since 1970. */
	assert_true(now.unix_ms / 1000 <= clock_unix_s() && now.unix_ms > now.steady_ms);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(clocks_run),
	};
	return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}
