/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The configuration file: its parents, their sources and suffixes. */
#include "scanner/configuration_private.h"

#include <stdio.h>
#include <string.h>

#include "scanner/command.h"
#include "scanner/policy_values.h"
#include "validate/wire/err.h"

#define KEYS "policy, parents, vantages, store and sinks"
/* Of parents, and of suffixes of one parent. */
#define NAMES_MAX 1000

/* A suffix as it stands in the file. */
struct suffix_text {
	struct name suffix;
	struct given_policy policy;
	struct suffix_text *next;
};

struct parent_text {
	struct name origin;
	struct source_place source;
	struct given_policy policy;
	size_t suffix_count;
	struct suffix_text *suffixes;
	struct parent_text *next;
};

struct file {
	const char *name;
	struct arena *arena;
	struct given_policy policy;
	size_t parent_count;
	struct parent_text *parents;
	struct config *out;
};

/* ---- what stands there */

static bool take_name(struct yaml *y, struct name *out)
{
	return (yaml_text(y)[0] != '\0' && name_from_text(yaml_text(y), out) == ERR_OK)
		|| yaml_refuse(y, yaml_place(y), "\"%.*s\" is not a domain name", YAML_QUOTED, yaml_text(y));
}

static bool take_suffix(struct yaml *y, struct file *f, struct parent_text *p, struct suffix_text ***last)
{
	struct suffix_text *s = arena_alloc(f->arena, sizeof(*s));
	if (s == NULL) {
		return yaml_no_memory(y);
	}
	if (!take_name(y, &s->suffix)) {
		return false;
	}
	if (!name_is_within(&s->suffix, &p->origin) || name_equal(&s->suffix, &p->origin)) {
		return yaml_refuse(y, yaml_place(y), "the suffix is not below its parent");
	}
	for (const struct suffix_text *x = p->suffixes; x != NULL; x = x->next) {
		if (name_equal(&x->suffix, &s->suffix)) {
			return yaml_refuse(y, yaml_place(y), "the suffix stands here twice");
		}
	}
	if (++p->suffix_count > NAMES_MAX) {
		return yaml_refuse(y, yaml_place(y), "there are more than %d suffixes", NAMES_MAX);
	}
	**last = s;
	*last = &s->next;
	return config_take_policy(y, "a suffix", f->arena, &s->policy);
}

static bool take_suffixes(struct yaml *y, struct file *f, struct parent_text *p)
{
	struct suffix_text **last = &p->suffixes;
	bool end = false;
	if (!yaml_take_mapping(y, "suffixes", "names, each with a policy")) {
		return false;
	}
	while (yaml_take_key(y, &end) && !end) {
		if (!take_suffix(y, f, p, &last)) {
			return false;
		}
	}
	return end;
}

static bool take_path(struct yaml *y, struct file *f, const char *key, const char *takes, const char **out)
{
	if (!yaml_take_value(y, key)) {
		return false;
	}
	if (yaml_text(y)[0] == '\0') {
		return yaml_refuse(y, yaml_place(y), "%s takes %s", key, takes);
	}
	*out = arena_printf(f->arena, "%s", yaml_text(y));
	return *out != NULL || yaml_no_memory(y);
}

static bool take_format(struct yaml *y, struct parent_text *p)
{
	return yaml_take_value(y, "source-format") && (source_format_from_text(yaml_text(y), &p->source.format) == ERR_OK
		|| yaml_refuse(y, yaml_place(y), "source-format takes %s, not \"%.*s\"", source_formats(), YAML_QUOTED,
			yaml_text(y)));
}

static bool take_servers(struct yaml *y, struct parent_text *p)
{
	return yaml_take_value(y, "published-at") && (address_list_from_text(yaml_text(y), p->source.servers, SOURCE_SERVERS,
			&p->source.server_count) == ERR_OK
		|| yaml_refuse(y, yaml_place(y), "published-at takes up to %d IP addresses, such as 192.0.2.53,2001:db8::53, not \"%.*s\"",
			SOURCE_SERVERS, YAML_QUOTED, yaml_text(y)));
}

static bool take_max_age(struct yaml *y, struct parent_text *p)
{
	return yaml_take_value(y, "source-max-age") && (value_duration_from(yaml_text(y), &p->source.max_age_s)
		|| yaml_refuse(y, yaml_place(y), "source-max-age takes a time such as 24h, not \"%.*s\"", YAML_QUOTED, yaml_text(y)));
}

static bool take_parent_key(struct yaml *y, struct file *f, struct parent_text *p, size_t key)
{
	switch (key) {
	case 0:
		return take_path(y, f, "source", "the path of a file, or what else its format takes", &p->source.path);
	case 1:
		return take_format(y, p);
	case 2:
		return take_path(y, f, "source-key", "the path of a file", &p->source.key);
	case 3:
		return take_max_age(y, p);
	case 4:
		return take_servers(y, p);
	case 5:
		return config_take_policy(y, "policy", f->arena, &p->policy);
	default:
		return take_suffixes(y, f, p);
	}
}

