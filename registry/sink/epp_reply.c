/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Frames of a server, as values. What is odd in the data of one domain is told there, so that the others go on; what is odd in
 * the frame ends the session. */
#include "registry/sink/epp_reply.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "registry/sink/epp_domain.h"
#include "registry/sink/xml.h"
#include "validate/wire/err.h"

#define WHY 256
#define TEXT_MAX 240	/* of what a server says, in a sentence */

/* Printable ASCII, white space as one space each, cut where it gets long. */
static const char *plain(struct arena *arena, const char *text)
{
	char *out = arena_alloc(arena, TEXT_MAX + 1);
	size_t used = 0;
	bool gap = false;
	for (; out != NULL && *text != '\0' && used < TEXT_MAX; text++) {
		unsigned char c = (unsigned char)*text;
		if (c <= ' ') {
			gap = used > 0;
			continue;
		}
		if (gap && used + 1 < TEXT_MAX) {
			out[used++] = ' ';
		}
		gap = false;
		out[used++] = c < 0x7f ? (char)c : '?';
	}
	return out;
}

static int wrong(char *why, const char *what)
{
	snprintf(why, WHY, "%s", what);
	return ERR_FORMAT;
}

static bool lists(const struct xml_node *menu, const char *name, const char *wanted)
{
	for (const struct xml_node *n = xml_child(menu, EPP_NS, name); n != NULL; n = xml_again(n)) {
		if (strcmp(n->text, wanted) == 0) {
			return true;
		}
	}
	return false;
}

/* A language tag goes into our login as it is: letters, digits, hyphens. */
static bool is_language(const char *text)
{
	size_t size = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-");
	return size > 0 && size <= 35 && text[size] == '\0';
}

static int read_greeting(const struct xml_node *greeting, struct arena *arena, struct epp_reply *out, char *why)
{
	const struct xml_node *menu = xml_child(greeting, EPP_NS, "svcMenu");
	const struct xml_node *server = xml_child(greeting, EPP_NS, "svID");
	const struct xml_node *language = xml_child(menu, EPP_NS, "lang");
	if (menu == NULL || server == NULL || language == NULL) {
		return wrong(why, "its greeting has no svID, no svcMenu or no language");
	}
	out->kind = EPP_GREETING;
	out->has_version = lists(menu, "version", "1.0");
	out->has_domain = lists(menu, "objURI", EPP_DOMAIN_NS);
	out->has_secdns = lists(xml_child(menu, EPP_NS, "svcExtension"), "extURI", EPP_SECDNS_NS);
	out->language = lists(menu, "lang", "en") ? "en" : plain(arena, language->text);
	out->server = plain(arena, server->text);
	if (out->language == NULL || out->server == NULL) {
		return ERR_NOMEM;
	}
	return is_language(out->language) ? 0 : wrong(why, "its greeting has a language that is none");
}

static bool read_code(const struct xml_node *result, unsigned *out)
{
	const char *text = xml_attribute(result, "code");
	if (text == NULL || strspn(text, "0123456789") != 4 || text[4] != '\0') {
		return false;
	}
	*out = (unsigned)strtoul(text, NULL, 10);
	return *out >= 1000 && *out <= 2999;
}

/* "message (reason)": of the first reason only, for one sentence. */
static const char *read_text(const struct xml_node *result, struct arena *arena)
{
	const struct xml_node *message = xml_child(result, EPP_NS, "msg");
	const struct xml_node *reason = xml_child(xml_child(result, EPP_NS, "extValue"), EPP_NS, "reason");
	const char *text = plain(arena, message == NULL ? "" : message->text);
	if (text == NULL || reason == NULL || reason->text[0] == '\0') {
		return text;
	}
	const char *more = plain(arena, reason->text);
	return more == NULL ? NULL : arena_printf(arena, "%s (%s)", text, more);
}

/* RFC 5730 section 2.6: what was given is returned; it has no white space inside that anybody relies on. */
static int read_id(const struct xml_node *ids, const char *name, struct arena *arena, const char **out)
{
	const struct xml_node *id = xml_child(ids, EPP_NS, name);
	*out = id == NULL ? "" : plain(arena, id->text);
	if (*out == NULL) {
		return ERR_NOMEM;
	}
	return strlen(*out) < EPP_TRID_SIZE ? 0 : ERR_FORMAT;
}

static int read_response(const struct xml_node *response, struct arena *arena, struct epp_reply *out, char *why)
{
	const struct xml_node *result = xml_child(response, EPP_NS, "result");
	const struct xml_node *ids = xml_child(response, EPP_NS, "trID");
	if (result == NULL || ids == NULL || !read_code(result, &out->code)) {
		return wrong(why, "its response has no trID, or no result with a code");
	}
	out->kind = EPP_RESPONSE;
	out->text = read_text(result, arena);
	int rc = out->text == NULL ? ERR_NOMEM : read_id(ids, "clTRID", arena, &out->client_id);
	rc = rc == 0 ? read_id(ids, "svTRID", arena, &out->server_id) : rc;
	if (rc != 0) {
		return rc == ERR_NOMEM ? rc : wrong(why, "its response has a transaction identifier of more than 64 characters");
	}
	const struct xml_node *data = xml_child(xml_child(response, EPP_NS, "resData"), EPP_DOMAIN_NS, "infData");
	if (data == NULL) {
		return 0;
	}
	return epp_domain_read(data, xml_child(xml_child(response, EPP_NS, "extension"), EPP_SECDNS_NS, "infData"), arena,
		&out->domain);
}

int epp_reply_parse(struct slice frame, struct arena *arena, struct epp_reply *out, char why[WHY])
{
	const struct xml_node *root;
	struct epp_reply reply = { .server = "", .language = "", .text = "", .client_id = "", .server_id = "" };
	int rc = xml_parse(frame, arena, &root, why);
	if (rc != 0) {
		return rc;
	}
	const struct xml_node *greeting = xml_child(root, EPP_NS, "greeting");
	const struct xml_node *response = xml_child(root, EPP_NS, "response");
	if (!xml_is(root, EPP_NS, "epp") || (greeting == NULL) == (response == NULL)) {
		return wrong(why, "it is neither a greeting nor a response of EPP 1.0");
	}
	rc = greeting != NULL ? read_greeting(greeting, arena, &reply, why) : read_response(response, arena, &reply, why);
	if (rc == ERR_NOMEM) {
		snprintf(why, WHY, "out of memory");
	}
	if (rc == 0) {
		*out = reply;
	}
	return rc;
}
