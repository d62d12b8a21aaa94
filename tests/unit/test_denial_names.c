/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Denial at any name of a zone: each record that a proof needs, and what is no proof although it is signed. */
#include "tests/unit/dnssec_world.h"
#include "tests/unit/failing.h"
#include "validate/dnssec/denial.h"
#include "validate/wire/err.h"
#include "validate/wire/limits.h"

#define RECORDS 4
#define NONE ""						/* bitmaps */
#define APEX "0007 22 00 00 00 00 03 80"		/* NS SOA RRSIG NSEC DNSKEY */
#define HOST "0006 40 00 00 00 00 03"			/* A RRSIG NSEC */
#define CUT "0006 20 00 00 00 00 03"			/* NS RRSIG NSEC */
#define SECURE_CUT "0006 20 00 00 00 00 13"		/* NS DS RRSIG NSEC */
#define WITH_CDS "0008 40 00 00 00 00 03 00 10"		/* A RRSIG NSEC CDS */
#define WITH_CNAME "0006 04 00 00 00 00 03"		/* CNAME RRSIG NSEC */
#define WITH_DNAME "0006 40 00 00 00 01 03"		/* A DNAME RRSIG NSEC */
#define WITH_SOA "0006 22 00 00 00 00 03"		/* NS SOA RRSIG NSEC */
#define NXNAME "0011 00 00 00 00 00 03 00 00 00 00 00 00 00 00 00 00 80"
#define CUT_NXNAME "0011 20 00 00 00 00 03 00 00 00 00 00 00 00 00 00 00 80"
#define APEX_NXNAME "0011 22 00 00 00 00 03 80 00 00 00 00 00 00 00 00 00 80"
#define SOA_ALONE "0006 02 00 00 00 00 03"		/* SOA RRSIG NSEC */
#define MORE "0101 40"					/* URI, in the next window */

/* How a record is signed. */
enum signed_how { BY_ZONE = 0, BY_NOBODY, BY_EXPIRED, BY_PARENT, BY_WILDCARD };

/* ---- NSEC */

