/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the two halves of the evidence codec agree on; private to validate/cds. */
#pragma once

#include "validate/cds/evidence.h"

/* Versions. The second one ends with the NS answer; evidence without it is still written as the first, so that each has one
 * encoding, whichever program wrote it. */
#define EVIDENCE_WITHOUT_NS 1
#define EVIDENCE_WITH_NS 2

/* All answers of all servers, and the NS answer; their numbers fit an octet. */
#define EVIDENCE_ANSWERS_MAX (LIMIT_CHILD_ADDRESSES * EVIDENCE_QUESTIONS + 1)
_Static_assert(EVIDENCE_ANSWERS_MAX <= 255, "answers are numbered with one octet");
_Static_assert(LIMIT_NS_HOSTS <= 32, "the hosts of a server are bits of 32");
