/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tokens for RFC 8078 section 3.4, "Accept with Challenge". */
#pragma once

#include "validate/cds/challenge.h"

/* Octets from the kernel that nobody can guess; written in hexadecimal. */
#define CHALLENGE_OCTETS 20

struct challenge {
	struct name at;				/* where the token belongs */
	char token[2 * CHALLENGE_OCTETS + 1];
	uint8_t hash[SHA256_OCTETS];
};

/* ERR_CONFLICT: the child has no such name. */
int challenge_make(struct crypto *crypto, const struct name *child, struct challenge *out);
/* The record as a zone file has it, on standard output. Nobody keeps the token: it can be told once. */
void challenge_print(const struct challenge *c);
