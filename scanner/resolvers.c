/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Resolvers: a walk without one would look like a world without name servers. */
#include "scanner/resolvers.h"

#include <stdio.h>
#include <string.h>

#include "scanner/command.h"
#include "scanner/net/reach.h"
#include "validate/wire/err.h"

#define RESOLV_CONF "/etc/resolv.conf"

bool resolvers_system(struct address out[ARGUMENT_RESOLVERS], size_t *count)
{
	char line[256];
	char text[64];
	FILE *f = fopen(RESOLV_CONF, "r");
	*count = 0;
	while (f != NULL && *count < ARGUMENT_RESOLVERS && fgets(line, sizeof(line), f) != NULL) {
		if (sscanf(line, "nameserver %63s", text) == 1 && address_from_text(text, &out[*count]) == ERR_OK) {
			(*count)++;
		}
	}
	if (f != NULL) {
		fclose(f);
	}
	if (*count == 0) {
		say("%s names no resolver; give one with --resolver ADDR", RESOLV_CONF);
	}
	return *count > 0;
}

static void say_silent(const struct address *resolvers, size_t count)
{
	char list[ARGUMENT_RESOLVERS * (ADDRESS_TEXT_SIZE + 2)] = "";
	for (size_t i = 0; i < count; i++) {
		char text[ADDRESS_TEXT_SIZE];
		address_to_text(&resolvers[i], text);
		strcat(strcat(list, i == 0 ? "" : ", "), text);
	}
	say("no answer from the resolver at %s; name servers cannot be found without one. Start it, or name another with --resolver ADDR",
		list);
}

bool resolvers_answer(const struct address *resolvers, size_t count)
{
	bool answered = false;
	const char *why = NULL;
	int ret = reach_any(resolvers, count, &answered, &why);
	if (ret != ERR_OK) {
		say("%s", why == NULL ? err_text(ret) : why);
	} else if (!answered) {
		say_silent(resolvers, count);
	}
	return answered;
}
