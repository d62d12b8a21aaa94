/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Views: real signed zones answer as their server would; what is broken is refused. Also dsset files and anchors. */
#include "registry/sink/sink.h"
#include "registry/source/masterview.h"
#include "tests/unit/source_fixture.h"
#include "validate/dnssec/denial.h"
#include "validate/wire/message.h"

/* 2026-07-01, within the signatures of tests/unit/data (make-views.sh). */
#define VIEW_NOW 1782864000u
#define D32 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define D32_UPPER "0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF"

static const char *data_path(const char *name)
{
	static char path[512];
	const char *top = getenv("SRCDIR");
	snprintf(path, sizeof(path), "%s/tests/unit/data/%s", top != NULL ? top : ".", name);
	return path;
}

static struct message answer(struct fixture *f, const struct evidence_server *server, enum evidence_question q)
{
	const struct evidence_answer *a = &server->answers[q];
	struct name child = fixture_name("example.ch.");
	struct message m;
	assert_int_equal(a->status, EVIDENCE_ANSWERED);
	assert_true(a->tcp);
	assert_int_equal(a->attempts, 1);
	assert_int_equal(message_parse(a->octets.data, a->octets.size, f->arena, &m), 0);
	assert_true(message_answers(&m, &child, evidence_question_type(q)));
	assert_int_equal(m.id, 0);
	assert_true((m.flags & MESSAGE_FLAG_AA) != 0 && (m.flags & MESSAGE_FLAG_TC) == 0);
	assert_int_equal(m.rcode, RCODE_NOERROR);
	return m;
}

/* The keys of the view, vouched for by the DS record of its dsset file. */
static size_t trusted_keys(struct fixture *f, const struct evidence_server *server, struct verifier *v,
	struct dnskey keys[LIMIT_DNSKEY])
{
	struct name child = fixture_name("example.ch.");
	struct ds_set ds;
	uint32_t ttl;
	struct source_error error;
	assert_int_equal(masterview_read_ds(data_path("view.dsset"), &child, f->arena, &ds, &ttl, &error), 0);
	assert_int_equal(ds.count, 1);
	struct message m = answer(f, server, EVIDENCE_DNSKEY);
	struct rrset set;
	assert_int_equal(message_rrset(&m, SECTION_ANSWER, &child, TYPE_DNSKEY, f->arena, &set), 0);
	assert_int_equal(set.count, 2);
	bool vouched = false;
	for (size_t i = 0; i < set.count; i++) {
		bool matches;
		struct sig_result sig;
		assert_int_equal(dnskey_parse(set.rdata[i], &keys[i]), 0);
		assert_int_equal(ds_matches_key(f->crypto, &child, &ds.ds[0], &keys[i], &matches), 0);
		assert_int_equal(verify_by_key(v, &child, &set, &keys[i], &sig), 0);
		vouched = vouched || (matches && sig.status == SIG_VALID);
	}
	assert_true(vouched);
	return set.count;
}

