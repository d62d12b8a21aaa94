/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One policy of a configuration file: its mapping, and what comes of it over a preset or over another policy. */
#include "scanner/configuration_private.h"

#include <stdio.h>
#include <string.h>

/* Sections of options within sections, one more than there are. */
#define DEPTH_MAX 4
#define PATH_MAX_OCTETS 64
/* No table of options is larger. */
#define OPTIONS_MAX 128

bool policy_option_is_of_parent(const struct policy_option *o)
{
	static const char *const of_parent[] = { "brakes.", "operator-brakes.", "freezes" };
	for (size_t i = 0; i < sizeof(of_parent) / sizeof(of_parent[0]); i++) {
		if (strncmp(o->name, of_parent[i], strlen(of_parent[i])) == 0) {
			return true;
		}
	}
	return false;
}

/* ---- the mapping */

struct taking {
	struct yaml *y;
	struct arena *arena;
	struct given_policy *out;
	struct given **last;
	char path[PATH_MAX_OCTETS];	/* sections that are open, each with its dot */
	size_t ends[DEPTH_MAX];		/* octets of path outside of each */
	size_t depth;
	bool seen[DEPTH_MAX][OPTIONS_MAX];	/* by the first option of a key */
	bool has_preset;
};

/* The first option whose name is path and word, or begins with them and a dot; the count of options: none. */
static size_t find_key(const char *path, const char *word, bool *is_section)
{
	size_t count;
	const struct policy_option *options = policy_options(&count);
	size_t outer = strlen(path);
	size_t inner = strlen(word);
	if (inner == 0 || strchr(word, '.') != NULL) {
		return count;
	}
	for (size_t i = 0; i < count; i++) {
		const char *name = options[i].name;
		if (strncmp(name, path, outer) == 0 && strncmp(name + outer, word, inner) == 0
			&& (name[outer + inner] == '\0' || name[outer + inner] == '.')) {
			*is_section = name[outer + inner] == '.';
			return i;
		}
	}
	return count;
}

static bool refuse_key(struct taking *t)
{
	size_t count;
	const struct policy_option *options = policy_options(&count);
	size_t outer = strlen(t->path);
	char all[256] = "";
	size_t used = (size_t)snprintf(all, sizeof(all), "%s", outer == 0 ? "preset" : "");
	const char *before = "";
	size_t size = 0;
	for (size_t i = 0; i < count && used < sizeof(all); i++) {
		const char *name = options[i].name + outer;
		if (strncmp(options[i].name, t->path, outer) != 0 || (size == strcspn(name, ".") && strncmp(name, before, size) == 0)) {
			continue;
		}
		before = name;
		size = strcspn(name, ".");
		used += (size_t)snprintf(all + used, sizeof(all) - used, "%s%.*s", used == 0 ? "" : ", ", (int)size, name);
	}
	return yaml_refuse(t->y, yaml_place(t->y), "\"%.*s\" is no key here; there are %s", YAML_QUOTED, yaml_text(t->y), all);
}

static bool take_preset(struct taking *t)
{
	char name[sizeof(((struct policy *)0)->name)];
	if (t->has_preset) {
		return yaml_refuse(t->y, yaml_place(t->y), "preset stands here twice");
	}
	t->has_preset = true;
	if (!yaml_take_text(t->y, "preset", sizeof(name) - 1, name)) {
		return false;
	}
	t->out->preset = policy_preset(name);
	if (t->out->preset != NULL) {
		return true;
	}
	char all[200] = "";
	size_t used = 0;
	size_t count;
	const struct policy *presets = policy_presets(&count);
	for (size_t i = 0; i < count && used < sizeof(all); i++) {
		used += (size_t)snprintf(all + used, sizeof(all) - used, "%s%s", i == 0 ? "" : ", ", presets[i].name);
	}
	return yaml_refuse(t->y, yaml_place(t->y), "there is no preset \"%s\"; there are %s", name, all);
}

static bool add_item(struct taking *t, struct given *g)
{
	const struct policy_option *o = g->option;
	struct option_value *v = &g->value;
	size_t size = strlen(yaml_text(t->y));
	if (v->count == OPTION_ITEMS || size >= OPTION_TEXT) {
		char range[OPTION_RANGE];
		policy_option_range(o, range);
		return yaml_refuse(t->y, yaml_place(t->y), "%s takes %s", o->name, range);
	}
	g->items_at[v->count] = yaml_place(t->y);
	memcpy(v->items[v->count++], yaml_text(t->y), size + 1);
	return true;
}

static bool take_items(struct taking *t, struct given *g)
{
	const struct policy_option *o = g->option;
	if (!g->value.is_list) {
		bool taken = yaml_take_value(t->y, o->name);
		g->at = yaml_place(t->y);
		return taken && add_item(t, g);
	}
	char range[OPTION_RANGE];
	const char *of = range;
	policy_option_range(o, range);
	if (strncmp(of, "a list of ", 10) == 0) {
		of += 10;
	}
	bool end = false;
	if (!yaml_take_list(t->y, o->name, of)) {
		return false;
	}
	g->at = yaml_place(t->y);
	while (yaml_take_item(t->y, o->name, &end) && !end) {
		if (!add_item(t, g)) {
			return false;
		}
	}
	return end;
}

