/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the parts of db verify share. Private to registry/store. */
#pragma once

#include "registry/store/db.h"
#include "registry/store/sinkdb.h"
#include "registry/store/verify.h"

struct verify {
	struct txn *txn;
	struct crypto *crypto;
	struct arena *arena;		/* emptied for each record */
	const struct journal_head_ref *head;
	verify_fault *fault;
	void *user;
	struct verify_report report;
};

/* What the journal says of sinks of record. */
struct taken_over {
	struct sink_of_record last;	/* name empty: nobody has taken over */
	uint64_t sequence;		/* of that event */
};

/* A sentence from a format; the fault is counted. */
__attribute__((format(printf, 2, 3)))
void verify_say(struct verify *v, const char *format, ...);

/* Called with every record of a database and an empty arena. Below zero ends the verification. */
typedef int verify_record(struct verify *v, struct slice key, struct slice value);
int verify_each(struct verify *v, enum db db, verify_record *check, uint64_t *count);

/* verify.c has the parent's side and the runs; these the rest. */
int verify_journal(struct verify *v);
int verify_cases(struct verify *v);
/* The one that takes over is another one than before, in place of the one before. */
void verify_take_over(struct verify *v, struct taken_over *taken, const struct event *e, const struct operator_note *n);
/* The store has the sink of record that the journal ends with. */
int verify_sink_of_record(struct verify *v, const struct taken_over *taken);
/* What sinks have noted; in transactions of its own, so v->txn has ended. */
int verify_sinks(struct verify *v, struct store *s);
