/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Findings that are known already, and the proof that they are what judge() says. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sim/memo_key.h"
#include "validate/dnssec/algorithm.h"

#define SLOTS (UINT32_C(1) << 20)
#define ENTRIES_MAX (SLOTS / 4)

/* What is said last in the numbers of a key: its time, and the view whose words it is. */
struct said_from {
	bool known, hashed;
	uint32_t rank;
	size_t view;
};

/* A finding in the numbers of its key. */
struct entry {
	uint64_t hash;
	size_t count;
	const uint32_t *words;
	struct finding finding;
	struct ds_mask after;
	const uint8_t *mark_keys;
	const uint32_t *mark_ranks;
	struct said_from said[SAID_TYPES];
};

/* The hash of a request, or of what is said in one type, by what it is in the numbers of the pool. */
#define REQUESTS (UINT32_C(1) << 16)
#define REQUEST_WORDS 6
struct request {
	bool known;
	uint32_t words[REQUEST_WORDS];
	uint8_t hash[SHA256_OCTETS];
};

static struct crypto *crypto;
static struct arena *store;
static struct entry **slots;
static size_t entries;
static struct request *requests;
static uint64_t asked;

void judged_begin(void)
{
	crypto = crypto_new();
	store = arena_new();
	slots = calloc(SLOTS, sizeof *slots);
	requests = calloc(REQUESTS, sizeof *requests);
	must(requests != NULL && crypto != NULL && store != NULL && slots != NULL, "memory");
}

void judged_end(void)
{
	crypto_free(crypto);
	arena_free(store);
	free(slots);
	free(requests);
}

/* From the octets of the evidence alone, as in a scan. */
static void judge_now(const struct question *q, struct arena *arena, const struct delegation *d, struct finding *out)
{
	struct evidence made;
	struct evidence *e = arena_alloc(arena, sizeof *e);
	struct delegation *parent = arena_alloc(arena, sizeof *parent);
	must(e != NULL && parent != NULL, "memory");
	evidence_frame(q, arena, &made);
	evidence_fill(q, arena, &made);
	struct slice octets;
	must(evidence_encode(&made, arena, &octets) == 0 && evidence_decode(octets, arena, e) == 0, "evidence");
	must(delegation_encode(d, arena, &octets) == 0 && delegation_decode(octets, arena, parent) == 0, "a delegation");
	const struct judge_input in = { .evidence = e, .delegation = parent,
		.rules = &q->child->parent.kind->policy.rules, .algorithms = algorithm_table_builtin(), .now = q->child->now };
	must(judge(crypto, &in, arena, out) == 0, "a finding");
}

static struct request *request_at(const uint32_t words[REQUEST_WORDS])
{
	size_t at = hash_words(words, REQUEST_WORDS) % REQUESTS;
	while (requests[at].known && memcmp(requests[at].words, words, sizeof requests[at].words) != 0) {
		at = (at + 1) % REQUESTS;
	}
	memcpy(requests[at].words, words, sizeof requests[at].words);
	return &requests[at];
}

static void learn(struct request *r, const uint8_t hash[SHA256_OCTETS])
{
	must(!r->known || memcmp(r->hash, hash, sizeof r->hash) == 0, "two hashes of one request");
	memcpy(r->hash, hash, sizeof r->hash);
	r->known = true;
}

/* --- what is said last --- */

static const enum part_name said_part[SAID_TYPES] = { [SAID_CDS] = PART_CDS, [SAID_CDNSKEY] = PART_CDNSKEY };

static bool says_like(const struct part *a, const struct part *b)
{
	return a->kind == b->kind && a->keys == b->keys && a->keys384 == b->keys384;
}

/* The view whose part has the hash. False: there are several that may have it, and it is not known which. */
static bool find_said(const struct question *q, enum said_type t, uint32_t inception, size_t *view)
{
	size_t found = q->count;
	for (size_t i = 0; i < q->count; i++) {
		const struct part *p = &q->views[i].zone.parts[said_part[t]];
		if (q->views[i].mood != MOOD_FINE || p->by == 0 || p->inception != inception) {
			continue;
		}
		if (found < q->count && !says_like(p, &q->views[found].zone.parts[said_part[t]])) {
			return false;
		}
		found = found < q->count ? found : i;
	}
	must(found < q->count, "who said it");
	*view = found;
	return true;
}

