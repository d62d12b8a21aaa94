/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The decision record: its keys are those of doc/decision.schema.json, and whatever a stranger put into names stays on its
 * line; the form for people, word by word. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yajl/yajl_tree.h>

#include "scanner/show.h"
#include "validate/wire/err.h"

#define NOW 1795226400u /* 2026-11-21T02:00:00Z */

struct sample {
	struct decision decision;
	struct ds before, after;
	struct name hosts[2];
	struct server_finding servers[2];
	struct check checks[2];
	enum reason warnings[1];
	uint8_t policy_hash[SHA256_OCTETS], evidence_hash[SHA256_OCTETS];
	struct show_context context;
};

static struct name name_of(const char *text)
{
	struct name n;
	assert_int_equal(name_from_text(text, &n), ERR_OK);
	return n;
}

static struct ds ds_of(uint16_t tag, uint8_t octet)
{
	struct ds ds = { .tag = tag, .algorithm = 13, .digest_type = 2, .size = 32 };
	memset(ds.digest, octet, ds.size);
	return ds;
}

static void make_sample(struct sample *s)
{
	memset(s, 0, sizeof(*s));
	s->before = ds_of(12345, 0xaa);
	s->after = ds_of(23456, 0xbb);
	s->hosts[0] = name_of("ns1.example.net.");
	s->hosts[1] = name_of("n\\027s2.exa\\\"mple\\255.net.");
	s->servers[0] = (struct server_finding){ .address = { 4, { 192, 0, 2, 1 } }, .hosts = 3, .class = RESPONSE_POS,
		.classes = { RESPONSE_POS, RESPONSE_POS, RESPONSE_NODATA, RESPONSE_POS, RESPONSE_POS }, .rtt_us = 3104,
		.soa_serial = 4294967295u };
	s->servers[1] = (struct server_finding){ .address = { 6, { 0x20, 1, 0xd, 0xb8, [15] = 1 } }, .hosts = 2, .tcp = true,
		.reason = REASON_NO_USABLE_SERVER, .silent = true };
	s->checks[0] = (struct check){ .rule = "R7344-4.1-2", .result = CHECK_PASS, .detail = "a detail" };
	s->checks[1] = (struct check){ .rule = "R9975-3-4", .gate = GATE_DUE, .result = CHECK_WARN, .detail = "\"quoted\"" };
	s->warnings[0] = REASON_WARN_SERVER_DROPPED;
	s->decision = (struct decision){ .child = name_of("example.ch."), .now = NOW, .reason = REASON_ACCEPT_UPDATE,
		.change = CHANGE_UPDATE, .security = SECURITY_SECURE, .ds_before = { .count = 1, .ds = &s->before },
		.ds_after = { .count = 1, .ds = &s->after }, .warning_count = 1, .warnings = s->warnings, .host_count = 2,
		.hosts = s->hosts, .server_count = 2, .servers = s->servers, .check_count = 2, .checks = s->checks };
	memset(s->policy_hash, 0x01, SHA256_OCTETS);
	memset(s->evidence_hash, 0xfe, SHA256_OCTETS);
	s->context = (struct show_context){ .policy = policy_preset("bcp"), .policy_hash = s->policy_hash,
		.evidence_hash = s->evidence_hash, .run = 7, .sequence = 1042 };
}

static char *text_of(const struct sample *s, bool json)
{
	char *text = NULL;
	size_t size = 0;
	FILE *to = open_memstream(&text, &size);
	assert_non_null(to);
	if (json) {
		struct json *j = json_new();
		assert_int_equal(show_decision_json(j, &s->decision, &s->context, to), ERR_OK);
		json_free(j);
	} else {
		show_decision_text(&s->decision, &s->context, to);
	}
	assert_int_equal(fclose(to), 0);
	assert_int_equal(strlen(text), size);
	return text;
}

static yajl_val parse(const char *text)
{
	char why[256] = "";
	yajl_val v = yajl_tree_parse(text, why, sizeof(why));
	if (v == NULL) {
		fail_msg("%s in %.200s", why, text);
	}
	return v;
}

/* The test ends here unless v is of that type. */
static yajl_val must_be(yajl_val v, yajl_type type)
{
	if (v == NULL || v->type != type) {
		fail_msg("a value of type %d is missing", (int)type);
		abort();
	}
	return v;
}

