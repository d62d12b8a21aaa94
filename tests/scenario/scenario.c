/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs stories: text files that say what a child's servers answer, what time it is, and what must come of it.
 *
 *	# comment                   and empty lines
 *	parent DS...                the DS set in the parent from now on; none: empty (letters as in zone_keys.h)
 *	policy NAME
 *	override YAML               of the algorithm table, on one line
 *	servers N                   so many, all in order and saying nothing but their keys
 *	server I WORD...            what server I says from now on, over both transports
 *	tcp I WORD...               what it says over TCP only
 *	    cds=B,C cdnskey=B       records, as in zone_fixture.h; a comma for a blank, cds= for none
 *	    ns=1,9                  numbers of the hosts it names; without: those of the delegation
 *	    by=AB dnskey=ABZ dnskey-by=AB zone-by=Z ns-by=Z     who signs what
 *	    signed=valid|old|expired|corrupt            the signatures of CDS and CDNSKEY
 *	    trouble=none|timeout|refused|servfail|unreachable|serial|lame
 *	    delay=MS truncated whole unresolved resolved
 *	pass TIME                   the clock moves: 90s 5m 2h 7d
 *	run                         load, walk, judge, decide
 *	expect REASON               of the last run; spoilt: the probe was none
 *	warned REASON, unwarned     its warnings
 *	ds DS...                    its DS set after
 *	looked once|twice
 *	asked N                     questions
 *	round at-most|at-least TIME
 *	over I udp|tcp              where the answers of server I came from
 *	change STATE                of the newest change: released, sent, ...; none
 *	export, ack                 it goes out; the registry has it
 *
 * usage: scenario STORY... */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/scenario/world.h"
#include "validate/wire/err.h"

static const char *story;
static unsigned line_number;

__attribute__((noreturn)) static void wrong(const char *what, const char *word)
{
	give_up("%s:%u: %s%s%s", story, line_number, what, word[0] == '\0' ? "" : ": ", word);
}

/* ---- words */

static char *next_word(char **at)
{
	char *word = *at + strspn(*at, " \t");
	size_t size = strcspn(word, " \t");
	*at = word + size + (word[size] != '\0');
	word[size] = '\0';
	return word;
}

static uint64_t number_of(const char *word)
{
	char *end;
	unsigned long long n = strtoull(word, &end, 10);
	if (word[0] < '0' || word[0] > '9' || *end != '\0') {
		wrong("not a number", word);
	}
	return n;
}

static uint64_t ms_of(char *word)
{
	static const struct {
		char unit;
		uint64_t ms;
	} units[] = { { 's', 1000 }, { 'm', 60000 }, { 'h', 3600000 }, { 'd', 86400000 } };
	size_t size = strlen(word);
	for (size_t i = 0; size > 1 && i < sizeof(units) / sizeof(units[0]); i++) {
		if (word[size - 1] == units[i].unit) {
			word[size - 1] = '\0';
			return number_of(word) * units[i].ms;
		}
	}
	wrong("not a time such as 90s, 5m, 2h, 7d", word);
}

/* "A,B" or the rest of the line as the words of zone_fixture.h. */
static const char *keep(char to[WORDS_MAX], const char *from)
{
	if (strlen(from) >= WORDS_MAX) {
		wrong("too long", from);
	}
	strcpy(to, from);
	for (char *p = to; *p != '\0'; p++) {
		*p = *p == ',' ? ' ' : *p;
	}
	return to;
}

struct named {
	const char *name;
	int value;
};

static int value_of(const struct named *list, const char *name)
{
	for (; list->name != NULL; list++) {
		if (strcmp(list->name, name) == 0) {
			return list->value;
		}
	}
	wrong("not known here", name);
}

static const struct named troubles[] = {
	{ "none", FINE }, { "timeout", TROUBLE_TIMEOUT }, { "refused", TROUBLE_REFUSED }, { "servfail", TROUBLE_SERVFAIL },
	{ "unreachable", TROUBLE_UNREACHABLE }, { "serial", TROUBLE_SERIAL }, { "lame", TROUBLE_NO_AA }, { NULL, 0 },
};

static const struct named whens[] = {
	{ "valid", WHEN_VALID }, { "old", WHEN_OLD }, { "expired", WHEN_EXPIRED }, { "corrupt", WHEN_CORRUPT }, { NULL, 0 },
};

/* ---- servers */

static bool take_says(struct voice *v, const char *key, const char *value)
{
	static const char *const keys[8] = { "cds", "cdnskey", "by", "dnskey", "dnskey-by", "zone-by", "ns", "ns-by" };
	const char **const fields[8] = { &v->says.cds, &v->says.cdnskey, &v->says.by, &v->says.dnskey, &v->says.dnskey_by,
		&v->says.zone_by, &v->says.ns, &v->says.ns_by };
	for (size_t i = 0; i < 8; i++) {
		if (strcmp(key, keys[i]) == 0) {
			*fields[i] = i < 2 && value[0] == '\0' ? NULL : keep(v->words[i], value);
			return true;
		}
	}
	return false;
}

