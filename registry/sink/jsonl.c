/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JSON Lines: one object a change, to standard output or at the end of a file. At least once: a receiver knows a change
 * by its id and hash. */
#include <errno.h>
#include <stdlib.h>

#include "registry/sink/appended.h"
#include "registry/sink/json_change.h"
#include "registry/sink/parts.h"
#include "registry/sink/text.h"
#include "validate/wire/err.h"

struct jsonl {
	struct sink sink;
	struct json *json[SINK_LANES];
	struct appended file;
	struct text line;
};

static bool make_lanes(struct jsonl *s)
{
	for (unsigned i = 0; i < SINK_LANES; i++) {
		s->json[i] = json_new();
		if (s->json[i] == NULL) {
			return false;
		}
	}
	return true;
}

static void free_all(struct jsonl *s)
{
	for (unsigned i = 0; i < SINK_LANES && s != NULL; i++) {
		json_free(s->json[i]);
	}
	free(s);
}

int sink_jsonl_new(const struct sink_options *o, struct sink **out, char why[SINK_WHY])
{
	static const struct appended_form form = { .line_start = "{\"id\":\"" };
	struct jsonl *s = calloc(1, sizeof(*s));
	int rc = s == NULL || !make_lanes(s) ? sink_fail(why, ERR_NOMEM, "out of memory") : appended_open(&s->file, o, &form, why);
	if (rc != 0) {
		free_all(s);
		return rc;
	}
	s->sink.ops = &sink_jsonl_ops;
	*out = &s->sink;
	return 0;
}

static int jsonl_compose(struct sink *sink, unsigned lane, const struct sink_change *x, struct text *out)
{
	struct json *j = ((struct jsonl *)sink)->json[lane];
	json_change(j, x);
	return json_end_text(j, out);
}

static int jsonl_write(struct sink *sink, const char *data, size_t size)
{
	return appended_write(&((struct jsonl *)sink)->file, data, size);
}

static int jsonl_settle(struct sink *sink)
{
	return appended_settle(&((struct jsonl *)sink)->file);
}

static int jsonl_put(struct sink *sink, const struct sink_change *x)
{
	struct jsonl *s = (struct jsonl *)sink;
	s->line.size = 0;
	int rc = jsonl_compose(sink, 0, x, &s->line);
	return rc == 0 ? jsonl_write(sink, s->line.data, s->line.size)
		: sink_fail(s->file.why, rc, "%s cannot be written", s->file.target);
}

static int jsonl_finish(struct sink *sink, bool failed)
{
	struct jsonl *s = (struct jsonl *)sink;
	int rc = appended_finish(&s->file, failed);
	int saved = errno;
	text_free(&s->line);
	free_all(s);
	errno = saved;
	return rc;
}

const struct sink_ops sink_jsonl_ops = {
	.name = "jsonl",
	.sentence = "JSON Lines, one object a change, to standard output or at the end of the file TARGET",
	.put = jsonl_put,
	.compose = jsonl_compose,
	.write = jsonl_write,
	.settle = jsonl_settle,
	.finish = jsonl_finish,
};
