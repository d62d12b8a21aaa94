/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Times as people and registries write them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "validate/wire/err.h"
#include "validate/wire/time_text.h"

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
		int ret = time_from_text(rows[i].text, &seconds);
		if (ret != rows[i].result || seconds != (ret == ERR_OK ? rows[i].seconds : 7)) {
			fail_msg("\"%s\": %d, %llu", rows[i].text, ret, (unsigned long long)seconds);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts),
	};
	return cmocka_run_group_tests_name("time_text", tests, NULL, NULL);
}
