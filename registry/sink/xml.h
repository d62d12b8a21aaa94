/* SPDX-License-Identifier: GPL-3.0-or-later */
/* XML in both directions: documents that we write, and octets of a stranger as a small tree. */
#pragma once

#include "validate/wire/arena.h"
#include "validate/wire/record.h"

/* What a document may be at most; its octets are bounded by the caller. */
#define XML_DEPTH 32
#define XML_NODES 8192
#define XML_ATTRIBUTES 16	/* of one element */

struct xml_attribute {
	const char *name;	/* those without a namespace */
	const char *value;	/* "&" in it stays "&#38;", as no word that we look for has */
	const struct xml_attribute *next;
};

struct xml_node {
	const char *space;	/* URI of its namespace; "": none */
	const char *name;
	const char *text;	/* the characters directly in it, without white space at both ends; "": none */
	const struct xml_attribute *attributes;
	const struct xml_node *child, *next;
};

/* The root element; everything is in the arena. No document type, no entity but those of XML itself, nothing is fetched.
 * ERR_FORMAT with one sentence that has none of the document's octets; ERR_NOMEM. */
int xml_parse(struct slice octets, struct arena *arena, const struct xml_node **out, char why[256]);
/* The first child of that namespace and name, and the next one after it; NULL: none. node may be NULL. */
const struct xml_node *xml_child(const struct xml_node *node, const char *space, const char *name);
const struct xml_node *xml_again(const struct xml_node *node);
bool xml_is(const struct xml_node *node, const char *space, const char *name);
/* NULL: none. */
const char *xml_attribute(const struct xml_node *node, const char *name);

/* A document being written. A failure on the way shows at the end. */
struct xml_writer;
struct xml_writer *xml_writer_new(void);	/* NULL: out of memory */
/* prefix NULL: none. text is valid UTF-8 and is escaped. */
void xml_begin(struct xml_writer *w, const char *prefix, const char *name);
void xml_put_attribute(struct xml_writer *w, const char *name, const char *value);
void xml_text(struct xml_writer *w, const char *text);
void xml_end(struct xml_writer *w);
void xml_leaf(struct xml_writer *w, const char *prefix, const char *name, const char *text);	/* text NULL: empty */
/* Ends the document: its octets, which live as long as w. ERR_NOMEM. */
int xml_finish(struct xml_writer *w, struct slice *out);
/* Overwrites the document, as far as it is ours to do so: there may be a password in it. NULL is fine. */
void xml_writer_free(struct xml_writer *w);
