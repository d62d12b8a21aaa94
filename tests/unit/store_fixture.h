/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A store in a directory of its own for one test, and short ways to make what goes into it. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "registry/store/delegations.h"
#include "registry/store/store.h"
#include "validate/wire/err.h"

/* Small enough for valgrind and ulimit -v. */
#define FIXTURE_MAP (UINT64_C(256) << 20)
#define FIXTURE_NOW UINT64_C(1800000000)

struct fixture {
	char dir[64];
	struct store *store;
	struct crypto *crypto;
	struct arena *arena;
	uint64_t max_size;	/* 0: FIXTURE_MAP */
};

static inline struct store_options fixture_options(const struct fixture *f, enum store_mode mode)
{
	struct store_options o = { .mode = mode, .max_size = f->max_size == 0 ? FIXTURE_MAP : f->max_size,
		.now = FIXTURE_NOW };
	for (size_t i = 0; i < sizeof(o.uuid); i++) {
		o.uuid[i] = (uint8_t)(0x10 * i + i);
	}
	return o;
}

static inline void fixture_open(struct fixture *f, enum store_mode mode)
{
	struct store_options o = fixture_options(f, mode);
	char why[256] = "";
	int rc = store_open(f->dir, &o, &f->store, why);
	if (rc != 0) {
		fail_msg("%s: %s", f->dir, why);
	}
}

static inline void fixture_close(struct fixture *f)
{
	store_close(f->store);
	f->store = NULL;
}

static inline void fixture_make(struct fixture *f)
{
	const char *tmp = getenv("TMPDIR");
	snprintf(f->dir, sizeof(f->dir), "%s/cdswalk-XXXXXX", tmp != NULL && strlen(tmp) < 40 ? tmp : "/tmp");
	assert_non_null(mkdtemp(f->dir));
	f->crypto = crypto_new();
	assert_non_null(f->crypto);
	f->arena = arena_new();
	assert_non_null(f->arena);
}

static inline void fixture_remove_files(const char *dir)
{
	DIR *d = opendir(dir);
	if (d == NULL) {
		return;
	}
	struct dirent *e;
	while ((e = readdir(d)) != NULL) {
		char path[1024];
		if (snprintf(path, sizeof(path), "%s/%s", dir, e->d_name) < (int)sizeof(path) && unlink(path) != 0 &&
		    e->d_name[0] != '.') {
			fixture_remove_files(path);	/* those of the sinks have directories of their own */
			rmdir(path);
		}
	}
	closedir(d);
}

static inline void fixture_end(struct fixture *f)
{
	fixture_close(f);
	crypto_free(f->crypto);
	arena_free(f->arena);
	fixture_remove_files(f->dir);
	rmdir(f->dir);
}

static inline struct txn *fixture_begin(struct fixture *f, enum store_mode mode)
{
	struct txn *t = NULL;
	assert_int_equal(txn_begin(f->store, mode, &t), 0);
	return t;
}

static inline void fixture_commit(struct txn *t)
{
	assert_int_equal(txn_commit(t), 0);
}

static inline struct name fixture_name(const char *text)
{
	struct name n;
	assert_int_equal(name_from_text(text, &n), 0);
	return n;
}

static inline struct ds fixture_ds(uint16_t tag)
{
	struct ds ds = { .tag = tag, .algorithm = 13, .digest_type = 2, .size = 32 };
	memset(ds.digest, (int)(tag & 0xff), ds.size);
	return ds;
}

/* Name servers ns1 and ns2 of operator; DS with that tag, 0: none. */
static inline struct delegation fixture_delegation(struct fixture *f, const char *child, const char *operator_zone,
	uint16_t tag)
{
	struct delegation d = { .child = fixture_name(child), .host_count = 2, .ds_state = DS_ABSENT };
	d.hosts = arena_array(f->arena, 2, sizeof(*d.hosts));
	for (unsigned i = 0; i < 2; i++) {
		char host[256];
		snprintf(host, sizeof(host), "ns%u.%s", i + 1, operator_zone);
		d.hosts[i].name = fixture_name(host);
	}
	if (tag != 0) {
		d.ds_state = DS_PRESENT;
		d.ds_ttl = 3600;
		d.ds.count = 1;
		d.ds.ds = arena_array(f->arena, 1, sizeof(*d.ds.ds));
		d.ds.ds[0] = fixture_ds(tag);
	}
	return d;
}

static inline void fixture_put(struct fixture *f, struct txn *t, const struct delegation *d)
{
	bool changed;
	assert_int_equal(delegation_put(t, f->crypto, d, &changed), 0);
}

static inline void fixture_load(struct fixture *f, struct txn *t, const char *origin, uint64_t number)
{
	(void)f;
	struct generation g = { .number = number, .origin = fixture_name(origin), .loaded = FIXTURE_NOW };
	assert_int_equal(generation_put(t, &g), 0);
}

/* For tests that need no more than an empty store. */
static inline int fixture_setup(void **state)
{
	static struct fixture f;
	f = (struct fixture){ 0 };
	fixture_make(&f);
	fixture_open(&f, STORE_WRITE);
	*state = &f;
	return 0;
}

static inline int fixture_teardown(void **state)
{
	fixture_end(*state);
	return 0;
}

/* What db verify says. */
struct faults_heard {
	char text[4096];
	unsigned faults;
};

static inline void fixture_hear(void *user, const char *sentence)
{
	struct faults_heard *h = user;
	size_t used = strlen(h->text);
	snprintf(h->text + used, sizeof(h->text) - used, "%s\n", sentence);
	h->faults++;
}
