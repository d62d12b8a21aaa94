/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cdswalk db backup, restore and baseline. */
#include <inttypes.h>
#include <stdio.h>

#include "registry/store/backup.h"
#include "registry/store/baseline.h"
#include "registry/store/delegations.h"
#include "scanner/clock.h"
#include "scanner/command.h"
#include "scanner/db.h"
#include "scanner/show.h"
#include "validate/wire/err.h"

static void print_head(const struct backup_report *r)
{
	printf("journal head %" PRIu64 ":", r->sequence);
	for (size_t i = 0; i < sizeof(r->hash); i++) {
		printf("%02x", r->hash[i]);
	}
	putchar('\n');
}

/* The exit code of what backup.h answers; why may be empty. */
static int failed(const char *dir, int error, const char *why)
{
	if (why[0] == '\0') {
		return command_store_failed(dir, error);
	}
	say("%s", say_text(why));
	return error == ERR_ARG || error == ERR_CONFLICT ? EXIT_USAGE : EXIT_STORE;
}

int db_backup(const char *db, const char *to)
{
	int code;
	char why[256];
	struct backup_report report;
	struct store *store = command_open_store(db, STORE_READ, &code);
	if (store == NULL) {
		return code;
	}
	int ret = store_backup(store, to, clock_unix_s(), &report, why);
	store_close(store);
	if (ret != ERR_OK) {
		return failed(to, ret, why);
	}
	print_head(&report);
	say("%s is a backup of %s; it is only read. cdswalk db restore %s --db DIR makes a store of it", say_text(to), say_text(db),
		say_text(to));
	return EXIT_OK;
}

static bool check_order(const struct operator_order *o)
{
	const char *fault = operator_order_fault(o);
	if (fault != NULL) {
		say("%s: give --who and --why; both are kept in the journal", fault);
	}
	return fault == NULL;
}

static void on_fault(void *user, const char *sentence)
{
	(void)user;
	say("%s", say_text(sentence));
}

int db_restore(const char *from, const char *db, const char *who, const char *why_asked)
{
	const struct operator_order o = { .action = OPERATOR_DO_RESTORE, .who = who, .why = why_asked, .now = clock_unix_s() };
	char why[256];
	struct backup_report report;
	if (!check_order(&o)) {
		return EXIT_USAGE;
	}
	struct crypto *crypto = crypto_new();
	if (crypto == NULL) {
		say("%s", err_text(ERR_CRYPTO));
		return EXIT_RUNTIME;
	}
	int ret = store_restore(from, db, 0, crypto, &o, on_fault, &report, why);
	crypto_free(crypto);
	if (ret != ERR_OK) {
		return failed(db, ret, why);
	}
	print_head(&report);
	say("%s is a store made of %s: %" PRIu64 " changes that had not left are withdrawn, %" PRIu64 " may have left and are looked for "
		"in the next loads", say_text(db), say_text(from), report.withdrawn, report.left);
	say("it only records until a full scan of every parent has run and cdswalk db baseline --accept is given");
	return EXIT_OK;
}

static uint64_t count_recorded(struct txn *t)
{
	struct name after = { .size = 0 };
	struct change c;
	struct arena *arena = arena_new();
	uint64_t count = 0;
	while (arena != NULL && change_outstanding_next(t, &after, arena, &c) == ERR_OK) {
		after = c.child;
		count += c.state == EVENT_HELD && c.held_for == REASON_HOLD_BASELINE;
		arena_reset(arena);
	}
	arena_free(arena);
	return count;
}

static int show(struct txn *t)
{
	struct baseline b;
	struct name origin;
	char text[NAME_TEXT_SIZE];
	char since[24];
	int ret = baseline_get(t, &b);
	if (ret == ERR_NOTFOUND) {
		puts("There is no baseline: changes go out as the policy lets them.");
		return ERR_OK;
	}
	if (ret != ERR_OK) {
		return ret;
	}
	printf("Since %s changes are only recorded, because the store %s.\n", show_time(b.since, since),
		b.why == BASELINE_RESTORED ? "was restored from a backup" : "is new and its first run was to be one that records");
	printf("%" PRIu64 " changes are recorded: cdswalk changes list --held\n", count_recorded(t));
	ret = baseline_unwalked(t, &b, &origin);
	if (ret == ERR_OK) {
		name_to_text(&origin, text);
		printf("Wanted first: a full scan of %s (of one that is retired: of a zone of SOA and NS alone, --allow-shrink)\n", text);
		return ERR_OK;
	}
	puts("Every parent has had a full scan. Compare what is recorded with what the registry has; then\n"
		"  cdswalk db baseline --accept --who NAME --why TEXT\nlets a change out once the next scan has confirmed it.");
	return ret == ERR_NOTFOUND ? ERR_OK : ret;
}

static int accept(struct txn *t, const struct operator_order *o, const char **refusal)
{
	struct crypto *crypto = crypto_new();
	int ret = crypto == NULL ? ERR_CRYPTO : baseline_accept(t, crypto, o, refusal);
	crypto_free(crypto);
	return ret;
}

int db_baseline(const char *db, bool accepts, const char *who, const char *why)
{
	const struct operator_order o = { .action = OPERATOR_DO_BASELINE, .who = who, .why = why, .now = clock_unix_s() };
	struct txn *t = NULL;
	const char *refusal = "";
	int code;
	if (accepts && !check_order(&o)) {
		return EXIT_USAGE;
	}
	struct store *store = command_open_store(db, accepts ? STORE_WRITE : STORE_READ, &code);
	if (store == NULL) {
		return code;
	}
	int ret = txn_begin(store, accepts ? STORE_WRITE : STORE_READ, &t);
	ret = ret != ERR_OK ? ret : accepts ? accept(t, &o, &refusal) : show(t);
	if (ret == ERR_OK) {
		ret = txn_commit(t);
	} else {
		txn_abort(t);
	}
	store_close(store);
	if (ret == ERR_CONFLICT && refusal[0] != '\0') {
		say("%s", refusal);
		return EXIT_RUNTIME;
	}
	if (ret == ERR_OK && accepts) {
		say("the baseline is accepted; what is recorded goes out once the next scan has confirmed it");
	}
	return ret == ERR_OK ? EXIT_OK : command_store_failed(db, ret);
}
