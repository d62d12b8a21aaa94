/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A name server for tests: poll over datagram sockets, listeners and connections. */
#include "tests/unit/responder.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_SOCKETS 3000
#define MESSAGE 4096
#define QUESTIONS_AT_ONCE 256

enum kind { KIND_CONTROL, KIND_DATAGRAM, KIND_LISTENER, KIND_CONNECTION };

struct socket_entry {
	enum kind kind;
	enum behaviour behaviour;
	int stray;		/* the socket wrong answers come from */
	size_t size;		/* octets read of a connection */
	uint8_t *buffer;
};

struct responder {
	pid_t process;
	int control;
	uint16_t port;
};

struct server {
	struct pollfd polls[MAX_SOCKETS];
	struct socket_entry entries[MAX_SOCKETS];
	size_t count;
	struct responder_counts counts;
};

struct address responder_address(uint8_t net, uint8_t host)
{
	return (struct address){ .family = 4, .octets = { 127, 53, net, host } };
}

static int open_socket(int type, const uint8_t octets[4], uint16_t port)
{
	struct sockaddr_in where = { .sin_family = AF_INET, .sin_port = htons(port) };
	memcpy(&where.sin_addr, octets, 4);
	int fd = socket(AF_INET, type, 0);
	int on = 1;
	int big = 4 << 20;
	if (type == SOCK_STREAM) {
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	} else {
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &big, sizeof(big));
	}
	if (fd < 0 || bind(fd, (const struct sockaddr *)&where, sizeof(where)) ||
		(type == SOCK_STREAM && listen(fd, 1024))) {
		close(fd);
		return -1;
	}
	fcntl(fd, F_SETFL, O_NONBLOCK);
	return fd;
}

static size_t end_of_question(const uint8_t *m, size_t size)
{
	size_t at = 12;
	while (at < size && m[at] != 0 && m[at] < 64) {
		at += m[at] + 1U;
	}
	return at + 5 <= size ? at + 5 : 0;
}

static size_t put_record(uint8_t *m, size_t at, unsigned type, uint32_t ttl, const void *rdata, size_t size)
{
	const uint8_t head[12] = { 0xc0, 12, (uint8_t)(type >> 8), (uint8_t)type, 0, 1,
		(uint8_t)(ttl >> 24), (uint8_t)(ttl >> 16), (uint8_t)(ttl >> 8), (uint8_t)ttl,
		(uint8_t)(size >> 8), (uint8_t)size };
	memcpy(m + at, head, sizeof(head));
	memcpy(m + at + sizeof(head), rdata, size);
	m[7]++;
	return at + sizeof(head) + size;
}

static bool label_is(const uint8_t *m, const char *text)
{
	return m[12] == strlen(text) && memcmp(m + 13, text, m[12]) == 0;
}

static const uint8_t FOUR[4] = { 192, 0, 2, 1 };
static const uint8_t SIX[16] = { 0x20, 0x01, 0x0d, 0xb8, [15] = 1 };

/* Hosts by their first label. 0: silence. */
static size_t answer_addresses(uint8_t *m, size_t at, bool tcp)
{
	unsigned type = (unsigned)m[at - 4] << 8 | m[at - 3];
	bool four = type == 1;
	m[3] = 0x80;
	if (label_is(m, "silent")) {
		return 0;
	} else if (label_is(m, "servfail")) {
		m[3] |= 2;
	} else if (label_is(m, "nx")) {
		m[3] |= 3;
	} else if (label_is(m, "tc") && !tcp) {
		m[2] |= 2;
	} else if (label_is(m, "alias")) {
		static const uint8_t target[] = { 1, 't', 0xc0, 12 };
		at = put_record(m, at, 5, 300, target, sizeof(target));
	} else if (label_is(m, "stray") && four) {
		at = put_record(m, at, 1, 300, FOUR, 4);
		m[at - 15] = 12 + 6;	/* the owner is a suffix of the name asked */
	} else if (label_is(m, "many") && four) {
		for (uint8_t i = 0; i < 20; i++) {
			const uint8_t octets[4] = { 192, 0, 2, i };
			at = put_record(m, at, 1, 300, octets, 4);
		}
	} else if (label_is(m, "none") || (label_is(m, "four") && !four) ||
		label_is(m, "stray") || (label_is(m, "half") && !four)) {
		if (label_is(m, "half")) {
			m[3] |= 2;
		}
	} else {
		at = put_record(m, at, type, label_is(m, "brief") ? 5 : 3600, four ? FOUR : SIX,
			four ? 4 : 16);
	}
	return at;
}

