/* SPDX-License-Identifier: GPL-3.0-or-later */
/* db verify: cases and their evidence, states, policies and tables; every reference leads somewhere. */
#include <inttypes.h>
#include <string.h>

#include "registry/store/case.h"
#include "registry/store/decode.h"
#include "registry/store/event.h"
#include "registry/store/key.h"
#include "registry/store/notices.h"
#include "registry/store/value.h"
#include "registry/store/verify_private.h"
#include "validate/cds/evidence.h"
#include "validate/wire/err.h"

static int has(struct verify *v, enum db db, const struct key *key, bool *yes)
{
	struct slice value;
	int rc = db_get(v->txn, db, key_slice(key), &value);
	*yes = rc == 0;
	return rc == ERR_NOTFOUND ? 0 : rc;
}

static int check_references(struct verify *v, const struct stored_case *c)
{
	struct key keys[3];
	key_hash(c->policy, &keys[0]);
	key_hash(c->table, &keys[1]);
	key_u64(c->run, &keys[2]);
	static const enum db databases[] = { DB_POLICY, DB_TABLE, DB_RUN };
	static const char *const names[] = { "a policy", "an algorithm table", "a run" };
	for (size_t i = 0; i < 3; i++) {
		bool found;
		int rc = has(v, databases[i], &keys[i], &found);
		if (rc != 0) {
			return rc;
		}
		if (!found) {
			verify_say(v, "case %" PRIu64 "/%" PRIu64 " refers to %s that is not there", c->run, c->sequence,
				names[i]);
		}
	}
	return 0;
}

static bool is_readable(struct verify *v, const struct stored_case *c)
{
	struct delegation delegation;
	struct child_state state;
	struct pending pending;
	struct decision decision;
	return delegation_decode(c->delegation, v->arena, &delegation) == 0 &&
		(c->state.size == 0 || child_state_decode(c->state, v->arena, &state) == 0) &&
		(c->pending.size == 0 || pending_decode(c->pending, v->arena, &pending) == 0) &&
		decision_decode(c->decision, v->arena, &decision) == 0 &&
		name_equal(&decision.child, &delegation.child);
}

static int check_evidence_of(struct verify *v, struct slice key, const struct stored_case *c)
{
	struct slice evidence;
	int rc = db_get(v->txn, DB_EVIDENCE, key, &evidence);
	if (rc != 0) {
		/* Retention may have taken it. */
		return rc == ERR_NOTFOUND ? 0 : rc;
	}
	uint8_t hash[SHA256_OCTETS];
	rc = crypto_sha256(v->crypto, evidence.data, evidence.size, hash);
	if (rc == 0 && memcmp(hash, c->evidence_hash, sizeof(hash)) != 0) {
		verify_say(v, "evidence of case %" PRIu64 "/%" PRIu64 " was altered", c->run, c->sequence);
	}
	return rc;
}

/* The change a case made names the case, too. */
static int check_change_of(struct verify *v, const struct stored_case *c)
{
	struct key key;
	struct slice value;
	struct event e;
	struct change change;
	if (c->change == 0) {
		return 0;
	}
	key_u64(c->change, &key);
	int rc = db_get(v->txn, DB_EVENT, key_slice(&key), &value);
	if (rc != 0 && rc != ERR_NOTFOUND) {
		return rc;
	}
	if (rc == ERR_NOTFOUND || event_decode(key_slice(&key), value, &e) != 0 || e.kind != EVENT_PROPOSED ||
	    body_decode_change(e.body, v->arena, &change) != 0 || change.run != c->run || change.sequence != c->sequence) {
		verify_say(v, "case %" PRIu64 "/%" PRIu64 " refers to change %" PRIu64 ", which is not its own", c->run,
			c->sequence, c->change);
	}
	return 0;
}

static int check_case(struct verify *v, struct slice key, struct slice value)
{
	struct stored_case c;
	uint64_t run = 0;
	uint64_t sequence = 0;
	if (key_to_u64_u64(key, &run, &sequence) != 0 || case_decode(key, value, &c) != 0 || !is_readable(v, &c)) {
		verify_say(v, "case %" PRIu64 "/%" PRIu64 " cannot be read", run, sequence);
		return 0;
	}
	int rc = check_references(v, &c);
	if (rc == 0) {
		rc = check_evidence_of(v, key, &c);
	}
	return rc == 0 ? check_change_of(v, &c) : rc;
}

