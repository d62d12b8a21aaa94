/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "registry/sink/json_change.h"

#include "validate/wire/decimal.h"

void json_change(struct json *j, const struct sink_change *x)
{
	const struct change *c = x->change;
	char case_id[2 * DECIMAL_MAX + 2];
	char *end = decimal_write(case_id, c->run);
	*end++ = '/';
	*decimal_write(end, c->sequence) = '\0';
	json_object(j, NULL);
	json_string(j, "id", x->id);
	json_hex(j, "hash", c->hash, sizeof(c->hash));
	json_name(j, "child", &c->child);
	json_string(j, "class", change_class_text(c->class));
	json_uint(j, "run", c->run);
	json_string(j, "case", case_id);
	json_time(j, "judged_at", c->judged_at);
	json_ds_set(j, "ds_before", &c->ds_before);
	/* a receiver that has this instead, for it took an earlier change, takes this one all the same. */
	if (x->ds_pending != NULL) {
		json_ds_set(j, "ds_pending", x->ds_pending);
	}
	json_ds_set(j, "ds_after", &c->ds_after);
	json_ds_without(j, "add", &c->ds_after, &c->ds_before);
	json_ds_without(j, "remove", &c->ds_before, &c->ds_after);
	json_array(j, "ns_before");
	for (size_t i = 0; i < c->ns_count; i++) {
		json_name(j, NULL, &c->ns_before[i]);
	}
	json_array_end(j);
	json_uint(j, "ds_ttl", c->ds_ttl);
	json_uint(j, "generation", c->generation);
	json_object_end(j);
}
