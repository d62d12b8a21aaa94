/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sinks of a configuration file. What a setting may be is the sink's to say; here is only where it stands. */
#include "scanner/configuration_private.h"

#include <stdio.h>
#include <string.h>

#include "registry/store/sinkdb.h"

#define SINKS_MAX 64
/* The words of a sink that are ours; all others are its settings. */
enum { WORD_NAME, WORD_KIND, WORD_TO, WORD_RECORD, WORDS };
static const char *const words[WORDS] = { "name", "kind", "to", "record" };

struct sink_text {
	struct config_sink sink;
	struct sink_setting settings[CONFIG_SINK_SETTINGS];
	struct yaml_place at[WORDS];
	unsigned seen;
	struct sink_text *next;
};

static bool take_copy(struct yaml *y, struct arena *arena, const char *key, const char **out)
{
	if (!yaml_take_value(y, key)) {
		return false;
	}
	*out = arena_printf(arena, "%s", yaml_text(y));
	return *out != NULL || yaml_no_memory(y);
}

static bool take_setting(struct yaml *y, struct arena *arena, struct sink_text *s)
{
	if (s->sink.setting_count == CONFIG_SINK_SETTINGS) {
		return yaml_refuse(y, yaml_place(y), "a sink has no more than %d settings", CONFIG_SINK_SETTINGS);
	}
	struct sink_setting *to = &s->settings[s->sink.setting_count];
	to->line = yaml_place(y).line;
	to->key = arena_printf(arena, "%s", yaml_text(y));
	if (to->key == NULL) {
		return yaml_no_memory(y);
	}
	s->sink.setting_count++;
	return take_copy(y, arena, to->key, &to->value);
}

static bool take_record(struct yaml *y, struct config_sink *s)
{
	if (!yaml_take_value(y, "record")) {
		return false;
	}
	s->is_record = strcmp(yaml_text(y), "yes") == 0;
	return s->is_record || strcmp(yaml_text(y), "no") == 0
		|| yaml_refuse(y, yaml_place(y), "record takes yes or no, not \"%.*s\"", YAML_QUOTED, yaml_text(y));
}

static bool take_word(struct yaml *y, struct arena *arena, struct sink_text *s, size_t word)
{
	if ((s->seen & 1u << word) != 0) {
		return yaml_refuse(y, yaml_place(y), "%s stands here twice", words[word]);
	}
	s->seen |= 1u << word;
	bool good = word == WORD_RECORD ? take_record(y, &s->sink)
		: take_copy(y, arena, words[word], word == WORD_NAME ? &s->sink.name : word == WORD_KIND ? &s->sink.kind : &s->sink.target);
	s->at[word] = yaml_place(y);
	return good;
}

static const struct sink_ops *find_kind(const char *kind)
{
	for (const struct sink_ops *const *k = sink_list(); *k != NULL; k++) {
		if (strcmp((*k)->name, kind) == 0) {
			return *k;
		}
	}
	return NULL;
}

static bool refuse_kind(struct yaml *y, const struct sink_text *s)
{
	char all[200] = "";
	size_t used = 0;
	for (const struct sink_ops *const *k = sink_list(); *k != NULL && used < sizeof(all); k++) {
		used += (size_t)snprintf(all + used, sizeof(all) - used, "%s%s", used == 0 ? "" : ", ", (*k)->name);
	}
	return yaml_refuse(y, s->at[WORD_KIND], "no sink is of the kind \"%.*s\"; there are %s", YAML_QUOTED, s->sink.kind, all);
}

/* Without record: the sink of record, where it can be. */
static bool check(struct yaml *y, struct yaml_place item, const struct sink_text *others, struct sink_text *s)
{
	for (size_t i = WORD_NAME; i <= WORD_KIND; i++) {
		if ((s->seen & 1u << i) == 0) {
			return yaml_refuse(y, item, "the sink has no %s", words[i]);
		}
	}
	if (!sinkdb_is_name(s->sink.name)) {
		return yaml_refuse(y, s->at[WORD_NAME], "the name of a sink is 1 to %d letters, digits, - and _", SINK_NAME_MAX);
	}
	const struct sink_ops *ops = find_kind(s->sink.kind);
	if (ops == NULL) {
		return refuse_kind(y, s);
	}
	if (find_kind(s->sink.name) != NULL && strcmp(s->sink.name, s->sink.kind) != 0) {
		return yaml_refuse(y, s->at[WORD_NAME], "%s is a kind of its own; give the sink another name", s->sink.name);
	}
	for (; others != NULL; others = others->next) {
		if (strcmp(others->sink.name, s->sink.name) == 0) {
			return yaml_refuse(y, s->at[WORD_NAME], "a sink %s stands here twice", s->sink.name);
		}
	}
	if ((s->seen & 1u << WORD_RECORD) == 0) {
		s->sink.is_record = true;
	}
	return true;
}

static bool take_sink(struct yaml *y, struct arena *arena, struct sink_text *s)
{
	bool end = false;
	while (yaml_take_key(y, &end) && !end) {
		size_t word = 0;
		while (word < WORDS && strcmp(words[word], yaml_text(y)) != 0) {
			word++;
		}
		if (!(word < WORDS ? take_word(y, arena, s, word) : take_setting(y, arena, s))) {
			return false;
		}
	}
	return end;
}

bool config_take_sinks(struct yaml *y, struct arena *arena, struct config *out)
{
	struct sink_text *first = NULL;
	struct sink_text **last = &first;
	size_t count = 0;
	bool end = false;
	if (!yaml_take_list(y, "sinks", "mappings of name, kind and settings")) {
		return false;
	}
	while (yaml_take_mapping_item(y, "sinks", "name, kind and settings", &end) && !end) {
		struct yaml_place item = yaml_place(y);
		struct sink_text *s = arena_alloc(arena, sizeof(*s));
		if (s == NULL) {
			return yaml_no_memory(y);
		}
		if (++count > SINKS_MAX) {
			return yaml_refuse(y, item, "there are more than %d sinks", SINKS_MAX);
		}
		if (!take_sink(y, arena, s) || !check(y, item, first, s)) {
			return false;
		}
		*last = s;
		last = &s->next;
	}
	out->sinks = arena_array(arena, count, sizeof(*out->sinks));
	if (out->sinks == NULL && count > 0) {
		return yaml_no_memory(y);
	}
	for (const struct sink_text *s = first; s != NULL && end; s = s->next) {
		out->sinks[out->sink_count] = s->sink;
		out->sinks[out->sink_count++].settings = s->settings;
	}
	return end;
}

const struct config_sink *config_sink(const struct config *c, const char *name)
{
	for (size_t i = 0; i < c->sink_count; i++) {
		if (strcmp(c->sinks[i].name, name) == 0) {
			return &c->sinks[i];
		}
	}
	return NULL;
}
