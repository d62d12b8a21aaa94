/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sets of keys, and what a domain says of itself. */
#include "registry/sink/epp_data.h"

#include <stdlib.h>
#include <string.h>

static int compare(const void *a, const void *b)
{
	return slice_compare(a, b);
}

void epp_keys_normalize(struct epp_keys *keys)
{
	size_t kept = 0;
	if (keys->count > 1) {
		qsort(keys->rdata, keys->count, sizeof(*keys->rdata), compare);
	}
	for (size_t i = 0; i < keys->count; i++) {
		if (kept == 0 || !slice_equal(keys->rdata[kept - 1], keys->rdata[i])) {
			keys->rdata[kept++] = keys->rdata[i];
		}
	}
	keys->count = kept;
}

bool epp_keys_have(const struct epp_keys *keys, struct slice rdata)
{
	for (size_t i = 0; i < keys->count; i++) {
		if (slice_equal(keys->rdata[i], rdata)) {
			return true;
		}
	}
	return false;
}

bool epp_domain_has_status(const struct epp_domain *d, const char *status)
{
	for (size_t i = 0; i < d->status_count; i++) {
		if (strcmp(d->status[i], status) == 0) {
			return true;
		}
	}
	return false;
}
