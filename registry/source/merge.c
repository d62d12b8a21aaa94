/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Merge-join of two sorted streams, the gathered delegations and the store's; what differs is noted down, and then written. */
#include "registry/source/merge.h"

#include <string.h>

#include "validate/wire/err.h"

/* Delegations of one transaction (doc/architecture.md, store: readers are short too). */
#define BATCH_READ 1000
#define BATCH_WRITE 5000
/* The digest is taken in blocks: H(n) = SHA-256(H(n-1), block n). */
#define DIGEST_BLOCK ((size_t)64 * 1024)

struct digester {
	uint8_t hash[SHA256_OCTETS];
	size_t used;
	uint8_t block[DIGEST_BLOCK];
};

/* One survey as it goes. */
struct joining {
	const struct merge *m;
	struct merge_counts *counts;
	struct digester *digester;
	struct arena *arena;		/* of a delegation from the store, where it is looked into */
	struct arena *scratch;		/* of new_value */
	struct key last;		/* compared; size 0: none */
	bool new_ended;
	struct delegation new;
	struct key new_key;
	struct slice new_value;
	/* Of one batch. */
	struct txn *txn;
	struct delegation_iter *iter;
	bool old_ended;
	struct slice old_key;
	struct slice old_value;
};

static int digest_flush(struct digester *d, struct crypto *crypto)
{
	const struct hash_part parts[] = { { d->hash, sizeof(d->hash) }, { d->block, d->used } };
	d->used = 0;
	return crypto_sha256_parts(crypto, parts, 2, d->hash);
}

static int digest_add(struct digester *d, struct crypto *crypto, struct slice data)
{
	if (data.size + 4 > DIGEST_BLOCK - d->used) {
		int rc = digest_flush(d, crypto);
		if (rc != 0) {
			return rc;
		}
	}
	for (unsigned i = 0; i < 4; i++) {
		d->block[d->used++] = (uint8_t)(data.size >> (24 - 8 * i));
	}
	memcpy(d->block + d->used, data.data, data.size);
	d->used += data.size;
	return 0;
}

static int next_new(struct joining *j)
{
	int rc = gather_next(j->m->gather, j->m->skip, j->m->user, &j->new, &j->new_ended);
	if (rc != 0 || j->new_ended) {
		return rc;
	}
	j->counts->after++;
	j->counts->secure += j->new.ds_state == DS_PRESENT;
	key_name(&j->new.child, &j->new_key);
	arena_reset(j->scratch);
	rc = delegation_encode(&j->new, j->scratch, &j->new_value);
	return rc == 0 ? digest_add(j->digester, j->m->crypto, j->new_value) : rc;
}

static int next_old(struct joining *j)
{
	int rc = delegation_iter_next_record(j->iter, &j->old_key, &j->old_value);
	j->old_ended = rc == ERR_NOTFOUND;
	return j->old_ended ? 0 : rc;
}

static int remove_old(struct joining *j)
{
	j->counts->removed++;
	return spool_add(j->m->spool, &(struct delegation_record){ .key = j->old_key });
}

static int put_new(struct joining *j)
{
	struct delegation_record r = { .key = key_slice(&j->new_key), .value = j->new_value };
	int rc = nsset_id(j->m->crypto, &j->new, r.nsset);
	return rc == 0 ? spool_add(j->m->spool, &r) : rc;
}

/* another registration is another domain under the same name. */
static int count_registration(struct joining *j, bool same)
{
	if (j->new.registration[0] == '\0') {
		return 0;
	}
	struct delegation old;
	bool told = true;
	if (!same) {
		arena_reset(j->arena);
		int rc = delegation_decode(j->old_value, j->arena, &old);
		if (rc != 0) {
			return rc;
		}
		told = old.registration[0] != '\0';
		same = strcmp(old.registration, j->new.registration) == 0;
	}
	j->counts->registered += told;
	j->counts->reregistered += told && !same;
	return 0;
}

static int compare(struct joining *j)
{
	bool same = slice_equal(j->old_value, j->new_value);
	int rc = count_registration(j, same);
	if (rc == 0 && !same) {
		j->counts->changed++;
		rc = put_new(j);
	}
	return rc;
}

/* Keys are in canonical order. */
static int key_order(struct slice a, struct slice b)
{
	int order = memcmp(a.data, b.data, a.size < b.size ? a.size : b.size);
	return order != 0 ? order : (a.size > b.size) - (a.size < b.size);
}

