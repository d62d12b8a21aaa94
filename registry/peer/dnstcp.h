/* SPDX-License-Identifier: GPL-3.0-or-later */
/* DNS messages over one TCP connection to one server (RFC 7766), one after the other. Every wait ends: with a time-out, or with
 * a signal, which is ERR_CANCELLED. All other failures are ERR_IO with one sentence in why, which does not name the server. */
#pragma once

#include "validate/wire/address.h"
#include "validate/wire/limits.h"

struct dnstcp_server {
	struct address address;
	uint16_t port;
};
/* "192.0.2.1", "192.0.2.1@5300", "2001:db8::1@5300": port 53 unless told. ERR_FORMAT. */
int dnstcp_server_from_text(const char *text, struct dnstcp_server *out);

struct dnstcp;
/* ERR_NOMEM, too. */
int dnstcp_open(const struct dnstcp_server *server, uint32_t timeout_ms, struct dnstcp **out, char why[256]);
/* One whole message within the time. */
int dnstcp_send(struct dnstcp *c, const uint8_t *message, size_t size, uint32_t timeout_ms, char why[256]);
/* The next one; a connection that the server closes before its end is an error. */
int dnstcp_receive(struct dnstcp *c, uint8_t message[LIMIT_MESSAGE_OCTETS], size_t *size, uint32_t timeout_ms, char why[256]);
void dnstcp_close(struct dnstcp *c);	/* NULL is fine */
