/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What evidence says at first sight. */
#include "validate/cds/evidence_format.h"

#include <string.h>

#include "validate/cds/codec.h"

uint16_t evidence_question_type(enum evidence_question q)
{
	switch (q) {
	case EVIDENCE_SOA:
	case EVIDENCE_SOA_LAST:
		return TYPE_SOA;
	case EVIDENCE_CDS:
		return TYPE_CDS;
	case EVIDENCE_CDNSKEY:
		return TYPE_CDNSKEY;
	case EVIDENCE_DNSKEY:
		return TYPE_DNSKEY;
	case EVIDENCE_NS:
		return TYPE_NS;
	case EVIDENCE_TXT:
		return TYPE_TXT;
	case EVIDENCE_QUESTIONS:
		break;
	}
	return 0;
}

uint32_t evidence_unresolved(const struct evidence *e)
{
	uint32_t hosts = 0;
	for (size_t i = 0; i < e->host_count && i < LIMIT_NS_HOSTS; i++) {
		enum evidence_host_status status = e->hosts[i].status;
		bool unknown = status == EVIDENCE_HOST_FAILED || status == EVIDENCE_HOST_BOGUS;
		hosts |= unknown ? UINT32_C(1) << i : 0;
	}
	return hosts;
}

bool evidence_is_one_round(const struct evidence *e)
{
	/* An end before the beginning is an age after it. */
	return e->ended_ms - e->began_ms <= LIMIT_ROUND_MS;
}

bool evidence_has_ns(const struct evidence *e)
{
	return e->ns.asked && e->ns.server < e->server_count && e->servers[e->ns.server].skip == SKIP_NONE &&
		e->ns.answer.status != EVIDENCE_NOT_ASKED;
}

struct evidence evidence_from(const struct evidence *e, size_t i)
{
	struct evidence one = *e;
	one.servers = e->vantages[i].servers;
	one.ns = (struct evidence_ns){ .asked = false };
	one.signals_asked = false;
	one.signal_count = 0;
	one.vantage_count = 0;
	return one;
}

uint8_t evidence_version(const struct evidence *e)
{
	if (e->vantage_count > 0) {
		return EVIDENCE_WITH_VANTAGES;
	}
	if (e->challenge_asked) {
		return EVIDENCE_WITH_CHALLENGE;
	}
	bool is_new = e->trigger != TRIGGER_TIMER || e->signals_asked;
	for (size_t i = 0; i < e->host_count; i++) {
		is_new = is_new || e->hosts[i].status == EVIDENCE_HOST_NOT_ASKED;
	}
	if (is_new) {
		return EVIDENCE_WITH_SIGNALS;
	}
	return e->ns.asked ? EVIDENCE_WITH_NS : EVIDENCE_WITHOUT_NS;
}

bool evidence_link_is_sound(const struct evidence_link *l)
{
	return l->name.size > 0 && (l->type == TYPE_DNSKEY || l->type == TYPE_DS);
}

bool evidence_signals_match(const struct evidence *e)
{
	size_t next = 0;
	for (size_t i = 0; e->signals_asked && i < e->host_count; i++) {
		if (name_is_within(&e->hosts[i].name, &e->child)) {
			continue;
		}
		if (next == e->signal_count || e->signals[next].host != i) {
			return false;
		}
		next++;
	}
	return next == e->signal_count;
}

bool evidence_vantages_are_named(const struct evidence *e)
{
	for (size_t i = 0; i < e->vantage_count; i++) {
		const char *name = e->vantages[i].name;
		bool named = codec_is_label(name) && name[0] != '\0' && strcmp(name, e->vantage) != 0;
		for (size_t k = 0; k < i; k++) {
			named = named && strcmp(name, e->vantages[k].name) != 0;
		}
		if (!named) {
			return false;
		}
	}
	return e->vantage_count == 0 || (codec_is_label(e->vantage) && e->vantage[0] != '\0');
}
