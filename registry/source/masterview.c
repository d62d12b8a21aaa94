/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A child's zone file, or answers printed by dig, as one server's view: the messages it would have sent. */
#include "registry/source/masterview.h"

#include <stdlib.h>
#include <string.h>

#include "registry/source/zonescan.h"
#include "validate/wire/err.h"
#include "validate/wire/message.h"

/* A record of the view; owner and RDATA in arena. */
struct item {
	struct record record;
	struct item *next;
};

struct list {
	struct item *first;
	struct item **last;
	size_t count;
};

struct view {
	const struct name *child;
	struct arena *arena;
	const char *file;
	struct source_error *error;
	struct list apex;		/* records of the apex, and the NSEC3 records that match it */
	struct list waiting;		/* signatures over NSEC3 records, until it is known which one is the apex' */
	size_t waiting_octets;
};

static int fail(struct view *v, int rc, uint64_t line, const char *reason)
{
	source_fault(v->error, v->file, line, "%s", reason);
	return rc;
}

static uint16_t covered_type(const struct zonescan_record *z)
{
	return z->type == TYPE_RRSIG && z->rdata_size >= 2 ? (uint16_t)(z->rdata[0] << 8 | z->rdata[1]) : 0;
}

static bool is_apex_type(uint16_t type)
{
	return type == TYPE_SOA || type == TYPE_CDS || type == TYPE_CDNSKEY || type == TYPE_DNSKEY || type == TYPE_NSEC;
}

/* RFC 5155 section 3.2. Only the apex has an SOA, so the bitmap tells its NSEC3 without hashing. */
static bool nsec3_has_soa(const uint8_t *rdata, size_t size)
{
	struct wire w = wire_reader(rdata, size);
	wire_read(&w, 4);
	wire_read(&w, wire_read_u8(&w));
	wire_read(&w, wire_read_u8(&w));
	uint8_t window = wire_read_u8(&w);
	uint8_t octets = wire_read_u8(&w);
	const uint8_t *bitmap = wire_read(&w, octets);
	return !wire_error(&w) && window == 0 && octets > TYPE_SOA / 8
		&& (bitmap[TYPE_SOA / 8] & (0x80 >> TYPE_SOA % 8)) != 0;
}

static bool has_record(const struct list *list, const struct name *owner, const struct zonescan_record *z)
{
	for (const struct item *i = list->first; i != NULL; i = i->next) {
		if (i->record.type == z->type && i->record.rdata.size == z->rdata_size
			&& memcmp(i->record.rdata.data, z->rdata, z->rdata_size) == 0
			&& name_equal(i->record.owner, owner)) {
			return true;
		}
	}
	return false;
}

static int keep(struct view *v, struct list *list, const struct name *owner, const struct zonescan_record *z)
{
	struct item *item = arena_alloc(v->arena, sizeof(*item));
	struct name *name = arena_copy(v->arena, owner, sizeof(*owner));
	uint8_t *rdata = arena_copy(v->arena, z->rdata, z->rdata_size);
	if (item == NULL || name == NULL || rdata == NULL) {
		return fail(v, ERR_NOMEM, z->line, "out of memory");
	}
	item->record = (struct record){ .owner = name, .type = z->type, .class = CLASS_IN, .ttl = z->ttl,
		.rdata = { rdata, z->rdata_size } };
	if (list->last == NULL) {
		list->last = &list->first;
	}
	*list->last = item;
	list->last = &item->next;
	list->count++;
	return 0;
}

static int keep_apex(struct view *v, const struct name *owner, const struct zonescan_record *z)
{
	if (has_record(&v->apex, owner, z)) {
		return 0;
	}
	if (v->apex.count == LIMIT_MESSAGE_RECORDS) {
		return fail(v, ERR_LIMIT, z->line, "more records at the apex of the zone than an answer may have");
	}
	return keep(v, &v->apex, owner, z);
}

static int keep_waiting(struct view *v, const struct name *owner, const struct zonescan_record *z)
{
	v->waiting_octets += sizeof(struct item) + sizeof(*owner) + z->rdata_size;
	if (v->waiting_octets > LIMIT_VIEW_OCTETS) {
		return fail(v, ERR_LIMIT, z->line, "too many NSEC3 records before that of the apex; give the answers of dig for SOA, "
			"CDS, CDNSKEY and DNSKEY instead of the whole zone");
	}
	return keep(v, &v->waiting, owner, z);
}

