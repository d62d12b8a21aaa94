/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Look-ups in the one list of reasons. */
#include "validate/cds/reason.h"

#include <stddef.h>
#include <string.h>

#define REASON_ROW(number, token, class, ede, who, source, sentence) \
	{ (enum reason)(number), #token, class, ede, who, source, sentence },
static const struct reason_row rows[] = { REASON_LIST(REASON_ROW) };
#undef REASON_ROW

#define ROWS (sizeof rows / sizeof rows[0])

const struct reason_row *reason_find(enum reason reason)
{
	for (size_t i = 0; i < ROWS; i++) {
		if (rows[i].number == reason) {
			return &rows[i];
		}
	}
	return NULL;
}

const struct reason_row *reason_by_token(const char *token)
{
	if (token == NULL) {
		return NULL;
	}
	for (size_t i = 0; i < ROWS; i++) {
		if (strcmp(rows[i].token, token) == 0) {
			return &rows[i];
		}
	}
	return NULL;
}

const char *reason_token(enum reason reason)
{
	const struct reason_row *row = reason_find(reason);
	return row == NULL ? "UNKNOWN" : row->token;
}

bool reason_is_disagreement(enum reason reason)
{
	switch (reason) {
	case REASON_NOOP_STATUS_QUO:
	case REASON_HOLD_BOGUS_SERVER:
	case REASON_INCONSISTENT_KEYS:
	case REASON_INCONSISTENT_PRESENCE:
	case REASON_INCONSISTENT_DELETE:
	case REASON_CDS_CDNSKEY_MISMATCH:
	case REASON_DELETE_TYPE_MISMATCH:
	case REASON_VANTAGE_DISAGREE:
		return true;
	default:
		return false;
	}
}

const char *reason_class_text(enum reason_class class)
{
	switch (class) {
	case CLASS_ACCEPT:
		return "accept";
	case CLASS_NOOP:
		return "noop";
	case CLASS_HOLD:
		return "hold";
	case CLASS_ERROR:
		return "error";
	case CLASS_WARNING:
		return "warning";
	case CLASS_REJECT:
		break;
	}
	return "reject";
}

const struct reason_row *reason_rows(unsigned *count)
{
	*count = ROWS;
	return rows;
}
