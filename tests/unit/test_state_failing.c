/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The state of a child read back where memory ends: an error, and never a state that lacks something. */
#include "tests/unit/accept_fixture.h"
#include "tests/unit/failing.h"

/* At whatever of it the arena happens to be full. */
static void test_published(void **unused)
{
	(void)unused;
	struct arena *own = arena_new();
	struct child_state s = { .last_reason = REASON_NONE, .published_known = true, .ds_published = fixture_set(own, "AB") };
	struct slice octets;
	unsigned failures = 0;
	assert_int_equal(child_state_encode(&s, own, &octets), 0);
	for (size_t taken = 0; taken < 1024; taken++) {
		bool failed = true;
		for (unsigned at = 0; failed; at++) {
			struct arena *arena = arena_new();
			struct child_state back;
			for (size_t i = 0; i < taken; i++) {
				assert_non_null(arena_alloc(arena, 16));
			}
			failing_begin(FAILING_MEMORY, at);
			int code = child_state_decode(octets, arena, &back);
			failed = failing_end();
			assert_int_equal(code, failed ? ERR_NOMEM : 0);
			assert_true(failed || ds_set_equal(&back.ds_published, &s.ds_published));
			failures += failed;
			arena_free(arena);
		}
	}
	assert_true(failures > 1024);
	arena_free(own);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_published) };
	return cmocka_run_group_tests_name("state-failing", tests, NULL, NULL);
}
