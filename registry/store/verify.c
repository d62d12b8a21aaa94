/* SPDX-License-Identifier: GPL-3.0-or-later */
/* db verify: its frame, and the parent's side: generations, delegations, NS sets, runs. */
#include "registry/store/served.h"
#include "registry/store/verify_private.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "registry/store/absent.h"
#include "registry/store/decode.h"
#include "registry/store/nsset.h"
#include "registry/store/value.h"
#include "validate/wire/err.h"

void verify_say(struct verify *v, const char *format, ...)
{
	char sentence[NAME_TEXT_SIZE + 256];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(sentence, sizeof(sentence), format, arguments);
	va_end(arguments);
	v->report.faults++;
	if (v->fault != NULL) {
		v->fault(v->user, sentence);
	}
}

int verify_each(struct verify *v, enum db db, verify_record *check, uint64_t *count)
{
	struct db_cursor *cursor;
	int rc = db_cursor_open(v->txn, db, (struct slice){ 0 }, &cursor);
	if (rc != 0) {
		return rc;
	}
	uint64_t records = 0;
	for (;;) {
		struct slice key;
		struct slice value;
		rc = db_cursor_next(cursor, &key, &value);
		if (rc != 0) {
			break;
		}
		records++;
		arena_reset(v->arena);
		rc = check(v, key, value);
		if (rc != 0) {
			break;
		}
	}
	db_cursor_close(cursor);
	if (count != NULL) {
		*count = records;
	}
	return rc == ERR_NOTFOUND ? txn_error(v->txn) : rc;
}

static int check_delegation(struct verify *v, struct slice key, struct slice value)
{
	struct name child;
	if (key_to_name(key, &child) != 0) {
		verify_say(v, "a delegation has a key that is no name");
		return 0;
	}
	char text[NAME_TEXT_SIZE];
	name_to_text(&child, text);
	struct delegation d;
	int rc = delegation_decode(value, v->arena, &d);
	if (rc == ERR_NOMEM) {
		return rc;
	}
	if (rc != 0 || !name_equal(&d.child, &child)) {
		verify_say(v, "delegation of %s cannot be read", text);
		return 0;
	}
	uint8_t id[NSSET_OCTETS];
	rc = nsset_id(v->crypto, &d, id);
	if (rc != 0) {
		return rc;
	}
	struct key index;
	struct slice found;
	key_nsset(id, &child, &index);
	rc = db_get(v->txn, DB_NSSET, key_slice(&index), &found);
	if (rc == ERR_NOTFOUND) {
		verify_say(v, "delegation of %s is missing in the index of NS sets", text);
		return 0;
	}
	return rc;
}

/* With as many entries as delegations, all of which are in it, none is left over; so its own check is cheap. */
static int check_nsset(struct verify *v, struct slice key, struct slice value)
{
	uint8_t id[NSSET_OCTETS];
	struct name child;
	struct wire w;
	if (key_to_nsset(key, id, &child) != 0 || value_reader(value, &w) != 0 || !wire_done(&w)) {
		verify_say(v, "an entry of the index of NS sets cannot be read");
		return 0;
	}
	struct key delegation;
	struct slice found;
	key_name(&child, &delegation);
	int rc = db_get(v->txn, DB_DELEGATION, key_slice(&delegation), &found);
	char text[NAME_TEXT_SIZE];
	name_to_text(&child, text);
	if (rc == ERR_NOTFOUND) {
		verify_say(v, "the index of NS sets has %s, which has no delegation", text);
		return 0;
	}
	struct delegation d;
	uint8_t now[NSSET_OCTETS];
	if (rc != 0 || delegation_decode(found, v->arena, &d) != 0) {
		return rc;
	}
	rc = nsset_id(v->crypto, &d, now);
	if (rc == 0 && !nsset_equal(id, now)) {
		verify_say(v, "the index of NS sets has %s under a set it does not have", text);
	}
	return rc;
}

/* What is kept of a child that is gone: its state; and it is gone. */
static int check_absent(struct verify *v, struct slice key, struct slice value)
{
	struct name child;
	struct key at;
	struct slice found;
	uint64_t since;
	if (key_to_name(key, &child) != 0 || absent_decode(value, &since) != 0) {
		verify_say(v, "since when a child is gone cannot be read");
		return 0;
	}
	char text[NAME_TEXT_SIZE];
	name_to_text(&child, text);
	key_name(&child, &at);
	int rc = db_get(v->txn, DB_DELEGATION, key_slice(&at), &found);
	if (rc == 0) {
		verify_say(v, "%s is delegated, and noted as gone", text);
	} else if (rc == ERR_NOTFOUND) {
		rc = db_get(v->txn, DB_STATE, key_slice(&at), &found);
		if (rc == ERR_NOTFOUND) {
			verify_say(v, "%s is noted as gone, and nothing is kept of it", text);
		}
	}
	return rc == ERR_NOTFOUND ? 0 : rc;
}

