/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Views from files become evidence like that of a walk, and go the same way through judge and accept. */
#include "scanner/judge_files.h"

#include <stdio.h>
#include <string.h>

#include "registry/source/masterview.h"
#include "scanner/algorithms.h"
#include "scanner/command.h"
#include "scanner/file_views.h"
#include "scanner/show.h"
#include "validate/accept/accept.h"
#include "validate/wire/err.h"

struct files {
	const struct judge_files_options *options;
	struct crypto *crypto;
	struct arena *arena;
	const struct algorithm_table *algorithms;
	struct policy policy;		/* as far as files can tell */
	struct delegation delegation;
	struct evidence evidence;
};

static int read_views(struct files *f)
{
	const struct judge_files_options *o = f->options;
	int ret = file_views_make(&o->child, o->count, o->at, f->arena, &f->evidence, &f->delegation);
	if (ret != ERR_OK) {
		say("%s", err_text(ret));
		return EXIT_RUNTIME;
	}
	for (size_t i = 0; i < o->count; i++) {
		struct source_error error = { .file = "" };
		if (masterview_read(o->files[i], &o->child, f->arena, &f->evidence.servers[i], &error) != ERR_OK) {
			say_source_error(&error);
			return EXIT_RUNTIME;
		}
	}
	return EXIT_OK;
}

static int read_ds(struct files *f)
{
	struct delegation *d = &f->delegation;
	d->ds_state = DS_ABSENT;
	if (f->options->ds_file == NULL) {
		return EXIT_OK;
	}
	struct source_error error = { .file = "" };
	if (masterview_read_ds(f->options->ds_file, &d->child, f->arena, &d->ds, &d->ds_ttl, &error) != ERR_OK) {
		say_source_error(&error);
		return EXIT_RUNTIME;
	}
	d->ds_state = d->ds.count > 0 ? DS_PRESENT : DS_ABSENT;
	return EXIT_OK;
}

static void leave_out(struct policy *p, enum bootstrap_method method)
{
	struct bootstrap_policy *b = &p->bootstrap;
	size_t kept = 0;
	for (size_t i = 0; i < b->method_count; i++) {
		if (b->methods[i] != (uint8_t)method) {
			b->methods[kept++] = b->methods[i];
		}
	}
	b->method_count = (uint8_t)kept;
}

/* Neither signals of operators nor a token are in files, and nobody knows from where they came; without these the judge would ask for
 * another look, which there is not. */
static void read_policy(struct files *f)
{
	f->policy = *f->options->policy;
	leave_out(&f->policy, BOOTSTRAP_AUTHENTICATED);
	leave_out(&f->policy, BOOTSTRAP_CHALLENGE);
	f->policy.rules.bootstrap.authenticated = false;
	f->policy.rules.bootstrap.challenge = false;
	f->policy.rules.bootstrap.vantages = 1;
}

/* Did it come to the question who or what proves a first DS set? Then it matters what was left out. */
static void say_left_out(const struct files *f, const struct decision *d)
{
	const struct bootstrap_rules *rules = &f->options->policy->rules.bootstrap;
	bool asked = false;
	for (size_t i = 0; i < d->check_count; i++) {
		asked = asked || strcmp(d->checks[i].rule, "R7344-9-2") == 0;
	}
	const char *const lacks[] = { rules->authenticated ? ", no signals of operators (RFC 9615)" : "", rules->challenge ? ", no tokens" : "",
		rules->vantages > 1 ? ", no other vantages" : "" };
	if (asked && (lacks[0][0] | lacks[1][0] | lacks[2][0]) != 0) {
		char all[128];
		snprintf(all, sizeof(all), "%s%s%s", lacks[0], lacks[1], lacks[2]);
		say("files have%s; the request is judged without", all + 1);
	}
}

static int decide(struct files *f, struct decision *out)
{
	read_policy(f);
	struct case_input in = {
		.policy = &f->policy,
		.algorithms = f->algorithms,
		.now = (uint32_t)f->options->at,
	};
	struct child_state after;
	int ret = evidence_encode(&f->evidence, f->arena, &in.evidence);
	if (ret == ERR_OK) {
		ret = delegation_encode(&f->delegation, f->arena, &in.delegation);
	}
	if (ret == ERR_OK) {
		ret = case_decide(f->crypto, &in, f->arena, out, &after);
	}
	if (ret == ERR_OK) {
		say_left_out(f, out);
	}
	return ret;
}

static int show(const struct files *f, const struct decision *d)
{
	const struct show_context context = { .policy = f->options->policy };
	if (!f->options->json) {
		show_decision_text(d, &context, stdout);
		return ERR_OK;
	}
	struct json *j = json_new();
	int ret = j == NULL ? ERR_NOMEM : show_decision_json(j, d, &context, stdout);
	json_free(j);
	return ret;
}

int judge_files_run(const struct judge_files_options *o)
{
	if (o->count > LIMIT_NS_HOSTS) {
		say("%zu views are too many; at most %d", o->count, LIMIT_NS_HOSTS);
		return EXIT_USAGE;
	}
	struct files f = { .options = o, .crypto = crypto_new(), .arena = arena_new() };
	struct decision decision;
	int code = EXIT_RUNTIME;
	if (f.crypto == NULL || f.arena == NULL) {
		say("not enough memory, or OpenSSL's default provider is missing");
		goto out;
	}
	code = algorithms_load(o->algorithm_table, f.arena, &f.algorithms);
	if (code == EXIT_OK) {
		code = read_views(&f);
	}
	if (code == EXIT_OK) {
		code = read_ds(&f);
	}
	if (code != EXIT_OK) {
		goto out;
	}
	int ret = decide(&f, &decision);
	if (ret == ERR_OK) {
		ret = show(&f, &decision);
	}
	if (ret != ERR_OK) {
		say("%s", err_text(ret));
		code = EXIT_RUNTIME;
	}
out:
	arena_free(f.arena);
	crypto_free(f.crypto);
	return code;
}