/* Every positive answer verifies, every NODATA is proven. */
static void test_signed(void **state)
{
	struct fixture *f = *state;
	static const struct {
		const char *file;
		bool has_cds;
	} views[] = {
		{ "view-nsec-cds.zone", true },
		{ "view-nsec.zone", false },
		{ "view-nsec3.zone", false },
	};
	struct name child = fixture_name("example.ch.");
	for (size_t i = 0; i < sizeof(views) / sizeof(views[0]); i++) {
		struct evidence_server server = { .hosts = 5 };
		struct source_error error = { .line = 0 };
		if (masterview_read(data_path(views[i].file), &child, f->arena, &server, &error) != 0) {
			fail_msg("%s:%llu: %s", error.file, (unsigned long long)error.line, error.reason);
		}
		assert_int_equal(server.hosts, 5);
		struct verifier *v = verifier_new(f->crypto, f->arena, VIEW_NOW);
		struct dnskey keys[LIMIT_DNSKEY];
		size_t key_count = trusted_keys(f, &server, v, keys);
		for (unsigned q = 0; q < EVIDENCE_QUESTIONS; q++) {
			struct message m = answer(f, &server, (enum evidence_question)q);
			uint16_t type = evidence_question_type((enum evidence_question)q);
			bool positive = views[i].has_cds || (type != TYPE_CDS && type != TYPE_CDNSKEY);
			struct rrset set;
			assert_int_equal(message_rrset(&m, SECTION_ANSWER, &child, type, f->arena, &set), 0);
			assert_int_equal(set.count > 0, positive);
			if (positive) {
				struct sig_result sig;
				assert_int_equal(m.count[SECTION_AUTHORITY], 0);
				assert_int_equal(verify_by_keys(v, &child, &set, keys, key_count, &sig), 0);
				assert_int_equal(sig.status, SIG_VALID);
				continue;
			}
			struct denial denial;
			assert_int_equal(m.count[SECTION_ANSWER], 0);
			assert_int_equal(message_rrset(&m, SECTION_AUTHORITY, &child, TYPE_SOA, f->arena, &set), 0);
			assert_true(set.count == 1 && set.signature_count == 2);
			assert_int_equal(denial_nodata(v, f->crypto, &child, &m, type, keys, key_count, &denial), 0);
			assert_int_equal(denial.status, DENIAL_PROVEN);
			assert_int_equal(denial_nodata(v, f->crypto, &child, &m, TYPE_SOA, keys, key_count, &denial), 0);
			assert_int_not_equal(denial.status, DENIAL_PROVEN);
		}
		verifier_free(v);
	}
}

#define Z_SOA "@ 60 SOA a b 7 1 1 1 1\n"
#define DIG_CDS "; <<>> DiG 9.18 <<>> +dnssec CDS example.ch @192.0.2.1\n;; ANSWER SECTION:\nexample.ch. 60 IN CDS 1 13 2 " D32 "\n" \
	"example.ch. 60 IN RRSIG CDS 13 2 60 20270101000000 20260101000000 1 example.ch. QUJD\n"
#define DIG_SOA(serial) ";; ANSWER SECTION:\nexample.ch.\t60\tIN\tSOA\ta. b. " serial " 1 1 1 1\n"
#define N3_APEX "aaaa 60 NSEC3 1 0 0 - bbbbbbbb NS SOA DNSKEY\n"
#define N3_OTHER "bbbb 60 NSEC3 1 0 0 - aaaaaaaa A\n"
#define N3_SIG(owner) owner " 60 RRSIG NSEC3 13 3 60 20270101000000 20260101000000 1 @ QUJD\n"

struct row {
	const char *name;
	const char *text;
	int rc;
	const char *error;	/* part of the reason */
	uint64_t line;
	/* Records of answer and authority for CDS. */
	unsigned cds_answer, cds_authority;
	/* Serials of the first and last SOA. */
	unsigned first, last;
};

