/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A child's zone in a master file as one server's view of it: answers composed for the judge command. */
#pragma once

#include "registry/source/source.h"
#include "validate/cds/evidence.h"
#include "validate/wire/arena.h"

/* Fills server->answers (all ANSWERED) as an authoritative server of that zone would answer: CDS, CDNSKEY, DNSKEY, SOA with
 * RRSIGs, or NODATA with the apex NSEC or the matching NSEC3. path may be "-", the file plain or packed; relative names
 * begin at child. Without an SOA of child, or with a line that cannot be read and may be one of these, it is an error. */
int masterview_read(const char *path, const struct name *child, struct arena *arena, struct evidence_server *server,
	struct source_error *error);
/* The same from answers to only some of the questions, as dnssec-cds takes them: without an SOA it was not asked for. Of
 * CDS and CDNSKEY, what is absent without denial may be so because nobody asked. */
struct masterview_answers {
	bool has_cds;
	bool has_cdnskey;
	bool has_dnskey;
	bool has_denial;	/* NSEC or NSEC3 of the apex */
};
int masterview_read_answers(const char *path, const struct name *child, struct arena *arena, struct evidence_server *server,
	struct masterview_answers *found, struct source_error *error);
/* DS records of child from a dsset file (dnssec-signzone's form or any master file); none when it has nothing but
 * comments (a removal). *ttl is 0 when the file gives none. A malformed DS, or DS records of others only, is an error. */
int masterview_read_ds(const char *path, const struct name *child, struct arena *arena, struct ds_set *out, uint32_t *ttl,
	struct source_error *error);
/* Has a dsset file other records than DS of child? Who replaces it would lose them. */
int masterview_ds_has_others(const char *path, const struct name *child, bool *others, struct source_error *error);
/* Trust anchors: DS or DNSKEY records in presentation form, at least one, nothing else. records in arena. */
int masterview_read_anchors(const char *path, struct arena *arena, struct record **out, size_t *count,
	struct source_error *error);
