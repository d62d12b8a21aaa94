/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words for what became of a NOTIFY message (standards 4.4). */
#pragma once

#include "validate/notify/code.def.h"

#define NOTIFY_CODE_ENUM(token, sentence) token,
enum notify_code { NOTIFY_CODE_NONE = 0, NOTIFY_CODE_LIST(NOTIFY_CODE_ENUM) };
#undef NOTIFY_CODE_ENUM

/* Never NULL; "NONE" and an empty sentence for no code. */
const char *notify_code_token(enum notify_code code);
const char *notify_code_sentence(enum notify_code code);
