/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "registry/sink/text.h"

#include <stdint.h>

#define ROOM_FIRST 4096

int text_reserve(struct text *t, size_t size)
{
	size_t room = t->room == 0 ? ROOM_FIRST : t->room;
	while (room - t->size < size && room <= SIZE_MAX / 4) {
		room *= 2;
	}
	char *grown = room - t->size < size ? NULL : realloc(t->data, room);
	if (grown == NULL) {
		return ERR_NOMEM;
	}
	t->data = grown;
	t->room = room;
	return ERR_OK;
}

void text_free(struct text *t)
{
	free(t->data);
	*t = (struct text){ .size = 0 };
}