static int take_record(struct view *v, const struct zonescan_record *z)
{
	uint16_t covered = covered_type(z);
	bool nsec3 = z->type == TYPE_NSEC3 || covered == TYPE_NSEC3;
	if (!nsec3 && !is_apex_type(z->type) && !is_apex_type(covered)) {
		return 0;
	}
	struct name owner;
	if (name_from_wire(z->owner, z->owner_size, &owner) != 0) {
		return fail(v, ERR_FORMAT, z->line, "the owner is not a name");
	}
	if (!nsec3) {
		return name_equal(&owner, v->child) ? keep_apex(v, &owner, z) : 0;
	}
	struct name above;
	name_parent(&owner, &above);
	if (!name_equal(&above, v->child)) {
		return 0;
	}
	if (covered == TYPE_NSEC3) {
		return keep_waiting(v, &owner, z);
	}
	return nsec3_has_soa(z->rdata, z->rdata_size) ? keep_apex(v, &owner, z) : 0;
}

/* A line that cannot be read matters where it may be one of the records a view is made of. */
static int take_broken(struct view *v, const struct zonescan_record *z, const struct source_error *e)
{
	struct name owner;
	bool known_owner = z->owner_size > 0 && name_from_wire(z->owner, z->owner_size, &owner) == 0;
	bool apex = !known_owner || name_equal(&owner, v->child);
	bool matters = z->type == 0 || z->type == TYPE_RRSIG || is_apex_type(z->type) || z->type == TYPE_NSEC3;
	if ((apex && matters) || z->type == TYPE_NSEC3) {
		*v->error = *e;
		return ERR_FORMAT;
	}
	return 0;
}

static int read_records(struct view *v, struct zonescan *scan)
{
	for (;;) {
		struct zonescan_record z;
		struct source_error e;
		int rc = zonescan_next(scan, &z, &e);
		if (rc != 0) {
			*v->error = e;
			return rc;
		}
		if (z.what == ZONESCAN_END) {
			return 0;
		}
		rc = z.what == ZONESCAN_RECORD ? take_record(v, &z) : take_broken(v, &z, &e);
		if (rc != 0) {
			return rc;
		}
	}
}

/* The part of a message that is being composed. */
struct section_list {
	size_t count;
	struct record records[2 * LIMIT_MESSAGE_RECORDS];
};

static void put(struct section_list *to, const struct record *record)
{
	if (to->count < sizeof(to->records) / sizeof(to->records[0])) {
		to->records[to->count++] = *record;
	}
}

static bool signs(const struct record *record, uint16_t type)
{
	return record->type == TYPE_RRSIG && record->rdata.data[0] == type >> 8 && record->rdata.data[1] == (type & 255);
}

/* The records of a type, then the signatures over it. only: of an SOA that is there twice, which one. */
static bool put_rrset(const struct view *v, uint16_t type, const struct record *only, struct section_list *to)
{
	bool any = false;
	for (const struct item *i = v->apex.first; i != NULL; i = i->next) {
		if (i->record.type == type && (only == NULL || only == &i->record)) {
			put(to, &i->record);
			any = true;
		}
	}
	for (const struct item *i = v->apex.first; any && i != NULL; i = i->next) {
		if (signs(&i->record, type)) {
			put(to, &i->record);
		}
	}
	return any;
}

/* RFC 4035 section 3.1.3.1, RFC 5155 section 7.2.3: the SOA, and the NSEC or NSEC3 of the apex. */
static void put_denial(const struct view *v, const struct record *soa, struct section_list *to)
{
	put_rrset(v, TYPE_SOA, soa, to);
	put_rrset(v, TYPE_NSEC, NULL, to);
	put_rrset(v, TYPE_NSEC3, NULL, to);
	for (const struct item *i = v->apex.first; i != NULL; i = i->next) {
		for (const struct item *k = v->waiting.first; i->record.type == TYPE_NSEC3 && k != NULL; k = k->next) {
			if (name_equal(i->record.owner, k->record.owner)) {
				put(to, &k->record);
			}
		}
	}
}

