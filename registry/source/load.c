/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Loads a source as a generation: read everything, sort, survey, and only then write. */
#include "registry/source/load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "registry/source/gather.h"
#include "registry/source/input.h"
#include "registry/source/merge.h"
#include "registry/store/absent.h"
#include "registry/store/journal.h"
#include "validate/dnssec/rrsig.h"
#include "validate/wire/err.h"

#define LOAD_MEMORY ((size_t)64 * 1024 * 1024)
/* Losing more than this many delegations and more than this part of them is believed only when told so. */
#define SHRINK_COUNT 20
#define SHRINK_PART 10
/* Likewise of registrations that are others than before. */
#define RENEWED_COUNT 100
#define RENEWED_PART 100
/* The clock is looked at once in so many records; progress is told at most four times a second. */
#define CLOCK_EVERY 4096
#define PROGRESS_MS 250

struct loading {
	struct store *store;
	struct crypto *crypto;
	struct source *source;
	const struct load_options *o;
	const char *work_dir;
	struct load_report *report;
	struct source_error *error;
	struct gather *gather;
	struct spool *spool;
	struct source_info info;
	uint64_t left_out;		/* delegations, told by gather */
	struct generation before;	/* number 0: none */
	uint8_t identity[SHA256_OCTETS];	/* of the source; all zero: none */
	uint64_t calls;
	uint64_t told_ms;
};

static int fail(struct loading *l, int rc, const char *doing)
{
	const char *what = err_text(rc);
	source_fault(l->error, l->source->name, 0, "%s: %s", doing, what);
	return rc;
}

static int fail_sorting(struct loading *l, int rc)
{
	if (rc == ERR_FULL) {
		source_fault(l->error, l->source->name, 0, "no room to sort the zone in %.120s: free some (up to twice the size of "
			"the unpacked zone is needed); the store is as it was", l->work_dir);
		return rc;
	}
	if (rc == ERR_IO) {
		source_fault(l->error, l->source->name, 0, "cannot write or read a temporary file in %.120s; the store is as it "
			"was", l->work_dir);
		return rc;
	}
	return fail(l, rc, "while sorting the zone");
}

static bool is_stopped(const struct loading *l)
{
	return l->o->stop != NULL && *l->o->stop;
}

