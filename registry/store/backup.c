/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Both ways go by a directory of another name, which is renamed when it is whole and durable: a copy that was cut
 * short is never taken for a store. */
#include "registry/store/backup.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "registry/store/baseline.h"
#include "registry/store/change.h"
#include "registry/store/db.h"
#include "registry/store/identity.h"
#include "registry/store/key.h"
#include "registry/store/value.h"
#include "registry/store/verify.h"
#include "validate/wire/err.h"

#define WHY 256
#define PATH_SIZE 4096
/* States of one transaction. */
#define BATCH 5000
/* Numbers that an epoch is one of. */
#define EPOCH_CHANCE (UINT32_C(1) << 24)

static struct slice meta_key(const char *text)
{
	return (struct slice){ .data = (const uint8_t *)text, .size = strlen(text) };
}

struct place {
	const char *to;
	char partial[PATH_SIZE];
};

/* An empty directory beside the one that is to be. */
static int place_begin(struct place *p, const char *to, char *why)
{
	struct stat st;
	p->to = to;
	if (snprintf(p->partial, sizeof(p->partial), "%s.partial", to) >= (int)sizeof(p->partial)) {
		snprintf(why, WHY, "the name of the directory is too long");
		return ERR_ARG;
	}
	if (lstat(to, &st) == 0) {
		snprintf(why, WHY, "%.160s is there already; give a directory that is not", to);
		return ERR_CONFLICT;
	}
	if (mkdir(p->partial, 0700) != 0) {
		snprintf(why, WHY, "cannot make %.160s: %s%s", p->partial, strerror(errno),
			errno == EEXIST ? "; it is left over from a copy that was cut short: remove it" : "");
		return ERR_IO;
	}
	return 0;
}

static void place_drop(const struct place *p)
{
	char path[PATH_SIZE + 16];
	snprintf(path, sizeof(path), "%s/data.mdb", p->partial);
	unlink(path);
	snprintf(path, sizeof(path), "%s/lock.mdb", p->partial);
	unlink(path);
	rmdir(p->partial);
}

static int sync_directory(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int rc = fd < 0 ? -1 : fsync(fd);
	int saved = errno;
	if (fd >= 0) {
		close(fd);
	}
	errno = saved;
	return rc;
}

static int place_commit(const struct place *p, char *why)
{
	char above[PATH_SIZE];
	snprintf(above, sizeof(above), "%s", p->to);
	if (sync_directory(p->partial) == 0 && rename(p->partial, p->to) == 0 && sync_directory(dirname(above)) == 0) {
		return 0;
	}
	snprintf(why, WHY, "cannot give %.160s its name: %s", p->to, strerror(errno));
	return ERR_IO;
}

/* Opens the copy to write. Its commit makes all of the file durable, for LMDB syncs the file as a whole. */
static int open_copy(const struct place *p, uint64_t max_size, uint64_t now, struct store **store, char *why)
{
	const struct store_options o = { .mode = STORE_WRITE, .must_exist = true, .is_backup = true, .max_size = max_size,
		.now = now };
	return store_open(p->partial, &o, store, why);
}

static int end(struct store *store, struct txn *t, int rc, char *why)
{
	if (rc != 0) {
		txn_abort(t);
	} else {
		rc = txn_commit(t);
	}
	store_close(store);
	if (rc != 0 && why[0] == '\0') {
		snprintf(why, WHY, "the copy cannot be written: %s", err_text(rc));
	}
	return rc;
}

static int mark_backup(struct txn *t, uint64_t now, struct backup_report *out)
{
	uint8_t octets[1 + 8];
	struct wire w = value_writer(octets, sizeof(octets));
	wire_write_u64(&w, now);
	int rc = db_put(t, DB_META, meta_key(META_BACKUP), value_written(&w));
	return rc == 0 ? journal_head(t, &out->sequence, out->hash) : rc;
}

static int copy_and_mark(struct store *s, const struct place *p, uint64_t now, struct backup_report *out, char *why)
{
	struct store *copy = NULL;
	struct txn *t = NULL;
	int rc = store_copy(s, p->partial, why);
	if (rc == 0) {
		rc = open_copy(p, store_max_size(s), now, &copy, why);
		rc = rc == 0 ? txn_begin(copy, STORE_WRITE, &t) : rc;
		rc = rc == 0 ? mark_backup(t, now, out) : rc;
		rc = end(copy, t, rc, why);
	}
	return rc == 0 ? place_commit(p, why) : rc;
}

