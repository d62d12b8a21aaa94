/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tests of paths and signals share: crypto, an arena, the keys of the fixture. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/zone_keys.h"
#include "validate/dnssec/crypto.h"

struct world {
	struct crypto *crypto;
	struct arena *arena;
};

static inline int chain_setup(void **state)
{
	static struct world w;
	w.crypto = crypto_new();
	w.arena = arena_new();
	assert_non_null(w.crypto);
	assert_non_null(w.arena);
	zone_keys_load();
	*state = &w;
	return 0;
}

static inline int chain_teardown(void **state)
{
	struct world *w = *state;
	zone_keys_free();
	arena_free(w->arena);
	crypto_free(w->crypto);
	return 0;
}
