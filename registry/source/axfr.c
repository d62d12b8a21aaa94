/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Zone transfer (RFC 5936) as a source, signed by TSIG (RFC 8945). */
#include "registry/source/axfr.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "registry/peer/dnstcp.h"
#include "registry/peer/tsig.h"
#include "registry/source/zone.h"
#include "validate/wire/err.h"
#include "validate/wire/message.h"

#define HEADER 12
#define QUESTION_MAX (HEADER + LIMIT_NAME_OCTETS + 4)
#define WHY 256

struct axfr {
	struct source source;
	struct dnstcp_server server;
	struct name origin;
	struct tsig_key *key;	/* NULL: whoever answers is believed */
	struct axfr_limits limits;
	char name[ADDRESS_TEXT_SIZE + 8];
	char identity[ADDRESS_TEXT_SIZE + NAME_TEXT_SIZE + 64];
};

/* One question and its answer. */
struct asking {
	const struct axfr *a;
	struct source_error *error;
	struct dnstcp *tcp;
	struct tsig *tsig;	/* NULL: not signed */
	struct arena *arena;	/* for one message */
	uint8_t *octets;	/* of one message */
	uint16_t id;
	uint16_t type;
	uint64_t messages;
	uint64_t received;	/* octets */
	uint64_t end_ms;
};

static uint64_t now_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

__attribute__((format(printf, 3, 4)))
static int fail(struct asking *q, int rc, const char *format, ...)
{
	char reason[WHY];
	va_list args;
	va_start(args, format);
	vsnprintf(reason, sizeof(reason), format, args);
	va_end(args);
	source_fault(q->error, q->a->name, 0, "%s", reason);
	return rc;
}

/* ---- asking */

static size_t compose(struct asking *q, uint8_t *out, size_t size)
{
	struct wire w = wire_writer(out, size);
	wire_write_u16(&w, q->id);
	wire_write_u16(&w, 0);
	wire_write_u16(&w, 1);
	wire_write_u16(&w, 0);
	wire_write_u32(&w, 0);
	name_write(&w, &q->a->origin);
	wire_write_u16(&w, q->type);
	wire_write_u16(&w, CLASS_IN);
	return wire_error(&w) ? 0 : w.pos;
}

static int send_question(struct asking *q)
{
	uint8_t question[QUESTION_MAX + TSIG_OCTETS];
	char why[WHY] = "";
	size_t size = compose(q, question, QUESTION_MAX);
	int rc = q->tsig == NULL ? 0 : tsig_sign(q->tsig, question, &size, sizeof(question));
	if (rc != 0) {
		return fail(q, rc, "the question cannot be signed: %s", err_text(rc));
	}
	rc = dnstcp_open(&q->a->server, q->a->limits.connect_ms, &q->tcp, why);
	if (rc == 0) {
		rc = dnstcp_send(q->tcp, question, size, q->a->limits.message_ms, why);
	}
	return rc == 0 ? 0 : fail(q, rc, "%s", why);
}

static void asking_end(struct asking *q)
{
	dnstcp_close(q->tcp);
	tsig_free(q->tsig);
	arena_free(q->arena);
	free(q->octets);
}

static int asking_begin(struct asking *q, const struct axfr *a, uint16_t type, struct source_error *error)
{
	*q = (struct asking){ .a = a, .error = error, .type = type, .end_ms = now_ms() + a->limits.transfer_ms };
	q->arena = arena_new();
	q->octets = malloc(LIMIT_MESSAGE_OCTETS);
	q->tsig = a->key == NULL ? NULL : tsig_new(a->key);
	if (q->arena == NULL || q->octets == NULL || (a->key != NULL && q->tsig == NULL)) {
		return fail(q, ERR_NOMEM, "%s", err_text(ERR_NOMEM));
	}
	if (getrandom(&q->id, sizeof(q->id), 0) != (ssize_t)sizeof(q->id)) {
		return fail(q, ERR_IO, "the system has no random number");
	}
	return send_question(q);
}

/* ---- answers */

static int refuse_rcode(struct asking *q, unsigned rcode)
{
	static const char *const names[] = { NULL, "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED", NULL, NULL, NULL,
		"NOTAUTH" };
	char number[12];
	const char *name = rcode < sizeof(names) / sizeof(names[0]) ? names[rcode] : NULL;
	snprintf(number, sizeof(number), "%u", rcode);
	return fail(q, ERR_FORMAT, "the server answers with %s: does it have the zone, and is it allowed to give it to us%s?",
		name == NULL ? number : name, q->tsig == NULL ? " without a key" : "");
}

