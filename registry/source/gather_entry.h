/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the two sorts hold. Private to gather.c and assemble.c. */
#pragma once

#include "registry/source/gather.h"

/* First octet of a value; the order within a key follows from it. */
enum entry_kind {
	/* By child. */
	ENTRY_NS = 1,		/* key of the host */
	ENTRY_GLUE = 2,		/* size of the host's key (two octets), key, family, address */
	ENTRY_DS = 3,		/* RDATA, TTL (four octets) */
	ENTRY_DS_UNKNOWN = 4,	/* a line that is or may be a DS could not be read */
	ENTRY_FACTS = 5,	/* line (eight octets), flags (two), manual change (four), registrar and registration, each behind
				 * its size (one) */
	/* By host. */
	ENTRY_ADDRESS = 1,	/* family, address */
	ENTRY_USED_BY = 2,	/* key of the child */
};

struct gather {
	struct sorter *children;
	struct sorter *hosts;	/* NULL once joined */
	/* Of one pass. */
	struct name origin;
	struct name cut;	/* the last delegation; size 0: none yet */
	bool started;
	bool ended;
	struct slice key;	/* the entry that waits, in the sorter */
	struct slice value;
	/* The members of the delegation given last. */
	struct delegation_host given_hosts[LIMIT_NS_HOSTS];
	struct address given_glue[LIMIT_NS_HOSTS][LIMIT_HOST_ADDRESSES];
	struct ds given_ds[LIMIT_DS];
};
