/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a decision record adds of the change that is on its way by now. That it is what the schema says is shown against a store in
 * the system tests. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scanner/show.h"
#include "validate/wire/err.h"

#define NOW 1795226400u

static char *text_of(const struct show_context *context)
{
	struct decision d = { .now = NOW, .reason = REASON_NOOP_CHANGE_PENDING, .security = SECURITY_SECURE };
	char *text = NULL;
	size_t size = 0;
	FILE *to = open_memstream(&text, &size);
	struct json *j = json_new();
	assert_true(to != NULL && j != NULL);
	assert_int_equal(name_from_text("example.ch.", &d.child), ERR_OK);
	assert_int_equal(show_decision_json(j, &d, context, to), ERR_OK);
	assert_int_equal(fclose(to), 0);
	json_free(j);
	return text;
}

static void expect_of(const struct show_context *context, const char *words)
{
	char *text = text_of(context);
	if (strstr(text, words) == NULL) {
		fail_msg("\"%s\" is not in\n%s", words, text);
	}
	free(text);
}

static void expect(const struct show_change *s, const char *words)
{
	expect_of(&(struct show_context){ .run = 1, .on_its_way = s }, words);
}

/* A hold of an operator has no reason of its own; what is lost is told with the reason that it failed for. */
static void change_on_its_way(void **state)
{
	(void)state;
	static const struct {
		struct change change;
		enum arrival arrival;
		const char *words;
	} cases[] = {
		{ { .state = EVENT_RELEASED }, ARRIVAL_NONE, "\"held_for\":null,\"failed_for\":null,\"arrival\":null,\"arrival_reason\":null}" },
		{ { .state = EVENT_HELD }, ARRIVAL_NONE, "\"state\":\"held\",\"since\":\"2026-11-21T02:00:00Z\",\"held_for\":\"operator\"," },
		{ { .state = EVENT_HELD, .held_for = REASON_HOLD_FREEZE }, ARRIVAL_NONE, "\"held_for\":\"HOLD_FREEZE\"," },
		{ { .state = EVENT_ACKED }, ARRIVAL_LATE, "\"arrival\":\"late\",\"arrival_reason\":\"APPLY_LATE\"}" },
		{ { .state = EVENT_CLAIMED }, ARRIVAL_LOST, "\"failed_for\":null,\"arrival\":\"lost\",\"arrival_reason\":\"APPLY_LOST\"}" },
		{ { .state = EVENT_FAILED, .failed_for = REASON_APPLY_FAILED }, ARRIVAL_LOST,
			"\"failed_for\":\"APPLY_FAILED\",\"arrival\":\"lost\",\"arrival_reason\":\"APPLY_FAILED\"}" },
		{ { .state = EVENT_FAILED, .failed_for = REASON_APPLY_CONFLICT }, ARRIVAL_CHANGED,
			"\"arrival\":\"changed\",\"arrival_reason\":\"APPLY_CONFLICT\"}" },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct change c = cases[i].change;
		c.state_time = NOW;
		const struct show_change s = { .change = &c, .id = "an id", .arrival = cases[i].arrival };
		expect(&s, "\"on_its_way\":{\"id\":\"an id\",\"state\":");
		expect(&s, cases[i].words);
	}
	expect(NULL, "\"on_its_way\":null,\"in_dns\":null,");
}

/* what the parent's servers serve of the newest change. */
static void change_in_dns(void **state)
{
	(void)state;
	static const char *const words[IN_DNS_WORDS] = { NULL, "seen", "waits", "late", "changed" };
	const struct change c = { .state = EVENT_PUBLISHED, .state_time = NOW };
	for (int i = IN_DNS_SEEN; i < IN_DNS_WORDS; i++) {
		const struct show_in_dns s = { .change = &c, .id = "an id", .in_dns = (enum in_dns)i, .asked = NOW + 1 };
		char expected[160];
		snprintf(expected, sizeof(expected), "\"in_dns\":{\"id\":\"an id\",\"state\":\"published\",\"since\":\"2026-11-21T02:00:00Z\","
			"\"served\":\"%s\",\"asked\":\"2026-11-21T02:00:01Z\"}", words[i]);
		expect_of(&(struct show_context){ .run = 1, .in_dns = &s }, expected);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(change_on_its_way),
		cmocka_unit_test(change_in_dns),
	};
	return cmocka_run_group_tests_name("show_change", tests, NULL, NULL);
}
