/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the root to a zone: each way that leads there, and each that does not. */
#include "tests/unit/path_run.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct evidence_link *link_of(struct evidence_signal *s, const char *text, uint16_t type)
{
	struct name name;
	assert_int_equal(name_from_text(text, &name), 0);
	for (size_t i = 0; i < s->link_count; i++) {
		if (s->links[i].type == type && name_equal(&s->links[i].name, &name)) {
			return &s->links[i];
		}
	}
	fail_msg("no link %s", text);
	return NULL;
}

/* A copy that may be changed. */
static uint8_t *octets_of(struct evidence_signal *s, const char *text, uint16_t type, struct arena *arena)
{
	struct evidence_link *l = link_of(s, text, type);
	uint8_t *copy = arena_copy(arena, l->answer.octets.data, l->answer.octets.size);
	assert_non_null(copy);
	l->answer.octets.data = copy;
	return copy;
}

static void run_all(void **state, const struct path_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		run(*state, &cases[i]);
		arena_reset(((struct world *)*state)->arena);
	}
}

/* ---- ways that lead there */

static void signals(struct chain_zone *z) { chain_add(&z[OPERATOR], "_dsboot.ch._signal.ns1.example.net.", TYPE_CDS, "A"); }
static void nsec3(struct chain_zone *z) { z[OPERATOR].denial = CHAIN_NSEC3; }
static void opt_out(struct chain_zone *z) { z[OPERATOR].denial = CHAIN_OPT_OUT; signals(z); }
static void compact(struct chain_zone *z) { z[OPERATOR].denial = CHAIN_COMPACT; signals(z); }
static void compact_absent(struct chain_zone *z) { z[OPERATOR].denial = CHAIN_COMPACT; }
static void nsec3_above(struct chain_zone *z) { z[ROOT].denial = CHAIN_NSEC3; z[NET].denial = CHAIN_OPT_OUT; }
static void own_zone(struct chain_zone *z) { chain_more(z, "_signal.ns1.example.net.", "E"); }
static void host_zone(struct chain_zone *z) { chain_more(z, "ns1.example.net.", "E"); }
static void deep_zone(struct chain_zone *z) { chain_more(z, "deep.below.example.net.", "E"); }
static void two_ds(struct chain_zone *z) { chain_find(&z[NET], "example.net.", TYPE_DS)->data = "H A:4 W"; }
static void sha1_ds(struct chain_zone *z) { chain_find(&z[NET], "example.net.", TYPE_DS)->data = "A:1"; }
static void both_sign(struct chain_zone *z) { z[OPERATOR].keys_by = "ZA"; z[OPERATOR].by = "AZ"; }
static void more_keys(struct chain_zone *z) { z[OPERATOR].keys = "AZNPVW"; }
static void rsa_sha1(struct chain_zone *z)
{
	chain_find(&z[NET], "example.net.", TYPE_DS)->data = "S";
	z[OPERATOR].keys = "S";
	z[OPERATOR].keys_by = "S";
	z[OPERATOR].by = "S";
}
static void wildcard(struct chain_zone *z) { chain_add(&z[OPERATOR], "*.example.net.", TYPE_A, "c0000209"); }
static void wildcard_nsec3(struct chain_zone *z) { wildcard(z); nsec3(z); }
static void most_ds(struct chain_zone *z) { chain_find(&z[NET], "example.net.", TYPE_DS)->data = "A *63"; }
static void most_keys(struct chain_zone *z) { z[OPERATOR].keys = "ABCEGHNPRTUWZVDS+"; }

/* Records in the answer that are no alias of the name: at another name, of another type, a DNAME at the name itself or at
 * one that it is not below. */
