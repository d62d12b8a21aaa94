/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From validated views to one reason; private to validate/cds. */
#pragma once

#include "validate/cds/judging.h"

/* Sets reason, change and ds_after of the finding. Below zero only for our own failures. */
int decide(struct judging *j, struct finding *f);
