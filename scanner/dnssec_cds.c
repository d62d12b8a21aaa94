/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cdswalk dnssec-cds: reads and writes what BIND's program of that name does, and decides by the rules of this one. */
#include "scanner/dnssec_cds.h"

#include <stdio.h>
#include <string.h>

#include "config.h"
#include "scanner/clock.h"
#include "scanner/command.h"
#include "scanner/show.h"
#include "validate/wire/err.h"

/* Details begin with the address of their server, and here is but one, which is none. */
static const char *detail_of(const struct check *c)
{
	static const char label[] = "100::1: ";
	return strncmp(c->detail, label, sizeof(label) - 1) == 0 ? c->detail + sizeof(label) - 1 : c->detail;
}

/* The rule that refused: the first that failed. */
static const struct check *find_refusal(const struct decision *d)
{
	for (size_t i = 0; i < d->check_count; i++) {
		if (d->checks[i].result == CHECK_FAIL) {
			return &d->checks[i];
		}
	}
	return NULL;
}

static void say_refusal(const struct decision *d)
{
	const struct reason_row *row = reason_find(d->reason);
	const struct check *rule = find_refusal(d);
	const char *sentence = row == NULL ? "" : row->sentence;
	if (rule == NULL) {
		say("%s (%s): %s", reason_token(d->reason), row == NULL ? "-" : row->source, sentence);
	} else {
		say("%s (%s): %s", reason_token(d->reason), rule->rule, sentence);
		say("%s: %s", rule->rule, detail_of(rule));
	}
}

static void say_warning(enum reason reason)
{
	const struct reason_row *row = reason_find(reason);
	say("%s (%s): %s", reason_token(reason), row == NULL ? "-" : row->source, row == NULL ? "" : row->sentence);
}

static void say_rules(const struct decision *d)
{
	static const char *const marks[] = { "fail", "pass", "skip", "warn" };
	for (size_t i = 0; i < d->check_count; i++) {
		const struct check *c = &d->checks[i];
		say("%s %s: %s", (size_t)c->result < 4 ? marks[c->result] : "?", c->rule, detail_of(c));
	}
	for (size_t i = 0; i < d->warning_count; i++) {
		say_warning(d->warnings[i]);
	}
}

/* A digest type that -a takes and the child asks for, and yet it is not in the DS set: BIND's program puts it there. */
static bool left_out(const struct dnssec_cds_options *o, const struct decision *d)
{
	uint8_t missing = o->digests;
	bool ignored = false;
	for (size_t i = 0; i < d->ds_after.count; i++) {
		uint8_t type = d->ds_after.ds[i].digest_type;
		missing &= (uint8_t)~(type < 8 ? 1u << type : 0u);
	}
	for (size_t i = 0; i < d->warning_count; i++) {
		ignored = ignored || d->warnings[i] == REASON_WARN_DIGEST_IGNORED;
	}
	return ignored && missing != 0;
}

static void talk(const struct dnssec_cds_options *o, const struct dsset_file *f, const struct dnssec_cds_verdict *v)
{
	const struct decision *d = &v->decision;
	if (o->verbose > 0) {
		say_rules(d);
	}
	if (v->success && o->verbose == 0 && left_out(o, d)) {
		say_warning(REASON_WARN_DIGEST_IGNORED);
	}
	if (v->success && o->verbose > 0) {
		say("%s", v->asks ? reason_token(d->reason) : "neither CDS nor CDNSKEY is published");
	}
	if (!v->success && f->ds.count == 0 && d->reason == REASON_NOOP_NO_SIGNAL) {
		say("%s has no DS record of the child", say_text(f->path));
	} else if (!v->success) {
		say_refusal(d);
	}
}

static void print_difference(const char *what, const struct name *child, const struct ds_set *these, const struct ds_set *others,
	uint32_t ttl)
{
	for (size_t i = 0; i < these->count; i++) {
		const struct ds_set one = { 1, &these->ds[i] };
		if (!ds_set_has(others, &these->ds[i])) {
			fputs(what, stdout);
			dsset_print(child, &one, ttl, false, stdout);
		}
	}
}

/* What comes before what goes, so that the child is never without. */
static void print_update(const struct decision *d, uint32_t ttl)
{
	print_difference("update add ", &d->child, &d->ds_after, &d->ds_before, ttl);
	print_difference("update del ", &d->child, &d->ds_before, &d->ds_after, 0);
	puts("send");
}

