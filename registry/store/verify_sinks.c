/* SPDX-License-Identifier: GPL-3.0-or-later */
/* db verify: the sink of record against the journal. */
#include <inttypes.h>
#include <string.h>

#include "registry/store/verify_private.h"
#include "validate/wire/err.h"

void verify_take_over(struct verify *v, struct taken_over *taken, const struct event *e, const struct operator_note *n)
{
	struct sink_of_record *r = &taken->last;
	if (strcmp(n->from, n->to) == 0 || (r->name[0] != '\0' && strcmp(n->from, r->name) != 0)) {
		verify_say(v, "event %" PRIu64 " (operator): %s takes over as the sink of record from %s, which was not it", e->sequence, n->to,
			n->from);
	}
	r->since = e->time;
	memcpy(r->name, n->to, sizeof(r->name));
	memcpy(r->before, n->from, sizeof(r->before));
	memcpy(r->who, n->who, sizeof(r->who));
	memcpy(r->why, n->why, sizeof(r->why));
	taken->sequence = e->sequence;
}

static bool is_same(const struct sink_of_record *a, const struct sink_of_record *b)
{
	return a->since == b->since && strcmp(a->name, b->name) == 0 && strcmp(a->before, b->before) == 0 &&
		strcmp(a->who, b->who) == 0 && strcmp(a->why, b->why) == 0;
}

/* Of the first one, and of those that took over before it was chained, the journal says nothing. */
int verify_sink_of_record(struct verify *v, const struct taken_over *taken)
{
	const struct slice key = { .data = (const uint8_t *)META_SINK, .size = strlen(META_SINK) };
	struct slice value;
	struct sink_of_record r = { .name = "nobody" };
	int rc = db_get(v->txn, DB_META, key, &value);
	if (rc != 0 && rc != ERR_NOTFOUND) {
		return rc;
	}
	if (rc == 0 && sink_of_record_decode(value, &r) != 0) {
		verify_say(v, "the sink of record cannot be read");
	} else if (taken->sequence != 0 && !is_same(&r, &taken->last)) {
		verify_say(v, "event %" PRIu64 " (operator): %s took over from %s as the sink of record, but the store has %s%s", taken->sequence,
			taken->last.name, taken->last.before, r.name, strcmp(r.name, taken->last.name) == 0 ? " of another time or word" : "");
	}
	return 0;
}
