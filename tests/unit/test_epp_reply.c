/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What servers say: greetings, responses, domains; and what is odd in them. */
#include "tests/unit/epp_fixture.h"

#include "registry/sink/epp_reply.h"

#define SERVICES(lang, object, extension) "<svcMenu><version>1.0</version>" lang "<objURI>" object "</objURI><svcExtension><extURI>urn:x</extURI>" \
	"<extURI>" extension "</extURI></svcExtension></svcMenu>"
#define GREETING(services) EPP_OPEN "<greeting><svID>The server</svID><svDate>2026-11-22T00:00:00Z</svDate>" services "</greeting></epp>"
#define RESPONSE(result, rest) EPP_OPEN "<response>" result rest IDS "</response></epp>"
#define OK "<result code='1000'><msg>Command completed successfully</msg></result>"
#define INFO(name, inside, secdns) RESPONSE(OK, "<resData><d:infData xmlns:d='urn:ietf:params:xml:ns:domain-1.0'><d:name>" name "</d:name>" \
	"<d:roid>D-1</d:roid>" inside "<d:clID>reg</d:clID></d:infData></resData>" \
	"<extension><s:infData xmlns:s='urn:ietf:params:xml:ns:secDNS-1.1'>" secdns "</s:infData></extension>")
#define DSDATA(tag, alg, type, digest) "<s:dsData><s:keyTag>" tag "</s:keyTag><s:alg>" alg "</s:alg><s:digestType>" type "</s:digestType>" \
	"<s:digest>" digest "</s:digest></s:dsData>"
#define KEYDATA(flags, protocol, alg, key) "<s:keyData><s:flags>" flags "</s:flags><s:protocol>" protocol "</s:protocol><s:alg>" alg "</s:alg>" \
	"<s:pubKey>" key "</s:pubKey></s:keyData>"

static struct epp_reply parse(struct arena *arena, const char *text)
{
	struct epp_reply r;
	char why[256] = "";
	int rc = epp_reply_parse(octets_of(text), arena, &r, why);
	if (rc != 0) {
		fail_msg("%d %s: %s", rc, why, text);
	}
	return r;
}

static const struct epp_domain *domain_of(struct arena *arena, const char *text)
{
	const struct epp_reply r = parse(arena, text);
	assert_non_null(r.domain);
	return r.domain;
}

static void test_greeting(void **state)
{
	struct epp_reply r = parse(*state, GREETING(SERVICES("<lang>de</lang><lang>en</lang>", EPP_DOMAIN_NS, EPP_SECDNS_NS)));
	assert_int_equal(r.kind, EPP_GREETING);
	assert_string_equal(r.server, "The server");
	assert_true(r.has_version && r.has_domain && r.has_secdns);
	assert_string_equal(r.language, "en");
	r = parse(*state, GREETING(SERVICES("<lang>de-CH</lang>", "urn:other", "urn:ietf:params:xml:ns:secDNS-1.0")));
	assert_true(r.has_version && !r.has_domain && !r.has_secdns);
	assert_string_equal(r.language, "de-CH");
}

static void test_response(void **state)
{
	struct epp_reply r = parse(*state, RESPONSE(OK, ""));
	assert_int_equal(r.kind, EPP_RESPONSE);
	assert_int_equal(r.code, 1000);
	assert_string_equal(r.text, "Command completed successfully");
	assert_string_equal(r.client_id, "c-1");
	assert_string_equal(r.server_id, "s-1");
	assert_null(r.domain);
	/* The words of a server are one line of printable ASCII; one reason goes with them. */
	r = parse(*state, RESPONSE("<result code='2306'><msg>Parameter\n \tvalue  p\xc3\xb6licy&#x9b;</msg><value>x</value><extValue><value/>"
		"<reason>only 8 DS</reason></extValue></result><result code='2001'><msg>second</msg></result>", ""));
	assert_int_equal(r.code, 2306);
	assert_string_equal(r.text, "Parameter value p??licy?? (only 8 DS)");
	char text[4096] = EPP_OPEN "<response><result code='2400'><msg>";
	memset(text + strlen(text), 'x', 1000);
	strcat(text, "</msg></result>" IDS "</response></epp>");
	assert_int_equal(strlen(parse(*state, text).text), 240);
}

