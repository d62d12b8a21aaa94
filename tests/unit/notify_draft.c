/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes NOTIFY messages. */
#include "tests/unit/notify_draft.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "validate/wire/message.h"

#define ID 0x4711
#define OPTION_COOKIE 10
#define OPTION_REPORT_CHANNEL 18

static struct name name_of(const char *text)
{
	struct name name;
	if (name_from_text(text, &name) != 0) {
		fprintf(stderr, "not a name: %s\n", text);
		abort();
	}
	return name;
}

/* Names as they are sent by those who mix cases. */
static void write_name(struct wire *w, const char *text)
{
	struct name name = name_of(text);
	for (size_t i = 0; name.octets[i] > 0; i += 1u + name.octets[i]) {
		uint8_t *first = &name.octets[i + 1];
		*first = *first >= 'a' && *first <= 'z' ? *first ^ 0x20 : *first;
	}
	wire_write(w, name.octets, name.size);
}

static void write_record(struct wire *w, const char *owner)
{
	if (owner != NULL) {
		write_name(w, owner);
		wire_write_u16(w, TYPE_CDS);
		wire_write_u16(w, CLASS_IN);
		wire_write_u32(w, 300);
		wire_write_u16(w, 5);
		wire_write(w, "\0\0\0\0", 5);
	}
}

static void write_agent(struct wire *w, const char *agent)
{
	if (agent == NULL || strcmp(agent, "_") == 0) {
		return;
	}
	wire_write_u16(w, OPTION_REPORT_CHANNEL);
	if (agent[0] == '\0' || agent[0] == '?') {
		wire_write_u16(w, agent[0] == '?');
		wire_write(w, "\3", agent[0] == '?');
		return;
	}
	const struct name name = name_of(agent);
	wire_write_u16(w, name.size);
	write_name(w, agent);
}

static void write_opt(struct wire *w, const struct notify_draft *d)
{
	wire_write_u8(w, 0);
	wire_write_u16(w, TYPE_OPT);
	wire_write_u16(w, 4096);
	wire_write_u32(w, (uint32_t)d->version << 16 | (d->dnssec_ok ? 0x8000 : 0));
	size_t at = w->pos;
	wire_write_u16(w, 0);
	/* An option of no interest in front of them. */
	wire_write_u16(w, OPTION_COOKIE);
	wire_write_u16(w, 8);
	wire_write(w, "12345678", 8);
	for (size_t i = 0; i < 3; i++) {
		write_agent(w, d->agents[i]);
	}
	struct wire size = wire_writer(w->out + at, 2);
	wire_write_u16(&size, (uint16_t)(w->pos - at - 2));
}

size_t notify_draft_write(const struct notify_draft *d, uint8_t out[NOTIFY_DRAFT_ROOM])
{
	unsigned questions = d->no_question ? 0 : 1 + d->more_questions;
	struct wire w = wire_writer(out, NOTIFY_DRAFT_ROOM);
	wire_write_u16(&w, ID);
	wire_write_u16(&w, NOTIFY_FLAGS ^ d->flags);
	wire_write_u16(&w, (uint16_t)questions);
	wire_write_u16(&w, d->answer != NULL);
	wire_write_u16(&w, d->authority != NULL);
	wire_write_u16(&w, (uint16_t)((d->additional != NULL) + d->edns));
	for (unsigned i = 0; i < questions; i++) {
		write_name(&w, d->name);
		wire_write_u16(&w, d->type == 0 ? TYPE_CDS : d->type);
		wire_write_u16(&w, d->class == 0 ? CLASS_IN : d->class);
	}
	write_record(&w, d->answer);
	write_record(&w, d->authority);
	if (d->edns) {
		write_opt(&w, d);
	}
	write_record(&w, d->additional);
	for (size_t i = 0; i < d->more; i++) {
		wire_write_u8(&w, 0);
	}
	if (wire_error(&w) || d->cut > w.pos) {
		abort();
	}
	return w.pos - d->cut;
}
