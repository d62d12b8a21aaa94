"""The two NSDs with forged zones and the zones that hold the name servers' addresses."""
# SPDX-License-Identifier: GPL-3.0-or-later
import sys

from . import children, daemons
from . import classes_content, classes_faults, classes_plain, classes_servers, classes_signals, classes_signatures
from .faults import FAULTS
from .hostzones import HostZones
from .parents import Delegation
from .topology import FAULT_ZONE, OPERATORS, PLAIN_HOSTS, SIGNAL_HOSTS, nsd_addresses
from .wire import ds_text

CLASSES = (classes_plain, classes_content, classes_signatures, classes_servers, classes_signals, classes_faults)
FAULT_TABLE = "faultd/table"
STAGES = "stages"
ZONE = 'zone:\n  name: "%s"\n  zonefile: "%szone"\n'


def nsd_name(which):
    return "op-nsd%d" % which


def known_hosts():
    """Addresses of every name server outside the children."""
    hosts = dict(classes_faults.HOSTS, **SIGNAL_HOSTS, **PLAIN_HOSTS)
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
            for name, text in c.more_zones.items():
                self.add(name, [text, text])
        hosts = HostZones(self.children, classes_faults.HOSTS, FAULT_ZONE)
        for name, text in hosts.files.items():
            self.add(name, [text, text])
        self.delegations += hosts.delegations

    def add(self, name, zones):
        for files, text in zip(self.files, zones):
            if text is not None:
                files[name] = text

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
