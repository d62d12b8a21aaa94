/* SPDX-License-Identifier: GPL-3.0-or-later */
/* After a probe that a message brought about: asked again, told, or neither. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "validate/notify/follow.h"

static void follows(enum reason reason, enum reason warning, unsigned retries, uint32_t retry_s, uint16_t ede)
{
	static const struct notify_patience patience = { .count = 2, .retry_s = { 60, 300 } };
	enum reason warnings[] = { REASON_WARN_TYPE_SINGLE, warning };
	const struct decision d = { .reason = reason, .warnings = warnings, .warning_count = warning == REASON_NONE ? 1 : 2 };
	struct notify_follow f = { 1, 2 };
	notify_follow(&patience, &d, retries, &f);
	assert_int_equal(f.retry_s, retry_s);
	assert_int_equal(f.report_ede, ede);
}

/* D14: the records may still be on their way to all servers. */
static void servers_that_do_not_agree(void **state)
{
	(void)state;
	follows(REASON_INCONSISTENT_KEYS, REASON_NONE, 0, 60, EDE_NONE);
	follows(REASON_INCONSISTENT_KEYS, REASON_NONE, 1, 300, EDE_NONE);
	follows(REASON_INCONSISTENT_KEYS, REASON_NONE, 2, 0, 0);
	follows(REASON_HOLD_BOGUS_SERVER, REASON_NONE, 0, 60, EDE_NONE);
	follows(REASON_HOLD_BOGUS_SERVER, REASON_NONE, 2, 0, 6);
	follows(REASON_HOLD_BOGUS_SERVER, REASON_NONE, UINT32_MAX, 0, 6);
}

/* one server that has the old records is enough for nothing to change; and a delay that ended says so itself. */
static void disagreement_behind_the_outcome(void **state)
{
	(void)state;
	follows(REASON_NOOP_STATUS_QUO, REASON_NONE, 0, 60, EDE_NONE);
	follows(REASON_NOOP_STATUS_QUO, REASON_NONE, 2, 0, EDE_NONE);
	follows(REASON_NOOP_STATUS_QUO, REASON_HOLD_BOGUS_SERVER, 1, 300, EDE_NONE);
	follows(REASON_NOOP_STATUS_QUO, REASON_HOLD_BOGUS_SERVER, 2, 0, 6);
	follows(REASON_DELAY_CANCELLED, REASON_INCONSISTENT_PRESENCE, 0, 60, EDE_NONE);
	follows(REASON_DELAY_CANCELLED, REASON_HOLD_BOGUS_SERVER, 2, 0, 0);
	follows(REASON_NOOP_STATUS_QUO, REASON_HOLD_UNREACHABLE, 2, 0, EDE_NONE);
}

/* R9859-4.3-3: errors are told as they are, at once; what is no error is not. */
static void errors(void **state)
{
	(void)state;
	follows(REASON_RRSIG_BOGUS, REASON_NONE, 0, 0, 6);
	follows(REASON_HOLD_UNREACHABLE, REASON_NONE, 0, 0, 22);
	follows(REASON_NO_USABLE_SERVER, REASON_NONE, 0, 0, 22);
	follows(REASON_STALE_INPUT, REASON_NONE, 0, 0, EDE_NONE);
	follows(REASON_ACCEPT_UPDATE, REASON_NONE, 0, 0, EDE_NONE);
	follows(REASON_ACCEPT_UPDATE, REASON_WARN_SERVER_DROPPED, 0, 0, EDE_NONE);
	follows(REASON_NOOP_IN_SYNC, REASON_NONE, 0, 0, EDE_NONE);
	follows(REASON_NOOP_IN_SYNC, REASON_DRIFT_DS_UNUSABLE, 0, 0, EDE_NONE);
	follows(REASON_NONE, REASON_NONE, 0, 0, EDE_NONE);
	follows(REASON_WARN_SERVER_DROPPED, REASON_NONE, 0, 0, EDE_NONE);
}

static void defaults(void **state)
{
	(void)state;
	const struct decision d = { .reason = REASON_INCONSISTENT_KEYS };
	struct notify_follow f;
	notify_follow(&notify_patience_default, &d, 0, &f);
	assert_int_equal(f.retry_s, 60);
	notify_follow(&notify_patience_default, &d, 1, &f);
	assert_int_equal(f.retry_s, 300);
	notify_follow(&notify_patience_default, &d, 2, &f);
	assert_int_equal(f.retry_s, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(servers_that_do_not_agree), cmocka_unit_test(disagreement_behind_the_outcome),
		cmocka_unit_test(errors), cmocka_unit_test(defaults),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
