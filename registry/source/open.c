/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which source a file is. */
#include "registry/source/source.h"

#include <string.h>

#include "validate/wire/err.h"

int source_format_from_text(const char *text, enum source_format *out)
{
	if (strcmp(text, "zone") != 0 && strcmp(text, "csv") != 0) {
		return ERR_FORMAT;
	}
	*out = text[0] == 'z' ? SOURCE_ZONE : SOURCE_CSV;
	return 0;
}

static bool ends_with(const char *path, const char *end)
{
	size_t size = strlen(path);
	return size > strlen(end) && strcmp(path + size - strlen(end), end) == 0;
}

int source_open(const char *path, enum source_format format, const struct name *origin, struct source **out,
	struct source_error *error)
{
	if (path == NULL) {
		return ERR_ARG;
	}
	bool csv = format == SOURCE_CSV
		|| (format == SOURCE_BY_NAME && (ends_with(path, ".csv") || ends_with(path, ".csv.gz") || ends_with(path, ".csv.zst")));
	return csv ? source_csv(path, origin, out, error) : source_masterfile(path, origin, out, error);
}