static void unrelated(struct evidence_signal *s, struct arena *arena)
{
	struct evidence_link *l = link_of(s, "_signal.ns1.example.net.", TYPE_DS);
	struct message m;
	uint8_t *octets = arena_alloc(arena, 8192);
	assert_int_equal(message_parse(l->answer.octets.data, l->answer.octets.size, arena, &m), 0);
	const struct slice target = { name_root.octets, 1 };
	struct name other;
	assert_int_equal(name_from_text("other.", &other), 0);
	const struct record answer[] = { { &name_root, TYPE_CNAME, CLASS_IN, 60, target }, { &l->name, TYPE_NS, CLASS_IN, 60, target },
		{ &l->name, TYPE_DNAME, CLASS_IN, 60, target }, { &s->links[s->link_count - 2].name, TYPE_NS, CLASS_IN, 60, target },
		{ &other, TYPE_DNAME, CLASS_IN, 60, target } };
	const struct message_draft draft = { .question = &l->name, .question_type = TYPE_DS, .count = { 5, m.count[SECTION_AUTHORITY] },
		.records = { answer, m.records[SECTION_AUTHORITY] } };
	l->answer.octets = (struct slice){ octets, message_compose(&draft, octets, 8192) };
	assert_true(l->answer.octets.size > 0);
}

/* Wildcards are no names: what a wildcard has not, nothing made of it has. */
static const struct path_case secure[] = {
	{ .label = "signals there", .zones = signals, .expected = PATH_SECURE, .zone = "example.net." },
	{ .label = "no signals", .expected = PATH_SECURE, .zone = "example.net.", .absent = true },
	{ .label = "NSEC3, no signals", .zones = nsec3, .expected = PATH_SECURE, .zone = "example.net.", .absent = true },
	{ .label = "opt-out, the names are there", .zones = opt_out, .expected = PATH_SECURE, .zone = "example.net." },
	{ .label = "compact denial, R9824", .zones = compact, .expected = PATH_SECURE, .zone = "example.net." },
	{ .label = "compact denial, no such name", .zones = compact_absent, .expected = PATH_SECURE, .zone = "example.net.",
		.absent = true },
	{ .label = "other denials above", .zones = nsec3_above, .expected = PATH_SECURE, .zone = "example.net.", .absent = true },
	{ .label = "a zone of its own at _signal", .zones = own_zone, .expected = PATH_SECURE, .zone = "_signal.ns1.example.net." },
	{ .label = "a zone of its own at the host", .zones = host_zone, .expected = PATH_SECURE, .zone = "ns1.example.net.",
		.absent = true },
	{ .label = "empty non-terminals", .host = "ns1.deep.below.example.net.", .expected = PATH_SECURE, .zone = "example.net.",
		.absent = true },
	{ .label = "empty non-terminals, NSEC3", .host = "ns1.deep.below.example.net.", .zones = nsec3, .expected = PATH_SECURE,
		.zone = "example.net.", .absent = true },
	{ .label = "a zone below an empty non-terminal", .host = "ns1.deep.below.example.net.", .zones = deep_zone,
		.expected = PATH_SECURE, .zone = "deep.below.example.net.", .absent = true },
	{ .label = "a host that is the apex", .host = "example.net.", .expected = PATH_SECURE, .zone = "example.net.", .absent = true },
	{ .label = "a host in a top-level domain", .host = "nowhere.net.", .expected = PATH_SECURE, .zone = "net.", .absent = true },
	{ .label = "a host that is the root", .host = ".", .expected = PATH_SECURE, .zone = ".", .absent = true },
	{ .label = "no such top-level domain", .host = "ns1.example.nowhere.", .expected = PATH_SECURE, .zone = ".", .absent = true },
	{ .label = "DS of other keys, and of unknown algorithms", .zones = two_ds, .expected = PATH_SECURE, .zone = "example.net.",
		.absent = true },
	{ .label = "DS of SHA-1, A-04", .zones = sha1_ds, .expected = PATH_SECURE, .zone = "example.net.", .absent = true },
	{ .label = "RSA/SHA-1 keys, A-04", .zones = rsa_sha1, .expected = PATH_SECURE, .zone = "example.net.", .absent = true },
	{ .label = "more signatures, R6840-5.4-1", .zones = both_sign, .expected = PATH_SECURE, .zone = "example.net.", .absent = true },
	{ .label = "keys that are none, too", .zones = more_keys, .expected = PATH_SECURE, .zone = "example.net.", .absent = true },
	{ .label = "as many DS records as are looked at", .zones = most_ds, .expected = PATH_SECURE, .zone = "example.net.",
		.absent = true },
	{ .label = "as many keys as are looked at", .zones = most_keys, .expected = PATH_SECURE, .zone = "example.net.", .absent = true },
	{ .label = "other records in the answer are no alias", .links = unrelated, .expected = PATH_SECURE, .zone = "example.net.",
		.absent = true },
	{ .label = "a wildcard that ends above", .host = "ns1.example.net.", .zones = wildcard, .expected = PATH_SECURE,
		.zone = "example.net.", .absent = true },
	{ .label = "a wildcard for the host", .host = "other.example.net.", .zones = wildcard, .expected = PATH_SECURE,
		.zone = "example.net." },
	{ .label = "a wildcard for the host, NSEC3", .host = "other.example.net.", .zones = wildcard_nsec3, .expected = PATH_SECURE,
		.zone = "example.net." },
};

