"""Children made to cost much: CPU of one judgement of each, beside what it is charged."""
# SPDX-License-Identifier: GPL-3.0-or-later
from .report import Row, show_table

ROUNDS = 50
BUDGET_MS = 20


def hostile_rows(setting):
    objects = setting.run("bench_hostile", ROUNDS).objects()
    prices = [o for o in objects if "verify_us" in o]
    children = [o for o in objects if "child" in o]
    worst = objects[-1]
    show_table(["work", "import", "its price", "verification", "its price"],
               [[o["price"], "%.1f us" % o["import_us"], "%.1f us" % o["import_price_us"], "%.1f us" % o["verify_us"],
                 "%.1f us" % o["verify_price_us"]] for o in prices])
    show_table(["child", "reason", "CPU, median", "least", "charged", "verifications"],
               [[o["child"], o["reason"], "%.2f ms" % (o["median_us"] / 1e3), "%.2f ms" % (o["judge_us"] / 1e3),
                 "%.2f ms" % (o["charged_us"] / 1e3), str(o["verifications"])] for o in children])
    ms = worst["median_us"] / 1e3
    yield Row("judge alone, the worst of %d crafted children" % len(children), "%.1f ms CPU" % ms, "%d ms" % BUDGET_MS,
              ms <= BUDGET_MS, worst["worst"])
