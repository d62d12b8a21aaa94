/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Denial at the apex: NSEC and NSEC3 records that prove that a type is absent, and those that do not. */
#include "tests/unit/dnssec_world.h"
#include "validate/dnssec/denial.h"
#include "validate/wire/limits.h"

#define NEXT "016107" "6578616d706c65" "00"	/* a.example. */

/* Puts the RRset and its signatures behind what the authority section has. */
static void put(struct world *w, struct message *m, const struct rrset *set)
{
	size_t old = m->count[SECTION_AUTHORITY];
	size_t count = old + set->count + set->signature_count;
	struct record *records = arena_array(w->arena, count, sizeof(*records));
	if (old > 0) {
		memcpy(records, m->records[SECTION_AUTHORITY], old * sizeof(*records));
	}
	for (size_t i = 0; i < set->count; i++) {
		records[old++] = (struct record){ set->owner, set->type, CLASS_IN, 300, set->rdata[i] };
	}
	for (size_t i = 0; i < set->signature_count; i++) {
		records[old++] = (struct record){ set->owner, TYPE_RRSIG, CLASS_IN, 300, set->signatures[i] };
	}
	m->count[SECTION_AUTHORITY] = count;
	m->records[SECTION_AUTHORITY] = records;
}

static struct denial ask(struct world *w, const char *zone, const struct message *m, uint16_t type,
	const struct dnskey *key, uint32_t now)
{
	struct verifier *v = verifier_new(w->crypto, w->arena, now);
	struct denial denial;
	assert_int_equal(denial_nodata(v, w->crypto, fixture_name(w->arena, zone), m, type, key, 1,
		&denial), 0);
	verifier_free(v);
	return denial;
}

static void expect(const char *label, struct denial got, enum denial_status status, enum sig_status sig)
{
	if (got.status != status || got.sig != sig) {
		fail_msg("%s: got %d, %d; expected %d, %d", label, (int)got.status, (int)got.sig,
			(int)status, (int)sig);
	}
}

/* Records of RFCs and of dnssec-signzone; the types in their bitmaps are not denied. */
static void vectors(void **state)
{
	struct world *w = *state;
	for (size_t i = 0; i < COUNT(denial_vectors); i++) {
		const struct vector *v = &denial_vectors[i];
		bool published = v->now < NOW;		/* those of RFCs have no CDS */
		struct dnskey key = fixture_key(w->arena, &v->key);
		struct rrset set = fixture_rrset(w->arena, v);
		struct message m = { 0 };
		put(w, &m, &set);
		expect(v->label, ask(w, v->zone, &m, TYPE_CDS, &key, v->now),
			published ? DENIAL_PROVEN : DENIAL_NONE, published ? SIG_VALID : SIG_BOGUS);
		expect(v->label, ask(w, v->zone, &m, TYPE_CDNSKEY, &key, v->now), DENIAL_PROVEN, SIG_VALID);
		expect(v->label, ask(w, v->zone, &m, TYPE_DNSKEY, &key, v->now), DENIAL_NONE, SIG_BOGUS);
		expect(v->label, ask(w, v->zone, &m, TYPE_SOA, &key, v->now), DENIAL_NONE, SIG_BOGUS);
		expect(v->label, ask(w, v->zone, &m, 65535, &key, v->now), DENIAL_PROVEN, SIG_VALID);
		expect(v->label, ask(w, v->zone, &m, TYPE_CDNSKEY, &key, v->sig.expiration + 1),
			DENIAL_BOGUS, SIG_EXPIRED);
		expect(v->label, ask(w, v->zone, &m, TYPE_CDNSKEY, &w->signer.key, v->now),
			DENIAL_BOGUS, SIG_MISSING);
		expect(v->label, ask(w, "www.example.", &m, TYPE_CDNSKEY, &key, v->now),
			DENIAL_NONE, SIG_BOGUS);
	}
}

