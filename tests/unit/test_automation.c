/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The state machine of a child: doc/acceptance.md has the table that the code has, and the one transition does what the table
 * says, in every state at every event. --print: the rows that the document has to have. */
#include "tests/unit/accept_fixture.h"

#include <stdio.h>

#include "validate/accept/automation.h"
#include "validate/accept/window.h"

#define FIRST_EVENT EVENT_REGISTRATION_CHANGED
#define REGIONS 5

static const uint8_t some_hash[SHA256_OCTETS] = { 1 };

static void cell_text(const struct automation_cell *cell, char *out, size_t size)
{
	const char *effect = automation_effect_text(cell->effect);
	bool moves = cell->next != AUTOMATION_STAYS;
	bool says = cell->reason != REASON_NONE;
	int length = snprintf(out, size, "%s%s%s%s%s%s%s", moves ? automation_state_text(cell->next) : "",
		moves && effect[0] != '\0' ? ", " : "", effect, (moves || effect[0] != '\0') && says ? ", " : "",
		says ? "`" : "", says ? reason_token(cell->reason) : "", says ? "`" : "");
	assert_true(length >= 0 && (size_t)length < size);
	if (length == 0) {
		snprintf(out, size, "-");
	}
}

static void row_text(enum automation_event event, char *out, size_t size)
{
	int at = snprintf(out, size, "| %s |", automation_event_text(event));
	for (int state = AUTOMATION_STAYS + 1; state < AUTOMATION_STATES; state++) {
		char cell[128];
		cell_text(automation_cell((enum automation_state)state, event), cell, sizeof cell);
		at += snprintf(out + at, size - (size_t)at, " %s |", cell);
		assert_true(at > 0 && (size_t)at < size);
	}
}

static void header_text(char *out, size_t size)
{
	int at = snprintf(out, size, "| Event |");
	for (int state = AUTOMATION_STAYS + 1; state < AUTOMATION_STATES; state++) {
		at += snprintf(out + at, size - (size_t)at, " %s |", automation_state_text((enum automation_state)state));
		assert_true(at > 0 && (size_t)at < size);
	}
}

static void print_rows(void)
{
	char row[1024];
	header_text(row, sizeof row);
	puts(row);
	printf("|---|");
	for (int state = AUTOMATION_STAYS + 1; state < AUTOMATION_STATES; state++) {
		printf("---|");
	}
	putchar('\n');
	for (int event = FIRST_EVENT; event < AUTOMATION_EVENTS; event++) {
		row_text((enum automation_event)event, row, sizeof row);
		puts(row);
	}
}

/* Every row of the code is in the document, and the document has no other of that form. */
static void test_document(void **unused)
{
	(void)unused;
	const char *top = getenv("SRCDIR");
	assert_non_null(top);
	char path[4096];
	assert_true(snprintf(path, sizeof path, "%s/doc/acceptance.md", top) < (int)sizeof path);
	FILE *file = fopen(path, "r");
	assert_non_null(file);
	char line[2048];
	char wanted[1024];
	header_text(wanted, sizeof wanted);
	bool in_table = false;
	int next = FIRST_EVENT - 2;	/* the header and the line below it */
	while (fgets(line, sizeof line, file) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		in_table = in_table ? line[0] == '|' : strcmp(line, wanted) == 0;
		if (!in_table) {
			continue;
		}
		if (next >= (int)FIRST_EVENT) {
			assert_true(next < AUTOMATION_EVENTS);
			row_text((enum automation_event)next, wanted, sizeof wanted);
			assert_string_equal(line, wanted);
		}
		next++;
	}
	fclose(file);
	assert_int_equal(next, AUTOMATION_EVENTS);
}

