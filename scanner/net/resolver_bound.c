/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Questions over TCP from a local address, on libuv: each opens a connection, asks, reads one message and closes. Every end goes
 * through the closing of its handles, so that callbacks come from the loop, once. */
#include "scanner/net/resolver_bound.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uv.h>

#include "scanner/net/asking.h"
#include "validate/wire/cursor.h"
#include "validate/wire/err.h"
#include "validate/wire/record.h"

#define DNS_PORT 53
#define DEFAULT_TIMEOUT_MS 5000
/* As in asking.c: a loop that is this late has not read what came in time, nor perhaps sent the question. */
#define LATE_MS 100
#define EXTENSIONS 3

#define HEADER_OCTETS 12
#define OPT_OCTETS 11
#define EDNS_DO UINT32_C(0x8000)
#define QUERY_MAX (2 + HEADER_OCTETS + LIMIT_NAME_OCTETS + 4 + OPT_OCTETS)

struct bound;

/* One question and its connection. */
struct errand {
	struct bound *owner;
	struct errand *next, *before;
	struct question question;
	resolver_callback *done;
	void *user;
	uint64_t ticket;
	bool running;			/* has, or had, a place among the connections */
	bool ending;
	bool graced;			/* time is over, and what came is read once more */
	uint8_t extensions;
	unsigned handles;		/* that libuv still knows */
	uint64_t began_ns;
	uint32_t rtt_us;
	enum answer_status status;
	uint8_t *message;
	size_t size, got;		/* of it; got counts the size in front, too */
	uint8_t head[2];
	uint8_t query[QUERY_MAX];
	size_t query_size;
	uv_tcp_t tcp;
	uv_timer_t timer;
	uv_connect_t connect;
	uv_write_t write;
};

struct bound {
	struct resolver resolver;	/* first: the seam */
	uv_loop_t *loop;
	struct resolver_bound_options options;
	struct errand *first, *last;	/* all, the oldest first */
	size_t running;
	uint64_t tickets;
	bool closing;
};

/* What we lack is never evidence about a server. */
static enum answer_status blame(int error)
{
	switch (error) {
	case UV_EMFILE: case UV_ENFILE: case UV_ENOMEM: case UV_ENOBUFS: case UV_EAGAIN: case UV_EADDRNOTAVAIL: case UV_EPERM:
		return ANSWER_STARVED;
	case UV_ETIMEDOUT:
		return ANSWER_TIMEOUT;
	default:
		return ANSWER_REFUSED;
	}
}

static socklen_t to_sockaddr(const struct address *a, uint16_t port, struct sockaddr_storage *out)
{
	memset(out, 0, sizeof(*out));
	if (a->family == 4) {
		struct sockaddr_in four = { .sin_family = AF_INET, .sin_port = htons(port) };
		memcpy(&four.sin_addr, a->octets, sizeof(four.sin_addr));
		memcpy(out, &four, sizeof(four));
		return sizeof(four);
	}
	struct sockaddr_in6 six = { .sin6_family = AF_INET6, .sin6_port = htons(port) };
	memcpy(&six.sin6_addr, a->octets, sizeof(six.sin6_addr));
	memcpy(out, &six, sizeof(six));
	return sizeof(six);
}

static const struct address *source_of(const struct bound *b, const struct question *q)
{
	const struct address *source = q->server.family == 4 ? &b->options.ipv4 : &b->options.ipv6;
	return source->family == q->server.family ? source : NULL;
}

/* ---- the end */

static void run_next(struct bound *b);

static void unlink_errand(struct bound *b, struct errand *e)
{
	*(e->before == NULL ? &b->first : &e->before->next) = e->next;
	*(e->next == NULL ? &b->last : &e->next->before) = e->before;
	b->running -= e->running;
}

static void on_closed(uv_handle_t *handle)
{
	struct errand *e = handle->data;
	struct bound *b = e->owner;
	if (--e->handles > 0) {
		return;
	}
	bool received = e->status == ANSWER_RECEIVED;
	const struct answer answer = { .status = e->status, .octets = received ? e->message : NULL,
		.size = received ? e->size : 0, .rtt_us = e->rtt_us };
	unlink_errand(b, e);
	e->done(e->user, &answer);
	free(e->message);
	free(e);
	if (!b->closing) {
		run_next(b);
	} else if (b->first == NULL) {
		free(b);
	}
}

