/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cdswalk changes ack: the registry says that it has taken these. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "registry/store/journal.h"
#include "scanner/changes.h"
#include "scanner/clock.h"
#include "scanner/command.h"
#include "validate/wire/err.h"

struct acks {
	struct store *store;
	struct crypto *crypto;
	uint64_t now;
	uint64_t count;
	bool refused;
};

/* An id that is not acknowledged is said and does not hold up the others. */
static int ack_one(struct acks *a, struct txn *t, const char *id)
{
	uint64_t number;
	int ret = change_id_parse(a->store, id, &number);
	if (ret == ERR_OK) {
		ret = journal_ack(t, a->crypto, a->now, number);
	}
	const char *why = ret == ERR_FORMAT ? "is not the id of a change; changes list prints them"
		: ret == ERR_NOTFOUND ? "is not in this store"
		: ret == ERR_CONFLICT ? "cannot be acknowledged: it belongs to another store, was withdrawn, or is acknowledged already"
		: NULL;
	if (why == NULL) {
		a->count += ret == ERR_OK;
		return ret;
	}
	say("%s %s", say_text(id), why);
	a->refused = true;
	return ERR_OK;
}

static int ack_stream(struct acks *a, struct txn *t)
{
	char line[256];
	int ret = ERR_OK;
	while (ret == ERR_OK && fgets(line, sizeof(line), stdin) != NULL) {
		line[strcspn(line, "\r\n")] = '\0';
		if (line[0] != '\0') {
			ret = ack_one(a, t, line);
		}
	}
	return ret;
}

static int ack_all(struct acks *a, size_t count, char **ids)
{
	struct txn *t = NULL;
	int ret = txn_begin(a->store, STORE_WRITE, &t);
	for (size_t i = 0; i < count && ret == ERR_OK; i++) {
		ret = strcmp(ids[i], "-") == 0 ? ack_stream(a, t) : ack_one(a, t, ids[i]);
	}
	if (ret != ERR_OK) {
		txn_abort(t);
		return ret;
	}
	return txn_commit(t);
}

int changes_ack(const struct changes_options *o, size_t count, char **ids)
{
	struct acks a = { .now = clock_unix_s() };
	int code;
	a.store = command_open_store(o->db, STORE_WRITE, &code);
	if (a.store == NULL) {
		return code;
	}
	a.crypto = crypto_new();
	int ret = a.crypto == NULL ? ERR_CRYPTO : ack_all(&a, count, ids);
	if (ret != ERR_OK) {
		code = command_store_failed(o->db, ret);
	} else {
		say("%" PRIu64 " DS changes acknowledged", a.count);
		code = a.refused ? EXIT_RUNTIME : EXIT_OK;
	}
	crypto_free(a.crypto);
	store_close(a.store);
	return code;
}
