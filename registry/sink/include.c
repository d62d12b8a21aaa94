/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One file for $INCLUDE in the zone of each parent: the DS records of all its children, as they are once everything that went
 * out has arrived. It is replaced at once, so whoever reads it sees a whole state, and a lost or doubled export does no harm. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "registry/sink/dsset.h"
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

/* The file of one parent. */
struct part {
	struct name zone;
	struct over *overs;
	size_t count, room;
	size_t next;			/* the first that was not written yet */
	FILE *to;			/* while it is written */
};

struct include {
	struct sink sink;
	struct sink_options options;
	bool is_directory;		/* the target */
	struct arena *arena;		/* of the sets */
	struct part *parts;
	size_t count;
};

/* ---- files */

static int open_file(const struct include *s, const struct part *p, struct whole *w, char *why)
{
	char path[4096];
	char name[DSSET_NAME_SIZE];
	struct sink_options o = s->options;
	if (s->is_directory) {
		if (!dsset_file_name("include-", &p->zone, name) ||
		    snprintf(path, sizeof(path), "%s/%s", s->options.target, name) >= (int)sizeof(path)) {
			return sink_fail(why, ERR_CONFLICT, "the name of a parent is too long for a file name");
		}
		o.target = path;
	}
	return whole_open(w, &o, HEADER, why);
}

/* Before anything is claimed: can each be written, and is it ours? */
static int try_files(const struct include *s, char *why)
{
	int rc = 0;
	for (size_t i = 0; i < s->count && rc == 0; i++) {
		struct whole w;
		rc = open_file(s, &s->parts[i], &w, why);
		rc = rc == 0 ? whole_finish(&w, true) : rc;
	}
	return rc;
}

static int read_target(struct include *s, char why[SINK_WHY])
{
	static const char *const known[] = { NULL };
	struct stat st;
	const struct sink_options *o = &s->options;
	int rc = settings_check(o, known, why);
	s->is_directory = o->target != NULL && stat(o->target, &st) == 0 && S_ISDIR(st.st_mode);
	if (rc != 0) {
		return rc;
	}
	if (o->zone_count == 0) {
		return sink_fail(why, ERR_CONFLICT, "no parent was loaded yet, so there is nothing to write");
	}
	if (o->zone_count > 1 && !s->is_directory && !o->dry_run) {
		return sink_fail(why, ERR_CONFLICT, "the store has %zu parents, and a file for $INCLUDE is of one: give a directory that is there, "
			"which gets a file for each", o->zone_count);
	}
	return o->each_ds == NULL ? sink_fail(why, ERR_ARG, "nobody tells the DS sets of the zone") : 0;
}

static void include_free(struct include *s)
{
	for (size_t i = 0; s->parts != NULL && i < s->count; i++) {
		free(s->parts[i].overs);
	}
	free(s->parts);
	arena_free(s->arena);
	free(s);
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
	s->parts = calloc(o->zone_count + 1, sizeof(*s->parts));
	int rc = s->arena == NULL || s->parts == NULL ? sink_fail(why, ERR_NOMEM, "out of memory") : read_target(s, why);
	for (; rc == 0 && s->count < o->zone_count; s->count++) {
		s->parts[s->count].zone = o->zones[s->count];
	}
	rc = rc == 0 ? try_files(s, why) : rc;
	if (rc != 0) {
		include_free(s);
		return rc;
	}
	*out = &s->sink;
	return 0;
}

/* ---- changes */

static struct part *part_of(struct include *s, const struct name *zone)
{
	for (size_t i = 0; i < s->count; i++) {
		if (name_equal(&s->parts[i].zone, zone)) {
			return &s->parts[i];
		}
	}
	return NULL;
}

static int include_put(struct sink *sink, const struct sink_change *x)
{
	struct include *s = (struct include *)sink;
	const struct change *c = x->change;
	struct part *p = part_of(s, x->parent);
	if (p == NULL) {
		return sink_fail(s->options.why, ERR_CONFLICT, "a parent was loaded meanwhile");
	}
	if (p->count == p->room) {
		size_t room = p->room == 0 ? 256 : p->room * 2;
		struct over *overs = realloc(p->overs, room * sizeof(*overs));
		if (overs == NULL) {
			return sink_fail(s->options.why, ERR_NOMEM, "out of memory");
		}
		p->overs = overs;
		p->room = room;
	}
	struct over *to = &p->overs[p->count];
	*to = (struct over){ .child = c->child, .ds = { .count = c->ds_after.count }, .ttl = c->ds_ttl };
	to->ds.ds = arena_array(s->arena, c->ds_after.count + 1, sizeof(*to->ds.ds));
	if (to->ds.ds == NULL) {
		return sink_fail(s->options.why, ERR_NOMEM, "out of memory");
	}
	if (c->ds_after.count > 0) {
		memcpy(to->ds.ds, c->ds_after.ds, c->ds_after.count * sizeof(*to->ds.ds));
	}
	p->count++;
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
	struct part *p = user;
	while (p->next < p->count && name_compare(&p->overs[p->next].child, child) < 0) {
		p->next++;		/* its delegation is gone */
	}
	const struct over *o = p->next < p->count && name_equal(&p->overs[p->next].child, child) ? &p->overs[p->next] : NULL;
	print(p->to, child, o != NULL ? &o->ds : ds, o != NULL ? o->ttl : ttl);
	return ferror(p->to) ? ERR_IO : 0;
}

static int write_sets(struct include *s, struct part *p, struct whole *w)
{
	char zone[NAME_TEXT_SIZE];
	if (p->count > 0) {
		qsort(p->overs, p->count, sizeof(*p->overs), compare);
	}
	p->to = w->to;
	fputs(HEADER, p->to);
	int rc = s->options.each_ds(s->options.user, &p->zone, take, p);
	if (rc == ERR_CONFLICT) {
		name_to_text(&p->zone, zone);
		return sink_fail(s->options.why, rc, "the source of the parent %.80s does not tell all DS sets, had lines that were left out, was too old, "
			"or its load ended half-way: the file would not be right", zone);
	}
	return rc == 0 ? 0 : sink_fail(s->options.why, rc, "%s cannot be written", w->target);
}

static int write_part(struct include *s, struct part *p)
{
	struct whole w;
	char none[SINK_WHY];
	int rc = open_file(s, p, &w, s->options.why != NULL ? s->options.why : none);
	if (rc != 0) {
		return rc;
	}
	rc = write_sets(s, p, &w);
	int saved = errno;
	int finished = whole_finish(&w, rc != 0);
	errno = rc == 0 ? errno : saved;
	return rc != 0 ? rc : finished;
}

static int include_finish(struct sink *sink, bool failed)
{
	struct include *s = (struct include *)sink;
	int rc = 0;
	for (size_t i = 0; i < s->count && rc == 0 && !failed; i++) {
		rc = write_part(s, &s->parts[i]);
	}
	int saved = errno;
	include_free(s);
	errno = saved;
	return rc;
}

const struct sink_ops sink_include_ops = {
	.name = "include",
	.sentence = "the DS records of all children in one file for $INCLUDE, to standard output, in place of the file TARGET, or for each parent in "
		"the directory TARGET",
	.only_of_record = true,
	.put = include_put,
	.finish = include_finish,
};
