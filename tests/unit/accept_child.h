/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one child of a test program, looked at by the timer, and an operator who says something of it. */
#pragma once

#include "tests/unit/accept_fixture.h"

#include "validate/accept/operator.h"

#define DAY 86400u

static struct fixture x;

static inline int set_up(void **unused)
{
	(void)unused;
	fixture_init(&x);
	return 0;
}

static inline int tear_down(void **unused)
{
	(void)unused;
	fixture_free(&x);
	return 0;
}

static inline enum reason at(uint32_t seconds)
{
	fixture_probe(&x, seconds, TRIGGER_TIMER);
	fixture_run(&x);
	return x.decision.reason;
}

static inline int say(enum operator_action action)
{
	struct child_state after;
	const char *why;
	int code = operator_apply(&x.state, action, x.now, &after, &why);
	if (code == 0) {
		x.state = after;
	}
	return code;
}
