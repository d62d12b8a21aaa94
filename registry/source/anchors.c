/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Small files of DS and DNSKEY records: dsset files and trust anchors. */
#include <stdlib.h>
#include <string.h>

#include "registry/source/masterview.h"
#include "registry/source/zonescan.h"
#include "validate/dnssec/key.h"
#include "validate/wire/err.h"

#define ANCHOR_EXPECTED "expected a DS or DNSKEY record in presentation form, such as: . IN DS 20326 8 2 E06D44B8..."

typedef int take_record(void *user, const struct zonescan_record *z, const struct name *owner);

/* Every record of a file in which nothing may be broken. */
static int read_file(const char *path, const char *expected, take_record *take, void *user, struct source_error *error)
{
	const struct zonescan_options o = { .origin = &name_root, .bare_ttl = true };
	struct zonescan *scan;
	int rc = zonescan_open(path, &o, &scan, error);
	if (rc != 0) {
		return rc;
	}
	for (;;) {
		struct zonescan_record z;
		struct source_error e;
		struct name owner;
		rc = zonescan_next(scan, &z, &e);
		if (rc != 0) {
			*error = e;
			break;
		}
		if (z.what == ZONESCAN_END) {
			break;
		}
		if (z.what == ZONESCAN_BROKEN || name_from_wire(z.owner, z.owner_size, &owner) != 0) {
			source_fault(error, zonescan_name(scan), z.line, "%s (%s)", expected,
				z.what == ZONESCAN_BROKEN ? e.reason : "the owner is not a name");
			rc = ERR_FORMAT;
			break;
		}
		rc = take(user, &z, &owner);
		if (rc != 0) {
			source_fault(error, zonescan_name(scan), z.line, "%s", rc == ERR_FORMAT ? expected : err_text(rc));
			break;
		}
	}
	zonescan_close(scan);
	return rc;
}

struct dsset {
	const struct name *child;
	struct ds ds[LIMIT_DS];
	size_t count;
	size_t others;		/* records of other names */
	uint32_t ttl;		/* smallest */
};

static int take_ds(void *user, const struct zonescan_record *z, const struct name *owner)
{
	struct dsset *set = user;
	if (z->type != TYPE_DS || !name_equal(owner, set->child)) {
		set->others += z->type == TYPE_DS;
		return 0;
	}
	if (set->count == LIMIT_DS) {
		return ERR_LIMIT;
	}
	struct ds *ds = &set->ds[set->count];
	if (ds_parse((struct slice){ z->rdata, z->rdata_size }, ds) != 0 || !ds_is_wellformed(ds)) {
		return ERR_FORMAT;
	}
	set->ttl = set->count == 0 || z->ttl < set->ttl ? z->ttl : set->ttl;
	set->count++;
	return 0;
}

int masterview_read_ds(const char *path, const struct name *child, struct arena *arena, struct ds_set *out, uint32_t *ttl,
	struct source_error *error)
{
	if (path == NULL || child == NULL || arena == NULL || out == NULL || ttl == NULL || error == NULL) {
		return ERR_ARG;
	}
	struct dsset *set = calloc(1, sizeof(*set));
	if (set == NULL) {
		source_fault(error, path, 0, "out of memory");
		return ERR_NOMEM;
	}
	set->child = child;
	int rc = read_file(path, "expected a DS record with a digest of the right length", take_ds, set, error);
	if (rc == 0 && set->count == 0 && set->others > 0) {
		char name[NAME_TEXT_SIZE];
		name_to_text(child, name);
		source_fault(error, path, 0, "DS records, but none of %.150s; give its own dsset file", name);
		rc = ERR_FORMAT;
	}
	if (rc == 0) {
		struct ds_set found = { .count = set->count, .ds = arena_array(arena, LIMIT_DS, sizeof(*found.ds)) };
		if (found.ds == NULL) {
			source_fault(error, path, 0, "out of memory");
			rc = ERR_NOMEM;
		} else {
			memcpy(found.ds, set->ds, set->count * sizeof(*found.ds));
			ds_set_normalize(&found);
			*out = found;
			*ttl = set->count == 0 ? 0 : set->ttl;
		}
	}
	free(set);
	return rc;
}

struct others {
	const struct name *child;
	bool any;
};

static int take_other(void *user, const struct zonescan_record *z, const struct name *owner)
{
	struct others *o = user;
	o->any = o->any || z->type != TYPE_DS || !name_equal(owner, o->child);
	return 0;
}

int masterview_ds_has_others(const char *path, const struct name *child, bool *others, struct source_error *error)
{
	if (path == NULL || child == NULL || others == NULL || error == NULL) {
		return ERR_ARG;
	}
	struct others o = { .child = child };
	int rc = read_file(path, "expected a record", take_other, &o, error);
	*others = rc != 0 || o.any;
	return rc;
}

struct anchors {
	struct arena *arena;
	struct record *records;
	size_t count;
};

static int take_anchor(void *user, const struct zonescan_record *z, const struct name *owner)
{
	struct anchors *a = user;
	struct slice rdata = { z->rdata, z->rdata_size };
	struct ds ds;
	struct dnskey key;
	bool good = z->type == TYPE_DS ? ds_parse(rdata, &ds) == 0 && ds_is_wellformed(&ds)
		: z->type == TYPE_DNSKEY && dnskey_parse(rdata, &key) == 0 && dnskey_is_usable(&key);
	if (!good) {
		return ERR_FORMAT;
	}
	if (a->count == LIMIT_ANCHORS) {
		return ERR_LIMIT;
	}
	const struct name *name = arena_copy(a->arena, owner, sizeof(*owner));
	const uint8_t *data = arena_copy(a->arena, z->rdata, z->rdata_size);
	if (name == NULL || data == NULL) {
		return ERR_NOMEM;
	}
	a->records[a->count++] = (struct record){ .owner = name, .type = z->type, .class = CLASS_IN, .ttl = z->ttl,
		.rdata = { data, z->rdata_size } };
	return 0;
}

int masterview_read_anchors(const char *path, struct arena *arena, struct record **out, size_t *count,
	struct source_error *error)
{
	if (path == NULL || arena == NULL || out == NULL || count == NULL || error == NULL) {
		return ERR_ARG;
	}
	struct anchors a = { .arena = arena, .records = arena_array(arena, LIMIT_ANCHORS, sizeof(*a.records)) };
	if (a.records == NULL) {
		source_fault(error, path, 0, "out of memory");
		return ERR_NOMEM;
	}
	int rc = read_file(path, ANCHOR_EXPECTED, take_anchor, &a, error);
	if (rc == 0 && a.count == 0) {
		source_fault(error, path, 0, "no trust anchor in it; " ANCHOR_EXPECTED);
		rc = ERR_FORMAT;
	}
	if (rc == 0) {
		*out = a.records;
		*count = a.count;
	}
	return rc;
}
