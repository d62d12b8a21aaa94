/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One loop, one resolver, many questions. */
#define _GNU_SOURCE	/* RTLD_NEXT */
#include "tests/unit/resolver_bench.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "validate/wire/record.h"

struct responder *server;
uint16_t port;

/* Every close of this process, also those of libgetdns and libuv, goes through here. */
static size_t bad_closes;
int close(int fd);
int close(int fd)
{
	static int (*real)(int);
	if (!real) {
		*(void **)&real = dlsym(RTLD_NEXT, "close");
	}
	int result = real(fd);
	if (result < 0 && errno == EBADF && fd >= 0) {
		bad_closes++;
	}
	return result;
}

size_t bench_bad_closes(void)
{
	return bad_closes;
}

int bench_serve(const struct responder_place *places, size_t count)
{
	/* The first loop of a process opens libuv's signal pipe, for ever. */
	uv_loop_t first;
	uv_loop_init(&first);
	uv_loop_close(&first);
	server = responder_start(places, count);
	port = server ? responder_port(server) : 0;
	return server ? 0 : -1;
}

int bench_stop_serving(void **state)
{
	(void)state;
	responder_stop(server);
	server = NULL;
	return 0;
}

size_t bench_descriptors(void)
{
	size_t count = 0;
	DIR *d = opendir("/proc/self/fd");
	while (readdir(d)) {
		count++;
	}
	closedir(d);
	return count;
}

struct question question(size_t i, uint8_t net, enum transport transport, uint32_t timeout_ms)
{
	char text[64];
	snprintf(text, sizeof(text), "child%zu.example.", i);
	struct question q = {
		.type = TYPE_CDS,
		.server = responder_address(net, 1),
		.port = port,
		.transport = transport,
		.timeout_ms = timeout_ms,
	};
	assert_int_equal(name_from_text(text, &q.name), 0);
	return q;
}

void bench_open(struct bench *b, const struct resolver_getdns_options *options)
{
	static const struct resolver_getdns_options defaults;
	const char *why = NULL;
	memset(b, 0, sizeof(*b));
	b->descriptors = bench_descriptors();
	assert_int_equal(uv_loop_init(&b->loop), 0);
	assert_int_equal(resolver_getdns_new(&b->loop, options ? options : &defaults, &b->resolver, &why),
		0);
}

/* Everything is given back: callbacks, handles, descriptors. */
void bench_close(struct bench *b)
{
	b->resolver->ops->close(b->resolver);
	uv_run(&b->loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&b->loop), 0);
	assert_int_equal(b->done, b->sent);
	for (size_t i = 0; i < b->sent; i++) {
		assert_int_equal(b->asks[i].calls, 1);
	}
	free(b->asks);
	assert_int_equal(bench_descriptors(), b->descriptors);
	assert_int_equal(bad_closes, 0);
}

static void fill(struct bench *b);

void bench_on_answer(void *user, const struct answer *answer)
{
	struct ask *a = user;
	struct bench *b = a->bench;
	assert_false(b->in_submit);
	a->calls++;
	a->status = answer->status;
	a->size = answer->size;
	a->rtt_us = answer->rtt_us;
	assert_true((answer->status == ANSWER_RECEIVED) == (answer->octets != NULL));
	if (answer->octets) {
		assert_true(answer->size >= 12);
		a->truncated = answer->octets[2] & 2;
		a->recursion = answer->octets[2] & 1;
		a->unchecked = answer->octets[3] & 0x10;
	}
	b->seen[answer->status]++;
	b->done++;
	fill(b);
}

void bench_submit(struct bench *b, struct ask *a, const struct question *q)
{
	a->bench = b;
	b->sent++;
	b->in_submit = true;
	assert_int_equal(b->resolver->ops->submit(b->resolver, q, bench_on_answer, a, &a->ticket), 0);
	b->in_submit = false;
}

static void fill(struct bench *b)
{
	while (b->sent < b->count && b->sent - b->done < b->window) {
		struct ask *a = &b->asks[b->sent];
		struct question q = b->make(b->sent);
		bench_submit(b, a, &q);
	}
}

void bench_begin(struct bench *b, size_t count, size_t window, struct question (*make)(size_t i))
{
	b->asks = calloc(count, sizeof(*b->asks));
	b->count = count;
	b->window = window;
	b->make = make;
	fill(b);
}

void bench_finish(struct bench *b)
{
	while (b->done < b->sent || b->sent < b->count) {
		uv_run(&b->loop, UV_RUN_ONCE);
	}
}
