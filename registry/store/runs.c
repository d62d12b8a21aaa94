/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs and their progress. */
#include "registry/store/runs.h"

#include <string.h>

#include "registry/store/value.h"
#include "registry/store/db.h"
#include "registry/store/decode.h"
#include "registry/store/notices.h"
#include "registry/store/release.h"
#include "validate/wire/err.h"

/* Version 2 has the hash of the algorithm table, version 3 the warnings, version 4 what became of the changes,
 * version 5 whether the source was too old. */
#define RUN_VERSION 5
#define RUN_OCTETS (1 + 1 + 8 + 2 * VALUE_NAME_MAX + 2 * 8 + 2 * SHA256_OCTETS + 4 * 8 + \
	2 * (2 + RUN_REASONS * (2 + 8)) + SHA256_OCTETS + 3 * 8 + 1)

/* Most reasons never happen in a run: pairs of number and count. */
static void write_counts(struct wire *w, const uint64_t counts[RUN_REASONS])
{
	uint16_t used = 0;
	for (size_t i = 0; i < RUN_REASONS; i++) {
		used += counts[i] != 0;
	}
	wire_write_u16(w, used);
	for (size_t i = 0; i < RUN_REASONS; i++) {
		if (counts[i] != 0) {
			wire_write_u16(w, (uint16_t)i);
			wire_write_u64(w, counts[i]);
		}
	}
}

static void read_counts(struct wire *w, uint64_t counts[RUN_REASONS])
{
	size_t used = wire_read_u16(w);
	for (size_t i = 0; i < used && !wire_error(w); i++) {
		size_t reason = wire_read_u16(w);
		uint64_t count = wire_read_u64(w);
		if (reason >= RUN_REASONS) {
			w->error = true;
			return;
		}
		counts[reason] = count;
	}
}

int run_decode(struct slice key, struct slice value, struct run *r)
{
	struct wire w;
	uint8_t version = 0;
	int rc = key_to_u64(key, &r->number);
	if (rc == 0) {
		rc = value_reader_of(value, RUN_VERSION, &w, &version);
	}
	if (rc != 0) {
		return rc;
	}
	uint8_t state = wire_read_u8(&w);
	r->state = (enum run_state)state;
	r->generation = wire_read_u64(&w);
	value_read_name(&w, &r->origin);
	value_read_name(&w, &r->only);
	r->began = wire_read_u64(&w);
	r->ended = wire_read_u64(&w);
	value_read_octets(&w, r->policy, sizeof(r->policy));
	if (version >= 2) {
		value_read_octets(&w, r->table, sizeof(r->table));
	}
	r->children = wire_read_u64(&w);
	r->changes = wire_read_u64(&w);
	r->questions = wire_read_u64(&w);
	r->sequence = wire_read_u64(&w);
	read_counts(&w, r->counts);
	if (version >= 3) {
		read_counts(&w, r->warnings);
	}
	memcpy(r->limits, r->policy, sizeof(r->limits));
	if (version >= 4) {
		value_read_octets(&w, r->limits, sizeof(r->limits));
		r->released = wire_read_u64(&w);
		r->braked = wire_read_u64(&w);
		r->frozen = wire_read_u64(&w);
	}
	if (version >= 5) {
		r->is_research = wire_read_u8(&w) != 0;
	}
	return wire_done(&w) && state <= RUN_PARTIAL ? 0 : ERR_FORMAT;
}

static int read_run(struct txn *t, int rc, struct slice key, struct slice value, struct run *out)
{
	if (rc != 0) {
		return rc;
	}
	struct run r = { 0 };
	rc = run_decode(key, value, &r);
	if (rc != 0) {
		return txn_fail(t, rc);
	}
	*out = r;
	return 0;
}

int run_get(struct txn *t, uint64_t number, struct run *out)
{
	struct key key;
	key_u64(number, &key);
	struct slice value;
	int rc = db_get(t, DB_RUN, key_slice(&key), &value);
	return read_run(t, rc, key_slice(&key), value, out);
}

int run_last(struct txn *t, struct run *out)
{
	struct slice key;
	struct slice value;
	int rc = db_seek_last(t, DB_RUN, (struct slice){ 0 }, &key, &value);
	return read_run(t, rc, key, value, out);
}

int run_previous(struct txn *t, uint64_t before, struct run *out)
{
	struct key from;
	key_u64(before, &from);
	struct slice key;
	struct slice value;
	int rc = db_seek_last(t, DB_RUN, key_slice(&from), &key, &value);
	return read_run(t, rc, key, value, out);
}

