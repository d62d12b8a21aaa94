/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scanner/cdnskey_words.h"

#include <stdlib.h>
#include <string.h>

#include "scanner/base64.h"
#include "validate/wire/err.h"
#include "validate/wire/limits.h"
#include "validate/wire/message.h"

#define ANCHORS_MAX LIMIT_ANCHORS
#define KEY_MAX 1024		/* octets of an anchor's key */
#define RDATA_HEAD 4		/* flags, protocol, algorithm */

bool cdnskey_names_next(struct cdnskey_names *names, struct cdnskey_word *word)
{
	while (names->at < names->end && strchr(FRED_SPACE, *names->at) != NULL && *names->at != '\0') {
		names->at++;
	}
	word->text = names->at;
	while (names->at < names->end && (*names->at == '\0' || strchr(FRED_SPACE, *names->at) == NULL)) {
		names->at++;
	}
	word->size = (size_t)(names->at - word->text);
	return word->size > 0;
}

bool cdnskey_list_next(struct cdnskey_list *list, struct cdnskey_line *line, int *rc)
{
	*rc = 0;
	while (list->at < list->end) {
		const char *newline = memchr(list->at, '\n', (size_t)(list->end - list->at));
		struct cdnskey_names names = { list->at, newline == NULL ? list->end : newline };
		struct cdnskey_names all = names;
		struct cdnskey_word first;
		list->at = newline == NULL ? list->end : newline + 1;
		if (!cdnskey_names_next(&names, &first)) {
			continue;
		}
		enum fred_word word = fred_take(&list->fred, first.text, first.size, true);
		if (word == FRED_HEADER) {
			continue;
		}
		if (word == FRED_STRAY) {
			*rc = ERR_FORMAT;
			return false;
		}
		*line = (struct cdnskey_line){ .section = list->fred.section, .names = word == FRED_NAME ? all : names };
		if (word == FRED_SERVER) {
			line->server = first;
		}
		return true;
	}
	return false;
}

bool cdnskey_word_name(const struct cdnskey_word *word, struct name *out)
{
	char text[NAME_TEXT_SIZE];
	if (word->size >= sizeof(text) || memchr(word->text, '\0', word->size) != NULL) {
		return false;
	}
	memcpy(text, word->text, word->size);
	text[word->size] = '\0';
	return name_from_text(text, out) == 0;
}

enum cdnskey_says cdnskey_read(const uint8_t *octets, size_t size, const struct name *name, bool authoritative, struct arena *arena,
	struct rrset *keys)
{
	struct message m;
	if (message_parse(octets, size, arena, &m) != 0 || !message_answers(&m, name, TYPE_CDNSKEY) || (m.flags & MESSAGE_FLAG_TC) != 0
	    || (m.rcode != RCODE_NOERROR && m.rcode != RCODE_NXDOMAIN) || (authoritative && (m.flags & MESSAGE_FLAG_AA) == 0)
	    || message_rrset(&m, SECTION_ANSWER, name, TYPE_CDNSKEY, arena, keys) != 0) {
		return CDNSKEY_NOTHING;
	}
	for (size_t i = 0; i < keys->count; i++) {
		if (keys->rdata[i].size <= RDATA_HEAD) {
			return CDNSKEY_NOTHING;
		}
	}
	return keys->count > 0 ? CDNSKEY_RECORDS : CDNSKEY_EMPTY;
}

void cdnskey_print(FILE *to, const char *words, const struct rrset *keys)
{
	static char key[BASE64_ROOM(LIMIT_MESSAGE_OCTETS)];
	for (size_t i = 0; i < keys->count; i++) {
		const struct slice k = keys->rdata[i];
		base64_write(k.data + RDATA_HEAD, k.size - RDATA_HEAD, key);
		fprintf(to, "%s %u %u %u %s\n", words, (unsigned)k.data[0] << 8 | k.data[1], k.data[2], k.data[3], key);
	}
}

/* A decimal number up to most. */
static bool number(const struct cdnskey_word *w, unsigned most, unsigned *out)
{
	char text[8];
	char *end;
	if (w->size == 0 || w->size >= sizeof(text)) {
		return false;
	}
	memcpy(text, w->text, w->size);
	text[w->size] = '\0';
	unsigned long value = strtoul(text, &end, 10);
	*out = (unsigned)value;
	return *end == '\0' && text[0] >= '0' && text[0] <= '9' && value <= most;
}

static int read_anchor(struct cdnskey_names names, struct arena *arena, struct record *out)
{
	struct cdnskey_word word[6] = { { NULL, 0 } };
	unsigned flags = 0;
	unsigned protocol = 0;
	unsigned algorithm = 0;
	size_t size = 0;
	size_t count = 0;
	while (count < 6 && cdnskey_names_next(&names, &word[count])) {
		count++;
	}
	struct name *owner = arena_alloc(arena, sizeof(*owner));
	uint8_t *rdata = arena_alloc(arena, RDATA_HEAD + KEY_MAX);
	if (owner == NULL || rdata == NULL) {
		return ERR_NOMEM;
	}
	if (count != 5 || !cdnskey_word_name(&word[0], owner) || !number(&word[1], UINT16_MAX, &flags)
	    || !number(&word[2], UINT8_MAX, &protocol) || !number(&word[3], UINT8_MAX, &algorithm)
	    || base64_read(word[4].text, word[4].size, rdata + RDATA_HEAD, KEY_MAX, &size) != 0) {
		return ERR_FORMAT;
	}
	rdata[0] = (uint8_t)(flags >> 8);
	rdata[1] = (uint8_t)flags;
	rdata[2] = (uint8_t)protocol;
	rdata[3] = (uint8_t)algorithm;
	*out = (struct record){ .owner = owner, .type = TYPE_DNSKEY, .class = CLASS_IN, .ttl = 3600,
		.rdata = { rdata, RDATA_HEAD + size } };
	return 0;
}

int cdnskey_anchors(const char *text, struct arena *arena, struct record **out, size_t *count)
{
	struct record *records = arena_array(arena, ANCHORS_MAX, sizeof(*records));
	if (records == NULL) {
		return ERR_NOMEM;
	}
	size_t n = 0;
	for (bool more = true; more; n++) {
		size_t size = strcspn(text, ",");
		int rc = n == ANCHORS_MAX ? ERR_FORMAT : read_anchor((struct cdnskey_names){ text, text + size }, arena, &records[n]);
		if (rc != 0) {
			return rc;
		}
		more = text[size] == ',';
		text += size + more;
	}
	*out = records;
	*count = n;
	return 0;
}
