/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Packed files: all octets come out, whatever the sizes of what is read; cut, damaged and joined ones. */
#include "registry/source/input.h"
#include "tests/unit/source_fixture.h"

#ifdef HAVE_ZSTD
#include <zstd.h>

static unsigned char *zstd_octets(const void *data, size_t size, size_t *packed)
{
	size_t room = ZSTD_compressBound(size);
	unsigned char *out = malloc(room);
	assert_non_null(out);
	*packed = ZSTD_compress(out, room, data, size, 3);
	assert_false(ZSTD_isError(*packed));
	return out;
}

/* A frame that wants this much kept, of octets that were never packed: RFC 8878 section 3.1.1. */
static void test_window(void **state)
{
	struct fixture *f = *state;
	for (unsigned log = 24; log <= 27; log++) {
		const unsigned char frame[] = { 0x28, 0xb5, 0x2f, 0xfd, 0x00, (unsigned char)((log - 10) << 3), 0x09, 0x00, 0x00, 'x' };
		struct input *in;
		struct source_error e;
		char to[8];
		size_t got = 0;
		assert_int_equal(input_open(file_write(f, "x", frame, sizeof(frame)), &in, &e), 0);
		assert_int_equal(input_read(in, to, sizeof(to), &got, &e), log <= 25 ? 0 : ERR_FORMAT);
		assert_true(log > 25 ? strstr(e.reason, "pack it with a level below 20") != NULL : got == 1 && to[0] == 'x');
		input_close(in);
	}
}
#endif

typedef unsigned char *pack_octets(const void *data, size_t size, size_t *packed);
static const struct {
	const char *name;
	pack_octets *pack;
} packers[] = {
	{ "gzip", gzip_octets },
#ifdef HAVE_ZSTD
	{ "zstd", zstd_octets },
#endif
};

/* In pieces of step octets; the error, if any. */
static int read_all(const char *path, size_t step, char *to, size_t room, size_t *size, struct source_error *e)
{
	struct input *in;
	*size = 0;
	int rc = input_open(path, &in, e);
	if (rc != 0) {
		return rc;
	}
	size_t got = 1;
	while (rc == 0 && got > 0) {
		assert_true(*size + step <= room);
		rc = input_read(in, to + *size, step, &got, e);
		*size += rc == 0 ? got : 0;
	}
	input_close(in);
	return rc;
}

/* What packs well leaves much to come out when the last octet was read; what does not, fills buffers. */
static void test_whole(void **state)
{
	struct fixture *f = *state;
	static const size_t steps[] = { 1, 1000, 64 * 1024, 1024 * 1024 };
	const size_t size = 700000;
	char *data = malloc(size);
	char *out = malloc(2 * size + steps[3]);
	assert_true(data != NULL && out != NULL);
	for (unsigned noise = 0; noise < 2; noise++) {
		uint32_t x = 1;
		for (size_t i = 0; i < size; i++) {
			x = x * 1664525 + 1013904223;
			data[i] = noise ? (char)(x >> 24) : 'a';
		}
		for (size_t p = 0; p < sizeof(packers) / sizeof(packers[0]); p++) {
			size_t packed;
			unsigned char *octets = packers[p].pack(data, size, &packed);
			unsigned char *twice = malloc(2 * packed);
			assert_non_null(twice);
			memcpy(twice, octets, packed);
			memcpy(twice + packed, octets, packed);
			for (unsigned parts = 1; parts <= 2; parts++) {
				const char *path = file_write(f, "x", twice, parts * packed);
				for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
					struct source_error e;
					size_t got;
					int rc = read_all(path, steps[i], out, 2 * size + steps[3], &got, &e);
					if (rc != 0 || got != parts * size || memcmp(out, data, size) != 0
						|| memcmp(out + got - size, data, size) != 0) {
						fail_msg("%s, %u parts in pieces of %zu: %d, %zu octets", packers[p].name, parts, steps[i], rc, got);
					}
				}
			}
			free(twice);
			free(octets);
		}
	}
	free(data);
	free(out);
}

static void test_broken(void **state)
{
	struct fixture *f = *state;
	static const char text[] = "some text that is whole or is none, some text";
	static char out[4096];
	for (size_t p = 0; p < sizeof(packers) / sizeof(packers[0]); p++) {
		size_t packed;
		size_t got;
		struct source_error e;
		unsigned char *octets = packers[p].pack(text, sizeof(text), &packed);
		/* With fewer octets nothing tells what it was. */
		for (size_t cut = 4; cut < packed; cut++) {
			assert_int_equal(read_all(file_write(f, "x", octets, cut), 64, out, sizeof(out), &got, &e), ERR_FORMAT);
			assert_non_null(strstr(e.reason, "ends early"));
			assert_non_null(strstr(e.reason, packers[p].name));
		}
		octets[8] ^= 0x55;
		octets[packed / 2] ^= 0x55;
		int rc = read_all(file_write(f, "x", octets, packed), 64, out, sizeof(out), &got, &e);
		/* Without a checksum zstd may not notice what is only another text. */
		assert_true(rc == ERR_FORMAT || (p == 1 && memcmp(out, text, sizeof(text)) != 0));
		octets[8] ^= 0x55;
		octets[packed / 2] ^= 0x55;
		octets = realloc(octets, packed + 5);
		assert_non_null(octets);
		memcpy(octets + packed, "after", 5);
		assert_int_equal(read_all(file_write(f, "x", octets, packed + 5), 64, out, sizeof(out), &got, &e), ERR_FORMAT);
		assert_non_null(strstr(e.reason, packers[p].name));
		free(octets);
	}
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
		cmocka_unit_test_setup_teardown(test_whole, setup, teardown),
		cmocka_unit_test_setup_teardown(test_broken, setup, teardown),
#ifdef HAVE_ZSTD
		cmocka_unit_test_setup_teardown(test_window, setup, teardown),
#endif
	};
	return cmocka_run_group_tests_name("packed", tests, NULL, NULL);
}