/* Turns a question into its answer, in place. 0: none. */
static size_t answer(enum behaviour behaviour, uint8_t *m, size_t size, bool tcp)
{
	static const uint8_t rdata[36] = { 0x30, 0x39, 13, 2, 1, 2, 3 };
	size_t at = size < 12 ? 0 : end_of_question(m, size);
	if (at == 0 || behaviour == ANSWER_NOTHING || (behaviour == ANSWER_CLOSE && !tcp)) {
		return 0;
	}
	if (behaviour == ANSWER_ECHO) {
		return size;
	}
	/* RD and CD are copied (RFC 1035 section 4.1.1, RFC 4035 section 3.2.2). */
	m[2] = 0x84 | (m[2] & 1);
	m[3] &= 0x10;
	memset(m + 6, 0, 6);
	switch (behaviour) {
	case ANSWER_ADDRESSES:
		return answer_addresses(m, at, tcp);
	case ANSWER_TRUNCATED:
		if (!tcp) {
			m[2] |= 2;
			return at;
		}
		break;
	case ANSWER_HEADER_ONLY:
		m[3] = 1;
		m[5] = 0;
		return 12;
	case ANSWER_OTHER_QUESTION:
		m[13] ^= 1;
		break;
	case ANSWER_OTHER_ID:
		m[0] ^= 0x55;
		break;
	case ANSWER_GARBAGE:
		memset(m + at, 0xee, 40);
		m[7] = 9;
		return at + 40;
	default:
		break;
	}
	return put_record(m, at, (unsigned)m[at - 4] << 8 | m[at - 3], 60, rdata, sizeof(rdata));
}

static void serve_datagram(struct server *s, size_t place)
{
	const struct socket_entry *e = &s->entries[place];
	int fd = s->polls[place].fd;
	for (size_t i = 0; i < QUESTIONS_AT_ONCE; i++) {
		uint8_t m[MESSAGE];
		struct sockaddr_in from;
		socklen_t length = sizeof(from);
		ssize_t size = recvfrom(fd, m, 1500, 0, (struct sockaddr *)&from, &length);
		if (size <= 0) {
			return;
		}
		s->counts.datagrams++;
		size_t out = answer(e->behaviour, m, (size_t)size, false);
		int by = e->stray >= 0 ? e->stray : fd;
		if (e->behaviour == ANSWER_OTHER_ID_FIRST) {
			m[0] ^= 0x55;
			sendto(by, m, out, 0, (struct sockaddr *)&from, length);
			m[0] ^= 0x55;
		}
		if (out > 0) {
			sendto(by, m, out, 0, (struct sockaddr *)&from, length);
		}
	}
}

static void add(struct server *s, int fd, struct socket_entry entry)
{
	if (fd < 0 || s->count == MAX_SOCKETS) {
		_exit(3);
	}
	s->entries[s->count] = entry;
	s->polls[s->count++] = (struct pollfd){ .fd = fd, .events = POLLIN };
}

static void accept_all(struct server *s, size_t place)
{
	int fd;
	while ((fd = accept(s->polls[place].fd, NULL, NULL)) >= 0) {
		s->counts.connections++;
		if (s->entries[place].behaviour == ANSWER_CLOSE || s->count == MAX_SOCKETS) {
			close(fd);
			continue;
		}
		fcntl(fd, F_SETFL, O_NONBLOCK);
		add(s, fd, (struct socket_entry){ .kind = KIND_CONNECTION,
			.behaviour = s->entries[place].behaviour, .stray = -1, .buffer = malloc(70000) });
	}
}

static void drop(struct server *s, size_t place)
{
	close(s->polls[place].fd);
	free(s->entries[place].buffer);
	s->count--;
	s->polls[place] = s->polls[s->count];
	s->entries[place] = s->entries[s->count];
}

/* False: the connection is over. */
static bool serve_message(struct server *s, size_t place, const uint8_t *question, size_t size)
{
	enum behaviour behaviour = s->entries[place].behaviour;
	uint8_t m[MESSAGE + 2];
	s->counts.questions++;
	if (size > 1500) {
		return false;
	}
	memcpy(m + 2, question, size);
	size_t out = answer(behaviour, m + 2, size, true);
	m[0] = (uint8_t)(out >> 8);
	m[1] = (uint8_t)out;
	size_t send = behaviour == ANSWER_TRICKLE ? 5 : out + 2;
	if (out > 0 && write(s->polls[place].fd, m, send) < 0) {
		return false;
	}
	if (behaviour == ANSWER_ONE) {
		/* As servers do that want their answer to arrive: a close with questions unread would reset it away. */
		shutdown(s->polls[place].fd, SHUT_WR);
		s->entries[place].behaviour = ANSWER_NOTHING;
	}
	return true;
}

