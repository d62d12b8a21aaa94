/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Answers to NOTIFY messages: RFC 9859 section 4.3, RFC 6891, RFC 8914. */
#include <assert.h>

#include "validate/cds/reason.h"
#include "validate/notify/message.h"

/* What an answer has of the request: opcode, AA and RD. */
#define KEPT_FLAGS (0x7800 | MESSAGE_FLAG_AA | MESSAGE_FLAG_RD)
#define UDP_OCTETS 1232
#define EDNS_DO 0x8000
#define OPTION_EDE 15
#define EDE_OCTETS 2

static void write_opt(struct wire *w, const struct notify_reply *r)
{
	bool tells = r->ede != EDE_NONE;
	name_write(w, &name_root);
	wire_write_u16(w, TYPE_OPT);
	wire_write_u16(w, UDP_OCTETS);
	wire_write_u32(w, (uint32_t)r->rcode >> 4 << 24 | (r->message->dns.edns_do ? EDNS_DO : 0));
	wire_write_u16(w, tells ? 4 + EDE_OCTETS : 0);
	if (tells) {
		wire_write_u16(w, OPTION_EDE);
		wire_write_u16(w, EDE_OCTETS);
		wire_write_u16(w, r->ede);
	}
}

size_t notify_compose(const struct notify_reply *r, uint8_t out[NOTIFY_RESPONSE_MAX])
{
	struct wire request = wire_reader(r->request, HEADER_OCTETS);
	struct wire w = wire_writer(out, NOTIFY_RESPONSE_MAX);
	size_t question = r->message != NULL ? r->message->question_octets : 0;
	bool has_edns = r->message != NULL && r->message->dns.has_edns;
	uint16_t id = wire_read_u16(&request);
	uint16_t flags = wire_read_u16(&request);
	wire_write_u16(&w, id);
	wire_write_u16(&w, MESSAGE_FLAG_QR | (flags & KEPT_FLAGS) | ((unsigned)r->rcode & 15));
	wire_write_u16(&w, question > 0);
	wire_write_u16(&w, 0);
	wire_write_u16(&w, 0);
	wire_write_u16(&w, has_edns);
	/* As it was sent: who mixes cases to know his answers again gets them back. */
	wire_write(&w, r->request + HEADER_OCTETS, question);
	if (has_edns) {
		write_opt(&w, r);
	}
	assert(!wire_error(&w));
	return w.pos;
}
