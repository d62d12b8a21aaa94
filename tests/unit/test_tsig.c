/* SPDX-License-Identifier: GPL-3.0-or-later */
/* registry/peer/tsig: against libknot as the server. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <sys/stat.h>
#include <time.h>

#include "registry/peer/tsig.h"
#include "tests/unit/tsig_server.h"

#define SECRET "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
#define KEY "hmac-sha256:xfer.key.:" SECRET
#define ROOM 4096

static const char *private_text(struct fixture *f, const char *text)
{
	const char *path = file_text(f, "key", text);
	assert_int_equal(chmod(path, 0600), 0);
	return path;
}

static struct tsig_key *key_of(struct fixture *f, const char *text)
{
	struct tsig_key *k = NULL;
	char why[256] = "";
	if (tsig_key_read(private_text(f, text), &k, why) != 0) {
		fail_msg("%s: %s", text, why);
	}
	return k;
}

static void test_keys(void **state)
{
	static const struct {
		const char *line, *text;
	} good[] = {
		{ KEY "\n", "xfer.key. (hmac-sha256)" },
		{ "Xfer.Key:" SECRET, "xfer.key. (hmac-sha256)" },
		{ "HMAC-SHA512:a.:" SECRET, "a. (hmac-sha512)" },
		{ "hmac-sha384:a.:" SECRET, "a. (hmac-sha384)" },
		{ "hmac-sha224:a.:" SECRET, "a. (hmac-sha224)" },
		{ "hmac-sha1:a.:" SECRET, "a. (hmac-sha1)" },
	};
	static const struct {
		const char *line, *why;
	} bad[] = {
		{ "xfer.key.", "is no TSIG key" },
		{ "xfer.key.:", "is no TSIG key" },
		{ "a:hmac-sha256:b:" SECRET, "is no TSIG key" },
		{ "hmac-sha256 a " SECRET, "is no TSIG key" },
		{ KEY "\n" KEY, "is no TSIG key" },
		{ "key:\"a\" " SECRET, "is no TSIG key" },
		{ "hmac-md5:a:" SECRET, "the algorithm of the key is none of hmac-sha256" },
		{ "hmac-sha256:a..b:" SECRET, "the name of the key is no domain name" },
		{ "hmac-sha256::" SECRET, "the name of the key is no domain name" },
		{ "hmac-sha256:a:not*base64", "the secret of the key is not in base64" },
		{ " ", "is empty" },
	};
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct tsig_key *k = key_of(*state, good[i].line);
		assert_string_equal(tsig_key_text(k), good[i].text);
		tsig_key_free(k);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct tsig_key *k = NULL;
		char why[256] = "";
		int rc = tsig_key_read(private_text(*state, bad[i].line), &k, why);
		if (rc >= 0 || k != NULL || strstr(why, bad[i].why) == NULL) {
			fail_msg("%s: %d %s", bad[i].line, rc, why);
		}
		/* Never the secret, whole or in part. */
		assert_null(strstr(why, "MDEy"));
		assert_null(strstr(why, "base64:"));
		assert_null(strstr(why, "not*"));
	}
	struct tsig_key *k = NULL;
	char why[256];
	const char *path = private_text(*state, KEY);
	assert_int_equal(chmod(path, 0640), 0);
	assert_int_equal(tsig_key_read(path, &k, why), ERR_ARG);
	assert_null(k);
	tsig_key_free(NULL);
}

/* A question and the numbered messages of its answer. */
static size_t message_of(uint8_t *out, unsigned number)
{
	static const uint8_t head[] = { 0x12, 0x34, 0x84, 0, 0, 1, 0, 0, 0, 0, 0, 0, 2, 'c', 'h', 0, 0, 252, 0, 1 };
	memcpy(out, head, sizeof(head));
	out[1] = 0x34;
	out[16] = (uint8_t)(number >> 8);	/* makes each another one */
	out[17] = (uint8_t)number;
	return sizeof(head);
}

struct stream {
	struct tsig_key *key;
	struct tsig *tsig;
	struct tsig_server *server;
	uint8_t message[ROOM];
	size_t size;
	char why[256];
};

static void ask(struct fixture *f, struct stream *s, const char *server_key)
{
	memset(s, 0, sizeof(*s));
	s->key = key_of(f, KEY);
	s->tsig = tsig_new(s->key);
	s->server = malloc(sizeof(*s->server));
	assert_non_null(s->tsig);
	assert_non_null(s->server);
	s->size = message_of(s->message, 0);
	size_t before = s->size;
	assert_int_equal(tsig_sign(s->tsig, s->message, &s->size, ROOM), 0);
	assert_true(s->size > before && s->size <= before + TSIG_OCTETS);
	assert_false(tsig_is_proven(s->tsig));
	tsig_server_asked(s->server, server_key, s->message, s->size);
}

