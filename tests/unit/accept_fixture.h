/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hand-made children for the tests of validate/accept: one secure delegation with two servers, and what a
 * judge could find of it. Nothing here needs cryptography. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "validate/accept/accept.h"
#include "validate/wire/err.h"

#define FIXTURE_NOW 1790000000u	/* 2026-09-21 */
#define FIXTURE_SERVERS 3
#define FIXTURE_MARKS 4

/* DS sets by letter: A is the delegation's, B and C are others, AB two keys, 0 none. */
static inline struct ds fixture_ds(char letter)
{
	struct ds ds = { .tag = (uint16_t)(1000 + letter), .algorithm = 13, .digest_type = DIGEST_SHA256,
		.size = 32 };
	memset(ds.digest, letter, ds.size);
	return ds;
}

static inline struct ds_set fixture_set(struct arena *arena, const char *letters)
{
	struct ds_set set = { .count = 0, .ds = arena_array(arena, strlen(letters), sizeof(struct ds)) };
	assert_non_null(set.ds);
	for (const char *c = letters; *c != '\0' && *c != '0'; c++) {
		set.ds[set.count++] = fixture_ds(*c);
	}
	return set;
}

static inline struct name fixture_name(const char *text)
{
	struct name name;
	assert_int_equal(name_from_text(text, &name), 0);
	return name;
}

static inline struct address fixture_address(const char *text)
{
	struct address address;
	assert_int_equal(address_from_text(text, &address), 0);
	return address;
}

static inline struct mark fixture_mark(uint16_t type, char key, uint32_t inception)
{
	struct mark mark = { .type = type, .algorithm = 13, .tag = (uint16_t)(1000 + key),
		.inception = inception };
	memset(mark.key_hash, key, sizeof mark.key_hash);
	return mark;
}

struct fixture {
	struct arena *arena;
	struct evidence_host hosts[2];
	struct evidence evidence;
	struct delegation delegation;
	struct server_finding servers[FIXTURE_SERVERS];
	struct mark marks[FIXTURE_MARKS];
	struct check checks[1];
	struct finding finding;
	struct policy policy;
	struct child_state state;
	struct pending pending;
	uint32_t now;
	struct decision decision;
	struct child_state after;
};

/* Finds ACCEPT_UPDATE from A to B, all servers answering, nothing remembered, nothing under way. */
static inline void fixture_init(struct fixture *x)
{
	memset(x, 0, sizeof *x);
	x->arena = arena_new();
	assert_non_null(x->arena);
	x->hosts[0].name = fixture_name("ns1.example.net.");
	x->hosts[1].name = fixture_name("ns2.example.net.");
	x->hosts[0].status = EVIDENCE_HOST_RESOLVED;
	x->hosts[1].status = EVIDENCE_HOST_RESOLVED;
	x->evidence = (struct evidence){ .child = fixture_name("child.example."), .host_count = 2,
		.hosts = x->hosts };
	x->delegation = (struct delegation){ .child = x->evidence.child, .ds_state = DS_PRESENT,
		.ds_ttl = 3600, .ds = fixture_set(x->arena, "A") };
	static const char *const addresses[FIXTURE_SERVERS] = { "192.0.2.1", "192.0.2.2", "2001:db8::1" };
	for (size_t i = 0; i < FIXTURE_SERVERS; i++) {
		x->servers[i] = (struct server_finding){ .address = fixture_address(addresses[i]),
			.hosts = 1u << (i % 2), .class = RESPONSE_POS, .rtt_us = 1000, .soa_serial = 7 };
		for (size_t q = 0; q < EVIDENCE_QUESTIONS; q++) {
			x->servers[i].classes[q] = RESPONSE_POS;
		}
	}
	x->marks[0] = fixture_mark(TYPE_CDS, 'A', FIXTURE_NOW - 3600);
	x->checks[0] = (struct check){ .rule = "R7344-4.1-2", .gate = GATE_CORRECT, .result = CHECK_PASS,
		.detail = "signed by key 1065, which is in the DS set" };
	x->finding = (struct finding){ .reason = REASON_ACCEPT_UPDATE, .change = CHANGE_SWAP,
		.security = SECURITY_SECURE, .ds_after = fixture_set(x->arena, "B"),
		.server_count = FIXTURE_SERVERS, .servers = x->servers, .check_count = 1,
		.checks = x->checks, .mark_count = 1, .marks = x->marks, .verifications = 6 };
	memset(x->finding.content_hash, 0x11, sizeof x->finding.content_hash);
	x->policy = *policy_preset(POLICY_DEFAULT);
	x->now = FIXTURE_NOW;
}

static inline void fixture_free(struct fixture *x)
{
	arena_free(x->arena);
}

static inline void fixture_silence(struct fixture *x, size_t server, bool silent)
{
	x->servers[server].silent = silent;
	x->servers[server].class = silent ? RESPONSE_TIMEOUT : RESPONSE_POS;
}

/* A host that cannot be looked up; its servers, as many as there are, answer on their glue. */
static inline void fixture_unresolve(struct fixture *x, size_t host, bool unresolved)
{
	x->hosts[host].status = unresolved ? EVIDENCE_HOST_FAILED : EVIDENCE_HOST_RESOLVED;
	x->finding.unresolved = evidence_unresolved(&x->evidence);
}

static inline void fixture_find(struct fixture *x, enum reason reason, const char *set)
{
	x->finding.reason = reason;
	x->finding.asks_present = reason == REASON_NOOP_IN_SYNC;
	x->finding.ds_after = fixture_set(x->arena, set);
	x->finding.change = reason == REASON_ACCEPT_DELETE ? CHANGE_DELETE :
		reason == REASON_ACCEPT_UPDATE ? CHANGE_SWAP : CHANGE_NONE;
}

