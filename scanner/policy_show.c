/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Policies shown. What is shown of one can be read again: it is a configuration with every value in it. */
#include "scanner/policy_show.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "registry/sink/json.h"
#include "scanner/command.h"
#include "scanner/policy_options.h"
#include "scanner/table.h"
#include "validate/wire/err.h"

/* Where what was said of a value begins. */
#define REMARK_COLUMN 48
/* Longest line of a value: a list of anchors. */
#define LINE_MAX_OCTETS (OPTION_ITEMS * (2 * OPTION_TEXT + 4) + 80)

/* ---- a value in YAML */

/* Words that no reader of YAML takes for anything else; all other text is quoted. */
static bool is_bare(const char *text)
{
	return text[0] != '\0' && text[0] != '-' && strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-.%") == strlen(text);
}

static size_t put_item(char *out, size_t room, const char *text)
{
	if (is_bare(text)) {
		return (size_t)snprintf(out, room, "%s", text);
	}
	size_t n = 0;
	out[n++] = '"';
	for (; *text != '\0' && n + 4 < room; text++) {
		if (*text == '"' || *text == '\\') {
			out[n++] = '\\';
		}
		out[n++] = *text;
	}
	out[n++] = '"';
	out[n] = '\0';
	return n;
}

static void put_value(const struct option_value *v, char *out, size_t room)
{
	size_t n = 0;
	if (v->is_list) {
		out[n++] = '[';
	}
	for (size_t i = 0; i < v->count && n + 8 < room; i++) {
		if (i > 0) {
			out[n++] = ',';
			out[n++] = ' ';
		}
		n += put_item(out + n, room - n, v->items[i]);
	}
	if (v->is_list) {
		out[n++] = ']';
	}
	out[n] = '\0';
}

/* ---- a policy in YAML */

/* Opens the sections of name that those of before are not in; the key of name itself. */
static const char *open_sections(const char *name, const char *before, int *depth)
{
	bool same = true;
	const char *end;
	*depth = 1;
	while ((end = strchr(name, '.')) != NULL) {
		size_t size = (size_t)(end - name) + 1;
		same = same && strncmp(before, name, size) == 0;
		if (!same) {
			printf("%*s%.*s:\n", 2 * *depth, "", (int)size - 1, name);
		}
		before += same ? size : 0;
		name += size;
		++*depth;
	}
	return name;
}

static void print_line(int depth, const char *key, const char *value, const char *file, size_t line, const char *preset)
{
	int n = printf("%*s%s: %s", 2 * depth, "", key, value);
	int blanks = n < REMARK_COLUMN ? REMARK_COLUMN - n : 2;
	if (line > 0) {
		printf("%*s# %s:%zu\n", blanks, "", say_text(file), line);
	} else {
		printf("%*s# %s\n", blanks, "", preset);
	}
}

/* Whose value it is: brakes and freezes stand at the end of a run over the whole parent. */
static const struct config_policy *owner(const struct policy_option *o, const struct config_policy *p,
	const struct config_policy *parent)
{
	return policy_option_is_of_parent(o) ? parent : p;
}

static void show_text(const struct config_policy *p, const struct config_policy *parent, const char *file)
{
	size_t count;
	const struct policy_option *options = policy_options(&count);
	const char *before = "";
	printf("policy:\n  preset: %s\n", p->preset);
	for (size_t i = 0; i < count; i++) {
		struct option_value v;
		char value[LINE_MAX_OCTETS];
		int depth;
		const struct config_policy *from = owner(&options[i], p, parent);
		policy_option_get(&options[i], &from->policy, &v);
		put_value(&v, value, sizeof(value));
		const char *key = open_sections(options[i].name, before, &depth);
		print_line(depth, key, value, file, from->lines[i], from->preset);
		before = options[i].name;
	}
}

/* ---- JSON */

static void json_value(struct json *j, const char *key, const struct option_value *v)
{
	if (!v->is_list) {
		json_string(j, key, v->items[0]);
		return;
	}
	json_array(j, key);
	for (size_t i = 0; i < v->count; i++) {
		json_string(j, NULL, v->items[i]);
	}
	json_array_end(j);
}

