/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Messages: what is read, what is refused, RRsets, composing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/wire_hex.h"
#include "validate/wire/err.h"
#include "validate/wire/limits.h"
#include "validate/wire/message.h"

/* example.ch at 12, ch at 20, CDS and IN; ends at 28. */
#define QUESTION "07 6578616d706c65 02 6368 00 003b 0001 "
#define HEAD(qd, an, ns, ar) "1234 8400 " qd " " an " " ns " " ar " "
#define DELETE "c00c 003b 0001 00000e10 0005 0000 00 00 00 "
#define OPT "00 0029 04d0 00008000 0000 "

struct fixture {
	struct arena *arena;
	uint8_t octets[LIMIT_MESSAGE_OCTETS + 1];
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	if (f == NULL || (f->arena = arena_new()) == NULL) {
		free(f);
		return -1;
	}
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;
	arena_free(f->arena);
	free(f);
	return 0;
}

static struct name name_of(const char *text)
{
	struct name name;
	if (name_from_text(text, &name) != 0) {
		fail_msg("not a name: %s", text);
	}
	return name;
}

static struct message parsed(struct fixture *f, const char *hex)
{
	struct message m;
	size_t size = hex_octets(hex, f->octets, sizeof(f->octets));
	int err = message_parse(f->octets, size, f->arena, &m);
	/* Nothing of the result lies in the caller's octets. */
	memset(f->octets, 0xee, size);
	if (err != 0) {
		fail_msg("not a message: %s", hex);
	}
	return m;
}

static const struct parse_case {
	const char *label;
	const char *hex;
	int err;
	size_t answers;
} parse_cases[] = {
	{ "one answer", HEAD("0001", "0001", "0000", "0000") QUESTION DELETE, 0, 1 },
	{ "header only", HEAD("0000", "0000", "0000", "0000"), 0, 0 },
	{ "OPT", HEAD("0001", "0001", "0000", "0001") QUESTION DELETE OPT, 0, 1 },
	{ "OPT with options", HEAD("0001", "0000", "0000", "0001") QUESTION
		"00 0029 04d0 00008000 000a 000a 0000 000f 0002 0016", 0, 0 },
	{ "two questions", HEAD("0002", "0000", "0000", "0000") QUESTION "c00c 0001 0001", 0, 0 },
	{ "empty CDS", HEAD("0001", "0001", "0000", "0000") QUESTION
		"c00c 003b 0001 00000e10 0000", 0, 1 },
	{ "RDATA of another class is opaque", HEAD("0001", "0001", "0000", "0000") QUESTION
		"c00c 0002 0003 00000e10 0001 ff", 0, 1 },
	{ "empty", "", ERR_FORMAT, 0 },
	{ "header cut", "1234 8400 0000 0000 0000 00", ERR_FORMAT, 0 },
	{ "octet behind the header", HEAD("0000", "0000", "0000", "0000") "00", ERR_FORMAT, 0 },
	{ "octet behind the records", HEAD("0001", "0001", "0000", "0000") QUESTION DELETE "00",
		ERR_FORMAT, 0 },
	{ "record behind the records", HEAD("0001", "0001", "0000", "0000") QUESTION DELETE DELETE,
		ERR_FORMAT, 0 },
	{ "fewer records than said", HEAD("0001", "0002", "0000", "0000") QUESTION DELETE,
		ERR_FORMAT, 0 },
	{ "far fewer records than said", HEAD("0001", "ffff", "ffff", "ffff") QUESTION DELETE,
		ERR_FORMAT, 0 },
	{ "no question where one is said", HEAD("0001", "0000", "0000", "0000"), ERR_FORMAT, 0 },
	{ "question cut", HEAD("0001", "0000", "0000", "0000") "02 6368 00 003b 00", ERR_FORMAT, 0 },
	{ "question of a forward pointer", HEAD("0001", "0000", "0000", "0000") "c00e 0001 0001",
		ERR_FORMAT, 0 },
	{ "RDATA over the end", HEAD("0001", "0001", "0000", "0000") QUESTION
		"c00c 003b 0001 00000e10 0006 0000 00 00 00", ERR_FORMAT, 0 },
	{ "owner of a forward pointer", HEAD("0001", "0001", "0000", "0000") QUESTION
		"c01e 003b 0001 00000e10 0000", ERR_FORMAT, 0 },
	{ "owner of label type 10", HEAD("0001", "0001", "0000", "0000") QUESTION
		"800c 003b 0001 00000e10 0000", ERR_FORMAT, 0 },
	{ "NS over its RDATA", HEAD("0001", "0002", "0000", "0000") QUESTION
		"c00c 0002 0001 00000e10 0002 0161" DELETE, ERR_FORMAT, 0 },
	{ "NS short of its RDATA", HEAD("0001", "0001", "0000", "0000") QUESTION
		"c00c 0002 0001 00000e10 0003 c00c 00", ERR_FORMAT, 0 },
	{ "RRSIG of 17 octets", HEAD("0001", "0001", "0000", "0000") QUESTION
		"c00c 002e 0001 00000e10 0011 0000000000000000000000000000000000", ERR_FORMAT, 0 },
	{ "NSEC compressed", HEAD("0001", "0001", "0000", "0000") QUESTION
		"c00c 002f 0001 00000e10 0005 c00c 0001 40", ERR_FORMAT, 0 },
	{ "two OPT", HEAD("0001", "0000", "0000", "0002") QUESTION OPT OPT, ERR_FORMAT, 0 },
	{ "OPT in the answer", HEAD("0001", "0001", "0000", "0000") QUESTION OPT, ERR_FORMAT, 0 },
	{ "OPT in the authority", HEAD("0001", "0000", "0001", "0000") QUESTION OPT, ERR_FORMAT, 0 },
	{ "OPT of an owner", HEAD("0001", "0000", "0000", "0001") QUESTION
		"c00c 0029 04d0 00000000 0000", ERR_FORMAT, 0 },
	{ "OPT option cut", HEAD("0001", "0000", "0000", "0001") QUESTION
		"00 0029 04d0 00000000 0005 000a 0002 00", ERR_FORMAT, 0 },
	{ "OPT option head cut", HEAD("0001", "0000", "0000", "0001") QUESTION
		"00 0029 04d0 00000000 0003 000a 00", ERR_FORMAT, 0 },
};