/* A child in these states of the regions. */
static struct automation child_in(struct child_state *s, const enum automation_state states[REGIONS])
{
	*s = (struct child_state){ .last_reason = REASON_NONE };
	s->suspended = (states[0] == AUTOMATION_SUSPENDED ? SUSPENDED_BY_REMOVAL : 0) |
		(states[1] == AUTOMATION_HELD ? SUSPENDED_BY_OPERATOR : 0);
	s->word = states[2] == AUTOMATION_APPROVED ? OPERATOR_APPROVE :
		states[2] == AUTOMATION_CHALLENGED ? OPERATOR_CHALLENGE :
		states[2] == AUTOMATION_CANCELLED ? OPERATOR_CANCEL : OPERATOR_NONE;
	s->rollback.state = states[4] == AUTOMATION_UNDOING ? ROLLBACK_WANTED :
		states[4] == AUTOMATION_PINNED ? ROLLBACK_DONE : ROLLBACK_NONE;
	if (states[3] == AUTOMATION_OPEN) {
		s->window = (struct window){ .began = 100, .last_check = 200, .last_seen = 300, .checks = 1, .span_s = 100 };
	}
	return (struct automation){ .state = s, .is_void = states[3] == AUTOMATION_VOID, .now = 1000, .counts = true,
		.request = some_hash, .ns = some_hash };
}

static void expect_step(const enum automation_state from[REGIONS], enum automation_event event)
{
	struct child_state s;
	for (int like = 0; like < REGIONS; like++) {
		struct automation a = child_in(&s, from);
		for (int i = 0; i < REGIONS; i++) {
			assert_int_equal(automation_state_of(&a, from[i]), from[i]);
		}
		enum reason reason = automation_happen(&a, event, from[like]);
		assert_int_equal(reason, automation_cell(from[like], event)->reason);
		for (int i = 0; i < REGIONS; i++) {
			const struct automation_cell *cell = automation_cell(from[i], event);
			assert_int_equal(automation_state_of(&a, from[i]),
				cell->next == AUTOMATION_STAYS ? from[i] : cell->next);
		}
		switch (automation_cell(from[3], event)->effect) {
		case EFFECT_BEGIN:
			assert_int_equal(s.window.began, 1000);
			assert_int_equal(s.window.checks, 0);
			assert_int_equal(s.window.span_s, 0);
			assert_memory_equal(s.window.request_hash, some_hash, sizeof some_hash);
			break;
		case EFFECT_SEE:
			assert_int_equal(s.window.last_seen, 1000);
			assert_int_equal(s.window.checks, 1);
			break;
		case EFFECT_COUNT:
			assert_int_equal(s.window.checks, 2);
			assert_int_equal(s.window.span_s, 900);
			break;
		case EFFECT_NONE:
			assert_int_equal(s.window.checks, automation_state_of(&a, AUTOMATION_NO_WINDOW) == AUTOMATION_OPEN);
			break;
		}
	}
}

/* Each of the 144 states in which a child can be, at each event. */
static void test_every_step(void **unused)
{
	(void)unused;
	static const enum automation_state removal[] = { AUTOMATION_ACTIVE, AUTOMATION_SUSPENDED };
	static const enum automation_state hold[] = { AUTOMATION_FREE, AUTOMATION_HELD };
	static const enum automation_state word[] = { AUTOMATION_SILENT, AUTOMATION_APPROVED, AUTOMATION_CHALLENGED,
		AUTOMATION_CANCELLED };
	static const enum automation_state window[] = { AUTOMATION_NO_WINDOW, AUTOMATION_OPEN, AUTOMATION_VOID };
	static const enum automation_state rollback[] = { AUTOMATION_KEPT, AUTOMATION_UNDOING, AUTOMATION_PINNED };
	size_t steps = 0;
	for (size_t i = 0; i < 2 * 2 * 4 * 3 * 3; i++) {
		const enum automation_state from[REGIONS] = { removal[i % 2], hold[i / 2 % 2], word[i / 4 % 4], window[i / 16 % 3],
			rollback[i / 48] };
		for (int event = FIRST_EVENT; event < AUTOMATION_EVENTS; event++) {
			expect_step(from, (enum automation_event)event);
			steps++;
		}
	}
	assert_int_equal(steps, 144 * AUTOMATION_EVENTS);
}

