/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A change as one JSON object: the same to whoever gets it. */
#pragma once

#include "registry/sink/json.h"
#include "registry/sink/sink.h"

/* The outermost object, whole; json_end_line is left. */
void json_change(struct json *j, const struct sink_change *x);
