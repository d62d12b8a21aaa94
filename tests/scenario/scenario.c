/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs stories: text files that say what a child's servers answer, what time it is, and what must come of it.
 *
 *	# comment                   and empty lines
 *	parent DS...                the DS set in the parent from now on; none: empty (letters as in zone_keys.h)
 *	policy NAME                 a preset; or { preset: NAME, delete: { allowed: no } }, as in a configuration file
 *	override YAML               of the algorithm table, on one line
 *	servers N                   so many, all in order and saying nothing but their keys
 *	server I WORD...            what server I says from now on, over both transports
 *	tcp I WORD...               what it says over TCP only
 *	vantages N                  it is asked from so many places: ams, fra, zrh, vie; before the policy that wants them
 *	from NAME I WORD...         what it says at one of the others only
 *	    cds=B,C cdnskey=B       records, as in zone_fixture.h; a comma for a blank, cds= for none
 *	    ns=1,9                  numbers of the hosts it names; without: those of the delegation
 *	    by=AB dnskey=ABZ dnskey-by=AB zone-by=Z ns-by=Z     who signs what
 *	    signed=valid|old|later|expired|corrupt      the signatures of CDS and CDNSKEY; later: six days after the story began
 *	    denied=valid|old|later                      those of proofs that there are none
 *	    trouble=none|timeout|refused|servfail|unreachable|serial|lame
 *	    operator=silent|agrees|leaves-out|differs|expired|insecure|alias|cut|lost|too-long|in-domain   what is said below _signal of its name
 *	    signal=none|timeout|refused|servfail|lame       what becomes of questions there
 *	    delay=MS truncated whole unresolved resolved
 *	parent-ttl SECONDS          of that DS set from now on; 0: an hour
 *	flags WORD...               of the delegation from now on: opted-out registrar-automates registrar-no-disable registry-lock
 *	                            registrar-lock not-published; without: none
 *	registrar NAME              of the domain from now on; without: not known; registration ID likewise
 *	gone                        the source was read to its end, and the domain is not there; load and run bring it back
 *	by-hand                     NS or DS are set by hand now
 *	operator WORD               hold release approve cancel: what an operator says of the child; rollback, rollback-forced: that
 *	                            he undoes its newest change
 *	operator-cannot WORD        there is nothing of that kind to do
 *	operator-meanwhile WORD     the same while the child is asked, in the next run
 *	pass TIME                   the clock moves: 90s 5m 2h 7d
 *	back TIME                   the clock of the machine is set back
 *	run [WHY]                   load, walk, judge, decide; because of the timer, or notify, operator, retry; queued: of what is
 *	                            queued, once its time has come
 *	notify WORD...              a NOTIFY message comes: CDS of the child, with EDNS, over UDP, unless the words say otherwise
 *	    name=NAME type=CDS|CDNSKEY|CSYNC|SOA class=N questions=N answer=OWNER authority=OWNER agent=NAME|root|empty|? edns-version=N
 *	    plain no-aa a-query an-answer truncated cut         without EDNS, ...
 *	    from=ADDRESS tcp tsig=none|good|bad times=N         so many of them
 *	    probing                 a probe of the child is under way
 *	service WORD...             before the first message: tsig-required csync source|zone|operator|total=TOKENS/SECONDS/BURST patience=TIME
 *	answered RCODE [EDE]        or nothing
 *	queued TYPE [in TIME]       or nothing
 *	noted TOKEN, because REASON, reports NAME           or nothing, all of them
 *	expect REASON               of the last run; spoilt: the probe was none. Of the last message, if that came after it
 *	warned REASON, unwarned     its warnings
 *	ds DS...                    its DS set after
 *	class CLASS                 of the change that is decided: initial, swap, delete, ...
 *	eligible in TIME|never      when waiting alone may help
 *	counted N                   checks of the window that count
 *	ttl SECONDS                 of the DS set from now on; 0: as it is
 *	fails RULE, passes RULE, skips RULE, warns RULE     there is such a check
 *	tells WORDS                 a check has these words
 *	signaling REASON            why RFC 9615 did not prove it; NONE
 *	looked once|twice|thrice
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

#include "tests/scenario/expect.h"
#include "tests/scenario/notify.h"
#include "tests/scenario/words.h"
#include "validate/wire/err.h"

static const struct named troubles[] = {
	{ "none", FINE }, { "timeout", TROUBLE_TIMEOUT }, { "refused", TROUBLE_REFUSED }, { "servfail", TROUBLE_SERVFAIL },
	{ "unreachable", TROUBLE_UNREACHABLE }, { "serial", TROUBLE_SERIAL }, { "lame", TROUBLE_NO_AA }, { NULL, 0 },
};