/* each flag has its own events. */
static void test_what_sets_and_clears(void **unused)
{
	(void)unused;
	for (int e = FIRST_EVENT; e < AUTOMATION_EVENTS; e++) {
		enum automation_event event = (enum automation_event)e;
		assert_int_equal(automation_cell(AUTOMATION_ACTIVE, event)->next == AUTOMATION_SUSPENDED,
			event == EVENT_DS_EMPTIED_BY_OTHERS);
		assert_int_equal(automation_cell(AUTOMATION_FREE, event)->next == AUTOMATION_HELD,
			event == EVENT_OPERATOR_HOLDS);
		assert_int_equal(automation_cell(AUTOMATION_KEPT, event)->next == AUTOMATION_UNDOING,
			event == EVENT_OPERATOR_UNDOES);
		assert_int_equal(automation_cell(AUTOMATION_UNDOING, event)->next == AUTOMATION_PINNED, event == EVENT_UNDONE);
		assert_int_equal(automation_cell(AUTOMATION_OPEN, event)->effect == EFFECT_COUNT, event == EVENT_CHECK);
		/* Nothing but a request opens a window, and no window is void at the end of a probe. */
		assert_int_equal(automation_cell(AUTOMATION_NO_WINDOW, event)->next == AUTOMATION_OPEN,
			event == EVENT_REQUEST || event == EVENT_CHECK);
		assert_int_not_equal(automation_cell(AUTOMATION_NO_WINDOW, event)->next, AUTOMATION_VOID);
	}
	static const enum automation_event ends[] = { EVENT_REQUEST, EVENT_CHECK, EVENT_BARRED, EVENT_NOTHING_ASKED,
		EVENT_DELETE_ASKED, EVENT_DISAGREEMENT, EVENT_REFUSED, EVENT_TECHNICAL_FAULT };
	for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
		enum automation_state next = automation_cell(AUTOMATION_VOID, ends[i])->next;
		assert_true(next == AUTOMATION_OPEN || next == AUTOMATION_NO_WINDOW);
	}
}

/* What an operator speaks of: an approval and a token are of the request that was cancelled, and of no other. */
static void test_what_a_word_is_about(void **unused)
{
	(void)unused;
	static const struct {
		enum operator_word before;
		enum automation_event event;
		bool same;
	} cases[] = {
		{ OPERATOR_CANCEL, EVENT_OPERATOR_APPROVES, true }, { OPERATOR_CANCEL, EVENT_OPERATOR_CHALLENGES, true },
		{ OPERATOR_CANCEL, EVENT_OPERATOR_RELEASES, false }, { OPERATOR_CHALLENGE, EVENT_OPERATOR_APPROVES, false },
		{ OPERATOR_CHALLENGE, EVENT_OPERATOR_CHALLENGES, false },
	};
	static const uint8_t zeros[SHA256_OCTETS];
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct child_state s = { .word = cases[i].before, .word_at = 1 };
		memcpy(s.word_hash, some_hash, sizeof some_hash);
		struct automation a = { .state = &s, .now = 1000 };
		automation_happen(&a, cases[i].event, AUTOMATION_SILENT);
		assert_memory_equal(s.word_hash, cases[i].same ? some_hash : zeros, SHA256_OCTETS);
	}
}

/* The beginning of time, and a clock that went back. */
static void test_window_at_its_edges(void **unused)
{
	(void)unused;
	const struct bootstrap_policy p = { .min_spacing_s = 100, .max_gap_s = 100 };
	const struct window begun = { .began = 1 };
	const struct window checked = { .began = 1, .last_check = 1000 };
	assert_true(window_is_spaced(&begun, &p, 50));
	assert_false(window_is_spaced(&checked, &p, 1099));
	assert_true(window_is_spaced(&checked, &p, 1100));
	assert_false(window_has_gap(&checked, &p, 1100));
	assert_true(window_has_gap(&checked, &p, 1101));
	assert_false(window_has_gap(&checked, &p, 999));
}

static void test_names(void **unused)
{
	(void)unused;
	assert_string_equal(automation_state_text(AUTOMATION_VOID), "VOID");
	assert_string_equal(automation_event_text(EVENT_TECHNICAL_FAULT), "TECHNICAL_FAULT");
	assert_string_equal(automation_state_text(AUTOMATION_STATES), "?");
	assert_string_equal(automation_event_text(AUTOMATION_EVENTS), "?");
	assert_string_equal(automation_effect_text((enum automation_effect)(EFFECT_COUNT + 1)), "?");
}

int main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "--print") == 0) {
		print_rows();
		return 0;
	}
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_document),
		cmocka_unit_test(test_every_step),
		cmocka_unit_test(test_what_sets_and_clears),
		cmocka_unit_test(test_what_a_word_is_about),
		cmocka_unit_test(test_window_at_its_edges),
		cmocka_unit_test(test_names),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
