/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The price list of the budget (L-DOS-1). Measured by tests/bench/bench_hostile, which prints each price beside what the
 * work takes where it runs: AMD EPYC with SHA extensions, OpenSSL 3.0, CPU time of the thread. A price is 1.15 times
 * what the idle machine needs, or more: with the other half of the core busy it needs up to 1.4 times as much. */
#include "validate/dnssec/cost.h"

#include "validate/wire/limits.h"

/*                           import   verify	 measured, idle: import, verify */
#define P256_IMPORT_NS		12000u	/*  10 us */
#define P256_VERIFY_NS		70000u	/*  59 us */
#define P384_IMPORT_NS		45000u	/*  38 us */
#define P384_VERIFY_NS		750000u	/* 657 us: OpenSSL 3.0 has no fast arithmetic for this curve */
#define ED25519_IMPORT_NS	6000u	/*   5 us */
#define ED25519_VERIFY_NS	125000u	/* 104 us */
#define ED448_IMPORT_NS		6000u	/*   4 us */
#define ED448_VERIFY_NS		280000u	/* 235 us */
#define OTHER_NS		1000u	/* refused without arithmetic */

/* A hash with its set-up, and for each octet: SHA-384 and SHA-512 1.3 ns, SHAKE256 of Ed448 3 ns. */
#define HASH_NS			300u
#define HASH_OCTET_PS		1500u
#define SHAKE_OCTET_PS		3500u

/* An octet that is copied, compared and hashed with SHA-256, in picoseconds. */
#define OCTET_PS		2000u

/* A record whose three names are made of 64 jumps and 127 labels each, with the memory they take; an ordinary one takes a
 * tenth of it. */
#define MESSAGE_NS		1500u
#define RECORD_NS		2200u
#define GATHER_NS		1000u
#define GATHER_RECORD_NS	120u
#define SIGNATURE_NS		150u
#define KEY_NS			5u
#define PREPARE_NS		2500u
#define KNOWN_NS		15u

/* An NSEC or NSEC3 record and its bitmap; the SHA-1 of the latter: a call, and for each block of 64 octets. */
#define NSEC_RECORD_NS		500u
#define NSEC3_NS		110u
#define NSEC3_BLOCK_NS		45u

#define HEADER_OCTETS 12

static uint32_t per_octet(size_t octets, uint32_t picoseconds)
{
	return (uint32_t)((uint64_t)octets * picoseconds / 1000);
}

uint32_t cost_message(struct slice octets)
{
	uint32_t records = 0;
	for (size_t i = 4; octets.size >= HEADER_OCTETS && i < HEADER_OCTETS; i += 2) {
		records += (uint32_t)octets.data[i] << 8 | octets.data[i + 1];
	}
	records = records < LIMIT_MESSAGE_RECORDS ? records : LIMIT_MESSAGE_RECORDS;
	return MESSAGE_NS + records * RECORD_NS + per_octet(octets.size, OCTET_PS);
}

uint32_t cost_gather(size_t records)
{
	return GATHER_NS + (uint32_t)records * GATHER_RECORD_NS;
}

uint32_t cost_search(size_t signatures, size_t keys)
{
	return (uint32_t)signatures * (SIGNATURE_NS + (uint32_t)keys * KEY_NS);
}

uint32_t cost_prepare(size_t signed_octets)
{
	return PREPARE_NS + per_octet(signed_octets, OCTET_PS);
}

uint32_t cost_digest(size_t octets, size_t known)
{
	return HASH_NS + per_octet(octets, HASH_OCTET_PS) + (uint32_t)known * KNOWN_NS;
}

uint32_t cost_nsec_record(size_t rdata_octets)
{
	return NSEC_RECORD_NS + per_octet(rdata_octets, OCTET_PS);
}

uint32_t cost_nsec3(size_t name_octets, size_t salt_octets, uint16_t iterations)
{
	/* Nine octets of padding (FIPS 180-4 section 5.1.1). */
	uint32_t first = (uint32_t)(name_octets + salt_octets + 9 + 63) / 64;
	uint32_t next = (uint32_t)(20 + salt_octets + 9 + 63) / 64;
	return NSEC3_NS + first * NSEC3_BLOCK_NS + iterations * (NSEC3_NS + next * NSEC3_BLOCK_NS);
}

/* Multiplications that raising to this power takes at most: one for each bit, one for each bit set. */
static uint32_t power_steps(struct slice exponent)
{
	uint32_t steps = 0;
	for (size_t i = 0; i < exponent.size; i++) {
		steps += i == 0 ? 0 : 8;
		for (unsigned octet = exponent.data[i]; octet != 0; octet >>= 1) {
			steps += (octet & 1) + (i == 0 ? 1u : 0);
		}
	}
	return steps;
}

/* A multiplication grows with the square of the modulus, 2.8 us at 4096 bits. Where the modulus does not fill whole blocks
 * of 512 bits, OpenSSL has slower code: 6.7 us. Exponent 65537: 2048 bits 17 us, 4096 bits 64 us. */
static uint32_t rsa_verify(const struct dnskey *key)
{
	struct slice exponent;
	struct slice modulus;
	rsa_split(key->key, &exponent, &modulus);
	if (modulus.size == 0 || modulus.size > LIMIT_RSA_OCTETS || exponent.size > LIMIT_RSA_EXPONENT_OCTETS) {
		return OTHER_NS;
	}
	uint32_t square = (uint32_t)(modulus.size * modulus.size);
	uint32_t step = 150 + square * (modulus.size % 64 == 0 ? 13 : 31) / 1000;
	return 4000 + square * 55 / 1000 + power_steps(exponent) * step;
}

uint32_t cost_import(const struct dnskey *key)
{
	switch (key->algorithm) {
	case 5:
	case 7:
	case 8:
	case 10:
		/* With what the first verification prepares. */
		return 18000 + (key->key.size < LIMIT_RSA_OCTETS ? (uint32_t)key->key.size : LIMIT_RSA_OCTETS) * 30;
	case 13:
		return P256_IMPORT_NS;
	case 14:
		return P384_IMPORT_NS;
	case 15:
		return ED25519_IMPORT_NS;
	case 16:
		return ED448_IMPORT_NS;
	default:
		return OTHER_NS;
	}
}

uint32_t cost_verify(const struct dnskey *key, size_t signed_octets)
{
	uint32_t hash = HASH_NS + per_octet(signed_octets, key->algorithm == 16 ? SHAKE_OCTET_PS : HASH_OCTET_PS);
	switch (key->algorithm) {
	case 5:
	case 7:
	case 8:
	case 10:
		return hash + rsa_verify(key);
	case 13:
		return hash + P256_VERIFY_NS;
	case 14:
		return hash + P384_VERIFY_NS;
	case 15:
		return hash + ED25519_VERIFY_NS;
	case 16:
		return hash + ED448_VERIFY_NS;
	default:
		return hash + OTHER_NS;
	}
}
