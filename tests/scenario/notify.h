/* SPDX-License-Identifier: GPL-3.0-or-later */
/* NOTIFY messages in a story: made as octets, judged as octets, and what is queued for them. */
#pragma once

#include "tests/scenario/world.h"

/* False: the verb is none of these. */
bool take_notify(struct world *w, const char *verb, char *rest);
/* Takes what is first in the queue, if its time has come: the next run is because of it. */
void notify_run_queued(struct world *w);
/* What followed the run. */
void notify_ran(struct world *w);
/* What is said of the last message; NULL: something else came after it. */
const char *notify_said(const struct world *w);
/* False: the verb is no expectation about messages. */
bool take_notify_expectation(struct world *w, const char *verb, char *rest);
void notified_free(struct notified *n);
