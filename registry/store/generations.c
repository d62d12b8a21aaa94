/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Generations: what is known of each parent as it was loaded last. */
#include <string.h>

#include "registry/store/db.h"
#include "registry/store/decode.h"
#include "registry/store/memo.h"
#include "registry/store/value.h"
#include "validate/wire/err.h"

/* Version 2 has the source, version 3 that it was old; what an earlier one can say is of that. */
#define GENERATION_VERSION 3
#define GENERATION_OCTETS (1 + 8 + 4 + SHA256_OCTETS + 4 * 8 + SHA256_OCTETS + 1)

static bool has_source(const struct generation *g)
{
	static const uint8_t none[sizeof(g->source)];
	return memcmp(g->source, none, sizeof(none)) != 0;
}

int generation_decode(struct slice key, struct slice value, struct generation *out)
{
	struct wire w;
	uint8_t version = 0;
	int rc = key_to_name(key, &out->origin);
	if (rc == 0) {
		rc = value_reader_of(value, GENERATION_VERSION, &w, &version);
	}
	if (rc != 0) {
		return rc;
	}
	out->number = wire_read_u64(&w);
	out->soa_serial = wire_read_u32(&w);
	value_read_octets(&w, out->digest, sizeof(out->digest));
	out->loaded = wire_read_u64(&w);
	out->delegations = wire_read_u64(&w);
	out->secure = wire_read_u64(&w);
	out->skipped = wire_read_u64(&w);
	memset(out->source, 0, sizeof(out->source));
	if (version >= 2) {
		value_read_octets(&w, out->source, sizeof(out->source));
	}
	out->is_old = version >= 3 && wire_read_u8(&w) == 1;
	return wire_done(&w) && (version == 1 || (version == 2 ? has_source(out) : out->is_old)) ? 0 : ERR_FORMAT;
}

int generation_get(struct txn *t, const struct name *origin, struct generation *out)
{
	struct key key;
	key_name(origin, &key);
	struct slice value;
	int rc = db_get(t, DB_GENERATION, key_slice(&key), &value);
	if (rc != 0) {
		return rc;
	}
	struct generation g = { 0 };
	rc = generation_decode(key_slice(&key), value, &g);
	if (rc != 0) {
		return txn_fail(t, rc);
	}
	*out = g;
	return 0;
}

int generation_put(struct txn *t, const struct generation *g)
{
	if (g->origin.size == 0) {
		return txn_fail(t, ERR_ARG);
	}
	uint8_t octets[GENERATION_OCTETS];
	struct wire w = value_writer(octets, sizeof(octets));
	wire_write_u64(&w, g->number);
	wire_write_u32(&w, g->soa_serial);
	wire_write(&w, g->digest, sizeof(g->digest));
	wire_write_u64(&w, g->loaded);
	wire_write_u64(&w, g->delegations);
	wire_write_u64(&w, g->secure);
	wire_write_u64(&w, g->skipped);
	if (has_source(g) || g->is_old) {
		octets[0] = g->is_old ? 3 : 2;
		wire_write(&w, g->source, sizeof(g->source));
	}
	if (g->is_old) {
		wire_write_u8(&w, 1);
	}
	struct key key;
	key_name(&g->origin, &key);
	return db_put(t, DB_GENERATION, key_slice(&key), value_written(&w));
}

int generation_next(struct txn *t, const struct name *after, struct generation *out)
{
	struct key from = { 0 };
	if (after->size != 0) {
		key_name(after, &from);
		key_after(&from);
	}
	struct slice key;
	struct slice value;
	int rc = db_seek(t, DB_GENERATION, key_slice(&from), &key, &value);
	if (rc != 0) {
		return rc;
	}
	struct generation g = { 0 };
	rc = generation_decode(key, value, &g);
	if (rc != 0) {
		return txn_fail(t, rc);
	}
	*out = g;
	return 0;
}

/* Of the names above and including that one, the lowest that is a parent. */
static int find_generation(struct txn *t, const struct name *from, struct generation *out)
{
	struct name above = *from;
	for (unsigned labels = name_labels(from) + 1; labels > 0; labels--) {
		int rc = generation_get(t, &above, out);
		if (rc != ERR_NOTFOUND) {
			return rc;
		}
		name_parent(&above, &above);
	}
	return ERR_NOTFOUND;
}

/* It depends on what is above the child alone, and children come one behind the other. */
int generation_of_child(struct txn *t, const struct name *child, struct generation *out)
{
	struct txn_memo *memo = txn_memo(t);
	struct name above;
	if (child->size <= 1) {
		return ERR_NOTFOUND;
	}
	name_parent(child, &above);
	if (memo != NULL && memo->knows_generation && name_equal(&memo->above, &above)) {
		*out = memo->generation;
		return 0;
	}
	int rc = find_generation(t, &above, out);
	if (rc == 0 && memo != NULL) {
		memo->knows_generation = true;
		memo->above = above;
		memo->generation = *out;
	}
	return rc;
}

int generation_has_child(struct txn *t, const struct name *origin, const struct name *child, bool *yes)
{
	struct generation g;
	*yes = false;
	if (!name_is_within(child, origin)) {
		return txn_error(t);
	}
	int rc = generation_of_child(t, child, &g);
	*yes = rc == 0 && name_equal(&g.origin, origin);
	return rc == ERR_NOTFOUND ? 0 : rc;
}
