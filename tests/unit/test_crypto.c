/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The private library context: digests with known answers, and the same verdicts under a hostile
 * OPENSSL_CONF. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include <openssl/crypto.h>
#include <openssl/err.h>

#include "tests/unit/dnssec_fixture.h"
#include "validate/dnssec/crypto.h"
#include "validate/dnssec/pubkey.h"
#include "validate/wire/err.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* No algorithm at all for whoever uses the context of the process. */
static const char hostile[] =
	"openssl_conf = init\n"
	"[init]\nproviders = providers\nalg_section = properties\n"
	"[providers]\nnull = null\n"
	"[null]\nactivate = 1\n"
	"[properties]\ndefault_properties = fips=yes\n";

enum { CHILD_GOOD, CHILD_NO_CRYPTO, CHILD_BAD_VERDICT, CHILD_BAD_DIGEST, CHILD_CONF_UNUSED, CHILD_CONF_READ };

static int verdicts(struct crypto *crypto)
{
	static const uint8_t abc[4] = { 0xba, 0x78, 0x16, 0xbf };
	struct arena *arena = arena_new();
	int result = CHILD_GOOD;
	uint8_t digest[SHA256_OCTETS];
	if (crypto_sha256(crypto, "abc", 3, digest) != 0 || memcmp(digest, abc, sizeof(abc)) != 0) {
		result = CHILD_BAD_DIGEST;
	}
	for (size_t i = 0; i < COUNT(good_vectors); i++) {
		const struct vector *v = &good_vectors[i];
		struct verifier *verifier = verifier_new(crypto, arena, v->now);
		struct dnskey key = fixture_key(arena, &v->key);
		struct rrset set = fixture_rrset(arena, v);
		struct sig_result sig;
		if (verify_by_key(verifier, fixture_name(arena, v->zone), &set, &key, &sig) != 0 ||
			sig.status != SIG_VALID) {
			result = CHILD_BAD_VERDICT;
		}
		verifier_free(verifier);
	}
	arena_free(arena);
	return result;
}

static bool process_has_sha256(void)
{
	EVP_MD *md = EVP_MD_fetch(NULL, "SHA2-256", NULL);
	EVP_MD_free(md);
	return md != NULL;
}

/* In a process of its own, since OpenSSL reads its configuration once. read_first: somebody else in the
 * process has used OpenSSL before us. */
static int child(const char *conf, bool read_first)
{
	if (setenv("OPENSSL_CONF", conf, 1) != 0) {
		return CHILD_NO_CRYPTO;
	}
	if (read_first) {
		OPENSSL_init_crypto(OPENSSL_INIT_LOAD_CONFIG, NULL);
		if (process_has_sha256()) {
			return CHILD_CONF_UNUSED;
		}
	}
	struct crypto *crypto = crypto_new();
	if (crypto == NULL) {
		return CHILD_NO_CRYPTO;
	}
	int result = verdicts(crypto);
	crypto_free(crypto);
	if (!read_first && !process_has_sha256()) {
		return CHILD_CONF_READ;
	}
	return result;
}

static int run_child(bool read_first)
{
	char path[] = "/tmp/cdswalk-test-XXXXXX";
	int fd = mkstemp(path);
	if (fd < 0 || write(fd, hostile, sizeof(hostile) - 1) != (ssize_t)(sizeof(hostile) - 1)) {
		return -1;
	}
	close(fd);
	pid_t pid = fork();
	if (pid == 0) {
		int result = child(path, read_first);
		OPENSSL_cleanup();
		_exit(result);
	}
	int status = -1;
	if (pid > 0 && waitpid(pid, &status, 0) == pid) {
		status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	}
	unlink(path);
	return status;
}

static int status_clean;	/* run before anything here uses OpenSSL */
static int status_read_first;

static void hostile_configuration(void **state)
{
	(void)state;
	assert_int_equal(status_clean, CHILD_GOOD);
}

static void hostile_configuration_read_before(void **state)
{
	(void)state;
	assert_int_equal(status_read_first, CHILD_GOOD);
}

