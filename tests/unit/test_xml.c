/* SPDX-License-Identifier: GPL-3.0-or-later */
/* XML of strangers: what is read, and what is not read on purpose. */
#include "tests/unit/epp_fixture.h"

#include "registry/sink/xml.h"

static const struct xml_node *parse(struct arena *arena, const char *text)
{
	char why[256] = "";
	const struct xml_node *root = NULL;
	int rc = xml_parse(octets_of(text), arena, &root, why);
	if (rc != 0) {
		fail_msg("%d %s: %s", rc, why, text);
	}
	return root;
}

static void refuse(struct arena *arena, struct slice octets, const char *words)
{
	char why[256] = "";
	const struct xml_node *root = NULL;
	assert_int_equal(xml_parse(octets, arena, &root, why), ERR_FORMAT);
	assert_null(root);
	if (strstr(why, words) == NULL) {
		fail_msg("\"%s\" has no \"%s\"", why, words);
	}
}

static void test_tree(void **state)
{
	const struct xml_node *root = parse(*state, "<?xml version='1.0' encoding='UTF-8'?><!-- c --><a xmlns='urn:a' xmlns:b='urn:b' x='1' "
		"b:y='2'>\n <?p i?><b:c> one </b:c>\n<c>two</c><b:c>th<![CDATA[re<]]>&lt;&#101;<!-- c --></b:c>tail\n</a>");
	assert_true(xml_is(root, "urn:a", "a"));
	assert_string_equal(xml_attribute(root, "x"), "1");
	assert_null(xml_attribute(root, "y"));
	assert_string_equal(root->text, "tail");
	const struct xml_node *c = xml_child(root, "urn:b", "c");
	assert_string_equal(c->text, "one");
	c = xml_again(c);
	assert_string_equal(c->text, "thre<<e");
	assert_null(xml_again(c));
	assert_string_equal(xml_child(root, "urn:a", "c")->text, "two");
	assert_null(xml_child(root, "", "c"));
	assert_null(xml_child(NULL, "", "c"));
}

/* A text of 100000 pieces is read once, not 100000 times. */
static void test_text_in_pieces(void **state)
{
	enum { PIECES = 30000 };
	char *text = malloc(PIECES * 4 + 16);
	assert_non_null(text);
	size_t used = (size_t)sprintf(text, "<a>");
	for (size_t i = 0; i < PIECES; i++) {
		used += (size_t)sprintf(text + used, "&lt;");
	}
	sprintf(text + used, "</a>");
	assert_int_equal(strlen(parse(*state, text)->text), PIECES);
	free(text);
}

static void test_utf16(void **state)
{
	static const uint8_t octets[] = { 0xff, 0xfe, '<', 0, 'a', 0, '>', 0, 0xe9, 0, '<', 0, '/', 0, 'a', 0, '>', 0 };
	const struct xml_node *root = NULL;
	char why[256] = "";
	assert_int_equal(xml_parse((struct slice){ octets, sizeof(octets) }, *state, &root, why), 0);
	assert_string_equal(root->text, "\xc3\xa9");
}

static void test_document_types(void **state)
{
	static const char *const documents[] = {
		"<!DOCTYPE a><a/>",
		"<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>",
		"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>",
		"<!DOCTYPE a [<!ENTITY % x SYSTEM 'http://192.0.2.1/x'> %x;]><a/>",
		"<?xml version='1.0'?>\n<!DOCTYPE a [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;'><!ENTITY c '&b;&b;&b;&b;'>]><a>&c;</a>",
		"<!DOCTYPE a [<!ATTLIST a x CDATA 'default'>]><a/>",
	};
	for (size_t i = 0; i < sizeof(documents) / sizeof(documents[0]); i++) {
		refuse(*state, octets_of(documents[i]), "it declares a document type");
	}
}

