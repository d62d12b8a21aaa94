/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cdswalk cdnskey-scanner: takes the place of FRED's program of that name. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scanner/arguments.h"
#include "scanner/cdnskey_words.h"
#include "scanner/command.h"
#include "scanner/families.h"
#include "scanner/loop_cdnskey.h"
#include "scanner/resolvers.h"
#include "validate/wire/err.h"

#define TIMEOUT_S 10
#define RUNTIME_MOST 10000000
/* Politeness as of a scan; TCP connections are shared. */
#define ADDRESS_RATE 100
#define ADDRESS_BURST 20
#define ADDRESS_IN_FLIGHT 16
#define TOTAL_RATE 10000
#define TOTAL_IN_FLIGHT 1000
#define INPUT_CHUNK (1024 * 1024)

enum { OPT_HOSTS = 256, OPT_KEYS, OPT_ANCHORS, OPT_TIMEOUT, OPT_SPECIAL, OPT_RATE, OPT_HELP };

static const struct option long_options[] = {
	{ "hostname_resolvers", required_argument, NULL, OPT_HOSTS },
	{ "cdnskey_resolvers", required_argument, NULL, OPT_KEYS },
	{ "dnssec_trust_anchors", required_argument, NULL, OPT_ANCHORS },
	{ "timeout", required_argument, NULL, OPT_TIMEOUT },
	{ "allow-special", no_argument, NULL, OPT_SPECIAL },
	{ "rate-per-address", required_argument, NULL, OPT_RATE },
	{ "help", no_argument, NULL, OPT_HELP },
	{ NULL, 0, NULL, 0 },
};

struct arguments {
	struct loop_cdnskey_options loop;
	struct address hosts[ARGUMENT_RESOLVERS], resolvers[ARGUMENT_RESOLVERS];
	struct record *anchors;
	struct arena *arena;
	uint32_t rate;
};

static bool take_anchors(struct arguments *a, const char *text)
{
	if (cdnskey_anchors(text, a->arena, &a->anchors, &a->loop.anchor_count) == ERR_OK) {
		a->loop.anchors = a->anchors;
		return true;
	}
	say("--dnssec_trust_anchors takes DNSKEY records, such as \". 257 3 8 AwEAA...\", several with commas between");
	return false;
}

static bool take_value(struct arguments *a, int option, const char *value)
{
	uint32_t seconds;
	switch (option) {
	case OPT_HOSTS:
		a->loop.hosts.upstreams = a->hosts;
		return argument_addresses("--resolver", value, a->hosts, &a->loop.hosts.upstream_count);
	case OPT_KEYS:
		a->loop.resolvers = a->resolvers;
		return argument_addresses("--resolver", value, a->resolvers, &a->loop.resolver_count);
	case OPT_ANCHORS:
		return take_anchors(a, value);
	case OPT_TIMEOUT:
		if (!argument_number("--timeout", value, 1, 600, &seconds)) {
			return false;
		}
		a->loop.timeout_ms = seconds * 1000;
		return true;
	case OPT_RATE:
		return argument_number("--rate-per-address", value, 1, 1000000, &a->rate);
	case OPT_SPECIAL:
		return a->loop.allow_special = true;
	}
	return false;
}

/* All of it before anything is answered: who writes it reads nothing before he is through. */
static char *read_input(size_t *size)
{
	char *text = NULL;
	size_t room = 0;
	*size = 0;
	do {
		if (room - *size < INPUT_CHUNK) {
			char *more = realloc(text, room + room / 2 + INPUT_CHUNK);
			if (more == NULL) {
				free(text);
				return NULL;
			}
			text = more;
			room += room / 2 + INPUT_CHUNK;
		}
		*size += fread(text + *size, 1, room - *size, stdin);
	} while (!feof(stdin) && !ferror(stdin));
	if (ferror(stdin)) {
		free(text);
		return NULL;
	}
	return text;
}

/* The root's that every policy begins with, where none are given. */
static bool default_anchors(struct arguments *a)
{
	const struct bootstrap_rules *b = &policy_preset(POLICY_DEFAULT)->rules.bootstrap;
	struct record *records = arena_array(a->arena, b->anchor_count, sizeof(*records));
	for (size_t i = 0; records != NULL && i < b->anchor_count; i++) {
		uint8_t *rdata = arena_alloc(a->arena, 4 + LIMIT_DIGEST_OCTETS);
		if (rdata == NULL) {
			return false;
		}
		records[i] = (struct record){ .owner = &name_root, .type = TYPE_DS, .class = CLASS_IN, .ttl = 3600,
			.rdata = { rdata, ds_rdata(&b->anchors[i], rdata) } };
	}
	a->loop.anchors = records;
	a->loop.anchor_count = b->anchor_count;
	return records != NULL;
}

