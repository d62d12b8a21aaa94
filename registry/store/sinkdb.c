/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What sinks remember, as records. */
#include "registry/store/sinkdb.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "registry/store/change.h"
#include "registry/store/db.h"
#include "registry/store/event.h"
#include "registry/store/key.h"
#include "registry/store/value.h"
#include "validate/wire/err.h"

/* Room for the troubles of a million changes; sparse. */
#define SINKDB_SIZE (UINT64_C(1) << 30)
#define ATTEMPT_OCTETS (1 + 1 + 4 + 4 * 8 + sizeof(((struct sink_attempt *)0)->words))

bool sinkdb_is_name(const char *name)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
	size_t size = strlen(name);
	return size > 0 && size <= SINK_NAME_MAX && strspn(name, letters) == size;
}

/* ---- the environment */

static uint8_t nibble(char c)
{
	return (uint8_t)(c >= 'a' ? c - 'a' + 10 : c - '0');
}

static void uuid_of(const struct store_identity *i, uint8_t out[16])
{
	const char *p = i->uuid;
	for (size_t n = 0; n < 16; n++) {
		p += *p == '-';
		out[n] = (uint8_t)(nibble(p[0]) << 4 | nibble(p[1]));
		p += 2;
	}
}

static int make_parent(const char *dir, enum store_mode mode, char why[256])
{
	struct stat st;
	if (mode == STORE_READ) {
		return stat(dir, &st) == 0 ? 0 : ERR_NOTFOUND;
	}
	if (mkdir(dir, 0700) == 0 || errno == EEXIST) {
		return 0;
	}
	snprintf(why, 256, "cannot create %.180s: %s", dir, strerror(errno));
	return ERR_IO;
}

int sinkdb_open(const struct store *of, const char *name, enum store_mode mode, struct store **out, char why[256])
{
	char dir[4096];
	struct store_identity ours;
	struct store_identity found;
	struct store_options o = { .mode = mode, .max_size = SINKDB_SIZE };
	struct store *s = NULL;
	store_identity(of, &ours);
	uuid_of(&ours, o.uuid);
	int size = snprintf(dir, sizeof(dir), "%s/sinks", store_dir(of));
	if (!sinkdb_is_name(name) || size < 0 || (size_t)size + 1 + SINK_NAME_MAX >= sizeof(dir)) {
		snprintf(why, 256, "the name of the store or of the sink is too long");
		return ERR_ARG;
	}
	int rc = make_parent(dir, mode, why);
	if (rc != 0) {
		return rc;
	}
	snprintf(dir + size, sizeof(dir) - (size_t)size, "/%s", name);
	rc = store_open(dir, &o, &s, why);
	if (rc != 0) {
		return rc;
	}
	store_identity(s, &found);
	if (strcmp(found.uuid, ours.uuid) != 0) {
		snprintf(why, 256, "%.180s belongs to another store; remove it: what waits is tried again", dir);
		store_close(s);
		return ERR_CONFLICT;
	}
	*out = s;
	return 0;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(a, b);
}

static bool is_directory(DIR *d, const char *name)
{
	struct stat st;
	return name[0] != '.' && fstatat(dirfd(d), name, &st, 0) == 0 && S_ISDIR(st.st_mode);
}

static int read_names(DIR *d, struct sinkdb_names *n)
{
	size_t room = 0;
	for (const struct dirent *e; (e = readdir(d)) != NULL;) {
		if (!is_directory(d, e->d_name)) {
			continue;
		}
		if (n->count == room) {
			room = room == 0 ? 16 : room * 2;
			void *more = realloc(n->names, room * sizeof(n->names[0]));
			if (more == NULL) {
				return ERR_NOMEM;
			}
			n->names = more;
		}
		snprintf(n->names[n->count++], sizeof(n->names[0]), "%s", e->d_name);
	}
	return 0;
}

int sinkdb_list(const struct store *of, struct sinkdb_names *out)
{
	char dir[4096];
	struct sinkdb_names n = { .count = 0 };
	int size = snprintf(dir, sizeof(dir), "%s/sinks", store_dir(of));
	*out = n;
	DIR *d = size < 0 || (size_t)size >= sizeof(dir) ? NULL : opendir(dir);
	if (d == NULL) {
		return errno == ENOENT ? 0 : ERR_IO;
	}
	int rc = read_names(d, &n);
	closedir(d);
	if (rc != 0) {
		sinkdb_names_free(&n);
		return rc;
	}
	if (n.count > 0) {
		qsort(n.names, n.count, sizeof(n.names[0]), compare_names);
	}
	*out = n;
	return 0;
}

void sinkdb_names_free(struct sinkdb_names *n)
{
	free(n->names);
	*n = (struct sinkdb_names){ .count = 0 };
}

static struct slice text_key(const char *text)
{
	return (struct slice){ .data = (const uint8_t *)text, .size = strlen(text) };
}

