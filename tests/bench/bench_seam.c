/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Nothing but the seam to the network: CDS questions to synth's children, so many outstanding.
 * usage: bench_seam udp|tcp QUESTIONS CHILDREN FARMS OUTSTANDING. One JSON object. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <uv.h>

#include "scanner/net/resolver_getdns.h"
#include "tests/bench/bench_util.h"
#include "tests/bench/synth.h"
#include "validate/wire/record.h"

struct seam {
	struct resolver *resolver;
	enum transport transport;
	struct synth_plan plan;
	unsigned long questions, asked, received, lost;
	struct bench_time began, took;	/* until the last answer: idle connections stay open longer */
};

static void on_answer(void *user, const struct answer *answer);

static void ask(struct seam *s)
{
	struct synth_name name;
	uint32_t child = (uint32_t)(s->asked / SYNTH_HOSTS % s->plan.children);
	synth_child_name(child, &name);
	struct question q = { .type = TYPE_CDS, .transport = s->transport, .timeout_ms = 3000,
		.server = { .family = 4 } };
	synth_host_address(synth_farm(&s->plan, child), s->asked % SYNTH_HOSTS, 0, q.server.octets);
	bench_must(name_from_wire(name.octets, name.size, &q.name) == 0, "a name");
	uint64_t ticket;
	bench_must(s->resolver->ops->submit(s->resolver, &q, on_answer, s, &ticket) == 0, "asking");
	s->asked++;
}

static void on_answer(void *user, const struct answer *answer)
{
	struct seam *s = user;
	if (answer->status == ANSWER_RECEIVED) {
		s->received++;
	} else {
		s->lost++;
	}
	if (s->asked < s->questions) {
		ask(s);
	}
	if (s->received + s->lost == s->questions) {
		s->took = bench_since(&s->began);
	}
}

int main(int argc, char **argv)
{
	bench_must(argc == 6, "usage: bench_seam udp|tcp QUESTIONS CHILDREN FARMS OUTSTANDING:");
	struct seam s = { .transport = strcmp(argv[1], "tcp") == 0 ? TRANSPORT_TCP : TRANSPORT_UDP,
		.questions = bench_number(argv[2]),
		.plan = { .children = (uint32_t)bench_number(argv[3]), .farms = (unsigned)bench_number(argv[4]),
			.addresses = 1 } };
	unsigned long outstanding = bench_number(argv[5]);
	uv_loop_t loop;
	const struct resolver_getdns_options options = { .max_outstanding = outstanding };
	const char *why = "";
	bench_must(uv_loop_init(&loop) == 0, "an event loop");
	bench_must(resolver_getdns_new(&loop, &options, &s.resolver, &why) == 0, "a resolver");
	bench_must(s.resolver->ops->capacity(s.resolver) >= outstanding, "having enough descriptors");
	s.began = bench_now();
	for (unsigned long i = 0; i < outstanding && s.asked < s.questions; i++) {
		ask(&s);
	}
	uv_run(&loop, UV_RUN_DEFAULT);
	s.resolver->ops->close(s.resolver);
	uv_run(&loop, UV_RUN_DEFAULT);
	bench_must(uv_loop_close(&loop) == 0, "closing the loop");
	printf("{\"transport\":\"%s\",\"questions\":%lu,\"lost\":%lu,\"wall_s\":%.3f,\"user_s\":%.3f,\"sys_s\":%.3f,"
		"\"per_second\":%.0f,\"cpu_us\":%.2f}\n", argv[1], s.received, s.lost, s.took.wall, s.took.user, s.took.sys,
		(double)s.received / s.took.wall, (s.took.user + s.took.sys) / (double)s.received * 1e6);
	return s.lost == 0 ? 0 : 1;
}
