/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: octets as what servers say of a delegation, and as input of cdnskey-scanner. */
#include <string.h>

#include "scanner/cdnskey_words.h"
#include "scanner/net/parent_answer.h"
#include "tests/fuzz/target.h"
#include "validate/wire/err.h"

static void check_ds(const struct ds_set *set)
{
	HOLDS(set->count <= LIMIT_DS);
	for (size_t i = 0; i < set->count; i++) {
		HOLDS(ds_is_wellformed(&set->ds[i]));
		HOLDS(i == 0 || ds_compare(&set->ds[i - 1], &set->ds[i]) < 0);
	}
}

static void check_answers(const uint8_t *data, size_t size, struct arena *arena)
{
	static struct referral r;
	static struct parent_ds d;
	struct rrset keys;
	struct name child;
	struct name origin;
	HOLDS(name_from_text("example.ch.", &child) == 0 && name_from_text("ch.", &origin) == 0);
	referral_read(data, size, &child, &origin, arena, &r);
	HOLDS(r.says != REFERRAL_NONE || r.why != NULL);
	HOLDS(r.says != REFERRAL_DELEGATED || r.host_count > 0);
	HOLDS(r.host_count <= LIMIT_NS_HOSTS);
	for (size_t i = 0; i < r.glue_count; i++) {
		HOLDS(r.glue[i].host < r.host_count && name_is_within(&r.hosts[r.glue[i].host], &origin));
	}
	check_ds(&r.ds);
	parent_ds_read(data, size, &child, arena, &d);
	check_ds(&d.ds);
	HOLDS(d.state != DS_UNKNOWN || !d.authentic);
	HOLDS((d.state == DS_PRESENT) == (d.state != DS_UNKNOWN && d.ds.count > 0));
	HOLDS(parent_ds_join(&r, &d, false) == DS_UNKNOWN);
	HOLDS(parent_ds_join(&r, &d, true) == DS_UNKNOWN || ds_set_equal(&r.ds, &d.ds));
	enum cdnskey_says by_anybody = cdnskey_read(data, size, &child, false, arena, &keys);
	enum cdnskey_says says = cdnskey_read(data, size, &child, true, arena, &keys);
	HOLDS(says == CDNSKEY_NOTHING || says == by_anybody);
	HOLDS(says != CDNSKEY_RECORDS || keys.count > 0);
}

static void check_list(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct cdnskey_list list = { .at = text, .end = text + size };
	struct cdnskey_line line;
	int rc = 0;
	size_t words = 0;
	while (cdnskey_list_next(&list, &line, &rc)) {
		struct cdnskey_word w;
		HOLDS(line.section != FRED_NONE && (line.section == FRED_SECURE || line.server.size > 0));
		while (cdnskey_names_next(&line.names, &w)) {
			struct name name;
			HOLDS(w.text >= text && w.text + w.size <= text + size && w.size > 0);
			HOLDS(memchr(w.text, '\n', w.size) == NULL && memchr(w.text, ' ', w.size) == NULL);
			(void)cdnskey_word_name(&w, &name);
			words++;
		}
	}
	HOLDS(words <= size && (rc == 0 || rc == ERR_FORMAT));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	HOLDS(arena != NULL);
	check_answers(data, size, arena);
	check_list(data, size);
	char *text = malloc(size + 1);
	struct record *anchors = NULL;
	size_t count = 0;
	HOLDS(text != NULL);
	memcpy(text, data, size);
	text[size] = '\0';
	if (cdnskey_anchors(text, arena, &anchors, &count) == 0) {
		HOLDS(count > 0 && count <= LIMIT_ANCHORS);
		for (size_t i = 0; i < count; i++) {
			HOLDS(anchors[i].owner->size > 0 && anchors[i].rdata.size > 4);
		}
	}
	free(text);
	arena_free(arena);
	return 0;
}
