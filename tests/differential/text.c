/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Records in presentation form, in the many ways that mean the same (RFC 1035 section 5, RFC 3597). */
#include "tests/differential/child.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/evp.h>

#include "tests/differential/chance.h"
#include "validate/wire/cursor.h"

struct printer {
	const struct child *c;
	FILE *to;
	bool plain;	/* no style: the dsset file */
};

static void put_type(FILE *to, uint16_t type)
{
	char text[16];
	fputs(type == 16 ? "TXT" : rrtype_text(type, text), to);
}

static void put_cased(const struct printer *p, const char *text)
{
	for (; *text != '\0'; text++) {
		bool escape = *text == '\\' && isdigit((unsigned char)text[1]);
		bool upper = p->c->style.upper && !p->plain && chance_percent(50);
		fputc(upper ? toupper((unsigned char)*text) : *text, p->to);
		for (unsigned i = 0; escape && i < 3; i++) {
			fputc(*++text, p->to);
		}
	}
}

static void put_name(const struct printer *p, const struct name *name)
{
	char text[NAME_TEXT_SIZE];
	name_to_text(name, text);
	if (p->c->style.relative && !p->plain && chance_percent(60)) {
		char apex[NAME_TEXT_SIZE];
		name_to_text(&p->c->apex, apex);
		size_t cut = strlen(text) - strlen(apex);
		if (name_equal(name, &p->c->apex)) {
			fputc('@', p->to);
			return;
		}
		if (name_is_within(name, &p->c->apex) && cut < sizeof text) {
			text[cut - 1] = '\0';
		}
	}
	put_cased(p, text);
}

static void put_hex(FILE *to, const uint8_t *data, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		fprintf(to, "%02x", data[i]);
	}
}

static void put_base64(FILE *to, const uint8_t *data, size_t size)
{
	char text[1400];
	EVP_EncodeBlock((uint8_t *)text, data, (int)size);
	fputs(text, to);
}

static void put_time(FILE *to, uint32_t seconds)
{
	time_t t = (time_t)seconds;
	struct tm tm;
	char text[16];
	gmtime_r(&t, &tm);
	strftime(text, sizeof text, "%Y%m%d%H%M%S", &tm);
	fputs(text, to);
}

static void put_read_name(const struct printer *p, struct wire *w, bool exact)
{
	size_t start = w->pos;
	struct name name;
	name_read_plain(w, &name);
	if (!exact) {
		put_name(p, &name);
		return;
	}
	char text[NAME_TEXT_SIZE];
	name_to_text(&name, text);
	bool upper = false;
	for (size_t i = start; i < w->pos; i++) {
		upper = upper || isupper(w->data[i]);
	}
	for (const char *at = text; *at != '\0'; at++) {
		fputc(upper ? toupper((unsigned char)*at) : *at, p->to);
	}
}

static void put_bitmap(FILE *to, struct wire *w)
{
	while (wire_left(w) > 0) {
		unsigned window = wire_read_u8(w);
		uint8_t size = wire_read_u8(w);
		const uint8_t *octets = wire_read(w, size);
		for (unsigned i = 0; i < size * 8u; i++) {
			if ((octets[i / 8] & 0x80 >> i % 8) != 0) {
				fputc(' ', to);
				put_type(to, (uint16_t)(window * 256 + i));
			}
		}
	}
}

static void put_rrsig(const struct printer *p, struct wire *w)
{
	put_type(p->to, wire_read_u16(w));
	unsigned algorithm = wire_read_u8(w);
	unsigned labels = wire_read_u8(w);
	fprintf(p->to, " %u %u %u ", algorithm, labels, wire_read_u32(w));
	put_time(p->to, wire_read_u32(w));
	fputc(' ', p->to);
	put_time(p->to, wire_read_u32(w));
	fprintf(p->to, " %u ", wire_read_u16(w));
	put_read_name(p, w, false);
	fputs(p->c->style.lines ? " (\n\t" : " ", p->to);
	size_t size = wire_left(w);
	put_base64(p->to, wire_read(w, size), size);
	fputs(p->c->style.lines ? " ) ; signature" : "", p->to);
}

static void put_nsec3(const struct printer *p, struct wire *w, bool record)
{
	unsigned algorithm = wire_read_u8(w);
	unsigned flags = wire_read_u8(w);
	fprintf(p->to, "%u %u %u ", algorithm, flags, wire_read_u16(w));
	uint8_t size = wire_read_u8(w);
	if (size == 0) {
		fputc('-', p->to);
	}
	put_hex(p->to, wire_read(w, size), size);
	if (!record) {
		return;
	}
	const uint8_t *hash = wire_read(w, wire_read_u8(w));
	char text[33] = { 0 };
	for (unsigned i = 0; i < 32; i++) {
		unsigned bit = i * 5;
		unsigned pair = (unsigned)hash[bit / 8] << 8 | (bit / 8 < 19 ? hash[bit / 8 + 1] : 0);
		text[i] = "0123456789abcdefghijklmnopqrstuv"[pair >> (11 - bit % 8) & 31];
	}
	fputc(' ', p->to);
	put_cased(p, text);
	put_bitmap(p->to, w);
}

