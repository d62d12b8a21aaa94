/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Merge-join of two sorted streams: the gathered delegations and the store's. */
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

/* One merge as it goes. */
struct joining {
	const struct merge *m;
	struct merge_counts *counts;
	struct digester *digester;	/* survey only */
	const struct generation *first;	/* to be put; NULL: nothing, or done */
	bool write;
	struct arena *arena;		/* of the delegation from the store */
	struct arena *scratch;
	struct name last;		/* merged; what we put before it must not look like the store's; size 0: none */
	bool new_ended;
	struct delegation new;
	/* Of one batch. */
	struct txn *txn;
	struct delegation_iter *iter;
	bool old_ended;
	struct delegation old;
};

static int digest_flush(struct digester *d, struct crypto *crypto)
{
	const struct hash_part parts[] = { { d->hash, sizeof(d->hash) }, { d->block, d->used } };
	d->used = 0;
	return crypto_sha256_parts(crypto, parts, 2, d->hash);
}

static int digest_add(struct joining *j)
{
	struct digester *d = j->digester;
	struct slice data;
	arena_reset(j->scratch);
	int rc = delegation_encode(&j->new, j->scratch, &data);
	if (rc == 0 && data.size + 4 > DIGEST_BLOCK - d->used) {
		rc = digest_flush(d, j->m->crypto);
	}
	if (rc != 0) {
		return rc;
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
	int rc = gather_next(j->m->gather, j->write ? NULL : j->m->skip, j->m->user, &j->new, &j->new_ended);
	if (rc != 0 || j->new_ended) {
		return rc;
	}
	j->counts->after++;
	j->counts->secure += j->new.ds_state == DS_PRESENT;
	return j->write ? 0 : digest_add(j);
}

static int next_old(struct joining *j)
{
	arena_reset(j->arena);
	int rc = delegation_iter_next(j->iter, j->arena, &j->old);
	j->old_ended = rc == ERR_NOTFOUND;
	return j->old_ended ? 0 : rc;
}

static int remove_old(struct joining *j)
{
	j->counts->removed++;
	return j->write ? delegation_del(j->txn, j->m->crypto, &j->old.child, j->m->now) : 0;
}

static int put_new(struct joining *j, bool known)
{
	bool changed = false;
	int rc = j->write ? delegation_put(j->txn, j->m->crypto, &j->new, &changed) : 0;
	j->counts->added += !known;
	j->counts->changed += known && changed;
	return rc;
}

/* another registration is another domain under the same name. */
static void count_registration(struct joining *j)
{
	bool told = j->old.registration[0] != '\0' && j->new.registration[0] != '\0';
	j->counts->registered += told;
	j->counts->reregistered += told && strcmp(j->old.registration, j->new.registration) != 0;
}

/* The smaller of both heads, or both when they are the same child. */
static int step(struct joining *j)
{
	int order = j->old_ended ? 1 : j->new_ended ? -1 : name_compare(&j->old.child, &j->new.child);
	j->last = order < 0 ? j->old.child : j->new.child;
	if (order == 0) {
		count_registration(j);
	}
	int rc = order < 0 ? remove_old(j) : put_new(j, order == 0);
	if (rc == 0 && order <= 0) {
		j->counts->before++;
		rc = next_old(j);
	}
	if (rc == 0 && order >= 0) {
		rc = next_new(j);
	}
	return rc;
}

static int batch(struct joining *j, bool *done)
{
	int rc = txn_begin(j->m->store, j->write ? STORE_WRITE : STORE_READ, &j->txn);
	if (rc == 0 && j->first != NULL) {
		rc = generation_put(j->txn, j->first);
		j->first = NULL;
	}
	if (rc == 0) {
		rc = delegation_iter_open(j->txn, &j->m->origin, &j->last, &j->iter);
	}
	if (rc == 0) {
		rc = next_old(j);
	}
	for (unsigned i = 0; rc == 0 && i < (j->write ? BATCH_WRITE : BATCH_READ); i++) {
		if (j->old_ended && j->new_ended) {
			*done = true;
			break;
		}
		rc = step(j);
	}
	delegation_iter_close(j->iter);
	j->iter = NULL;
	if (rc != 0) {
		txn_abort(j->txn);
		return rc;
	}
	return txn_commit(j->txn);
}

static int run(struct joining *j)
{
	*j->counts = (struct merge_counts){ .before = 0 };
	j->arena = arena_new();
	j->scratch = arena_new();
	int rc = j->arena == NULL || j->scratch == NULL ? ERR_NOMEM : gather_rewind(j->m->gather, &j->m->origin);
	if (rc == 0) {
		rc = next_new(j);
	}
	bool done = false;
	while (rc == 0 && !done) {
		rc = j->m->tick(j->m->user, j->counts->after);
		if (rc == 0) {
			rc = batch(j, &done);
		}
	}
	arena_free(j->arena);
	arena_free(j->scratch);
	return rc;
}

int merge_survey(const struct merge *m, struct merge_counts *out)
{
	struct digester digester = { .used = 0 };
	struct joining j = { .m = m, .counts = out, .digester = &digester };
	int rc = run(&j);
	if (rc == 0) {
		rc = digest_flush(&digester, m->crypto);
	}
	if (rc == 0) {
		memcpy(out->digest, digester.hash, sizeof(out->digest));
	}
	return rc;
}

int merge_write(const struct merge *m, const struct generation *first, struct merge_counts *out)
{
	struct joining j = { .m = m, .counts = out, .first = first, .write = true };
	return run(&j);
}
