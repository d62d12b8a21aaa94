"""A store full of changes, exported as JSON Lines by the program itself: into the journal, or read along."""
# SPDX-License-Identifier: GPL-3.0-or-later
import os
import shutil
import subprocess
import sys

from .process import Run
from .report import Row

BUDGET = 200000
READER = "sinks:\n  - { name: reader, kind: jsonl, record: no }\n"


def lines_of(path):
    count = 0
    with open(path, "rb") as f:
        while piece := f.read(1 << 20):
            count += piece.count(b"\n")
    return count


def export(setting, words, pipe):
    """How it went, and how many lines came out."""
    argv = [setting.program("cdswalk"), "changes", "export"] + words
    os.sync()       # what making the store has left behind is not the export's
    if pipe:
        with subprocess.Popen(["wc", "-l"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as reader:
            run = Run(argv, watch=True, stdout=reader.stdin)
            return run, int(reader.communicate()[0])
    path = setting.path("changes.jsonl")
    with open(path, "wb") as f:
        run = Run(argv, watch=True, stdout=f)
    count = lines_of(path)
    os.remove(path)
    return run, count


def export_rows(setting):
    config = setting.path("sinks.yaml")
    with open(config, "w") as f:
        f.write(READER)
    for count in setting.exports:
        made = setting.new_store()
        setting.run("bench_export", made, count, limit_s=1200)
        for pipe in (False, True):
            for record in (True, False):
                store = setting.new_store()
                shutil.copytree(made, store)
                words = ["jsonl"] if record else ["reader", "--config", config]
                run, lines = export(setting, words + ["--db", store], pipe)
                if lines != count:
                    sys.exit("bench: %d of %d changes were exported" % (lines, count))
                if record:
                    setting.run("cdswalk", "db", "verify", "--db", store)
                shutil.rmtree(store)
                rate = count / run.wall_s
                budgeted = count >= 1000000
                yield Row("export of %d changes, %s, to a %s" % (count, "sink of record" if record else "read along",
                                                                  "pipe" if pipe else "file"),
                          "%.0f/s, %.1f us CPU, %.0f MB RssAnon" % (rate, run.cpu_s / count * 1e6, run.anon_mb),
                          "%d/s" % BUDGET if budgeted else "", rate >= BUDGET if budgeted else None)
        shutil.rmtree(made)