static yajl_val get(yajl_val v, const char *key)
{
	const char *path[] = { key, NULL };
	return yajl_tree_get(must_be(v, yajl_t_object), path, yajl_t_any);
}

static size_t count(yajl_val array)
{
	return must_be(array, yajl_t_array)->u.array.len;
}

static yajl_val item(yajl_val array, size_t i)
{
	assert_true(i < count(array));
	return array->u.array.values[i];
}

static const char *text_item(yajl_val array, size_t i)
{
	return must_be(item(array, i), yajl_t_string)->u.string;
}

static size_t key_count(yajl_val object)
{
	return must_be(object, yajl_t_object)->u.object.len;
}

static const char *key_at(yajl_val object, size_t i)
{
	assert_true(i < key_count(object));
	return object->u.object.keys[i];
}

static const char *string(yajl_val v, const char *key)
{
	return must_be(get(v, key), yajl_t_string)->u.string;
}

static bool is_null(yajl_val v, const char *key)
{
	return get(v, key) != NULL && get(v, key)->type == yajl_t_null;
}

static const char *number(yajl_val v, const char *key)
{
	return must_be(get(v, key), yajl_t_number)->u.number.r;
}

/* ---- against the schema */

static yajl_val read_schema(void)
{
	const char *top = getenv("SRCDIR");
	char path[4096];
	static char text[65536];
	snprintf(path, sizeof(path), "%s/doc/decision.schema.json", top == NULL ? "." : top);
	FILE *f = fopen(path, "r");
	if (f == NULL) {
		fail_msg("%s cannot be opened; SRCDIR names the top of the tree", path);
	}
	text[fread(text, 1, sizeof(text) - 1, f)] = '\0';
	fclose(f);
	return parse(text);
}

static bool has_key(yajl_val object, const char *key)
{
	for (size_t i = 0; i < key_count(object); i++) {
		if (strcmp(key_at(object, i), key) == 0) {
			return true;
		}
	}
	return false;
}

/* Every key required is there, none that the schema does not know, none twice. */
static void check_keys(yajl_val schema, yajl_val object, const char *what)
{
	yajl_val required = get(schema, "required");
	yajl_val properties = get(schema, "properties");
	for (size_t i = 0; i < count(required); i++) {
		const char *key = text_item(required, i);
		if (!has_key(object, key)) {
			fail_msg("%s has no \"%s\"", what, key);
		}
	}
	for (size_t i = 0; i < key_count(object); i++) {
		const char *key = key_at(object, i);
		if (!has_key(properties, key)) {
			fail_msg("%s has \"%s\", which the schema does not know", what, key);
		}
		for (size_t k = 0; k < i; k++) {
			assert_string_not_equal(key, key_at(object, k));
		}
	}
}

/* DSA-5.2-2 */
static void keys_are_those_of_the_schema(void **state)
{
	(void)state;
	struct sample s;
	make_sample(&s);
	char *text = text_of(&s, true);
	yajl_val record = parse(text);
	yajl_val schema = read_schema();
	yajl_val defs = get(schema, "$defs");
	check_keys(schema, record, "the record");
	yajl_val servers = get(record, "servers");
	yajl_val checks = get(record, "checks");
	assert_int_equal(count(servers), 2);
	assert_int_equal(count(checks), 2);
	for (size_t i = 0; i < 2; i++) {
		yajl_val server = item(servers, i);
		yajl_val of_server = get(defs, "server");
		check_keys(of_server, server, "a server");
		check_keys(get(get(of_server, "properties"), "answers"), get(server, "answers"), "the answers");
		check_keys(get(defs, "check"), item(checks, i), "a check");
	}
	yajl_tree_free(schema);
	yajl_tree_free(record);
	free(text);
}

