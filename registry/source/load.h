/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Load: a source into the store as a generation. All or nothing: the store changes only after the source was
 * read to its end. Constant memory: records are sorted in runs on disk, then merged with what the store has. */
#pragma once

#include "registry/source/source.h"
#include "registry/store/delegations.h"
#include "registry/store/journal.h"

struct load_options {
	uint64_t now;
	uint64_t forget_by;		/* the time that children are gone for long by; 0: none is */
	const char *work_dir;		/* for sorting; NULL: the store's directory */
	size_t memory;			/* octets for sorting; 0: 64 MiB */
	uint32_t max_age_s;		/* of the source; 0: whatever it is, it is too old */
	bool allow_shrink;		/* else losing over 10 % (and over 20) of the delegations is an error */
	bool allow_reregistration;	/* else another registration of over 1 % (and over 100) of them is */
	const bool *stop;		/* set by a signal: ends with ERR_CANCELLED; may be NULL */
	/* Progress, at most a few times a second; may be NULL. */
	void (*progress)(void *user, uint64_t records, bool merging);
	source_skip *skip;
	void *user;
};

struct load_report {
	struct generation generation;
	bool unchanged;			/* same content as the generation before: number kept */
	bool not_read;			/* and known from its serial alone */
	uint64_t added, changed, removed;
	struct reconciled changes;	/* what the new generation shows of them */
	uint64_t forgotten;		/* children that are gone for long */
	/* Is the source of now? If not, nothing that is decided by it may go out. */
	bool is_young;
	bool is_expired;		/* its SOA has signatures, and none that is still valid */
	uint64_t written;		/* its time; 0: of now */
};

int load_generation(struct store *store, struct crypto *crypto, struct source *source, const struct load_options *o,
	struct load_report *report, struct source_error *error);