static void leads_there(void **state)
{
	run_all(state, secure, COUNT(secure));
}

/* ---- proven not to be secure */

static void no_ds(struct chain_zone *z)
{
	*chain_find(&z[NET], "example.net.", TYPE_DS) = (struct chain_rrset){ "example.net.", TYPE_NS, "ns1.example.net.", "", WHEN_VALID };
}
static void no_ds_nsec(struct chain_zone *z) { no_ds(z); z[NET].denial = CHAIN_NSEC; }
static void no_ds_opt_out(struct chain_zone *z) { no_ds(z); z[NET].denial = CHAIN_OPT_OUT; }
static void no_ds_compact(struct chain_zone *z) { no_ds(z); z[NET].denial = CHAIN_COMPACT; }
static void unknown_ds(struct chain_zone *z) { chain_find(&z[NET], "example.net.", TYPE_DS)->data = "W G"; }
static void unknown_digest(struct chain_zone *z) { chain_find(&z[NET], "example.net.", TYPE_DS)->data = "A:3 A:5"; }
static void own_zone_plain(struct chain_zone *z) { chain_more(z, "_signal.ns1.example.net.", NULL); }
static void opt_out_absent(struct chain_zone *z) { z[OPERATOR].denial = CHAIN_OPT_OUT; }

static const struct path_case insecure[] = {
	{ .label = "no DS, NSEC3; R5155-8.9", .zones = no_ds, .expected = PATH_INSECURE, .zone = "net." },
	{ .label = "no DS, NSEC", .zones = no_ds_nsec, .expected = PATH_INSECURE, .zone = "net." },
	{ .label = "no DS, opt-out; R5155-8.6", .zones = no_ds_opt_out, .expected = PATH_INSECURE, .zone = "net." },
	{ .label = "no DS, compact", .zones = no_ds_compact, .expected = PATH_INSECURE, .zone = "net." },
	{ .label = "no such name, or one that is left out", .zones = opt_out_absent, .expected = PATH_INSECURE, .zone = "example.net." },
	{ .label = "DS of unknown algorithms, R4035-5.2-2", .zones = unknown_ds, .expected = PATH_INSECURE, .zone = "net." },
	{ .label = "DS of unknown digests, R6840-5.2-1", .zones = unknown_digest, .expected = PATH_INSECURE, .zone = "net." },
	{ .label = "an unsigned zone at _signal", .zones = own_zone_plain, .expected = PATH_INSECURE, .zone = "example.net." },
	{ .label = "an unsigned zone", .host = "ns.plain.net.", .expected = PATH_INSECURE, .zone = "net." },
	{ .label = "an unsigned top-level domain", .host = "ns1.example.plain.", .expected = PATH_INSECURE, .zone = "." },
};

static void is_insecure(void **state)
{
	run_all(state, insecure, COUNT(insecure));
}

