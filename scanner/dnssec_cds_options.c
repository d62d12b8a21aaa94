/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dnssec-cds: its command line, as BIND's program reads it. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "scanner/arguments.h"
#include "scanner/command.h"
#include "scanner/dnssec_cds.h"
#include "validate/wire/err.h"
#include "validate/wire/time_text.h"

/* RFC 2181 section 8. */
#define TTL_MAX INT32_MAX

enum { OPT_HELP = 256 };

static const struct option long_options[] = {
	{ "help", no_argument, NULL, OPT_HELP },
	{ NULL, 0, NULL, 0 },
};

struct unit {
	const char *text;
	uint32_t seconds;
};

static bool take_digits(const char **at, uint64_t *out)
{
	if (**at < '0' || **at > '9') {
		return false;
	}
	char *end;
	errno = 0;
	*out = strtoull(*at, &end, 10);
	*at = end;
	return errno == 0 && *out <= UINT32_MAX;
}

/* Digits and at most one unit, to the end. */
static bool take_distance(const char *at, int64_t *seconds)
{
	static const struct unit units[] = {
		{ "", 1 }, { "mi", 60 }, { "h", 3600 }, { "d", 86400 }, { "w", 604800 }, { "mo", 2592000 }, { "y", 31536000 },
	};
	uint64_t value;
	if (!take_digits(&at, &value)) {
		return false;
	}
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (strcasecmp(at, units[i].text) == 0) {
			*seconds = (int64_t)(value * units[i].seconds);
			return true;
		}
	}
	return false;
}

bool dnssec_cds_time(const char *text, enum start_base *base, int64_t *start)
{
	bool now = strncasecmp(text, "now", 3) == 0;
	const char *at = now ? text + 3 : text;
	if (now || *at == '+' || *at == '-') {
		*base = now ? START_NOW : START_FILE;
		*start = 0;
		if (now && *at == '\0') {
			return true;
		}
		if ((*at != '+' && *at != '-') || !take_distance(at + 1, start)) {
			return false;
		}
		*start = *at == '-' ? -*start : *start;
		return true;
	}
	/* A date alone is its first second. */
	char whole[15];
	uint64_t seconds;
	bool date = strlen(text) == 8;
	snprintf(whole, sizeof(whole), "%.8s000000", text);
	if (time_from_text(date ? whole : text, &seconds) != ERR_OK) {
		return false;
	}
	*base = START_ABSOLUTE;
	*start = (int64_t)seconds;
	return true;
}

bool dnssec_cds_ttl(const char *text, uint32_t *ttl)
{
	static const struct unit units[] = { { "s", 1 }, { "m", 60 }, { "h", 3600 }, { "d", 86400 }, { "w", 604800 } };
	uint64_t sum = 0;
	const char *at = text;
	do {
		uint64_t value;
		uint32_t seconds = 0;
		if (!take_digits(&at, &value)) {
			return false;
		}
		for (size_t i = 0; i < sizeof(units) / sizeof(units[0]) && *at != '\0'; i++) {
			seconds = strncasecmp(at, units[i].text, 1) == 0 ? units[i].seconds : seconds;
		}
		/* No unit only behind the one number there is. */
		if (*at == '\0' && sum == 0) {
			seconds = 1;
		}
		if (seconds == 0) {
			return false;
		}
		sum += value * seconds;
		at += *at != '\0';
	} while (*at != '\0' && sum <= TTL_MAX);
	*ttl = (uint32_t)sum;
	return sum <= TTL_MAX;
}

/* With and without hyphen, or as a number. */
static bool take_digest(const char *text, uint8_t *digests)
{
	static const struct {
		const char *text;
		uint8_t type;
	} names[] = {
		{ "SHA-1", 1 }, { "SHA1", 1 }, { "1", 1 }, { "SHA-256", 2 }, { "SHA256", 2 }, { "2", 2 },
		{ "SHA-384", 4 }, { "SHA384", 4 }, { "4", 4 },
	};
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcasecmp(text, names[i].text) == 0) {
			*digests |= (uint8_t)(1u << names[i].type);
			return true;
		}
	}
	say("-a: \"%s\" is not a digest algorithm; there are SHA-1, SHA-256 and SHA-384", say_text(text));
	return false;
}

