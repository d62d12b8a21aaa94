/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The clock of a scan against the newest run of its store. Runs alone count: what operators and exports append to the journal takes
 * its time from the clock unasked, and would hide a leap. */
#include "scanner/scan_clock.h"

#include <inttypes.h>

#include "scanner/clock.h"
#include "scanner/command.h"
#include "scanner/scan_private.h"
#include "validate/wire/err.h"

bool scan_clock_is_believed(const struct scan_clock *c, uint64_t now)
{
	return c->known && (c->is_right || c->last == 0 || now <= c->last || now - c->last <= SCAN_CLOCK_LEAP_S);
}

uint64_t scan_clock_to_remove_by(const struct scan_clock *c, uint64_t now)
{
	if (!c->known) {
		return 0;
	}
	return c->last == 0 || now <= c->last || now - c->last <= SCAN_CLOCK_LEAP_S ? now : c->last + SCAN_CLOCK_LEAP_S;
}

/* Before this command: the parents that it walks one after the other are measured by the same run. */
static int find_last(struct scan *s, struct scan_clock *c)
{
	struct txn *t = NULL;
	struct run r = { .began = 0 };
	if (c->known) {
		return ERR_OK;
	}
	int ret = txn_begin(s->store, STORE_READ, &t);
	if (ret == ERR_OK) {
		ret = run_last(t, &r);
		txn_abort(t);
	}
	ret = ret == ERR_NOTFOUND ? ERR_OK : ret;
	c->last = r.ended > r.began ? r.ended : r.began;
	c->known = ret == ERR_OK;
	return ret;
}

int scan_check_clock(struct scan *s)
{
	struct scan_clock *c = s->options->clock;
	uint64_t now = clock_unix_s();
	int ret = find_last(s, c);
	if (ret != ERR_OK) {
		return command_store_failed(s->options->db, ret);
	}
	if (scan_clock_is_believed(c, now)) {
		return EXIT_OK;
	}
	say("the clock of this machine is %" PRIu64 " days ahead of the newest run in %s: see whether it is right, for what is written by a "
		"wrong one holds children back until that day; if it is, because the store has rested or comes from a backup, give "
		"--clock-is-right", (now - c->last) / 86400, say_text(s->options->db));
	return EXIT_RUNTIME;
}
