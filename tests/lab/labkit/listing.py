"""The table of children that `lab list` prints."""
# SPDX-License-Identifier: GPL-3.0-or-later
from .children import build_all
from .operators import Operators

HEAD = ("child", "operator", "servers", "rows", "resolver", "expected")


def catalogue():
    """What a lab would have, without one being up: DS of real signers are not known."""
    return {c.name: c.oracle() for c in build_all() + Operators().children}


def show(table):
    rows = [HEAD]
    for name in sorted(table):
        entry = table[name]
        servers = " ".join(a for s in entry["ns"] for a in s["addresses"] or ["(%s: none)" % s["name"]])
        rows.append((name, entry["operator"], servers, entry["row"], entry["resolver"], " ".join(entry["expect"])))
    widths = [max(len(r[i]) for r in rows) for i in range(len(HEAD))]
    for row in rows:
        print("  ".join(cell.ljust(w) for cell, w in zip(row, widths)).rstrip())
