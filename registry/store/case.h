/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stored cases as records. Private to registry/store. */
#pragma once

#include "registry/store/records.h"

/* Writes the case and its evidence; c->evidence_hash is filled in. ERR_NOMEM and the like fail t. */
int case_put(struct txn *t, struct crypto *crypto, struct stored_case *c, struct arena *arena);
/* Without evidence; slices point into value. */
int case_decode(struct slice key, struct slice value, struct stored_case *out);
