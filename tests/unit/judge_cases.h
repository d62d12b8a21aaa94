/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables of cases for the judge: what servers say -> the reason, the DS set, the warnings. */
#pragma once

#include "tests/unit/zone_fixture.h"
#include "validate/cds/judge.h"

#define CASE_WARNINGS 4

struct judge_case {
	const char *name;	/* a row of doc/standards.md, a situation */
	const char *rows;	/* more rows of doc/standards.md that it shows */
	const char *ds;		/* current DS set; NULL: "A" */
	struct says servers[SERVERS_MAX];
	struct rules rules;	/* added to the defaults of the runner: see case_rules */
	enum reason reason;
	const char *after;	/* DS set proposed; NULL: the current one */
	enum change_class change;
	enum reason signaling;	/* of the finding */
	enum reason warnings[CASE_WARNINGS];	/* each must be there */
	enum reason notes[SERVERS_MAX];	/* reason of each server; checked where not NONE */
	enum response_class classes[SERVERS_MAX];	/* likewise, where not TIMEOUT */
	const char *rule;	/* a check that must be there ... */
	enum check_result result;	/* ... with this result */
	unsigned silent;	/* silent servers */
	bool delete_both;	/* rules.delete_requires_both */
	bool no_delete;		/* rules.delete_allowed off */
	bool quiet;		/* there is nothing to warn of */
};

struct judge_table {
	const struct judge_case *cases;
	size_t count;
};
struct judge_table judge_cases_update(void);
struct judge_table judge_cases_signature(void);
struct judge_table judge_cases_servers(void);
struct judge_table judge_cases_content(void);
struct judge_table judge_cases_continuity(void);
struct judge_table judge_cases_delete(void);
struct judge_table judge_cases_insecure(void);
struct judge_table judge_cases_auth(void);
struct judge_table judge_cases_bootstrap(void);
struct judge_table judge_cases_health(void);
struct judge_table judge_cases_providers(void);
struct judge_table judge_cases_types(void);
struct judge_table judge_cases_rows(void);
struct judge_table judge_cases_more(void);

#define JUDGE_TABLE(name) \
	struct judge_table name(void) \
	{ \
		return (struct judge_table){ cases, sizeof cases / sizeof cases[0] }; \
	}

/* A rollover from A to B, half way: both sign the DNSKEY set, the DS still names A. */
#define ROLL .dnskey = "ABZ", .dnskey_by = "AB", .on = true
