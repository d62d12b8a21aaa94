/* SPDX-License-Identifier: GPL-3.0-or-later */
/* IP addresses, and which of them are no place for a name server. */
#include "validate/wire/address.h"

#include <arpa/inet.h>
#include <string.h>

#include "validate/wire/err.h"

int address_from_text(const char *text, struct address *out)
{
	struct address a = { .family = 4 };
	if (inet_pton(AF_INET, text, a.octets) != 1) {
		a = (struct address){ .family = 6 };
		if (inet_pton(AF_INET6, text, a.octets) != 1) {
			return ERR_FORMAT;
		}
	}
	*out = a;
	return 0;
}

int address_list_from_text(const char *text, struct address *out, size_t room, size_t *count)
{
	const char *at = text;
	for (*count = 0;; at++) {
		char one[ADDRESS_TEXT_SIZE];
		size_t size = 0;
		while (at[size] != '\0' && at[size] != ',' && size < sizeof(one)) {
			size++;
		}
		if (size == 0 || size == sizeof(one) || *count >= room) {
			return ERR_FORMAT;
		}
		memcpy(one, at, size);
		one[size] = '\0';
		int rc = address_from_text(one, &out[*count]);
		if (rc != 0) {
			return rc;
		}
		(*count)++;
		at += size;
		if (*at == '\0') {
			return 0;
		}
	}
}

void address_to_text(const struct address *a, char text[ADDRESS_TEXT_SIZE])
{
	int family = a->family == 4 ? AF_INET : AF_INET6;
	if (a->family == 0 || inet_ntop(family, a->octets, text, ADDRESS_TEXT_SIZE) == NULL) {
		text[0] = '\0';
	}
}

int address_compare(const struct address *a, const struct address *b)
{
	if (a->family != b->family) {
		return (int)a->family - (int)b->family;
	}
	return memcmp(a->octets, b->octets, address_size(a));
}

size_t address_size(const struct address *a)
{
	return a->family == 0 ? 0 : a->family == 4 ? 4 : 16;
}

/* What is known of a prefix. */
enum kind {
	SPECIAL,
	GLOBAL,		/* an exception from a special prefix around it */
	EMBEDS_6TO4,	/* reaches the IPv4 address in octets 2 to 5 */
	EMBEDS_TEREDO,	/* server in octets 4 to 7, client inverted in 12 to 15 */
	EMBEDS_NAT64,	/* octets 12 to 15 */
};

struct prefix {
	uint8_t octets[16];
	uint8_t bits;
	enum kind kind;
};

/* IANA IPv4 Special-Purpose Address Registry (RFC 6890): all that is not globally reachable,
 * and multicast. The AS112 and AMT prefixes of the registry are global. */
static const struct prefix prefixes4[] = {
	{ { 0 }, 8, SPECIAL },			/* this network, RFC 791 */
	{ { 10 }, 8, SPECIAL },			/* private, RFC 1918 */
	{ { 100, 64 }, 10, SPECIAL },		/* shared, RFC 6598 */
	{ { 127 }, 8, SPECIAL },		/* loopback, RFC 1122 */
	{ { 169, 254 }, 16, SPECIAL },		/* link-local, RFC 3927 */
	{ { 172, 16 }, 12, SPECIAL },		/* private */
	{ { 192, 0, 0 }, 24, SPECIAL },		/* protocol assignments, RFC 6890 */
	{ { 192, 0, 2 }, 24, SPECIAL },		/* documentation, RFC 5737 */
	{ { 192, 88, 99 }, 24, SPECIAL },	/* 6to4 relay anycast, withdrawn by RFC 7526 */
	{ { 192, 168 }, 16, SPECIAL },		/* private */
	{ { 198, 18 }, 15, SPECIAL },		/* benchmarking, RFC 2544 */
	{ { 198, 51, 100 }, 24, SPECIAL },	/* documentation */
	{ { 203, 0, 113 }, 24, SPECIAL },	/* documentation */
	{ { 224 }, 4, SPECIAL },		/* multicast, RFC 5771 */
	{ { 240 }, 4, SPECIAL },		/* reserved and limited broadcast */
};

/* IANA IPv6 Special-Purpose Address Registry; the first that matches counts. Only 2000::/3 is
 * global unicast space (RFC 4291 section 2.4, IANA IPv6 address space): what is outside is
 * special as a whole, so are loopback, IPv4-mapped and -compatible forms, 64:ff9b:1::/48,
 * 100::/64, 5f00::/16, unique local, link-local, site-local and multicast addresses. */
static const struct prefix prefixes6[] = {
	{ { 0x00, 0x64, 0xff, 0x9b }, 96, EMBEDS_NAT64 },		/* RFC 6052 */
	{ { 0x20, 0x01, 0x00, 0x00 }, 32, EMBEDS_TEREDO },		/* RFC 4380 */
	{ { 0x20, 0x01, 0x00, 0x03 }, 32, GLOBAL },			/* AMT, RFC 7450 */
	{ { 0x20, 0x01, 0x00, 0x04, 0x01, 0x12 }, 48, GLOBAL },		/* AS112, RFC 7535 */
	{ { 0x20, 0x01 }, 23, SPECIAL },	/* protocol assignments: benchmarking, ORCHID */
	{ { 0x20, 0x01, 0x0d, 0xb8 }, 32, SPECIAL },		/* documentation, RFC 3849 */
	{ { 0x20, 0x02 }, 16, EMBEDS_6TO4 },				/* RFC 3056 */
	{ { 0x3f, 0xff }, 20, SPECIAL },			/* documentation, RFC 9637 */
	{ { 0x20 }, 3, GLOBAL },
	{ { 0 }, 0, SPECIAL },
};

static bool matches(const struct prefix *prefix, const uint8_t *octets)
{
	size_t whole = prefix->bits / 8;
	unsigned rest = prefix->bits % 8;
	if (memcmp(prefix->octets, octets, whole) != 0) {
		return false;
	}
	/* No prefix is a whole address, so there is an octet behind; of it rest bits count, or none. */
	return (prefix->octets[whole] ^ octets[whole]) >> (8 - rest) == 0;
}

static bool is_special4(const uint8_t octets[4])
{
	for (size_t i = 0; i < sizeof(prefixes4) / sizeof(prefixes4[0]); i++) {
		if (matches(&prefixes4[i], octets)) {
			return true;
		}
	}
	return false;
}

static bool is_special_teredo(const uint8_t octets[16])
{
	const uint8_t client[4] = { (uint8_t)~octets[12], (uint8_t)~octets[13],
		(uint8_t)~octets[14], (uint8_t)~octets[15] };
	return is_special4(octets + 4) || is_special4(client);
}

static bool is_special6(const uint8_t octets[16])
{
	size_t i = 0;
	while (!matches(&prefixes6[i], octets)) {
		i++;	/* the last one matches everything */
	}
	switch (prefixes6[i].kind) {
	case SPECIAL: break;
	case GLOBAL: return false;
	case EMBEDS_6TO4: return is_special4(octets + 2);
	case EMBEDS_TEREDO: return is_special_teredo(octets);
	case EMBEDS_NAT64: return is_special4(octets + 12);
	}
	return true;
}

bool address_is_special(const struct address *a)
{
	switch (a->family) {
	case 4: return is_special4(a->octets);
	case 6: return is_special6(a->octets);
	default: return true;
	}
}