static void values_come_back(void **state)
{
	(void)state;
	struct sample s;
	make_sample(&s);
	char *text = text_of(&s, true);
	yajl_val v = parse(text);
	static const char *const strings[][2] = {
		{ "child", "example.ch." }, { "time", "2026-11-21T02:00:00Z" }, { "outcome", "ACCEPT_UPDATE" },
		{ "class", "accept" }, { "change", "update" }, { "state", "secure" }, { "policy", "bcp" }, { "case", "7/1042" },
		{ "policy_hash", "0101010101010101010101010101010101010101010101010101010101010101" },
		{ "evidence", "fefefefefefefefefefefefefefefefefefefefefefefefefefefefefefefefe" },
	};
	for (size_t i = 0; i < sizeof(strings) / sizeof(strings[0]); i++) {
		assert_string_equal(string(v, strings[i][0]), strings[i][1]);
	}
	assert_true(is_null(v, "next_eligible") && is_null(v, "window") && is_null(v, "on_its_way") && is_null(v, "signaling") && is_null(v, "ds_ttl"));
	assert_string_equal(string(v, "trigger"), "timer");
	yajl_val add = get(v, "add");
	assert_int_equal(count(add), 1);
	assert_memory_equal(text_item(add, 0), "23456 13 2 BBBB", 15);
	assert_memory_equal(text_item(get(v, "remove"), 0), "12345 13 2 AAAA", 15);
	assert_string_equal(text_item(get(v, "warnings"), 0), "WARN_SERVER_DROPPED");
	yajl_val first = item(get(v, "servers"), 0);
	yajl_val second = item(get(v, "servers"), 1);
	assert_string_equal(string(first, "address"), "192.0.2.1");
	assert_string_equal(string(first, "transport"), "udp");
	assert_true(is_null(first, "reason"));
	assert_string_equal(string(get(first, "answers"), "cdnskey"), "NODATA");
	assert_string_equal(number(first, "soa_serial"), "4294967295");
	assert_string_equal(number(first, "rtt_ms"), "3.104");
	assert_int_equal(count(get(first, "ns")), 2);
	assert_string_equal(string(second, "address"), "2001:db8::1");
	assert_string_equal(string(second, "transport"), "tcp");
	assert_string_equal(string(second, "class"), "TIMEOUT");
	assert_string_equal(string(second, "reason"), "NO_USABLE_SERVER");
	yajl_val check = item(get(v, "checks"), 1);
	assert_string_equal(string(check, "gate"), "due");
	assert_string_equal(string(check, "result"), "warn");
	assert_string_equal(string(check, "detail"), "\"quoted\"");
	yajl_tree_free(v);
	free(text);
}

static void unknown_is_null(void **state)
{
	(void)state;
	struct sample s;
	make_sample(&s);
	s.context = (struct show_context){ .run = 7 };
	s.decision.reason = REASON_NONE;
	s.decision.next_eligible = NOW;
	char *text = text_of(&s, true);
	yajl_val v = parse(text);
	assert_true(is_null(v, "policy") && is_null(v, "policy_hash"));
	assert_true(is_null(v, "case") && is_null(v, "evidence"));
	assert_string_equal(string(v, "next_eligible"), "2026-11-21T02:00:00Z");
	/* A decision without a reason is our failure, never anything better. */
	assert_string_equal(string(v, "class"), "error");
	yajl_tree_free(v);
	free(text);
}

/* One record is one line of printable ASCII, also with names made to break out. */
static void hostile_names_stay_inside(void **state)
{
	(void)state;
	for (unsigned octet = 0; octet < 256; octet++) {
		struct sample s;
		make_sample(&s);
		char label[64];
		snprintf(label, sizeof(label), "\\%03u\\%03u.ch.", octet, octet);
		s.decision.child = name_of(label);
		s.hosts[0] = s.decision.child;
		for (unsigned json = 0; json < 2; json++) {
			char *text = text_of(&s, json);
			unsigned lines = 0;
			for (const char *p = text; *p != '\0'; p++) {
				lines += *p == '\n';
				assert_true(*p == '\n' || (*p >= 0x20 && *p < 0x7f));
			}
			assert_true(json ? lines == 1 : lines > 10);
			if (json) {
				yajl_val v = parse(text);
				struct name back = name_of(string(v, "child"));
				assert_true(name_equal(&back, &s.decision.child));
				yajl_tree_free(v);
			}
			free(text);
		}
	}
}

/* ---- for people */