static const struct nsec_case {
	const char *label;
	const char *name;
	uint16_t type;
	struct {
		const char *owner;
		const char *next;
		const char *bitmap;
		enum signed_how how;
	} records[RECORDS];
	enum denial_status expected;
	bool no_name;
	enum sig_status sig;		/* of BOGUS */
} nsec_cases[] = {
	{ "the record of the name", "h.example.", TYPE_CDS, { { "h.example.", "z.example.", HOST, BY_ZONE } }, DENIAL_PROVEN, false, 0 },
	{ "without the type, of DS", "h.example.", TYPE_DS, { { "h.example.", "z.example.", HOST, BY_ZONE } }, DENIAL_PROVEN, false, 0 },
	{ "no types at all", "h.example.", TYPE_CDS, { { "h.example.", "z.example.", NONE, BY_ZONE } }, DENIAL_PROVEN, false, 0 },
	{ "the type is there", "h.example.", TYPE_CDS, { { "h.example.", "z.example.", WITH_CDS, BY_ZONE } }, DENIAL_NONE, false, 0 },
	{ "an alias is there, R6840-4.3-1", "h.example.", TYPE_CDS, { { "h.example.", "z.example.", WITH_CNAME, BY_ZONE } },
		DENIAL_NONE, false, 0 },
	{ "the apex of another zone", "h.example.", TYPE_DS, { { "h.example.", "z.example.", WITH_SOA, BY_ZONE } }, DENIAL_NONE, false, 0 },
	{ "delegation without DS", "h.example.", TYPE_DS, { { "h.example.", "z.example.", CUT, BY_ZONE } }, DENIAL_CUT, false, 0 },
	{ "delegation with DS", "h.example.", TYPE_DS, { { "h.example.", "z.example.", SECURE_CUT, BY_ZONE } }, DENIAL_NONE, false, 0 },
	{ "delegation with DS, of another type", "h.example.", TYPE_CDS, { { "h.example.", "z.example.", SECURE_CUT, BY_ZONE } },
		DENIAL_CUT, false, 0 },
	{ "compact: no such name, R9824-3.1-1", "h.example.", TYPE_CDS, { { "h.example.", "\\000.h.example.", NXNAME, BY_ZONE } },
		DENIAL_PROVEN, true, 0 },
	{ "compact: a name, R9824-3.1-1", "h.example.", TYPE_CDS, { { "h.example.", "\\000.h.example.", HOST, BY_ZONE } },
		DENIAL_PROVEN, false, 0 },
	{ "compact: NXNAME says nothing of another name", "i.example.", TYPE_CDS,
		{ { "h.example.", "\\000.h.example.", NXNAME, BY_ZONE } }, DENIAL_NONE, false, 0 },
	{ "NXNAME at the apex is odd, and no more", "example.", TYPE_CDS,
		{ { "example.", "a.example.", APEX_NXNAME, BY_ZONE } }, DENIAL_PROVEN, false, 0 },
	{ "NXNAME at a delegation is odd, and no more", "h.example.", TYPE_CDS, { { "h.example.", "z.example.", CUT_NXNAME, BY_ZONE } },
		DENIAL_CUT, false, 0 },
	{ "NXNAME of the record before an empty non-terminal", "h.example.", TYPE_DS,
		{ { "a.example.", "b.h.example.", NXNAME, BY_ZONE } }, DENIAL_PROVEN, false, 0 },
	{ "compact, with another window", "h.example.", TYPE_CDS, { { "h.example.", "\\000.h.example.", NXNAME MORE, BY_ZONE } },
		DENIAL_PROVEN, true, 0 },
	{ "delegation, with another window", "h.example.", TYPE_CDS, { { "h.example.", "z.example.", CUT MORE, BY_ZONE } },
		DENIAL_CUT, false, 0 },
	{ "below a DNAME, with another window", "a.h.example.", TYPE_CDS, { { "h.example.", "z.example.", WITH_DNAME MORE, BY_ZONE },
		{ "example.", "a.example.", APEX, BY_ZONE } }, DENIAL_NONE, false, 0 },
	{ "an empty non-terminal, T-39", "h.example.", TYPE_DS, { { "a.example.", "b.h.example.", HOST, BY_ZONE } },
		DENIAL_PROVEN, false, 0 },
	{ "an empty non-terminal below another one", "b.h.example.", TYPE_DS, { { "a.example.", "a.c.b.h.example.", HOST, BY_ZONE } },
		DENIAL_PROVEN, false, 0 },
	{ "not there, nor a wildcard", "h.example.", TYPE_DS, { { "a.example.", "z.example.", HOST, BY_ZONE },
		{ "example.", "a.example.", APEX, BY_ZONE } }, DENIAL_PROVEN, true, 0 },
	{ "one record says both", "h.example.", TYPE_DS, { { "example.", "z.example.", APEX, BY_ZONE } }, DENIAL_PROVEN, true, 0 },
	{ "the last record of the zone", "z.example.", TYPE_DS, { { "a.example.", "example.", HOST, BY_ZONE },
		{ "example.", "a.example.", APEX, BY_ZONE } }, DENIAL_PROVEN, true, 0 },
	{ "a zone of one name", "z.example.", TYPE_DS, { { "example.", "example.", APEX, BY_ZONE } }, DENIAL_PROVEN, true, 0 },
	{ "a wildcard may be there", "h.example.", TYPE_DS, { { "a.example.", "z.example.", HOST, BY_ZONE } }, DENIAL_NONE, false, 0 },
	{ "a wildcard without the type", "h.example.", TYPE_CDS, { { "a.example.", "z.example.", HOST, BY_ZONE },
		{ "*.example.", "a.example.", HOST, BY_ZONE } }, DENIAL_PROVEN, false, 0 },
	{ "a wildcard with the type, T-41", "h.example.", TYPE_CDS, { { "a.example.", "z.example.", HOST, BY_ZONE },
		{ "*.example.", "a.example.", WITH_CDS, BY_ZONE } }, DENIAL_NONE, false, 0 },
	{ "a wildcard that is an alias", "h.example.", TYPE_CDS, { { "a.example.", "z.example.", HOST, BY_ZONE },
		{ "*.example.", "a.example.", WITH_CNAME, BY_ZONE } }, DENIAL_NONE, false, 0 },
	{ "a wildcard that is a delegation", "h.example.", TYPE_CDS, { { "a.example.", "z.example.", HOST, BY_ZONE },
		{ "*.example.", "a.example.", CUT, BY_ZONE } }, DENIAL_NONE, false, 0 },
	{ "a wildcard that is an apex", "h.example.", TYPE_CDS, { { "a.example.", "z.example.", HOST, BY_ZONE },
		{ "*.example.", "a.example.", SOA_ALONE, BY_ZONE } }, DENIAL_NONE, false, 0 },
	{ "the wildcard of another encloser", "h.g.example.", TYPE_CDS, { { "a.g.example.", "z.g.example.", HOST, BY_ZONE },
		{ "*.example.", "a.example.", HOST, BY_ZONE } }, DENIAL_NONE, false, 0 },
	{ "the wildcard of the closest encloser", "h.g.example.", TYPE_CDS, { { "a.g.example.", "z.g.example.", HOST, BY_ZONE },
		{ "*.g.example.", "a.g.example.", HOST, BY_ZONE } }, DENIAL_PROVEN, false, 0 },
	{ "the wildcard asked for itself", "*.example.", TYPE_CDS, { { "*.example.", "a.example.", HOST, BY_ZONE } },
		DENIAL_PROVEN, false, 0 },
	{ "below a delegation, R6840-4.1-1", "a.h.example.", TYPE_CDS, { { "h.example.", "z.example.", CUT, BY_ZONE },
		{ "example.", "a.example.", APEX, BY_ZONE } }, DENIAL_NONE, false, 0 },
	{ "below a DNAME", "a.h.example.", TYPE_CDS, { { "h.example.", "z.example.", WITH_DNAME, BY_ZONE },
		{ "example.", "a.example.", APEX, BY_ZONE } }, DENIAL_NONE, false, 0 },
	{ "behind a DNAME, and not below it", "i.example.", TYPE_CDS, { { "h.example.", "z.example.", WITH_DNAME, BY_ZONE },
		{ "example.", "a.example.", APEX, BY_ZONE } }, DENIAL_PROVEN, true, 0 },
	{ "behind a delegation", "i.example.", TYPE_CDS, { { "h.example.", "z.example.", CUT, BY_ZONE },
		{ "example.", "a.example.", APEX, BY_ZONE } }, DENIAL_PROVEN, true, 0 },
	{ "before the name", "h.example.", TYPE_DS, { { "a.example.", "g.example.", HOST, BY_ZONE },
		{ "example.", "a.example.", APEX, BY_ZONE } }, DENIAL_NONE, false, 0 },
	{ "behind the name", "h.example.", TYPE_DS, { { "i.example.", "z.example.", HOST, BY_ZONE },
		{ "example.", "a.example.", APEX, BY_ZONE } }, DENIAL_NONE, false, 0 },
	{ "up to the name", "h.example.", TYPE_DS, { { "a.example.", "h.example.", HOST, BY_ZONE },
		{ "example.", "a.example.", APEX, BY_ZONE } }, DENIAL_NONE, false, 0 },
	{ "backwards", "h.example.", TYPE_DS, { { "z.example.", "a.example.", HOST, BY_ZONE },
		{ "example.", "a.example.", APEX, BY_ZONE } }, DENIAL_NONE, false, 0 },
	{ "to another zone", "h.example.", TYPE_DS, { { "a.example.", "z.other.", HOST, BY_ZONE },
		{ "example.", "a.example.", APEX, BY_ZONE } }, DENIAL_NONE, false, 0 },
	{ "of the zone above", "h.example.", TYPE_DS, { { "a.", "z.", HOST, BY_PARENT } }, DENIAL_NONE, false, 0 },
	{ "signed by the zone above, T-22", "h.example.", TYPE_DS, { { "h.example.", "z.example.", HOST, BY_PARENT } },
		DENIAL_BOGUS, false, SIG_BOGUS },
	{ "made of a wildcard", "h.example.", TYPE_DS, { { "h.example.", "z.example.", HOST, BY_WILDCARD } },
		DENIAL_BOGUS, false, SIG_BOGUS },
	{ "unsigned", "h.example.", TYPE_DS, { { "h.example.", "z.example.", HOST, BY_NOBODY } }, DENIAL_BOGUS, false, SIG_MISSING },
	{ "unsigned cut, R4035-5-1", "h.example.", TYPE_DS, { { "h.example.", "z.example.", CUT, BY_NOBODY } },
		DENIAL_BOGUS, false, SIG_MISSING },
	{ "the record of the wildcard is not signed", "h.example.", TYPE_DS, { { "a.example.", "z.example.", HOST, BY_ZONE },
		{ "example.", "a.example.", APEX, BY_NOBODY } }, DENIAL_BOGUS, false, SIG_MISSING },
	{ "the record of the name is not signed any more", "h.example.", TYPE_DS, { { "a.example.", "z.example.", HOST, BY_EXPIRED },
		{ "example.", "a.example.", APEX, BY_ZONE } }, DENIAL_BOGUS, false, SIG_EXPIRED },
	{ "DS of the apex", "example.", TYPE_DS, { { "example.", "a.example.", APEX, BY_ZONE } }, DENIAL_NONE, false, 0 },
	{ "the apex without SOA", "example.", TYPE_CDS, { { "example.", "a.example.", CUT, BY_ZONE } }, DENIAL_NONE, false, 0 },
};

