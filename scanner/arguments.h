/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Arguments that several commands take, each read with one clear sentence when it is wrong. All return false after
 * saying so. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "scanner/configuration.h"
#include "validate/accept/policy.h"
#include "validate/wire/address.h"
#include "validate/wire/name.h"

#define ARGUMENT_RESOLVERS 8

bool argument_name(const char *what, const char *text, struct name *out);
bool argument_policy(const char *text, const struct policy **out);
/* --config or --policy, of which there may be one; both NULL: the default. The exit code; *out in arena. */
int argument_config(const char *file, const struct policy *preset, struct arena *arena, struct config *out);
/* Comma-separated addresses. */
bool argument_addresses(const char *what, const char *text, struct address out[ARGUMENT_RESOLVERS], size_t *count);
/* Whole number from least to most. */
bool argument_number(const char *what, const char *text, uint32_t least, uint32_t most, uint32_t *out);
/* "24h": a number and s, m, h or d. */
bool argument_duration(const char *what, const char *text, uint32_t *out);
/* "RUN/SEQUENCE". */
bool argument_case(const char *text, uint64_t *run, uint64_t *sequence);
