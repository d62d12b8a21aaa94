/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a configuration file says of the store: how it begins, and how long it keeps what. */
#include <string.h>

#include "scanner/configuration_private.h"
#include "scanner/policy_values.h"

enum { WORD_FIRST, WORD_ACCEPTS, WORD_CHANGED, WORD_REST, WORDS };
static const char *const words[WORDS] = { "first-run", "keep-accepts", "keep-changed", "keep-rest" };

/* Less than a month would lose what a window or a notice of today still refers to. */
#define KEEP_LEAST (30u * 86400)

static bool take_first_run(struct yaml *y, struct config_store *out)
{
	if (!yaml_take_value(y, words[WORD_FIRST])) {
		return false;
	}
	out->first_run_records = strcmp(yaml_text(y), "record") == 0;
	return out->first_run_records || strcmp(yaml_text(y), "apply") == 0 ||
		yaml_refuse(y, yaml_place(y), "first-run takes record or apply, not \"%.*s\"", YAML_QUOTED, yaml_text(y));
}

static bool take_keep(struct yaml *y, const char *word, uint32_t *out)
{
	uint32_t seconds = 0;
	if (!yaml_take_value(y, word)) {
		return false;
	}
	bool forever = strcmp(yaml_text(y), "forever") == 0;
	if (!forever && (!value_duration_from(yaml_text(y), &seconds) || seconds < KEEP_LEAST)) {
		return yaml_refuse(y, yaml_place(y), "%s takes a time of 30d or more, or forever, not \"%.*s\"", word, YAML_QUOTED,
			yaml_text(y));
	}
	*out = seconds;
	return true;
}

bool config_take_store(struct yaml *y, struct config_store *out)
{
	unsigned seen = 0;
	bool end = false;
	if (!yaml_take_mapping(y, "store", "first-run and times to keep")) {
		return false;
	}
	while (yaml_take_key(y, &end) && !end) {
		size_t word = 0;
		if (!yaml_which(y, words, WORDS, &seen, &word)) {
			return false;
		}
		if (!(word == WORD_FIRST ? take_first_run(y, out) :
		      take_keep(y, words[word], &out->retention.keep_s[RETENTION_ACCEPT + (word - WORD_ACCEPTS)]))) {
			return false;
		}
	}
	return end;
}
