/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Memory and OpenSSL that fail on request. Who has failing.c is linked with the wraps of failing.inc. */
#pragma once

#include <stdbool.h>

enum failing_kind {
	FAILING_MEMORY,
	FAILING_LIBRARY,	/* OpenSSL, for want of memory */
	FAILING_REFUSAL,	/* OpenSSL, because it does not like what it was given */
	FAILING_TEXT,		/* text that cannot be formatted */
	FAILING_BUDGET,		/* work for the child that goes beyond what is left */
	FAILING_BUDGET_MEMORY,	/* the same, and then the next call for memory */
};

/* From now on the call number `at`, counted from zero, of this kind fails; the others succeed. */
void failing_begin(enum failing_kind kind, unsigned at);
/* The end of that. Has a call failed? */
bool failing_end(void);
/* What failed, for people. */
const char *failing_name(void);