int run_last_of(struct txn *t, const struct name *origin, struct run *out)
{
	int rc = run_last(t, out);
	while (rc == 0 && !name_equal(&out->origin, origin)) {
		rc = run_previous(t, out->number, out);
	}
	return rc;
}

int run_put(struct txn *t, const struct run *r)
{
	if (r->number == 0 || r->origin.size == 0) {
		return txn_fail(t, ERR_ARG);
	}
	uint8_t octets[RUN_OCTETS];
	struct wire w = wire_writer(octets, sizeof(octets));
	wire_write_u8(&w, RUN_VERSION);
	wire_write_u8(&w, (uint8_t)r->state);
	wire_write_u64(&w, r->generation);
	value_write_name(&w, &r->origin);
	value_write_name(&w, &r->only);
	wire_write_u64(&w, r->began);
	wire_write_u64(&w, r->ended);
	wire_write(&w, r->policy, sizeof(r->policy));
	wire_write(&w, r->table, sizeof(r->table));
	wire_write_u64(&w, r->children);
	wire_write_u64(&w, r->changes);
	wire_write_u64(&w, r->questions);
	wire_write_u64(&w, r->sequence);
	write_counts(&w, r->counts);
	write_counts(&w, r->warnings);
	wire_write(&w, r->limits, sizeof(r->limits));
	wire_write_u64(&w, r->released);
	wire_write_u64(&w, r->braked);
	wire_write_u64(&w, r->frozen);
	wire_write_u8(&w, r->is_research);
	struct key key;
	key_u64(r->number, &key);
	return db_put(t, DB_RUN, key_slice(&key), value_written(&w));
}

int run_new(struct txn *t, struct run *r)
{
	struct run last = { 0 };
	int rc = run_last(t, &last);
	if (rc != 0 && rc != ERR_NOTFOUND) {
		return rc;
	}
	r->number = last.number + 1;
	return run_put(t, r);
}

static uint64_t nsset_number(const uint8_t nsset[NSSET_OCTETS])
{
	struct wire w = wire_reader(nsset, NSSET_OCTETS);
	return wire_read_u64(&w);
}

int run_progress_get(struct txn *t, uint64_t run, const uint8_t nsset[NSSET_OCTETS], struct name *last, bool *done)
{
	struct key key;
	key_u64_u64(run, nsset_number(nsset), &key);
	struct slice value;
	int rc = db_get(t, DB_PROGRESS, key_slice(&key), &value);
	if (rc != 0) {
		return rc;
	}
	struct wire w;
	rc = value_reader(value, &w);
	if (rc != 0) {
		return txn_fail(t, rc);
	}
	*done = wire_read_u8(&w) != 0;
	value_read_name(&w, last);
	return wire_done(&w) ? 0 : txn_fail(t, ERR_FORMAT);
}

int run_progress_put(struct txn *t, uint64_t run, const uint8_t nsset[NSSET_OCTETS], const struct name *last, bool done)
{
	uint8_t octets[1 + 1 + VALUE_NAME_MAX];
	struct wire w = value_writer(octets, sizeof(octets));
	wire_write_u8(&w, done);
	value_write_name(&w, last);
	struct key key;
	key_u64_u64(run, nsset_number(nsset), &key);
	return db_put(t, DB_PROGRESS, key_slice(&key), value_written(&w));
}

static int forget_progress(struct txn *t, uint64_t run)
{
	struct key from;
	key_u64_u64(run, 0, &from);
	for (;;) {
		struct slice key;
		struct slice value;
		uint64_t owner;
		uint64_t nsset;
		int rc = db_seek(t, DB_PROGRESS, key_slice(&from), &key, &value);
		if (rc != 0) {
			return rc == ERR_NOTFOUND ? 0 : rc;
		}
		if (key_to_u64_u64(key, &owner, &nsset) != 0) {
			return txn_fail(t, ERR_FORMAT);
		}
		if (owner != run) {
			return 0;
		}
		key_u64_u64(owner, nsset, &from);
		rc = db_del(t, DB_PROGRESS, key_slice(&from));
		if (rc != 0) {
			return rc;
		}
	}
}

int run_finish(struct txn *t, struct crypto *crypto, struct run *r, enum run_state state, uint64_t now)
{
	if (state == RUN_OPEN || r->state != RUN_OPEN) {
		return txn_fail(t, ERR_ARG);
	}
	int rc = release_run(t, crypto, now, r);
	if (rc == 0) {
		rc = forget_progress(t, r->number);
	}
	if (rc == 0) {
		rc = notices_expire(t, now);
	}
	if (rc == 0) {
		r->state = state;
		r->ended = now;
		rc = run_put(t, r);
	}
	return rc;
}
