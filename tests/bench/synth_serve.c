/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Synth's servers: one thread, every address of the plan over UDP and TCP, port 53. Linux only: recvmmsg, epoll. */
#define _GNU_SOURCE
#include "tests/bench/synth.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#define PORT 53
#define BATCH 64
#define EVENTS 128
#define BACKLOG 256
#define SOCKET_BUFFER (4 << 20)

/* What epoll knows of a descriptor. */
struct place {
	int descriptor;
	enum synth_role role;
	enum { PLACE_DATAGRAMS, PLACE_LISTENER, PLACE_CONNECTION } kind;
	struct synth_connection *connection;
};

struct server {
	const struct synth_plan *plan;
	int epoll;
};

static int watch(const struct server *s, struct place *place)
{
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = place };
	if (place->kind == PLACE_CONNECTION) {
		event.events = EPOLLIN | EPOLLOUT | EPOLLET;
	}
	return epoll_ctl(s->epoll, EPOLL_CTL_ADD, place->descriptor, &event);
}

static int open_place(const struct server *s, const uint8_t address[4], enum synth_role role, bool tcp)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(PORT) };
	memcpy(&at.sin_addr, address, 4);
	struct place *place = calloc(1, sizeof(*place));
	int type = tcp ? SOCK_STREAM : SOCK_DGRAM;
	int fd = socket(AF_INET, type | SOCK_NONBLOCK, 0);
	if (place == NULL || fd < 0) {
		return -1;
	}
	int yes = 1, buffer = SOCKET_BUFFER;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
	setsockopt(fd, SOL_SOCKET, tcp ? SO_SNDBUF : SO_RCVBUF, &buffer, sizeof(buffer));
	*place = (struct place){ .descriptor = fd, .role = role, .kind = tcp ? PLACE_LISTENER : PLACE_DATAGRAMS };
	if (bind(fd, (struct sockaddr *)&at, sizeof(at)) != 0 || (tcp && listen(fd, BACKLOG) != 0)) {
		return -1;
	}
	return watch(s, place);
}

static int open_both(const struct server *s, const uint8_t address[4], enum synth_role role)
{
	int result = open_place(s, address, role, false);
	return result == 0 ? open_place(s, address, role, true) : result;
}

static int open_all(const struct server *s)
{
	uint8_t address[4];
	inet_pton(AF_INET, SYNTH_PARENT_ADDRESS, address);
	int result = open_both(s, address, SYNTH_AS_PARENT);
	inet_pton(AF_INET, SYNTH_RESOLVER_ADDRESS, address);
	if (result == 0) {
		result = open_both(s, address, SYNTH_AS_RESOLVER);
	}
	unsigned farms = s->plan->parent_only ? 0 : s->plan->farms;
	for (unsigned i = 0; i < farms * SYNTH_HOSTS * s->plan->addresses && result == 0; i++) {
		unsigned host = i / s->plan->addresses;
		synth_host_address(host / SYNTH_HOSTS, host % SYNTH_HOSTS, i % s->plan->addresses, address);
		result = open_both(s, address, SYNTH_AS_CHILDREN);
	}
	return result;
}

static void answer_datagrams(const struct server *s, const struct place *place)
{
	static uint8_t in[BATCH][SYNTH_QUERY_MAX], out[BATCH][SYNTH_ANSWER_MAX];
	struct mmsghdr question[BATCH], answer[BATCH];
	struct iovec from[BATCH], to[BATCH];
	struct sockaddr_in peer[BATCH];
	for (int i = 0; i < BATCH; i++) {
		from[i] = (struct iovec){ in[i], sizeof(in[i]) };
		question[i] = (struct mmsghdr){ .msg_hdr = { .msg_name = &peer[i], .msg_namelen = sizeof(peer[i]),
			.msg_iov = &from[i], .msg_iovlen = 1 } };
	}
	int got = recvmmsg(place->descriptor, question, BATCH, MSG_DONTWAIT, NULL);
	unsigned ready = 0;
	for (int i = 0; i < got; i++) {
		size_t size = synth_answer(s->plan, place->role, false, in[i], question[i].msg_len, out[ready]);
		if (size > 0) {
			to[ready] = (struct iovec){ out[ready], size };
			answer[ready] = (struct mmsghdr){ .msg_hdr = { .msg_name = &peer[i],
				.msg_namelen = sizeof(peer[i]), .msg_iov = &to[ready], .msg_iovlen = 1 } };
			ready++;
		}
	}
	for (unsigned sent = 0; sent < ready;) {
		int n = sendmmsg(place->descriptor, answer + sent, ready - sent, 0);
		if (n <= 0) {
			break; /* a full buffer loses datagrams, as networks do */
		}
		sent += (unsigned)n;
	}
}

static void accept_connection(const struct server *s, const struct place *listener)
{
	int fd = accept4(listener->descriptor, NULL, NULL, SOCK_NONBLOCK);
	if (fd < 0) {
		return;
	}
	/* As name servers do: an answer never waits for the acknowledgement of the one before. */
	int yes = 1;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
	struct place *place = calloc(1, sizeof(*place));
	struct synth_connection *connection = synth_connection_new(fd, listener->role);
	if (place == NULL || connection == NULL) {
		abort();
	}
	*place = (struct place){ .descriptor = fd, .kind = PLACE_CONNECTION, .connection = connection };
	if (watch(s, place) != 0) {
		synth_connection_free(connection);
		free(place);
	}
}

static void serve_place(const struct server *s, struct place *place)
{
	bool blocked;
	switch (place->kind) {
	case PLACE_DATAGRAMS:
		answer_datagrams(s, place);
		return;
	case PLACE_LISTENER:
		accept_connection(s, place);
		return;
	case PLACE_CONNECTION:
		/* Edge triggered: work goes on until the socket blocks, in whichever direction. */
		if (!synth_connection_work(place->connection, s->plan, &blocked)) {
			synth_connection_free(place->connection);
			free(place);
		}
		return;
	}
}

int synth_serve(const struct synth_plan *plan)
{
	struct server s = { .plan = plan, .epoll = epoll_create1(0) };
	if (s.epoll < 0 || open_all(&s) != 0) {
		return -1;
	}
	puts("ready");
	fflush(stdout);
	for (;;) {
		struct epoll_event events[EVENTS];
		int count = epoll_wait(s.epoll, events, EVENTS, -1);
		if (count < 0 && errno != EINTR) {
			return -1;
		}
		for (int i = 0; i < count; i++) {
			serve_place(&s, events[i].data.ptr);
		}
	}
}
