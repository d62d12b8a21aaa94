/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of the options of a policy, and what each of them takes. */
#include "scanner/policy_options.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "scanner/policy_values.h"
#include "validate/wire/limits.h"

#define MINUTE 60u
#define HOUR (60u * MINUTE)
#define DAY (24u * HOUR)
#define YEAR (365u * DAY)

#define AT(member) offsetof(struct policy, member)
#define RANGE(least, most) (least), (most)

static const char *const types[] = { "both-if-present", "both-strict", "single-cds", "single-cdnskey", NULL };
static const char *const digests[] = { "verbatim", "full", "augment", NULL };
static const char *const guards[] = { "off", "older", "strict", NULL };
static const char *const continuities[] = { "per-algorithm", "one-path", NULL };

#define TEXT(name, member, sentence) \
	{ name, OPTION_TEXT_VALUE, 1, sizeof(((struct policy *)0)->member) - 1, AT(member), NULL, sentence }
#define FLAG(name, member, sentence) { name, OPTION_FLAG, 0, 1, AT(member), NULL, sentence }
#define WORD(name, member, words, sentence) { name, OPTION_WORD, 0, 0, AT(member), words, sentence }
#define COUNT8(name, member, range, sentence) { name, OPTION_COUNT8, range, AT(member), NULL, sentence }
#define DURATION(name, member, range, sentence) { name, OPTION_DURATION, range, AT(member), NULL, sentence }
#define LIST(type, name, member, most, sentence) { name, type, 0, most, AT(member), NULL, sentence }
#define BRAKE(name, member, of) \
	{ name ".count", OPTION_COUNT32, 0, 1000000000, AT(member.count), NULL, \
		"So many " of " may go out in 24 hours, or more where that is less than the share; none: no brake." }, \
	{ name ".share", OPTION_SHARE, 0, 1000000, AT(member.ppm), NULL, \
		"This part of the delegations may, where it is more than the count." }

static const struct policy_option options[] = {
	TEXT("name", name, "What decisions call this policy."),
	TEXT("source", source, "What it imitates, and as of when."),
	WORD("types", rules.types, types,
		"Which of CDS and CDNSKEY are read: both, which agree where both are there; both, which are required; one."),
	WORD("digests", rules.digests, digests,
		"Digests of the new DS set: those of CDS; SHA-256 of each key; those of CDS and SHA-256 of each key."),
	WORD("continuity", rules.continuity, continuities,
		"What has to work at every server with the new DS set: each of its algorithms, or one."),
	COUNT8("max-records", rules.max_records, RANGE(1, LIMIT_CDS), "CDS or CDNSKEY records of one answer that are taken."),
	COUNT8("max-keys", rules.max_keys, RANGE(1, LIMIT_DNSKEY), "Keys of one request that are taken."),
	DURATION("warn-signature-left", rules.warn_signature_left_s, RANGE(0, YEAR),
		"A warning where signatures of the DNSKEY set end sooner; 0s: in a day, and before a new DS set has spread."),
	WORD("replay-guard", replay_guard, guards,
		"What is refused as played back: nothing; what is older than other signatures of its key; also what is not what was seen last, until it is signed after that."),
	FLAG("manual-change-guard", guard_manual_change, "Signatures older than the last change by hand are refused."),
	DURATION("min-interval", min_interval_s, RANGE(0, YEAR), "Between two accepted changes of a child."),
	FLAG("delete.allowed", rules.delete_allowed, "A child may ask for the removal of its DS set."),
	FLAG("delete.requires-both", rules.delete_requires_both, "It has to ask in CDS and in CDNSKEY."),
	DURATION("delete.max-hold", delete_hold_max_s, RANGE(0, YEAR), "A removal waits at most so long for a silent server."),
	LIST(OPTION_METHODS, "bootstrap.methods", bootstrap, POLICY_METHODS,
		"How a first DS set is accepted, in this order; none: not at all."),
	FLAG("bootstrap.requires-all-servers", requires_all_servers,
		"No silent server is left out of the vote on a first DS set, unless RFC 9615 proves it."),
	FLAG("bootstrap.fall-back-absent", rules.bootstrap.fall_back_absent,
		"Where RFC 9615 has no signals, or no signed ones, the next method may accept."),
	FLAG("bootstrap.fall-back-incomplete", rules.bootstrap.fall_back_incomplete,
		"Where only some signals are there, and agree, the next method may accept."),
	DURATION("bootstrap.delay", bootstrap.delay_s, RANGE(1, YEAR), "Acceptance after a delay (RFC 8078 section 3.3): the request has been seen unchanged for so long."),
	{ "bootstrap.min-checks", OPTION_COUNT16, 1, 1000, AT(bootstrap.min_checks), NULL,
		"So many checks have confirmed it; those that a notification or a retry began do not count." },
	DURATION("bootstrap.min-spacing", bootstrap.min_spacing_s, RANGE(1, YEAR), "A check that is nearer to the last one that counted does not count."),
	DURATION("bootstrap.max-gap", bootstrap.max_gap_s, RANGE(1, YEAR), "A longer gap between two checks makes it begin again."),
	DURATION("bootstrap.settled", bootstrap.settled_s, RANGE(0, YEAR),
		"Extra checks (RFC 8078 section 3.2): no change of NS set, registrar or DS set by hand for so long."),
	DURATION("bootstrap.confirmation", bootstrap.confirmation_s, RANGE(1, YEAR),
		"A request that nobody confirms, or that does not meet its challenge (RFC 8078 section 3.4), lapses after so long."),
	LIST(OPTION_ANCHORS, "bootstrap.anchors", rules.bootstrap, LIMIT_ROOT_ANCHORS,
		"DS records of the root, where chains of signaling zones begin."),
	COUNT8("vantage-required", rules.bootstrap.vantages, RANGE(1, LIMIT_VANTAGES),
		"Vantages that have to see the same request for a first DS set, unless RFC 9615 proves it."),
	FLAG("locks.registry", respect_registry_lock, "Nothing changes under a registry lock."),
	FLAG("locks.registrar", respect_registrar_lock, "Nothing changes under a registrar lock."),
	LIST(OPTION_DURATIONS, "unreachable.retry", retry_count, POLICY_RETRIES,
		"When a silent server is asked again, each time since the last failure, before it is left out of the vote."),
	DURATION("unreachable.drop-after", drop_after_s, RANGE(0, YEAR), "It has been silent for so long, too."),
	DURATION("ttl.change", ttl.change_s, RANGE(0, 15 * MINUTE),
		"TTL of a DS set after a change, from 5m, for registries that can set it; 0s: left alone."),
	DURATION("ttl.hold", ttl.hold_s, RANGE(0, YEAR), "It stays so long, and until the former TTL has run out."),
	DURATION("changes.max-age", change_max_age_s, RANGE(0, YEAR), "A change is exported only while younger; 0s: never."),
	DURATION("changes.late-after", change_late_after_s, RANGE(0, YEAR),
		"A change that has left and that the parent does not show so long after is late: it is told, not sent again."),
	BRAKE("brakes.delete", brakes[BRAKE_DELETE], "removals of a parent"),
	BRAKE("brakes.bootstrap", brakes[BRAKE_BOOTSTRAP], "first DS sets of a parent"),
	BRAKE("brakes.update", brakes[BRAKE_UPDATE], "other changes of a parent"),
	BRAKE("operator-brakes.delete", operator_brakes[BRAKE_DELETE], "removals at the same name servers"),
	BRAKE("operator-brakes.bootstrap", operator_brakes[BRAKE_BOOTSTRAP], "first DS sets at the same name servers"),
	BRAKE("operator-brakes.update", operator_brakes[BRAKE_UPDATE], "other changes at the same name servers"),
	LIST(OPTION_FREEZES, "freezes", freeze_count, POLICY_FREEZES, "Every week in UTC: no change goes out, the walk goes on."),
	COUNT8("notices.repeats", notices.repeats, RANGE(0, 100), "Notices in a row about one condition; 0: none at all."),
	DURATION("notices.again", notices.again_s, RANGE(0, YEAR), "Between them; twice as long each time afterwards."),
	DURATION("notices.registrant-after", notices.registrant_after_s, RANGE(0, YEAR),
		"The registrant hears of what has lasted so long."),
};
#define OPTIONS (sizeof(options) / sizeof(options[0]))

