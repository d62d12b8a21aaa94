/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What matters of the records of a parent zone. */
#include "registry/source/zone.h"

#include <string.h>

#include "validate/dnssec/rrsig.h"
#include "validate/wire/cursor.h"
#include "validate/wire/err.h"
#include "validate/wire/record.h"

static int fault(struct zone_reading *r, uint64_t line, const char *reason)
{
	source_fault(r->error, r->file, line, "%s", reason);
	return ERR_FORMAT;
}

static void leave_out(struct zone_reading *r, uint64_t line, const char *reason)
{
	struct source_error e;
	source_fault(&e, r->file, line, "%s", reason);
	if (r->info->skipped++ == 0) {
		r->first_skipped = e;
	}
	if (r->skip != NULL) {
		r->skip(r->user, &e);
	}
}

static bool parse_soa(const struct zonescan_record *z, struct zone_soa *out)
{
	struct wire w = wire_reader(z->rdata, z->rdata_size);
	*out = (struct zone_soa){ .numbers = { 0 } };
	name_read_plain(&w, &out->mname);
	name_read_plain(&w, &out->rname);
	const uint8_t *numbers = wire_read(&w, sizeof(out->numbers));
	if (!wire_done(&w)) {
		return false;
	}
	memcpy(out->numbers, numbers, sizeof(out->numbers));
	return true;
}

/* A zone has one SOA; a transfer's output has it first and last (RFC 5936 section 2.2). */
static int take_soa(struct zone_reading *r, const struct zonescan_record *z, const struct name *owner)
{
	const struct name *wanted = r->wanted;
	struct zone_soa soa;
	if (!parse_soa(z, &soa)) {
		return fault(r, z->line, "the SOA record is malformed");
	}
	if (r->soa_count == 0) {
		if (wanted->size != 0 && !name_equal(owner, wanted)) {
			char is[NAME_TEXT_SIZE];
			char asked[NAME_TEXT_SIZE];
			name_to_text(owner, is);
			name_to_text(wanted, asked);
			source_fault(r->error, r->file, z->line,
				"the SOA is of %.80s and not of %.80s; give the file of that zone or another --origin", is, asked);
			return ERR_FORMAT;
		}
		r->soa = soa;
		r->soa_count = 1;
		r->info->origin = *owner;
		struct wire w = wire_reader(soa.numbers, sizeof(soa.numbers));
		r->info->soa_serial = wire_read_u32(&w);
		return 0;
	}
	if (!name_equal(owner, &r->info->origin)) {
		return fault(r, z->line, "a second SOA with another owner: two zones in one file; give one");
	}
	if (!name_equal(&soa.mname, &r->soa.mname) || !name_equal(&soa.rname, &r->soa.rname)
		|| memcmp(soa.numbers, r->soa.numbers, sizeof(soa.numbers)) != 0) {
		return fault(r, z->line, "a second SOA that differs from the first: the zone changed while it was transferred, or two "
			"files are joined; transfer it again");
	}
	r->soa_count++;
	return 0;
}

/* RFC 4034 section 3.1: what comes before the times. */
#define RRSIG_HEAD 8

static bool covers_soa(const struct zonescan_record *z)
{
	return z->type == TYPE_RRSIG && z->rdata_size >= RRSIG_HEAD + 4 && z->rdata[0] == 0 && z->rdata[1] == TYPE_SOA;
}

/* Not verified: it tells how old the zone is, and nothing is believed for its sake. */
static void take_soa_signature(struct zone_reading *r, const struct zonescan_record *z)
{
	struct wire w = wire_reader(z->rdata + RRSIG_HEAD, 4);
	uint32_t expires = wire_read_u32(&w);
	if (!r->info->soa_signed || serial_before(r->info->soa_expires, expires)) {
		r->info->soa_expires = expires;
	}
	r->info->soa_signed = true;
}

