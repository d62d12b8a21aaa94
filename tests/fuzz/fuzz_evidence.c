/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: octets as evidence, and as a delegation. What decodes has one encoding, and its messages can be read. */
#include "tests/fuzz/target.h"
#include "validate/cds/delegation.h"
#include "validate/cds/evidence.h"
#include "validate/wire/err.h"
#include "validate/wire/message.h"

static void check_message(struct slice octets, struct arena *arena)
{
	struct message m;
	int err = message_parse(octets.data, octets.size, arena, &m);
	HOLDS(err == 0 || err == ERR_FORMAT || err == ERR_LIMIT);
}

static void check_signals(const struct evidence *e, struct arena *arena)
{
	HOLDS(e->signal_count <= e->host_count && (e->signals_asked || e->signal_count == 0));
	for (size_t i = 0; i < e->signal_count; i++) {
		const struct evidence_signal *s = &e->signals[i];
		HOLDS(s->host < e->host_count && s->link_count <= LIMIT_LINKS);
		for (size_t k = 0; k < s->link_count; k++) {
			if (s->links[k].answer.status == EVIDENCE_ANSWERED) {
				check_message(s->links[k].answer.octets, arena);
			}
		}
	}
}

static void check_tokens(const struct evidence *e, struct arena *arena)
{
	for (size_t i = 0; e->challenge_asked && i < e->server_count; i++) {
		if (e->servers[i].challenge.status == EVIDENCE_ANSWERED) {
			check_message(e->servers[i].challenge.octets, arena);
		}
	}
}

static void check_vantages(const struct evidence *e, struct arena *arena)
{
	HOLDS(e->vantage_count < LIMIT_VANTAGES && (e->vantage_count == 0 || e->vantage[0] != '\0'));
	for (size_t i = 0; i < e->vantage_count; i++) {
		struct slice octets;
		const struct evidence there = evidence_from(e, i);
		HOLDS(evidence_encode(&there, arena, &octets) == 0);
		for (size_t k = 0; k < e->server_count; k++) {
			HOLDS(address_compare(&there.servers[k].address, &e->servers[k].address) == 0);
			for (size_t q = 0; q < EVIDENCE_QUESTIONS; q++) {
				if (there.servers[k].answers[q].status == EVIDENCE_ANSWERED) {
					check_message(there.servers[k].answers[q].octets, arena);
				}
			}
		}
	}
}

static void check_evidence(struct slice octets, struct arena *arena)
{
	struct evidence e;
	struct slice again;
	int err = evidence_decode(octets, arena, &e);
	HOLDS(err == 0 || err == ERR_FORMAT || err == ERR_VERSION);
	if (err != 0) {
		return;
	}
	HOLDS(evidence_encode(&e, arena, &again) == 0 && slice_equal(again, octets));
	HOLDS(e.server_count <= LIMIT_CHILD_ADDRESSES && e.host_count <= LIMIT_NS_HOSTS);
	for (size_t i = 0; i < e.server_count; i++) {
		for (size_t q = 0; q < EVIDENCE_QUESTIONS; q++) {
			const struct evidence_answer *a = &e.servers[i].answers[q];
			if (a->status == EVIDENCE_ANSWERED) {
				check_message(a->octets, arena);
			}
		}
	}
	check_signals(&e, arena);
	check_tokens(&e, arena);
	check_vantages(&e, arena);
	(void)evidence_is_one_round(&e);
	HOLDS(e.host_count == 32 || evidence_unresolved(&e) >> e.host_count == 0);
}

static void check_delegation(struct slice octets, struct arena *arena)
{
	struct delegation d;
	struct slice again;
	int err = delegation_decode(octets, arena, &d);
	HOLDS(err == 0 || err == ERR_FORMAT || err == ERR_VERSION);
	if (err == 0) {
		HOLDS(delegation_encode(&d, arena, &again) == 0 && slice_equal(again, octets));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	HOLDS(arena != NULL);
	const struct slice octets = { data, size };
	check_evidence(octets, arena);
	check_delegation(octets, arena);
	arena_free(arena);
	return 0;
}
