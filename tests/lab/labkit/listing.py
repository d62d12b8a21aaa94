"""The table of children that `lab list` prints."""
# SPDX-License-Identifier: GPL-3.0-or-later
import signal

from .children import build_all, oracle_table
from .operators import Operators
from .static import known_hosts

WIDEST = 70                              # one name is as long as a name can be
HEAD = ("child", "operator", "servers", "rows", "resolver", "expected")


def catalogue():
    """What a lab would have, without one being up: DS of real signers are not known."""
    return oracle_table(build_all() + Operators().all_children(), known_hosts())


def show(table):
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)       # for `lab list | head`
    rows = [HEAD]
    for name in sorted(table):
        entry = table[name]
        servers = [a for s in entry["ns"] for a in s["addresses"] or ["(%s: none)" % s["name"]]]
        rows.append((name, entry["operator"], " ".join(servers), entry["row"], entry["resolver"],
                     " ".join(entry["expect"])))
    widths = [min(WIDEST, max(len(r[i]) for r in rows)) for i in range(len(HEAD))]
    for row in rows:
        print("  ".join(cell.ljust(w) for cell, w in zip(row, widths)).rstrip())
