/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What sinks remember. The journal has what is true of a change; what one sink alone knows, how far it has read, how often
 * it has tried and what its target said, is in a small environment of its own, DB/sinks/NAME: a store by its layout, with
 * the databases meta and change in use, so that no sink ever waits for the walk or the walk for a sink's notes. It may be
 * lost: then what waits is tried once more. */
#pragma once

#include "registry/store/operators.h"

/* Letters, digits, - and _: it is the name of a directory. */
bool sinkdb_is_name(const char *name);
/* Made where there is none to write; ERR_NOTFOUND to read one that is not there. ERR_CONFLICT: it belongs to another store.
 * Errors have a sentence in why. */
int sinkdb_open(const struct store *of, const char *name, enum store_mode mode, struct store **out, char why[256]);

/* The directories below DB/sinks in order, whatever their names. ERR_NOMEM, ERR_IO. */
struct sinkdb_names {
	size_t count;
	char (*names)[256];
};
int sinkdb_list(const struct store *of, struct sinkdb_names *out);
void sinkdb_names_free(struct sinkdb_names *n);

/* The event that a sink which reads along has read last; the hash shows a journal that is another one. ERR_NOTFOUND. */
struct sink_cursor {
	uint64_t sequence;
	uint8_t hash[SHA256_OCTETS];
};
int sink_cursor_get(struct txn *t, struct sink_cursor *out);
int sink_cursor_put(struct txn *t, const struct sink_cursor *c);

/* Numbers are stored. */
enum sink_trouble {
	TROUBLE_WAITS = 1,	/* not taken, for now */
	TROUBLE_UNKNOWN = 2,	/* taken or not */
	TROUBLE_CONFLICT = 3,	/* the target has something else: until a newer generation shows it */
	TROUBLE_REFUSED = 4,	/* the target says no: a dead letter */
};
#define SINK_TROUBLES 5
const char *sink_trouble_text(enum sink_trouble t);

/* A change that has not gone as it should. */
struct sink_attempt {
	uint64_t change;
	enum sink_trouble trouble;
	uint32_t count;			/* of attempts */
	uint64_t first, last;		/* when */
	uint64_t next;			/* not before then */
	uint64_t generation;		/* newest of the child's parent at the last one */
	char words[240];		/* of the target; printable ASCII, may be empty */
};
/* ERR_NOTFOUND: nothing is wrong with it. */
int sink_attempt_get(struct txn *t, uint64_t change, struct sink_attempt *out);
/* What cannot be printed in words becomes a question mark. */
int sink_attempt_put(struct txn *t, const struct sink_attempt *a);
/* 0 also when there is none. */
int sink_attempt_del(struct txn *t, uint64_t change);
/* In order of number, from first on. */
int sink_attempt_next(struct txn *t, uint64_t first, struct sink_attempt *out);

/* What it is, and how its exports have ended; times are 0 for never. */
struct sink_about {
	char kind[SINK_NAME_MAX + 1];
	bool is_along;			/* it has read along; else it was of record */
	uint64_t taken_at;		/* something was taken, or written to a target without answers */
	uint64_t well_at;		/* the export ended without a failure of the target */
	uint64_t failed_at;
	char words[240];		/* of that failure; as of an attempt */
};
/* ERR_NOTFOUND */
int sink_about_get(struct txn *t, struct sink_about *out);
int sink_about_put(struct txn *t, const struct sink_about *a);

/* The one whose answers the journal has, since its first export; in the store itself. ERR_NOTFOUND: none yet. */
struct sink_of_record {
	char name[SINK_NAME_MAX + 1];
	uint64_t since;
	char before[SINK_NAME_MAX + 1];	/* that it took over from; empty: none, nor the next two */
	char who[OPERATOR_WHO_MAX + 1];
	char why[OPERATOR_WHY_MAX + 1];
};
int sink_of_record_get(struct txn *t, struct sink_of_record *out);
int sink_of_record_put(struct txn *t, const struct sink_of_record *r);
/* The same of name instead of the one there is, by an operator's word, which is chained in the journal first. ERR_NOTFOUND: there is
 * none; ERR_CONFLICT: it is that one; ERR_ARG. */
int sink_take_over(struct txn *t, struct crypto *crypto, const char *name, const struct operator_order *o);
/* For db verify. ERR_FORMAT, ERR_VERSION. */
int sink_cursor_decode(struct slice value, struct sink_cursor *out);
int sink_about_decode(struct slice value, struct sink_about *out);
int sink_attempt_decode(struct slice key, struct slice value, struct sink_attempt *out);
int sink_of_record_decode(struct slice value, struct sink_of_record *out);
