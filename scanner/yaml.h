/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files of YAML read event by event: whoever reads one says at every place what may come next, and whatever else comes is
 * refused there with one sentence. Takers return false once something was refused. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "validate/wire/arena.h"

struct yaml;

/* Where something begins, counted from 1. */
struct yaml_place {
	size_t line, column;
};

/* Why a file was refused. */
struct yaml_fault {
	size_t line, column;	/* line 0: not of one place */
	char reason[320];	/* what the file says is not escaped in it */
};

/* One document of one mapping whose keys `of` names; take reads them to the end of that mapping. ERR_FORMAT with *fault,
 * ERR_NOMEM. */
int yaml_read(const char *data, size_t size, const char *of, bool (*take)(struct yaml *y, void *user), void *user,
	struct yaml_fault *fault);

/* False, always. */
__attribute__((format(printf, 3, 4))) bool yaml_refuse(struct yaml *y, struct yaml_place at, const char *format, ...);

bool yaml_no_memory(struct yaml *y);

/* What was taken last: its place; a key's or a value's text, printed with "%.*s", YAML_QUOTED. */
#define YAML_QUOTED 40
struct yaml_place yaml_place(const struct yaml *y);
const char *yaml_text(const struct yaml *y);

/* A key, or the end of the mapping; *end stays as it was where something is refused. */
bool yaml_take_key(struct yaml *y, bool *end);
/* One value, printable or not, without NUL. */
bool yaml_take_value(struct yaml *y, const char *key);
/* A value of 1 to max printable ASCII characters, no blanks around them, copied. */
bool yaml_take_text(struct yaml *y, const char *key, size_t max, char *out);
/* The beginning of a mapping or of a list; the sentence says of what. */
bool yaml_take_mapping(struct yaml *y, const char *key, const char *of);
bool yaml_take_list(struct yaml *y, const char *key, const char *of);
/* An item of a list that is a mapping, or the end of the list. */
bool yaml_take_mapping_item(struct yaml *y, const char *key, const char *of, bool *end);
/* An item of a list that is one value, or the end of the list. */
bool yaml_take_item(struct yaml *y, const char *key, bool *end);
/* Which of count words the key is; refused when none, or when its bit is in *seen already. */
bool yaml_which(struct yaml *y, const char *const *words, size_t count, unsigned *seen, size_t *out);

/* The whole of a file of at most max octets into the arena. The exit code, after saying that it cannot be read; what says
 * what it is. Too long: *size is max + 1. */
int yaml_load(const char *file, const char *what, size_t max, struct arena *arena, const char **data, size_t *size);
/* FILE:LINE:COLUMN: REASON. */
void yaml_say_fault(const char *file, const struct yaml_fault *fault);
