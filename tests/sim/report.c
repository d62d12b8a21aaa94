/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What happened: the last events of a child when something went wrong, and the sums. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "tests/sim/sim.h"

#define LINES 240
#define LINE 160
#define SHOWN 5		/* violations told in full */

struct totals totals;

static struct {
	uint32_t at;
	char text[LINE];
} lines[LINES];
static size_t line_count;
static unsigned told;

void tell_forget(void)
{
	line_count = 0;
}

static void print_time(FILE *to, uint32_t at)
{
	uint32_t s = at - TIME_BEGIN;
	fprintf(to, "  day %4u %02u:%02u:%02u  ", (unsigned)(s / DAY), (unsigned)(s % DAY / HOUR), (unsigned)(s % HOUR / MINUTE),
		(unsigned)(s % MINUTE));
}

void tell(struct child *c, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	char *text = lines[line_count % LINES].text;
	lines[line_count % LINES].at = c->now;
	vsnprintf(text, LINE, format, args);
	va_end(args);
	line_count++;
	if (settings.verbose) {
		print_time(stdout, c->now);
		puts(text);
	}
}

static void print_child(const struct child *c)
{
	static const char *const styles[SIGN_STYLES] = { "BIND", "PowerDNS", "short" };
	fprintf(stderr, "  parent \"%s\", DS TTL %u s; DNSKEY TTL %u s, data TTL %u s, NS TTL %u s, lag up to %u s; %s%s, %s%s; signers %s, %s\n",
		c->parent.kind->name, (unsigned)c->parent.kind->ds_ttl, (unsigned)c->dnskey_ttl, (unsigned)c->data_ttl,
		(unsigned)c->ns_ttl, (unsigned)c->lag_max_s, c->says_cds ? "CDS" : "", c->says_cdnskey ? " CDNSKEY" : "",
		c->csk ? "CSK" : "KSK and ZSK", c->op.careless ? ", careless" : "", styles[c->providers[0].style],
		styles[c->providers[1].style]);
}

void violation(struct child *c, uint64_t *count, const char *format, ...)
{
	(*count)++;
	c->failed = true;
	va_list args;
	va_start(args, format);
	fprintf(stderr, "\nsim: child %" PRIu64 " of seed %" PRIu64 ": ", c->number, settings.seed);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	va_end(args);
	if (told++ >= SHOWN) {
		return;
	}
	print_child(c);
	size_t first = line_count > LINES ? line_count - LINES : 0;
	/* Its last days. */
	while (first < line_count && lines[first % LINES].at + 20 * DAY < c->now) {
		first++;
	}
	for (size_t i = first; i < line_count; i++) {
		print_time(stderr, lines[i % LINES].at);
		fprintf(stderr, "%s\n", lines[i % LINES].text);
	}
	print_time(stderr, c->now);
	fprintf(stderr, "now\n");
}

static const char *keys_text(uint32_t keys, const char *suffix, char *out, size_t size)
{
	size_t used = strlen(out);
	for (unsigned i = 0; i < 32; i++) {
		if ((keys >> i & 1) != 0) {
			int wrote = snprintf(out + used, size - used, "%s%c%s", used == 0 ? "" : " ", 'A' + (int)i, suffix);
			used += wrote < 0 || (size_t)wrote >= size - used ? 0 : (size_t)wrote;
		}
	}
	return out;
}

/* Letters for keys: A to H and I to P are KSKs of the two algorithms, Q to X ZSKs, Y and Z the attacker's. */
const char *ds_mask_text(struct ds_mask ds)
{
	static char text[2][120];
	static unsigned which;
	char *out = text[which++ % 2];
	out[0] = '\0';
	keys_text(ds.sha256, "", out, sizeof text[0]);
	keys_text(ds.sha384, "/384", out, sizeof text[0]);
	return out[0] == '\0' ? "none" : out;
}

static void print_list(const char *title, size_t count, const uint64_t *values, const char *(*text)(size_t))
{
	printf("%s\n", title);
	for (size_t i = 0; i < count; i++) {
		if (values[i] != 0) {
			printf("  %12" PRIu64 "  %s\n", values[i], text(i));
		}
	}
}

static const char *class_text_of(size_t i)
{
	return change_class_text((enum change_class)i);
}

static const char *reason_text_of(size_t i)
{
	return reason_token((enum reason)i);
}

static const char *procedure_text_of(size_t i)
{
	return procedure_text((enum procedure)i);
}

void totals_print(double seconds)
{
	const struct totals *t = &totals;
	print_list("what children did", PROCEDURES, t->procedures, procedure_text_of);
	print_list("decisions by reason", sizeof t->reasons / sizeof t->reasons[0], t->reasons, reason_text_of);
	print_list("accepted by class", sizeof t->changes / sizeof t->changes[0], t->changes, class_text_of);
	printf("changes: %" PRIu64 " published, %" PRIu64 " withdrawn, %" PRIu64 " grown stale, %" PRIu64 " superseded, %" PRIu64
		" held for days\n", t->published, t->withdrawn, t->stale, t->superseded, t->held);
	printf("attacks: tried, probes that met them\n");
	for (size_t i = 1; i < ATTACKS; i++) {
		printf("  %12" PRIu64 " %12" PRIu64 "  %s\n", t->attacks[i], t->attack_probes[i], attack_text((enum attack_kind)i));
	}
	printf("resolvers: looked at %" PRIu64 " times, %" PRIu64 " combinations of what caches hold\n", t->resolver_checks,
		t->combinations);
	printf("findings: %" PRIu64 " judged, %" PRIu64 " known, %" PRIu64 " of these judged again, %" PRIu64 " differ\n", t->misses,
		t->hits, t->rejudged, t->differs);
	printf("replays that no signature time tells (A-05): %" PRIu64 " of the inception that was accepted, %" PRIu64
		" of a request never accepted, %" PRIu64 " of one that was taken back\n", t->replayed_equal, t->replayed_unseen,
		t->replayed_kept);
	printf("replays past the strict guard (A-45): %" PRIu64 " before a word of the child could tell that it was over\n",
		t->replayed_unheard);
	printf("digest types taken away from the keys that are asked for, by one server among several: %" PRIu64 "\n", t->narrowed);
	printf("seed %" PRIu64 "%s%s: %" PRIu64 " child-days of %" PRIu64 " children, %" PRIu64 " probes in %.1f s; bogus %" PRIu64
		", broken at once %" PRIu64 ", attacks that succeeded %" PRIu64 ", late %" PRIu64 "\n", settings.seed,
		settings.broken == BREAK_NOTHING ? "" : ", broken on purpose: ", settings.broken == BREAK_NOTHING ? "" :
		broken_name(settings.broken), t->days, t->children, t->probes, seconds, t->bogus, t->broken_at_once, t->stolen,
		t->late);
}
