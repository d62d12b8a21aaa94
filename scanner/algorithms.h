/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of requirement levels a command decides by: the one compiled in, or it with what an override file says. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "scanner/yaml.h"
#include "validate/dnssec/algorithm.h"
#include "validate/wire/arena.h"

/* Octets of an override file that are read. */
#define ALGORITHMS_FILE_MAX 65536

/* Octets of an override file over the built-in table. *out in arena, whole or untouched: ERR_FORMAT with *fault,
 * ERR_NOMEM. */
int algorithms_parse(const char *data, size_t size, struct arena *arena, struct algorithm_table *out,
	struct yaml_fault *fault);

/* The exit code, after saying what is wrong. file NULL: the built-in table. *out may lie in arena. */
int algorithms_load(const char *file, struct arena *arena, const struct algorithm_table **out);

/* "MUST NOT" and the others, as the IANA registries write them. */
const char *algorithms_level_text(enum level level);
