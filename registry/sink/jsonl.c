/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JSON Lines: one object a change, to standard output or at the end of a file. At least once: a receiver knows a change
 * by its id and hash. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "registry/sink/json.h"
#include "registry/sink/parts.h"
#include "validate/wire/err.h"

/* How each of our lines begins: a file that stops inside one was left by a killed export. */
#define LINE_START "{\"id\":\""
#define TAIL_OCTETS (256 * 1024)

struct jsonl {
	struct sink sink;
	struct json *json;
	FILE *to;
	char *why;
	bool own_file;
	bool regular;
	off_t start;		/* size of the file before us */
	char target[128];	/* for sentences */
};

/* Where the last whole line ends: our own half line is cut off, its change was never marked as sent. Half a line of
 * somebody else's is left alone: ERR_CONFLICT. */
static int find_line_end(int fd, off_t size, off_t *end)
{
	size_t tail = size < TAIL_OCTETS ? (size_t)size : TAIL_OCTETS;
	char *data = malloc(tail + 1);
	if (data == NULL) {
		return ERR_NOMEM;
	}
	int rc = 0;
	ssize_t n = pread(fd, data, tail, size - (off_t)tail);
	if (n != (ssize_t)tail) {
		errno = n < 0 ? errno : EIO;
		rc = ERR_IO;
		goto out;
	}
	size_t whole = tail;
	while (whole > 0 && data[whole - 1] != '\n') {
		whole--;
	}
	size_t half = tail - whole;
	size_t known = half < strlen(LINE_START) ? half : strlen(LINE_START);
	if (half > 0 && (memcmp(data + whole, LINE_START, known) != 0 || (whole == 0 && (off_t)tail != size))) {
		rc = ERR_CONFLICT;
		goto out;
	}
	*end = size - (off_t)half;
out:
	free(data);
	return rc;
}

static int prepare_file(struct jsonl *s, int fd, char *why)
{
	struct stat st;
	if (fstat(fd, &st) != 0) {
		return sink_fail(why, ERR_IO, "%s cannot be examined", s->target);
	}
	s->regular = S_ISREG(st.st_mode);
	if (!s->regular) {
		return 0;
	}
	if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		return errno == EWOULDBLOCK
			? sink_fail(why, ERR_BUSY, "%s is being written by another export; wait until it has ended", s->target)
			: sink_fail(why, ERR_IO, "%s cannot be locked", s->target);
	}
	/* Its size under the lock. */
	off_t size = lseek(fd, 0, SEEK_END);
	int rc = size < 0 ? ERR_IO : find_line_end(fd, size, &s->start);
	if (rc == 0 && s->start != size && ftruncate(fd, s->start) != 0) {
		rc = ERR_IO;
	}
	if (rc == ERR_CONFLICT) {
		return sink_fail(why, rc, "%s ends inside a line that is not ours; is it the right file?", s->target);
	}
	return rc == 0 ? 0 : sink_fail(why, rc, "%s cannot be read to its end", s->target);
}

