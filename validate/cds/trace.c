/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list of checks and warnings of one judgement, bounded. */
#include "validate/cds/trace.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

#include "validate/wire/err.h"
#include "validate/wire/limits.h"

#define DETAIL_SIZE 320

#define COUNT_REASON(number, token, class, ede, who, source, sentence) + 1
_Static_assert(REASON_LIST(COUNT_REASON) <= LIMIT_WARNINGS, "room for every reason as a warning");
#undef COUNT_REASON

void trace_init(struct trace *t, struct arena *arena)
{
	*t = (struct trace){ .arena = arena };
	t->checks = arena_array(arena, LIMIT_CHECKS, sizeof t->checks[0]);
	t->failed = t->checks == NULL;
}

void trace_check(struct trace *t, const char *rule, enum gate gate, enum check_result result,
	const char *format, ...)
{
	/* Many servers can fill the list; the rules that decide come last and must still find room. */
	size_t limit = result == CHECK_PASS ? LIMIT_CHECKS / 2 : result == CHECK_WARN ? LIMIT_CHECKS * 3 / 4 :
		LIMIT_CHECKS - 1;
	if (t->failed || t->check_count >= limit) {
		t->dropped++;
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
	if (reason == REASON_NONE) {
		return;
	}
	for (size_t i = 0; i < t->warning_count; i++) {
		if (t->warnings[i] == reason) {
			return;
		}
	}
	assert(t->warning_count < LIMIT_WARNINGS);	/* holds all there are, once each */
	t->warnings[t->warning_count++] = reason;
}

/* A list that is cut says so. */
static int tell_dropped(struct trace *t)
{
	if (t->dropped == 0) {
		return 0;
	}
	const char *detail = arena_printf(t->arena, "%zu more checks are not listed", t->dropped);
	if (detail == NULL) {
		return ERR_NOMEM;
	}
	t->checks[t->check_count++] = (struct check){ "L-DOS-1", GATE_CORRECT, CHECK_SKIP, detail };
	return 0;
}

int trace_finish(struct trace *t, struct finding *out)
{
	if (t->failed || tell_dropped(t) < 0) {
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