static void parsing(void **state)
{
	struct fixture *f = *state;
	for (size_t i = 0; i < sizeof(parse_cases) / sizeof(parse_cases[0]); i++) {
		const struct parse_case *c = &parse_cases[i];
		print_message("  %s\n", c->label);
		struct message m = { .id = 77 };
		size_t size = hex_octets(c->hex, f->octets, sizeof(f->octets));
		assert_int_equal(message_parse(f->octets, size, f->arena, &m), c->err);
		if (c->err != 0) {
			assert_int_equal(m.id, 77);
			continue;
		}
		assert_int_equal(m.id, 0x1234);
		assert_int_equal(m.count[SECTION_ANSWER], c->answers);
	}
	struct message m;
	assert_int_equal(message_parse(NULL, 0, f->arena, &m), ERR_FORMAT);
	assert_int_equal(message_parse(f->octets, 12, NULL, &m), ERR_ARG);
}

/* NS of example.ch and its signature; SOA of ch; A of ns1.example.ch and OPT. Names in all the
 * ways they can be written. */
static const char rich[] = "4711 8583 0001 0002 0001 0002 "
	"07 4558616d706c65 02 6348 00 0002 0001 "		/* 12: EXample.cH NS IN */
	"c00c 0002 0001 80000000 0006 03 4e5331 c00c "		/* 28; NS1 at 40 */
	"07 6578616d706c65 c014 002e 0001 00000e10 0016 "	/* 46 */
	"0002 0d 02 00000e10 60000000 50000000 1234 c014 aabb "
	"c014 0006 0001 00000384 0018 c028 c014 "
	"00000001 00000002 00000003 00000004 00000005 "
	"c028 0001 0001 00000e10 0004 09090909 "
	"00 0029 04d0 01008000 0000";

static void version_and_options_of_edns(void **state)
{
	struct message m = parsed(*state, HEAD("0001", "0000", "0000", "0001") QUESTION "00 0029 04d0 00020000 000a 0012 0002 0100 000c 0000");
	static const uint8_t options[] = { 0, 18, 0, 2, 1, 0, 0, 12, 0, 0 };
	assert_int_equal(m.edns_version, 2);
	assert_false(m.edns_do);
	assert_int_equal(m.edns_options.size, sizeof(options));
	assert_memory_equal(m.edns_options.data, options, sizeof(options));
	m = parsed(*state, HEAD("0001", "0000", "0000", "0000") QUESTION);
	assert_int_equal(m.edns_version, 0);
	assert_int_equal(m.edns_options.size, 0);
}

