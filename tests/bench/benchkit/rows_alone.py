"""What needs no peer process: the store, the seam to the network."""
# SPDX-License-Identifier: GPL-3.0-or-later
from .report import Row
from .setting import FARMS

DECISIONS = 20000
BATCHES = (1024, 5000)     # a scan's; the budget's
ROUNDS = 3
QUESTIONS = 100000
OUTSTANDING = 500
SEAM_CHILDREN = 10000


def decision_rows(setting, batch):
    lines = {o["what"]: o for o in setting.run("bench_store", setting.new_store(), DECISIONS, batch).objects()}
    octets = lines["octets"]
    for what, name in (("decide new", "decisions kept"), ("decide quiet", "quiet decisions")):
        o = lines[what]
        new = what == "decide new"
        budgeted = new and batch == max(BATCHES)
        yield Row("store, %s, batches of %d" % (name, batch), "%.0f/s, %.1f us CPU" % (o["per_second"], o["cpu_us"]),
                  "50000/s" if budgeted else "", o["per_second"] >= 50000 if budgeted else None,
                  "the same %.0f MB written and synced alone, in as many pieces: %.2f s" %
                  (octets["octets"] / 1e6, octets["wall_s"]) if new else "", o["wall_s"] / octets["wall_s"] if new else None)


def load_rows(setting, size):
    lines = setting.run("bench_load", setting.path("load-%d" % size), setting.parent_file(size, made_up=True),
                        ROUNDS).objects()
    middle = {what: sorted((o for o in lines if o["what"] == what), key=lambda o: o["cpu_s"])[ROUNDS // 2]
              for what in ("bare libzscanner", "bare LMDB", "load", "load again")}
    ratio = lines[-1]
    o, again = middle["load"], middle["load again"]
    yield Row("load of %d delegations" % size, "%.1f s, %.1f s CPU" % (o["wall_s"], o["cpu_s"]), "3 x bare" if size == 1000000 else "",
              ratio["cpu"] <= 3 if size == 1000000 else None, "bare libzscanner %.1f s and bare LMDB %.1f s CPU; ratio of CPU %.2f to %.2f, by wall time "
              "%.2f (%.2f to %.2f)" % (middle["bare libzscanner"]["cpu_s"], middle["bare LMDB"]["cpu_s"], ratio["cpu_least"],
                                       ratio["cpu_most"], ratio["wall"], ratio["wall_least"], ratio["wall_most"]),
              ratio["cpu"])
    yield Row("load again of %d delegations" % size, "%.1f s, %.1f s CPU, %d writes" %
              (again["wall_s"], again["cpu_s"], again["writes"]), "0 writes", again["writes"] == 0)
    most = max(o["anon_mb"] for o in lines if o["what"].startswith("load"))
    yield Row("memory of these loads, %d" % size, "%.0f MB RssAnon" % most, "150 MB", most < 150)


def store_rows(setting):
    for batch in BATCHES:
        yield from decision_rows(setting, batch)
    for size in setting.loads:
        yield from load_rows(setting, size)


def seam_rows(setting):
    cost = {}
    with setting.synthd(SEAM_CHILDREN):
        for transport in ("udp", "tcp"):
            o = setting.run("bench_seam", transport, QUESTIONS, SEAM_CHILDREN, FARMS, OUTSTANDING).objects()[0]
            cost[transport] = o["cpu_us"]
            tcp = transport == "tcp"
            yield Row("resolver seam, %s" % transport.upper(), "%.0f questions/s, %.1f us CPU" %
                      (o["per_second"], o["cpu_us"]), "1.2 x UDP" if tcp else "",
                      o["cpu_us"] <= 1.2 * cost["udp"] if tcp else None, "UDP %.1f us" % cost["udp"] if tcp else "",
                      o["cpu_us"] / cost["udp"] if tcp else None)