static void has(void **state)
{
	(void)state;
	struct crypto *crypto = crypto_new();
	assert_non_null(crypto);
	for (unsigned i = 0; i < 256; i++) {
		bool algorithm = i == 5 || i == 7 || i == 8 || i == 10 || (i >= 13 && i <= 16);
		assert_int_equal(crypto_has_algorithm(crypto, (uint8_t)i), algorithm);
		assert_int_equal(crypto_has_digest(crypto, (uint8_t)i), i == 1 || i == 2 || i == 4);
	}
	crypto_free(crypto);
	crypto_free(NULL);
}

/* FIPS 180-4 examples. */
static void digests(void **state)
{
	(void)state;
	static const struct {
		uint8_t type;
		const char *text;
		const char *digest;
	} cases[] = {
		{ 1, "abc", "a9993e364706816aba3e25717850c26c9cd0d89d" },
		{ 1, "", "da39a3ee5e6b4b0d3255bfef95601890afd80709" },
		{ 2, "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
		{ 2, "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
		{ 4, "abc", "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed"
			"8086072ba1e7cc2358baeca134c825a7" },
	};
	struct crypto *crypto = crypto_new();
	struct arena *arena = arena_new();
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct slice expected = fixture_hex(arena, cases[i].digest);
		size_t length = strlen(cases[i].text);
		/* Cut in two at every place. */
		for (size_t cut = 0; cut <= length; cut++) {
			const struct hash_part parts[] = { { cases[i].text, cut },
				{ cases[i].text + cut, length - cut } };
			uint8_t out[48];
			size_t size = 0;
			assert_int_equal(crypto_ds_digest(crypto, cases[i].type, parts, 2, out, &size), 0);
			assert_int_equal(size, expected.size);
			assert_memory_equal(out, expected.data, size);
			if (cases[i].type == 2) {
				assert_int_equal(crypto_sha256_parts(crypto, parts, 2, out), 0);
				assert_memory_equal(out, expected.data, size);
				assert_int_equal(crypto_sha256(crypto, cases[i].text, length, out), 0);
				assert_memory_equal(out, expected.data, size);
			}
		}
	}
	uint8_t out[48];
	size_t size = 7;
	assert_int_equal(crypto_ds_digest(crypto, 3, NULL, 0, out, &size), ERR_ARG);
	assert_int_equal(crypto_ds_digest(crypto, 0, NULL, 0, out, &size), ERR_ARG);
	assert_int_equal(size, 7);
	assert_int_equal(crypto_sha256(crypto, NULL, 0, out), 0);
	arena_free(arena);
	crypto_free(crypto);
}

/* A bad key and a bad signature leave nothing behind in OpenSSL's queue of errors. */
static void error_queue(void **state)
{
	(void)state;
	struct crypto *crypto = crypto_new();
	struct arena *arena = arena_new();
	assert_int_equal(ERR_peek_error(), 0);
	for (size_t i = 0; i < COUNT(good_vectors); i++) {
		struct dnskey key = fixture_key(arena, &good_vectors[i].key);
		struct slice sig = fixture_rrset(arena, &good_vectors[i]).signatures[0];
		struct rrsig parsed;
		assert_int_equal(rrsig_parse(sig, &parsed), 0);
		struct pubkey *pubkey = NULL;
		assert_int_equal(pubkey_import(crypto, &key, &pubkey), 0);
		assert_int_equal(pubkey_verify(crypto, pubkey, sig, parsed.signature), 0);
		assert_int_equal(ERR_peek_error(), 0);
		pubkey_free(pubkey);
		uint8_t *octets = arena_copy(arena, key.key.data, key.key.size);
		octets[key.key.size - 1] ^= 1;
		key.key.data = octets;
		pubkey = NULL;
		(void)pubkey_import(crypto, &key, &pubkey);
		assert_int_equal(ERR_peek_error(), 0);
		pubkey_free(pubkey);
	}
	arena_free(arena);
	crypto_free(crypto);
}

int main(void)
{
	status_clean = run_child(false);
	status_read_first = run_child(true);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hostile_configuration),
		cmocka_unit_test(hostile_configuration_read_before),
		cmocka_unit_test(has),
		cmocka_unit_test(digests),
		cmocka_unit_test(error_queue),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
