/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scanner/notes.h"

#include "scanner/command.h"
#include "validate/wire/err.h"

int notes_of_record(struct store *s, struct store **out)
{
	struct sink_of_record r;
	struct txn *t = NULL;
	char why[256] = "";
	*out = NULL;
	int ret = txn_begin(s, STORE_READ, &t);
	ret = ret == ERR_OK ? sink_of_record_get(t, &r) : ret;
	txn_abort(t);
	if (ret != ERR_OK) {
		return ret == ERR_NOTFOUND ? ERR_OK : ret;
	}
	/* They may be lost, and the journal has what counts. */
	ret = sinkdb_open(s, r.name, STORE_READ, out, why);
	if (ret != ERR_OK && ret != ERR_NOTFOUND) {
		say("what the sink %s has noted cannot be read: %s", r.name, say_text(why));
	}
	return ERR_OK;
}
