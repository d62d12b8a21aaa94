/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parses DNS messages: RFC 1035 section 4, EDNS of RFC 6891. */
#include "validate/wire/message.h"

#include <string.h>

#include "validate/wire/cursor.h"
#include "validate/wire/err.h"
#include "validate/wire/limits.h"

#define QUESTION_OCTETS 5	/* of the smallest question */
#define RECORD_OCTETS 11	/* of the smallest record: root owner, no RDATA */
#define EDNS_DO 0x8000

/* A name that was read, and where its labels start: a pointer to there needs no reading. */
struct seen {
	size_t offset;
	const struct name *name;
};

struct parser {
	struct wire w;
	struct arena *arena;
	struct message message;
	struct seen question;
	struct seen last;	/* owner of the record before */
	uint16_t header_count[SECTION_COUNT];
	size_t most;		/* questions and records */
};

/* Where the labels of the name at the cursor start: behind a leading pointer or here. */
static size_t labels_offset(const struct wire *w)
{
	if (wire_left(w) < 2 || w->data[w->pos] < 0xc0) {
		return w->pos;
	}
	return (size_t)(w->data[w->pos] & 0x3f) << 8 | w->data[w->pos + 1];
}

/* What the octets do not hold is an error that the cursor keeps; message_parse refuses it once, at the end. Until then
 * nothing more is read, and counts are bounded.
 *
 * Nearly all owners of an answer are the question or the owner before; these share one copy. */
static int read_owner(struct parser *p, const struct name **out)
{
	size_t offset = labels_offset(&p->w);
	const struct seen *seen = p->last.name != NULL && offset == p->last.offset ? &p->last :
		p->question.name != NULL && offset == p->question.offset ? &p->question : NULL;
	if (seen != NULL) {
		p->w.pos += 2;	/* its offset lies in front of the cursor, so this is a pointer */
		*out = seen->name;
		p->last = *seen;
		return 0;
	}
	struct name name;
	name_read(&p->w, &name);
	if (p->last.name != NULL && name_equal(&name, p->last.name)) {
		*out = p->last.name;
	} else if (p->question.name != NULL && name_equal(&name, p->question.name)) {
		*out = p->question.name;
	} else {
		*out = arena_copy(p->arena, &name, sizeof(name));
	}
	if (*out == NULL) {
		return ERR_NOMEM;
	}
	p->last = (struct seen){ offset, *out };
	return 0;
}

static int read_questions(struct parser *p)
{
	for (unsigned i = 0; i < p->message.question_count && !wire_error(&p->w); i++) {
		size_t offset = p->w.pos;
		struct name name;
		name_read(&p->w, &name);
		uint16_t type = wire_read_u16(&p->w);
		uint16_t class = wire_read_u16(&p->w);
		if (i > 0) {
			continue;
		}
		const struct name *copy = arena_copy(p->arena, &name, sizeof(name));
		if (copy == NULL) {
			return ERR_NOMEM;
		}
		p->question = (struct seen){ offset, copy };
		p->message.question = name;
		p->message.question_type = type;
		p->message.question_class = class;
	}
	return 0;
}

/* RFC 6891 section 6.1: one OPT, owned by the root, in the additional section, of whole options. */
static int read_opt(struct parser *p, enum section section, const struct record *opt)
{
	struct message *m = &p->message;
	if (m->has_edns || section != SECTION_ADDITIONAL || !name_equal(opt->owner, &name_root)) {
		return ERR_FORMAT;
	}
	struct wire w = wire_reader(opt->rdata.data, opt->rdata.size);
	while (wire_left(&w) > 0) {
		(void)wire_read_u16(&w);
		(void)wire_read(&w, wire_read_u16(&w));
	}
	if (wire_error(&w)) {
		return ERR_FORMAT;
	}
	m->has_edns = true;
	m->edns_do = (opt->ttl & EDNS_DO) != 0;
	m->edns_version = (uint8_t)(opt->ttl >> 16);
	m->edns_options = opt->rdata;
	m->rcode = (uint16_t)(opt->ttl >> 24 << 4 | m->rcode);
	return 0;
}

