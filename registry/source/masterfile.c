/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parent's master file as a source of delegations. */
#include "registry/source/source.h"

#include <stdlib.h>

#include "registry/source/zone.h"
#include "validate/wire/err.h"

struct masterfile {
	struct source source;
	struct zonescan *scan;
	struct name origin;	/* wanted; size 0: any */
};

static int masterfile_read(struct source *s, source_sink *sink, source_skip *skip, void *user, struct source_info *info,
	struct source_error *error)
{
	/* The source is the first member. */
	struct masterfile *m = (struct masterfile *)s;
	struct zone_reading r = { .file = zonescan_name(m->scan), .wanted = &m->origin, .sink = sink, .skip = skip, .user = user,
		.info = info, .error = error };
	*info = (struct source_info){ .written = zonescan_written(m->scan) };
	for (;;) {
		struct zonescan_record z;
		struct source_error e;
		int rc = zonescan_next(m->scan, &z, &e);
		if (rc != 0) {
			*error = e;
			return rc;
		}
		if (z.what == ZONESCAN_END) {
			return zone_check_whole(&r, zonescan_is_transfer(m->scan));
		}
		rc = z.what == ZONESCAN_RECORD ? zone_take(&r, &z) : zone_take_broken(&r, &z, &e);
		if (rc != 0) {
			return rc;
		}
	}
}

static void masterfile_free(struct source *s)
{
	if (s != NULL) {
		struct masterfile *m = (struct masterfile *)s;
		zonescan_close(m->scan);
		free(m);
	}
}

static const struct source_ops masterfile_ops = { .read = masterfile_read, .free = masterfile_free };

int source_masterfile(const char *path, const struct name *origin, struct source **out, struct source_error *error)
{
	if (path == NULL || out == NULL || error == NULL) {
		return ERR_ARG;
	}
	struct masterfile *m = calloc(1, sizeof(*m));
	if (m == NULL) {
		source_fault(error, path, 0, "out of memory");
		return ERR_NOMEM;
	}
	m->source.ops = &masterfile_ops;
	if (origin != NULL) {
		m->origin = *origin;
	}
	const struct zonescan_options o = { .origin = &m->origin, .whole = true };
	int rc = zonescan_open(path, &o, &m->scan, error);
	if (rc != 0) {
		free(m);
		return rc;
	}
	m->source.name = zonescan_name(m->scan);
	*out = &m->source;
	return 0;
}
