/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The index of delegations by NS set, kept by delegations.c. Private to registry/store. */
#pragma once

#include "registry/store/delegations.h"

bool nsset_equal(const uint8_t a[NSSET_OCTETS], const uint8_t b[NSSET_OCTETS]);
/* Of these sorted host names; nsset_id of a delegation is the same. */
int nsset_id_of(struct crypto *crypto, const struct name *hosts, size_t count, uint8_t out[NSSET_OCTETS]);
/* Delegations that have it; only_secure: those of them with a DS set, which takes longer. */
int nsset_count(struct txn *t, const uint8_t id[NSSET_OCTETS], bool only_secure, uint64_t *out);
/* child: its key, from key_name. */
int nsset_add(struct txn *t, const uint8_t id[NSSET_OCTETS], struct slice child);
/* Not being there is ERR_STORE: the index is broken. */
int nsset_remove(struct txn *t, const uint8_t id[NSSET_OCTETS], struct slice child);