static int read_record(struct parser *p, struct record *out)
{
	int err = read_owner(p, &out->owner);
	if (err != 0) {
		return err;
	}
	out->type = wire_read_u16(&p->w);
	out->class = wire_read_u16(&p->w);
	out->ttl = wire_read_u32(&p->w);
	uint16_t size = wire_read_u16(&p->w);
	size_t start = p->w.pos;
	out->rdata = (struct slice){ wire_read(&p->w, size), size };
	if (wire_error(&p->w) || out->class != CLASS_IN || out->type == TYPE_OPT) {
		return 0;
	}
	const struct slice message = { p->w.data, p->w.size };
	return rdata_canonical(message, start, size, out->type, p->arena, &out->rdata);
}

static int read_section(struct parser *p, enum section section)
{
	size_t count = p->header_count[section];
	if (count == 0) {
		return 0;
	}
	struct record *records = arena_array(p->arena, count, sizeof(*records));
	if (records == NULL) {
		return ERR_NOMEM;
	}
	size_t kept = 0;
	for (size_t i = 0; i < count && !wire_error(&p->w); i++) {
		struct record *record = &records[kept];
		int err = read_record(p, record);
		if (err == 0 && record->type == TYPE_OPT) {
			err = read_opt(p, section, record);
		} else if (err == 0) {
			/* RFC 2181 section 8. */
			record->ttl = record->ttl > INT32_MAX ? 0 : record->ttl;
			kept++;
		}
		if (err != 0) {
			return err;
		}
	}
	p->message.count[section] = kept;
	p->message.records[section] = records;
	return 0;
}

static int read_header(struct parser *p)
{
	struct message *m = &p->message;
	m->id = wire_read_u16(&p->w);
	m->flags = wire_read_u16(&p->w);
	m->rcode = m->flags & 15;
	m->question_count = wire_read_u16(&p->w);
	size_t total = 0;
	for (unsigned i = 0; i < SECTION_COUNT; i++) {
		p->header_count[i] = wire_read_u16(&p->w);
		total += p->header_count[i];
	}
	/* A count that cannot be true costs no memory. */
	if (wire_error(&p->w) || m->question_count * QUESTION_OCTETS + total * RECORD_OCTETS > wire_left(&p->w)) {
		return ERR_FORMAT;
	}
	return m->question_count + total > p->most ? ERR_LIMIT : 0;
}

static int parse(const uint8_t *octets, size_t size, size_t most, struct arena *arena, struct message *out)
{
	if (arena == NULL || out == NULL) {
		return ERR_ARG;
	}
	if (octets == NULL || size > LIMIT_MESSAGE_OCTETS) {
		return ERR_FORMAT;
	}
	/* One copy, so that the records do not depend on the caller's octets. */
	const uint8_t *copy = arena_copy(arena, octets, size);
	if (copy == NULL) {
		return ERR_NOMEM;
	}
	struct parser p = { .w = wire_reader(copy, size), .arena = arena, .most = most };
	int err = read_header(&p);
	if (err == 0) {
		err = read_questions(&p);
	}
	for (unsigned i = 0; err == 0 && i < SECTION_COUNT; i++) {
		err = read_section(&p, (enum section)i);
	}
	if (err == 0 && !wire_done(&p.w)) {
		err = ERR_FORMAT;
	}
	if (err == 0) {
		*out = p.message;
	}
	return err;
}

int message_parse(const uint8_t *octets, size_t size, struct arena *arena, struct message *out)
{
	return parse(octets, size, LIMIT_MESSAGE_RECORDS, arena, out);
}

int message_parse_transfer(const uint8_t *octets, size_t size, struct arena *arena, struct message *out)
{
	return parse(octets, size, SIZE_MAX, arena, out);
}

bool message_answers(const struct message *m, const struct name *name, uint16_t type)
{
	return m->question_count == 1 && (m->flags & MESSAGE_FLAG_QR) != 0 &&
		MESSAGE_OPCODE(m->flags) == 0 && m->question_type == type &&
		m->question_class == CLASS_IN && name_equal(&m->question, name);
}
