"""Another program on the same children in the same run: Unbound resolves and validates."""
# SPDX-License-Identifier: GPL-3.0-or-later
import re
import shutil

from .process import Run
from .report import Row
from .rows_walk import Walk
from .setting import UNBOUND

RESOLVED = 10000


def absent(work, program, package):
    return Row(work, "not measured: %s is missing (Debian: apt-get install %s)" % (program, package))


def peer_rows(setting):
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