/* But for the sentences of reasons, which are words of another list. */
#define GOLDEN \
	"example.ch.\n" \
	"  decided      2026-11-21T02:00:00Z, policy bcp, case 7/1042\n" \
	"  delegation   secure\n  outcome      ACCEPT_UPDATE\n" \
	"               %s (RFC 7344 6.2)\n" \
	"               concerns the registrar\n" \
	"  warning      WARN_SERVER_DROPPED\n" \
	"               %s (RFC 9975 3)\n" \
	"               concerns the DNS operator of the child\n" \
	"  DS now       12345 13 2 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n" \
	"  DS wanted    23456 13 2 BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB\n" \
	"  servers      1 of 2 answered over UDP, 1 vantage\n" \
	"  gates        correct: yes; allowed: not looked at; due: yes\n" \
	"  eligible     2026-11-21T02:00:00Z, if nothing changes until then\n" \
	"\n" \
	"Servers\n" \
	"  192.0.2.1            POS                               ns1.example.net. n\\027s2.exa\\\"mple\\255.net.\n" \
	"  2001:db8::1          TIMEOUT  NO_USABLE_SERVER         n\\027s2.exa\\\"mple\\255.net.\n" \
	"\n" \
	"Rules\n" \
	"  ok    R7344-4.1-2    a detail\n" \
	"  warn  R9975-3-4      \"quoted\"\n"

static void text_word_by_word(void **state)
{
	(void)state;
	struct sample s;
	make_sample(&s);
	s.decision.next_eligible = NOW;
	char *text = text_of(&s, false);
	char expected[4096];
	snprintf(expected, sizeof(expected), GOLDEN, reason_find(REASON_ACCEPT_UPDATE)->sentence,
		reason_find(REASON_WARN_SERVER_DROPPED)->sentence);
	assert_string_equal(text, expected);
	free(text);
}

/* The first DS set that waits: how far its window is, what the next check needs, what begins it again. */
static void make_window(struct sample *s, struct policy *p)
{
	make_sample(s);
	*p = *policy_preset("bcp");
	p->bootstrap = (struct bootstrap_policy){ .method_count = 1, .methods = { BOOTSTRAP_DELAY }, .delay_s = 72 * 3600,
		.min_checks = 3, .min_spacing_s = 12 * 3600, .max_gap_s = 48 * 3600 };
	s->context.policy = p;
	s->decision.trigger = TRIGGER_NOTIFY;
	s->decision.reason = REASON_HOLD_DELAY_RUNNING;
	s->decision.signaling = REASON_SIGNAL_ABSENT;
	s->decision.window = (struct window){ .began = NOW - 61 * 3600, .last_check = NOW, .last_seen = NOW, .span_s = 61 * 3600,
		.checks = 3 };
	memset(s->decision.window.request_hash, 0xab, SHA256_OCTETS);
	s->checks[1] = (struct check){ .rule = "A-21", .gate = GATE_DUE, .result = CHECK_FAIL, .detail = "too soon" };
}

static void expect_lines(const char *text, const char *const *lines, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (strstr(text, lines[i]) == NULL) {
			fail_msg("\"%s\" is not in\n%s", lines[i], text);
		}
	}
}