/* ---- proven by nobody */

static void unsigned_keys(struct chain_zone *z) { z[OPERATOR].keys_by = ""; }
static void keys_by_other(struct chain_zone *z) { z[OPERATOR].keys_by = "Z"; }
static void keys_expired(struct chain_zone *z) { z[OPERATOR].keys_when = WHEN_EXPIRED; }
static void keys_early(struct chain_zone *z) { z[OPERATOR].keys_when = WHEN_FUTURE; }
static void keys_corrupt(struct chain_zone *z) { z[OPERATOR].keys_when = WHEN_CORRUPT; }
static void keys_of_parent(struct chain_zone *z) { z[OPERATOR].keys_when = WHEN_FOREIGN_SIGNER; }
static void other_ds(struct chain_zone *z) { chain_find(&z[NET], "example.net.", TYPE_DS)->data = "C"; }
static void ds_of_revoked(struct chain_zone *z)
{
	chain_find(&z[NET], "example.net.", TYPE_DS)->data = "V";
	z[OPERATOR].keys = "VZ";
	z[OPERATOR].keys_by = "V";
}
static void ds_of_no_zone_key(struct chain_zone *z)
{
	chain_find(&z[NET], "example.net.", TYPE_DS)->data = "N";
	z[OPERATOR].keys = "NZ";
	z[OPERATOR].keys_by = "N";
}
static void ds_unsigned(struct chain_zone *z) { chain_find(&z[NET], "example.net.", TYPE_DS)->by = ""; }
static void ds_expired(struct chain_zone *z) { chain_find(&z[NET], "example.net.", TYPE_DS)->when = WHEN_EXPIRED; }
static void ds_corrupt(struct chain_zone *z) { chain_find(&z[NET], "example.net.", TYPE_DS)->when = WHEN_CORRUPT; }
static void ds_by_child(struct chain_zone *z) { chain_find(&z[NET], "example.net.", TYPE_DS)->by = "A"; }
static void ds_of_wildcard(struct chain_zone *z) { chain_find(&z[NET], "example.net.", TYPE_DS)->when = WHEN_LABELS; }
static void ds_colliding(struct chain_zone *z) { z[OPERATOR].keys = "A123456Z"; }
static void denial_bare(struct chain_zone *z) { z[OPERATOR].denial = CHAIN_BARE; }
static void denial_unsigned(struct chain_zone *z) { z[OPERATOR].denial_by = ""; }
static void denial_expired(struct chain_zone *z) { z[OPERATOR].denial_when = WHEN_EXPIRED; }
static void denial_many(struct chain_zone *z) { z[OPERATOR].denial = CHAIN_NSEC3_MANY; }
static void denial_many_unsigned(struct chain_zone *z) { denial_many(z); denial_unsigned(z); }
static void denial_above(struct chain_zone *z) { no_ds(z); z[NET].denial_by = ""; }
static void ds_short(struct chain_zone *z) { chain_find(&z[NET], "example.net.", TYPE_DS)->data = "A x0001"; }
static void ds_of_wrong_size(struct chain_zone *z) { chain_find(&z[NET], "example.net.", TYPE_DS)->data = "A x00010d02aabb"; }
static void ds_many(struct chain_zone *z) { chain_find(&z[NET], "example.net.", TYPE_DS)->data = "A *64"; }
static void keys_many(struct chain_zone *z) { z[OPERATOR].keys = "AZ++"; }
static void root_of_others(struct chain_zone *z) { z[ROOT].keys = "TY"; z[ROOT].keys_by = "T"; }
static void no_keys(struct chain_zone *z) { z[OPERATOR].keys = ""; }

/* The zone above answers as if there were no cut (T-22). */
static void skip_zone(struct evidence_signal *s, struct arena *arena)
{
	struct chain_zone zones[CHAIN_ZONES];
	chain_world(zones);
	memset(&zones[OPERATOR], 0, sizeof zones[OPERATOR]);
	for (size_t i = 0; i < s->link_count; i++) {
		struct evidence_link *l = &s->links[i];
		if (l->type == TYPE_DS && name_labels(&l->name) > 2) {
			l->answer = chain_answered(chain_answer(&zones[NET], &l->name, TYPE_DS, arena));
		}
	}
}

