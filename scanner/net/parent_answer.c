/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads referrals (RFC 1034 section 4.3.2, RFC 4035 section 3.1.4) and answers to DS. */
#include "scanner/net/parent_answer.h"

#include <string.h>

#include "validate/wire/message.h"
#include "validate/wire/record.h"

static void none(struct referral *out, const char *why)
{
	out->says = REFERRAL_NONE;
	out->why = why;
}

/* Into a set of at most LIMIT_DS. False: a DS that cannot be read, or one too many. */
static bool take_ds(const struct record *r, struct ds_set *set)
{
	return set->count < LIMIT_DS && ds_parse(r->rdata, &set->ds[set->count]) == 0
		&& ds_is_wellformed(&set->ds[set->count]) && ++set->count > 0;
}

static void take_host(const struct record *r, struct referral *out)
{
	struct name host;
	if (name_from_wire(r->rdata.data, r->rdata.size, &host) != 0) {
		out->says = REFERRAL_TOO_MANY;	/* not all of them can be known, either */
		return;
	}
	for (size_t i = 0; i < out->host_count; i++) {
		if (name_equal(&out->hosts[i], &host)) {
			return;
		}
	}
	if (out->host_count == LIMIT_NS_HOSTS) {
		out->says = REFERRAL_TOO_MANY;
		return;
	}
	out->hosts[out->host_count++] = host;
}

/* Only of hosts of the NS set that lie in the parent: of others its servers know nothing. */
static void take_glue(const struct record *r, const struct name *origin, struct referral *out)
{
	struct address a = { .family = r->type == TYPE_A ? 4 : 6 };
	bool is_address = r->type == TYPE_A || r->type == TYPE_AAAA;
	if (!is_address || r->class != CLASS_IN || r->rdata.size != address_size(&a) || !name_is_within(r->owner, origin)) {
		return;
	}
	memcpy(a.octets, r->rdata.data, r->rdata.size);
	for (size_t i = 0; i < out->host_count && out->glue_count < sizeof(out->glue) / sizeof(out->glue[0]); i++) {
		if (name_equal(&out->hosts[i], r->owner)) {
			out->glue[out->glue_count++] = (struct referral_glue){ .host = i, .address = a };
		}
	}
}

static void take_authority(const struct record *r, const struct name *child, const struct name *origin, struct referral *out)
{
	if (r->class != CLASS_IN || out->says == REFERRAL_TOO_MANY) {
		return;
	}
	if (r->type == TYPE_NS && name_equal(r->owner, child)) {
		out->says = REFERRAL_DELEGATED;
		take_host(r, out);
	} else if (r->type == TYPE_NS && name_is_within(child, r->owner) && name_is_within(r->owner, origin)
		&& !name_equal(r->owner, origin)) {
		out->says = REFERRAL_ABOVE;
	} else if (r->type == TYPE_DS && name_equal(r->owner, child)) {
		out->ds_ttl = out->ds.count == 0 || r->ttl < out->ds_ttl ? r->ttl : out->ds_ttl;
		out->ds_broken = !take_ds(r, &out->ds) || out->ds_broken;
	}
}

static bool has_soa(const struct message *m, const struct name *origin)
{
	for (size_t i = 0; i < m->count[SECTION_AUTHORITY]; i++) {
		const struct record *r = &m->records[SECTION_AUTHORITY][i];
		if (r->type == TYPE_SOA && r->class == CLASS_IN && name_equal(r->owner, origin)) {
			return true;
		}
	}
	return false;
}

static bool has_answer(const struct message *m, const struct name *child)
{
	for (size_t i = 0; i < m->count[SECTION_ANSWER]; i++) {
		const struct record *r = &m->records[SECTION_ANSWER][i];
		if (r->type == TYPE_NS && name_equal(r->owner, child)) {
			return true;
		}
	}
	return false;
}

void referral_read(const uint8_t *octets, size_t size, const struct name *child, const struct name *origin, struct arena *arena,
	struct referral *out)
{
	struct message m;
	memset(out, 0, sizeof(*out));
	out->ds.ds = out->ds_records;
	none(out, "an answer that cannot be read");
	if (message_parse(octets, size, arena, &m) != 0 || !message_answers(&m, child, TYPE_NS) || (m.flags & MESSAGE_FLAG_TC) != 0) {
		return;
	}
	bool own = (m.flags & MESSAGE_FLAG_AA) != 0;
	if (m.rcode != RCODE_NOERROR && !(m.rcode == RCODE_NXDOMAIN && own)) {
		none(out, m.rcode == RCODE_SERVFAIL ? "SERVFAIL" : m.rcode == RCODE_REFUSED ? "REFUSED" : "an error");
		return;
	}
	if (own) {
		bool of_parent = has_soa(&m, origin);
		out->says = has_answer(&m, child) ? REFERRAL_OWN : of_parent ? REFERRAL_ABSENT : REFERRAL_NONE;
		out->why = "neither a referral nor a denial of the parent's";
		return;
	}
	none(out, "no referral");
	for (size_t i = 0; i < m.count[SECTION_AUTHORITY]; i++) {
		take_authority(&m.records[SECTION_AUTHORITY][i], child, origin, out);
	}
	for (size_t i = 0; i < m.count[SECTION_ADDITIONAL] && out->says == REFERRAL_DELEGATED; i++) {
		take_glue(&m.records[SECTION_ADDITIONAL][i], origin, out);
	}
	ds_set_normalize(&out->ds);
}

void parent_ds_read(const uint8_t *octets, size_t size, const struct name *child, struct arena *arena, struct parent_ds *out)
{
	struct message m;
	memset(out, 0, sizeof(*out));
	out->ds.ds = out->records;
	if (message_parse(octets, size, arena, &m) != 0 || !message_answers(&m, child, TYPE_DS) || (m.flags & MESSAGE_FLAG_TC) != 0
	    || (m.rcode != RCODE_NOERROR && m.rcode != RCODE_NXDOMAIN)) {
		return;
	}
	for (size_t i = 0; i < m.count[SECTION_ANSWER]; i++) {
		const struct record *r = &m.records[SECTION_ANSWER][i];
		bool of_child = r->class == CLASS_IN && name_equal(r->owner, child);
		if (of_child && (r->type == TYPE_CNAME || (r->type == TYPE_DS && !take_ds(r, &out->ds)))) {
			return;
		}
	}
	ds_set_normalize(&out->ds);
	out->authentic = (m.flags & MESSAGE_FLAG_AD) != 0;
	out->state = out->ds.count > 0 ? DS_PRESENT : DS_ABSENT;
}

enum ds_state parent_ds_join(const struct referral *r, const struct parent_ds *d, bool proven)
{
	return proven && !r->ds_broken && d->state != DS_UNKNOWN && ds_set_equal(&r->ds, &d->ds) ? d->state : DS_UNKNOWN;
}
