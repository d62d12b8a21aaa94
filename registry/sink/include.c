/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One file for $INCLUDE in the zone of the parent: the DS records of all its children, as they are once everything that went
 * out has arrived. It is replaced at once, so whoever reads it sees a whole state, and a lost or doubled export does no harm. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "registry/sink/parts.h"
#include "registry/sink/settings.h"
#include "registry/sink/whole.h"
#include "validate/wire/err.h"

#define HEADER "; DS records by cdswalk for $INCLUDE: replaced as a whole.\n"

/* A change of this export, over what the store says. */
struct over {
	struct name child;
	struct ds_set ds;
	uint32_t ttl;
};

struct include {
	struct sink sink;
	struct sink_options options;
	struct whole file;
	struct name zone;
	struct arena *arena;		/* of the sets */
	struct over *overs;
	size_t count, room;
	size_t next;			/* the first that was not written yet */
};

static int read_zone(struct include *s, char why[SINK_WHY])
{
	static const char *const known[] = { "zone", NULL };
	const char *zone;
	int rc = settings_check(&s->options, known, why);
	if (rc != 0) {
		return rc;
	}
	zone = settings_text(&s->options, "zone");
	if (zone != NULL && (*zone == '\0' || name_from_text(zone, &s->zone) != 0)) {
		return settings_wrong(&s->options, "zone", "give the name of a parent", why);
	}
	if (zone == NULL && s->options.zone == NULL) {
		return sink_fail(why, ERR_CONFLICT, "no parent was loaded yet, so there is nothing to write");
	}
	if (zone == NULL) {
		s->zone = *s->options.zone;
	}
	return s->options.each_ds == NULL ? sink_fail(why, ERR_ARG, "nobody tells the DS sets of the zone") : 0;
}

int sink_include_new(const struct sink_options *o, struct sink **out, char why[SINK_WHY])
{
	struct include *s = calloc(1, sizeof(*s));
	if (s == NULL) {
		return sink_fail(why, ERR_NOMEM, "out of memory");
	}
	s->sink.ops = &sink_include_ops;
	s->options = *o;
	s->arena = arena_new();
	int rc = s->arena == NULL ? sink_fail(why, ERR_NOMEM, "out of memory") : read_zone(s, why);
	rc = rc == 0 ? whole_open(&s->file, o, HEADER, why) : rc;
	if (rc != 0) {
		arena_free(s->arena);
		free(s);
		return rc;
	}
	*out = &s->sink;
	return 0;
}

static int include_put(struct sink *sink, const struct sink_change *x)
{
	struct include *s = (struct include *)sink;
	const struct change *c = x->change;
	if (!name_equal(x->parent, &s->zone)) {
		return sink_fail(s->file.why, ERR_LIMIT, "the change is not of the zone of this file");
	}
	if (s->count == s->room) {
		size_t room = s->room == 0 ? 256 : s->room * 2;
		struct over *overs = realloc(s->overs, room * sizeof(*overs));
		if (overs == NULL) {
			return sink_fail(s->file.why, ERR_NOMEM, "out of memory");
		}
		s->overs = overs;
		s->room = room;
	}
	struct over *to = &s->overs[s->count];
	*to = (struct over){ .child = c->child, .ds = { .count = c->ds_after.count }, .ttl = c->ds_ttl };
	to->ds.ds = arena_array(s->arena, c->ds_after.count + 1, sizeof(*to->ds.ds));
	if (to->ds.ds == NULL) {
		return sink_fail(s->file.why, ERR_NOMEM, "out of memory");
	}
	if (c->ds_after.count > 0) {
		memcpy(to->ds.ds, c->ds_after.ds, c->ds_after.count * sizeof(*to->ds.ds));
	}
	s->count++;
	return 0;
}

static int compare(const void *a, const void *b)
{
	return name_compare(&((const struct over *)a)->child, &((const struct over *)b)->child);
}

static void print(FILE *to, const struct name *child, const struct ds_set *set, uint32_t ttl)
{
	char name[NAME_TEXT_SIZE];
	name_to_text(child, name);
	for (size_t i = 0; i < set->count; i++) {
		char ds[DS_TEXT_SIZE];
		ds_to_text(&set->ds[i], ds);
		if (ttl != 0) {
			fprintf(to, "%s\t%lu\tIN\tDS\t%s\n", name, (unsigned long)ttl, ds);
		} else {
			fprintf(to, "%s\tIN\tDS\t%s\n", name, ds);
		}
	}
}

/* Both are in canonical order. */
static int take(void *user, const struct name *child, const struct ds_set *ds, uint32_t ttl)
{
	struct include *s = user;
	while (s->next < s->count && name_compare(&s->overs[s->next].child, child) < 0) {
		s->next++;		/* its delegation is gone */
	}
	const struct over *o = s->next < s->count && name_equal(&s->overs[s->next].child, child) ? &s->overs[s->next] : NULL;
	print(s->file.to, child, o != NULL ? &o->ds : ds, o != NULL ? o->ttl : ttl);
	return ferror(s->file.to) ? ERR_IO : 0;
}

static int write_all(struct include *s)
{
	if (s->count > 0) {
		qsort(s->overs, s->count, sizeof(*s->overs), compare);
	}
	fputs(HEADER, s->file.to);
	int rc = s->options.each_ds(s->options.user, &s->zone, take, s);
	if (rc == ERR_CONFLICT) {
		return sink_fail(s->file.why, rc, "the source of the parent does not tell all DS sets, or was too old when it was read last: the file "
			"would not be right");
	}
	return rc == 0 ? 0 : sink_fail(s->file.why, rc, "%s cannot be written", s->file.target);
}

static int include_finish(struct sink *sink, bool failed)
{
	struct include *s = (struct include *)sink;
	int rc = failed ? 0 : write_all(s);
	int saved = errno;
	int finished = whole_finish(&s->file, failed || rc != 0);
	saved = rc == 0 ? errno : saved;
	free(s->overs);
	arena_free(s->arena);
	free(s);
	errno = saved;
	return rc != 0 ? rc : finished;
}

const struct sink_ops sink_include_ops = {
	.name = "include",
	.sentence = "the DS records of all children in one file for $INCLUDE, to standard output or in place of the file TARGET",
	.put = include_put,
	.finish = include_finish,
};