struct scene {
	struct message m;
	struct record records[2 * RECORDS + 2];
};

static void put(struct world *w, struct scene *s, const struct name *owner, uint16_t type, struct slice rdata, enum signed_how how)
{
	struct rrset set = { .owner = owner, .type = type, .ttl = 3600, .count = 1, .rdata = &rdata };
	size_t *count = &s->m.count[SECTION_AUTHORITY];
	s->m.records[SECTION_AUTHORITY] = s->records;
	s->records[(*count)++] = (struct record){ owner, type, CLASS_IN, 300, rdata };
	if (how == BY_NOBODY) {
		return;
	}
	struct vector_sig fields = signer_fields(&w->signer, &set, how == BY_EXPIRED ? NOW - 30 * 86400 : NOW);
	fields.signer = how == BY_PARENT ? "." : "example.";
	fields.labels = (uint8_t)(fields.labels - (how == BY_WILDCARD || memcmp(owner->octets, "\1*", 2) == 0));
	s->records[(*count)++] = (struct record){ owner, TYPE_RRSIG, CLASS_IN, 300, signer_sign(&w->signer, w->arena, &set, &fields) };
}

static struct denial ask(struct world *w, const struct scene *s, const char *name, uint16_t type)
{
	struct verifier *v = verifier_new(w->crypto, w->arena, NOW);
	const struct denial_question q = { fixture_name(w->arena, "example."), fixture_name(w->arena, name), type, &w->signer.key, 1 };
	struct denial denial;
	assert_int_equal(denial_find(v, w->crypto, &q, &s->m, &denial), 0);
	verifier_free(v);
	return denial;
}

