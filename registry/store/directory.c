/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The directory of a store, looked at before LMDB sees it, so that people get sentences. */
#include "registry/store/directory.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "validate/wire/err.h"

int directory_check(const char *dir, enum store_mode mode, char why[256])
{
	struct stat st;
	if (stat(dir, &st) != 0) {
		if (errno == ENOENT && mode == STORE_READ) {
			snprintf(why, 256, "no store in %s; run cdswalk scan --db %s first", dir, dir);
			return ERR_NOTFOUND;
		}
		if (errno != ENOENT || (mkdir(dir, 0700) != 0 && errno != EEXIST)) {
			snprintf(why, 256, "cannot %s %s: %s", errno == ENOENT || mode == STORE_WRITE ? "create" : "open", dir,
				errno == ENOENT ? "the directory above it does not exist" : strerror(errno));
			return ERR_IO;
		}
		if (stat(dir, &st) != 0) {
			snprintf(why, 256, "cannot open %s: %s", dir, strerror(errno));
			return ERR_IO;
		}
	}
	if (!S_ISDIR(st.st_mode)) {
		snprintf(why, 256, "%s is not a directory; --db takes the directory of the store", dir);
		return ERR_IO;
	}
	if (mode == STORE_WRITE && access(dir, R_OK | W_OK | X_OK) != 0) {
		snprintf(why, 256, "cannot write to %s: %s", dir, strerror(errno));
		return ERR_IO;
	}
	return 0;
}

/* Without it LMDB would make a lock file in a directory that has no store. */
int directory_check_data(const char *dir, const char *path, char why[256])
{
	struct stat st;
	if (stat(path, &st) == 0 && st.st_size > 0) {
		return 0;
	}
	if (access(dir, X_OK) != 0) {
		snprintf(why, 256, "cannot look into %s: %s", dir, strerror(errno));
		return ERR_IO;
	}
	snprintf(why, 256, "no store in %s; run cdswalk scan --db %s first", dir, dir);
	return ERR_NOTFOUND;
}
