/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One text to standard output, or to a new file. */
#include "registry/sink/whole.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "registry/sink/parts.h"
#include "validate/wire/err.h"

#define THERE "%s is there already; work it off and remove it first"

/* The folder of path, and what path is called in it. */
static int open_folder(struct whole *w, const char *path)
{
	char folder[4096];
	const char *slash = strrchr(path, '/');
	const char *name = slash == NULL ? path : slash + 1;
	if (snprintf(w->name, sizeof(w->name), "%s", name) >= (int)sizeof(w->name) ||
	    snprintf(folder, sizeof(folder), "%.*s", slash == NULL ? 1 : (int)(slash - path + 1), slash == NULL ? "." : path) >=
	    (int)sizeof(folder)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	return open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* Is what is at that name a file of ours? */
static bool is_ours(int dir, const char *name, const struct stat *st, const char *header)
{
	char data[128];
	size_t size = strlen(header);
	int fd = S_ISREG(st->st_mode) && size <= sizeof(data) ? openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW) : -1;
	bool same = fd >= 0 && read(fd, data, size) == (ssize_t)size && memcmp(data, header, size) == 0;
	if (fd >= 0) {
		close(fd);
	}
	return same;
}

int whole_open(struct whole *w, const struct sink_options *o, const char *header, char why[SINK_WHY])
{
	*w = (struct whole){ .why = o->why, .replaces = header != NULL };
	if (o->target == NULL || strcmp(o->target, "-") == 0) {
		w->to = o->stdout_stream != NULL ? o->stdout_stream : stdout;
		snprintf(w->target, sizeof(w->target), "standard output");
		return 0;
	}
	snprintf(w->target, sizeof(w->target), "%s", o->target);
	int dir = open_folder(w, o->target);
	if (dir < 0) {
		return sink_fail(why, ERR_IO, "the folder of %s cannot be opened", w->target);
	}
	struct stat st;
	int rc = 0;
	bool there = w->name[0] == '\0' || fstatat(dir, w->name, &st, AT_SYMLINK_NOFOLLOW) == 0;
	if (there && header != NULL && (w->name[0] == '\0' || !is_ours(dir, w->name, &st, header))) {
		rc = sink_fail(why, ERR_CONFLICT, "%s is not ours; is it the right file?", w->target);
	} else if (there && header == NULL) {
		rc = sink_fail(why, ERR_CONFLICT, THERE, w->target);
	} else if (replacement_begin(dir, &w->file) != 0) {
		rc = sink_fail(why, ERR_IO, "%s cannot be written", w->target);
	}
	if (rc != 0) {
		close(dir);
		return rc;
	}
	w->own_file = true;
	w->to = w->file.stream;
	return 0;
}

static int finish_file(struct whole *w, bool failed)
{
	if (failed) {
		replacement_drop(&w->file);
		return 0;
	}
	if (replacement_seal(&w->file) != 0) {
		return sink_fail(w->why, ERR_IO, "%s cannot be written", w->target);
	}
	if ((w->replaces ? replacement_commit(&w->file, w->name) : replacement_commit_new(&w->file, w->name)) != 0) {
		return errno == EEXIST ? sink_fail(w->why, ERR_CONFLICT, THERE, w->target)
			: sink_fail(w->why, ERR_IO, "%s cannot be written", w->target);
	}
	return fsync(w->file.dir) == 0 ? 0 : sink_fail(w->why, ERR_IO, "the folder of %s cannot be written to disk", w->target);
}

int whole_finish(struct whole *w, bool failed)
{
	if (w->own_file) {
		int rc = finish_file(w, failed);
		int saved = errno;
		close(w->file.dir);
		errno = saved;
		return rc;
	}
	if (!failed && (fflush(w->to) != 0 || ferror(w->to))) {
		return sink_fail(w->why, ERR_IO, "%s cannot be written", w->target);
	}
	return 0;
}
