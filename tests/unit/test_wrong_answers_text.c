/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wrong answers of other tools to how a thing is written, and the right ones: doc/wrong-answers.md. */
#include "registry/sink/sink.h"
#include "registry/source/masterview.h"
#include "tests/unit/load_fixture.h"
#include "tests/unit/zone_fixture.h"
#include "validate/accept/accept.h"

#define ZONE_TEXT 8192

static struct fixture fixture;

static struct decision decide(const struct evidence *evidence, const struct delegation *delegation)
{
	struct case_input in = { .policy = policy_preset(POLICY_DEFAULT), .algorithms = algorithm_table_builtin(),
		.now = ZONE_NOW };
	struct decision decision;
	struct child_state after;
	assert_int_equal(evidence_encode(evidence, fixture.arena, &in.evidence), 0);
	assert_int_equal(delegation_encode(delegation, fixture.arena, &in.delegation), 0);
	assert_int_equal(case_decide(fixture.crypto, &in, fixture.arena, &decision, &after), 0);
	return decision;
}

static void expect_reason(const struct decision *d, enum reason reason)
{
	assert_string_equal(reason_token(d->reason), reason_token(reason));
}

/* ---- the digest of a DS record, in pieces */

/* The parent's zone: the DS of key A with this between the digest's first 20 digits and the others. */
static void parent_zone(const char *between, bool upper, char text[ZONE_TEXT])
{
	struct slice ds = key_ds('A', DIGEST_SHA256, fixture.arena);
	size_t used = (size_t)snprintf(text, ZONE_TEXT, SOA ZONE_CHILD " NS ns1.example.net.\n" ZONE_CHILD " DS %u 13 2 ",
		(unsigned)key_tag('A', fixture.arena));
	for (size_t i = 4; i < ds.size; i++) {
		used += (size_t)snprintf(text + used, ZONE_TEXT - used, upper ? "%02X%s" : "%02x%s", (unsigned)ds.data[i],
			i == 13 ? between : "");
	}
	snprintf(text + used, ZONE_TEXT - used, "\n");
}

static struct decision decide_loaded(const struct evidence *evidence)
{
	struct delegation delegation;
	const struct name child = fixture_name(ZONE_CHILD);
	struct txn *t = fixture_begin(&fixture, STORE_READ);
	assert_int_equal(delegation_get(t, &child, fixture.arena, &delegation), 0);
	struct decision d = decide(evidence, &delegation);
	txn_abort(t);
	assert_int_equal(d.change, CHANGE_NONE);
	assert_int_equal(d.journal, JOURNAL_NONE);
	assert_true(ds_set_equal(&d.ds_before, &d.ds_after));
	return d;
}

static void test_digest_in_pieces(void **state)
{
	(void)state;
	static const struct {
		const char *between;
		bool upper;
	} forms[] = { { "", false }, { " ", false }, { "\t ", true }, { " (\n ) ", false }, { "", true } };
	const struct says servers[SERVERS_MAX] = { { .cds = "A", .cdnskey = "A", .on = true } };
	struct evidence evidence;
	evidence_build(servers, fixture.arena, &evidence);
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		char text[ZONE_TEXT];
		parent_zone(forms[i].between, forms[i].upper, text);
		struct load_report report = load_text(&fixture, text);
		/* The same delegation, however it is written: no new generation, nothing changed. */
		assert_int_equal(report.unchanged, i > 0);
		assert_int_equal(report.generation.number, 1);
		struct decision d = decide_loaded(&evidence);
		expect_reason(&d, REASON_NOOP_IN_SYNC);
	}
	/* Between the two digits of one octet, where RFC 4034 section 5.3 allows it, too, it cannot be read here: then the
	 * DS set is unknown, and not another one. */
	char text[ZONE_TEXT];
	parent_zone("", true, text);
	size_t size = strlen(text);
	memmove(text + size - 1, text + size - 2, 3);
	text[size - 2] = ' ';
	struct load_report report = load_text(&fixture, text);
	assert_int_equal(report.generation.skipped, 1);
	struct decision d = decide_loaded(&evidence);
	expect_reason(&d, REASON_HOLD_DS_UNKNOWN);
}