/* ---- how far it has read */

int sink_cursor_decode(struct slice value, struct sink_cursor *out)
{
	struct wire w;
	int rc = value_reader(value, &w);
	if (rc != 0) {
		return rc;
	}
	struct sink_cursor c = { .sequence = wire_read_u64(&w) };
	value_read_octets(&w, c.hash, sizeof(c.hash));
	if (!wire_done(&w)) {
		return ERR_FORMAT;
	}
	*out = c;
	return 0;
}

int sink_cursor_get(struct txn *t, struct sink_cursor *out)
{
	struct slice value;
	int rc = db_get(t, DB_META, text_key(META_CURSOR), &value);
	if (rc != 0) {
		return rc;
	}
	rc = sink_cursor_decode(value, out);
	return rc == 0 ? 0 : txn_fail(t, rc);
}

int sink_cursor_put(struct txn *t, const struct sink_cursor *c)
{
	uint8_t octets[1 + 8 + SHA256_OCTETS];
	struct wire w = value_writer(octets, sizeof(octets));
	wire_write_u64(&w, c->sequence);
	wire_write(&w, c->hash, sizeof(c->hash));
	return db_put(t, DB_META, text_key(META_CURSOR), value_written(&w));
}

/* ---- what has not gone as it should */

const char *sink_trouble_text(enum sink_trouble t)
{
	static const char *const texts[SINK_TROUBLES] = { [TROUBLE_WAITS] = "waits", [TROUBLE_UNKNOWN] = "unknown",
		[TROUBLE_CONFLICT] = "conflict", [TROUBLE_REFUSED] = "refused" };
	return t > 0 && t < SINK_TROUBLES ? texts[t] : "unknown";
}

int sink_attempt_decode(struct slice key, struct slice value, struct sink_attempt *out)
{
	struct wire w;
	struct sink_attempt a = { .change = 0 };
	int rc = key_to_u64(key, &a.change);
	rc = rc == 0 ? value_reader(value, &w) : rc;
	if (rc != 0) {
		return rc;
	}
	uint8_t trouble = wire_read_u8(&w);
	a.trouble = (enum sink_trouble)trouble;
	a.count = wire_read_u32(&w);
	a.first = wire_read_u64(&w);
	a.last = wire_read_u64(&w);
	a.next = wire_read_u64(&w);
	a.generation = wire_read_u64(&w);
	value_read_text(&w, a.words, sizeof(a.words));
	if (!wire_done(&w) || trouble == 0 || trouble >= SINK_TROUBLES) {
		return ERR_FORMAT;
	}
	*out = a;
	return 0;
}

int sink_attempt_get(struct txn *t, uint64_t change, struct sink_attempt *out)
{
	struct key key;
	struct slice value;
	key_u64(change, &key);
	int rc = db_get(t, DB_CHANGE, key_slice(&key), &value);
	if (rc != 0) {
		return rc;
	}
	rc = sink_attempt_decode(key_slice(&key), value, out);
	return rc == 0 ? 0 : txn_fail(t, rc);
}

/* What cannot be printed becomes a question mark. */
static void clean_words(char *words)
{
	for (char *c = words; *c != '\0'; c++) {
		*c = *c < ' ' || *c > '~' ? '?' : *c;
	}
}

int sink_attempt_put(struct txn *t, const struct sink_attempt *a)
{
	uint8_t octets[ATTEMPT_OCTETS];
	struct sink_attempt clean = *a;
	struct key key;
	clean_words(clean.words);
	struct wire w = value_writer(octets, sizeof(octets));
	wire_write_u8(&w, (uint8_t)a->trouble);
	wire_write_u32(&w, a->count);
	wire_write_u64(&w, a->first);
	wire_write_u64(&w, a->last);
	wire_write_u64(&w, a->next);
	wire_write_u64(&w, a->generation);
	if (!value_write_text(&w, clean.words, sizeof(clean.words))) {
		return txn_fail(t, ERR_ARG);
	}
	key_u64(a->change, &key);
	return db_put(t, DB_CHANGE, key_slice(&key), value_written(&w));
}

int sink_attempt_del(struct txn *t, uint64_t change)
{
	struct key key;
	key_u64(change, &key);
	int rc = db_del(t, DB_CHANGE, key_slice(&key));
	return rc == ERR_NOTFOUND ? 0 : rc;
}

int sink_attempt_next(struct txn *t, uint64_t first, struct sink_attempt *out)
{
	struct key from;
	struct slice key;
	struct slice value;
	key_u64(first, &from);
	int rc = db_seek(t, DB_CHANGE, key_slice(&from), &key, &value);
	if (rc != 0) {
		return rc;
	}
	rc = sink_attempt_decode(key, value, out);
	return rc == 0 ? 0 : txn_fail(t, rc);
}

/* ---- how it has gone */

