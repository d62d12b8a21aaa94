"""The two NSDs with forged zones and the zones that hold the name servers' addresses."""
# SPDX-License-Identifier: GPL-3.0-or-later
import sys
import zlib

from . import children, daemons
from . import classes_content, classes_faults, classes_plain, classes_servers, classes_signatures
from .faults import FAULTS
from .forge import Zone, usual_rule
from .keys import Key
from .parents import Delegation
from .topology import ALIAS, FAULT_ZONE, NSD_SERVERS, OPERATORS, nsd_addresses
from .wire import ds_text, parent_of

CLASSES = (classes_plain, classes_content, classes_signatures, classes_servers, classes_faults)
FAULT_TABLE = "faultd/table"
STAGES = "stages"
ZONE = 'zone:\n  name: "%s"\n  zonefile: "%szone"\n'


def nsd_name(which):
    return "op-nsd%d" % which


def host_zones(operator):
    """The hosts of an operator by the zone that they lie in."""
    zones = {}
    for host, addresses in OPERATORS[operator].items():
        zones.setdefault(parent_of(host), {})[host] = addresses
    return zones


def operator_zone(name, hosts, servers):
    """A signed zone of address records; returns its text and its DS."""
    seed = zlib.crc32(name.encode())
    ksk, zsk = Key(seed), Key(seed + 1, 13, 256)
    zone = Zone(name).start(servers)
    for host, addresses in hosts.items():
        for a in addresses:
            zone.add(host, "AAAA" if ":" in a else "A", (a,))
        if not addresses:
            zone.add(host, "TXT", ("no address here",))
    if parent_of(ALIAS[0]) == name:
        zone.add(ALIAS[0], "CNAME", (ALIAS[1],))
    zone.add(name, "DNSKEY", ksk.fields, zsk.fields)
    return zone.render(usual_rule(name, [ksk], [zsk])), ksk.ds(name)


def known_hosts():
    """Addresses of every name server outside the children."""
    hosts = dict(classes_faults.HOSTS)
    for operator in OPERATORS.values():
        hosts.update(operator)
    return hosts


class StaticZones:
    """What the NSDs serve, and how it is delegated."""

    def __init__(self):
        self.children = children.build_all()
        self.files = [{}, {}]
        self.delegations = []
        for c in self.children:
            self.add(c.name, c.zones)
            ds = [ds_text(d) for d in c.ds]
            self.delegations.append(Delegation(c.written, c.parent, c.servers, ds, c.glue))
        for name, hosts in host_zones("nsdop").items():
            self.add_operator(name, hosts, list(NSD_SERVERS))
        self.add_operator(FAULT_ZONE, classes_faults.HOSTS, list(NSD_SERVERS))

    def add(self, name, zones):
        for files, text in zip(self.files, zones):
            if text is not None:
                files[name] = text

    def add_operator(self, name, hosts, servers):
        text, ds = operator_zone(name, hosts, servers)
        self.add(name, [text, text])
        glue = [(h, a) for h in servers if h in hosts for a in hosts[h]]
        self.delegations.append(Delegation(name, parent_of(name), servers, [ds_text(ds)], glue))

    def start(self, lab):
        for i, files in enumerate(self.files):
            name = nsd_name(i + 1)
            for zone, text in files.items():
                lab.write("%s/zones/%szone" % (name, zone), text)
            daemons.start_nsd(lab, name, nsd_addresses(i + 1), "".join(ZONE % (z, z) for z in files))
        for c in self.children:
            for stage, zones in (dict(c.stages, first=c.zones) if c.stages else {}).items():
                for i, text in enumerate(zones):
                    lab.write("%s/%s/%d/%szone" % (STAGES, stage, i + 1, c.name), text)
        table = lab.write(FAULT_TABLE, "".join("%s %s\n" % (classes_faults.fault_address(f), f)
                                               for f in FAULTS))
        lab.spawn("faultd", [sys.executable, lab.program, "_faultd", nsd_addresses(1)[0], table])
