/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is true of a child, for whoever compares verdicts. */
#include "tests/differential/child.h"

static const char *const hows[HOW_COUNT] = { "good", "original-ttl", "long-ago", "expired", "future", "reversed", "corrupt",
	"few-labels", "many-labels", "signer-parent", "signer-below", "tag", "algorithm", "cut", "padded", "other-data" };
static const char *const sets[SET_COUNT] = { "DNSKEY", "CDS", "CDNSKEY", "SOA", "denial", "TXT" };
static const char *const kinds[] = { "good", "wrong", "short", "delete", "odd" };
static const char *const denial_faults[DENIAL_FAULTS] = { "", "missing", "bit-too-many", "bit-missing", "cname-bit",
	"no-soa-bit", "next", "hash", "many-iterations", "flags", "hash-algorithm", "twice", "upper-next" };

static void write_keys(const struct child *c, FILE *to)
{
	fputs("\"keys\":[", to);
	for (size_t i = 0; i < c->key_count; i++) {
		const struct zone_key *k = &c->keys[i];
		fprintf(to, "%s{\"tag\":%u,\"algorithm\":%u,\"flags\":%u,\"protocol\":%u,\"bits\":%u,\"exponent\":%u,"
			"\"real\":%s,\"published\":%s}", i > 0 ? "," : "", k->tag, k->algorithm, k->flags, k->protocol,
			k->bits, k->exponent_bits, k->pair != NULL ? "true" : "false", k->published ? "true" : "false");
	}
	fputs("],", to);
}

static void write_entries(const char *name, const struct entries *e, FILE *to)
{
	fprintf(to, "\"%s\":[", name);
	for (size_t i = 0; i < e->count; i++) {
		const struct entry *x = &e->list[i];
		fprintf(to, "%s{\"kind\":\"%s\",\"key\":%u,\"digest\":%u}", i > 0 ? "," : "", kinds[x->kind], x->key,
			x->digest);
	}
	fputs("],", to);
}

static void write_signers(const char *name, const struct signers *s, FILE *to)
{
	fprintf(to, "\"%s\":[", name);
	for (size_t i = 0; i < s->count; i++) {
		fprintf(to, "%s[%u,\"%s\"]", i > 0 ? "," : "", s->list[i].key, hows[s->list[i].how]);
	}
	fputs("]", to);
}

static void write_sets(const struct child *c, FILE *to)
{
	fputs("\"signed\":{", to);
	for (enum set s = 0; s < SET_COUNT; s++) {
		write_signers(sets[s], &c->sets[s], to);
		fputs(",", to);
	}
	write_signers("zone", &c->zone, to);
	fputs("},", to);
}

static const char *boolean(bool holds)
{
	return holds ? "true" : "false";
}

void facts_write(const struct child *c, FILE *to)
{
	char apex[NAME_TEXT_SIZE];
	name_to_text(&c->apex, apex);
	fprintf(to, "{\"number\":%u,\"apex\":\"", c->number);
	for (const char *at = apex; *at != '\0'; at++) {
		fprintf(to, "%s%c", *at == '\\' ? "\\" : "", *at);
	}
	fprintf(to, "\",\"story\":\"%s\",\"digests\":%u,\"prefer_cdnskey\":%s,", c->story, c->digests,
		boolean(c->prefer_cdnskey));
	write_keys(c, to);
	write_entries("ds", &c->ds, to);
	write_entries("cds", &c->cds, to);
	write_entries("cdnskey", &c->cdnskey, to);
	write_sets(c, to);
	fprintf(to, "\"denial\":{\"nsec3\":%s,\"opt_out\":%s,\"iterations\":%u,\"fault\":\"%s\",\"type\":%u},",
		boolean(c->denial.nsec3), boolean(c->denial.opt_out), c->denial.iterations,
		denial_faults[c->denial.fault], c->denial.fault_type);
	const struct style *s = &c->style;
	fprintf(to, "\"style\":{\"upper\":%s,\"shuffled\":%s,\"ttls\":%s,\"relative\":%s,\"generic\":%s,\"lines\":%s,"
		"\"twice\":%s}}\n", boolean(s->upper), boolean(s->shuffled), boolean(s->ttls), boolean(s->relative),
		boolean(s->generic), boolean(s->lines), boolean(s->twice));
}