static int deliver(struct zone_reading *r, const struct zonescan_record *z, const struct name *owner)
{
	/* RFC 2181 section 8: with its highest bit a TTL is one of zero. */
	struct source_record out = { .owner = owner, .ttl = z->ttl <= INT32_MAX ? z->ttl : 0 };
	struct name host;
	struct ds ds;
	struct address address = { .family = 0 };
	switch (z->type) {
	case TYPE_NS:
		if (name_from_wire(z->rdata, z->rdata_size, &host) != 0) {
			leave_out(r, z->line, "the NS record is malformed");
			out.kind = SOURCE_DS;
			break;
		}
		out.kind = SOURCE_NS;
		out.host = &host;
		break;
	case TYPE_DS:
		out.kind = SOURCE_DS;
		out.ds = &ds;
		if (ds_parse((struct slice){ z->rdata, z->rdata_size }, &ds) != 0 || !ds_is_wellformed(&ds)) {
			leave_out(r, z->line, "the DS record is malformed: its digest does not have the length of its type");
			out.ds = NULL;
		}
		break;
	default:
		address.family = z->type == TYPE_A ? 4 : 6;
		if (z->rdata_size != address_size(&address)) {
			leave_out(r, z->line, "the address record is malformed");
			return 0;
		}
		memcpy(address.octets, z->rdata, z->rdata_size);
		out.kind = SOURCE_ADDRESS;
		out.address = &address;
		break;
	}
	return r->sink(r->user, &out);
}

static bool is_wanted(uint16_t type)
{
	return type == TYPE_NS || type == TYPE_DS || type == TYPE_A || type == TYPE_AAAA || type == TYPE_SOA;
}

static bool take_owner(struct zone_reading *r, const struct zonescan_record *z)
{
	if (z->owner_size == r->owner_size && memcmp(z->owner, r->owner_octets, r->owner_size) == 0) {
		return r->owner_size > 0;
	}
	r->owner_size = 0;
	if (z->owner_size > sizeof(r->owner_octets) || name_from_wire(z->owner, z->owner_size, &r->owner) != 0) {
		return false;
	}
	r->owner_size = z->owner_size;
	memcpy(r->owner_octets, z->owner, z->owner_size);
	return true;
}

int zone_take(struct zone_reading *r, const struct zonescan_record *z)
{
	r->info->records++;
	if (covers_soa(z)) {
		take_soa_signature(r, z);
	}
	if (!is_wanted(z->type)) {
		return 0;
	}
	if (zonescan_is_relative(z->owner, z->owner_size)
		|| (z->type == TYPE_NS && zonescan_is_relative(z->rdata, z->rdata_size))) {
		return fault(r, z->line, "a relative name, and no $ORIGIN before it; say which zone this is with --origin");
	}
	if (!take_owner(r, z)) {
		leave_out(r, z->line, "the owner is not a name");
		return 0;
	}
	return z->type == TYPE_SOA ? take_soa(r, z, &r->owner) : deliver(r, z, &r->owner);
}

/* If the line was a DS, its owner must not look as if it had fewer: unknown is not insecure. Nor if it was an NS:
 * without all of its servers nothing may be decided of a child (R9975-3-1), and of an unknown DS set nothing is. */
int zone_take_broken(struct zone_reading *r, const struct zonescan_record *z, const struct source_error *e)
{
	leave_out(r, e->line, e->reason);
	struct name owner;
	if ((z->type != TYPE_DS && z->type != TYPE_NS && z->type != 0) || z->owner_size == 0
		|| zonescan_is_relative(z->owner, z->owner_size) || name_from_wire(z->owner, z->owner_size, &owner) != 0) {
		return 0;
	}
	const struct source_record out = { .kind = SOURCE_DS, .owner = &owner, .ds = NULL };
	return r->sink(r->user, &out);
}

int zone_check_whole(struct zone_reading *r, bool transfer)
{
	if (r->soa_count == 0 && r->info->skipped > 0) {
		source_fault(r->error, r->file, 0, "no SOA record, and %llu lines that cannot be read (the first is %llu: %.80s): is "
			"this a master file?", (unsigned long long)r->info->skipped,
			(unsigned long long)r->first_skipped.line, r->first_skipped.reason);
		return ERR_FORMAT;
	}
	if (r->soa_count == 0) {
		return fault(r, 0, "no SOA record, so this is no whole zone; give the complete zone file of the parent");
	}
	if (transfer && r->soa_count < 2) {
		return fault(r, 0, "a zone transfer without the SOA record that closes it, so this is no whole zone; transfer it "
			"again");
	}
	return 0;
}