/* The apex' own proof of what is not at it says nothing of DS: it is the child's. */
static void denial_of_child(struct evidence_signal *s, struct arena *arena)
{
	struct chain_zone zones[CHAIN_ZONES];
	chain_world(zones);
	struct evidence_link *l = link_of(s, "example.net.", TYPE_DS);
	l->answer = chain_answered(chain_answer(&zones[OPERATOR], &l->name, TYPE_DS, arena));
}

static const struct path_case bogus[] = {
	{ .label = "unsigned keys, R4035-5.2-1", .zones = unsigned_keys, .zone = "net.", .sig = SIG_MISSING },
	{ .label = "keys signed by one that has no DS, R4035-5.2-1", .zones = keys_by_other, .zone = "net.", .sig = SIG_MISSING },
	{ .label = "keys with an expired signature", .zones = keys_expired, .zone = "net.", .sig = SIG_EXPIRED },
	{ .label = "keys with a signature to come", .zones = keys_early, .zone = "net.", .sig = SIG_NOT_YET_VALID },
	{ .label = "keys with a false signature", .zones = keys_corrupt, .zone = "net.", .sig = SIG_BOGUS },
	{ .label = "keys signed for another zone", .zones = keys_of_parent, .zone = "net.", .sig = SIG_BOGUS },
	{ .label = "no keys", .zones = no_keys, .zone = "net.", .sig = SIG_VALID },
	{ .label = "DS of another key", .zones = other_ds, .zone = "net.", .sig = SIG_MISSING },
	{ .label = "DS of a revoked key, R5011-2.1-1", .zones = ds_of_revoked, .zone = "net.", .sig = SIG_MISSING },
	{ .label = "DS of a key without the zone bit, R4034-5.2-1", .zones = ds_of_no_zone_key, .zone = "net.", .sig = SIG_MISSING },
	{ .label = "unsigned DS", .zones = ds_unsigned, .zone = "net.", .sig = SIG_MISSING },
	{ .label = "expired DS", .zones = ds_expired, .zone = "net.", .sig = SIG_EXPIRED },
	{ .label = "DS with a false signature", .zones = ds_corrupt, .zone = "net.", .sig = SIG_BOGUS },
	{ .label = "DS signed by the child", .zones = ds_by_child, .zone = "net.", .sig = SIG_MISSING },
	{ .label = "DS of a wildcard, T-41", .zones = ds_of_wildcard, .zone = "net.", .sig = SIG_BOGUS },
	{ .label = "too many keys with one tag, T-45", .zones = ds_colliding, .zone = "net.", .sig = SIG_TOO_MANY },
	{ .label = "a DS record that is cut", .zones = ds_short, .zone = "net.", .sig = SIG_VALID },
	{ .label = "a digest of another size, W-08", .zones = ds_of_wrong_size, .zone = "net.", .sig = SIG_VALID },
	{ .label = "too many DS records, L-DOS-1", .zones = ds_many, .zone = "net.", .sig = SIG_VALID },
	{ .label = "too many keys, L-DOS-1", .zones = keys_many, .zone = "net.", .sig = SIG_VALID },
	{ .label = "no proof", .zones = denial_bare, .zone = "example.net.", .sig = SIG_VALID },
	{ .label = "unsigned proof", .zones = denial_unsigned, .zone = "example.net.", .sig = SIG_MISSING },
	{ .label = "expired proof", .zones = denial_expired, .zone = "example.net.", .sig = SIG_EXPIRED },
	{ .label = "NSEC3 iterations, R9276-3.2-1", .zones = denial_many, .zone = "example.net.", .sig = SIG_VALID },
	{ .label = "NSEC3 iterations that nobody signed, R9276-3.2-2", .zones = denial_many_unsigned, .zone = "example.net.",
		.sig = SIG_MISSING },
	{ .label = "unsigned proof of an insecure delegation, R4035-5-1", .zones = denial_above, .zone = "net.", .sig = SIG_MISSING },
	{ .label = "another root", .zones = root_of_others, .zone = ".", .sig = SIG_MISSING },
	{ .label = "an ancestor answers in place of a zone, R9615-5.2-2, T-22", .links = skip_zone, .zone = "example.net.",
		.sig = SIG_VALID },
	{ .label = "the child denies its own DS, R6840-4.1-1", .links = denial_of_child, .zone = "net.", .sig = SIG_VALID },
};

