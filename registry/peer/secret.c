/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _DEFAULT_SOURCE	/* explicit_bzero */
#include "registry/peer/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "validate/wire/err.h"

#define WHY 256

static int check(int fd, const char *path, char *why)
{
	struct stat st;
	if (fstat(fd, &st) != 0) {
		snprintf(why, WHY, "%.120s cannot be read: %s", path, strerror(errno));
		return ERR_IO;
	}
	if (!S_ISREG(st.st_mode)) {
		snprintf(why, WHY, "%.120s is not a regular file; a secret has to be in one", path);
		return ERR_ARG;
	}
	if (st.st_uid != geteuid() && st.st_uid != 0) {
		snprintf(why, WHY, "%.120s belongs to somebody else, who could change it; make it your own (chown)", path);
		return ERR_ARG;
	}
	if ((st.st_mode & 077) != 0) {
		snprintf(why, WHY, "%.120s can be read by others than its owner; make it private (chmod 600)", path);
		return ERR_ARG;
	}
	return 0;
}

static int read_whole(int fd, const char *path, char *out, size_t *size, char *why)
{
	size_t used = 0;
	for (;;) {
		ssize_t n = read(fd, out + used, SECRET_MAX + 1 - used);
		if (n < 0 && errno == EINTR) {
			continue;
		}
		if (n < 0) {
			snprintf(why, WHY, "%.120s cannot be read: %s", path, strerror(errno));
			return ERR_IO;
		}
		if (n == 0) {
			break;
		}
		used += (size_t)n;
		if (used > SECRET_MAX) {
			snprintf(why, WHY, "%.120s is longer than %d octets: it is no secret of ours", path, SECRET_MAX);
			return ERR_LIMIT;
		}
	}
	if (memchr(out, '\0', used) != NULL) {
		snprintf(why, WHY, "%.120s has a NUL octet: it is no text", path);
		return ERR_ARG;
	}
	while (used > 0 && strchr(" \t\r\n", out[used - 1]) != NULL) {
		used--;
	}
	out[used] = '\0';
	*size = used;
	if (used == 0) {
		snprintf(why, WHY, "%.120s is empty; write the secret into it", path);
		return ERR_ARG;
	}
	return 0;
}

int secret_read(const char *path, char **out, size_t *size, char why[WHY])
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0) {
		snprintf(why, WHY, "%.120s cannot be opened: %s", path, strerror(errno));
		return ERR_IO;
	}
	char *secret = NULL;
	size_t used = 0;
	int rc = check(fd, path, why);
	if (rc == 0) {
		secret = calloc(1, SECRET_MAX + 2);
		rc = secret == NULL ? ERR_NOMEM : read_whole(fd, path, secret, &used, why);
	}
	close(fd);
	if (rc != 0) {
		secret_free(secret);
		return rc;
	}
	*out = secret;
	*size = used;
	return 0;
}

void secret_free(char *secret)
{
	if (secret != NULL) {
		explicit_bzero(secret, SECRET_MAX + 2);
		free(secret);
	}
}

void secret_hide(char *text, const char *secret)
{
	size_t size = secret == NULL ? 0 : strlen(secret);
	for (char *at = size == 0 ? NULL : strstr(text, secret); at != NULL; at = strstr(at + size, secret)) {
		memset(at, '*', size);
	}
}
