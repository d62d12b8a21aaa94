/* SPDX-License-Identifier: GPL-3.0-or-later */
/* IP addresses of name servers, and which of them are nobody's business to ask. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ADDRESS_TEXT_SIZE 46

struct address {
	uint8_t family;		/* 4 or 6; 0: none */
	uint8_t octets[16];	/* network order; the first four for family 4, the rest zero */
};

/* Presentation form without port or zone; ERR_FORMAT. */
int address_from_text(const char *text, struct address *out);
/* Such forms with a comma between, at least one and at most room. ERR_FORMAT. */
int address_list_from_text(const char *text, struct address *out, size_t room, size_t *count);
void address_to_text(const struct address *a, char text[ADDRESS_TEXT_SIZE]);
int address_compare(const struct address *a, const struct address *b);
size_t address_size(const struct address *a);	/* 4 or 16 octets */

/* Special-purpose (IANA registries of RFC 6890, what is not globally reachable): loopback, private,
 * link-local, multicast, shared, documentation, benchmark, reserved; all IPv4-mapped and
 * -compatible forms; 6to4, NAT64 and Teredo forms of a special IPv4 address (T-44). Also no address at all. */
bool address_is_special(const struct address *a);
