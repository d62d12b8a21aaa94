/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The commands changes, status, explain and notices over a crowd: what they print, what they do, how they end. */
#include "tests/unit/commands_fixture.h"

#include "registry/store/db.h"
#include "registry/store/key.h"

/* A third of the children ask for delete, and one for an update. */
static void brake(struct crowd *w)
{
	w->policy.brakes[BRAKE_DELETE] = (struct brake_limit){ .count = 20, .ppm = 1000 };
	w->now += HOUR;
	begin_run(w);
	for (unsigned i = 0; i < 30; i++) {
		ask(w, i * 3, 0);
	}
	ask(w, 1, 2);
	end_run(w);
}

/* one command says who, why and how to go on; nothing is exported. */
static void brake_is_told(void **state)
{
	struct crowd *w = *state;
	brake(w);
	struct said *s = TELL(w, command_status, "--json");
	EXPECT(s, "\"braked\":30", "\"released\":1",
		"{\"parent\":\"ch.\",\"ns\":[],\"class\":\"delete\",\"held\":30,\"released\":0,\"limit\":20}",
		"{\"parent\":\"ch.\",\"ns\":[\"ns1.one.net.\",\"ns2.one.net.\"],\"class\":\"delete\",\"held\":15,\"released\":0,\"limit\":null}",
		"\"held\":30,", "\"confirmed\":0");
	s = TELL(w, command_status, "--db", w->f.dir);
	EXPECT(s, "The brake holds 30 DS changes (BRAKE_ENGAGED)", "ns1.two.net. ns2.two.net.", "changes release --brake",
		"changes list --held");
	s = TELL(w, command_changes, "export", "jsonl");
	assert_int_equal(s->code, EXIT_OK);
	assert_int_equal(count_lines(s->text), 1);
	EXPECT(s, "\"child\":\"c001.ch.\"");
	s = COMPLAIN(w, command_changes, "release", "--brake", "--operator", "ns2.two.net.", "--who", "anna");
	assert_int_equal(s->code, EXIT_USAGE);
	EXPECT(s, "--why");
	s = COMPLAIN(w, command_changes, "release", "--brake", "--class", "update", "--who", "anna", "--why", "they are for all");
	assert_int_equal(s->code, EXIT_RUNTIME);
	EXPECT(s, "nothing to release: the brake holds no such change");
	s = COMPLAIN(w, command_changes, "release", "--brake", "--class", "delete", "--operator", "ns2.two.net.", "--who", "anna", "--why", "asked them");
	assert_int_equal(s->code, EXIT_OK);
	EXPECT(s, "15 released");
	s = TELL(w, command_changes, "export", "jsonl");
	assert_int_equal(count_lines(s->text), 0);
	run_asking(w, HOUR, 3, 2, 6, 0);
	s = TELL(w, command_changes, "export", "jsonl");
	assert_int_equal(count_lines(s->text), 2);
	EXPECT(s, "\"child\":\"c003.ch.\"", "\"child\":\"c009.ch.\"");
	s = TELL(w, command_explain, "c003.ch.");
	EXPECT(s, "Operator\n  release by anna at ", ": asked them\n");
	s = TELL(w, command_explain, "c000.ch.");
	EXPECT(s, "  held: BRAKE_ENGAGED: More children than the policy allows");
	s = TELL(w, command_explain, "--json", "c000.ch.");
	EXPECT(s, "\"state\":\"held\",", "\"held_for\":\"BRAKE_ENGAGED\",\"failed_for\":null,\"arrival\":null,\"arrival_reason\":null}");
}