static void expect(const char *label, struct denial got, enum denial_status status, bool no_name, enum sig_status sig)
{
	bool valid = status != DENIAL_NONE && status != DENIAL_BOGUS;
	sig = valid ? SIG_VALID : status == DENIAL_BOGUS ? sig : SIG_BOGUS;
	if (got.status != status || got.no_name != no_name || got.sig != sig) {
		fail_msg("%s: got %d, no name %d, %d", label, (int)got.status, got.no_name, (int)got.sig);
	}
}

static struct scene nsec_scene(struct world *w, const struct nsec_case *c)
{
	struct scene s = { .m = { 0 } };
	for (size_t k = 0; k < RECORDS && c->records[k].owner != NULL; k++) {
		uint8_t *rdata = arena_alloc(w->arena, 512);
		struct wire out = wire_writer(rdata, 512);
		name_write(&out, fixture_name(w->arena, c->records[k].next));
		struct slice bitmap = fixture_hex(w->arena, c->records[k].bitmap);
		wire_write(&out, bitmap.data, bitmap.size);
		put(w, &s, fixture_name(w->arena, c->records[k].owner), TYPE_NSEC, (struct slice){ rdata, out.pos }, c->records[k].how);
	}
	s.m.records[SECTION_AUTHORITY] = NULL;
	return s;
}

static void nsec(void **state)
{
	struct world *w = *state;
	for (size_t i = 0; i < COUNT(nsec_cases); i++) {
		const struct nsec_case *c = &nsec_cases[i];
		struct scene s = nsec_scene(w, c);
		s.m.records[SECTION_AUTHORITY] = s.records;
		expect(c->label, ask(w, &s, c->name, c->type), c->expected, c->no_name, c->sig);
	}
}

/* ---- NSEC3 */

/* Where the record stands: at the hash of a name, around it, or as the last one of the zone, with the name behind or before
 * everything else; alone: the only one. The last two do not cover the name: it is the next one, or among all the others. */
enum stands { AT = 0, AROUND, LAST_BEHIND, LAST_BEFORE, ALONE, UP_TO, LAST_AND_FIRST };