static bool take_parent_keys(struct yaml *y, struct file *f, struct parent_text *p)
{
	static const char *const keys[] = { "source", "source-format", "source-key", "source-max-age", "published-at", "policy", "suffixes" };
	unsigned seen = 0;
	bool end = false;
	while (yaml_take_key(y, &end) && !end) {
		size_t i = 0;
		if (!yaml_which(y, keys, 7, &seen, &i) || !take_parent_key(y, f, p, i)) {
			return false;
		}
	}
	return end;
}

static bool take_parent(struct yaml *y, struct file *f, struct parent_text ***last)
{
	struct parent_text *p = arena_alloc(f->arena, sizeof(*p));
	if (p == NULL) {
		return yaml_no_memory(y);
	}
	if (!take_name(y, &p->origin)) {
		return false;
	}
	for (const struct parent_text *x = f->parents; x != NULL; x = x->next) {
		if (name_equal(&x->origin, &p->origin)) {
			return yaml_refuse(y, yaml_place(y), "the parent stands here twice");
		}
	}
	if (++f->parent_count > NAMES_MAX) {
		return yaml_refuse(y, yaml_place(y), "there are more than %d parents", NAMES_MAX);
	}
	p->source.max_age_s = SOURCE_MAX_AGE_S;
	**last = p;
	*last = &p->next;
	return yaml_take_mapping(y, "a parent", "source, source-format, source-key, source-max-age, published-at, policy and suffixes")
		&& take_parent_keys(y, f, p);
}

static bool take_parents(struct yaml *y, struct file *f)
{
	struct parent_text **last = &f->parents;
	bool end = false;
	if (!yaml_take_mapping(y, "parents", "names")) {
		return false;
	}
	while (yaml_take_key(y, &end) && !end) {
		if (!take_parent(y, f, &last)) {
			return false;
		}
	}
	return end;
}

/* ---- what comes of it */

/* They count the children of a parent, and stand at the end of a run over all of it: in a suffix they would do nothing. */
static bool refuse_brakes(struct yaml *y, const struct given_policy *given)
{
	for (const struct given *g = given->values; g != NULL; g = g->next) {
		if (policy_option_is_of_parent(g->option)) {
			return yaml_refuse(y, g->at, "brakes and freezes are those of the parent, not of a suffix");
		}
	}
	return true;
}

static bool resolve_parent(struct yaml *y, const struct file *f, const struct config_policy *base, const struct parent_text *p,
	struct config_parent *out)
{
	*out = (struct config_parent){ .origin = p->origin, .source = p->source, .suffix_count = p->suffix_count };
	out->source.origin = p->origin;
	out->suffixes = arena_array(f->arena, p->suffix_count, sizeof(*out->suffixes));
	if (out->suffixes == NULL && p->suffix_count > 0) {
		return yaml_no_memory(y);
	}
	bool good = config_vantages_suffice(y, &p->policy, f->out) &&
		config_resolve(y, &p->policy, base, f->arena, &out->policy);
	size_t i = 0;
	for (const struct suffix_text *s = p->suffixes; s != NULL && good; s = s->next, i++) {
		out->suffixes[i].suffix = s->suffix;
		good = refuse_brakes(y, &s->policy) && config_vantages_suffice(y, &s->policy, f->out) &&
			config_resolve(y, &s->policy, &out->policy, f->arena, &out->suffixes[i].policy);
	}
	return good;
}

static bool resolve(struct yaml *y, const struct file *f)
{
	struct config c;
	int ret = config_preset(policy_preset(POLICY_DEFAULT), f->arena, &c);
	c.vantage_count = f->out->vantage_count;
	memcpy(c.vantages, f->out->vantages, sizeof(c.vantages));
	c.file = f->name;
	c.sinks = f->out->sinks;
	c.sink_count = f->out->sink_count;
	c.store = f->out->store;
	c.parent_count = f->parent_count;
	c.parents = arena_array(f->arena, f->parent_count, sizeof(*c.parents));
	if (ret != ERR_OK || (c.parents == NULL && f->parent_count > 0)) {
		return yaml_no_memory(y);
	}
	const struct config_policy base = c.policy;
	bool good = config_vantages_suffice(y, &f->policy, &c) && config_resolve(y, &f->policy, &base, f->arena, &c.policy);
	size_t i = 0;
	for (const struct parent_text *p = f->parents; p != NULL && good; p = p->next, i++) {
		good = resolve_parent(y, f, &c.policy, p, &c.parents[i]);
	}
	if (good) {
		*f->out = c;
	}
	return good;
}

