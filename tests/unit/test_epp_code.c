/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Result codes of RFC 5730 section 3, all of them. */
#include "tests/unit/epp_fixture.h"

#include "registry/sink/epp_code.h"

static const char *statuses[4];
static struct epp_domain domain = { .status = statuses };

static const struct epp_domain *with(const char *first, const char *second)
{
	statuses[0] = first;
	statuses[1] = second;
	domain.status_count = first == NULL ? 0 : second == NULL ? 1 : 2;
	return &domain;
}

static void test_codes(void **state)
{
	(void)state;
	static const struct {
		unsigned code;
		enum sink_outcome update, info;
		bool closes, final_login;
	} cases[] = {
		{ 1000, SINK_APPLIED, SINK_REFUSED, false, true }, { 1001, SINK_TAKEN, SINK_REFUSED, false, true },
		{ 1300, SINK_UNKNOWN, SINK_REFUSED, false, true }, { 1301, SINK_UNKNOWN, SINK_REFUSED, false, true },
		{ 1500, SINK_UNKNOWN, SINK_REFUSED, false, true }, { 2000, SINK_REFUSED, SINK_REFUSED, false, true },
		{ 2001, SINK_REFUSED, SINK_REFUSED, false, true }, { 2002, SINK_REFUSED, SINK_REFUSED, false, true },
		{ 2003, SINK_REFUSED, SINK_REFUSED, false, true }, { 2004, SINK_REFUSED, SINK_REFUSED, false, true },
		{ 2005, SINK_REFUSED, SINK_REFUSED, false, true }, { 2100, SINK_REFUSED, SINK_REFUSED, false, true },
		{ 2101, SINK_REFUSED, SINK_REFUSED, false, true }, { 2102, SINK_REFUSED, SINK_REFUSED, false, true },
		{ 2103, SINK_REFUSED, SINK_REFUSED, false, true }, { 2104, SINK_REFUSED, SINK_REFUSED, false, true },
		{ 2105, SINK_REFUSED, SINK_REFUSED, false, true }, { 2106, SINK_REFUSED, SINK_REFUSED, false, true },
		{ 2200, SINK_REFUSED, SINK_REFUSED, false, true }, { 2201, SINK_REFUSED, SINK_REFUSED, false, true },
		{ 2202, SINK_REFUSED, SINK_REFUSED, false, true }, { 2300, SINK_WAITS, SINK_WAITS, false, true },
		{ 2301, SINK_REFUSED, SINK_REFUSED, false, true }, { 2302, SINK_REFUSED, SINK_REFUSED, false, true },
		{ 2303, SINK_REFUSED, SINK_REFUSED, false, true }, { 2304, SINK_REFUSED, SINK_REFUSED, false, true },
		{ 2305, SINK_REFUSED, SINK_REFUSED, false, true }, { 2306, SINK_REFUSED, SINK_REFUSED, false, true },
		{ 2307, SINK_REFUSED, SINK_REFUSED, false, true }, { 2308, SINK_REFUSED, SINK_REFUSED, false, true },
		{ 2400, SINK_WAITS, SINK_WAITS, false, false }, { 2500, SINK_WAITS, SINK_WAITS, true, false },
		{ 2501, SINK_WAITS, SINK_WAITS, true, true }, { 2502, SINK_WAITS, SINK_WAITS, true, false },
		/* Not of the RFC: nothing is known. */
		{ 2503, SINK_UNKNOWN, SINK_UNKNOWN, true, true }, { 2999, SINK_UNKNOWN, SINK_UNKNOWN, true, true },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const unsigned code = cases[i].code;
		assert_int_equal(epp_code_of_update(code, with("ok", NULL)), cases[i].update);
		assert_int_equal(epp_code_of_info(code), cases[i].info);
		assert_int_equal(epp_code_closes(code), cases[i].closes);
		assert_int_equal(epp_code_is_final_login(code), cases[i].final_login);
	}
}

/* R5731-2.3-1: what forbids an update is the server's to say; what it is, is told. What passes by itself is waited for. */
static void test_statuses(void **state)
{
	(void)state;
	static const struct {
		const char *first, *second;
		enum sink_outcome outcome;
		const char *hint;
	} cases[] = {
		{ NULL, NULL, SINK_REFUSED, NULL }, { "ok", NULL, SINK_REFUSED, NULL }, { "serverHold", "inactive", SINK_REFUSED, NULL },
		{ "serverUpdateProhibited", NULL, SINK_REFUSED, "the registry has locked it (serverUpdateProhibited)" },
		{ "clientUpdateProhibited", NULL, SINK_REFUSED, "its registrar has locked it (clientUpdateProhibited)" },
		{ "pendingDelete", NULL, SINK_REFUSED, "it is being deleted (pendingDelete)" },
		{ "pendingCreate", NULL, SINK_WAITS, "its registration waits for a review (pendingCreate)" },
		{ "pendingRenew", NULL, SINK_WAITS, "its renewal waits for a review (pendingRenew)" },
		{ "pendingTransfer", NULL, SINK_WAITS, "its transfer is under way (pendingTransfer)" },
		{ "pendingUpdate", NULL, SINK_WAITS, "an update of it waits for a review (pendingUpdate)" },
		{ "pendingTransfer", "serverUpdateProhibited", SINK_REFUSED, "the registry has locked it (serverUpdateProhibited)" },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct epp_domain *d = with(cases[i].first, cases[i].second);
		assert_int_equal(epp_code_of_update(2304, d), cases[i].outcome);
		const char *hint = epp_status_hint(d);
		assert_true((hint == NULL) == (cases[i].hint == NULL));
		if (hint != NULL) {
			assert_string_equal(hint, cases[i].hint);
		}
	}
}

static void test_hints(void **state)
{
	(void)state;
	assert_non_null(strstr(epp_code_hint(2001), "the frame was ours"));
	assert_non_null(strstr(epp_code_hint(2103), "does not do this"));
	assert_non_null(strstr(epp_code_hint(2104), "account"));
	assert_non_null(strstr(epp_code_hint(2201), "no right"));
	assert_string_equal(epp_code_hint(2306), "");
	assert_string_equal(epp_code_hint(1000), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_codes), cmocka_unit_test(test_statuses), cmocka_unit_test(test_hints),
	};
	return cmocka_run_group_tests_name("epp_code", tests, NULL, NULL);
}
