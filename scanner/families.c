/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Families: is there a source address for any name server at all? No packet is sent. */
#include "scanner/families.h"

#include <ifaddrs.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "validate/wire/address.h"

/* ::1 and fe80::/10 are on every machine and reach no name server. */
static bool is_useful(const struct sockaddr *a)
{
	if (a->sa_family != AF_INET6) {
		return true;
	}
	const struct sockaddr_in6 *in6 = (const void *)a;
	return !IN6_IS_ADDR_LOOPBACK(&in6->sin6_addr) && !IN6_IS_ADDR_LINKLOCAL(&in6->sin6_addr);
}

void families_probe(bool *no_ipv4, bool *no_ipv6)
{
	struct ifaddrs *list = NULL;
	*no_ipv4 = *no_ipv6 = false;
	if (getifaddrs(&list) != 0) {
		return; /* then asking will tell */
	}
	*no_ipv4 = *no_ipv6 = true;
	for (const struct ifaddrs *i = list; i != NULL; i = i->ifa_next) {
		if (i->ifa_addr == NULL || !is_useful(i->ifa_addr)) {
			continue;
		}
		if (i->ifa_addr->sa_family == AF_INET) {
			*no_ipv4 = false;
		} else if (i->ifa_addr->sa_family == AF_INET6) {
			*no_ipv6 = false;
		}
	}
	freeifaddrs(list);
}
