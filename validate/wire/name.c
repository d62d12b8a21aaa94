/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Domain names in wire form: reading, comparing, cutting. */
#include "validate/wire/name.h"

#include <string.h>

#include "validate/wire/err.h"

#define LABEL_OCTETS 63
#define POINTER_BITS 0xc0
#define HEADER_OCTETS 12

const struct name name_root = { .size = 1, .octets = { 0 } };

/* RFC 4343: only the ASCII letters have a case. */
static uint8_t fold(uint8_t octet)
{
	return octet >= 'A' && octet <= 'Z' ? octet | 0x20 : octet;
}

/* Follows the pointer at *pos if it may be followed. RFC 1035 section 4.1.4 lets a pointer lead
 * to a prior name only: in front of the labels being read, behind the header. So every jump goes
 * strictly down and no name can loop. */
static bool follow(const struct wire *w, size_t *pos, size_t *segment, unsigned *jumps)
{
	if (w->size - *pos < 2 || ++*jumps > LIMIT_NAME_JUMPS) {
		return false;
	}
	size_t target = (size_t)(w->data[*pos] & ~POINTER_BITS) << 8 | w->data[*pos + 1];
	bool is_prior = target >= HEADER_OCTETS && target < *segment;
	*pos = target;
	*segment = target;
	return is_prior;
}

static bool read_labels(struct wire *w, struct name *out, bool compressed)
{
	size_t pos = w->pos;
	size_t segment = pos;
	size_t behind = 0;	/* where reading goes on; known at the first jump */
	size_t used = 0;
	unsigned jumps = 0;
	while (pos < w->size) {
		uint8_t length = w->data[pos];
		if ((length & POINTER_BITS) == POINTER_BITS) {
			behind = behind == 0 ? pos + 2 : behind;
			if (!compressed || !follow(w, &pos, &segment, &jumps)) {
				return false;
			}
			continue;
		}
		if (length == 0) {
			out->octets[used] = 0;
			out->size = (uint8_t)(used + 1);
			w->pos = behind == 0 ? pos + 1 : behind;
			return true;
		}
		/* One octet is kept for the root label. */
		if (length > LABEL_OCTETS || length >= w->size - pos ||
		    used + 1 + length >= LIMIT_NAME_OCTETS) {
			return false;
		}
		out->octets[used++] = length;
		for (size_t i = 1; i <= length; i++) {
			out->octets[used++] = fold(w->data[pos + i]);
		}
		pos += 1u + length;
	}
	return false;
}

static void read_name(struct wire *w, struct name *out, bool compressed)
{
	out->size = 0;
	if (w->error || w->data == NULL || !read_labels(w, out, compressed)) {
		w->error = true;
	}
}

void name_read(struct wire *message, struct name *out)
{
	read_name(message, out, true);
}

void name_read_plain(struct wire *w, struct name *out)
{
	read_name(w, out, false);
}

int name_from_wire(const uint8_t *octets, size_t size, struct name *out)
{
	struct wire w = wire_reader(octets, size);
	struct name name;
	name_read_plain(&w, &name);
	if (!wire_done(&w)) {
		return ERR_FORMAT;
	}
	out->size = name.size;
	memcpy(out->octets, name.octets, name.size);
	return 0;
}

void name_write(struct wire *w, const struct name *name)
{
	wire_write(w, name->octets, name->size);
}

bool name_equal(const struct name *a, const struct name *b)
{
	return a->size == b->size && memcmp(a->octets, b->octets, a->size) == 0;
}

/* Where each label starts; the root label is left out. */
static unsigned label_offsets(const struct name *name, uint8_t offsets[LIMIT_NAME_LABELS])
{
	unsigned count = 0;
	size_t pos = 0;
	while (pos < name->size && name->octets[pos] != 0) {
		offsets[count++] = (uint8_t)pos;
		pos += 1u + name->octets[pos];
	}
	return count;
}

static int label_compare(const uint8_t *a, const uint8_t *b)
{
	size_t shorter = a[0] < b[0] ? a[0] : b[0];
	int order = memcmp(a + 1, b + 1, shorter);
	return order != 0 ? order : (int)a[0] - (int)b[0];
}

int name_compare(const struct name *a, const struct name *b)
{
	uint8_t a_offsets[LIMIT_NAME_LABELS];
	uint8_t b_offsets[LIMIT_NAME_LABELS];
	unsigned a_count = label_offsets(a, a_offsets);
	unsigned b_count = label_offsets(b, b_offsets);
	unsigned a_left = a_count;
	unsigned b_left = b_count;
	while (a_left > 0 && b_left > 0) {
		const uint8_t *a_label = a->octets + a_offsets[--a_left];
		const uint8_t *b_label = b->octets + b_offsets[--b_left];
		int order = label_compare(a_label, b_label);
		if (order != 0) {
			return order;
		}
	}
	if (a_count != b_count) {
		return a_count < b_count ? -1 : 1;
	}
	/* Only "no name" and the root are left apart. */
	return (int)a->size - (int)b->size;
}

bool name_is_within(const struct name *name, const struct name *zone)
{
	if (zone->size == 0 || name->size < zone->size) {
		return false;
	}
	size_t above = (size_t)name->size - zone->size;
	size_t pos = 0;
	while (pos < above) {
		pos += 1u + name->octets[pos];
	}
	return pos == above && memcmp(name->octets + pos, zone->octets, zone->size) == 0;
}

unsigned name_labels(const struct name *name)
{
	uint8_t offsets[LIMIT_NAME_LABELS];
	return label_offsets(name, offsets);
}

void name_parent(const struct name *name, struct name *out)
{
	if (name->size <= 1) {
		*out = *name;
		return;
	}
	size_t cut = 1u + name->octets[0];
	size_t size = name->size - cut;
	memmove(out->octets, name->octets + cut, size);
	out->size = (uint8_t)size;
}