/* A child without DS set that asks for B over TCP, in a policy with that method: nothing proves it yet. */
static inline void fixture_first(struct fixture *x, enum bootstrap_method method)
{
	x->delegation.ds_state = DS_ABSENT;
	x->delegation.ds_ttl = 0;
	x->delegation.ds = fixture_set(x->arena, "0");
	x->finding.reason = method == BOOTSTRAP_AUTHENTICATED ? REASON_ACCEPT_BOOTSTRAP_AUTH : REASON_BOOTSTRAP_UNPROVEN;
	x->finding.change = CHANGE_INITIAL;
	x->finding.security = SECURITY_INSECURE;
	x->finding.ds_after = fixture_set(x->arena, "B");
	memset(x->finding.request_hash, 'B', SHA256_OCTETS);
	memset(x->finding.ns_hash, 'n', SHA256_OCTETS);
	x->marks[0] = fixture_mark(TYPE_CDS, 'B', FIXTURE_NOW - 3600);
	for (size_t i = 0; i < FIXTURE_SERVERS; i++) {
		x->servers[i].tcp = true;
	}
	struct policy *p = &x->policy;
	p->rules.bootstrap.enabled = true;
	p->rules.bootstrap.authenticated = method == BOOTSTRAP_AUTHENTICATED;
	p->requires_all_servers = true;
	p->bootstrap = (struct bootstrap_policy){ .method_count = 1, .methods = { (uint8_t)method }, .delay_s = 72 * 3600,
		.min_checks = 3, .min_spacing_s = 12 * 3600, .max_gap_s = 48 * 3600, .settled_s = 30 * 86400,
		.confirmation_s = 14 * 86400 };
}

/* Another outcome of the judge for that child, with nothing that can be asked for. */
static inline void fixture_nothing(struct fixture *x, enum reason reason)
{
	x->finding.reason = reason;
	x->finding.change = CHANGE_NONE;
	x->finding.ds_after = fixture_set(x->arena, "0");
	memset(x->finding.request_hash, 0, SHA256_OCTETS);
}

static inline int fixture_try(struct fixture *x)
{
	const struct accept_input in = { .evidence = &x->evidence, .delegation = &x->delegation,
		.finding = &x->finding, .policy = &x->policy, .state = &x->state, .pending = &x->pending,
		.now = x->now };
	return accept_step(&in, x->arena, &x->decision, &x->after);
}

static inline void fixture_restart(struct fixture *x)
{
	fixture_free(x);
	fixture_init(x);
}

/* The parent has this DS set from now on, and nothing is under way. If it is the one that was, the store says so. */
static inline void fixture_publish(struct fixture *x, const char *set)
{
	x->delegation.ds_state = set[0] == '0' ? DS_ABSENT : DS_PRESENT;
	x->delegation.ds = fixture_set(x->arena, set);
	if (x->pending.state == PENDING_SENT && ds_set_equal(&x->pending.ds_after, &x->delegation.ds)) {
		child_state_publish(&x->state, &x->delegation.ds);
	}
	x->pending = (struct pending){ .state = PENDING_NONE };
}

/* A probe that begins at seconds after the first one, for that reason. */
static inline void fixture_probe(struct fixture *x, uint32_t seconds, enum evidence_trigger trigger)
{
	x->now = FIXTURE_NOW + seconds;
	x->evidence.trigger = trigger;
	x->evidence.began_ms = (uint64_t)x->now * 1000;
	x->evidence.ended_ms = x->evidence.began_ms + 2000;
}

/* The last check of that rule; one without a detail: none. */
static inline const struct check *fixture_check(const struct fixture *x, const char *rule)
{
	static const struct check none = { .rule = "", .result = CHECK_SKIP, .detail = "" };
	const struct check *found = &none;
	for (size_t i = 0; i < x->decision.check_count; i++) {
		found = strcmp(x->decision.checks[i].rule, rule) == 0 ? &x->decision.checks[i] : found;
	}
	return found;
}

static inline bool fixture_checked(const struct fixture *x, const char *rule)
{
	return fixture_check(x, rule)->detail[0] != '\0';
}

/* One run: decides, and carries the state to the next one through its encoding, as the store does.
 * Says whether the state would have been written. */
static inline bool fixture_run(struct fixture *x)
{
	struct slice before;
	struct slice after;
	assert_int_equal(fixture_try(x), 0);
	assert_int_equal(child_state_encode(&x->state, x->arena, &before), 0);
	assert_int_equal(child_state_encode(&x->after, x->arena, &after), 0);
	assert_int_equal(child_state_decode(after, x->arena, &x->state), 0);
	return !slice_equal(before, after);
}

#define assert_reason(is, should) assert_string_equal(reason_token(is), reason_token(should))

/* A copy of exactly size octets, so that a sanitizer sees the first one read past it. */
static inline uint8_t *fixture_copy(struct slice s)
{
	uint8_t *copy = malloc(s.size + (s.size == 0));
	assert_non_null(copy);
	memcpy(copy, s.data, s.size);
	return copy;
}

static inline void fixture_hex(const char *hex, struct slice s)
{
	static const char digits[] = "0123456789abcdef";
	char text[4096];
	assert_true(2 * s.size < sizeof text);
	for (size_t i = 0; i < s.size; i++) {
		text[2 * i] = digits[s.data[i] >> 4];
		text[2 * i + 1] = digits[s.data[i] & 15];
	}
	text[2 * s.size] = '\0';
	assert_string_equal(text, hex);
}
