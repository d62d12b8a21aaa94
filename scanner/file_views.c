/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Views that were read from files, as if servers had been asked. */
#include "scanner/file_views.h"

#include <stdio.h>

#include "validate/wire/err.h"

static void place(size_t i, struct evidence *e, struct delegation *d)
{
	struct evidence_server *s = &e->servers[i];
	s->address.family = 6;
	s->address.octets[0] = 0x01;
	s->address.octets[15] = (uint8_t)(i + 1);
	s->hosts = UINT32_C(1) << i;
	char name[40];
	snprintf(name, sizeof(name), "view%zu.invalid.", i + 1);
	(void)name_from_text(name, &e->hosts[i].name);
	e->hosts[i].status = EVIDENCE_HOST_RESOLVED;
	d->hosts[i].name = e->hosts[i].name;
}

int file_views_make(const struct name *child, size_t count, uint64_t now, struct arena *arena, struct evidence *e,
	struct delegation *d)
{
	*e = (struct evidence){ .child = *child, .began_ms = now * 1000, .ended_ms = now * 1000, .host_count = count,
		.server_count = count, .hosts = arena_array(arena, count, sizeof(*e->hosts)),
		.servers = arena_array(arena, count, sizeof(*e->servers)) };
	*d = (struct delegation){ .child = *child, .host_count = count,
		.hosts = arena_array(arena, count, sizeof(*d->hosts)) };
	if (e->hosts == NULL || e->servers == NULL || d->hosts == NULL) {
		return ERR_NOMEM;
	}
	for (size_t i = 0; i < count; i++) {
		place(i, e, d);
	}
	return ERR_OK;
}
