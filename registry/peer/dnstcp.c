/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "registry/peer/dnstcp.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "validate/wire/err.h"

#define WHY 256
#define DNS_PORT 53

struct dnstcp {
	int fd;
};

int dnstcp_server_from_text(const char *text, struct dnstcp_server *out)
{
	char address[ADDRESS_TEXT_SIZE];
	const char *at = strchr(text, '@');
	size_t size = at == NULL ? strlen(text) : (size_t)(at - text);
	struct dnstcp_server s = { .port = DNS_PORT };
	if (size >= sizeof(address)) {
		return ERR_FORMAT;
	}
	memcpy(address, text, size);
	address[size] = '\0';
	if (at != NULL) {
		char *end;
		unsigned long port = strtoul(at + 1, &end, 10);
		if (at[1] < '0' || at[1] > '9' || *end != '\0' || port == 0 || port > 65535) {
			return ERR_FORMAT;
		}
		s.port = (uint16_t)port;
	}
	if (address_from_text(address, &s.address) != 0) {
		return ERR_FORMAT;
	}
	*out = s;
	return 0;
}

static uint64_t now_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static int fail(char *why, const char *doing, int number)
{
	if (number == EINTR) {
		snprintf(why, WHY, "stopped");
		return ERR_CANCELLED;
	}
	snprintf(why, WHY, "%s: %s", doing, strerror(number));
	return ERR_IO;
}

/* Until the socket is ready for one of events, or the time is over. */
static int wait_for(const struct dnstcp *c, short events, uint64_t end, const char *doing, char *why)
{
	uint64_t now = now_ms();
	struct pollfd p = { .fd = c->fd, .events = events };
	int n = now < end ? poll(&p, 1, (int)(end - now)) : 0;
	return n > 0 ? 0 : fail(why, doing, n == 0 ? ETIMEDOUT : errno);
}

static socklen_t fill_address(const struct dnstcp_server *s, struct sockaddr_storage *out)
{
	memset(out, 0, sizeof(*out));
	if (s->address.family == 4) {
		struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(s->port) };
		memcpy(&in.sin_addr, s->address.octets, sizeof(in.sin_addr));
		memcpy(out, &in, sizeof(in));
		return sizeof(in);
	}
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6, .sin6_port = htons(s->port) };
	memcpy(&in6.sin6_addr, s->address.octets, sizeof(in6.sin6_addr));
	memcpy(out, &in6, sizeof(in6));
	return sizeof(in6);
}

static int connect_to(struct dnstcp *c, const struct dnstcp_server *s, uint64_t end, char *why)
{
	static const char doing[] = "no connection";
	struct sockaddr_storage to;
	socklen_t size = fill_address(s, &to);
	c->fd = socket(to.ss_family, SOCK_STREAM, 0);
	if (c->fd < 0 || fcntl(c->fd, F_SETFD, FD_CLOEXEC) != 0 || fcntl(c->fd, F_SETFL, O_NONBLOCK) != 0) {
		return fail(why, doing, errno);
	}
	if (connect(c->fd, (const struct sockaddr *)&to, size) == 0) {
		return 0;
	}
	if (errno != EINPROGRESS) {
		return fail(why, doing, errno);
	}
	int rc = wait_for(c, POLLOUT, end, doing, why);
	int number = 0;
	socklen_t number_size = sizeof(number);
	if (rc == 0 && getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &number, &number_size) != 0) {
		number = errno;
	}
	return rc != 0 || number == 0 ? rc : fail(why, doing, number);
}

int dnstcp_open(const struct dnstcp_server *server, uint32_t timeout_ms, struct dnstcp **out, char why[WHY])
{
	struct dnstcp *c = calloc(1, sizeof(*c));
	if (c == NULL) {
		snprintf(why, WHY, "%s", err_text(ERR_NOMEM));
		return ERR_NOMEM;
	}
	int rc = connect_to(c, server, now_ms() + timeout_ms, why);
	if (rc != 0) {
		dnstcp_close(c);
		return rc;
	}
	*out = c;
	return 0;
}

static int send_all(struct dnstcp *c, const uint8_t *octets, size_t size, uint64_t end, char *why)
{
	static const char doing[] = "the question could not be sent";
	while (size > 0) {
		ssize_t n = send(c->fd, octets, size, MSG_NOSIGNAL);
		if (n >= 0) {
			octets += n;
			size -= (size_t)n;
			continue;
		}
		int rc = errno == EAGAIN ? wait_for(c, POLLOUT, end, doing, why) : fail(why, doing, errno);
		if (rc != 0) {
			return rc;
		}
	}
	return 0;
}

int dnstcp_send(struct dnstcp *c, const uint8_t *message, size_t size, uint32_t timeout_ms, char why[WHY])
{
	if (size > LIMIT_MESSAGE_OCTETS) {
		return ERR_ARG;
	}
	uint64_t end = now_ms() + timeout_ms;
	/* In one piece, so that it leaves in one segment. */
	uint8_t *octets = malloc(2 + size);
	if (octets == NULL) {
		snprintf(why, WHY, "%s", err_text(ERR_NOMEM));
		return ERR_NOMEM;
	}
	octets[0] = (uint8_t)(size >> 8);
	octets[1] = (uint8_t)size;
	memcpy(octets + 2, message, size);
	int rc = send_all(c, octets, 2 + size, end, why);
	free(octets);
	return rc;
}

static int receive_all(struct dnstcp *c, uint8_t *octets, size_t size, uint64_t end, char *why)
{
	static const char doing[] = "no answer";
	size_t got = 0;
	while (got < size) {
		ssize_t n = recv(c->fd, octets + got, size - got, 0);
		if (n == 0) {
			snprintf(why, WHY, "the server closed the connection before the end of its answer");
			return ERR_IO;
		}
		if (n > 0) {
			got += (size_t)n;
			continue;
		}
		int rc = errno == EAGAIN ? wait_for(c, POLLIN, end, doing, why) : fail(why, doing, errno);
		if (rc != 0) {
			return rc;
		}
	}
	return 0;
}

int dnstcp_receive(struct dnstcp *c, uint8_t message[LIMIT_MESSAGE_OCTETS], size_t *size, uint32_t timeout_ms, char why[WHY])
{
	uint64_t end = now_ms() + timeout_ms;
	uint8_t prefix[2];
	int rc = receive_all(c, prefix, sizeof(prefix), end, why);
	if (rc != 0) {
		return rc;
	}
	*size = (size_t)prefix[0] << 8 | prefix[1];
	return receive_all(c, message, *size, end, why);
}

void dnstcp_close(struct dnstcp *c)
{
	if (c != NULL) {
		if (c->fd >= 0) {
			close(c->fd);
		}
		free(c);
	}
}