static void is_bogus(void **state)
{
	run_all(state, bogus, COUNT(bogus));
}

/* ---- not known */

static void drop_root(struct evidence_signal *s, struct arena *arena)
{
	(void)arena;
	link_of(s, ".", TYPE_DNSKEY)->answer.status = EVIDENCE_TIMEOUT;
}
static void drop_ds(struct evidence_signal *s, struct arena *arena)
{
	(void)arena;
	link_of(s, "example.net.", TYPE_DS)->answer.status = EVIDENCE_TIMEOUT;
}
static void drop_keys(struct evidence_signal *s, struct arena *arena)
{
	(void)arena;
	link_of(s, "example.net.", TYPE_DNSKEY)->type = TYPE_A;
}
static void drop_last(struct evidence_signal *s, struct arena *arena)
{
	(void)arena;
	s->link_count--;
}
static void drop_between(struct evidence_signal *s, struct arena *arena)
{
	(void)arena;
	link_of(s, "ns1.example.net.", TYPE_DS)->type = TYPE_A;
}
static void servfail(struct evidence_signal *s, struct arena *arena) { octets_of(s, "example.net.", TYPE_DS, arena)[3] |= 2; }
static void refused(struct evidence_signal *s, struct arena *arena) { octets_of(s, "example.net.", TYPE_DNSKEY, arena)[3] |= 5; }
static void truncated(struct evidence_signal *s, struct arena *arena) { octets_of(s, "example.net.", TYPE_DS, arena)[2] |= 2; }
static void garbage(struct evidence_signal *s, struct arena *arena) { octets_of(s, "net.", TYPE_DS, arena)[5] = 9; }
static void swapped(struct evidence_signal *s, struct arena *arena)
{
	(void)arena;
	link_of(s, "example.net.", TYPE_DS)->answer = link_of(s, "net.", TYPE_DS)->answer;
}

static const struct path_case incomplete[] = {
	{ .label = "no keys of the root", .links = drop_root, .expected = PATH_INCOMPLETE, .zone = "." },
	{ .label = "no answer for DS", .links = drop_ds, .expected = PATH_INCOMPLETE, .zone = "net." },
	{ .label = "keys were not asked for", .links = drop_keys, .expected = PATH_INCOMPLETE, .zone = "net." },
	{ .label = "the last DS was not asked for", .links = drop_last, .expected = PATH_INCOMPLETE, .zone = "example.net." },
	{ .label = "a name is left out, R9615-5.2-2", .links = drop_between, .expected = PATH_INCOMPLETE, .zone = "example.net." },
	{ .label = "SERVFAIL", .links = servfail, .expected = PATH_INCOMPLETE, .zone = "net." },
	{ .label = "REFUSED", .links = refused, .expected = PATH_INCOMPLETE, .zone = "net." },
	{ .label = "truncated", .links = truncated, .expected = PATH_INCOMPLETE, .zone = "net." },
	{ .label = "cannot be read", .links = garbage, .expected = PATH_INCOMPLETE, .zone = "." },
	{ .label = "answers another question", .links = swapped, .expected = PATH_INCOMPLETE, .zone = "net." },
};

static void is_incomplete(void **state)
{
	run_all(state, incomplete, COUNT(incomplete));
}

