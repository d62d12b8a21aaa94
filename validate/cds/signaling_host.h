/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What one host of the NS set says of the child under its signaling domain; private to signaling*.c. */
#pragma once

#include "validate/cds/judging.h"
#include "validate/dnssec/path.h"

/* Messages of links, each read once: the chains of several hosts have their upper part in common. */
struct signaling_cache {
	size_t count;
	size_t room;
	struct signaling_message {
		struct slice octets;		/* as in the evidence, where equal ones are stored once */
		const struct message *message;	/* NULL: cannot be read */
	} *items;
};

enum signaling_presence {
	SIGNALING_UNKNOWN = 0,
	SIGNALING_PRESENT,
	SIGNALING_ABSENT,	/* proven; or the zone is not secure, and says so */
};

struct signaling_host {
	const struct name *host;
	const char *label;			/* its name, for people */
	struct name name;			/* the signaling name */
	const struct evidence_signal *signal;	/* NULL: was not looked for */
	struct path path;			/* to the signaling zone */
	struct answer answers[SIGNAL_TYPES];
	enum signaling_presence presence;
	enum reason fault;			/* NONE: present, or proven to be absent */
};

/* Everything of h but host and signal. Below zero only for our own failures. */
int signaling_host_check(struct judging *j, struct signaling_cache *cache, struct signaling_host *h);