static void end(struct stream *s)
{
	tsig_server_done(s->server);
	free(s->server);
	tsig_free(s->tsig);
	tsig_key_free(s->key);
}

/* S: signed, u: not, X: signed and changed afterwards, U: not signed and changed, -: signed by the server and lost,
 * w: unsigned and lost. */
static int receive(struct stream *s, char kind, unsigned number)
{
	size_t plain = message_of(s->message, number);
	s->size = plain;
	if (strchr("SX-", kind) != NULL) {
		tsig_server_sign(s->server, s->message, &s->size, ROOM, 0);
	} else {
		tsig_server_pass(s->server, s->message, s->size);
	}
	if (kind == '-' || kind == 'w') {
		return 0;
	}
	if (kind == 'X' || kind == 'U') {
		s->message[17] ^= 0x40;
	}
	int rc = tsig_verify(s->tsig, s->message, &s->size, s->why);
	if (rc == 0) {
		uint8_t expected[64];
		assert_int_equal(message_of(expected, number), plain);
		assert_int_equal(s->size, plain);
		/* Without its TSIG record it is what was signed. */
		assert_true(kind == 'U' || memcmp(expected, s->message, plain) == 0);
		assert_int_equal(tsig_is_proven(s->tsig), kind == 'S');
	} else {
		assert_int_equal(rc, ERR_FORMAT);
		assert_false(tsig_is_proven(s->tsig));
	}
	return rc;
}

#define U9 "uuuuuuuuu"
#define U99 U9 U9 U9 U9 U9 U9 U9 U9 U9 U9 U9
#define STREAM "the signature does not fit what came since the last one"

static void test_streams(void **state)
{
	static const struct {
		const char *kinds;
		const char *why;	/* of the last message; NULL: it is taken */
		bool proven;
	} streams[] = {
		{ "S", NULL, true },
		{ "SS", NULL, true },
		{ "SSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSS", NULL, true },
		{ "SuS", NULL, true },
		{ "SuuuSuS", NULL, true },
		{ "S" U99 "S" U99 "S", NULL, true },
		{ "Su", NULL, false },
		{ "SSuuu", NULL, false },
		{ "S" U99, NULL, false },
		{ "S" U99 "u", "more than 99 messages in a row are not signed", false },
		{ "u", "the answer is not signed (its RCODE is 0)", false },
		{ "X", "the signature of the answer is wrong", false },
		{ "SX", STREAM, false },
		{ "SUS", STREAM, false },
		{ "SuUuS", STREAM, false },
		{ "S-S", STREAM, false },
		{ "SwS", STREAM, false },
		{ "SuwuS", STREAM, false },
		{ "-S", "the signature of the answer is wrong", false },
	};
	for (size_t i = 0; i < sizeof(streams) / sizeof(streams[0]); i++) {
		struct stream s;
		ask(*state, &s, KEY);
		size_t count = strlen(streams[i].kinds);
		for (size_t k = 0; k < count; k++) {
			int rc = receive(&s, streams[i].kinds[k], (unsigned)k);
			bool refused = k == count - 1 && streams[i].why != NULL;
			if ((rc != 0) != refused || (refused && strstr(s.why, streams[i].why) == NULL)) {
				fail_msg("%s at %zu: %d %s", streams[i].kinds, k, rc, s.why);
			}
		}
		assert_int_equal(tsig_is_proven(s.tsig), streams[i].proven);
		end(&s);
	}
}

/* A new question begins anew: the answer to the one before is none to it. */
static void test_again(void **state)
{
	struct stream s;
	ask(*state, &s, KEY);
	assert_int_equal(receive(&s, 'S', 0), 0);
	assert_int_equal(receive(&s, 'u', 1), 0);
	s.size = message_of(s.message, 7);
	assert_int_equal(tsig_sign(s.tsig, s.message, &s.size, ROOM), 0);
	assert_false(tsig_is_proven(s.tsig));
	assert_int_equal(receive(&s, 'S', 2), ERR_FORMAT);
	end(&s);
	ask(*state, &s, KEY);
	size_t size = message_of(s.message, 7);
	assert_int_equal(tsig_sign(s.tsig, s.message, &size, size + TSIG_OCTETS - 1), ERR_LIMIT);
	size = 11;
	assert_int_equal(tsig_sign(s.tsig, s.message, &size, ROOM), ERR_LIMIT);
	end(&s);
}

static void test_other_keys(void **state)
{
	static const struct {
		const char *key, *why;
	} keys[] = {
		{ "hmac-sha256:other.key.:" SECRET, "the answer is signed with another key" },
		{ "hmac-sha256:xfer.key.:AAAAAAAAAAAAAAAAAAAAAA==", "the signature of the answer is wrong" },
	};
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		struct stream s;
		ask(*state, &s, keys[i].key);
		assert_int_equal(receive(&s, 'S', 0), ERR_FORMAT);
		if (strstr(s.why, keys[i].why) == NULL) {
			fail_msg("%s: %s", keys[i].key, s.why);
		}
		end(&s);
	}
}

