/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "registry/sink/settings.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "registry/peer/secret.h"
#include "registry/sink/parts.h"
#include "validate/wire/err.h"

static const struct sink_setting *find(const struct sink_options *o, const char *key)
{
	for (size_t i = 0; i < o->setting_count; i++) {
		if (strcmp(o->settings[i].key, key) == 0) {
			return &o->settings[i];
		}
	}
	return NULL;
}

/* "file:12: key: " before what is wrong with it. */
static int wrong(const struct sink_options *o, const struct sink_setting *s, const char *what, char *why)
{
	int n = s->line == 0 ? snprintf(why, SINK_WHY, "%.60s: ", s->key)
		: snprintf(why, SINK_WHY, "%.80s:%zu: %.60s: ", o->file == NULL ? "configuration" : o->file, s->line, s->key);
	snprintf(why + n, SINK_WHY - (size_t)n, "%s", what);
	return ERR_ARG;
}

/* "what: a b c" */
static void list(const char *what, const char *const *words, char *out, size_t size)
{
	size_t used = (size_t)snprintf(out, size, "%s%s", what, words[0] == NULL ? "" : ":");
	for (; *words != NULL && used < size; words++) {
		used += (size_t)snprintf(out + used, size - used, " %s", *words);
	}
}

int settings_check(const struct sink_options *o, const char *const *known, char why[SINK_WHY])
{
	for (size_t i = 0; i < o->setting_count; i++) {
		const struct sink_setting *s = &o->settings[i];
		const char *const *k = known;
		while (*k != NULL && strcmp(*k, s->key) != 0) {
			k++;
		}
		if (*k == NULL) {
			char what[SINK_WHY];
			list(known[0] == NULL ? "the sink has no such setting, and no other" : "the sink has no such setting; it has", known, what,
				sizeof(what));
			return wrong(o, s, what, why);
		}
		if (find(o, s->key) != s) {
			return wrong(o, s, "is given twice", why);
		}
	}
	return 0;
}

const char *settings_text(const struct sink_options *o, const char *key)
{
	const struct sink_setting *s = find(o, key);
	return s == NULL ? NULL : s->value;
}

int settings_uint(const struct sink_options *o, const char *key, uint64_t min, uint64_t max, uint64_t *out,
	char why[SINK_WHY])
{
	const struct sink_setting *s = find(o, key);
	if (s == NULL) {
		return 0;
	}
	char *end;
	errno = 0;
	uint64_t value = strtoull(s->value, &end, 10);
	if (s->value[0] < '0' || s->value[0] > '9' || *end != '\0' || errno != 0 || value < min || value > max) {
		char what[SINK_WHY];
		snprintf(what, sizeof(what), "give a whole number from %" PRIu64 " to %" PRIu64, min, max);
		return wrong(o, s, what, why);
	}
	*out = value;
	return 0;
}

int settings_word(const struct sink_options *o, const char *key, const char *const *words, size_t *out, char why[SINK_WHY])
{
	const struct sink_setting *s = find(o, key);
	if (s == NULL) {
		return 0;
	}
	for (size_t i = 0; words[i] != NULL; i++) {
		if (strcmp(words[i], s->value) == 0) {
			*out = i;
			return 0;
		}
	}
	char what[SINK_WHY];
	list("give one of", words, what, sizeof(what));
	return wrong(o, s, what, why);
}

int settings_bool(const struct sink_options *o, const char *key, bool *out, char why[SINK_WHY])
{
	static const char *const words[] = { "no", "yes", NULL };
	size_t at = *out ? 1 : 0;
	int rc = settings_word(o, key, words, &at, why);
	*out = at == 1;
	return rc;
}

int settings_wrong(const struct sink_options *o, const char *key, const char *what, char why[SINK_WHY])
{
	const struct sink_setting *s = find(o, key);
	return wrong(o, s != NULL ? s : &(const struct sink_setting){ .key = key }, what, why);
}

int settings_secret(const struct sink_options *o, const char *key, char **out, size_t *size, char why[SINK_WHY])
{
	char what[SINK_WHY] = "";
	int rc = secret_read(settings_text(o, key), out, size, what);
	return rc == 0 || rc == ERR_NOMEM ? rc : settings_wrong(o, key, what, why);
}

int settings_need(const struct sink_options *o, const char *key, const char **out, char why[SINK_WHY])
{
	*out = settings_text(o, key);
	if (*out == NULL) {
		snprintf(why, SINK_WHY, "the sink needs the setting %.60s", key);
		return ERR_ARG;
	}
	return 0;
}
