/* SPDX-License-Identifier: GPL-3.0-or-later */
/* DS and CDS RDATA, sets of them, and the digest that ties one to a key. */
#include "validate/dnssec/ds.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "validate/wire/cursor.h"
#include "validate/wire/decimal.h"
#include "validate/wire/err.h"

int ds_parse(struct slice rdata, struct ds *out)
{
	struct wire w = wire_reader(rdata.data, rdata.size);
	struct ds ds = { 0 };
	ds.tag = wire_read_u16(&w);
	ds.algorithm = wire_read_u8(&w);
	ds.digest_type = wire_read_u8(&w);
	size_t size = wire_left(&w);
	const uint8_t *digest = wire_read(&w, size);
	if (wire_error(&w) || size == 0 || size > LIMIT_DIGEST_OCTETS) {
		return ERR_FORMAT;
	}
	ds.size = (uint8_t)size;
	memcpy(ds.digest, digest, size);
	*out = ds;
	return 0;
}

bool ds_is_wellformed(const struct ds *ds)
{
	switch (ds->digest_type) {
	case DIGEST_SHA1:
		return ds->size == 20;
	case DIGEST_SHA256:
	case DIGEST_GOST94:
	case 5:			/* GOST R 34.11-2012, RFC 9558 */
	case 6:			/* SM3, RFC 9563 */
		return ds->size == 32;
	case DIGEST_SHA384:
		return ds->size == 48;
	default:
		return ds->size > 0;
	}
}

size_t ds_rdata(const struct ds *ds, uint8_t out[4 + LIMIT_DIGEST_OCTETS])
{
	struct wire w = wire_writer(out, 4 + LIMIT_DIGEST_OCTETS);
	wire_write_u16(&w, ds->tag);
	wire_write_u8(&w, ds->algorithm);
	wire_write_u8(&w, ds->digest_type);
	wire_write(&w, ds->digest, ds->size);
	assert(!wire_error(&w));
	return w.pos;
}

/* The octet order of the RDATA, so that sorted text, DNS order and ours agree. */
int ds_compare(const struct ds *a, const struct ds *b)
{
	uint8_t octets_a[4 + LIMIT_DIGEST_OCTETS];
	uint8_t octets_b[4 + LIMIT_DIGEST_OCTETS];
	const struct slice slice_a = { octets_a, ds_rdata(a, octets_a) };
	const struct slice slice_b = { octets_b, ds_rdata(b, octets_b) };
	return slice_compare(&slice_a, &slice_b);
}

bool ds_equal(const struct ds *a, const struct ds *b)
{
	return a->tag == b->tag && a->algorithm == b->algorithm && a->digest_type == b->digest_type &&
		a->size == b->size && memcmp(a->digest, b->digest, a->size) == 0;
}

/* And a blank behind it. */
static char *write_number(char *at, unsigned value)
{
	at = decimal_write(at, value);
	*at++ = ' ';
	return at;
}

void ds_to_text(const struct ds *ds, char text[DS_TEXT_SIZE])
{
	char *at = write_number(text, ds->tag);
	at = write_number(at, ds->algorithm);
	at = write_number(at, ds->digest_type);
	assert((size_t)(at - text) + 2 * ds->size < DS_TEXT_SIZE);
	for (size_t i = 0; i < ds->size; i++) {
		*at++ = "0123456789ABCDEF"[ds->digest[i] >> 4];
		*at++ = "0123456789ABCDEF"[ds->digest[i] & 15];
	}
	*at = '\0';
}

static const char *skip_blanks(const char *at)
{
	while (*at == ' ' || *at == '\t') {
		at++;
	}
	return at;
}

