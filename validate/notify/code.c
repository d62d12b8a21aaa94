/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Look-ups in the list of what is said of NOTIFY messages. */
#include "validate/notify/code.h"

#include <stddef.h>

#define NOTIFY_CODE_ROW(token, sentence) { #token, sentence },
static const struct row {
	const char *token;
	const char *sentence;
} rows[] = { { "NONE", "" }, NOTIFY_CODE_LIST(NOTIFY_CODE_ROW) };
#undef NOTIFY_CODE_ROW

static const struct row *row_of(enum notify_code code)
{
	return &rows[(size_t)code < sizeof rows / sizeof rows[0] ? (size_t)code : 0];
}

const char *notify_code_token(enum notify_code code)
{
	return row_of(code)->token;
}

const char *notify_code_sentence(enum notify_code code)
{
	return row_of(code)->sentence;
}
