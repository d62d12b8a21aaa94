/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Token buckets in tables of a fixed size. A bucket is one number: the time at which all of its tokens are back. */
#include "validate/notify/limit.h"

#include <stdlib.h>
#include <string.h>

#include "validate/wire/err.h"

#define WAYS 8			/* places that a bucket may have */
#define ID_OCTETS 16		/* of a hash: what shares them shares a bucket */
#define US_A_MS 1000u
#define US_A_S 1000000u
#define NEVER UINT64_MAX

const struct notify_limits notify_limits_default = {
	.source = { 10, 1, 50 }, .zone = { 1, 60, 3 }, .operator = { 50, 1, 500 }, .total = { 200, 1, 200 },
	.patience_s = 3600, .sources = 65536, .zones = 65536, .operators = 8192,
};

struct slot {
	uint8_t id[ID_OCTETS];
	uint64_t full_us;		/* when all tokens are back; in the past: nobody's */
};

struct table {
	struct notify_rate rate;
	size_t sets;
	struct slot *slots;
};

struct notify_limiter {
	struct crypto *crypto;
	uint8_t secret[SHA256_OCTETS];
	uint64_t patience_us;
	struct notify_rate total_rate;
	uint64_t total_full_us;
	struct table sources, zones, operators;
};

/* ---- one bucket */

/* Between two tokens; rounded up, so that there are never more of them. */
static uint64_t token_us(const struct notify_rate *r)
{
	return r->tokens == 0 || r->burst == 0 || r->per_s == 0 ? NEVER : ((uint64_t)r->per_s * US_A_S + r->tokens - 1) / r->tokens;
}

/* How long until there is a token, if full_us is when there are all of them. */
static uint64_t wait_us(const struct notify_rate *r, uint64_t full_us, uint64_t now_us)
{
	uint64_t token = token_us(r);
	if (token == NEVER) {
		return NEVER;
	}
	uint64_t lacks = full_us > now_us ? full_us - now_us : 0;
	uint64_t room = (r->burst - 1) * token;
	return lacks > room ? lacks - room : 0;
}

static uint64_t without_one(const struct notify_rate *r, uint64_t full_us, uint64_t now_us)
{
	return (full_us > now_us ? full_us : now_us) + token_us(r);
}

/* ---- tables */

static int table_init(struct table *t, const struct notify_rate *rate, uint32_t buckets)
{
	t->rate = *rate;
	t->sets = ((size_t)buckets + WAYS - 1) / WAYS;
	t->slots = calloc(t->sets * WAYS, sizeof *t->slots);
	return t->slots == NULL ? ERR_NOMEM : 0;
}

/* Where a bucket is or may be. */
struct place {
	struct slot *slot;		/* NULL: there is no room */
	uint8_t id[ID_OCTETS];
	uint64_t full_us;		/* of this bucket */
};

static int find(const struct notify_limiter *l, const struct table *t, const struct hash_part *key, size_t parts, uint64_t now_us,
	struct place *out)
{
	uint8_t hash[SHA256_OCTETS];
	int code = crypto_sha256_parts(l->crypto, key, parts, hash);
	if (code != 0) {
		return code;
	}
	uint64_t number = 0;
	for (size_t i = ID_OCTETS; i < ID_OCTETS + sizeof number; i++) {
		number = number << 8 | hash[i];
	}
	struct slot *set = &t->slots[number % t->sets * WAYS];
	*out = (struct place){ .slot = NULL };
	memcpy(out->id, hash, ID_OCTETS);
	for (size_t i = 0; i < WAYS; i++) {
		if (memcmp(set[i].id, hash, ID_OCTETS) == 0) {
			out->slot = &set[i];
			out->full_us = set[i].full_us;
			return 0;
		}
		if (set[i].full_us <= now_us) {
			out->slot = &set[i];
		}
	}
	return 0;
}

static uint64_t place_wait_us(const struct table *t, const struct place *p, uint64_t now_us)
{
	return p->slot == NULL ? NEVER : wait_us(&t->rate, p->full_us, now_us);
}

static void take(const struct table *t, const struct place *p, uint64_t now_us)
{
	memcpy(p->slot->id, p->id, ID_OCTETS);
	p->slot->full_us = without_one(&t->rate, p->full_us, now_us);
}

static bool take_now(const struct table *t, const struct place *p, uint64_t now_us)
{
	if (place_wait_us(t, p, now_us) > 0) {
		return false;
	}
	take(t, p, now_us);
	return true;
}

/* ---- all of them */

static bool rate_fits(const struct notify_rate *r)
{
	return r->tokens <= NOTIFY_RATE_TOKENS && r->per_s <= NOTIFY_RATE_PER_S && r->burst <= NOTIFY_RATE_BURST;
}

static bool limits_fit(const struct notify_limits *l)
{
	return rate_fits(&l->source) && rate_fits(&l->zone) && rate_fits(&l->operator) && rate_fits(&l->total) &&
		l->sources > 0 && l->zones > 0 && l->operators > 0;
}