/* Of a change that there is, of that child. */
static int check_served(struct verify *v, struct slice key, struct slice value)
{
	struct name child;
	struct served_note n;
	struct change c;
	if (key_to_name(key, &child) != 0 || served_decode(value, &n) != 0) {
		verify_say(v, "what the parent's servers said of a change cannot be read");
		return 0;
	}
	char text[NAME_TEXT_SIZE];
	name_to_text(&child, text);
	int rc = change_get(v->txn, n.change, v->arena, &c);
	if (rc == ERR_NOTFOUND || (rc == 0 && !name_equal(&c.child, &child))) {
		verify_say(v, "the parent's servers were asked for change %" PRIu64 " of %s, which it does not have", n.change, text);
	}
	return rc == ERR_NOTFOUND ? 0 : rc;
}

static int check_generation(struct verify *v, struct slice key, struct slice value)
{
	struct generation g;
	if (generation_decode(key, value, &g) != 0) {
		verify_say(v, "a generation cannot be read");
	}
	return 0;
}

static int check_run(struct verify *v, struct slice key, struct slice value)
{
	struct run r = { 0 };
	if (run_decode(key, value, &r) != 0) {
		verify_say(v, "run %" PRIu64 " cannot be read", r.number);
		return 0;
	}
	uint64_t counted = 0;
	bool overwarned = false;
	for (size_t i = 0; i < RUN_REASONS; i++) {
		counted += r.counts[i];
		overwarned = overwarned || r.warnings[i] > r.children;
	}
	if (overwarned) {
		verify_say(v, "run %" PRIu64 " warns of more children than the %" PRIu64 " it decided", r.number, r.children);
	}
	if (counted != r.children) {
		verify_say(v, "run %" PRIu64 " decided %" PRIu64 " children but counts %" PRIu64 " reasons", r.number, r.children,
			counted);
	}
	return 0;
}

static int check_progress(struct verify *v, struct slice key, struct slice value)
{
	uint64_t number = 0;
	uint64_t nsset;
	struct key run;
	struct slice found;
	struct run r = { 0 };
	struct wire w;
	int rc = key_to_u64_u64(key, &number, &nsset);
	key_u64(number, &run);
	if (rc == 0) {
		rc = db_get(v->txn, DB_RUN, key_slice(&run), &found);
	}
	bool open = rc == 0 && run_decode(key_slice(&run), found, &r) == 0 && r.state == RUN_OPEN;
	if (value_reader(value, &w) != 0 || !open) {
		verify_say(v, "there is progress of run %" PRIu64 ", which is not open", number);
	}
	return txn_error(v->txn);
}

static int verify_all(struct verify *v)
{
	int rc = verify_each(v, DB_GENERATION, check_generation, NULL);
	if (rc == 0) {
		rc = verify_each(v, DB_DELEGATION, check_delegation, &v->report.delegations);
	}
	if (rc == 0) {
		rc = verify_each(v, DB_NSSET, check_nsset, NULL);
	}
	if (rc == 0) {
		rc = verify_each(v, DB_ABSENT, check_absent, NULL);
	}
	if (rc == 0) {
		rc = verify_each(v, DB_SERVED, check_served, NULL);
	}
	if (rc == 0) {
		rc = verify_each(v, DB_RUN, check_run, &v->report.runs);
	}
	if (rc == 0) {
		rc = verify_each(v, DB_PROGRESS, check_progress, NULL);
	}
	if (rc == 0) {
		rc = verify_cases(v);
	}
	return rc == 0 ? verify_journal(v) : rc;
}

int store_verify(struct store *s, struct crypto *crypto, const struct journal_head_ref *head, verify_fault *fault,
	void *user, struct verify_report *out)
{
	struct verify v = { .crypto = crypto, .head = head, .fault = fault, .user = user, .arena = arena_new() };
	if (v.arena == NULL) {
		return ERR_NOMEM;
	}
	int rc = txn_begin(s, STORE_READ, &v.txn);
	if (rc == 0) {
		rc = verify_all(&v);
		txn_abort(v.txn);
		v.txn = NULL;
	}
	uint64_t faults = v.report.faults;
	rc = rc == 0 ? verify_sinks(&v, s) : rc;
	v.report.sink_faults = v.report.faults - faults;
	arena_free(v.arena);
	*out = v.report;
	return rc;
}
