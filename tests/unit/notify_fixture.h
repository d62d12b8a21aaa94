/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One child, one service, and messages to it: the fixture of the tests of the judge of NOTIFY messages. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/notify_draft.h"
#include "validate/notify/judge.h"
#include "validate/wire/err.h"

#define NOW 5000000u
#define CHILD "example.ch."
#define AGENT "er.ns1.example.net."
#define NOTHING -1
#define NO_EDE -1

static struct notify_fixture {
	struct crypto *crypto;
	struct notify_limiter *limiter;
	struct arena *arena;
	struct notify_options options;
	struct delegation_host host;
	struct delegation delegation;
	struct child_state state;
	struct policy policy;
	struct notify_child child;
	int found;			/* what the look-up says of the child */
	unsigned look_ups;
	uint64_t now_ms;
	enum notify_tsig tsig;
	bool tcp;
	uint8_t octets[NOTIFY_DRAFT_ROOM];
	size_t size;
	struct notify_verdict v;
} x;

static inline struct name name_of(const char *text)
{
	struct name name;
	assert_int_equal(name_from_text(text, &name), 0);
	return name;
}

static inline void limits_are(const struct notify_limits *limits)
{
	static const uint8_t secret[SHA256_OCTETS] = { 1 };
	notify_limiter_free(x.limiter);
	assert_int_equal(notify_limiter_new(limits, secret, x.crypto, &x.limiter), 0);
}

static inline int setup(void **state)
{
	(void)state;
	memset(&x, 0, sizeof(x));
	x.crypto = crypto_new();
	x.arena = arena_new();
	assert_true(x.crypto != NULL && x.arena != NULL);
	x.host.name = name_of("ns1.example.net.");
	x.delegation = (struct delegation){ .child = name_of(CHILD), .host_count = 1, .hosts = &x.host, .ds_state = DS_PRESENT };
	x.policy = *policy_preset(POLICY_DEFAULT);
	x.child = (struct notify_child){ .delegation = &x.delegation, .state = &x.state, .policy = &x.policy };
	x.now_ms = NOW;
	x.tsig = NOTIFY_TSIG_NONE;
	limits_are(&notify_limits_default);
	return 0;
}

static inline int teardown(void **state)
{
	(void)state;
	notify_limiter_free(x.limiter);
	crypto_free(x.crypto);
	arena_free(x.arena);
	return 0;
}

static inline int find(void *user, const struct name *child, struct arena *arena, struct notify_child *out)
{
	x.look_ups++;
	assert_ptr_equal(user, &x);
	assert_ptr_equal(arena, x.arena);
	if (x.found != 0) {
		return x.found;
	}
	if (!name_equal(child, &x.delegation.child)) {
		return ERR_NOTFOUND;
	}
	*out = x.child;
	return 0;
}

static inline struct notify_input input(void)
{
	return (struct notify_input){ .octets = x.octets, .size = x.size, .source = { 4, { 192, 0, 2, 99 } }, .tcp = x.tcp,
		.tsig = x.tsig, .now_ms = x.now_ms, .options = &x.options, .limiter = x.limiter, .find = find, .user = &x };
}

static inline void drafted(struct notify_draft d)
{
	d.name = d.name == NULL ? CHILD : d.name;
	x.size = notify_draft_write(&d, x.octets);
}

/* Of the message that was written: what is said of it, and answered. */
static inline void again(enum notify_code code, int rcode, int ede)
{
	const struct notify_input in = input();
	memset(&x.v, 0xee, sizeof(x.v));
	assert_int_equal(notify_judge(&in, x.arena, &x.v), 0);
	assert_string_equal(notify_code_token(x.v.code), notify_code_token(code));
	if (rcode == NOTHING) {
		assert_int_equal(x.v.response_size, 0);
		return;
	}
	struct message m;
	assert_true(x.v.response_size <= x.size + NOTIFY_RESPONSE_GROWTH);
	assert_int_equal(message_parse(x.v.response, x.v.response_size, x.arena, &m), 0);
	assert_int_equal(m.rcode, rcode);
	assert_true((m.flags & MESSAGE_FLAG_QR) != 0);
	assert_int_equal(m.edns_options.size, ede == NO_EDE ? 0 : 6);
	assert_int_equal(ede, ede == NO_EDE ? NO_EDE : m.edns_options.data[4] << 8 | m.edns_options.data[5]);
}

static inline void judges(struct notify_draft d, enum notify_code code, int rcode, int ede)
{
	drafted(d);
	again(code, rcode, ede);
}

static inline void nothing_follows(void)
{
	assert_false(x.v.enqueue);
	assert_int_equal(x.v.probe.child.size, 0);
	assert_int_equal(x.v.report_ede, EDE_NONE);
}
