/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list of checks and warnings of one judgement, bounded. */
#include "validate/cds/trace.h"

#include <stdarg.h>
#include <stdio.h>

#include "validate/wire/err.h"
#include "validate/wire/limits.h"

#define DETAIL_SIZE 320

void trace_init(struct trace *t, struct arena *arena)
{
	*t = (struct trace){ .arena = arena };
	t->checks = arena_array(arena, LIMIT_CHECKS, sizeof t->checks[0]);
	t->failed = t->checks == NULL;
}

void trace_check(struct trace *t, const char *rule, enum gate gate, enum check_result result,
	const char *format, ...)
{
	if (t->failed || t->check_count == LIMIT_CHECKS) {
		return;
	}
	char detail[DETAIL_SIZE];
	va_list arguments;
	va_start(arguments, format);
	int size = vsnprintf(detail, sizeof detail, format, arguments);
	va_end(arguments);
	if (size < 0) {
		t->failed = true;
		return;
	}
	size_t used = 0;
	for (; detail[used] != '\0'; used++) {
		if (detail[used] < 0x20 || detail[used] > 0x7e) {
			detail[used] = '?';
		}
	}
	const char *copy = arena_copy(t->arena, detail, used + 1);
	if (copy == NULL) {
		t->failed = true;
		return;
	}
	t->checks[t->check_count++] = (struct check){ rule, gate, result, copy };
}

void trace_warn(struct trace *t, enum reason reason)
{
	if (reason == REASON_NONE || t->warning_count == LIMIT_WARNINGS) {
		return;
	}
	for (size_t i = 0; i < t->warning_count; i++) {
		if (t->warnings[i] == reason) {
			return;
		}
	}
	t->warnings[t->warning_count++] = reason;
}

int trace_finish(const struct trace *t, struct finding *out)
{
	if (t->failed) {
		return ERR_NOMEM;
	}
	enum reason *warnings = arena_array(t->arena, t->warning_count, sizeof *warnings);
	if (warnings == NULL) {
		return ERR_NOMEM;
	}
	size_t count = 0;
	for (size_t i = 0; i < t->warning_count; i++) {
		if (t->warnings[i] != out->reason) {
			warnings[count++] = t->warnings[i];
		}
	}
	out->warning_count = count;
	out->warnings = warnings;
	out->check_count = t->check_count;
	out->checks = t->checks;
	return 0;
}
