"""What the operators of a child say of its keys in zones of their own (RFC 9615), and who keeps these zones.

A signaling domain is _signal below the name of a server. Here it is a zone of its own for the first server of an
operator, and lies in the zone of the host for the others; standards allow both."""
# SPDX-License-Identifier: GPL-3.0-or-later
import collections

from .topology import NSD_SERVERS, OPERATORS, SIGNAL_HOSTS
from .wire import parent_of

# host; the signaling name; the owner of the records (a wildcard has another one); type -> rdatas; options of the
# signatures over CDS and CDNSKEY; what a resolver says of the signaling name
Signal = collections.namedtuple("Signal", "host name owner sets options verdict")


def signaling_domain(host):
    return "_signal." + host


def signaling_name(child, host):
    """Both end in a dot."""
    return "_dsboot.%s%s" % (child, signaling_domain(host))


def has_own_zone(host):
    """The signaling domain is a zone, and not a name in the zone that the host lies in."""
    first = {list(hosts)[0] for hosts in OPERATORS.values()}
    return host in first or host in SIGNAL_HOSTS


def signaling_zone(host):
    return signaling_domain(host) if has_own_zone(host) else parent_of(host)
