/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Proof that a type is absent at the apex: one NSEC or NSEC3 record that matches it. */
#include "validate/dnssec/denial.h"

#include <string.h>

#include "validate/dnssec/cost.h"
#include "validate/dnssec/ds.h"
#include "validate/dnssec/verifier.h"
#include "validate/wire/cursor.h"
#include "validate/wire/err.h"
#include "validate/wire/limits.h"

#define NSEC3_SHA1 1
#define NSEC3_OCTETS 20
#define NSEC3_LABEL 32			/* 20 octets in base32hex */
#define NSEC3_FLAG_OPT_OUT 1

struct bitmap {
	bool has_type;
	bool has_cname;
	bool has_soa;
};

/* What the search is about, and what it found so far. */
struct question {
	struct verifier *v;
	const struct name *zone;
	const struct message *m;
	uint16_t type;
	const struct dnskey *keys;
	size_t key_count;
	struct denial found;
};

static bool window_has(const uint8_t *octets, size_t size, uint8_t window, uint16_t type)
{
	size_t octet = (type & 0xff) / 8;
	return type >> 8 == window && octet < size && (octets[octet] & 0x80 >> type % 8) != 0;
}

/* RFC 4034 section 4.1.2, to the letter: windows ascend, hold 1 to 32 octets and end in a set bit. Where nothing could be
 * read in front of it, the bitmap is empty. */
static bool read_bitmap(struct wire *w, uint16_t type, struct bitmap *out)
{
	int last = -1;
	*out = (struct bitmap){ 0 };
	while (wire_left(w) > 0) {
		uint8_t window = wire_read_u8(w);
		uint8_t size = wire_read_u8(w);
		const uint8_t *octets = wire_read(w, size);
		if (wire_error(w) || window <= last || size == 0 || size > 32 || octets[size - 1] == 0) {
			return false;
		}
		last = window;
		out->has_type = out->has_type || window_has(octets, size, window, type);
		out->has_cname = out->has_cname || window_has(octets, size, window, TYPE_CNAME);
		out->has_soa = out->has_soa || window_has(octets, size, window, TYPE_SOA);
	}
	return true;
}

/* RFC 4035 section 5.4, RFC 6840 section 4.3. Every apex has an SOA, and no parent's side of the cut
 * shows one: so asking for it also refuses what RFC 6840 section 4.1 refuses. */
static bool denies(const struct bitmap *b)
{
	return b->has_soa && !b->has_type && !b->has_cname;
}

static void note(struct question *q, enum denial_status status, enum sig_status sig)
{
	bool better = status == DENIAL_PROVEN || q->found.status == DENIAL_NONE || q->found.status == DENIAL_ITERATIONS;
	if (q->found.status != DENIAL_PROVEN && better) {
		q->found.status = status;
		q->found.sig = sig;
	}
}

/* Work of the search itself, which grows with what is in the message (CVE-2023-50868). */
static bool charge(struct question *q, uint32_t cost_ns)
{
	if (verifier_charge(q->v, cost_ns)) {
		return true;
	}
	note(q, DENIAL_BOGUS, SIG_BUDGET);
	return false;
}

/* A record that would prove it, if a key of the zone signed it. */
static int check_signature(struct question *q, const struct rrset *set, enum denial_status proven)
{
	struct sig_result result;
	int err = verify_by_keys(q->v, q->zone, set, q->keys, q->key_count, &result);
	if (err == 0) {
		note(q, result.status == SIG_VALID ? proven : DENIAL_BOGUS, result.status);
	}
	return err;
}

static int try_nsec(struct question *q)
{
	struct rrset set;
	if (!charge(q, cost_gather(q->m->count[SECTION_AUTHORITY]))) {
		return 0;
	}
	int err = message_rrset(q->m, SECTION_AUTHORITY, q->zone, TYPE_NSEC, q->v->arena, &set);
	if (err != 0 || set.count != 1) {
		return err;
	}
	struct wire w = wire_reader(set.rdata[0].data, set.rdata[0].size);
	struct name next;
	struct bitmap bitmap;
	name_read_plain(&w, &next);
	if (!read_bitmap(&w, q->type, &bitmap) || !denies(&bitmap)) {
		return 0;
	}
	return check_signature(q, &set, DENIAL_PROVEN);
}

struct nsec3 {
	uint16_t iterations;
	struct slice salt;
	struct bitmap bitmap;
};

/* False also for what must be ignored: another hash, flags not known (RFC 5155 sections 8.1, 8.2). */
static bool read_nsec3(struct slice rdata, uint16_t type, struct nsec3 *out)
{
	struct wire w = wire_reader(rdata.data, rdata.size);
	uint8_t algorithm = wire_read_u8(&w);
	uint8_t flags = wire_read_u8(&w);
	out->iterations = wire_read_u16(&w);
	out->salt.size = wire_read_u8(&w);
	out->salt.data = wire_read(&w, out->salt.size);
	uint8_t next_size = wire_read_u8(&w);
	wire_read(&w, next_size);
	return algorithm == NSEC3_SHA1 && (flags & ~NSEC3_FLAG_OPT_OUT) == 0 &&
		next_size == NSEC3_OCTETS && read_bitmap(&w, type, &out->bitmap);
}

