"""What needs no peer process: the store, the seam to the network."""
# SPDX-License-Identifier: GPL-3.0-or-later
from .report import Row
from .setting import FARMS

DECISIONS = 20000
QUESTIONS = 100000
OUTSTANDING = 500
SEAM_CHILDREN = 10000


def store_rows(setting):
    for o in setting.run("bench_store", "decide", setting.new_store(), DECISIONS).objects():
        new = o["what"] == "decide new"
        yield Row("store, %s, batches of 1024" % ("decisions kept" if new else "quiet decisions"),
                  "%.0f/s, %.1f us CPU" % (o["per_second"], o["cpu_us"]), "50000/s" if new else "",
                  o["per_second"] >= 50000 if new else None)
    for size in setting.loads:
        run = setting.run("bench_store", "load", setting.new_store(), setting.parent_file(size, made_up=True), watch=True)
        for o in run.objects():
            budgeted = size == 1000000 and o["what"] == "load"
            yield Row("%s of %d delegations" % (o["what"], size), "%.1f s, %.1f s CPU" %
                      (o["wall_s"], o["user_s"] + o["sys_s"]), "5 s" if budgeted else "",
                      o["wall_s"] < 5 if budgeted else None)
        yield Row("memory of that load, %d" % size, "%.0f MB RssAnon" % run.anon_mb, "150 MB", run.anon_mb < 150)


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
