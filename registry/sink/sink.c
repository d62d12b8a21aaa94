/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list of sinks, and finding one by its name. */
#include "registry/sink/sink.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "registry/sink/parts.h"
#include "validate/wire/err.h"

static const struct {
	const struct sink_ops *ops;
	int (*make)(const struct sink_options *o, struct sink **out, char why[SINK_WHY]);
} makers[] = {
	{ &sink_jsonl_ops, sink_jsonl_new },
	{ &sink_csv_ops, sink_csv_new },
	{ &sink_dsset_ops, sink_dsset_new },
	{ &sink_include_ops, sink_include_new },
	{ &sink_nsupdate_ops, sink_nsupdate_new },
	{ &sink_update_ops, sink_update_new },
	{ &sink_webhook_ops, sink_webhook_new },
	{ &sink_epp_ops, sink_epp_new },
	{ &sink_outbox_ops, sink_outbox_new },
};

const struct sink_ops *const *sink_list(void)
{
	static const struct sink_ops *const list[] = { &sink_jsonl_ops, &sink_csv_ops, &sink_dsset_ops, &sink_include_ops, &sink_nsupdate_ops,
		&sink_update_ops, &sink_webhook_ops, &sink_epp_ops, &sink_outbox_ops, NULL };
	return list;
}

int sink_fail(char *why, int code, const char *format, ...)
{
	int failed = errno;
	if (code == ERR_IO && (failed == ENOSPC || failed == EDQUOT || failed == EFBIG)) {
		code = ERR_FULL;
	}
	if (why != NULL) {
		va_list args;
		va_start(args, format);
		vsnprintf(why, SINK_WHY, format, args);
		va_end(args);
		size_t used = strlen(why);
		if (code == ERR_IO || code == ERR_FULL) {
			snprintf(why + used, SINK_WHY - used, ": %s", strerror(failed));
		}
	}
	errno = failed;
	return code;
}

int sink_new(const char *name, const struct sink_options *o, struct sink **out, char why[SINK_WHY])
{
	if (name == NULL || o == NULL || out == NULL || why == NULL) {
		return ERR_ARG;
	}
	for (size_t i = 0; i < sizeof(makers) / sizeof(makers[0]); i++) {
		if (strcmp(makers[i].ops->name, name) == 0) {
			return makers[i].make(o, out, why);
		}
	}
	snprintf(why, SINK_WHY, "no sink is called %.60s; there are:", name);
	for (size_t i = 0; i < sizeof(makers) / sizeof(makers[0]); i++) {
		size_t used = strlen(why);
		snprintf(why + used, SINK_WHY - used, " %s", makers[i].ops->name);
	}
	return ERR_ARG;
}