static const struct named whens[] = {
	{ "valid", WHEN_VALID }, { "old", WHEN_OLD }, { "later", WHEN_LATER }, { "expired", WHEN_EXPIRED }, { "corrupt", WHEN_CORRUPT }, { NULL, 0 },
};

static const struct named operators[] = {
	{ "silent", OPERATOR_SAYS_NOTHING }, { "agrees", OPERATOR_AGREES }, { "leaves-out", OPERATOR_LEAVES_OUT },
	{ "differs", OPERATOR_DIFFERS }, { "expired", OPERATOR_EXPIRED }, { "insecure", OPERATOR_INSECURE }, { "lost", OPERATOR_LOST }, { "too-long", OPERATOR_TOO_LONG },
	{ "alias", OPERATOR_ALIAS }, { "cut", OPERATOR_CUT }, { "in-domain", OPERATOR_IN_DOMAIN }, { NULL, 0 },
};

static const struct named signals[] = {
	{ "none", SIGNAL_FINE }, { "timeout", SIGNAL_TIMEOUT }, { "refused", SIGNAL_REFUSED }, { "servfail", SIGNAL_SERVFAIL },
	{ "lame", SIGNAL_LAME }, { NULL, 0 },
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
	} else if (strcmp(word, "denied") == 0) {
		v->says.denial_when = (enum when)value_of(whens, value);
	} else if (strcmp(word, "operator") == 0) {
		v->says.operator = (enum operator_says)value_of(operators, value);
	} else if (strcmp(word, "signal") == 0) {
		s->signal = (enum signal_trouble)value_of(signals, value);
	} else if (strcmp(word, "delay") == 0) {
		v->delay_ms = (uint32_t)number_of(value);
	} else if (strcmp(word, "token") == 0) {
		keep(v->token, value);
		v->token_lost = strcmp(value, "lost") == 0;
	} else if (!take_says(v, word, value)) {
		wrong("not known of a server", word);
	}
}

/* One word for one voice; what is cut over TCP is no answer at all. */
static void take_for(struct server *s, struct voice *v, const char *word)
{
	char copy[WORDS_MAX];
	keep(copy, word);
	memcpy(copy, word, strlen(word) + 1);
	if (v == &s->udp || strcmp(word, "truncated") != 0) {
		take_word(s, v, copy);
	}
}

enum where { EVERYWHERE, OVER_TCP, AT_PLACE };

static void take_server(struct world *w, char *rest, enum where where, size_t place)
{
	uint64_t i = number_of(next_word(&rest));
	if (i < 1 || i > w->server_count) {
		wrong("there is no such server", "");
	}
	struct server *s = &w->servers[i - 1];
	while (*rest != '\0') {
		const char *word = next_word(&rest);
		if (where == EVERYWHERE) {
			take_for(s, &s->udp, word);
		}
		if (where != AT_PLACE) {
			take_for(s, &s->tcp, word);
		}
		for (size_t k = 1; k < LIMIT_VANTAGES; k++) {
			if (where != AT_PLACE || k == place) {
				take_for(s, &s->elsewhere[k - 1], word);
			}
		}
	}
}

static const struct named places[] = { { "ams", 0 }, { "fra", 1 }, { "zrh", 2 }, { "vie", 3 }, { NULL, 0 } };

static void take_vantages(struct world *w, uint64_t count)
{
	struct probe_options *o = &w->walk_options.probe;
	if (count > LIMIT_VANTAGES) {
		wrong("too many vantages", "");
	}
	o->vantage_count = count;
	for (size_t i = 0; i < count; i++) {
		strcpy(o->vantages[i].name, places[i].name);
	}
}

static void take_from(struct world *w, char *rest)
{
	int place = value_of(places, next_word(&rest));
	if (place == 0 || (size_t)place >= w->walk_options.probe.vantage_count) {
		wrong("there is no such vantage beside the first", "");
	}
	take_server(w, rest, AT_PLACE, (size_t)place);
}

static void take_servers(struct world *w, uint64_t count)
{
	if (count > SERVERS_MAX) {
		wrong("too many servers", "");
	}
	memset(w->servers, 0, sizeof(w->servers));
	w->server_count = count;
}

/* ---- the registry */

static const struct named flags[] = {
	{ "opted-out", DELEGATION_OPTED_OUT }, { "registrar-automates", DELEGATION_REGISTRAR_AUTOMATES },
	{ "registrar-no-disable", DELEGATION_REGISTRAR_NO_DISABLE }, { "registry-lock", DELEGATION_REGISTRY_LOCK },
	{ "registrar-lock", DELEGATION_REGISTRAR_LOCK }, { "not-published", DELEGATION_NOT_PUBLISHED }, { NULL, 0 },
};

