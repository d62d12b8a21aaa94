/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Silent servers and hosts that cannot be looked up: failures are kept per address and per host and advance over runs
 * counted by the policy's schedule and not by how often somebody looks. */
#include "validate/accept/silence.h"

#include <assert.h>

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

static struct host_failure *find_host_failure(struct child_state *s, const struct name *host)
{
	for (size_t i = 0; i < s->host_failure_count; i++) {
		if (name_equal(&s->host_failures[i].host, host)) {
			return &s->host_failures[i];
		}
	}
	return NULL;
}

static bool is_unresolved(const struct evidence *e, size_t host)
{
	return (evidence_unresolved(e) >> host & 1) != 0;
}

static int forget_servers(const struct finding *f, const struct evidence *e, struct arena *arena,
	struct child_state *s)
{
	assert(f->server_count <= LIMIT_CHILD_ADDRESSES && s->failure_count <= LIMIT_CHILD_ADDRESSES);
	/* Room for what silence_count adds, too. */
	struct server_failure *kept = arena_array(arena, s->failure_count + f->server_count, sizeof *kept);
	if (kept == NULL) {
		return ERR_NOMEM;
	}
	/* While a host cannot be looked up, an address may well be still one of it. Those of f always find room:
	 * silence_count adds only silent ones of f. */
	size_t room = evidence_unresolved(e) != 0 ? LIMIT_CHILD_ADDRESSES - f->server_count : 0;
	size_t count = 0;
	for (size_t i = 0; i < s->failure_count; i++) {
		const struct server_finding *server = find_server(f, &s->failures[i].address);
		bool absent = server == NULL && room > 0;
		if (absent || (server != NULL && (server->silent || server->class == RESPONSE_SKIPPED))) {
			kept[count++] = s->failures[i];
			room -= absent;
		}
	}
	s->failures = kept;
	s->failure_count = count;
	return 0;
}

static int forget_hosts(const struct evidence *e, struct arena *arena, struct child_state *s)
{
	assert(e->host_count <= LIMIT_NS_HOSTS && s->host_failure_count <= LIMIT_NS_HOSTS);
	/* What is kept is unresolved in e, and silence_count_hosts adds only such ones: all of e at most. */
	size_t room = evidence_unresolved(e) != 0 ? s->host_failure_count + e->host_count : 0;
	struct host_failure *kept = arena_array(arena, room, sizeof *kept);
	if (kept == NULL) {
		return ERR_NOMEM;
	}
	size_t count = 0;
	for (size_t i = 0; i < s->host_failure_count; i++) {
		bool failed = false;
		for (size_t k = 0; k < e->host_count && !failed; k++) {
			failed = is_unresolved(e, k) && name_equal(&e->hosts[k].name, &s->host_failures[i].host);
		}
		if (failed) {
			kept[count++] = s->host_failures[i];
		}
	}
	s->host_failures = kept;
	s->host_failure_count = count;
	return 0;
}

int silence_forget(const struct finding *f, const struct evidence *e, struct arena *arena, struct child_state *s)
{
	int code = forget_servers(f, e, arena, s);
	return code != 0 ? code : forget_hosts(e, arena, s);
}

/* Zero when the clock went back: nothing is gained by it. */
static uint32_t elapsed(uint32_t now, uint32_t then)
{
	return now > then ? now - then : 0;
}

static struct server_failure *insert_failure(struct child_state *s, const struct address *address)
{
	assert(s->failure_count < LIMIT_CHILD_ADDRESSES);
	size_t at = s->failure_count++;
	for (; at > 0 && address_compare(&s->failures[at - 1].address, address) > 0; at--) {
		s->failures[at] = s->failures[at - 1];
	}
	s->failures[at] = (struct server_failure){ .address = *address };
	return &s->failures[at];
}