static void everything_of_a_message(void **state)
{
	struct message m = parsed(*state, rich);
	assert_int_equal(m.id, 0x4711);
	assert_int_equal(m.flags, 0x8583);
	assert_int_equal(m.rcode, 16 + 3);
	assert_true(m.has_edns);
	assert_true(m.edns_do);
	assert_int_equal(m.edns_version, 0);
	assert_int_equal(m.question_count, 1);
	assert_int_equal(m.question_type, TYPE_NS);
	assert_int_equal(m.question_class, CLASS_IN);
	const struct name example = name_of("example.ch.");
	const struct name ch = name_of("ch.");
	const struct name ns1 = name_of("ns1.example.ch.");
	assert_true(name_equal(&m.question, &example));
	assert_int_equal(m.count[SECTION_ANSWER], 2);
	assert_int_equal(m.count[SECTION_AUTHORITY], 1);
	assert_int_equal(m.count[SECTION_ADDITIONAL], 1);

	const struct record *ns = &m.records[SECTION_ANSWER][0];
	assert_true(name_equal(ns->owner, &example));
	assert_int_equal(ns->type, TYPE_NS);
	assert_int_equal(ns->ttl, 0);	/* RFC 2181 section 8 */
	assert_int_equal(ns->rdata.size, ns1.size);
	assert_memory_equal(ns->rdata.data, ns1.octets, ns1.size);

	const struct record *signature = &m.records[SECTION_ANSWER][1];
	/* One name for equal owners, however they were written. */
	assert_ptr_equal(signature->owner, ns->owner);
	assert_int_equal(signature->ttl, 3600);
	assert_int_equal(signature->rdata.size, 18 + 4 + 2);

	const struct record *soa = &m.records[SECTION_AUTHORITY][0];
	assert_true(name_equal(soa->owner, &ch));
	assert_int_equal(soa->rdata.size, (size_t)ns1.size + ch.size + 20);

	const struct record *a = &m.records[SECTION_ADDITIONAL][0];
	assert_true(name_equal(a->owner, &ns1));
	assert_ptr_not_equal(a->owner, soa->owner);
	assert_memory_equal(a->rdata.data, "\x09\x09\x09\x09", 4);
}

/* Owners that are not the question, written in full each time. */
static void equal_owners_share_a_name(void **state)
{
	struct message m = parsed(*state, HEAD("0001", "0003", "0000", "0000") QUESTION
		"01 61 c014 0001 0001 00000e10 0004 09090909 "
		"01 41 c014 0001 0001 00000e10 0004 09090908 "
		"01 62 c014 0001 0001 00000e10 0004 09090907");
	const struct record *records = m.records[SECTION_ANSWER];
	assert_ptr_equal(records[0].owner, records[1].owner);
	assert_ptr_not_equal(records[1].owner, records[2].owner);
	const struct name b = name_of("b.ch.");
	assert_true(name_equal(records[2].owner, &b));
}

static void every_beginning_is_malformed(void **state)
{
	struct fixture *f = *state;
	uint8_t octets[512];
	size_t size = hex_octets(rich, octets, sizeof(octets));
	for (size_t cut = 0; cut < size; cut++) {
		/* A copy of exactly that size, so that reading over its end is seen. */
		uint8_t *copy = malloc(cut + 1);
		assert_non_null(copy);
		memcpy(copy, octets, cut);
		struct message m;
		assert_int_equal(message_parse(copy, cut, f->arena, &m), ERR_FORMAT);
		free(copy);
	}
}

/* A header, questions of the root, and records of 11 octets. */
static size_t small_records(uint8_t *octets, size_t questions, size_t records)
{
	memset(octets, 0, 12);
	struct wire w = wire_writer(octets, LIMIT_MESSAGE_OCTETS + 1);
	wire_write_u32(&w, 0x12348400);
	wire_write_u16(&w, (uint16_t)questions);
	wire_write_u16(&w, (uint16_t)(records / 2));
	wire_write_u16(&w, (uint16_t)(records - records / 2));
	wire_write_u16(&w, 0);
	for (size_t i = 0; i < questions; i++) {
		wire_write(&w, "\0\377\1\0\1", 5);
	}
	for (size_t i = 0; i < records; i++) {
		wire_write(&w, "\0\377\1\0\1\0\0\0\0\0\0", 11);
	}
	assert_false(wire_error(&w));
	return w.pos;
}

