/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reports to the sender of a NOTIFY message (RFC 9567): to whom, and by which name. Sending is the service's. */
#pragma once

#include "validate/cds/delegation.h"
#include "validate/cds/reason.h"

/* RFC 9859 section 4.2.1: at or below the name of a name server of the delegation as the parent has it, else anybody could
 * make us ask anybody. Never the root (RFC 9567 section 6.1), nor no name. */
bool report_agent_is_allowed(const struct name *agent, const struct delegation *d);

/* _er.TYPE.CHILD.EDE._er.AGENT (W-15), asked for as TXT. ERR_LIMIT: longer than a name may be; nothing is sent then.
 * ERR_ARG: no child or no agent. */
int report_name(const struct name *child, uint16_t type, uint16_t ede, const struct name *agent, struct name *out);
