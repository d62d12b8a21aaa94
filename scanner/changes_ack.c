/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cdswalk changes ack and fail: the registry has taken these, or will never do so. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "registry/store/journal.h"
#include "scanner/changes.h"
#include "scanner/clock.h"
#include "scanner/command.h"
#include "validate/wire/err.h"

#define ACK_CONFLICT "cannot be acknowledged: it belongs to another store, was withdrawn, or is acknowledged already"
#define FAIL_CONFLICT "cannot fail: it belongs to another store, was not sent, or is past that (acknowledged, withdrawn, published)"

struct acks {
	char (*ids)[CHANGE_ID_TEXT + 2];	/* a longer one is cut, and then no id */
	size_t id_count, room;
	struct store *store;
	struct crypto *crypto;
	uint64_t now;
	uint64_t count;
	bool refused;
	bool fail;			/* they did not arrive */
};

static int add_id(struct acks *a, const char *text)
{
	if (a->id_count == a->room) {
		size_t room = a->room == 0 ? 256 : a->room * 2;
		void *ids = realloc(a->ids, room * sizeof(a->ids[0]));
		if (ids == NULL) {
			return ERR_NOMEM;
		}
		a->ids = ids;
		a->room = room;
	}
	snprintf(a->ids[a->id_count++], sizeof(a->ids[0]), "%s", text);
	return ERR_OK;
}

/* One that was claimed and never answered for is noted as sent first: whoever acknowledges it has seen it at the target. */
static int acknowledge(struct acks *a, struct txn *t, uint64_t number)
{
	int ret = journal_ack(t, a->crypto, a->now, number);
	if (ret == ERR_CONFLICT) {
		ret = journal_event(t, a->crypto, a->now, number, EVENT_SENT, REASON_NONE);
		ret = ret == ERR_OK ? journal_ack(t, a->crypto, a->now, number) : ret;
	}
	return ret;
}

/* An id that is not acknowledged is said and does not hold up the others. */
static int ack_one(struct acks *a, struct txn *t, const char *id)
{
	uint64_t number;
	int ret = change_id_parse(a->store, id, &number);
	if (ret == ERR_OK) {
		ret = a->fail ? journal_event(t, a->crypto, a->now, number, EVENT_FAILED, REASON_NONE)
			: acknowledge(a, t, number);
	}
	const char *why = ret == ERR_FORMAT ? "is not the id of a change; changes list prints them"
		: ret == ERR_NOTFOUND ? "is not in this store"
		: ret == ERR_CONFLICT ? (a->fail ? FAIL_CONFLICT : ACK_CONFLICT)
		: NULL;
	if (why == NULL) {
		a->count += ret == ERR_OK;
		return ret;
	}
	say("%s %s", say_text(id), why);
	a->refused = true;
	return ERR_OK;
}

/* Everything is read before the transaction begins: who writes slowly to us must not hold up the walk. */
static int read_ids(struct acks *a, FILE *from)
{
	char line[CHANGE_ID_TEXT + 2];
	while (fgets(line, sizeof(line), from) != NULL) {
		line[strcspn(line, "\r\n")] = '\0';
		int ret = line[0] == '\0' ? ERR_OK : add_id(a, line);
		if (ret != ERR_OK) {
			return ret;
		}
	}
	return ferror(from) != 0 ? ERR_IO : ERR_OK;
}

static int gather(struct acks *a, size_t count, char **ids)
{
	int ret = ERR_OK;
	for (size_t i = 0; i < count && ret == ERR_OK; i++) {
		ret = strcmp(ids[i], "-") == 0 ? read_ids(a, stdin) : add_id(a, ids[i]);
	}
	return ret;
}

static int ack_all(struct acks *a)
{
	struct txn *t = NULL;
	int ret = txn_begin(a->store, STORE_WRITE, &t);
	for (size_t i = 0; i < a->id_count && ret == ERR_OK; i++) {
		ret = ack_one(a, t, a->ids[i]);
	}
	if (ret != ERR_OK) {
		txn_abort(t);
		return ret;
	}
	return txn_commit(t);
}

static int answer(const struct changes_options *o, size_t count, char **ids, bool fail)
{
	struct acks a = { .now = clock_unix_s(), .fail = fail };
	int code;
	a.store = command_open_store(o->db, STORE_WRITE, &code);
	if (a.store == NULL) {
		return code;
	}
	a.crypto = crypto_new();
	int ret = a.crypto == NULL ? ERR_CRYPTO : gather(&a, count, ids);
	if (ret == ERR_OK) {
		ret = ack_all(&a);
	}
	if (ret == ERR_IO && ferror(stdin) != 0) {
		say("standard input could not be read; nothing is acknowledged");
		code = EXIT_RUNTIME;
	} else if (ret != ERR_OK) {
		code = command_store_failed(o->db, ret);
	} else {
		say("%" PRIu64 " DS changes %s", a.count, fail ? "failed: they are exported again, or decided anew" : "acknowledged");
		code = a.refused ? EXIT_RUNTIME : EXIT_OK;
	}
	free(a.ids);
	crypto_free(a.crypto);
	store_close(a.store);
	return code;
}

int changes_ack(const struct changes_options *o, size_t count, char **ids)
{
	return answer(o, count, ids, false);
}

int changes_fail(const struct changes_options *o, size_t count, char **ids)
{
	return answer(o, count, ids, true);
}
