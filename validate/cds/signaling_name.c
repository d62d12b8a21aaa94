/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signaling names, built of labels in wire form and never of text (T-37): RFC 9615 section 3. */
#include <string.h>

#include "validate/cds/signaling.h"
#include "validate/wire/err.h"
#include "validate/wire/record.h"

#define LABEL_SIZE 8		/* of both labels, with the length in front */

static const uint8_t dsboot_label[LABEL_SIZE] = "\7_dsboot";
static const uint8_t signal_label[LABEL_SIZE] = "\7_signal";

/* A name of 255 octets has 127 labels at most, so the ceiling of octets is that of labels, too. */
static int join(const struct slice *parts, size_t count, struct name *out)
{
	struct name name = { 0 };
	size_t used = 0;
	for (size_t i = 0; i < count; i++) {
		if (parts[i].size > LIMIT_NAME_OCTETS - used) {
			return ERR_LIMIT;
		}
		memcpy(name.octets + used, parts[i].data, parts[i].size);
		used += parts[i].size;
	}
	name.size = (uint8_t)used;
	*out = name;
	return 0;
}

int signaling_name(const struct name *child, const struct name *host, struct name *out)
{
	if (child->size == 0 || host->size == 0) {
		return ERR_ARG;
	}
	const struct slice parts[] = { { dsboot_label, LABEL_SIZE }, { child->octets, child->size - 1u }, { signal_label, LABEL_SIZE },
		{ host->octets, host->size } };
	return join(parts, 4, out);
}

int signaling_domain(const struct name *host, struct name *out)
{
	if (host->size == 0) {
		return ERR_ARG;
	}
	const struct slice parts[] = { { signal_label, LABEL_SIZE }, { host->octets, host->size } };
	return join(parts, 2, out);
}

bool signaling_is_outside(const struct name *child, const struct name *host)
{
	return host->size > 0 && child->size > 0 && !name_is_within(host, child);
}
