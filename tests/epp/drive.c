/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The EPP sink without a store: changes from standard input, results to standard output.
 *
 * usage: drive [--dry-run] [--failed] SETTING=VALUE...
 *   change NUMBER CLASS CHILD      begins one; the lines that follow are about it
 *   before DS, after DS, pending DS, ns HOST, key HEX (DNSKEY RDATA); "pending none": a pending set that is empty
 *   put, poll                      ends it
 * Prints "NUMBER OUTCOME WHY" for every result, "put NUMBER CODE WHY" for what could not be put, "finish CODE WHY" at the end. */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "registry/sink/sink.h"
#include "validate/wire/err.h"

#define MOST 64

struct draft {
	struct change change;
	struct ds before[MOST], after[MOST], pending[MOST];
	struct name ns[MOST];
	uint8_t octets[MOST][1024];
	struct slice keys[MOST];
	struct ds_set pending_set;
	bool has_pending;
	size_t key_count;
	char id[80];
};

static const char *const outcomes[] = { [SINK_UNKNOWN] = "UNKNOWN", [SINK_WAITS] = "WAITS", [SINK_TAKEN] = "TAKEN",
	[SINK_APPLIED] = "APPLIED", [SINK_CONFLICT] = "CONFLICT", [SINK_REFUSED] = "REFUSED" };

static void on_result(void *user, uint64_t change, const struct sink_result *r)
{
	(void)user;
	printf("%" PRIu64 " %s %s\n", change, outcomes[r->outcome], r->why == NULL ? "" : r->why);
	fflush(stdout);
}

static void wrong(const char *line)
{
	fprintf(stderr, "drive: cannot read: %s\n", line);
	exit(2);
}

static void add_ds(struct ds_set *set, struct ds *room, const char *text)
{
	set->ds = room;
	if (set->count == MOST || ds_from_text(text, &room[set->count++]) != 0) {
		wrong(text);
	}
}

static void add_key(struct draft *d, const char *text)
{
	size_t size = strlen(text) / 2;
	if (d->key_count == MOST || size > sizeof(d->octets[0])) {
		wrong(text);
	}
	for (size_t i = 0; i < size; i++) {
		unsigned octet;
		if (sscanf(text + 2 * i, "%2x", &octet) != 1) {
			wrong(text);
		}
		d->octets[d->key_count][i] = (uint8_t)octet;
	}
	d->keys[d->key_count] = (struct slice){ d->octets[d->key_count], size };
	d->key_count++;
}

static void begin(struct draft *d, const char *text)
{
	char class[16];
	char child[256];
	memset(d, 0, sizeof(*d));
	d->change.ds_before.ds = d->before;
	d->change.ds_after.ds = d->after;
	d->change.ns_before = d->ns;
	if (sscanf(text, "%" SCNu64 " %15s %255s", &d->change.number, class, child) != 3 ||
	    name_from_text(child, &d->change.child) != 0) {
		wrong(text);
	}
	d->change.class = strcmp(class, "ttl") == 0 ? CHANGE_TTL : strcmp(class, "delete") == 0 ? CHANGE_DELETE : CHANGE_UPDATE;
	snprintf(d->id, sizeof(d->id), "11223344-5566-7788-99aa-bbccddeeff00/1/%" PRIu64, d->change.number);
}

static void read_line(struct draft *d, const char *word, const char *rest)
{
	if (strcmp(word, "change") == 0) {
		begin(d, rest);
	} else if (strcmp(word, "before") == 0) {
		add_ds(&d->change.ds_before, d->before, rest);
	} else if (strcmp(word, "after") == 0) {
		add_ds(&d->change.ds_after, d->after, rest);
	} else if (strcmp(word, "pending") == 0) {
		d->has_pending = true;
		if (strcmp(rest, "none") != 0) {
			add_ds(&d->pending_set, d->pending, rest);
		}
	} else if (strcmp(word, "ns") == 0) {
		if (d->change.ns_count == MOST || name_from_text(rest, &d->ns[d->change.ns_count++]) != 0) {
			wrong(rest);
		}
	} else if (strcmp(word, "key") == 0) {
		add_key(d, rest);
	} else {
		wrong(word);
	}
}

static int compare_names(const void *a, const void *b)
{
	return name_compare(a, b);
}

/* False: the export ends. */
static bool give(struct sink *s, struct draft *d, bool poll, const char *why)
{
	ds_set_normalize(&d->change.ds_before);
	ds_set_normalize(&d->change.ds_after);
	ds_set_normalize(&d->pending_set);
	qsort(d->ns, d->change.ns_count, sizeof(d->ns[0]), compare_names);
	const struct sink_change whole = { .id = d->id, .change = &d->change, .ds_now = &d->change.ds_before,
		.ds_pending = d->has_pending ? &d->pending_set : NULL, .keys = d->keys, .key_count = d->key_count };
	const struct sink_change bare = { .id = d->id, .change = &d->change };
	int rc = poll ? s->ops->poll(s, &bare) : s->ops->put(s, &whole);
	if (rc != 0) {
		printf("put %" PRIu64 " %d %s\n", d->change.number, rc, why);
	}
	return rc == 0 || rc == ERR_LIMIT;
}

int main(int argc, char **argv)
{
	static struct draft d;
	struct sink_setting settings[32];
	char why[256] = "";
	char line[4096];
	bool failed = false;
	struct sink_options o = { .settings = settings, .why = why, .done = on_result };
	for (int i = 1; i < argc; i++) {
		char *equals = strchr(argv[i], '=');
		if (strcmp(argv[i], "--dry-run") == 0) {
			o.dry_run = true;
		} else if (strcmp(argv[i], "--failed") == 0) {
			failed = true;
		} else if (equals != NULL && o.setting_count < 32) {
			*equals = '\0';
			settings[o.setting_count++] = (struct sink_setting){ .key = argv[i], .value = equals + 1 };
		} else {
			wrong(argv[i]);
		}
	}
	signal(SIGPIPE, SIG_IGN);
	struct sink *s;
	int rc = sink_new("epp", &o, &s, why);
	if (rc != 0) {
		printf("new %d %s\n", rc, why);
		return 1;
	}
	bool goes_on = true;
	while (goes_on && fgets(line, sizeof(line), stdin) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		char *rest = line + strcspn(line, " ");
		rest += *rest == ' ' ? (*rest = '\0', 1) : 0;
		if (strcmp(line, "put") == 0 || strcmp(line, "poll") == 0) {
			goes_on = give(s, &d, strcmp(line, "poll") == 0, why);
		} else {
			read_line(&d, line, rest);
		}
	}
	why[0] = '\0';
	rc = s->ops->finish(s, failed);
	printf("finish %d %s\n", rc, why);
	return rc == 0 && goes_on ? 0 : 1;
}
