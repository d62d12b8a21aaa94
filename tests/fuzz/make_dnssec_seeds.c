/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes seeds/rrsig, seeds/denial and seeds/table again: vectors of tests/unit/vectors.h as answers, each with its DNSKEY;
 * fields and RDATA for the targets to sign; a DS; the algorithm table. Run in tests/fuzz after
 *   cc -I../.. make_dnssec_seeds.c libvalidate.a -lcrypto && ./a.out
 */
#include <stdio.h>

#include "tests/unit/dnssec_fixture.h"
#include "validate/dnssec/algorithm.h"
#include "validate/wire/message.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void write_seed(const char *name, const void *data, size_t size)
{
	char path[64];
	snprintf(path, sizeof(path), "seeds/%s", name);
	FILE *file = fopen(path, "wb");
	size_t written = file == NULL ? 0 : fwrite(data, 1, size, file);
	if (file == NULL || fclose(file) != 0 || written != size || size == 0) {
		perror(path);
	}
}

static void write_vector(struct arena *arena, const struct vector *v, const char *name)
{
	struct rrset set = fixture_rrset(arena, v);
	const struct name *zone = fixture_name(arena, v->zone);
	struct record records[4];
	size_t count = 0;
	for (; count < set.count; count++) {
		records[count] = (struct record){ set.owner, set.type, CLASS_IN, 300, set.rdata[count] };
	}
	records[count++] = (struct record){ set.owner, TYPE_RRSIG, CLASS_IN, 300, set.signatures[0] };
	const struct record key = { zone, TYPE_DNSKEY, CLASS_IN, 300, fixture_key(arena, &v->key).rdata };
	const struct message_draft draft = { .question = zone, .question_type = TYPE_CDS,
		.flags = MESSAGE_FLAG_AA, .count = { 0, count, 1 }, .records = { NULL, records, &key } };
	uint8_t octets[2048];
	write_seed(name, octets, message_compose(&draft, octets, sizeof(octets)));
}

/* As fuzz_rrsig and fuzz_denial read them; the fields hold on 2004-04-26. */
static void write_to_sign(struct arena *arena)
{
	static const struct {
		const char *name;
		const char *hex;
	} rows[] = {
		{ "rrsig/fields", "003b 0f 01 00000e10 409c0000 40700000 4f3f 07 6578616d706c65 00" },
		{ "rrsig/fields-expired", "003b 0f 01 00000e10 40800000 40700000 4f3f 07 6578616d706c65 00" },
		{ "rrsig/fields-root", "003b 0f 01 00000e10 409c0000 40700000 4f3f 00" },
		{ "denial/signed-nsec", "00 01 61 07 6578616d706c65 00 0007 22000000000380" },
		{ "denial/signed-nsec-cds", "00 01 61 07 6578616d706c65 00 0008 2200000000038010" },
		{ "denial/signed-nsec3", "01 01 00 000c 04 aabbccdd 14 174eb2409fe28bcb4887a1836f957f0a8425e27b 0007 22000000000290" },
		{ "denial/signed-nsec3-501", "01 01 01 01f5 00 14 174eb2409fe28bcb4887a1836f957f0a8425e27b 0007 22000000000290" },
		{ "denial/signed-nsec3-cname", "01 01 00 0000 00 14 174eb2409fe28bcb4887a1836f957f0a8425e27b 0007 26000000000290" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct slice octets = fixture_hex(arena, rows[i].hex);
		write_seed(rows[i].name, octets.data, octets.size);
	}
}

int main(void)
{
	struct arena *arena = arena_new();
	for (size_t i = 0; i < COUNT(good_vectors); i++) {
		if (good_vectors[i].type == TYPE_CDS) {
			char name[32];
			snprintf(name, sizeof(name), "rrsig/algorithm-%u", good_vectors[i].key.algorithm);
			write_vector(arena, &good_vectors[i], name);
		}
	}
	write_vector(arena, &denial_vectors[0], "denial/nsec");
	write_vector(arena, &denial_vectors[1], "denial/nsec3");
	write_to_sign(arena);
	/* A DS of the P-256 key of RFC 6605 section 6.1, as if the vector's RRset were it. */
	struct vector ds = good_vectors[0];
	for (size_t i = 0; i < COUNT(good_vectors); i++) {
		ds = good_vectors[i].sig.tag == 55648 ? good_vectors[i] : ds;
	}
	ds.owner = ds.zone;
	ds.type = TYPE_DS;
	ds.rdata[0] = "d9600d02b4c8c1fe2e7477127b27115656ad6256f424625bf5c1e2770ce6d6e37df61d17";
	write_vector(arena, &ds, "rrsig/ds");
	static const char text[] = "55648 13 2 B4C8C1FE2E7477127B27115656AD6256 F424625BF5C1E2770CE6D6E37DF61D17";
	write_seed("rrsig/ds-text", text, sizeof(text) - 1);
	uint8_t table[2048];
	write_seed("table/table", table, algorithm_table_encode(algorithm_table_builtin(), table, sizeof(table)));
	arena_free(arena);
	return 0;
}