static struct request *said_of(const struct question *q, enum said_type t, size_t view)
{
	const struct part *p = &q->views[view].zone.parts[said_part[t]];
	const uint32_t words[REQUEST_WORDS] = { p->kind, p->keys, p->keys384, t, 0, UINT32_MAX };
	return request_at(words);
}

static bool is_hash(const uint8_t hash[SHA256_OCTETS])
{
	static const uint8_t none[SHA256_OCTETS];
	return memcmp(hash, none, sizeof none) != 0;
}

/* Can it be put in anew from the case at hand? */
static bool learn_said(const struct question *q, const struct finding *f, const struct memo_key *key,
	struct said_from said[SAID_TYPES])
{
	for (enum said_type t = 0; t < SAID_TYPES; t++) {
		const struct last_words *s = &f->said[t];
		struct said_from *from = &said[t];
		*from = (struct said_from){ .known = s->known, .hashed = is_hash(s->hash),
			.rank = s->known ? rank_of(&key->inceptions, s->inception) : 0 };
		if (!from->hashed) {
			continue;
		}
		if (!find_said(q, t, s->inception, &from->view)) {
			return false;
		}
		learn(said_of(q, t, from->view), s->hash);
	}
	return true;
}

/* False: the hash of what is said is not known yet. */
static bool put_said(const struct question *q, const struct entry *e, const struct memo_key *key, struct finding *out)
{
	for (enum said_type t = 0; t < SAID_TYPES; t++) {
		const struct said_from *from = &e->said[t];
		out->said[t] = (struct last_words){ .known = from->known,
			.inception = from->known ? key->inceptions.values[from->rank] : 0 };
		if (from->hashed) {
			const struct request *r = said_of(q, t, from->view);
			memcpy(out->said[t].hash, r->hash, sizeof r->hash);
			if (!r->known) {
				return false;
			}
		}
	}
	return true;
}

static void *keep(const void *data, size_t size)
{
	void *copy = arena_copy(store, data, size);
	must(copy != NULL || size == 0, "memory");
	return copy;
}

static struct entry *remember(const struct memo_key *key, const struct finding *f, const struct said_from said[SAID_TYPES])
{
	struct entry *e = arena_alloc(store, sizeof *e);
	must(e != NULL, "memory");
	*e = (struct entry){ .hash = key->hash, .count = key->count, .words = keep(key->words, key->count * sizeof key->words[0]),
		.finding = *f };
	struct finding *k = &e->finding;
	struct ds_mask after;
	uint8_t mark_keys[LIMIT_MARKS];
	uint32_t mark_ranks[LIMIT_MARKS];
	memcpy(e->said, said, sizeof e->said);
	must(ds_mask_of(&f->ds_after, &after), "DS records of known keys");
	e->after = (struct ds_mask){ keys_renumbered(after.sha256, key->formal), keys_renumbered(after.sha384, key->formal) };
	for (size_t i = 0; i < f->mark_count; i++) {
		unsigned number = key_of_tag(f->marks[i].tag);
		must(number < KEY_COUNT && memcmp(key_hash(number), f->marks[i].key_hash, SHA256_OCTETS) == 0, "a mark of a known key");
		mark_keys[i] = key->formal[number];
		mark_ranks[i] = rank_of(&key->inceptions, f->marks[i].inception);
	}
	e->mark_keys = keep(mark_keys, f->mark_count);
	e->mark_ranks = keep(mark_ranks, f->mark_count * sizeof mark_ranks[0]);
	k->ds_after.ds = NULL;
	k->warnings = keep(f->warnings, f->warning_count * sizeof f->warnings[0]);
	k->servers = keep(f->servers, f->server_count * sizeof f->servers[0]);
	k->checks = keep(f->checks, f->check_count * sizeof f->checks[0]);
	k->marks = keep(f->marks, f->mark_count * sizeof f->marks[0]);
	for (size_t i = 0; i < k->check_count; i++) {
		k->checks[i].detail = "";	/* for people, who can have the case judged again */
	}
	return e;
}

