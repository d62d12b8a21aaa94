/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads files, plain or packed by gzip or zstd, and standard input; an early end is an error. */
#include "registry/source/input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#ifdef HAVE_ZSTD
#include <zstd.h>
#endif

#include "validate/wire/err.h"

#define INPUT_OCTETS (64 * 1024)
#define MAGIC_OCTETS 10
#define ZSTD_MAGIC "\x28\xb5\x2f\xfd"
/* zlib: the largest window, gzip header only. */
#define GZIP_WINDOW (15 + 16)
/* What a frame may make us keep: 32 MiB, which is what all levels up to 20 need. */
#define ZSTD_WINDOW_LOG 25

struct input {
	char name[sizeof(((struct source_error *)0)->file)];
	int fd;
	bool standard_input;
	uint64_t written;
	bool gzip;
	bool member_open;	/* inside a gzip member or a zstd frame: an end here is early */
	bool zlib_ready;
	bool ended;		/* read(2) said so */
	uint64_t octets;	/* read from the file */
	size_t pos;		/* of buffer, what was not given out */
	size_t size;
	z_stream z;
#ifdef HAVE_ZSTD
	ZSTD_DStream *zstd;	/* NULL: another kind of file */
	bool zstd_holds;	/* there was no room for all that it had unpacked */
#endif
	unsigned char buffer[INPUT_OCTETS];
};

void source_fault(struct source_error *e, const char *file, uint64_t line, const char *format, ...)
{
	snprintf(e->file, sizeof(e->file), "%s", file);
	e->line = line;
	va_list args;
	va_start(args, format);
	vsnprintf(e->reason, sizeof(e->reason), format, args);
	va_end(args);
}

const char *input_name(const struct input *in)
{
	return in->name;
}

uint64_t input_written(const struct input *in)
{
	return in->written;
}

static int fill(struct input *in, struct source_error *e)
{
	in->pos = 0;
	in->size = 0;
	while (in->size < sizeof(in->buffer) && !in->ended) {
		ssize_t n = read(in->fd, in->buffer + in->size, sizeof(in->buffer) - in->size);
		if (n < 0) {
			int failed = errno;
			source_fault(e, in->name, 0, "cannot be read: %s", strerror(failed));
			return failed == EINTR ? ERR_CANCELLED : ERR_IO;
		}
		in->ended = n == 0;
		in->size += (size_t)n;
		in->octets += (size_t)n;
	}
	return 0;
}

static int open_file(struct input *in, const char *path, struct source_error *e)
{
	in->standard_input = strcmp(path, "-") == 0;
	in->fd = in->standard_input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	if (in->fd < 0) {
		source_fault(e, in->name, 0, "cannot be opened: %s", strerror(errno));
		return ERR_IO;
	}
	struct stat st;
	if (fstat(in->fd, &st) != 0) {
		source_fault(e, in->name, 0, "cannot be read: %s", strerror(errno));
		return ERR_IO;
	}
	if (S_ISDIR(st.st_mode)) {
		source_fault(e, in->name, 0, "is a directory; give the file in it");
		return ERR_IO;
	}
	/* 1 January 1970 is what a file has whose time nobody kept: old, and not of now. */
	in->written = !S_ISREG(st.st_mode) ? 0 : st.st_mtime > 0 ? (uint64_t)st.st_mtime : 1;
	return 0;
}

/* The program that unpacks what starts like this; NULL for text and what is unpacked here. */
static const char *foreign_packer(const unsigned char *data, size_t size)
{
	static const struct {
		const char *program;
		size_t size;
		const char *magic;
	} packers[] = {
#ifndef HAVE_ZSTD
		{ "zstd", 4, ZSTD_MAGIC },
#endif
		{ "xz", 6, "\xfd" "7zXZ\0" },
		{ "uncompress", 2, "\x1f\x9d" },
	};
	for (size_t i = 0; i < sizeof(packers) / sizeof(packers[0]); i++) {
		if (size >= packers[i].size && memcmp(data, packers[i].magic, packers[i].size) == 0) {
			return packers[i].program;
		}
	}
	/* "BZh" alone could begin a name. */
	bool bzip2 = size >= MAGIC_OCTETS && memcmp(data, "BZh", 3) == 0 && memcmp(data + 4, "1AY&SY", 6) == 0;
	return bzip2 ? "bzip2" : NULL;
}

static int begin_unpacking(struct input *in, struct source_error *e)
{
	bool good = true;
	in->gzip = in->size >= 2 && in->buffer[0] == 0x1f && in->buffer[1] == 0x8b;
	if (in->gzip) {
		in->zlib_ready = inflateInit2(&in->z, GZIP_WINDOW) == Z_OK;
		good = in->zlib_ready;
	}
#ifdef HAVE_ZSTD
	if (in->size >= 4 && memcmp(in->buffer, ZSTD_MAGIC, 4) == 0) {
		in->zstd = ZSTD_createDStream();
		good = in->zstd != NULL && !ZSTD_isError(ZSTD_DCtx_setParameter(in->zstd, ZSTD_d_windowLogMax, ZSTD_WINDOW_LOG));
	}
#endif
	if (!good) {
		source_fault(e, in->name, 0, "out of memory");
		return ERR_NOMEM;
	}
	in->member_open = true;
	return 0;
}

static int look_at_magic(struct input *in, struct source_error *e)
{
	int rc = fill(in, e);
	if (rc != 0) {
		return rc;
	}
	if (in->size == 0) {
		source_fault(e, in->name, 0, "is empty");
		return ERR_FORMAT;
	}
	const char *packer = foreign_packer(in->buffer, in->size);
	if (packer != NULL) {
		source_fault(e, in->name, 0, "is packed with a program that is not known to this build; unpack it first: "
			"%s -dc FILE | cdswalk ... -", packer);
		return ERR_FORMAT;
	}
	return begin_unpacking(in, e);
}

