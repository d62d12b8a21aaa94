/* SPDX-License-Identifier: GPL-3.0-or-later */
/* TSIG (RFC 8945): messages are signed with a shared key, and answers to them, streams of messages among these, verified. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Octets a signature may add to a message. */
#define TSIG_OCTETS 512
/* Messages of a stream between two signed ones (RFC 8945 section 5.3.1). */
#define TSIG_UNSIGNED_MAX 99

struct tsig_key;
/* The key in a file (secret.h) of one line, "[ALGORITHM:]NAME:SECRET": hmac-sha256 unless told, the secret in base64. The
 * errors of secret_read, and ERR_FORMAT: no key. *why never has the secret. */
int tsig_key_read(const char *path, struct tsig_key **out, char why[256]);
void tsig_key_free(struct tsig_key *k);		/* NULL is fine */
/* "name. (hmac-sha256)", for people; lives as long as the key. */
const char *tsig_key_text(const struct tsig_key *k);

/* One question and its answer. */
struct tsig;
/* The key has to live longer. NULL: out of memory. */
struct tsig *tsig_new(const struct tsig_key *key);
void tsig_free(struct tsig *t);			/* NULL is fine */
/* Signs a whole message of *size octets in room for so many, and forgets what was before: what is verified from now on is the
 * answer to this one. ERR_LIMIT: no room; ERR_NOMEM, ERR_CRYPTO. */
int tsig_sign(struct tsig *t, uint8_t *message, size_t *size, size_t room);
/* The next message of the answer, as it came: its TSIG record is taken off, and *size is what remains. The first one has to
 * be signed, and of those behind it no more than TSIG_UNSIGNED_MAX in a row may not be; a signed one proves all before it.
 * ERR_FORMAT with one sentence in why: nothing of the answer may be believed; ERR_NOMEM. */
int tsig_verify(struct tsig *t, uint8_t *message, size_t *size, char why[256]);
/* Was the last message of the answer a signed one? Before that nothing is proven. */
bool tsig_is_proven(const struct tsig *t);
