/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dsset files: TARGET/dsset-CHILD for each changed child, as dnssec-signzone writes and reads them.
 *
 * A file holds the whole DS set after the change and replaces the one before at once. A removal leaves a file with a comment
 * and no record: dnssec-signzone -g takes that as "no DS", and who collects the files sees that something happened, which a
 * missing file would not tell. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "registry/sink/dsset.h"
#include "registry/sink/parts.h"
#include "registry/sink/replace.h"
#include "validate/wire/err.h"

struct dsset {
	struct sink sink;
	int dir;
	char *why;
	char target[128];	/* for sentences */
};

int sink_dsset_new(const struct sink_options *o, struct sink **out, char why[SINK_WHY])
{
	if (o->target == NULL || strcmp(o->target, "-") == 0) {
		return sink_fail(why, ERR_ARG, "dsset needs a directory to write its files to");
	}
	struct dsset *s = calloc(1, sizeof(*s));
	if (s == NULL) {
		return sink_fail(why, ERR_NOMEM, "out of memory");
	}
	s->sink.ops = &sink_dsset_ops;
	s->why = o->why;
	snprintf(s->target, sizeof(s->target), "%s", o->target);
	int rc = 0;
	if (mkdir(o->target, 0777) != 0 && errno != EEXIST) {
		rc = sink_fail(why, ERR_IO, "the directory %s cannot be made", s->target);
		goto out;
	}
	s->dir = open(o->target, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (s->dir < 0) {
		rc = sink_fail(why, ERR_IO, "the directory %s cannot be opened", s->target);
		goto out;
	}
	if (faccessat(s->dir, ".", W_OK | X_OK, 0) != 0) {
		rc = sink_fail(why, ERR_IO, "the directory %s cannot be written to", s->target);
		close(s->dir);
		goto out;
	}
	*out = &s->sink;
out:
	if (rc != 0) {
		free(s);
	}
	return rc;
}

bool dsset_file_name(const char *prefix, const struct name *child, char out[DSSET_NAME_SIZE])
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz0123456789-_";
	size_t used = strlen(prefix);
	memcpy(out, prefix, used);
	for (size_t pos = 0; pos < child->size && child->octets[pos] != 0; pos += (size_t)child->octets[pos] + 1) {
		for (size_t i = 1; i <= child->octets[pos]; i++) {
			unsigned char c = child->octets[pos + i];
			bool as_is = c != 0 && strchr(plain, c) != NULL;
			if (used + 3 >= DSSET_NAME_SIZE) {
				return false;
			}
			used += (size_t)snprintf(out + used, DSSET_NAME_SIZE - used, as_is ? "%c" : "%%%02X", c);
		}
		if (used + 1 >= DSSET_NAME_SIZE) {
			return false;
		}
		out[used++] = '.';
	}
	if (child->size <= 1) {
		out[used++] = '.';
	}
	out[used] = '\0';
	return true;
}

static void print_ds(FILE *to, const char *before, const struct ds_set *set)
{
	fputs(before, to);
	for (size_t i = 0; i < set->count; i++) {
		char ds[DS_TEXT_SIZE];
		ds_to_text(&set->ds[i], ds);
		fprintf(to, "; DS %s\n", ds);
	}
	if (set->count == 0) {
		fputs("; no DS\n", to);
	}
}

/* A file compares nothing: who takes it over can, by what the change was judged against. */
static void print_before(FILE *to, const struct sink_change *x)
{
	const struct change *c = x->change;
	fprintf(to, "; change %s, for the parent with these name servers and DS records:\n", x->id);
	for (size_t i = 0; i < c->ns_count; i++) {
		char name[NAME_TEXT_SIZE];
		name_to_text(&c->ns_before[i], name);
		fprintf(to, "; NS %s\n", name);
	}
	print_ds(to, "", x->ds_now);
	if (x->ds_pending != NULL) {
		print_ds(to, "; or, once an earlier change has come:\n", x->ds_pending);
	}
}

static void print_set(FILE *to, const struct change *c)
{
	char name[NAME_TEXT_SIZE];
	name_to_text(&c->child, name);
	if (c->ds_after.count == 0) {
		fprintf(to, "; %s has no DS records: they are to be removed (RFC 8078 section 4).\n", name);
	}
	for (size_t i = 0; i < c->ds_after.count; i++) {
		char ds[DS_TEXT_SIZE];
		ds_to_text(&c->ds_after.ds[i], ds);
		if (c->ds_ttl != 0) {
			fprintf(to, "%s\t%lu\tIN\tDS\t%s\n", name, (unsigned long)c->ds_ttl, ds);
		} else {
			fprintf(to, "%s\t\tIN\tDS\t%s\n", name, ds);
		}
	}
}

static int replace_file(const struct dsset *s, const struct sink_change *x, const char *name)
{
	struct replacement r;
	int rc = replacement_begin(s->dir, &r);
	if (rc != 0) {
		return rc;
	}
	print_before(r.stream, x);
	print_set(r.stream, x->change);
	rc = replacement_seal(&r);
	return rc == 0 ? replacement_commit(&r, name) : rc;
}

static int dsset_put(struct sink *sink, const struct sink_change *x)
{
	const struct change *c = x->change;
	struct dsset *s = (struct dsset *)sink;
	char name[DSSET_NAME_SIZE];
	if (!dsset_file_name(DSSET_PREFIX, &c->child, name)) {
		return sink_fail(s->why, ERR_LIMIT, "change %.80s: the name of the child is too long for a file name", x->id);
	}
	int rc = replace_file(s, x, name);
	if (rc != 0) {
		return sink_fail(s->why, rc, "%.80s/%.100s cannot be written", s->target, name);
	}
	return 0;
}

static int dsset_finish(struct sink *sink, bool failed)
{
	struct dsset *s = (struct dsset *)sink;
	int rc = 0;
	/* The renames too: without this a crash could bring the old files back. */
	if (!failed && fsync(s->dir) != 0) {
		rc = sink_fail(s->why, ERR_IO, "the directory %s cannot be written to disk", s->target);
	}
	int saved = errno;
	close(s->dir);
	free(s);
	errno = saved;
	return rc;
}

const struct sink_ops sink_dsset_ops = {
	.name = "dsset",
	.sentence = "one file dsset-CHILD a child in the directory TARGET, as dnssec-signzone writes them",
	.needs_directory = true,
	.put = dsset_put,
	.finish = dsset_finish,
};
