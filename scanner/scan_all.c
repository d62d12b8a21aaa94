/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A scan of every parent of the configuration, one after the other. */
#include "scanner/scan.h"

#include <stdio.h>

#include "scanner/command.h"

static int say_sourceless(const struct config *c, const struct config_parent *p)
{
	char name[NAME_TEXT_SIZE];
	name_to_text(&p->origin, name);
	say("%s: the parent %s has no source; name one there, or give SOURCE", say_text(c->file), name);
	return EXIT_CONFIG;
}

int scan_all(const struct scan_options *options)
{
	const struct config *c = options->config;
	const struct config_parent *only = NULL;
	if (c->parent_count == 0) {
		say("%s names no parent; name some, or give SOURCE", say_text(c->file));
		return EXIT_CONFIG;
	}
	if (options->only.size > 0) {
		only = config_parent_of(c, &options->only);
		if (only == NULL) {
			say("--only takes a child of a parent of %s", say_text(c->file));
			return EXIT_USAGE;
		}
	}
	/* What is missing is told before anything is walked. */
	for (size_t i = 0; i < c->parent_count; i++) {
		if (c->parents[i].source.path == NULL && (only == NULL || only == &c->parents[i])) {
			return say_sourceless(c, &c->parents[i]);
		}
	}
	int code = EXIT_OK;
	for (size_t i = 0; i < c->parent_count && !scan_is_stopped(); i++) {
		const struct config_parent *p = &c->parents[i];
		if (only != NULL && only != p) {
			continue;
		}
		struct scan_options one = *options;
		one.source = p->source;
		int its = scan_run(&one);
		/* A parent that fails keeps no other one from being walked, unless nothing can be written. */
		code = code == EXIT_OK ? its : code;
		if (its == EXIT_STORE) {
			break;
		}
	}
	return code;
}
