/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of requirement levels, the questions put to it, its canonical encoding. */
#include "validate/dnssec/algorithm.h"

#include <string.h>

#include "validate/wire/arena.h"
#include "validate/wire/cursor.h"
#include "validate/wire/err.h"

#define CODEC_VERSION 1
#define TEXT_OCTETS 255
#define NO LEVEL_MUST_NOT
#define NOT_REC LEVEL_NOT_RECOMMENDED
#define MAY LEVEL_MAY
#define REC LEVEL_RECOMMENDED
#define MUST LEVEL_MUST

/* Columns: use for signing, use for validation, implement for signing, implement for validation.
 * RFC 9904 section 3; 5 and 7 by RFC 9905 section 2, which asks validators to treat them as
 * unsupported; 12 by RFC 9906 section 2. */
static const struct algorithm_row algorithms[] = {
	{ 1, "RSAMD5", NO, NO, NO, NO },
	{ 3, "DSA", NO, NO, NO, NO },
	{ 5, "RSASHA1", NO, NO, NOT_REC, MUST },
	{ 6, "DSA-NSEC3-SHA1", NO, NO, NO, NO },
	{ 7, "RSASHA1-NSEC3-SHA1", NO, NO, NOT_REC, MUST },
	{ 8, "RSASHA256", REC, REC, MUST, MUST },
	{ 10, "RSASHA512", NOT_REC, REC, NOT_REC, MUST },
	{ 12, "ECC-GOST", NO, NO, NO, NO },
	{ 13, "ECDSAP256SHA256", REC, REC, MUST, MUST },
	{ 14, "ECDSAP384SHA384", MAY, REC, MAY, REC },
	{ 15, "ED25519", REC, REC, REC, REC },
	{ 16, "ED448", MAY, REC, MAY, REC },
	{ 17, "SM2SM3", MAY, MAY, MAY, MAY },
	{ 23, "ECC-GOST12", MAY, MAY, MAY, MAY },
	{ 253, "PRIVATEDNS", MAY, MAY, MAY, MAY },
	{ 254, "PRIVATEOID", MAY, MAY, MAY, MAY },
};

/* Delegation instead of signing. RFC 9904 section 4; 3 by RFC 9906 section 2. */
static const struct algorithm_row digests[] = {
	{ 0, "NULL", NO, NO, NO, NO },
	{ 1, "SHA-1", NO, REC, NO, MUST },
	{ 2, "SHA-256", REC, REC, MUST, MUST },
	{ 3, "GOST R 34.11-94", NO, NO, NO, NO },
	{ 4, "SHA-384", MAY, REC, MAY, REC },
	{ 5, "GOST R 34.11-2012", MAY, MAY, MAY, MAY },
	{ 6, "SM3", MAY, MAY, MAY, MAY },
};

static const struct algorithm_table builtin = {
	"2026-11-21 RFC 9904, RFC 9905, RFC 9906",
	sizeof(algorithms) / sizeof(algorithms[0]), algorithms,
	sizeof(digests) / sizeof(digests[0]), digests,
};

const struct algorithm_table *algorithm_table_builtin(void)
{
	return &builtin;
}

static const struct algorithm_row *find(const struct algorithm_row *rows, size_t count, uint8_t number)
{
	for (size_t i = 0; i < count; i++) {
		if (rows[i].number == number) {
			return &rows[i];
		}
	}
	return NULL;
}

const struct algorithm_row *algorithm_find(const struct algorithm_table *t, uint8_t number)
{
	return find(t->algorithms, t->algorithm_count, number);
}

const struct algorithm_row *digest_find(const struct algorithm_table *t, uint8_t number)
{
	return find(t->digests, t->digest_count, number);
}

bool algorithm_may_delegate(const struct algorithm_table *t, uint8_t number)
{
	const struct algorithm_row *row = algorithm_find(t, number);
	return row != NULL && row->use_signing > LEVEL_MUST_NOT;
}

bool algorithm_gives_path(const struct algorithm_table *t, uint8_t number)
{
	/* Whatever a table says of RSA/SHA-1: A-04. */
	const struct algorithm_row *row = algorithm_find(t, number);
	return row != NULL && number != 5 && number != 7 && row->use_validation >= LEVEL_RECOMMENDED;
}

bool digest_may_delegate(const struct algorithm_table *t, uint8_t number)
{
	const struct algorithm_row *row = digest_find(t, number);
	return row != NULL && row->use_signing > LEVEL_MUST_NOT;
}

bool digest_gives_path(const struct algorithm_table *t, uint8_t number)
{
	const struct algorithm_row *row = digest_find(t, number);
	return row != NULL && row->use_validation >= LEVEL_RECOMMENDED;
}