const struct policy_option *policy_options(size_t *count)
{
	*count = OPTIONS;
	return options;
}

const struct policy_option *policy_option_find(const char *name)
{
	for (size_t i = 0; i < OPTIONS; i++) {
		if (strcmp(options[i].name, name) == 0) {
			return &options[i];
		}
	}
	return NULL;
}

bool policy_option_is_list(const struct policy_option *o)
{
	return o->type == OPTION_METHODS || o->type == OPTION_DURATIONS || o->type == OPTION_FREEZES
		|| o->type == OPTION_ANCHORS;
}

/* ---- what it takes */

static size_t add_words(char *text, size_t room, const char *const *words)
{
	size_t used = 0;
	for (size_t i = 0; words[i] != NULL && used < room; i++) {
		const char *between = i == 0 ? "" : words[i + 1] == NULL ? " or " : ", ";
		used += (size_t)snprintf(text + used, room - used, "%s%s", between, words[i]);
	}
	return used;
}

void policy_option_range(const struct policy_option *o, char text[OPTION_RANGE])
{
	char least[DURATION_TEXT];
	char most[DURATION_TEXT];
	switch (o->type) {
	case OPTION_TEXT_VALUE:
		snprintf(text, OPTION_RANGE, "1 to %" PRIu32 " printable ASCII characters", o->most);
		break;
	case OPTION_FLAG:
		snprintf(text, OPTION_RANGE, "yes or no");
		break;
	case OPTION_WORD:
		(void)add_words(text, OPTION_RANGE, o->words);
		break;
	case OPTION_COUNT8:
	case OPTION_COUNT16:
		snprintf(text, OPTION_RANGE, "%" PRIu32 " to %" PRIu32, o->least, o->most);
		break;
	case OPTION_COUNT32:
		snprintf(text, OPTION_RANGE, "%" PRIu32 " to %" PRIu32 ", or none", o->least, o->most);
		break;
	case OPTION_DURATION:
		value_duration_text(o->least, least);
		value_duration_text(o->most, most);
		snprintf(text, OPTION_RANGE, "%s to %s", least, most);
		break;
	case OPTION_SHARE:
		snprintf(text, OPTION_RANGE, "0%% to 100%%");
		break;
	case OPTION_METHODS: {
		int used = snprintf(text, OPTION_RANGE, "a list of ");
		(void)add_words(text + used, OPTION_RANGE - (size_t)used, value_methods);
		break;
	}
	case OPTION_DURATIONS:
		snprintf(text, OPTION_RANGE, "a list of up to %" PRIu32 ", such as 5m", o->most);
		break;
	case OPTION_FREEZES:
		snprintf(text, OPTION_RANGE, "a list of up to %" PRIu32 ", such as fri 18:00-mon 06:00", o->most);
		break;
	case OPTION_ANCHORS:
		snprintf(text, OPTION_RANGE, "a list of up to %" PRIu32 ", such as 20326 8 2 E06D44...", o->most);
		break;
	}
}