static const struct nsec3_case {
	const char *label;
	const char *name;
	uint16_t type;
	struct {
		const char *of;
		enum stands stands;
		const char *bitmap;
		enum signed_how how;
		uint8_t flags;
		uint16_t iterations;
		uint16_t more;		/* iterations it has in its RDATA, beyond those it is hashed with */
		uint16_t class;		/* 0: IN */
		const char *salt;	/* hex, with its size; NULL: none. Not hashed with */
	} records[RECORDS + 1];
	enum denial_status expected;
	bool no_name;
	enum sig_status sig;
} nsec3_cases[] = {
	{ "the record of the name, R5155-8.5-1", "h.example.", TYPE_CDS, { { .of = "h.example.", .bitmap = HOST } }, DENIAL_PROVEN, false, 0 },
	{ "an empty non-terminal, T-39", "h.example.", TYPE_DS, { { .of = "h.example.", .bitmap = NONE } }, DENIAL_PROVEN, false, 0 },
	{ "the type is there", "h.example.", TYPE_CDS, { { .of = "h.example.", .bitmap = WITH_CDS } }, DENIAL_NONE, false, 0 },
	{ "an alias is there, R6840-4.3-1", "h.example.", TYPE_CDS, { { .of = "h.example.", .bitmap = WITH_CNAME } }, DENIAL_NONE, false, 0 },
	{ "delegation without DS, R5155-8.6-1", "h.example.", TYPE_DS, { { .of = "h.example.", .bitmap = CUT } }, DENIAL_CUT, false, 0 },
	{ "delegation with DS", "h.example.", TYPE_DS, { { .of = "h.example.", .bitmap = SECURE_CUT } }, DENIAL_NONE, false, 0 },
	{ "opt-out says nothing of a record that is there, R5155-8.5-1", "h.example.", TYPE_DS,
		{ { .of = "h.example.", .bitmap = HOST, .flags = 1 } }, DENIAL_PROVEN, false, 0 },
	{ "compact: no such name, R9824-3.1-1", "h.example.", TYPE_CDS, { { .of = "h.example.", .bitmap = NXNAME } }, DENIAL_PROVEN, true, 0 },
	{ "the record of the name behind one of other parameters", "h.example.", TYPE_CDS, { { .of = "x.example.", .stands = AROUND,
		.bitmap = HOST, .iterations = 1 }, { .of = "h.example.", .bitmap = HOST } }, DENIAL_PROVEN, false, 0 },
	{ "NXNAME at a delegation is odd, and no more", "h.example.", TYPE_CDS, { { .of = "h.example.", .bitmap = CUT_NXNAME } },
		DENIAL_CUT, false, 0 },
	{ "NXNAME at the apex, too", "example.", TYPE_CDS, { { .of = "example.", .bitmap = APEX_NXNAME } }, DENIAL_PROVEN, false, 0 },
	{ "no such name, R5155-8.4-1", "h.example.", TYPE_CDS, { { .of = "example.", .bitmap = APEX }, { .of = "h.example.", .stands = AROUND,
		.bitmap = HOST }, { .of = "*.example.", .stands = AROUND, .bitmap = HOST } }, DENIAL_PROVEN, true, 0 },
	{ "no such name, far below, R5155-8.3-1", "a.b.h.example.", TYPE_CDS, { { .of = "example.", .bitmap = APEX },
		{ .of = "h.example.", .stands = AROUND, .bitmap = HOST }, { .of = "*.example.", .stands = AROUND, .bitmap = HOST } },
		DENIAL_PROVEN, true, 0 },
	{ "the next closer is not the name, R5155-8.3-1", "a.b.h.example.", TYPE_CDS, { { .of = "example.", .bitmap = APEX },
		{ .of = "b.h.example.", .stands = AROUND, .bitmap = HOST }, { .of = "*.example.", .stands = AROUND, .bitmap = HOST } },
		DENIAL_NONE, false, 0 },
	{ "behind the last record", "h.example.", TYPE_CDS, { { .of = "example.", .bitmap = APEX }, { .of = "h.example.",
		.stands = LAST_BEHIND, .bitmap = HOST }, { .of = "*.example.", .stands = AROUND, .bitmap = HOST } }, DENIAL_PROVEN, true, 0 },
	{ "before the first record", "h.example.", TYPE_CDS, { { .of = "example.", .bitmap = APEX }, { .of = "h.example.",
		.stands = LAST_BEFORE, .bitmap = HOST }, { .of = "*.example.", .stands = AROUND, .bitmap = HOST } }, DENIAL_PROVEN, true, 0 },
	{ "a zone of one name", "h.example.", TYPE_CDS, { { .of = "example.", .stands = ALONE, .bitmap = APEX } }, DENIAL_PROVEN, true, 0 },
	{ "without the closest encloser", "h.example.", TYPE_CDS, { { .of = "h.example.", .stands = AROUND, .bitmap = HOST },
		{ .of = "*.example.", .stands = AROUND, .bitmap = HOST } }, DENIAL_NONE, false, 0 },
	{ "without the next closer", "h.example.", TYPE_CDS, { { .of = "example.", .bitmap = APEX },
		{ .of = "*.example.", .stands = AROUND, .bitmap = HOST } }, DENIAL_NONE, false, 0 },
	{ "without the wildcard", "h.example.", TYPE_CDS, { { .of = "example.", .bitmap = APEX },
		{ .of = "h.example.", .stands = AROUND, .bitmap = HOST } }, DENIAL_NONE, false, 0 },
	{ "a wildcard without the type, R5155-8.7-1", "h.example.", TYPE_CDS, { { .of = "example.", .bitmap = APEX },
		{ .of = "h.example.", .stands = AROUND, .bitmap = HOST }, { .of = "*.example.", .bitmap = HOST } }, DENIAL_PROVEN, false, 0 },
	{ "a wildcard without the type, and opt-out behind it", "h.example.", TYPE_CDS, { { .of = "example.", .bitmap = APEX },
		{ .of = "h.example.", .stands = AROUND, .bitmap = HOST }, { .of = "*.example.", .bitmap = HOST, .flags = 1 } },
		DENIAL_PROVEN, false, 0 },
	{ "a wildcard with the type, R5155-8.7-1, T-41", "h.example.", TYPE_CDS, { { .of = "example.", .bitmap = APEX },
		{ .of = "h.example.", .stands = AROUND, .bitmap = HOST }, { .of = "*.example.", .bitmap = WITH_CDS } }, DENIAL_NONE, false, 0 },
	{ "an encloser that is a delegation, R5155-8.3-1", "a.h.example.", TYPE_CDS, { { .of = "h.example.", .bitmap = CUT },
		{ .of = "a.h.example.", .stands = AROUND, .bitmap = HOST }, { .of = "*.h.example.", .stands = AROUND, .bitmap = HOST } },
		DENIAL_NONE, false, 0 },
	{ "an encloser with DNAME, R5155-8.3-1", "a.h.example.", TYPE_CDS, { { .of = "h.example.", .bitmap = WITH_DNAME },
		{ .of = "a.h.example.", .stands = AROUND, .bitmap = HOST }, { .of = "*.h.example.", .stands = AROUND, .bitmap = HOST } },
		DENIAL_NONE, false, 0 },
	{ "opt-out, R5155-8.6-1", "h.example.", TYPE_DS, { { .of = "example.", .bitmap = APEX },
		{ .of = "h.example.", .stands = AROUND, .bitmap = HOST, .flags = 1 } }, DENIAL_OPT_OUT, false, 0 },
	{ "no opt-out and no DS: the wildcard is asked for, R5155-8.6-1", "h.example.", TYPE_DS, { { .of = "example.", .bitmap = APEX },
		{ .of = "h.example.", .stands = AROUND, .bitmap = HOST } }, DENIAL_NONE, false, 0 },
	{ "opt-out of another span", "h.example.", TYPE_DS, { { .of = "example.", .bitmap = APEX, .flags = 1 },
		{ .of = "h.example.", .stands = AROUND, .bitmap = HOST }, { .of = "*.example.", .stands = AROUND, .bitmap = HOST } },
		DENIAL_PROVEN, true, 0 },
	{ "opt-out of the span of the wildcard", "h.example.", TYPE_DS, { { .of = "example.", .bitmap = APEX },
		{ .of = "h.example.", .stands = AROUND, .bitmap = HOST }, { .of = "*.example.", .stands = AROUND, .bitmap = HOST, .flags = 1 } },
		DENIAL_OPT_OUT, false, 0 },
	{ "other parameters", "h.example.", TYPE_CDS, { { .of = "example.", .bitmap = APEX }, { .of = "h.example.", .stands = AROUND,
		.bitmap = HOST, .iterations = 1 }, { .of = "*.example.", .stands = AROUND, .bitmap = HOST } }, DENIAL_NONE, false, 0 },
	{ "all with parameters of their own", "h.example.", TYPE_CDS, { { .of = "example.", .bitmap = APEX, .iterations = 500 },
		{ .of = "h.example.", .stands = AROUND, .bitmap = HOST, .iterations = 500 },
		{ .of = "*.example.", .stands = AROUND, .bitmap = HOST, .iterations = 500 } }, DENIAL_PROVEN, true, 0 },
	{ "other iterations than it is hashed with", "h.example.", TYPE_CDS, { { .of = "example.", .bitmap = APEX },
		{ .of = "h.example.", .stands = AROUND, .bitmap = HOST, .more = 1 },
		{ .of = "*.example.", .stands = AROUND, .bitmap = HOST } }, DENIAL_NONE, false, 0 },
	{ "another salt than it is hashed with", "h.example.", TYPE_CDS, { { .of = "example.", .bitmap = APEX },
		{ .of = "h.example.", .stands = AROUND, .bitmap = HOST, .salt = "01aa" },
		{ .of = "*.example.", .stands = AROUND, .bitmap = HOST } }, DENIAL_NONE, false, 0 },
	{ "one of other parameters does no harm", "h.example.", TYPE_CDS, { { .of = "example.", .bitmap = APEX },
		{ .of = "h.example.", .stands = AROUND, .bitmap = HOST }, { .of = "*.example.", .stands = AROUND, .bitmap = HOST },
		{ .of = "x.example.", .bitmap = HOST, .iterations = 1 } }, DENIAL_PROVEN, true, 0 },
	{ "nor one of too many iterations in front", "h.example.", TYPE_CDS, { { .of = "x.example.", .stands = AROUND, .bitmap = HOST,
		.iterations = 501 }, { .of = "example.", .bitmap = APEX }, { .of = "h.example.", .stands = AROUND, .bitmap = HOST },
		{ .of = "*.example.", .stands = AROUND, .bitmap = HOST } }, DENIAL_PROVEN, true, 0 },
	{ "nor one of another class", "h.example.", TYPE_CDS, { { .of = "h.example.", .bitmap = WITH_CDS, .class = 3, .how = BY_NOBODY },
		{ .of = "example.", .bitmap = APEX }, { .of = "h.example.", .stands = AROUND, .bitmap = HOST },
		{ .of = "*.example.", .stands = AROUND, .bitmap = HOST } }, DENIAL_PROVEN, true, 0 },
	{ "the next one is the name", "h.example.", TYPE_CDS, { { .of = "example.", .bitmap = APEX }, { .of = "h.example.",
		.stands = UP_TO, .bitmap = HOST }, { .of = "*.example.", .stands = AROUND, .bitmap = HOST } }, DENIAL_NONE, false, 0 },
	{ "the last record, and the name is not behind it", "h.example.", TYPE_CDS, { { .of = "example.", .bitmap = APEX },
		{ .of = "h.example.", .stands = LAST_AND_FIRST, .bitmap = HOST },
		{ .of = "*.example.", .stands = AROUND, .bitmap = HOST } }, DENIAL_NONE, false, 0 },
	{ "it is there, and not: it is there", "h.example.", TYPE_CDS, { { .of = "example.", .bitmap = APEX }, { .of = "h.example.",
		.bitmap = WITH_CDS }, { .of = "*.example.", .stands = AROUND, .bitmap = HOST }, { .of = "h.example.", .stands = AROUND,
		.bitmap = HOST } }, DENIAL_NONE, false, 0 },
	{ "too many iterations, R9276-3.2-1", "h.example.", TYPE_DS, { { .of = "x.example.", .stands = AROUND, .bitmap = WITH_CDS,
		.iterations = 501 } }, DENIAL_ITERATIONS, false, 0 },
	{ "too many iterations, unsigned, R9276-3.2-2", "h.example.", TYPE_DS, { { .of = "h.example.", .bitmap = HOST, .how = BY_NOBODY,
		.iterations = 501 } }, DENIAL_BOGUS, false, SIG_MISSING },
	{ "unsigned", "h.example.", TYPE_DS, { { .of = "h.example.", .bitmap = HOST, .how = BY_NOBODY } }, DENIAL_BOGUS, false, SIG_MISSING },
	{ "unsigned cut", "h.example.", TYPE_DS, { { .of = "h.example.", .bitmap = CUT, .how = BY_NOBODY } }, DENIAL_BOGUS, false, SIG_MISSING },
	{ "signed by the zone above, T-22", "h.example.", TYPE_DS, { { .of = "h.example.", .bitmap = CUT, .how = BY_PARENT } },
		DENIAL_BOGUS, false, SIG_BOGUS },
	{ "the closest encloser is not signed", "h.example.", TYPE_DS, { { .of = "example.", .bitmap = APEX, .how = BY_NOBODY },
		{ .of = "h.example.", .stands = AROUND, .bitmap = HOST, .flags = 1 } }, DENIAL_BOGUS, false, SIG_MISSING },
	{ "opt-out is not signed", "h.example.", TYPE_DS, { { .of = "example.", .bitmap = APEX },
		{ .of = "h.example.", .stands = AROUND, .bitmap = HOST, .how = BY_NOBODY, .flags = 1 } }, DENIAL_BOGUS, false, SIG_MISSING },
	{ "the wildcard is not signed any more", "h.example.", TYPE_DS, { { .of = "example.", .bitmap = APEX },
		{ .of = "h.example.", .stands = AROUND, .bitmap = HOST }, { .of = "*.example.", .stands = AROUND, .bitmap = HOST,
		.how = BY_EXPIRED } }, DENIAL_BOGUS, false, SIG_EXPIRED },
	{ "DS of the apex", "example.", TYPE_DS, { { .of = "example.", .bitmap = APEX } }, DENIAL_NONE, false, 0 },
};

