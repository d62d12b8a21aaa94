/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the brake holds, counted again as it counts itself, with the limits of the last run over the parent. */
#include "scanner/held.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "registry/store/brake.h"
#include "registry/store/records.h"
#include "scanner/clock.h"
#include "scanner/command.h"
#include "scanner/table.h"
#include "validate/wire/err.h"

struct held {
	struct txn *txn;
	struct crypto *crypto;
	struct arena *arena;
	struct table *table;		/* or */
	struct json *json;
	uint64_t changes;
};

typedef int held_visit(struct held *h, const struct name *origin, const struct brake_count *c);

static bool is_held(const struct change *c)
{
	return c->state == EVENT_HELD && c->held_for == REASON_BRAKE_ENGAGED && !c->cleared;
}

/* Those of the children of one parent. */
static int add_held(struct held *h, struct brake *b, const struct name *origin, uint64_t *count)
{
	struct name after = { .size = 0 };
	for (;;) {
		struct change c;
		bool own = false;
		arena_reset(h->arena);
		int ret = change_outstanding_next(h->txn, &after, h->arena, &c);
		if (ret == ERR_OK && is_held(&c)) {
			ret = generation_has_child(h->txn, origin, &c.child, &own);
		}
		if (ret == ERR_OK && own) {
			ret = brake_add(b, h->txn, &c);
			(*count)++;
		}
		if (ret != ERR_OK) {
			return ret == ERR_NOTFOUND ? ERR_OK : ret;
		}
		after = c.child;
	}
}

static int weigh(struct held *h, struct brake *b, const struct name *origin)
{
	struct run run;
	struct policy policy;
	int ret = run_last_of(h->txn, origin, &run);
	if (ret == ERR_OK) {
		ret = policy_get(h->txn, run.limits, &policy);
	}
	if (ret == ERR_OK) {
		ret = brake_add_released(b, h->txn, clock_unix_s(), h->arena);
	}
	return ret == ERR_OK ? brake_judge(b, h->txn, &policy) : ret == ERR_NOTFOUND ? ERR_STORE : ret;
}

static int of_parent(struct held *h, const struct name *origin, held_visit *visit)
{
	uint64_t count = 0;
	struct brake_count c;
	struct brake *b = brake_new(h->crypto, origin);
	int ret = b == NULL ? ERR_NOMEM : add_held(h, b, origin, &count);
	if (ret == ERR_OK && count > 0) {
		ret = weigh(h, b, origin);
	}
	for (size_t i = 0; ret == ERR_OK && brake_count_at(b, i, &c); i++) {
		arena_reset(h->arena);
		ret = c.held > 0 ? visit(h, origin, &c) : ERR_OK;
	}
	h->changes += count;
	brake_free(b);
	return ret;
}

static int for_each(struct held *h, held_visit *visit)
{
	struct name after = { .size = 0 };
	struct generation g;
	int ret;
	while ((ret = generation_next(h->txn, &after, &g)) == ERR_OK) {
		after = g.origin;
		ret = of_parent(h, &g.origin, visit);
		if (ret != ERR_OK) {
			return ret;
		}
	}
	return ret == ERR_NOTFOUND ? ERR_OK : ret;
}

static int with(struct txn *t, struct held *h, held_visit *visit)
{
	h->txn = t;
	h->crypto = crypto_new();
	h->arena = arena_new();
	int ret = h->crypto == NULL ? ERR_CRYPTO : h->arena == NULL ? ERR_NOMEM : for_each(h, visit);
	crypto_free(h->crypto);
	arena_free(h->arena);
	return ret;
}

/* ---- for programs */

static int to_json(struct held *h, const struct name *origin, const struct brake_count *c)
{
	struct json *j = h->json;
	struct change change;
	int ret = change_get(h->txn, c->change, h->arena, &change);
	if (ret != ERR_OK) {
		return ret;
	}
	json_object(j, NULL);
	json_name(j, "parent", origin);
	json_array(j, "ns");
	for (size_t i = 0; !c->of_parent && i < change.ns_count; i++) {
		json_name(j, NULL, &change.ns_before[i]);
	}
	json_array_end(j);
	json_string(j, "class", brake_class_text(c->class));
	json_uint(j, "held", c->held);
	json_uint(j, "released", c->released);
	if (c->limit == UINT64_MAX) {
		json_null(j, "limit");
	} else {
		json_uint(j, "limit", c->limit);
	}
	json_object_end(j);
	return ERR_OK;
}

int held_json(struct txn *t, struct json *j)
{
	struct held h = { .json = j };
	json_array(j, "brake");
	int ret = with(t, &h, to_json);
	json_array_end(j);
	return ret;
}

/* ---- for people */

static int to_row(struct held *h, const struct name *origin, const struct brake_count *c)
{
	char parent[NAME_TEXT_SIZE];
	char hosts[2 * NAME_TEXT_SIZE + 32] = "all";
	char held[24];
	char released[24];
	char limit[24] = "none";
	struct change change;
	int ret = change_get(h->txn, c->change, h->arena, &change);
	if (ret != ERR_OK) {
		return ret;
	}
	name_to_text(origin, parent);
	for (size_t i = 0, used = 0; !c->of_parent && i < change.ns_count; i++) {
		char host[NAME_TEXT_SIZE];
		name_to_text(&change.ns_before[i], host);
		int more = i < 2 ? snprintf(hosts + used, sizeof(hosts) - used, "%s%s", i == 0 ? "" : " ", host)
			: i == 2 ? snprintf(hosts + used, sizeof(hosts) - used, " and %zu more", change.ns_count - 2) : 0;
		used += (size_t)more;
	}
	snprintf(held, sizeof(held), "%" PRIu64, c->held);
	snprintf(released, sizeof(released), "%" PRIu64, c->released);
	if (c->limit != UINT64_MAX) {
		snprintf(limit, sizeof(limit), "%" PRIu64, c->limit);
	}
	const char *cells[] = { parent, hosts, brake_class_text(c->class), held, released, limit };
	return table_row(h->table, cells);
}

int held_text(struct txn *t, const char *db)
{
	static const char *const titles[] = { "~PARENT", "~NAME SERVERS", "CLASS", ">HELD", ">RELEASED IN 24 H", ">LIMIT", NULL };
	struct held h = { .table = table_new(titles) };
	int ret = h.table == NULL ? ERR_NOMEM : with(t, &h, to_row);
	if (ret == ERR_OK && h.changes > 0) {
		printf("\nThe brake holds %" PRIu64 " DS changes (%s): more children than the policy allows would have\n"
			"changed within 24 hours. They stay held until somebody releases them, however few are left.\n\n",
			h.changes, reason_token(REASON_BRAKE_ENGAGED));
		ret = table_print(h.table);
		printf("\n  which ones  cdswalk changes list --held --db %s [--operator HOST]\n"
			"  go on       cdswalk changes release --brake --db %s [--parent PARENT] [--operator HOST] [--class CLASS] --why TEXT\n"
			"              then scan again: each goes out once a new probe has confirmed it\n"
			"  one child   cdswalk changes release, hold or cancel CHILD --db %s --why TEXT\n", say_text(db), say_text(db),
			say_text(db));
	}
	table_free(h.table);
	return ret;
}
