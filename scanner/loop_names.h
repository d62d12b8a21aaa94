/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A list of names, plain or FRED's, as a source: NS sets and glue from the parent's servers, DS sets from them and proven by recursive ones. */
#pragma once

#include "scanner/loop_parent.h"

/* place.path: the list. What options points to has to live as long as the source. */
int loop_names_source(const struct loop_parent_options *options, struct source **out, struct source_error *error);
