/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What operators say of the child of a story (RFC 9615), and the way there from the root, as a recording: of a recursive server, and
 * of the name servers themselves. */
#pragma once

#include <stdio.h>

#include "tests/unit/zone_fixture.h"

#define SIGNALS_RECURSIVE "192.0.2.253"

/* What becomes of the questions at the signaling name of one name server. */
enum signal_trouble { SIGNAL_FINE = 0, SIGNAL_TIMEOUT, SIGNAL_REFUSED, SIGNAL_SERVFAIL, SIGNAL_LAME };

/* e has the signals as they have to be found; troubles: of its hosts. Host i is at 192.0.2.(i+1). */
void signals_write(FILE *f, const struct evidence *e, const enum signal_trouble *troubles, struct arena *arena);
