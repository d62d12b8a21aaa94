/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The encoding of a delegation: version, child, hosts with glue, DS state and set, what the registry says of it. */
#include "validate/cds/delegation.h"

#include <assert.h>
#include <string.h>

#include "validate/cds/codec.h"
#include "validate/wire/cursor.h"
#include "validate/wire/err.h"

/* The second version ends with what the registry says of the domain. A delegation of which it says nothing is still written
 * as the first one: what a master file gives is as it was, and a load of the same file writes nothing. */
#define DELEGATION_OF_RECORDS 1
#define DELEGATION_OF_REGISTRY 2

static size_t encoded_ceiling(const struct delegation *d)
{
	size_t size = 16 + 1 + d->child.size;
	for (size_t i = 0; i < d->host_count; i++) {
		size += 1 + d->hosts[i].name.size + 1 + d->hosts[i].glue_count * (1 + 16);
	}
	return size + d->ds.count * (5 + LIMIT_DIGEST_OCTETS) + 2 + 2 * LIMIT_LABEL_TEXT + 4;
}

static uint8_t version_of(const struct delegation *d)
{
	bool says = d->flags != 0 || d->registrar[0] != '\0' || d->registration[0] != '\0' || d->manual_change != 0;
	return says ? DELEGATION_OF_REGISTRY : DELEGATION_OF_RECORDS;
}

static int check_host(const struct delegation_host *host)
{
	if (host->glue_count > LIMIT_HOST_ADDRESSES) {
		return ERR_LIMIT;
	}
	for (size_t i = 0; i < host->glue_count; i++) {
		uint8_t family = host->glue[i].family;
		if ((family != 4 && family != 6) ||
		    (i > 0 && address_compare(&host->glue[i - 1], &host->glue[i]) >= 0)) {
			return ERR_ARG;
		}
	}
	return 0;
}

/* Order is part of the contract: equal delegations must encode equally. */
static int check(const struct delegation *d)
{
	if (d->child.size == 0 || (unsigned)d->ds_state > DS_PRESENT ||
	    (d->ds_state == DS_PRESENT) != (d->ds.count > 0) ||
	    (d->ds.count == 0 && d->ds_ttl != 0)) {
		return ERR_ARG;
	}
	if ((d->flags & ~DELEGATION_FLAGS) != 0 || !codec_is_label(d->registrar) || !codec_is_label(d->registration)) {
		return ERR_ARG;
	}
	if (d->host_count > LIMIT_NS_HOSTS || d->ds.count > LIMIT_DS) {
		return ERR_LIMIT;
	}
	for (size_t i = 0; i < d->host_count; i++) {
		if (i > 0 && name_compare(&d->hosts[i - 1].name, &d->hosts[i].name) >= 0) {
			return ERR_ARG;
		}
		int rc = check_host(&d->hosts[i]);
		if (rc < 0) {
			return rc;
		}
	}
	for (size_t i = 0; i < d->ds.count; i++) {
		if (d->ds.ds[i].size > LIMIT_DIGEST_OCTETS ||
		    (i > 0 && ds_compare(&d->ds.ds[i - 1], &d->ds.ds[i]) >= 0)) {
			return ERR_ARG;
		}
	}
	return 0;
}

static void write_registry(struct wire *w, const struct delegation *d)
{
	wire_write_u16(w, (uint16_t)d->flags);
	codec_write_label(w, d->registrar);
	codec_write_label(w, d->registration);
	wire_write_u32(w, d->manual_change);
}

