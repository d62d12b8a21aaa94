/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signaling zones: what is asked of recursive servers, what is kept, and what becomes of failures and of the end. */
#include "scanner/net/signaling.h"

#include "tests/unit/signaling_world.h"
#include "validate/cds/signaling.h"

#define UDP "udp " RECURSIVE
#define TCP "tcp " RECURSIVE
#define OTHER "udp " OTHER_RECURSIVE
#define PENDING 64

struct pending {
	hosts_callback *done;
	void *user;
};

struct world {
	struct recording_file file;
	struct resolver *resolver;
	struct signaling *signaling;
	uint64_t now_ms;
	unsigned host_lookups;
	bool hosts_fail;		/* the call itself */
	bool hosts_wait;
	size_t pending_count;
	struct pending pending[PENDING];
	size_t upstream_count;
	size_t max_entries;
};

struct seen {
	unsigned calls;
	bool known;
	size_t link_count;
	struct evidence_link links[LIMIT_LINKS];
	size_t server_count;
	struct address servers[LIMIT_CHILD_ADDRESSES];
};

/* nsN.* has 192.0.2.N and 192.0.2.(N+10), "lost" cannot be looked up, "gone" was cancelled. */
static struct host host_of(const struct name *name)
{
	if (name->octets[1] == 'l') {
		return (struct host){ .status = HOST_FAILED };
	}
	if (name->octets[1] == 'g') {
		return (struct host){ .status = HOST_CANCELLED };
	}
	uint8_t n = (uint8_t)(name->octets[3] - '0');
	return (struct host){ .status = HOST_RESOLVED, .count = 2,
		.addresses = { { 4, { 192, 0, 2, n } }, { 4, { 192, 0, 2, (uint8_t)(n + 10) } } } };
}

static int lookup(void *user, const struct name *host, uint64_t now_ms, hosts_callback *done, void *done_user)
{
	struct world *w = user;
	const struct host h = host_of(host);
	(void)now_ms;
	w->host_lookups++;
	if (w->hosts_fail) {
		return ERR_CANCELLED;
	}
	if (w->hosts_wait) {
		w->pending[w->pending_count++] = (struct pending){ done, done_user };
		return 0;
	}
	done(done_user, &h);
	return 0;
}

static void on_zone(void *user, const struct signaling_zone *zone)
{
	struct seen *s = user;
	s->calls++;
	s->known = zone != NULL;
	if (!zone) {
		return;
	}
	s->link_count = zone->link_count;
	memcpy(s->links, zone->links, zone->link_count * sizeof(s->links[0]));
	s->server_count = zone->server_count;
	memcpy(s->servers, zone->servers, sizeof(s->servers));
}

/* One provider, op.example., whose hosts ns1 and ns2 have a signaling zone each; ns3 has none of its own. */
static void say_provider(struct world *w, const char *server)
{
	static const struct saying says[] = {
		{ ".", TYPE_DNSKEY, SAID_YES, NULL, 172800 },
		{ "example.", TYPE_DS, SAID_YES, NULL, 86400 }, { "example.", TYPE_DNSKEY, SAID_YES, NULL, 0 },
		{ "op.example.", TYPE_DS, SAID_YES, NULL, 0 }, { "op.example.", TYPE_DNSKEY, SAID_YES, NULL, 5 },
		{ "ns1.op.example.", TYPE_DS, SAID_NO, "op.example.", 0 },
		{ "_signal.ns1.op.example.", TYPE_DS, SAID_YES, NULL, 0 },
		{ "_signal.ns1.op.example.", TYPE_DNSKEY, SAID_YES, NULL, 0 },
		{ "_signal.ns1.op.example.", TYPE_NS, SAID_YES, "ns1.op.example. ns2.op.example.", 0 },
		{ "ns2.op.example.", TYPE_DS, SAID_NO, "op.example.", 0 },
		{ "_signal.ns2.op.example.", TYPE_DS, SAID_YES, NULL, 0 },
		{ "_signal.ns2.op.example.", TYPE_DNSKEY, SAID_YES, NULL, 0 },
		{ "_signal.ns2.op.example.", TYPE_NS, SAID_YES, "lost.op.example. ns2.op.example.", 0 },
		{ "ns3.op.example.", TYPE_DS, SAID_NO, "op.example.", 0 },
		{ "_signal.ns3.op.example.", TYPE_DS, SAID_NXDOMAIN, "op.example.", 0 },
		{ "_signal.ns3.op.example.", TYPE_NS, SAID_NXDOMAIN, "op.example.", 0 },
		{ "op.example.", TYPE_NS, SAID_YES, "ns1.op.example.", 0 },
	};
	for (size_t i = 0; i < sizeof(says) / sizeof(says[0]); i++) {
		recording_say(&w->file, server, 10, &says[i]);
	}
}