static void show_json(struct json *j, const struct config_policy *p, const struct config_policy *parent, const char *file)
{
	size_t count;
	const struct policy_option *options = policy_options(&count);
	json_object(j, NULL);
	json_string(j, "policy", p->policy.name);
	json_string(j, "preset", p->preset);
	json_string(j, "file", file);
	json_array(j, "options");
	for (size_t i = 0; i < count; i++) {
		struct option_value v;
		char range[OPTION_RANGE];
		const struct config_policy *from = owner(&options[i], p, parent);
		policy_option_get(&options[i], &from->policy, &v);
		json_object(j, NULL);
		json_string(j, "name", options[i].name);
		json_value(j, "value", &v);
		policy_option_range(&options[i], range);
		json_string(j, "takes", range);
		json_string(j, "sentence", options[i].sentence);
		if (from->lines[i] > 0) {
			json_uint(j, "line", from->lines[i]);
		} else {
			json_null(j, "line");
		}
		json_object_end(j);
	}
	json_array_end(j);
	json_object_end(j);
}

int policy_show(const struct config_policy *p, const struct config_policy *parent, const char *file, bool as_json)
{
	parent = parent == NULL ? p : parent;
	if (!as_json) {
		show_text(p, parent, file);
		return ferror(stdout) != 0 ? ERR_IO : ERR_OK;
	}
	struct json *j = json_new();
	if (j == NULL) {
		return ERR_NOMEM;
	}
	show_json(j, p, parent, file);
	int ret = json_end_line(j, stdout);
	json_free(j);
	return ret;
}

/* ---- the presets */

static void get(const char *name, const struct policy *p, struct option_value *out)
{
	policy_option_get(policy_option_find(name), p, out);
}

/* "rfc9615, delay 3d"; "none". */
static void put_methods(const struct policy *p, char *out, size_t room)
{
	struct option_value methods, delay;
	size_t n = 0;
	get("bootstrap.methods", p, &methods);
	get("bootstrap.delay", p, &delay);
	snprintf(out, room, "none");
	for (size_t i = 0; i < methods.count && n < room; i++) {
		bool has_delay = strcmp(methods.items[i], "delay") == 0;
		n += (size_t)snprintf(out + n, room - n, "%s%s%s%s", i == 0 ? "" : ", ", methods.items[i], has_delay ? " " : "",
			has_delay ? delay.items[0] : "");
	}
}

static int list_text(const struct policy *all, size_t count)
{
	static const char *const titles[] = { "NAME", "TYPES", "~FIRST DS SET", "DELETE", "~WHAT IT IMITATES", NULL };
	struct table *table = table_new(titles);
	int ret = table == NULL ? ERR_NOMEM : ERR_OK;
	for (size_t i = 0; i < count && ret == ERR_OK; i++) {
		struct option_value types;
		char methods[2 * OPTION_TEXT];
		get("types", &all[i], &types);
		put_methods(&all[i], methods, sizeof(methods));
		const char *cells[] = { all[i].name, types.items[0], methods, all[i].rules.delete_allowed ? "yes" : "no",
			all[i].source };
		ret = table_row(table, cells);
	}
	if (ret == ERR_OK) {
		ret = table_print(table);
	}
	table_free(table);
	return ret;
}

static int list_json(const struct policy *all, size_t count)
{
	struct json *j = json_new();
	int ret = j == NULL ? ERR_NOMEM : ERR_OK;
	for (size_t i = 0; i < count && ret == ERR_OK; i++) {
		struct option_value types, methods;
		get("types", &all[i], &types);
		get("bootstrap.methods", &all[i], &methods);
		json_object(j, NULL);
		json_string(j, "name", all[i].name);
		json_string(j, "source", all[i].source);
		json_bool(j, "default", strcmp(all[i].name, POLICY_DEFAULT) == 0);
		json_value(j, "types", &types);
		json_value(j, "bootstrap_methods", &methods);
		json_bool(j, "delete_allowed", all[i].rules.delete_allowed);
		json_object_end(j);
		ret = json_end_line(j, stdout);
	}
	json_free(j);
	return ret;
}

int policy_show_list(bool as_json)
{
	size_t count;
	const struct policy *all = policy_presets(&count);
	return as_json ? list_json(all, count) : list_text(all, count);
}
