/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The least that a load could be made of: libzscanner over the file, and puts of ready records into LMDB. */
#pragma once

#include <stdint.h>

#include "registry/store/store.h"
#include "validate/dnssec/crypto.h"
#include "validate/wire/name.h"

/* Of one transaction, as a load has them. */
#define BARE_BATCH 5000

/* What a load has put into a store, as octets in a plain file, in batches: the delegations in the order of their keys, and behind
 * them the entries of the index by NS set, in the order of theirs. Returns the number of delegations. */
uint64_t bare_take(struct store *store, struct crypto *crypto, const struct name *origin, const char *path);
/* Every record of the file is parsed; returns their number. Nothing is made of them. */
uint64_t bare_scan(const char *zone);
/* Puts the records of bare_take into a new environment, a durable transaction a batch; returns the delegations. */
uint64_t bare_put(const char *path, const char *dir);
/* Ends the process unless both environments have the same delegations and index, octet for octet. */
void bare_compare(const char *one, const char *other);
/* The last transaction that wrote to the store in dir. */
uint64_t bare_last_write(const char *dir);