static void records_have_a_ceiling(void **state)
{
	struct fixture *f = *state;
	struct message m;
	size_t size = small_records(f->octets, 0, LIMIT_MESSAGE_RECORDS);
	assert_int_equal(message_parse(f->octets, size, f->arena, &m), 0);
	assert_int_equal(m.count[SECTION_ANSWER] + m.count[SECTION_AUTHORITY],
		LIMIT_MESSAGE_RECORDS);
	size = small_records(f->octets, 0, LIMIT_MESSAGE_RECORDS + 1);
	assert_int_equal(message_parse(f->octets, size, f->arena, &m), ERR_LIMIT);
	/* Only the octets bound those of a transfer. */
	assert_int_equal(message_parse_transfer(f->octets, size, f->arena, &m), 0);
	assert_int_equal(m.count[SECTION_ANSWER] + m.count[SECTION_AUTHORITY], LIMIT_MESSAGE_RECORDS + 1);
	assert_int_equal(message_parse_transfer(f->octets, size - 1, f->arena, &m), ERR_FORMAT);
	/* Counts that cannot be true are no more than a lie. */
	assert_int_equal(message_parse(f->octets, size - 1, f->arena, &m), ERR_FORMAT);
	size = small_records(f->octets, LIMIT_MESSAGE_RECORDS + 1, 0);
	assert_int_equal(message_parse(f->octets, size, f->arena, &m), ERR_LIMIT);
	assert_int_equal(message_parse(f->octets, size - 1, f->arena, &m), ERR_FORMAT);
}

static void octets_have_a_ceiling(void **state)
{
	struct fixture *f = *state;
	/* One record that fills the message. */
	uint8_t *octets = f->octets;
	size_t size = small_records(octets, 0, 1);
	for (size_t whole = LIMIT_MESSAGE_OCTETS; whole <= LIMIT_MESSAGE_OCTETS + 1; whole++) {
		octets[size - 2] = (uint8_t)((whole - size) >> 8);
		octets[size - 1] = (uint8_t)(whole - size);
		struct message m;
		int err = message_parse(octets, whole, f->arena, &m);
		assert_int_equal(err, whole > LIMIT_MESSAGE_OCTETS ? ERR_FORMAT : 0);
	}
}

/* Ten records of the answer and two of the authority section, in no order. */
static const char set_hex[] = HEAD("0001", "000a", "0002", "0000") QUESTION
	"c00c 003b 0001 00000e10 0006 2222 0d 02 bbbb "
	"c00c 003b 0001 00000384 0005 1111 0d 02 aa "
	"07 4558414d504c45 c014 003b 0001 00001c20 0006 1111 0d 02 aaaa "
	"c00c 003b 0001 00000e10 0006 2222 0d 02 bbbb "			/* again */
	"c00c 003b 0003 00000001 0006 9999 0d 02 bbbb "			/* of class CH */
	"c014 003b 0001 00000001 0006 8888 0d 02 bbbb "			/* of ch */
	"c00c 003c 0001 00000e10 0005 0101 03 0d aa "			/* CDNSKEY */
	"c00c 0010 0001 00000001 0014 003b 0d 02 00000e10 60000000 50000000 1234 00 dd "	/* like an RRSIG, but TXT */
	"c00c 002e 0001 00000001 0014 003b 0d 02 00000e10 60000000 50000000 1234 00 bb "
	"c00c 002e 0001 00000001 0014 003c 0d 02 00000e10 60000000 50000000 1234 00 cc "
	"c00c 003b 0001 00000001 0006 7777 0d 02 bbbb "
	"c00c 002e 0003 00000001 0000";		/* an RRSIG of class CH may be short */

