/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines to standard output or behind those of a file; what is not whole is taken back. */
#include "registry/sink/appended.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "registry/sink/parts.h"
#include "validate/wire/err.h"

#define TAIL_OCTETS (256 * 1024)
#define HEADER_MAX 128
/* Lines are written in pieces of that size. */
#define BUFFER_OCTETS (64 * 1024)

/* Octets of the file up to its end, at most size of them. */
static int read_at(int fd, off_t at, char *data, size_t size)
{
	ssize_t n = pread(fd, data, size, at);
	if (n != (ssize_t)size) {
		errno = n < 0 ? errno : EIO;
		return ERR_IO;
	}
	return 0;
}

/* Does a file of that size begin with the header, or is it the beginning of one? */
static int check_header(int fd, off_t size, const char *header)
{
	char data[HEADER_MAX];
	size_t known = strlen(header) < (size_t)size ? strlen(header) : (size_t)size;
	assert(strlen(header) <= sizeof(data));
	int rc = read_at(fd, 0, data, known);
	return rc == 0 && memcmp(data, header, known) != 0 ? ERR_CONFLICT : rc;
}

static bool is_half_of_ours(const struct appended_form *form, const char *half, size_t size)
{
	if (form->line_start == NULL) {
		return true;		/* the header told */
	}
	size_t known = size < strlen(form->line_start) ? size : strlen(form->line_start);
	return memcmp(half, form->line_start, known) == 0;
}

/* Where the last whole line ends: our own half line is cut off. Half a line of somebody else's is left alone: ERR_CONFLICT. */
static int find_line_end(int fd, off_t size, const struct appended_form *form, off_t *end)
{
	int rc = form->header != NULL ? check_header(fd, size, form->header) : 0;
	size_t tail = size < TAIL_OCTETS ? (size_t)size : TAIL_OCTETS;
	char *data = malloc(tail + 1);
	if (rc != 0 || data == NULL) {
		free(data);
		return rc != 0 ? rc : ERR_NOMEM;
	}
	rc = read_at(fd, size - (off_t)tail, data, tail);
	size_t whole = tail;
	while (rc == 0 && whole > 0 && data[whole - 1] != '\n') {
		whole--;
	}
	size_t half = tail - whole;
	if (rc == 0 && half > 0 && (!is_half_of_ours(form, data + whole, half) || (whole == 0 && (off_t)tail != size))) {
		rc = ERR_CONFLICT;
	}
	if (rc == 0) {
		*end = size - (off_t)half;
	}
	free(data);
	return rc;
}

static int prepare_file(struct appended *a, int fd, const struct appended_form *form, char *why)
{
	struct stat st;
	if (fstat(fd, &st) != 0) {
		return sink_fail(why, ERR_IO, "%s cannot be examined", a->target);
	}
	a->regular = S_ISREG(st.st_mode);
	if (!a->regular) {
		return 0;
	}
	if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		return errno == EWOULDBLOCK
			? sink_fail(why, ERR_BUSY, "%s is being written by another export; wait until it has ended", a->target)
			: sink_fail(why, ERR_IO, "%s cannot be locked", a->target);
	}
	/* Its size under the lock. */
	off_t size = lseek(fd, 0, SEEK_END);
	int rc = size < 0 ? ERR_IO : find_line_end(fd, size, form, &a->start);
	if (rc == 0 && a->start != size && ftruncate(fd, a->start) != 0) {
		rc = ERR_IO;
	}
	if (rc == ERR_CONFLICT) {
		return sink_fail(why, rc, "%s is not ours, or ends inside a line that is not; is it the right file?", a->target);
	}
	return rc == 0 ? 0 : sink_fail(why, rc, "%s cannot be read to its end", a->target);
}

int appended_open(struct appended *a, const struct sink_options *o, const struct appended_form *form, char why[SINK_WHY])
{
	*a = (struct appended){ .why = o->why, .is_empty = true };
	if (o->target == NULL || strcmp(o->target, "-") == 0) {
		a->to = o->stdout_stream != NULL ? o->stdout_stream : stdout;
		snprintf(a->target, sizeof(a->target), "standard output");
		return 0;
	}
	snprintf(a->target, sizeof(a->target), "%s", o->target);
	int fd = open(o->target, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
	if (fd < 0) {
		return sink_fail(why, ERR_IO, "%s cannot be opened for writing", a->target);
	}
	int rc = prepare_file(a, fd, form, why);
	if (rc == 0) {
		a->buffer = malloc(BUFFER_OCTETS);
		a->to = a->buffer == NULL ? NULL : fdopen(fd, "a");
		rc = a->to == NULL ? sink_fail(why, ERR_IO, "%s cannot be opened for writing", a->target) : 0;
	}
	if (rc != 0) {
		free(a->buffer);
		close(fd);
		return rc;
	}
	setvbuf(a->to, a->buffer, _IOFBF, BUFFER_OCTETS);
	a->is_empty = a->start == 0;
	a->own_file = true;
	return 0;
}

static int make_durable(struct appended *a)
{
	if (fflush(a->to) != 0 || ferror(a->to)) {
		return sink_fail(a->why, ERR_IO, "%s cannot be written", a->target);
	}
	if (a->own_file && a->regular && fsync(fileno(a->to)) != 0) {
		return sink_fail(a->why, ERR_IO, "%s cannot be written to disk", a->target);
	}
	return 0;
}

int appended_write(struct appended *a, const char *data, size_t size)
{
	/* What is taken into the buffer is not yet out of it: fwrite alone is silent when its flush fails. */
	bool good = fwrite(data, 1, size, a->to) == size && ferror(a->to) == 0;
	return good ? 0 : sink_fail(a->why, ERR_IO, "%s cannot be written", a->target);
}

int appended_settle(struct appended *a)
{
	int rc = make_durable(a);
	if (rc != 0 || !a->own_file || !a->regular) {
		return rc;
	}
	off_t end = lseek(fileno(a->to), 0, SEEK_END);
	if (end < 0) {
		return sink_fail(a->why, ERR_IO, "%s cannot be examined", a->target);
	}
	a->start = end;
	return 0;
}

/* The file as it was when it was settled last, or before us; a stream cannot be taken back. */
static int take_back(struct appended *a)
{
	/* Nothing is left behind that would come out after the file is cut back. */
	if (a->own_file) {
		__fpurge(a->to);
	}
	if (a->own_file && a->regular && (ftruncate(fileno(a->to), a->start) != 0 || fsync(fileno(a->to)) != 0)) {
		return sink_fail(a->why, ERR_IO, "%s cannot be cut back to what it was", a->target);
	}
	return 0;
}

int appended_finish(struct appended *a, bool failed)
{
	int rc = failed ? take_back(a) : make_durable(a);
	int saved = errno;
	if (rc != 0 && !failed) {
		a->why = NULL;		/* the first failure is the one to tell */
		(void)take_back(a);
	}
	if (a->own_file && fclose(a->to) != 0 && rc == 0 && !failed) {
		rc = sink_fail(a->why, ERR_IO, "%s cannot be written", a->target);
		saved = errno;
	}
	free(a->buffer);
	errno = saved;
	return rc;
}