static void world_begin(struct world *w)
{
	memset(w, 0, sizeof(*w));
	w->now_ms = 1000;
	w->upstream_count = 2;
	recording_begin(&w->file);
}

static void world_open(struct world *w)
{
	struct address upstreams[2];
	assert_int_equal(address_from_text(RECURSIVE, &upstreams[0]), 0);
	assert_int_equal(address_from_text(OTHER_RECURSIVE, &upstreams[1]), 0);
	w->resolver = recording_end(&w->file);
	const struct signaling_options options = { .resolver = w->resolver, .upstreams = upstreams,
		.upstream_count = w->upstream_count, .timeout_ms = 5000, .max_entries = w->max_entries, .seed = 7,
		.lookup = lookup, .user = w };
	assert_int_equal(signaling_new(&options, &w->signaling), 0);
	resolver_replay_turn(w->resolver, w->now_ms);
}

static void run(struct world *w)
{
	uint64_t next;
	while ((next = resolver_replay_turn(w->resolver, w->now_ms)) != UINT64_MAX) {
		w->now_ms = next;
	}
}

static void world_close(struct world *w)
{
	signaling_close(w->signaling);
	resolver_replay_turn(w->resolver, w->now_ms);
}

static void begin(struct world *w, const char *host, struct seen *s)
{
	struct name name = name_of(host);
	memset(s, 0, sizeof(*s));
	assert_int_equal(signaling_lookup(w->signaling, &name, w->now_ms, on_zone, s), 0);
}

/* How many questions it took. */
static uint64_t look_up(struct world *w, const char *host, struct seen *s)
{
	uint64_t before = signaling_questions(w->signaling);
	begin(w, host, s);
	run(w);
	assert_int_equal(s->calls, 1);
	return signaling_questions(w->signaling) - before;
}

static void test_zone(void **state)
{
	(void)state;
	struct world w;
	struct seen s;
	world_begin(&w);
	say_provider(&w, UDP);
	world_open(&w);
	assert_int_equal(look_up(&w, "ns1.op.example.", &s), 9);
	assert_true(s.known);
	assert_int_equal(s.link_count, 8);
	assert_int_equal(s.server_count, 4);
	assert_int_equal(s.servers[0].octets[3], 1);
	assert_int_equal(s.servers[3].octets[3], 12);
	for (size_t i = 0; i < s.link_count; i++) {
		assert_int_equal(s.links[i].answer.status, EVIDENCE_ANSWERED);
		assert_int_equal(s.links[i].answer.attempts, 1);
		assert_int_equal(s.links[i].answer.rtt_us, 10000);
		assert_false(s.links[i].answer.tcp);
	}
	/* R9615-3.1-1: without a zone of its own it is found in the one above. */
	assert_int_equal(look_up(&w, "ns3.op.example.", &s), 4);
	assert_int_equal(s.link_count, 7);
	assert_int_equal(s.server_count, 2);
	world_close(&w);
}

/* a provider with a million children costs a handful of questions, also where the first ones come all at once. */
static void test_children_share(void **state)
{
	(void)state;
	static struct seen seen[1000][2];
	struct world w;
	world_begin(&w);
	say_provider(&w, UDP);
	world_open(&w);
	for (size_t i = 0; i < 1000; i++) {
		if (i == 100) {
			run(&w);
		}
		begin(&w, "ns1.op.example.", &seen[i][0]);
		begin(&w, "ns2.op.example.", &seen[i][1]);
	}
	for (size_t i = 0; i < 1000; i++) {
		for (size_t k = 0; k < 2; k++) {
			assert_int_equal(seen[i][k].calls, 1);
			assert_true(seen[i][k].known);
			assert_int_equal(seen[i][k].link_count, 8);
			/* One of ns2's has no address that is known: the other one is there. */
			assert_int_equal(seen[i][k].server_count, k == 0 ? 4 : 2);
		}
	}
	print_message("1000 children of one provider, 2000 chains: %u questions\n", (unsigned)signaling_questions(w.signaling));
	assert_int_equal(signaling_questions(w.signaling), 13);
	world_close(&w);
}