static void rrsets_are_sorted_and_unique(void **state)
{
	struct fixture *f = *state;
	struct message m = parsed(f, set_hex);
	const struct name owner = name_of("Example.CH.");
	struct rrset set;
	assert_int_equal(message_rrset(&m, SECTION_ANSWER, &owner, TYPE_CDS, f->arena, &set), 0);
	assert_true(name_equal(set.owner, &owner));
	assert_int_equal(set.type, TYPE_CDS);
	assert_int_equal(set.ttl, 900);
	assert_int_equal(set.count, 3);
	assert_true(slice_equal(set.rdata[0],
		(struct slice){ (const uint8_t *)"\x11\x11\x0d\2\xaa", 5 }));
	assert_true(slice_equal(set.rdata[1],
		(struct slice){ (const uint8_t *)"\x11\x11\x0d\2\xaa\xaa", 6 }));
	assert_true(slice_equal(set.rdata[2],
		(struct slice){ (const uint8_t *)"\x22\x22\x0d\2\xbb\xbb", 6 }));
	assert_int_equal(set.signature_count, 1);
	assert_int_equal(set.signatures[0].data[19], 0xbb);

	assert_int_equal(message_rrset(&m, SECTION_ANSWER, &owner, TYPE_CDNSKEY, f->arena, &set), 0);
	assert_int_equal(set.count, 1);
	assert_int_equal(set.signature_count, 1);
	assert_int_equal(set.signatures[0].data[19], 0xcc);

	assert_int_equal(message_rrset(&m, SECTION_AUTHORITY, &owner, TYPE_CDS, f->arena, &set), 0);
	assert_int_equal(set.count, 1);
	assert_int_equal(set.signature_count, 0);
	assert_int_equal(set.rdata[0].data[0], 0x77);
}

static void absent_rrsets(void **state)
{
	struct fixture *f = *state;
	struct message m = parsed(f, set_hex);
	const struct name owner = name_of("example.ch.");
	const struct name other = name_of("example.li.");
	struct rrset set = { .count = 7, .owner = &owner };
	assert_int_equal(message_rrset(&m, SECTION_ANSWER, &owner, TYPE_DS, f->arena, &set), 0);
	assert_int_equal(set.count, 0);
	assert_null(set.owner);
	set.count = 7;
	assert_int_equal(message_rrset(&m, SECTION_ANSWER, &other, TYPE_CDS, f->arena, &set), 0);
	assert_int_equal(set.count, 0);
	set.count = 7;
	assert_int_equal(message_rrset(&m, SECTION_ADDITIONAL, &owner, TYPE_CDS, f->arena, &set), 0);
	assert_int_equal(set.count, 0);
	/* Signatures without what they sign. */
	m = parsed(f, HEAD("0001", "0001", "0000", "0000") QUESTION
		"c00c 002e 0001 00000001 0014 003b 0d 02 00000e10 60000000 50000000 1234 00 bb");
	assert_int_equal(message_rrset(&m, SECTION_ANSWER, &owner, TYPE_CDS, f->arena, &set), 0);
	assert_int_equal(set.count, 0);
	assert_int_equal(set.signature_count, 0);
	assert_null(set.owner);
}

static const struct answer_case {
	const char *label;
	const char *hex;
	const char *name;
	uint16_t type;
	bool answers;
} answer_cases[] = {
	{ "echo", HEAD("0001", "0000", "0000", "0000") QUESTION, "EXAMPLE.ch.", TYPE_CDS, true },
	{ "other name", HEAD("0001", "0000", "0000", "0000") QUESTION, "ch.", TYPE_CDS, false },
	{ "other type", HEAD("0001", "0000", "0000", "0000") QUESTION,
		"example.ch.", TYPE_CDNSKEY, false },
	{ "no question", HEAD("0000", "0000", "0000", "0000"), "example.ch.", TYPE_CDS, false },
	{ "the same question twice", HEAD("0002", "0000", "0000", "0000") QUESTION "c00c 003b 0001",
		"example.ch.", TYPE_CDS, false },
	{ "a query", "1234 0400 0001 0000 0000 0000" QUESTION, "example.ch.", TYPE_CDS, false },
	{ "another opcode", "1234 a400 0001 0000 0000 0000" QUESTION,
		"example.ch.", TYPE_CDS, false },
	{ "another class", HEAD("0001", "0000", "0000", "0000")
		"07 6578616d706c65 02 6368 00 003b 0003",
		"example.ch.", TYPE_CDS, false },
};

static void answers_echo_the_question(void **state)
{
	for (size_t i = 0; i < sizeof(answer_cases) / sizeof(answer_cases[0]); i++) {
		const struct answer_case *c = &answer_cases[i];
		print_message("  %s\n", c->label);
		struct message m = parsed(*state, c->hex);
		const struct name name = name_of(c->name);
		assert_int_equal(message_answers(&m, &name, c->type), c->answers);
	}
}

