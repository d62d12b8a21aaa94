"""Forged zones of operators: the addresses of their name servers, and what they say under _signal (RFC 9615)."""
# SPDX-License-Identifier: GPL-3.0-or-later
import collections
import time
import zlib

from .classes_faults import fault_host
from .forge import DAY, Denial, Zone, usual_rule
from .keys import Key
from .parents import Delegation
from .signals import has_own_zone, signaling_domain, signaling_zone
from .topology import (ALIAS, ENT_ZONE, NSD_SERVERS, OPERATORS, PLAIN_HOSTS, PLAIN_ZONE, SIGNAL_HOSTS, SIGNAL_ZONE)
from .wire import ds_text, parent_of

DEAD = ["dead1.nsdop.example-tld.", "dead2.nsdop.nsec-tld."]
LAME = [fault_host("refused")]
# A part of a zone that is another one; ds in fields.
Cut = collections.namedtuple("Cut", "name servers ds")


def host_zones(operator):
    """The hosts of an operator by the zone that they lie in."""
    zones = {}
    for host, addresses in OPERATORS[operator].items():
        zones.setdefault(parent_of(host), {})[host] = addresses
    return zones


def forged_hosts():
    """The same of all operators with forged zones, but for the faulty one."""
    zones = host_zones("nsdop")
    zones[SIGNAL_ZONE] = SIGNAL_HOSTS
    for host, addresses in PLAIN_HOSTS.items():
        zones[parent_of(host)] = {host: addresses}
    return zones


def zone_keys(name, alg=13):
    seed = zlib.crc32(name.encode())
    return Key(seed, alg), Key(seed + 1, alg, 256)


def forge(name, servers, hosts=(), signals=(), cuts=(), alg=13, secure=True, denial=None, **times):
    """The text of a zone of addresses, signals and cuts."""
    ksk, zsk = zone_keys(name, alg)
    zone = Zone(name).start(servers)
    for host in hosts:
        for a in hosts[host]:
            zone.add(host, "AAAA" if ":" in a else "A", (a,))
        if not hosts[host]:
            zone.add(host, "TXT", ("no address here",))
    if parent_of(ALIAS[0]) == name:
        zone.add(ALIAS[0], "CNAME", (ALIAS[1],))
    for cut in cuts:
        zone.add(cut.name, "NS", *[(s,) for s in cut.servers]).add(cut.name, "DS", *cut.ds)
    for s in signals:
        for rtype, rdatas in s.sets.items():
            zone.add(s.owner, rtype, *rdatas)
    if not secure:
        return zone.render()
    zone.add(name, "DNSKEY", ksk.fields, zsk.fields)
    usual = usual_rule(name, [ksk], [zsk])
    altered = {(s.owner, rtype): s.options for s in signals for rtype in s.sets}
    return zone.render(lambda owner, rtype: [(k, altered.get((owner, rtype), o)) for k, o in usual(owner, rtype)],
                       denial, **times)


def signal_kind(host):
    """How the signaling zone of a host is made; servers and ds are those of its delegation."""
    name, now = signaling_domain(host), int(time.time())
    kind = host.split(".")[0] if host in SIGNAL_HOSTS else ""
    ds = [zone_keys(name, 15 if kind == "ed25519" else 13)[0].ds(name)]
    return {
        "nsec3": {"denial": Denial("nsec3", salt=b"\xca\xfe")}, "ed25519": {"alg": 15},
        "insecure": {"ds": []}, "unsupported": {"ds": [(1, 200, 2, bytes(32))]},
        "expired": {"inception": now - 40 * DAY, "expiration": now - 10 * DAY},
        "wrong-ds": {"ds": [zone_keys("other." + name)[0].ds(name)]}, "unsigned": {"secure": False},
        "bare": {"denial": Denial("none")}, "dead": {"servers": DEAD}, "lame": {"servers": LAME},
    }.get(kind, {}), ds


class HostZones:
    """All of them: files maps a zone to its text, delegations are for the parents."""

    def __init__(self, children, fault_hosts, fault_zone):
        self.files, self.delegations = {}, []
        self.signals = collections.defaultdict(list)
        for c in children:
            for s in c.signals:
                self.signals[signaling_zone(s.host)].append(s)
        for name, hosts in forged_hosts().items():
            self.add(name, hosts)
        self.add(fault_zone, fault_hosts)

    def add(self, name, hosts):
        cuts = [self.add_signaling_zone(h) for h in hosts if has_own_zone(h)]
        servers = [fault_host("nxdomain-for-ent")] if name == ENT_ZONE else list(NSD_SERVERS)
        secure = name != PLAIN_ZONE
        self.files[name] = forge(name, servers, hosts, self.signals[name], cuts, secure=secure)
        ds = [ds_text(zone_keys(name)[0].ds(name))] if secure else []
        glue = [(h, a) for h in servers if h in hosts for a in hosts[h]]
        self.delegations.append(Delegation(name, parent_of(name), servers, ds, glue))

    def add_signaling_zone(self, host):
        name = signaling_domain(host)
        how, ds = signal_kind(host)
        cut = Cut(name, how.pop("servers", list(NSD_SERVERS)), how.pop("ds", ds))
        if cut.servers == list(NSD_SERVERS):            # a server of both would not be dead, nor lame
            self.files[name] = forge(name, cut.servers, signals=self.signals[name], **how)
        return cut
