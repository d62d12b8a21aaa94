/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: octets as a message whose NSEC and NSEC3 records are judged, and as the RDATA of one that is then truly signed
 * and stands where it would prove something: it does where its bitmap says so, and nowhere else. */
#include <string.h>

#include "tests/fuzz/target.h"
#include "tests/unit/dnssec_fixture.h"
#include "validate/dnssec/denial.h"
#include "validate/wire/err.h"
#include "validate/wire/limits.h"

#define NOW 1083000000u		/* most seeds are signed for it */
#define KEYS 8
#define RDATA_OCTETS 4096

static size_t gather_keys(const struct message *m, struct dnskey keys[KEYS])
{
	size_t count = 0;
	for (unsigned i = 0; i < SECTION_COUNT; i++) {
		for (size_t k = 0; k < m->count[i] && count < KEYS; k++) {
			const struct record *r = &m->records[i][k];
			count += r->type == TYPE_DNSKEY && dnskey_parse(r->rdata, &keys[count]) == 0;
		}
	}
	return count;
}

static struct denial ask(struct crypto *crypto, struct arena *arena, const struct name *zone, const struct message *m,
	const struct dnskey *keys, size_t count)
{
	struct verifier *v = verifier_new(crypto, arena, NOW);
	struct denial denial;
	HOLDS(v != NULL && denial_nodata(v, crypto, zone, m, TYPE_CDS, keys, count, &denial) == 0);
	HOLDS((denial.status == DENIAL_PROVEN || denial.status == DENIAL_ITERATIONS) == (denial.sig == SIG_VALID));
	HOLDS(verifier_cost(v) <= LIMIT_COST_NS);
	verifier_free(v);
	return denial;
}

/* Where a record of these parameters has to stand to be the apex' one. */
static const struct name *hashed_owner(struct arena *arena, const struct name *zone, struct slice rdata)
{
	uint8_t hash[20] = { 0 };
	uint8_t input[LIMIT_NAME_OCTETS + 255];
	size_t salt = rdata.size >= 5 && rdata.data[4] <= rdata.size - 5 ? rdata.data[4] : 0;
	unsigned iterations = rdata.size >= 4 ? (unsigned)rdata.data[2] << 8 | rdata.data[3] : 0;
	memcpy(input, zone->octets, zone->size);
	size_t size = zone->size;
	for (unsigned i = 0; i <= iterations && iterations <= LIMIT_NSEC3_ITERATIONS; i++) {
		if (salt > 0) {
			memcpy(input + size, rdata.data + 5, salt);
		}
		HOLDS(EVP_Digest(input, size + salt, hash, NULL, EVP_sha1(), NULL) == 1);
		memcpy(input, hash, sizeof hash);
		size = sizeof hash;
	}
	char text[64] = { 0 };
	for (unsigned i = 0; i < 32; i++) {
		unsigned at = i * 5;
		unsigned pair = (unsigned)hash[at / 8] << 8 | (at / 8 < 19 ? hash[at / 8 + 1] : 0);
		text[i] = "0123456789abcdefghijklmnopqrstuv"[pair >> (11 - at % 8) & 31];
	}
	snprintf(text + 32, sizeof text - 32, ".example.");
	return fixture_name(arena, text);
}

/* Is the bit set, however odd the bitmap is? */
static bool has_bit(const uint8_t *at, size_t size, unsigned type)
{
	bool found = false;
	while (size >= 2) {
		size_t octets = at[1] < size - 2 ? at[1] : size - 2;
		found = found || (at[0] == 0 && type / 8 < octets && (at[2 + type / 8] & 0x80 >> type % 8) != 0);
		at += 2 + octets;
		size -= 2 + octets;
	}
	return found;
}

/* Where the bitmap begins; the size when there is none. */
static size_t bitmap_at(struct slice rdata, bool is_nsec3)
{
	struct wire w = wire_reader(rdata.data, rdata.size);
	if (is_nsec3) {
		wire_read(&w, 4);
		wire_read(&w, wire_read_u8(&w));
		wire_read(&w, wire_read_u8(&w));
	} else {
		struct name next;
		name_read_plain(&w, &next);
	}
	return wire_error(&w) ? rdata.size : w.pos;
}

/* The first octet says of which type the record is. */
static void check_signed(struct crypto *crypto, struct arena *arena, const uint8_t *data, size_t size)
{
	bool is_nsec3 = (data[0] & 1) != 0;
	struct slice rdata = { arena_copy(arena, data + 1, size - 1), size - 1 };
	const struct name *zone = fixture_name(arena, "example.");
	struct signer s;
	signer_init(&s, arena, "example.", 1, 257, 3);
	struct rrset set = { .owner = is_nsec3 ? hashed_owner(arena, zone, rdata) : zone,
		.type = is_nsec3 ? TYPE_NSEC3 : TYPE_NSEC, .ttl = 3600, .count = 1, .rdata = &rdata };
	const struct vector_sig fields = signer_fields(&s, &set, NOW);
	const struct record records[] = { { set.owner, set.type, CLASS_IN, 3600, rdata },
		{ set.owner, TYPE_RRSIG, CLASS_IN, 3600, signer_sign(&s, arena, &set, &fields) } };
	struct record *copy = arena_copy(arena, records, sizeof records);
	const struct message m = { .count = { 0, 2 }, .records = { NULL, copy } };
	struct denial denial = ask(crypto, arena, zone, &m, &s.key, 1);
	size_t at = bitmap_at(rdata, is_nsec3);
	if (denial.status == DENIAL_PROVEN) {
		HOLDS(!has_bit(rdata.data + at, rdata.size - at, TYPE_CDS));
		HOLDS(!has_bit(rdata.data + at, rdata.size - at, TYPE_CNAME));
		HOLDS(has_bit(rdata.data + at, rdata.size - at, TYPE_SOA));
		HOLDS(!is_nsec3 || (rdata.data[0] == 1 && rdata.data[1] <= 1));
	}
	/* Whoever signed it, a bogus signature is not what is wrong with it. */
	HOLDS(denial.status != DENIAL_BOGUS);
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
		struct dnskey keys[KEYS];
		size_t count = gather_keys(&m, keys);
		(void)ask(crypto, arena, &m.question, &m, keys, count);
	}
	if (size > 1 && size < RDATA_OCTETS) {
		check_signed(crypto, arena, data, size);
	}
	arena_free(arena);
	return 0;
}
