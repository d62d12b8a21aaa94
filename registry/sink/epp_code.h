/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Result codes of RFC 5730 section 3, as what becomes of a change. No I/O. */
#pragma once

#include "registry/sink/epp_data.h"
#include "registry/sink/sink.h"

/* The answer to an update of ours. A code that no update gets is UNKNOWN. */
enum sink_outcome epp_code_of_update(unsigned code, const struct epp_domain *before);
/* The answer to domain:info, which did not give the domain: never APPLIED nor TAKEN. */
enum sink_outcome epp_code_of_info(unsigned code);
/* 2500 to 2502: the server says that it ends the session. */
bool epp_code_closes(unsigned code);
/* A login that must not be tried again with the same words: 2200, 2501, and whatever else is about who we are. */
bool epp_code_is_final_login(unsigned code);
/* What it means for us, behind the words of the server: what somebody has to do; "": they say it all. */
const char *epp_code_hint(unsigned code);
/* Of statuses that forbid updates or make them wait (RFC 5731 section 2.3), in words; NULL: none of these. */
const char *epp_status_hint(const struct epp_domain *d);
