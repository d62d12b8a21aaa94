/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Records of a parent zone, out of a file or a transfer: what matters of them goes on, the rest is counted. Private to
 * registry/source. */
#pragma once

#include "registry/source/zonescan.h"

/* RFC 1035 section 3.3.13. */
struct zone_soa {
	struct name mname;
	struct name rname;
	uint8_t numbers[20];
};

/* One reading of a zone. The first half is the caller's. */
struct zone_reading {
	const char *file;		/* for sentences */
	const struct name *wanted;	/* origin; size 0: any */
	source_sink *sink;
	source_skip *skip;
	void *user;
	struct source_info *info;
	struct source_error *error;
	unsigned soa_count;
	struct zone_soa soa;
	struct source_error first_skipped;
	/* The owner before, as it stands in the file: most records have the same as the one before them. */
	uint8_t owner_octets[LIMIT_NAME_OCTETS];
	size_t owner_size;
	struct name owner;
};

/* A record, or a line that is none. What the sink says; ERR_FORMAT: these are no records of one zone. */
int zone_take(struct zone_reading *r, const struct zonescan_record *z);
int zone_take_broken(struct zone_reading *r, const struct zonescan_record *z, const struct source_error *e);
/* At the end of a file: is it a whole zone? A transfer has its SOA twice (RFC 5936 section 2.2). */
int zone_check_whole(struct zone_reading *r, bool transfer);
