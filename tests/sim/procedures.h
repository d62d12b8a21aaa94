/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What operators do, step by step; private to the model of operators. Each step ends with a wait. */
#pragma once

#include "tests/sim/keys.h"

typedef void procedure_step(struct child *c);

/* procedures.c: as RFC 6781, 7583 and 8901 have it. faults.c: as they do not. */
procedure_step do_double_signature, do_double_ds, do_csk, do_algorithm, do_digest, do_standby, do_abort, do_join, do_leave,
	do_move_by_delete, do_delete, do_remove, do_sign_again;
procedure_step bad_unsigned, bad_stale_cds, bad_early, bad_algorithm, bad_digest, bad_leave;

/* operator.c */
static inline struct provider *leader(struct child *c)
{
	return &c->providers[c->main];
}
/* Until all caches have what is published now. */
uint32_t keys_spread_s(const struct child *c);
uint32_t data_spread_s(const struct child *c);
void wait_for(struct child *c, uint32_t seconds);
void wait_ds(struct child *c, struct ds_mask want);
void finish(struct child *c);
void publish_all(struct child *c);
/* What is asked for from now on, at all its operators; published. */
void ask_for(struct child *c, uint32_t keys);
void ask_ds(struct child *c, struct ds_mask ds);
void ask_delete(struct child *c);
void ask_nothing(struct child *c);
struct ds_mask ds_of_keys(const struct child *c, uint32_t keys);
/* Keys of the one operator, and what it has of the other. */
void keys_of_provider(struct child *c, unsigned p);
