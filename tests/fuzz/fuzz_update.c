/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: octets as what a primary server says of a child, as the update sink asks it. */
#include <string.h>

#include "registry/sink/update_message.h"
#include "tests/fuzz/target.h"
#include "validate/wire/err.h"
#include "validate/wire/message.h"

#define MESSAGE_MAX 65535

/* What is read can be said again: as the prerequisites of an UPDATE, whose own answer could be read. */
static void check_composed(const struct update_wish *w, struct arena *arena)
{
	static uint8_t out[MESSAGE_MAX];
	struct message m;
	size_t size = update_compose(w, &w->now, 7, out, sizeof(out));
	if (size == 0) {
		return;		/* too long without compression */
	}
	int rc = message_parse(out, size, arena, &m);
	HOLDS(rc == 0 || rc == ERR_LIMIT);
	if (rc == 0) {
		HOLDS(m.id == 7 && m.question_type == TYPE_SOA && name_equal(&m.question, &w->parent));
		HOLDS(m.count[SECTION_ANSWER] == (w->now.count == 0 ? 1 : w->now.count) + w->ns_count);
		HOLDS(m.count[SECTION_AUTHORITY] == 1 + w->after.count);
	}
}

static void check_ds(const struct message *m, const struct ds_set *set, uint32_t ttl)
{
	HOLDS(set->count <= m->count[SECTION_ANSWER]);
	HOLDS(set->count > 0 || ((m->flags & MESSAGE_FLAG_AA) != 0 && ttl == 0));
	for (size_t i = 0; i < set->count; i++) {
		HOLDS(set->ds[i].size <= LIMIT_DIGEST_OCTETS);
		HOLDS(i == 0 || ds_compare(&set->ds[i - 1], &set->ds[i]) < 0);
	}
}

static void check_ns(const struct message *m, const struct name *ns, size_t count)
{
	HOLDS(count <= m->count[SECTION_ANSWER] + m->count[SECTION_AUTHORITY]);
	for (size_t i = 0; i < count; i++) {
		HOLDS(ns[i].size > 0 && (i == 0 || name_compare(&ns[i - 1], &ns[i]) <= 0));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	struct message m;
	struct update_wish w = { .number = 1 };
	struct name *ns = NULL;
	uint32_t ttl = 0;
	char buf[20];
	HOLDS(arena != NULL && name_from_text("example.ch.", &w.child) == 0 && name_from_text("ch.", &w.parent) == 0);
	if (message_parse(data, size, arena, &m) == 0) {
		bool told = m.rcode == RCODE_NOERROR || m.rcode == RCODE_NXDOMAIN;
		int rc = update_read_ds(&m, &w.child, arena, &w.now, &ttl);
		HOLDS(rc == ERR_FORMAT || (rc == 0 && told));
		if (rc == 0) {
			check_ds(&m, &w.now, ttl);
		}
		rc = update_read_ns(&m, &w.child, arena, &ns, &w.ns_count);
		HOLDS(rc == ERR_FORMAT || (rc == 0 && told));
		if (rc == 0) {
			check_ns(&m, ns, w.ns_count);
			w.ns = ns;
			w.after = w.now;
			check_composed(&w, arena);
		}
		HOLDS(strlen(update_rcode_text(m.rcode, buf)) > 0);
	}
	arena_free(arena);
	return 0;
}
