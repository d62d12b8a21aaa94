/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The engine behind changes export, for one sink. Private to scanner/export*.c and scanner/changes_export.c.
 *
 * The sink of record claims changes in the journal, and the journal has what its target said of each. Other sinks read the
 * events along. Claims and answers are short transactions; the sink works outside of them, so a slow target holds up nobody. */
#pragma once

#include "registry/sink/sink.h"
#include "registry/store/delegations.h"
#include "registry/store/records.h"
#include "registry/store/sinkdb.h"
#include "scanner/changes.h"

/* Changes of one transaction. */
#define EXPORT_BATCH 1000
/* Of sinks whose text is composed before it may leave: nobody is waited for meanwhile, and each transaction costs. */
#define EXPORT_AHEAD 16384
/* No more text than that is kept back: 2 kB a change, of three times what one usually has. */
#define EXPORT_TEXT_MAX (32u * 1024 * 1024)
/* The longest that anything waits for its next attempt, whatever the target asks for. */
#define EXPORT_REST_MAX_S 3600

/* A change that the sink has been given. */
struct handed {
	uint64_t number;
	uint64_t sequence;		/* of the event that is read along; 0: of record */
	bool polled;			/* it was only asked about */
	bool fresh;			/* claimed for this, and never given to the sink before */
	bool answered;
	bool waits;			/* with an answer that says so */
};

struct export_result {
	uint64_t number;
	enum sink_outcome outcome;
	bool polled, fresh;
	uint64_t rest_s;		/* that the target asked for */
	char words[sizeof(((struct sink_attempt *)0)->words)];
};

struct export_counts {
	uint64_t exported;		/* to a sink without answers */
	uint64_t applied, taken, waiting, refused, conflicts;
	uint64_t stale, frozen, barred, moved, unfit;
};

struct export {
	const struct changes_options *options;
	const char *name;		/* of the sink */
	const struct sink_ops *ops;
	struct sink_options sink_options;
	struct name *zones;		/* of the options */
	bool is_record;
	struct store *store;
	struct store *notes;		/* of the sink alone; NULL: a dry run, and there are none */
	struct crypto *crypto;
	struct arena *arena;
	struct sink *sink;
	struct txn *attempts;		/* a look at the notes for many changes; NULL: each has its own */
	int lock;			/* -1: none */
	bool (*is_stopped)(void);
	uint64_t now;
	uint64_t next_due;		/* the first time at which something that waits is due; UINT64_MAX: nothing waits */
	struct handed *handed;
	size_t handed_count, handed_room;
	size_t first_open;		/* all before it are answered */
	struct export_result results[EXPORT_BATCH];
	size_t result_count;
	uint64_t results_since;		/* steady milliseconds of the oldest one */
	int error;			/* of the store, met in an answer */
	bool is_notes_error;		/* it is one of the notes */
	uint64_t rest_s;		/* that the target asked for in this round: longest, of EXPORT_REST_MAX_S at most */
	bool is_hopeless;		/* the sink says that it is not to be tried again */
	struct export_counts counts;
	struct name origin;		/* the parent that was looked at last: is a freeze on for it, and the age by its policy */
	bool is_frozen;
	struct policy origin_policy;
	uint8_t policy_hash[SHA256_OCTETS];	/* of the one that was looked at last; zeros: none */
	struct policy policy;
	char why[256];			/* the sink's sentence */
};

/* Claimed, to be handed over. */
struct chunk {
	struct name after;		/* the child that was looked at last */
	bool ended;
	uint64_t numbers[EXPORT_AHEAD];
	bool fresh[EXPORT_AHEAD];	/* claimed only now: never handed over before */
	size_t count;
};

/* How one round ended. */
enum round { ROUND_OK, ROUND_SINK /* its sentence in e->why */, ROUND_STORE /* e->error */ };

/* One round over what is due. e->sink is made, and ended with the round. */
enum round export_record(struct export *e);
enum round export_along(struct export *e);
/* Is anything due? e->next_due says when what waits will be. Errors are for the round to tell: then yes. */
bool export_record_is_due(struct export *e);
bool export_along_is_due(struct export *e);
/* Notes how the round ended, for those who look: round, or ROUND_STORE. */
enum round export_note_round(struct export *e, enum round round);
/* After event_of, has the journal been written to? */
uint64_t export_head(struct export *e);

/* What both share. ERR_NOMEM, or an error of the store. */
int export_remember(struct export *e, uint64_t number, uint64_t sequence, bool polled);
/* The policy that the change was decided by, until the next call; NULL: its child has no parent any more. */
int export_policy(struct export *e, struct txn *t, const struct change *c, const struct policy **out);
int export_is_frozen(struct export *e, struct txn *t, const struct name *child, bool *yes);
/* The change with all that a sink may want of it; *out and what it points to in e->arena. moved: it is not to go out. */
struct outgoing {
	struct change change;
	struct delegation delegation;
	struct generation generation;
	struct ds_set pending;
	bool has_pending;
	size_t key_count;
	struct slice *keys;
	bool moved;
	bool fresh;			/* as in handed */
};
int export_read(struct export *e, struct txn *t, uint64_t number, bool along, struct outgoing *out);
/* What stands against it by now (change_barrier). */
int export_barrier(struct export *e, struct txn *t, const struct outgoing *o, const struct policy *policy, enum reason *why);
/* What a sink is given of it; id is room for its id. */
void export_change_of(const struct export *e, const struct outgoing *o, char id[CHANGE_ID_TEXT], struct sink_change *out);
/* Its delegation and its parent, where the change is known. here: there are both. */
int export_read_place(struct export *e, struct txn *t, struct outgoing *out, bool *here);
/* The rest of it, where it may go out. */
int export_read_rest(struct export *e, struct txn *t, struct outgoing *out);
/* Hands it to the sink; ERR_LIMIT becomes an answer. */
int export_hand_over(struct export *e, struct outgoing *o, uint64_t sequence);

/* Of the sink of record: is it time for it, by its state and by what its target said? */
int export_wants(struct export *e, struct txn *t, const struct change *c, bool *yes);
/* What is due is claimed and noted in k, or says why it is not, in a transaction that writes unless it is a dry run. */
int export_claim(struct export *e, struct txn *t, struct chunk *k, struct outgoing *o);
/* Reads once more what was claimed, and hands it over if it may still go. */
enum round export_put_claimed(struct export *e, uint64_t number, bool fresh);
/* SENT, of all that was handed over and is still claimed. */
int export_mark_sent(struct export *e);
/* All that is due, to a sink that composes: what comes next is read and composed while what came before is claimed and written. */
enum round export_composed(struct export *e);

/* Answers of the sink, as sink_options.done. */
void export_done(void *user, uint64_t change, const struct sink_result *r);
/* As sink_options.each_ds. */
int export_each_ds(void *user, const struct name *zone, sink_take_ds *take, void *to);
/* Into the journal and into the notes. */
int export_flush(struct export *e);
/* What has no answer when the sink has ended. */
int export_close_answers(struct export *e);
/* Of the sink's notes, when there are any; ERR_NOTFOUND. */
int export_attempt(struct export *e, uint64_t number, struct sink_attempt *out);
/* A round may take hours: what is old by now, and whether a freeze is on. */
void export_see_time(struct export *e);
/* May what waits have its next attempt? */
bool export_is_due(const struct export *e, const struct sink_attempt *a);
int export_commit(struct txn *t, int ret);
