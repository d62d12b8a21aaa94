/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the commands tell of the sink of record and of what its target has not taken. */
#include "tests/unit/commands_fixture.h"

#include "registry/store/sinkdb.h"

static void event(struct crowd *w, uint64_t change, enum event_kind kind, enum reason why)
{
	struct txn *t = fixture_begin(&w->f, STORE_WRITE);
	assert_int_equal(journal_event(t, w->f.crypto, w->now, change, kind, why), 0);
	fixture_commit(t);
}

static void make_record(struct crowd *w, const char *name)
{
	struct txn *t = fixture_begin(&w->f, STORE_WRITE);
	struct sink_of_record r = { .since = w->now };
	snprintf(r.name, sizeof(r.name), "%s", name);
	assert_int_equal(sink_of_record_put(t, &r), 0);
	fixture_commit(t);
}

static void note(struct crowd *w, const char *sink, uint64_t change, enum sink_trouble trouble)
{
	struct store *notes;
	struct txn *t;
	char why[256];
	const struct sink_attempt a = { .change = change, .trouble = trouble, .count = 3, .first = w->now, .last = w->now,
		.next = w->now + 60, .words = "HTTP 503" };
	assert_int_equal(sinkdb_open(w->f.store, sink, STORE_WRITE, &notes, why), 0);
	assert_int_equal(txn_begin(notes, STORE_WRITE, &t), 0);
	assert_int_equal(sink_attempt_put(t, &a), 0);
	assert_int_equal(txn_commit(t), 0);
	store_close(notes);
}

/* Six changes: released, waiting, under way, unknown, refused, withdrawn. */
static void make_troubles(struct crowd *w)
{
	run_asking(w, HOUR, 0, 6, 1, 2);
	make_record(w, "hook");
	for (uint64_t i = 3; i <= 5; i++) {
		event(w, i, EVENT_CLAIMED, REASON_NONE);
	}
	event(w, 5, EVENT_FAILED, REASON_APPLY_FAILED);
	event(w, 6, EVENT_WITHDRAWN, REASON_STALE_INPUT);
	note(w, "hook", 2, TROUBLE_WAITS);
	note(w, "hook", 4, TROUBLE_UNKNOWN);
	note(w, "hook", 5, TROUBLE_REFUSED);
	/* Of a sink that reads along: no matter of these. */
	note(w, "other", 1, TROUBLE_WAITS);
	note(w, "hook", 6, TROUBLE_WAITS);
}

/* what waits is told apart from what may have left, and both from what the target has refused; by whom and why. */
static void troubles_are_listed(void **state)
{
	struct crowd *w = *state;
	make_troubles(w);
	struct said *s = TELL(w, command_changes, "list");
	assert_int_equal(count_lines(s->text), 6);
	EXPECT(s, "c000.ch. swap  released         - ", "c001.ch. swap  released, waits  - ",
		"c002.ch. swap  claimed, unknown - ", "c003.ch. swap  claimed, unknown - ",
		"c004.ch. swap  failed, lost     APPLY_FAILED ");
	static const char *const words[][3] = {
		{ "c000.ch.", "\"reason\":null", "\"unknown\":false,\"attempt\":null," },
		{ "c001.ch.", "\"unknown\":false", "\"attempt\":{\"trouble\":\"waits\",\"count\":3,\"last\":\"2027-01-15T09:00:00Z\","
			"\"next\":\"2027-01-15T09:01:00Z\",\"words\":\"HTTP 503\"}" },
		{ "c002.ch.", "\"state\":\"claimed\"", "\"unknown\":true,\"attempt\":null," },
		{ "c003.ch.", "\"unknown\":true", "\"attempt\":{\"trouble\":\"unknown\"" },
		{ "c004.ch.", "\"reason\":\"APPLY_FAILED\"", "\"trouble\":\"refused\",\"count\":3,\"last\":\"2027-01-15T09:00:00Z\",\"next\":null" },
		{ "c005.ch.", "\"reason\":\"STALE_INPUT\"", "\"withdrawn_for\":\"STALE_INPUT\"" },
	};
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		s = TELL(w, command_changes, "list", "--json", "--all", "--child", words[i][0]);
		assert_int_equal(count_lines(s->text), 1);
		EXPECT(s, words[i][1], words[i][2]);
	}
	s = TELL(w, command_changes, "list", "--json", "--unknown");
	assert_int_equal(count_lines(s->text), 2);
	EXPECT(s, "c002.ch.", "c003.ch.");
	/* A reason of what is over finds what is over. */
	s = TELL(w, command_changes, "list", "--reason", "STALE_INPUT");
	assert_int_equal(count_lines(s->text), 2);
	EXPECT(s, "c005.ch. swap  withdrawn STALE_INPUT ");
	s = TELL(w, command_changes, "list", "--reason", "APPLY_CONFLICT");
	EXPECT(s, "No DS change is like that.");
}

/* Whoever has asked the registry may say of what is unknown that it is there, or that it is not; of what is over, nothing. */
static void unknown_is_settled(void **state)
{
	struct crowd *w = *state;
	char ids[6][CHANGE_ID_TEXT];
	make_troubles(w);
	for (uint64_t i = 0; i < 6; i++) {
		change_id_text(w->f.store, i + 1, ids[i]);
	}
	struct said *s = COMPLAIN(w, command_changes, "ack", ids[2], ids[4], ids[5]);
	assert_int_equal(s->code, EXIT_RUNTIME);
	EXPECT(s, "1 DS changes acknowledged", ids[4], ids[5], "cannot be acknowledged");
	assert_int_equal(count_in(w, EVENT_ACKED, REASON_NONE), 1);
	s = COMPLAIN(w, command_changes, "fail", ids[3]);
	assert_int_equal(s->code, EXIT_OK);
	assert_int_equal(count_in(w, EVENT_CLAIMED, REASON_NONE), 0);
	s = COMPLAIN(w, command_changes, "ack", ids[2]);
	assert_int_equal(s->code, EXIT_RUNTIME);
	s = TELL(w, command_changes, "list", "--unknown");
	EXPECT(s, "No DS change is like that.");
	struct verify_report report;
	assert_int_equal(store_verify(w->f.store, w->f.crypto, NULL, NULL, NULL, &report), 0);
	assert_int_equal(report.faults, 0);
}

/* What cannot be read of the notes is said, and the journal is listed all the same. */
static void notes_are_lost(void **state)
{
	struct crowd *w = *state;
	char path[128];
	make_troubles(w);
	snprintf(path, sizeof(path), "%s/sinks/hook/data.mdb", w->f.dir);
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	for (int i = 0; i < 8192; i++) {
		fputc('x', f);
	}
	assert_int_equal(fclose(f), 0);
	struct said *s = COMPLAIN(w, command_changes, "list", "--json");
	assert_int_equal(s->code, EXIT_OK);
	EXPECT(s, "what the sink hook has noted cannot be read: ");
	s = TELL(w, command_changes, "list", "--json");
	assert_int_equal(count_lines(s->text), 5);
	assert_null(strstr(s->text, "\"attempt\":{"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(troubles_are_listed),
		CASE(unknown_is_settled),
		CASE(notes_are_lost),
	};
	return cmocka_run_group_tests_name("changes_sinks", tests, NULL, NULL);
}
