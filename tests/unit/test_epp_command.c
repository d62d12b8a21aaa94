/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Frames that go out, octet by octet. */
#include "tests/unit/epp_fixture.h"

#include "registry/sink/epp_command.h"

#define HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?>\n<epp xmlns=\"urn:ietf:params:xml:ns:epp-1.0\"><command>"
#define TAIL "<clTRID>id-1</clTRID></command></epp>\n"
#define UPDATE HEAD "<update><domain:update xmlns:domain=\"urn:ietf:params:xml:ns:domain-1.0\"><domain:name>example.ch</domain:name>" \
	"</domain:update></update><extension><secDNS:update xmlns:secDNS=\"urn:ietf:params:xml:ns:secDNS-1.1\">"
#define UPDATE_TAIL "</secDNS:update></extension>" TAIL
#define DS(n) "<secDNS:dsData><secDNS:keyTag>" #n "</secDNS:keyTag><secDNS:alg>13</secDNS:alg><secDNS:digestType>2</secDNS:digestType>" \
	"<secDNS:digest>0" #n "</secDNS:digest></secDNS:dsData>"

static void expect_frame(struct xml_writer *w, const char *wanted)
{
	struct slice out;
	assert_non_null(w);
	assert_int_equal(xml_finish(w, &out), 0);
	char *text = calloc(1, out.size + 1);
	assert_non_null(text);
	memcpy(text, out.data, out.size);
	assert_string_equal(text, wanted);
	free(text);
	xml_writer_free(w);
}

static void test_session(void **state)
{
	(void)state;
	const struct epp_login l = { .user = "registrar", .password = "<Secret&1>", .language = "en" };
	expect_frame(epp_command_login(&l, "id-1"), HEAD "<login><clID>registrar</clID><pw>&lt;Secret&amp;1&gt;</pw><options>"
		"<version>1.0</version><lang>en</lang></options><svcs><objURI>urn:ietf:params:xml:ns:domain-1.0</objURI><svcExtension>"
		"<extURI>urn:ietf:params:xml:ns:secDNS-1.1</extURI></svcExtension></svcs></login>" TAIL);
	expect_frame(epp_command_logout("id-1"), HEAD "<logout/>" TAIL);
	expect_frame(epp_command_info("example.ch", "id-1"), HEAD "<info><domain:info xmlns:domain=\"urn:ietf:params:xml:ns:domain-1.0\">"
		"<domain:name hosts=\"del\">example.ch</domain:name></domain:info></info>" TAIL);
}

/* R5910-5.2.5-1: rem before add, neither where there is nothing of it. */
static void test_ds(void **state)
{
	struct epp_difference d = { .ds_remove = set_of(*state, "1"), .ds_add = set_of(*state, "23") };
	expect_frame(epp_command_update("example.ch", &d, "id-1"),
		UPDATE "<secDNS:rem>" DS(1) "</secDNS:rem><secDNS:add>" DS(2) DS(3) "</secDNS:add>" UPDATE_TAIL);
	d.ds_remove.count = 0;
	expect_frame(epp_command_update("example.ch", &d, "id-1"), UPDATE "<secDNS:add>" DS(2) DS(3) "</secDNS:add>" UPDATE_TAIL);
	d.remove_all = true;
	expect_frame(epp_command_update("example.ch", &d, "id-1"),
		UPDATE "<secDNS:rem><secDNS:all>true</secDNS:all></secDNS:rem><secDNS:add>" DS(2) DS(3) "</secDNS:add>" UPDATE_TAIL);
	d.ds_add.count = 0;
	expect_frame(epp_command_update("example.ch", &d, "id-1"),
		UPDATE "<secDNS:rem><secDNS:all>true</secDNS:all></secDNS:rem>" UPDATE_TAIL);
	d = (struct epp_difference){ .ds_remove = set_of(*state, "1") };
	expect_frame(epp_command_update("example.ch", &d, "id-1"), UPDATE "<secDNS:rem>" DS(1) "</secDNS:rem>" UPDATE_TAIL);
}