int delegation_encode(const struct delegation *d, struct arena *arena, struct slice *out)
{
	if (d == NULL || arena == NULL || out == NULL) {
		return ERR_ARG;
	}
	int rc = check(d);
	if (rc < 0) {
		return rc;
	}
	size_t ceiling = encoded_ceiling(d);
	uint8_t *data = arena_alloc(arena, ceiling);
	if (data == NULL) {
		return ERR_NOMEM;
	}
	struct wire w = wire_writer(data, ceiling);
	wire_write_u8(&w, version_of(d));
	codec_write_name(&w, &d->child);
	wire_write_u8(&w, (uint8_t)d->host_count);
	for (size_t i = 0; i < d->host_count; i++) {
		codec_write_name(&w, &d->hosts[i].name);
		wire_write_u8(&w, (uint8_t)d->hosts[i].glue_count);
		for (size_t k = 0; k < d->hosts[i].glue_count; k++) {
			codec_write_address(&w, &d->hosts[i].glue[k]);
		}
	}
	wire_write_u8(&w, (uint8_t)d->ds_state);
	wire_write_u32(&w, d->ds_ttl);
	wire_write_u8(&w, (uint8_t)d->ds.count);
	for (size_t i = 0; i < d->ds.count; i++) {
		codec_write_ds(&w, &d->ds.ds[i]);
	}
	if (version_of(d) >= DELEGATION_OF_REGISTRY) {
		write_registry(&w, d);
	}
	assert(!wire_error(&w));
	out->data = data;
	out->size = w.pos;
	return 0;
}

/* Counts fit an octet, so reading is bounded; what they may be is checked at the end, as before writing. */
static int read_hosts(struct wire *w, struct arena *arena, struct delegation *d)
{
	d->host_count = wire_read_u8(w);
	d->hosts = arena_array(arena, d->host_count, sizeof d->hosts[0]);
	if (d->hosts == NULL) {
		return ERR_NOMEM;
	}
	for (size_t i = 0; i < d->host_count; i++) {
		struct delegation_host *host = &d->hosts[i];
		codec_read_name(w, &host->name);
		host->glue_count = wire_read_u8(w);
		host->glue = arena_array(arena, host->glue_count, sizeof host->glue[0]);
		if (host->glue == NULL) {
			return ERR_NOMEM;
		}
		for (size_t k = 0; k < host->glue_count; k++) {
			codec_read_address(w, &host->glue[k]);
		}
	}
	return 0;
}

static int read_ds(struct wire *w, struct arena *arena, struct delegation *d)
{
	d->ds_state = (enum ds_state)wire_read_u8(w);
	d->ds_ttl = wire_read_u32(w);
	d->ds.count = wire_read_u8(w);
	d->ds.ds = arena_array(arena, d->ds.count, sizeof d->ds.ds[0]);
	if (d->ds.ds == NULL) {
		return ERR_NOMEM;
	}
	for (size_t i = 0; i < d->ds.count; i++) {
		codec_read_ds(w, &d->ds.ds[i]);
	}
	return 0;
}

static void read_registry(struct wire *w, struct delegation *d)
{
	d->flags = wire_read_u16(w);
	codec_read_label(w, d->registrar);
	codec_read_label(w, d->registration);
	d->manual_change = wire_read_u32(w);
}

int delegation_decode(struct slice data, struct arena *arena, struct delegation *out)
{
	if (arena == NULL || out == NULL) {
		return ERR_ARG;
	}
	struct delegation d = { .host_count = 0 };
	struct wire w = wire_reader(data.data, data.size);
	uint8_t version = wire_read_u8(&w);
	if (wire_error(&w) || version == 0) {
		return ERR_FORMAT;
	}
	if (version > DELEGATION_OF_REGISTRY) {
		return ERR_VERSION;
	}
	codec_read_name(&w, &d.child);
	int rc = read_hosts(&w, arena, &d);
	if (rc == 0) {
		rc = read_ds(&w, arena, &d);
	}
	if (rc < 0) {
		return rc;
	}
	if (version >= DELEGATION_OF_REGISTRY) {
		read_registry(&w, &d);
	}
	if (!wire_done(&w) || check(&d) < 0 || version_of(&d) != version) {
		return ERR_FORMAT;
	}
	*out = d;
	return 0;
}
