/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers of a server, as what becomes of a change. */
#include "registry/sink/epp_code.h"

static const struct {
	const char *status, *hint;
	bool passes;		/* by itself, in days at most */
} statuses[] = {
	{ "serverUpdateProhibited", "the registry has locked it (serverUpdateProhibited)", false },
	{ "clientUpdateProhibited", "its registrar has locked it (clientUpdateProhibited)", false },
	{ "pendingDelete", "it is being deleted (pendingDelete)", false },
	{ "pendingCreate", "its registration waits for a review (pendingCreate)", true },
	{ "pendingRenew", "its renewal waits for a review (pendingRenew)", true },
	{ "pendingTransfer", "its transfer is under way (pendingTransfer)", true },
	{ "pendingUpdate", "an update of it waits for a review (pendingUpdate)", true },
};
#define STATUSES (sizeof(statuses) / sizeof(statuses[0]))

static bool waits_by_status(const struct epp_domain *d)
{
	bool passes = false;
	for (size_t i = 0; i < STATUSES; i++) {
		if (epp_domain_has_status(d, statuses[i].status)) {
			if (!statuses[i].passes) {
				return false;
			}
			passes = true;
		}
	}
	return passes;
}

static enum sink_outcome of_refusal(unsigned code)
{
	switch (code) {
	case 2300:	/* object pending transfer */
	case 2400:	/* command failed: nothing of ours, and it may pass */
	case 2500:
	case 2501:
	case 2502:
		return SINK_WAITS;
	default:
		return code >= 2000 && code < 2500 ? SINK_REFUSED : SINK_UNKNOWN;
	}
}

enum sink_outcome epp_code_of_update(unsigned code, const struct epp_domain *before)
{
	if (code == 1000) {
		return SINK_APPLIED;
	}
	if (code == 1001) {
		return SINK_TAKEN;
	}
	return code == 2304 && waits_by_status(before) ? SINK_WAITS : of_refusal(code);
}

enum sink_outcome epp_code_of_info(unsigned code)
{
	return code < 2000 ? SINK_REFUSED : of_refusal(code);
}

bool epp_code_closes(unsigned code)
{
	return code >= 2500;
}

bool epp_code_is_final_login(unsigned code)
{
	return code != 2400 && code != 2500 && code != 2502;
}

const char *epp_code_hint(unsigned code)
{
	switch (code) {
	case 2000:
	case 2001:
	case 2002:
	case 2003:
	case 2004:
	case 2005:
		return "; the frame was ours: this registry understands secDNS-1.1 in another way than we do";
	case 2100:
	case 2101:
	case 2102:
	case 2103:
	case 2307:
		return "; the registry does not do this over EPP";
	case 2104:
		return "; the account of this login has to be looked at";
	case 2201:
	case 2202:
		return "; this login has no right to the domain";
	default:
		return "";
	}
}

const char *epp_status_hint(const struct epp_domain *d)
{
	for (size_t i = 0; i < STATUSES; i++) {
		if (epp_domain_has_status(d, statuses[i].status)) {
			return statuses[i].hint;
		}
	}
	return NULL;
}