static void test_dsset_in_pieces(void **state)
{
	(void)state;
	const struct name child = fixture_name(ZONE_CHILD);
	struct ds_set wanted, got;
	struct source_error error;
	uint32_t ttl;
	char text[ZONE_TEXT];
	ds_set_build("A", fixture.arena, &wanted);
	parent_zone(" ", true, text);
	int rc = masterview_read_ds(file_text(&fixture, "dsset", text), &child, fixture.arena, &got, &ttl, &error);
	assert_int_equal(rc, 0);
	assert_true(ds_set_equal(&got, &wanted));
}

/* ---- the removal request, as text and as octets */

#define REMOVAL_CDS "0 0 0 00"
#define REMOVAL_CDNSKEY "0 3 0 AA=="

/* A record in the form of RFC 3597. */
static void add_octets(char text[ZONE_TEXT], unsigned type, struct slice rdata)
{
	size_t used = strlen(text);
	used += (size_t)snprintf(text + used, ZONE_TEXT - used, "@ 3600 TYPE%u \\# %zu ", type, rdata.size);
	for (size_t i = 0; i < rdata.size; i++) {
		used += (size_t)snprintf(text + used, ZONE_TEXT - used, "%02x", (unsigned)rdata.data[i]);
	}
	snprintf(text + used, ZONE_TEXT - used, "\n");
}

static void add_signed(char text[ZONE_TEXT], uint16_t type, size_t count, const struct slice *rdata, char key)
{
	const struct name zone = fixture_name(ZONE_CHILD);
	const struct signing signing = { key, WHEN_VALID, &zone, &zone, type, 3600, count, rdata };
	for (size_t i = 0; i < count; i++) {
		add_octets(text, type, rdata[i]);
	}
	add_octets(text, TYPE_RRSIG, sign_rrset(&signing, fixture.arena));
}

/* A signed zone that asks for removal. The request is written like this, and signed as RFC 8078 has its octets. */
static void removal_zone(const char *cds, const char *cdnskey, char text[ZONE_TEXT])
{
	static const uint8_t soa[22] = { 0, 0, 0, 0, 0, 7 };
	static const uint8_t delete_cds[] = { 0, 0, 0, 0, 0 }, delete_cdnskey[] = { 0, 0, 3, 0, 0 };
	const struct slice keys[] = { key_rdata('A', fixture.arena), key_rdata('Z', fixture.arena) };
	const struct slice requests[] = { { delete_cds, 5 }, { delete_cdnskey, 5 } };
	const struct name zone = fixture_name(ZONE_CHILD);
	text[0] = '\0';
	add_signed(text, TYPE_SOA, 1, &(const struct slice){ soa, sizeof(soa) }, 'Z');
	add_signed(text, TYPE_DNSKEY, 2, keys, 'A');
	for (size_t i = 0; i < 2; i++) {
		uint16_t type = i == 0 ? TYPE_CDS : TYPE_CDNSKEY;
		const struct signing signing = { 'A', WHEN_VALID, &zone, &zone, type, 3600, 1, &requests[i] };
		add_octets(text, TYPE_RRSIG, sign_rrset(&signing, fixture.arena));
	}
	size_t used = strlen(text);
	snprintf(text + used, ZONE_TEXT - used, "@ 3600 CDS %s\n@ 3600 CDNSKEY %s\n", cds, cdnskey);
}

static int view(const char *cds, const char *cdnskey, struct evidence *out)
{
	static struct evidence_server server;
	const struct says servers[SERVERS_MAX] = { { .on = true } };
	struct source_error error = { .line = 0 };
	char text[ZONE_TEXT];
	removal_zone(cds, cdnskey, text);
	evidence_build(servers, fixture.arena, out);
	server = out->servers[0];
	out->servers = &server;
	int rc = masterview_read(file_text(&fixture, "zone", text), &out->child, fixture.arena, &server, &error);
	if (rc != 0) {
		print_message("  %s, %s: %s\n", cds, cdnskey, error.reason);
	}
	return rc;
}

