/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whom reports may go to, and their names; the words for what became of a message. */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "validate/notify/code.h"
#include "validate/notify/report.h"
#include "validate/wire/err.h"

static struct name name_of(const char *text)
{
	struct name name = { .size = 0 };
	assert_int_equal(text[0] == '\0' ? 0 : name_from_text(text, &name), 0);
	return name;
}

/* R9859-4.2.1-1, R9567-6.1-2, D11, D12 */
static void who_is_told(void **state)
{
	(void)state;
	struct delegation_host hosts[] = { { .name = name_of("ns1.example.net.") }, { .name = name_of("ns.example.org.") } };
	const struct delegation d = { .host_count = 2, .hosts = hosts };
	static const struct {
		const char *agent;
		bool allowed;
	} cases[] = {
		{ "ns1.example.net.", true }, { "er.ns1.example.net.", true }, { "a.b.ns.example.org.", true },
		{ "example.net.", false }, { "ns2.example.net.", false }, { "xns1.example.net.", false }, { "net.", false },
		{ "er.ns1.example.net.example.com.", false }, { ".", false }, { "", false },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct name agent = name_of(cases[i].agent);
		if (report_agent_is_allowed(&agent, &d) != cases[i].allowed) {
			fail_msg("%s", cases[i].agent);
		}
	}
	const struct delegation nobody = { .host_count = 0 };
	assert_false(report_agent_is_allowed(&hosts[0].name, &nobody));
}

/* R9859-4.2.1-1: a delegation to the root would make everybody an agent. */
static void nobody_is_told(void **state)
{
	(void)state;
	struct delegation_host root = { .name = name_root };
	const struct delegation d = { .host_count = 1, .hosts = &root };
	const struct name agent = name_of("er.victim.example.");
	assert_false(report_agent_is_allowed(&agent, &d));
	assert_false(report_agent_is_allowed(&name_root, &d));
}

/* W-15, R9567-6.1-3 */
static void names_of_reports(void **state)
{
	(void)state;
	static const struct {
		const char *child;
		uint16_t type, ede;
		const char *agent, *wanted;
	} cases[] = {
		{ "child.example.", 59, 6, "er.ns1.example.net.", "_er.59.child.example.6._er.er.ns1.example.net." },
		{ "ch.", 62, 0, "ns.", "_er.62.ch.0._er.ns." },
		{ ".", 65535, 65534, "a.", "_er.65535.65534._er.a." },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct name child = name_of(cases[i].child);
		const struct name agent = name_of(cases[i].agent);
		const struct name wanted = name_of(cases[i].wanted);
		struct name name;
		assert_int_equal(report_name(&child, cases[i].type, cases[i].ede, &agent, &name), 0);
		assert_int_equal(name.size, wanted.size);
		assert_true(name_equal(&name, &wanted));
	}
}

/* R9567-6.1-2: nothing is sent under a name that does not fit, and nothing about nothing. */
static void names_that_are_too_long(void **state)
{
	(void)state;
	char text[NAME_TEXT_SIZE] = "";
	struct name name = name_of("untouched.");
	const struct name untouched = name;
	const struct name agent = name_of("ns.");
	/* _er 59 CHILD 6 _er ns. takes 4 + 3 + CHILD + 2 + 4 + 4 octets. */
	for (unsigned i = 0; i < 119; i++) {
		strcat(text, "x.");
	}
	struct name child = name_of(text);
	assert_int_equal(report_name(&child, 59, 6, &agent, &name), 0);
	assert_int_equal(name.size, LIMIT_NAME_OCTETS);
	name = untouched;
	assert_int_equal(report_name(&child, 59, 15, &agent, &name), ERR_LIMIT);
	assert_true(name_equal(&name, &untouched));
	child.size = 0;
	assert_int_equal(report_name(&child, 59, 6, &agent, &name), ERR_ARG);
	assert_int_equal(report_name(&agent, 59, 6, &child, &name), ERR_ARG);
	assert_true(name_equal(&name, &untouched));
}

static void words(void **state)
{
	(void)state;
	assert_string_equal(notify_code_token(NOTIFY_CODE_NONE), "NONE");
	assert_string_equal(notify_code_sentence(NOTIFY_CODE_NONE), "");
	assert_string_equal(notify_code_token(NOTIFY_MALFORMED), "NOTIFY_MALFORMED");
	assert_string_equal(notify_code_token(REPORT_AGENT_REJECTED), "REPORT_AGENT_REJECTED");
	assert_string_equal(notify_code_token((enum notify_code)(REPORT_AGENT_REJECTED + 1)), "NONE");
	assert_string_equal(notify_code_token((enum notify_code)-1), "NONE");
	for (enum notify_code c = NOTIFY_MALFORMED; c <= REPORT_AGENT_REJECTED; c++) {
		const char *sentence = notify_code_sentence(c);
		assert_true(isupper(sentence[0]));
		assert_int_equal(sentence[strlen(sentence) - 1], '.');
		for (enum notify_code other = NOTIFY_CODE_NONE; other < c; other++) {
			assert_string_not_equal(notify_code_token(other), notify_code_token(c));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_is_told), cmocka_unit_test(nobody_is_told), cmocka_unit_test(names_of_reports),
		cmocka_unit_test(names_that_are_too_long), cmocka_unit_test(words),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