static const struct row rows[] = {
	{ "unsigned, no CDS", Z_SOA, 0, NULL, 0, 0, 1, 7, 7 },
	{ "CDS", Z_SOA "@ CDS 1 13 2 " D32 "\n@ CDS 0 0 0 00\n", 0, NULL, 0, 2, 0, 7, 7 },
	{ "absolute names in another case", "EXAMPLE.CH. SOA a. b. 7 1 1 1 1\nExample.ch. CDS 0 0 0 00\n", 0, NULL, 0, 1, 0, 7, 7 },
	{ "CDS of other owners", Z_SOA "x CDS 0 0 0 00\nch. CDS 0 0 0 00\n", 0, NULL, 0, 0, 1, 7, 7 },
	{ "no final newline", Z_SOA "@ CDS 0 0 0 00", 0, NULL, 0, 1, 0, 7, 7 },
	{ "dig: answers of several questions", DIG_CDS DIG_SOA("7") DIG_CDS DIG_SOA("7"), 0, NULL, 0, 2, 0, 7, 7 },
	{ "dig: the SOA changed in between", DIG_SOA("7") DIG_CDS DIG_SOA("8"), 0, NULL, 0, 2, 0, 7, 8 },
	{ "dig: CDS only", DIG_CDS, ERR_FORMAT, "no SOA record of example.ch.", 0, 0, 0, 0, 0 },
	{ "SOA of another zone only", "ch. SOA a. b. 7 1 1 1 1\n", ERR_FORMAT, "no SOA record", 0, 0, 0, 0, 0 },
	{ "NSEC of the apex only", Z_SOA "@ NSEC a NS SOA\na NSEC @ A\n", 0, NULL, 0, 0, 2, 7, 7 },
	{ "NSEC3 of the apex and its signature", Z_SOA N3_APEX N3_SIG("aaaa") N3_OTHER N3_SIG("bbbb"), 0, NULL, 0, 0, 3, 7, 7 },
	{ "signature before the NSEC3", Z_SOA N3_SIG("bbbb") N3_SIG("aaaa") N3_OTHER N3_APEX, 0, NULL, 0, 0, 3, 7, 7 },
	{ "NSEC3 of a zone below", Z_SOA "aaaa.sub 60 NSEC3 1 0 0 - bbbbbbbb NS SOA\n", 0, NULL, 0, 0, 1, 7, 7 },
	{ "a broken CDS", Z_SOA "@ CDS 1 13 2 zz\n", ERR_FORMAT, "hex", 2, 0, 0, 0, 0 },
	{ "a broken line that may be anything", Z_SOA "@ CDSS 1 13 2 00\n", ERR_FORMAT, "unsupported record type", 2, 0, 0, 0, 0 },
	{ "a broken line of nobody", Z_SOA "-!- CDS 1 13 2 00\n", ERR_FORMAT, "domain name", 2, 0, 0, 0, 0 },
	{ "a broken line of another owner", Z_SOA "x CDSS 1 13 2 00\n@ A 1.2.3\n", 0, NULL, 0, 0, 1, 7, 7 },
	{ "a broken NSEC3", Z_SOA "aaaa NSEC3 1 0 zz\n", ERR_FORMAT, "number", 2, 0, 0, 0, 0 },
	{ "open parentheses", Z_SOA "@ CDS ( 1 13 2\n00\n", ERR_FORMAT, "parentheses", 2, 0, 0, 0, 0 },
	{ "$INCLUDE", Z_SOA "$INCLUDE /etc/passwd\n", ERR_FORMAT, "$INCLUDE", 2, 0, 0, 0, 0 },
};

static unsigned serial(struct fixture *f, const struct evidence_server *server, enum evidence_question q)
{
	struct message m = answer(f, server, q);
	const struct slice rdata = m.records[SECTION_ANSWER][0].rdata;
	struct wire w = wire_reader(rdata.data, rdata.size);
	w.pos = rdata.size - 20;
	return wire_read_u32(&w);
}

static void test_rows(void **state)
{
	struct fixture *f = *state;
	struct name child = fixture_name("example.ch.");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *r = &rows[i];
		struct evidence_server server = { .hosts = 0 };
		struct source_error error = { .line = 0 };
		int rc = masterview_read(file_text(f, "view", r->text), &child, f->arena, &server, &error);
		if (rc != r->rc || (rc != 0 && (strstr(error.reason, r->error) == NULL || error.line != r->line))) {
			fail_msg("%s: %d line %llu: %s", r->name, rc, (unsigned long long)error.line, error.reason);
		}
		if (rc != 0) {
			assert_string_equal(error.file, file_path(f, "view"));
			assert_int_equal(server.answers[EVIDENCE_SOA].octets.size, 0);
			continue;
		}
		struct message m = answer(f, &server, EVIDENCE_CDS);
		if (m.count[SECTION_ANSWER] != r->cds_answer || m.count[SECTION_AUTHORITY] != r->cds_authority) {
			fail_msg("%s: %zu %zu", r->name, m.count[SECTION_ANSWER], m.count[SECTION_AUTHORITY]);
		}
		assert_int_equal(serial(f, &server, EVIDENCE_SOA), r->first);
		assert_int_equal(serial(f, &server, EVIDENCE_SOA_LAST), r->last);
	}
}

