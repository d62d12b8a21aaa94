/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signals that do not confirm a request, and why. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/unit/signaling_cases.h"
#include "validate/wire/message.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define L63 "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijk"

static void one_key_more(struct chain_rrset *r) { r->data = "A B"; }
static void deleting(struct chain_rrset *r) { r->data = "delete"; }
static void not_signed(struct chain_rrset *r) { r->by = ""; }
static void expired(struct chain_rrset *r) { r->when = WHEN_EXPIRED; }
static void early(struct chain_rrset *r) { r->when = WHEN_FUTURE; }
static void corrupt(struct chain_rrset *r) { r->when = WHEN_CORRUPT; }
static void foreign(struct chain_rrset *r) { r->when = WHEN_FOREIGN_SIGNER; }
static void of_wildcard(struct chain_rrset *r) { r->when = WHEN_LABELS; }
static void by_other_key(struct chain_rrset *r) { r->by = "B"; }

static void both_gone(struct scene *s) { scene_each(s, ONE, rrset_gone); scene_each(s, TWO, rrset_gone); }
static void both_gone_nsec3(struct scene *s) { both_gone(s); s->zones[OPERATOR].denial = CHAIN_NSEC3; }
static void both_gone_compact(struct scene *s) { both_gone(s); s->zones[OPERATOR].denial = CHAIN_COMPACT; }
static void others_there(struct scene *s)	/* the signaling domains exist, so the chain does not say all */
{
	both_gone(s);
	chain_add(&s->zones[OPERATOR], "_dsboot.other.ch._signal.ns1.example.net.", TYPE_CDS, "A");
	chain_add(&s->zones[OPERATOR], "_dsboot.other.ch._signal.ns2.example.net.", TYPE_CDS, "A");
}
static void others_there_nsec3(struct scene *s) { others_there(s); s->zones[OPERATOR].denial = CHAIN_NSEC3; }
static void others_there_opt_out(struct scene *s) { others_there(s); s->zones[OPERATOR].denial = CHAIN_OPT_OUT; }
static void one_gone(struct scene *s) { scene_each(s, TWO, rrset_gone); }
static void one_gone_first(struct scene *s) { scene_each(s, ONE, rrset_gone); }
static void one_type_gone(struct scene *s) { rrset_gone(scene_at(s, TWO, TYPE_CDNSKEY)); }
static void one_differs(struct scene *s) { scene_each(s, TWO, rrset_of_other_key); }
static void all_differ(struct scene *s) { scene_each(s, ONE, rrset_of_other_key); scene_each(s, TWO, rrset_of_other_key); }
static void one_has_more(struct scene *s) { scene_each(s, TWO, one_key_more); }
static void one_has_digest(struct scene *s) { scene_at(s, TWO, TYPE_CDS)->data = "A A:4"; }
static void one_deletes(struct scene *s) { scene_each(s, TWO, deleting); }
static void apex_has_less(struct scene *s) { s->servers[0].cdnskey = s->servers[1].cdnskey = NULL; }
static void apex_differs(struct scene *s) { s->servers[1].cds = "A:4"; }
static void gone_and_differs(struct scene *s) { scene_each(s, ONE, rrset_gone); scene_each(s, TWO, rrset_of_other_key); }
static void not_asked(struct scene *s)
{
	for (size_t i = 0; i < 2; i++) {
		for (size_t t = 0; t < 2; t++) {
			s->evidence.signals[i].answers[t] = (struct evidence_answer){ .status = EVIDENCE_NOT_ASKED };
		}
	}
}
static void both_inside(struct scene *s) { rename_inside(s); scene_rename(s, 0, "example.ch."); }
static void too_long(struct scene *s) { scene_rename(s, 1, L63 "." L63 "." L63 "." "abcdefghijklmnopqrstuvwxyz.example.net."); }
static void plain_zone(struct scene *s)
{
	scene_rename(s, 1, "ns.plain.net.");
	s->evidence.signals[1].answers[0] = (struct evidence_answer){ .status = EVIDENCE_NOT_ASKED };
	s->evidence.signals[1].answers[1] = (struct evidence_answer){ .status = EVIDENCE_NOT_ASKED };
}
static void plain_operator(struct scene *s)
{
	*chain_find(&s->zones[NET], "example.net.", TYPE_DS) =
		(struct chain_rrset){ "example.net.", TYPE_NS, "ns1.example.net.", "", WHEN_VALID };
}
static void plain_silent(struct scene *s) { plain_operator(s); both_gone(s); }
static void plain_cds(struct scene *s)
{
	plain_operator(s);
	rrset_gone(scene_at(s, ONE, TYPE_CDNSKEY));
	rrset_gone(scene_at(s, TWO, TYPE_CDNSKEY));
}
static void plain_single(struct scene *s) { plain_silent(s); s->rules.types = TYPES_SINGLE_CDS; }
static void plain_of_its_own(struct scene *s)
{
	s->zones[MORE] = (struct chain_zone){ .name = "plain.net.", .keys = "E", .keys_by = "", .by = "", .denial = CHAIN_BARE };
}
static void plain_host(struct scene *s) { scene_rename(s, 1, "ns.plain.net."); }
static void one_nodata(struct scene *s) { one_gone(s); chain_add(&s->zones[OPERATOR], TWO, TYPE_A, "c0000208"); }
static void plain_nodata(struct scene *s)
{
	plain_silent(s);
	chain_add(&s->zones[OPERATOR], ONE, TYPE_A, "c0000208");
	chain_add(&s->zones[OPERATOR], TWO, TYPE_A, "c0000208");
}
static uint8_t *link_octets(struct scene *s)
{
	struct evidence_answer *a = &s->evidence.signals[1].links[3].answer;
	uint8_t *copy = arena_copy(s->arena, a->octets.data, a->octets.size);
	assert_non_null(copy);
	a->octets.data = copy;
	return copy;
}
static void garbage_link(struct scene *s) { link_octets(s)[5] = 9; }
static void large_link(struct scene *s) { link_octets(s)[6] = 9; }
static void unknown_algorithm(struct scene *s) { chain_find(&s->zones[NET], "example.net.", TYPE_DS)->data = "W"; }
static void unsigned_signal(struct scene *s) { scene_each(s, TWO, not_signed); }
static void expired_signal(struct scene *s) { expired(scene_at(s, TWO, TYPE_CDNSKEY)); }
static void early_signal(struct scene *s) { early(scene_at(s, TWO, TYPE_CDS)); }
static void corrupt_signal(struct scene *s) { corrupt(scene_at(s, ONE, TYPE_CDS)); }
static void foreign_signal(struct scene *s) { foreign(scene_at(s, ONE, TYPE_CDS)); }
static void wildcard_signal(struct scene *s) { of_wildcard(scene_at(s, ONE, TYPE_CDS)); }
static void stranger_signal(struct scene *s) { by_other_key(scene_at(s, ONE, TYPE_CDS)); }
static void bogus_chain(struct scene *s) { s->zones[OPERATOR].keys_by = "Z"; }
static void bogus_tld(struct scene *s) { s->zones[NET].keys_when = WHEN_EXPIRED; }
static void no_proof(struct scene *s) { others_there(s); s->zones[OPERATOR].denial_by = ""; }
/* The second host's answers are of the operator's zone when it denied otherwise, and the links are of now. */
static void answers_denied(struct scene *s, enum chain_denial denial, const char *by)
{
	static const uint16_t types[] = { TYPE_CDS, TYPE_CDNSKEY };
	struct name name;
	struct chain_zone zone = s->zones[OPERATOR];
	zone.denial = denial;
	zone.denial_by = by;
	assert_int_equal(name_from_text(TWO, &name), 0);
	for (size_t t = 0; t < 2; t++) {
		s->evidence.signals[1].answers[t] = chain_answered(chain_answer(&zone, &name, types[t], s->arena));
	}
}
static void answers_unproven(struct scene *s) { answers_denied(s, CHAIN_NSEC, ""); }
static void answers_of_iterations(struct scene *s) { answers_denied(s, CHAIN_NSEC3_MANY, NULL); }
static void many_iterations(struct scene *s) { others_there(s); s->zones[OPERATOR].denial = CHAIN_NSEC3_MANY; }
static void no_anchor(struct scene *s) { s->rules.bootstrap.anchor_count = 0; }
static void other_anchor(struct scene *s)
{
	s->rules.bootstrap.anchor_count = 0;
	chain_anchors("E", s->arena, &s->rules.bootstrap);
}
/* An answer of the parent's server in place of that of the signaling zone (T-22, R9615-5.2-2). */
static void from_above(struct scene *s)
{
	struct name name;
	struct chain_zone net = s->zones[NET];
	chain_add(&net, ONE, TYPE_CDS, "A");
	assert_int_equal(name_from_text(ONE, &name), 0);
	s->evidence.signals[0].answers[0] = chain_answered(chain_answer(&net, &name, TYPE_CDS, s->arena));
}
static void silent(struct scene *s) { s->evidence.signals[1].answers[0].status = EVIDENCE_TIMEOUT; }
static void silent_first(struct scene *s) { s->evidence.signals[0].answers[0].status = EVIDENCE_TIMEOUT; }
static void unreachable(struct scene *s) { s->evidence.signals[1].answers[1].status = EVIDENCE_UNREACHABLE; }
static void servfail(struct scene *s) { scene_octets(s, 1, EVIDENCE_CDS)[3] |= RCODE_SERVFAIL; }
static void refused(struct scene *s) { scene_octets(s, 1, EVIDENCE_CDS)[3] |= RCODE_REFUSED; }
static void not_authoritative(struct scene *s) { scene_octets(s, 1, EVIDENCE_CDS)[2] &= 0xfb; }
static void truncated(struct scene *s) { scene_octets(s, 1, EVIDENCE_CDS)[2] |= 2; }
static void garbage(struct scene *s) { scene_octets(s, 1, EVIDENCE_CDS)[5] = 7; }
static void another_question(struct scene *s)
{
	s->evidence.signals[1].answers[0] = s->evidence.signals[0].answers[0];
}
static void another_class(struct scene *s)	/* of the question; the name is 46 octets, behind 12 of the header and a type */
{
	scene_octets(s, 1, EVIDENCE_CDS)[12 + 44 + 3] = 3;
}
static void not_looked_for(struct scene *s) { s->evidence.signal_count = 1; }
static void of_no_host(struct scene *s) { s->evidence.signals[1].host = s->evidence.host_count; }
static void chain_misses(struct scene *s) { s->evidence.signals[1].link_count--; }
static void leaf_not_asked(struct scene *s) { s->evidence.signals[1].answers[0].status = EVIDENCE_NOT_ASKED; }
static void cut_at_name(struct scene *s)
{
	struct chain_zone *z = chain_more(s->zones, TWO, "E");
	scene_each(s, TWO, rrset_gone);
	chain_add(z, TWO, TYPE_CDS, "A");
	chain_add(z, TWO, TYPE_CDNSKEY, "A");
}
static void cut_between(struct scene *s)
{
	struct chain_zone *z = chain_more(s->zones, "ch._signal.ns2.example.net.", "E");
	chain_add(z, TWO, TYPE_CDS, "A");
	chain_add(z, TWO, TYPE_CDNSKEY, "A");
}
static void cut_unsigned(struct scene *s)
{
	struct chain_zone *z = chain_more(s->zones, TWO, NULL);
	scene_each(s, TWO, rrset_gone);
	z->by = "";
	z->denial = CHAIN_BARE;
	chain_add(z, TWO, TYPE_CDS, "A");
}
/* The zone itself says that the name is a delegation. */
static void cut_denied(struct scene *s)
{
	struct name name;
	assert_int_equal(name_from_text(TWO, &name), 0);
	for (size_t t = 0; t < 2; t++) {
		s->evidence.signals[1].answers[t] =
			chain_answered(chain_answer(&s->zones[OPERATOR], &name, t == 0 ? TYPE_CDS : TYPE_CDNSKEY, s->arena));
	}
}
/* The first count of two NS records: of the signaling name, and of another name of the zone. */
static void refer(struct scene *s, bool below, size_t count)
{
	const struct name *host = &s->evidence.hosts[0].name;
	struct name name;
	uint8_t *octets = arena_alloc(s->arena, 512);
	assert_int_equal(name_from_text(TWO, &name), 0);
	struct record records[] = { { below ? &name : host, TYPE_NS, CLASS_IN, 3600, { host->octets, host->size } },
		{ host, TYPE_NS, CLASS_IN, 3600, { host->octets, host->size } } };
	const struct message_draft draft = { .question = &name, .question_type = TYPE_CDS, .count = { 0, count },
		.records = { NULL, records } };
	s->evidence.signals[1].answers[0] = chain_answered((struct slice){ octets, message_compose(&draft, octets, 512) });
}
static void referral(struct scene *s) { refer(s, true, 1); }
static void referral_and_more(struct scene *s) { refer(s, true, 2); }
static void referral_elsewhere(struct scene *s) { refer(s, false, 1); }
static void alias(struct scene *s)
{
	scene_each(s, TWO, rrset_gone);
	chain_add(&s->zones[OPERATOR], TWO, TYPE_CNAME, ONE);
}
static void alias_above(struct scene *s)
{
	scene_each(s, TWO, rrset_gone);
	chain_add(&s->zones[OPERATOR], "example.ch._signal.ns2.example.net.", TYPE_DNAME, "example.ch._signal.ns1.example.net.");
}
static void alias_of_domain(struct scene *s)
{
	scene_each(s, TWO, rrset_gone);
	chain_add(&s->zones[OPERATOR], "ns2.example.net.", TYPE_DNAME, "ns1.example.net.");
}
static void chain_of_alias(struct scene *s)
{
	struct scene other = *s;
	alias_of_domain(&other);
	scene_chain(s, other.zones);
}
static void many_signatures(struct scene *s)
{
	scene_at(s, ONE, TYPE_CDS)->by = "ZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZ";
}

