/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Vantages: an address that this machine has not would make every child look unreachable from there, day by day. */
#include "scanner/vantages.h"

#include <string.h>

#include "scanner/command.h"
#include "validate/wire/err.h"

static bool can_ask_from(const struct config *c, const struct config_vantage *v, const struct address *local)
{
	char text[ADDRESS_TEXT_SIZE];
	const char *why = NULL;
	if (local->family == 0 || resolver_bound_check(local, &why) == ERR_OK) {
		return true;
	}
	address_to_text(local, text);
	say("%s: vantage %s cannot ask from %s: %s", say_text(c->file), v->name, text, why);
	return false;
}

int vantages_check(const struct config *c)
{
	for (size_t i = 0; i < c->vantage_count; i++) {
		const struct config_vantage *v = &c->vantages[i];
		if (!can_ask_from(c, v, &v->ipv4) || !can_ask_from(c, v, &v->ipv6)) {
			return EXIT_CONFIG;
		}
	}
	return EXIT_OK;
}

void vantages_fill(const struct config *c, struct probe_options *probe, struct network_options *network)
{
	probe->vantage_count = c->vantage_count;
	for (size_t i = 0; i < c->vantage_count; i++) {
		const struct config_vantage *v = &c->vantages[i];
		struct probe_vantage *place = &probe->vantages[i];
		*place = (struct probe_vantage){ .no_ipv4 = v->ipv4.family == 0, .no_ipv6 = v->ipv6.family == 0 };
		memcpy(place->name, v->name, sizeof(place->name));
		if (i > 0) {
			network->others[i - 1] = (struct resolver_bound_options){ .ipv4 = v->ipv4, .ipv6 = v->ipv6 };
			network->other_count = i;
		}
	}
}
