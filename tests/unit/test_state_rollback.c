/* SPDX-License-Identifier: GPL-3.0-or-later */
/* the part of a child's state that says what an operator undoes: behind all others, in one encoding, and nothing else decodes;
 * and how his word comes into it. */
#include "tests/unit/accept_fixture.h"

#include "validate/accept/operator.h"

static const char golden[] =
	"01016ab13b8b0000000000000051"
	"0000"
	"000104290d02204141414141414141414141414141414141414141414141414141414141414141";

static struct arena *arena;

static int set_up(void **unused)
{
	(void)unused;
	arena = arena_new();
	return arena == NULL ? -1 : 0;
}

static int tear_down(void **unused)
{
	(void)unused;
	arena_free(arena);
	return 0;
}

static struct child_state wanted(void)
{
	return (struct child_state){ .last_reason = REASON_NOOP_IN_SYNC, .rollback = { .state = ROLLBACK_WANTED, .forced = true,
		.at = 1790000011, .change = 81, .to = fixture_set(arena, "0"), .undone = fixture_set(arena, "A") } };
}

static struct slice encode(const struct child_state *s)
{
	struct slice out;
	assert_int_equal(child_state_encode(s, arena, &out), 0);
	return out;
}

/* The octets of a state that says nothing of it; two of them, the last, are bits of what is there. */
static struct slice encode_without(void)
{
	struct child_state s = wanted();
	s.rollback.state = ROLLBACK_NONE;
	return encode(&s);
}

static void test_golden(void **unused)
{
	(void)unused;
	struct child_state s = wanted();
	struct slice with = encode(&s);
	struct slice without = encode_without();
	assert_memory_equal(with.data, without.data, without.size - 2);
	assert_int_equal(with.data[without.size - 2], 0x20);
	assert_int_equal(with.data[without.size - 1], 0);
	assert_int_equal(without.data[without.size - 2], 0);
	fixture_hex(golden, (struct slice){ .data = with.data + without.size, .size = with.size - without.size });
}

static void test_round_trip(void **unused)
{
	(void)unused;
	struct child_state s = wanted();
	struct child_state back;
	assert_int_equal(child_state_decode(encode(&s), arena, &back), 0);
	assert_int_equal(back.rollback.state, ROLLBACK_WANTED);
	assert_true(back.rollback.forced);
	assert_int_equal(back.rollback.at, 1790000011);
	assert_int_equal(back.rollback.change, 81);
	assert_int_equal(back.rollback.to.count, 0);
	assert_true(ds_set_equal(&back.rollback.undone, &s.rollback.undone));
	assert_true(slice_equal(encode(&s), encode(&back)));
	/* What the judge looks at: only as long as it is wanted. */
	assert_ptr_equal(child_state_back(&back), &back.rollback.to);
	s.rollback.state = ROLLBACK_DONE;
	s.rollback.forced = false;
	assert_null(child_state_back(&s));
	assert_int_equal(child_state_decode(encode(&s), arena, &back), 0);
	assert_int_equal(back.rollback.state, ROLLBACK_DONE);
	assert_false(back.rollback.forced);
}

static void test_decode_refuses(void **unused)
{
	(void)unused;
	static const struct {
		size_t at;
		uint8_t is;
	} wrong[] = { { 0, 0 }, { 0, 3 }, { 1, 2 }, { 13, 0 }, { 15, 1 } };
	struct child_state s = wanted();
	struct child_state back;
	struct slice good = encode(&s);
	size_t before = encode_without().size;
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		uint8_t *copy = arena_copy(arena, good.data, good.size);
		copy[before + wrong[i].at] = wrong[i].is;
		assert_int_equal(child_state_decode((struct slice){ .data = copy, .size = good.size }, arena, &back), ERR_FORMAT);
	}
	for (size_t size = before; size < good.size; size++) {
		uint8_t *copy = fixture_copy((struct slice){ .data = good.data, .size = size });
		assert_int_equal(child_state_decode((struct slice){ .data = copy, .size = size }, arena, &back), ERR_FORMAT);
		free(copy);
	}
	/* From one set back to the same. */
	s.rollback.to = fixture_set(arena, "B");
	good = encode(&s);
	uint8_t *copy = arena_copy(arena, good.data, good.size);
	size_t set = (good.size - before - 14) / 2;
	memcpy(copy + before + 14, copy + before + 14 + set, set);
	assert_int_equal(child_state_decode((struct slice){ .data = copy, .size = good.size }, arena, &back), ERR_FORMAT);
}