static void forget_all(void)
{
	memset(slots, 0, SLOTS * sizeof *slots);
	arena_free(store);
	store = arena_new();
	must(store != NULL, "memory");
	entries = 0;
}

/* Where the hash of what is asked for is, or goes. What is asked for is the same at all servers, or there is no hash. */
static struct request *request_of(const struct question *q, struct ds_mask after)
{
	size_t first = 0;
	while (first < q->count && q->views[first].mood != MOOD_FINE) {
		first++;
	}
	must(first < q->count, "a server that asks");
	const struct part *cds = &q->views[first].zone.parts[PART_CDS];
	const struct part *cdnskey = &q->views[first].zone.parts[PART_CDNSKEY];
	const uint32_t words[REQUEST_WORDS] = { after.sha256, after.sha384, cds->keys, cds->keys384, cdnskey->keys,
		(uint32_t)cds->kind | (uint32_t)cdnskey->kind << 8 | (uint32_t)q->child->parent.kind->rules_number << 16 };
	return request_at(words);
}

static void learn_request(const struct question *q, const struct finding *f)
{
	struct ds_mask after;
	if (is_hash(f->request_hash) && ds_mask_of(&f->ds_after, &after)) {
		learn(request_of(q, after), f->request_hash);
	}
}

/* The finding of the entry for the keys and times of q. False: the hash of its request is not known yet. */
static bool translate(const struct question *q, const struct entry *e, const struct memo_key *key, struct arena *arena,
	struct finding *out)
{
	*out = e->finding;
	out->marks = arena_copy(arena, e->finding.marks, e->finding.mark_count * sizeof out->marks[0]);
	out->servers = arena_copy(arena, e->finding.servers, e->finding.server_count * sizeof out->servers[0]);
	must(out->marks != NULL && out->servers != NULL, "memory");
	const struct ds_mask after = { keys_renumbered(e->after.sha256, key->real), keys_renumbered(e->after.sha384, key->real) };
	ds_mask_set(after, arena, &out->ds_after);
	for (size_t i = 0; i < out->mark_count; i++) {
		unsigned number = key->real[e->mark_keys[i]];
		out->marks[i].tag = key_tag(number);
		memcpy(out->marks[i].key_hash, key_hash(number), SHA256_OCTETS);
		out->marks[i].inception = key->inceptions.values[e->mark_ranks[i]];
	}
	for (size_t i = 0; i < out->server_count; i++) {
		uint32_t *serial = &out->servers[i].soa_serial;
		*serial = *serial == 0 ? 0 : q->views[i].zone.parts[PART_SOA].serial;
	}
	/* Other keys and signatures, another hash: it is of the content, and no input of anything but what is news. */
	uint64_t mixed = hash_words(key->inceptions.values, key->inceptions.count);
	for (size_t i = 0; i < KEY_COUNT; i++) {
		mixed = mixed * 31 + key->real[i];
	}
	for (size_t i = 0; i < sizeof mixed; i++) {
		out->content_hash[i] ^= (uint8_t)(mixed >> 8 * i);
	}
	if (is_hash(out->request_hash)) {
		const struct request *r = request_of(q, after);
		memcpy(out->request_hash, r->hash, sizeof r->hash);
		if (!r->known) {
			return false;
		}
	}
	return put_said(q, e, key, out);
}

static bool same_servers(const struct finding *a, const struct finding *b)
{
	bool same = a->server_count == b->server_count && a->silent_count == b->silent_count && a->unresolved == b->unresolved;
	for (size_t i = 0; same && i < a->server_count; i++) {
		const struct server_finding *x = &a->servers[i];
		const struct server_finding *y = &b->servers[i];
		same = address_compare(&x->address, &y->address) == 0 && x->hosts == y->hosts && x->class == y->class &&
			x->reason == y->reason && x->silent == y->silent && x->tcp == y->tcp && x->rtt_us == y->rtt_us &&
			x->soa_serial == y->soa_serial && memcmp(x->classes, y->classes, sizeof x->classes) == 0;
	}
	return same;
}