int sink_about_decode(struct slice value, struct sink_about *out)
{
	struct sink_about a = { .taken_at = 0 };
	struct wire w;
	int rc = value_reader(value, &w);
	if (rc != 0) {
		return rc;
	}
	value_read_text(&w, a.kind, sizeof(a.kind));
	uint8_t along = wire_read_u8(&w);
	a.is_along = along == 1;
	a.taken_at = wire_read_u64(&w);
	a.well_at = wire_read_u64(&w);
	a.failed_at = wire_read_u64(&w);
	value_read_text(&w, a.words, sizeof(a.words));
	if (!wire_done(&w) || along > 1 || !sinkdb_is_name(a.kind)) {
		return ERR_FORMAT;
	}
	*out = a;
	return 0;
}

int sink_about_get(struct txn *t, struct sink_about *out)
{
	struct slice value;
	int rc = db_get(t, DB_META, text_key(META_ABOUT), &value);
	if (rc != 0) {
		return rc;
	}
	rc = sink_about_decode(value, out);
	return rc == 0 ? 0 : txn_fail(t, rc);
}

int sink_about_put(struct txn *t, const struct sink_about *a)
{
	uint8_t octets[1 + sizeof(*a)];
	struct sink_about clean = *a;
	struct wire w = value_writer(octets, sizeof(octets));
	clean_words(clean.words);
	if (!sinkdb_is_name(a->kind) || !value_write_text(&w, a->kind, sizeof(a->kind))) {
		return txn_fail(t, ERR_ARG);
	}
	wire_write_u8(&w, a->is_along);
	wire_write_u64(&w, a->taken_at);
	wire_write_u64(&w, a->well_at);
	wire_write_u64(&w, a->failed_at);
	if (!value_write_text(&w, clean.words, sizeof(clean.words))) {
		return txn_fail(t, ERR_ARG);
	}
	return db_put(t, DB_META, text_key(META_ABOUT), value_written(&w));
}

/* ---- whose answers the journal has */

int sink_of_record_decode(struct slice value, struct sink_of_record *out)
{
	struct wire w;
	int rc = value_reader(value, &w);
	if (rc != 0) {
		return rc;
	}
	struct sink_of_record r = { .since = wire_read_u64(&w) };
	value_read_text(&w, r.name, sizeof(r.name));
	value_read_text(&w, r.before, sizeof(r.before));
	value_read_text(&w, r.who, sizeof(r.who));
	value_read_text(&w, r.why, sizeof(r.why));
	if (!wire_done(&w) || !sinkdb_is_name(r.name)) {
		return ERR_FORMAT;
	}
	*out = r;
	return 0;
}

int sink_of_record_get(struct txn *t, struct sink_of_record *out)
{
	struct slice value;
	int rc = db_get(t, DB_META, text_key(META_SINK), &value);
	if (rc != 0) {
		return rc;
	}
	rc = sink_of_record_decode(value, out);
	return rc == 0 ? 0 : txn_fail(t, rc);
}

int sink_of_record_put(struct txn *t, const struct sink_of_record *r)
{
	uint8_t octets[1 + 8 + sizeof(*r)];
	struct wire w = value_writer(octets, sizeof(octets));
	wire_write_u64(&w, r->since);
	if (!sinkdb_is_name(r->name) || !value_write_text(&w, r->name, sizeof(r->name)) ||
	    !value_write_text(&w, r->before, sizeof(r->before)) || !value_write_text(&w, r->who, sizeof(r->who)) ||
	    !value_write_text(&w, r->why, sizeof(r->why))) {
		return txn_fail(t, ERR_ARG);
	}
	return db_put(t, DB_META, text_key(META_SINK), value_written(&w));
}

int sink_take_over(struct txn *t, struct crypto *crypto, const char *name, const struct operator_order *o)
{
	struct sink_of_record before;
	struct sink_of_record r = { .since = o->now };
	struct operator_note n = { .child = { .size = 1 }, .action = OPERATOR_DO_TAKE_OVER };
	if (!sinkdb_is_name(name) || operator_order_fault(o) != NULL) {
		return ERR_ARG;
	}
	int rc = sink_of_record_get(t, &before);
	if (rc != 0 || strcmp(before.name, name) == 0) {
		return rc == 0 ? ERR_CONFLICT : rc;
	}
	snprintf(n.who, sizeof(n.who), "%s", o->who);
	snprintf(n.why, sizeof(n.why), "%s", o->why);
	snprintf(n.to, sizeof(n.to), "%s", name);
	memcpy(n.from, before.name, sizeof(n.from));
	memcpy(r.name, n.to, sizeof(r.name));
	memcpy(r.before, n.from, sizeof(r.before));
	memcpy(r.who, n.who, sizeof(r.who));
	memcpy(r.why, n.why, sizeof(r.why));
	rc = journal_operator(t, crypto, o->now, 0, &n);
	return rc == 0 ? sink_of_record_put(t, &r) : rc;
}
