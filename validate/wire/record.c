/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Slices and the mnemonics of record types. */
#include "validate/wire/record.h"

#include <stdio.h>
#include <string.h>

int slice_compare(const struct slice *a, const struct slice *b)
{
	size_t shorter = a->size < b->size ? a->size : b->size;
	int order = shorter == 0 ? 0 : memcmp(a->data, b->data, shorter);
	if (order != 0 || a->size == b->size) {
		return order;
	}
	return a->size < b->size ? -1 : 1;
}

bool slice_equal(struct slice a, struct slice b)
{
	return a.size == b.size && (a.size == 0 || a.data == b.data || memcmp(a.data, b.data, a.size) == 0);
}

static const struct mnemonic {
	uint16_t type;
	char text[12];
} mnemonics[] = {
	{ 1, "A" }, { 2, "NS" }, { 5, "CNAME" }, { 6, "SOA" }, { 12, "PTR" }, { 13, "HINFO" },
	{ 15, "MX" }, { 16, "TXT" }, { 17, "RP" }, { 18, "AFSDB" }, { 24, "SIG" }, { 25, "KEY" },
	{ 28, "AAAA" }, { 29, "LOC" }, { 33, "SRV" }, { 35, "NAPTR" }, { 36, "KX" },
	{ 37, "CERT" }, { 39, "DNAME" }, { 41, "OPT" }, { 43, "DS" }, { 44, "SSHFP" },
	{ 45, "IPSECKEY" }, { 46, "RRSIG" }, { 47, "NSEC" }, { 48, "DNSKEY" }, { 50, "NSEC3" },
	{ 51, "NSEC3PARAM" }, { 52, "TLSA" }, { 53, "SMIMEA" }, { 59, "CDS" }, { 60, "CDNSKEY" },
	{ 61, "OPENPGPKEY" }, { 62, "CSYNC" }, { 63, "ZONEMD" }, { 64, "SVCB" }, { 65, "HTTPS" },
	{ 66, "DSYNC" }, { 99, "SPF" }, { 250, "TSIG" }, { 251, "IXFR" }, { 252, "AXFR" },
	{ 255, "ANY" }, { 256, "URI" }, { 257, "CAA" },
};

const char *rrtype_text(uint16_t type, char buf[16])
{
	for (size_t i = 0; i < sizeof(mnemonics) / sizeof(mnemonics[0]); i++) {
		if (mnemonics[i].type == type) {
			snprintf(buf, 16, "%s", mnemonics[i].text);
			return buf;
		}
	}
	/* RFC 3597 section 5. */
	snprintf(buf, 16, "TYPE%u", (unsigned)type);
	return buf;
}
