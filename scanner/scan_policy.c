/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The policies of a scan: those that the configuration has for the parent that was loaded, with the trust anchors of this
 * run. */
#include "scanner/scan_private.h"

#include <string.h>

#include "registry/source/masterview.h"
#include "scanner/command.h"
#include "validate/wire/err.h"
#include "validate/wire/name.h"

/* ERR_NOTFOUND: it is no anchor of the root. */
static int anchor_of(struct scan *s, const struct record *r, struct ds *out)
{
	struct dnskey key;
	if (!name_equal(r->owner, &name_root)) {
		return ERR_NOTFOUND;
	}
	if (r->type == TYPE_DS) {
		return ds_parse(r->rdata, out);
	}
	int ret = dnskey_parse(r->rdata, &key);
	return ret == ERR_OK ? ds_from_key(s->crypto, &name_root, &key, DIGEST_SHA256, out) : ret;
}

static int keep_anchors(struct scan *s, const struct record *records, size_t count)
{
	struct bootstrap_rules *b = &s->anchors;
	struct ds_set set = { .count = 0, .ds = arena_array(s->arena, count, sizeof(*set.ds)) };
	if (set.ds == NULL) {
		say("%s", err_text(ERR_NOMEM));
		return EXIT_RUNTIME;
	}
	for (size_t i = 0; i < count; i++) {
		int ret = anchor_of(s, &records[i], &set.ds[set.count]);
		if (ret == ERR_OK) {
			set.count++;
		} else if (ret != ERR_NOTFOUND) {
			say("%s: a trust anchor of the root cannot be used", say_text(s->options->trust_anchor));
			return EXIT_CONFIG;
		}
	}
	ds_set_normalize(&set);
	if (set.count > LIMIT_ROOT_ANCHORS) {
		say("%s: there are more than %d trust anchors of the root", say_text(s->options->trust_anchor), LIMIT_ROOT_ANCHORS);
		return EXIT_CONFIG;
	}
	memcpy(b->anchors, set.ds, set.count * sizeof(*set.ds));
	b->anchor_count = (uint8_t)set.count;
	return EXIT_OK;
}

int scan_read_anchors(struct scan *s)
{
	struct record *anchors = NULL;
	struct source_error error = { .file = "" };
	if (s->options->trust_anchor == NULL) {
		return EXIT_OK;
	}
	if (masterview_read_anchors(s->options->trust_anchor, s->arena, &anchors, &s->hosts.anchor_count, &error) != ERR_OK) {
		say_source_error(&error);
		return EXIT_CONFIG;
	}
	s->hosts.anchors = anchors;
	return keep_anchors(s, anchors, s->hosts.anchor_count);
}

/* A copy with the anchors of this run. NULL: no memory. */
static const struct policy *anchored(struct scan *s, const struct policy *p)
{
	struct policy *copy = arena_copy(s->arena, p, sizeof(*p));
	if (copy != NULL) {
		copy->rules.bootstrap.anchor_count = s->anchors.anchor_count;
		memcpy(copy->rules.bootstrap.anchors, s->anchors.anchors, sizeof(s->anchors.anchors));
	}
	return copy;
}

static int anchor_all(struct scan *s)
{
	struct policy_set *set = &s->policies;
	struct policy_suffix *suffixes = arena_array(s->arena, set->suffix_count, sizeof(*suffixes));
	bool good = suffixes != NULL || set->suffix_count == 0;
	for (size_t i = 0; i < set->suffix_count && good; i++) {
		suffixes[i] = (struct policy_suffix){ set->suffixes[i].suffix, anchored(s, set->suffixes[i].policy) };
		good = suffixes[i].policy != NULL;
	}
	set->policy = good ? anchored(s, set->policy) : NULL;
	set->suffixes = suffixes;
	return set->policy != NULL ? ERR_OK : ERR_NOMEM;
}

int scan_choose_policies(struct scan *s)
{
	int ret = config_policies(s->options->config, &s->generation.origin, s->arena, &s->policies);
	if (ret == ERR_OK && s->options->trust_anchor != NULL) {
		ret = anchor_all(s);
	}
	if (ret != ERR_OK) {
		say("%s", err_text(ret));
		return EXIT_RUNTIME;
	}
	return EXIT_OK;
}
