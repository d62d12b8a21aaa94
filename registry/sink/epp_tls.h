/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One TLS connection (RFC 5734 section 9), each step of which ends by a time that is given. Private to registry/sink. */
#pragma once

#include <stdint.h>

#include "registry/sink/epp_settings.h"

/* Certificates and key, read once. */
struct epp_tls_files;
/* ERR_ARG with a sentence: a file cannot be used. ERR_NOMEM. */
int epp_tls_files_new(const struct epp_settings *s, struct epp_tls_files **out, char why[SINK_WHY]);
void epp_tls_files_free(struct epp_tls_files *f);

/* Milliseconds of a clock that only goes on. */
uint64_t epp_clock_ms(void);
void epp_sleep_ms(uint64_t ms);

struct epp_tls;
/* The server has proved that it is the host of the settings. How long the look-up of its name takes is the system's matter. ERR_CONFLICT:
 * it has not, and to try again at once is of no use; ERR_IO: not now; ERR_NOMEM. */
int epp_tls_connect(const struct epp_tls_files *f, const struct epp_settings *s, uint64_t deadline_ms, struct epp_tls **out,
	char why[SINK_WHY]);
/* All of it, or ERR_IO with a sentence: then the connection is of no more use. */
int epp_tls_read(struct epp_tls *t, void *data, size_t size, uint64_t deadline_ms, char why[SINK_WHY]);
int epp_tls_write(struct epp_tls *t, const void *data, size_t size, uint64_t deadline_ms, char why[SINK_WHY]);
void epp_tls_free(struct epp_tls *t);		/* NULL is fine */
