/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A file that is written once and read once, block by block. */
#include "registry/source/spool.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "registry/source/tempfile.h"
#include "validate/wire/err.h"

#define BLOCK_OCTETS ((size_t)256 * 1024)

/* An entry: this, key, value. */
struct header {
	uint32_t key_size, value_size;
	uint8_t nsset[NSSET_OCTETS];
};

struct spool {
	const char *dir;
	int fd;			/* -1: all of it is in the block */
	off_t written;		/* octets of the file */
	off_t read;
	bool reading;
	size_t used;		/* octets of the block */
	size_t pos;		/* of the next entry in it */
	uint8_t block[BLOCK_OCTETS];
};

struct spool *spool_new(const char *dir)
{
	struct spool *s = malloc(sizeof(*s));
	if (s != NULL) {
		*s = (struct spool){ .dir = dir, .fd = -1 };
	}
	return s;
}

void spool_free(struct spool *s)
{
	if (s != NULL) {
		if (s->fd >= 0) {
			close(s->fd);
		}
		free(s);
	}
}

static int flush(struct spool *s)
{
	int rc = s->fd >= 0 ? 0 : tempfile_open(s->dir, &s->fd);
	if (rc == 0) {
		rc = tempfile_write(s->fd, s->block, s->used, s->written);
	}
	if (rc == 0) {
		s->written += (off_t)s->used;
		s->used = 0;
	}
	return rc;
}

static void append(struct spool *s, const void *octets, size_t size)
{
	if (size > 0) {
		memcpy(s->block + s->used, octets, size);
		s->used += size;
	}
}

int spool_add(struct spool *s, const struct delegation_record *r)
{
	struct header h = { .key_size = (uint32_t)r->key.size, .value_size = (uint32_t)r->value.size };
	memcpy(h.nsset, r->nsset, sizeof(h.nsset));
	size_t size = sizeof(h) + r->key.size + r->value.size;
	if (s->reading || size > BLOCK_OCTETS) {
		return s->reading ? ERR_ARG : ERR_LIMIT;
	}
	int rc = size > BLOCK_OCTETS - s->used ? flush(s) : 0;
	if (rc == 0) {
		append(s, &h, sizeof(h));
		append(s, r->key.data, r->key.size);
		append(s, r->value.data, r->value.size);
	}
	return rc;
}

/* The rest of the block to its front, and behind it what the file has. */
static int refill(struct spool *s)
{
	memmove(s->block, s->block + s->pos, s->used - s->pos);
	s->used -= s->pos;
	s->pos = 0;
	size_t want = BLOCK_OCTETS - s->used;
	if ((off_t)want > s->written - s->read) {
		want = (size_t)(s->written - s->read);
	}
	int rc = want == 0 ? 0 : tempfile_read(s->fd, s->block + s->used, want, s->read);
	if (rc == 0) {
		s->used += want;
		s->read += (off_t)want;
	}
	return rc;
}

static int begin_reading(struct spool *s)
{
	s->reading = true;
	if (s->fd < 0) {
		return 0;
	}
	int rc = flush(s);
	return rc == 0 ? refill(s) : rc;
}

/* Is the entry at pos whole in the block? */
static bool is_whole(const struct spool *s, struct header *h)
{
	size_t left = s->used - s->pos;
	if (left < sizeof(*h)) {
		return false;
	}
	memcpy(h, s->block + s->pos, sizeof(*h));
	return left - sizeof(*h) >= (size_t)h->key_size + h->value_size;
}

int spool_next(struct spool *s, struct delegation_record *r, bool *end)
{
	struct header h;
	int rc = s->reading ? 0 : begin_reading(s);
	if (rc == 0 && !is_whole(s, &h)) {
		rc = refill(s);
	}
	*end = rc == 0 && s->used == s->pos;
	if (rc != 0 || *end) {
		return rc;
	}
	if (!is_whole(s, &h)) {
		return ERR_IO;
	}
	uint8_t *octets = s->block + s->pos + sizeof(h);
	r->key = (struct slice){ octets, h.key_size };
	r->value = (struct slice){ octets + h.key_size, h.value_size };
	memcpy(r->nsset, h.nsset, sizeof(h.nsset));
	s->pos += sizeof(h) + h.key_size + h.value_size;
	return 0;
}
