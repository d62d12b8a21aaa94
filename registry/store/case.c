/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stored cases: the case in one database, its evidence beside it under the same key, because it is kept less long. */
#include "registry/store/case.h"

#include <string.h>

#include "registry/store/db.h"
#include "registry/store/key.h"
#include "registry/store/value.h"
#include "validate/wire/err.h"

#define FIXED_OCTETS (1 + 4 + 4 + 8 + 8 + 3 * SHA256_OCTETS + 4 * 4)

int case_put(struct txn *t, struct crypto *crypto, struct stored_case *c, struct arena *arena)
{
	size_t size = FIXED_OCTETS + c->delegation.size + c->state.size + c->pending.size + c->decision.size;
	uint8_t *octets = arena_alloc(arena, size);
	if (octets == NULL) {
		return txn_fail(t, ERR_NOMEM);
	}
	int rc = crypto_sha256(crypto, c->evidence.data, c->evidence.size, c->evidence_hash);
	if (rc != 0) {
		return txn_fail(t, rc);
	}
	struct wire w = value_writer(octets, size);
	wire_write_u32(&w, c->rules_version);
	wire_write_u32(&w, c->now);
	wire_write_u64(&w, c->generation);
	wire_write_u64(&w, c->change);
	wire_write(&w, c->policy, sizeof(c->policy));
	wire_write(&w, c->table, sizeof(c->table));
	wire_write(&w, c->evidence_hash, sizeof(c->evidence_hash));
	value_write_slice(&w, c->delegation);
	value_write_slice(&w, c->state);
	value_write_slice(&w, c->pending);
	value_write_slice(&w, c->decision);
	struct key key;
	key_u64_u64(c->run, c->sequence, &key);
	rc = db_put_filling(t, DB_DECISION, key_slice(&key), value_written(&w));
	return rc == 0 ? db_put_filling(t, DB_EVIDENCE, key_slice(&key), c->evidence) : rc;
}

/* Up to the policy. */
static void read_head(struct wire *w, struct stored_case *c)
{
	c->rules_version = wire_read_u32(w);
	c->now = wire_read_u32(w);
	c->generation = wire_read_u64(w);
	c->change = wire_read_u64(w);
	value_read_octets(w, c->policy, sizeof(c->policy));
}

int case_decode(struct slice key, struct slice value, struct stored_case *out)
{
	struct stored_case c = { 0 };
	struct wire w;
	int rc = key_to_u64_u64(key, &c.run, &c.sequence);
	if (rc == 0) {
		rc = value_reader(value, &w);
	}
	if (rc != 0) {
		return rc;
	}
	read_head(&w, &c);
	value_read_octets(&w, c.table, sizeof(c.table));
	value_read_octets(&w, c.evidence_hash, sizeof(c.evidence_hash));
	c.delegation = value_read_slice(&w);
	c.state = value_read_slice(&w);
	c.pending = value_read_slice(&w);
	c.decision = value_read_slice(&w);
	if (!wire_done(&w)) {
		return ERR_FORMAT;
	}
	*out = c;
	return 0;
}

static int copy_case(struct arena *arena, struct stored_case *c)
{
	struct slice *const slices[] = { &c->delegation, &c->state, &c->pending, &c->decision, &c->evidence };
	for (size_t i = 0; i < sizeof(slices) / sizeof(slices[0]); i++) {
		int rc = value_copy(arena, *slices[i], slices[i]);
		if (rc != 0) {
			return rc;
		}
	}
	return 0;
}

static int read_case(struct txn *t, struct slice key, struct slice value, struct arena *arena, struct stored_case *out)
{
	struct stored_case c;
	int rc = case_decode(key, value, &c);
	if (rc != 0) {
		return txn_fail(t, rc);
	}
	rc = db_get(t, DB_EVIDENCE, key, &c.evidence);
	if (rc == ERR_NOTFOUND) {
		c.evidence = (struct slice){ 0 };
		rc = 0;
	}
	if (rc == 0) {
		rc = copy_case(arena, &c);
	}
	if (rc != 0) {
		return txn_fail(t, rc);
	}
	*out = c;
	return 0;
}

int case_get(struct txn *t, uint64_t run, uint64_t sequence, struct arena *arena, struct stored_case *out)
{
	struct key key;
	key_u64_u64(run, sequence, &key);
	struct slice value;
	int rc = db_get(t, DB_DECISION, key_slice(&key), &value);
	return rc == 0 ? read_case(t, key_slice(&key), value, arena, out) : rc;
}

int case_policy(struct txn *t, uint64_t run, uint64_t sequence, uint8_t hash[SHA256_OCTETS])
{
	struct key key;
	struct slice value;
	struct wire w;
	struct stored_case c;
	key_u64_u64(run, sequence, &key);
	int rc = db_get(t, DB_DECISION, key_slice(&key), &value);
	if (rc != 0) {
		return rc;
	}
	rc = value_reader(value, &w);
	if (rc == 0) {
		read_head(&w, &c);
		rc = wire_error(&w) ? ERR_FORMAT : 0;
	}
	if (rc != 0) {
		return txn_fail(t, rc);
	}
	memcpy(hash, c.policy, SHA256_OCTETS);
	return 0;
}

int case_next(struct txn *t, uint64_t run, uint64_t after_run, uint64_t after_sequence, struct arena *arena,
	struct stored_case *out)
{
	struct key from;
	key_u64_u64(run == 0 ? after_run : run, after_sequence, &from);
	key_after(&from);
	struct slice key;
	struct slice value;
	int rc = db_seek(t, DB_DECISION, key_slice(&from), &key, &value);
	if (rc != 0) {
		return rc;
	}
	struct stored_case c;
	rc = read_case(t, key, value, arena, &c);
	if (rc == 0 && run != 0 && c.run != run) {
		return ERR_NOTFOUND;
	}
	if (rc == 0) {
		*out = c;
	}
	return rc;
}