int notify_limiter_new(const struct notify_limits *limits, const uint8_t secret[SHA256_OCTETS], struct crypto *crypto,
	struct notify_limiter **out)
{
	if (!limits_fit(limits)) {
		return ERR_ARG;
	}
	struct notify_limiter *l = calloc(1, sizeof *l);
	if (l == NULL) {
		return ERR_NOMEM;
	}
	l->crypto = crypto;
	memcpy(l->secret, secret, sizeof l->secret);
	l->patience_us = (uint64_t)limits->patience_s * US_A_S;
	l->total_rate = limits->total;
	int code = table_init(&l->sources, &limits->source, limits->sources);
	code = code != 0 ? code : table_init(&l->zones, &limits->zone, limits->zones);
	code = code != 0 ? code : table_init(&l->operators, &limits->operator, limits->operators);
	if (code != 0) {
		notify_limiter_free(l);
		return code;
	}
	*out = l;
	return 0;
}

void notify_limiter_free(struct notify_limiter *l)
{
	if (l != NULL) {
		free(l->sources.slots);
		free(l->zones.slots);
		free(l->operators.slots);
		free(l);
	}
}

/* An IPv4 address that a socket for both families shows as an IPv6 one is itself: else all of them were one /64. */
static struct address unmapped(const struct address *a)
{
	static const uint8_t prefix[12] = { [10] = 0xff, [11] = 0xff };
	struct address v4 = { .family = 4 };
	memcpy(v4.octets, a->octets + sizeof prefix, 4);
	return a->family == 6 && memcmp(a->octets, prefix, sizeof prefix) == 0 ? v4 : *a;
}

int notify_limiter_source(struct notify_limiter *l, const struct address *source, enum notify_proof proof, uint64_t now_ms,
	bool *passes)
{
	const struct address a = unmapped(source);
	const uint8_t kind[2] = { a.family, (uint8_t)proof };
	const struct hash_part key[] = { { l->secret, sizeof l->secret }, { kind, sizeof kind }, { a.octets, a.family == 4 ? 4 : 8 } };
	uint64_t now_us = now_ms * US_A_MS;
	struct place place;
	int code = find(l, &l->sources, key, 3, now_us, &place);
	*passes = code == 0 && take_now(&l->sources, &place, now_us);
	return code;
}

static int find_zone(const struct notify_limiter *l, const struct name *zone, uint64_t now_us, struct place *out)
{
	const struct hash_part key[] = { { l->secret, sizeof l->secret }, { zone->octets, zone->size } };
	return find(l, &l->zones, key, 2, now_us, out);
}

/* Who has the same name servers is the same operator. */
static int find_operator(const struct notify_limiter *l, const struct delegation *d, uint64_t now_us, struct place *out)
{
	struct hash_part key[1 + LIMIT_NS_HOSTS] = { { l->secret, sizeof l->secret } };
	size_t parts = 1;
	for (size_t i = 0; i < d->host_count && i < LIMIT_NS_HOSTS; i++) {
		key[parts++] = (struct hash_part){ d->hosts[i].name.octets, d->hosts[i].name.size };
	}
	return find(l, &l->operators, key, parts, now_us, out);
}

static int turn(struct notify_limiter *l, const struct delegation *d, uint64_t now_ms, uint64_t patience_us, struct notify_turn *out)
{
	uint64_t now_us = now_ms * US_A_MS;
	struct place zone;
	struct place operator;
	*out = (struct notify_turn){ .granted = false };
	int code = find_zone(l, &d->child, now_us, &zone);
	code = code != 0 ? code : find_operator(l, d, now_us, &operator);
	if (code != 0) {
		return code;
	}
	const struct {
		uint64_t us;
		enum notify_code code;
	} waits[] = { { place_wait_us(&l->zones, &zone, now_us), NOTIFY_RATE_ZONE },
		{ place_wait_us(&l->operators, &operator, now_us), NOTIFY_RATE_OPERATOR },
		{ wait_us(&l->total_rate, l->total_full_us, now_us), NOTIFY_RATE_TOTAL } };
	uint64_t longest = 0;
	for (size_t i = 0; i < sizeof waits / sizeof waits[0]; i++) {
		longest = waits[i].us > longest ? waits[i].us : longest;
		out->limit = out->limit == NOTIFY_CODE_NONE && waits[i].us > 0 ? waits[i].code : out->limit;
	}
	if (longest > patience_us) {
		return 0;
	}
	take(&l->zones, &zone, now_us);
	take(&l->operators, &operator, now_us);
	l->total_full_us = without_one(&l->total_rate, l->total_full_us, now_us);
	out->granted = true;
	out->due_ms = now_ms + (longest + US_A_MS - 1) / US_A_MS;
	return 0;
}

int notify_limiter_probe(struct notify_limiter *l, const struct delegation *d, uint64_t now_ms, struct notify_turn *out)
{
	return turn(l, d, now_ms, l->patience_us, out);
}

int notify_limiter_report(struct notify_limiter *l, const struct delegation *d, uint64_t now_ms, bool *passes)
{
	struct notify_turn now;
	int code = turn(l, d, now_ms, 0, &now);
	*passes = now.granted;
	return code;
}