static void end(struct errand *e, enum answer_status status)
{
	if (e->ending) {
		return;
	}
	uint64_t elapsed_us = e->began_ns == 0 ? 0 : (uv_hrtime() - e->began_ns) / 1000;
	e->rtt_us = elapsed_us > UINT32_MAX ? UINT32_MAX : (uint32_t)elapsed_us;
	e->ending = true;
	e->status = status;
	uv_close((uv_handle_t *)&e->timer, on_closed);
	if (e->handles > 1) {
		uv_close((uv_handle_t *)&e->tcp, on_closed);
	}
}

/* ---- time */

static void on_timer(uv_timer_t *timer);

static void start_timer(struct errand *e, uint64_t ms)
{
	/* Its time of day is that of the last turn. */
	uv_update_time(e->owner->loop);
	uv_timer_start(&e->timer, on_timer, ms, 0);
}

/* Timers run before descriptors are read: what came in time is read before it counts as lost. */
static void on_timer(uv_timer_t *timer)
{
	struct errand *e = timer->data;
	uint64_t late_ms = (uv_hrtime() - e->began_ns) / 1000000;
	late_ms = late_ms > e->question.timeout_ms ? late_ms - e->question.timeout_ms : 0;
	if (late_ms > LATE_MS) {
		if (e->extensions++ >= EXTENSIONS) {
			end(e, ANSWER_STARVED);
			return;
		}
		e->began_ns = uv_hrtime();
		start_timer(e, e->question.timeout_ms);
	} else if (!e->graced) {
		e->graced = true;
		start_timer(e, 1);
	} else {
		end(e, ANSWER_TIMEOUT);
	}
}

/* ---- the conversation */

static void on_room(uv_handle_t *handle, size_t suggested, uv_buf_t *out)
{
	struct errand *e = handle->data;
	(void)suggested;
	if (e->got < sizeof(e->head)) {
		*out = uv_buf_init((char *)e->head + e->got, (unsigned)(sizeof(e->head) - e->got));
		return;
	}
	size_t at = e->got - sizeof(e->head);
	*out = uv_buf_init((char *)e->message + at, (unsigned)(e->size - at));
}

/* Is it the answer to this question? There is one question on the connection, so nothing better can come. */
static enum answer_status read_message(const struct errand *e)
{
	bool good = e->size >= HEADER_OCTETS && memcmp(e->message, e->query + 2, 2) == 0 &&
		asking_fits(&e->question, e->message, e->size);
	return good ? ANSWER_RECEIVED : ANSWER_TIMEOUT;
}

static void on_read(uv_stream_t *stream, ssize_t count, const uv_buf_t *buffer)
{
	struct errand *e = stream->data;
	(void)buffer;
	if (count < 0) {
		end(e, blame((int)count));
		return;
	}
	e->got += (size_t)count;
	if (e->got < sizeof(e->head)) {
		return;
	}
	if (e->message == NULL) {
		e->size = (size_t)e->head[0] << 8 | e->head[1];
		e->message = e->size == 0 ? NULL : malloc(e->size);
		if (e->message == NULL) {
			end(e, e->size == 0 ? ANSWER_TIMEOUT : ANSWER_STARVED);
			return;
		}
	}
	if (e->got == sizeof(e->head) + e->size) {
		end(e, read_message(e));
	}
}

static void on_written(uv_write_t *write, int status)
{
	struct errand *e = write->handle->data;
	if (status != 0) {
		end(e, blame(status));
	}
}

static void on_connected(uv_connect_t *connect, int status)
{
	struct errand *e = connect->handle->data;
	if (e->ending) {
		return;
	}
	uv_buf_t query = uv_buf_init((char *)e->query, (unsigned)e->query_size);
	uv_stream_t *stream = (uv_stream_t *)&e->tcp;
	if (status == 0) {
		status = uv_read_start(stream, on_room, on_read);
	}
	if (status == 0) {
		status = uv_write(&e->write, stream, &query, 1, on_written);
	}
	if (status != 0) {
		end(e, blame(status));
	}
}

