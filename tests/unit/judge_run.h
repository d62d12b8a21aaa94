/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs the judge over test cases; shared by the tests of the judge. */
#pragma once

#include "tests/unit/judge_cases.h"

/* The rules a case is judged under. */
struct rules case_rules(const struct judge_case *c);
/* One case at ZONE_NOW; fails the test on an error of ours. */
void judge_case_run(struct crypto *crypto, const struct judge_case *c, struct arena *arena,
	struct finding *out);
/* The same from given evidence. */
void judge_evidence(struct crypto *crypto, const struct judge_case *c, const struct evidence *evidence,
	struct arena *arena, struct finding *out);
bool finding_warns(const struct finding *f, enum reason reason);
/* All that is said of the servers, round-trip times apart. */
bool finding_servers_equal(const struct finding *a, const struct finding *b);
bool findings_equal(const struct finding *a, const struct finding *b);
