/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What must come of a story's last run. */
#include "tests/scenario/expect.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tests/scenario/notify.h"
#include "tests/scenario/words.h"

static void expect(const struct world *w, const char *word)
{
	const char *said = notify_said(w);
	const char *got = said != NULL ? said : w->decided ? reason_token(w->decision.reason) : "spoilt";
	if (strcmp(got, word) == 0) {
		return;
	}
	for (size_t i = 0; w->decided && i < w->decision.check_count; i++) {
		fprintf(stderr, "  %d %s %s\n", (int)w->decision.checks[i].result, w->decision.checks[i].rule,
			w->decision.checks[i].detail);
	}
	give_up("%s:%u: expected %s, got %s", story, line_number, word, got);
}

static void expect_warning(const struct world *w, const char *word)
{
	for (size_t i = 0; i < w->decision.warning_count; i++) {
		if (strcmp(reason_token(w->decision.warnings[i]), word) == 0) {
			return;
		}
	}
	wrong("there is no such warning", word);
}

static void expect_ds(const struct world *w, const char *words)
{
	struct ds_set wanted;
	char kept[WORDS_MAX];
	struct arena *arena = arena_new();
	ds_set_build(keep(kept, words), arena, &wanted);
	if (!ds_set_equal(&wanted, &w->decision.ds_after)) {
		wrong("another DS set is wanted than", words);
	}
	arena_free(arena);
}

static void expect_transport(const struct world *w, uint64_t server, const char *word)
{
	bool tcp = strcmp(word, "tcp") == 0;
	if (server < 1 || server > w->decision.server_count || w->decision.servers[server - 1].tcp != tcp) {
		wrong("its answers did not come over", word);
	}
}

static void expect_round(const struct world *w, const char *which, uint64_t ms)
{
	bool most = strcmp(which, "at-most") == 0;
	if (most ? w->round_ms > ms : w->round_ms < ms) {
		char took[32];
		snprintf(took, sizeof(took), "%" PRIu64 " ms", w->round_ms);
		wrong("the round took", took);
	}
}

static void expect_change(struct world *w, const char *word)
{
	struct change c;
	enum event_kind state = world_change(w, &c);
	const char *got = state == 0 ? "none" : event_kind_text(state);
	if (strcmp(got, word) != 0) {
		wrong("the newest change is", got);
	}
}

static void expect_eligible(const struct world *w, char *rest)
{
	const char *word = next_word(&rest);
	bool never = strcmp(word, "never") == 0;
	uint32_t when = w->decision.next_eligible;
	uint32_t wanted = never ? 0 : w->decision.now + (uint32_t)(ms_of(rest) / 1000);
	/* The clock of the walk has moved a little since the child was asked first. */
	if (never ? when != 0 : when < wanted || when > wanted + 60) {
		char got[48];
		snprintf(got, sizeof(got), when == 0 ? "never" : "in %ld s", (long)when - (long)w->decision.now);
		wrong("it may be accepted", got);
	}
}

static void expect_check(const struct world *w, enum check_result result, const char *rule)
{
	for (size_t i = 0; i < w->decision.check_count; i++) {
		if (w->decision.checks[i].result == result && strcmp(w->decision.checks[i].rule, rule) == 0) {
			return;
		}
	}
	wrong("there is no such check", rule);
}

static void expect_words(const struct world *w, const char *words)
{
	for (size_t i = 0; i < w->decision.check_count; i++) {
		if (strstr(w->decision.checks[i].detail, words) != NULL) {
			return;
		}
	}
	wrong("no check tells", words);
}

static void expect_number(const char *what, uint64_t got, const char *word)
{
	if (got != number_of(word)) {
		char text[64];
		snprintf(text, sizeof(text), "%s: %" PRIu64, what, got);
		wrong("otherwise than told", text);
	}
}

/* What is decided beside reason and DS set. */
static bool take_detail(struct world *w, const char *verb, char *rest)
{
	static const struct named results[] = { { "fails", CHECK_FAIL }, { "passes", CHECK_PASS }, { "skips", CHECK_SKIP },
		{ "warns", CHECK_WARN }, { NULL, 0 } };
	for (const struct named *r = results; r->name != NULL; r++) {
		if (strcmp(verb, r->name) == 0) {
			expect_check(w, (enum check_result)r->value, rest);
			return true;
		}
	}
	if (strcmp(verb, "tells") == 0) {
		expect_words(w, rest);
	} else if (strcmp(verb, "eligible") == 0) {
		expect_eligible(w, rest);
	} else if (strcmp(verb, "counted") == 0) {
		expect_number("checks that count", w->decision.window.checks, rest);
	} else if (strcmp(verb, "ttl") == 0) {
		expect_number("TTL", w->decision.ds_ttl, rest);
	} else if (strcmp(verb, "class") == 0) {
		if (strcmp(change_class_text(w->decision.change), rest) != 0) {
			wrong("the change is of class", change_class_text(w->decision.change));
		}
	} else if (strcmp(verb, "signaling") == 0) {
		const char *got = w->decision.signaling == REASON_NONE ? "NONE" : reason_token(w->decision.signaling);
		if (strcmp(got, rest) != 0) {
			wrong("of the signals it is said", got);
		}
	} else {
		return false;
	}
	return true;
}

bool take_expectation(struct world *w, const char *verb, char *rest)
{
	if (strcmp(verb, "expect") == 0) {
		expect(w, rest);
	} else if (strcmp(verb, "warned") == 0) {
		expect_warning(w, rest);
	} else if (strcmp(verb, "unwarned") == 0) {
		if (w->decision.warning_count > 0) {
			wrong("there is a warning", reason_token(w->decision.warnings[0]));
		}
	} else if (strcmp(verb, "ds") == 0) {
		expect_ds(w, rest);
	} else if (strcmp(verb, "looked") == 0) {
		if (w->looks != (strcmp(rest, "thrice") == 0 ? 3 : strcmp(rest, "twice") == 0 ? 2 : 1)) {
			wrong("it was not looked", rest);
		}
	} else if (strcmp(verb, "asked") == 0) {
		char got[32];
		snprintf(got, sizeof(got), "%" PRIu64, w->questions);
		if (strcmp(got, rest) != 0) {
			wrong("the number of questions was", got);
		}
	} else if (strcmp(verb, "round") == 0) {
		const char *which = next_word(&rest);
		expect_round(w, which, ms_of(rest));
	} else if (strcmp(verb, "over") == 0) {
		uint64_t server = number_of(next_word(&rest));
		expect_transport(w, server, rest);
	} else if (strcmp(verb, "change") == 0) {
		expect_change(w, rest);
	} else {
		return take_detail(w, verb, rest);
	}
	return true;
}