/* A decimal field up to the limit and the blanks after it; moves *text, which is at no blank, behind them. */
static bool read_number(const char **text, unsigned limit, unsigned *out)
{
	const char *at = *text;
	*out = 0;
	for (; *at >= '0' && *at <= '9' && *out <= limit; at++) {
		*out = *out * 10 + (unsigned)(*at - '0');
	}
	bool good = (*at == ' ' || *at == '\t') && *out <= limit;
	*text = skip_blanks(at);
	return good;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9') {
		return c - '0';
	}
	if (c >= 'a' && c <= 'f') {
		return c - 'a' + 10;
	}
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Blanks may stand anywhere in the digest (RFC 4034 section 5.3), also inside an octet. */
static int read_digest(const char *at, struct ds *ds)
{
	size_t digits = 0;
	for (at = skip_blanks(at); *at != '\0'; at = skip_blanks(at + 1)) {
		int digit = hex_digit(*at);
		if (digit < 0 || digits == 2 * LIMIT_DIGEST_OCTETS) {
			return ERR_FORMAT;
		}
		uint8_t *octet = &ds->digest[digits / 2];
		*octet = (uint8_t)(*octet << 4 | digit);
		digits++;
	}
	if (digits == 0 || digits % 2 != 0) {
		return ERR_FORMAT;
	}
	ds->size = (uint8_t)(digits / 2);
	return 0;
}

int ds_from_text(const char *text, struct ds *out)
{
	unsigned tag = 0;
	unsigned algorithm = 0;
	unsigned digest_type = 0;
	const char *at = skip_blanks(text);
	bool good = read_number(&at, 65535, &tag) && read_number(&at, 255, &algorithm) &&
		read_number(&at, 255, &digest_type);
	struct ds ds = { .tag = (uint16_t)tag, .algorithm = (uint8_t)algorithm,
		.digest_type = (uint8_t)digest_type };
	if (!good || read_digest(at, &ds) != 0) {
		return ERR_FORMAT;
	}
	*out = ds;
	return 0;
}

static int compare_pointers(const void *a, const void *b)
{
	return ds_compare(a, b);
}

void ds_set_normalize(struct ds_set *set)
{
	if (set->count == 0) {
		return;
	}
	qsort(set->ds, set->count, sizeof(*set->ds), compare_pointers);
	size_t kept = 1;
	for (size_t i = 1; i < set->count; i++) {
		if (ds_compare(&set->ds[kept - 1], &set->ds[i]) != 0) {
			set->ds[kept++] = set->ds[i];
		}
	}
	set->count = kept;
}

bool ds_set_equal(const struct ds_set *a, const struct ds_set *b)
{
	if (a->count != b->count) {
		return false;
	}
	for (size_t i = 0; i < a->count; i++) {
		if (!ds_equal(&a->ds[i], &b->ds[i])) {
			return false;
		}
	}
	return true;
}

bool ds_set_has(const struct ds_set *set, const struct ds *ds)
{
	for (size_t i = 0; i < set->count; i++) {
		if (ds_equal(&set->ds[i], ds)) {
			return true;
		}
	}
	return false;
}

int ds_from_key(struct crypto *crypto, const struct name *owner, const struct dnskey *key,
	uint8_t digest_type, struct ds *out)
{
	struct ds ds = { .tag = key->tag, .algorithm = key->algorithm, .digest_type = digest_type };
	const struct hash_part parts[] = {
		{ owner->octets, owner->size },
		{ key->rdata.data, key->rdata.size },
	};
	size_t size = 0;
	int err = crypto_ds_digest(crypto, digest_type, parts, 2, ds.digest, &size);
	if (err != 0) {
		return err;
	}
	ds.size = (uint8_t)size;
	*out = ds;
	return 0;
}

int ds_matches_key(struct crypto *crypto, const struct name *owner, const struct ds *ds,
	const struct dnskey *key, bool *matches)
{
	*matches = false;
	if (ds->tag != key->tag || ds->algorithm != key->algorithm ||
		!crypto_has_digest(crypto, ds->digest_type)) {
		return 0;
	}
	struct ds made;
	int err = ds_from_key(crypto, owner, key, ds->digest_type, &made);
	if (err != 0) {
		return err;
	}
	*matches = ds_equal(ds, &made);
	return 0;
}
