/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Load: any order, little memory, many batches, an end half-way, no room. */
#include <signal.h>
#include <sys/resource.h>

#include "tests/unit/load_fixture.h"

static uint32_t next_random(uint32_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed;
}

/* Lines in random order, some of them twice. All owners are written out, so order has no meaning. */
static char *shuffled(const char *text, uint32_t seed)
{
	size_t size = strlen(text);
	char *copy = malloc(size + 1);
	char *out = malloc(2 * size + 1);
	const char **lines = malloc(size * sizeof(*lines));
	assert_true(copy != NULL && out != NULL && lines != NULL);
	strcpy(copy, text);
	size_t count = 0;
	for (char *line = copy; *line != '\0';) {
		char *end = strchr(line, '\n');
		*end = '\0';
		lines[count++] = line;
		line = end + 1;
	}
	for (size_t i = count; i > 1; i--) {
		size_t k = next_random(&seed) % i;
		const char *swapped = lines[i - 1];
		lines[i - 1] = lines[k];
		lines[k] = swapped;
	}
	size_t used = 0;
	for (size_t i = 0; i < count; i++) {
		used += (size_t)sprintf(out + used, "%s\n", lines[i]);
		if (next_random(&seed) % 8 == 0) {
			used += (size_t)sprintf(out + used, "%s\n", lines[i]);
		}
	}
	free(copy);
	free(lines);
	return out;
}

/* Any order, any amount of memory: the same generation. */
static void test_order(void **state)
{
	struct fixture *f = *state;
	char *text = zone_of(0, 3000);
	struct generation first = load_text(f, text).generation;
	assert_int_equal(first.delegations, 3000);
	assert_int_equal(first.secure, 1000);
	char *content = dump(f, "ch.");
	for (uint32_t seed = 1; seed <= 8; seed++) {
		char *other = shuffled(text, seed * 2654435761u);
		const struct load_options o = { .now = FIXTURE_NOW, .max_age_s = UINT32_MAX, .memory = seed % 2 == 0 ? 1 : 0 };
		struct load_report report;
		struct source_error error;
		int rc = load_with(f, file_text(f, "zone", other), &o, &report, &error);
		if (rc != 0 || !report.unchanged || memcmp(report.generation.digest, first.digest, sizeof(first.digest)) != 0) {
			fail_msg("seed %u: %d %s", (unsigned)seed, rc, rc != 0 ? error.reason : "another digest");
		}
		free(other);
	}
	expect_dump(f, "ch.", content, "all orders");
	free(content);
	free(text);
}

/* 200 000 delegations in 1 MiB: hundreds of runs on disk, forty batches, the same as in plenty of memory. */
static void test_big(void **state)
{
	struct fixture *f = *state;
	/* valgrind, which is fifty times slower, is known by its preloaded library. */
	const char *preload = getenv("LD_PRELOAD");
	const unsigned count = preload != NULL && strstr(preload, "vgpreload") != NULL ? 12000 : 200000;
	char *text = zone_of(0, count);
	const char *path = file_text(f, "zone", text);
	struct load_options o = { .now = FIXTURE_NOW, .max_age_s = UINT32_MAX, .memory = 1024 * 1024 };
	struct load_report small;
	struct load_report large;
	struct source_error error;
	assert_int_equal(load_with(f, path, &o, &small, &error), 0);
	assert_int_equal(small.added, count);
	assert_int_equal(small.generation.delegations, count);
	assert_int_equal(small.generation.secure, (count + 2) / 3);
	o.memory = 0;
	assert_int_equal(load_with(f, path, &o, &large, &error), 0);
	assert_true(large.unchanged);
	free(text);
	/* The first batches of the store go. */
	const unsigned gone = count / 13;
	text = zone_of(gone, count);
	o.memory = 3 * 1024 * 1024;
	assert_int_equal(load_with(f, file_text(f, "zone", text), &o, &large, &error), 0);
	assert_int_equal(large.removed, gone);
	assert_int_equal(large.added + large.changed, 0);
	assert_int_equal(large.generation.delegations, count - gone);
	free(text);
}

/* The store fills up half-way: it is a mixture then, and neither file may pass for loaded. */
static void test_half_way(void **state)
{
	struct fixture *f = *state;
	char *old = zone_of(0, 300);
	load_text(f, old);
	char *content = dump(f, "ch.");
	fixture_close(f);
	f->max_size = UINT64_C(4) << 20;
	fixture_open(f, STORE_WRITE);
	char *new = zone_of(100, 40000);
	const struct load_options o = { .now = FIXTURE_NOW, .max_age_s = UINT32_MAX, .allow_shrink = true };
	struct load_report report;
	struct source_error error;
	assert_int_equal(load_with(f, file_text(f, "zone", new), &o, &report, &error), ERR_FULL);
	assert_non_null(strstr(error.reason, "load again"));
	fixture_close(f);
	f->max_size = 0;
	fixture_open(f, STORE_WRITE);
	char *mixture = dump(f, "ch.");
	assert_string_not_equal(mixture, content);
	struct load_report r = load_text(f, old);
	assert_false(r.unchanged);
	assert_int_equal(r.generation.number, 2);
	expect_dump(f, "ch.", content, "the old file again");
	free(mixture);
	free(content);
	free(old);
	free(new);
}

static void test_no_room_to_sort(void **state)
{
	struct fixture *f = *state;
	char *text = zone_of(0, 5000);
	const char *path = file_text(f, "zone", text);
	struct load_options o = { .now = FIXTURE_NOW, .max_age_s = UINT32_MAX, .memory = 1 };
	struct load_report report;
	struct source_error error;
	struct rlimit limit;
	struct rlimit small;
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	small = limit;
	small.rlim_cur = 100 * 1000;
	void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	int rc = load_with(f, path, &o, &report, &error);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	signal(SIGXFSZ, handler);
	assert_int_equal(rc, ERR_FULL);
	assert_non_null(strstr(error.reason, "no room to sort"));
	assert_non_null(strstr(error.reason, f->dir));
	o.work_dir = "/nonexistent";
	assert_int_equal(load_with(f, path, &o, &report, &error), ERR_IO);
	assert_non_null(strstr(error.reason, "/nonexistent"));
	expect_dump(f, "ch.", "", "nothing loaded");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_order, load_setup, load_teardown),
		cmocka_unit_test_setup_teardown(test_big, load_setup, load_teardown),
		cmocka_unit_test_setup_teardown(test_half_way, load_setup, load_teardown),
		cmocka_unit_test_setup_teardown(test_no_room_to_sort, load_setup, load_teardown),
	};
	return cmocka_run_group_tests_name("load in any order", tests, NULL, NULL);
}