/* What is kept: the least TTL, between a minute and an hour. */
static void test_lifetime(void **state)
{
	(void)state;
	struct world w;
	struct seen s;
	world_begin(&w);
	say_provider(&w, UDP);
	world_open(&w);
	assert_int_equal(look_up(&w, "ns1.op.example.", &s), 9);
	w.now_ms = 1000 + 59 * 1000;
	assert_int_equal(look_up(&w, "ns1.op.example.", &s), 0);
	/* TTL 5: a minute is the least. */
	w.now_ms = 1000 + 61 * 1000;
	assert_int_equal(look_up(&w, "ns1.op.example.", &s), 1);
	w.now_ms = 1000 + 301 * 1000;
	assert_int_equal(look_up(&w, "ns1.op.example.", &s), 7);
	/* TTL of a day or two: an hour is the most. */
	w.now_ms = 1000 + 3599 * 1000;
	assert_int_equal(look_up(&w, "ns1.op.example.", &s), 7);
	w.now_ms = 1000 + 3601 * 1000;
	assert_int_equal(look_up(&w, "ns1.op.example.", &s), 2);
	assert_true(s.known);
	assert_int_equal(s.link_count, 8);
	world_close(&w);
}

/* A server that fails leaves the next one its turn; where all do, the way ends there, and not for long. */
static void test_servfail(void **state)
{
	(void)state;
	static const struct saying servfail = { "op.example.", TYPE_DS, SAID_SERVFAIL, NULL, 0 };
	struct world w;
	struct seen s;
	world_begin(&w);
	recording_say(&w.file, UDP, 10, &servfail);
	say_provider(&w, UDP);
	say_provider(&w, OTHER);
	world_open(&w);
	assert_int_equal(look_up(&w, "ns1.op.example.", &s), 10);
	assert_int_equal(s.link_count, 8);
	assert_int_equal(s.links[3].answer.attempts, 2);
	world_close(&w);

	world_begin(&w);
	w.upstream_count = 1;
	for (int i = 0; i < 4; i++) {
		recording_say(&w.file, UDP, 10, &servfail);
	}
	say_provider(&w, UDP);
	world_open(&w);
	assert_int_equal(look_up(&w, "ns1.op.example.", &s), 3 + 3);
	assert_true(s.known);
	assert_int_equal(s.link_count, 4);
	assert_int_equal(s.links[3].answer.status, EVIDENCE_ANSWERED);
	assert_int_equal(s.server_count, 0);
	w.now_ms += 50 * 1000;
	assert_int_equal(look_up(&w, "ns1.op.example.", &s), 0);
	assert_int_equal(s.link_count, 4);
	w.now_ms += 20 * 1000;
	/* Once more SERVFAIL, then it is well again. */
	assert_true(look_up(&w, "ns1.op.example.", &s) > 2);
	assert_int_equal(s.link_count, 8);
	assert_int_equal(s.server_count, 4);
	world_close(&w);
}

struct failure {
	const char *name;
	const char *status;
	bool known;
	enum evidence_status said;
};

static const struct failure failures[] = {
	{ "silent", "timeout", true, EVIDENCE_TIMEOUT },
	{ "port closed", "refused", true, EVIDENCE_UNREACHABLE },
	{ "no descriptors: nothing is known, and that is no evidence", "starved", false, EVIDENCE_TIMEOUT },
};

static void test_failures(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(failures) / sizeof(failures[0]); i++) {
		const struct failure *f = &failures[i];
		struct world w;
		struct seen s;
		world_begin(&w);
		for (int k = 0; k < 4; k++) {
			recording_fail(&w.file, UDP, "example.", TYPE_DNSKEY, f->status);
			recording_fail(&w.file, OTHER, "example.", TYPE_DNSKEY, f->status);
		}
		say_provider(&w, UDP);
		world_open(&w);
		look_up(&w, "ns1.op.example.", &s);
		if (s.known != f->known || (f->known && (s.link_count != 3 || s.links[2].answer.status != f->said))) {
			fail_msg("%s: %zu links, status %d", f->name, s.link_count, s.links[2].answer.status);
		}
		assert_int_equal(s.server_count, 0);
		if (f->known) {
			assert_int_equal(s.links[2].answer.attempts, 4);
		}
		/* What is not known is not kept. */
		uint64_t again = look_up(&w, "ns1.op.example.", &s);
		assert_int_equal(again > 0, !f->known);
		world_close(&w);
	}
}

static void test_truncated(void **state)
{
	(void)state;
	static const struct saying cut = { "example.", TYPE_DNSKEY, SAID_TRUNCATED, NULL, 0 };
	struct world w;
	struct seen s;
	world_begin(&w);
	recording_say(&w.file, UDP, 10, &cut);
	say_provider(&w, UDP);
	say_provider(&w, TCP);
	world_open(&w);
	assert_int_equal(look_up(&w, "ns1.op.example.", &s), 10);
	assert_int_equal(s.link_count, 8);
	assert_true(s.links[2].answer.tcp);
	assert_int_equal(s.links[2].answer.attempts, 2);
	assert_false(s.links[3].answer.tcp);
	world_close(&w);
}