/* NSEC records signed by the zone's own key, but for what the label says. */
static const struct nsec_case {
	const char *label;
	const char *owner;
	const char *signer;
	const char *rdata;
	enum denial_status expected;
} nsec_cases[] = {
	{ "NS SOA RRSIG NSEC DNSKEY; R4035-5.4-1, R6840-4.1-1, R6840-4.3-1", "example.", "example.", NEXT "0007 22 00 00 00 00 03 80", DENIAL_PROVEN },
	{ "compact denial, next is \\000.apex", "example.", "example.",
		"0100 07 6578616d706c65 00 0007 22 00 00 00 00 03 80", DENIAL_PROVEN },
	{ "neither RRSIG nor NSEC, R4035-5.4-2", "example.", "example.", NEXT "0001 22", DENIAL_PROVEN },
	{ "two windows", "example.", "example.", NEXT "0007 22 00 00 00 00 03 80 0101 40", DENIAL_PROVEN },
	{ "CDS in another window", "example.", "example.", NEXT "0007 22 00 00 00 00 03 80 0108 00 00 00 00 00 00 00 10",
		DENIAL_PROVEN },
	{ "CDS set, R4035-5.4-1", "example.", "example.", NEXT "0008 22 00 00 00 00 03 80 10", DENIAL_NONE },
	{ "CNAME set, R6840-4.3-1", "example.", "example.", NEXT "0007 26 00 00 00 00 03 80", DENIAL_NONE },
	{ "parent side: NS, no SOA; R6840-4.1-1", "example.", "example.", NEXT "0006 20 00 00 00 00 03", DENIAL_NONE },
	{ "parent side: NS DS, no SOA, signed by the parent", "example.", ".", NEXT "0006 20 00 00 00 00 13",
		DENIAL_NONE },
	{ "signed by the parent", "example.", ".", NEXT "0007 22 00 00 00 00 03 80", DENIAL_BOGUS },
	{ "neither NS nor SOA", "example.", "example.", NEXT "0006 00 00 00 00 00 03", DENIAL_NONE },
	{ "empty bitmap", "example.", "example.", NEXT, DENIAL_NONE },
	{ "other owner", "www.example.", "example.", NEXT "0007 22 00 00 00 00 03 80", DENIAL_NONE },
	{ "owner covers the apex from above", ".", ".", NEXT "0007 22 00 00 00 00 03 80", DENIAL_NONE },
	{ "window of no octets", "example.", "example.", NEXT "0007 22 00 00 00 00 03 80 0100", DENIAL_NONE },
	{ "window of 33 octets", "example.", "example.", NEXT "0021 22 00 00 00 00 03 80 00 00 00 00 00 00 00 00"
		"00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 01", DENIAL_NONE },
	{ "window of 32 octets", "example.", "example.", NEXT "0020 22 00 00 00 00 03 80 00 00 00 00 00 00 00 00"
		"00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 01", DENIAL_PROVEN },
	{ "zero octet last", "example.", "example.", NEXT "0008 22 00 00 00 00 03 80 00", DENIAL_NONE },
	{ "windows not ascending", "example.", "example.", NEXT "0101 40 0007 22 00 00 00 00 03 80", DENIAL_NONE },
	{ "window twice", "example.", "example.", NEXT "0001 22 0007 22 00 00 00 00 03 80", DENIAL_NONE },
	{ "window cut", "example.", "example.", NEXT "0007 22 00 00 00 00 03", DENIAL_NONE },
	{ "size missing", "example.", "example.", NEXT "0007 22 00 00 00 00 03 80 01", DENIAL_NONE },
	{ "no next name", "example.", "example.", "0161", DENIAL_NONE },
};

static void nsec(void **state)
{
	struct world *w = *state;
	for (size_t i = 0; i < COUNT(nsec_cases); i++) {
		const struct nsec_case *c = &nsec_cases[i];
		struct rrset set = fixture_one(w->arena, c->owner, TYPE_NSEC, c->rdata);
		struct vector_sig fields = signer_fields(&w->signer, &set, NOW);
		fields.signer = c->signer;
		fixture_add(w->arena, &set, signer_sign(&w->signer, w->arena, &set, &fields));
		struct message m = { 0 };
		put(w, &m, &set);
		expect(c->label, ask(w, "example.", &m, TYPE_CDS, &w->signer.key, NOW), c->expected,
			c->expected == DENIAL_PROVEN ? SIG_VALID : SIG_BOGUS);
	}
}

