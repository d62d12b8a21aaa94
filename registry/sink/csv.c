/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CSV (RFC 4180): a header, and one line a change. Lists are written as the CSV source reads them: DS records behind ";",
 * name servers behind a blank. At least once: a receiver knows a change by its id. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "registry/sink/appended.h"
#include "registry/sink/parts.h"
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

/* What may stand in a name: RFC 4180 section 2, 6 and 7. */
static void put_octets(FILE *to, const char *text)
{
	for (; *text != '\0'; text++) {
		if (*text == '"') {
			putc('"', to);
		}
		putc(*text, to);
	}
}

static void put_name(FILE *to, const struct name *name)
{
	char text[NAME_TEXT_SIZE];
	name_to_text(name, text);
	put_octets(to, text);
}

static void put_ds(FILE *to, const struct ds_set *set)
{
	fputc('"', to);
	for (size_t i = 0; i < set->count; i++) {
		char text[DS_TEXT_SIZE];
		ds_to_text(&set->ds[i], text);
		fprintf(to, "%s%s", i == 0 ? "" : "; ", text);
	}
	fputs("\",", to);
}

/* A line is made whole before it is written. */
static int write_line(struct csv *s, const char *line, size_t size)
{
	bool good = s->has_header || fputs(HEADER, s->file.to) != EOF;
	s->has_header = true;
	good = good && fwrite(line, 1, size, s->file.to) == size;
	return good ? 0 : sink_fail(s->file.why, ERR_IO, "%s cannot be written", s->file.target);
}

static int csv_put(struct sink *sink, const struct sink_change *x)
{
	struct csv *s = (struct csv *)sink;
	const struct change *c = x->change;
	char *line = NULL;
	size_t size = 0;
	FILE *to = open_memstream(&line, &size);
	if (to == NULL) {
		return sink_fail(s->file.why, ERR_NOMEM, "out of memory");
	}
	fputc('"', to);
	put_name(to, &c->child);
	fprintf(to, "\",%s,%s,", x->id, change_class_text(c->class));
	put_ds(to, &c->ds_before);
	put_ds(to, &c->ds_after);
	if (c->ds_ttl != 0) {
		fprintf(to, "%lu", (unsigned long)c->ds_ttl);
	}
	fputs(",\"", to);
	for (size_t i = 0; i < c->ns_count; i++) {
		fputs(i == 0 ? "" : " ", to);
		put_name(to, &c->ns_before[i]);
	}
	fputs("\"\r\n", to);
	int rc = fclose(to) != 0 ? sink_fail(s->file.why, ERR_NOMEM, "out of memory") : write_line(s, line, size);
	int saved = errno;
	free(line);
	errno = saved;
	return rc;
}

static int csv_finish(struct sink *sink, bool failed)
{
	struct csv *s = (struct csv *)sink;
	/* Without a change there is a table, too. */
	int rc = failed ? 0 : write_line(s, "", 0);
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
	.finish = csv_finish,
};