/* Each filter by itself, and what is printed of a change that is held. */
static void list_is_filtered(void **state)
{
	struct crowd *w = *state;
	brake(w);
	static const struct {
		const char *label;
		const char *words[5];
		unsigned lines;
	} cases[] = {
		{ "all", { "list", "--json" }, 31 },
		{ "child", { "list", "--json", "--child", "c003.ch." }, 1 },
		{ "another child", { "list", "--json", "--child", "c002.ch." }, 0 },
		{ "operator", { "list", "--json", "--operator", "ns1.one.net." }, 15 },
		{ "class", { "list", "--json", "--class", "swap" }, 1 },
		{ "state", { "list", "--json", "--state", "released" }, 1 },
		{ "held", { "list", "--json", "--held" }, 30 },
		{ "reason", { "list", "--json", "--reason", "BRAKE_ENGAGED" }, 30 },
		{ "another reason", { "list", "--json", "--reason", "HOLD_FREEZE" }, 0 },
		{ "held by an operator", { "list", "--json", "--reason", "operator" }, 0 },
		{ "unknown", { "list", "--json", "--unknown" }, 0 },
		{ "parent", { "list", "--json", "--parent", "ch." }, 31 },
		{ "another parent", { "list", "--json", "--parent", "li." }, 0 },
		{ "since", { "list", "--json", "--since", "1800003600" }, 31 },
		{ "since later", { "list", "--json", "--since", "1800003601" }, 0 },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct said *s = tell(w, &command_changes, STDOUT_FILENO, cases[i].words);
		if (s->code != EXIT_OK || count_lines(s->text) != cases[i].lines) {
			fail_msg("%s: code %d, %u lines\n%s", cases[i].label, s->code, count_lines(s->text), s->text);
		}
	}
	struct said *s = TELL(w, command_changes, "list", "--json", "--child", "c003.ch.");
	EXPECT(s, "\"state\":\"held\"", "\"held_for\":\"BRAKE_ENGAGED\"", "\"cleared\":false", "\"confirmed_at\":null",
		"\"registrar\":null,\"registration\":null");
	s = TELL(w, command_changes, "list", "--held");
	EXPECT(s, " REASON ", " held  BRAKE_ENGAGED ");
	s = TELL(w, command_changes, "list", "--child", "c002.ch.");
	EXPECT(s, "No DS change is like that.");
	s = COMPLAIN(w, command_changes, "list", "--class", "sideways");
	assert_int_equal(s->code, EXIT_USAGE);
	s = COMPLAIN(w, command_changes, "list", "--state", "operator");
	assert_int_equal(s->code, EXIT_USAGE);
	s = COMPLAIN(w, command_changes, "list", "--reason", "BRAKE");
	assert_int_equal(s->code, EXIT_USAGE);
	EXPECT(s, "--reason BRAKE: there is no such reason");
	s = COMPLAIN(w, command_changes, "list", "--since", "noon");
	assert_int_equal(s->code, EXIT_USAGE);
}

/* An option that a verb passes over would be taken for a filter that holds. */
static void options_fit_verbs(void **state)
{
	static const struct {
		const char *words[WORDS_MAX];
		const char *says;
	} cases[] = {
		{ { "export", "jsonl", "--child", "c000.ch." }, "export does not take --child" },
		{ { "list", "--why", "x" }, "list does not take --why" },
		{ { "ack", "1", "--json" }, "ack does not take --json" },
		{ { "hold", "c000.ch.", "--why", "x", "--operator", "ns1.one.net." }, "hold does not take --operator" },
		{ { "approve", "c000.ch.", "--why", "x", "--brake" }, "approve does not take --brake" },
		{ { "release", "c000.ch.", "--why", "x", "--class", "delete" }, "takes --operator, --parent and --class with --brake" },
		{ { "release", "--brake", "--why", "x", "--class", "initial" }, "the brake has the classes delete, bootstrap and update" },
		{ { "list", "--class", "bootstrap" }, "no change is of that class" },
		{ { "hold" }, "hold takes children, or ids of changes" },
		{ { "hold", "c000.ch.", "--why", "x", "--force" }, "hold does not take --force" },
		{ { "rollback" }, "rollback takes ids of changes that have left" },
		{ { "rollback", "1", "--brake", "--why", "x" }, "rollback does not take --brake" },
	};
	struct crowd *w = *state;
	brake(w);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct said *s = tell(w, &command_changes, STDERR_FILENO, cases[i].words);
		assert_int_equal(s->code, EXIT_USAGE);
		EXPECT(s, cases[i].says);
	}
	assert_int_equal(count_in(w, EVENT_HELD, REASON_BRAKE_ENGAGED), 30);
	assert_int_equal(released(w), 1);
}

