/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every RRset of a zone file under the DNSKEY RRset of the zone, and the types whose absence at the apex is proven. */
#include "tests/differential/verdict.h"

#include <stdlib.h>
#include <string.h>

#include "registry/source/zonescan.h"
#include "validate/dnssec/denial.h"
#include "validate/wire/err.h"

#define RECORDS_MAX 500

/* A zone as one message: everything in the answer section, and what denies in the authority section too. */
struct zone {
	const struct question *q;
	struct arena *arena;
	size_t count;
	struct record records[RECORDS_MAX];
	size_t proof_count;
	struct record proofs[RECORDS_MAX];
};

static bool is_proof(const struct record *r)
{
	uint16_t covered = r->type == TYPE_RRSIG ? (uint16_t)(r->rdata.data[0] << 8 | r->rdata.data[1]) : 0;
	return r->type == TYPE_NSEC || r->type == TYPE_NSEC3 || covered == TYPE_NSEC || covered == TYPE_NSEC3;
}

static int keep(struct zone *z, const struct zonescan_record *r)
{
	struct name *owner = arena_alloc(z->arena, sizeof *owner);
	uint8_t *rdata = arena_copy(z->arena, r->rdata, r->rdata_size);
	if (owner == NULL || rdata == NULL) {
		return ERR_NOMEM;
	}
	if (z->count == RECORDS_MAX || name_from_wire(r->owner, r->owner_size, owner) != 0) {
		return ERR_LIMIT;
	}
	struct record record = { owner, r->type, CLASS_IN, r->ttl, { rdata, r->rdata_size } };
	z->records[z->count++] = record;
	if (is_proof(&record)) {
		z->proofs[z->proof_count++] = record;
	}
	return 0;
}

static int read_zone(struct zone *z)
{
	const struct zonescan_options o = { .origin = &z->q->apex };
	struct source_error error;
	struct zonescan *scan;
	int rc = zonescan_open(z->q->zone, &o, &scan, &error);
	while (rc == 0) {
		struct zonescan_record r;
		rc = zonescan_next(scan, &r, &error);
		if (rc != 0 || r.what == ZONESCAN_END) {
			break;
		}
		rc = r.what == ZONESCAN_RECORD ? keep(z, &r) : 0;
	}
	zonescan_close(scan);
	return rc;
}

static int parse(struct zone *z, const struct record *answer, size_t count, struct message *out)
{
	uint8_t *octets = arena_alloc(z->arena, LIMIT_MESSAGE_OCTETS);
	const struct message_draft draft = { .question = &z->q->apex, .question_type = TYPE_CDS,
		.flags = MESSAGE_FLAG_AA, .count = { [SECTION_ANSWER] = count, [SECTION_AUTHORITY] = z->proof_count },
		.records = { [SECTION_ANSWER] = answer, [SECTION_AUTHORITY] = z->proofs } };
	size_t size = octets == NULL ? 0 : message_compose(&draft, octets, LIMIT_MESSAGE_OCTETS);
	return size == 0 ? ERR_LIMIT : message_parse(octets, size, z->arena, out);
}

static const char *status_text(enum sig_status status)
{
	switch (status) {
	case SIG_VALID:
		return "valid";
	case SIG_MISSING:
		return "missing";
	case SIG_EXPIRED:
		return "expired";
	case SIG_NOT_YET_VALID:
		return "future";
	case SIG_UNSUPPORTED:
		return "unsupported";
	case SIG_TOO_MANY:
	case SIG_BUDGET:
		return "too much work";
	case SIG_BOGUS:
		break;
	}
	return "bogus";
}

static bool is_first(const struct message *m, size_t at)
{
	const struct record *r = &m->records[SECTION_ANSWER][at];
	for (size_t i = 0; i < at; i++) {
		const struct record *other = &m->records[SECTION_ANSWER][i];
		if (other->type == r->type && name_equal(other->owner, r->owner)) {
			return false;
		}
	}
	return true;
}

