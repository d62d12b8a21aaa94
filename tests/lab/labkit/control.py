"""Change a running lab: another fault at an address, another content of a child."""
# SPDX-License-Identifier: GPL-3.0-or-later
import os
import shutil
import signal
import time

from .children import read_oracle
from .faults import FAULTS
from .namespace import LabError
from .query import rrset
from .static import FAULT_TABLE, STAGES, nsd_name
from .topology import nsd_addresses

LIMIT = 30.0
SERIAL_FROM_END = -20                   # of SOA RDATA: five numbers, the serial first


def set_fault(lab, who, fault):
    """who is an address of the faulty server, or a child that it serves."""
    if fault not in FAULTS:
        raise LabError("%s: no such fault; there are %s" % (fault, ", ".join(FAULTS)))
    with open(lab.path(FAULT_TABLE)) as f:
        table = dict(line.split() for line in f)
    child = read_oracle(lab.directory).get(who if who.endswith(".") else who + ".")
    addresses = [a for s in child["ns"] for a in s["addresses"] if a in table] if child else [who]
    if not addresses or any(a not in table for a in addresses):
        raise LabError("%s: neither an address of the faulty server nor a child of it" % who)
    table.update((a, fault) for a in addresses)
    lab.write(FAULT_TABLE, "".join("%s %s\n" % row for row in table.items()))
    log = lab.path("log", "faultd.log")
    size = os.path.getsize(log)
    with open(lab.path("pid", "faultd")) as f:
        os.kill(int(f.read()), signal.SIGHUP)
    wait_for("the faulty server", lambda: log_has(log, size, table))


def log_has(log, start, table):
    """faultd says each line of the table when it has taken it on."""
    with open(log) as f:
        f.seek(start)
        said = f.read()
    return all("%s: %s\n" % row in said for row in table.items())


def wait_for(what, test):
    end = time.monotonic() + LIMIT
    while not test():
        if time.monotonic() > end:
            raise LabError("%s did not change within %d s" % (what, LIMIT))
        time.sleep(0.05)


def set_stage(lab, child, stage):
    """Serve the content of a stage ("first" is the one that the lab began with)."""
    child = child if child.endswith(".") else child + "."
    sources = [lab.path(STAGES, stage, str(which), child + "zone") for which in (1, 2)]
    if not all(os.path.exists(s) for s in sources):
        raise LabError("%s has no stage %s" % (child, stage))
    for which, source in zip((1, 2), sources):
        name, address = nsd_name(which), nsd_addresses(which)[0]
        shutil.copyfile(source, lab.path(name, "zones", child + "zone"))
        with open(source) as f:
            serial = int(f.readline().split()[6]).to_bytes(4, "big")
        lab.run(["nsd-control", "-c", lab.path(name, "nsd.conf"), "reload", child])
        wait_for(child, lambda a=address, s=serial: has_serial(a, child, s))


def has_serial(address, child, serial):
    soa = rrset(address, child, "SOA")
    return bool(soa) and all(r[SERIAL_FROM_END:][:4] == serial for r in soa)