static bool serve_connection(struct server *s, size_t place)
{
	struct socket_entry *e = &s->entries[place];
	ssize_t got = read(s->polls[place].fd, e->buffer + e->size, 70000 - e->size);
	if (got <= 0) {
		return got < 0 && errno == EAGAIN;
	}
	e->size += (size_t)got;
	while (e->size >= 2) {
		size_t size = (size_t)e->buffer[0] << 8 | e->buffer[1];
		if (e->size < size + 2) {
			break;
		}
		if (!serve_message(s, place, e->buffer + 2, size)) {
			return false;
		}
		e->size -= size + 2;
		memmove(e->buffer, e->buffer + size + 2, e->size);
	}
	return true;
}

static void serve_control(const struct server *s, int control)
{
	char octet;
	if (read(control, &octet, 1) != 1 ||
		write(control, &s->counts, sizeof(s->counts)) != sizeof(s->counts)) {
		_exit(0);
	}
}

static void serve(struct server *s)
{
	for (;;) {
		if (poll(s->polls, s->count, -1) < 0 && errno != EINTR) {
			_exit(2);
		}
		/* Backwards: a dropped one is replaced by the last, which was served already. */
		for (size_t i = s->count; i-- > 0;) {
			if (!s->polls[i].revents) {
				continue;
			}
			switch (s->entries[i].kind) {
			case KIND_CONTROL:
				serve_control(s, s->polls[i].fd);
				break;
			case KIND_DATAGRAM:
				serve_datagram(s, i);
				break;
			case KIND_LISTENER:
				accept_all(s, i);
				break;
			case KIND_CONNECTION:
				if (!serve_connection(s, i)) {
					drop(s, i);
				}
				break;
			}
		}
	}
}

static void add_place(struct server *s, const struct responder_place *place, uint16_t port)
{
	const uint8_t octets[4] = { 127, 53, place->net, place->host };
	const uint8_t other[4] = { 127, 54, place->net, place->host };
	int stray = -1;
	if (place->behaviour == ANSWER_OTHER_ADDRESS) {
		stray = open_socket(SOCK_DGRAM, other, port);
	} else if (place->behaviour == ANSWER_OTHER_PORT) {
		stray = open_socket(SOCK_DGRAM, octets, (uint16_t)(port + 1));
	}
	add(s, open_socket(SOCK_DGRAM, octets, port), (struct socket_entry){ .kind = KIND_DATAGRAM,
		.behaviour = place->behaviour, .stray = stray });
	add(s, open_socket(SOCK_STREAM, octets, port), (struct socket_entry){ .kind = KIND_LISTENER,
		.behaviour = place->behaviour, .stray = -1 });
}

/* A port that is free for both transports on the first address will be on the others: nobody else
 * uses 127.53.0.0/16. */
static uint16_t choose_port(const struct responder_place *place)
{
	const uint8_t octets[4] = { 127, 53, place->net, place->host };
	/* Eight ports for each, so that the closed one of one test is not the open one of another. */
	unsigned base = 20000 + (unsigned)getpid() % 1000 * 8;
	for (unsigned port = base; port < base + 4000; port += 8) {
		int udp = open_socket(SOCK_DGRAM, octets, (uint16_t)port);
		int tcp = open_socket(SOCK_STREAM, octets, (uint16_t)port);
		close(udp);
		close(tcp);
		if (udp >= 0 && tcp >= 0) {
			return (uint16_t)port;
		}
	}
	return 0;
}

struct responder *responder_start(const struct responder_place *places, size_t count)
{
	int pair[2];
	uint16_t port = choose_port(&places[0]);
	struct responder *r = calloc(1, sizeof(*r));
	if (!r || !port || socketpair(AF_UNIX, SOCK_STREAM, 0, pair)) {
		free(r);
		return NULL;
	}
	r->port = port;
	r->process = fork();
	if (r->process == 0) {
		struct server *s = calloc(1, sizeof(*s));
		signal(SIGPIPE, SIG_IGN);
		close(pair[0]);
		add(s, pair[1], (struct socket_entry){ .kind = KIND_CONTROL, .stray = -1 });
		for (size_t i = 0; i < count; i++) {
			add_place(s, &places[i], port);
		}
		serve(s);
	}
	close(pair[1]);
	r->control = pair[0];
	/* An answer means that all sockets are open. */
	responder_counts(r);
	return r;
}

struct responder_counts responder_counts(struct responder *r)
{
	struct responder_counts counts = { 0, 0, 0 };
	if (write(r->control, "", 1) != 1 ||
		read(r->control, &counts, sizeof(counts)) != sizeof(counts)) {
		abort();
	}
	return counts;
}

void responder_stop(struct responder *r)
{
	if (!r) {
		return;
	}
	close(r->control);
	waitpid(r->process, NULL, 0);
	free(r);
}

uint16_t responder_port(const struct responder *r)
{
	return r->port;
}

uint16_t responder_closed_port(const struct responder *r)
{
	return (uint16_t)(r->port + 3);
}
