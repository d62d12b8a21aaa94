/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Algorithm and digest requirement levels as dated data (RFC 9904, RFC 9905, RFC 9906). */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Ordered: a comparison tells whether a level suffices. Zero refuses. */
enum level { LEVEL_MUST_NOT = 0, LEVEL_NOT_RECOMMENDED, LEVEL_MAY, LEVEL_RECOMMENDED, LEVEL_MUST };

struct algorithm_row {
	uint8_t number;
	const char *mnemonic;
	enum level use_signing;
	enum level use_validation;
	enum level implement_signing;
	enum level implement_validation;
};

/* Same columns for DS digests: delegation instead of signing. */
struct algorithm_table {
	const char *version;	/* date and source of the data */
	size_t algorithm_count;
	const struct algorithm_row *algorithms;
	size_t digest_count;
	const struct algorithm_row *digests;
};

/* The table compiled in; static. */
const struct algorithm_table *algorithm_table_builtin(void);
/* NULL when the number is not in the table. */
const struct algorithm_row *algorithm_find(const struct algorithm_table *t, uint8_t number);
const struct algorithm_row *digest_find(const struct algorithm_table *t, uint8_t number);

/* May a new DS for this algorithm be made? Not for 1, 3, 5, 6, 7, 12. */
bool algorithm_may_delegate(const struct algorithm_table *t, uint8_t number);
/* Does it give a path (DSA-4.2.1-1, A-12)? RECOMMENDED or MUST for validation; 5 and 7 never (U-8). */
bool algorithm_gives_path(const struct algorithm_table *t, uint8_t number);
bool digest_may_delegate(const struct algorithm_table *t, uint8_t number);
bool digest_gives_path(const struct algorithm_table *t, uint8_t number);
/* Does the parent make digests of this type by itself? RECOMMENDED or MUST for delegation. */
bool digest_is_made(const struct algorithm_table *t, uint8_t number);
/* Takes part in the comparison of R9975-3.1-4: MUST implement for delegation. */
bool digest_is_eligible(const struct algorithm_table *t, uint8_t number);

/* Canonical encoding, for hashing and for the store. Size, 0 when it does not fit. */
size_t algorithm_table_encode(const struct algorithm_table *t, uint8_t *out, size_t size);
/* Back from it; strings and rows in arena. */
struct arena;
int algorithm_table_decode(const uint8_t *data, size_t size, struct arena *arena,
	struct algorithm_table *out);