static const struct name *owner_of(struct world *w, const uint8_t hash[20])
{
	char text[33] = { 0 };
	for (unsigned i = 0; i < 32; i++) {
		unsigned at = i * 5;
		unsigned pair = (unsigned)hash[at / 8] << 8 | (at / 8 + 1 < 20 ? hash[at / 8 + 1] : 0);
		text[i] = "0123456789abcdefghijklmnopqrstuv"[pair >> (11 - at % 8) & 31];
	}
	return fixture_name(w->arena, arena_printf(w->arena, "%s.example.", text));
}

/* Hashes are not at their ends: one more or less is another one nearby. */
static void make_hashes(struct world *w, const char *of, uint16_t iterations, enum stands stands, uint8_t owner[20], uint8_t next[20])
{
	const struct name *name = fixture_name(w->arena, of);
	const struct hash_part parts[] = { { name->octets, name->size }, { "", 0 } };
	assert_int_equal(crypto_nsec3_hash(w->crypto, &parts[0], &parts[1], iterations, owner), 0);
	memcpy(next, owner, 20);
	assert_true(owner[10] > 1 && owner[10] < 255);
	if (stands == ALONE) {
		return;
	}
	next[10]++;
	if (stands == AROUND) {
		owner[10]--;
	} else if (stands == LAST_BEHIND) {
		owner[10]--;
		memset(next, 0, 20);
	} else if (stands == LAST_BEFORE) {
		memset(owner, 255, 20);
	} else if (stands == UP_TO) {
		owner[10]--;
		next[10]--;
	} else if (stands == LAST_AND_FIRST) {
		owner[10]++;
		next[10] = (uint8_t)(next[10] - 2);
	}
}

