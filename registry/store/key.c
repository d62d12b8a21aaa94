/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys: names so that octet order is canonical order, numbers so that it is time. */
#include "registry/store/key.h"

#include <assert.h>
#include <string.h>

#include "validate/wire/err.h"

/* Between labels. Octets 0 and 1 of a label become 1 1 and 1 2, so no label holds the separator and a
 * label sorts before every longer one it begins (RFC 4034 section 6.1). */
#define SEPARATOR 0
#define ESCAPE 1

static_assert(NSSET_OCTETS + 2 * (LIMIT_NAME_OCTETS - 1) - 4 - 1 <= KEY_MAX,
	"a name has at least four labels where every octet needs its escape, and one separator less than labels");

/* Offsets of the labels, left to right; the root label is left out. */
static size_t label_offsets(const struct name *name, uint8_t offsets[LIMIT_NAME_LABELS])
{
	size_t count = 0;
	size_t pos = 0;
	while (pos < name->size && name->octets[pos] != 0 && count < LIMIT_NAME_LABELS) {
		offsets[count++] = (uint8_t)pos;
		pos += (size_t)name->octets[pos] + 1;
	}
	return count;
}

static void append_name(const struct name *name, struct key *out)
{
	uint8_t offsets[LIMIT_NAME_LABELS];
	size_t count = label_offsets(name, offsets);
	for (size_t i = count; i > 0; i--) {
		const uint8_t *label = name->octets + offsets[i - 1];
		if (i < count) {
			out->octets[out->size++] = SEPARATOR;
		}
		for (size_t k = 1; k <= label[0]; k++) {
			assert(out->size + 2 <= KEY_MAX);
			if (label[k] <= ESCAPE) {
				out->octets[out->size++] = ESCAPE;
				out->octets[out->size++] = (uint8_t)(label[k] + 1);
			} else {
				out->octets[out->size++] = label[k];
			}
		}
	}
}

/* A leading separator, because the root would be empty and LMDB has no empty keys. */
void key_name(const struct name *name, struct key *out)
{
	out->size = 0;
	out->octets[out->size++] = SEPARATOR;
	append_name(name, out);
}

static int unescape(struct slice key, size_t *pos, uint8_t label[64])
{
	size_t size = 0;
	while (*pos < key.size && key.data[*pos] != SEPARATOR) {
		uint8_t octet = key.data[(*pos)++];
		if (octet == ESCAPE) {
			if (*pos == key.size || key.data[*pos] < 1 || key.data[*pos] > 2) {
				return ERR_FORMAT;
			}
			octet = (uint8_t)(key.data[(*pos)++] - 1);
		}
		if (size == 63) {
			return ERR_FORMAT;
		}
		label[++size] = octet;
	}
	label[0] = (uint8_t)size;
	return size == 0 ? ERR_FORMAT : 0;
}

int key_to_name(struct slice key, struct name *out)
{
	if (key.size == 0 || key.data[0] != SEPARATOR) {
		return ERR_FORMAT;
	}
	/* Filled from the end: the key begins with the last label. */
	uint8_t wire[LIMIT_NAME_OCTETS];
	size_t start = sizeof(wire) - 1;
	wire[start] = 0;
	size_t pos = 1;
	while (pos < key.size) {
		uint8_t label[64];
		int rc = unescape(key, &pos, label);
		if (rc != 0) {
			return rc;
		}
		size_t size = (size_t)label[0] + 1;
		if (size > start) {
			return ERR_FORMAT;
		}
		start -= size;
		memcpy(wire + start, label, size);
		if (pos < key.size && ++pos == key.size) {
			return ERR_FORMAT;
		}
	}
	return name_from_wire(wire + start, sizeof(wire) - start, out);
}

bool key_is_below(struct slice key, struct slice above, unsigned *labels)
{
	size_t pos = above.size;
	if (key.size <= pos || memcmp(key.data, above.data, pos) != 0) {
		return false;
	}
	/* The key of the root ends in its separator already. */
	if (pos > 1 && key.data[pos++] != SEPARATOR) {
		return false;
	}
	*labels = 1;
	for (; pos < key.size; pos++) {
		*labels += key.data[pos] == SEPARATOR;
	}
	return true;
}

