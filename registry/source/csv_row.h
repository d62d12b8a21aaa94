/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One child as a line of CSV, or a row of a database, tells it: texts by column in, values out. Private to registry/source. */
#pragma once

#include "registry/source/source.h"

enum csv_column { CSV_CHILD, CSV_NS, CSV_GLUE, CSV_DS, CSV_DS_TTL, CSV_FLAGS, CSV_REGISTRAR, CSV_REGISTRATION,
	CSV_MANUAL_CHANGE, CSV_COLUMNS };

struct csv_glue {
	size_t host;		/* of hosts */
	struct address address;
};

struct csv_row {
	struct name child;
	size_t host_count;
	struct name hosts[LIMIT_NS_HOSTS];
	size_t glue_count;
	struct csv_glue glue[LIMIT_NS_HOSTS * LIMIT_HOST_ADDRESSES];
	bool ds_known;
	uint32_t ds_ttl;
	size_t ds_count;
	struct ds ds[LIMIT_DS];
	struct source_facts facts;	/* texts: those of the fields */
	char reason[200];
};

/* As a header has it; NULL: no such column. */
const char *csv_column_name(enum csv_column c);
bool csv_column_is_required(enum csv_column c);

/* fields: by column, NULL where there is no such column; written to, and used by the row. false: *row has the reason, which
 * names the column. facts.line is the caller's. */
bool csv_row_read(struct csv_row *row, const struct name *origin, char *const fields[CSV_COLUMNS]);
/* Its records, facts first; ends with the first non-zero answer. */
int csv_row_deliver(const struct csv_row *row, source_sink *sink, void *user);