static struct host_failure *insert_host_failure(struct child_state *s, const struct name *host)
{
	assert(s->host_failure_count < LIMIT_NS_HOSTS);
	size_t at = s->host_failure_count++;
	for (; at > 0 && name_compare(&s->host_failures[at - 1].host, host) > 0; at--) {
		s->host_failures[at] = s->host_failures[at - 1];
	}
	s->host_failures[at] = (struct host_failure){ .host = *host };
	return &s->host_failures[at];
}

static void count_failure(struct failing *times, const struct schedule *w)
{
	const struct policy *p = w->policy;
	if (times->failures == 0 || elapsed(w->now, times->last_failed) > FAILURE_FORGOTTEN_S) {
		*times = (struct failing){ .first_failed = w->now, .last_failed = w->now, .failures = 1 };
	} else if (times->failures <= p->retry_count &&
		   elapsed(w->now, times->last_failed) >= p->retry_s[times->failures - 1]) {
		times->last_failed = w->now;
		times->failures++;
	}
}

static bool is_exhausted(const struct failing *times, const struct schedule *w)
{
	return times->failures > w->policy->retry_count && elapsed(w->now, times->first_failed) >= w->hold_s;
}

/* The earliest time at which is_exhausted can hold. */
static uint32_t when_exhausted(const struct failing *times, const struct schedule *w)
{
	uint64_t when = times->last_failed;
	for (size_t i = times->failures; i <= w->policy->retry_count; i++) {
		when += w->policy->retry_s[i - 1];
	}
	uint64_t held = (uint64_t)times->first_failed + w->hold_s;
	when = when > held ? when : held;
	return when > UINT32_MAX ? UINT32_MAX : (uint32_t)when;
}

/* One more failure of somebody, whose failing is told: "ADDRESS gave no answer". ERR_NOMEM. */
static int count_one(struct silence *r, struct failing *times, const struct schedule *w, const char *failing,
	struct arena *arena)
{
	count_failure(times, w);
	r->silent++;
	if (!is_exhausted(times, w)) {
		uint32_t when = when_exhausted(times, w);
		r->waiting++;
		r->eligible = when > r->eligible ? when : r->eligible;
	}
	r->detail = failing == NULL ? NULL : arena_printf(arena, "%s%s%s %u of %u times in %u s", r->detail,
		r->detail[0] == '\0' ? "" : "; ", failing, (unsigned)times->failures,
		w->policy->retry_count + 1u, (unsigned)elapsed(w->now, times->first_failed));
	return r->detail == NULL ? ERR_NOMEM : 0;
}

int silence_count(const struct finding *f, const struct schedule *when, struct arena *arena, struct child_state *s,
	struct silence *out)
{
	struct silence r = { .detail = "" };
	int code = 0;
	for (size_t i = 0; i < f->server_count && code == 0; i++) {
		if (!f->servers[i].silent) {
			continue;
		}
		struct server_failure *failure = find_failure(s, &f->servers[i].address);
		if (failure == NULL) {
			failure = insert_failure(s, &f->servers[i].address);
		}
		char text[ADDRESS_TEXT_SIZE];
		address_to_text(&failure->address, text);
		code = count_one(&r, &failure->times, when, arena_printf(arena, "%s gave no answer", text), arena);
	}
	*out = r;
	return code;
}

int silence_count_hosts(const struct evidence *e, const struct schedule *when, struct arena *arena,
	struct child_state *s, struct silence *out)
{
	struct silence r = { .detail = "" };
	int code = 0;
	for (size_t i = 0; i < e->host_count && code == 0; i++) {
		if (!is_unresolved(e, i)) {
			continue;
		}
		struct host_failure *failure = find_host_failure(s, &e->hosts[i].name);
		if (failure == NULL) {
			failure = insert_host_failure(s, &e->hosts[i].name);
		}
		char text[NAME_TEXT_SIZE];
		name_to_text(&failure->host, text);
		code = count_one(&r, &failure->times, when,
			arena_printf(arena, "%s could not be looked up", text), arena);
	}
	*out = r;
	return code;
}
