/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Notices: which conditions of a child somebody was told of, and the queue of what is to be told. Sending is not the store's. */
#pragma once

#include "registry/store/store.h"
#include "validate/accept/notice.h"

/* What is to be told: for the next to send, in order of number. */
struct queued_notice {
	uint64_t number;		/* never given again */
	struct name child;
	enum reason reason;
	unsigned who;			/* WHO_* */
	uint64_t time;			/* seconds since the epoch: when it became due */
	uint64_t run, sequence;		/* the stored case that says more; 0: none */
};

/* In the transaction of the decision: conditions that it has are told when they are due, those that it no longer has are
 * closed, and what was to be told of them is taken back; an acceptance is told in any case. Nothing is written when nothing
 * is due. also: a condition of the child's change, not of the decision; NONE. run, sequence: of the stored case. */
int notices_update(struct txn *t, const struct decision *d, enum reason also, const struct notice_policy *p, uint64_t run,
	uint64_t sequence);
/* The child is forgotten: as if none of its conditions lasted. */
int notices_forget(struct txn *t, const struct name *child);
/* Of those that nobody fetched for so long the rest is forgotten. */
#define NOTICE_QUEUE_S (90 * 86400u)
int notices_expire(struct txn *t, uint64_t now);

/* Conditions that last, next after child and reason (size 0: the first), in canonical order of children. ERR_NOTFOUND. */
int notice_next(struct txn *t, const struct name *after, enum reason reason, struct name *child, struct notice *out);
/* The queue, next after number. ERR_NOTFOUND. */
int notice_queue_next(struct txn *t, uint64_t after, struct queued_notice *out);
/* It was told: out of the queue. ERR_NOTFOUND; t stays usable. */
int notice_done(struct txn *t, uint64_t number);

/* For db verify. */
int notice_decode(struct slice value, struct notice *out, uint64_t *queued);
int queued_notice_decode(struct slice key, struct slice value, struct queued_notice *out);