int input_open(const char *path, struct input **out, struct source_error *e)
{
	if (path == NULL || out == NULL || e == NULL) {
		return ERR_ARG;
	}
	const char *name = strcmp(path, "-") == 0 ? "standard input" : path;
	struct input *in = calloc(1, sizeof(*in));
	if (in == NULL) {
		source_fault(e, name, 0, "out of memory");
		return ERR_NOMEM;
	}
	snprintf(in->name, sizeof(in->name), "%s", name);
	in->fd = -1;
	int rc = open_file(in, path, e);
	if (rc == 0) {
		rc = look_at_magic(in, e);
	}
	if (rc != 0) {
		input_close(in);
		return rc;
	}
	*out = in;
	return 0;
}

static int read_plain(struct input *in, char *to, size_t size, size_t *got, struct source_error *e)
{
	size_t done = 0;
	while (done < size) {
		if (in->pos == in->size) {
			int rc = in->ended ? 0 : fill(in, e);
			if (rc != 0) {
				return rc;
			}
			if (in->size == in->pos) {
				break;
			}
		}
		size_t n = in->size - in->pos < size - done ? in->size - in->pos : size - done;
		memcpy(to + done, in->buffer + in->pos, n);
		in->pos += n;
		done += n;
	}
	*got = done;
	return 0;
}

/* More octets are needed or a member ended: *end when the file is over as a whole. */
static int next_octets(struct input *in, bool *end, struct source_error *e)
{
	if (in->pos == in->size) {
		int rc = in->ended ? 0 : fill(in, e);
		if (rc != 0) {
			return rc;
		}
	}
	bool empty = in->pos == in->size;
	if (empty && in->member_open) {
		source_fault(e, in->name, 0, "the %s stream ends early, after %llu octets: the file is not whole; fetch it "
			"again", in->gzip ? "gzip" : "zstd", (unsigned long long)in->octets);
		return ERR_FORMAT;
	}
	*end = empty;
	return 0;
}

/* RFC 1952 section 2.2: members follow each other; anything else behind one means damage, so it is refused where gzip(1)
 * only warns. */
static int read_gzip(struct input *in, char *to, size_t size, size_t *got, struct source_error *e)
{
	size_t done = 0;
	while (done < size) {
		bool end = false;
		int rc = next_octets(in, &end, e);
		if (rc != 0 || end) {
			*got = done;
			return rc;
		}
		if (!in->member_open) {
			inflateReset(&in->z);
		}
		size_t room = size - done < INPUT_OCTETS ? size - done : INPUT_OCTETS;
		in->z.next_in = in->buffer + in->pos;
		in->z.avail_in = (uInt)(in->size - in->pos);
		in->z.next_out = (unsigned char *)to + done;
		in->z.avail_out = (uInt)room;
		int z = inflate(&in->z, Z_NO_FLUSH);
		in->pos = in->size - in->z.avail_in;
		done += room - in->z.avail_out;
		if (z == Z_MEM_ERROR) {
			source_fault(e, in->name, 0, "out of memory");
			return ERR_NOMEM;
		}
		if (z != Z_OK && z != Z_STREAM_END && z != Z_BUF_ERROR) {
			source_fault(e, in->name, 0, "the gzip stream is damaged near octet %llu (%s); fetch the file again",
				(unsigned long long)(in->octets - in->z.avail_in), in->z.msg != NULL ? in->z.msg : "no detail");
			return ERR_FORMAT;
		}
		in->member_open = z != Z_STREAM_END;
	}
	*got = done;
	return 0;
}

#ifdef HAVE_ZSTD
/* RFC 8878 section 3: frames follow each other, as members do. */
static int read_zstd(struct input *in, char *to, size_t size, size_t *got, struct source_error *e)
{
	ZSTD_outBuffer out = { to, size, 0 };
	while (out.pos < size) {
		bool end = false;
		int rc = in->zstd_holds ? 0 : next_octets(in, &end, e);
		if (rc != 0 || end) {
			*got = out.pos;
			return rc;
		}
		ZSTD_inBuffer octets = { in->buffer, in->size, in->pos };
		size_t left = ZSTD_decompressStream(in->zstd, &out, &octets);
		in->pos = octets.pos;
		if (ZSTD_isError(left)) {
			source_fault(e, in->name, 0, "the zstd stream cannot be unpacked near octet %llu (%s); fetch the file "
				"again, or pack it with a level below 20", (unsigned long long)(in->octets - (in->size - in->pos)),
				ZSTD_getErrorName(left));
			return ERR_FORMAT;
		}
		in->member_open = left != 0;
		in->zstd_holds = left != 0 && out.pos == size;
	}
	*got = out.pos;
	return 0;
}
#endif

int input_read(struct input *in, char *to, size_t size, size_t *got, struct source_error *e)
{
#ifdef HAVE_ZSTD
	if (in->zstd != NULL) {
		return read_zstd(in, to, size, got, e);
	}
#endif
	return in->gzip ? read_gzip(in, to, size, got, e) : read_plain(in, to, size, got, e);
}

void input_close(struct input *in)
{
	if (in == NULL) {
		return;
	}
	if (in->zlib_ready) {
		inflateEnd(&in->z);
	}
#ifdef HAVE_ZSTD
	ZSTD_freeDStream(in->zstd);
#endif
	if (in->fd >= 0 && !in->standard_input) {
		close(in->fd);
	}
	free(in);
}
