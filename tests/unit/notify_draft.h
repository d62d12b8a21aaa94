/* SPDX-License-Identifier: GPL-3.0-or-later */
/* NOTIFY messages as senders make them, and as they should not. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NOTIFY_FLAGS 0x2400	/* opcode NOTIFY, AA: RFC 1996 section 3.7 */
#define NOTIFY_DRAFT_ROOM 2048

struct notify_draft {
	uint16_t flags;			/* XORed with NOTIFY_FLAGS */
	const char *name;
	uint16_t type;			/* 0: CDS */
	uint16_t class;			/* 0: IN */
	unsigned more_questions;	/* the same one again */
	bool no_question;
	bool edns;
	bool dnssec_ok;
	uint8_t version;
	/* Report-Channel options, with EDNS: names; "": an empty one, "?": no name, "_": none */
	const char *agents[3];
	const char *answer;		/* owners of records in these sections */
	const char *authority;
	const char *additional;
	size_t cut;			/* octets that are missing at the end */
	size_t more;			/* octets that are too many */
};

/* Returns the size; ends the program when the draft cannot be written. */
size_t notify_draft_write(const struct notify_draft *d, uint8_t out[NOTIFY_DRAFT_ROOM]);
