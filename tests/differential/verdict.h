/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the library says of a child that was written to files. */
#pragma once

#include <stdio.h>

#include "validate/cds/judge.h"

/* A child as the command line of verdict names it. */
struct question {
	const char *zone;		/* files */
	const char *ds;
	struct name apex;
	uint32_t now;
	unsigned digests;		/* digest types the parent publishes, as bits; 0: SHA-256 */
	bool prefer_cdnskey;
};

/* verdict_judge.c: the judgement of the one view, and, without its signatures, of its consistency. */
int verdict_judge(struct crypto *crypto, const struct question *q, struct arena *arena, FILE *to);
/* verdict_zone.c: each RRset under the keys of the zone, and what its apex denies. */
int verdict_zone(struct crypto *crypto, const struct question *q, struct arena *arena, FILE *to);
