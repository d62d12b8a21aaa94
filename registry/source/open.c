/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which source a place is. */
#include <string.h>

#include "registry/source/input.h"
#include "validate/wire/err.h"

typedef int open_source(const struct source_place *p, struct source **out, struct source_error *error);

static int open_zone(const struct source_place *p, struct source **out, struct source_error *error)
{
	return source_masterfile(p->path, &p->origin, out, error);
}

static int open_csv(const struct source_place *p, struct source **out, struct source_error *error)
{
	return source_csv(p->path, &p->origin, out, error);
}

static const struct format {
	const char *name;
	enum source_format format;
	bool takes_key;
	bool is_list;		/* of the registry: what is published may be something else */
	const char *unit;
	open_source *open;
} formats[] = {
	{ "zone", SOURCE_ZONE, false, false, "line", open_zone },
	{ "csv", SOURCE_CSV, false, true, "line", open_csv },
	{ "axfr", SOURCE_AXFR, true, false, "record", source_axfr },
	{ "names", SOURCE_NAMES, false, false, "line", NULL },
	{ "postgres", SOURCE_POSTGRES, true, true, "row", source_postgres },
	{ "fred", SOURCE_FRED, false, false, "name", NULL },
};
#define FORMATS (sizeof(formats) / sizeof(formats[0]))
static const char format_names[] = "zone, csv, axfr, names, postgres or fred";

int source_format_from_text(const char *text, enum source_format *out)
{
	for (size_t i = 0; i < FORMATS; i++) {
		if (strcmp(text, formats[i].name) == 0) {
			*out = formats[i].format;
			return 0;
		}
	}
	return ERR_FORMAT;
}

const char *source_formats(void)
{
	return format_names;
}

static bool ends_with(const char *path, const char *end)
{
	size_t size = strlen(path);
	return size > strlen(end) && strcmp(path + size - strlen(end), end) == 0;
}

static enum source_format by_name(const char *path)
{
	bool csv = ends_with(path, ".csv") || ends_with(path, ".csv.gz") || ends_with(path, ".csv.zst");
	return csv ? SOURCE_CSV : SOURCE_ZONE;
}

static const struct format *format_of(const struct source_place *place)
{
	enum source_format format = place->format == SOURCE_BY_NAME ? by_name(place->path) : place->format;
	const struct format *f = formats;
	while (f < formats + FORMATS && f->format != format) {
		f++;
	}
	return f < formats + FORMATS ? f : NULL;
}

const char *source_unit(const struct source_place *place)
{
	const struct format *f = format_of(place);
	return f == NULL ? "" : f->unit;
}

int source_open(const struct source_place *place, struct source **out, struct source_error *error)
{
	if (place == NULL || place->path == NULL || out == NULL || error == NULL) {
		return ERR_ARG;
	}
	const struct format *f = format_of(place);
	if (f == NULL) {
		return ERR_ARG;
	}
	if (place->key != NULL && !f->takes_key) {
		source_fault(error, place->path, 0, "a source of the format %s takes no key; leave it out, or name the format", f->name);
		return ERR_ARG;
	}
	if (place->server_count > 0 && !f->is_list) {
		source_fault(error, place->path, 0, "a source of the format %s has what the parent's servers serve, and they are not asked beside it; "
			"leave --published-at out, it is for csv and postgres", f->name);
		return ERR_ARG;
	}
	return f->open == NULL ? ERR_NOTFOUND : f->open(place, out, error);
}
