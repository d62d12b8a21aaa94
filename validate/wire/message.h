/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A DNS message (RFC 1035 section 4): parse answers, compose questions and answers. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "validate/wire/arena.h"
#include "validate/wire/name.h"
#include "validate/wire/record.h"

enum section { SECTION_ANSWER, SECTION_AUTHORITY, SECTION_ADDITIONAL, SECTION_COUNT };

enum rcode { RCODE_NOERROR = 0, RCODE_FORMERR = 1, RCODE_SERVFAIL = 2, RCODE_NXDOMAIN = 3,
	RCODE_NOTIMP = 4, RCODE_REFUSED = 5, RCODE_NOTAUTH = 9, RCODE_BADVERS = 16 };

#define MESSAGE_FLAG_QR 0x8000
#define MESSAGE_FLAG_AA 0x0400
#define MESSAGE_FLAG_TC 0x0200
#define MESSAGE_FLAG_RD 0x0100
#define MESSAGE_FLAG_RA 0x0080
#define MESSAGE_FLAG_AD 0x0020
#define MESSAGE_OPCODE(flags) (((flags) >> 11) & 15)
#define OPCODE_NOTIFY 4

struct message {
	uint16_t id;
	uint16_t flags;		/* second 16 bits of the header as they are */
	uint16_t rcode;		/* with the upper bits of EDNS */
	bool has_edns;
	bool edns_do;
	uint8_t edns_version;
	struct slice edns_options;	/* whole options, as many as there are; in arena */
	uint16_t question_count;
	struct name question;	/* of the first question */
	uint16_t question_type;
	uint16_t question_class;
	size_t count[SECTION_COUNT];	/* OPT not counted */
	struct record *records[SECTION_COUNT];
};

/* 0 and *out, all memory in arena; ERR_FORMAT for anything malformed, trailing octets and the
 * ceilings of names included; ERR_LIMIT beyond LIMIT_MESSAGE_RECORDS; ERR_NOMEM. A malformed RDATA makes the whole message ERR_FORMAT
 * only where its length field is wrong or where it holds names that cannot be read; RDATA of CDS, DS,
 * DNSKEY, ... is opaque here (T-04, T-05). OPT is taken out of the records. A TTL with its highest
 * bit set is 0 (RFC 2181 section 8). octets may be freed after the call. */
int message_parse(const uint8_t *octets, size_t size, struct arena *arena, struct message *out);

/* The same for messages of a zone transfer, whose records only their octets bound. */
int message_parse_transfer(const uint8_t *octets, size_t size, struct arena *arena, struct message *out);

/* The RRset (owner, class IN, type) of one section with its RRSIGs of the same section. count 0
 * when absent; never fails but for ERR_NOMEM. */
int message_rrset(const struct message *m, enum section section, const struct name *owner,
	uint16_t type, struct arena *arena, struct rrset *out);

/* Does the answer echo the question: one question, QR, opcode 0, name, type and class IN equal? */
bool message_answers(const struct message *m, const struct name *name, uint16_t type);

/* Composes an answer with these records, uncompressed, ID 0, QR set, one question. Returns its
 * size, 0 when it does not fit. For views read from master files and for tests. */
struct message_draft {
	const struct name *question;
	uint16_t question_type;
	uint16_t flags;		/* without QR */
	uint16_t rcode;
	size_t count[SECTION_COUNT];
	const struct record *records[SECTION_COUNT];
};
size_t message_compose(const struct message_draft *draft, uint8_t *out, size_t size);
