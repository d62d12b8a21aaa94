/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the two halves of the evidence codec agree on; private to validate/cds. */
#pragma once

#include "validate/cds/evidence.h"

/* Versions. The second one ends with the NS answer. The third one numbers answers with two octets, says why the child was
 * asked or that nobody was, and ends with the NS answer and the signals where there are any. The fourth one has each server's
 * answer about a token between these, and the fifth one ends with the other vantages. What a former version can say is
 * written as before, so that each evidence has one encoding, whichever program wrote it. */
#define EVIDENCE_WITHOUT_NS 1
#define EVIDENCE_WITH_NS 2
#define EVIDENCE_WITH_SIGNALS 3
#define EVIDENCE_WITH_CHALLENGE 4
#define EVIDENCE_WITH_VANTAGES 5

/* Of version 3 and later, behind the trigger. Bits. */
#define EVIDENCE_HAS_NS 1u
#define EVIDENCE_HAS_SIGNALS 2u
#define EVIDENCE_HAS_CHALLENGE 4u
#define EVIDENCE_HAS_VANTAGES 8u
#define EVIDENCE_HAS_ALL (EVIDENCE_HAS_NS | EVIDENCE_HAS_SIGNALS | EVIDENCE_HAS_CHALLENGE | EVIDENCE_HAS_VANTAGES)

/* In former versions all answers of all servers, and the NS answer; their numbers fit an octet. */
#define EVIDENCE_ANSWERS_FORMER (LIMIT_CHILD_ADDRESSES * EVIDENCE_QUESTIONS + 1)
_Static_assert(EVIDENCE_ANSWERS_FORMER <= 255, "answers are numbered with one octet");
_Static_assert(EVIDENCE_ANSWERS_FORMER <= LIMIT_EVIDENCE_ANSWERS, "there is room for the answers of the child itself");
_Static_assert(LIMIT_EVIDENCE_ANSWERS <= 65535, "answers are numbered with two octets");
_Static_assert(LIMIT_NS_HOSTS <= 32, "the hosts of a server are bits of 32");
_Static_assert(LIMIT_LINKS <= 255, "links are counted with one octet");

#define EVIDENCE_SIGNAL_ANSWERS (sizeof ((struct evidence_signal *)0)->answers / sizeof (struct evidence_answer))

/* The one that it is written as. */
uint8_t evidence_version(const struct evidence *e);
/* Where signals were asked for, is there one for every host that is not below the child (RFC 9615 section 4.2), in order,
 * and no other? Else there has to be none. */
bool evidence_signals_match(const struct evidence *e);
bool evidence_link_is_sound(const struct evidence_link *l);
/* Has every vantage, the first one included, a name that no other one has? */
bool evidence_vantages_are_named(const struct evidence *e);