struct keys {
	size_t count;
	struct dnskey *list;
};

static int find_keys(struct zone *z, const struct message *m, struct keys *out)
{
	struct rrset set;
	int rc = message_rrset(m, SECTION_ANSWER, &z->q->apex, TYPE_DNSKEY, z->arena, &set);
	if (rc != 0) {
		return rc;
	}
	*out = (struct keys){ .list = arena_array(z->arena, set.count + 1, sizeof *out->list) };
	for (size_t i = 0; out->list != NULL && i < set.count; i++) {
		out->count += dnskey_parse(set.rdata[i], &out->list[out->count]) == 0;
	}
	return out->list == NULL ? ERR_NOMEM : 0;
}

static int put_sets(struct zone *z, struct verifier *v, const struct message *m, const struct keys *keys, FILE *to)
{
	fputs(",\"sets\":{", to);
	bool any = false;
	for (size_t i = 0; i < m->count[SECTION_ANSWER]; i++) {
		const struct record *r = &m->records[SECTION_ANSWER][i];
		if (r->type == TYPE_RRSIG || !is_first(m, i)) {
			continue;
		}
		struct rrset set;
		struct sig_result result;
		int rc = message_rrset(m, SECTION_ANSWER, r->owner, r->type, z->arena, &set);
		if (rc == 0) {
			rc = verify_by_keys(v, &z->q->apex, &set, keys->list, keys->count, &result);
		}
		if (rc != 0) {
			return rc;
		}
		char owner[NAME_TEXT_SIZE];
		char type[16];
		name_to_text(r->owner, owner);
		fprintf(to, "%s\"", any ? "," : "");
		for (const char *at = owner; *at != '\0'; at++) {
			fprintf(to, "%s%c", *at == '\\' ? "\\" : "", *at);
		}
		fprintf(to, " %s\":\"%s\"", r->type == 16 ? "TXT" : rrtype_text(r->type, type),
			status_text(result.status));
		any = true;
	}
	fputs("}", to);
	return 0;
}

static int put_denials(struct zone *z, struct verifier *v, struct crypto *crypto, const struct message *m,
	const struct keys *keys, FILE *to)
{
	static const struct {
		uint16_t type;
		const char *text;
	} types[] = { { TYPE_CDS, "CDS" }, { TYPE_CDNSKEY, "CDNSKEY" }, { TYPE_A, "A" }, { 15, "MX" }, { 257, "CAA" },
		{ TYPE_NS, "NS" }, { TYPE_DNSKEY, "DNSKEY" }, { TYPE_RRSIG, "RRSIG" }, { TYPE_SOA, "SOA" } };
	static const char *const texts[] = { "none", "proven", "bogus", "iterations" };
	fputs(",\"denied\":{", to);
	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
		struct denial denial;
		int rc = denial_nodata(v, crypto, &z->q->apex, m, types[i].type, keys->list, keys->count, &denial);
		if (rc != 0) {
			return rc;
		}
		fprintf(to, "%s\"%s\":\"%s\"", i > 0 ? "," : "", types[i].text, texts[denial.status]);
	}
	fputs("}", to);
	return 0;
}

int verdict_zone(struct crypto *crypto, const struct question *q, struct arena *arena, FILE *to)
{
	struct zone *z = arena_alloc(arena, sizeof *z);
	struct verifier *v = verifier_new(crypto, arena, q->now);
	if (z == NULL || v == NULL) {
		return ERR_NOMEM;
	}
	z->q = q;
	z->arena = arena;
	struct message m;
	struct keys keys = { .count = 0 };
	int rc = read_zone(z);
	rc = rc == 0 ? parse(z, z->records, z->count, &m) : rc;
	rc = rc == 0 ? find_keys(z, &m, &keys) : rc;
	rc = rc == 0 ? put_sets(z, v, &m, &keys, to) : rc;
	rc = rc == 0 ? put_denials(z, v, crypto, &m, &keys, to) : rc;
	verifier_free(v);
	return rc;
}
