/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: octets as a master file: a child's view, a dsset file, trust anchors, a parent's delegations. */
#include <string.h>
#include <unistd.h>

#include "registry/source/masterview.h"
#include "tests/fuzz/target.h"
#include "validate/wire/message.h"

/* One file for all inputs: readers take a path. */
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

static void try_view(const struct name *child, struct arena *arena)
{
	struct evidence_server server = { .hosts = 1 };
	struct source_error e = { .line = 0 };
	if (masterview_read(path, child, arena, &server, &e) != 0) {
		check_error(&e);
		return;
	}
	for (unsigned q = 0; q < EVIDENCE_QUESTIONS; q++) {
		const struct slice octets = server.answers[q].octets;
		uint16_t type = evidence_question_type((enum evidence_question)q);
		struct message m;
		HOLDS(server.answers[q].status == EVIDENCE_ANSWERED);
		/* RDATA may be malformed for the parser, as from a server; what it takes answers the question. */
		if (message_parse(octets.data, octets.size, arena, &m) == 0) {
			HOLDS(message_answers(&m, child, type));
			HOLDS(m.count[SECTION_ANSWER] > 0 || m.count[SECTION_AUTHORITY] > 0);
		}
	}
}

/* Some of the answers are enough here, so all that a whole view has is there, too, and the same. */
static void try_answers(const struct name *child, struct arena *arena)
{
	struct evidence_server whole = { .hosts = 1 };
	struct evidence_server some = { .hosts = 1 };
	struct masterview_answers found;
	struct source_error e = { .line = 0 };
	if (masterview_read_answers(path, child, arena, &some, &found, &e) != 0) {
		check_error(&e);
		HOLDS(masterview_read(path, child, arena, &whole, &e) != 0);
		return;
	}
	bool same = masterview_read(path, child, arena, &whole, &e) == 0;
	for (unsigned q = 0; q < EVIDENCE_QUESTIONS; q++) {
		HOLDS(same || q != EVIDENCE_SOA || some.answers[q].status == EVIDENCE_NOT_ASKED);
		HOLDS(!same || slice_equal(whole.answers[q].octets, some.answers[q].octets));
	}
}

static void try_small(const struct name *child, struct arena *arena)
{
	struct ds_set set;
	uint32_t ttl;
	struct record *records;
	size_t count;
	struct source_error e = { .line = 0 };
	bool others;
	if (masterview_read_ds(path, child, arena, &set, &ttl, &e) != 0) {
		check_error(&e);
	} else {
		HOLDS(masterview_ds_has_others(path, child, &others, &e) == 0);
		for (size_t i = 0; i < set.count; i++) {
			HOLDS(ds_is_wellformed(&set.ds[i]));
			HOLDS(i == 0 || ds_compare(&set.ds[i - 1], &set.ds[i]) < 0);
		}
	}
	if (masterview_read_anchors(path, arena, &records, &count, &e) != 0) {
		check_error(&e);
	} else {
		HOLDS(count > 0);
	}
}

static int on_record(void *user, const struct source_record *r)
{
	char text[NAME_TEXT_SIZE];
	name_to_text(r->owner, text);
	++*(uint64_t *)user;
	return 0;
}

static void try_parent(void)
{
	struct source *source;
	struct source_info info;
	struct source_error e = { .line = 0 };
	uint64_t count = 0;
	int rc = source_masterfile(path, NULL, &source, &e);
	if (rc == 0) {
		rc = source->ops->read(source, on_record, NULL, &count, &info, &e);
		source->ops->free(source);
	}
	if (rc != 0) {
		check_error(&e);
	} else {
		HOLDS(info.origin.size > 0 && count <= info.records + info.skipped);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	struct name child;
	HOLDS(arena != NULL && name_from_text("example.ch.", &child) == 0);
	write_file(data, size);
	try_view(&child, arena);
	try_answers(&child, arena);
	try_small(&child, arena);
	try_parent();
	arena_free(arena);
	return 0;
}