int store_backup(struct store *s, const char *to, uint64_t now, struct backup_report *out, char why[WHY])
{
	struct place p;
	why[0] = '\0';
	memset(out, 0, sizeof(*out));
	int rc = place_begin(&p, to, why);
	if (rc == 0) {
		rc = copy_and_mark(s, &p, now, out, why);
		if (rc != 0) {
			place_drop(&p);
		}
	}
	return rc;
}

/* ---- restore */

/* Another one than was given since, also to other stores that were made of the same backup, at this very second or by a clock
 * that is behind: by the clock, and by chance. It only grows. */
static int next_epoch(struct txn *t, const struct epochs *before, uint64_t now, struct epochs *out)
{
	uint64_t sequence;
	uint8_t hash[SHA256_OCTETS];
	*out = *before;
	int rc = journal_head(t, &sequence, hash);
	if (rc == 0 && out->count == EPOCHS_MAX) {
		rc = ERR_LIMIT;
	}
	uint32_t chance = 0;
	if (rc == 0 && getrandom(&chance, sizeof(chance), 0) != (ssize_t)sizeof(chance)) {
		rc = ERR_IO;
	}
	if (rc == 0) {
		uint64_t last = epochs_of(out, UINT64_MAX);
		uint64_t number = (now > last ? now : last + 1) + chance % EPOCH_CHANCE;
		rc = number > UINT32_MAX ? ERR_LIMIT : 0;
		out->at[out->count++] = (struct epoch){ .first = sequence + 1, .number = (uint32_t)number };
	}
	return rc;
}

static int put_epoch(struct txn *t, uint64_t now)
{
	struct epochs before = { 0 };
	struct epochs after;
	struct slice value;
	uint8_t octets[EPOCHS_OCTETS];
	uint8_t identity[IDENTITY_OCTETS];
	int rc = db_get(t, DB_META, meta_key(META_EPOCHS), &value);
	rc = rc == 0 ? epochs_decode(value, &before) : rc == ERR_NOTFOUND ? 0 : rc;
	rc = rc == 0 ? next_epoch(t, &before, now, &after) : rc;
	if (rc == 0) {
		rc = db_put(t, DB_META, meta_key(META_EPOCHS), epochs_encode(&after, octets));
	}
	rc = rc == 0 ? db_get(t, DB_META, meta_key(META_IDENTITY), &value) : rc;
	if (rc != 0 || value.size != sizeof(identity)) {
		return rc == 0 ? ERR_STORE : rc;
	}
	identity_restored(value.data, after.at[after.count - 1].number, identity);
	return db_put(t, DB_META, meta_key(META_IDENTITY), (struct slice){ .data = identity, .size = sizeof(identity) });
}

/* Each outstanding change: withdrawn, or, if it may have left, counted: the next load shows what has become of it. */
static int settle_changes(struct txn *t, struct crypto *crypto, uint64_t now, struct arena *arena, struct backup_report *out)
{
	struct name after = { .size = 0 };
	for (;;) {
		struct change c;
		arena_reset(arena);
		int rc = change_outstanding_next(t, &after, arena, &c);
		if (rc == 0 && status_has_left(c.state)) {
			out->left++;
		} else if (rc == 0) {
			rc = journal_event(t, crypto, now, c.number, EVENT_WITHDRAWN, REASON_HOLD_BASELINE);
			out->withdrawn += rc == 0;
		}
		if (rc != 0) {
			return rc == ERR_NOTFOUND ? txn_error(t) : rc;
		}
		after = c.child;
	}
}

/* What waited for its time, what an operator let happen, and what was seen last of the parent: of the time that is lost nobody
 * knows what it has done to these. What keeps a child from being changed stays. */
static int reset_state(struct txn *t, struct slice key, struct slice value, struct arena *arena)
{
	struct child_state s;
	struct slice octets;
	int rc = child_state_decode(value, arena, &s);
	if (rc != 0 || !child_state_leave(&s)) {
		return rc == 0 ? 0 : txn_fail(t, rc);
	}
	rc = child_state_encode(&s, arena, &octets);
	return rc == 0 ? db_put(t, DB_STATE, key, octets) : txn_fail(t, rc);
}

