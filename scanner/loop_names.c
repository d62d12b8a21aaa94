/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the parent has of the children of a list, as the records of a source. */
#include "scanner/loop_names.h"

#include <stdlib.h>

#include "registry/source/input.h"
#include "registry/source/names.h"
#include "validate/wire/err.h"

struct list {
	struct source source;
	struct loop_parent_options options;
	struct names *names;
};

struct reading {
	struct list *list;
	source_sink *sink;
	source_skip *skip;
	void *user;
	struct source_info *info;
	struct source_error *error;
};

static void leave_out(struct reading *r, const struct parent_child *c, const char *what)
{
	char text[NAME_TEXT_SIZE];
	struct source_error e;
	name_to_text(&c->child, text);
	source_fault(&e, r->list->source.name, c->line, "%.100s %s", text, what);
	r->info->skipped++;
	if (r->skip != NULL) {
		r->skip(r->user, &e);
	}
}

static int deliver_ds(struct reading *r, const struct parent_child *c)
{
	struct source_record out = { .kind = SOURCE_DS, .owner = &c->child, .ttl = c->referral.ds_ttl };
	enum ds_state state = parent_ds_join(&c->referral, &c->ds, c->proven);
	if (state == DS_UNKNOWN) {
		return r->sink(r->user, &out);
	}
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < c->ds.ds.count; i++) {
		out.ds = &c->ds.records[i];
		rc = r->sink(r->user, &out);
	}
	return rc;
}

static int deliver(struct reading *r, const struct parent_child *c)
{
	const struct referral *f = &c->referral;
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < f->host_count; i++) {
		const struct source_record out = { .kind = SOURCE_NS, .owner = &c->child, .host = &f->hosts[i] };
		rc = r->sink(r->user, &out);
	}
	for (size_t i = 0; rc == 0 && i < f->glue_count; i++) {
		const struct source_record out = { .kind = SOURCE_ADDRESS, .owner = &f->hosts[f->glue[i].host],
			.address = &f->glue[i].address };
		rc = r->sink(r->user, &out);
	}
	return rc == 0 ? deliver_ds(r, c) : rc;
}

static int fail(const struct reading *r, int rc, const struct parent_child *c, const char *what, const char *why)
{
	char text[NAME_TEXT_SIZE];
	name_to_text(&c->child, text);
	source_fault(r->error, r->list->source.name, c->line, "%.100s: %s%s%s", text, what, why != NULL ? ": " : "", why != NULL ? why : "");
	return rc;
}

/* A child that nobody could say anything of is no child that is gone: then nothing of the list is loaded. */
static int on_done(void *data, const struct parent_child *c)
{
	struct reading *r = data;
	const bool *stop = r->list->options.stop;
	if (c->ours) {
		return fail(r, stop != NULL && *stop ? ERR_CANCELLED : ERR_IO, c, "memory or descriptors were short, or somebody stopped it",
			NULL);
	}
	switch (c->referral.says) {
	case REFERRAL_DELEGATED:
		return deliver(r, c);
	case REFERRAL_ABSENT:
		leave_out(r, c, "is not delegated by the parent");
		return 0;
	case REFERRAL_ABOVE:
		leave_out(r, c, "is below another delegation of the parent");
		return 0;
	case REFERRAL_TOO_MANY:
		leave_out(r, c, "has more name servers than are kept");
		return 0;
	case REFERRAL_OWN:
		leave_out(r, c, "lies on the parent's servers itself: they do not tell what the parent has of it");
		return 0;
	case REFERRAL_NONE:
		break;
	}
	return fail(r, ERR_IO, c, "no server of the parent tells its name servers, so the list was given up", c->referral.why);
}

static int on_next(void *data, struct name *child, uint64_t *line, bool *ended)
{
	struct reading *r = data;
	return names_next(r->list->names, r->skip, r->user, r->info, child, line, ended, r->error);
}

static int list_read(struct source *s, source_sink *sink, source_skip *skip, void *user, struct source_info *info,
	struct source_error *error)
{
	/* The source is the first member. */
	struct list *l = (struct list *)s;
	struct reading r = { .list = l, .sink = sink, .skip = skip, .user = user, .info = info, .error = error };
	const struct loop_parent_user reader = { .next = on_next, .done = on_done, .data = &r };
	*info = (struct source_info){ .origin = l->options.place.origin };
	return loop_parent_ask(&l->options, &reader, error);
}

static void list_free(struct source *s)
{
	if (s != NULL) {
		struct list *l = (struct list *)s;
		names_close(l->names);
		free(l);
	}
}

static const struct source_ops list_ops = { .read = list_read, .free = list_free };

int loop_names_source(const struct loop_parent_options *options, struct source **out, struct source_error *error)
{
	struct list *l = calloc(1, sizeof(*l));
	if (l == NULL) {
		source_fault(error, options->place.path, 0, "%s", err_text(ERR_NOMEM));
		return ERR_NOMEM;
	}
	l->options = *options;
	int rc = names_open(&options->place, options->work_dir, &l->names, error);
	if (rc != 0) {
		free(l);
		return rc;
	}
	l->source = (struct source){ .ops = &list_ops, .name = names_file(l->names) };
	l->options.name = l->source.name;
	*out = &l->source;
	return 0;
}
