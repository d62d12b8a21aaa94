/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libxml2, for frames in both directions.
 *
 * What comes in is a stranger's. It is read with callbacks of our own (SAX2): libxml2 builds no tree of it and has no place
 * where an entity could be declared. A document type ends it at its first line, before any of its declarations is read. */
#define _DEFAULT_SOURCE	/* explicit_bzero */
#include "registry/sink/xml.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/xmlwriter.h>

#include "validate/wire/err.h"

#define WHY 256
/* More than any frame of ours, so that a password is in one place only. */
#define WRITER_OCTETS 65536

/* ------------------------------------------------------------------ in */

struct piece {
	const char *data;
	size_t size;
	struct piece *next;
};

/* An element that is not closed yet. */
struct open {
	struct xml_node *node;
	struct xml_node *last_child;
	struct piece *first, *last;
	size_t size;
};

struct reader {
	xmlParserCtxtPtr context;
	struct arena *arena;
	struct xml_node *root;
	struct open stack[XML_DEPTH];
	size_t depth, nodes;
	int rc;
	char *why;
};

static void stop(struct reader *r, int rc, const char *what)
{
	if (r->rc == 0) {
		r->rc = rc;
		snprintf(r->why, WHY, "%s", what);
	}
	xmlStopParser(r->context);
}

static const char *copy_text(struct reader *r, const char *text, size_t size)
{
	char *copy = arena_alloc(r->arena, size + 1);
	if (copy == NULL) {
		stop(r, ERR_NOMEM, "out of memory");
		return "";
	}
	if (size > 0) {
		memcpy(copy, text, size);
	}
	return copy;
}

/* libxml2 hands attributes over in fives: name, prefix, URI, value, end of the value. */
static void read_attributes(struct reader *r, struct xml_node *node, int count, const xmlChar **attributes)
{
	if (count > XML_ATTRIBUTES) {
		stop(r, ERR_FORMAT, "an element has too many attributes");
		return;
	}
	for (int i = 0; i < count; i++) {
		const xmlChar **a = attributes + (size_t)i * 5;
		struct xml_attribute *attribute = arena_alloc(r->arena, sizeof(*attribute));
		if (attribute == NULL) {
			stop(r, ERR_NOMEM, "out of memory");
			return;
		}
		if (a[2] == NULL) {
			attribute->name = copy_text(r, (const char *)a[0], strlen((const char *)a[0]));
			attribute->value = copy_text(r, (const char *)a[3], (size_t)(a[4] - a[3]));
			attribute->next = node->attributes;
			node->attributes = attribute;
		}
	}
}

static void on_begin(void *user, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri, int space_count,
	const xmlChar **spaces, int count, int defaulted, const xmlChar **attributes)
{
	(void)prefix;
	(void)space_count;
	(void)spaces;
	(void)defaulted;
	struct reader *r = user;
	if (r->rc != 0) {
		return;
	}
	if (r->depth == XML_DEPTH || r->nodes == XML_NODES) {
		stop(r, ERR_FORMAT, r->depth == XML_DEPTH ? "its elements are nested too deep" : "it has too many elements");
		return;
	}
	struct xml_node *node = arena_alloc(r->arena, sizeof(*node));
	if (node == NULL) {
		stop(r, ERR_NOMEM, "out of memory");
		return;
	}
	r->nodes++;
	node->space = uri == NULL ? "" : copy_text(r, (const char *)uri, strlen((const char *)uri));
	node->name = copy_text(r, (const char *)name, strlen((const char *)name));
	node->text = "";
	read_attributes(r, node, count, attributes);
	if (r->depth == 0) {
		r->root = node;
	} else {
		struct open *above = &r->stack[r->depth - 1];
		if (above->last_child == NULL) {
			above->node->child = node;
		} else {
			above->last_child->next = node;
		}
		above->last_child = node;
	}
	r->stack[r->depth++] = (struct open){ .node = node };
}