static void test_encode_refuses(void **unused)
{
	(void)unused;
	struct slice out;
	struct child_state s = wanted();
	s.rollback.change = 0;
	assert_int_equal(child_state_encode(&s, arena, &out), ERR_ARG);
	s = wanted();
	s.rollback.to = s.rollback.undone;
	assert_int_equal(child_state_encode(&s, arena, &out), ERR_ARG);
	s = wanted();
	s.rollback.state = (enum rollback_state)3;
	assert_int_equal(child_state_encode(&s, arena, &out), ERR_ARG);
	s = wanted();
	s.rollback.to.count = LIMIT_DS + 1;
	assert_int_equal(child_state_encode(&s, arena, &out), ERR_LIMIT);
	s = wanted();
	s.rollback.undone.count = LIMIT_DS + 1;
	assert_int_equal(child_state_encode(&s, arena, &out), ERR_LIMIT);
	/* What is not there has no trace. */
	const struct child_state none = { .last_reason = REASON_NOOP_IN_SYNC };
	assert_true(slice_equal(encode_without(), encode(&none)));
}

static int say(const struct child_state *s, const struct rollback *r, struct child_state *after, const char **why)
{
	return operator_rollback(s, r, FIXTURE_NOW, after, why);
}

static void test_word(void **unused)
{
	(void)unused;
	struct child_state s = { .last_reason = REASON_NONE };
	struct child_state after;
	const char *why;
	struct rollback r = { .change = 7, .to = fixture_set(arena, "A"), .undone = fixture_set(arena, "B") };
	assert_int_equal(say(&s, &r, &after, &why), 0);
	assert_int_equal(after.rollback.state, ROLLBACK_WANTED);
	assert_int_equal(after.rollback.at, FIXTURE_NOW);
	assert_int_equal(after.rollback.change, 7);
	assert_false(after.rollback.forced);
	s = after;
	assert_int_equal(say(&s, &r, &after, &why), ERR_CONFLICT);
	assert_string_equal(why, "it is to be undone already; the next scan does it");
	/* Who forces it says more than before. */
	r.forced = true;
	assert_int_equal(say(&s, &r, &after, &why), 0);
	assert_true(after.rollback.forced);
	/* Taken back. */
	assert_int_equal(operator_apply(&s, OPERATOR_DO_RELEASE, FIXTURE_NOW, &after, &why), ERR_CONFLICT);
	assert_int_equal(operator_apply(&s, OPERATOR_DO_CANCEL, FIXTURE_NOW, &after, &why), 0);
	assert_int_equal(after.rollback.state, ROLLBACK_NONE);
	s.rollback.state = ROLLBACK_DONE;
	assert_int_equal(say(&s, &r, &after, &why), ERR_CONFLICT);
	assert_string_equal(why, "it is undone already");
	assert_int_equal(operator_apply(&s, OPERATOR_DO_CANCEL, FIXTURE_NOW, &after, &why), ERR_CONFLICT);
	/* What undid it can be undone. */
	struct rollback again = { .change = 9, .to = r.undone, .undone = r.to };
	assert_int_equal(say(&s, &again, &after, &why), 0);
	assert_int_equal(after.rollback.change, 9);
	assert_int_equal(after.rollback.state, ROLLBACK_WANTED);
	again.to = again.undone;
	assert_int_equal(say(&s, &again, &after, &why), ERR_CONFLICT);
	assert_string_equal(why, "it did not change the DS set");
	again.change = 0;
	assert_int_equal(say(&s, &again, &after, &why), ERR_ARG);
	assert_int_equal(operator_rollback(NULL, &r, 0, &after, &why), ERR_ARG);
	assert_int_equal(operator_rollback(&s, NULL, 0, &after, &why), ERR_ARG);
	assert_int_equal(operator_rollback(&s, &r, 0, NULL, &why), ERR_ARG);
	assert_int_equal(operator_rollback(&s, &r, 0, &after, NULL), ERR_ARG);
	assert_string_equal(operator_action_text(OPERATOR_DO_ROLLBACK), "rollback");
	assert_string_equal(operator_action_text(OPERATOR_DO_ROLLBACK_FORCED), "rollback --force");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = { CASE(test_golden), CASE(test_round_trip), CASE(test_decode_refuses),
		CASE(test_encode_refuses), CASE(test_word) };
	return cmocka_run_group_tests_name("state-rollback", tests, NULL, NULL);
}
