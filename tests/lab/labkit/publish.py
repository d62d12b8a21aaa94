"""An operator's tool: copy CDS and CDNSKEY of a child to its signaling names (RFC 9615), at BIND, Knot and PowerDNS."""
# SPDX-License-Identifier: GPL-3.0-or-later
import time

from . import daemons
from .keys import Key
from .namespace import LabError
from .parents import nsupdate
from .signals import signaling_name, signaling_zone
from .topology import OPERATORS
from .wire import ds_text, rdata_text

TTL = 3
TYPES = ("CDS", "CDNSKEY")
LIMIT = 30.0


def operator_of(host):
    return next(o for o, hosts in OPERATORS.items() if host in hosts)


def server_of(host):
    return OPERATORS[operator_of(host)][host][0]


def apex(lab, child, address):
    """type -> RDATA texts, as a server has them now."""
    return {t: lab.run(["dig", "@" + address, child, t, "+short", "+norec", "+tcp"]).splitlines() for t in TYPES}


def plain(texts):
    """RDATA texts, however their digits are grouped and written."""
    return sorted("".join(t.split()).upper() for t in texts)


def stranger(child):
    """The same for a key that the child does not have."""
    key = Key(4711)
    return {"CDS": [ds_text(key.ds(child))], "CDNSKEY": [rdata_text("CDNSKEY", key.fields)]}


def say(lab, child, host, sets):
    """Replaces what one operator says of the child for one of its servers; empty sets withdraw it."""
    name, zone, address = signaling_name(child, host), signaling_zone(host), server_of(host)
    if operator_of(host) == "pdnsop":
        say_pdns(lab, name, zone, sets)
    else:
        lines = ["zone " + zone] + ["update delete %s %s" % (name, t) for t in TYPES]
        lines += ["update add %s %d %s %s" % (name, TTL, t, rdata) for t in TYPES for rdata in sets.get(t, [])]
        complaint = nsupdate(lines, address)
        if complaint:
            raise LabError("%s: %s" % (name, complaint))
    end = time.monotonic() + LIMIT
    # Not the number of records: what was said before may have as many, and PowerDNS says it for a second more.
    while any(plain(apex(lab, name, address)[t]) != plain(sets.get(t, [])) for t in TYPES):
        if time.monotonic() > end:
            raise LabError("%s: not as wanted after %d s" % (name, LIMIT))
        time.sleep(0.05)


def say_pdns(lab, name, zone, sets):
    relative = name[:-len("." + zone)]
    for t in TYPES:
        if sets.get(t):
            lab.run(daemons.pdnsutil(lab, "op-pdns", "replace-rrset", zone, relative, t, str(TTL), *sets[t]))
        else:
            lab.run(daemons.pdnsutil(lab, "op-pdns", "delete-rrset", zone, relative, t))
    lab.run(daemons.pdnsutil(lab, "op-pdns", "rectify-zone", zone))


def run(lab, child, action, hosts):
    """publish: what the apex says now. withdraw: nothing. differ: another key."""
    for host in hosts:
        sets = {"publish": lambda h=host: apex(lab, child, server_of(h)), "withdraw": dict,
                "differ": lambda: stranger(child)}[action]()
        if action == "publish" and not any(sets.values()):
            raise LabError("%s: neither CDS nor CDNSKEY at %s" % (child, server_of(host)))
        say(lab, child, host, sets)
