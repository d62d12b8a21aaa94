/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: a delegation and evidence of it, decoded and judged. It gets a reason of the list, within the limits, and the
 * same one twice. */
#include <string.h>

#include "tests/fuzz/target.h"
#include "validate/cds/judge.h"
#include "validate/wire/cursor.h"
#include "validate/wire/err.h"
#include "validate/wire/limits.h"

/* The seeds are signed for this time. */
#define NOW 1750000000u

static struct rules rules_of(uint8_t bits)
{
	return (struct rules){ .types = (enum types_mode)(bits & 3), .digests = (enum digest_mode)((bits >> 2 & 3) % 3),
		.continuity = (enum continuity_mode)(bits >> 4 & 1), .delete_allowed = (bits & 0x20) == 0,
		.delete_requires_both = (bits & 0x40) != 0, .max_records = (bits & 0x80) != 0 ? 1 : 20,
		.max_keys = 8 };
}

static void check_finding(const struct finding *f, const struct evidence *e)
{
	const struct reason_row *row = reason_find(f->reason);
	HOLDS(row != NULL && row->class != CLASS_WARNING);
	HOLDS((row->class == CLASS_ACCEPT) == (f->change != CHANGE_NONE));
	HOLDS(row->class != CLASS_ACCEPT || (f->security == SECURITY_SECURE && f->verifications >= 2 &&
			f->mark_count > 0));
	HOLDS(f->reason != REASON_ACCEPT_DELETE || f->ds_after.count == 0);
	HOLDS(row->class != CLASS_ACCEPT || f->reason == REASON_ACCEPT_DELETE || f->ds_after.count > 0);
	HOLDS(f->cost_ns <= LIMIT_COST_NS && f->check_count <= LIMIT_CHECKS);
	HOLDS(f->warning_count <= LIMIT_WARNINGS && f->mark_count <= LIMIT_MARKS);
	HOLDS(f->server_count == e->server_count);
	for (size_t i = 0; i < f->check_count; i++) {
		for (const char *d = f->checks[i].detail; *d != '\0'; d++) {
			HOLDS(*d >= 0x20 && *d <= 0x7e);
		}
	}
}

static void judge_twice(const struct judge_input *in, struct arena *arena)
{
	static struct crypto *crypto;
	if (crypto == NULL) {
		crypto = crypto_new();
		HOLDS(crypto != NULL);
	}
	struct finding first;
	struct finding second;
	HOLDS(judge(crypto, in, arena, &first) == 0);
	check_finding(&first, in->evidence);
	HOLDS(judge(crypto, in, arena, &second) == 0);
	HOLDS(first.reason == second.reason && first.verifications == second.verifications &&
		first.cost_ns == second.cost_ns);
	HOLDS(memcmp(first.content_hash, second.content_hash, SHA256_OCTETS) == 0);
}

/* An octet of rules, two of size, a delegation of that size, evidence. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	HOLDS(arena != NULL);
	struct wire w = wire_reader(data, size);
	const struct rules rules = rules_of(wire_read_u8(&w));
	struct slice octets = { .size = wire_read_u16(&w) };
	octets.data = wire_read(&w, octets.size);
	const struct slice rest = { data + w.pos, wire_left(&w) };
	struct delegation delegation;
	struct evidence evidence;
	if (wire_error(&w) || evidence_decode(rest, arena, &evidence) != 0) {
		goto out;
	}
	if (delegation_decode(octets, arena, &delegation) == 0) {
		delegation.child = evidence.child;
		const struct judge_input in = { &evidence, &delegation, &rules, algorithm_table_builtin(), NOW };
		judge_twice(&in, arena);
	}
out:
	arena_free(arena);
	return 0;
}
