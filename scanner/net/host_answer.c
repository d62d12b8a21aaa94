/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading addresses from the answer of a recursive server. */
#include "scanner/net/host_answer.h"

#include <string.h>

#include "validate/wire/message.h"
#include "validate/wire/record.h"

/* Keeps the smallest ones: which are kept must not depend on the order of the answer. */
static void keep(struct host_leg *leg, const struct address *address)
{
	uint8_t at = 0;
	int order = 1;
	while (at < leg->count && (order = address_compare(&leg->addresses[at], address)) < 0) {
		at++;
	}
	if (at == LIMIT_HOST_ADDRESSES || (at < leg->count && order == 0)) {
		return;
	}
	uint8_t moved = leg->count < LIMIT_HOST_ADDRESSES ? leg->count : LIMIT_HOST_ADDRESSES - 1;
	memmove(&leg->addresses[at + 1], &leg->addresses[at],
		(size_t)(moved - at) * sizeof(leg->addresses[0]));
	leg->addresses[at] = *address;
	leg->count = (uint8_t)(moved + 1);
}

static void read_record(const struct record *r, uint16_t type, struct host_leg *leg)
{
	struct address address = { .family = type == TYPE_A ? 4 : 6 };
	if (r->type != type || r->rdata.size != address_size(&address)) {
		return;
	}
	memcpy(address.octets, r->rdata.data, r->rdata.size);
	leg->ttl = r->ttl < leg->ttl ? r->ttl : leg->ttl;
	keep(leg, &address);
}

/* Only records whose owner is the host count. A name server must not be an alias (RFC 2181 section
 * 10.3), so a CNAME is not followed. */
void host_answer_read(const uint8_t *octets, size_t size, const struct name *host, uint16_t type,
	struct arena *arena, struct host_leg *out)
{
	struct message m;
	*out = (struct host_leg){ .status = HOST_LEG_FAILED, .ttl = UINT32_MAX };
	if (message_parse(octets, size, arena, &m) || !message_answers(&m, host, type)) {
		return;
	}
	if (m.flags & MESSAGE_FLAG_TC) {
		out->status = HOST_LEG_TRUNCATED;
		return;
	}
	if (m.rcode != RCODE_NOERROR && m.rcode != RCODE_NXDOMAIN) {
		return;
	}
	out->status = HOST_LEG_DONE;
	for (size_t i = 0; i < m.count[SECTION_ANSWER]; i++) {
		const struct record *r = &m.records[SECTION_ANSWER][i];
		if (r->class != CLASS_IN || !name_equal(r->owner, host)) {
			continue;
		}
		if (r->type == TYPE_CNAME) {
			out->status = HOST_LEG_ALIAS;
			out->count = 0;
			return;
		}
		if (m.rcode == RCODE_NOERROR) {
			read_record(r, type, out);
		}
	}
}

void host_answer_merge(const struct host_leg *four, const struct host_leg *six, struct host *out)
{
	const uint8_t half = LIMIT_HOST_ADDRESSES / 2;
	uint8_t left = four->count < half ? (uint8_t)(LIMIT_HOST_ADDRESSES - four->count) : half;
	uint8_t sixes = six->count < left ? six->count : left;
	left = (uint8_t)(LIMIT_HOST_ADDRESSES - sixes);
	uint8_t fours = four->count < left ? four->count : left;
	*out = (struct host){ .status = HOST_FAILED, .count = (uint8_t)(fours + sixes) };
	memcpy(out->addresses, four->addresses, fours * sizeof(out->addresses[0]));
	memcpy(out->addresses + fours, six->addresses, sixes * sizeof(out->addresses[0]));
	if (four->status == HOST_LEG_ALIAS || six->status == HOST_LEG_ALIAS) {
		out->status = HOST_ALIAS;
		out->count = 0;
	} else if (four->status == HOST_LEG_DONE && six->status == HOST_LEG_DONE) {
		out->status = out->count > 0 ? HOST_RESOLVED : HOST_NO_ADDRESS;
	}
}
