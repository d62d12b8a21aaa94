/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A script for nsupdate(1) and knsupdate(1): one UPDATE message (RFC 2136) for each change.
 *
 * Its prerequisites are that DS set and NS set are what the change was judged against: where they are not, the server
 * refuses that message and changes nothing, and the others go on. So a script that is run twice, late or beside somebody
 * else's change does no harm, and a change is one message of its own. */
#include <errno.h>
#include <stdlib.h>

#include "registry/sink/parts.h"
#include "registry/sink/whole.h"
#include "validate/wire/err.h"

/* Of a DS set that nobody has given a TTL: a first one. */
#define DEFAULT_TTL 3600

struct nsupdate {
	struct sink sink;
	struct whole file;
};

int sink_nsupdate_new(const struct sink_options *o, struct sink **out, char why[SINK_WHY])
{
	struct nsupdate *s = calloc(1, sizeof(*s));
	int rc = s == NULL ? sink_fail(why, ERR_NOMEM, "out of memory") : whole_open(&s->file, o, NULL, why);
	if (rc != 0) {
		free(s);
		return rc;
	}
	s->sink.ops = &sink_nsupdate_ops;
	*out = &s->sink;
	return 0;
}

/* RFC 2136 section 2.4.2: the RRset with these values and no others; 2.4.3: none. */
static void put_prerequisites(FILE *to, const char *child, const struct sink_change *x)
{
	char text[DS_TEXT_SIZE > NAME_TEXT_SIZE ? DS_TEXT_SIZE : NAME_TEXT_SIZE];
	const struct change *c = x->change;
	if (x->ds_now->count == 0) {
		fprintf(to, "prereq nxrrset %s IN DS\n", child);
	}
	for (size_t i = 0; i < x->ds_now->count; i++) {
		ds_to_text(&x->ds_now->ds[i], text);
		fprintf(to, "prereq yxrrset %s IN DS %s\n", child, text);
	}
	for (size_t i = 0; i < c->ns_count; i++) {
		name_to_text(&c->ns_before[i], text);
		fprintf(to, "prereq yxrrset %s IN NS %s\n", child, text);
	}
}

static void put_update(FILE *to, const char *child, const struct change *c)
{
	fprintf(to, "update delete %s IN DS\n", child);
	for (size_t i = 0; i < c->ds_after.count; i++) {
		char text[DS_TEXT_SIZE];
		ds_to_text(&c->ds_after.ds[i], text);
		fprintf(to, "update add %s %lu IN DS %s\n", child, (unsigned long)(c->ds_ttl != 0 ? c->ds_ttl : DEFAULT_TTL), text);
	}
}

static int nsupdate_put(struct sink *sink, const struct sink_change *x)
{
	struct nsupdate *s = (struct nsupdate *)sink;
	const struct change *c = x->change;
	FILE *to = s->file.to;
	char child[NAME_TEXT_SIZE];
	char zone[NAME_TEXT_SIZE];
	if (c->class == CHANGE_TTL && c->ds_ttl == 0) {
		return sink_fail(s->file.why, ERR_LIMIT, "change %.80s: the DS set gets the TTL back that the registry gives its own, "
			"and UPDATE has to name it", x->id);
	}
	name_to_text(&c->child, child);
	name_to_text(x->parent, zone);
	fprintf(to, "; change %s: %s\nzone %s\n", x->id, change_class_text(c->class), zone);
	put_prerequisites(to, child, x);
	put_update(to, child, c);
	fputs("send\n", to);
	return !ferror(to) ? 0 : sink_fail(s->file.why, ERR_IO, "%s cannot be written", s->file.target);
}

static int nsupdate_finish(struct sink *sink, bool failed)
{
	struct nsupdate *s = (struct nsupdate *)sink;
	int rc = whole_finish(&s->file, failed);
	int saved = errno;
	free(s);
	errno = saved;
	return rc;
}

const struct sink_ops sink_nsupdate_ops = {
	.name = "nsupdate",
	.sentence = "a script for nsupdate and knsupdate, to standard output or the new file TARGET",
	.put = nsupdate_put,
	.finish = nsupdate_finish,
};