/* The same question that getdns asks: RD=0, EDNS with DO. */
static int compose(struct errand *e)
{
	const struct question *q = &e->question;
	uint16_t id;
	if (uv_random(NULL, NULL, &id, sizeof(id), 0, NULL) != 0) {
		return UV_ENOMEM;
	}
	struct wire w = wire_writer(e->query, sizeof(e->query));
	wire_write_u16(&w, (uint16_t)(HEADER_OCTETS + q->name.size + 4 + OPT_OCTETS));
	wire_write_u16(&w, id);
	wire_write_u16(&w, 0);
	wire_write_u16(&w, 1);
	wire_write_u32(&w, 0);
	wire_write_u16(&w, 1);
	wire_write(&w, q->name.octets, q->name.size);
	wire_write_u16(&w, q->type);
	wire_write_u16(&w, CLASS_IN);
	wire_write_u8(&w, 0);
	wire_write_u16(&w, TYPE_OPT);
	wire_write_u16(&w, RESOLVER_UDP_PAYLOAD);
	wire_write_u32(&w, EDNS_DO);
	wire_write_u16(&w, 0);
	e->query_size = w.pos;
	return wire_error(&w) ? UV_EINVAL : 0;
}

/* The port is chosen with the connection, not with the address: else there are no more connections than ports. */
static void leave_port_open(const uv_tcp_t *tcp)
{
	int on = 1;
	uv_os_fd_t descriptor;
	if (uv_fileno((const uv_handle_t *)tcp, &descriptor) == 0) {
		(void)setsockopt(descriptor, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof(on));
	}
}

static int open_connection(struct errand *e)
{
	struct sockaddr_storage local;
	struct sockaddr_storage server;
	to_sockaddr(source_of(e->owner, &e->question), 0, &local);
	to_sockaddr(&e->question.server, e->question.port == 0 ? DNS_PORT : e->question.port, &server);
	int error = uv_tcp_init_ex(e->owner->loop, &e->tcp, local.ss_family);
	if (error != 0) {
		return error;
	}
	e->tcp.data = e;
	e->handles++;
	leave_port_open(&e->tcp);
	error = uv_tcp_bind(&e->tcp, (const struct sockaddr *)&local, 0);
	if (error == 0) {
		error = uv_tcp_connect(&e->connect, &e->tcp, (const struct sockaddr *)&server, on_connected);
	}
	return error;
}

static void run_errand(struct errand *e)
{
	e->running = true;
	e->owner->running++;
	e->began_ns = uv_hrtime();
	int error = compose(e);
	if (error == 0) {
		error = open_connection(e);
	}
	if (error != 0) {
		end(e, blame(error));
		return;
	}
	start_timer(e, e->question.timeout_ms);
}

static void run_next(struct bound *b)
{
	for (struct errand *e = b->first; e != NULL && b->running < b->options.connections; e = e->next) {
		if (!e->running && !e->ending) {
			run_errand(e);
		}
	}
}

/* ---- the seam */

static int submit(struct resolver *r, const struct question *q, resolver_callback *done, void *user, uint64_t *ticket)
{
	struct bound *b = (struct bound *)r;
	if (done == NULL || q->name.size == 0 || q->transport != TRANSPORT_TCP ||
	    (q->server.family != 4 && q->server.family != 6) || source_of(b, q) == NULL) {
		return ERR_ARG;
	}
	if (b->closing) {
		return ERR_CANCELLED;
	}
	struct errand *e = calloc(1, sizeof(*e));
	if (e == NULL) {
		return ERR_NOMEM;
	}
	e->owner = b;
	e->question = *q;
	e->question.timeout_ms = q->timeout_ms == 0 ? DEFAULT_TIMEOUT_MS : q->timeout_ms;
	e->done = done;
	e->user = user;
	e->ticket = ++b->tickets;
	uv_timer_init(b->loop, &e->timer);
	e->timer.data = e;
	e->handles = 1;
	e->before = b->last;
	*(b->last == NULL ? &b->first : &b->last->next) = e;
	b->last = e;
	if (ticket != NULL) {
		*ticket = e->ticket;
	}
	if (b->running < b->options.connections) {
		run_errand(e);
	}
	return ERR_OK;
}

static void cancel(struct resolver *r, uint64_t ticket)
{
	struct bound *b = (struct bound *)r;
	for (struct errand *e = b->first; e != NULL; e = e->next) {
		if (e->ticket == ticket) {
			end(e, ANSWER_CANCELLED);
		}
	}
}

/* Those beyond the connections wait here. */
static size_t capacity(const struct resolver *r)
{
	(void)r;
	return SIZE_MAX;
}

