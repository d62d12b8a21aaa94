/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text that grows: changes as a sink would write them, kept back until they may leave. */
#pragma once

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "validate/wire/err.h"

struct text {
	char *data;		/* no NUL at its end */
	size_t size;
	size_t room;
};

/* Room for so many octets more; ERR_NOMEM. */
int text_reserve(struct text *t, size_t size);
void text_free(struct text *t);

__attribute__((warn_unused_result))
static inline int text_append(struct text *t, const void *data, size_t size)
{
	if (size > t->room - t->size && text_reserve(t, size) != ERR_OK) {
		return ERR_NOMEM;
	}
	memcpy(t->data + t->size, data, size);
	t->size += size;
	return ERR_OK;
}
