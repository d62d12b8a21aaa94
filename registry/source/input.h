/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Octets of a file, plain or packed by gzip or zstd, or of standard input; an early end is an error. Private to registry/source. */
#pragma once

#include <stddef.h>

#include "registry/source/source.h"

struct input;

/* Fills what of *e: file, line, and the sentence. line 0: none. Never fails. */
__attribute__((format(printf, 4, 5)))
void source_fault(struct source_error *e, const char *file, uint64_t line, const char *format, ...);

/* path "-": standard input. A directory, a missing, unreadable or empty file, or one in another compression (or
 * in zstd, in a build without libzstd) is an error with its sentence: ERR_IO, ERR_FORMAT, ERR_NOMEM. */
int input_open(const char *path, struct input **out, struct source_error *e);
/* As much as fits, less only at the end: *got 0 is a proper end. ERR_IO, ERR_FORMAT (packed stream damaged or cut). A read
 * that a signal interrupts is ERR_CANCELLED. */
int input_read(struct input *in, char *to, size_t size, size_t *got, struct source_error *e);
/* For people: the path, or "standard input". */
const char *input_name(const struct input *in);
/* When a file was written, seconds since the epoch; 0: it is none, but a pipe or a terminal. */
uint64_t input_written(const struct input *in);
void input_close(struct input *in);	/* NULL is fine */