/* By id and by name; what is refused is said, and does not hold up the rest. */
static void operators_say(void **state)
{
	struct crowd *w = *state;
	run_asking(w, HOUR, 0, 3, 1, 2);
	char id[CHANGE_ID_TEXT];
	change_id_text(w->f.store, 1, id);
	struct said *s = COMPLAIN(w, command_changes, "hold", id, "nobody.ch.", "c001.ch.", "c050.ch.", "--who", "anna", "--why", "x");
	assert_int_equal(s->code, EXIT_RUNTIME);
	EXPECT(s, "nobody.ch. is not in this store", "3 held");
	assert_int_equal(count_in(w, EVENT_HELD, REASON_NONE), 2);
	s = COMPLAIN(w, command_changes, "hold", id, "--who", "anna", "--why", "x");
	assert_int_equal(s->code, EXIT_RUNTIME);
	EXPECT(s, "nothing to hold: it is held by an operator already");
	s = TELL(w, command_changes, "list", "--held");
	EXPECT(s, " held  operator ");
	s = TELL(w, command_explain, "c001.ch.");
	EXPECT(s, "  held: operator\n", "The child is held: nothing is accepted");
	s = COMPLAIN(w, command_changes, "release", id, "--who", "anna", "--why", "x");
	assert_int_equal(s->code, EXIT_OK);
	s = TELL(w, command_changes, "list", "--held");
	EXPECT(s, " held, released operator ");
	s = TELL(w, command_explain, "c000.ch.");
	EXPECT(s, "it goes out once a new scan has confirmed it");
	s = COMPLAIN(w, command_changes, "hold", "00112233-4455-6677-8899-aabbccddeeff/2/1", "--who", "anna", "--why", "x");
	EXPECT(s, "belongs to another store");
	s = COMPLAIN(w, command_changes, "hold", "c001..ch.", "--who", "anna", "--why", "x");
	EXPECT(s, "is neither a child nor the id of a change");
	s = COMPLAIN(w, command_changes, "hold", "c002.ch.", "--who", "anna", "--why", "a\tb");
	assert_int_equal(s->code, EXIT_USAGE);
	s = COMPLAIN(w, command_changes, "hold", "--who", "anna", "--why", "x");
	assert_int_equal(s->code, EXIT_USAGE);
	s = COMPLAIN(w, command_changes, "release", "c002.ch.", "--brake", "--why", "x");
	assert_int_equal(s->code, EXIT_USAGE);
	EXPECT(s, "release takes children or ids, or --brake, not both");
	s = COMPLAIN(w, command_changes, "approve", "nobody.ch.", "--who", "anna", "--why", "x");
	assert_int_equal(s->code, EXIT_RUNTIME);
	assert_null(strstr(s->text, "0 approved"));
}

