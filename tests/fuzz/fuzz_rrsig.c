/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: octets as a message whose DNSKEY, RRSIG and DS records are judged, as the text of a DS, and as the fields of
 * an RRSIG that is then truly signed: it holds where RFC 4035 section 5.3.1 holds, and nowhere else. */
#include <string.h>

#include "tests/fuzz/target.h"
#include "tests/unit/dnssec_fixture.h"
#include "validate/dnssec/ds.h"
#include "validate/dnssec/rrsig.h"
#include "validate/wire/err.h"
#include "validate/wire/limits.h"
#include "validate/wire/message.h"

#define NOW 1083000000u		/* most seeds are signed for it */
#define FIELDS_OCTETS 18		/* of an RRSIG in front of the name */
#define KEYS 8
#define SETS 8

static size_t gather_keys(const struct message *m, struct dnskey keys[KEYS])
{
	size_t count = 0;
	for (unsigned i = 0; i < SECTION_COUNT; i++) {
		for (size_t k = 0; k < m->count[i] && count < KEYS; k++) {
			const struct record *r = &m->records[i][k];
			if (r->type == TYPE_DNSKEY && dnskey_parse(r->rdata, &keys[count]) == 0) {
				count++;
			}
		}
	}
	return count;
}

static void check_ds(struct crypto *crypto, const struct record *r, const struct dnskey *keys, size_t count)
{
	struct ds ds;
	if (r->type != TYPE_DS || ds_parse(r->rdata, &ds) != 0) {
		return;
	}
	uint8_t back[4 + LIMIT_DIGEST_OCTETS];
	HOLDS(ds_rdata(&ds, back) == r->rdata.size && memcmp(back, r->rdata.data, r->rdata.size) == 0);
	char text[DS_TEXT_SIZE];
	struct ds again;
	ds_to_text(&ds, text);
	HOLDS(ds_from_text(text, &again) == 0 && ds_compare(&ds, &again) == 0);
	for (size_t i = 0; i < count; i++) {
		bool matches;
		HOLDS(ds_matches_key(crypto, r->owner, &ds, &keys[i], &matches) == 0);
	}
}

static void check_message(struct crypto *crypto, struct arena *arena, const struct message *m)
{
	struct dnskey keys[KEYS];
	size_t count = gather_keys(m, keys);
	struct verifier *v = verifier_new(crypto, arena, NOW);
	HOLDS(v != NULL);
	for (unsigned i = 0; i < SECTION_COUNT; i++) {
		for (size_t k = 0; k < m->count[i] && k < SETS; k++) {
			const struct record *r = &m->records[i][k];
			struct rrset set;
			struct sig_result result;
			HOLDS(message_rrset(m, (enum section)i, r->owner, r->type, arena, &set) == 0);
			HOLDS(verify_by_keys(v, &m->question, &set, keys, count, &result) == 0);
			HOLDS((result.key != NULL) == (result.status == SIG_VALID));
			check_ds(crypto, r, keys, count);
		}
	}
	HOLDS(verifier_cost(v) <= LIMIT_COST_NS);
	verifier_free(v);
}

static void check_text(struct arena *arena, const uint8_t *data, size_t size)
{
	char *text = arena_alloc(arena, size + 1);
	memcpy(text, data, size);
	struct ds ds;
	if (ds_from_text(text, &ds) == 0) {
		char back[DS_TEXT_SIZE];
		struct ds again;
		ds_to_text(&ds, back);
		HOLDS(ds_from_text(back, &again) == 0 && ds_compare(&ds, &again) == 0);
	}
}

/* RFC 1982, by another way than the one that is tested: none of these times is 2^31 apart from another. */
static bool is_at_or_before(uint32_t a, uint32_t b)
{
	return (int32_t)(b - a) >= 0;
}

/* The octets are fields and signer of an RRSIG over a CDS record of example. */
static void check_fields(struct crypto *crypto, struct arena *arena, const uint8_t *data, size_t size)
{
	struct wire w = wire_reader(data, size);
	struct vector_sig f = { .base64 = "" };
	f.covered = wire_read_u16(&w);
	f.algorithm = wire_read_u8(&w);
	f.labels = wire_read_u8(&w);
	f.ttl = wire_read_u32(&w);
	f.expiration = wire_read_u32(&w);
	f.inception = wire_read_u32(&w);
	f.tag = wire_read_u16(&w);
	struct name signer;
	name_read_plain(&w, &signer);
	if (!wire_done(&w)) {
		return;
	}
	char zone[NAME_TEXT_SIZE];
	name_to_text(&signer, zone);
	f.signer = zone;
	struct signer s;
	signer_init(&s, arena, "example.", 1, 257, 3);
	struct rrset set = fixture_one(arena, "example.", TYPE_CDS, "00010d0201010101");
	fixture_add(arena, &set, signer_sign(&s, arena, &set, &f));
	struct verifier *v = verifier_new(crypto, arena, NOW);
	struct sig_result result;
	HOLDS(v != NULL && verify_by_key(v, fixture_name(arena, "example."), &set, &s.key, &result) == 0);
	bool holds = f.covered == TYPE_CDS && f.algorithm == 15 && f.labels == 1 && f.tag == s.key.tag &&
		strcmp(zone, "example.") == 0 && is_at_or_before(f.inception, NOW) && is_at_or_before(NOW, f.expiration) &&
		is_at_or_before(f.inception, f.expiration);
	bool far = f.inception == NOW + INT32_MAX + 1u || f.expiration == NOW + INT32_MAX + 1u ||
		f.expiration == f.inception + INT32_MAX + 1u;
	HOLDS(far || (result.status == SIG_VALID) == holds);
	verifier_free(v);
	signer_deinit(&s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct crypto *crypto;
	if (crypto == NULL) {
		crypto = crypto_new();
		HOLDS(crypto != NULL);
	}
	struct arena *arena = arena_new();
	HOLDS(arena != NULL);
	struct message m;
	if (message_parse(data, size, arena, &m) == 0 && m.question_count > 0) {
		check_message(crypto, arena, &m);
	}
	check_text(arena, data, size);
	if (size > FIELDS_OCTETS && size <= FIELDS_OCTETS + LIMIT_NAME_OCTETS) {
		check_fields(crypto, arena, data, size);
	}
	arena_free(arena);
	return 0;
}