/* The digest of full length, in upper case. */
static void test_long_digest(void **state)
{
	(void)state;
	struct ds long_ds = { .tag = 65535, .algorithm = 255, .digest_type = 255, .size = LIMIT_DIGEST_OCTETS };
	memset(long_ds.digest, 0xab, LIMIT_DIGEST_OCTETS);
	const struct epp_difference d = { .ds_add = { 1, &long_ds } };
	char wanted[2048];
	size_t used = (size_t)snprintf(wanted, sizeof(wanted), UPDATE "<secDNS:add><secDNS:dsData><secDNS:keyTag>65535</secDNS:keyTag>"
		"<secDNS:alg>255</secDNS:alg><secDNS:digestType>255</secDNS:digestType><secDNS:digest>");
	for (size_t i = 0; i < LIMIT_DIGEST_OCTETS; i++) {
		used += (size_t)snprintf(wanted + used, sizeof(wanted) - used, "AB");
	}
	snprintf(wanted + used, sizeof(wanted) - used, "</secDNS:digest></secDNS:dsData></secDNS:add>" UPDATE_TAIL);
	expect_frame(epp_command_update("example.ch", &d, "id-1"), wanted);
}

/* R5910-4-1: keyData alone, for a registry that takes keys. */
static void test_keys(void **state)
{
	(void)state;
	static const struct {
		const char *rdata, *text;
	} cases[] = {
		{ "\x01\x01\x03\x0d" "a", "YQ==" }, { "\x01\x01\x03\x0d" "ab", "YWI=" }, { "\x01\x01\x03\x0d" "abc", "YWJj" },
		{ "\x01\x01\x03\x0d\xfb\xff\xbf\xfb", "+/+/+w==" },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct slice key = octets_of(cases[i].rdata);
		const struct epp_difference d = { .keys_add = { 1, &key } };
		char wanted[1024];
		snprintf(wanted, sizeof(wanted), UPDATE "<secDNS:add><secDNS:keyData><secDNS:flags>257</secDNS:flags><secDNS:protocol>3"
			"</secDNS:protocol><secDNS:alg>13</secDNS:alg><secDNS:pubKey>%s</secDNS:pubKey></secDNS:keyData></secDNS:add>" UPDATE_TAIL,
			cases[i].text);
		expect_frame(epp_command_update("example.ch", &d, "id-1"), wanted);
	}
}

static void test_client_id(void **state)
{
	(void)state;
	char id[EPP_TRID_SIZE];
	epp_client_id("11223344-5566-7788-99aa-bbccddeeff00/1/42", 0x1f2e3d4c5b6, 7, id);
	assert_string_equal(id, "11223344-5566-7788-99aa-bbccddeeff00/1/42-1f2e3d4c5b6.7");
	/* What is cut is the same for all changes of a store; what tells them apart stays. */
	epp_client_id("11223344-5566-7788-99aa-bbccddeeff00/4294967295/18446744073709551615", 0x1f2e3d4c5b6, 1000, id);
	assert_string_equal(id, "aa-bbccddeeff00/4294967295/18446744073709551615-1f2e3d4c5b6.1000");
	epp_client_id("11223344-5566-7788-99aa-bbccddeeff00/18446744073709551615/18446744073709551615", UINT64_MAX, UINT64_MAX, id);
	assert_int_equal(strlen(id), EPP_TRID_SIZE - 1);
	epp_client_id("", 0, 0, id);
	assert_true(strlen(id) >= 3);
}

static void test_name(void **state)
{
	(void)state;
	char text[NAME_TEXT_SIZE];
	const struct name name = name_of("XN--Bcher-kva.Example.");
	epp_name_text(&name, text);
	assert_string_equal(text, "xn--bcher-kva.example");
	epp_name_text(&name_root, text);
	assert_string_equal(text, ".");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		EPP_TEST(test_session), EPP_TEST(test_ds), EPP_TEST(test_long_digest), EPP_TEST(test_keys), EPP_TEST(test_client_id),
		EPP_TEST(test_name),
	};
	return cmocka_run_group_tests_name("epp_command", tests, NULL, NULL);
}
