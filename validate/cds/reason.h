/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reason codes: one list for judge, accept, explain and the documents (standards section 5).
 * Numbers are stored and tokens are a public interface: append only, never reuse or rename. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum reason_class { CLASS_REJECT = 0, CLASS_HOLD, CLASS_ERROR, CLASS_NOOP, CLASS_ACCEPT, CLASS_WARNING };

/* Who must act: bits. */
#define WHO_OPERATOR 1u		/* DNS operator of the child */
#define WHO_TECHNICAL 2u	/* technical contact */
#define WHO_REGISTRAR 4u
#define WHO_REGISTRANT 8u	/* only after three days */
#define WHO_PARENT 16u		/* whoever runs this program */

#define EDE_NONE 0xffff

#include "validate/cds/reason.def.h"

#define REASON_ENUM(number, token, class, ede, who, source, sentence) REASON_##token = (number),
enum reason { REASON_NONE = 0, REASON_LIST(REASON_ENUM) };
#undef REASON_ENUM

struct reason_row {
	enum reason number;
	const char *token;
	enum reason_class class;
	uint16_t ede;			/* RFC 8914 code, EDE_NONE: none */
	unsigned who;
	const char *source;		/* RFC section or requirement id */
	const char *sentence;		/* for people; one sentence, no full stop left out */
};

/* NULL for a number not in the list. */
const struct reason_row *reason_find(enum reason reason);
const struct reason_row *reason_by_token(const char *token);
/* Never NULL: "UNKNOWN_123" is not made; unknown gives "UNKNOWN". */
const char *reason_token(enum reason reason);
/* Do the servers of a child, or its CDS and CDNSKEY, contradict each other? */
bool reason_is_disagreement(enum reason reason);
const char *reason_class_text(enum reason_class class);	/* "accept", "noop", "hold", "reject", "error", "warning" */
/* The rows in order of number; count in *count. */
const struct reason_row *reason_rows(unsigned *count);
