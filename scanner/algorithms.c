/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The override of the algorithm table: its file, and what becomes of the rows it names (RFC 9904 section 2). */
#include "scanner/algorithms.h"

#include <stdio.h>
#include <string.h>

#include "scanner/algorithms_override.h"
#include "scanner/command.h"
#include "validate/wire/err.h"

static const char *const level_texts[] = { "MUST NOT", "NOT RECOMMENDED", "MAY", "RECOMMENDED", "MUST" };

const char *algorithms_level_text(enum level level)
{
	return level_texts[level];
}

/* ---- rows over rows */

static void put_levels(struct algorithm_row *row, const struct override_row *o)
{
	enum level *const columns[OVERRIDE_COLUMNS] = { &row->use_signing, &row->use_validation, &row->implement_signing,
		&row->implement_validation };
	for (size_t i = 0; i < OVERRIDE_COLUMNS; i++) {
		if (o->has[i]) {
			*columns[i] = o->level[i];
		}
	}
}

/* Rows in ascending order. A number that the built-in table does not have begins as all that are not in it are treated:
 * MUST NOT in every column. */
static int merge_rows(const struct override_row *overrides, const struct algorithm_row *built_in, size_t built_in_count,
	struct arena *arena, const struct algorithm_row **out, size_t *out_count)
{
	struct algorithm_row *rows = arena_array(arena, OVERRIDE_NUMBER_MAX + 1, sizeof(*rows));
	if (rows == NULL) {
		return ERR_NOMEM;
	}
	size_t count = 0;
	size_t at = 0;
	for (unsigned number = 0; number <= OVERRIDE_NUMBER_MAX; number++) {
		const struct override_row *o = &overrides[number];
		bool known = at < built_in_count && built_in[at].number == number;
		if (!known && !o->given) {
			continue;
		}
		struct algorithm_row *row = &rows[count++];
		*row = known ? built_in[at++] : (struct algorithm_row){ .number = (uint8_t)number };
		if (o->mnemonic[0] != '\0') {
			row->mnemonic = arena_printf(arena, "%s", o->mnemonic);
		}
		if (row->mnemonic == NULL) {
			return ERR_NOMEM;
		}
		put_levels(row, o);
	}
	*out = rows;
	*out_count = count;
	return ERR_OK;
}

static int merge(const struct override *o, struct arena *arena, struct algorithm_table *out)
{
	const struct algorithm_table *built_in = algorithm_table_builtin();
	struct algorithm_table t = { .version = arena_printf(arena, "%s; override %s", built_in->version, o->version) };
	int ret = t.version == NULL ? ERR_NOMEM : merge_rows(o->algorithms, built_in->algorithms,
		built_in->algorithm_count, arena, &t.algorithms, &t.algorithm_count);
	if (ret == ERR_OK) {
		ret = merge_rows(o->digests, built_in->digests, built_in->digest_count, arena, &t.digests, &t.digest_count);
	}
	if (ret == ERR_OK) {
		*out = t;
	}
	return ret;
}

int algorithms_parse(const char *data, size_t size, struct arena *arena, struct algorithm_table *out,
	struct yaml_fault *fault)
{
	*fault = (struct yaml_fault){ .line = 0 };
	if (size > ALGORITHMS_FILE_MAX) {
		snprintf(fault->reason, sizeof(fault->reason), "it is larger than %d octets", ALGORITHMS_FILE_MAX);
		return ERR_FORMAT;
	}
	struct override *o = arena_alloc(arena, sizeof(*o));
	int ret = o == NULL ? ERR_NOMEM : override_read(data, size, o, fault);
	return ret == ERR_OK ? merge(o, arena, out) : ret;
}

/* ---- the file */

int algorithms_load(const char *file, struct arena *arena, const struct algorithm_table **out)
{
	if (file == NULL) {
		*out = algorithm_table_builtin();
		return EXIT_OK;
	}
	const char *data = NULL;
	size_t size = 0;
	int code = yaml_load(file, "the algorithm table", ALGORITHMS_FILE_MAX, arena, &data, &size);
	if (code != EXIT_OK) {
		return code;
	}
	struct yaml_fault fault;
	struct algorithm_table *table = arena_alloc(arena, sizeof(*table));
	int ret = table == NULL ? ERR_NOMEM : algorithms_parse(data, size, arena, table, &fault);
	if (ret == ERR_FORMAT) {
		yaml_say_fault(file, &fault);
		return EXIT_CONFIG;
	}
	if (ret != ERR_OK) {
		say("%s", err_text(ret));
		return EXIT_RUNTIME;
	}
	*out = table;
	return EXIT_OK;
}
