/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: octets as a configuration. What is taken has policies that fit together and have an encoding; what is not
 * leaves a sentence and nothing else. */
#include <string.h>

#include "scanner/configuration.h"
#include "scanner/policy_options.h"
#include "tests/fuzz/target.h"
#include "validate/wire/err.h"

/* Every value is taken again in the form in which it is shown. */
static void check_policy(const struct policy *p)
{
	static uint8_t octets[POLICY_ENCODED_MAX];
	static uint8_t again[POLICY_ENCODED_MAX];
	size_t size = policy_encode(p, octets, sizeof(octets));
	struct policy back = *policy_preset(POLICY_DEFAULT);
	size_t count;
	const struct policy_option *options = policy_options(&count);
	HOLDS(size > 0 && policy_fault(p) == NULL);
	for (size_t i = 0; i < count; i++) {
		struct option_value v;
		char why[OPTION_WHY];
		policy_option_get(&options[i], p, &v);
		HOLDS(policy_option_set(&options[i], &v, &back, why));
	}
	HOLDS(policy_encode(&back, again, sizeof(again)) == size && memcmp(octets, again, size) == 0);
}

static void check_config(const struct config *c, struct arena *arena)
{
	check_policy(&c->policy.policy);
	for (size_t i = 0; i < c->parent_count; i++) {
		const struct config_parent *p = &c->parents[i];
		struct policy_set set;
		check_policy(&p->policy.policy);
		HOLDS(config_parent(c, &p->origin) == p);
		HOLDS(config_policies(c, &p->origin, arena, &set) == 0 && set.policy == &p->policy.policy);
		for (size_t k = 0; k < p->suffix_count; k++) {
			check_policy(&p->suffixes[k].policy.policy);
			HOLDS(name_is_within(&p->suffixes[k].suffix, &p->origin));
			HOLDS(policy_of(&set, &p->suffixes[k].suffix) != &p->suffixes[k].policy.policy);
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct config c = { .file = NULL };
	struct yaml_fault fault;
	struct arena *arena = arena_new();
	HOLDS(arena != NULL);
	int ret = config_parse("f", (const char *)data, size, arena, &c, &fault);
	if (ret == ERR_OK) {
		check_config(&c, arena);
	} else {
		HOLDS(ret == ERR_FORMAT && c.file == NULL && c.parents == NULL);
		HOLDS(fault.reason[0] != '\0' && memchr(fault.reason, '\0', sizeof(fault.reason)) != NULL);
		HOLDS((fault.line > 0 && fault.column > 0) || size > CONFIG_FILE_MAX);
	}
	arena_free(arena);
	return 0;
}
