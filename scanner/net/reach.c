/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reach: the SOA of the root, asked of each server; whatever comes back counts. */
#include "scanner/net/reach.h"

#include <stdint.h>
#include <uv.h>

#include "scanner/net/resolver_getdns.h"
#include "validate/wire/err.h"
#include "validate/wire/record.h"

#define TIMEOUT_MS 3000
#define ROUNDS 2

struct check {
	struct resolver *resolver;
	size_t open;
	bool answered;
};

static void on_answer(void *user, const struct answer *answer)
{
	struct check *c = user;
	c->answered = c->answered || answer->status == ANSWER_RECEIVED;
	c->open--;
}

static int ask_all(struct check *c, uv_loop_t *loop, const struct address *servers, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct question q = { .name = name_root, .type = TYPE_SOA, .server = servers[i],
			.transport = TRANSPORT_UDP, .timeout_ms = TIMEOUT_MS };
		uint64_t ticket;
		int ret = c->resolver->ops->submit(c->resolver, &q, on_answer, c, &ticket);
		if (ret != ERR_OK) {
			return ret;
		}
		c->open++;
	}
	while (c->open > 0 && !c->answered) {
		uv_run(loop, UV_RUN_ONCE);
	}
	return ERR_OK;
}

int reach_any(const struct address *servers, size_t count, bool *answered, const char **why)
{
	struct check c = { .resolver = NULL };
	uv_loop_t loop;
	const struct resolver_getdns_options options = { .max_outstanding = count };
	*answered = false;
	if (uv_loop_init(&loop) != 0) {
		*why = "the event loop could not be made; are there descriptors left (ulimit -n)?";
		return ERR_IO;
	}
	int ret = resolver_getdns_new(&loop, &options, &c.resolver, why);
	for (unsigned round = 0; ret == ERR_OK && round < ROUNDS && !c.answered; round++) {
		ret = ask_all(&c, &loop, servers, count);
	}
	if (c.resolver != NULL) {
		c.resolver->ops->close(c.resolver);
	}
	uv_run(&loop, UV_RUN_DEFAULT);
	uv_loop_close(&loop);
	*answered = c.answered;
	return ret;
}
