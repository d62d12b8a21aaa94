/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Clock: times as people write them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "scanner/clock.h"
#include "validate/wire/err.h"

/* Seconds by date -u -d TEXT +%s. */
static const struct {
	const char *text;
	int result;
	uint64_t seconds;
} rows[] = {
	{ "0", ERR_OK, 0 },
	{ "1764000000", ERR_OK, 1764000000 },
	{ "4294967295", ERR_OK, 4294967295 },
	{ "4294967296", ERR_FORMAT, 0 },		/* RRSIG times have 32 bits */
	{ "99999999999999999999999", ERR_FORMAT, 0 },
	{ "19700101000000", ERR_OK, 0 },
	{ "20261121020000", ERR_OK, 1795226400 },
	{ "2026-11-21T02:00:00Z", ERR_OK, 1795226400 },
	{ "2024-02-29T23:59:59Z", ERR_OK, 1709251199 },
	{ "2023-02-29T00:00:00Z", ERR_FORMAT, 0 },	/* no leap year */
	{ "2000-02-29T00:00:00Z", ERR_OK, 951782400 },
	{ "2100-02-29T00:00:00Z", ERR_FORMAT, 0 },	/* a century */
	{ "2100-03-01T00:00:00Z", ERR_OK, 4107542400 },
	{ "2026-04-31T00:00:00Z", ERR_FORMAT, 0 },
	{ "2026-04-30T00:00:00Z", ERR_OK, 1777507200 },
	{ "2026-00-10T00:00:00Z", ERR_FORMAT, 0 },
	{ "2026-13-10T00:00:00Z", ERR_FORMAT, 0 },
	{ "2026-01-00T00:00:00Z", ERR_FORMAT, 0 },
	{ "2026-01-01T24:00:00Z", ERR_FORMAT, 0 },
	{ "2026-01-01T00:60:00Z", ERR_FORMAT, 0 },
	{ "2016-12-31T23:59:60Z", ERR_OK, 1483228800 },	/* a leap second is the next second of Unix time */
	{ "2016-12-31T23:59:61Z", ERR_FORMAT, 0 },
	{ "2106-02-07T06:28:15Z", ERR_OK, 4294967295 },
	{ "2106-02-07T06:28:16Z", ERR_FORMAT, 0 },
	{ "21060207062816", ERR_FORMAT, 0 },
	{ "1969-12-31T23:59:59Z", ERR_FORMAT, 0 },
	{ "2026-11-21T02:00:00", ERR_FORMAT, 0 },
	{ "2026-11-21t02:00:00z", ERR_FORMAT, 0 },
	{ "2026-11-21 02:00:00Z", ERR_FORMAT, 0 },
	{ "2026-11-21T02:00:00Z ", ERR_FORMAT, 0 },
	{ "2026-1-21T02:00:00Z", ERR_FORMAT, 0 },
	{ "-1", ERR_FORMAT, 0 },
	{ "+1", ERR_FORMAT, 0 },
	{ "1.5", ERR_FORMAT, 0 },
	{ "now", ERR_FORMAT, 0 },
	{ "", ERR_FORMAT, 0 },
};

static void texts(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint64_t seconds = 7;
		int ret = clock_parse(rows[i].text, &seconds);
		if (ret != rows[i].result || seconds != (ret == ERR_OK ? rows[i].seconds : 7)) {
			fail_msg("\"%s\": %d, %llu", rows[i].text, ret, (unsigned long long)seconds);
		}
	}
}

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
		cmocka_unit_test(texts),
		cmocka_unit_test(clocks_run),
	};
	return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}