static int compose(struct view *v, enum evidence_question q, const struct record *soa, struct evidence_answer *out)
{
	uint16_t type = evidence_question_type(q);
	struct section_list *lists = calloc(2, sizeof(*lists));
	uint8_t *octets = malloc(LIMIT_MESSAGE_OCTETS);
	int rc = 0;
	if (lists == NULL || octets == NULL) {
		rc = fail(v, ERR_NOMEM, 0, "out of memory");
		goto out;
	}
	if (!put_rrset(v, type, type == TYPE_SOA ? soa : NULL, &lists[0])) {
		put_denial(v, soa, &lists[1]);
	}
	const struct message_draft draft = {
		.question = v->child, .question_type = type, .flags = MESSAGE_FLAG_AA, .rcode = RCODE_NOERROR,
		.count = { [SECTION_ANSWER] = lists[0].count, [SECTION_AUTHORITY] = lists[1].count },
		.records = { [SECTION_ANSWER] = lists[0].records, [SECTION_AUTHORITY] = lists[1].records },
	};
	size_t size = message_compose(&draft, octets, LIMIT_MESSAGE_OCTETS);
	if (size == 0) {
		rc = fail(v, ERR_LIMIT, 0, "the records of one answer do not fit into a DNS message");
		goto out;
	}
	/* No network was involved, so no truncation: as over TCP. */
	*out = (struct evidence_answer){ .status = EVIDENCE_ANSWERED, .tcp = true, .attempts = 1,
		.octets = { arena_copy(v->arena, octets, size), size } };
	rc = out->octets.data == NULL ? fail(v, ERR_NOMEM, 0, "out of memory") : 0;
out:
	free(lists);
	free(octets);
	return rc;
}

/* Answers that were collected one by one may hold two SOA records: the first one and the last one, as a probe sees. */
static int compose_all(struct view *v, bool needs_soa, struct evidence_server *server)
{
	const struct record *first = NULL;
	const struct record *last = NULL;
	for (const struct item *i = v->apex.first; i != NULL; i = i->next) {
		if (i->record.type == TYPE_SOA) {
			first = first == NULL ? &i->record : first;
			last = &i->record;
		}
	}
	if (first == NULL && needs_soa) {
		char name[NAME_TEXT_SIZE];
		name_to_text(v->child, name);
		source_fault(v->error, v->file, 0, "no SOA record of %.100s; give its zone file, or what dig +dnssec prints for SOA, CDS, "
			"CDNSKEY and DNSKEY", name);
		return ERR_FORMAT;
	}
	for (unsigned q = 0; q < EVIDENCE_QUESTIONS; q++) {
		if (first == NULL && (q == EVIDENCE_SOA || q == EVIDENCE_SOA_LAST)) {
			server->answers[q] = (struct evidence_answer){ .status = EVIDENCE_NOT_ASKED };
			continue;
		}
		int rc = compose(v, (enum evidence_question)q, q == EVIDENCE_SOA ? first : last, &server->answers[q]);
		if (rc != 0) {
			return rc;
		}
	}
	return 0;
}

static bool has_type(const struct view *v, uint16_t type)
{
	for (const struct item *i = v->apex.first; i != NULL; i = i->next) {
		if (i->record.type == type) {
			return true;
		}
	}
	return false;
}

/* found NULL: a whole zone, or the answers to all questions. */
static int read_view(const char *path, const struct name *child, struct arena *arena, struct evidence_server *server,
	struct masterview_answers *found, struct source_error *error)
{
	if (path == NULL || child == NULL || child->size == 0 || arena == NULL || server == NULL || error == NULL) {
		return ERR_ARG;
	}
	const struct zonescan_options o = { .origin = child };
	struct zonescan *scan;
	int rc = zonescan_open(path, &o, &scan, error);
	if (rc != 0) {
		return rc;
	}
	struct view v = { .child = child, .arena = arena, .file = zonescan_name(scan), .error = error };
	struct evidence_server view = *server;
	rc = read_records(&v, scan);
	if (rc == 0) {
		rc = compose_all(&v, found == NULL, &view);
	}
	if (rc == 0) {
		*server = view;
	}
	if (rc == 0 && found != NULL) {
		*found = (struct masterview_answers){ .has_cds = has_type(&v, TYPE_CDS), .has_cdnskey = has_type(&v, TYPE_CDNSKEY),
			.has_dnskey = has_type(&v, TYPE_DNSKEY), .has_denial = has_type(&v, TYPE_NSEC) || has_type(&v, TYPE_NSEC3) };
	}
	zonescan_close(scan);
	return rc;
}

int masterview_read(const char *path, const struct name *child, struct arena *arena, struct evidence_server *server,
	struct source_error *error)
{
	return read_view(path, child, arena, server, NULL, error);
}

int masterview_read_answers(const char *path, const struct name *child, struct arena *arena, struct evidence_server *server,
	struct masterview_answers *found, struct source_error *error)
{
	return found == NULL ? ERR_ARG : read_view(path, child, arena, server, found, error);
}
