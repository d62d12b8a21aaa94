/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A NOTIFY message as octets: what it says (RFC 1996, RFC 9859), and what is answered. */
#pragma once

#include "validate/wire/message.h"

#define HEADER_OCTETS 12

/* An answer is never longer than what it answers by more than this: an extended error, and that without text. So nobody gains
 * by sending messages in somebody else's name. */
#define NOTIFY_RESPONSE_GROWTH 6
/* Header, question with the longest name, OPT record with that error. */
#define NOTIFY_RESPONSE_MAX (HEADER_OCTETS + LIMIT_NAME_OCTETS + 4 + 11 + NOTIFY_RESPONSE_GROWTH)

struct notify_message {
	struct message dns;
	size_t question_octets;		/* of the first question, behind the header; 0: there is none */
	bool is_several;		/* records that speak of names which are not of the zone of the question */
	bool has_agent;			/* a Report-Channel option (RFC 9567, W-14), whatever is in it */
	struct name agent;		/* its agent domain; size 0: there is none, or more than one, or no name */
};

/* Could it be an answer, or too short to be answered? Then nothing may be said to it: two that answer answers never end. */
bool notify_is_no_request(const uint8_t *octets, size_t size);

/* As message_parse: 0, ERR_FORMAT, ERR_LIMIT, ERR_NOMEM. */
int notify_read(const uint8_t *octets, size_t size, struct arena *arena, struct notify_message *out);

struct notify_reply {
	const uint8_t *request;			/* at least a header */
	const struct notify_message *message;	/* NULL: it could not be read, and only its header is answered */
	enum rcode rcode;
	uint16_t ede;				/* RFC 8914; told where the request has EDNS; EDE_NONE: none */
};
/* RFC 9859 section 4.3: as the request, with QR; records and options of the request are left out. Returns the size. */
size_t notify_compose(const struct notify_reply *reply, uint8_t out[NOTIFY_RESPONSE_MAX]);