static const struct named triggers[] = {
	{ "", TRIGGER_TIMER }, { "notify", TRIGGER_NOTIFY }, { "operator", TRIGGER_OPERATOR }, { "retry", TRIGGER_RETRY },
	{ NULL, 0 },
};

static void take_flags(struct world *w, char *rest)
{
	w->flags = 0;
	while (*rest != '\0') {
		w->flags |= (unsigned)value_of(flags, next_word(&rest));
	}
}

static void take_text(char to[LIMIT_LABEL_TEXT], const char *from)
{
	if (strlen(from) >= LIMIT_LABEL_TEXT) {
		wrong("too long", from);
	}
	memset(to, 0, LIMIT_LABEL_TEXT);
	memcpy(to, from, strlen(from));
}

static const struct named actions[] = {
	{ "hold", OPERATOR_DO_HOLD }, { "release", OPERATOR_DO_RELEASE }, { "approve", OPERATOR_DO_APPROVE },
	{ "cancel", OPERATOR_DO_CANCEL }, { "challenge", OPERATOR_DO_CHALLENGE },
	{ "rollback", OPERATOR_DO_ROLLBACK }, { "rollback-forced", OPERATOR_DO_ROLLBACK_FORCED }, { NULL, 0 },
};

static bool take_operator(struct world *w, const char *verb, char *rest)
{
	bool can = strcmp(verb, "operator") == 0;
	if (strcmp(verb, "operator-meanwhile") == 0) {
		w->late = (enum operator_action)value_of(actions, next_word(&rest));
		return true;
	}
	if (!can && strcmp(verb, "operator-cannot") != 0) {
		return false;
	}
	enum operator_action action = (enum operator_action)value_of(actions, next_word(&rest));
	if (world_operator(w, action, rest) != can) {
		wrong(can ? "there is nothing of that kind to do" : "it can be done", rest);
	}
	return true;
}

static bool take_registry(struct world *w, const char *verb, char *rest)
{
	if (strcmp(verb, "parent") == 0) {
		keep(w->ds, rest);
	} else if (strcmp(verb, "parent-ttl") == 0) {
		w->ds_ttl = (uint32_t)number_of(rest);
	} else if (strcmp(verb, "flags") == 0) {
		take_flags(w, rest);
	} else if (strcmp(verb, "registrar") == 0) {
		take_text(w->registrar, rest);
	} else if (strcmp(verb, "registration") == 0) {
		take_text(w->registration, rest);
	} else if (strcmp(verb, "by-hand") == 0) {
		w->manual_change = (uint32_t)(w->now.unix_ms / 1000);
	} else if (strcmp(verb, "load") == 0) {
		world_load(w);
	} else if (strcmp(verb, "gone") == 0) {
		world_gone(w);
	} else if (strcmp(verb, "export") == 0) {
		world_export(w);
	} else if (strcmp(verb, "ack") == 0) {
		world_ack(w);
	} else {
		return false;
	}
	return true;
}

/* ---- lines */

static bool take_event(struct world *w, const char *verb, char *rest)
{
	if (strcmp(verb, "policy") == 0) {
		world_policy(w, rest);
	} else if (strcmp(verb, "override") == 0) {
		world_override(w, rest);
	} else if (strcmp(verb, "servers") == 0) {
		take_servers(w, number_of(rest));
	} else if (strcmp(verb, "server") == 0 || strcmp(verb, "tcp") == 0) {
		take_server(w, rest, verb[0] == 't' ? OVER_TCP : EVERYWHERE, 0);
	} else if (strcmp(verb, "vantages") == 0) {
		take_vantages(w, number_of(rest));
	} else if (strcmp(verb, "from") == 0) {
		take_from(w, rest);
	} else if (strcmp(verb, "pass") == 0) {
		uint64_t ms = ms_of(rest);
		w->now.steady_ms += ms;
		w->now.unix_ms += ms;
	} else if (strcmp(verb, "back") == 0) {
		w->now.unix_ms -= ms_of(rest);
	} else if (strcmp(verb, "run") == 0) {
		if (strcmp(rest, "queued") == 0) {
			notify_run_queued(w);
		} else {
			w->trigger = (enum evidence_trigger)value_of(triggers, rest);
		}
		world_run(w);
		notify_ran(w);
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
		if (verb[0] == '\0' || take_registry(&w, verb, rest) || take_operator(&w, verb, rest) || take_event(&w, verb, rest) ||
		    take_notify(&w, verb, rest)) {
			continue;
		}
		if (!take_expectation(&w, verb, rest) && !take_notify_expectation(&w, verb, rest)) {
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