/* R5910-5-2: digests are equal in either case. */
static void test_domain(void **state)
{
	const struct epp_domain *d = domain_of(*state, INFO("Example.CH", "<d:status s='ok'/><d:status s='pendingUpdate' lang='en'>why</d:status>"
		"<d:ns><d:hostObj>ns2.example.ch</d:hostObj><d:hostObj>NS1.example.ch.</d:hostObj><d:hostObj>ns2.example.ch</d:hostObj></d:ns>",
		"<s:maxSigLife>604800</s:maxSigLife>" DSDATA("2", "13", "2", "0b") DSDATA("1", "8", "4", "0A") DSDATA("2", "13", "2", "0B")));
	assert_null(d->fault);
	struct name name = name_of("example.ch.");
	assert_true(name_equal(&d->name, &name));
	assert_true(epp_domain_has_status(d, "ok") && epp_domain_has_status(d, "pendingUpdate"));
	assert_false(epp_domain_has_status(d, "pending"));
	assert_int_equal(d->ns_count, 2);
	name = name_of("ns1.example.ch.");
	assert_true(name_equal(&d->ns[0], &name));
	assert_int_equal(d->ds.count, 2);
	assert_int_equal(d->ds.ds[0].tag, 1);
	assert_int_equal(d->ds.ds[1].digest[0], 0x0b);
	assert_int_equal(d->keys.count, 0);
	d = domain_of(*state, INFO("example.ch", "<d:ns><d:hostAttr><d:hostName>ns1.example.ch</d:hostName><d:hostAddr ip='v4'>192.0.2.1</d:hostAddr>"
		"</d:hostAttr></d:ns>", KEYDATA("257", "3", "13", "YWI=\n ") KEYDATA("256", "3", "13", "YW Jj") KEYDATA("257", "3", "13", "YWI=")));
	assert_null(d->fault);
	assert_int_equal(d->ns_count, 1);
	assert_int_equal(d->keys.count, 2);
	assert_memory_equal(d->keys.rdata[0].data, "\x01\x00\x03\x0d" "abc", 7);
	assert_memory_equal(d->keys.rdata[1].data, "\x01\x01\x03\x0d" "ab", 6);
	/* No DNSSEC data, no name servers. */
	d = domain_of(*state, RESPONSE(OK, "<resData><d:infData xmlns:d='urn:ietf:params:xml:ns:domain-1.0'><d:name>example.ch</d:name></d:infData>"
		"</resData>"));
	assert_true(d->fault == NULL && d->ds.count == 0 && d->keys.count == 0 && d->ns_count == 0 && d->status_count == 0);
}

/* What is odd in one domain is that domain's fault: the session goes on. */
static void test_faults(void **state)
{
	static const struct {
		const char *text, *fault;
	} cases[] = {
		{ INFO("", "", DSDATA("1", "13", "2", "01")), "no name that can be read" },
		{ INFO("a\\046b.ch", "", DSDATA("1", "13", "2", "01")), "no name that can be read" },
		{ INFO("a b.ch", "", DSDATA("1", "13", "2", "01")), "no name that can be read" },
		{ INFO("a..ch", "", DSDATA("1", "13", "2", "01")), "no name that can be read" },
		{ INFO("a.ch", "<d:status/>", DSDATA("1", "13", "2", "01")), "status" },
		{ INFO("a.ch", "<d:status s='&#10;'/>", DSDATA("1", "13", "2", "01")), "status" },
		{ INFO("a.ch", "<d:ns><d:hostObj/></d:ns>", DSDATA("1", "13", "2", "01")), "a name server" },
		{ INFO("a.ch", "<d:ns><d:hostAttr/></d:ns>", DSDATA("1", "13", "2", "01")), "a name server" },
		{ INFO("a.ch", "<d:ns><d:hostObj>a</d:hostObj><d:hostAttr><d:hostName>b</d:hostName></d:hostAttr></d:ns>", DSDATA("1", "13", "2", "01")),
			"objects and attributes" },
		{ INFO("a.ch", "", ""), "neither DS records nor keys" },
		{ INFO("a.ch", "", "<s:maxSigLife>1</s:maxSigLife>"), "neither DS records nor keys" },
		{ INFO("a.ch", "", DSDATA("1", "13", "2", "01") KEYDATA("257", "3", "13", "YWI=")), "at once" },
		{ INFO("a.ch", "", "<s:dsData/>"), "DS record" },
		{ INFO("a.ch", "", DSDATA("", "13", "2", "01")), "DS record" },
		{ INFO("a.ch", "", DSDATA("65536", "13", "2", "01")), "DS record" },
		{ INFO("a.ch", "", DSDATA("-1", "13", "2", "01")), "DS record" },
		{ INFO("a.ch", "", DSDATA("1", "256", "2", "01")), "DS record" },
		{ INFO("a.ch", "", DSDATA("1", "13", "256", "01")), "DS record" },
		{ INFO("a.ch", "", DSDATA("1", "13", "00000000002", "01")), "DS record" },
		{ INFO("a.ch", "", DSDATA("1", "13", "2", "")), "DS record" },
		{ INFO("a.ch", "", DSDATA("1", "13", "2", "0")), "DS record" },
		{ INFO("a.ch", "", DSDATA("1", "13", "2", "0g")), "DS record" },
		{ INFO("a.ch", "", DSDATA("1", "13", "2", "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
			"00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff00")), "DS record" },
		{ INFO("a.ch", "", "<s:keyData/>"), "a key" },
		{ INFO("a.ch", "", KEYDATA("65536", "3", "13", "YWI=")), "a key" },
		{ INFO("a.ch", "", KEYDATA("257", "256", "13", "YWI=")), "a key" },
		{ INFO("a.ch", "", KEYDATA("257", "3", "256", "YWI=")), "a key" },
		{ INFO("a.ch", "", KEYDATA("257", "3", "13", "")), "a key" },
		{ INFO("a.ch", "", KEYDATA("257", "3", "13", "YWI")), "a key" },
		{ INFO("a.ch", "", KEYDATA("257", "3", "13", "YW=I")), "a key" },
		{ INFO("a.ch", "", KEYDATA("257", "3", "13", "Y===")), "a key" },
		{ INFO("a.ch", "", KEYDATA("257", "3", "13", "====")), "a key" },
		{ INFO("a.ch", "", KEYDATA("257", "3", "13", "YWI=YWI=")), "a key" },
		{ INFO("a.ch", "", KEYDATA("257", "3", "13", "Y%Ij")), "a key" },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct epp_domain *d = domain_of(*state, cases[i].text);
		if (d->fault == NULL || strstr(d->fault, cases[i].fault) == NULL) {
			fail_msg("%zu: \"%s\" has no \"%s\"", i, d->fault == NULL ? "" : d->fault, cases[i].fault);
		}
	}
}

