/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How many servers answered, over what and from where, and by what source, as people and programs read it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scanner/show.h"
#include "validate/wire/err.h"

#define NOW 1795226400u

struct sample {
	struct decision decision;
	struct name host;
	struct server_finding servers[3];
	struct vantage_finding vantages[3];
	bool research;
};

static void make_sample(struct sample *s)
{
	memset(s, 0, sizeof(*s));
	assert_int_equal(name_from_text("ns1.example.net.", &s->host), ERR_OK);
	for (uint8_t i = 0; i < 3; i++) {
		s->servers[i] = (struct server_finding){ .address = { 4, { 192, 0, 2, i } }, .hosts = 1, .class = RESPONSE_POS, .tcp = true };
	}
	s->vantages[0] = (struct vantage_finding){ "ams", VANTAGE_AGREES, REASON_BOOTSTRAP_UNPROVEN, 3 };
	s->vantages[1] = (struct vantage_finding){ "fra", VANTAGE_DIFFERS, REASON_NOOP_NO_SIGNAL, 2 };
	s->vantages[2] = (struct vantage_finding){ "zrh", VANTAGE_LACKS, REASON_NO_USABLE_SERVER, 0 };
	s->decision = (struct decision){ .now = NOW, .reason = REASON_VANTAGE_DISAGREE, .security = SECURITY_INSECURE,
		.host_count = 1, .hosts = &s->host, .server_count = 3, .servers = s->servers, .vantage_count = 3, .vantages = s->vantages };
	assert_int_equal(name_from_text("example.ch.", &s->decision.child), ERR_OK);
}

static char *text_of(const struct sample *s, bool json)
{
	const struct show_context context = { .run = 1, .sequence = 7, .research = s->research };
	char *text = NULL;
	size_t size = 0;
	FILE *to = open_memstream(&text, &size);
	assert_non_null(to);
	if (json) {
		struct json *j = json_new();
		assert_int_equal(show_decision_json(j, &s->decision, &context, to), ERR_OK);
		json_free(j);
	} else {
		show_decision_text(&s->decision, &context, to);
	}
	assert_int_equal(fclose(to), 0);
	return text;
}

static void expect(const struct sample *s, bool json, const char *words)
{
	char *text = text_of(s, json);
	if (strstr(text, words) == NULL) {
		fail_msg("\"%s\" is not in\n%s", words, text);
	}
	free(text);
}

static void for_people(void **state)
{
	(void)state;
	struct sample s;
	make_sample(&s);
	expect(&s, false, "  servers      3 of 3 answered over TCP, 3 vantages\n");
	expect(&s, false, "\nVantages\n"
		"  ams                  agrees   BOOTSTRAP_UNPROVEN       3 of 3 answered\n"
		"  fra                  differs  NOOP_NO_SIGNAL           2 of 3 answered\n"
		"  zrh                  lacks    NO_USABLE_SERVER         0 of 3 answered\n\nRules\n");
	s.decision.vantage_count = 0;
	char *text = text_of(&s, false);
	assert_null(strstr(text, "Vantages"));
	free(text);
	expect(&s, false, "  servers      3 of 3 answered over TCP, 1 vantage\n");
	s.servers[1].tcp = false;
	expect(&s, false, "  servers      3 of 3 answered over UDP and TCP, 1 vantage\n");
	s.servers[1].silent = true;
	expect(&s, false, "  servers      2 of 3 answered over TCP, 1 vantage\n");
	s.servers[0].tcp = s.servers[2].tcp = false;
	expect(&s, false, "  servers      2 of 3 answered over UDP, 1 vantage\n");
	s.servers[0].class = s.servers[2].class = RESPONSE_SKIPPED;
	expect(&s, false, "  servers      0 of 3 answered, 1 vantage\n");
}

static void for_programs(void **state)
{
	(void)state;
	struct sample s;
	make_sample(&s);
	expect(&s, true, "\"vantages\":[{\"name\":\"ams\",\"result\":\"agrees\",\"reason\":\"BOOTSTRAP_UNPROVEN\",\"answered\":3},"
		"{\"name\":\"fra\",\"result\":\"differs\",\"reason\":\"NOOP_NO_SIGNAL\",\"answered\":2},"
		"{\"name\":\"zrh\",\"result\":\"lacks\",\"reason\":\"NO_USABLE_SERVER\",\"answered\":0}],\"checks\":");
	s.decision.vantage_count = 0;
	expect(&s, true, "\"vantages\":[],\"checks\":");
}

/* what is decided by an old source says so, to programs and to people; and only that. */
static void research(void **state)
{
	(void)state;
	struct sample s;
	make_sample(&s);
	expect(&s, true, "\"research\":false");
	expect(&s, false, ", case 1/7\n");
	s.research = true;
	expect(&s, true, "\"research\":true");
	expect(&s, false, ", case 1/7, research: by a source that was too old, and no DS change of it goes out\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(for_people), cmocka_unit_test(for_programs), cmocka_unit_test(research),
	};
	return cmocka_run_group_tests_name("show: vantages", tests, NULL, NULL);
}
