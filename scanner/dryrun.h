/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A throw-away copy of a store: a dry run does everything a run does, and then it is gone. */
#pragma once

struct dryrun;

/* Copies dir (which need not exist) into a temporary directory; NULL after saying why, exit code in *code. */
struct dryrun *dryrun_new(const char *dir, int *code);
const char *dryrun_dir(const struct dryrun *d);
/* Removes the copy. NULL is fine. */
void dryrun_free(struct dryrun *d);
