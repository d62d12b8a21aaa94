/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files for the tests of sources: a directory of their own, texts and gzip into it. */
#pragma once

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "registry/source/source.h"
#include "tests/unit/store_fixture.h"

/* The path lives until the next call. */
static inline const char *file_path(const struct fixture *f, const char *name)
{
	static char path[512];
	snprintf(path, sizeof(path), "%s/%s", f->dir, name);
	return path;
}

static inline const char *file_write(const struct fixture *f, const char *name, const void *data, size_t size)
{
	const char *path = file_path(f, name);
	FILE *to = fopen(path, "wb");
	assert_non_null(to);
	assert_int_equal(fwrite(data, 1, size, to), size);
	assert_int_equal(fclose(to), 0);
	return path;
}

static inline const char *file_text(const struct fixture *f, const char *name, const char *text)
{
	return file_write(f, name, text, strlen(text));
}

/* One gzip member; *size octets, to be freed. */
static inline unsigned char *gzip_octets(const void *data, size_t size, size_t *packed)
{
	z_stream z;
	memset(&z, 0, sizeof(z));
	assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
	size_t room = deflateBound(&z, size) + 64;
	unsigned char *out = malloc(room);
	unsigned char *in = malloc(size + 1);
	assert_non_null(out);
	assert_non_null(in);
	memcpy(in, data, size);
	z.next_in = in;
	z.avail_in = (uInt)size;
	z.next_out = out;
	z.avail_out = (uInt)room;
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	*packed = room - z.avail_out;
	deflateEnd(&z);
	free(in);
	return out;
}