/* The item without which, and without those behind it, the list would be taken. */
static struct yaml_place find_item(const struct given *g)
{
	struct option_value v = g->value;
	char why[OPTION_WHY];
	while (v.count > 0) {
		struct policy scratch = *policy_preset(POLICY_DEFAULT);
		v.count--;
		if (v.count == 0 || policy_option_set(g->option, &v, &scratch, why)) {
			return g->items_at[v.count];
		}
	}
	return g->at;
}

/* Its own range at once; whether it fits the others is known at the end. */
static bool take_option(struct taking *t, const struct policy_option *o)
{
	struct given *g = arena_alloc(t->arena, sizeof(*g));
	char why[OPTION_WHY];
	if (g == NULL) {
		return yaml_no_memory(t->y);
	}
	g->option = o;
	g->value.is_list = policy_option_is_list(o);
	if (!take_items(t, g)) {
		return false;
	}
	struct policy scratch = *policy_preset(POLICY_DEFAULT);
	if (!policy_option_set(o, &g->value, &scratch, why)) {
		return yaml_refuse(t->y, g->value.is_list ? find_item(g) : g->at, "%s", why);
	}
	*t->last = g;
	t->last = &g->next;
	return true;
}

static bool take_one(struct taking *t)
{
	size_t count;
	const struct policy_option *options = policy_options(&count);
	const char *word = yaml_text(t->y);
	bool is_section = false;
	if (t->depth == 0 && strcmp(word, "preset") == 0) {
		return take_preset(t);
	}
	size_t i = find_key(t->path, word, &is_section);
	if (i == count) {
		return refuse_key(t);
	}
	if (t->seen[t->depth][i]) {
		return yaml_refuse(t->y, yaml_place(t->y), "%.*s stands here twice", YAML_QUOTED, word);
	}
	t->seen[t->depth][i] = true;
	if (!is_section) {
		return take_option(t, &options[i]);
	}
	size_t outer = strlen(t->path);
	snprintf(t->path + outer, sizeof(t->path) - outer, "%s.", word);
	t->ends[++t->depth] = outer;
	char section[PATH_MAX_OCTETS];
	snprintf(section, sizeof(section), "%.*s", (int)(strlen(t->path) - 1), t->path);
	return yaml_take_mapping(t->y, section, "options");
}

bool config_take_policy(struct yaml *y, const char *where, struct arena *arena, struct given_policy *out)
{
	struct taking t = { .y = y, .arena = arena, .out = out, .last = &out->values };
	if (!yaml_take_mapping(y, where, "preset and options")) {
		return false;
	}
	out->at = yaml_place(y);
	for (;;) {
		bool end = false;
		if (!yaml_take_key(y, &end)) {
			return false;
		}
		if (end && t.depth == 0) {
			return true;
		}
		if (end) {
			t.path[t.ends[t.depth--]] = '\0';
		} else if (!take_one(&t)) {
			return false;
		}
	}
}

/* ---- what comes of it */

/* Without which of the values would the rest fit together? */
static struct yaml_place find_culprit(const struct given_policy *given, const struct policy *base, const struct policy *p)
{
	for (const struct given *g = given->values; g != NULL; g = g->next) {
		struct policy without = *p;
		struct option_value value;
		char why[OPTION_WHY];
		policy_option_get(g->option, base, &value);
		if (policy_option_set(g->option, &value, &without, why) && policy_fault(&without) == NULL) {
			return g->at;
		}
	}
	return given->at;
}

/* Decisions show the name: one that is not the preset's own tells that the values are not, either. */
static void mark_changed(struct policy *p)
{
	static const char more[] = ", changed";
	size_t size = strlen(p->name);
	size_t tail = sizeof(more) - 1;
	if (size >= tail && strcmp(p->name + size - tail, more) == 0) {
		return;
	}
	size = size < sizeof(p->name) - sizeof(more) ? size : sizeof(p->name) - sizeof(more);
	memcpy(p->name + size, more, sizeof(more));
}

bool config_resolve(struct yaml *y, const struct given_policy *given, const struct config_policy *base, struct arena *arena,
	struct config_policy *out)
{
	size_t count;
	const struct policy_option *options = policy_options(&count);
	struct config_policy c = *base;
	char why[OPTION_WHY];
	bool is_named = false;
	c.lines = arena_array(arena, count, sizeof(*c.lines));
	if (c.lines == NULL) {
		return yaml_no_memory(y);
	}
	if (given->preset != NULL) {
		c.policy = *given->preset;
		c.preset = given->preset->name;
	} else {
		memcpy(c.lines, base->lines, count * sizeof(*c.lines));
	}
	const struct policy before = c.policy;
	for (const struct given *g = given->values; g != NULL; g = g->next) {
		if (!policy_option_set(g->option, &g->value, &c.policy, why)) {
			return yaml_refuse(y, g->at, "%s", why);
		}
		c.lines[g->option - options] = g->at.line;
		is_named = is_named || strcmp(g->option->name, "name") == 0;
	}
	if (given->values != NULL && !is_named) {
		mark_changed(&c.policy);
		c.lines[policy_option_find("name") - options] = given->at.line;
	}
	const char *fault = policy_fault(&c.policy);
	if (fault != NULL) {
		return yaml_refuse(y, find_culprit(given, &before, &c.policy), "this does not fit the rest of the policy: %s", fault);
	}
	*out = c;
	return true;
}
