/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CSV (RFC 4180): a header, and one line a change. Lists are written as the CSV source reads them: DS records behind ";",
 * name servers behind a blank. At least once: a receiver knows a change by its id. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "registry/sink/appended.h"
#include "registry/sink/parts.h"
#include "registry/sink/text.h"
#include "validate/wire/err.h"

#define HEADER "child,id,class,ds_before,ds_after,ds_ttl,ns\r\n"

struct csv {
	struct sink sink;
	struct appended file;
	bool has_header;
};

int sink_csv_new(const struct sink_options *o, struct sink **out, char why[SINK_WHY])
{
	static const struct appended_form form = { .header = HEADER };
	struct csv *s = calloc(1, sizeof(*s));
	int rc = s == NULL ? sink_fail(why, ERR_NOMEM, "out of memory") : appended_open(&s->file, o, &form, why);
	if (rc != 0) {
		free(s);
		return rc;
	}
	s->sink.ops = &sink_csv_ops;
	s->has_header = !s->file.is_empty;
	*out = &s->sink;
	return 0;
}

/* A line on its way into a text; the first error stays. */
struct line {
	struct text *to;
	int error;
};

static void add(struct line *l, const char *octets, size_t size)
{
	l->error = l->error == 0 ? text_append(l->to, octets, size) : l->error;
}

static void add_text(struct line *l, const char *text)
{
	add(l, text, strlen(text));
}

/* What may stand in a name: RFC 4180 section 2, 6 and 7. */
static void add_octets(struct line *l, const char *text)
{
	for (const char *quote; (quote = strchr(text, '"')) != NULL; text = quote + 1) {
		add(l, text, (size_t)(quote - text) + 1);
		add(l, "\"", 1);
	}
	add_text(l, text);
}

static void add_name(struct line *l, const struct name *name)
{
	char text[NAME_TEXT_SIZE];
	name_to_text(name, text);
	add_octets(l, text);
}

static void add_ds(struct line *l, const struct ds_set *set)
{
	add_text(l, "\"");
	for (size_t i = 0; i < set->count; i++) {
		char text[DS_TEXT_SIZE];
		ds_to_text(&set->ds[i], text);
		add_text(l, i == 0 ? "" : "; ");
		add_text(l, text);
	}
	add_text(l, "\",");
}

static int write_header(struct csv *s)
{
	int rc = s->has_header ? 0 : appended_write(&s->file, HEADER, sizeof(HEADER) - 1);
	s->has_header = true;
	return rc;
}

static int csv_write(struct sink *sink, const char *data, size_t size)
{
	struct csv *s = (struct csv *)sink;
	int rc = write_header(s);
	return rc == 0 ? appended_write(&s->file, data, size) : rc;
}

static int csv_settle(struct sink *sink)
{
	return appended_settle(&((struct csv *)sink)->file);
}

static int csv_compose(struct sink *sink, unsigned lane, const struct sink_change *x, struct text *out)
{
	(void)sink;
	(void)lane;
	const struct change *c = x->change;
	struct line l = { .to = out };
	size_t before = out->size;
	char ttl[16] = "";
	if (c->ds_ttl != 0) {
		snprintf(ttl, sizeof(ttl), "%lu", (unsigned long)c->ds_ttl);
	}
	add_text(&l, "\"");
	add_name(&l, &c->child);
	const char *const fields[] = { "\",", x->id, ",", change_class_text(c->class), "," };
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		add_text(&l, fields[i]);
	}
	add_ds(&l, &c->ds_before);
	add_ds(&l, &c->ds_after);
	add_text(&l, ttl);
	add_text(&l, ",\"");
	for (size_t i = 0; i < c->ns_count; i++) {
		add_text(&l, i == 0 ? "" : " ");
		add_name(&l, &c->ns_before[i]);
	}
	add_text(&l, "\"\r\n");
	out->size = l.error == 0 ? out->size : before;
	return l.error;
}

static int csv_put(struct sink *sink, const struct sink_change *x)
{
	struct text line = { .size = 0 };
	int rc = csv_compose(sink, 0, x, &line);
	rc = rc == 0 ? csv_write(sink, line.data, line.size) : sink_fail(((struct csv *)sink)->file.why, rc, "out of memory");
	int saved = errno;
	text_free(&line);
	errno = saved;
	return rc;
}

static int csv_finish(struct sink *sink, bool failed)
{
	struct csv *s = (struct csv *)sink;
	/* Without a change there is a table, too. */
	int rc = failed ? 0 : write_header(s);
	int finished = appended_finish(&s->file, failed || rc != 0);
	int saved = errno;
	free(s);
	errno = saved;
	return rc != 0 ? rc : finished;
}

const struct sink_ops sink_csv_ops = {
	.name = "csv",
	.sentence = "CSV with a header, one line a change, to standard output or at the end of the file TARGET",
	.put = csv_put,
	.compose = csv_compose,
	.write = csv_write,
	.settle = csv_settle,
	.finish = csv_finish,
};
