/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one list of reasons: number, token, class, EDE, who must act, source, sentence. */
/* Ranges: accept 1-19, no-op 20-39, hold 40-79, reject 80-159, error 160-189, warning 200-239.
 * Every row has a producer and a test that gets it; a row that loses its producer keeps its number reserved. */
#pragma once

#define REASON_LIST(X) \
	/* accept */ \
	X(1, ACCEPT_UPDATE, CLASS_ACCEPT, EDE_NONE, WHO_REGISTRAR, "RFC 7344 6.2", \
		"The request is proven and keeps the delegation valid; the DS set changes.") \
	X(2, ACCEPT_DELETE, CLASS_ACCEPT, EDE_NONE, WHO_REGISTRAR | WHO_TECHNICAL | WHO_REGISTRANT, "RFC 8078 4", \
		"The child asks with valid signatures to leave DNSSEC; the DS set is removed.") \
	X(3, ACCEPT_DIGEST_REFRESH, CLASS_ACCEPT, EDE_NONE, WHO_REGISTRAR, "RFC 7344 6.2.1", \
		"The keys stay; the DS records get the digests this parent computes.") \
	X(4, ACCEPT_BOOTSTRAP_AUTH, CLASS_ACCEPT, EDE_NONE, WHO_REGISTRAR | WHO_TECHNICAL | WHO_REGISTRANT, "RFC 9615 4.2", \
		"Signals of all operators outside the child, each validated from the root down, prove the request; the delegation gets its first DS set.") \
	X(5, ACCEPT_BOOTSTRAP_CHANNEL, CLASS_ACCEPT, EDE_NONE, WHO_REGISTRAR | WHO_TECHNICAL | WHO_REGISTRANT, "RFC 8078 3.1", \
		"The request was approved through an authenticated channel; the first DS set is published.") \
	X(6, ACCEPT_BOOTSTRAP_CHECKED, CLASS_ACCEPT, EDE_NONE, WHO_REGISTRAR | WHO_TECHNICAL | WHO_REGISTRANT, "RFC 8078 3.2", \
		"The delegation was settled and the request was confirmed; the first DS set is published.") \
	X(7, ACCEPT_BOOTSTRAP_DELAY, CLASS_ACCEPT, EDE_NONE, WHO_REGISTRAR | WHO_TECHNICAL | WHO_REGISTRANT, "RFC 8078 3.3", \
		"The request was there unchanged for long enough at every server; the first DS set is published.") \
	X(8, ACCEPT_BOOTSTRAP_CHALLENGE, CLASS_ACCEPT, EDE_NONE, WHO_REGISTRAR | WHO_TECHNICAL | WHO_REGISTRANT, "RFC 8078 3.4", \
		"Every server of the child has the token that was handed out; the first DS set is published.") \
	X(9, ACCEPT_BOOTSTRAP_INCEPTION, CLASS_ACCEPT, EDE_NONE, WHO_REGISTRAR | WHO_TECHNICAL | WHO_REGISTRANT, "RFC 8078 3.5", \
		"The delegation is new; its DS set is published together with it.") \
	X(10, ACCEPT_TTL_RESTORE, CLASS_ACCEPT, EDE_NONE, WHO_REGISTRAR, "DSA-4.1-2", \
		"The DS set stays; its TTL, which was lowered for a change, goes back to what it was.") \
	X(11, ACCEPT_ROLLBACK, CLASS_ACCEPT, EDE_NONE, WHO_REGISTRAR | WHO_TECHNICAL, "A-35", \
		"An operator of this program undoes a change; the DS set becomes what it was before.") \
	/* no-op */ \
	X(20, NOOP_NO_SIGNAL, CLASS_NOOP, EDE_NONE, 0, "RFC 7344 6.1.1", \
		"The child publishes neither CDS nor CDNSKEY.") \
	X(21, NOOP_IN_SYNC, CLASS_NOOP, EDE_NONE, 0, "RFC 7344 6.2", \
		"The DS set already says what the child asks for.") \
	X(22, NOOP_STATUS_QUO, CLASS_NOOP, EDE_NONE, 0, "RFC 9975 3", \
		"At least one server confirms the present state, so nothing changes; others do not agree.") \
	X(23, NOOP_DELETE_INSECURE, CLASS_NOOP, EDE_NONE, 0, "RFC 8078 4", \
		"The child asks to remove a DS set that is not there.") \
	X(24, NOOP_CHANGE_PENDING, CLASS_NOOP, EDE_NONE, 0, "A-31", \
		"The same change is already on its way to the registry.") \
	/* hold */ \
	X(40, HOLD_UNREACHABLE, CLASS_HOLD, 22, WHO_OPERATOR, "RFC 9975 3", \
		"A name server of the delegation gave no usable answer, or could not be looked up; it is tried again before it is left out.") \
	X(41, HOLD_BOGUS_SERVER, CLASS_HOLD, 6, WHO_OPERATOR | WHO_TECHNICAL, "RFC 9975 3", \
		"Some, but not all, servers answer with data that does not validate.") \
	X(42, INCONSISTENT_KEYS, CLASS_HOLD, 0, WHO_OPERATOR | WHO_TECHNICAL, "RFC 9975 3.1", \
		"The servers of the child ask for different keys.") \
	X(43, INCONSISTENT_PRESENCE, CLASS_HOLD, 0, WHO_OPERATOR | WHO_TECHNICAL, "RFC 9975 3.1", \
		"Some servers of the child publish the request, others have no such record.") \
	X(44, INCONSISTENT_DELETE, CLASS_HOLD, 0, WHO_OPERATOR | WHO_TECHNICAL, "RFC 9975 3.1", \
		"Some servers of the child ask for removal of the DS set, others do not.") \
	X(45, CDS_CDNSKEY_MISMATCH, CLASS_HOLD, 0, WHO_OPERATOR | WHO_TECHNICAL, "RFC 7344 4", \
		"CDS and CDNSKEY of the child do not name the same keys.") \
	X(46, DELETE_TYPE_MISMATCH, CLASS_HOLD, 0, WHO_OPERATOR | WHO_TECHNICAL, "RFC 9975 3.1", \
		"The removal request is in one of CDS and CDNSKEY only.") \
	X(47, STALE_INPUT, CLASS_HOLD, EDE_NONE, 0, "A-32", \
		"The NS or DS set of the delegation changed while the child was asked.") \
	X(48, STALE_EVIDENCE, CLASS_HOLD, EDE_NONE, 0, "A-30", \
		"What was seen is too old to act on, or was not seen in one round; the child has to be asked again.") \
	X(49, DENIAL_UNPROVEN, CLASS_HOLD, 12, WHO_OPERATOR, "RFC 4035 5.4", \
		"The absence of CDS or CDNSKEY in a signed zone comes without proof.") \
	X(50, NSEC3_ITERATIONS, CLASS_HOLD, 27, WHO_OPERATOR, "RFC 9276 3.2", \
		"The proof of absence uses more NSEC3 iterations than are computed here.") \
	X(51, REPLAY_OLDER, CLASS_HOLD, 0, WHO_OPERATOR, "RFC 7344 6.2", \
		"The signatures are older than those of the request accepted last.") \
	X(52, HOLD_FAMILY_UNASKED, CLASS_HOLD, EDE_NONE, WHO_PARENT, "A-08", \
		"The child has servers of an address family that is not available here, so not all were asked.") \
	X(53, HOLD_DS_UNKNOWN, CLASS_HOLD, EDE_NONE, WHO_PARENT, "A-09", \
		"The source does not tell whether the delegation has a DS set.") \
	X(54, BUDGET_EXHAUSTED, CLASS_HOLD, 0, WHO_OPERATOR, "L-DOS-1", \
		"To ask and check this child takes more work than is done for one; fewer addresses, or servers that share their signatures, need less.") \
	X(55, TOO_MANY_SIGNATURES, CLASS_HOLD, 0, WHO_OPERATOR, "L-DOS-1", \
		"The records of the child carry more signatures than are tried.") \
	X(56, KEY_TAG_COLLISIONS, CLASS_HOLD, 0, WHO_OPERATOR, "L-DOS-1", \
		"More keys of the child have the same key tag than are told apart.") \
	X(57, SIGNAL_ABSENT, CLASS_HOLD, EDE_NONE, WHO_OPERATOR, "RFC 9615 4.2", \
		"No operator of the child confirms the request in a signaling zone.") \
	X(58, ONLY_IN_DOMAIN_NS, CLASS_HOLD, EDE_NONE, WHO_OPERATOR, "RFC 9615 4.2", \
		"All name servers have names in the child itself, so no signaling zone can confirm the request.") \
	X(59, SIGNAL_NAME_TOO_LONG, CLASS_HOLD, EDE_NONE, WHO_OPERATOR, "RFC 9615 4.4", \
		"The names of the child and of a name server are together too long for a signaling name.") \
	X(60, SIGNAL_INSECURE, CLASS_HOLD, 6, WHO_OPERATOR, "RFC 9615 3.1", \
		"A signaling zone is not signed, or not from the root down.") \
	X(61, SIGNAL_BOGUS, CLASS_HOLD, 6, WHO_OPERATOR, "RFC 9615 4.2", \
		"A signal, or the way from the root to it, does not validate.") \
	X(62, SIGNAL_UNRESOLVABLE, CLASS_HOLD, 22, WHO_OPERATOR, "RFC 9615 4.2", \
		"There is no usable answer about a signal.") \
	X(63, SIGNAL_AT_ZONE_CUT, CLASS_HOLD, 24, WHO_OPERATOR, "RFC 9615 4.1", \
		"There is a zone cut between a signaling domain and the signaling name.") \
	X(64, SIGNAL_ALIAS, CLASS_HOLD, 24, WHO_OPERATOR, "C10", \
		"A signaling name is an alias, or lies below one.") \
	X(65, APEX_INCOMPLETE, CLASS_HOLD, 22, WHO_OPERATOR, "RFC 9615 4.2", \
		"Not every server of the child was received, so signals of its operators prove nothing yet.") \
	X(66, BOOTSTRAP_UNPROVEN, CLASS_HOLD, 14, WHO_OPERATOR, "RFC 8078 3", \
		"A first DS set is asked for and would be valid, but nothing proves yet that the owner of the child wants it.") \
	X(67, HOLD_DELAY_STARTED, CLASS_HOLD, 14, WHO_TECHNICAL, "RFC 8078 3.3", \
		"A first DS set is asked for; it is accepted once the request has stayed unchanged for long enough.") \
	X(68, HOLD_DELAY_RUNNING, CLASS_HOLD, 14, 0, "RFC 8078 3.3", \
		"The request for a first DS set is unchanged, but has not been there for long enough.") \
	X(69, HOLD_DELAY_RESET, CLASS_HOLD, 14, WHO_TECHNICAL, "RFC 8078 3.3", \
		"The request for a first DS set or its delegation changed, or was not seen for too long; the delay begins again.") \
	X(70, HOLD_CONFIRMATION, CLASS_HOLD, 14, WHO_TECHNICAL, "RFC 8078 3.2", \
		"The request for a first DS set waits for a confirmation, or for the delegation to settle.") \
	X(71, HOLD_CHALLENGE, CLASS_HOLD, 14, WHO_TECHNICAL, "RFC 8078 3.4", \
		"The request for a first DS set waits for the token that was handed out to be seen at every server of the child.") \
	X(72, HOLD_SUSPENDED, CLASS_HOLD, 18, 0, "DSA-7.1-3", \
		"The DS set was removed by somebody else; nothing is done by itself before there is one again.") \
	X(73, HOLD_RATE_LIMITED, CLASS_HOLD, 15, 0, "RFC 7344 6.1", \
		"The DS set was changed too short a time ago.") \
	X(74, HOLD_FREEZE, CLASS_HOLD, EDE_NONE, 0, "A-30", \
		"No change goes out while a freeze of the policy is on; after it the child is asked again.") \
	X(75, HOLD_OPERATOR, CLASS_HOLD, EDE_NONE, 0, "A-36", \
		"An operator of this program holds the child.") \
	X(76, HOLD_ROLLED_BACK, CLASS_HOLD, 18, WHO_OPERATOR | WHO_TECHNICAL, "A-35", \
		"This DS set was undone by an operator of this program; it is not published again before the child asks for another one.") \
	X(77, HOLD_BASELINE, CLASS_HOLD, EDE_NONE, WHO_PARENT, "A-33", \
		"The store is new or was restored: changes are only recorded until an operator accepts them as its baseline.") \
	X(78, BRAKE_ENGAGED, CLASS_HOLD, EDE_NONE, WHO_PARENT, "A-34", \
		"More children than the policy allows would change at once; an operator has to look before any of them does.") \
	X(79, LOCKED, CLASS_HOLD, 18, WHO_REGISTRAR | WHO_TECHNICAL, "DSA-6.1", \
		"The domain is locked, and the policy respects that lock.") \
	/* reject */ \
	X(80, SIGNER_NOT_IN_DS, CLASS_REJECT, 6, WHO_OPERATOR | WHO_TECHNICAL, "RFC 7344 4.1", \
		"The request is not signed by a key that the present DS set refers to.") \
	X(81, RRSIG_MISSING, CLASS_REJECT, 10, WHO_OPERATOR | WHO_TECHNICAL, "RFC 4035 5.3.1", \
		"The request carries no signature.") \
	X(82, RRSIG_EXPIRED, CLASS_REJECT, 7, WHO_OPERATOR | WHO_TECHNICAL, "RFC 4035 5.3.1", \
		"The signature has expired.") \
	X(83, RRSIG_NOT_YET_VALID, CLASS_REJECT, 8, WHO_OPERATOR | WHO_TECHNICAL, "RFC 4035 5.3.1", \
		"The signature is not valid yet.") \
	X(84, RRSIG_BOGUS, CLASS_REJECT, 6, WHO_OPERATOR | WHO_TECHNICAL, "RFC 4035 5.3", \
		"The signature does not verify.") \
	X(85, DNSKEY_MISSING, CLASS_REJECT, 9, WHO_OPERATOR | WHO_TECHNICAL | WHO_REGISTRANT, "RFC 4035 5.2", \
		"The zone has no DNSKEY that the present DS set refers to.") \
	X(86, CHILD_BOGUS, CLASS_REJECT, 6, WHO_OPERATOR | WHO_TECHNICAL | WHO_REGISTRANT, "RFC 4035 5.2", \
		"The zone does not validate under the present DS set.") \
	X(87, CONTINUITY_NO_PATH, CLASS_REJECT, 6, WHO_OPERATOR | WHO_TECHNICAL, "RFC 7344 4.1", \
		"With the requested DS set the zone would not validate.") \
	X(88, CONTINUITY_ALGORITHM, CLASS_REJECT, 6, WHO_OPERATOR | WHO_TECHNICAL, "RFC 4035 2.2", \
		"An algorithm of the requested DS set does not sign the zone.") \
	X(89, CONTINUITY_SERVER, CLASS_REJECT, 6, WHO_OPERATOR | WHO_TECHNICAL, "RFC 7344 4.1", \
		"With the requested DS set the zone would validate on some of its servers only.") \
	X(90, CONTINUITY_DIGEST, CLASS_REJECT, 6, WHO_OPERATOR | WHO_TECHNICAL, "L-CONT-8", \
		"A validator that looks at one digest type only would find no path in the requested DS set.") \
	X(91, ALGORITHM_FORBIDDEN, CLASS_REJECT, 1, WHO_OPERATOR | WHO_TECHNICAL, "RFC 9904", \
		"The request has a key of an algorithm for which no new DS may be made.") \
	X(92, ALGORITHM_UNSUPPORTED, CLASS_REJECT, 1, WHO_OPERATOR | WHO_TECHNICAL, "DSA-4.2.1", \
		"Only algorithms that validators cannot be expected to support would lead to the zone.") \
	X(93, DIGEST_UNUSABLE_FOR_KEY, CLASS_REJECT, 2, WHO_OPERATOR | WHO_TECHNICAL, "RFC 9975 3.1", \
		"A requested key has no digest that may be published.") \
	X(94, KEY_REVOKED, CLASS_REJECT, 24, WHO_OPERATOR | WHO_TECHNICAL, "RFC 5011 2.1", \
		"The request names a revoked key.") \
	X(95, KEY_NOT_ZONE, CLASS_REJECT, 11, WHO_OPERATOR | WHO_TECHNICAL, "RFC 4034 2.1.1", \
		"The request names a key without the Zone Key flag.") \
	X(96, KEY_BAD_PROTOCOL, CLASS_REJECT, 24, WHO_OPERATOR | WHO_TECHNICAL, "RFC 4034 2.1.2", \
		"The request names a key whose protocol field is not 3.") \
	X(97, MALFORMED_DELETE, CLASS_REJECT, 24, WHO_OPERATOR | WHO_TECHNICAL, "RFC 8078 4", \
		"The request has algorithm 0 but is not exactly the removal request.") \
	X(98, MALFORMED_RDATA, CLASS_REJECT, 24, WHO_OPERATOR | WHO_TECHNICAL, "RFC 7344 3", \
		"The request has a record that is not well formed.") \
	X(99, TOO_MANY_RECORDS, CLASS_REJECT, 28, WHO_OPERATOR | WHO_TECHNICAL, "A-15", \
		"The request has more records or keys than are accepted.") \
	X(100, WRONG_OWNER, CLASS_REJECT, 24, WHO_OPERATOR | WHO_TECHNICAL, "RFC 7344 4.1", \
		"The server answers with records of another name than the one asked for.") \
	X(101, CNAME_AT_APEX, CLASS_REJECT, 24, WHO_OPERATOR | WHO_TECHNICAL, "RFC 2181 10.1", \
		"A server answers for the apex of the child with an alias.") \
	X(102, NXDOMAIN_AT_APEX, CLASS_REJECT, 20, WHO_OPERATOR | WHO_TECHNICAL, "L-RESP", \
		"A server of the child says that the child does not exist.") \
	X(103, TYPE_NOT_ACCEPTED, CLASS_REJECT, 21, WHO_OPERATOR, "RFC 7344 6", \
		"The child publishes only the record type that this parent does not read.") \
	X(104, DELETE_NOT_PERMITTED, CLASS_REJECT, 28, 0, "RFC 8078 2.1", \
		"The policy does not remove DS sets on request of the child.") \
	X(105, BOOTSTRAP_DISABLED, CLASS_REJECT, 28, 0, "RFC 8078 3", \
		"The delegation has no DS set, and bootstrapping is not enabled.") \
	X(106, CURRENT_DS_UNSUPPORTED, CLASS_REJECT, 1, WHO_REGISTRAR | WHO_PARENT, "A-09", \
		"The present DS set uses only digests or algorithms that cannot be verified here.") \
	X(107, CONTINUITY_SIGNATURE_LIFETIME, CLASS_REJECT, 7, WHO_OPERATOR | WHO_TECHNICAL, "L-CONT-4", \
		"The signature by which the requested DS set would lead to the zone has expired.") \
	X(108, TOO_MANY_KEYS, CLASS_REJECT, 28, WHO_OPERATOR | WHO_TECHNICAL, "L-DOS-1", \
		"The DNSKEY sets of the child have more keys than are looked at.") \
	X(109, SIGNAL_MISMATCH, CLASS_REJECT, 0, WHO_OPERATOR, "RFC 9615 4.2", \
		"A signaling zone says something else than the child itself.") \
	X(110, SIGNAL_INCOMPLETE, CLASS_REJECT, 0, WHO_OPERATOR, "RFC 9615 4.2", \
		"Some signaling zones of the name servers confirm the request, others do not.") \
	X(111, DELAY_CANCELLED, CLASS_REJECT, 0, WHO_TECHNICAL, "RFC 8078 3.3", \
		"The request for a first DS set is gone or contradicts itself; its delay has ended without effect.") \
	X(112, REJECT_OPTED_OUT, CLASS_REJECT, 18, 0, "A-36", \
		"The domain has opted out of changes by CDS and CDNSKEY.") \
	X(113, REJECT_REGISTRAR_AUTOMATES, CLASS_REJECT, 28, 0, "DSA-7.1-5", \
		"The registrar changes the DS sets of its domains by itself.") \
	X(114, REJECT_REGISTRAR_NO_DNSSEC, CLASS_REJECT, 28, 0, "DSA-7.1-5", \
		"The registrar has no way to take DNSSEC off again, so it is not switched on.") \
	X(115, REJECT_CANCELLED, CLASS_REJECT, 18, 0, "RFC 8078 5", \
		"This request for a first DS set was cancelled.") \
	X(116, REJECT_CONFIRMATION, CLASS_REJECT, 18, 0, "RFC 8078 3.2", \
		"Nobody confirmed the request for a first DS set in time.") \
	X(117, REJECT_CHALLENGE_EXPIRED, CLASS_REJECT, 18, WHO_TECHNICAL, "RFC 8078 3.4", \
		"The token that was handed out was not seen at every server of the child in time.") \
	/* error */ \
	X(160, NO_USABLE_SERVER, CLASS_ERROR, 22, WHO_OPERATOR | WHO_TECHNICAL, "RFC 9975 3", \
		"No name server of the delegation gave a usable answer.") \
	X(161, NS_ADDRESS_BOGUS, CLASS_ERROR, 23, WHO_OPERATOR, "RFC 9975 3", \
		"The addresses of a name server do not validate.") \
	X(162, NS_NO_ADDRESS, CLASS_ERROR, 23, WHO_OPERATOR, "RFC 9975 3", \
		"A name server of the delegation has no address.") \
	X(163, NS_ALIAS, CLASS_ERROR, 23, WHO_OPERATOR, "RFC 2181 10.3", \
		"A name server of the delegation is an alias.") \
	X(164, NS_ADDRESS_SPECIAL_PURPOSE, CLASS_ERROR, 23, WHO_OPERATOR, "RFC 6890", \
		"A name server of the delegation has an address of a special-purpose range; it is not asked.") \
	X(165, INTERNAL_ERROR, CLASS_ERROR, EDE_NONE, WHO_PARENT, "-", \
		"This program failed; nothing can be said of the child.") \
	X(166, CLOCK_UNSAFE, CLASS_ERROR, EDE_NONE, WHO_PARENT, "T-26", \
		"The clock of this program went back; no time is counted before it has caught up, or an operator releases the child.") \
	X(167, APPLY_CONFLICT, CLASS_ERROR, EDE_NONE, WHO_PARENT, "A-32", \
		"The system of the registry has another DS or NS set than the change was decided for; nothing was overwritten.") \
	X(168, APPLY_FAILED, CLASS_ERROR, EDE_NONE, WHO_PARENT, "A-32", \
		"The system of the registry refused the change; somebody has to look before it is tried again.") \
	X(169, APPLY_LATE, CLASS_ERROR, EDE_NONE, WHO_PARENT, "A-31", \
		"The change has left, and the parent does not show it for longer than it may take; it is not sent again by itself.") \
	X(170, APPLY_LOST, CLASS_ERROR, EDE_NONE, WHO_PARENT, "A-31", \
		"The change was handed over without an answer, or somebody said that it did not arrive, and the parent does not show it.") \
	/* warning */ \
	X(200, WARN_SERVER_DROPPED, CLASS_WARNING, 22, WHO_OPERATOR, "RFC 9975 3", \
		"A name server that stays silent, or cannot be looked up, was left out.") \
	X(201, WARN_DELETE_SINGLE_TYPE, CLASS_WARNING, EDE_NONE, WHO_OPERATOR, "A-13", \
		"The removal request is in one of CDS and CDNSKEY only.") \
	X(202, WARN_TYPE_SINGLE, CLASS_WARNING, EDE_NONE, WHO_OPERATOR, "RFC 7344 4", \
		"The child publishes only one of CDS and CDNSKEY.") \
	X(203, WARN_DIGEST_IGNORED, CLASS_WARNING, EDE_NONE, WHO_OPERATOR, "RFC 9904 4", \
		"A digest of the request is not published.") \
	X(204, WARN_KEY_NOT_PUBLISHED, CLASS_WARNING, EDE_NONE, WHO_OPERATOR, "RFC 8078 3.1", \
		"The request has a stand-by key that is not in the DNSKEY set.") \
	X(205, WARN_NON_SEP, CLASS_WARNING, EDE_NONE, 0, "RFC 4034 2.1.1", \
		"The request has a key without the SEP flag.") \
	X(206, WARN_SIGNATURE_LIFETIME, CLASS_WARNING, 7, WHO_OPERATOR, "L-CONT-4", \
		"The signatures of the DNSKEY set end soon; unless they are renewed the zone stops to validate.") \
	X(207, DRIFT_DS_UNUSABLE, CLASS_WARNING, 6, WHO_OPERATOR | WHO_TECHNICAL | WHO_REGISTRANT, "DSA-4.2.1-2", \
		"The present DS set does not lead to the zone on all of its servers; it stays as it is.") \
	X(208, DRIFT_ALGORITHM_DEPRECATED, CLASS_WARNING, 1, WHO_OPERATOR | WHO_TECHNICAL | WHO_REGISTRANT, "DSA-4.2.1-2", \
		"Every record of the present DS set has a deprecated algorithm or digest, or one that validators need not support.") \
	X(209, WARN_NS_MISMATCH, CLASS_WARNING, EDE_NONE, WHO_OPERATOR | WHO_REGISTRANT, "DSA-4.2.1-2", \
		"The zone names other name servers than its delegation.") \
	X(210, WARN_ZSK_MISSING, CLASS_WARNING, 9, WHO_OPERATOR, "RFC 8901 3", \
		"The DNSKEY set of a server lacks the keys that another server signs the zone with.") \
	X(211, WARN_NS_CHANGE_RECENT, CLASS_WARNING, EDE_NONE, 0, "RFC 8078 3.2", \
		"The name servers, the registrar or the DS set of the delegation changed a short time ago.") \
	/* hold, again */ \
	X(240, OLDER_THAN_MANUAL_CHANGE, CLASS_HOLD, 0, WHO_OPERATOR, "A-05", \
		"The signatures are older than the last change by hand.") \
	X(241, VANTAGE_DISAGREE, CLASS_HOLD, 0, WHO_OPERATOR, "RFC 8078 5", \
		"The request for a first DS set is not the same from every place that the child was asked from.") \
	X(242, VANTAGE_INCOMPLETE, CLASS_HOLD, EDE_NONE, WHO_PARENT, "RFC 8078 5", \
		"From too few places all servers of the child were received; what else was seen agrees.") \
	X(243, REPLAY_NOT_NEWER, CLASS_HOLD, 0, WHO_OPERATOR, "A-45", \
		"The request is not what was seen last, and waits for a newer signature.") \
	X(244, HOLD_SOURCE_OLD, CLASS_HOLD, EDE_NONE, WHO_PARENT, "A-38", \
		"The source of the parent was too old: what was decided by it is for looking at, until a scan of a newer one confirms it.") \
	X(245, HOLD_DS_SERVED, CLASS_HOLD, EDE_NONE, WHO_PARENT, "A-31", \
		"The parent's servers serve a DS set of the child where the registry's list has none, so this is no first one.") \
	X(246, HOLD_DS_UNPROVEN, CLASS_HOLD, EDE_NONE, WHO_PARENT, "A-31", \
		"The parent's servers did not prove that they serve no DS set of the child, which a first one needs.")
