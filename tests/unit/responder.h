/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A name server for tests: a process of its own (the test may block, and its descriptors are its own)
 * that answers over UDP and TCP on loopback addresses, each with a behaviour. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "validate/wire/address.h"

enum behaviour {
	ANSWER_WELL,		/* one record of the type asked for */
	ANSWER_NOTHING,		/* reads and is silent; over TCP it accepts and hangs */
	ANSWER_TRUNCATED,	/* TC over UDP, well over TCP */
	ANSWER_OTHER_ADDRESS,	/* from another loopback address, same port */
	ANSWER_OTHER_PORT,	/* from another port of the same address */
	ANSWER_OTHER_ID,
	ANSWER_OTHER_ID_FIRST,	/* a wrong one first, then the right one */
	ANSWER_OTHER_QUESTION,
	ANSWER_HEADER_ONLY,	/* FORMERR without question */
	ANSWER_GARBAGE,		/* header and question, then nonsense */
	ANSWER_ECHO,		/* the question itself, QR=0 */
	ANSWER_CLOSE,		/* TCP: accepts and closes */
	ANSWER_TRICKLE,		/* TCP: one octet of the answer, then silence */
	ANSWER_ONE,		/* TCP: answers one question a connection, then closes */
	ANSWER_ADDRESSES,	/* like a recursive server: see responder.c */
};

struct responder;

struct responder_place {
	uint8_t net;		/* 127.53.net.host */
	uint8_t host;
	enum behaviour behaviour;
};

/* All share one port. NULL when sockets cannot be had. */
struct responder *responder_start(const struct responder_place *places, size_t count);
void responder_stop(struct responder *r);
uint16_t responder_port(const struct responder *r);
/* Nobody listens on this one. */
uint16_t responder_closed_port(const struct responder *r);
struct responder_counts {
	uint32_t connections;	/* TCP, accepted */
	uint32_t datagrams;
	uint32_t questions;	/* over TCP */
};
struct responder_counts responder_counts(struct responder *r);
struct address responder_address(uint8_t net, uint8_t host);
