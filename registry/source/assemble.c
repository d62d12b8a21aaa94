/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sorted entries into delegations: the second half of gather.h. */
#include <stdio.h>
#include <string.h>

#include "registry/source/gather_entry.h"
#include "registry/store/key.h"
#include "validate/wire/cursor.h"
#include "validate/wire/err.h"

/* One child as it grows. */
struct growing {
	struct gather *g;
	struct delegation d;
	bool too_many_hosts;
	bool too_many_ds;
	bool too_many_addresses;
	bool ds_unknown;
	/* Where the registry has it; 0: the source has records alone. */
	uint64_t line;
	uint64_t again;		/* a second line */
};

static int advance(struct gather *g)
{
	return sorter_next(g->children, &g->key, &g->value, &g->ended);
}

static int take_ns(struct growing *c, struct slice host)
{
	if (c->d.host_count == LIMIT_NS_HOSTS) {
		c->too_many_hosts = true;
		return 0;
	}
	c->d.hosts = c->g->given_hosts;
	struct delegation_host *next = &c->d.hosts[c->d.host_count++];
	next->glue_count = 0;
	next->glue = NULL;
	return key_to_name(host, &next->name);
}

static struct delegation_host *find_host(struct growing *c, const struct name *name)
{
	for (size_t i = 0; i < c->d.host_count; i++) {
		if (name_equal(&c->d.hosts[i].name, name)) {
			return &c->d.hosts[i];
		}
	}
	return NULL;
}

static int take_glue(struct growing *c, struct slice data)
{
	size_t size = (size_t)data.data[0] << 8 | data.data[1];
	struct name name;
	int rc = key_to_name((struct slice){ data.data + 2, size }, &name);
	if (rc != 0) {
		return rc;
	}
	struct delegation_host *host = find_host(c, &name);
	if (host == NULL) {
		return 0;	/* one of too many */
	}
	if (host->glue_count == LIMIT_HOST_ADDRESSES) {
		c->too_many_addresses = true;
		return 0;
	}
	host->glue = c->g->given_glue[host - c->d.hosts];
	struct address *address = &host->glue[host->glue_count++];
	*address = (struct address){ .family = data.data[2 + size] };
	memcpy(address->octets, data.data + 2 + size + 1, data.size - size - 3);
	return 0;
}

/* The same DS may come with several TTLs: the smallest counts. */
static int take_ds(struct growing *c, struct slice data)
{
	struct ds ds;
	int rc = ds_parse((struct slice){ data.data, data.size - 4 }, &ds);
	if (rc != 0) {
		return rc;
	}
	const uint8_t *p = data.data + data.size - 4;
	uint32_t ttl = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
	struct ds_set *set = &c->d.ds;
	set->ds = c->g->given_ds;
	if (set->count == 0 || ttl < c->d.ds_ttl) {
		c->d.ds_ttl = ttl;
	}
	if (set->count > 0 && ds_compare(&set->ds[set->count - 1], &ds) == 0) {
		return 0;
	}
	if (set->count == LIMIT_DS) {
		c->too_many_ds = true;
		return 0;
	}
	set->ds[set->count++] = ds;
	return 0;
}

static void take_text(struct wire *w, char text[LIMIT_LABEL_TEXT])
{
	size_t size = wire_read_u8(w);
	const uint8_t *octets = wire_read(w, size);
	if (!wire_error(w) && size < LIMIT_LABEL_TEXT) {
		memcpy(text, octets, size);
	}
}

static int take_facts(struct growing *c, struct slice data)
{
	struct wire w = wire_reader(data.data, data.size);
	uint64_t line = wire_read_u64(&w);
	if (c->line != 0) {
		c->again = c->again == 0 ? line : c->again;
		return 0;
	}
	c->line = line;
	c->d.flags = wire_read_u16(&w);
	c->d.manual_change = wire_read_u32(&w);
	take_text(&w, c->d.registrar);
	take_text(&w, c->d.registration);
	return wire_done(&w) ? 0 : ERR_FORMAT;
}

