"""The lab's registry: hands out its zone, takes the DS changes that cdswalk exports, and those that people make."""
# SPDX-License-Identifier: GPL-3.0-or-later
import json
import subprocess
import sys
import time

from .message import Message
from .namespace import LabError
from .parents import DS_TTL, NS_TTL, nsupdate
from .query import ask, rrset
from .topology import OPT_OUT, TLD, TLDS
from .wire import TYPES, dot, name_wire

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


def set_by_hand(child, rtype, rdatas):
    """What an owner does by web form or telephone: DS or NS are what he says, whatever was there before."""
    child = dot(child)
    lines = ["zone " + next(t for t in TLDS if child.endswith("." + t)), "update delete %s %s" % (child, rtype)]
    lines += ["update add %s %d %s %s" % (child, DS_TTL if rtype == "DS" else NS_TTL, rtype, r) for r in rdatas]
    complaint = nsupdate(lines)
    wanted = {ds_rdata(r) if rtype == "DS" else name_wire(dot(r)) for r in rdatas}
    if complaint:
        raise LabError("%s: %s" % (child, complaint))
    end = time.monotonic() + PUBLICATION_LIMIT
    while not all(shown(a, child, rtype) == wanted for a in TLD):
        if time.monotonic() > end:
            raise LabError("%s: %s not on all servers of the parent after %d s" % (child, rtype, PUBLICATION_LIMIT))
        time.sleep(0.05)


def shown(address, child, rtype):
    """RDATA of DS, or of NS: those are in the authority section of a referral."""
    answer = ask(address, child, rtype)
    if answer is None or answer.rcode != 0:
        return None
    return {r.rdata for r in Message(answer.octets).records if r.rtype == TYPES[rtype] and r.owner.lower() == name_wire(child)}


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
