/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the sinks share, and their makers. Private to registry/sink. */
#pragma once

#include "registry/sink/sink.h"

#define SINK_WHY 256

/* The sentence of a failure, with errno's text behind it when code is ERR_IO or ERR_FULL; gives code, or ERR_FULL for a full
 * disk. */
__attribute__((format(printf, 3, 4)))
int sink_fail(char *why, int code, const char *format, ...);

int sink_jsonl_new(const struct sink_options *o, struct sink **out, char why[SINK_WHY]);
int sink_csv_new(const struct sink_options *o, struct sink **out, char why[SINK_WHY]);
int sink_dsset_new(const struct sink_options *o, struct sink **out, char why[SINK_WHY]);
int sink_include_new(const struct sink_options *o, struct sink **out, char why[SINK_WHY]);
int sink_nsupdate_new(const struct sink_options *o, struct sink **out, char why[SINK_WHY]);
int sink_update_new(const struct sink_options *o, struct sink **out, char why[SINK_WHY]);
int sink_webhook_new(const struct sink_options *o, struct sink **out, char why[SINK_WHY]);
int sink_epp_new(const struct sink_options *o, struct sink **out, char why[SINK_WHY]);
int sink_outbox_new(const struct sink_options *o, struct sink **out, char why[SINK_WHY]);
extern const struct sink_ops sink_jsonl_ops;
extern const struct sink_ops sink_csv_ops;
extern const struct sink_ops sink_dsset_ops;
extern const struct sink_ops sink_include_ops;
extern const struct sink_ops sink_nsupdate_ops;
extern const struct sink_ops sink_update_ops;
extern const struct sink_ops sink_webhook_ops;
extern const struct sink_ops sink_epp_ops;
extern const struct sink_ops sink_outbox_ops;