static int open_target(struct jsonl *s, const struct sink_options *o, char *why)
{
	if (o->target == NULL || strcmp(o->target, "-") == 0) {
		s->to = o->stdout_stream != NULL ? o->stdout_stream : stdout;
		snprintf(s->target, sizeof(s->target), "standard output");
		return 0;
	}
	snprintf(s->target, sizeof(s->target), "%s", o->target);
	int fd = open(o->target, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
	if (fd < 0) {
		return sink_fail(why, ERR_IO, "%s cannot be opened for writing", s->target);
	}
	int rc = prepare_file(s, fd, why);
	if (rc == 0) {
		s->to = fdopen(fd, "a");
		rc = s->to == NULL ? sink_fail(why, ERR_IO, "%s cannot be opened for writing", s->target) : 0;
	}
	if (rc != 0) {
		close(fd);
		return rc;
	}
	/* A line is one write; a failed one leaves nothing behind that would come out after the file is cut back. */
	setvbuf(s->to, NULL, _IONBF, 0);
	s->own_file = true;
	return 0;
}

int sink_jsonl_new(const struct sink_options *o, struct sink **out, char why[SINK_WHY])
{
	struct jsonl *s = calloc(1, sizeof(*s));
	struct json *json = json_new();
	if (s == NULL || json == NULL) {
		free(s);
		json_free(json);
		return sink_fail(why, ERR_NOMEM, "out of memory");
	}
	s->sink.ops = &sink_jsonl_ops;
	s->json = json;
	s->why = o->why;
	int rc = open_target(s, o, why);
	if (rc != 0) {
		json_free(json);
		free(s);
		return rc;
	}
	*out = &s->sink;
	return 0;
}

/* What is in one set and not in the other. */
static void put_difference(struct json *j, const char *key, const struct ds_set *in, const struct ds_set *not_in)
{
	json_array(j, key);
	for (size_t i = 0; i < in->count; i++) {
		if (!ds_set_has(not_in, &in->ds[i])) {
			char text[DS_TEXT_SIZE];
			ds_to_text(&in->ds[i], text);
			json_string(j, NULL, text);
		}
	}
	json_array_end(j);
}

static int jsonl_put(struct sink *sink, const char *id, const struct change *c)
{
	struct jsonl *s = (struct jsonl *)sink;
	struct json *j = s->json;
	char case_id[48];
	snprintf(case_id, sizeof(case_id), "%llu/%llu", (unsigned long long)c->run, (unsigned long long)c->sequence);
	json_object(j, NULL);
	json_string(j, "id", id);
	json_hex(j, "hash", c->hash, sizeof(c->hash));
	json_name(j, "child", &c->child);
	json_string(j, "class", change_class_text(c->class));
	json_uint(j, "run", c->run);
	json_string(j, "case", case_id);
	json_time(j, "judged_at", c->judged_at);
	json_ds_set(j, "ds_before", &c->ds_before);
	json_ds_set(j, "ds_after", &c->ds_after);
	put_difference(j, "add", &c->ds_after, &c->ds_before);
	put_difference(j, "remove", &c->ds_before, &c->ds_after);
	json_array(j, "ns_before");
	for (size_t i = 0; i < c->ns_count; i++) {
		json_name(j, NULL, &c->ns_before[i]);
	}
	json_array_end(j);
	json_uint(j, "ds_ttl", c->ds_ttl);
	json_uint(j, "generation", c->generation);
	json_object_end(j);
	int rc = json_end_line(j, s->to);
	return rc == 0 ? 0 : sink_fail(s->why, rc, "%s cannot be written", s->target);
}

static int make_durable(struct jsonl *s)
{
	if (fflush(s->to) != 0 || ferror(s->to)) {
		return sink_fail(s->why, ERR_IO, "%s cannot be written", s->target);
	}
	if (s->own_file && s->regular && fsync(fileno(s->to)) != 0) {
		return sink_fail(s->why, ERR_IO, "%s cannot be written to disk", s->target);
	}
	return 0;
}

/* The file as it was before us; a stream cannot be taken back. */
static int take_back(struct jsonl *s)
{
	if (s->own_file && s->regular && (ftruncate(fileno(s->to), s->start) != 0 || fsync(fileno(s->to)) != 0)) {
		return sink_fail(s->why, ERR_IO, "%s cannot be cut back to what it was", s->target);
	}
	return 0;
}

static int jsonl_finish(struct sink *sink, bool failed)
{
	struct jsonl *s = (struct jsonl *)sink;
	int rc = failed ? take_back(s) : make_durable(s);
	int saved = errno;
	if (rc != 0 && !failed) {
		s->why = NULL;		/* the first failure is the one to tell */
		(void)take_back(s);
	}
	if (s->own_file && fclose(s->to) != 0 && rc == 0 && !failed) {
		rc = sink_fail(s->why, ERR_IO, "%s cannot be written", s->target);
		saved = errno;
	}
	json_free(s->json);
	free(s);
	errno = saved;
	return rc;
}

const struct sink_ops sink_jsonl_ops = {
	.name = "jsonl",
	.sentence = "JSON Lines, one object a change, to standard output or at the end of the file TARGET",
	.put = jsonl_put,
	.finish = jsonl_finish,
};
