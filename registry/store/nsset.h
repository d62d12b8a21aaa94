/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The index of delegations by NS set, kept by delegations.c. Private to registry/store. */
#pragma once

#include "registry/store/delegations.h"

bool nsset_equal(const uint8_t a[NSSET_OCTETS], const uint8_t b[NSSET_OCTETS]);
int nsset_add(struct txn *t, const uint8_t id[NSSET_OCTETS], const struct name *child);
/* Not being there is ERR_STORE: the index is broken. */
int nsset_remove(struct txn *t, const uint8_t id[NSSET_OCTETS], const struct name *child);