/* The header of each message of an answer; only the first one has to have the question (RFC 5936 section 2.2.1). */
static int check_header(struct asking *q, const struct message *m)
{
	bool echoes = m->question_count == 0 && q->messages > 0;
	if (m->id != q->id || (!echoes && !message_answers(m, &q->a->origin, q->type)) || (m->flags & MESSAGE_FLAG_QR) == 0
	    || MESSAGE_OPCODE(m->flags) != 0) {
		return fail(q, ERR_FORMAT, "message %llu is no answer to the question", (unsigned long long)q->messages + 1);
	}
	if (m->rcode != RCODE_NOERROR) {
		return refuse_rcode(q, m->rcode);
	}
	if ((m->flags & MESSAGE_FLAG_TC) != 0) {
		return fail(q, ERR_FORMAT, "message %llu says that it is cut", (unsigned long long)q->messages + 1);
	}
	return 0;
}

/* An answer that is not even signed: its RCODE may say why. */
static int refuse_unsigned(struct asking *q, int rc, size_t size, const char *why)
{
	unsigned rcode = size >= HEADER ? q->octets[3] & 15u : 0;
	bool told = strncmp(why, "the answer is not signed", 24) == 0;
	return told && rcode != 0 ? refuse_rcode(q, rcode)
		: fail(q, rc, "message %llu: %s", (unsigned long long)q->messages + 1, why);
}

static int receive(struct asking *q, size_t *size)
{
	char why[WHY] = "";
	uint64_t now = now_ms();
	uint64_t left = now < q->end_ms ? q->end_ms - now : 0;
	uint32_t wait = left < q->a->limits.message_ms ? (uint32_t)left : q->a->limits.message_ms;
	int rc = wait == 0 ? ERR_IO : dnstcp_receive(q->tcp, q->octets, size, wait, why);
	if (rc == ERR_IO && now_ms() >= q->end_ms) {
		return fail(q, ERR_IO, "the transfer takes more than %llu s; it was given up",
			(unsigned long long)(q->a->limits.transfer_ms / 1000));
	}
	return rc == 0 ? 0 : fail(q, rc, "%s%s", why, rc == ERR_CANCELLED ? "; the store is as it was" : "");
}

static int next_message(struct asking *q, struct message *out)
{
	char why[WHY] = "";
	size_t size = 0;
	int rc = receive(q, &size);
	if (rc != 0) {
		return rc;
	}
	q->received += size;
	if (q->received > q->a->limits.octets) {
		return fail(q, ERR_LIMIT, "the transfer is larger than %llu octets; it was given up",
			(unsigned long long)q->a->limits.octets);
	}
	rc = q->tsig == NULL ? 0 : tsig_verify(q->tsig, q->octets, &size, why);
	if (rc != 0) {
		return refuse_unsigned(q, rc, size, why);
	}
	arena_reset(q->arena);
	rc = message_parse_transfer(q->octets, size, q->arena, out);
	if (rc != 0) {
		return fail(q, rc, "message %llu: it cannot be read: %s", (unsigned long long)q->messages + 1, err_text(rc));
	}
	rc = check_header(q, out);
	q->messages++;
	return rc;
}

/* ---- the zone */

static int take_answer(struct asking *q, struct zone_reading *r, const struct record *x)
{
	const struct zonescan_record z = { .what = ZONESCAN_RECORD, .line = r->info->records + 1, .type = x->type, .ttl = x->ttl,
		.owner = x->owner->octets, .owner_size = x->owner->size, .rdata = x->rdata.data, .rdata_size = x->rdata.size };
	if (x->class != CLASS_IN) {
		return fail(q, ERR_FORMAT, "record %llu is of another class", (unsigned long long)z.line);
	}
	if (r->soa_count == 0 && x->type != TYPE_SOA) {
		return fail(q, ERR_FORMAT, "the transfer does not begin with an SOA record");
	}
	return zone_take(r, &z);
}

/* A message without a record would be one of any number. */
static int take_message(struct asking *q, struct zone_reading *r, const struct message *m)
{
	size_t count = m->count[SECTION_ANSWER];
	if (count == 0 || m->count[SECTION_AUTHORITY] != 0) {
		return fail(q, ERR_FORMAT, "message %llu has no record of the zone", (unsigned long long)q->messages);
	}
	for (size_t i = 0; i < count; i++) {
		if (r->soa_count == 2) {
			return fail(q, ERR_FORMAT, "there are records behind the SOA record that closes the transfer");
		}
		int rc = take_answer(q, r, &m->records[SECTION_ANSWER][i]);
		if (rc != 0) {
			return rc;
		}
	}
	return 0;
}

