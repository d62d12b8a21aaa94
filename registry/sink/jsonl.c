/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JSON Lines: one object a change, to standard output or at the end of a file. At least once: a receiver knows a change
 * by its id and hash. */
#include <errno.h>
#include <stdlib.h>

#include "registry/sink/appended.h"
#include "registry/sink/json.h"
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

/* What is in one set and not in the other. */
static void put_difference(struct json *j, const char *key, const struct ds_set *in, const struct ds_set *not_in)
{
	json_array(j, key);
	for (size_t i = 0; i < in->count; i++) {
		if (!ds_set_has(not_in, &in->ds[i])) {
			char text[DS_TEXT_SIZE];
			ds_to_text(&in->ds[i], text);
			json_string(j, NULL, text);
		}
	}
	json_array_end(j);
}

static int jsonl_put(struct sink *sink, const struct sink_change *x)
{
	const struct change *c = x->change;
	struct jsonl *s = (struct jsonl *)sink;
	struct json *j = s->json;
	char case_id[48];
	snprintf(case_id, sizeof(case_id), "%llu/%llu", (unsigned long long)c->run, (unsigned long long)c->sequence);
	json_object(j, NULL);
	json_string(j, "id", x->id);
	json_hex(j, "hash", c->hash, sizeof(c->hash));
	json_name(j, "child", &c->child);
	json_string(j, "class", change_class_text(c->class));
	json_uint(j, "run", c->run);
	json_string(j, "case", case_id);
	json_time(j, "judged_at", c->judged_at);
	json_ds_set(j, "ds_before", &c->ds_before);
	json_ds_set(j, "ds_after", &c->ds_after);
	put_difference(j, "add", &c->ds_after, &c->ds_before);
	put_difference(j, "remove", &c->ds_before, &c->ds_after);
	json_array(j, "ns_before");
	for (size_t i = 0; i < c->ns_count; i++) {
		json_name(j, NULL, &c->ns_before[i]);
	}
	json_array_end(j);
	json_uint(j, "ds_ttl", c->ds_ttl);
	json_uint(j, "generation", c->generation);
	json_object_end(j);
	int rc = json_end_line(j, s->file.to);
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
