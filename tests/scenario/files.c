/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a story has of configurations and override files. */
#include "scanner/algorithms.h"

#include <stdio.h>
#include <string.h>

#include "scanner/configuration.h"
#include "tests/scenario/world.h"
#include "validate/wire/err.h"

void world_policy(struct world *w, const char *text)
{
	char yaml[WORDS_MAX * 8];
	struct config config;
	struct yaml_fault fault;
	if (text[0] != '{') {
		w->policy = policy_preset(text);
		if (w->policy == NULL) {
			give_up("there is no policy %s", text);
		}
		return;
	}
	/* The places are those of the story; what their addresses are nobody asks. */
	size_t used = (size_t)snprintf(yaml, sizeof(yaml), "vantages: [");
	for (size_t i = 0; i < w->walk_options.probe.vantage_count; i++) {
		used += (size_t)snprintf(yaml + used, sizeof(yaml) - used, "{ name: %s%s%.0zu }, ",
			w->walk_options.probe.vantages[i].name, i == 0 ? "" : ", ipv4: 192.0.2.10", i);
	}
	snprintf(yaml + used, sizeof(yaml) - used, "]\npolicy: %s", text);
	int code = config_parse("the story", yaml, strlen(yaml), w->files_arena, &config, &fault);
	if (code == ERR_FORMAT) {
		give_up("policy: %s", fault.reason);
	}
	must(code, "config_parse");
	struct policy *policy = arena_alloc(w->files_arena, sizeof(*policy));
	*policy = config.policy.policy;
	w->policy = policy;
}

void world_override(struct world *w, const char *yaml)
{
	struct yaml_fault fault;
	struct algorithm_table *table = arena_alloc(w->files_arena, sizeof(*table));
	int code = algorithms_parse(yaml, strlen(yaml), w->files_arena, table, &fault);
	if (code == ERR_FORMAT) {
		give_up("override:%zu:%zu: %s", fault.line, fault.column, fault.reason);
	}
	must(code, "algorithms_parse");
	w->algorithms = table;
}

/* Chains of signaling zones begin at the root of the story. */
void world_begin_at_our_root(struct world *w)
{
	if (!w->policy->rules.bootstrap.authenticated || w->policy == &w->at_our_root) {
		return;
	}
	w->at_our_root = *w->policy;
	w->at_our_root.rules.bootstrap.anchor_count = 1;
	signals_anchor(w->at_our_root.rules.bootstrap.anchors);
	w->policy = &w->at_our_root;
}