static int axfr_read(struct source *s, source_sink *sink, source_skip *skip, void *user, struct source_info *info,
	struct source_error *error)
{
	/* The source is the first member. */
	const struct axfr *a = (const struct axfr *)s;
	struct zone_reading r = { .file = a->name, .wanted = &a->origin, .sink = sink, .skip = skip, .user = user, .info = info,
		.error = error };
	struct asking q;
	*info = (struct source_info){ .records = 0 };
	int rc = asking_begin(&q, a, TYPE_AXFR, error);
	while (rc == 0 && r.soa_count < 2) {
		struct message m;
		rc = next_message(&q, &m);
		rc = rc == 0 ? take_message(&q, &r, &m) : rc;
	}
	/* RFC 8945 section 5.3.1: the last message is signed, or what came since the last signature is anybody's. */
	if (rc == 0 && q.tsig != NULL && !tsig_is_proven(q.tsig)) {
		rc = fail(&q, ERR_FORMAT, "the last message of the transfer is not signed");
	}
	asking_end(&q);
	return rc;
}

/* ---- the serial */

static int take_serial(struct asking *q, const struct message *m, struct source_info *info)
{
	const struct record *soa = NULL;
	for (size_t i = 0; i < m->count[SECTION_ANSWER]; i++) {
		const struct record *x = &m->records[SECTION_ANSWER][i];
		if (x->type == TYPE_SOA && x->class == CLASS_IN && name_equal(x->owner, &q->a->origin)) {
			soa = soa == NULL ? x : NULL;
		}
	}
	if (soa == NULL || (m->flags & MESSAGE_FLAG_AA) == 0 || soa->rdata.size < 20) {
		return fail(q, ERR_FORMAT, "the server does not have the zone: it gives no SOA record of its own");
	}
	struct wire w = wire_reader(soa->rdata.data + soa->rdata.size - 20, 20);
	*info = (struct source_info){ .origin = q->a->origin, .soa_serial = wire_read_u32(&w) };
	return 0;
}

static int axfr_look(struct source *s, struct source_info *info, struct source_error *error)
{
	struct asking q;
	struct message m;
	int rc = asking_begin(&q, (const struct axfr *)s, TYPE_SOA, error);
	rc = rc == 0 ? next_message(&q, &m) : rc;
	rc = rc == 0 ? take_serial(&q, &m, info) : rc;
	asking_end(&q);
	return rc;
}

/* ---- the source */

static void axfr_free(struct source *s)
{
	if (s != NULL) {
		struct axfr *a = (struct axfr *)s;
		tsig_key_free(a->key);
		free(a);
	}
}

static const struct source_ops axfr_ops = { .read = axfr_read, .look = axfr_look, .free = axfr_free };

static int fill(struct axfr *a, const struct source_place *place, struct source_error *error)
{
	char address[ADDRESS_TEXT_SIZE];
	char why[WHY] = "";
	if (dnstcp_server_from_text(place->path, &a->server) != 0) {
		source_fault(error, place->path, 0, "is no server: a transfer takes ADDRESS or ADDRESS@PORT");
		return ERR_ARG;
	}
	if (place->origin.size == 0) {
		source_fault(error, place->path, 0, "which zone is to be transferred? Say so with --origin");
		return ERR_ARG;
	}
	if (place->key != NULL) {
		int rc = tsig_key_read(place->key, &a->key, why);
		if (rc != 0) {
			source_fault(error, place->path, 0, "%s", rc == ERR_NOMEM ? err_text(rc) : why);
			return rc;
		}
	}
	address_to_text(&a->server.address, address);
	snprintf(a->name, sizeof(a->name), "%s@%u", address, (unsigned)a->server.port);
	snprintf(a->identity, sizeof(a->identity), "axfr %s %s", a->name, a->key == NULL ? "" : tsig_key_text(a->key));
	a->origin = place->origin;
	a->source = (struct source){ .ops = &axfr_ops, .name = a->name, .identity = a->identity };
	return 0;
}

int axfr_open(const struct source_place *place, const struct axfr_limits *limits, struct source **out,
	struct source_error *error)
{
	if (place == NULL || place->path == NULL || limits == NULL || out == NULL || error == NULL) {
		return ERR_ARG;
	}
	struct axfr *a = calloc(1, sizeof(*a));
	if (a == NULL) {
		source_fault(error, place->path, 0, "%s", err_text(ERR_NOMEM));
		return ERR_NOMEM;
	}
	a->limits = *limits;
	int rc = fill(a, place, error);
	if (rc != 0) {
		axfr_free(&a->source);
		return rc;
	}
	*out = &a->source;
	return 0;
}

int source_axfr(const struct source_place *place, struct source **out, struct source_error *error)
{
	const struct axfr_limits limits = { .connect_ms = LIMIT_TRANSFER_CONNECT_MS, .message_ms = LIMIT_TRANSFER_MESSAGE_MS,
		.transfer_ms = (uint64_t)LIMIT_TRANSFER_S * 1000, .octets = LIMIT_TRANSFER_OCTETS };
	return axfr_open(place, &limits, out, error);
}
