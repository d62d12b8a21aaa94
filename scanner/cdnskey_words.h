/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What FRED's cdnskey-scanner reads and writes, as text: sections of names in, one word and its fields out. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "registry/source/fred.h"
#include "validate/wire/arena.h"
#include "validate/wire/name.h"
#include "validate/wire/record.h"

/* A word of the input, where it stands there: it is given back as it came. */
struct cdnskey_word {
	const char *text;
	size_t size;
};

/* Names that are still to be read. */
struct cdnskey_names {
	const char *at, *end;
};

struct cdnskey_line {
	enum fred_section section;
	struct cdnskey_word server;	/* INSECURE: the name server of all names behind it */
	struct cdnskey_names names;
};

struct cdnskey_list {
	const char *at, *end;
	struct fred fred;
};

/* The next line with names; false: the end. ERR_FORMAT in *rc: a name before any section. */
bool cdnskey_list_next(struct cdnskey_list *list, struct cdnskey_line *line, int *rc);
bool cdnskey_names_next(struct cdnskey_names *names, struct cdnskey_word *word);
/* False: it is no domain name. */
bool cdnskey_word_name(const struct cdnskey_word *word, struct name *out);

enum cdnskey_says {
	CDNSKEY_NOTHING = 0,	/* no answer, or none to go by */
	CDNSKEY_EMPTY,		/* there is no CDNSKEY record */
	CDNSKEY_RECORDS,
};
/* An answer to CDNSKEY; authoritative: it has to be (AA). keys in arena. */
enum cdnskey_says cdnskey_read(const uint8_t *octets, size_t size, const struct name *name, bool authoritative, struct arena *arena,
	struct rrset *keys);
/* One line for each key: the words before it, flags, protocol, algorithm, key. */
void cdnskey_print(FILE *to, const char *words, const struct rrset *keys);

/* "ZONE FLAGS PROTOCOL ALGORITHM KEY", several with commas between: DNSKEY records, everything in arena. ERR_FORMAT, ERR_NOMEM. */
int cdnskey_anchors(const char *text, struct arena *arena, struct record **out, size_t *count);
