/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Single values of a policy as text, both ways. Private to scanner/policy*.c. */
#pragma once

#include "scanner/policy_options.h"

/* Names of enum bootstrap_method from 1 on; ends with NULL. */
extern const char *const value_methods[POLICY_METHODS + 1];

/* A number and s, m, h or d: the largest of them that leaves a whole number. */
#define DURATION_TEXT 24
bool value_duration_from(const char *text, uint32_t *out);
void value_duration_text(uint32_t seconds, char text[DURATION_TEXT]);
