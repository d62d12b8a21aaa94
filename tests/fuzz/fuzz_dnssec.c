/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: octets as a message whose DNSKEY, RRSIG, DS, NSEC and NSEC3 records are judged, as a
 * table of algorithms, and as the text of a DS. Nothing of it may be our failure. */
#include <string.h>

#include "tests/fuzz/target.h"
#include "validate/dnssec/algorithm.h"
#include "validate/dnssec/denial.h"
#include "validate/dnssec/ds.h"
#include "validate/wire/err.h"
#include "validate/wire/limits.h"

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
	struct verifier *v = verifier_new(crypto, arena, 1083000000);
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
	struct denial denial;
	HOLDS(denial_nodata(v, crypto, &m->question, m, TYPE_CDS, keys, count, &denial) == 0);
	HOLDS((denial.status == DENIAL_PROVEN) == (denial.sig == SIG_VALID));
	HOLDS(verifier_cost(v) <= LIMIT_COST_NS);
	verifier_free(v);
}

static void check_table(struct arena *arena, const uint8_t *data, size_t size)
{
	struct algorithm_table t;
	int err = algorithm_table_decode(data, size, arena, &t);
	HOLDS(err == 0 || err == ERR_FORMAT || err == ERR_VERSION);
	if (err == 0) {
		uint8_t *back = arena_alloc(arena, size);
		HOLDS(algorithm_table_encode(&t, back, size) == size && memcmp(back, data, size) == 0);
	}
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
	check_table(arena, data, size);
	check_text(arena, data, size);
	arena_free(arena);
	return 0;
}