static void bad_signatures(void **state)
{
	struct world *w = *state;
	struct rrset set = fixture_one(w->arena, "example.", TYPE_NSEC, NEXT "0007 22 00 00 00 00 03 80");
	struct message m = { 0 };
	expect("nothing", ask(w, "example.", &m, TYPE_CDS, &w->signer.key, NOW), DENIAL_NONE, SIG_BOGUS);
	put(w, &m, &set);
	expect("unsigned", ask(w, "example.", &m, TYPE_CDS, &w->signer.key, NOW), DENIAL_BOGUS, SIG_MISSING);
	struct vector_sig fields = signer_fields(&w->signer, &set, NOW);
	struct slice sig = signer_sign(&w->signer, w->arena, &set, &fields);
	uint8_t *octets = arena_copy(w->arena, sig.data, sig.size);
	octets[sig.size - 40] ^= 1;
	fixture_add(w->arena, &set, (struct slice){ octets, sig.size });
	m = (struct message){ 0 };
	put(w, &m, &set);
	expect("false", ask(w, "example.", &m, TYPE_CDS, &w->signer.key, NOW), DENIAL_BOGUS, SIG_BOGUS);
	/* A second, different record at the apex makes both worthless. */
	struct rrset two = fixture_one(w->arena, "example.", TYPE_NSEC, NEXT "0007 22 00 00 00 00 03 80");
	fixture_add(w->arena, &two, sig);
	m = (struct message){ 0 };
	put(w, &m, &two);
	expect("true", ask(w, "example.", &m, TYPE_CDS, &w->signer.key, NOW), DENIAL_PROVEN, SIG_VALID);
	struct rrset more = fixture_one(w->arena, "example.", TYPE_NSEC, NEXT "0001 22");
	put(w, &m, &more);
	expect("two records", ask(w, "example.", &m, TYPE_CDS, &w->signer.key, NOW), DENIAL_NONE, SIG_BOGUS);
}

/* The answer section proves nothing. */
static void other_section(void **state)
{
	struct world *w = *state;
	struct rrset set = fixture_one(w->arena, "example.", TYPE_NSEC, NEXT "0007 22 00 00 00 00 03 80");
	struct vector_sig fields = signer_fields(&w->signer, &set, NOW);
	fixture_add(w->arena, &set, signer_sign(&w->signer, w->arena, &set, &fields));
	struct message m = { 0 };
	put(w, &m, &set);
	m.count[SECTION_ANSWER] = m.count[SECTION_AUTHORITY];
	m.records[SECTION_ANSWER] = m.records[SECTION_AUTHORITY];
	m.count[SECTION_AUTHORITY] = 0;
	expect("answer", ask(w, "example.", &m, TYPE_CDS, &w->signer.key, NOW), DENIAL_NONE, SIG_BOGUS);
}

#define HASH20 "14 000102030405060708090a0b0c0d0e0f10111213"
#define APEX_BITMAP "0007 22 00 00 00 00 02 90"

