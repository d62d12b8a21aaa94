/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: a delegation and evidence of it, decoded and judged. It gets a reason of the list, within the limits, and the
 * same one twice. */
#include <string.h>

#include "tests/fuzz/target.h"
#include "validate/cds/codec.h"
#include "validate/cds/judge.h"
#include "validate/wire/cursor.h"
#include "validate/wire/err.h"
#include "validate/wire/limits.h"

/* The seeds are signed for this time. */
#define NOW 1750000000u

/* Digests have three ways; the fourth number is the first way and first DS sets, for which a trust anchor follows. */
#define FIRST_DS_SETS 0x0c

static void read_bootstrap(struct wire *w, uint8_t bits, struct bootstrap_rules *out)
{
	if ((bits & FIRST_DS_SETS) == FIRST_DS_SETS) {
		*out = (struct bootstrap_rules){ .enabled = true, .authenticated = (bits & 0x40) == 0,
			.fall_back_absent = (bits & 0x20) != 0, .fall_back_incomplete = (bits & 0x10) != 0, .challenge = (bits & 0x80) != 0,
			.anchor_count = 1 };
		codec_read_ds(w, &out->anchors[0]);
	}
}

static struct rules rules_of(uint8_t bits)
{
	return (struct rules){ .types = (enum types_mode)(bits & 3), .digests = (enum digest_mode)((bits >> 2 & 3) % 3),
		.continuity = (enum continuity_mode)(bits >> 4 & 1), .delete_allowed = (bits & 0x20) == 0,
		.delete_requires_both = (bits & 0x40) != 0, .max_records = (bits & 0x80) != 0 ? 1 : 20,
		.max_keys = 8 };
}

static bool all_over_tcp(const struct evidence *e)
{
	bool tcp = true;
	for (size_t i = 0; i < e->server_count; i++) {
		for (size_t q = 0; q < EVIDENCE_QUESTIONS; q++) {
			const struct evidence_answer *a = &e->servers[i].answers[q];
			tcp = tcp && (a->tcp || a->status != EVIDENCE_ANSWERED);
		}
	}
	return tcp;
}

/* What a first DS set is never without. */
static void check_first(const struct finding *f, const struct evidence *e, const struct rules *rules)
{
	bool proven = f->reason == REASON_ACCEPT_BOOTSTRAP_AUTH;
	HOLDS((f->change == CHANGE_INITIAL) == (proven || f->reason == REASON_BOOTSTRAP_UNPROVEN));
	HOLDS(f->change != CHANGE_INITIAL || (f->security == SECURITY_INSECURE && rules->bootstrap.enabled &&
		f->ds_after.count > 0 && f->verifications >= 2));
	HOLDS(!proven || (rules->bootstrap.authenticated && e->signals_asked && e->signal_count > 0 && f->silent_count == 0 &&
		f->unresolved == 0 && f->signaling == REASON_NONE && f->verifications >= 5));
	HOLDS(f->change != CHANGE_INITIAL || rules->types != TYPES_BOTH_IF_PRESENT || f->silent_count > 0 || all_over_tcp(e));
	HOLDS(f->signaling == REASON_NONE || rules->bootstrap.authenticated);
	static const uint8_t no_token[SHA256_OCTETS];
	HOLDS(memcmp(f->challenge_hash, no_token, sizeof no_token) == 0 || (rules->bootstrap.challenge && e->challenge_asked &&
		f->silent_count == 0 && f->unresolved == 0));
}

/* R8078-5-1: as many places as the rules want, and none that differs. */
static void check_vantages(const struct finding *f, const struct evidence *e, const struct rules *rules)
{
	size_t agree = 0;
	size_t differ = 0;
	for (size_t i = 0; i < f->vantage_count; i++) {
		agree += f->vantages[i].result == VANTAGE_AGREES;
		differ += f->vantages[i].result == VANTAGE_DIFFERS;
	}
	HOLDS(f->vantage_count == 0 || (f->vantage_count == e->vantage_count + 1 && rules->bootstrap.vantages > 1));
	HOLDS(f->reason != REASON_BOOTSTRAP_UNPROVEN || rules->bootstrap.vantages <= 1 ||
		(agree >= rules->bootstrap.vantages && differ == 0));
	HOLDS((f->reason == REASON_VANTAGE_DISAGREE) == (differ > 0));
}

static void check_finding(const struct finding *f, const struct judge_input *in)
{
	const struct evidence *e = in->evidence;
	const struct reason_row *row = reason_find(f->reason);
	HOLDS(row != NULL && row->class != CLASS_WARNING);
	check_first(f, e, in->rules);
	check_vantages(f, e, in->rules);
	HOLDS(f->change == CHANGE_INITIAL || (row->class == CLASS_ACCEPT) == (f->change != CHANGE_NONE));
	HOLDS(f->change == CHANGE_INITIAL || row->class != CLASS_ACCEPT || (f->security == SECURITY_SECURE &&
			f->verifications >= 2 && f->mark_count > 0));
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
	check_finding(&first, in);
	HOLDS(judge(crypto, in, arena, &second) == 0);
	HOLDS(first.reason == second.reason && first.verifications == second.verifications &&
		first.cost_ns == second.cost_ns);
	HOLDS(memcmp(first.content_hash, second.content_hash, SHA256_OCTETS) == 0);
	HOLDS(memcmp(first.request_hash, second.request_hash, SHA256_OCTETS) == 0);
}

/* An octet of rules, perhaps a trust anchor, two of size, a delegation of that size, evidence. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	HOLDS(arena != NULL);
	struct wire w = wire_reader(data, size);
	uint8_t bits = wire_read_u8(&w);
	struct rules rules = rules_of(bits);
	read_bootstrap(&w, bits, &rules.bootstrap);
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
		rules.bootstrap.vantages = (uint8_t)(evidence.vantage_count + 1);
		const struct judge_input in = { &evidence, &delegation, &rules, algorithm_table_builtin(), NOW, NULL };
		judge_twice(&in, arena);
	}
out:
	arena_free(arena);
	return 0;
}
