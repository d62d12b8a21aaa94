/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Records into two sorts, and the addresses of hosts on to the children that use them. */
#include "registry/source/gather.h"

#include <stdlib.h>
#include <string.h>

#include "registry/source/gather_entry.h"
#include "registry/store/key.h"
#include "validate/wire/cursor.h"
#include "validate/wire/err.h"

struct gather *gather_new(const char *dir, size_t memory)
{
	struct gather *g = calloc(1, sizeof(*g));
	if (g == NULL) {
		return NULL;
	}
	g->children = sorter_new(dir, memory - memory / 3);
	g->hosts = sorter_new(dir, memory / 3);
	if (g->children == NULL || g->hosts == NULL) {
		gather_free(g);
		return NULL;
	}
	return g;
}

void gather_free(struct gather *g)
{
	if (g != NULL) {
		sorter_free(g->children);
		sorter_free(g->hosts);
		free(g);
	}
}

static int add_child(struct gather *g, struct slice child, uint8_t kind, struct slice data)
{
	uint8_t value[1 + SORTER_PART_MAX];
	if (data.size > SORTER_PART_MAX) {
		return ERR_LIMIT;
	}
	value[0] = kind;
	if (data.size > 0) {
		memcpy(value + 1, data.data, data.size);
	}
	return sorter_add(g->children, child, (struct slice){ value, 1 + data.size });
}

/* The NS record itself, and the question for addresses of its host. */
static int add_ns(struct gather *g, const struct key *child, const struct name *host)
{
	struct key host_key;
	key_name(host, &host_key);
	int rc = add_child(g, key_slice(child), ENTRY_NS, key_slice(&host_key));
	if (rc != 0) {
		return rc;
	}
	uint8_t value[1 + KEY_MAX];
	value[0] = ENTRY_USED_BY;
	memcpy(value + 1, child->octets, child->size);
	return sorter_add(g->hosts, key_slice(&host_key), (struct slice){ value, 1 + child->size });
}

static int add_ds(struct gather *g, const struct key *child, const struct source_record *r)
{
	if (r->ds == NULL) {
		return add_child(g, key_slice(child), ENTRY_DS_UNKNOWN, (struct slice){ NULL, 0 });
	}
	uint8_t data[4 + LIMIT_DIGEST_OCTETS + 4];
	size_t size = ds_rdata(r->ds, data);
	for (unsigned i = 0; i < 4; i++) {
		data[size++] = (uint8_t)(r->ttl >> (24 - 8 * i));
	}
	return add_child(g, key_slice(child), ENTRY_DS, (struct slice){ data, size });
}

/* The least line comes first. */
static int add_facts(struct gather *g, const struct key *child, const struct source_facts *f)
{
	uint8_t data[8 + 2 + 4 + 2 * LIMIT_LABEL_TEXT];
	struct wire w = wire_writer(data, sizeof(data));
	wire_write_u64(&w, f->line);
	wire_write_u16(&w, (uint16_t)f->flags);
	wire_write_u32(&w, f->manual_change);
	const char *const texts[] = { f->registrar, f->registration };
	for (size_t i = 0; i < 2; i++) {
		size_t size = strlen(texts[i]);
		wire_write_u8(&w, (uint8_t)size);
		wire_write(&w, texts[i], size);
	}
	return wire_error(&w) ? ERR_LIMIT : add_child(g, key_slice(child), ENTRY_FACTS, (struct slice){ data, w.pos });
}

int gather_add(struct gather *g, const struct source_record *r)
{
	struct key owner;
	key_name(r->owner, &owner);
	if (r->kind == SOURCE_NS) {
		return add_ns(g, &owner, r->host);
	}
	if (r->kind == SOURCE_DS) {
		return add_ds(g, &owner, r);
	}
	if (r->kind == SOURCE_FACTS) {
		return add_facts(g, &owner, r->facts);
	}
	uint8_t value[2 + sizeof(r->address->octets)];
	size_t size = address_size(r->address);
	value[0] = ENTRY_ADDRESS;
	value[1] = r->address->family;
	memcpy(value + 2, r->address->octets, size);
	return sorter_add(g->hosts, key_slice(&owner), (struct slice){ value, 2 + size });
}

/* The addresses of one host. The sort puts them before the children that use it. */
struct host {
	struct key key;
	size_t count;		/* one more than we keep: there were too many */
	struct slice addresses[LIMIT_HOST_ADDRESSES + 1];
	uint8_t room[LIMIT_HOST_ADDRESSES + 1][1 + 16];
};

static void take_address(struct host *host, struct slice value)
{
	if (host->count > LIMIT_HOST_ADDRESSES) {
		return;
	}
	size_t size = value.size - 1;
	memcpy(host->room[host->count], value.data + 1, size);
	host->addresses[host->count] = (struct slice){ host->room[host->count], size };
	host->count++;
}

/* An entry (child, glue): the host's key with its size, the address. */
static int give_glue(struct gather *g, const struct host *host, struct slice child)
{
	uint8_t data[2 + KEY_MAX + 1 + 16];
	data[0] = (uint8_t)(host->key.size >> 8);
	data[1] = (uint8_t)host->key.size;
	memcpy(data + 2, host->key.octets, host->key.size);
	for (size_t i = 0; i < host->count; i++) {
		const struct slice *address = &host->addresses[i];
		memcpy(data + 2 + host->key.size, address->data, address->size);
		int rc = add_child(g, child, ENTRY_GLUE, (struct slice){ data, 2 + host->key.size + address->size });
		if (rc != 0) {
			return rc;
		}
	}
	return 0;
}

static int join_hosts(struct gather *g)
{
	struct host host = { .count = 0 };
	int rc = sorter_rewind(g->hosts);
	while (rc == 0) {
		struct slice key;
		struct slice value;
		bool end = false;
		rc = sorter_next(g->hosts, &key, &value, &end);
		if (rc != 0 || end) {
			return rc;
		}
		if (!slice_equal(key, key_slice(&host.key))) {
			host.count = 0;
			host.key.size = key.size;
			memcpy(host.key.octets, key.data, key.size);
		}
		if (value.data[0] == ENTRY_ADDRESS) {
			take_address(&host, value);
		} else if (host.count > 0) {
			rc = give_glue(g, &host, (struct slice){ value.data + 1, value.size - 1 });
		}
	}
	return rc;
}

int gather_rewind(struct gather *g, const struct name *origin)
{
	if (g->hosts != NULL) {
		int rc = join_hosts(g);
		if (rc != 0) {
			return rc;
		}
		sorter_free(g->hosts);
		g->hosts = NULL;
	}
	g->origin = *origin;
	g->cut.size = 0;
	g->started = false;
	return sorter_rewind(g->children);
}