/* NSEC3 records whose owner is the hash of the zone under the parameters in their RDATA. */
static const struct nsec3_case {
	const char *label;
	const char *hashed;	/* name whose hash is the owner */
	const char *rdata;
	enum denial_status expected;
	enum sig_status sig;
} nsec3_cases[] = {
	{ "iterations 0, no salt; R5155-8.5-1", "example.", "01 00 0000 00" HASH20 APEX_BITMAP, DENIAL_PROVEN, SIG_VALID },
	{ "salt", "example.", "01 00 000c 04 aabbccdd" HASH20 APEX_BITMAP, DENIAL_PROVEN, SIG_VALID },
	{ "opt-out, R5155-8.5-1", "example.", "01 01 0000 00" HASH20 APEX_BITMAP, DENIAL_PROVEN, SIG_VALID },
	{ "iterations at the cap, R9276-3.2-1, A-15", "example.", "01 00 01f4 02 abcd" HASH20 APEX_BITMAP, DENIAL_PROVEN, SIG_VALID },
	{ "iterations over the cap, R9276-3.2-1, A-15", "example.", "01 00 01f5 02 abcd" HASH20 APEX_BITMAP,
		DENIAL_ITERATIONS, SIG_VALID },
	{ "iterations at their most", "example.", "01 00 ffff 00" HASH20 APEX_BITMAP, DENIAL_ITERATIONS, SIG_VALID },
	{ "iterations over the cap, CDS set", "example.", "01 00 01f5 00" HASH20 "0008 22 00 00 00 00 02 90 10", DENIAL_NONE,
		SIG_BOGUS },
	{ "other flag, R5155-8.2-1", "example.", "01 02 0000 00" HASH20 APEX_BITMAP, DENIAL_NONE, SIG_BOGUS },
	{ "other hash, R5155-8.1-1", "example.", "02 00 0000 00" HASH20 APEX_BITMAP, DENIAL_NONE, SIG_BOGUS },
	{ "hash of another name", "www.example.", "01 00 0000 00" HASH20 APEX_BITMAP, DENIAL_NONE, SIG_BOGUS },
	{ "hash of the parent", ".", "01 00 0000 00" HASH20 APEX_BITMAP, DENIAL_NONE, SIG_BOGUS },
	{ "CDS set, R5155-8.5-1", "example.", "01 00 0000 00" HASH20 "0008 22 00 00 00 00 02 90 10", DENIAL_NONE, SIG_BOGUS },
	{ "CNAME set, R5155-8.5-1", "example.", "01 00 0000 00" HASH20 "0007 26 00 00 00 00 02 90", DENIAL_NONE, SIG_BOGUS },
	{ "parent side: NS, no SOA; R6840-4.1-1", "example.", "01 00 0000 00" HASH20 "0006 20 00 00 00 00 12",
		DENIAL_NONE, SIG_BOGUS },
	{ "empty bitmap", "example.", "01 00 0000 00" HASH20, DENIAL_NONE, SIG_BOGUS },
	{ "next hash of 19 octets", "example.", "01 00 0000 00 13 000102030405060708090a0b0c0d0e0f101112"
		APEX_BITMAP, DENIAL_NONE, SIG_BOGUS },
	{ "no next hash", "example.", "01 00 0000 00 00" APEX_BITMAP, DENIAL_NONE, SIG_BOGUS },
	{ "salt longer than the record", "example.", "01 00 0000 ff 00", DENIAL_NONE, SIG_BOGUS },
	{ "head cut", "example.", "01 00 00", DENIAL_NONE, SIG_BOGUS },
};

static const struct name *hashed_owner(struct world *w, const char *text, const uint8_t *rdata, size_t size)
{
	uint16_t iterations = size >= 5 ? (uint16_t)(rdata[2] << 8 | rdata[3]) : 0;
	size_t salt_size = size >= 5 && rdata[4] <= size - 5 ? rdata[4] : 0;
	const struct name *name = fixture_name(w->arena, text);
	const struct hash_part parts[] = { { name->octets, name->size }, { rdata + 5, salt_size } };
	uint8_t hash[20];
	assert_int_equal(crypto_nsec3_hash(w->crypto, &parts[0], &parts[1], iterations, hash), 0);
	char owner[32 + sizeof(".example.")];
	for (unsigned i = 0; i < 32; i++) {
		unsigned at = i * 5;
		unsigned pair = (unsigned)hash[at / 8] << 8 | (at / 8 + 1 < 20 ? hash[at / 8 + 1] : 0);
		owner[i] = "0123456789abcdefghijklmnopqrstuv"[pair >> (11 - at % 8) & 31];
	}
	strcpy(owner + 32, ".example.");
	return fixture_name(w->arena, owner);
}

static void nsec3(void **state)
{
	struct world *w = *state;
	for (size_t i = 0; i < COUNT(nsec3_cases); i++) {
		const struct nsec3_case *c = &nsec3_cases[i];
		struct rrset set = fixture_one(w->arena, "example.", TYPE_NSEC3, c->rdata);
		set.owner = hashed_owner(w, c->hashed, set.rdata[0].data, set.rdata[0].size);
		struct vector_sig fields = signer_fields(&w->signer, &set, NOW);
		fixture_add(w->arena, &set, signer_sign(&w->signer, w->arena, &set, &fields));
		struct message m = { 0 };
		put(w, &m, &set);
		expect(c->label, ask(w, "example.", &m, TYPE_CDS, &w->signer.key, NOW), c->expected, c->sig);
	}
}

