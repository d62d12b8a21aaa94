/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A file of recorded answers, for resolver_replay. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "scanner/net/resolver.h"

struct recorded {
	struct name name;
	uint16_t type;
	struct address server;
	enum transport transport;
	size_t line;			/* of the file: several for one question come in this order */
	enum answer_status status;
	uint32_t delay_ms;
	uint8_t *octets;
	size_t size;
};

struct recording {
	size_t count;
	struct recorded *answers;	/* sorted by question, then line */
};

/* The format:
 *
 *     # comment
 *     TRANSPORT ADDRESS NAME TYPE [delay=MS] timeout|refused|starved|MESSAGE
 *
 * TRANSPORT is udp or tcp, TYPE a mnemonic or a number, MESSAGE the octets of the answer in
 * hexadecimal. Words are separated by blanks. Several lines for one question are its answers one
 * after the other; the last one stays. What is not recorded times out.
 * 0; ERR_IO, ERR_FORMAT, ERR_NOMEM with *why (static) and *line (0: not about a line). */
int recording_read(const char *path, struct recording *out, const char **why, size_t *line);
void recording_deinit(struct recording *r);

/* The first line for a question; those that follow it with the same question are the rest. NULL when
 * there is none. */
const struct recorded *recording_find(const struct recording *r, const struct question *q);
/* The next line for the same question, NULL after the last. */
const struct recorded *recording_next(const struct recording *r, const struct recorded *after);
