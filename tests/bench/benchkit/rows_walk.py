"""cdswalk scan over synthetic parents: cold store and quiet run, sizes, addresses, transports, NSD as control."""
# SPDX-License-Identifier: GPL-3.0-or-later
import json

from .report import Row
from .setting import RESOLVER

QUESTIONS_AN_ADDRESS = 5
QUESTIONS_A_CHILD = 1     # and so many more of one of them
FULL_SPEED = ["--rate", "1000000", "--rate-per-address", "1000000"]
BUDGET_US = {2: 700, 4: 850}


class Walk:
    """One scan, and what it cost for each child."""

    def __init__(self, setting, children, store, addresses=2, limit_s=600):
        parent = setting.parent_file(children, addresses=addresses // 2)
        self.children, self.addresses = children, addresses
        slowness = setting.slowness()
        self.run = setting.run("cdswalk", "scan", "--quiet", "--db", store, "--allow-special", "--resolver", RESOLVER,
                               *FULL_SPEED, parent, watch=True, limit_s=limit_s)
        self.slowness = (slowness + setting.slowness()) / 2
        self.check(setting, store)

    def check(self, setting, store):
        """A walk that decided something else than it should was not the work that is measured."""
        status = setting.run("cdswalk", "status", "--json", "--db", store).objects()
        text = json.dumps(status)
        if "NOOP_IN_SYNC" not in text or any(w in text for w in ("BOGUS", "TIMEOUT", "UNREACHABLE")):
            raise SystemExit("bench: the walk did not end as it should: %s" % text)

    @property
    def us(self):
        return self.run.cpu_s / self.children * 1e6

    @property
    def network_us(self):
        return self.run.first_thread_s / self.children * 1e6

    def text(self):
        questions = self.children * (self.addresses * QUESTIONS_AN_ADDRESS + QUESTIONS_A_CHILD)
        return ("%.0f us CPU/child (network thread %.0f, others %.0f), %.0f at the budget's speed; %.0f children/s, "
                "%.0f questions/s; %.0f MB" % (self.us, self.network_us, self.us - self.network_us,
                                               self.us / self.slowness, self.children / self.run.wall_s,
                                               questions / self.run.wall_s, self.run.anon_mb))

    def row(self, work, budgeted=True, peer="", ratio=None):
        budget = BUDGET_US[self.addresses]
        return Row(work, self.text(), "%d us" % budget if budgeted else "", self.us <= budget if budgeted else None,
                   peer, ratio)


def pair(setting, children, addresses=2):
    """A walk into an empty store, then over the same again."""
    store = setting.new_store()
    return Walk(setting, children, store, addresses), Walk(setting, children, store, addresses)


def walk_rows(setting):
    sizes = sorted(setting.sizes)
    smallest = sizes[0]
    with setting.synthd(smallest):
        first, quiet = pair(setting, smallest)
    yield from pair_rows(first, quiet, None)
    with setting.synthd(smallest, "-a", "2"):
        yield Walk(setting, smallest, setting.new_store(), 4).row("%d children, 4 addresses, first run" % smallest)
    with setting.synthd(smallest, "-t"):
        yield Walk(setting, smallest, setting.new_store()).row(
            "%d children, every UDP answer truncated, TCP after it" % smallest, False, "UDP alone: %.0f us" % first.us)
    if setting.nsd_size > 0:
        yield nsd_row(setting, first)
    for size in sizes[1:]:
        needed_s = 2.2 * size * first.run.wall_s / smallest
        if needed_s > setting.left_s():
            yield Row("probe + decision, %d children" % size, "not measured: would take %.0f s more, BENCH_LIMIT is %d s"
                      % (needed_s, setting.limit_s))
            continue
        with setting.synthd(size):
            yield from pair_rows(*pair(setting, size), first)


def pair_rows(cold, quiet, smaller):
    """Cost for each child must not grow with their number."""
    growth = ("%d children: %.0f us" % (smaller.children, smaller.us), cold.us / smaller.us) if smaller else ("", None)
    yield cold.row("probe + decision, %d children, 2 addresses, first run" % cold.children, True, *growth)
    yield quiet.row("the same again, quiet")
    anon_mb = max(cold.run.anon_mb, quiet.run.anon_mb)
    yield Row("memory, %d children" % cold.children, "%.0f MB RssAnon" % anon_mb, "150 MB", anon_mb < 150)


def nsd_row(setting, synthetic):
    size = setting.nsd_size
    with setting.synthd(size, "-p"), setting.nsd(size) as nsd:
        before = nsd.cpu_s()
        walk = Walk(setting, size, setting.new_store())
        served_us = (nsd.cpu_s() - before) / size * 1e6
    return walk.row("control: %d children served by NSD, first run" % size, True,
                    "synthd: %.0f us; NSD itself %.0f us/child" % (synthetic.us, served_us), walk.us / synthetic.us)
