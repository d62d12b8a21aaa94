/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Event loop of one getdns context, on a poller shared by many. Only adapter.c and context.c
 * know getdns. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "scanner/net/poller.h"

struct adapter;

/* A getdns timeout for those who time their questions themselves: it costs no timer. getdns counts
 * on the wall clock, which jumps. */
#define ADAPTER_ENDLESS_MS (10ULL * 365 * 86400 * 1000)

/* NULL when out of memory. */
struct adapter *adapter_new(struct poller *poller);
/* After its getdns context is destroyed. NULL is fine. */
void adapter_free(struct adapter *a);

/* For a context of datagrams whose questions start nowhere but in getdns_general: the socket of each
 * question is connected to this address before anything is sent (getdns itself takes an answer
 * from anybody), and is written to at adapter_send: a fresh one is always writable. */
void adapter_connect(struct adapter *a, const struct sockaddr *address, socklen_t size);
/* getdns closes an idle TCP connection after 0 ms when keep-alive is not asked for; keep it for
 * so long (RFC 7766 section 6.2.3). */
void adapter_keep_idle(struct adapter *a, uint64_t idle_ms);

/* Around one getdns_general: begin forgets, send writes a datagram out. */
void adapter_begin(struct adapter *a);
void adapter_send(struct adapter *a);
/* Events getdns scheduled since begin; none: it waits for a descriptor, for we are out of them. */
unsigned adapter_scheduled(const struct adapter *a);
/* errno of a failure of ours to connect or to poll since begin, 0: none. */
int adapter_failure(const struct adapter *a);
/* The descriptor last scheduled, below zero: none yet. */
int adapter_descriptor(const struct adapter *a);

struct getdns_eventloop;
struct getdns_eventloop *adapter_loop(struct adapter *a);
