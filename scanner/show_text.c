/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decisions as a help desk reads them out. Everything printed is printable ASCII already: names and
 * details are escaped where they are made. */
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "scanner/show.h"
#include "validate/accept/window.h"

/* The last second of the year 9999: later times do not fit the form. */
#define LAST_SECOND 253402300799u

const char *show_time(uint64_t seconds, char buf[24])
{
	time_t t = (time_t)seconds;
	struct tm tm;
	if (seconds == 0 || seconds > LAST_SECOND || gmtime_r(&t, &tm) == NULL || strftime(buf, 24, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0) {
		strcpy(buf, "never");
	}
	return buf;
}

const char *show_held_for(const struct change *c)
{
	return c->held_for == REASON_NONE ? "operator" : reason_token(c->held_for);
}

static void show_ds(const struct ds_set *set, const struct ds_set *other, char sign, FILE *to)
{
	for (size_t i = 0; i < set->count; i++) {
		const struct ds *ds = &set->ds[i];
		if (!ds_set_has(other, ds)) {
			fprintf(to, " %c%u/%u/%u", sign, ds->tag, ds->algorithm, ds->digest_type);
		}
	}
}

void show_ds_difference(const struct ds_set *before, const struct ds_set *after, FILE *to)
{
	if (ds_set_equal(before, after)) {
		fputs(" unchanged", to);
	}
	show_ds(before, after, '-', to);
	show_ds(after, before, '+', to);
}

static void show_set(const char *label, const struct ds_set *set, FILE *to)
{
	if (set->count == 0) {
		fprintf(to, "  %-12s none\n", label);
	}
	for (size_t i = 0; i < set->count; i++) {
		char text[DS_TEXT_SIZE];
		ds_to_text(&set->ds[i], text);
		fprintf(to, "  %-12s %s\n", i == 0 ? label : "", text);
	}
}

static void show_who(unsigned who, FILE *to)
{
	static const struct {
		unsigned bit;
		const char *who;
	} actors[] = {
		{ WHO_OPERATOR, "the DNS operator of the child" }, { WHO_TECHNICAL, "the technical contact" },
		{ WHO_REGISTRAR, "the registrar" }, { WHO_REGISTRANT, "the registrant (after three days)" },
		{ WHO_PARENT, "whoever runs this scanner" },
	};
	size_t printed = 0;
	for (size_t i = 0; i < sizeof(actors) / sizeof(actors[0]); i++) {
		if ((who & actors[i].bit) != 0) {
			fprintf(to, "%s%s", printed++ == 0 ? "               concerns " : ", ", actors[i].who);
		}
	}
	if (printed > 0) {
		fputc('\n', to);
	}
}

static void show_reason(const char *label, enum reason reason, FILE *to)
{
	const struct reason_row *row = reason_find(reason);
	fprintf(to, "  %-12s %s\n", label, reason_token(reason));
	if (row != NULL) {
		fprintf(to, "  %-12s %s (%s)\n", "", row->sentence, row->source);
		show_who(row->who, to);
	}
}

/* How many answered, over what, and from how many places. */
static void show_reach(const struct decision *d, FILE *to)
{
	size_t answered = 0;
	size_t over_tcp = 0;
	size_t places = d->vantage_count > 0 ? d->vantage_count : 1;
	for (size_t i = 0; i < d->server_count; i++) {
		const struct server_finding *s = &d->servers[i];
		bool received = !s->silent && s->class != RESPONSE_SKIPPED;
		answered += received;
		over_tcp += received && s->tcp;
	}
	const char *over = answered == 0 ? "" : over_tcp == answered ? " over TCP" : over_tcp == 0 ? " over UDP" : " over UDP and TCP";
	fprintf(to, "  %-12s %zu of %zu answered%s, %zu vantage%s\n", "servers", answered, d->server_count, over, places,
		places == 1 ? "" : "s");
}

static void show_vantages(const struct decision *d, FILE *to)
{
	if (d->vantage_count > 0) {
		fputs("\nVantages\n", to);
	}
	for (size_t i = 0; i < d->vantage_count; i++) {
		const struct vantage_finding *v = &d->vantages[i];
		fprintf(to, "  %-20s %-8s %-24s %u of %zu answered\n", v->name, vantage_result_text(v->result), reason_token(v->reason),
			(unsigned)v->answered, d->server_count);
	}
}

static void show_servers(const struct decision *d, FILE *to)
{
	fputs("\nServers\n", to);
	for (size_t i = 0; i < d->server_count; i++) {
		const struct server_finding *s = &d->servers[i];
		char address[ADDRESS_TEXT_SIZE];
		address_to_text(&s->address, address);
		fprintf(to, "  %-20s %-8s", address, response_class_text(s->class));
		fprintf(to, " %-24s", s->reason == REASON_NONE ? "" : reason_token(s->reason));
		for (size_t h = 0; h < d->host_count && h < 32; h++) {
			if ((s->hosts >> h & 1) != 0) {
				char name[NAME_TEXT_SIZE];
				name_to_text(&d->hosts[h], name);
				fprintf(to, " %s", name);
			}
		}
		fputc('\n', to);
	}
}

static void show_checks(const struct decision *d, FILE *to)
{
	static const char *const marks[] = { "FAIL", "ok", "-", "warn" };
	fputs("\nRules\n", to);
	for (size_t i = 0; i < d->check_count; i++) {
		const struct check *c = &d->checks[i];
		fprintf(to, "  %-4s  %-14s %s\n", (size_t)c->result < 4 ? marks[c->result] : "?", c->rule, c->detail);
	}
}

/* Does it stand against an acceptance? What signals do not prove does not, where another way was taken. */
static bool is_against(const struct decision *d, const struct check *c)
{
	const struct reason_row *row = reason_find(d->reason);
	bool passed_over = d->signaling != REASON_NONE && d->signaling != d->reason && strncmp(c->rule, "R9615-", 6) == 0;
	return c->result == CHECK_FAIL && !passed_over && (row == NULL || row->class != CLASS_ACCEPT);
}

/* Was its rule named for an earlier one of the same gate? */
static bool is_named(const struct decision *d, size_t at)
{
	for (size_t i = 0; i < at; i++) {
		const struct check *c = &d->checks[i];
		if (c->gate == d->checks[at].gate && is_against(d, c) && strcmp(c->rule, d->checks[at].rule) == 0) {
			return true;
		}
	}
	return false;
}

/* Correct, allowed, due: whether anything of each stands against an acceptance, and what. */
static void show_gate(const struct decision *d, enum gate gate, FILE *to)
{
	size_t looked = 0;
	size_t failed = 0;
	for (size_t i = 0; i < d->check_count; i++) {
		const struct check *c = &d->checks[i];
		looked += c->gate == gate && c->result != CHECK_SKIP;
		if (c->gate == gate && is_against(d, c) && !is_named(d, i)) {
			fprintf(to, "%s%s", failed++ == 0 ? "no (" : ", ", c->rule);
		}
	}
	fputs(failed > 0 ? ")" : looked > 0 ? "yes" : "not looked at", to);
}

static void show_gates(const struct decision *d, FILE *to)
{
	fprintf(to, "  %-12s correct: ", "gates");
	show_gate(d, GATE_CORRECT, to);
	fputs("; allowed: ", to);
	show_gate(d, GATE_ALLOWED, to);
	fputs("; due: ", to);
	show_gate(d, GATE_DUE, to);
	fputc('\n', to);
}

/* Hours as people count them: whole ones, or less where they are few. */
static void show_span(uint32_t seconds, FILE *to)
{
	if (seconds % 3600 == 0 || seconds >= 10 * 3600) {
		fprintf(to, "%u h", (unsigned)(seconds / 3600));
	} else if (seconds % 60 == 0 || seconds >= 600) {
		fprintf(to, "%u min", (unsigned)(seconds / 60));
	} else {
		fprintf(to, "%u s", (unsigned)seconds);
	}
}

const char *show_no_effect(enum operator_word word, const struct policy *p)
{
	if (word == OPERATOR_APPROVE && !policy_uses(p, BOOTSTRAP_CHANNEL) && !policy_uses(p, BOOTSTRAP_CHECKED)) {
		return "bootstrap.methods of the policy has neither channel nor checked";
	}
	return word == OPERATOR_CHALLENGE && !policy_uses(p, BOOTSTRAP_CHALLENGE) ?
		"bootstrap.methods of the policy does not have challenge" : NULL;
}

static void show_window(const struct window *w, const struct policy *p, FILE *to)
{
	char when[24];
	if (w->began == 0) {
		return;
	}
	fprintf(to, "  %-12s since %s, last seen ", "request", show_time(w->began, when));
	fprintf(to, "%s\n", show_time(w->last_seen, when));
	if (p == NULL || !policy_uses(p, BOOTSTRAP_DELAY)) {
		return;
	}
	const struct bootstrap_policy *b = &p->bootstrap;
	fprintf(to, "  %-12s %u of %u checks, ", "window", (unsigned)w->checks, (unsigned)b->min_checks);
	show_span(w->span_s, to);
	fputs(" of ", to);
	show_span(b->delay_s, to);
	fprintf(to, "; the next scan counts from %s on\n",
		show_time((uint64_t)w->last_check + b->min_spacing_s, when));
	fprintf(to, "  %-12s begins again with another request, other name servers, another registrar, a DS set by hand,\n"
		"  %-12s servers that disagree, and after ", "", "");
	show_span(b->max_gap_s, to);
	fputs(" without a check\n", to);
}

uint32_t show_eligible(const struct decision *d, const struct show_context *c)
{
	bool delayed = d->reason == REASON_HOLD_DELAY_STARTED || d->reason == REASON_HOLD_DELAY_RUNNING ||
		d->reason == REASON_HOLD_DELAY_RESET;
	if (delayed && c->window != NULL && c->window->began == 0) {
		return 0;
	}
	return delayed && c->window != NULL && c->policy != NULL ?
		window_when_complete(c->window, &c->policy->bootstrap, c->window->last_seen) : d->next_eligible;
}

void show_decision_text(const struct decision *d, const struct show_context *c, FILE *to)
{
	char name[NAME_TEXT_SIZE];
	char when[24];
	name_to_text(&d->child, name);
	fprintf(to, "%s\n", name);
	fprintf(to, "  %-12s %s, policy %s", "decided", show_time(d->now, when), c->policy == NULL ? "-" : c->policy->name);
	if (c->sequence != 0) {
		fprintf(to, ", case %" PRIu64 "/%" PRIu64, c->run, c->sequence);
	}
	if (c->research) {
		fputs(", research: by a source that was too old, and no DS change of it goes out", to);
	}
	fprintf(to, "\n  %-12s %s\n", "delegation", child_security_text(d->security));
	show_reason("outcome", d->reason, to);
	for (size_t i = 0; i < d->warning_count; i++) {
		show_reason("warning", d->warnings[i], to);
	}
	show_set("DS now", &d->ds_before, to);
	if (!ds_set_equal(&d->ds_before, &d->ds_after)) {
		show_set("DS wanted", &d->ds_after, to);
	}
	if (d->ds_ttl != 0 && d->change != CHANGE_NONE) {
		fprintf(to, "  %-12s %u s\n", "DS TTL", (unsigned)d->ds_ttl);
	}
	show_reach(d, to);
	if (d->signaling != REASON_NONE) {
		show_reason("signals", d->signaling, to);
	}
	show_window(c->window != NULL ? c->window : &d->window, c->policy, to);
	show_gates(d, to);
	if (show_eligible(d, c) != 0) {
		fprintf(to, "  %-12s %s, if nothing changes until then\n", "eligible", show_time(show_eligible(d, c), when));
	}
	show_servers(d, to);
	show_vantages(d, to);
	show_checks(d, to);
}