/* Little is kept, and each look-up still has all of its chain. */
static void test_little_room(void **state)
{
	(void)state;
	struct world w;
	struct seen s, t;
	world_begin(&w);
	w.max_entries = 2;
	say_provider(&w, UDP);
	world_open(&w);
	for (int i = 0; i < 3; i++) {
		begin(&w, "ns2.op.example.", &t);
		assert_true(look_up(&w, "ns1.op.example.", &s) >= 9);
		assert_int_equal(t.calls, 1);
		assert_int_equal(s.link_count, 8);
		assert_int_equal(t.link_count, 8);
	}
	world_close(&w);
}

/* The end, with questions and look-ups of hosts under way: nothing is known of any of them, and each is told once. */
static void test_close(void **state)
{
	(void)state;
	for (uint64_t after_ms = 0; after_ms <= 100; after_ms += 5) {
		struct world w;
		struct seen s[3];
		world_begin(&w);
		w.hosts_wait = true;
		say_provider(&w, UDP);
		world_open(&w);
		begin(&w, "ns1.op.example.", &s[0]);
		begin(&w, "ns2.op.example.", &s[1]);
		begin(&w, "ns1.op.example.", &s[2]);
		for (uint64_t until = w.now_ms + after_ms; w.now_ms < until; w.now_ms += 5) {
			resolver_replay_turn(w.resolver, w.now_ms);
		}
		struct name name = name_of("ns1.op.example.");
		struct signaling *closing = w.signaling;
		bool host_waits = w.pending_count > 0;
		assert_int_equal(host_waits, after_ms > 90);
		signaling_close(closing);
		if (host_waits) {
			assert_int_equal(signaling_lookup(closing, &name, w.now_ms, on_zone, &s[0]), ERR_CANCELLED);
		}
		resolver_replay_turn(w.resolver, w.now_ms);
		for (size_t i = 0; i < w.pending_count; i++) {
			const struct host cancelled = { .status = HOST_CANCELLED };
			w.pending[i].done(w.pending[i].user, &cancelled);
		}
		for (size_t i = 0; i < 3; i++) {
			assert_int_equal(s[i].calls, 1);
			assert_false(s[i].known);
		}
	}
}

/* A server whose look-up was cancelled, or could not be begun, leaves nothing known; one that is lost leaves the others. */
static void test_hosts_lost(void **state)
{
	(void)state;
	static const struct saying gone = { "_signal.ns1.op.example.", TYPE_NS, SAID_YES, "gone.example. ns1.op.example.", 0 };
	struct world w;
	struct seen s;
	world_begin(&w);
	recording_say(&w.file, UDP, 10, &gone);
	say_provider(&w, UDP);
	world_open(&w);
	look_up(&w, "ns1.op.example.", &s);
	assert_false(s.known);
	assert_int_equal(w.host_lookups, 2);
	look_up(&w, "ns2.op.example.", &s);
	assert_true(s.known);
	assert_int_equal(s.server_count, 2);
	w.hosts_fail = true;
	look_up(&w, "ns2.op.example.", &s);
	assert_false(s.known);
	world_close(&w);
}

static void test_bad_arguments(void **state)
{
	(void)state;
	char text[NAME_TEXT_SIZE] = "";
	struct world w;
	struct seen s = { .calls = 0 };
	world_begin(&w);
	fprintf(w.file.file, "# nothing\n");
	world_open(&w);
	for (int i = 0; i < 124; i++) {
		strcat(text, "a.");
	}
	struct name long_name = name_of(text), empty = { .size = 0 };
	assert_int_equal(signaling_lookup(w.signaling, &long_name, 0, on_zone, &s), ERR_LIMIT);
	assert_int_equal(signaling_lookup(w.signaling, &empty, 0, on_zone, &s), ERR_ARG);
	assert_int_equal(signaling_lookup(w.signaling, &name_root, 0, NULL, &s), ERR_ARG);
	assert_int_equal(s.calls, 0);
	world_close(&w);

	/* Nobody to ask: the resolver is closed all the same. */
	world_begin(&w);
	fprintf(w.file.file, "# nothing\n");
	struct resolver *resolver = recording_end(&w.file);
	const struct signaling_options options = { .resolver = resolver, .lookup = lookup, .user = &w };
	assert_int_equal(signaling_new(&options, &w.signaling), ERR_ARG);
	resolver_replay_turn(resolver, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_zone),
		cmocka_unit_test(test_children_share),
		cmocka_unit_test(test_lifetime),
		cmocka_unit_test(test_servfail),
		cmocka_unit_test(test_failures),
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_little_room),
		cmocka_unit_test(test_close),
		cmocka_unit_test(test_hosts_lost),
		cmocka_unit_test(test_bad_arguments),
	};
	return cmocka_run_group_tests_name("signaling", tests, NULL, NULL);
}