static void test_removal_in_text(void **state)
{
	(void)state;
	static const struct {
		const char *cds, *cdnskey;
	} forms[] = {
		{ REMOVAL_CDS, REMOVAL_CDNSKEY },
		{ "\\# 5 0000000000", "\\# 5 0000030000" },
		{ "( 0 0\n0\t00 )", "0 (\n3 0 AA== )" },
	};
	const struct says servers[SERVERS_MAX] = { { .on = true } };
	struct delegation delegation;
	delegation_build(servers, "A", fixture.arena, &delegation);
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		struct evidence evidence;
		assert_int_equal(view(forms[i].cds, forms[i].cdnskey, &evidence), 0);
		struct decision d = decide(&evidence, &delegation);
		expect_reason(&d, REASON_ACCEPT_DELETE);
		assert_int_equal(d.journal, JOURNAL_PROPOSE);
		assert_int_equal(d.ds_after.count, 0);
	}
	/* As RFC 8078 was printed, before erratum 5049: neither Base16 nor Base64. It is an error, and not padded until it
	 * is a removal. */
	struct evidence evidence;
	assert_int_equal(view("0 0 0 0", REMOVAL_CDNSKEY, &evidence), ERR_FORMAT);
	assert_int_equal(view(REMOVAL_CDS, "0 3 0 0", &evidence), ERR_FORMAT);
}

/* ---- what is written of a removal */

static void test_removal_is_written(void **state)
{
	(void)state;
	struct ds_set before;
	ds_set_build("A B", fixture.arena, &before);
	struct change c = { .number = 1, .child = fixture_name(ZONE_CHILD), .class = CHANGE_DELETE, .ds_before = before,
		.ds_ttl = 3600 };
	const char *const sinks[] = { "dsset", "jsonl" };
	for (size_t i = 0; i < 2; i++) {
		char why[256] = "", text[4096] = "", path[128];
		snprintf(path, sizeof(path), i == 0 ? "%s" : "%s/changes", fixture.dir);
		const struct sink_options o = { .target = path, .why = why };
		struct sink *sink = NULL;
		assert_int_equal(sink_new(sinks[i], &o, &sink, why), 0);
		assert_int_equal(sink->ops->put(sink, &(struct sink_change){ .id = "id", .change = &c, .ds_now = &before }), 0);
		assert_int_equal(sink->ops->finish(sink, false), 0);
		FILE *from = fopen(file_path(&fixture, i == 0 ? "dsset-" ZONE_CHILD : "changes"), "r");
		assert_non_null(from);
		assert_int_not_equal(fread(text, 1, sizeof(text) - 1, from), 0);
		fclose(from);
		/* No record at all; least of all one of algorithm 0. */
		assert_null(strstr(text, "DS\t"));
		assert_null(strstr(text, "0 0 0"));
		if (i == 1) {
			assert_non_null(strstr(text, "\"ds_after\":[]"));
		}
	}
}

static int begin(void **state)
{
	memset(&fixture, 0, sizeof(fixture));
	zone_keys_load();
	fixture_make(&fixture);
	fixture_open(&fixture, STORE_WRITE);
	*state = &fixture;
	return 0;
}

static int end(void **state)
{
	(void)state;
	fixture_end(&fixture);
	zone_keys_free();
	return 0;
}

#define ROW(name, function) { name, function, begin, end, NULL }

int main(void)
{
	const struct CMUnitTest tests[] = {
		ROW("wrong answer 1: a removal is written without any DS", test_removal_is_written),
		ROW("wrong answer 25: a digest in pieces is no change", test_digest_in_pieces),
		ROW("wrong answer 25: a digest in pieces in a dsset file", test_dsset_in_pieces),
		ROW("wrong answer 27: the removal request in text", test_removal_in_text),
	};
	return cmocka_run_group_tests_name("wrong answers", tests, NULL, NULL);
}
