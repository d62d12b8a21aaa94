/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Loads of texts into a store, and what the store has then as text. */
#pragma once

#include "registry/source/load.h"
#include "tests/unit/source_fixture.h"

#define SOA_SERIAL(serial) "ch. 3600 IN SOA a.nic.ch. h.nic.ch. " serial " 900 900 900 900\n"
#define SOA SOA_SERIAL("7")
#define D32 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define D32_UPPER "0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF"
#define D20 "0123456789abcdef0123456789abcdef01234567"

struct told {
	char text[2048];
	bool *stop;
};

static inline void on_skip(void *user, const struct source_error *e)
{
	struct told *told = user;
	size_t used = strlen(told->text);
	snprintf(told->text + used, sizeof(told->text) - used, "%llu:%s\n", (unsigned long long)e->line, e->reason);
	if (told->stop != NULL) {
		*told->stop = true;
	}
}

static inline int load_with(struct fixture *f, const char *path, const struct load_options *o, struct load_report *report,
	struct source_error *error)
{
	struct source *source = NULL;
	memset(report, 0, sizeof(*report));
	struct source_place place = { .path = path };
	if (strstr(path, ".csv") != NULL) {
		place.origin = fixture_name("ch.");
	}
	int rc = source_open(&place, &source, error);
	if (rc == 0) {
		rc = load_generation(f->store, f->crypto, source, o, report, error);
		source->ops->free(source);
	}
	return rc;
}

/* file: its name says what it is. */
static inline struct load_report load_file(struct fixture *f, const char *file, const char *text)
{
	const struct load_options o = { .now = FIXTURE_NOW, .max_age_s = UINT32_MAX, .allow_shrink = true };
	struct load_report report;
	struct source_error error;
	int rc = load_with(f, file_text(f, file, text), &o, &report, &error);
	if (rc != 0) {
		fail_msg("%s:%llu: %s", error.file, (unsigned long long)error.line, error.reason);
	}
	return report;
}

static inline struct load_report load_text(struct fixture *f, const char *text)
{
	return load_file(f, "zone", text);
}

static inline void dump_one(const struct delegation *d, FILE *out)
{
	char name[NAME_TEXT_SIZE];
	name_to_text(&d->child, name);
	fprintf(out, "%s", name);
	for (size_t i = 0; i < d->host_count; i++) {
		name_to_text(&d->hosts[i].name, name);
		fprintf(out, " %s", name);
		for (size_t k = 0; k < d->hosts[i].glue_count; k++) {
			char address[ADDRESS_TEXT_SIZE];
			address_to_text(&d->hosts[i].glue[k], address);
			fprintf(out, "%s%s", k == 0 ? "=" : ",", address);
		}
	}
	fprintf(out, " ds %d", (int)d->ds_state);
	for (size_t i = 0; i < d->ds.count; i++) {
		char ds[DS_TEXT_SIZE];
		ds_to_text(&d->ds.ds[i], ds);
		fprintf(out, " (%u %s)", (unsigned)d->ds_ttl, ds);
	}
	if (d->flags != 0 || d->registrar[0] != '\0' || d->registration[0] != '\0' || d->manual_change != 0) {
		fprintf(out, " {%u %s|%s %u}", d->flags, d->registrar, d->registration, (unsigned)d->manual_change);
	}
	fprintf(out, "\n");
}

/* The delegations of origin in the store, as text; to be freed. */
static inline char *dump(struct fixture *f, const char *origin)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	assert_non_null(out);
	struct name zone = fixture_name(origin);
	struct name none = { .size = 0 };
	struct txn *t = fixture_begin(f, STORE_READ);
	struct delegation_iter *iter;
	assert_int_equal(delegation_iter_open(t, &zone, &none, &iter), 0);
	struct delegation d;
	struct arena *arena = arena_new();
	while (delegation_iter_next(iter, arena, &d) == 0) {
		dump_one(&d, out);
		arena_reset(arena);
	}
	arena_free(arena);
	delegation_iter_close(iter);
	txn_abort(t);
	assert_int_equal(fclose(out), 0);
	return text;
}

static inline void expect_dump(struct fixture *f, const char *origin, const char *expected, const char *what)
{
	char *got = dump(f, origin);
	if (strcmp(got, expected) != 0) {
		fail_msg("%s: got\n%s", what, got);
	}
	free(got);
}

/* count delegations d000000.ch., ...; those below from are left out. */
static inline char *zone_of(unsigned from, unsigned count)
{
	size_t room = 256 + (size_t)count * 200;
	char *text = malloc(room);
	assert_non_null(text);
	size_t used = (size_t)snprintf(text, room, "%s", SOA);
	for (unsigned i = from; i < count; i++) {
		used += (size_t)snprintf(text + used, room - used, "d%06u.ch. NS ns%u.op.ch.\nd%06u.ch. NS ns.d%06u.ch.\n"
			"ns.d%06u.ch. A 192.0.2.%u\n", i, i % 50, i, i, i, i % 256);
		if (i % 3 == 0) {
			used += (size_t)snprintf(text + used, room - used, "d%06u.ch. DS %u 13 1 " D20 "\n", i, i % 65536);
		}
	}
	for (unsigned i = 0; i < 50; i++) {
		used += (size_t)snprintf(text + used, room - used, "ns%u.op.ch. AAAA 2001:db8::%x\n", i, i);
	}
	return text;
}

static inline int load_setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	assert_non_null(f);
	fixture_make(f);
	fixture_open(f, STORE_WRITE);
	*state = f;
	return 0;
}

static inline int load_teardown(void **state)
{
	fixture_end(*state);
	free(*state);
	return 0;
}
