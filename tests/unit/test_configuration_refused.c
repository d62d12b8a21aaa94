/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The configuration: every sentence by which something in it is refused, and where. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "scanner/configuration.h"
#include "validate/wire/err.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define PRESETS "; there are bcp, auth-only, switch-ch-li, se-nu, cz-fred, ripe-ncc, registrar-strict, research"
#define TOP "preset, name, source, types, digests, continuity, max-records, max-keys, warn-signature-left, replay-guard, " \
	"manual-change-guard, min-interval, delete, bootstrap, vantage-required, locks, unreachable, ttl, changes, brakes, operator-brakes, freezes, notices"
#define UNIT ", a number and one of s, m, h and d, not "
#define FIT "this does not fit the rest of the policy: "
#define P "policy:\n  "
#define B "policy:\n  bootstrap:\n    "
#define ANCHOR "\"20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D\""

static int set_up(void **state)
{
	*state = arena_new();
	return *state == NULL ? -1 : 0;
}

static int tear_down(void **state)
{
	arena_free(*state);
	return 0;
}

/* Text, the place of the fault, the whole sentence. */
static const struct refusal {
	const char *text;
	size_t line, column;
	const char *reason;
} refusals[] = {
	{ "", 1, 1, "it is empty; it takes policy, parents, vantages, store and sinks" },
	{ "- policy\n", 1, 1, "the file takes a mapping of policy, parents, vantages, store and sinks" },
	{ "policy: {\n", 2, 1, "it is no YAML: did not find expected node content" },
	{ "policies: {}\n", 1, 1, "\"policies\" is no key here; there are policy, parents, vantages, store, sinks" },
	{ "policy: {}\nparents: {}\npolicy: {}\n", 3, 1, "policy stands here twice" },
	{ "policy: bcp\n", 1, 9, "policy takes a mapping of preset and options" },
	{ "policy:\nparents: {}\n", 1, 8, "policy takes a mapping of preset and options" },
	{ "policy: {}\n---\npolicy: {}\n", 2, 1, "a second document begins; one is all it may have" },
	{ "policy: &p {}\n", 1, 9, "anchors and aliases are not taken" },
	{ "policy: !!map {}\n", 1, 9, "tags are not taken" },
	/* Presets. */
	{ P "preset: lax\n", 2, 11, "there is no preset \"lax\"" PRESETS },
	{ P "preset: BCP\n", 2, 11, "there is no preset \"BCP\"" PRESETS },
	{ P "preset: [bcp]\n", 2, 11, "preset takes one value, not a list or a mapping" },
	{ P "preset: bcp\n  preset: bcp\n", 3, 3, "preset stands here twice" },
	/* Keys. */
	{ P "lax: yes\n", 2, 3, "\"lax\" is no key here; there are " TOP },
	{ P "delete.allowed: no\n", 2, 3, "\"delete.allowed\" is no key here; there are " TOP },
	{ P "'': no\n", 2, 3, "\"\" is no key here; there are " TOP },
	{ P "dele: no\n", 2, 3, "\"dele\" is no key here; there are " TOP },
	{ P "delete: { allow: no }\n", 2, 13, "\"allow\" is no key here; there are allowed, requires-both, max-hold" },
	{ P "delete: { preset: bcp }\n", 2, 13, "\"preset\" is no key here; there are allowed, requires-both, max-hold" },
	{ P "brakes: { count: 1 }\n", 2, 13, "\"count\" is no key here; there are delete, bootstrap, update" },
	{ P "brakes: { delete: { delete: 1 } }\n", 2, 23, "\"delete\" is no key here; there are count, share" },
	{ P "brakes: 5\n", 2, 11, "brakes takes a mapping of options" },
	{ P "brakes: { delete: 5 }\n", 2, 21, "brakes.delete takes a mapping of options" },
	{ P "delete: { allowed: no, allowed: no }\n", 2, 26, "allowed stands here twice" },
	{ P "delete: {}\n  delete: {}\n", 3, 3, "delete stands here twice" },
	{ P "types: both-strict\n  types: both-strict\n", 3, 3, "types stands here twice" },
	{ P "brakes: { delete: {}, delete: {} }\n", 2, 25, "delete stands here twice" },
	{ P "? [a]\n  : b\n", 2, 5, "a key is one word, not a list or a mapping" },
	{ P "\"types\\0x\": both-strict\n", 2, 3, "a key has no NUL in it" },
	/* Values. */
	{ P "types: \"both-strict\\0\"\n", 2, 10, "types takes no NUL" },
	{ P "types: cds\n", 2, 10, "types takes both-if-present, both-strict, single-cds or single-cdnskey, not \"cds\"" },
	{ P "types: [single-cds]\n", 2, 10, "types takes one value, not a list or a mapping" },
	{ P "digests: sha256\n", 2, 12, "digests takes verbatim, full or augment, not \"sha256\"" },
	{ P "name: ' x'\n", 2, 9, "name takes 1 to 31 printable ASCII characters, not \" x\"" },
	{ P "name: ''\n", 2, 9, "name takes 1 to 31 printable ASCII characters, not \"\"" },
	{ P "name: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n", 2, 9,
		"name takes 1 to 31 printable ASCII characters, not \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"" },
	{ P "name: \"a\\tb\"\n", 2, 9, "name takes 1 to 31 printable ASCII characters, not \"a\tb\"" },
	{ P "max-keys: 0\n", 2, 13, "max-keys takes 1 to 32, not \"0\"" },
	{ P "max-keys: 33\n", 2, 13, "max-keys takes 1 to 32, not \"33\"" },
	{ P "max-keys: 08\n", 2, 13, "max-keys takes 1 to 32, not \"08\"" },
	{ P "max-keys: +8\n", 2, 13, "max-keys takes 1 to 32, not \"+8\"" },
	{ P "max-keys: 8h\n", 2, 13, "max-keys takes 1 to 32, not \"8h\"" },
	{ P "max-keys: 18446744073709551617\n", 2, 13, "max-keys takes 1 to 32, not \"18446744073709551617\"" },
	{ P "replay-guard: true\n", 2, 17, "replay-guard takes off, older or strict, not \"true\"" },
	{ P "replay-guard:\n", 2, 16, "replay-guard takes off, older or strict, not \"\"" },
	{ P "min-interval: 72\n", 2, 17, "min-interval takes 0s to 365d" UNIT "\"72\"" },
	{ P "min-interval: 0\n", 2, 17, "min-interval takes 0s to 365d" UNIT "\"0\"" },
	{ P "min-interval: 1.5h\n", 2, 17, "min-interval takes 0s to 365d" UNIT "\"1.5h\"" },
	{ P "min-interval: 1 h\n", 2, 17, "min-interval takes 0s to 365d" UNIT "\"1 h\"" },
	{ P "min-interval: 1w\n", 2, 17, "min-interval takes 0s to 365d" UNIT "\"1w\"" },
	{ P "min-interval: 1hh\n", 2, 17, "min-interval takes 0s to 365d" UNIT "\"1hh\"" },
	{ P "min-interval: h\n", 2, 17, "min-interval takes 0s to 365d" UNIT "\"h\"" },
	{ P "min-interval: 366d\n", 2, 17, "min-interval takes 0s to 365d" UNIT "\"366d\"" },
	{ P "min-interval: 4294967296s\n", 2, 17, "min-interval takes 0s to 365d" UNIT "\"4294967296s\"" },
	{ P "min-interval: 49711d\n", 2, 17, "min-interval takes 0s to 365d" UNIT "\"49711d\"" },
	{ P "ttl: { change: 16m }\n", 2, 18, "ttl.change takes 0s to 15m" UNIT "\"16m\"" },
	{ P "brakes: { delete: { count: -1 } }\n", 2, 30, "brakes.delete.count takes 0 to 1000000000, or none, not \"-1\"" },
	{ P "brakes: { delete: { count: 1000000001 } }\n", 2, 30,
		"brakes.delete.count takes 0 to 1000000000, or none, not \"1000000001\"" },
	{ P "brakes: { delete: { share: 1 } }\n", 2, 30, "brakes.delete.share takes 0% to 100%, not \"1\"" },
	{ P "brakes: { delete: { share: 101% } }\n", 2, 30, "brakes.delete.share takes 0% to 100%, not \"101%\"" },
	{ P "brakes: { delete: { share: 100.0001% } }\n", 2, 30, "brakes.delete.share takes 0% to 100%, not \"100.0001%\"" },
	{ P "brakes: { delete: { share: 0.00001% } }\n", 2, 30, "brakes.delete.share takes 0% to 100%, not \"0.00001%\"" },
	{ P "brakes: { delete: { share: 1.% } }\n", 2, 30, "brakes.delete.share takes 0% to 100%, not \"1.%\"" },
	/* Lists. */
	{ B "methods: delay\n", 3, 14, "bootstrap.methods takes a list of rfc9615, channel, checked, delay, challenge or inception" },
	{ B "methods: [delays]\n", 3, 15,
		"bootstrap.methods takes a list of rfc9615, channel, checked, delay, challenge or inception, not \"delays\"" },
	{ B "methods: [delay, delay]\n", 3, 22,
		"bootstrap.methods takes a list of rfc9615, channel, checked, delay, challenge or inception, not \"delay\"" },
	{ B "methods: [[delay]]\n", 3, 15, "bootstrap.methods takes a list of single values" },
	{ B "methods: [\"delay\\0\"]\n", 3, 15, "bootstrap.methods takes no NUL" },
	{ P "unreachable: { retry: [5m, 10] }\n", 2, 30, "unreachable.retry takes a list of up to 8, such as 5m" UNIT "\"10\"" },
	{ P "unreachable: { retry: [1s,1s,1s,1s,1s,1s,1s,1s,1s] }\n", 2, 50, "unreachable.retry takes a list of up to 8, such as 5m" },
	{ B "methods: [rfc9615, channel, checked, delay, challenge, inception, x]\n", 3, 71,
		"bootstrap.methods takes a list of rfc9615, channel, checked, delay, challenge or inception" },
	{ P "freezes: [fri 18:00-fri 18:00]\n", 2, 13,
		"freezes takes a list of up to 8, such as fri 18:00-mon 06:00, not \"fri 18:00-fri 18:00\"" },
	{ P "freezes: [fri 24:00-mon 06:00]\n", 2, 13,
		"freezes takes a list of up to 8, such as fri 18:00-mon 06:00, not \"fri 24:00-mon 06:00\"" },
	{ P "freezes: [fri 18:60-mon 06:00]\n", 2, 13,
		"freezes takes a list of up to 8, such as fri 18:00-mon 06:00, not \"fri 18:60-mon 06:00\"" },
	{ P "freezes: [Fri 18:00-mon 06:00]\n", 2, 13,
		"freezes takes a list of up to 8, such as fri 18:00-mon 06:00, not \"Fri 18:00-mon 06:00\"" },
	{ P "freezes: [fri 18:00]\n", 2, 13, "freezes takes a list of up to 8, such as fri 18:00-mon 06:00, not \"fri 18:00\"" },
	{ P "freezes: [fri 18.00-mon 06:00]\n", 2, 13,
		"freezes takes a list of up to 8, such as fri 18:00-mon 06:00, not \"fri 18.00-mon 06:00\"" },
	{ B "anchors: [x]\n", 3, 15, "bootstrap.anchors takes a list of up to 8, such as 20326 8 2 E06D44..., not \"x\"" },
	{ B "anchors: [20326 8 2 E06D]\n", 3, 15,
		"bootstrap.anchors takes a list of up to 8, such as 20326 8 2 E06D44..., not \"20326 8 2 E06D\"" },
	{ B "anchors: [" ANCHOR ", " ANCHOR "]\n", 3, 93, "bootstrap.anchors takes a list of up to 8, such as 20326 8 2 E06D44..., "
		"not \"20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D0\"" },
	{ P "freezes:\n    - fri 18:00-mon 06:00\n    - x\n    - sat 18:00-mon 06:00\n", 4, 7,
		"freezes takes a list of up to 8, such as fri 18:00-mon 06:00, not \"x\"" },
	{ P "unreachable:\n    retry:\n      - 5m\n      - 10\n", 5, 9, "unreachable.retry takes a list of up to 8, such as 5m" UNIT "\"10\"" },
	/* Values that do not fit together: the one without which the rest would. */
	{ B "methods: [delay, rfc9615]\n", 3, 14, FIT "authenticated bootstrapping (RFC 9615) is not the first of the methods" },
	{ P "name: x\n  ttl: { hold: 1d, change: 4m }\n", 3, 28, FIT "the DS TTL after a change is not from 300 to 900 seconds" },
	{ P "ttl: { change: 5m }\n", 2, 18, FIT "the DS TTL is lowered for no time" },
	{ B "methods: [delay]\n    max-gap: 11h\n", 4, 14,
		FIT "the largest gap between two checks is shorter than their smallest spacing, or that is nothing" },
	{ "policy: { bootstrap: { methods: [delay] } }\nparents:\n  ch.:\n    policy:\n      bootstrap:\n        max-gap: 11h\n", 6, 18,
		FIT "the largest gap between two checks is shorter than their smallest spacing, or that is nothing" },
	{ P "notices: { again: 0s }\n", 2, 21, FIT "notices are repeated at once" },
	/* Two that are wrong only together: the policy. */
	{ P "ttl: { change: 4m }\n  notices: { again: 0s }\n", 2, 3, FIT "the DS TTL after a change is not from 300 to 900 seconds" },
	/* Parents. */
	{ "parents: [ch.]\n", 1, 10, "parents takes a mapping of names" },
	{ "parents:\n  ch.: x\n", 2, 8, "a parent takes a mapping of source, source-format, source-key, source-max-age, published-at, policy and suffixes" },
	{ "parents:\n  a..ch.: {}\n", 2, 3, "\"a..ch.\" is not a domain name" },
	{ "parents:\n  '': {}\n", 2, 3, "\"\" is not a domain name" },
	{ "parents:\n  ch.: {}\n  CH: {}\n", 3, 3, "the parent stands here twice" },
	{ "parents:\n  ch.: { zone: x }\n", 2, 10, "\"zone\" is no key here; there are source, source-format, source-key, source-max-age, published-at, policy, suffixes" },
	{ "parents:\n  ch.: { source: x, source: y }\n", 2, 21, "source stands here twice" },
	{ "parents:\n  ch.: { source: [x] }\n", 2, 18, "source takes one value, not a list or a mapping" },
	{ "parents:\n  ch.: { source: '' }\n", 2, 18, "source takes the path of a file, or what else its format takes" },
	{ "parents:\n  ch.: { source-key: '' }\n", 2, 22, "source-key takes the path of a file" },
	{ "parents:\n  ch.: { source-max-age: 24 }\n", 2, 26, "source-max-age takes a time such as 24h, not \"24\"" },
	{ "parents:\n  ch.: { published-at: ns.ch }\n", 2, 24, "published-at takes up to 8 IP addresses, such as 192.0.2.53,2001:db8::53, not \"ns.ch\"" },
	{ "parents:\n  ch.: { source-format: xml }\n", 2, 25, "source-format takes zone, csv, axfr, names, postgres or fred, not \"xml\"" },
	{ "parents:\n  ch.: { suffixes: [co.ch.] }\n", 2, 20, "suffixes takes a mapping of names, each with a policy" },
	{ "parents:\n  ch.:\n    suffixes:\n      co.li.: {}\n", 4, 7, "the suffix is not below its parent" },
	{ "parents:\n  ch.:\n    suffixes:\n      ch.: {}\n", 4, 7, "the suffix is not below its parent" },
	{ "parents:\n  ch.:\n    suffixes:\n      xch.: {}\n", 4, 7, "the suffix is not below its parent" },
	{ "parents:\n  ch.:\n    suffixes:\n      co.ch.: {}\n      CO.ch: {}\n", 5, 7, "the suffix stands here twice" },
	{ "parents:\n  ch.:\n    suffixes:\n      co.ch.: bcp\n", 4, 15, "a suffix takes a mapping of preset and options" },
	{ "parents:\n  ch.:\n    suffixes:\n      co.ch.: { brakes: { delete: { count: 1 } } }\n", 4, 44,
		"brakes and freezes are those of the parent, not of a suffix" },
	{ "parents:\n  ch.:\n    suffixes:\n      co.ch.: { operator-brakes: { update: { share: 1% } } }\n", 4, 53,
		"brakes and freezes are those of the parent, not of a suffix" },
	{ "parents:\n  ch.:\n    suffixes:\n      co.ch.: { freezes: [] }\n", 4, 26,
		"brakes and freezes are those of the parent, not of a suffix" },
	{ "parents:\n  ch.:\n    suffixes:\n      co.ch.: { lax: 1 }\n", 4, 17, "\"lax\" is no key here; there are " TOP },
	{ "parents:\n  ch.:\n    policy:\n      preset: lax\n", 4, 15, "there is no preset \"lax\"" PRESETS },
};

static void test_refusals(void **state)
{
	for (size_t i = 0; i < COUNT(refusals); i++) {
		const struct refusal *r = &refusals[i];
		struct yaml_fault fault;
		struct config c = { .file = "untouched" };
		const struct config untouched = c;
		int ret = config_parse("f", r->text, strlen(r->text), *state, &c, &fault);
		if (ret != ERR_FORMAT || fault.line != r->line || fault.column != r->column || strcmp(fault.reason, r->reason) != 0
		    || memcmp(&c, &untouched, sizeof(c)) != 0) {
			fail_msg("%s-> %d, %zu:%zu: %s", r->text, ret, fault.line, fault.column, fault.reason);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_refusals) };
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