static void close_resolver(struct resolver *r)
{
	struct bound *b = (struct bound *)r;
	b->closing = true;
	if (b->first == NULL) {
		free(b);
		return;
	}
	for (struct errand *e = b->first; e != NULL; e = e->next) {
		end(e, ANSWER_CANCELLED);
	}
}

static const struct resolver_ops OPS = { .submit = submit, .cancel = cancel, .capacity = capacity, .close = close_resolver };

int resolver_bound_new(struct uv_loop_s *loop, const struct resolver_bound_options *options, struct resolver **out)
{
	struct bound *b = calloc(1, sizeof(*b));
	if (b == NULL) {
		return ERR_NOMEM;
	}
	b->resolver.ops = &OPS;
	b->loop = loop;
	b->options = *options;
	*out = &b->resolver;
	return ERR_OK;
}

/* ---- which local addresses are another vantage */

/* A root server's, as any public address is: nothing is sent there. */
static const struct address PUBLIC4 = { 4, { 198, 41, 0, 4 } };
static const struct address PUBLIC6 = { 6, { 0x20, 0x01, 0x05, 0x03, 0xba, 0x3e, [14] = 0x02, 0x30 } };
static const struct address LOOPBACK4 = { 4, { 127, 0, 0, 1 } };
static const struct address LOOPBACK6 = { 6, { [15] = 1 } };

static bool is_loopback(const struct address *a)
{
	return a->family == 4 ? a->octets[0] == 127 : address_compare(a, &LOOPBACK6) == 0;
}

static bool can_bind(const struct sockaddr_storage *local, socklen_t size)
{
	int descriptor = socket(local->ss_family, SOCK_STREAM, 0);
	bool can = descriptor >= 0 && bind(descriptor, (const struct sockaddr *)local, size) == 0;
	int error = errno;
	if (descriptor >= 0) {
		close(descriptor);
	}
	errno = error;
	return can;
}

/* A broadcast address of the machine can be bound, and what is sent from it leaves from the usual one. Only who says that he
 * broadcasts gets a socket towards it. */
static bool is_broadcast(const struct sockaddr_storage *local, socklen_t size)
{
	int descriptor = socket(local->ss_family, SOCK_DGRAM, 0);
	bool is = descriptor >= 0 && connect(descriptor, (const struct sockaddr *)local, size) != 0 && errno == EACCES;
	if (descriptor >= 0) {
		close(descriptor);
	}
	return is;
}

bool resolver_bound_is_usual(const struct address *local, const struct address *towards)
{
	struct sockaddr_storage peer;
	struct sockaddr_storage own;
	socklen_t peer_size = to_sockaddr(towards, DNS_PORT, &peer);
	socklen_t own_size = sizeof(own);
	int descriptor = socket(peer.ss_family, SOCK_DGRAM, 0);
	bool known = descriptor >= 0 && connect(descriptor, (const struct sockaddr *)&peer, peer_size) == 0 &&
		getsockname(descriptor, (struct sockaddr *)&own, &own_size) == 0 && local->family == towards->family;
	if (descriptor >= 0) {
		close(descriptor);
	}
	return known && (local->family == 4
		? memcmp(&((struct sockaddr_in *)&own)->sin_addr, local->octets, 4) == 0
		: memcmp(&((struct sockaddr_in6 *)&own)->sin6_addr, local->octets, 16) == 0);
}

int resolver_bound_check(const struct address *local, bool allow_loopback, const char **why)
{
	struct sockaddr_storage address;
	socklen_t size = to_sockaddr(local, 0, &address);
	bool four = local->family == 4;
	bool loopback = is_loopback(local);
	const struct address *towards = loopback ? four ? &LOOPBACK4 : &LOOPBACK6 : four ? &PUBLIC4 : &PUBLIC6;
	if (loopback && !allow_loopback) {
		*why = "nobody else is reached from a loopback address";
	} else if (!can_bind(&address, size)) {
		*why = errno == EADDRNOTAVAIL ? "no interface of this machine has the address" : "the system does not give it";
	} else if (is_broadcast(&address, size)) {
		*why = "it is a broadcast address";
	} else if (resolver_bound_is_usual(local, towards)) {
		*why = "that is where the first vantage asks from, so it is the same place";
	} else {
		*why = NULL;
	}
	return *why == NULL ? ERR_OK : ERR_IO;
}