/* R9276-3.2-2: that there are too many iterations is said by a record of the zone, or by nobody. */
static void nsec3_iterations_are_signed(void **state)
{
	struct world *w = *state;
	struct rrset set = fixture_one(w->arena, "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom.example.", TYPE_NSEC3,
		"01 00 01f5 00" HASH20 APEX_BITMAP);
	struct message m = { 0 };
	put(w, &m, &set);
	expect("unsigned, R9276-3.2-2", ask(w, "example.", &m, TYPE_CDS, &w->signer.key, NOW), DENIAL_BOGUS, SIG_MISSING);
	struct vector_sig fields = signer_fields(&w->signer, &set, NOW);
	fields.expiration = NOW - 1;
	fixture_add(w->arena, &set, signer_sign(&w->signer, w->arena, &set, &fields));
	m = (struct message){ 0 };
	put(w, &m, &set);
	expect("expired, R9276-3.2-2", ask(w, "example.", &m, TYPE_CDS, &w->signer.key, NOW), DENIAL_BOGUS, SIG_EXPIRED);
	fields.expiration = NOW + 1;
	fixture_add(w->arena, &set, signer_sign(&w->signer, w->arena, &set, &fields));
	m = (struct message){ 0 };
	put(w, &m, &set);
	expect("signed, R9276-3.2-2", ask(w, "example.", &m, TYPE_CDS, &w->signer.key, NOW), DENIAL_ITERATIONS, SIG_VALID);
}

/* Their signatures verify, and yet they say nothing of the apex. */
static void nodata_elsewhere(void **state)
{
	struct world *w = *state;
	for (size_t i = 0; i < COUNT(elsewhere_vectors); i++) {
		const struct vector *v = &elsewhere_vectors[i];
		struct dnskey key = fixture_key(w->arena, &v->key);
		struct rrset set = fixture_rrset(w->arena, v);
		struct verifier *verifier = verifier_new(w->crypto, w->arena, v->now);
		struct sig_result result;
		assert_int_equal(verify_by_key(verifier, fixture_name(w->arena, v->zone), &set, &key, &result), 0);
		if (result.status != SIG_VALID) {
			fail_msg("%s: status %d", v->label, (int)result.status);
		}
		verifier_free(verifier);
		struct message m = { 0 };
		put(w, &m, &set);
		expect(v->label, ask(w, v->zone, &m, TYPE_CDS, &key, v->now), DENIAL_NONE, SIG_BOGUS);
	}
}

/* Printed in RFC 5155 appendix A. */
static void nsec3_hashes(void **state)
{
	struct world *w = *state;
	static const struct {
		const char *name;
		const char *owner;
	} cases[] = {
		{ "example.", "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom.example." },
		{ "a.example.", "35mthgpgcu1qg68fab165klnsnk3dpvl.example." },
		{ "ai.example.", "gjeqe526plbf1g8mklp59enfd789njgi.example." },
		{ "ns1.example.", "2t7b4g4vsa5smi47k61mv5bv1a22bojr.example." },
		{ "ns2.example.", "q04jkcevqvmu85r014c7dkba38o0ji5r.example." },
		{ "w.example.", "k8udemvp1j2f7eg6jebps17vp3n8i58h.example." },
		{ "*.w.example.", "r53bq7cc2uvmubfu5ocmm6pers9tk9en.example." },
		{ "x.w.example.", "b4um86eghhds6nea196smvmlo4ors995.example." },
		{ "y.w.example.", "ji6neoaepv8b5o6k4ev33abha8ht9fgc.example." },
		{ "x.y.w.example.", "2vptu5timamqttgl4luu9kg21e0aor3s.example." },
		{ "xx.example.", "t644ebqk9bibcna874givr6joj62mlhv.example." },
		{ "2t7b4g4vsa5smi47k61mv5bv1a22bojr.example.", "kohar7mbb8dc2ce8a9qvl8hon4k53uhi.example." },
		{ "c.x.w.example.", "0va5bpr2ou0vk0lbqeeljri88laipsfh.example." },	/* appendix B.1 */
		{ "*.x.w.example.", "92pqneegtaue7pjatc3l3qnk738c6v5m.example." },
		{ "X.W.EXAMPLE.", "b4um86eghhds6nea196smvmlo4ors995.example." },	/* section 5: in canonical form */
	};
	const uint8_t rdata[] = { 1, 0, 0, 12, 4, 0xaa, 0xbb, 0xcc, 0xdd };
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct name *owner = hashed_owner(w, cases[i].name, rdata, sizeof(rdata));
		assert_true(name_equal(owner, fixture_name(w->arena, cases[i].owner)));
	}
}