static int take_entry(struct growing *c, struct slice value)
{
	struct slice data = { value.data + 1, value.size - 1 };
	switch (value.data[0]) {
	case ENTRY_NS:
		return take_ns(c, data);
	case ENTRY_GLUE:
		return take_glue(c, data);
	case ENTRY_DS:
		return take_ds(c, data);
	case ENTRY_FACTS:
		return take_facts(c, data);
	default:
		c->ds_unknown = true;
		return 0;
	}
}

/* All entries of the key that waits. */
static int take_child(struct gather *g, struct growing *c)
{
	struct key key = { .size = g->key.size };
	memcpy(key.octets, g->key.data, g->key.size);
	int rc = key_to_name(key_slice(&key), &c->d.child);
	while (rc == 0 && !g->ended && slice_equal(g->key, key_slice(&key))) {
		rc = take_entry(c, g->value);
		if (rc == 0) {
			rc = advance(g);
		}
	}
	return rc;
}

static bool is_wildcard(const struct name *name)
{
	return name->octets[0] == 1 && name->octets[1] == '*';
}

/* Why a child cannot be taken as it is; NULL: it can. */
static const char *objection(const struct growing *c)
{
	if (c->d.host_count == 0) {
		return c->d.ds.count > 0 ? "DS records but no NS records: left out" : NULL;
	}
	if (is_wildcard(&c->d.child)) {
		return "NS records at a wildcard are no delegation (RFC 4592 section 4.2): left out";
	}
	if (c->again != 0) {
		return "stands in more than one line";	/* report() says which */
	}
	if (c->too_many_hosts) {
		return "more NS records than are kept: left out";
	}
	return c->too_many_ds ? "more DS records than are kept: left out" : NULL;
}

static void report(const struct growing *c, const char *what, gather_skip *skip, void *user)
{
	char name[NAME_TEXT_SIZE];
	char sentence[200];
	name_to_text(&c->d.child, name);
	if (c->again != 0) {
		snprintf(sentence, sizeof(sentence), "child: %.100s stands in lines %llu and %llu, and which is right nobody knows: "
			"left out", name, (unsigned long long)c->line, (unsigned long long)c->again);
	} else {
		snprintf(sentence, sizeof(sentence), "%.100s: %s", name, what);
	}
	if (skip != NULL) {
		skip(user, sentence);
	}
}

/* Below another delegation nothing is ours: it is glue at best (RFC 9499, "occluded name"). */
static bool is_ours(const struct gather *g, const struct name *child)
{
	return name_is_within(child, &g->origin) && !name_equal(child, &g->origin)
		&& (g->cut.size == 0 || !name_is_within(child, &g->cut));
}

static void finish(struct growing *c)
{
	ds_set_normalize(&c->d.ds);
	if (c->ds_unknown) {
		/* Part of a DS set would be a wrong one. */
		c->d.ds.count = 0;
	}
	if (c->d.ds.count == 0) {
		c->d.ds.ds = NULL;
		c->d.ds_ttl = 0;
	}
	c->d.ds_state = c->ds_unknown ? DS_UNKNOWN : c->d.ds.count > 0 ? DS_PRESENT : DS_ABSENT;
}

int gather_next(struct gather *g, gather_skip *skip, void *user, struct delegation *out, bool *end)
{
	if (!g->started) {
		int rc = advance(g);
		if (rc != 0) {
			return rc;
		}
		g->started = true;
	}
	while (!g->ended) {
		struct growing c = { .g = g };
		int rc = take_child(g, &c);
		if (rc != 0) {
			return rc;
		}
		if (!is_ours(g, &c.d.child)) {
			if (c.line != 0) {
				report(&c, "is below another child, where the parent has no delegations: left out", skip, user);
			}
			continue;
		}
		const char *what = objection(&c);
		if (what != NULL) {
			report(&c, what, skip, user);
		}
		if (c.d.host_count > 0) {
			g->cut = c.d.child;
		}
		if (what != NULL || c.d.host_count == 0) {
			continue;
		}
		if (c.too_many_addresses) {
			report(&c, "a name server has more addresses than are kept: the others are left out", skip, user);
		}
		finish(&c);
		*out = c.d;
		*end = false;
		return 0;
	}
	*end = true;
	return 0;
}