static bool take_class(const char *text)
{
	if (strcasecmp(text, "IN") == 0 || strcasecmp(text, "CLASS1") == 0) {
		return true;
	}
	say("-c: \"%s\" is not a class with DS automation; only IN is", say_text(text));
	return false;
}

/* It becomes the end of a file name. */
static bool take_extension(const char *text, struct dnssec_cds_options *o)
{
	o->in_place = true;
	o->extension = text;
	if (text != NULL && strchr(text, '/') != NULL) {
		say("-i: the extension \"%s\" leads to another directory; give the end of a file name", say_text(text));
		return false;
	}
	return true;
}

static bool take_level(const char *text, unsigned long *level)
{
	char *end;
	errno = 0;
	*level = strtoul(text, &end, 0);
	if (*end == '\0' && errno == 0) {
		return true;
	}
	say("-v: \"%s\" is not a number", say_text(text));
	return false;
}

static bool take(struct dnssec_cds_options *o, int option, const char *value)
{
	switch (option) {
	case 'a':
		return take_digest(value, &o->digests);
	case 'c':
		return take_class(value);
	case 'D':
		return o->prefer_cdnskey = true;
	case 'd':
		o->ds_path = value;
		return true;
	case 'f':
		o->child_file = value;
		return true;
	case 'i':
		return take_extension(value, o);
	case 's':
		if (dnssec_cds_time(value, &o->base, &o->start)) {
			return true;
		}
		say("-s: \"%s\" is not a time; write 20261121020000, -3600 (before that of the dsset file) or now-1d", say_text(value));
		return false;
	case 'T':
		if (dnssec_cds_ttl(value, &o->ttl)) {
			return true;
		}
		say("-T: \"%s\" is not a TTL; write seconds up to 2147483647, or 1h, 2d", say_text(value));
		return false;
	case 'u':
		return o->nsupdate = true;
	case 'V':
		return o->version = true;
	case 'v':
		return take_level(value, &o->verbose);
	}
	return false;
}

static bool check(struct dnssec_cds_options *o, int count, char **words)
{
	if (o->version) {
		return true;
	}
	if (count != 1) {
		say("one DOMAIN is needed%s", count == 0 ? "" : ", not several");
	} else if (o->ds_path == NULL) {
		say("-d PATH is missing: the dsset file with the DS records of the parent, or its directory");
	} else if (o->child_file == NULL) {
		say("-f FILE is missing: what dig +dnssec printed for DNSKEY, CDNSKEY and CDS of the child");
	} else {
		o->digests = o->digests == 0 ? 1u << DIGEST_SHA256 : o->digests;
		return argument_name("DOMAIN", words[0], &o->child);
	}
	return false;
}

bool dnssec_cds_options_read(int argc, char **argv, struct dnssec_cds_options *o, bool *help)
{
	memset(o, 0, sizeof(*o));
	*help = false;
	opterr = 0;
	int option;
	while ((option = getopt_long(argc, argv, ":a:c:Dd:f:i::s:T:uv:V", long_options, NULL)) != -1) {
		if (option == OPT_HELP) {
			return *help = true;
		}
		if (option == ':') {
			say("option -%c needs a value", optopt);
			return false;
		}
		if (option == '?') {
			const char *word = argv[optind > 1 ? optind - 1 : 1];
			say("there is no option \"%s\"", optopt > 0 && optopt < 256 ? say_text((char[]){ '-', (char)optopt, '\0' }) :
				say_text(word));
			return false;
		}
		if (!take(o, option, optarg)) {
			return false;
		}
	}
	return check(o, argc - optind, argv + optind);
}
