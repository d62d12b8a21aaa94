/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Silent servers: failures are kept per address and advance over runs, counted by the policy's
 * schedule and not by how often somebody looks. */
#include "validate/accept/silence.h"

#include "validate/wire/err.h"
#include "validate/wire/limits.h"

static const struct server_finding *find_server(const struct finding *f, const struct address *address)
{
	for (size_t i = 0; i < f->server_count; i++) {
		if (address_compare(&f->servers[i].address, address) == 0) {
			return &f->servers[i];
		}
	}
	return NULL;
}

static struct server_failure *find_failure(struct child_state *s, const struct address *address)
{
	for (size_t i = 0; i < s->failure_count; i++) {
		if (address_compare(&s->failures[i].address, address) == 0) {
			return &s->failures[i];
		}
	}
	return NULL;
}

int silence_forget(const struct finding *f, struct arena *arena, struct child_state *s)
{
	if (f->server_count > LIMIT_CHILD_ADDRESSES) {
		return ERR_LIMIT;
	}
	/* What is kept is silent or skipped in f, and silence_count adds only silent ones of f. */
	struct server_failure *kept = arena_array(arena, LIMIT_CHILD_ADDRESSES, sizeof *kept);
	if (kept == NULL) {
		return ERR_NOMEM;
	}
	size_t count = 0;
	for (size_t i = 0; i < s->failure_count && count < LIMIT_CHILD_ADDRESSES; i++) {
		const struct server_finding *server = find_server(f, &s->failures[i].address);
		if (server != NULL && (server->silent || server->class == RESPONSE_SKIPPED)) {
			kept[count++] = s->failures[i];
		}
	}
	s->failures = kept;
	s->failure_count = count;
	return 0;
}

/* Zero when the clock went back: nothing is gained by it. */
static uint32_t elapsed(uint32_t now, uint32_t then)
{
	return now > then ? now - then : 0;
}

static struct server_failure *insert_failure(struct child_state *s, const struct address *address)
{
	size_t at = s->failure_count++;
	for (; at > 0 && address_compare(&s->failures[at - 1].address, address) > 0; at--) {
		s->failures[at] = s->failures[at - 1];
	}
	s->failures[at] = (struct server_failure){ .address = *address };
	return &s->failures[at];
}

static void count_failure(struct server_failure *failure, const struct policy *p, uint32_t now)
{
	if (failure->failures == 0 || elapsed(now, failure->last_failed) > FAILURE_FORGOTTEN_S) {
		failure->first_failed = now;
		failure->last_failed = now;
		failure->failures = 1;
	} else if (failure->failures <= p->retry_count &&
		   elapsed(now, failure->last_failed) >= p->retry_s[failure->failures - 1]) {
		failure->last_failed = now;
		failure->failures++;
	}
}

static bool is_exhausted(const struct server_failure *failure, const struct policy *p, uint32_t hold_s,
	uint32_t now)
{
	return failure->failures > p->retry_count && elapsed(now, failure->first_failed) >= hold_s;
}

/* The earliest time at which is_exhausted can hold. */
static uint32_t when_exhausted(const struct server_failure *failure, const struct policy *p, uint32_t hold_s)
{
	uint64_t when = failure->last_failed;
	for (size_t i = failure->failures; i <= p->retry_count; i++) {
		when += p->retry_s[i - 1];
	}
	uint64_t held = (uint64_t)failure->first_failed + hold_s;
	when = when > held ? when : held;
	return when > UINT32_MAX ? UINT32_MAX : (uint32_t)when;
}

static const char *describe(const char *before, const struct server_failure *failure, const struct policy *p,
	uint32_t now, struct arena *arena)
{
	char text[ADDRESS_TEXT_SIZE];
	address_to_text(&failure->address, text);
	return arena_printf(arena, "%s%s%s gave no answer %u of %u times in %u s", before,
		before[0] == '\0' ? "" : "; ", text, (unsigned)failure->failures, p->retry_count + 1u,
		(unsigned)elapsed(now, failure->first_failed));
}

int silence_count(const struct finding *f, const struct policy *p, uint32_t hold_s, uint32_t now,
	struct arena *arena, struct child_state *s, struct silence *out)
{
	struct silence r = { .detail = "" };
	for (size_t i = 0; i < f->server_count; i++) {
		if (!f->servers[i].silent) {
			continue;
		}
		r.silent++;
		struct server_failure *failure = find_failure(s, &f->servers[i].address);
		if (failure == NULL) {
			if (s->failure_count >= LIMIT_CHILD_ADDRESSES) {
				return ERR_LIMIT;
			}
			failure = insert_failure(s, &f->servers[i].address);
		}
		count_failure(failure, p, now);
		if (!is_exhausted(failure, p, hold_s, now)) {
			uint32_t when = when_exhausted(failure, p, hold_s);
			r.waiting++;
			r.eligible = when > r.eligible ? when : r.eligible;
		}
		r.detail = describe(r.detail, failure, p, now, arena);
		if (r.detail == NULL) {
			return ERR_NOMEM;
		}
	}
	*out = r;
	return 0;
}