static int check_evidence(struct verify *v, struct slice key, struct slice value)
{
	struct evidence e;
	struct slice found;
	uint64_t run = 0;
	uint64_t sequence = 0;
	if (key_to_u64_u64(key, &run, &sequence) != 0 || evidence_decode(value, v->arena, &e) != 0) {
		verify_say(v, "evidence %" PRIu64 "/%" PRIu64 " cannot be read", run, sequence);
		return 0;
	}
	int rc = db_get(v->txn, DB_DECISION, key, &found);
	if (rc == ERR_NOTFOUND) {
		verify_say(v, "evidence %" PRIu64 "/%" PRIu64 " belongs to no case", run, sequence);
		return 0;
	}
	return rc;
}

static int check_state(struct verify *v, struct slice key, struct slice value)
{
	struct name child;
	struct child_state s;
	if (key_to_name(key, &child) != 0) {
		verify_say(v, "a state has a key that is no name");
		return 0;
	}
	char text[NAME_TEXT_SIZE];
	name_to_text(&child, text);
	if (child_state_decode(value, v->arena, &s) != 0) {
		verify_say(v, "state of %s cannot be read", text);
		return 0;
	}
	if (s.last_run == 0) {
		return 0;
	}
	bool found;
	struct key last;
	key_u64_u64(s.last_run, s.last_sequence, &last);
	int rc = has(v, DB_DECISION, &last, &found);
	if (rc == 0 && !found) {
		verify_say(v, "state of %s refers to case %" PRIu64 "/%" PRIu64 ", which is not there", text, s.last_run,
			s.last_sequence);
	}
	return rc;
}

static int check_hashed(struct verify *v, struct slice key, struct slice value, bool readable, const char *what)
{
	uint8_t hash[SHA256_OCTETS];
	int rc = crypto_sha256(v->crypto, value.data, value.size, hash);
	if (rc != 0) {
		return rc;
	}
	if (key.size != sizeof(hash) || memcmp(key.data, hash, sizeof(hash)) != 0) {
		verify_say(v, "%s was altered: it is not what its hash says", what);
	} else if (!readable) {
		verify_say(v, "%s cannot be read", what);
	}
	return 0;
}

static int check_policy(struct verify *v, struct slice key, struct slice value)
{
	struct policy p;
	return check_hashed(v, key, value, policy_decode(value.data, value.size, &p) == 0, "a policy");
}

static int check_table(struct verify *v, struct slice key, struct slice value)
{
	struct algorithm_table a;
	return check_hashed(v, key, value, algorithm_table_decode(value.data, value.size, v->arena, &a) == 0,
		"an algorithm table");
}

static int check_notice(struct verify *v, struct slice key, struct slice value)
{
	struct name child;
	struct notice n;
	uint16_t reason = 0;
	uint64_t queued;
	if (key_to_notice(key, &child, &reason) != 0 || notice_decode(value, &n, &queued) != 0 ||
	    reason_find((enum reason)reason) == NULL) {
		verify_say(v, "a notice of reason %u cannot be read", reason);
	}
	return 0;
}

/* Record 0 is the last number that was given. */
static int check_queued(struct verify *v, struct slice key, struct slice value)
{
	struct queued_notice q;
	struct wire w;
	uint64_t number = 0;
	int rc = key_to_u64(key, &number);
	if (rc == 0 && number == 0) {
		rc = value_reader(value, &w);
		rc = rc == 0 && (wire_read_u64(&w), wire_done(&w)) ? 0 : ERR_FORMAT;
	} else if (rc == 0) {
		rc = queued_notice_decode(key, value, &q);
	}
	if (rc != 0) {
		verify_say(v, "notice %" PRIu64 " of the queue cannot be read", number);
	}
	return 0;
}

int verify_cases(struct verify *v)
{
	int rc = verify_each(v, DB_POLICY, check_policy, NULL);
	if (rc == 0) {
		rc = verify_each(v, DB_TABLE, check_table, NULL);
	}
	if (rc == 0) {
		rc = verify_each(v, DB_STATE, check_state, &v->report.states);
	}
	if (rc == 0) {
		rc = verify_each(v, DB_DECISION, check_case, &v->report.decisions);
	}
	if (rc == 0) {
		rc = verify_each(v, DB_NOTICE, check_notice, NULL);
	}
	if (rc == 0) {
		rc = verify_each(v, DB_QUEUE, check_queued, NULL);
	}
	return rc == 0 ? verify_each(v, DB_EVIDENCE, check_evidence, &v->report.evidence) : rc;
}