/* More than one message can carry. */
static void test_too_much(void **state)
{
	struct fixture *f = *state;
	struct name child = fixture_name("example.ch.");
	struct evidence_server server = { .hosts = 0 };
	struct source_error error = { .line = 0 };
	char *text = malloc(200 * 1000);
	assert_non_null(text);
	size_t used = (size_t)sprintf(text, "%s", Z_SOA);
	for (unsigned i = 0; i < LIMIT_MESSAGE_RECORDS; i++) {
		used += (size_t)sprintf(text + used, "@ CDS %u 13 2 " D32 "\n", i);
	}
	assert_int_equal(masterview_read(file_text(f, "view", text), &child, f->arena, &server, &error), ERR_LIMIT);
	assert_non_null(strstr(error.reason, "more records at the apex"));
	used = (size_t)sprintf(text, "%s@ DNSKEY 257 3 8 ", Z_SOA);
	memset(text + used, 'A', 4 * 20000);
	strcpy(text + used + 4 * 20000, "\n@ DNSKEY 257 3 8 QUJD\n@ CDS 0 0 0 00\n");
	assert_int_equal(masterview_read(file_text(f, "view", text), &child, f->arena, &server, &error), 0);
	free(text);
}

static void test_ds(void **state)
{
	struct fixture *f = *state;
	static const struct {
		const char *name;
		const char *text;
		int rc;
		const char *out;	/* the set and its TTL, or a part of the reason */
		uint64_t line;
	} files[] = {
		{ "as dnssec-signzone writes", "example.ch.\t\tIN DS 1 13 2 0123456789abcdef0123456789abcdef 0123456789abcdef0123456789abcdef\n",
			0, "0 (1 13 2 " D32_UPPER ")", 0 },
		{ "with a TTL for all", "$TTL 77\nexample.ch. IN DS 1 13 2 " D32 "\n", 0, "77 (1 13 2 " D32_UPPER ")", 0 },
		{ "sorted, smallest TTL, no duplicates", "example.ch. 9 DS 2 13 2 " D32 "\nexample.ch 8 DS 1 13 2 " D32 "\nexample.ch. 9 DS 2 13 "
			"2 " D32 "\n", 0, "8 (1 13 2 " D32_UPPER ") (2 13 2 " D32_UPPER ")", 0 },
		{ "without final newline", "example.ch. 9 DS 2 13 2 " D32, 0, "9 (2 13 2 " D32_UPPER ")", 0 },
		{ "others beside it", "x.ch. DS 2 13 2 " D32 "\nexample.ch. 9 DS 2 13 2 " D32 "\nexample.ch. NS x.\n", 0,
			"9 (2 13 2 " D32_UPPER ")", 0 },
		{ "a removal", "; nothing left\n", 0, "0", 0 },
		{ "others only", "x.ch. DS 2 13 2 " D32 "\n", ERR_FORMAT, "none of example.ch.", 0 },
		{ "bad hex", "\nexample.ch. DS 2 13 2 zz\n", ERR_FORMAT, "expected a DS record", 2 },
		{ "wrong length", "example.ch. DS 2 13 2 0123\n", ERR_FORMAT, "digest of the right length", 1 },
		{ "broken line of another", "x.ch. DS 2 13 2 zz\n", ERR_FORMAT, "expected a DS record", 1 },
		{ "no text at all", "\x01\x02", ERR_FORMAT, "expected a DS record", 1 },
	};
	struct name child = fixture_name("example.ch.");
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct ds_set set = { .count = 77 };
		uint32_t ttl = 77;
		struct source_error error = { .line = 0 };
		char out[1024];
		int rc = masterview_read_ds(file_text(f, "ds", files[i].text), &child, f->arena, &set, &ttl, &error);
		if (rc == 0) {
			size_t n = (size_t)snprintf(out, sizeof(out), "%u", (unsigned)ttl);
			for (size_t k = 0; k < set.count; k++) {
				char text[DS_TEXT_SIZE];
				ds_to_text(&set.ds[k], text);
				n += (size_t)snprintf(out + n, sizeof(out) - n, " (%s)", text);
			}
		}
		if (rc != files[i].rc || error.line != files[i].line
			|| (rc == 0 ? strcmp(out, files[i].out) != 0 : strstr(error.reason, files[i].out) == NULL)) {
			fail_msg("%s: %d %llu %s", files[i].name, rc, (unsigned long long)error.line, rc == 0 ? out : error.reason);
		}
		assert_int_equal(rc != 0, set.count == 77);
	}
}