static void test_refused(void **state)
{
	static const struct {
		const char *text, *why;
	} cases[] = {
		{ "<epp/>", "neither a greeting nor a response" },
		{ "<epp xmlns='urn:ietf:params:xml:ns:epp-2.0'><response/></epp>", "neither a greeting nor a response" },
		{ EPP_OPEN "<hello/></epp>", "neither a greeting nor a response" },
		{ EPP_OPEN "<greeting/><response/></epp>", "neither a greeting nor a response" },
		{ "<x xmlns='urn:ietf:params:xml:ns:epp-1.0'><greeting/></x>", "neither a greeting nor a response" },
		{ EPP_OPEN "<greeting/></epp>", "no svID" },
		{ GREETING(""), "no svcMenu" },
		{ GREETING(SERVICES("", EPP_DOMAIN_NS, EPP_SECDNS_NS)), "language" },
		{ GREETING(SERVICES("<lang>e n</lang>", EPP_DOMAIN_NS, EPP_SECDNS_NS)), "language that is none" },
		{ GREETING(SERVICES("<lang/>", EPP_DOMAIN_NS, EPP_SECDNS_NS)), "language that is none" },
		{ EPP_OPEN "<response>" OK "</response></epp>", "no trID" },
		{ RESPONSE("", ""), "no result with a code" },
		{ RESPONSE("<result/>", ""), "no result with a code" },
		{ RESPONSE("<result code='999'/>", ""), "no result with a code" },
		{ RESPONSE("<result code='0999'/>", ""), "no result with a code" },
		{ RESPONSE("<result code='3000'/>", ""), "no result with a code" },
		{ RESPONSE("<result code='10000'/>", ""), "no result with a code" },
		{ RESPONSE("<result code='+100'/>", ""), "no result with a code" },
		{ EPP_OPEN "<response>" OK "<trID><clTRID>1234567890123456789012345678901234567890123456789012345678901234567890</clTRID>"
			"<svTRID>s-1</svTRID></trID></response></epp>", "more than 64 characters" },
		{ EPP_OPEN "<response>" OK "<trID><svTRID>1234567890123456789012345678901234567890123456789012345678901234567890</svTRID>"
			"</trID></response></epp>", "more than 64 characters" },
		{ "not XML", "not well-formed" },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct epp_reply r;
		char why[256] = "";
		assert_int_equal(epp_reply_parse(octets_of(cases[i].text), *state, &r, why), ERR_FORMAT);
		if (strstr(why, cases[i].why) == NULL) {
			fail_msg("%zu: \"%s\" has no \"%s\"", i, why, cases[i].why);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		EPP_TEST(test_greeting), EPP_TEST(test_response), EPP_TEST(test_domain), EPP_TEST(test_faults), EPP_TEST(test_refused),
	};
	return cmocka_run_group_tests_name("epp_reply", tests, NULL, NULL);
}
