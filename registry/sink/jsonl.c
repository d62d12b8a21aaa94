/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JSON Lines: one object a change, to standard output or at the end of a file. At least once: a receiver knows a change
 * by its id and hash. */
#include <errno.h>
#include <stdlib.h>

#include "registry/sink/appended.h"
#include "registry/sink/json_change.h"
#include "registry/sink/parts.h"
#include "validate/wire/err.h"

struct jsonl {
	struct sink sink;
	struct json *json;
	struct appended file;
};

int sink_jsonl_new(const struct sink_options *o, struct sink **out, char why[SINK_WHY])
{
	static const struct appended_form form = { .line_start = "{\"id\":\"" };
	struct jsonl *s = calloc(1, sizeof(*s));
	struct json *json = json_new();
	int rc = s == NULL || json == NULL ? sink_fail(why, ERR_NOMEM, "out of memory")
		: appended_open(&s->file, o, &form, why);
	if (rc != 0) {
		json_free(json);
		free(s);
		return rc;
	}
	s->sink.ops = &sink_jsonl_ops;
	s->json = json;
	*out = &s->sink;
	return 0;
}

static int jsonl_put(struct sink *sink, const struct sink_change *x)
{
	struct jsonl *s = (struct jsonl *)sink;
	json_change(s->json, x);
	int rc = json_end_line(s->json, s->file.to);
	return rc == 0 ? 0 : sink_fail(s->file.why, rc, "%s cannot be written", s->file.target);
}

static int jsonl_finish(struct sink *sink, bool failed)
{
	struct jsonl *s = (struct jsonl *)sink;
	int rc = appended_finish(&s->file, failed);
	int saved = errno;
	json_free(s->json);
	free(s);
	errno = saved;
	return rc;
}

const struct sink_ops sink_jsonl_ops = {
	.name = "jsonl",
	.sentence = "JSON Lines, one object a change, to standard output or at the end of the file TARGET",
	.put = jsonl_put,
	.finish = jsonl_finish,
};
