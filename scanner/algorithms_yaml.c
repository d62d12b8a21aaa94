/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The override file in YAML: what may stand in it has three levels of mappings and no more. */
#include "scanner/algorithms_override.h"

#include <stdio.h>
#include <string.h>

#include "scanner/yaml.h"
#include "validate/wire/err.h"
#include "validate/wire/time_text.h"

/* A section of rows by number. */
struct section {
	const char *name;
	const char *columns[1 + OVERRIDE_COLUMNS];	/* mnemonic first */
	struct override_row *rows;
	const struct algorithm_row *(*find)(const struct algorithm_table *t, uint8_t number);
	const char *row;				/* what a row is called */
};

/* ---- a row */

static bool take_level(struct yaml *y, const char *column, enum level *out)
{
	char all[96] = "";
	size_t used = 0;
	if (!yaml_take_value(y, column)) {
		return false;
	}
	for (int i = LEVEL_MUST_NOT; i <= LEVEL_MUST; i++) {
		const char *known = algorithms_level_text((enum level)i);
		if (strcmp(yaml_text(y), known) == 0) {
			*out = (enum level)i;
			return true;
		}
		used += (size_t)snprintf(all + used, sizeof(all) - used, "%s%s", used == 0 ? "" : ", ", known);
	}
	return yaml_refuse(y, yaml_place(y), "\"%.*s\" is no level for %s; there are %s", YAML_QUOTED, yaml_text(y), column, all);
}

/* The value of column i, 0 being the mnemonic. */
static bool take_column(struct yaml *y, const struct section *s, size_t i, struct override_row *row)
{
	if (i == 0) {
		return yaml_take_text(y, s->columns[0], OVERRIDE_MNEMONIC_MAX, row->mnemonic);
	}
	row->has[i - 1] = true;
	return take_level(y, s->columns[i], &row->level[i - 1]);
}

static bool take_row(struct yaml *y, const struct section *s, unsigned number, struct yaml_place at)
{
	struct override_row *row = &s->rows[number];
	char label[48];
	unsigned seen = 0;
	bool end = false;
	snprintf(label, sizeof(label), "%s %u", s->row, number);
	if (row->given) {
		return yaml_refuse(y, at, "%s stands here twice", label);
	}
	row->given = true;
	if (!yaml_take_mapping(y, label, "columns")) {
		return false;
	}
	while (yaml_take_key(y, &end) && !end) {
		size_t i = 0;
		if (!yaml_which(y, s->columns, 1 + OVERRIDE_COLUMNS, &seen, &i) || !take_column(y, s, i, row)) {
			return false;
		}
	}
	if (!end) {
		return false;
	}
	return row->mnemonic[0] != '\0' || s->find(algorithm_table_builtin(), (uint8_t)number) != NULL
		|| yaml_refuse(y, at, "%s is not in the built-in table and needs a mnemonic", label);
}

/* ---- sections */

/* Decimal, without a sign or leading zeros: some readers of YAML take those for octal. */
static bool take_number(struct yaml *y, unsigned *out)
{
	const char *digits = yaml_text(y);
	unsigned number = 0;
	size_t n = 0;
	while (n < 3 && digits[n] >= '0' && digits[n] <= '9') {
		number = number * 10 + (unsigned)(digits[n++] - '0');
	}
	*out = number;
	return (digits[n] == '\0' && digits[0] != '0' && number >= 1 && number <= OVERRIDE_NUMBER_MAX)
		|| yaml_refuse(y, yaml_place(y), "\"%.*s\" is not a number from 1 to %d", YAML_QUOTED, digits,
			OVERRIDE_NUMBER_MAX);
}

static bool take_section(struct yaml *y, const struct section *s)
{
	bool end = false;
	if (!yaml_take_mapping(y, s->name, "numbers")) {
		return false;
	}
	while (yaml_take_key(y, &end) && !end) {
		unsigned number = 0;
		struct yaml_place at = yaml_place(y);
		if (!take_number(y, &number) || !take_row(y, s, number, at)) {
			return false;
		}
	}
	return end;
}

/* A date that exists, then who says so. */
static bool take_version(struct yaml *y, struct override *out)
{
	char day[24];
	uint64_t seconds;
	if (!yaml_take_text(y, "version", OVERRIDE_VERSION_MAX, out->version)) {
		return false;
	}
	snprintf(day, sizeof(day), "%.10sT00:00:00Z", out->version);
	return (strlen(out->version) > 11 && out->version[10] == ' ' && time_from_text(day, &seconds) == ERR_OK)
		|| yaml_refuse(y, yaml_place(y),
			"version takes a date and a source, such as \"2026-11-21 registry of example\"");
}

static bool take_sections(struct yaml *y, void *user)
{
	struct override *out = user;
	static const char *const keys[] = { "version", "algorithms", "digests" };
	const struct section sections[] = {
		{ keys[1], { "mnemonic", "use-for-signing", "use-for-validation", "implement-for-signing",
			"implement-for-validation" }, out->algorithms, algorithm_find, "algorithm" },
		{ keys[2], { "mnemonic", "use-for-delegation", "use-for-validation", "implement-for-delegation",
			"implement-for-validation" }, out->digests, digest_find, "digest" },
	};
	const struct yaml_place at = yaml_place(y);
	unsigned seen = 0;
	bool end = false;
	while (yaml_take_key(y, &end) && !end) {
		size_t i = 0;
		if (!yaml_which(y, keys, 3, &seen, &i)
			|| !(i == 0 ? take_version(y, out) : take_section(y, &sections[i - 1]))) {
			return false;
		}
	}
	if (!end) {
		return false;
	}
	return out->version[0] != '\0'
		|| yaml_refuse(y, at, "version is missing: a date and a source, such as \"2026-11-21 registry of example\"");
}

int override_read(const char *data, size_t size, struct override *out, struct yaml_fault *fault)
{
	return yaml_read(data, size, "version, algorithms and digests", take_sections, out, fault);
}