/* The next ones behind *last. ERR_NOTFOUND: there are no more. */
static int reset_some(struct txn *t, struct key *last, struct arena *arena)
{
	int rc = 0;
	for (unsigned i = 0; i < BATCH && rc == 0; i++) {
		struct slice key;
		struct slice value;
		struct name child;
		arena_reset(arena);
		key_after(last);
		rc = db_seek(t, DB_STATE, key_slice(last), &key, &value);
		if (rc != 0) {
			break;
		}
		rc = key_to_name(key, &child);
		if (rc != 0) {
			return txn_fail(t, rc);
		}
		key_name(&child, last);
		rc = reset_state(t, key_slice(last), value, arena);
	}
	return rc;
}

static int reset_states(struct store *s)
{
	struct key last = { .size = 0 };
	struct arena *arena = arena_new();
	int rc = arena == NULL ? ERR_NOMEM : 0;
	while (rc == 0) {
		struct txn *t = NULL;
		rc = txn_begin(s, STORE_WRITE, &t);
		rc = rc == 0 ? reset_some(t, &last, arena) : rc;
		if (rc != 0 && rc != ERR_NOTFOUND) {
			txn_abort(t);
			break;
		}
		int code = txn_commit(t);
		rc = code == 0 ? rc : code;
	}
	arena_free(arena);
	return rc == ERR_NOTFOUND ? 0 : rc;
}

static int make_store(struct txn *t, struct crypto *crypto, const struct operator_order *o, struct backup_report *out)
{
	struct arena *arena = arena_new();
	int rc = arena == NULL ? txn_fail(t, ERR_NOMEM) : put_epoch(t, o->now);
	rc = rc == 0 ? baseline_begin(t, BASELINE_RESTORED, o->now) : rc;
	rc = rc == 0 ? operator_note_store(t, crypto, o) : rc;
	rc = rc == 0 ? settle_changes(t, crypto, o->now, arena, out) : rc;
	if (rc == 0) {
		rc = db_del(t, DB_META, meta_key(META_BACKUP));
		rc = rc == ERR_NOTFOUND ? 0 : rc; /* a copy that was made by other means */
	}
	rc = rc == 0 ? journal_head(t, &out->sequence, out->hash) : rc;
	arena_free(arena);
	return rc;
}

static int check_sound(struct store *s, struct crypto *crypto, void (*fault)(void *, const char *), char *why)
{
	struct verify_report report;
	int rc = store_verify(s, crypto, NULL, fault, NULL, &report);
	if (rc == 0 && report.faults > 0) {
		snprintf(why, WHY, "%.160s is not sound; restore an older backup", store_dir(s));
		rc = ERR_STORE;
	} else if (rc != 0) {
		snprintf(why, WHY, "%.160s cannot be read to its end: %s; restore an older backup", store_dir(s), err_text(rc));
	}
	return rc;
}

static int copy_sound(const char *from, const struct place *p, uint64_t max_size, struct crypto *crypto, void (*fault)(void *, const char *),
	char *why)
{
	const struct store_options o = { .mode = STORE_READ, .must_exist = true, .max_size = max_size };
	struct store *backup = NULL;
	int rc = store_open(from, &o, &backup, why);
	rc = rc == 0 ? check_sound(backup, crypto, fault, why) : rc;
	rc = rc == 0 ? store_copy(backup, p->partial, why) : rc;
	store_close(backup);
	return rc;
}

int store_restore(const char *from, const char *to, uint64_t max_size, struct crypto *crypto, const struct operator_order *o,
	void (*fault)(void *user, const char *sentence), struct backup_report *out, char why[WHY])
{
	struct place p;
	why[0] = '\0';
	memset(out, 0, sizeof(*out));
	int rc = place_begin(&p, to, why);
	if (rc != 0) {
		return rc;
	}
	rc = copy_sound(from, &p, max_size, crypto, fault, why);
	if (rc == 0) {
		struct store *copy = NULL;
		struct txn *t = NULL;
		rc = open_copy(&p, max_size, o->now, &copy, why);
		rc = rc == 0 ? reset_states(copy) : rc;
		rc = rc == 0 ? txn_begin(copy, STORE_WRITE, &t) : rc;
		rc = rc == 0 ? make_store(t, crypto, o, out) : rc;
		rc = end(copy, t, rc, why);
	}
	rc = rc == 0 ? place_commit(&p, why) : rc;
	if (rc != 0) {
		place_drop(&p);
	}
	return rc;
}
