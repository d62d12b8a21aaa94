/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Backups: a copy of a store in use, and a store made of one. A backup is only read: beside the store it was taken from, it
 * would give the same ids to other changes. */
#pragma once

#include "registry/store/operators.h"
#include "registry/store/store.h"

/* What a backup, or a restored store, has. */
struct backup_report {
	uint64_t sequence;		/* of the journal's head */
	uint8_t hash[SHA256_OCTETS];
	uint64_t withdrawn;		/* restore: changes that had not left */
	uint64_t left;			/* restore: that had, and whose fate is open */
};

/* The directory must not be there; it comes to be at once, whole. While a walk goes on, too. The sentence in why. */
int store_backup(struct store *s, const char *to, uint64_t now, struct backup_report *out, char why[256]);

/* A new store in the directory to, which must not be there, from a sound backup, in an epoch of its own and in its baseline
 * . Changes that had not left are withdrawn: nobody knows what has become of them since. ERR_STORE: the backup is
 * not sound, fault was told why. max_size: as in struct store_options. */
int store_restore(const char *from, const char *to, uint64_t max_size, struct crypto *crypto, const struct operator_order *o,
	void (*fault)(void *user, const char *sentence), struct backup_report *out, char why[256]);
