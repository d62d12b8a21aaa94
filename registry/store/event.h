/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Events as records, and their bodies. Private to registry/store. */
#pragma once

#include "registry/store/journal.h"
#include "registry/store/value.h"
#include "validate/wire/limits.h"

/* 2: of a PROPOSED that has a registrar or a registration. */
#define EVENT_VERSION 2
/* The largest body: PROPOSED with full sets. */
#define BODY_MAX (VALUE_NAME_MAX + 1 + 5 * 8 + 4 + 2 * (2 + LIMIT_DS * (1 + 4 + LIMIT_DIGEST_OCTETS)) + \
	2 + LIMIT_NS_HOSTS * VALUE_NAME_MAX + 2 * LIMIT_LABEL_TEXT)
#define EVENT_MAX (1 + 1 + 8 + 8 + SHA256_OCTETS + 4 + BODY_MAX + SHA256_OCTETS)

/* Chains e behind the head and appends it: sequence, previous, hash are filled in; change too of PROPOSED. */
int event_append(struct txn *t, struct crypto *crypto, struct event *e);
/* body points into value. */
int event_decode(struct slice key, struct slice value, struct event *out);
int event_get(struct txn *t, uint64_t sequence, struct event *out);
/* What e->hash should be. */
int event_hash(struct crypto *crypto, const struct event *e, uint8_t hash[SHA256_OCTETS]);

/* Body of PROPOSED: the immutable part of a change. ERR_LIMIT. */
uint8_t change_version(const struct change *c);
int body_encode_change(const struct change *c, uint8_t out[BODY_MAX], struct slice *body);
int body_decode_change(struct slice body, struct arena *arena, struct change *out);

/* Body of OPERATOR. ERR_ARG: a text that is empty, too long or not printable. */
int body_encode_operator(const struct operator_note *n, uint8_t out[BODY_MAX], struct slice *body);
int body_decode_operator(struct slice body, struct operator_note *out);

/* Body of every other kind. */
struct event_note {
	enum reason why;
	uint64_t generation;	/* newest of the child's parent at that time; 0: none loaded */
};
struct slice body_encode_note(const struct event_note *n, uint8_t out[BODY_MAX]);
int body_decode_note(struct slice body, struct event_note *out);