/* R8078-3.4-1: a record for each child, each with a token of its own, which the store does not have. */
static void tokens_are_handed_out(void **state)
{
	struct crowd *w = *state;
	char first[41] = "", second[41] = "", at[64] = "", other[64] = "";
	uint8_t hash[SHA256_OCTETS];
	char id[CHANGE_ID_TEXT];
	run_asking(w, HOUR, 50, 1, 1, 2);
	change_id_text(w->f.store, 1, id);
	struct said *s = TELL(w, command_changes, "challenge", "c000.ch.", "nobody.ch.", "c001.ch.", "--who", "anna", "--why", "x");
	assert_int_equal(s->code, EXIT_RUNTIME);
	assert_int_equal(count_lines(s->text), 2);
	assert_int_equal(sscanf(s->text, "%63s IN TXT \"%40[0-9a-f]\" %63s IN TXT \"%40[0-9a-f]\"", at, first, other, second), 4);
	assert_string_equal(at, "_cdswalk-challenge.c000.ch.");
	assert_string_equal(other, "_cdswalk-challenge.c001.ch.");
	assert_true(strlen(first) == 40 && strlen(second) == 40);
	assert_string_not_equal(first, second);
	struct child_state kept = { 0 };
	struct name child = fixture_name("c001.ch.");
	struct txn *t = fixture_begin(&w->f, STORE_READ);
	assert_int_equal(state_get(t, &child, w->f.arena, &kept), 0);
	fixture_commit(t);
	assert_int_equal(kept.word, OPERATOR_CHALLENGE);
	assert_int_equal(crypto_sha256(w->f.crypto, second, 40, hash), 0);
	assert_memory_equal(kept.challenge_hash, hash, SHA256_OCTETS);
	/* Nothing is printed of one that is refused. */
	s = TELL(w, command_changes, "challenge", "nobody.ch.", "--who", "anna", "--why", "x");
	assert_string_equal(s->text, "");
	s = COMPLAIN(w, command_changes, "challenge", "c002.ch.", "--who", "anna", "--why", "x");
	assert_int_equal(s->code, EXIT_OK);
	EXPECT(s, "1 challenged: a scan that sees the record at every address");
	char text[NAME_TEXT_SIZE], label[64] = "";
	memset(label, 'a', 63);
	snprintf(text, sizeof(text), "%s.%s.%s.%.43s.", label, label, label, label);
	s = COMPLAIN(w, command_changes, "challenge", text, "--who", "anna", "--why", "x");
	assert_int_equal(s->code, EXIT_RUNTIME);
	EXPECT(s, "nothing to challenge: its name is too long for one where a token could be");
	s = COMPLAIN(w, command_changes, "challenge", id, "--who", "anna", "--why", "x");
	EXPECT(s, "only a child can be approved or challenged");
	s = COMPLAIN(w, command_changes, "challenge", "c050.ch.", "--who", "anna", "--why", "x");
	EXPECT(s, "the child has a DS set: its requests need no challenge");
}

/* a change is undone by its id; explain tells of it until the parent has the former DS set, and after that of what is pinned. */
static void operators_undo(void **state)
{
	struct crowd *w = *state;
	char id[CHANGE_ID_TEXT];
	run_asking(w, HOUR, 0, 1, 1, 2);
	change_id_text(w->f.store, 1, id);
	struct said *s = COMPLAIN(w, command_changes, "rollback", id, "c000.ch.", "--who", "anna", "--why", "x");
	assert_int_equal(s->code, EXIT_RUNTIME);
	EXPECT(s, "nothing to rollback: it has not left: changes cancel withdraws it", "nothing to rollback: only a change can be undone");
	struct txn *t = fixture_begin(&w->f, STORE_WRITE);
	STEPS(&w->f, t, 1, EVENT_CLAIMED, EVENT_SENT);
	fixture_commit(t);
	s = COMPLAIN(w, command_changes, "rollback", id, "--who", "anna", "--why", "x");
	assert_int_equal(s->code, EXIT_OK);
	EXPECT(s, "1 to be undone: the next scan of the child does it, if the DS set from before leads to its zone");
	EXPECT(TELL(w, command_explain, "c000.ch."), "  rollback by anna at ", id, " is to be undone:", "changes cancel takes it back");
	s = COMPLAIN(w, command_changes, "rollback", "--force", id, "--who", "anna", "--why", "x");
	EXPECT(s, "1 to be undone: the next scan of the child does it, wherever");
	EXPECT(TELL(w, command_explain, "c000.ch."), "  rollback --force by anna at ", "is to be undone, wherever that leads:");
}

