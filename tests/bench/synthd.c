/* SPDX-License-Identifier: GPL-3.0-or-later */
/* synthd: the command. See synth.h for what it plays. */
#include "tests/bench/synth.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char usage[] =
	"usage: synthd [-n CHILDREN] [-f FARMS] [-a ADDRESSES] [-m] [-p] [-t] serve | parent | children DIR | ds\n"
	"  serve         answer on 127.60.0.1 (parent), 127.60.0.2 (resolver) and 127.61.FARM.N (children), port 53\n"
	"  parent        the parent's master file on stdout; -m: with DS and glue that are made up, for loading only\n"
	"  children DIR  a signed master file for every child\n"
	"  ds            the parent's own DS, for a trust anchor\n"
	"  -a 1|2        addresses of each of the two hosts of a child\n"
	"  -p            serve parent and resolver, not the children\n"
	"  -t            answer TC over UDP for children\n";

static bool number(const char *text, unsigned long least, unsigned long most, unsigned long *out)
{
	char *end;
	errno = 0;
	*out = strtoul(text, &end, 10);
	return errno == 0 && *text != '\0' && *end == '\0' && *out >= least && *out <= most;
}

static bool read_options(int argc, char **argv, struct synth_plan *plan)
{
	unsigned long value;
	int option;
	while ((option = getopt(argc, argv, "n:f:a:mpt")) != -1) {
		if (option == 'n' && number(optarg, 1, SYNTH_CHILDREN_MAX, &value)) {
			plan->children = (uint32_t)value;
		} else if (option == 'f' && number(optarg, 1, SYNTH_FARMS_MAX, &value)) {
			plan->farms = (unsigned)value;
		} else if (option == 'a' && number(optarg, 1, SYNTH_ADDRESSES_MAX, &value)) {
			plan->addresses = (unsigned)value;
		} else if (option == 'm') {
			plan->made_up = true;
		} else if (option == 'p') {
			plan->parent_only = true;
		} else if (option == 't') {
			plan->truncate = true;
		} else {
			return false;
		}
	}
	return optind < argc;
}

static int print_ds(void)
{
	struct synth_rdata dnskey, ds;
	struct synth_name name;
	synth_parent_name(&name);
	synth_dnskey(0, &dnskey);
	synth_ds(&name, &dnskey, &ds);
	printf("bench. IN DS %u 13 2 ", synth_tag(&dnskey));
	for (size_t i = 4; i < ds.size; i++) {
		printf("%02X", ds.octets[i]);
	}
	return putchar('\n') == '\n' && fflush(stdout) == 0 ? 0 : -1;
}

int main(int argc, char **argv)
{
	struct synth_plan plan = { .children = 1000, .farms = 1, .addresses = 1 };
	if (!read_options(argc, argv, &plan)) {
		fputs(usage, stderr);
		return 2;
	}
	const char *what = argv[optind];
	synth_keys_init(1 + 2 * plan.children);
	int result;
	if (strcmp(what, "serve") == 0) {
		result = synth_serve(&plan);
	} else if (strcmp(what, "parent") == 0) {
		result = synth_write_parent(&plan, stdout);
	} else if (strcmp(what, "children") == 0 && optind + 1 < argc) {
		result = synth_write_children(&plan, argv[optind + 1]);
	} else if (strcmp(what, "ds") == 0) {
		result = print_ds();
	} else {
		fputs(usage, stderr);
		return 2;
	}
	if (result != 0) {
		fprintf(stderr, "synthd: %s: %s\n", what, strerror(errno));
	}
	return result == 0 ? 0 : 1;
}
