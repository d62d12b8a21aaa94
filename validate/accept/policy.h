/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Policy: everything local a decision depends on. Presets expand to visible values; all values are in
 * the hash. Immutable while a child is decided. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "validate/cds/rules.h"
#include "validate/dnssec/crypto.h"

#define POLICY_RETRIES 8

struct policy {
	char name[32];
	char source[96];		/* what it imitates, date */
	struct rules rules;
	/* R9975-3-4, 3-5: a silent server is dropped from the vote after it failed at each of these
	 * delays (seconds after the previous failure) and drop_after_s since the first failure. */
	uint8_t retry_count;
	uint32_t retry_s[POLICY_RETRIES];
	uint32_t drop_after_s;
	uint32_t delete_hold_max_s;	/* a delete waits for a dead server at most this long */
	bool replay_guard;		/* R7344-6.2-2 */
	uint32_t change_max_age_s;	/* a change exports only while younger */
};

/* NULL when there is no such preset. Static. */
const struct policy *policy_preset(const char *name);
const struct policy *policy_presets(size_t *count);
#define POLICY_DEFAULT "bcp"

/* Canonical encoding (hashed and stored); size, 0 when it does not fit. At most POLICY_ENCODED_MAX. */
#define POLICY_ENCODED_MAX 512
size_t policy_encode(const struct policy *p, uint8_t *out, size_t size);
int policy_decode(const uint8_t *data, size_t size, struct policy *out);
