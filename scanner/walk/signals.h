/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signals: CDS and CDNSKEY at the signaling names of a child (RFC 9615 section 4.2 step 3), each of one server of the signaling
 * zone, over TCP and never from memory (R9615-5.2-1, T-43). Part of a probe, and private to scanner/walk. */
#pragma once

#include "scanner/walk/probe.h"

/* A place in the evidence for every host that is not below the child (T-36). ERR_NOMEM. */
int signals_new(struct probe *p);
/* Those of them whose signaling zone has a server that may be asked. */
size_t signals_asked(const struct probe *p);
/* Makes s the asker of the next one of them, counted by *next from 0. */
void signals_begin(struct probe *p, size_t *next, struct probe_server *s);
void signals_question(const struct probe_server *s, struct question *out);
/* As probe_answer, of one that was received or not; never cancelled. *over: both questions have their answer. */
void signals_answer(struct probe_server *s, const struct answer *answer, uint32_t *pause_ms, bool *over);
