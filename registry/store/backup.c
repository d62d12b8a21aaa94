/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Both ways go by a directory of another name, which is renamed when it is whole and durable: a copy that was cut
 * short is never taken for a store. */
#include "registry/store/backup.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "registry/store/baseline.h"
#include "registry/store/change.h"
#include "registry/store/db.h"
#include "registry/store/identity.h"
#include "registry/store/value.h"
#include "registry/store/verify.h"
#include "validate/wire/err.h"

#define WHY 256
#define PATH_SIZE 4096

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
static int begin(const struct place *p, uint64_t max_size, struct store **store, struct txn **t, char *why)
{
	const struct store_options o = { .mode = STORE_WRITE, .must_exist = true, .is_backup = true, .max_size = max_size };
	int rc = store_open(p->partial, &o, store, why);
	if (rc == 0) {
		rc = txn_begin(*store, STORE_WRITE, t);
	}
	return rc;
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
		rc = begin(p, store_max_size(s), &copy, &t, why);
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

/* Higher than any that was given since, also to another store that was made of the same backup: by the clock. */
static int next_epoch(struct txn *t, const struct epochs *before, uint64_t now, struct epochs *out)
{
	uint64_t sequence;
	uint8_t hash[SHA256_OCTETS];
	*out = *before;
	int rc = journal_head(t, &sequence, hash);
	if (rc == 0 && out->count == EPOCHS_MAX) {
		rc = ERR_LIMIT;
	}
	if (rc == 0) {
		uint32_t last = epochs_of(out, UINT64_MAX);
		uint32_t number = now > last && now <= UINT32_MAX ? (uint32_t)now : last + 1;
		out->at[out->count++] = (struct epoch){ .first = sequence + 1, .number = number };
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
		rc = begin(&p, max_size, &copy, &t, why);
		rc = rc == 0 ? make_store(t, crypto, o, out) : rc;
		rc = end(copy, t, rc, why);
	}
	rc = rc == 0 ? place_commit(&p, why) : rc;
	if (rc != 0) {
		place_drop(&p);
	}
	return rc;
}