enum { SECTION_POLICY, SECTION_PARENTS, SECTION_VANTAGES, SECTION_STORE, SECTION_SINKS, SECTIONS };

static bool take_section(struct yaml *y, struct file *f, size_t section)
{
	switch (section) {
	case SECTION_POLICY:
		return config_take_policy(y, "policy", f->arena, &f->policy);
	case SECTION_PARENTS:
		return take_parents(y, f);
	case SECTION_VANTAGES:
		return config_take_vantages(y, f->out);
	case SECTION_STORE:
		return config_take_store(y, &f->out->store);
	default:
		return config_take_sinks(y, f->arena, f->out);
	}
}

static bool take_file(struct yaml *y, void *user)
{
	static const char *const keys[SECTIONS] = { "policy", "parents", "vantages", "store", "sinks" };
	struct file *f = user;
	unsigned seen = 0;
	bool end = false;
	while (yaml_take_key(y, &end) && !end) {
		size_t i = 0;
		if (!yaml_which(y, keys, SECTIONS, &seen, &i) || !take_section(y, f, i)) {
			return false;
		}
	}
	return end && resolve(y, f);
}

int config_parse(const char *file, const char *data, size_t size, struct arena *arena, struct config *out,
	struct yaml_fault *fault)
{
	struct config c = { .file = NULL, .store = { .retention = retention_default } };
	struct file f = { .name = file, .arena = arena, .out = &c };
	*fault = (struct yaml_fault){ .line = 0 };
	if (size > CONFIG_FILE_MAX) {
		snprintf(fault->reason, sizeof(fault->reason), "it is larger than %d octets", CONFIG_FILE_MAX);
		return ERR_FORMAT;
	}
	int ret = yaml_read(data, size, KEYS, take_file, &f, fault);
	if (ret == ERR_OK) {
		*out = c;
	}
	return ret;
}

int config_load(const char *file, struct arena *arena, struct config *out)
{
	const char *data = NULL;
	size_t size = 0;
	int code = yaml_load(file, "the configuration", CONFIG_FILE_MAX, arena, &data, &size);
	if (code != EXIT_OK) {
		return code;
	}
	struct yaml_fault fault;
	int ret = config_parse(file, data, size, arena, out, &fault);
	if (ret == ERR_FORMAT) {
		yaml_say_fault(file, &fault);
		return EXIT_CONFIG;
	}
	if (ret != ERR_OK) {
		say("%s", err_text(ret));
		return EXIT_RUNTIME;
	}
	return EXIT_OK;
}

int config_preset(const struct policy *preset, struct arena *arena, struct config *out)
{
	size_t count;
	(void)policy_options(&count);
	*out = (struct config){ .policy = { .policy = *preset, .preset = preset->name },
		.store = { .retention = retention_default } };
	out->policy.lines = arena_array(arena, count, sizeof(*out->policy.lines));
	return out->policy.lines == NULL ? ERR_NOMEM : ERR_OK;
}

/* ---- who decides by what */

const struct config_parent *config_parent(const struct config *c, const struct name *origin)
{
	for (size_t i = 0; i < c->parent_count; i++) {
		if (name_equal(&c->parents[i].origin, origin)) {
			return &c->parents[i];
		}
	}
	return NULL;
}

const struct config_parent *config_parent_of(const struct config *c, const struct name *child)
{
	const struct config_parent *best = NULL;
	for (size_t i = 0; i < c->parent_count; i++) {
		const struct config_parent *p = &c->parents[i];
		if ((best == NULL || p->origin.size > best->origin.size) && name_is_within(child, &p->origin)
			&& !name_equal(child, &p->origin)) {
			best = p;
		}
	}
	return best;
}

int config_policies(const struct config *c, const struct name *origin, struct arena *arena, struct policy_set *out)
{
	const struct config_parent *p = config_parent(c, origin);
	*out = (struct policy_set){ .policy = p == NULL ? &c->policy.policy : &p->policy.policy };
	if (p == NULL || p->suffix_count == 0) {
		return ERR_OK;
	}
	struct policy_suffix *suffixes = arena_array(arena, p->suffix_count, sizeof(*suffixes));
	if (suffixes == NULL) {
		return ERR_NOMEM;
	}
	for (size_t i = 0; i < p->suffix_count; i++) {
		suffixes[i] = (struct policy_suffix){ p->suffixes[i].suffix, &p->suffixes[i].policy.policy };
	}
	out->suffix_count = p->suffix_count;
	out->suffixes = suffixes;
	return ERR_OK;
}

const struct config_policy *config_policy_of(const struct policy *p)
{
	return (const struct config_policy *)((const char *)p - offsetof(struct config_policy, policy));
}
