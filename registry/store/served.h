/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the parent's servers serve of the DS sets that changes are about, where the source is the registry's own list: which changes to ask
 * for, and what became of the newest of each child. */
#pragma once

#include "registry/store/delegations.h"
#include "registry/store/journal.h"
#include "registry/store/runs.h"

/* What was published is looked for so long. */
#define SERVED_LOOKED_FOR_S (7 * UINT64_C(86400))

/* Numbers are stored. */
enum served {
	SERVED_UNKNOWN = 0,	/* not asked, or nothing was proved: nothing follows from it */
	SERVED_AFTER = 1,	/* the DS set of the change */
	SERVED_BEFORE = 2,	/* what was there before it */
	SERVED_OTHER = 3,	/* neither: by somebody else */
};

/* A change to be asked for, or an earlier one of the same child. */
struct served_item {
	uint64_t change;
	uint8_t child[8];	/* of its hash */
	bool is_first;		/* it waits to go out, and gives a first DS set: nothing may be there yet */
	bool is_seen;		/* it was served already */
	enum served what;
};

/* NULL where nobody is to be asked. */
struct served_list {
	struct served_item *items;	/* by child, the newest of each first */
	size_t count, room;
};

/* Of the children of the run: what is about to go out and gives a first DS set, and what has left or was published within
 * SERVED_LOOKED_FOR_S. *out is empty before; served_list_free. */
int served_list_find(struct txn *t, struct crypto *crypto, const struct run *run, uint64_t now, struct served_list *out);
void served_list_free(struct served_list *l);
/* The items from first on that are of the same child. */
size_t served_list_end(const struct served_list *l, size_t first);
/* Is there anything to be asked of the child of these items? */
bool served_list_wants(const struct served_list *l, size_t first);
/* The child of these items has that DS set in DNS, as was proved, or UNKNOWN. */
int served_list_answer(struct txn *t, struct served_list *l, size_t first, enum ds_state state, const struct ds_set *ds, struct arena *arena);
/* What is known of the newest of each child that has left, into the store. */
int served_list_note(struct txn *t, const struct served_list *l, uint64_t now, struct arena *arena);
/* Of a change of child that gives a first DS set; UNKNOWN, too, where it is not among them. ERR_CRYPTO. */
int served_list_of_first(struct crypto *crypto, const struct served_list *l, const struct change *c, enum served *out);

/* The newest change of a child that was asked for, and what came of it. */
struct served_note {
	uint64_t change;
	enum served what;	/* never UNKNOWN */
	uint64_t asked;		/* seconds since the epoch */
};
int served_get(struct txn *t, const struct name *child, struct served_note *out);	/* ERR_NOTFOUND */
int served_forget(struct txn *t, const struct name *child);
/* For db verify. */
int served_decode(struct slice value, struct served_note *out);