/* The new file is on the disk before anything is printed, and takes its place after that has arrived. */
static int write_out(const struct dnssec_cds_options *o, struct dsset_file *f, const struct dnssec_cds_verdict *v)
{
	const struct decision *d = &v->decision;
	uint32_t ttl = o->ttl != 0 ? o->ttl : f->ttl;
	const struct dsset_content content = { .child = &o->child, .ds = &d->ds_after, .ttl = ttl, .by_digest = v->asks,
		.modified = v->newest };
	if (o->in_place && !dsset_file_prepare(f, &content)) {
		return EXIT_RUNTIME;
	}
	if (o->nsupdate && v->asks) {
		print_update(d, ttl);
	} else if (!o->nsupdate && !o->in_place) {
		dsset_print(&o->child, &d->ds_after, ttl, v->asks, stdout);
	}
	if (fflush(stdout) != 0 || ferror(stdout) != 0) {
		say("standard output could not be written");
		return EXIT_RUNTIME;
	}
	return !o->in_place || dsset_file_replace(f, o->extension) ? EXIT_OK : EXIT_RUNTIME;
}

/* Seconds below which a signature is older than what was accepted last. */
static uint64_t find_watermark(const struct dnssec_cds_options *o, const struct dsset_file *f, uint64_t now)
{
	int64_t base = o->base == START_FILE ? (int64_t)f->status.st_mtim.tv_sec : o->base == START_NOW ? (int64_t)now : 0;
	return base + o->start > 0 ? (uint64_t)(base + o->start) : 0;
}

static int decide(const struct dnssec_cds_options *o, struct dsset_file *f, struct crypto *crypto, struct arena *arena)
{
	if (!dsset_file_read(o, arena, f)) {
		return EXIT_RUNTIME;
	}
	uint64_t now = clock_unix_s();
	const struct dnssec_cds_case c = { .watermark = find_watermark(o, f, now), .now = now, .crypto = crypto, .arena = arena };
	if (o->verbose > 0) {
		char when[24];
		say("child records must not be signed before %s", show_time(c.watermark, when));
	}
	struct dnssec_cds_verdict v;
	if (!dnssec_cds_judge(o, f, &c, &v)) {
		return EXIT_RUNTIME;
	}
	talk(o, f, &v);
	return v.success ? write_out(o, f, &v) : EXIT_RUNTIME;
}

static int run(const struct command *self, int argc, char **argv)
{
	struct dnssec_cds_options o;
	bool help;
	say_as(self->name);
	if (!dnssec_cds_options_read(argc, argv, &o, &help)) {
		(void)command_misuse(self);
		return EXIT_RUNTIME;	/* as BIND's */
	}
	if (help) {
		return command_help(self);
	}
	if (o.version) {
		fprintf(stderr, "%s (%s)\n", self->name, PACKAGE_STRING);
		return EXIT_OK;
	}
	struct dsset_file f = { .dir = -1 };
	struct crypto *crypto = crypto_new();
	struct arena *arena = arena_new();
	int code = EXIT_RUNTIME;
	if (crypto == NULL || arena == NULL) {
		say("not enough memory, or OpenSSL's default provider is missing");
	} else {
		code = decide(&o, &f, crypto, arena);
	}
	dsset_file_end(&f);
	arena_free(arena);
	crypto_free(crypto);
	return code;
}

const struct command command_dnssec_cds = {
	.name = "dnssec-cds",
	.arguments = "[-Du] [-a ALG]... [-c CLASS] [-i[EXT]] [-s START] [-T TTL] [-v LEVEL] -d PATH -f FILE DOMAIN",
	.sentence = "Take the place of BIND's dnssec-cds, with the rules of cdswalk.",
	.help = "  -a ALG                  digest of DS records: SHA-256 (the default) or SHA-384; may be repeated\n"
		"  -c CLASS                class; only IN has DS automation\n"
		"  -D                      make DS records from CDNSKEY where there is CDS, too\n"
		"  -d PATH                 the dsset file with the DS records of the parent, or its directory\n"
		"  -f FILE                 what dig +dnssec printed for DNSKEY, CDNSKEY and CDS of the child\n"
		"  -i[EXT]                 replace the dsset file in place; with EXT, keep the old one as PATH and EXT\n"
		"  -s START                oldest signatures to accept (default: the modification time of the dsset file)\n"
		"  -T TTL                  TTL of the DS records (default: as in the dsset file)\n"
		"  -u                      write a script for nsupdate\n"
		"  -V                      print the version\n"
		"  -v LEVEL                from 1 on, say every rule that was checked\n"
		"  --help                  this text\n",
	.run = run,
};
