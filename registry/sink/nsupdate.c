/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A script for nsupdate(1) and knsupdate(1): one UPDATE message (RFC 2136) for each change. Where the DS set may be that of an earlier
 * change by then there is a second one, and one of the two is refused: it stands at the end, for knsupdate(1) stops at a refusal.
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
	FILE *second;		/* messages for the end; NULL: none */
	char *second_text;
	size_t second_size;
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
static void put_prerequisites(FILE *to, const char *child, const struct change *c, const struct ds_set *before)
{
	char text[DS_TEXT_SIZE > NAME_TEXT_SIZE ? DS_TEXT_SIZE : NAME_TEXT_SIZE];
	if (before->count == 0) {
		fprintf(to, "prereq nxrrset %s IN DS\n", child);
	}
	for (size_t i = 0; i < before->count; i++) {
		ds_to_text(&before->ds[i], text);
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

static void put_message(FILE *to, const struct name *parent, const struct change *c, const struct ds_set *before)
{
	char child[NAME_TEXT_SIZE];
	char zone[NAME_TEXT_SIZE];
	name_to_text(&c->child, child);
	name_to_text(parent, zone);
	fprintf(to, "zone %s\n", zone);
	put_prerequisites(to, child, c, before);
	put_update(to, child, c);
	fputs("send\n", to);
}

static bool keep_second(struct nsupdate *s, const struct sink_change *x)
{
	if (s->second == NULL) {
		s->second = open_memstream(&s->second_text, &s->second_size);
	}
	if (s->second == NULL) {
		return false;
	}
	fprintf(s->second, "; change %s once more, if an earlier one has come meanwhile\n", x->id);
	put_message(s->second, x->parent, x->change, x->ds_pending);
	return !ferror(s->second);
}

static int nsupdate_put(struct sink *sink, const struct sink_change *x)
{
	struct nsupdate *s = (struct nsupdate *)sink;
	const struct change *c = x->change;
	FILE *to = s->file.to;
	if (c->class == CHANGE_TTL && c->ds_ttl == 0) {
		return sink_fail(s->file.why, ERR_LIMIT, "change %.80s: the DS set gets the TTL back that the registry gives its own, "
			"and UPDATE has to name it", x->id);
	}
	fprintf(to, "; change %s: %s\n", x->id, change_class_text(c->class));
	put_message(to, x->parent, c, x->ds_now);
	if (x->ds_pending != NULL && !keep_second(s, x)) {
		return sink_fail(s->file.why, ERR_NOMEM, "out of memory");
	}
	return !ferror(to) ? 0 : sink_fail(s->file.why, ERR_IO, "%s cannot be written", s->file.target);
}

static int put_second(struct nsupdate *s, bool failed)
{
	if (s->second == NULL) {
		return 0;
	}
	int rc = fclose(s->second) == 0 ? 0 : sink_fail(s->file.why, ERR_NOMEM, "out of memory");
	if (rc == 0 && !failed && fwrite(s->second_text, 1, s->second_size, s->file.to) != s->second_size) {
		rc = sink_fail(s->file.why, ERR_IO, "%s cannot be written", s->file.target);
	}
	free(s->second_text);
	return rc;
}

static int nsupdate_finish(struct sink *sink, bool failed)
{
	struct nsupdate *s = (struct nsupdate *)sink;
	int second = put_second(s, failed);
	int saved = errno;
	int rc = whole_finish(&s->file, failed || second != 0);
	saved = second == 0 ? errno : saved;
	rc = second == 0 ? rc : second;
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
