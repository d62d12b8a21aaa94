/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: octets as a registry's list in CSV. */
#include <string.h>
#include <unistd.h>

#include "registry/source/source.h"
#include "tests/fuzz/target.h"

/* One file for all inputs: sources take a path. */
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

static void check_error(const struct source_error *e)
{
	HOLDS(memchr(e->file, '\0', sizeof(e->file)) != NULL && e->file[0] != '\0');
	HOLDS(memchr(e->reason, '\0', sizeof(e->reason)) != NULL && e->reason[0] != '\0');
}

struct seen {
	struct name origin;
	struct name child;	/* of the facts that came last; size 0: none */
	uint64_t line;
	uint64_t children;
	uint64_t skipped;
};

static void check_text(const char *text)
{
	HOLDS(strlen(text) < LIMIT_LABEL_TEXT);
	for (; *text != '\0'; text++) {
		HOLDS(*text >= ' ' && *text <= '~');
	}
}

/* Facts begin a child; all that follows is its, or an address of one of its hosts. */
static int on_record(void *user, const struct source_record *r)
{
	struct seen *s = user;
	if (r->kind == SOURCE_FACTS) {
		HOLDS(name_is_within(r->owner, &s->origin) && !name_equal(r->owner, &s->origin));
		HOLDS(r->facts->line > s->line && (r->facts->flags & ~DELEGATION_FLAGS) == 0);
		check_text(r->facts->registrar);
		check_text(r->facts->registration);
		s->child = *r->owner;
		s->line = r->facts->line;
		s->children++;
	}
	HOLDS(s->child.size > 0 && (r->kind == SOURCE_ADDRESS || name_equal(r->owner, &s->child)));
	HOLDS(r->kind != SOURCE_NS || r->host->size > 0);
	HOLDS(r->kind != SOURCE_ADDRESS || r->address->family == 4 || r->address->family == 6);
	HOLDS(r->kind != SOURCE_DS || r->ds == NULL || ds_is_wellformed(r->ds));
	return 0;
}

static void on_skip(void *user, const struct source_error *e)
{
	check_error(e);
	HOLDS(e->line > 1);
	((struct seen *)user)->skipped++;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct seen seen = { .line = 0 };
	struct source *source;
	struct source_info info = { .records = 0 };
	struct source_error e = { .line = 0 };
	HOLDS(name_from_text("ch.", &seen.origin) == 0);
	write_file(data, size);
	int rc = source_csv(path, &seen.origin, &source, &e);
	if (rc == 0) {
		rc = source->ops->read(source, on_record, on_skip, &seen, &info, &e);
		source->ops->free(source);
	}
	if (rc != 0) {
		check_error(&e);
	} else {
		HOLDS(seen.children > 0 && (data[size - 1] == '\n' || data[0] == 0x1f || data[0] == 0x28)); /* packed */
	}
	HOLDS(seen.children + seen.skipped == info.records && seen.skipped == info.skipped);
	return 0;
}
