/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Temporary files without a name. */
#include "registry/source/tempfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "validate/wire/err.h"

int tempfile_open(const char *dir, int *fd)
{
	size_t size = strlen(dir) + sizeof("/cdswalk-sort.XXXXXX");
	char *path = malloc(size);
	if (path == NULL) {
		return ERR_NOMEM;
	}
	snprintf(path, size, "%s/cdswalk-sort.XXXXXX", dir);
	int opened = mkstemp(path);
	int failed = errno;
	if (opened >= 0 && unlink(path) != 0) {
		failed = errno;
		close(opened);
		opened = -1;
	}
	free(path);
	if (opened < 0) {
		errno = failed;
		return failed == ENOSPC ? ERR_FULL : ERR_IO;
	}
	(void)fcntl(opened, F_SETFD, FD_CLOEXEC);
	*fd = opened;
	return 0;
}

int tempfile_write(int fd, const uint8_t *data, size_t size, off_t at)
{
	while (size > 0) {
		ssize_t n = pwrite(fd, data, size, at);
		if (n < 0 && errno == EINTR) {
			continue;
		}
		if (n <= 0) {
			return errno == ENOSPC || errno == EDQUOT || errno == EFBIG ? ERR_FULL : ERR_IO;
		}
		data += n;
		size -= (size_t)n;
		at += n;
	}
	return 0;
}

int tempfile_read(int fd, uint8_t *data, size_t size, off_t at)
{
	while (size > 0) {
		ssize_t n = pread(fd, data, size, at);
		if (n < 0 && errno == EINTR) {
			continue;
		}
		if (n <= 0) {
			errno = n == 0 ? EIO : errno;
			return ERR_IO;
		}
		data += n;
		size -= (size_t)n;
		at += n;
	}
	return 0;
}
