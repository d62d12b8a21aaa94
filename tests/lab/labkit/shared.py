"""Children that three operators serve together: one zone, signed elsewhere, at BIND, Knot and PowerDNS. What each of the
operators says of it (RFC 9615) is signed by its own software."""
# SPDX-License-Identifier: GPL-3.0-or-later
import functools

from .children import Child
from .signals import signaling_zone
from .topology import OPT_OUT
from .wire import dot, rdata_text

SERVERS = ["ns1.bindop.example-tld.", "ns2.knotop.nsec-tld.", "ns1.pdnsop.example-tld."]
OPERATORS = ("bindop", "knotop", "pdnsop")
TTL = 3


def asking(label, row, expect, signaling=None):
    c = Child(label, OPT_OUT, row, [expect], "insecure", "+".join(OPERATORS))
    c.servers, c.delegated_secure, c.signaling = SERVERS, False, signaling
    c.bootstrapping()
    return c


@functools.lru_cache(maxsize=None)
def shared_children():
    good = asking("signal-three", "C3, R9615-6-1", "ACCEPT_BOOTSTRAP_AUTH")
    partial = asking("signal-three-partial", "C6, R9615-6-1", "HOLD_DELAY_STARTED", "SIGNAL_INCOMPLETE")
    partial.unsignal(SERVERS[2])
    mismatch = asking("signal-three-mismatch", "C8, R9615-6-1", "SIGNAL_MISMATCH", "SIGNAL_MISMATCH")
    other = mismatch.key(3)
    mismatch.signal(SERVERS[1], CDS=[other.ds(mismatch.name)], CDNSKEY=[other.fields])
    return good, partial, mismatch


def shared_zones():
    """name -> master file"""
    return {c.name: c.zones[0] for c in shared_children()}


def signal_lines(zone):
    """What the master file of an operator's zone says of them."""
    said = [s for c in shared_children() for s in c.signals if signaling_zone(s.host) == dot(zone)]
    return ["%s %d IN %s %s" % (s.owner, TTL, rtype, rdata_text(rtype, f))
            for s in said for rtype, rdatas in s.sets.items() for f in rdatas]