static void on_text(void *user, const xmlChar *text, int size)
{
	struct reader *r = user;
	if (r->rc != 0 || r->depth == 0 || size <= 0) {
		return;
	}
	/* Text comes in pieces, of one character each if somebody wants to annoy: they are joined once. */
	struct open *open = &r->stack[r->depth - 1];
	struct piece *piece = arena_alloc(r->arena, sizeof(*piece));
	if (piece == NULL) {
		stop(r, ERR_NOMEM, "out of memory");
		return;
	}
	piece->data = copy_text(r, (const char *)text, (size_t)size);
	piece->size = (size_t)size;
	if (open->last == NULL) {
		open->first = piece;
	} else {
		open->last->next = piece;
	}
	open->last = piece;
	open->size += (size_t)size;
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void on_end(void *user, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
	(void)name;
	(void)prefix;
	(void)uri;
	struct reader *r = user;
	if (r->rc != 0 || r->depth == 0) {
		return;
	}
	struct open *open = &r->stack[--r->depth];
	char *text = arena_alloc(r->arena, open->size + 1);
	if (text == NULL) {
		stop(r, ERR_NOMEM, "out of memory");
		return;
	}
	size_t used = 0;
	for (const struct piece *p = open->first; p != NULL; p = p->next) {
		memcpy(text + used, p->data, p->size);
		used += p->size;
	}
	while (used > 0 && is_space(text[used - 1])) {
		text[--used] = '\0';
	}
	while (is_space(*text)) {
		text++;
	}
	open->node->text = text;
}

static void on_document_type(void *user, const xmlChar *name, const xmlChar *external, const xmlChar *system)
{
	(void)name;
	(void)external;
	(void)system;
	stop(user, ERR_FORMAT, "it declares a document type, which frames never do");
}

static xmlEntityPtr on_entity(void *user, const xmlChar *name)
{
	(void)user;
	return xmlGetPredefinedEntity(name);
}

/* libxml2's own sentence may quote the document: only the line is told. */
static void on_error(void *user, xmlErrorPtr e)
{
	struct reader *r = user;
	if (e->level != XML_ERR_FATAL && e->level != XML_ERR_ERROR) {
		return;
	}
	if (r->rc == 0) {
		r->rc = e->code == XML_ERR_NO_MEMORY ? ERR_NOMEM : ERR_FORMAT;
		snprintf(r->why, WHY, "it is not well-formed XML (line %d, error %d of libxml2)", e->line, e->code);
	}
}

int xml_parse(struct slice octets, struct arena *arena, const struct xml_node **out, char why[WHY])
{
	if (octets.size == 0 || octets.size > INT_MAX) {
		snprintf(why, WHY, octets.size == 0 ? "it is empty" : "it is too long");
		return ERR_FORMAT;
	}
	struct reader r = { .arena = arena, .why = why };
	xmlSAXHandler handler = { .initialized = XML_SAX2_MAGIC, .startElementNs = on_begin, .endElementNs = on_end,
		.characters = on_text, .ignorableWhitespace = on_text, .cdataBlock = on_text,
		.internalSubset = on_document_type, .getEntity = on_entity, .serror = on_error };
	r.context = xmlCreatePushParserCtxt(&handler, &r, NULL, 0, NULL);
	if (r.context == NULL) {
		snprintf(why, WHY, "out of memory");
		return ERR_NOMEM;
	}
	/* RFC 5730 section 5: UTF-8 or UTF-16, which tell themselves apart; what else a document calls itself is not believed. */
	xmlCtxtUseOptions(r.context, XML_PARSE_NONET | XML_PARSE_IGNORE_ENC);
	int failed = xmlParseChunk(r.context, (const char *)octets.data, (int)octets.size, 1);
	if (r.rc == 0 && (failed != 0 || !r.context->wellFormed || r.root == NULL || r.depth != 0)) {
		r.rc = ERR_FORMAT;
		snprintf(why, WHY, "it is not well-formed XML");
	}
	xmlFreeParserCtxt(r.context);
	if (r.rc == 0) {
		*out = r.root;
	}
	return r.rc;
}

bool xml_is(const struct xml_node *node, const char *space, const char *name)
{
	return node != NULL && strcmp(node->space, space) == 0 && strcmp(node->name, name) == 0;
}

static const struct xml_node *find(const struct xml_node *node, const char *space, const char *name)
{
	while (node != NULL && !xml_is(node, space, name)) {
		node = node->next;
	}
	return node;
}

const struct xml_node *xml_child(const struct xml_node *node, const char *space, const char *name)
{
	return node == NULL ? NULL : find(node->child, space, name);
}

const struct xml_node *xml_again(const struct xml_node *node)
{
	return find(node->next, node->space, node->name);
}

const char *xml_attribute(const struct xml_node *node, const char *name)
{
	for (const struct xml_attribute *a = node->attributes; a != NULL; a = a->next) {
		if (strcmp(a->name, name) == 0) {
			return a->value;
		}
	}
	return NULL;
}

/* ----------------------------------------------------------------- out */

struct xml_writer {
	xmlBufferPtr buffer;
	xmlTextWriterPtr writer;	/* NULL: finished */
	bool failed;
};

struct xml_writer *xml_writer_new(void)
{
	struct xml_writer *w = calloc(1, sizeof(*w));
	if (w == NULL) {
		return NULL;
	}
	w->buffer = xmlBufferCreateSize(WRITER_OCTETS);
	w->writer = w->buffer == NULL ? NULL : xmlNewTextWriterMemory(w->buffer, 0);
	if (w->writer == NULL) {
		xml_writer_free(w);
		return NULL;
	}
	w->failed = xmlTextWriterStartDocument(w->writer, NULL, "UTF-8", "no") < 0;
	return w;
}

void xml_begin(struct xml_writer *w, const char *prefix, const char *name)
{
	w->failed |= xmlTextWriterStartElementNS(w->writer, (const xmlChar *)prefix, (const xmlChar *)name, NULL) < 0;
}

void xml_put_attribute(struct xml_writer *w, const char *name, const char *value)
{
	w->failed |= xmlTextWriterWriteAttribute(w->writer, (const xmlChar *)name, (const xmlChar *)value) < 0;
}

void xml_text(struct xml_writer *w, const char *text)
{
	w->failed |= xmlTextWriterWriteString(w->writer, (const xmlChar *)text) < 0;
}

void xml_end(struct xml_writer *w)
{
	w->failed |= xmlTextWriterEndElement(w->writer) < 0;
}

void xml_leaf(struct xml_writer *w, const char *prefix, const char *name, const char *text)
{
	xml_begin(w, prefix, name);
	if (text != NULL) {
		xml_text(w, text);
	}
	xml_end(w);
}

int xml_finish(struct xml_writer *w, struct slice *out)
{
	if (w->writer != NULL) {
		w->failed |= xmlTextWriterEndDocument(w->writer) < 0;
		xmlFreeTextWriter(w->writer);		/* which is when the last octets reach the buffer */
		w->writer = NULL;
	}
	if (w->failed) {
		return ERR_NOMEM;
	}
	*out = (struct slice){ xmlBufferContent(w->buffer), (size_t)xmlBufferLength(w->buffer) };
	return 0;
}

void xml_writer_free(struct xml_writer *w)
{
	if (w == NULL) {
		return;
	}
	if (w->writer != NULL) {
		xmlFreeTextWriter(w->writer);
	}
	if (w->buffer != NULL) {
		if (w->buffer->content != NULL) {
			explicit_bzero(w->buffer->content, w->buffer->size);
		}
		xmlBufferFree(w->buffer);
	}
	free(w);
}
