/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Vantages: an address that this machine has not would make every child look unreachable from there, day by day; one that it asks
 * from anyway would show everything twice. */
#include "scanner/vantages.h"

#include <string.h>

#include "scanner/command.h"
#include "validate/wire/err.h"

static bool can_ask_from(const struct config *c, const struct config_vantage *v, const struct address *local, bool lab)
{
	char text[ADDRESS_TEXT_SIZE];
	const char *why = NULL;
	if (local->family == 0 || resolver_bound_check(local, lab, &why) == ERR_OK) {
		return true;
	}
	address_to_text(local, text);
	say("%s: vantage %s cannot ask from %s: %s", say_text(c->file), v->name, text, why);
	return false;
}

/* Places that can ask servers of both families: the machine, and who has two addresses. */
static size_t count_whole(const struct config *c)
{
	size_t whole = 1;
	for (size_t i = 1; i < c->vantage_count; i++) {
		whole += c->vantages[i].ipv4.family != 0 && c->vantages[i].ipv6.family != 0;
	}
	return whole;
}

static uint8_t most(uint8_t a, const struct config_policy *p)
{
	uint8_t b = p->policy.rules.bootstrap.vantages;
	return a > b ? a : b;
}

bool vantages_fall_short(const struct config *c, size_t *whole, size_t *wanted)
{
	uint8_t highest = most(0, &c->policy);
	for (size_t i = 0; i < c->parent_count; i++) {
		const struct config_parent *p = &c->parents[i];
		highest = most(highest, &p->policy);
		for (size_t k = 0; k < p->suffix_count; k++) {
			highest = most(highest, &p->suffixes[k].policy);
		}
	}
	*whole = count_whole(c);
	*wanted = highest;
	return *whole < *wanted;
}

void vantages_warn(const struct config *c)
{
	size_t whole;
	size_t wanted;
	if (vantages_fall_short(c, &whole, &wanted)) {
		say("%s: vantage-required is %zu, and only %zu of the vantages %s addresses of both families: what a child asks for whose "
			"servers have both stays %s until there are more", say_text(c->file), wanted, whole, whole == 1 ? "has" : "have",
			reason_token(REASON_VANTAGE_INCOMPLETE));
	}
}

int vantages_check(const struct config *c, bool lab)
{
	for (size_t i = 0; i < c->vantage_count; i++) {
		const struct config_vantage *v = &c->vantages[i];
		if (!can_ask_from(c, v, &v->ipv4, lab) || !can_ask_from(c, v, &v->ipv6, lab)) {
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
