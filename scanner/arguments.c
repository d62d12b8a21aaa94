/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Arguments from the command line into values. */
#include "scanner/arguments.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scanner/command.h"
#include "scanner/policy_values.h"
#include "validate/wire/err.h"

bool argument_name(const char *what, const char *text, struct name *out)
{
	if (text[0] != '\0' && name_from_text(text, out) == ERR_OK) {
		return true;
	}
	say("%s: \"%s\" is not a domain name", what, say_text(text));
	return false;
}

bool argument_policy(const char *text, const struct policy **out)
{
	*out = policy_preset(text);
	if (*out != NULL) {
		return true;
	}
	size_t count;
	const struct policy *all = policy_presets(&count);
	char names[256] = "";
	size_t used = 0;
	for (size_t i = 0; i < count && used < sizeof(names); i++) {
		used += (size_t)snprintf(names + used, sizeof(names) - used, "%s%s", i == 0 ? "" : ", ", all[i].name);
	}
	say("there is no preset \"%s\"; there are %s", say_text(text), names);
	return false;
}

int argument_config(const char *file, const struct policy *preset, struct arena *arena, struct config *out)
{
	if (file != NULL && preset != NULL) {
		say("--config and --policy both say what to decide by; give one of them");
		return EXIT_USAGE;
	}
	if (file != NULL) {
		return config_load(file, arena, out);
	}
	if (config_preset(preset != NULL ? preset : policy_preset(POLICY_DEFAULT), arena, out) != ERR_OK) {
		say("%s", err_text(ERR_NOMEM));
		return EXIT_RUNTIME;
	}
	return EXIT_OK;
}

bool argument_addresses(const char *what, const char *text, struct address out[ARGUMENT_RESOLVERS], size_t *count)
{
	if (address_list_from_text(text, out, ARGUMENT_RESOLVERS, count) == ERR_OK) {
		return true;
	}
	say("%s: \"%s\" is not a list of up to %d IP addresses, such as 192.0.2.53,2001:db8::53", what, say_text(text), ARGUMENT_RESOLVERS);
	return false;
}

bool argument_number(const char *what, const char *text, uint32_t least, uint32_t most, uint32_t *out)
{
	char *end;
	errno = 0;
	unsigned long long value = strtoull(text, &end, 10);
	if (text[0] >= '0' && text[0] <= '9' && *end == '\0' && errno == 0 && value >= least && value <= most) {
		*out = (uint32_t)value;
		return true;
	}
	say("%s: \"%s\" is not a whole number from %" PRIu32 " to %" PRIu32, what, say_text(text), least, most);
	return false;
}

bool argument_duration(const char *what, const char *text, uint32_t *out)
{
	if (value_duration_from(text, out)) {
		return true;
	}
	say("%s: \"%s\" is not a time such as 24h, 30m or 0s", what, say_text(text));
	return false;
}

bool argument_case(const char *text, uint64_t *run, uint64_t *sequence)
{
	char *end;
	errno = 0;
	*run = strtoull(text, &end, 10);
	if (text[0] >= '0' && text[0] <= '9' && *end == '/' && end[1] >= '0' && end[1] <= '9') {
		*sequence = strtoull(end + 1, &end, 10);
		if (*end == '\0' && errno == 0 && *run > 0 && *sequence > 0) {
			return true;
		}
	}
	say("\"%s\" is not a case; one looks like 7/1042 (run/sequence, as explain prints it)", say_text(text));
	return false;
}