/* */
static void window_of_time(void **state)
{
	(void)state;
	struct sample s;
	struct policy p;
	make_window(&s, &p);
	char *text = text_of(&s, false);
	static const char *const lines[] = {
		"  signals      SIGNAL_ABSENT\n",
		"  request      since 2026-11-18T13:00:00Z, last seen 2026-11-21T02:00:00Z\n",
		"  window       3 of 3 checks, 61 h of 72 h; the next scan counts from 2026-11-21T14:00:00Z on\n",
		"servers that disagree, and after 48 h without a check\n",
		"  gates        correct: yes; allowed: not looked at; due: no (A-21)\n",
	};
	expect_lines(text, lines, sizeof(lines) / sizeof(lines[0]));
	free(text);
	/* Checks have counted since. What signals do not prove does not stand against a request that waits for its delay. */
	const struct window now = { .began = NOW - 61 * 3600, .last_check = NOW + 60, .last_seen = NOW + 60, .span_s = 40, .checks = 1 };
	p.bootstrap.delay_s = 90;
	p.bootstrap.min_spacing_s = 2;
	s.context.window = &now;
	s.decision.next_eligible = NOW;
	s.checks[0] = s.checks[1] = (struct check){ .rule = "R9615-4.2-5", .result = CHECK_FAIL, .detail = "none" };
	text = text_of(&s, false);
	static const char *const later[] = { "last seen 2026-11-21T02:01:00Z\n", "  gates        correct: yes;",
		"  window       1 of 3 checks, 40 s of 90 s; the next scan counts from 2026-11-21T02:01:02Z on\n",
		"  eligible     2026-11-21T02:01:50Z, if nothing changes until then\n" };
	expect_lines(text, later, sizeof(later) / sizeof(later[0]));
	free(text);
	/* Signals that are the outcome do. Where no delay is asked for there is nothing to wait for. */
	s.decision.reason = REASON_SIGNAL_ABSENT;
	p.bootstrap.methods[0] = BOOTSTRAP_CHANNEL;
	text = text_of(&s, false);
	expect_lines(text, (const char *const[]){ "  gates        correct: no (R9615-4.2-5);", "  request      since" }, 2);
	assert_null(strstr(text, "  window  "));
	free(text);
	s.decision.reason = REASON_ACCEPT_BOOTSTRAP_DELAY;
	text = text_of(&s, false);
	assert_non_null(strstr(text, "  gates        correct: yes; allowed: not looked at; due: not looked at\n"));
	free(text);
}

static void window_as_json(void **state)
{
	(void)state;
	struct sample s;
	struct policy p;
	make_window(&s, &p);
	s.decision.ds_ttl = 900;
	char *text = text_of(&s, true);
	yajl_val v = parse(text);
	yajl_val schema = read_schema();
	yajl_val w = get(v, "window");
	check_keys(schema, v, "the record");
	check_keys(get(get(schema, "$defs"), "window"), w, "the window");
	assert_string_equal(string(v, "trigger"), "notify");
	assert_string_equal(string(v, "signaling"), "SIGNAL_ABSENT");
	assert_string_equal(number(v, "ds_ttl"), "900");
	assert_string_equal(number(w, "checks"), "3");
	assert_string_equal(number(w, "span_s"), "219600");
	assert_string_equal(number(w, "delay_s"), "259200");
	assert_string_equal(string(w, "next_check"), "2026-11-21T14:00:00Z");
	assert_memory_equal(string(w, "request"), "abab", 4);
	yajl_tree_free(schema);
	yajl_tree_free(v);
	free(text);
	p.bootstrap.method_count = 0;
	text = text_of(&s, true);
	v = parse(text);
	assert_true(is_null(get(v, "window"), "delay_s") && is_null(get(v, "window"), "next_check"));
	yajl_tree_free(v);
	free(text);
}

static void differences(void **state)
{
	(void)state;
	struct ds a = ds_of(1, 1), b = ds_of(2, 2);
	const struct ds_set none = { .count = 0 }, one = { .count = 1, .ds = &a }, two = { .count = 1, .ds = &b };
	static const char *const expected[] = { " unchanged", " +1/13/2", " -1/13/2", " -1/13/2 +2/13/2" };
	const struct ds_set *const pairs[][2] = { { &one, &one }, { &none, &one }, { &one, &none }, { &one, &two } };
	for (size_t i = 0; i < 4; i++) {
		char *text = NULL;
		size_t size = 0;
		FILE *to = open_memstream(&text, &size);
		show_ds_difference(pairs[i][0], pairs[i][1], to);
		fclose(to);
		assert_string_equal(text, expected[i]);
		free(text);
	}
	char when[24];
	assert_string_equal(show_time(0, when), "never");
	assert_string_equal(show_time(UINT64_MAX, when), "never");
	assert_string_equal(show_time(NOW, when), "2026-11-21T02:00:00Z");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_are_those_of_the_schema),
		cmocka_unit_test(values_come_back),
		cmocka_unit_test(unknown_is_null),
		cmocka_unit_test(hostile_names_stay_inside),
		cmocka_unit_test(text_word_by_word),
		cmocka_unit_test(window_of_time),
		cmocka_unit_test(window_as_json),
		cmocka_unit_test(differences),
	};
	return cmocka_run_group_tests_name("show", tests, NULL, NULL);
}