bool digest_is_made(const struct algorithm_table *t, uint8_t number)
{
	const struct algorithm_row *row = digest_find(t, number);
	return row != NULL && row->use_signing >= LEVEL_RECOMMENDED;
}

bool digest_is_eligible(const struct algorithm_table *t, uint8_t number)
{
	const struct algorithm_row *row = digest_find(t, number);
	return row != NULL && row->implement_signing == LEVEL_MUST;
}

static void write_text(struct wire *w, const char *text)
{
	size_t size = strlen(text);
	if (size > TEXT_OCTETS) {
		w->error = true;
		return;
	}
	wire_write_u8(w, (uint8_t)size);
	wire_write(w, text, size);
}

static void write_rows(struct wire *w, const struct algorithm_row *rows, size_t count)
{
	if (count > 256) {
		w->error = true;
		return;
	}
	wire_write_u16(w, (uint16_t)count);
	for (size_t i = 0; i < count; i++) {
		wire_write_u8(w, rows[i].number);
		wire_write_u8(w, (uint8_t)rows[i].use_signing);
		wire_write_u8(w, (uint8_t)rows[i].use_validation);
		wire_write_u8(w, (uint8_t)rows[i].implement_signing);
		wire_write_u8(w, (uint8_t)rows[i].implement_validation);
		write_text(w, rows[i].mnemonic);
	}
}

size_t algorithm_table_encode(const struct algorithm_table *t, uint8_t *out, size_t size)
{
	struct wire w = wire_writer(out, size);
	wire_write_u8(&w, CODEC_VERSION);
	write_text(&w, t->version);
	write_rows(&w, t->algorithms, t->algorithm_count);
	write_rows(&w, t->digests, t->digest_count);
	return wire_error(&w) ? 0 : w.pos;
}

static const char *read_text(struct wire *w, struct arena *arena)
{
	size_t size = wire_read_u8(w);
	const uint8_t *octets = wire_read(w, size);
	if (octets == NULL || memchr(octets, '\0', size) != NULL) {
		w->error = true;
		size = 0;
	}
	char *text = arena_alloc(arena, size + 1);
	if (text != NULL && size > 0) {
		memcpy(text, octets, size);
	}
	return text;
}

static enum level read_level(struct wire *w)
{
	uint8_t level = wire_read_u8(w);
	w->error |= level > LEVEL_MUST;
	return (enum level)level;
}

/* Numbers must ascend, so that one table has one encoding. */
static int read_rows(struct wire *w, struct arena *arena, const struct algorithm_row **out, size_t *count)
{
	size_t rows_count = wire_read_u16(w);
	if (wire_error(w) || rows_count > 256) {
		return ERR_FORMAT;
	}
	struct algorithm_row *rows = arena_array(arena, rows_count + 1, sizeof(*rows));
	if (rows == NULL) {
		return ERR_NOMEM;
	}
	for (size_t i = 0; i < rows_count; i++) {
		rows[i].number = wire_read_u8(w);
		rows[i].use_signing = read_level(w);
		rows[i].use_validation = read_level(w);
		rows[i].implement_signing = read_level(w);
		rows[i].implement_validation = read_level(w);
		rows[i].mnemonic = read_text(w, arena);
		if (wire_error(w) || (i > 0 && rows[i].number <= rows[i - 1].number)) {
			return ERR_FORMAT;
		}
		if (rows[i].mnemonic == NULL) {
			return ERR_NOMEM;
		}
	}
	*out = rows;
	*count = rows_count;
	return 0;
}

int algorithm_table_decode(const uint8_t *data, size_t size, struct arena *arena,
	struct algorithm_table *out)
{
	struct wire w = wire_reader(data, size);
	struct algorithm_table t = { 0 };
	uint8_t version = wire_read_u8(&w);
	if (wire_error(&w) || version == 0) {
		return ERR_FORMAT;
	}
	if (version > CODEC_VERSION) {
		return ERR_VERSION;
	}
	t.version = read_text(&w, arena);
	if (wire_error(&w)) {
		return ERR_FORMAT;
	}
	if (t.version == NULL) {
		return ERR_NOMEM;
	}
	int err = read_rows(&w, arena, &t.algorithms, &t.algorithm_count);
	if (err == 0) {
		err = read_rows(&w, arena, &t.digests, &t.digest_count);
	}
	if (err != 0) {
		return err;
	}
	if (!wire_done(&w)) {
		return ERR_FORMAT;
	}
	*out = t;
	return 0;
}