static void test_anchors(void **state)
{
	struct fixture *f = *state;
	static const struct {
		const char *name;
		const char *text;
		size_t count;		/* 0: refused */
		uint64_t line;
		const char *error;
	} files[] = {
		{ "a DS record", ". IN DS 20326 8 2 " D32, 1, 0, NULL },
		{ "a DNSKEY record with comments", "; the key\n. 3600 IN DNSKEY 257 3 13 QUJDRA== ; tag\n", 1, 0, NULL },
		{ "several", "test. DS 1 13 2 " D32 "\ntest. DS 1 13 1 0123456789abcdef0123456789abcdef01234567\n", 2, 0, NULL },
		{ "nothing but comments", "; none\n", 0, 0, "no trust anchor" },
		{ "another type", "; x\n. NS a.\n", 0, 2, "expected a DS or DNSKEY" },
		{ "a DS of the wrong length", ". DS 1 13 2 01\n", 0, 1, "expected a DS or DNSKEY" },
		{ "a key that may not sign zones", ". DNSKEY 1 3 13 QUJDRA==\n", 0, 1, "expected a DS or DNSKEY" },
		{ "a revoked key", ". DNSKEY 385 3 13 QUJDRA==\n", 0, 1, "expected a DS or DNSKEY" },
		{ "BIND's trust-anchors", "trust-anchors {\n", 0, 1, "expected a DS or DNSKEY" },
		{ "one bad of two", ". DS 1 13 2 " D32 "\n. DS x\n", 0, 2, "expected a DS or DNSKEY" },
	};
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct record *records = NULL;
		size_t count = 0;
		struct source_error error = { .line = 0 };
		int rc = masterview_read_anchors(file_text(f, "anchors", files[i].text), f->arena, &records, &count, &error);
		if (count != files[i].count || (rc == 0) != (files[i].count > 0) || error.line != files[i].line
			|| (rc != 0 && strstr(error.reason, files[i].error) == NULL)) {
			fail_msg("%s: %d %zu %llu %s", files[i].name, rc, count, (unsigned long long)error.line, error.reason);
		}
		for (size_t k = 0; k < count; k++) {
			assert_true(records[k].type == TYPE_DS || records[k].type == TYPE_DNSKEY);
			assert_int_equal(records[k].class, CLASS_IN);
			assert_true(records[k].rdata.size > 4 && records[k].owner->size > 0);
		}
	}
	struct record *records = NULL;
	size_t count = 0;
	struct source_error error;
	assert_int_equal(masterview_read_anchors(file_path(f, "missing"), f->arena, &records, &count, &error), ERR_IO);
	assert_non_null(strstr(error.reason, "No such file"));
}

