/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Report queries: RFC 9567 section 6.1.1, RFC 9859 section 4.2.1. */
#include "validate/notify/report.h"

#include <stdio.h>
#include <string.h>

#include "validate/wire/err.h"

#define ER_OCTETS 4
#define NUMBER_OCTETS 7		/* "65535" as a label, and a NUL */

static const uint8_t er_label[ER_OCTETS] = "\3_er";

bool report_agent_is_allowed(const struct name *agent, const struct delegation *d)
{
	for (size_t i = 0; i < d->host_count; i++) {
		const struct name *host = &d->hosts[i].name;
		/* A delegation to the root says that there is no server; everything is below it. */
		if (name_labels(host) > 0 && name_is_within(agent, host)) {
			return true;
		}
	}
	return false;
}

static struct slice number_label(char room[NUMBER_OCTETS], unsigned number)
{
	int digits = snprintf(room + 1, NUMBER_OCTETS - 1, "%u", number);
	room[0] = (char)digits;
	return (struct slice){ (const uint8_t *)room, 1u + (unsigned)digits };
}

int report_name(const struct name *child, uint16_t type, uint16_t ede, const struct name *agent, struct name *out)
{
	if (child->size == 0 || agent->size == 0) {
		return ERR_ARG;
	}
	char type_room[NUMBER_OCTETS];
	char ede_room[NUMBER_OCTETS];
	const struct slice er = { er_label, ER_OCTETS };
	const struct slice parts[] = { er, number_label(type_room, type), { child->octets, child->size - 1u },
		number_label(ede_room, ede), er, { agent->octets, agent->size } };
	struct name name = { .size = 0 };
	struct wire w = wire_writer(name.octets, sizeof name.octets);
	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
		wire_write(&w, parts[i].data, parts[i].size);
	}
	if (wire_error(&w)) {
		return ERR_LIMIT;
	}
	name.size = (uint8_t)w.pos;
	*out = name;
	return 0;
}
