"""The judge alone: beside bare OpenSSL, and beside dnssec-cds on the same children, in turns; one line an algorithm."""
# SPDX-License-Identifier: GPL-3.0-or-later
import json
import os
import shutil
import statistics
import subprocess

from .process import Run
from .report import Row, show_table

TURNS = 15
PROCESSES = 6                   # of each program in a turn
PEER, PACKAGE = "dnssec-cds", "bind9-dnsutils"
CHILD = "example.bench."
CASES = 20000
CASE_BATCH = 1024
BUDGETED = "P-256"
HEAD = ["roll-over", "verifications", "imports", "bare: verifications", "imports", "judge", "ratio", "to verifications",
        "children/s", "a process: %s" % PEER, "judge", "%s / judge alone" % PEER]


class Judge:
    """bench_judge for one algorithm; one turn for every line it is given."""

    def __init__(self, setting, name):
        self.zone, self.dsset = setting.path("judge.zone"), setting.path("judge.dsset")
        argv = [setting.program("bench_judge"), name, self.zone, self.dsset]
        self.process = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def turn(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit("bench: bench_judge ended with %d" % self.process.wait())
        return json.loads(line)

    def close(self):
        self.process.stdin.close()
        self.process.stdout.close()
        if self.process.wait() != 0:
            raise SystemExit("bench: bench_judge ended with %d" % self.process.returncode)


def processes_us(argv):
    """CPU of one process, from several."""
    return sum(Run(argv).cpu_s for _ in range(PROCESSES)) / PROCESSES * 1e6


class Measured:
    """Medians over the turns, in which everything comes once."""

    def __init__(self, setting, name):
        judge, turns = Judge(setting, name), []
        own = [setting.program("cdswalk"), "judge", "--ds", judge.dsset, CHILD, judge.zone]
        peer = [PEER, "-s", "-7200", "-f", judge.zone, "-d", judge.dsset, CHILD] if shutil.which(PEER) else None
        for _ in range(TURNS):
            o = judge.turn()
            o["own_us"], o["peer_us"] = processes_us(own), processes_us(peer) if peer else 0
            o["ratio"] = o["judge_us"] / o["bare_us"]
            o["wall_ratio"] = o["judge_wall_us"] / o["bare_wall_us"]
            o["ratio_to_verifications"] = o["judge_us"] / (o["bare_us"] - o["import_us"])
            turns.append(o)
        judge.close()
        self.name, self.outcome = name, turns[0]["outcome"]
        self.verifications, self.needed, self.imports = (turns[0][k] for k in ("verifications", "needed", "imports"))
        for key in ("judge_us", "bare_us", "import_us", "own_us", "peer_us", "ratio", "wall_ratio", "ratio_to_verifications"):
            setattr(self, key, statistics.median(o[key] for o in turns))

    def times(self):
        return self.peer_us / self.judge_us

    def cells(self):
        name = self.name if self.outcome == "ACCEPT_UPDATE" else "%s (%s)" % (self.name, self.outcome)
        count = "%d of %d needed" % (self.verifications, self.needed)
        peer = ["%.0f us" % self.peer_us, "%.0f us" % self.own_us, "%.1f" % self.times()] if self.peer_us else \
            ["absent", "%.0f us" % self.own_us, ""]
        return [name, count, "%d" % self.imports, "%.0f us" % (self.bare_us - self.import_us), "%.0f us" % self.import_us,
                "%.0f us" % self.judge_us, "%.2f" % self.ratio, "%.2f" % self.ratio_to_verifications,
                "%.0f" % (1e6 / self.judge_us)] + peer


def start_row(setting):
    """What of a process is only its start: it says its version, or how it is used."""
    own, peer = [setting.program("cdswalk"), "judge", "--help"], [PEER, "-V"]
    pairs = [(processes_us(own), processes_us(peer)) for _ in range(TURNS)]
    own_us, peer_us = (statistics.median(column) for column in zip(*pairs))
    return Row("start of a process that decides nothing", "cdswalk %.0f us CPU" % own_us, "", None,
               "%s %.0f us CPU" % (PEER, peer_us), own_us / peer_us)


def cases_row(setting, peer_us):
    """One process that decides many children: those of a store, decided again."""
    store = setting.new_store()
    setting.run("bench_store", store, CASES, CASE_BATCH)
    run = setting.run("cdswalk", "judge", "--db", store, "--cases")
    us = run.cpu_s / CASES * 1e6
    return Row("decide in one process: `judge --cases`, %d P-256 children of all kinds" % CASES,
               "%.0f us CPU/child, %.0f children/s" % (us, CASES / run.wall_s), "20 x dnssec-cds" if peer_us else "",
               peer_us >= 20 * us if peer_us else None, "%s %.0f us CPU/child" % (PEER, peer_us) if peer_us else "",
               us / peer_us if peer_us else None)


def judge_rows(setting):
    if not shutil.which(PEER):
        yield Row("judge beside " + PEER, "not measured: %s is missing (Debian: apt-get install %s)" % (PEER, PACKAGE))
    lines, peer_us = [], 0
    for name in setting.run("bench_judge", "list").out.splitlines():
        m = Measured(setting, name)
        lines.append(m.cells())
        if name == BUDGETED:
            peer_us = m.peer_us
            yield Row("judge alone, %s roll-over" % name, "%.0f us" % m.judge_us, "1.3 x", m.ratio <= 1.3,
                      "bare OpenSSL %.0f us (%d verifications, %d imports); by wall time %.2f" %
                      (m.bare_us, m.needed, m.imports, m.wall_ratio), m.ratio)
            if peer_us:
                yield Row("the same beside %s, a process for each child" % PEER, "%.0f children/s" % (1e6 / m.judge_us),
                          "20 x", m.times() >= 20, "%s %.0f children/s" % (PEER, 1e6 / m.peer_us), m.times())
                yield start_row(setting)
    show_table(HEAD, lines)
    yield cases_row(setting, peer_us)