/* C4, C5, C6, C7, C8, C9, C10; T-16, T-22, T-36, T-38, T-40, T-41. */
static const struct signaling_case refused_cases[] = {
	{ .label = "in-domain-only, C4, R9615-4.2-1, R9615-4.4-1, T-36", .after = both_inside, .reason = REASON_ONLY_IN_DOMAIN_NS,
		.rule = "R9615-4.2-1", .result = CHECK_FAIL },
	{ .label = "signal-absent, C5", .before = both_gone, .reason = REASON_SIGNAL_ABSENT, .rule = "R9615-4.2-5",
		.result = CHECK_FAIL },
	{ .label = "signal-absent, NSEC3", .before = both_gone_nsec3, .reason = REASON_SIGNAL_ABSENT },
	{ .label = "signal-absent, compact denial", .before = both_gone_compact, .reason = REASON_SIGNAL_ABSENT },
	{ .label = "signal-absent, others have some", .before = others_there, .reason = REASON_SIGNAL_ABSENT },
	{ .label = "signal-absent, others have some, NSEC3", .before = others_there_nsec3, .reason = REASON_SIGNAL_ABSENT },
	{ .label = "signal-absent, not asked for: the chain says so", .before = both_gone, .after = not_asked,
		.reason = REASON_SIGNAL_ABSENT },
	{ .label = "signal-absent, the zones are not secure", .before = plain_silent, .reason = REASON_SIGNAL_ABSENT },
	{ .label = "signal-absent, the zones are not secure, and the names are there", .before = plain_nodata,
		.reason = REASON_SIGNAL_ABSENT },
	{ .label = "signal-absent, the zones are not secure, one type is read", .before = plain_single,
		.reason = REASON_SIGNAL_ABSENT },
	{ .label = "signal-partial, C6, R9615-4.2-4", .before = one_gone, .reason = REASON_SIGNAL_INCOMPLETE, .rule = "R9615-4.2-5",
		.result = CHECK_FAIL },
	{ .label = "signal-one-type-missing, C6, R9615-4.2-4", .before = one_type_gone, .reason = REASON_SIGNAL_INCOMPLETE,
		.rule = "R9615-4.2-4", .result = CHECK_FAIL },
	{ .label = "signal-insecure, C7, R9615-3.1-1", .before = plain_operator, .reason = REASON_SIGNAL_INSECURE,
		.rule = "R9615-3.1-1", .result = CHECK_FAIL },
	{ .label = "signal-insecure, one of them", .after = plain_zone, .reason = REASON_SIGNAL_INSECURE },
	{ .label = "signal-insecure, one type of two", .before = plain_cds, .reason = REASON_SIGNAL_INSECURE },
	{ .label = "signal-insecure, without records, and another one is there", .before = plain_of_its_own, .after = plain_host,
		.reason = REASON_SIGNAL_INSECURE },
	{ .label = "signal-unsupported, C7, R4035-5.2-2", .before = unknown_algorithm, .reason = REASON_SIGNAL_INSECURE },
	{ .label = "left out of the proofs, R5155-8.6", .before = others_there_opt_out, .reason = REASON_SIGNAL_INSECURE },
	{ .label = "signal-bogus, C7, R9615-4.2-3", .before = corrupt_signal, .reason = REASON_SIGNAL_BOGUS, .rule = "R9615-4.2-3",
		.result = CHECK_FAIL, .says = "does not verify" },
	{ .label = "no signature, T-40", .before = unsigned_signal, .reason = REASON_SIGNAL_BOGUS,
		.says = "ns2.example.net.: RRSIG missing at the signaling name" },
	{ .label = "signal-expired", .before = expired_signal, .reason = REASON_SIGNAL_BOGUS, .says = "expired" },
	{ .label = "a signature to come", .before = early_signal, .reason = REASON_SIGNAL_BOGUS },
	{ .label = "signed for another zone", .before = foreign_signal, .reason = REASON_SIGNAL_BOGUS,
		.says = "does not verify" },
	{ .label = "signal-wildcard, T-41", .before = wildcard_signal, .reason = REASON_SIGNAL_BOGUS, .says = "made of a wildcard" },
	{ .label = "signed by a key that is not of the zone", .before = stranger_signal, .reason = REASON_SIGNAL_BOGUS,
		.says = "does not verify" },
	{ .label = "the chain is bogus, R9615-3.1-1", .before = bogus_chain, .reason = REASON_SIGNAL_BOGUS, .rule = "R9615-3.1-1",
		.result = CHECK_FAIL },
	{ .label = "the chain is bogus above", .before = bogus_tld, .reason = REASON_SIGNAL_BOGUS },
	{ .label = "absence that nobody proves", .before = no_proof, .reason = REASON_SIGNAL_BOGUS },
	{ .label = "absence that nobody proves, of the signals alone", .before = others_there, .after = answers_unproven,
		.reason = REASON_SIGNAL_BOGUS, .says = "lacks the proof" },
	{ .label = "too many iterations, R9276-3.2-1", .before = many_iterations, .reason = REASON_SIGNAL_BOGUS },
	{ .label = "too many iterations, of the signals alone", .before = others_there, .after = answers_of_iterations,
		.reason = REASON_SIGNAL_BOGUS, .rule = "R9276-3.2-1", .result = CHECK_FAIL, .says = "iterations" },
	{ .label = "no trust anchor is configured", .after = no_anchor, .reason = REASON_SIGNAL_BOGUS,
		.says = "no trust anchor of the root is configured" },
	{ .label = "another trust anchor", .after = other_anchor, .reason = REASON_SIGNAL_BOGUS },
	{ .label = "a zone above answers, R9615-5.2-2, T-22", .after = from_above, .reason = REASON_SIGNAL_BOGUS,
		.says = "signed by a zone above" },
	{ .label = "no answer, C7, R9615-4.2-3, R9615-4.2-5, T-16", .after = silent, .reason = REASON_SIGNAL_UNRESOLVABLE,
		.rule = "R9615-4.2-3", .result = CHECK_FAIL },
	{ .label = "unreachable, T-16", .after = unreachable, .reason = REASON_SIGNAL_UNRESOLVABLE },
	{ .label = "SERVFAIL, T-16", .after = servfail, .reason = REASON_SIGNAL_UNRESOLVABLE },
	{ .label = "REFUSED", .after = refused, .reason = REASON_SIGNAL_UNRESOLVABLE },
	{ .label = "signal-lame", .after = not_authoritative, .reason = REASON_SIGNAL_UNRESOLVABLE },
	{ .label = "signal-lame, without records", .before = one_gone, .after = not_authoritative,
		.reason = REASON_SIGNAL_INCOMPLETE },
	{ .label = "signal-lame, without records, and the name may be there", .before = one_nodata, .after = not_authoritative,
		.reason = REASON_SIGNAL_UNRESOLVABLE },
	{ .label = "a link that cannot be read", .after = garbage_link, .reason = REASON_SIGNAL_UNRESOLVABLE },
	{ .label = "a link with too many records", .after = large_link, .reason = REASON_SIGNAL_UNRESOLVABLE },
	{ .label = "truncated", .after = truncated, .reason = REASON_SIGNAL_UNRESOLVABLE },
	{ .label = "cannot be read", .after = garbage, .reason = REASON_SIGNAL_UNRESOLVABLE },
	{ .label = "an answer to another question", .after = another_question, .reason = REASON_SIGNAL_UNRESOLVABLE },
	{ .label = "another class", .after = another_class, .reason = REASON_SIGNAL_UNRESOLVABLE },
	{ .label = "not looked for, R9615-4.2-5", .after = not_looked_for, .reason = REASON_SIGNAL_UNRESOLVABLE,
		.says = "its signals were not looked for" },
	{ .label = "a signal of no host", .after = of_no_host, .reason = REASON_SIGNAL_UNRESOLVABLE },
	{ .label = "the chain is not complete, R9615-5.2-2", .after = chain_misses, .reason = REASON_SIGNAL_UNRESOLVABLE },
	{ .label = "not asked", .after = leaf_not_asked, .reason = REASON_SIGNAL_UNRESOLVABLE },
	{ .label = "signal-mismatch, C8, R9615-4.2-4", .before = one_differs, .reason = REASON_SIGNAL_MISMATCH, .rule = "R9615-4.2-4",
		.result = CHECK_FAIL },
	{ .label = "signal-mismatch, all of them, C8", .before = all_differ, .reason = REASON_SIGNAL_MISMATCH },
	{ .label = "a key more, C8", .before = one_has_more, .reason = REASON_SIGNAL_MISMATCH },
	{ .label = "a digest more, C8", .before = one_has_digest, .reason = REASON_SIGNAL_MISMATCH },
	{ .label = "signal-delete, C8", .before = one_deletes, .reason = REASON_SIGNAL_MISMATCH },
	{ .label = "a type that the apex has not, R9615-4.2-4", .before = apex_has_less, .reason = REASON_SIGNAL_MISMATCH },
	{ .label = "one server of the child differs, R9615-4.2-4", .before = apex_differs, .reason = REASON_SIGNAL_MISMATCH },
	{ .label = "absent at one and different at the other, C6, C8", .before = gone_and_differs, .reason = REASON_SIGNAL_MISMATCH },
	{ .label = "long-name, C9, R9615-4.4-1, T-38", .after = too_long, .reason = REASON_SIGNAL_NAME_TOO_LONG, .rule = "R9615-4.4-1",
		.result = CHECK_FAIL },
	{ .label = "signal-zonecut, C10, R9615-4.1-1", .before = cut_at_name, .reason = REASON_SIGNAL_AT_ZONE_CUT,
		.rule = "R9615-4.1-1", .result = CHECK_FAIL },
	{ .label = "a cut between, C10", .before = cut_between, .reason = REASON_SIGNAL_AT_ZONE_CUT },
	{ .label = "signal-zonecut, unsigned, C10", .before = cut_unsigned, .reason = REASON_SIGNAL_AT_ZONE_CUT },
	{ .label = "the zone proves a cut, C10, R6840-4.1-1", .before = cut_unsigned, .after = cut_denied,
		.reason = REASON_SIGNAL_AT_ZONE_CUT },
	{ .label = "a referral, C10", .after = referral, .reason = REASON_SIGNAL_AT_ZONE_CUT },
	{ .label = "a referral, and more, C10", .after = referral_and_more, .reason = REASON_SIGNAL_AT_ZONE_CUT },
	{ .label = "a referral to elsewhere", .after = referral_elsewhere, .reason = REASON_SIGNAL_UNRESOLVABLE },
	{ .label = "signal-alias, C10, U-6", .before = alias, .reason = REASON_SIGNAL_ALIAS, .rule = "C10", .result = CHECK_FAIL },
	{ .label = "DNAME above the name, C10, U-6", .before = alias_above, .reason = REASON_SIGNAL_ALIAS },
	{ .label = "DNAME above the signaling domain, C10, U-6", .before = alias_of_domain, .reason = REASON_SIGNAL_ALIAS },
	{ .label = "an alias, says the chain alone, C10", .after = chain_of_alias, .reason = REASON_SIGNAL_ALIAS },
	{ .label = "an alias that the chain knows nothing of, C10", .before = alias, .after = chain_of_before,
		.reason = REASON_SIGNAL_ALIAS },
	{ .label = "too many signatures, L-DOS-1", .before = many_signatures, .reason = REASON_TOO_MANY_SIGNATURES },
};