static void cname(struct chain_zone *z) { chain_add(&z[OPERATOR], "_signal.ns1.example.net.", TYPE_CNAME, "elsewhere.net."); }
static void dname(struct chain_zone *z) { chain_add(&z[OPERATOR], "ns1.example.net.", TYPE_DNAME, "elsewhere.net."); }
static void dname_apex(struct chain_zone *z) { chain_add(&z[OPERATOR], "example.net.", TYPE_DNAME, "elsewhere.net."); }

/* U-6. */
static const struct path_case aliases[] = {
	{ .label = "CNAME", .zones = cname, .expected = PATH_ALIAS, .zone = "example.net." },
	{ .label = "DNAME", .zones = dname, .expected = PATH_ALIAS, .zone = "example.net." },
	{ .label = "DNAME at the apex", .zones = dname_apex, .expected = PATH_ALIAS, .zone = "example.net." },
};

static void is_alias(void **state)
{
	run_all(state, aliases, COUNT(aliases));
}

/* Wherever the budget ends, nothing is proven; and there is enough for many. */
static void budget_ends(void **state)
{
	struct world *w = *state;
	struct chain_zone zones[CHAIN_ZONES];
	struct way way = { .count = 0 };
	struct evidence_signal signal;
	struct path path;
	chain_world(zones);
	look(zones, "ns1.example.net.", w->arena, &signal);
	chain_anchors("R", w->arena, &way.rules);
	way_of(w, "ns1.example.net.", &signal, &way);
	struct verifier *v = verifier_new(w->crypto, w->arena, ZONE_NOW);
	assert_int_equal(follow(w, &way, v, &path), 0);
	uint32_t whole = verifier_cost(v);
	assert_int_equal(path.status, PATH_SECURE);
	print_message("a chain of %zu links: %u ns, %u verifications\n", signal.link_count, (unsigned)whole, verifier_attempts(v));
	assert_true(whole < LIMIT_COST_NS / 16);
	verifier_free(v);
	for (uint32_t left = 0; left < whole; left += whole / 97 + 1) {
		v = verifier_new(w->crypto, w->arena, ZONE_NOW);
		assert_true(verifier_charge(v, LIMIT_COST_NS - left));
		assert_int_equal(follow(w, &way, v, &path), 0);
		if (path.status != PATH_BUDGET) {
			fail_msg("%u ns left: status %d: %s", (unsigned)left, (int)path.status, path.why);
		}
		verifier_free(v);
	}
	fail_everywhere(w, "budget", &way, FAILING_BUDGET);
	fail_everywhere(w, "budget and memory", &way, FAILING_BUDGET_MEMORY);
	arena_reset(w->arena);
}

static void no_anchor(void **state)
{
	struct world *w = *state;
	struct chain_zone zones[CHAIN_ZONES];
	struct evidence_signal signal;
	struct way way = { .count = 0 };
	struct path path;
	chain_world(zones);
	look(zones, "ns1.example.net.", w->arena, &signal);
	way_of(w, "ns1.example.net.", &signal, &way);
	struct verifier *v = verifier_new(w->crypto, w->arena, ZONE_NOW);
	assert_int_equal(follow(w, &way, v, &path), 0);
	assert_int_equal(path.status, PATH_BOGUS);
	assert_int_equal(path.sig, SIG_MISSING);
	assert_non_null(strstr(path.why, "no trust anchor"));
	assert_int_equal(verifier_cost(v), 0);
	/* One of several is enough. */
	chain_anchors("TRE", w->arena, &way.rules);
	assert_int_equal(follow(w, &way, v, &path), 0);
	assert_int_equal(path.status, PATH_SECURE);
	verifier_free(v);
	arena_reset(w->arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(leads_there),
		cmocka_unit_test(is_insecure),
		cmocka_unit_test(is_bogus),
		cmocka_unit_test(is_incomplete),
		cmocka_unit_test(is_alias),
		cmocka_unit_test(budget_ends),
		cmocka_unit_test(no_anchor),
	};
	return cmocka_run_group_tests(tests, chain_setup, chain_teardown);
}
