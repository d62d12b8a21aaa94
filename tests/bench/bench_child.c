/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Asks synth by a function call what a probe would ask it over the network. */
#include "tests/bench/bench_child.h"

#include <string.h>
#include <time.h>

#include "tests/bench/bench_util.h"
#include "validate/wire/cursor.h"

static void take_name(const struct synth_name *name, struct name *out)
{
	bench_must(name_from_wire(name->octets, name->size, out) == 0, "a name");
}

static void take_host(const struct synth_plan *plan, unsigned farm, unsigned host, struct arena *arena,
	struct delegation_host *out)
{
	struct synth_name name;
	synth_host_name(farm, host, &name);
	take_name(&name, &out->name);
	out->glue_count = plan->addresses;
	out->glue = arena_array(arena, plan->addresses, sizeof(*out->glue));
	bench_must(out->glue != NULL, "memory");
	for (unsigned i = 0; i < plan->addresses; i++) {
		out->glue[i].family = 4;
		synth_host_address(farm, host, i, out->glue[i].octets);
	}
}

void bench_delegation(const struct synth_plan *plan, uint32_t child, struct crypto *crypto, struct arena *arena,
	struct delegation *out)
{
	struct synth_name name;
	struct synth_rrset ds;
	synth_child_name(child, &name);
	memset(out, 0, sizeof(*out));
	take_name(&name, &out->child);
	out->host_count = SYNTH_HOSTS;
	out->hosts = arena_array(arena, SYNTH_HOSTS, sizeof(*out->hosts));
	out->ds.ds = arena_array(arena, 1, sizeof(*out->ds.ds));
	bench_must(crypto != NULL && out->hosts != NULL && out->ds.ds != NULL, "memory");
	for (unsigned i = 0; i < SYNTH_HOSTS; i++) {
		take_host(plan, synth_farm(plan, child), i, arena, &out->hosts[i]);
	}
	out->ds_state = DS_ABSENT;
	if (synth_delegation_rrset(plan, child, TYPE_DS, &ds)) {
		const struct slice rdata = { ds.rdata[0].octets, ds.rdata[0].size };
		bench_must(ds_parse(rdata, out->ds.ds) == 0, "reading a DS");
		out->ds.count = 1;
		out->ds_state = DS_PRESENT;
		out->ds_ttl = SYNTH_TTL;
	}
}

/* RD=0, DO=1, EDNS 1232, as the resolver asks. */
static size_t compose_query(const struct name *name, uint16_t type, uint8_t out[SYNTH_QUERY_MAX])
{
	struct wire w = wire_writer(out, SYNTH_QUERY_MAX);
	wire_write_u32(&w, 0);
	wire_write_u32(&w, 0x00010000);
	wire_write_u32(&w, 1);
	name_write(&w, name);
	wire_write_u16(&w, type);
	wire_write_u16(&w, CLASS_IN);
	wire_write_u8(&w, 0);
	wire_write_u16(&w, TYPE_OPT);
	wire_write_u16(&w, 1232);
	wire_write_u32(&w, 0x8000);
	wire_write_u16(&w, 0);
	bench_must(!wire_error(&w), "composing a question");
	return w.pos;
}

static void ask_all(const struct synth_plan *plan, struct bench_child *c)
{
	for (enum evidence_question q = EVIDENCE_SOA; q < EVIDENCE_QUESTIONS; q++) {
		uint8_t query[SYNTH_QUERY_MAX], answer[SYNTH_ANSWER_MAX];
		size_t size = compose_query(&c->delegation.child, evidence_question_type(q), query);
		size = synth_answer(plan, SYNTH_AS_CHILDREN, false, query, size, answer);
		bench_must(size > 0, "answering");
		uint8_t *copy = arena_copy(c->arena, answer, size);
		bench_must(copy != NULL, "memory");
		for (size_t i = 0; i < c->evidence.server_count; i++) {
			c->evidence.servers[i].answers[q] = (struct evidence_answer){ .status = EVIDENCE_ANSWERED,
				.attempts = 1, .rtt_us = 1000, .octets = { copy, size } };
		}
	}
}

static void probe(const struct synth_plan *plan, struct bench_child *c)
{
	struct evidence *e = &c->evidence;
	e->child = c->delegation.child;
	e->began_ms = (uint64_t)c->now * 1000 - 50;
	e->ended_ms = (uint64_t)c->now * 1000;
	e->host_count = SYNTH_HOSTS;
	e->hosts = arena_array(c->arena, SYNTH_HOSTS, sizeof(*e->hosts));
	e->servers = arena_array(c->arena, SYNTH_HOSTS * SYNTH_ADDRESSES_MAX, sizeof(*e->servers));
	bench_must(e->hosts != NULL && e->servers != NULL, "memory");
	for (size_t i = 0; i < SYNTH_HOSTS; i++) {
		const struct delegation_host *host = &c->delegation.hosts[i];
		e->hosts[i] = (struct evidence_host){ host->name, EVIDENCE_HOST_RESOLVED };
		for (size_t a = 0; a < host->glue_count; a++) {
			struct evidence_server *s = &e->servers[e->server_count++];
			s->address = host->glue[a];
			s->hosts = UINT32_C(1) << i;
		}
	}
	ask_all(plan, c);
}

void bench_child_make(const struct synth_plan *plan, uint32_t child, struct crypto *crypto,
	const struct policy *policy, struct bench_child *out)
{
	memset(out, 0, sizeof(*out));
	struct evidence seen;
	out->arena = arena_new();
	out->now = (uint32_t)time(NULL);
	bench_must(out->arena != NULL, "memory");
	bench_delegation(plan, child, crypto, out->arena, &out->delegation);
	probe(plan, out);
	seen = out->evidence;
	bench_must(evidence_encode(&seen, out->arena, &out->octets) == 0 &&
		evidence_decode(out->octets, out->arena, &out->evidence) == 0, "encoding evidence");
	const struct judge_input in = { .evidence = &out->evidence, .delegation = &out->delegation,
		.rules = &policy->rules, .algorithms = algorithm_table_builtin(), .now = out->now };
	bench_must(judge(crypto, &in, out->arena, &out->finding) == 0, "judging");
}

void bench_child_free(struct bench_child *c)
{
	arena_free(c->arena);
}
