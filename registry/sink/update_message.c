/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "registry/sink/update_message.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "validate/wire/cursor.h"
#include "validate/wire/err.h"
#include "validate/wire/message.h"

#define CLASS_IN 1
#define CLASS_NONE 254
#define CLASS_ANY 255
#define OPCODE_UPDATE 5u
#define OPCODE_UPDATE_FLAGS (OPCODE_UPDATE << 11)

static void write_record(struct wire *w, const struct name *owner, uint16_t type, uint16_t class, uint32_t ttl,
	const uint8_t *rdata, size_t size)
{
	name_write(w, owner);
	wire_write_u16(w, type);
	wire_write_u16(w, class);
	wire_write_u32(w, ttl);
	wire_write_u16(w, (uint16_t)size);
	wire_write(w, rdata, size);
}

static void write_ds_set(struct wire *w, const struct update_wish *x, const struct ds_set *set, uint32_t ttl)
{
	for (size_t i = 0; i < set->count; i++) {
		uint8_t rdata[4 + LIMIT_DIGEST_OCTETS];
		size_t size = ds_rdata(&set->ds[i], rdata);
		write_record(w, &x->child, TYPE_DS, CLASS_IN, ttl, rdata, size);
	}
}

static void write_head(struct wire *w, uint16_t id, uint16_t flags, size_t prerequisites, size_t updates)
{
	wire_write_u16(w, id);
	wire_write_u16(w, flags);
	wire_write_u16(w, 1);
	wire_write_u16(w, (uint16_t)prerequisites);
	wire_write_u16(w, (uint16_t)updates);
	wire_write_u16(w, 0);
}

static void write_question(struct wire *w, const struct name *name, uint16_t type)
{
	name_write(w, name);
	wire_write_u16(w, type);
	wire_write_u16(w, CLASS_IN);
}

size_t update_compose(const struct update_wish *x, const struct ds_set *before, uint16_t id, uint8_t *out, size_t room)
{
	struct wire w = wire_writer(out, room);
	write_head(&w, id, OPCODE_UPDATE_FLAGS, (before->count == 0 ? 1 : before->count) + x->ns_count, 1 + x->after.count);
	write_question(&w, &x->parent, TYPE_SOA);
	if (before->count == 0) {
		write_record(&w, &x->child, TYPE_DS, CLASS_NONE, 0, NULL, 0);
	}
	write_ds_set(&w, x, before, 0);
	for (size_t i = 0; i < x->ns_count; i++) {
		write_record(&w, &x->child, TYPE_NS, CLASS_IN, 0, x->ns[i].octets, x->ns[i].size);
	}
	write_record(&w, &x->child, TYPE_DS, CLASS_ANY, 0, NULL, 0);
	write_ds_set(&w, x, &x->after, x->ttl);
	return wire_error(&w) ? 0 : w.pos;
}

size_t update_compose_question(const struct name *name, uint16_t type, bool is_update, uint16_t id, uint8_t *out, size_t room)
{
	struct wire w = wire_writer(out, room);
	write_head(&w, id, is_update ? OPCODE_UPDATE_FLAGS : 0, 0, 0);
	write_question(&w, name, type);
	return wire_error(&w) ? 0 : w.pos;
}

/* ---- answers */

/* What is there, or that there is nothing; and all of it. */
static bool tells(const struct message *m)
{
	return (m->rcode == RCODE_NOERROR || m->rcode == RCODE_NXDOMAIN) && (m->flags & MESSAGE_FLAG_TC) == 0 &&
		MESSAGE_OPCODE(m->flags) == 0;
}

bool update_is_done(const struct message *m)
{
	return m->rcode == RCODE_NOERROR && MESSAGE_OPCODE(m->flags) == OPCODE_UPDATE;
}

int update_read_ds(const struct message *m, const struct name *child, struct arena *arena, struct ds_set *out, uint32_t *ttl)
{
	struct ds_set set = { .ds = arena_array(arena, m->count[SECTION_ANSWER] + 1, sizeof(*set.ds)) };
	uint32_t found = 0;
	if (set.ds == NULL) {
		return ERR_NOMEM;
	}
	if (!tells(m)) {
		return ERR_FORMAT;
	}
	for (size_t i = 0; i < m->count[SECTION_ANSWER]; i++) {
		const struct record *r = &m->records[SECTION_ANSWER][i];
		if (r->type != TYPE_DS || r->class != CLASS_IN || !name_equal(r->owner, child)) {
			continue;
		}
		if (ds_parse(r->rdata, &set.ds[set.count++]) != 0) {
			return ERR_FORMAT;
		}
		found = r->ttl;
	}
	/* A server that is not the zone's own knows nothing of it, and says so without AA. */
	if (set.count == 0 && (m->flags & MESSAGE_FLAG_AA) == 0) {
		return ERR_FORMAT;
	}
	ds_set_normalize(&set);
	*out = set;
	*ttl = found;
	return 0;
}

static int compare_names(const void *a, const void *b)
{
	return name_compare(a, b);
}

static int add_ns(const struct message *m, enum section section, const struct name *child, struct name *names, size_t *count)
{
	for (size_t i = 0; i < m->count[section]; i++) {
		const struct record *r = &m->records[section][i];
		if (r->type != TYPE_NS || r->class != CLASS_IN || !name_equal(r->owner, child)) {
			continue;
		}
		struct wire w = wire_reader(r->rdata.data, r->rdata.size);
		name_read_plain(&w, &names[(*count)++]);
		if (!wire_done(&w)) {
			return ERR_FORMAT;
		}
	}
	return 0;
}

int update_read_ns(const struct message *m, const struct name *child, struct arena *arena, struct name **out, size_t *count)
{
	size_t found = 0;
	struct name *names = arena_array(arena, m->count[SECTION_ANSWER] + m->count[SECTION_AUTHORITY] + 1, sizeof(*names));
	if (names == NULL) {
		return ERR_NOMEM;
	}
	if (!tells(m)) {
		return ERR_FORMAT;
	}
	int rc = add_ns(m, SECTION_ANSWER, child, names, &found);
	rc = rc == 0 ? add_ns(m, SECTION_AUTHORITY, child, names, &found) : rc;
	if (rc != 0) {
		return rc;
	}
	qsort(names, found, sizeof(*names), compare_names);
	*out = names;
	*count = found;
	return 0;
}

const char *update_rcode_text(unsigned rcode, char buf[20])
{
	static const char *const texts[] = { "NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED", "YXDOMAIN",
		"YXRRSET", "NXRRSET", "NOTAUTH", "NOTZONE" };
	if (rcode < sizeof(texts) / sizeof(texts[0])) {
		return texts[rcode];
	}
	snprintf(buf, 20, "RCODE %u", rcode);
	return buf;
}
