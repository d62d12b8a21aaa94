/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Canonical RDATA: RFC 4034 section 6.2 as corrected by RFC 6840 section 5.1. */
#include <string.h>

#include "validate/wire/cursor.h"
#include "validate/wire/err.h"
#include "validate/wire/record.h"

#define NAMES_MAX 2

/* RDATA with names is: octets, character strings, names, a tail. Types that are not here hold no
 * name, or a name which RFC 3597 section 7 leaves as it is. A6 is in the RFC's list and not
 * here: it is historic (RFC 6563), so it is opaque like any unknown type. */
static const struct layout {
	uint16_t type;
	uint8_t fixed;		/* octets in front of the names */
	uint8_t strings;	/* character strings behind these */
	uint8_t names;
	uint8_t tail;		/* octets behind the names */
	bool open;		/* any number of them */
} layouts[] = {
	{ .type = TYPE_NS, .names = 1 },
	{ .type = 3 /* MD */, .names = 1 },
	{ .type = 4 /* MF */, .names = 1 },
	{ .type = TYPE_CNAME, .names = 1 },
	{ .type = TYPE_SOA, .names = 2, .tail = 20 },
	{ .type = 7 /* MB */, .names = 1 },
	{ .type = 8 /* MG */, .names = 1 },
	{ .type = 9 /* MR */, .names = 1 },
	{ .type = 12 /* PTR */, .names = 1 },
	{ .type = 14 /* MINFO */, .names = 2 },
	{ .type = 15 /* MX */, .fixed = 2, .names = 1 },
	{ .type = 17 /* RP */, .names = 2 },
	{ .type = 18 /* AFSDB */, .fixed = 2, .names = 1 },
	{ .type = 21 /* RT */, .fixed = 2, .names = 1 },
	{ .type = 24 /* SIG */, .fixed = 18, .names = 1, .open = true },
	{ .type = 26 /* PX */, .fixed = 2, .names = 2 },
	{ .type = 30 /* NXT */, .names = 1, .open = true },
	{ .type = 33 /* SRV */, .fixed = 6, .names = 1 },
	{ .type = 35 /* NAPTR */, .fixed = 4, .strings = 3, .names = 1 },
	{ .type = 36 /* KX */, .fixed = 2, .names = 1 },
	{ .type = TYPE_DNAME, .names = 1 },
	{ .type = TYPE_RRSIG, .fixed = 18, .names = 1, .open = true },
};

static const struct layout *find_layout(uint16_t type)
{
	for (size_t i = 0; i < sizeof(layouts) / sizeof(layouts[0]); i++) {
		if (layouts[i].type == type) {
			return &layouts[i];
		}
	}
	return NULL;
}

/* RDATA taken apart: the octets in front of the names and behind them stay where they are. */
struct parts {
	struct slice front;
	struct slice tail;
	struct name names[NAMES_MAX];
	bool canonical;		/* as it was sent */
};

static bool take_apart(struct wire *w, const struct layout *layout, struct parts *out)
{
	size_t start = w->pos;
	(void)wire_read(w, layout->fixed);
	for (unsigned i = 0; i < layout->strings; i++) {
		(void)wire_read(w, wire_read_u8(w));
	}
	out->front = (struct slice){ w->data + start, w->pos - start };
	out->canonical = true;
	for (unsigned i = 0; i < layout->names; i++) {
		struct name *name = &out->names[i];
		size_t before = w->pos;
		name_read(w, name);
		out->canonical = out->canonical && w->pos - before == name->size &&
			memcmp(w->data + before, name->octets, name->size) == 0;
	}
	size_t left = wire_left(w);
	out->tail = (struct slice){ w->data + w->pos, left };
	return !wire_error(w) && (layout->open || left == layout->tail);
}

static int put_together(const struct parts *parts, unsigned names, struct arena *arena,
	struct slice *out)
{
	size_t size = parts->front.size + parts->tail.size;
	for (unsigned i = 0; i < names; i++) {
		size += parts->names[i].size;
	}
	uint8_t *octets = arena_alloc(arena, size);
	if (octets == NULL) {
		return ERR_NOMEM;
	}
	struct wire w = wire_writer(octets, size);
	wire_write(&w, parts->front.data, parts->front.size);
	for (unsigned i = 0; i < names; i++) {
		name_write(&w, &parts->names[i]);
	}
	wire_write(&w, parts->tail.data, parts->tail.size);
	*out = (struct slice){ octets, size };
	return 0;
}

int rdata_canonical(struct slice message, size_t start, size_t size, uint16_t type,
	struct arena *arena, struct slice *out)
{
	if (start > message.size || size > message.size - start) {
		return ERR_FORMAT;
	}
	/* The end of the RDATA is the end of what can be read, so no name runs over it; what is in
	 * front stays readable for pointers. */
	struct wire w = wire_reader(message.data, start + size);
	w.pos = start;
	const struct slice as_sent = { message.data == NULL ? NULL : message.data + start, size };
	if (type == TYPE_NSEC) {
		/* RFC 6840 section 5.1: the case stays. RFC 4034 section 4.1.1: no compression. */
		struct name next;
		name_read_plain(&w, &next);
		if (wire_error(&w)) {
			return ERR_FORMAT;
		}
		*out = as_sent;
		return 0;
	}
	const struct layout *layout = find_layout(type);
	if (layout == NULL) {
		*out = as_sent;
		return 0;
	}
	struct parts parts;
	if (message.data == NULL || !take_apart(&w, layout, &parts)) {
		return ERR_FORMAT;
	}
	if (parts.canonical) {
		*out = as_sent;
		return 0;
	}
	return put_together(&parts, layout->names, arena, out);
}
