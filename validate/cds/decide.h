/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From validated views to one reason; private to validate/cds. */
#pragma once

#include "validate/cds/judging.h"

/* Sets reason, change and ds_after of the finding. Below zero only for our own failures. */
int decide(struct judging *j, struct finding *f);
/* What a change from these keys to those does. */
enum change_class decide_class(const struct judging *j, const struct keyset *before, const struct keyset *after);