/* The right record among others, with a false signature, and under a name that is no hash. */
static void nsec3_around(void **state)
{
	struct world *w = *state;
	const char *rdata = "01 00 0000 00" HASH20 APEX_BITMAP;
	struct rrset good = fixture_one(w->arena, "example.", TYPE_NSEC3, rdata);
	good.owner = hashed_owner(w, "example.", good.rdata[0].data, good.rdata[0].size);
	struct rrset bare = good;
	struct vector_sig fields = signer_fields(&w->signer, &good, NOW);
	fixture_add(w->arena, &good, signer_sign(&w->signer, w->arena, &good, &fields));
	struct message m = { 0 };
	struct rrset strange = fixture_one(w->arena, "no-hash.example.", TYPE_NSEC3, rdata);
	put(w, &m, &strange);
	strange.owner = fixture_name(w->arena, "0p9mhaveqvm6t7vbl5lop2u3t2rp3tow.example.");
	put(w, &m, &strange);
	strange.owner = fixture_name(w->arena, "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom.www.example.");
	put(w, &m, &strange);
	strange.owner = fixture_name(w->arena, "example.");
	put(w, &m, &strange);
	expect("strange names", ask(w, "example.", &m, TYPE_CDS, &w->signer.key, NOW), DENIAL_NONE, SIG_BOGUS);
	struct message unsigned_one = m;
	put(w, &unsigned_one, &bare);
	expect("unsigned", ask(w, "example.", &unsigned_one, TYPE_CDS, &w->signer.key, NOW),
		DENIAL_BOGUS, SIG_MISSING);
	put(w, &m, &good);
	expect("among others", ask(w, "example.", &m, TYPE_CDS, &w->signer.key, NOW), DENIAL_PROVEN, SIG_VALID);
	/* Labels of the RRSIG count the hash: with those of the apex it is refused. */
	fields.labels = 1;
	bare.signature_count = 0;
	fixture_add(w->arena, &bare, signer_sign(&w->signer, w->arena, &bare, &fields));
	m = (struct message){ 0 };
	put(w, &m, &bare);
	expect("labels of the apex", ask(w, "example.", &m, TYPE_CDS, &w->signer.key, NOW),
		DENIAL_BOGUS, SIG_BOGUS);
}

/* A message full of dear NSEC3 records uses the budget up, and not more (CVE-2023-50868). */
static void nsec3_budget(void **state)
{
	struct world *w = *state;
	struct message m = { 0 };
	struct rrset set = fixture_one(w->arena, "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom.example.", TYPE_NSEC3,
		"01 00 01f4 02 0000" HASH20 APEX_BITMAP);
	for (unsigned i = 0; i < 300; i++) {
		uint8_t *rdata = arena_copy(w->arena, set.rdata[0].data, set.rdata[0].size);
		rdata[5] = (uint8_t)(i >> 8);
		rdata[6] = (uint8_t)i;
		struct slice slice = { rdata, set.rdata[0].size };
		struct rrset one = set;
		one.rdata = &slice;
		put(w, &m, &one);
	}
	struct verifier *v = verifier_new(w->crypto, w->arena, NOW);
	const struct name *zone = fixture_name(w->arena, "example.");
	struct denial denial;
	assert_int_equal(denial_nodata(v, w->crypto, zone, &m, TYPE_CDS, &w->signer.key, 1, &denial), 0);
	expect("many", denial, DENIAL_BOGUS, SIG_BUDGET);
	assert_int_equal(verifier_cost(v), LIMIT_COST_NS);
	assert_int_equal(verifier_attempts(v), 0);
	verifier_free(v);
	/* The same parameters again cost nothing. */
	struct message same = { 0 };
	for (unsigned i = 0; i < 300; i++) {
		put(w, &same, &set);
	}
	v = verifier_new(w->crypto, w->arena, NOW);
	assert_int_equal(denial_nodata(v, w->crypto, zone, &same, TYPE_CDS, &w->signer.key, 1, &denial), 0);
	expect("same", denial, DENIAL_NONE, SIG_BOGUS);
	assert_true(verifier_cost(v) < LIMIT_COST_NS);
	verifier_free(v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vectors),
		cmocka_unit_test(nsec),
		cmocka_unit_test(bad_signatures),
		cmocka_unit_test(other_section),
		cmocka_unit_test(nsec3),
		cmocka_unit_test(nsec3_iterations_are_signed),
		cmocka_unit_test(nodata_elsewhere),
		cmocka_unit_test(nsec3_hashes),
		cmocka_unit_test(nsec3_around),
		cmocka_unit_test(nsec3_budget),
	};
	return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
