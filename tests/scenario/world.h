/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The world of a story: one child, its servers' answers as a recording, a parent in a store, and a clock that only moves
 * when the walk waits for something. */
#pragma once

#include "registry/store/records.h"
#include "scanner/net/resolver_replay.h"
#include "scanner/pipeline/judges.h"
#include "scanner/pipeline/queue.h"
#include "scanner/walk/walk.h"
#include "tests/scenario/signals.h"
#include "tests/unit/zone_fixture.h"

#define WORDS_MAX 64

/* What one server says over one transport; the words that says points to. */
struct voice {
	struct says says;
	char words[8][WORDS_MAX];
	char token[WORDS_MAX];		/* as zone_challenge.h has it */
	bool token_lost;		/* nobody answers for it */
	uint32_t delay_ms;
	bool truncated;
};

struct server {
	struct voice udp, tcp;
	struct voice elsewhere[LIMIT_VANTAGES - 1];	/* at other vantages, over TCP */
	bool unresolved;		/* its address cannot be looked up */
	enum signal_trouble signal;
};

struct world {
	char dir[64];
	struct store *store;
	struct crypto *crypto;
	const struct policy *policy;
	struct policy at_our_root;	/* the same, with the trust anchor of the story */
	const struct algorithm_table *algorithms;
	struct arena *files_arena;	/* of what configurations and override files say */
	struct server servers[SERVERS_MAX];
	size_t server_count;
	char ds[WORDS_MAX];		/* the parent's */
	uint32_t ds_ttl;		/* of it; 0: as the fixture has it */
	/* What the registry says of the domain beside its records */
	unsigned flags;
	char registrar[LIMIT_LABEL_TEXT], registration[LIMIT_LABEL_TEXT];
	uint32_t manual_change;
	enum evidence_trigger trigger;	/* of the next run */
	struct walk_options walk_options;
	struct notified *notified;	/* notify.h; NULL: nobody spoke of messages yet */
	struct moment now;
	uint64_t generation;
	uint64_t change;		/* the newest; 0: none yet */
	enum operator_action late;	/* what an operator says while the child is being asked, in the next run; 0: nothing */
	/* The walk that goes on */
	struct walk *walk;
	struct resolver *resolver;
	struct resolver *recursive;
	struct resolver *others[LIMIT_VANTAGES - 1];	/* at other vantages */
	struct signaling *signaling;
	struct queue *results;
	struct probe *probed;
	bool moved;			/* something happened: the walk may go on at once */
	/* What the last run gave, in arena */
	struct arena *arena;
	bool decided;			/* false: the probe was spoilt */
	struct decision decision;
	uint64_t questions;
	bool looks_again;		/* the judge wants another look */
	unsigned looks;
	uint64_t round_ms;
};

/* Ends the program with the sentence. */
__attribute__((noreturn, format(printf, 1, 2))) void give_up(const char *format, ...);

/* The same, unless code is 0. */
void must(int code, const char *what);

void world_open(struct world *w);
void world_close(struct world *w);
/* A preset, or what would be the value of "policy" in a configuration file. */
void world_policy(struct world *w, const char *text);
/* Chains of signaling zones begin at the root of the story. */
void world_begin_at_our_root(struct world *w);
/* What an override file of these octets makes of the built-in algorithm table is used from now on. */
void world_override(struct world *w, const char *yaml);
/* Loads the parent, walks the child, judges and decides: one run. What it stored must come out the same again, decided
 * with what is in the store alone. */
void world_run(struct world *w);
/* The parent alone, as it is now: nobody is asked. */
void world_load(struct world *w);
/* The source was read to its end without the domain. */
void world_gone(struct world *w);
/* What an operator says of the child, with the token he hands out, or of its newest change, which he undoes; false: there is nothing of that kind to do. */
bool world_operator(struct world *w, enum operator_action action, const char *token);
/* The newest change goes out: claimed and sent. */
void world_export(struct world *w);
void world_ack(struct world *w);
/* Its state; 0: there is none. */
enum event_kind world_change(struct world *w, struct change *out);