static void take_word(struct server *s, struct voice *v, char *word)
{
	char *value = strchr(word, '=');
	if (value == NULL) {
		if (strcmp(word, "truncated") == 0 || strcmp(word, "whole") == 0) {
			v->truncated = word[0] == 't';
		} else if (strcmp(word, "unresolved") == 0 || strcmp(word, "resolved") == 0) {
			s->unresolved = word[0] == 'u';
		} else {
			wrong("not known of a server", word);
		}
		return;
	}
	*value++ = '\0';
	if (strcmp(word, "trouble") == 0) {
		v->says.trouble = (enum trouble)value_of(troubles, value);
	} else if (strcmp(word, "signed") == 0) {
		v->says.when = (enum when)value_of(whens, value);
	} else if (strcmp(word, "delay") == 0) {
		v->delay_ms = (uint32_t)number_of(value);
	} else if (!take_says(v, word, value)) {
		wrong("not known of a server", word);
	}
}

static void take_server(struct world *w, char *rest, bool tcp_only)
{
	uint64_t i = number_of(next_word(&rest));
	if (i < 1 || i > w->server_count) {
		wrong("there is no such server", "");
	}
	struct server *s = &w->servers[i - 1];
	while (*rest != '\0') {
		char *word = next_word(&rest);
		char again[WORDS_MAX];
		keep(again, word);
		memcpy(again, word, strlen(word) + 1);
		if (!tcp_only) {
			take_word(s, &s->udp, word);
		}
		if (strcmp(again, "truncated") != 0) {
			take_word(s, &s->tcp, again);
		}
	}
}

static void take_servers(struct world *w, uint64_t count)
{
	if (count > SERVERS_MAX) {
		wrong("too many servers", "");
	}
	memset(w->servers, 0, sizeof(w->servers));
	w->server_count = count;
}

/* ---- what must come of it */

static void expect(const struct world *w, const char *word)
{
	const char *got = w->decided ? reason_token(w->decision.reason) : "spoilt";
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

/* ---- lines */

static bool take_event(struct world *w, const char *verb, char *rest)
{
	if (strcmp(verb, "parent") == 0) {
		keep(w->ds, rest);
	} else if (strcmp(verb, "policy") == 0) {
		w->policy = policy_preset(rest);
		if (w->policy == NULL) {
			wrong("there is no policy", rest);
		}
	} else if (strcmp(verb, "override") == 0) {
		world_override(w, rest);
	} else if (strcmp(verb, "servers") == 0) {
		take_servers(w, number_of(rest));
	} else if (strcmp(verb, "server") == 0 || strcmp(verb, "tcp") == 0) {
		take_server(w, rest, verb[0] == 't');
	} else if (strcmp(verb, "pass") == 0) {
		uint64_t ms = ms_of(rest);
		w->now.steady_ms += ms;
		w->now.unix_ms += ms;
	} else if (strcmp(verb, "run") == 0) {
		world_run(w);
	} else if (strcmp(verb, "export") == 0) {
		world_export(w);
	} else if (strcmp(verb, "ack") == 0) {
		world_ack(w);
	} else {
		return false;
	}
	return true;
}

static bool take_expectation(struct world *w, const char *verb, char *rest)
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
		if (w->second_look != (strcmp(rest, "twice") == 0)) {
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
		return false;
	}
	return true;
}

static void tell(const char *path)
{
	char line[512];
	unsigned expectations = 0;
	struct world w;
	memset(&w, 0, sizeof(w));
	FILE *f = fopen(path, "r");
	if (f == NULL) {
		give_up("%s cannot be opened", path);
	}
	story = path;
	line_number = 0;
	world_open(&w);
	while (fgets(line, sizeof(line), f) != NULL) {
		line_number++;
		line[strcspn(line, "#\n")] = '\0';
		for (size_t n = strlen(line); n > 0 && (line[n - 1] == ' ' || line[n - 1] == '\t'); n--) {
			line[n - 1] = '\0';
		}
		char *rest = line;
		const char *verb = next_word(&rest);
		if (verb[0] == '\0' || take_event(&w, verb, rest)) {
			continue;
		}
		if (!take_expectation(&w, verb, rest)) {
			wrong("not known here", verb);
		}
		expectations++;
	}
	fclose(f);
	world_close(&w);
	if (expectations == 0) {
		give_up("%s expects nothing", path);
	}
	printf("%s: as told, %u times\n", path, expectations);
}

int main(int argc, char **argv)
{
	if (argc < 2) {
		fputs("usage: scenario STORY...\n", stderr);
		return 2;
	}
	for (int i = 1; i < argc; i++) {
		tell(argv[i]);
	}
	return 0;
}
