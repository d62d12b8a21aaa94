/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads NOTIFY messages: RFC 1996 section 3, RFC 9859 section 4. */
#include "validate/notify/message.h"

#define FLAGS_OCTET 2
#define QR_BIT 0x80
#define OPTION_REPORT_CHANNEL 18

bool notify_is_no_request(const uint8_t *octets, size_t size)
{
	return octets == NULL || size < HEADER_OCTETS || (octets[FLAGS_OCTET] & QR_BIT) != 0;
}

/* Which records are payload: RFC 1996 section 3.7 has hints in the answer section, and an update, whose form a NOTIFY has,
 * keeps what it is about in the authority section. What is additional, a TSIG for one, speaks of no zone. */
static bool speaks_of_others(const struct message *m)
{
	for (enum section section = SECTION_ANSWER; section <= SECTION_AUTHORITY; section++) {
		for (size_t i = 0; i < m->count[section]; i++) {
			if (!name_is_within(m->records[section][i].owner, &m->question)) {
				return true;
			}
		}
	}
	return false;
}

/* The options are whole: message_parse has seen to it. Of two agents none is meant. */
static void read_agent(struct notify_message *n)
{
	struct wire w = wire_reader(n->dns.edns_options.data, n->dns.edns_options.size);
	while (wire_left(&w) > 0) {
		uint16_t code = wire_read_u16(&w);
		uint16_t size = wire_read_u16(&w);
		const uint8_t *data = wire_read(&w, size);
		if (code != OPTION_REPORT_CHANNEL) {
			continue;
		}
		struct name agent;
		bool is_one = !n->has_agent && name_from_wire(data, size, &agent) == 0;
		n->has_agent = true;
		n->agent = is_one ? agent : (struct name){ .size = 0 };
	}
}

int notify_read(const uint8_t *octets, size_t size, struct arena *arena, struct notify_message *out)
{
	struct notify_message n = { .question_octets = 0 };
	int code = message_parse(octets, size, arena, &n.dns);
	if (code != 0) {
		return code;
	}
	/* In front of the first question there is nothing that its name could point to: it is as long as it is read. */
	n.question_octets = n.dns.question_count == 0 ? 0 : n.dns.question.size + 4u;
	n.is_several = speaks_of_others(&n.dns);
	read_agent(&n);
	*out = n;
	return 0;
}
