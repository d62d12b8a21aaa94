/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What follows a probe that a NOTIFY message brought about (RFC 9859 sections 4.2 and 4.3, D14). */
#pragma once

#include "validate/accept/decision.h"

#define NOTIFY_RETRIES 4

struct notify_patience {
	uint8_t count;
	uint32_t retry_s[NOTIFY_RETRIES];	/* after the probe before */
};
extern const struct notify_patience notify_patience_default;

struct notify_follow {
	uint32_t retry_s;		/* ask again so much later, with TRIGGER_RETRY; 0: no more */
	uint16_t report_ede;		/* to be told to the agent, if there is one; EDE_NONE: nothing */
};

/* d: what the probe led to; retries: how many came before it. A child whose servers do not agree although it says that it is ready
 * may still be spreading its records, so it is asked again a little later; what is an error then is told. */
void notify_follow(const struct notify_patience *p, const struct decision *d, unsigned retries, struct notify_follow *out);