static bool fill(struct arguments *a)
{
	struct loop_cdnskey_options *o = &a->loop;
	o->limits = (struct limiter_options){ .address_rate = a->rate > 0 ? a->rate : ADDRESS_RATE, .address_burst = ADDRESS_BURST,
		.address_in_flight = ADDRESS_IN_FLIGHT, .total_rate = TOTAL_RATE, .total_in_flight = TOTAL_IN_FLIGHT };
	families_probe(&o->no_ipv4, &o->no_ipv6);
	if (o->hosts.upstream_count == 0) {
		o->hosts.upstreams = a->hosts;
		if (!resolvers_system(a->hosts, &o->hosts.upstream_count)) {
			return false;
		}
	}
	if (o->resolver_count == 0) {
		o->resolvers = a->resolvers;
		if (!resolvers_system(a->resolvers, &o->resolver_count)) {
			return false;
		}
	}
	return o->anchor_count > 0 || default_anchors(a);
}

static int scan(struct arguments *a)
{
	const char *why = NULL;
	size_t size;
	if (!fill(a)) {
		return EXIT_CONFIG;
	}
	char *text = read_input(&size);
	if (text == NULL) {
		say("standard input cannot be read, or is larger than the memory");
		return EXIT_RUNTIME;
	}
	a->loop.text = text;
	a->loop.size = size;
	int ret = loop_cdnskey_run(&a->loop, &why);
	free(text);
	if (ret != ERR_OK) {
		say("%s", why == NULL ? err_text(ret) : why);
		return EXIT_RUNTIME;
	}
	return EXIT_OK;
}

static int take_all(const struct command *self, struct arguments *a, int argc, char **argv)
{
	int option;
	uint32_t runtime;
	while ((option = command_option(argc, argv, long_options)) != -1) {
		if (option == OPT_HELP) {
			return command_help(self);
		}
		if (option == '?') {
			return command_misuse(self);
		}
		if (!take_value(a, option, optarg)) {
			return EXIT_USAGE;
		}
	}
	if (optind != argc - 1) {
		say("cdnskey-scanner takes one argument, the time in seconds that it may take");
		return command_misuse(self);
	}
	if (!argument_number("RUNTIME", argv[optind], 1, RUNTIME_MOST, &runtime)) {
		return EXIT_USAGE;
	}
	a->loop.runtime_s = runtime;
	return scan(a);
}

static int run(const struct command *self, int argc, char **argv)
{
	struct arguments a;
	memset(&a, 0, sizeof(a));
	a.loop.timeout_ms = TIMEOUT_S * 1000;
	a.arena = arena_new();
	if (a.arena == NULL) {
		say("%s", err_text(ERR_NOMEM));
		return EXIT_RUNTIME;
	}
	int code = take_all(self, &a, argc, argv);
	arena_free(a.arena);
	return code;
}

const struct command command_cdnskey_scanner = {
	.name = "cdnskey-scanner",
	.arguments = "[OPTION...] RUNTIME <NAMES",
	.sentence = "Take the place of FRED's cdnskey-scanner, with its input, options and words.",
	.help = "  RUNTIME                      seconds; what has no answer by then is told to have none\n"
		"  --hostname_resolvers ADDR[,ADDR]\n"
		"                               recursive resolvers for addresses of name servers (default: the system's)\n"
		"  --cdnskey_resolvers ADDR[,ADDR]\n"
		"                               recursive resolvers for names that have keys (default: the system's)\n"
		"  --dnssec_trust_anchors DNSKEY[,DNSKEY]\n"
		"                               what they are validated from, as \". 257 3 8 AwEAA...\" (default: the root's)\n"
		"  --timeout SECONDS            of one question (default 10)\n"
		"  --allow-special              ask servers at loopback, private and other special addresses\n"
		"  --rate-per-address N         questions a second to one server address (default 100)\n"
		"  --help                       this text\n",
	.run = run,
};