static int base32hex_digit(uint8_t c)
{
	if (c >= '0' && c <= '9') {
		return c - '0';
	}
	return c >= 'a' && c <= 'v' ? c - 'a' + 10 : -1;	/* names are lower case */
}

/* The hash in the first label of an owner directly below zone. */
static bool read_hash(const struct name *owner, const struct name *zone, uint8_t hash[NSEC3_OCTETS])
{
	/* More labels than one have a length among the digits, which is none. */
	bool is_hash = owner->size == zone->size + 1 + NSEC3_LABEL && name_is_within(owner, zone);
	memset(hash, 0, NSEC3_OCTETS);
	for (size_t i = 0; is_hash && i < NSEC3_LABEL; i++) {
		int digit = base32hex_digit(owner->octets[1 + i]);
		is_hash = digit >= 0;
		for (size_t bit = 0; bit < 5; bit++) {
			size_t at = i * 5 + bit;
			hash[at / 8] = (uint8_t)(hash[at / 8] | (digit >> (4 - bit) & 1) << (7 - at % 8));
		}
	}
	return is_hash;
}

static bool is_hashed(const struct verifier_nsec3 *last, const struct name *name,
	const struct nsec3 *nsec3)
{
	return name_equal(&last->name, name) && last->iterations == nsec3->iterations &&
		last->salt_size == nsec3->salt.size &&
		memcmp(last->salt, nsec3->salt.data, last->salt_size) == 0;
}

/* The hash of the apex under the parameters of the record goes into the verifier. Hashing is charged to the budget of the
 * child (A-15, CVE-2023-50868); once that is used up, what is there is of no use to anybody: all else is charged, too. */
static int hash_apex(struct question *q, struct crypto *crypto, const struct nsec3 *nsec3)
{
	struct verifier_nsec3 *last = &q->v->nsec3;
	if (is_hashed(last, q->zone, nsec3)) {
		return 0;
	}
	last->name.size = 0;
	if (!charge(q, cost_nsec3(q->zone->size, nsec3->salt.size, nsec3->iterations))) {
		return 0;
	}
	const struct hash_part name = { q->zone->octets, q->zone->size };
	const struct hash_part salt = { nsec3->salt.data, nsec3->salt.size };
	int err = crypto_nsec3_hash(crypto, &name, &salt, nsec3->iterations, last->hash);
	if (err != 0) {
		return err;
	}
	last->name = *q->zone;
	last->iterations = nsec3->iterations;
	last->salt_size = nsec3->salt.size;
	memcpy(last->salt, nsec3->salt.data, nsec3->salt.size);
	return 0;
}

/* Where SHA-1 is switched off its hash is one that is not known. */
static int try_nsec3(struct question *q, struct crypto *crypto, const struct record *record)
{
	uint8_t hash[NSEC3_OCTETS];
	struct nsec3 nsec3;
	if (!charge(q, cost_nsec3_record(record->rdata.size)) || !crypto_has_digest(crypto, DIGEST_SHA1) ||
		!read_hash(record->owner, q->zone, hash) || !read_nsec3(record->rdata, q->type, &nsec3) || !denies(&nsec3.bitmap)) {
		return 0;
	}
	/* Too many to know whether it is the apex' record; and unless it is signed, nobody of the zone said so (RFC 9276
	 * section 3.2). */
	bool too_many = nsec3.iterations > LIMIT_NSEC3_ITERATIONS;
	int err = too_many ? 0 : hash_apex(q, crypto, &nsec3);
	bool matches = too_many || memcmp(q->v->nsec3.hash, hash, NSEC3_OCTETS) == 0;
	if (err != 0 || !matches || !charge(q, cost_gather(q->m->count[SECTION_AUTHORITY]))) {
		return err;
	}
	struct rrset set;
	err = message_rrset(q->m, SECTION_AUTHORITY, record->owner, TYPE_NSEC3, q->v->arena, &set);
	if (err != 0 || set.count != 1) {
		return err;
	}
	return check_signature(q, &set, too_many ? DENIAL_ITERATIONS : DENIAL_PROVEN);
}

int denial_nodata(struct verifier *v, struct crypto *crypto, const struct name *zone,
	const struct message *m, uint16_t type, const struct dnskey *keys, size_t key_count,
	struct denial *out)
{
	struct question q = { .v = v, .zone = zone, .m = m, .type = type, .keys = keys,
		.key_count = key_count };
	int err = try_nsec(&q);
	for (size_t i = 0; err == 0 && i < m->count[SECTION_AUTHORITY]; i++) {
		const struct record *record = &m->records[SECTION_AUTHORITY][i];
		if (q.found.status == DENIAL_PROVEN) {
			break;
		}
		if (record->type == TYPE_NSEC3 && record->class == CLASS_IN) {
			err = try_nsec3(&q, crypto, record);
		}
	}
	if (err == 0) {
		*out = q.found;
	}
	return err;
}
