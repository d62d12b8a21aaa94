/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decisions and changes as people and programs read them. */
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "registry/sink/json.h"
#include "registry/store/arrival.h"
#include "registry/store/records.h"
#include "validate/accept/decision.h"
#include "validate/accept/policy.h"

/* The change of a child that is on its way, as it is by now. */
struct show_change {
	const struct change *change;
	const char *id;
	enum arrival arrival;
};

/* The newest change of a child that the parent's servers were asked for. */
struct show_in_dns {
	const struct change *change;
	const char *id;
	enum in_dns in_dns;
	uint64_t asked;
};

/* What the decision record says beside the decision. Zeros and NULL give null. */
struct show_context {
	const struct policy *policy;
	const uint8_t *policy_hash;	/* SHA256_OCTETS */
	const uint8_t *evidence_hash;
	uint64_t run, sequence;		/* "case": "RUN/SEQUENCE"; sequence 0: none */
	bool research;			/* of a run over a source that was too old */
	const struct window *window;	/* as it is by now; NULL: as it was when it was decided */
	const struct show_change *on_its_way;	/* NULL: there is none, or nobody has looked */
	const struct show_in_dns *in_dns;	/* NULL: they were not asked, or nothing is known */
};
/* Was the run of a stored case one of research? In *out; of a run that is not there it is not known, so not. */
int show_research(struct txn *t, uint64_t run, bool *out);
/* When waiting alone may help, if a time was decided: checks that have counted since put it where they are. */
uint32_t show_eligible(const struct decision *d, const struct show_context *c);

/* The decision record of doc/decision.schema.json: one object and a newline. */
int show_decision_json(struct json *j, const struct decision *d, const struct show_context *c, FILE *to);
/* Rule by rule, for people. */
void show_decision_text(const struct decision *d, const struct show_context *c, FILE *to);
/* One line for a change of the DS set: "example.ch.  update  -12345/13/2 +23456/13/2". */
void show_ds_difference(const struct ds_set *before, const struct ds_set *after, FILE *to);
/* Why what an operator said has no effect by that policy; NULL: it has. */
const char *show_no_effect(enum operator_word word, const struct policy *p);
/* What holds a change: "operator", or a reason. */
const char *show_held_for(const struct change *c);
/* "2026-11-21T02:00:00Z", or "never" for zero and what does not fit; buf is returned. */
const char *show_time(uint64_t seconds, char buf[24]);
