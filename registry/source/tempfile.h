/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that are gone from their directory as soon as they are there: nothing is left behind whatever happens to us. Private to
 * registry/source. */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* ERR_NOMEM; ERR_FULL, ERR_IO: errno tells, here and below. The caller closes *fd. */
int tempfile_open(const char *dir, int *fd);
int tempfile_write(int fd, const uint8_t *data, size_t size, off_t at);
/* The file has that many octets there, or it is ERR_IO. */
int tempfile_read(int fd, uint8_t *data, size_t size, off_t at);