/* A TSIG record by hand behind message 0. */
static size_t by_hand(uint8_t *m, const char *algorithm, uint16_t mac_size, uint16_t error, uint16_t class)
{
	struct name key = fixture_name("xfer.key.");
	struct name a = fixture_name(algorithm);
	uint8_t mac[64] = { 1 };
	struct wire w = wire_writer(m, ROOM);
	w.pos = message_of(m, 0);
	m[11] = 1;
	wire_write(&w, key.octets, key.size);
	wire_write_u16(&w, 250);
	wire_write_u16(&w, class);
	wire_write_u32(&w, 0);
	wire_write_u16(&w, (uint16_t)(a.size + 16 + mac_size));
	wire_write(&w, a.octets, a.size);
	wire_write_u16(&w, 0);
	wire_write_u32(&w, (uint32_t)time(NULL));
	wire_write_u16(&w, 300);
	wire_write_u16(&w, mac_size);
	wire_write(&w, mac, mac_size);
	wire_write_u16(&w, 0x1234);
	wire_write_u16(&w, error);
	wire_write_u16(&w, 0);
	assert_false(wire_error(&w));
	return w.pos;
}

static void test_refused(void **state)
{
	static const struct {
		const char *algorithm;
		uint16_t mac_size, error, class;
		const char *why;
	} cases[] = {
		{ "hmac-sha256.", 0, 17, 255, "the server does not know the key xfer.key. (hmac-sha256) (BADKEY)" },
		{ "hmac-sha256.", 0, 16, 255, "the server has another secret or algorithm for the key xfer.key. (hmac-sha256) (BADSIG)" },
		{ "hmac-sha256.", 32, 18, 255, "the clock of the server and ours differ too much (BADTIME)" },
		{ "hmac-sha256.", 0, 22, 255, "the server refuses the signature with the error 22" },
		{ "hmac-sha256.", 32, 0, 255, "the signature of the answer is wrong" },
		{ "hmac-sha256.", 0, 0, 255, "the signature of the answer is wrong" },
		{ "hmac-sha256.", 16, 0, 255, "the signature of the answer is wrong" },
		{ "hmac-sha1.", 20, 0, 255, "the signature of the answer is wrong" },
		{ "unknown.", 32, 0, 255, "the signature of the answer is wrong" },
		{ "hmac-sha256.", 32, 0, 1, "the message is malformed" },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct stream s;
		ask(*state, &s, KEY);
		s.size = by_hand(s.message, cases[i].algorithm, cases[i].mac_size, cases[i].error, cases[i].class);
		assert_int_equal(tsig_verify(s.tsig, s.message, &s.size, s.why), ERR_FORMAT);
		if (strstr(s.why, cases[i].why) == NULL) {
			fail_msg("%zu: %s", i, s.why);
		}
		end(&s);
	}
}

/* Cut anywhere, a TSIG record in another section or not the last one: refused, and nothing is read beyond the end. */
static void test_malformed(void **state)
{
	struct stream s;
	ask(*state, &s, KEY);
	uint8_t whole[ROOM];
	size_t size = message_of(whole, 0);
	tsig_server_sign(s.server, whole, &size, ROOM, 0);
	for (size_t i = 0; i <= size + 1; i++) {
		uint8_t *cut = malloc(i == 0 ? 1 : i);
		assert_non_null(cut);
		memcpy(cut, whole, i <= size ? i : size);
		if (i > size) {
			cut[size] = 0;
		}
		size_t cut_size = i;
		assert_int_equal(tsig_verify(s.tsig, cut, &cut_size, s.why), i == size ? 0 : ERR_FORMAT);
		free(cut);
	}
	static const struct {
		uint8_t at, value;
	} counts[] = { { 11, 0 }, { 11, 2 }, { 7, 1 }, { 5, 2 }, { 5, 0 } };
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		end(&s);
		ask(*state, &s, KEY);
		memcpy(s.message, whole, size);
		s.message[counts[i].at] = counts[i].value;
		if (counts[i].at == 7) {
			s.message[11] = 0;	/* in the answer section */
		}
		size_t again = size;
		assert_int_equal(tsig_verify(s.tsig, s.message, &again, s.why), ERR_FORMAT);
		assert_string_equal(s.why, "the message is malformed");
	}
	end(&s);
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	assert_non_null(f);
	fixture_make(f);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	fixture_end(*state);
	free(*state);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_streams),
		cmocka_unit_test(test_again),
		cmocka_unit_test(test_other_keys),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_malformed),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
