"""The table, and what machine it was measured on."""
# SPDX-License-Identifier: GPL-3.0-or-later
import datetime
import os
import subprocess


class Row:
    """One line: what was done, what it cost, what the budget is, the peer beside it."""

    def __init__(self, work, measured, budget="", within=None, peer="", ratio=None):
        self.work, self.measured, self.budget, self.within = work, measured, budget, within
        self.peer, self.ratio = peer, ratio

    def cells(self):
        verdict = "" if self.within is None else "within" if self.within else "OVER"
        ratio = "" if self.ratio is None else "%.2f" % self.ratio
        return [self.work, self.measured, self.budget, verdict, self.peer, ratio]


def show_table(head, rows):
    """In the form that doc/bench.md takes as it is."""
    widths = [max(len(r[i]) for r in [head] + rows) for i in range(len(head))]
    print()
    for row in [head, ["-" * w for w in widths]] + rows:
        print("| %s |" % " | ".join(cell.ljust(w) for cell, w in zip(row, widths)))
    print(flush=True)


class Table:
    HEAD = ["work", "measured", "budget", "", "beside it, same run", "ratio"]

    def __init__(self):
        self.rows = []

    def add(self, row):
        self.rows.append(row.cells())
        print("  %s: %s" % (row.work, row.measured), flush=True)

    def show(self):
        show_table(self.HEAD, self.rows)


def first(command):
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return "absent"
    lines = (done.stdout + done.stderr).splitlines()
    return lines[0].strip() if lines else ""


def cpu_model():
    with open("/proc/cpuinfo") as f:
        for line in f:
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return os.uname().machine


def system():
    with open("/etc/os-release") as f:
        names = dict(line.rstrip("\n").split("=", 1) for line in f if "=" in line)
    return names.get("PRETTY_NAME", "").strip('"')


def say_machine():
    compiler = os.environ.get("CC_USED", "cc").split()
    facts = [
        ("date", datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC")),
        ("machine", "%d cores, %s" % (os.cpu_count(), cpu_model())),
        ("system", "%s, Linux %s" % (system(), os.uname().release)),
        ("compiler", "%s; flags %s" % (first([compiler[0], "--version"]), " ".join(compiler[1:]))),
        ("OpenSSL", first(["openssl", "version"])),
        ("load", "%.2f %.2f %.2f before" % os.getloadavg()),
    ]
    for name, value in facts:
        print("%-9s %s" % (name, value))
    print(flush=True)
