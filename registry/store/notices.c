/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Notices as records. The queue's record 0 holds the last number that was given. */
#include "registry/store/notices.h"

#include "registry/store/db.h"
#include "registry/store/key.h"
#include "registry/store/value.h"
#include "validate/wire/err.h"
#include "validate/wire/limits.h"

#define NOTICE_OCTETS (1 + 3 * 4 + 2 + SHA256_OCTETS + 4 + 8)
#define QUEUED_OCTETS (1 + VALUE_NAME_MAX + 2 + 4 + 3 * 8)

/* One decision on its way to those who have to act. */
struct telling {
	struct txn *txn;
	const struct decision *decision;
	const struct notice_policy *policy;
	uint64_t run, sequence;
};

/* ---- the queue */

static int last_number(struct txn *t, uint64_t *number)
{
	struct key key;
	struct slice value;
	struct wire w;
	*number = 0;
	key_u64(0, &key);
	int rc = db_get(t, DB_QUEUE, key_slice(&key), &value);
	if (rc != 0) {
		return rc == ERR_NOTFOUND ? 0 : rc;
	}
	rc = value_reader(value, &w);
	if (rc == 0) {
		*number = wire_read_u64(&w);
		rc = wire_done(&w) ? 0 : ERR_FORMAT;
	}
	return rc == 0 ? 0 : txn_fail(t, rc);
}

static int put_last_number(struct txn *t, uint64_t number)
{
	struct key key;
	uint8_t octets[1 + 8];
	struct wire w = value_writer(octets, sizeof(octets));
	wire_write_u64(&w, number);
	key_u64(0, &key);
	return db_put(t, DB_QUEUE, key_slice(&key), value_written(&w));
}

static int enqueue(const struct telling *y, const struct notice *n, uint64_t *number)
{
	uint64_t last;
	int rc = last_number(y->txn, &last);
	if (rc == 0) {
		rc = put_last_number(y->txn, last + 1);
	}
	if (rc != 0) {
		return rc;
	}
	uint8_t octets[QUEUED_OCTETS];
	struct wire w = value_writer(octets, sizeof(octets));
	value_write_name(&w, &y->decision->child);
	wire_write_u16(&w, (uint16_t)n->reason);
	wire_write_u32(&w, n->who);
	wire_write_u64(&w, y->decision->now);
	wire_write_u64(&w, y->run);
	wire_write_u64(&w, y->sequence);
	struct key key;
	key_u64(last + 1, &key);
	*number = last + 1;
	return db_put(y->txn, DB_QUEUE, key_slice(&key), value_written(&w));
}

int notice_done(struct txn *t, uint64_t number)
{
	struct key key;
	key_u64(number, &key);
	return number == 0 ? ERR_NOTFOUND : db_del(t, DB_QUEUE, key_slice(&key));
}

/* Not being there is fine: it was told. */
static int take_back(struct txn *t, uint64_t number)
{
	int rc = notice_done(t, number);
	return rc == ERR_NOTFOUND ? 0 : rc;
}

int queued_notice_decode(struct slice key, struct slice value, struct queued_notice *out)
{
	struct queued_notice q = { 0 };
	struct wire w;
	int rc = key_to_u64(key, &q.number);
	if (rc == 0) {
		rc = value_reader(value, &w);
	}
	if (rc != 0) {
		return rc;
	}
	value_read_name(&w, &q.child);
	q.reason = (enum reason)wire_read_u16(&w);
	q.who = wire_read_u32(&w);
	q.time = wire_read_u64(&w);
	q.run = wire_read_u64(&w);
	q.sequence = wire_read_u64(&w);
	if (!wire_done(&w) || q.child.size == 0 || q.number == 0) {
		return ERR_FORMAT;
	}
	*out = q;
	return 0;
}

int notice_queue_next(struct txn *t, uint64_t after, struct queued_notice *out)
{
	struct key from;
	struct slice key;
	struct slice value;
	key_u64(after + 1, &from);
	int rc = db_seek(t, DB_QUEUE, key_slice(&from), &key, &value);
	if (rc != 0) {
		return rc;
	}
	rc = queued_notice_decode(key, value, out);
	return rc == 0 ? 0 : txn_fail(t, rc);
}

int notices_expire(struct txn *t, uint64_t now)
{
	struct queued_notice q;
	int rc;
	while ((rc = notice_queue_next(t, 0, &q)) == 0 && q.time + NOTICE_QUEUE_S <= now) {
		rc = notice_done(t, q.number);
		if (rc != 0) {
			break;
		}
	}
	return rc == ERR_NOTFOUND ? txn_error(t) : rc;
}

/* ---- conditions */

/* Whom it is told now is the queue's: stored here it would change with every repeat. */
static int put_notice(struct txn *t, const struct key *key, const struct notice *n, uint64_t queued, struct slice before)
{
	uint8_t octets[NOTICE_OCTETS];
	struct wire w = value_writer(octets, sizeof(octets));
	wire_write_u32(&w, n->first);
	wire_write_u32(&w, n->last_told);
	wire_write_u32(&w, n->next);
	wire_write_u16(&w, n->told);
	wire_write(&w, n->content_hash, sizeof(n->content_hash));
	wire_write_u32(&w, n->told_who);
	wire_write_u64(&w, queued);
	struct slice value = value_written(&w);
	return slice_equal(value, before) ? 0 : db_put(t, DB_NOTICE, key_slice(key), value);
}

