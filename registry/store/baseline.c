/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "registry/store/baseline.h"

#include <string.h>

#include "registry/store/change.h"
#include "registry/store/db.h"
#include "registry/store/delegations.h"
#include "registry/store/runs.h"
#include "registry/store/value.h"
#include "validate/wire/err.h"

#define BASELINE_OCTETS (1 + 1 + 8 + 8)

static struct slice meta_key(void)
{
	return (struct slice){ .data = (const uint8_t *)META_BASELINE, .size = sizeof(META_BASELINE) - 1 };
}

int baseline_get(struct txn *t, struct baseline *out)
{
	struct slice value;
	struct wire w;
	int rc = db_get(t, DB_META, meta_key(), &value);
	rc = rc == 0 ? value_reader(value, &w) : rc;
	if (rc != 0) {
		return rc;
	}
	struct baseline b = { 0 };
	uint8_t why = wire_read_u8(&w);
	b.why = (enum baseline_why)why;
	b.since = wire_read_u64(&w);
	b.run = wire_read_u64(&w);
	if (!wire_done(&w) || (why != BASELINE_RESTORED && why != BASELINE_FIRST_RUN)) {
		return txn_fail(t, ERR_FORMAT);
	}
	*out = b;
	return 0;
}

bool baseline_is_on(struct txn *t)
{
	struct baseline b;
	return baseline_get(t, &b) != ERR_NOTFOUND;
}

int baseline_begin(struct txn *t, enum baseline_why why, uint64_t now)
{
	struct run last = { 0 };
	int rc = run_last(t, &last);
	if (rc != 0 && rc != ERR_NOTFOUND) {
		return rc;
	}
	uint8_t octets[BASELINE_OCTETS];
	struct wire w = value_writer(octets, sizeof(octets));
	wire_write_u8(&w, (uint8_t)why);
	wire_write_u64(&w, now);
	wire_write_u64(&w, rc == 0 ? last.number : 0);
	return db_put(t, DB_META, meta_key(), value_written(&w));
}

static int has_full_run(struct txn *t, const struct baseline *b, const struct name *origin, bool *yes)
{
	struct run r;
	*yes = false;
	int rc = run_last(t, &r);
	while (rc == 0 && r.number > b->run && !*yes) {
		*yes = r.state == RUN_FINISHED && r.only.size == 0 && !r.is_research && name_equal(&r.origin, origin);
		rc = run_previous(t, r.number, &r);
	}
	return rc == ERR_NOTFOUND ? 0 : rc;
}

int baseline_unwalked(struct txn *t, const struct baseline *b, struct name *origin)
{
	struct name after = { .size = 0 };
	struct generation g;
	int rc;
	while ((rc = generation_next(t, &after, &g)) == 0) {
		bool walked;
		after = g.origin;
		rc = has_full_run(t, b, &g.origin, &walked);
		if (rc != 0 || !walked) {
			*origin = g.origin;
			return rc;
		}
	}
	return rc;
}

int baseline_accept(struct txn *t, struct crypto *crypto, const struct operator_order *o, const char **refusal)
{
	struct baseline b;
	struct generation g;
	struct name origin;
	struct name none = { .size = 0 };
	*refusal = "";
	int rc = operator_order_fault(o) == NULL ? baseline_get(t, &b) : ERR_ARG;
	if (rc == ERR_NOTFOUND) {
		*refusal = "there is no baseline to accept: changes go out as they are";
		return ERR_CONFLICT;
	}
	rc = rc == 0 ? generation_next(t, &none, &g) : rc;
	if (rc == ERR_NOTFOUND) {
		*refusal = "nothing was recorded yet; run a full scan of every parent first";
		return ERR_CONFLICT;
	}
	rc = rc == 0 ? baseline_unwalked(t, &b, &origin) : rc;
	if (rc == 0) {
		*refusal = "a parent has had no full scan since the baseline began (cdswalk db baseline names it); run one first";
		return ERR_CONFLICT;
	}
	if (rc != ERR_NOTFOUND) {
		return rc;
	}
	rc = operator_note_store(t, crypto, o);
	return rc == 0 ? db_del(t, DB_META, meta_key()) : rc;
}