static struct scene nsec3_scene(struct world *w, const struct nsec3_case *c)
{
	struct scene s = { .m = { 0 } };
	for (size_t k = 0; k <= RECORDS && c->records[k].of != NULL; k++) {
		uint8_t owner[20];
		uint8_t next[20];
		uint8_t *rdata = arena_alloc(w->arena, 512);
		struct wire out = wire_writer(rdata, 512);
		make_hashes(w, c->records[k].of, c->records[k].iterations, c->records[k].stands, owner, next);
		wire_write_u8(&out, 1);
		wire_write_u8(&out, c->records[k].flags);
		wire_write_u16(&out, (uint16_t)(c->records[k].iterations + c->records[k].more));
		struct slice salt = fixture_hex(w->arena, c->records[k].salt == NULL ? "00" : c->records[k].salt);
		wire_write(&out, salt.data, salt.size);
		wire_write_u8(&out, 20);
		wire_write(&out, next, 20);
		struct slice bitmap = fixture_hex(w->arena, c->records[k].bitmap);
		wire_write(&out, bitmap.data, bitmap.size);
		size_t at = s.m.count[SECTION_AUTHORITY];
		put(w, &s, owner_of(w, owner), TYPE_NSEC3, (struct slice){ rdata, out.pos }, c->records[k].how);
		s.records[at].class = c->records[k].class == 0 ? CLASS_IN : c->records[k].class;
	}
	s.m.records[SECTION_AUTHORITY] = NULL;
	return s;
}

static void nsec3(void **state)
{
	struct world *w = *state;
	for (size_t i = 0; i < COUNT(nsec3_cases); i++) {
		const struct nsec3_case *c = &nsec3_cases[i];
		struct scene s = nsec3_scene(w, c);
		s.m.records[SECTION_AUTHORITY] = s.records;
		expect(c->label, ask(w, &s, c->name, c->type), c->expected, c->no_name, c->sig);
	}
}

