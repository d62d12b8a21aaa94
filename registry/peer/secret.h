/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Secrets (TSIG keys, passwords, HMAC keys) are in files that nobody else can read. They are never printed: not in errors, not
 * in logs, not in the list of processes. */
#pragma once

#include <stddef.h>

#define SECRET_MAX 4096

/* The text of the file without white space at its end: *out is NUL-terminated, to be freed with secret_free. The file is
 * a regular one, of us or of root, and neither group nor others have any right to it; it is not empty and has no NUL.
 * ERR_IO, ERR_ARG, ERR_LIMIT, ERR_NOMEM, with one sentence in why that names file and remedy. */
int secret_read(const char *path, char **out, size_t *size, char why[256]);
/* Overwrites it first. NULL is fine. */
void secret_free(char *secret);
/* Puts asterisks in its place wherever it stands in text: who is told a secret may say it again. NULL or empty: nothing. */
void secret_hide(char *text, const char *secret);
