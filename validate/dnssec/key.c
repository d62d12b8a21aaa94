/* SPDX-License-Identifier: GPL-3.0-or-later */
/* DNSKEY and CDNSKEY RDATA: fields and key tag. */
#include "validate/dnssec/key.h"

#include "validate/wire/cursor.h"
#include "validate/wire/err.h"

#define ALGORITHM_RSAMD5 1
#define PROTOCOL_DNSSEC 3

int dnskey_parse(struct slice rdata, struct dnskey *out)
{
	struct wire w = wire_reader(rdata.data, rdata.size);
	struct dnskey key = { 0 };
	key.flags = wire_read_u16(&w);
	key.protocol = wire_read_u8(&w);
	key.algorithm = wire_read_u8(&w);
	key.key.size = wire_left(&w);
	key.key.data = wire_read(&w, key.key.size);
	if (wire_error(&w) || key.key.size == 0) {
		return ERR_FORMAT;
	}
	key.tag = dnskey_tag(rdata);
	key.rdata = rdata;
	*out = key;
	return 0;
}

uint16_t dnskey_tag(struct slice rdata)
{
	/* RFC 4034 appendix B.1: algorithm 1 takes 16 bits out of the end of the modulus. */
	if (rdata.size >= 7 && rdata.data[3] == ALGORITHM_RSAMD5) {
		const uint8_t *end = rdata.data + rdata.size;
		return (uint16_t)(end[-3] << 8 | end[-2]);
	}
	uint32_t sum = 0;
	for (size_t i = 0; i < rdata.size; i++) {
		sum += (i & 1) != 0 ? rdata.data[i] : (uint32_t)rdata.data[i] << 8;
	}
	sum += sum >> 16 & 0xffff;
	return (uint16_t)(sum & 0xffff);
}

bool dnskey_is_usable(const struct dnskey *key)
{
	return (key->flags & DNSKEY_FLAG_ZONE) != 0 && (key->flags & DNSKEY_FLAG_REVOKE) == 0 &&
		key->protocol == PROTOCOL_DNSSEC;
}

static struct slice without_leading_zeros(struct slice s)
{
	while (s.size > 0 && s.data[0] == 0) {
		s.data++;
		s.size--;
	}
	return s;
}

void rsa_split(struct slice key, struct slice *exponent, struct slice *modulus)
{
	struct wire w = wire_reader(key.data, key.size);
	size_t size = wire_read_u8(&w);
	size = size == 0 ? wire_read_u16(&w) : size;
	const uint8_t *octets = wire_read(&w, size);
	*exponent = without_leading_zeros((struct slice){ octets, octets == NULL ? 0 : size });
	size = wire_left(&w);
	octets = wire_read(&w, size);
	*modulus = without_leading_zeros((struct slice){ octets, size });
}
