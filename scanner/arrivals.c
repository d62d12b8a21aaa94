/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Changes that have left and that the parent does not show. */
#include "scanner/arrivals.h"

#include <inttypes.h>
#include <stdio.h>

#include "scanner/command.h"

void arrivals_text(const uint64_t counts[ARRIVALS], const char *db)
{
	if (counts[ARRIVAL_CHANGED] > 0) {
		printf("%" PRIu64 " of them are void: somebody else had changed the DS set before they arrived\n", counts[ARRIVAL_CHANGED]);
	}
	if (counts[ARRIVAL_LATE] + counts[ARRIVAL_LOST] == 0) {
		return;
	}
	printf("\n%" PRIu64 " DS changes are late: they have left, and the parent still does not show them (%s); none is sent again.\n"
		"%" PRIu64 " are lost: they failed, or nothing was heard of them (%s, %s).\n"
		"  which ones  cdswalk changes list --late --db %s\n"
		"  one child   cdswalk explain CHILD --db %s\n"
		"  go on       ask the registry for them by their ids; what was sent and never arrived: cdswalk changes fail ID --db %s;\n"
		"              the next export takes it once more while it is fresh, else the next scan decides anew\n", counts[ARRIVAL_LATE],
		reason_token(REASON_APPLY_LATE), counts[ARRIVAL_LOST], reason_token(REASON_APPLY_LOST), reason_token(REASON_APPLY_FAILED),
		say_text(db), say_text(db), say_text(db));
}

void arrivals_in_dns_text(const uint64_t counts[IN_DNS_WORDS], const char *db)
{
	if (counts[IN_DNS_SEEN] + counts[IN_DNS_WAITS] + counts[IN_DNS_LATE] + counts[IN_DNS_CHANGED] == 0) {
		return;
	}
	printf("\nin DNS, as the parent's servers said last: %" PRIu64 " seen, %" PRIu64 " not yet, %" PRIu64 " late, %" PRIu64
		" changed by somebody else\n", counts[IN_DNS_SEEN], counts[IN_DNS_WAITS], counts[IN_DNS_LATE], counts[IN_DNS_CHANGED]);
	if (counts[IN_DNS_LATE] + counts[IN_DNS_CHANGED] > 0) {
		printf("  which ones  cdswalk changes list --all --json --db %s | jq 'select(.in_dns == \"late\" or .in_dns == \"changed\")'\n"
			"  go on       the list of the registry has them: ask whoever makes the zone of the parent from it\n", say_text(db));
	}
}

void arrivals_say(const uint64_t counts[ARRIVALS])
{
	if (counts[ARRIVAL_LATE] + counts[ARRIVAL_LOST] > 0) {
		say("%" PRIu64 " DS changes are late and %" PRIu64 " are lost: they have left, and the parent does not show them; cdswalk status "
			"tells how to go on", counts[ARRIVAL_LATE], counts[ARRIVAL_LOST]);
	}
}
