/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One TCP connection to synth: questions in, answers out, as many as come in a row (RFC 7766 section 6.2.1). */
#include "tests/bench/synth.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define INPUT 8192
#define OUTPUT 65536

struct synth_connection {
	int descriptor;
	enum synth_role role;
	size_t have;			/* octets of input */
	size_t ready, sent;		/* octets of output */
	uint8_t input[INPUT];
	uint8_t output[OUTPUT];
};

struct synth_connection *synth_connection_new(int descriptor, enum synth_role role)
{
	struct synth_connection *c = calloc(1, sizeof(*c));
	if (c != NULL) {
		c->descriptor = descriptor;
		c->role = role;
	}
	return c;
}

int synth_connection_descriptor(const struct synth_connection *c)
{
	return c->descriptor;
}

void synth_connection_free(struct synth_connection *c)
{
	close(c->descriptor);
	free(c);
}

static bool passing(void)
{
	return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

/* Answers what is complete and has room; false: not a question. */
static bool answer_all(struct synth_connection *c, const struct synth_plan *plan)
{
	size_t at = 0;
	while (c->have - at >= 2 && OUTPUT - c->ready >= 2 + SYNTH_ANSWER_MAX) {
		size_t size = (size_t)c->input[at] << 8 | c->input[at + 1];
		if (size > SYNTH_QUERY_MAX) {
			return false;
		}
		if (c->have - at < 2 + size) {
			break;
		}
		uint8_t *out = c->output + c->ready;
		size_t answer = synth_answer(plan, c->role, true, c->input + at + 2, size, out + 2);
		if (answer == 0) {
			return false;
		}
		out[0] = (uint8_t)(answer >> 8);
		out[1] = (uint8_t)answer;
		c->ready += 2 + answer;
		at += 2 + size;
	}
	memmove(c->input, c->input + at, c->have - at);
	c->have -= at;
	return true;
}

/* False: the connection is broken. */
static bool flush(struct synth_connection *c)
{
	while (c->sent < c->ready) {
		ssize_t n = send(c->descriptor, c->output + c->sent, c->ready - c->sent, MSG_NOSIGNAL);
		if (n < 0) {
			return passing();
		}
		c->sent += (size_t)n;
	}
	c->sent = 0;
	c->ready = 0;
	return true;
}

bool synth_connection_work(struct synth_connection *c, const struct synth_plan *plan, bool *blocked)
{
	*blocked = false;
	for (;;) {
		if (!answer_all(c, plan)) {
			return false;
		}
		if (c->ready > 0) {
			if (!flush(c)) {
				return false;
			}
			*blocked = c->ready > 0;
			if (*blocked) {
				return true;
			}
			continue;
		}
		ssize_t n = recv(c->descriptor, c->input + c->have, INPUT - c->have, 0);
		if (n <= 0) {
			return n < 0 && passing();
		}
		c->have += (size_t)n;
	}
}