static void test_malformed(void **state)
{
	static const char *const documents[] = {
		"<", "<a", "<a>", "<a></b>", "<a/><b/>", "a", "<a>&x;</a>", "<a x='&x;'/>", "<a x='1' x='2'/>", "<a>\xe9</a>", "<a>&#0;</a>",
		"<b:a/>", "<a><![CDATA[</a>", "<?xml version='1.0' encoding='ISO-8859-1'?><a>\xe9</a>", "<a/>trailing",
	};
	for (size_t i = 0; i < sizeof(documents) / sizeof(documents[0]); i++) {
		refuse(*state, octets_of(documents[i]), "it is not well-formed XML");
	}
	refuse(*state, (struct slice){ (const uint8_t *)"<a>\0</a>", 8 }, "it is not well-formed XML");
	refuse(*state, octets_of(""), "it is empty");
}

static void test_ceilings(void **state)
{
	char *text = malloc(XML_NODES * 4 + 64);
	assert_non_null(text);
	for (size_t depth = XML_DEPTH; depth <= XML_DEPTH + 1; depth++) {
		size_t used = 0;
		for (size_t i = 0; i < depth; i++) {
			used += (size_t)sprintf(text + used, "<a>");
		}
		for (size_t i = 0; i < depth; i++) {
			used += (size_t)sprintf(text + used, "</a>");
		}
		if (depth == XML_DEPTH) {
			(void)parse(*state, text);
		} else {
			refuse(*state, octets_of(text), "nested too deep");
		}
	}
	for (size_t nodes = XML_NODES; nodes <= XML_NODES + 1; nodes++) {
		size_t used = (size_t)sprintf(text, "<a>");
		for (size_t i = 1; i < nodes; i++) {
			used += (size_t)sprintf(text + used, "<b/>");
		}
		sprintf(text + used, "</a>");
		if (nodes == XML_NODES) {
			(void)parse(*state, text);
		} else {
			refuse(*state, octets_of(text), "too many elements");
		}
	}
	for (size_t count = XML_ATTRIBUTES; count <= XML_ATTRIBUTES + 1; count++) {
		size_t used = (size_t)sprintf(text, "<a");
		for (size_t i = 0; i < count; i++) {
			used += (size_t)sprintf(text + used, " x%zu='1'", i);
		}
		sprintf(text + used, "/>");
		if (count == XML_ATTRIBUTES) {
			(void)parse(*state, text);
		} else {
			refuse(*state, octets_of(text), "too many attributes");
		}
	}
	free(text);
}

static void test_writer(void **state)
{
	struct xml_writer *w = xml_writer_new();
	struct slice out;
	assert_non_null(w);
	xml_begin(w, NULL, "a");
	xml_put_attribute(w, "xmlns", "urn:a");
	xml_put_attribute(w, "x", "<\"");
	xml_begin(w, "b", "c");
	xml_put_attribute(w, "xmlns:b", "urn:b");
	xml_text(w, "<&>");
	xml_end(w);
	xml_leaf(w, NULL, "d", NULL);
	xml_leaf(w, NULL, "e", "text");
	xml_end(w);
	assert_int_equal(xml_finish(w, &out), 0);
	const char *wanted = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?>\n<a xmlns=\"urn:a\" x=\"&lt;&quot;\">"
		"<b:c xmlns:b=\"urn:b\">&lt;&amp;&gt;</b:c><d/><e>text</e></a>\n";
	assert_int_equal(out.size, strlen(wanted));
	assert_memory_equal(out.data, wanted, out.size);
	/* What is written is read. */
	const struct xml_node *root = NULL;
	char why[256] = "";
	assert_int_equal(xml_parse(out, *state, &root, why), 0);
	assert_string_equal(xml_attribute(root, "x"), "<\"");
	assert_string_equal(xml_child(root, "urn:b", "c")->text, "<&>");
	xml_writer_free(w);
	xml_writer_free(NULL);
	/* One that is left half done. */
	w = xml_writer_new();
	assert_non_null(w);
	xml_begin(w, NULL, "a");
	xml_writer_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		EPP_TEST(test_tree), EPP_TEST(test_text_in_pieces), EPP_TEST(test_utf16), EPP_TEST(test_document_types),
		EPP_TEST(test_malformed), EPP_TEST(test_ceilings), EPP_TEST(test_writer),
	};
	return cmocka_run_group_tests_name("xml", tests, NULL, NULL);
}
