/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the EPP sink share: namespaces, bounds, and a domain as a registry tells it. Private to registry/sink. */
#pragma once

#include "validate/dnssec/ds.h"
#include "validate/wire/record.h"

#define EPP_NS "urn:ietf:params:xml:ns:epp-1.0"
#define EPP_DOMAIN_NS "urn:ietf:params:xml:ns:domain-1.0"
#define EPP_SECDNS_NS "urn:ietf:params:xml:ns:secDNS-1.1"

/* Octets of a frame with its length (RFC 5734 section 4). */
#define EPP_FRAME_MAX (256 * 1024)
/* Of clTRID and svTRID (RFC 5730, trIDStringType), with the NUL. */
#define EPP_TRID_SIZE 65
/* Of a sentence about one change. */
#define EPP_WHY 512

/* Which of the two interfaces of RFC 5910 section 4 a registry has. */
enum epp_profile { EPP_DS_DATA, EPP_KEY_DATA };

/* DNSKEY RDATA, sorted by octets, no duplicates. */
struct epp_keys {
	size_t count;
	struct slice *rdata;
};
void epp_keys_normalize(struct epp_keys *keys);
bool epp_keys_have(const struct epp_keys *keys, struct slice rdata);

/* The answer to domain:info. */
struct epp_domain {
	struct name name;
	size_t status_count;
	const char **status;		/* as the registry says them: "pendingUpdate" */
	size_t ns_count;
	struct name *ns;		/* sorted, no duplicates */
	struct ds_set ds;
	struct epp_keys keys;
	const char *fault;		/* what in it cannot be read, as a sentence: nothing is to be sent; NULL: nothing */
};
bool epp_domain_has_status(const struct epp_domain *d, const char *status);