static void tell_progress(struct loading *l, uint64_t records, bool merging)
{
	struct timespec now;
	if (l->o->progress == NULL || clock_gettime(CLOCK_MONOTONIC, &now) != 0) {
		return;
	}
	uint64_t ms = (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
	if (ms - l->told_ms >= PROGRESS_MS) {
		l->told_ms = ms;
		l->o->progress(l->o->user, records, merging);
	}
}

static int on_record(void *user, const struct source_record *r)
{
	struct loading *l = user;
	if (is_stopped(l)) {
		return fail(l, ERR_CANCELLED, "stopped; the store is as it was");
	}
	if (l->calls++ % CLOCK_EVERY == 0) {
		tell_progress(l, l->info.records, false);
	}
	int rc = gather_add(l->gather, r);
	return rc == 0 ? 0 : fail_sorting(l, rc);
}

static void on_skip(void *user, const struct source_error *e)
{
	struct loading *l = user;
	if (l->o->skip != NULL) {
		l->o->skip(l->o->user, e);
	}
}

static void on_left_out(void *user, const char *sentence)
{
	struct loading *l = user;
	struct source_error e;
	source_fault(&e, l->source->name, 0, "%s", sentence);
	l->left_out++;
	on_skip(l, &e);
}

static int on_batch(void *user, uint64_t done)
{
	struct loading *l = user;
	tell_progress(l, done, true);
	return is_stopped(l) ? ERR_CANCELLED : 0;
}

static int read_before(struct loading *l)
{
	struct txn *t;
	int rc = txn_begin(l->store, STORE_READ, &t);
	if (rc != 0) {
		return rc;
	}
	rc = generation_get(t, &l->info.origin, &l->before);
	if (rc == ERR_NOTFOUND) {
		l->before = (struct generation){ .number = 0 };
		rc = 0;
	}
	txn_abort(t);
	return rc;
}

static int check_shrink(struct loading *l, const struct merge_counts *c)
{
	if (l->o->allow_shrink || c->removed <= SHRINK_COUNT || c->removed <= c->before / SHRINK_PART) {
		return 0;
	}
	source_fault(l->error, l->source->name, 0, "%llu of %llu delegations would go: is this file whole and the right one? If so, "
		"run again with --allow-shrink; the store is as it was", (unsigned long long)c->removed,
		(unsigned long long)c->before);
	return ERR_CONFLICT;
}

/* A registry that numbers its domains anew, or another source, would have all of them forgotten at once. */
static int check_registrations(struct loading *l, const struct merge_counts *c)
{
	if (l->o->allow_reregistration || c->reregistered <= RENEWED_COUNT || c->reregistered <= c->registered / RENEWED_PART) {
		return 0;
	}
	source_fault(l->error, l->source->name, 0, "%llu of %llu domains would be registered anew, and what is remembered of them "
		"forgotten: is this the same kind of registration id as before? If so, run again with --allow-reregistration; the store "
		"is as it was", (unsigned long long)c->reregistered, (unsigned long long)c->registered);
	return ERR_CONFLICT;
}

/* A time in the future is a wrong clock, and tells as little as one long ago. */
static void tell_age(struct loading *l)
{
	struct load_report *r = l->report;
	const struct source_info *i = &l->info;
	uint64_t now = l->o->now;
	uint64_t age = i->written == 0 ? 0 : i->written < now ? now - i->written : i->written - now;
	r->written = i->written;
	r->is_expired = i->soa_signed && serial_before(i->soa_expires, (uint32_t)now);
	r->is_young = !r->is_expired && age < l->o->max_age_s;
}

static int hash_identity(struct loading *l)
{
	if (l->source->identity == NULL) {
		return 0;
	}
	const struct hash_part part = { .data = (const uint8_t *)l->source->identity, .size = strlen(l->source->identity) };
	int rc = crypto_sha256_parts(l->crypto, &part, 1, l->identity);
	return rc == 0 ? 0 : fail(l, rc, "while remembering the source");
}

/* RFC 1995 section 2: is there anything newer than what the store has from here? A serial of 0 is what sources without one
 * have, and a generation whose digest is cleared is no whole one. */
static int look(struct loading *l)
{
	static const uint8_t none[SHA256_OCTETS];
	if (l->source->ops->look == NULL) {
		return 0;
	}
	int rc = l->source->ops->look(l->source, &l->info, l->error);
	if (rc != 0) {
		return rc;
	}
	rc = read_before(l);
	if (rc != 0) {
		return fail(l, rc, "while reading the generation before");
	}
	const struct generation *b = &l->before;
	tell_age(l);
	l->report->not_read = b->is_old == !l->report->is_young && b->number != 0 && b->soa_serial != 0 && b->soa_serial == l->info.soa_serial
		&& memcmp(b->source, l->identity, sizeof(b->source)) == 0 && memcmp(b->digest, none, sizeof(none)) != 0;
	return 0;
}

/* The generation itself, and the changes it shows, in one transaction. An old one shows none: what it has was so before they were
 * made, or before somebody else's. */
static int put_generation(struct loading *l, struct generation *g)
{
	bool shows = !g->is_old && (!l->report->unchanged || l->before.is_old);
	struct txn *t;
	int rc = txn_begin(l->store, STORE_WRITE, &t);
	if (rc != 0) {
		return rc;
	}
	rc = generation_put(t, g);
	if (rc == 0 && shows) {
		rc = journal_reconcile(t, l->crypto, &g->origin, l->o->now, &l->report->changes);
	}
	if (rc != 0) {
		txn_abort(t);
		return rc;
	}
	return txn_commit(t);
}

/* The source was read to its end: whoever is not in it is gone. */
static int forget_absent(struct loading *l)
{
	struct name after = { .size = 0 };
	bool done = false;
	int rc = 0;
	while (rc == 0 && !done) {
		struct txn *t;
		rc = txn_begin(l->store, STORE_WRITE, &t);
		if (rc == 0) {
			rc = absent_forget(t, l->crypto, &l->info.origin, l->o->forget_by, &after, &done, &l->report->forgotten);
		}
		if (rc != 0) {
			txn_abort(t);
		} else {
			rc = txn_commit(t);
		}
	}
	return rc;
}

/* Interrupted between two batches the store is a mixture. Then the old generation must not pass for loaded, or a load
 * of the old file would find "nothing changed": its digest is cleared first. */
static int write_content(struct loading *l, const struct merge *m)
{
	struct generation marked = l->before;
	memset(marked.digest, 0, sizeof(marked.digest));
	int rc = merge_write(m, marked.number == 0 ? NULL : &marked);
	return rc == 0 ? 0 : fail(l, rc, "the load ended half-way, load again");
}

/* What the survey has noted down is all that is needed from here on. */
static void free_gather(struct loading *l)
{
	gather_free(l->gather);
	l->gather = NULL;
}

/* Nothing but the time of this load, which is no reason to write. */
static bool is_as_before(const struct loading *l, const struct generation *g)
{
	return l->report->unchanged && g->is_old == l->before.is_old && g->skipped == l->before.skipped &&
		g->delegations == l->before.delegations && g->secure == l->before.secure && memcmp(g->source, l->before.source, sizeof(g->source)) == 0;
}

static int keep(struct loading *l)
{
	l->report->generation = l->before;
	l->report->unchanged = true;
	return 0;
}

static int store_content(struct loading *l)
{
	const struct merge m = { .store = l->store, .crypto = l->crypto, .gather = l->gather, .spool = l->spool,
		.origin = l->info.origin, .now = l->o->now, .tick = on_batch, .skip = on_left_out, .user = l };
	struct merge_counts survey;
	int rc = merge_survey(&m, &survey);
	if (rc != 0) {
		return rc == ERR_FULL || rc == ERR_IO ? fail_sorting(l, rc)
			: fail(l, rc, "while comparing with the store, which is as it was");
	}
	free_gather(l);
	rc = check_shrink(l, &survey);
	rc = rc == 0 ? check_registrations(l, &survey) : rc;
	if (rc != 0) {
		return rc;
	}
	struct generation *g = &l->report->generation;
	*g = (struct generation){ .number = l->before.number + 1, .origin = l->info.origin,
		.soa_serial = l->info.soa_serial, .loaded = l->o->now, .delegations = survey.after,
		.secure = survey.secure, .skipped = l->info.skipped + l->left_out, .is_old = !l->report->is_young };
	memcpy(g->source, l->identity, sizeof(g->source));
	memcpy(g->digest, survey.digest, sizeof(g->digest));
	l->report->added = survey.added;
	l->report->changed = survey.changed;
	l->report->removed = survey.removed;
	bool same_content = l->before.number != 0 && survey.added + survey.changed + survey.removed == 0
		&& memcmp(g->digest, l->before.digest, sizeof(g->digest)) == 0;
	l->report->unchanged = same_content && g->soa_serial == l->before.soa_serial;
	if (l->report->unchanged) {
		g->number = l->before.number;
	}
	if (!same_content) {
		rc = write_content(l, &m);
	}
	if (rc == 0) {
		rc = is_as_before(l, g) ? keep(l) : put_generation(l, g);
		rc = rc == 0 && !g->is_old ? forget_absent(l) : rc;
		rc = rc == 0 ? 0 : fail(l, rc, "while writing the generation, load again");
	}
	return rc;
}

static int read_and_store(struct loading *l)
{
	int rc = l->source->ops->read(l->source, on_record, on_skip, l, &l->info, l->error);
	if (rc != 0) {
		return rc;
	}
	tell_age(l);
	rc = read_before(l);
	return rc == 0 ? store_content(l) : fail(l, rc, "while reading the generation before");
}

int load_generation(struct store *store, struct crypto *crypto, struct source *source, const struct load_options *o,
	struct load_report *report, struct source_error *error)
{
	if (store == NULL || crypto == NULL || source == NULL || o == NULL || report == NULL || error == NULL) {
		return ERR_ARG;
	}
	struct load_report done = { .unchanged = false };
	struct loading l = { .store = store, .crypto = crypto, .source = source, .o = o, .report = &done,
		.error = error, .work_dir = o->work_dir != NULL ? o->work_dir : store_dir(store) };
	*error = (struct source_error){ .line = 0 };
	l.gather = gather_new(l.work_dir, o->memory == 0 ? LOAD_MEMORY : o->memory);
	l.spool = spool_new(l.work_dir);
	int rc = l.gather == NULL || l.spool == NULL ? fail(&l, ERR_NOMEM, "while preparing to sort") : 0;
	rc = rc == 0 ? hash_identity(&l) : rc;
	rc = rc == 0 ? look(&l) : rc;
	if (rc == 0) {
		rc = done.not_read ? keep(&l) : read_and_store(&l);
	}
	free_gather(&l);
	spool_free(l.spool);
	if (rc == 0) {
		*report = done;
	}
	return rc;
}
