/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: octets as a frame of an EPP server, and what is then compared with a change. */
#include <string.h>

#include "registry/sink/epp_code.h"
#include "registry/sink/epp_compare.h"
#include "registry/sink/epp_reply.h"
#include "tests/fuzz/target.h"
#include "validate/wire/err.h"

static void check_text(const char *text, size_t most)
{
	HOLDS(text != NULL && strlen(text) <= most);
	for (; *text != '\0'; text++) {
		HOLDS(*text >= ' ' && *text <= '~');
	}
}

static void check_domain(const struct epp_domain *d)
{
	HOLDS(d->fault != NULL || d->name.size > 0);
	for (size_t i = 0; i < d->status_count; i++) {
		check_text(d->status[i], 40);
	}
	for (size_t i = 1; i < d->ns_count; i++) {
		HOLDS(name_compare(&d->ns[i - 1], &d->ns[i]) < 0);
	}
	for (size_t i = 0; i < d->ds.count; i++) {
		HOLDS(d->ds.ds[i].size > 0 && d->ds.ds[i].size <= LIMIT_DIGEST_OCTETS);
		HOLDS(i == 0 || ds_compare(&d->ds.ds[i - 1], &d->ds.ds[i]) < 0);
	}
	for (size_t i = 0; i < d->keys.count; i++) {
		HOLDS(d->keys.rdata[i].size > 4 && d->keys.rdata[i].size <= 65535);
		HOLDS(i == 0 || slice_compare(&d->keys.rdata[i - 1], &d->keys.rdata[i]) < 0);
	}
	(void)epp_status_hint(d);
}

/* What is sent leads from what is there to what is wanted; with a fault nothing is sent. */
static void check_plan(const struct epp_domain *d, struct crypto *crypto, struct arena *arena, enum epp_profile profile)
{
	static struct ds ds[2] = { { .tag = 1, .algorithm = 13, .digest_type = 2, .size = 1, .digest = { 1 } },
		{ .tag = 2, .algorithm = 13, .digest_type = 2, .size = 1, .digest = { 2 } } };
	const struct epp_wish w = { .child = d->name, .profile = profile, .before = { 1, ds }, .after = { 1, ds + 1 }, .ns_count = d->ns_count,
		.ns = d->ns };
	struct epp_plan p;
	HOLDS(epp_compare(&w, d, crypto, arena, &p) == 0);
	HOLDS(p.why != NULL && strlen(p.why) < EPP_WHY);
	HOLDS(!p.send || (d->fault == NULL && d->ds.count == 1 && d->keys.count == 0 && ds_equal(&d->ds.ds[0], &ds[0])));
	HOLDS(p.send || p.outcome != SINK_APPLIED || (d->ds.count == 1 && ds_equal(&d->ds.ds[0], &ds[1])));
	HOLDS(epp_compare_taken(&w, d, crypto, arena, &p) == 0 && !p.send);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct crypto *crypto;
	struct arena *arena = arena_new();
	struct epp_reply r;
	char why[256] = "";
	crypto = crypto == NULL ? crypto_new() : crypto;
	HOLDS(arena != NULL && crypto != NULL);
	int rc = epp_reply_parse((struct slice){ data, size }, arena, &r, why);
	HOLDS(rc == 0 || rc == ERR_FORMAT);
	if (rc != 0) {
		HOLDS(why[0] != '\0');
		check_text(why, 255);
	} else if (r.kind == EPP_GREETING) {
		check_text(r.server, 240);
		check_text(r.language, 35);
	} else {
		HOLDS(r.code >= 1000 && r.code <= 2999);
		check_text(r.text, 490);
		check_text(r.client_id, EPP_TRID_SIZE - 1);
		check_text(r.server_id, EPP_TRID_SIZE - 1);
		if (r.domain != NULL) {
			check_domain(r.domain);
			check_plan(r.domain, crypto, arena, EPP_DS_DATA);
			check_plan(r.domain, crypto, arena, EPP_KEY_DATA);
		}
	}
	arena_free(arena);
	return 0;
}
