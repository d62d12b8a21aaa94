/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading what an EPP server sends: greetings and responses (RFC 5730 sections 2.4 and 2.6), domain:info (RFC 5731 section
 * 3.1.2) with its DS data (RFC 5910 section 5.1.2). Every octet of it is a stranger's. */
#pragma once

#include "registry/sink/epp_data.h"

enum epp_reply_kind { EPP_GREETING, EPP_RESPONSE };

struct epp_reply {
	enum epp_reply_kind kind;
	/* Of a greeting. */
	const char *server;		/* its name for itself */
	bool has_version, has_domain, has_secdns;
	const char *language;		/* "en" where it is offered, else the first one */
	/* Of a response. */
	unsigned code;			/* of the first result: 1000 to 2999 */
	const char *text;		/* its words, and the values and reasons beside them */
	const char *client_id, *server_id;	/* clTRID, svTRID; "": none */
	const struct epp_domain *domain;	/* NULL: none */
};

/* All is in the arena, and all texts are printable ASCII of one line. ERR_FORMAT with a sentence: nothing can be made of the frame;
 * ERR_NOMEM. */
int epp_reply_parse(struct slice frame, struct arena *arena, struct epp_reply *out, char why[256]);
