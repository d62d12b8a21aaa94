/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the commands tell of changes that have left and do not come to the parent. */
#include "tests/unit/commands_fixture.h"

/* what has left and does not come is told, by every command that tells of changes, until it comes. */
static void late_changes_are_told(void **state)
{
	struct crowd *w = *state;
	char id[CHANGE_ID_TEXT];
	run_asking(w, HOUR, 0, 2, 1, 2);
	change_id_text(w->f.store, 1, id);
	struct said *s = TELL(w, command_changes, "export", "jsonl");
	assert_int_equal(count_lines(s->text), 2);
	run_asking(w, HOUR, 0, 2, 1, 2);
	s = TELL(w, command_changes, "list", "--late");
	EXPECT(s, "No DS change is like that.");
	s = TELL(w, command_status, "--json");
	EXPECT(s, "\"arrivals\":{\"late\":0,\"lost\":0,\"changed\":0},\"in_dns\":{\"seen\":0,\"waits\":0,\"late\":0,\"changed\":0}");
	s = TELL(w, command_status, "--db", w->f.dir);
	assert_null(strstr(s->text, "are late"));
	s = COMPLAIN(w, command_changes, "fail", id);
	assert_int_equal(s->code, EXIT_OK);
	w->policy.change_late_after_s = 2 * HOUR;
	run_asking(w, 2 * HOUR, 0, 2, 1, 2);
	s = TELL(w, command_changes, "list", "--late");
	assert_int_equal(count_lines(s->text), 3);
	EXPECT(s, " failed, lost APPLY_LOST ", " sent, late   APPLY_LATE ");
	s = TELL(w, command_changes, "list", "--json", "--reason", "APPLY_LOST");
	assert_int_equal(count_lines(s->text), 1);
	EXPECT(s, "\"child\":\"c000.ch.\"", "\"reason\":\"APPLY_LOST\"");
	s = TELL(w, command_changes, "list", "--json", "--late", "--child", "c001.ch.");
	assert_int_equal(count_lines(s->text), 1);
	EXPECT(s, "\"state\":\"sent\"", "\"arrival\":\"late\"");
	s = TELL(w, command_status, "--json");
	EXPECT(s, "\"arrivals\":{\"late\":1,\"lost\":1,\"changed\":0}");
	s = TELL(w, command_status, "--db", w->f.dir);
	EXPECT(s, "1 DS changes are late", "(APPLY_LATE)", "1 are lost", "changes list --late --db", "changes fail ID");
	s = TELL(w, command_explain, "c001.ch.");
	EXPECT(s, "  late: APPLY_LATE: The change has left");
	s = TELL(w, command_explain, "--json", "c001.ch.");
	EXPECT(s, "\"on_its_way\":{\"id\":\"00112233-4455-6677-8899-aabbccddeeff/1/2\",\"state\":\"sent\",\"since\":\"2027-01-15T09:00:00Z\","
		"\"held_for\":null,\"failed_for\":null,\"arrival\":\"late\",\"arrival_reason\":\"APPLY_LATE\"}");
	s = TELL(w, command_explain, "--json", "c000.ch.");
	EXPECT(s, "\"state\":\"failed\"", "\"arrival\":\"lost\",\"arrival_reason\":\"APPLY_LOST\"}");
	s = TELL(w, command_explain, "c000.ch.");
	EXPECT(s, "  lost: APPLY_LOST: The change was handed over");
	s = TELL(w, command_notices, "list", "--due", "--json");
	EXPECT(s, "\"child\":\"c001.ch.\",\"reason\":\"APPLY_LATE\",\"who\":[\"parent\"]",
		"\"child\":\"c000.ch.\",\"reason\":\"APPLY_LOST\",\"who\":[\"parent\"]");
	s = TELL(w, command_changes, "export", "jsonl");
	assert_int_equal(count_lines(s->text), 1);
	EXPECT(s, "\"child\":\"c000.ch.\"");
	/* Once more the next day, no sooner; sent again, the lost one is on its way. */
	run_asking(w, HOUR, 0, 2, 1, 2);
	s = TELL(w, command_notices, "list", "--json");
	EXPECT(s, "\"reason\":\"APPLY_LATE\"", "\"told\":1,");
	assert_null(strstr(s->text, "APPLY_LOST"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(late_changes_are_told),
	};
	return cmocka_run_group_tests_name("changes_late", tests, NULL, NULL);
}
