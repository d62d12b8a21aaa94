/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the two halves of the evidence codec agree on; private to validate/cds. */
#pragma once

#include "validate/cds/evidence.h"

#define EVIDENCE_VERSION 1

/* All answers of all servers; their numbers fit an octet. */
#define EVIDENCE_ANSWERS_MAX (LIMIT_CHILD_ADDRESSES * EVIDENCE_QUESTIONS)
_Static_assert(EVIDENCE_ANSWERS_MAX <= 255, "answers are numbered with one octet");
_Static_assert(LIMIT_NS_HOSTS <= 32, "the hosts of a server are bits of 32");
