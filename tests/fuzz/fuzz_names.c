/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: octets as a list of names, plain and FRED's. */
#include <string.h>
#include <unistd.h>

#include "registry/source/names.h"
#include "tests/fuzz/target.h"

/* One file for all inputs: lists take a path. */
static char path[64];

static void remove_file(void)
{
	unlink(path);
}

static void write_file(const uint8_t *data, size_t size)
{
	if (path[0] == '\0') {
		strcpy(path, "/tmp/cdswalk-fuzz-XXXXXX");
		int fd = mkstemp(path);
		HOLDS(fd >= 0);
		close(fd);
		atexit(remove_file);
	}
	FILE *to = fopen(path, "wb");
	HOLDS(to != NULL);
	HOLDS(size == 0 || fwrite(data, 1, size, to) == size);
	HOLDS(fclose(to) == 0);
}

static void on_skip(void *user, const struct source_error *e)
{
	HOLDS(e->line > 0 && e->reason[0] != '\0');
	++*(uint64_t *)user;
}

static void read_as(enum source_format format, const uint8_t *data, size_t size)
{
	struct names *n = NULL;
	struct source_error e = { .reason = "" };
	struct source_info info = { .records = 0 };
	struct source_place place = { .path = path, .format = format };
	struct name before = { .size = 0 };
	uint64_t skipped = 0;
	uint64_t children = 0;
	uint64_t last = 0;
	bool end = false;
	HOLDS(name_from_text("ch.", &place.origin) == 0);
	int rc = names_open(&place, "/tmp", &n, &e);
	while (rc == 0 && !end) {
		struct name child;
		uint64_t line = 0;
		rc = names_next(n, on_skip, &skipped, &info, &child, &line, &end, &e);
		if (rc == 0 && !end) {
			HOLDS(name_is_within(&child, &place.origin) && !name_equal(&child, &place.origin));
			HOLDS(format == SOURCE_FRED ? line > 1 && (children == 0 || name_compare(&before, &child) < 0) : line > last);
			before = child;
			last = line;
			children++;
		}
	}
	HOLDS(skipped == info.skipped);
	HOLDS(format == SOURCE_FRED ? children + skipped <= info.records : children + skipped == info.records);
	HOLDS(rc == 0 || (e.reason[0] != '\0' && e.file[0] != '\0'));
	/* A whole list has children, and ends with a line; packed ones end with what the packer says. */
	HOLDS(rc != 0 || (children > 0 && (data[size - 1] == '\n' || data[0] == 0x1f || data[0] == 0x28)));
	names_close(n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	write_file(data, size);
	read_as(SOURCE_NAMES, data, size);
	read_as(SOURCE_FRED, data, size);
	return 0;
}
