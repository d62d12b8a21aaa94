/* SPDX-License-Identifier: GPL-3.0-or-later */
/* DNS operators as signers: what they publish, with which keys, and the times their software gives signatures. */
#include "tests/sim/keys.h"

#define WEEK (7 * DAY)
#define THURSDAY 0u	/* the epoch was one */

/* BIND: an hour back, two weeks ahead. PowerDNS: from the Thursday one or two weeks back to one or two weeks ahead, so that
 * all signatures of a week begin at once. Others: minutes back, days ahead. */
static void sign_times(struct provider *p, uint32_t now)
{
	uint32_t thursday = now - (now - THURSDAY) % WEEK;
	switch (p->style) {
	case SIGN_POWERDNS:
		p->inception = thursday - WEEK;
		p->expiration = thursday + 2 * WEEK;
		p->resign_at = thursday + WEEK;
		break;
	case SIGN_SHORT:
		p->inception = now - 5 * MINUTE;
		p->expiration = now + 4 * DAY;
		p->resign_at = now + between(DAY, 2 * DAY);
		break;
	default:
		p->inception = now - HOUR;
		p->expiration = now + 14 * DAY;
		p->resign_at = now + between(5 * DAY, 9 * DAY);
		break;
	}
}

static struct part make_part(const struct provider *p, uint16_t kind, uint32_t by)
{
	return (struct part){ .kind = kind, .serial = p->serial, .by = by, .inception = by == 0 ? 0 : p->inception,
		.expiration = by == 0 ? NEVER : p->expiration };
}

void provider_zone(const struct child *c, unsigned number, struct zone *out)
{
	const struct provider *p = &c->providers[number];
	bool is_signed = p->keys != 0;
	uint32_t cds_by = p->cds_by != 0 ? p->cds_by : p->keys_by;
	uint16_t cds = c->says_cds ? p->signal : PART_EMPTY;
	uint16_t cdnskey = c->says_cdnskey ? p->signal : PART_EMPTY;
	uint16_t types = (uint16_t)(1 << PART_SOA | (cds != PART_EMPTY) << PART_CDS | (cdnskey != PART_EMPTY) << PART_CDNSKEY |
		is_signed << PART_DNSKEY);
	uint32_t zone_by = is_signed ? p->zone_by : 0;
	*out = (struct zone){ .parts = { make_part(p, PART_KEYS, zone_by),
		make_part(p, cds, !is_signed ? 0 : cds == PART_EMPTY ? zone_by : cds_by),
		make_part(p, cdnskey, !is_signed ? 0 : cdnskey == PART_EMPTY ? zone_by : cds_by),
		make_part(p, is_signed ? PART_KEYS : PART_EMPTY, is_signed ? p->keys_by : 0) } };
	if (cds == PART_KEYS) {
		out->parts[PART_CDS].keys = p->cds.sha256;
		out->parts[PART_CDS].keys384 = p->cds.sha384;
	}
	if (cdnskey == PART_KEYS) {
		out->parts[PART_CDNSKEY].keys = p->cds.sha256 | p->cds.sha384;
	}
	out->parts[PART_DNSKEY].keys = p->keys;
	for (unsigned i = 0; i < PARTS; i++) {
		out->parts[i].types = out->parts[i].kind == PART_EMPTY ? types : 0;
	}
}

void provider_publish(struct child *c, unsigned number)
{
	struct provider *p = &c->providers[number];
	struct zone z;
	p->serial++;
	sign_times(p, c->now);
	provider_zone(c, number, &z);
	attack_capture(c, &z);
	sayings_add(c, number, &z);
	for (unsigned i = 0; i < p->hosts; i++) {
		unsigned host = number * HOSTS_EACH + i;
		if (c->servers[host].on) {
			server_push(c, host, &z);
		} else {
			server_start(c, host, &z);
		}
	}
}

uint32_t providers_next(const struct child *c)
{
	uint32_t next = NEVER;
	for (unsigned i = 0; i < PROVIDERS; i++) {
		const struct provider *p = &c->providers[i];
		next = p->on && p->resign_at < next ? p->resign_at : next;
	}
	return next;
}

void providers_step(struct child *c)
{
	for (unsigned i = 0; i < PROVIDERS; i++) {
		if (c->providers[i].on && c->providers[i].resign_at <= c->now) {
			provider_publish(c, i);
		}
	}
}

uint32_t next_ksk(struct child *c)
{
	return key_ksk(c->algorithm, ++c->ksk_slot);
}

uint32_t next_zsk(struct child *c)
{
	return key_zsk(c->algorithm, ++c->zsk_slot);
}
