/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dry runs: copy, use, remove. */
#define _XOPEN_SOURCE 700 /* mkdtemp, nftw */
#include "scanner/dryrun.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "scanner/command.h"
#include "validate/wire/err.h"

struct dryrun {
	char dir[4096];
};

static int copy_store(const char *from, const char *to)
{
	struct stat st;
	if (stat(from, &st) != 0 && errno == ENOENT) {
		return EXIT_OK; /* as a first run would be */
	}
	int code;
	struct store *store = command_open_store(from, STORE_READ, &code);
	if (store == NULL) {
		return code;
	}
	char why[256];
	int ret = store_copy(store, to, why);
	store_close(store);
	if (ret != ERR_OK) {
		say("%s", say_text(why));
		return EXIT_STORE;
	}
	return EXIT_OK;
}

struct dryrun *dryrun_new(const char *dir, int *code)
{
	struct dryrun *d = calloc(1, sizeof(*d));
	if (d == NULL) {
		say("%s", err_text(ERR_NOMEM));
		*code = EXIT_RUNTIME;
		return NULL;
	}
	const char *tmp = getenv("TMPDIR");
	snprintf(d->dir, sizeof(d->dir), "%s/cdswalk-dry-XXXXXX", tmp == NULL || tmp[0] == '\0' ? "/tmp" : tmp);
	if (mkdtemp(d->dir) == NULL) {
		say("%s: no temporary directory for the dry run (%s); set TMPDIR", say_text(d->dir), strerror(errno));
		*code = EXIT_RUNTIME;
		free(d);
		return NULL;
	}
	*code = copy_store(dir, d->dir);
	if (*code != EXIT_OK) {
		dryrun_free(d);
		return NULL;
	}
	return d;
}

const char *dryrun_dir(const struct dryrun *d)
{
	return d->dir;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	return remove(path);
}

void dryrun_free(struct dryrun *d)
{
	if (d == NULL) {
		return;
	}
	/* Only what mkdtemp made for us: the name was never given by anybody. */
	(void)nftw(d->dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	free(d);
}