/* What never falls back comes before what does; one fault at each of two hosts. */
static const struct signaling_pair pairs[] = {
	{ "mismatch before bogus", corrupt_signal, one_differs, NULL, REASON_SIGNAL_MISMATCH },
	{ "bogus before a cut", corrupt_signal, cut_at_name, NULL, REASON_SIGNAL_BOGUS },
	{ "bogus before silence", corrupt_signal, NULL, silent, REASON_SIGNAL_BOGUS },
	{ "bogus before incomplete", corrupt_signal, one_gone, NULL, REASON_SIGNAL_BOGUS },
	{ "silence before a name that is too long", NULL, NULL, silent, REASON_SIGNAL_UNRESOLVABLE },
	{ "a name that is too long before incomplete", NULL, NULL, too_long, REASON_SIGNAL_NAME_TOO_LONG },
	{ "bogus before a name that is too long", corrupt_signal, NULL, too_long, REASON_SIGNAL_BOGUS },
	{ "insecure before incomplete", NULL, NULL, plain_zone, REASON_SIGNAL_INSECURE },
	{ "not looked for before absent", one_gone_first, NULL, not_looked_for, REASON_SIGNAL_UNRESOLVABLE },
	{ "an alias before silence", NULL, alias, silent_first, REASON_SIGNAL_ALIAS },
};

const struct signaling_case *signaling_refused(size_t *count)
{
	*count = COUNT(refused_cases);
	return refused_cases;
}

const struct signaling_pair *signaling_pairs(size_t *count)
{
	*count = COUNT(pairs);
	return pairs;
}