static bool same_rest(const struct finding *a, const struct finding *b)
{
	bool same = a->check_count == b->check_count && a->mark_count == b->mark_count && a->warning_count == b->warning_count;
	for (size_t i = 0; same && i < a->check_count; i++) {
		same = strcmp(a->checks[i].rule, b->checks[i].rule) == 0 && a->checks[i].gate == b->checks[i].gate &&
			a->checks[i].result == b->checks[i].result;
	}
	for (size_t i = 0; same && i < a->mark_count; i++) {
		same = mark_compare(&a->marks[i], &b->marks[i]) == 0 && a->marks[i].inception == b->marks[i].inception &&
			a->marks[i].successor == b->marks[i].successor && a->marks[i].tag == b->marks[i].tag;
	}
	for (size_t i = 0; same && i < a->warning_count; i++) {
		same = a->warnings[i] == b->warnings[i];
	}
	return same;
}

static bool same_said(const struct finding *a, const struct finding *b)
{
	bool same = true;
	for (enum said_type t = 0; t < SAID_TYPES; t++) {
		const struct last_words *x = &a->said[t];
		const struct last_words *y = &b->said[t];
		same = same && x->known == y->known && x->inception == y->inception && memcmp(x->hash, y->hash, sizeof x->hash) == 0;
	}
	return same;
}

static bool same_finding(const struct finding *a, const struct finding *b)
{
	return a->reason == b->reason && a->change == b->change && a->security == b->security &&
		ds_set_equal(&a->ds_after, &b->ds_after) && a->asks_present == b->asks_present && a->signaling == b->signaling &&
		memcmp(a->request_hash, b->request_hash, sizeof a->request_hash) == 0 &&
		memcmp(a->ns_hash, b->ns_hash, sizeof a->ns_hash) == 0 && a->verifications == b->verifications &&
		same_said(a, b) && same_servers(a, b) && same_rest(a, b);
}

static void judge_again(const struct question *q, const struct delegation *d, const struct finding *known, struct arena *arena)
{
	struct finding f;
	judge_now(q, arena, d, &f);
	totals.rejudged++;
	if (!same_finding(&f, known)) {
		fprintf(stderr, "sim: a finding that was remembered is %s, and %s judged again, of child %llu at %u\n",
			reason_token(known->reason), reason_token(f.reason), (unsigned long long)q->child->number,
			(unsigned)q->child->now);
		totals.differs++;
	}
}

void judged(const struct question *q, struct arena *arena, struct evidence *evidence, struct delegation *delegation,
	struct finding *out)
{
	struct memo_key key;
	memo_key_make(q, &key);
	evidence_frame(q, arena, evidence);
	delegation_frame(q->child, arena, delegation);
	size_t at = key.hash % SLOTS;
	while (slots[at] != NULL && (slots[at]->hash != key.hash || slots[at]->count != key.count ||
			memcmp(slots[at]->words, key.words, key.count * sizeof key.words[0]) != 0)) {
		at = (at + 1) % SLOTS;
	}
	if (slots[at] != NULL && translate(q, slots[at], &key, arena, out)) {
		totals.hits++;
		if (settings.rejudge_every != 0 && ++asked % settings.rejudge_every == 0) {
			judge_again(q, delegation, out, arena);
		}
		return;
	}
	totals.misses++;
	judge_now(q, arena, delegation, out);
	learn_request(q, out);
	struct said_from said[SAID_TYPES];
	if (learn_said(q, out, &key, said) && slots[at] == NULL) {
		if (++entries > ENTRIES_MAX) {
			forget_all();
			at = key.hash % SLOTS;
		}
		slots[at] = remember(&key, out, said);
	}
}
