"""Other programs on the same children in the same run: dnssec-cds decides, Unbound resolves and validates."""
# SPDX-License-Identifier: GPL-3.0-or-later
import os
import re
import shutil

from .process import Run
from .report import Row
from .rows_walk import Walk
from .setting import UNBOUND

DECIDED = 200
RESOLVED = 10000


def absent(work, program, package):
    return Row(work, "not measured: %s is missing (Debian: apt-get install %s)" % (program, package))


def has_signal(path):
    """Children that publish CDS and have a DS (synth.h)."""
    return int(os.path.basename(path)[1:8]) % 20 in list(range(14)) + [16, 17]


def ds_files(setting, folder):
    """One dsset file for each child with a DS."""
    with open(setting.parent_file(DECIDED * 2)) as f:
        for line in f:
            words = line.split()
            if words[3] == "DS":
                with open(os.path.join(folder, "dsset-" + words[0]), "w") as out:
                    out.write(line)


def decide_rows(setting):
    work = "decide alone, one process a child, %d children" % DECIDED
    if not shutil.which("dnssec-cds"):
        yield absent(work, "dnssec-cds", "bind9-dnsutils")
        return
    children = [p for p in setting.child_files(DECIDED * 2, "decide") if has_signal(p)][:DECIDED]
    folder = os.path.join(setting.memory, "dsset")
    os.mkdir(folder)
    ds_files(setting, folder)
    peer_s = own_s = 0
    for path in children:
        child = os.path.basename(path)
        dsset = os.path.join(folder, "dsset-%s." % child)
        peer_s += Run(["dnssec-cds", "-s", "-7200", "-f", path, "-d", dsset, child]).cpu_s
        own_s += setting.run("cdswalk", "judge", "--ds", dsset, child, path).cpu_s
    peer_us, own_us = peer_s / DECIDED * 1e6, own_s / DECIDED * 1e6
    yield Row(work, "cdswalk judge %.0f us CPU/child" % own_us, "", None, "dnssec-cds %.0f us CPU/child" % peer_us,
              own_us / peer_us)
    judged = setting.run("bench_judge", 1000).objects()[0]["judge_us"]
    yield Row("the same within one process (as scan does)", "%.0f us CPU/child" % judged, "", None,
              "dnssec-cds %.0f us CPU/child" % peer_us, judged / peer_us)


def resolve_rows(setting):
    work = "%d children: all of a scan" % RESOLVED
    for program, package in (("unbound", "unbound"), ("dnsperf", "dnsperf")):
        if not shutil.which(program):
            yield absent(work, program, package)
            return
    questions = setting.path("questions")
    with open(questions, "w") as f:
        f.writelines("c%07d.bench CDS\n" % i for i in range(RESOLVED))
    with setting.synthd(RESOLVED):
        with setting.unbound() as unbound:
            before = unbound.cpu_s()
            asked = Run(["dnsperf", "-s", UNBOUND, "-d", questions, "-e", "-D", "-c", "8", "-T", "1", "-q", "200",
                         "-t", "30", "-n", "1", "-l", "120"])
            peer_us = (unbound.cpu_s() - before) / RESOLVED * 1e6
        walk = Walk(setting, RESOLVED, setting.new_store())
    done = re.search(r"Queries completed:\s+(\d+)", asked.out)
    rate = re.search(r"Queries per second:\s+([\d.]+)", asked.out)
    if not done or int(done.group(1)) < RESOLVED * 0.99 or not rate:
        raise SystemExit("bench: Unbound did not answer:\n" + asked.out)
    yield Row(work, walk.text(), "", None, "Unbound, 1 thread, cold, CDS only: %.0f us CPU/child, %.0f children/s" %
              (peer_us, float(rate.group(1))), walk.us / peer_us)


def peer_rows(setting):
    yield from decide_rows(setting)
    yield from resolve_rows(setting)
