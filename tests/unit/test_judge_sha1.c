/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The judge on a system whose policy disables RSA/SHA-1: that is said, and not called bogus or
 * insecure. Linked with --wrap=crypto_has_algorithm, for no such system is at hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/unit/judge_run.h"

bool __real_crypto_has_algorithm(const struct crypto *crypto, uint8_t algorithm);
bool __wrap_crypto_has_algorithm(const struct crypto *crypto, uint8_t algorithm);

bool __wrap_crypto_has_algorithm(const struct crypto *crypto, uint8_t algorithm)
{
	return algorithm != 5 && algorithm != 7 && __real_crypto_has_algorithm(crypto, algorithm);
}

#define SHA1_ZONE .by = "F", .dnskey = "FAZ", .dnskey_by = "FA", .zone_by = "FZ", .on = true

static const struct judge_case cases[] = {
	{ .name = "only RSA/SHA-1 in place", .ds = "F", .reason = REASON_ALGORITHM_UNSUPPORTED,
		.servers = { { .cds = "A", .cdnskey = "A", SHA1_ZONE } } },
	{ .name = "only RSA/SHA-1 in place, a removal", .ds = "F", .reason = REASON_ALGORITHM_UNSUPPORTED,
		.servers = { { .cds = "delete", .cdnskey = "delete", SHA1_ZONE } } },
	{ .name = "only RSA/SHA-1 in place, nothing asked for", .ds = "F", .reason = REASON_NOOP_NO_SIGNAL,
		.servers = { { SHA1_ZONE } } },
	{ .name = "another unusable DS keeps its name", .ds = "U", .reason = REASON_CURRENT_DS_UNSUPPORTED,
		.servers = { { .cds = "A", .cdnskey = "A", SHA1_ZONE } } },
	{ .name = "beside a usable one nothing is different", .ds = "F A", .after = "A", .reason = REASON_ACCEPT_UPDATE,
		.change = CHANGE_ALGORITHM, .servers = { { .cds = "A", .cdnskey = "A", .dnskey = "FAZ", .dnskey_by = "FA",
			.zone_by = "FZ", .on = true } } },
};

static void test_sha1_disabled(void **state)
{
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct arena *arena = arena_new();
		struct finding f;
		judge_case_run(*state, &cases[i], arena, &f);
		if (f.reason != cases[i].reason || f.change != cases[i].change) {
			fail_msg("%s: %s", cases[i].name, reason_token(f.reason));
		}
		arena_free(arena);
	}
}

static int setup(void **state)
{
	zone_keys_load();
	*state = crypto_new();
	return *state == NULL ? -1 : 0;
}

static int teardown(void **state)
{
	crypto_free(*state);
	zone_keys_free();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_sha1_disabled) };
	return cmocka_run_group_tests(tests, setup, teardown);
}
