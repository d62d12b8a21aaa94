/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Has what was sent come to the parent? Derived from the journal, the delegation and the last run, whenever it is asked
 * for: nothing of it is stored. */
#pragma once

#include "registry/store/journal.h"
#include "validate/cds/delegation.h"

enum arrival {
	ARRIVAL_NONE = 0,	/* it has not left, may still come, was published, or nobody can tell */
	ARRIVAL_LATE,		/* sent or acknowledged, and not in the parent when that was read changes.late-after later */
	ARRIVAL_LOST,		/* failed, or claimed so long ago, and not in the parent when that was read since */
	ARRIVAL_CHANGED,	/* somebody else was faster: the change is void */
};
#define ARRIVALS 4
/* "late", "lost", "changed"; NULL of NONE. */
const char *arrival_text(enum arrival a);
/* What somebody is told of a change that is outstanding; NONE: nothing. */
enum reason arrival_reason(const struct change *c, enum arrival a);

/* What is known of a parent: zeroed at first, and kept from one change to the next. */
struct arrival_parent {
	struct name origin;
	uint64_t read_at;		/* when its last run began: it had been read to its end just before; 0: never */
	uint32_t late_after_s;		/* of the policy of that run */
};
/* *p is of the parent of c afterwards. Of changes of a child only the outstanding one is late or lost. */
int arrival_find(struct txn *t, struct arrival_parent *p, const struct change *c, struct arena *arena, enum arrival *out);
/* Outstanding changes of origin by what became of them. */
int arrival_count(struct txn *t, const struct name *origin, uint64_t counts[ARRIVALS]);

/* What the parent's servers serve of a change, where they were asked (served.h): beside what the registry's list shows. */
enum in_dns {
	IN_DNS_UNKNOWN = 0,
	IN_DNS_SEEN,
	IN_DNS_WAITS,		/* not yet */
	IN_DNS_LATE,		/* not changes.late-after after the registry's list showed it */
	IN_DNS_CHANGED,		/* the DS set of somebody else */
};
#define IN_DNS_WORDS 5
const char *in_dns_text(enum in_dns d);	/* "seen"; NULL of UNKNOWN */
/* Of one that is under way, or published, and the newest of its child. *asked: when; 0 where it is not known. */
int arrival_in_dns(struct txn *t, struct arrival_parent *p, const struct change *c, enum in_dns *out, uint64_t *asked);
/* The newest change of child that they were asked for. ERR_NOTFOUND. */
int arrival_newest_asked(struct txn *t, const struct name *child, struct arena *arena, struct change *out);

/* Has the parent what c wants? Never true where the source does not tell. */
bool arrival_is_shown(const struct change *c, const struct delegation *d);