/* What an operator says that no policy reads is said to have no effect, and stays: the policy may be changed. */
static void words_without_effect(void **state)
{
	struct crowd *w = *state;
	const struct policy *delay = policy_preset("se-nu");
	const struct policy *channel = policy_preset("registrar-strict");
	w->policy.bootstrap = delay->bootstrap;
	w->policy.rules.bootstrap = delay->rules.bootstrap;
	snprintf(w->policy.name, sizeof(w->policy.name), "ours");
	struct said *s = COMPLAIN(w, command_changes, "approve", "c000.ch.", "--who", "anna", "--why", "x");
	EXPECT(TELL(w, command_status, "--db", w->f.dir), "\nchanges: none\n");
	s = COMPLAIN(w, command_changes, "approve", "c006.ch.", "--who", "anna", "--why", "x");
	/* Nobody was decided yet. */
	assert_int_equal(s->code, EXIT_OK);
	assert_null(strstr(s->text, "no effect"));
	struct txn *t = fixture_begin(&w->f, STORE_WRITE);
	for (unsigned i = 1; i < 6; i++) {
		char text[32];
		child_text(i, text);
		struct delegation d = fixture_delegation(&w->f, text, operator_of(i), 0);
		fixture_put(&w->f, t, &d);
	}
	fixture_commit(t);
	run_asking(w, HOUR, 50, 1, 1, 2);
	s = COMPLAIN(w, command_changes, "approve", "c001.ch.", "--who", "anna", "--why", "x");
	assert_int_equal(s->code, EXIT_OK);
	EXPECT(s, "c001.ch.: the approval has no effect by policy ours: bootstrap.methods of the policy has neither channel nor checked",
		"1 approved");
	s = COMPLAIN(w, command_changes, "challenge", "c002.ch.", "--who", "anna", "--why", "x");
	EXPECT(s, "c002.ch.: the token has no effect by policy ours: bootstrap.methods of the policy does not have challenge",
		"1 challenged");
	s = COMPLAIN(w, command_changes, "hold", "c003.ch.", "--who", "anna", "--why", "x");
	assert_null(strstr(s->text, "no effect"));
	w->policy.bootstrap = channel->bootstrap;
	w->policy.rules.bootstrap = channel->rules.bootstrap;
	run_asking(w, HOUR, 51, 1, 1, 2);
	s = COMPLAIN(w, command_changes, "approve", "c004.ch.", "--who", "anna", "--why", "x");
	assert_null(strstr(s->text, "no effect"));
	/* The policy that the child was decided by comes before that of its parent: it may be a suffix's. */
	struct name child = fixture_name("c005.ch.");
	const struct child_state decided = { .last_reason = REASON_BOOTSTRAP_UNPROVEN, .last_run = 1, .last_sequence = 1 };
	struct slice octets;
	struct key key;
	key_name(&child, &key);
	t = fixture_begin(&w->f, STORE_WRITE);
	assert_int_equal(child_state_encode(&decided, w->f.arena, &octets), 0);
	assert_int_equal(db_put(t, DB_STATE, key_slice(&key), octets), 0);
	fixture_commit(t);
	s = COMPLAIN(w, command_changes, "approve", "c005.ch.", "--who", "anna", "--why", "x");
	EXPECT(s, "c005.ch.: the approval has no effect by policy ours");
}

/* a change is of the registration that it was decided for, and does not go out for another one. */
static void registered_anew(void **state)
{
	struct crowd *w = *state;
	begin_run(w);
	struct txn *t = fixture_begin(&w->f, STORE_WRITE);
	struct delegation d = fixture_delegation(&w->f, "c000.ch.", operator_of(0), 1);
	struct change c = make_change(&w->f, "c000.ch.", 2, 0);
	c.run = w->run.number;
	snprintf(d.registration, sizeof(d.registration), "D1");
	snprintf(d.registrar, sizeof(d.registrar), "acme");
	memcpy(c.registration, d.registration, sizeof(c.registration));
	memcpy(c.registrar, d.registrar, sizeof(c.registrar));
	fixture_put(&w->f, t, &d);
	assert_int_equal(journal_propose(t, w->f.crypto, w->now, &c), 0);
	assert_int_equal(run_finish(t, w->f.crypto, &w->run, RUN_FINISHED, w->now), 0);
	fixture_commit(t);
	struct said *s = TELL(w, command_changes, "list", "--json");
	EXPECT(s, "\"state\":\"released\"", "\"registrar\":\"acme\",\"registration\":\"D1\"");
	t = fixture_begin(&w->f, STORE_WRITE);
	snprintf(d.registration, sizeof(d.registration), "D2");
	fixture_put(&w->f, t, &d);
	bool exportable;
	assert_int_equal(change_get(t, c.number, w->f.arena, &c), 0);
	assert_int_equal(change_is_exportable(t, &c, w->now, DAY, &exportable), 0);
	assert_false(exportable);
	fixture_commit(t);
}

