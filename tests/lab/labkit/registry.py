"""The lab's registry: hands out its zone, and takes the DS changes that cdswalk exports."""
# SPDX-License-Identifier: GPL-3.0-or-later
import json
import subprocess
import sys
import time

from .namespace import LabError
from .parents import DS_TTL, nsupdate
from .query import rrset
from .topology import OPT_OUT, TLD, TLDS
from .wire import dot

PUBLICATION_LIMIT = 30.0


def print_zone(origin=OPT_OUT):
    """The zone as a master file, complete or not at all."""
    done = subprocess.run(["dig", "@" + TLD[0], dot(origin), "AXFR", "+noall", "+answer", "+onesoa"],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    lines = [line for line in done.stdout.splitlines() if line and not line.startswith(";")]
    if done.returncode or "Transfer failed" in done.stdout or not lines:
        raise LabError("%s: no zone transfer from %s: %s" % (origin, TLD[0], done.stdout.strip()))
    print("$ORIGIN %s" % dot(origin))
    print("\n".join(lines))


def ds_rdata(text):
    tag, alg, kind, *digest = text.split()
    return int(tag).to_bytes(2, "big") + bytes([int(alg), int(kind)]) + bytes.fromhex("".join(digest))


def published(child, wanted):
    """True if all three servers of the parent show this DS set."""
    return all(rrset(a, child, "DS") == wanted for a in TLD)


def update_lines(change):
    """An UPDATE that holds only while DS and NS are what the decision was made on (A-32)."""
    child = change["child"]
    before, after = change["ds_before"], change["ds_after"]
    lines = ["zone " + next(t for t in TLDS if child.endswith("." + t))]
    lines += ["prereq yxrrset %s DS %s" % (child, d) for d in before] or ["prereq nxrrset %s DS" % child]
    lines += ["prereq yxrrset %s NS %s" % (child, dot(n)) for n in change.get("ns_before") or []]
    lines.append("update delete %s DS" % child)
    return lines + ["update add %s %d DS %s" % (child, DS_TTL, d) for d in after]


def apply_change(change):
    """Publish one change; returns an error text, empty when it is published."""
    child, wanted = change["child"], {ds_rdata(d) for d in change["ds_after"]}
    if rrset(TLD[0], child, "DS") != wanted:
        complaint = nsupdate(update_lines(change))
        if complaint:
            return "%s: %s" % (child, complaint)
    end = time.monotonic() + PUBLICATION_LIMIT
    while not published(child, wanted):
        if time.monotonic() > end:
            return "%s: not on all servers of the parent after %d s" % (child, PUBLICATION_LIMIT)
        time.sleep(0.05)
    return ""


def apply_changes(lines):
    """Read changes as JSON Lines; print the id of each one that is published.  Returns an exit status."""
    failed = 0
    for line in lines:
        if not line.strip():
            continue
        try:
            change = json.loads(line)
            complaint = apply_change(change)
        except (ValueError, KeyError, TypeError) as e:
            complaint = "not a change: %r: %s" % (e, line.strip())
        if complaint:
            failed = 1
            sys.stderr.write("registry: %s\n" % complaint)
        else:
            print(change["id"], flush=True)
    return failed