/* Only what was asked for: absent without an SOA, absent without denial. */
static void test_answers(void **state)
{
	struct fixture *f = *state;
	static const struct {
		const char *name;
		const char *text;
		bool cds, cdnskey, denial, soa;
	} files[] = {
		{ "CDS only", "example.ch. 300 IN CDS 1 13 2 " D32 "\n", true, false, false, false },
		{ "CDNSKEY only", "example.ch. 300 IN CDNSKEY 257 3 13 AAAA\n", false, true, false, false },
		{ "both and SOA", "example.ch. CDS 1 13 2 " D32 "\nexample.ch. CDNSKEY 257 3 13 AAAA\nexample.ch. SOA a b 1 1 1 1 1\n",
			true, true, false, true },
		{ "of others", "x.example.ch. CDS 1 13 2 " D32 "\nx.example.ch. NSEC example.ch. CDS\nexample.ch. TXT x\n", false, false,
			false, false },
		{ "a denial", "example.ch. NSEC x.example.ch. SOA NSEC\n", false, false, true, false },
	};
	struct name child = fixture_name("example.ch.");
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct evidence_server server = { .skip = SKIP_NONE };
		struct masterview_answers found = { .has_cds = !files[i].cds };
		struct source_error error = { .line = 0 };
		int rc = masterview_read_answers(file_text(f, "answers", files[i].text), &child, f->arena, &server, &found, &error);
		if (rc != 0 || found.has_cds != files[i].cds || found.has_cdnskey != files[i].cdnskey
			|| found.has_denial != files[i].denial) {
			fail_msg("%s: %d %s", files[i].name, rc, error.reason);
		}
		enum evidence_status soa = files[i].soa ? EVIDENCE_ANSWERED : EVIDENCE_NOT_ASKED;
		assert_int_equal(server.answers[EVIDENCE_SOA].status, soa);
		assert_int_equal(server.answers[EVIDENCE_SOA_LAST].status, soa);
		assert_int_equal(answer(f, &server, EVIDENCE_CDS).count[SECTION_ANSWER], files[i].cds);
		assert_int_equal(answer(f, &server, EVIDENCE_CDNSKEY).count[SECTION_ANSWER], files[i].cdnskey);
		assert_int_equal(answer(f, &server, EVIDENCE_DNSKEY).count[SECTION_AUTHORITY], files[i].denial + files[i].soa);
		assert_false(found.has_dnskey);
	}
	struct evidence_server server = { .skip = SKIP_NONE };
	struct source_error error;
	struct masterview_answers found;
	assert_int_equal(masterview_read_answers(data_path("view.dsset"), &child, f->arena, &server, &found, &error), 0);
	assert_false(found.has_dnskey || found.has_cds || found.has_cdnskey || found.has_denial);
	assert_int_equal(masterview_read_answers(file_text(f, "answers", "example.ch. DNSKEY 257 3 13 AAAA\n"), &child, f->arena, &server,
		&found, &error), 0);
	assert_true(found.has_dnskey && !found.has_cdnskey);
	assert_int_equal(masterview_read_answers(file_text(f, "answers", files[0].text), &child, f->arena, &server, NULL, &error), ERR_ARG);
}

/* What the dsset sink writes is what we read. */
static void test_sink_and_back(void **state)
{
	struct fixture *f = *state;
	struct ds ds[2] = { fixture_ds(1), fixture_ds(2) };
	for (size_t count = 0; count <= 2; count++) {
		struct change c = { .child = fixture_name("example.ch."), .ds_after = { count, ds }, .ds_ttl = 1234 };
		const struct sink_options o = { .target = f->dir };
		struct sink *sink;
		char why[256];
		assert_int_equal(sink_new("dsset", &o, &sink, why), 0);
		assert_int_equal(sink->ops->put(sink, &(struct sink_change){ .id = "id", .change = &c, .ds_now = &c.ds_before }), 0);
		assert_int_equal(sink->ops->finish(sink, false), 0);
		struct ds_set set;
		uint32_t ttl;
		struct source_error error;
		assert_int_equal(masterview_read_ds(file_path(f, "dsset-example.ch."), &c.child, f->arena, &set, &ttl, &error), 0);
		assert_true(ds_set_equal(&set, &c.ds_after));
		assert_int_equal(ttl, count == 0 ? 0 : 1234);
	}
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	assert_non_null(f);
	fixture_make(f);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	fixture_end(*state);
	free(*state);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_signed, setup, teardown),
		cmocka_unit_test_setup_teardown(test_rows, setup, teardown),
		cmocka_unit_test_setup_teardown(test_too_much, setup, teardown),
		cmocka_unit_test_setup_teardown(test_ds, setup, teardown),
		cmocka_unit_test_setup_teardown(test_answers, setup, teardown),
		cmocka_unit_test_setup_teardown(test_anchors, setup, teardown),
		cmocka_unit_test_setup_teardown(test_sink_and_back, setup, teardown),
	};
	return cmocka_run_group_tests_name("masterview", tests, NULL, NULL);
}
