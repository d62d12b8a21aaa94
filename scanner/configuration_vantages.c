/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The vantages of a configuration file: places that a child is asked from. On one machine that is a name and local addresses, of
 * a tunnel or of a second uplink. The first one is the machine as it is. */
#include "scanner/configuration_private.h"

#include <stdlib.h>
#include <string.h>

#include "validate/wire/err.h"

/* An address of one host, written as one of its own family: neither unspecified nor multicast nor broadcast, nor an IPv4 address in
 * an IPv6 one, which stands here as another place than the same address in itself. */
static bool is_of_a_host(const struct address *a)
{
	static const struct address none = { .family = 0 };
	static const struct address broadcast = { 4, { 255, 255, 255, 255 } };
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	if (memcmp(a->octets, none.octets, sizeof(a->octets)) == 0) {
		return false;
	}
	if (a->family == 4) {
		return a->octets[0] >> 4 != 14 && address_compare(a, &broadcast) != 0;
	}
	return a->octets[0] != 0xff && memcmp(a->octets, mapped, sizeof(mapped)) != 0;
}

static bool take_address(struct yaml *y, const char *key, uint8_t family, struct address *out)
{
	if (!yaml_take_value(y, key)) {
		return false;
	}
	if (address_from_text(yaml_text(y), out) != ERR_OK || out->family != family || !is_of_a_host(out)) {
		return yaml_refuse(y, yaml_place(y), "%s takes a local address of this family and of one host, not \"%.*s\"", key, YAML_QUOTED, yaml_text(y));
	}
	return true;
}

static bool refuse_twice(struct yaml *y, struct yaml_place at, const struct config *c, const struct config_vantage *v)
{
	for (size_t i = 0; i < c->vantage_count; i++) {
		const struct config_vantage *other = &c->vantages[i];
		if (strcmp(other->name, v->name) == 0) {
			return yaml_refuse(y, at, "a vantage %s stands here twice", v->name);
		}
		if ((v->ipv4.family != 0 && address_compare(&other->ipv4, &v->ipv4) == 0) ||
		    (v->ipv6.family != 0 && address_compare(&other->ipv6, &v->ipv6) == 0)) {
			return yaml_refuse(y, at, "%s has an address of %s: who looks twice from one place sees the same twice", v->name,
				other->name);
		}
	}
	return true;
}

static bool check(struct yaml *y, struct yaml_place at, const struct config *c, const struct config_vantage *v)
{
	bool bound = v->ipv4.family != 0 || v->ipv6.family != 0;
	if (v->name[0] == '\0') {
		return yaml_refuse(y, at, "the vantage has no name");
	}
	if (c->vantage_count == 0 && bound) {
		return yaml_refuse(y, at, "the first vantage is this machine as it is: it asks everything, and takes a name only");
	}
	if (c->vantage_count > 0 && !bound) {
		return yaml_refuse(y, at, "the vantage has no address to ask from; give it ipv4, ipv6 or both");
	}
	if (c->vantage_count == LIMIT_VANTAGES) {
		return yaml_refuse(y, at, "there are more than %d vantages", LIMIT_VANTAGES);
	}
	return refuse_twice(y, at, c, v);
}

static bool take_vantage(struct yaml *y, struct config_vantage *v)
{
	static const char *const keys[] = { "name", "ipv4", "ipv6" };
	unsigned seen = 0;
	bool end = false;
	while (yaml_take_key(y, &end) && !end) {
		size_t i = 0;
		if (!yaml_which(y, keys, 3, &seen, &i)) {
			return false;
		}
		if (!(i == 0 ? yaml_take_text(y, keys[i], sizeof(v->name) - 1, v->name)
			: take_address(y, keys[i], i == 1 ? 4 : 6, i == 1 ? &v->ipv4 : &v->ipv6))) {
			return false;
		}
	}
	return end;
}

bool config_take_vantages(struct yaml *y, struct config *out)
{
	bool end = false;
	if (!yaml_take_list(y, "vantages", "mappings of name, ipv4 and ipv6")) {
		return false;
	}
	while (yaml_take_mapping_item(y, "vantages", "name, ipv4 and ipv6", &end) && !end) {
		struct yaml_place at = yaml_place(y);
		struct config_vantage v = { .name = "" };
		if (!take_vantage(y, &v) || !check(y, at, out, &v)) {
			return false;
		}
		out->vantages[out->vantage_count++] = v;
	}
	return end;
}

bool config_vantages_suffice(struct yaml *y, const struct given_policy *given, const struct config *c)
{
	size_t configured = c->vantage_count > 0 ? c->vantage_count : 1;
	for (const struct given *g = given->values; g != NULL; g = g->next) {
		size_t wanted = strcmp(g->option->name, "vantage-required") == 0 ? strtoul(g->value.items[0], NULL, 10) : 1;
		if (wanted > configured) {
			return yaml_refuse(y, g->at, "vantage-required is %zu, and there %s %zu in vantages: no first DS set would ever be "
				"accepted without RFC 9615", wanted, configured == 1 ? "is" : "are", c->vantage_count);
		}
	}
	return true;
}
