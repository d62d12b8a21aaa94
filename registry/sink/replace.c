/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A file replaced at once: written beside the old one, synced, and given its name. */
#include "registry/sink/replace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <unistd.h>

#include "validate/wire/err.h"

int replacement_begin(int dir, struct replacement *r)
{
	*r = (struct replacement){ .dir = dir };
	snprintf(r->temporary, sizeof(r->temporary), ".cdswalk-dsset.%ld", (long)getpid());
	/* Left by a process that had our number and was killed. */
	if (unlinkat(dir, r->temporary, 0) != 0 && errno != ENOENT) {
		return ERR_IO;
	}
	int fd = openat(dir, r->temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
	if (fd < 0) {
		return ERR_IO;
	}
	r->stream = fdopen(fd, "w");
	if (r->stream == NULL) {
		int failed = errno;
		close(fd);
		replacement_drop(r);
		errno = failed;
		return ERR_IO;
	}
	return 0;
}

void replacement_drop(struct replacement *r)
{
	int saved = errno;
	if (r->stream != NULL) {
		fclose(r->stream);
		r->stream = NULL;
	}
	(void)unlinkat(r->dir, r->temporary, 0);
	errno = saved;
}

int replacement_seal(struct replacement *r)
{
	bool good = fflush(r->stream) == 0 && !ferror(r->stream) && fsync(fileno(r->stream)) == 0;
	int failed = errno;
	FILE *stream = r->stream;
	r->stream = NULL;
	if (fclose(stream) != 0 && good) {
		good = false;
		failed = errno;
	}
	if (good) {
		return 0;
	}
	replacement_drop(r);
	errno = failed;
	return ERR_IO;
}

int replacement_keep(const struct replacement *r, const char *name, const char *backup)
{
	char held[sizeof(r->temporary) + 8];
	snprintf(held, sizeof(held), "%s.old", r->temporary);
	if (unlinkat(r->dir, held, 0) != 0 && errno != ENOENT) {
		return ERR_IO;
	}
	/* Another name for the old file, so that at no time there is none at name. */
	if (linkat(r->dir, name, r->dir, held, 0) != 0) {
		return ERR_IO;
	}
	int rc = renameat(r->dir, held, r->dir, backup) == 0 ? 0 : ERR_IO;
	int saved = errno;
	/* Where backup was a name of the same file already, rename did nothing. */
	(void)unlinkat(r->dir, held, 0);
	errno = saved;
	return rc;
}

int replacement_commit(struct replacement *r, const char *name)
{
	if (renameat(r->dir, r->temporary, r->dir, name) != 0) {
		replacement_drop(r);
		return ERR_IO;
	}
	return 0;
}

int replacement_commit_new(struct replacement *r, const char *name)
{
	int rc = linkat(r->dir, r->temporary, r->dir, name, 0) == 0 ? 0 : ERR_IO;
	replacement_drop(r);
	return rc;
}