/* what was released before a freeze does not go out while it is on, nor after it without a new probe. */
static void freeze_stops_an_export(void **state)
{
	struct crowd *w = *state;
	run_asking(w, HOUR, 0, 2, 1, 2);
	struct said *s = COMPLAIN(w, command_changes, "export", "jsonl", "--to", "/dev/null", "--again");
	EXPECT(s, "2 DS changes exported");
	run_asking(w, HOUR, 2, 3, 1, 2);
	w->policy.freeze_count = 1;
	w->policy.freezes[0] = (struct freeze){ .from_min = 0, .to_min = 7 * 24 * 60 - 1 };
	run_asking(w, HOUR, 5, 1, 1, 2);
	s = TELL(w, command_changes, "export", "jsonl", "--dry-run");
	assert_true(s->code == EXIT_OK && count_lines(s->text) == 0);
	assert_int_equal(released(w), 3);
	s = TELL(w, command_changes, "export", "jsonl", "--again");
	assert_int_equal(count_lines(s->text), 0);
	assert_true(released(w) == 0 && count_in(w, EVENT_HELD, REASON_HOLD_FREEZE) == 4);
	s = TELL(w, command_status, "--json");
	EXPECT(s, "\"frozen\":1");
	w->policy.freeze_count = 0;
	run_asking(w, HOUR, 2, 2, 1, 2);
	s = TELL(w, command_changes, "export", "jsonl");
	assert_int_equal(count_lines(s->text), 2);
	EXPECT(s, "\"child\":\"c002.ch.\"", "\"child\":\"c003.ch.\"");
}

static void notices_are_listed(void **state)
{
	struct crowd *w = *state;
	struct said *s = TELL(w, command_notices, "list", "--due");
	EXPECT(s, "Nobody is to be told anything.");
	w->policy.notices = (struct notice_policy){ .repeats = 2, .again_s = DAY, .registrant_after_s = 3 * DAY };
	run_asking(w, HOUR, 0, 2, 1, 2);
	s = TELL(w, command_notices, "list", "--due", "--json");
	assert_int_equal(count_lines(s->text), 2);
	EXPECT(s, "{\"id\":1,\"child\":\"c000.ch.\",\"reason\":\"ACCEPT_UPDATE\",\"who\":[\"registrar\"]", "\"case\":\"1/1\"}");
	s = TELL(w, command_notices, "list");
	EXPECT(s, "ACCEPT_UPDATE", "registrar");
	s = COMPLAIN(w, command_notices, "done", "1", "7", "x");
	assert_int_equal(s->code, EXIT_RUNTIME);
	EXPECT(s, "7 is no notice", "x is no notice");
	s = COMPLAIN(w, command_notices, "done", "2", "--due");
	assert_int_equal(s->code, EXIT_USAGE);
	EXPECT(s, "done does not take --due");
	s = COMPLAIN(w, command_notices, "done", "2", "--json");
	assert_int_equal(s->code, EXIT_USAGE);
	EXPECT(s, "done does not take --json");
	s = TELL(w, command_notices, "list", "--due");
	assert_null(strstr(s->text, "c000.ch."));
	EXPECT(s, "c001.ch.");
	s = COMPLAIN(w, command_notices, "sing");
	assert_int_equal(s->code, EXIT_USAGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(brake_is_told),
		CASE(list_is_filtered),
		CASE(options_fit_verbs),
		CASE(operators_say),
		CASE(operators_undo),
		CASE(tokens_are_handed_out),
		CASE(words_without_effect),
		CASE(registered_anew),
		CASE(freeze_stops_an_export),
		CASE(notices_are_listed),
	};
	return cmocka_run_group_tests_name("changes", tests, NULL, NULL);
}
