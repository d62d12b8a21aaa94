/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How exports to a sink have ended, noted for status. */
#include <stdio.h>
#include <string.h>

#include "scanner/export.h"
#include "validate/wire/err.h"

static void fill(const struct export *e, enum round round, struct sink_about *a)
{
	const struct export_counts *n = &e->counts;
	snprintf(a->kind, sizeof(a->kind), "%s", e->ops->name);
	a->is_along = !e->is_record;
	if (n->exported + n->applied + n->taken > 0) {
		a->taken_at = e->now;
	}
	if (round == ROUND_OK) {
		a->well_at = e->now;
	} else {
		a->failed_at = e->now;
		snprintf(a->words, sizeof(a->words), "%.239s", e->why[0] == '\0' ? "the sink failed" : e->why);
	}
}

enum round export_note_round(struct export *e, enum round round)
{
	struct sink_about a = { .well_at = 0 };
	struct txn *t = NULL;
	if (e->notes == NULL || e->options->dry_run || round == ROUND_STORE) {
		return round;
	}
	int ret = txn_begin(e->notes, STORE_WRITE, &t);
	ret = ret == ERR_OK ? sink_about_get(t, &a) : ret;
	if (ret == ERR_OK || ret == ERR_NOTFOUND) {
		fill(e, round, &a);
		ret = sink_about_put(t, &a);
	}
	e->error = export_commit(t, ret);
	e->is_notes_error = e->error != ERR_OK;
	return e->error == ERR_OK ? round : ROUND_STORE;
}
