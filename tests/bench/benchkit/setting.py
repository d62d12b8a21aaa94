"""Where the benchmark runs: folders, sizes, synth's files and the servers around them."""
# SPDX-License-Identifier: GPL-3.0-or-later
import os
import shutil
import socket
import struct
import sys
import tempfile
import time

from . import namespace
from .process import Daemon, Run

FARMS = 16
BUDGET_VERIFICATIONS = 16000    # P-256 signatures a second and core that the budgets assume
PARENT, RESOLVER, CHILD, UNBOUND = "127.60.0.1", "127.60.0.2", "127.61.0.1", "127.60.0.9"

NSD = """server:
  username: ""
  chroot: ""
  zonesdir: "{zones}"
  database: ""
  pidfile: ""
  zonelistfile: "{work}/nsd.list"
  xfrdfile: ""
  xfrdir: "{work}"
  server-count: 1
  do-ip6: no
  ipv4-edns-size: 1232
  minimal-responses: yes
  rrl-ratelimit: 0
{addresses}
remote-control:
  control-enable: no
pattern:
  name: "bench"
  zonefile: "{zones}/%s"
"""

UNBOUND_CONF = """server:
  interface: {address}
  username: ""
  chroot: ""
  pidfile: ""
  directory: "{work}"
  use-syslog: no
  verbosity: 0
  num-threads: 1
  do-ip6: no
  do-not-query-localhost: no
  module-config: "validator iterator"
  trust-anchor: "{anchor}"
  msg-cache-size: 256m
  rrset-cache-size: 256m
  key-cache-size: 128m
  outgoing-range: 4096
  num-queries-per-thread: 2048
stub-zone:
  name: bench
  stub-addr: {parent}
remote-control:
  control-enable: no
"""


def numbers(name, default):
    words = os.environ.get(name, default).split()
    if not all(w.isdigit() for w in words):
        sys.exit("bench: %s takes numbers" % name)
    return [int(w) for w in words]


def answers(address, name, qtype=6):
    """Does somebody answer this question over UDP without an error?"""
    labels = b"".join(bytes([len(w)]) + w.encode() for w in name.split(".")) + b"\0"
    query = struct.pack("!6H", 1, 0x0100, 1, 0, 0, 0) + labels + struct.pack("!2H", qtype, 1)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.settimeout(0.5)
        try:
            s.connect((address, 53))
            s.send(query)
            answer = s.recv(4096)
        except OSError:
            return False
    return len(answer) > 12 and answer[3] & 15 == 0


class Setting:
    def __init__(self, build):
        self.build = build
        self.sizes = numbers("BENCH_SIZES", "10000 100000")
        self.loads = numbers("BENCH_LOADS", "100000 1000000")
        self.exports = numbers("BENCH_EXPORTS", "100000 1000000")
        self.nsd_size = numbers("BENCH_NSD_SIZE", "10000")[0]
        self.limit_s = numbers("BENCH_LIMIT", "600")[0]
        self.began = time.monotonic()
        self.made = {}

    def __enter__(self):
        self.work = tempfile.mkdtemp(prefix="bench-", dir=os.environ.get("BENCH_DIR", self.build))
        self.memory = namespace.memory_folder(self.path("memory"))
        self.serial = 0
        return self

    def __exit__(self, *_):
        Run(["umount", self.memory])
        shutil.rmtree(self.work)

    def path(self, name):
        return os.path.join(self.work, name)

    def program(self, name):
        """cdswalk, or one of the programs of tests/bench."""
        return os.path.join(self.build, name if name == "cdswalk" else os.path.join("tests/bench", name))

    def run(self, name, *words, **options):
        return Run([self.program(name)] + [str(w) for w in words], **options)

    def slowness(self):
        """How much slower this machine is just now than the one the budgets were written on."""
        return BUDGET_VERIFICATIONS / self.run("bench_judge", "speed").objects()[0]["verifications_per_second"]

    def left_s(self):
        return self.limit_s - (time.monotonic() - self.began)

    def new_store(self):
        self.serial += 1
        return self.path("store-%d" % self.serial)

    def parent_file(self, children, made_up=False, addresses=1):
        """Synth's parent with so many children, made once."""
        key = (children, made_up, addresses)
        if key not in self.made:
            name = self.path("parent-%d-%d-%d" % key)
            words = ["-n", children, "-f", FARMS, "-a", addresses] + (["-m"] if made_up else []) + ["parent"]
            with open(name, "w") as f:
                f.write(self.run("synthd", *words).out)
            self.made[key] = name
        return self.made[key]

    def synthd(self, children, *options):
        words = ["-n", str(children), "-f", str(FARMS), *options, "serve"]
        return Daemon([self.program("synthd")] + words, lambda: answers(PARENT, "bench"), log=self.path("synthd.log"))

    def child_files(self, children, folder):
        """A signed master file for every child; their paths."""
        where = os.path.join(self.memory, folder)
        os.mkdir(where)
        self.run("synthd", "-n", children, "-f", FARMS, "children", where)
        with open(os.path.join(where, "zones")) as f:
            return [os.path.join(where, line.strip()) for line in f]

    def nsd(self, children):
        """NSD with the same children on the same addresses, for synthd -p beside it."""
        files = self.child_files(children, "nsd")
        zones = os.path.dirname(os.path.dirname(files[0]))
        for path in files:      # NSD's patterns know a zone's name, not our folders
            os.rename(path, os.path.join(zones, os.path.basename(path)))
        with open(self.path("nsd.list"), "w") as f:
            f.write("# NSD zone list\n# name pattern\n")
            f.writelines("add %s bench\n" % os.path.basename(p) for p in files)
        addresses = ["  ip-address: 127.61.%d.%d" % (farm, host) for farm in range(FARMS) for host in (1, 3)]
        with open(self.path("nsd.conf"), "w") as f:
            f.write(NSD.format(zones=zones, work=self.work, addresses="\n".join(addresses)))
        last = os.path.basename(files[-1])
        return Daemon(["nsd", "-d", "-c", self.path("nsd.conf")], lambda: answers(CHILD, last), limit_s=120,
                      log=self.path("nsd.log"))

    def unbound(self):
        with open(self.path("unbound.conf"), "w") as f:
            f.write(UNBOUND_CONF.format(address=UNBOUND, work=self.work, parent=PARENT,
                                        anchor=self.run("synthd", "ds").out.strip()))
        return Daemon(["unbound", "-d", "-c", self.path("unbound.conf")], lambda: answers(UNBOUND, "bench"),
                      log=self.path("unbound.log"))