static void remember(struct joining *j, struct slice key)
{
	j->last.size = key.size;
	memcpy(j->last.octets, key.data, key.size);
}

/* The smaller of both heads, or both when they are the same child. */
static int step(struct joining *j)
{
	int order = j->old_ended ? 1 : j->new_ended ? -1 : key_order(j->old_key, key_slice(&j->new_key));
	remember(j, order < 0 ? j->old_key : key_slice(&j->new_key));
	int rc;
	if (order > 0) {
		j->counts->added++;
		rc = put_new(j);
	} else {
		rc = order < 0 ? remove_old(j) : compare(j);
	}
	if (rc == 0 && order <= 0) {
		j->counts->before++;
		rc = next_old(j);
	}
	if (rc == 0 && order >= 0) {
		rc = next_new(j);
	}
	return rc;
}

static int survey_batch(struct joining *j, bool *done)
{
	struct name last = { 0 };
	int rc = j->last.size == 0 ? 0 : key_to_name(key_slice(&j->last), &last);
	if (rc != 0) {
		return rc;
	}
	rc = txn_begin(j->m->store, STORE_READ, &j->txn);
	if (rc == 0) {
		rc = delegation_iter_open(j->txn, &j->m->origin, &last, &j->iter);
	}
	if (rc == 0) {
		rc = next_old(j);
	}
	for (unsigned i = 0; rc == 0 && i < BATCH_READ; i++) {
		if (j->old_ended && j->new_ended) {
			*done = true;
			break;
		}
		rc = step(j);
	}
	delegation_iter_close(j->iter);
	j->iter = NULL;
	txn_abort(j->txn);
	return rc;
}

static int survey(struct joining *j)
{
	bool done = false;
	int rc = gather_rewind(j->m->gather, &j->m->origin);
	if (rc == 0) {
		rc = next_new(j);
	}
	while (rc == 0 && !done) {
		rc = j->m->tick(j->m->user, j->counts->after);
		if (rc == 0) {
			rc = survey_batch(j, &done);
		}
	}
	return rc == 0 ? digest_flush(j->digester, j->m->crypto) : rc;
}

int merge_survey(const struct merge *m, struct merge_counts *out)
{
	struct digester digester = { .used = 0 };
	struct joining j = { .m = m, .counts = out, .digester = &digester, .arena = arena_new(), .scratch = arena_new() };
	*out = (struct merge_counts){ .before = 0 };
	int rc = j.arena == NULL || j.scratch == NULL ? ERR_NOMEM : survey(&j);
	arena_free(j.arena);
	arena_free(j.scratch);
	if (rc == 0) {
		memcpy(out->digest, digester.hash, sizeof(out->digest));
	}
	return rc;
}

static int write_record(const struct merge *m, struct txn *t, const struct delegation_record *r)
{
	struct name child;
	bool changed;
	if (r->value.size > 0) {
		return delegation_put_record(t, m->crypto, r, &changed);
	}
	int rc = key_to_name(r->key, &child);
	return rc == 0 ? delegation_del(t, m->crypto, &child, m->now) : rc;
}

static int write_batch(const struct merge *m, struct txn *t, uint64_t *written, bool *done)
{
	int rc = 0;
	for (unsigned i = 0; rc == 0 && i < BATCH_WRITE && !*done; i++) {
		struct delegation_record r;
		rc = spool_next(m->spool, &r, done);
		if (rc == 0 && !*done) {
			rc = write_record(m, t, &r);
			*written += rc == 0;
		}
	}
	return rc;
}

int merge_write(const struct merge *m, const struct generation *first)
{
	uint64_t written = 0;
	bool done = false;
	int rc = 0;
	while (rc == 0 && !done) {
		struct txn *t = NULL;
		rc = m->tick(m->user, written);
		rc = rc == 0 ? txn_begin(m->store, STORE_WRITE, &t) : rc;
		if (rc == 0 && first != NULL) {
			rc = generation_put(t, first);
			first = NULL;
		}
		rc = rc == 0 ? write_batch(m, t, &written, &done) : rc;
		if (rc != 0) {
			txn_abort(t);
			return rc;
		}
		rc = txn_commit(t);
	}
	return rc;
}