int notice_decode(struct slice value, struct notice *out, uint64_t *queued)
{
	struct notice n = { 0 };
	struct wire w;
	int rc = value_reader(value, &w);
	if (rc != 0) {
		return rc;
	}
	n.first = wire_read_u32(&w);
	n.last_told = wire_read_u32(&w);
	n.next = wire_read_u32(&w);
	n.told = wire_read_u16(&w);
	value_read_octets(&w, n.content_hash, sizeof(n.content_hash));
	n.told_who = wire_read_u32(&w);
	*queued = wire_read_u64(&w);
	if (!wire_done(&w)) {
		return ERR_FORMAT;
	}
	*out = n;
	return 0;
}

/* What is to be told of it replaces what was not told yet. */
static int tell(const struct telling *y, enum reason reason)
{
	struct key key;
	struct slice value = { 0 };
	struct notice before = { 0 };
	struct notice after;
	uint64_t queued = 0;
	bool due;
	key_notice(&y->decision->child, (uint16_t)reason, &key);
	int rc = db_get(y->txn, DB_NOTICE, key_slice(&key), &value);
	if (rc == 0) {
		rc = notice_decode(value, &before, &queued);
		before.reason = reason;
	}
	if (rc != 0 && rc != ERR_NOTFOUND) {
		return txn_fail(y->txn, rc);
	}
	notice_step(&before, y->decision, reason, y->policy, &after, &due);
	if (after.reason == REASON_NONE) {
		return 0;
	}
	if (due) {
		/* The map moves under what is written. */
		value = (struct slice){ 0 };
		bool event = reason_find(reason)->class == CLASS_ACCEPT;
		rc = event || queued == 0 ? 0 : take_back(y->txn, queued);
		rc = rc == 0 ? enqueue(y, &after, &queued) : rc;
	} else {
		rc = 0;
	}
	return rc == 0 ? put_notice(y->txn, &key, &after, queued, value) : rc;
}

static bool has_reason(const struct decision *d, enum reason reason)
{
	for (size_t i = 0; i < d->warning_count; i++) {
		if (d->warnings[i] == reason) {
			return true;
		}
	}
	return d->reason == reason;
}

/* Whatever was true of the child and is no longer; d NULL: everything. */
static int close_ended(struct txn *t, const struct name *of, const struct decision *d, enum reason also)
{
	struct key from;
	key_notice(of, 0, &from);
	for (;;) {
		struct slice key;
		struct slice value;
		struct name child;
		struct notice n;
		uint16_t reason;
		uint64_t queued;
		int rc = db_seek(t, DB_NOTICE, key_slice(&from), &key, &value);
		if (rc != 0) {
			return rc == ERR_NOTFOUND ? 0 : rc;
		}
		rc = key_to_notice(key, &child, &reason);
		if (rc == 0) {
			rc = notice_decode(value, &n, &queued);
		}
		if (rc != 0) {
			return txn_fail(t, rc);
		}
		if (!name_equal(&child, of)) {
			return 0;
		}
		key_notice(&child, reason, &from);
		if (d == NULL || (!has_reason(d, (enum reason)reason) && reason != also)) {
			const struct reason_row *row = reason_find((enum reason)reason);
			bool event = row != NULL && row->class == CLASS_ACCEPT;
			rc = db_del(t, DB_NOTICE, key_slice(&from));
			rc = rc == 0 && !event ? take_back(t, queued) : rc;
		}
		if (rc != 0) {
			return rc;
		}
		key_notice(&child, (uint16_t)(reason + 1), &from);
	}
}

int notices_update(struct txn *t, const struct decision *d, enum reason also, const struct notice_policy *p, uint64_t run,
	uint64_t sequence)
{
	const struct telling y = { .txn = t, .decision = d, .policy = p, .run = run, .sequence = sequence };
	int rc = close_ended(t, &d->child, d, also);
	if (rc == 0) {
		rc = tell(&y, d->reason);
	}
	for (size_t i = 0; i < d->warning_count && rc == 0; i++) {
		rc = tell(&y, d->warnings[i]);
	}
	return rc != 0 || also == REASON_NONE || has_reason(d, also) ? rc : tell(&y, also);
}

int notices_forget(struct txn *t, const struct name *child)
{
	return close_ended(t, child, NULL, REASON_NONE);
}

int notice_next(struct txn *t, const struct name *after, enum reason reason, struct name *child, struct notice *out)
{
	struct key from = { 0 };
	struct slice key;
	struct slice value;
	struct notice n;
	uint16_t number = 0;
	uint64_t queued;
	if (after->size != 0) {
		key_notice(after, (uint16_t)(reason + 1), &from);
	}
	int rc = db_seek(t, DB_NOTICE, key_slice(&from), &key, &value);
	if (rc != 0) {
		return rc;
	}
	rc = key_to_notice(key, child, &number);
	if (rc == 0) {
		rc = notice_decode(value, &n, &queued);
	}
	if (rc != 0) {
		return txn_fail(t, rc);
	}
	n.reason = (enum reason)number;
	*out = n;
	return 0;
}