static void put_digest_or_key(const struct printer *p, uint16_t type, struct wire *w)
{
	bool ds = type == TYPE_DS || type == TYPE_CDS;
	unsigned first = wire_read_u16(w);
	unsigned second = wire_read_u8(w);
	fprintf(p->to, "%u %u %u ", first, second, (unsigned)wire_read_u8(w));
	size_t size = wire_left(w);
	if (ds) {
		put_hex(p->to, wire_read(w, size), size);
	} else {
		put_base64(p->to, wire_read(w, size), size);
	}
}

static void put_generic(FILE *to, struct slice rdata)
{
	fprintf(to, "\\# %zu ", rdata.size);
	put_hex(to, rdata.data, rdata.size);
}

static void put_rdata(const struct printer *p, uint16_t type, struct slice rdata)
{
	struct wire w = wire_reader(rdata.data, rdata.size);
	switch (type) {
	case TYPE_NS:
		put_read_name(p, &w, false);
		break;
	case TYPE_SOA:
		put_read_name(p, &w, false);
		fputc(' ', p->to);
		put_read_name(p, &w, false);
		for (unsigned i = 0; i < 5; i++) {
			fprintf(p->to, " %u", wire_read_u32(&w));
		}
		break;
	case TYPE_RRSIG:
		put_rrsig(p, &w);
		break;
	case TYPE_NSEC:
		put_read_name(p, &w, true);
		put_bitmap(p->to, &w);
		break;
	case TYPE_NSEC3:
	case TYPE_NSEC3PARAM:
		put_nsec3(p, &w, type == TYPE_NSEC3);
		break;
	case TYPE_A:
		fprintf(p->to, "%u.%u.%u.%u", rdata.data[0], rdata.data[1], rdata.data[2], rdata.data[3]);
		break;
	case 16:
		fprintf(p->to, "\"%.*s\"", (int)rdata.data[0], (const char *)rdata.data + 1);
		break;
	default:
		put_digest_or_key(p, type, &w);
		break;
	}
}

static void put_record(const struct printer *p, const struct zone_record *r)
{
	bool signal = r->type == TYPE_CDS || r->type == TYPE_CDNSKEY || r->type == TYPE_DNSKEY;
	bool generic = p->c->style.generic && !p->plain && signal && chance_percent(60);
	put_name(p, r->owner);
	unsigned less = p->c->style.ttls && !p->plain && r->type != TYPE_SOA ? chance_below(3) : 0;
	fprintf(p->to, " %u IN ", r->ttl - less);
	if (generic && chance_percent(50)) {
		fprintf(p->to, "TYPE%u", r->type);
	} else {
		put_type(p->to, r->type);
	}
	fputc(' ', p->to);
	if (generic) {
		put_generic(p->to, r->rdata);
	} else {
		put_rdata(p, r->type, r->rdata);
	}
	fputc('\n', p->to);
}

void text_zone(const struct child *c, struct zone_records *z, FILE *to)
{
	const struct printer p = { c, to, false };
	/* The SOA stays first: a zone file begins with it. */
	for (size_t i = z->count - 1; c->style.shuffled && i > 1; i--) {
		size_t k = 1 + chance_below((unsigned)i);
		struct zone_record moving = z->list[i];
		z->list[i] = z->list[k];
		z->list[k] = moving;
	}
	if (c->style.lines) {
		fputs("; a child\n\n", to);
	}
	if (c->style.relative) {
		char apex[NAME_TEXT_SIZE];
		name_to_text(&c->apex, apex);
		fprintf(to, "$ORIGIN %s\n$TTL 3600\n", apex);
	}
	for (size_t i = 0; i < z->count; i++) {
		put_record(&p, &z->list[i]);
		if (c->style.twice && z->list[i].type != TYPE_SOA && chance_percent(20)) {
			put_record(&p, &z->list[i]);
		}
	}
}

void text_ds(const struct child *c, FILE *to)
{
	const struct printer p = { c, to, true };
	for (size_t i = 0; i < c->ds.count; i++) {
		const struct zone_record r = { &c->apex, TYPE_DS, 3600, entry_rdata(c, &c->ds.list[i], TYPE_DS) };
		put_record(&p, &r);
	}
}
