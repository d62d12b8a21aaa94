"""The lab's first process: set up the network, start all servers, then collect the dead."""
# SPDX-License-Identifier: GPL-3.0-or-later
import json
import os
import subprocess
import sys

from . import parents
from .children import oracle_table
from .lab import Lab
from .namespace import READY, LabError
from .operators import Operators
from .query import ask
from .static import StaticZones, known_hosts
from .topology import RESOLVER, TLD, interface_addresses

LAYERS = ("parents", "static", "all")
LOG = "log/lab.log"


def set_up_network(lab):
    """Loopback with all addresses, and a resolv.conf that names the lab's resolver."""
    batch = ["link set lo up"]
    batch += ["addr add %s/%d dev lo%s" % (a, 128 if ":" in a else 32, " nodad" if ":" in a else "")
              for a in interface_addresses()]
    done = subprocess.run(["ip", "-batch", "-"], input="\n".join(batch) + "\n", text=True,
                          capture_output=True, check=False)
    if done.returncode:
        raise LabError("cannot put addresses on the loopback interface (is IPv6 off in this kernel?): "
                       + done.stderr.strip())
    conf = lab.write("resolv.conf", "nameserver %s\noptions timeout:2 attempts:1\n" % RESOLVER)
    lab.run(["mount", "--bind", conf, os.path.realpath("/etc/resolv.conf")])


def wait_delegated(lab, name):
    """Until all three servers of the parent show the delegation."""
    for software, address in zip(("named", "nsd", "knot"), TLD):
        def shown(a=address):
            answer = ask(a, name, "DS")
            return answer is not None and answer.rcode == 0 and answer.answers > 0
        lab.wait("%s at %s" % (name, address), "tld-" + software, shown)


def build(lab, layers):
    """Start everything that can start early, then wait for it in the order of need."""
    set_up_network(lab)
    parents.start(lab)
    operators = static = None
    if layers == "all":
        operators = Operators()
        operators.start(lab)
    if layers != "parents":
        static = StaticZones()
        static.start(lab)
        lab.progress("forged %d zones for the static operators" % len(static.files[0]))
    parents.wait_ready(lab)
    lab.progress("root, parents and resolver are ready")
    kids, delegations = [], []
    if static:
        kids, delegations = static.children, static.delegations
    if operators:
        operators.finish_pdns(lab)
        operators.wait_keys(lab)
        lab.progress("BIND, Knot and PowerDNS have signed their zones")
        operators.secure_signaling_zones(lab)
        kids, delegations = kids + operators.all_children(), delegations + list(operators.delegations(lab))
    parents.delegate(delegations)
    for name in {d.parent: d.name for d in delegations if d.ds}.values():
        wait_delegated(lab, name)
    if operators:
        operators.confirm(lab)
    lab.write("classes.json", json.dumps(oracle_table(kids, known_hosts()), indent=1) + "\n")
    lab.progress("up: %d children delegated" % len(kids))


def main(directory, layers, program):
    """Runs as process 1 of the pid namespace; stdout is a pipe to `lab up` until it is told READY."""
    lab = Lab(directory, program)
    os.makedirs(lab.path("log"), exist_ok=True)
    try:
        build(lab, layers)
    except (LabError, OSError) as e:
        print("lab: %s" % e, flush=True)
        sys.exit(1)
    print(READY, flush=True)
    log = os.open(lab.path(LOG), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.close(log)
    lab.reap()
