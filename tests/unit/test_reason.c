/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list of reasons: a stored number and a public token each, in the range of its class. */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "validate/cds/reason.h"

struct range {
	enum reason_class class;
	unsigned first;
	unsigned last;
};

static const struct range ranges[] = {
	{ CLASS_ACCEPT, 1, 19 }, { CLASS_NOOP, 20, 39 }, { CLASS_HOLD, 40, 79 }, { CLASS_REJECT, 80, 159 },
	{ CLASS_ERROR, 160, 189 }, { CLASS_WARNING, 200, 239 }, { CLASS_HOLD, 240, 259 },
};

static void test_numbers_lie_in_the_range_of_their_class(void **state)
{
	(void)state;
	unsigned count;
	const struct reason_row *rows = reason_rows(&count);
	assert_true(count > 0);
	for (unsigned i = 0; i < count; i++) {
		unsigned found = 0;
		for (size_t k = 0; k < sizeof ranges / sizeof ranges[0]; k++) {
			unsigned number = (unsigned)rows[i].number;
			found += ranges[k].class == rows[i].class && number >= ranges[k].first &&
				number <= ranges[k].last;
		}
		if (found != 1) {
			fail_msg("%s", rows[i].token);
		}
		assert_true(i == 0 || rows[i - 1].number < rows[i].number);
	}
}

/* R8914-1 */
static void test_rows_are_complete(void **state)
{
	(void)state;
	unsigned count;
	const struct reason_row *rows = reason_rows(&count);
	for (unsigned i = 0; i < count; i++) {
		const struct reason_row *r = &rows[i];
		assert_ptr_equal(reason_find(r->number), r);
		assert_ptr_equal(reason_by_token(r->token), r);
		assert_string_equal(reason_token(r->number), r->token);
		for (const char *c = r->token; *c != '\0'; c++) {
			assert_true(isupper(*c) || isdigit(*c) || *c == '_');
		}
		assert_true(strlen(r->sentence) > 10);
		assert_int_equal(r->sentence[strlen(r->sentence) - 1], '.');
		assert_true(isupper(r->sentence[0]));
		assert_true(strlen(r->source) > 0);
		/* RFC 8914 as far as standards 2.7 lists it. */
		assert_true(r->ede == EDE_NONE || r->ede <= 28);
		for (unsigned k = 0; k < i; k++) {
			assert_string_not_equal(rows[k].token, r->token);
		}
	}
}

/* Two halves of a child, or two looks at it, contradict each other, or do not: all other reasons are of something else. */
static void test_disagreements(void **state)
{
	(void)state;
	unsigned count;
	unsigned disagreements = 0;
	const struct reason_row *rows = reason_rows(&count);
	for (unsigned i = 0; i < count; i++) {
		bool named = strncmp(rows[i].token, "INCONSISTENT_", 13) == 0 || strcmp(rows[i].token, "CDS_CDNSKEY_MISMATCH") == 0 ||
			strcmp(rows[i].token, "DELETE_TYPE_MISMATCH") == 0 || strcmp(rows[i].token, "HOLD_BOGUS_SERVER") == 0 ||
			strcmp(rows[i].token, "NOOP_STATUS_QUO") == 0 || strcmp(rows[i].token, "VANTAGE_DISAGREE") == 0;
		assert_int_equal(reason_is_disagreement(rows[i].number), named);
		disagreements += named;
	}
	assert_int_equal(disagreements, 8);
	assert_false(reason_is_disagreement(REASON_NONE));
}

/* Stored numbers: a change here is a change of every store. */
static void test_some_numbers_are_frozen(void **state)
{
	(void)state;
	assert_int_equal(REASON_NONE, 0);
	assert_int_equal(REASON_ACCEPT_UPDATE, 1);
	assert_int_equal(REASON_ACCEPT_DELETE, 2);
	assert_int_equal(REASON_NOOP_NO_SIGNAL, 20);
	assert_int_equal(REASON_HOLD_UNREACHABLE, 40);
	assert_int_equal(REASON_SIGNER_NOT_IN_DS, 80);
	assert_int_equal(REASON_NO_USABLE_SERVER, 160);
	assert_int_equal(REASON_WARN_SERVER_DROPPED, 200);
}

static void test_unknown(void **state)
{
	(void)state;
	assert_null(reason_find(REASON_NONE));
	assert_null(reason_find((enum reason)199));
	assert_null(reason_by_token("NO_SUCH_TOKEN"));
	assert_null(reason_by_token("accept_update"));
	assert_null(reason_by_token(NULL));
	assert_string_equal(reason_token((enum reason)199), "UNKNOWN");
	assert_string_equal(reason_token(REASON_NONE), "UNKNOWN");
}

static void test_class_texts(void **state)
{
	(void)state;
	assert_string_equal(reason_class_text(CLASS_ACCEPT), "accept");
	assert_string_equal(reason_class_text(CLASS_NOOP), "noop");
	assert_string_equal(reason_class_text(CLASS_HOLD), "hold");
	assert_string_equal(reason_class_text(CLASS_REJECT), "reject");
	assert_string_equal(reason_class_text(CLASS_ERROR), "error");
	assert_string_equal(reason_class_text(CLASS_WARNING), "warning");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers_lie_in_the_range_of_their_class),
		cmocka_unit_test(test_rows_are_complete), cmocka_unit_test(test_disagreements), cmocka_unit_test(test_some_numbers_are_frozen),
		cmocka_unit_test(test_unknown), cmocka_unit_test(test_class_texts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