/* Each call of that kind fails once, and that comes of it: an error of ours, or a budget that is used up. */
static void fail_each(struct world *w, const char *label, const struct message *m, const char *name, uint16_t type,
	enum failing_kind kind)
{
	const struct denial_question q = { fixture_name(w->arena, "example."), fixture_name(w->arena, name), type, &w->signer.key, 1 };
	int error = kind == FAILING_MEMORY ? ERR_NOMEM : kind == FAILING_LIBRARY ? ERR_CRYPTO : 0;
	unsigned at = 0;
	for (bool failed = true; failed; at++) {
		struct arena *arena = arena_new();
		struct verifier *v = verifier_new(w->crypto, arena, NOW);
		struct denial got;
		failing_begin(kind, at);
		int code = denial_find(v, w->crypto, &q, m, &got);
		failed = failing_end();
		if (code != (failed ? error : 0)) {
			fail_msg("%s: call %u, %s, fails: %d", label, at, failing_name(), code);
		}
		if (failed) {
			expect(label, got, error == 0 ? DENIAL_BOGUS : DENIAL_NONE, false, SIG_BUDGET);
		}
		verifier_free(v);
		arena_free(arena);
	}
}

/* L-DOS-1, A-15: a proof is whole or none, and what is proven is not looked for again. Where a signature is wrong, that is said,
 * and not that the budget ends later; hashing to the cap is too long a list of calls. */
static void failures(void **state)
{
	static const enum failing_kind kinds[] = { FAILING_MEMORY, FAILING_LIBRARY, FAILING_BUDGET };
	struct world *w = *state;
	for (size_t k = 0; k < COUNT(kinds); k++) {
		bool over = kinds[k] == FAILING_BUDGET;
		for (size_t i = 0; i < COUNT(nsec_cases); i++) {
			const struct nsec_case *c = &nsec_cases[i];
			struct scene s = nsec_scene(w, c);
			s.m.records[SECTION_AUTHORITY] = s.records;
			if (!over || c->expected != DENIAL_BOGUS) {
				fail_each(w, c->label, &s.m, c->name, c->type, kinds[k]);
			}
		}
		for (size_t i = 0; i < COUNT(nsec3_cases); i++) {
			const struct nsec3_case *c = &nsec3_cases[i];
			struct scene s = nsec3_scene(w, c);
			s.m.records[SECTION_AUTHORITY] = s.records;
			if (over ? c->expected != DENIAL_BOGUS : c->records[0].iterations != LIMIT_NSEC3_ITERATIONS) {
				fail_each(w, c->label, &s.m, c->name, c->type, kinds[k]);
			}
		}
	}
}

/* What is no NSEC of the name does not hide the one that is; and a bit that is not there is not taken from behind. */
static void beside_the_record(void **state)
{
	struct world *w = *state;
	const struct name *owner = fixture_name(w->arena, "h.example.");
	static const char good[] = "017a 07 6578616d706c65 00" HOST;
	static const char other[] = "017a 07 6578616d706c65 00" WITH_CDS;
	struct scene s = { .m = { 0 } };
	put(w, &s, owner, 16, fixture_hex(w->arena, other), BY_NOBODY);
	put(w, &s, owner, TYPE_NSEC, fixture_hex(w->arena, other), BY_NOBODY);
	s.records[1].class = 3;
	put(w, &s, owner, TYPE_NSEC, fixture_hex(w->arena, good), BY_ZONE);
	s.m.records[SECTION_AUTHORITY] = s.records;
	expect("other types and classes", ask(w, &s, "h.example.", TYPE_CDS), DENIAL_PROVEN, false, 0);
	struct scene windows = { .m = { 0 } };
	put(w, &windows, owner, TYPE_NSEC, fixture_hex(w->arena, "017a 07 6578616d706c65 00 0007 40 00 00 00 00 03 80 0101 40"), BY_ZONE);
	windows.m.records[SECTION_AUTHORITY] = windows.records;
	expect("type 63 is in the octet behind the window", ask(w, &windows, "h.example.", 63), DENIAL_PROVEN, false, 0);
	expect("type 48 is in its last octet", ask(w, &windows, "h.example.", TYPE_DNSKEY), DENIAL_NONE, false, 0);
}

static void not_of_the_zone(void **state)
{
	struct world *w = *state;
	struct verifier *v = verifier_new(w->crypto, w->arena, NOW);
	const struct denial_question q = { fixture_name(w->arena, "example."), fixture_name(w->arena, "h.other."), TYPE_DS,
		&w->signer.key, 1 };
	const struct message m = { 0 };
	struct denial denial = { .status = DENIAL_PROVEN };
	assert_int_equal(denial_find(v, w->crypto, &q, &m, &denial), ERR_ARG);
	assert_int_equal(denial.status, DENIAL_NONE);
	verifier_free(v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nsec),
		cmocka_unit_test(nsec3),
		cmocka_unit_test(failures),
		cmocka_unit_test(beside_the_record),
		cmocka_unit_test(not_of_the_zone),
	};
	return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