static void append_u64(uint64_t value, struct key *out)
{
	for (int shift = 56; shift >= 0; shift -= 8) {
		out->octets[out->size++] = (uint8_t)(value >> shift);
	}
}

void key_u64(uint64_t a, struct key *out)
{
	out->size = 0;
	append_u64(a, out);
}

void key_u64_u64(uint64_t a, uint64_t b, struct key *out)
{
	out->size = 0;
	append_u64(a, out);
	append_u64(b, out);
}

static uint64_t read_u64(const uint8_t *octets)
{
	uint64_t value = 0;
	for (size_t i = 0; i < 8; i++) {
		value = value << 8 | octets[i];
	}
	return value;
}

int key_to_u64(struct slice key, uint64_t *a)
{
	if (key.size != 8) {
		return ERR_FORMAT;
	}
	*a = read_u64(key.data);
	return 0;
}

int key_to_u64_u64(struct slice key, uint64_t *a, uint64_t *b)
{
	if (key.size != 16) {
		return ERR_FORMAT;
	}
	*a = read_u64(key.data);
	*b = read_u64(key.data + 8);
	return 0;
}

void key_nsset(const uint8_t nsset[NSSET_OCTETS], const struct name *child, struct key *out)
{
	memcpy(out->octets, nsset, NSSET_OCTETS);
	out->size = NSSET_OCTETS;
	append_name(child, out);
}

void key_nsset_of(const uint8_t nsset[NSSET_OCTETS], struct slice child, struct key *out)
{
	assert(child.size > 0 && NSSET_OCTETS + child.size - 1 <= KEY_MAX);
	memcpy(out->octets, nsset, NSSET_OCTETS);
	memcpy(out->octets + NSSET_OCTETS, child.data + 1, child.size - 1);
	out->size = NSSET_OCTETS + child.size - 1;
}

int key_to_nsset(struct slice key, uint8_t nsset[NSSET_OCTETS], struct name *child)
{
	if (key.size < NSSET_OCTETS) {
		return ERR_FORMAT;
	}
	struct key name = { .size = 1 + key.size - NSSET_OCTETS, .octets = { SEPARATOR } };
	if (name.size > KEY_MAX) {
		return ERR_FORMAT;
	}
	memcpy(name.octets + 1, key.data + NSSET_OCTETS, key.size - NSSET_OCTETS);
	int rc = key_to_name(key_slice(&name), child);
	if (rc == 0) {
		memcpy(nsset, key.data, NSSET_OCTETS);
	}
	return rc;
}

void key_hash(const uint8_t hash[KEY_HASH_OCTETS], struct key *out)
{
	memcpy(out->octets, hash, KEY_HASH_OCTETS);
	out->size = KEY_HASH_OCTETS;
}

void key_notice(const struct name *child, uint16_t reason, struct key *out)
{
	key_name(child, out);
	assert(out->size + 4 <= KEY_MAX);
	out->octets[out->size++] = SEPARATOR;
	out->octets[out->size++] = SEPARATOR;
	out->octets[out->size++] = (uint8_t)(reason >> 8);
	out->octets[out->size++] = (uint8_t)reason;
}

int key_to_notice(struct slice key, struct name *child, uint16_t *reason)
{
	if (key.size < 5 || key.data[key.size - 4] != SEPARATOR || key.data[key.size - 3] != SEPARATOR) {
		return ERR_FORMAT;
	}
	*reason = (uint16_t)(key.data[key.size - 2] << 8 | key.data[key.size - 1]);
	return key_to_name((struct slice){ .data = key.data, .size = key.size - 4 }, child);
}

void key_after(struct key *k)
{
	/* Keys as long as that end in no separator and have nothing below them that is a name. */
	if (k->size < KEY_MAX) {
		k->octets[k->size++] = 0;
	} else {
		k->octets[k->size - 1]++;
	}
}

struct slice key_slice(const struct key *k)
{
	return (struct slice){ .data = k->octets, .size = k->size };
}
