/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tests of signatures and denials share: crypto, an arena, the key of example. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/dnssec_fixture.h"
#include "validate/dnssec/crypto.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define NOW 1780272000u		/* 2026-06-01 */

struct world {
	struct crypto *crypto;
	struct arena *arena;
	struct signer signer;
};

static inline int world_setup(void **state)
{
	struct world *w = test_calloc(1, sizeof(*w));
	w->crypto = crypto_new();
	w->arena = arena_new();
	assert_non_null(w->crypto);
	assert_non_null(w->arena);
	signer_init(&w->signer, w->arena, "example.", 1, 257, 3);
	*state = w;
	return 0;
}

static inline int world_teardown(void **state)
{
	struct world *w = *state;
	signer_deinit(&w->signer);
	arena_free(w->arena);
	crypto_free(w->crypto);
	test_free(w);
	return 0;
}