static void composed_answers_are_read_back(void **state)
{
	struct fixture *f = *state;
	const struct name owner = name_of("example.ch.");
	const struct record records[] = {
		{ &owner, TYPE_CDS, CLASS_IN, 3600, { (const uint8_t *)"\0\0\0\0\0", 5 } },
		{ &owner, TYPE_NS, CLASS_IN, 60, { owner.octets, owner.size } },
	};
	for (uint16_t rcode = 0; rcode <= RCODE_BADVERS; rcode++) {
		const struct message_draft draft = { .question = &owner, .question_type = TYPE_CDS,
			.flags = MESSAGE_FLAG_AA | 0xf, .rcode = rcode, .count = { 2, 0, 1 },
			.records = { records, NULL, records } };
		size_t size = message_compose(&draft, f->octets, sizeof(f->octets));
		assert_true(size > 0);
		struct message m;
		assert_int_equal(message_parse(f->octets, size, f->arena, &m), 0);
		assert_int_equal(m.id, 0);
		assert_int_equal(m.flags, MESSAGE_FLAG_QR | MESSAGE_FLAG_AA | (rcode & 15));
		assert_int_equal(m.rcode, rcode);
		assert_int_equal(m.has_edns, rcode > 15);
		assert_true(message_answers(&m, &owner, TYPE_CDS));
		assert_int_equal(m.count[SECTION_ANSWER], 2);
		assert_int_equal(m.count[SECTION_AUTHORITY], 0);
		assert_int_equal(m.count[SECTION_ADDITIONAL], 1);
		assert_int_equal(m.records[SECTION_ANSWER][0].ttl, 3600);
		assert_true(slice_equal(m.records[SECTION_ANSWER][0].rdata, records[0].rdata));
		assert_true(slice_equal(m.records[SECTION_ANSWER][1].rdata, records[1].rdata));
		assert_true(name_equal(m.records[SECTION_ADDITIONAL][0].owner, &owner));
		/* No smaller room is enough. */
		for (size_t room = 0; room < size; room++) {
			assert_int_equal(message_compose(&draft, f->octets, room), 0);
		}
		assert_int_equal(message_compose(&draft, f->octets, size), size);
	}
}

static void impossible_drafts_are_refused(void **state)
{
	struct fixture *f = *state;
	const struct name owner = name_of("example.ch.");
	const struct name none = { .size = 0 };
	struct record record = { &owner, TYPE_CDS, CLASS_IN, 0, { f->octets, 65536 } };
	struct message_draft draft = { .question = &owner, .question_type = TYPE_CDS,
		.count = { 1 }, .records = { &record } };
	assert_int_equal(message_compose(&draft, f->octets, sizeof(f->octets)), 0);
	record.rdata.size = 0;
	assert_true(message_compose(&draft, f->octets, sizeof(f->octets)) > 0);
	record.owner = NULL;
	assert_int_equal(message_compose(&draft, f->octets, sizeof(f->octets)), 0);
	record.owner = &none;
	assert_int_equal(message_compose(&draft, f->octets, sizeof(f->octets)), 0);
	record.owner = &owner;
	draft.question = NULL;
	assert_int_equal(message_compose(&draft, f->octets, sizeof(f->octets)), 0);
	draft.question = &none;
	assert_int_equal(message_compose(&draft, f->octets, sizeof(f->octets)), 0);
	draft.question = &owner;
	draft.rcode = 0x1000;
	assert_int_equal(message_compose(&draft, f->octets, sizeof(f->octets)), 0);
	draft.rcode = 0;
	draft.count[0] = 65536;
	assert_int_equal(message_compose(&draft, f->octets, sizeof(f->octets)), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(parsing, setup, teardown),
		cmocka_unit_test_setup_teardown(version_and_options_of_edns, setup, teardown),
		cmocka_unit_test_setup_teardown(everything_of_a_message, setup, teardown),
		cmocka_unit_test_setup_teardown(equal_owners_share_a_name, setup, teardown),
		cmocka_unit_test_setup_teardown(every_beginning_is_malformed, setup, teardown),
		cmocka_unit_test_setup_teardown(records_have_a_ceiling, setup, teardown),
		cmocka_unit_test_setup_teardown(octets_have_a_ceiling, setup, teardown),
		cmocka_unit_test_setup_teardown(rrsets_are_sorted_and_unique, setup, teardown),
		cmocka_unit_test_setup_teardown(absent_rrsets, setup, teardown),
		cmocka_unit_test_setup_teardown(answers_echo_the_question, setup, teardown),
		cmocka_unit_test_setup_teardown(composed_answers_are_read_back, setup, teardown),
		cmocka_unit_test_setup_teardown(impossible_drafts_are_refused, setup, teardown),
	};
	return cmocka_run_group_tests_name("message", tests, NULL, NULL);
}
