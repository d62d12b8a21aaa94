/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The other side of TSIG, by libknot itself: signs answers to a question as a server does. */
#pragma once

#include <libknot/errcode.h>
#include <libknot/tsig-op.h>
#include <string.h>

#include "tests/unit/source_fixture.h"

struct tsig_server {
	knot_tsig_key_t key;
	uint8_t mac[64];
	size_t mac_size;
	bool begun;
	/* What the next signature covers, without this message. */
	uint8_t pending[200000];
	size_t pending_size;
};

/* The question is taken as it came, with its TSIG record as the last one, of which the MAC is read. */
static inline void tsig_server_asked(struct tsig_server *s, const char *key, const uint8_t *question, size_t size)
{
	memset(s, 0, sizeof(*s));
	assert_int_equal(knot_tsig_key_init_str(&s->key, key), KNOT_EOK);
	size_t mac = dnssec_tsig_algorithm_size(s->key.algorithm);
	/* MAC, original ID, error, other length 0. */
	assert_true(size > mac + 6);
	memcpy(s->mac, question + size - 6 - mac, mac);
	s->mac_size = mac;
}

static inline void tsig_server_done(struct tsig_server *s)
{
	knot_tsig_key_deinit(&s->key);
}

static inline void tsig_server_pass(struct tsig_server *s, const uint8_t *message, size_t size)
{
	assert_true(s->pending_size + size <= sizeof(s->pending));
	memcpy(s->pending + s->pending_size, message, size);
	s->pending_size += size;
}

static inline void tsig_server_sign(struct tsig_server *s, uint8_t *message, size_t *size, size_t room, uint16_t error)
{
	size_t mac_size = sizeof(s->mac);
	tsig_server_pass(s, message, *size);
	if (s->begun) {
		assert_int_equal(knot_tsig_sign_next(message, size, room, s->mac, s->mac_size, s->mac, &mac_size, &s->key, s->pending,
			s->pending_size), KNOT_EOK);
	} else {
		assert_int_equal(knot_tsig_sign(message, size, room, s->mac, s->mac_size, s->mac, &mac_size, &s->key, error,
			error == 0 ? 0 : 1), KNOT_EOK);
	}
	s->mac_size = mac_size;
	s->begun = true;
	s->pending_size = 0;
}
