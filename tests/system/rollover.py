# SPDX-License-Identifier: GPL-3.0-or-later
"""A closed loop: BIND, Knot and PowerDNS each roll a KSK. Nobody touches the parent but the registry with what
cdswalk exports. All the time a validating resolver asks each child once a second and never sees bogus."""
import json
import os
import subprocess
import time

from story import LAB, expect, fail, step

CHILDREN = {"bind": "bind-roll.example-tld.", "knot": "knot-roll.example-tld.", "pdns": "pdns-roll.example-tld."}
LIMIT = 240             # seconds for all three
CACHES = 12             # longer than any TTL of the lab: parent, children and resolver
WATCH = LIMIT + 60


def operators_only(path):
    """The zone file of a registry whose children all have real signers; broken servers have a test of their own."""
    keep = []
    with open(path, encoding="utf-8") as f:
        for line in f:
            owner = line.split()[0] if line.strip() else ""
            label = owner.split(".")[0]
            if line.startswith("$") or owner == "example-tld." or owner.endswith("op.example-tld.") \
                    or label.startswith(("bind-", "knot-", "pdns-")):
                keep.append(line)
    with open(path, "w", encoding="utf-8") as f:
        f.writelines(keep)
    return path


def roll(story, day):
    """The whole story. day is one day of a registry: load, walk, export, publish; it gives the decision records by child, and how
    many changes were published."""
    def status(software):
        return json.loads(story.tool("roll", story.lab, software, "status").stdout)

    def walk():
        decisions, published = day()
        return {s: decisions[c]["outcome"] for s, c in CHILDREN.items()}, published

    old = {s: status(s)["ds"] for s in CHILDREN}
    outcomes, published = walk()
    expect(set(outcomes.values()) == {"NOOP_IN_SYNC"}, "before the rolls: %s" % outcomes)
    step("before the rolls every child is in sync")

    watcher = subprocess.Popen([os.path.join(LAB, "roll"), story.lab, "watch", str(WATCH), *CHILDREN.values()],
                               stdout=subprocess.PIPE, text=True)
    poker = subprocess.Popen([os.path.join(LAB, "roll"), story.lab, "bind", "poke", str(WATCH)],
                             stdout=subprocess.DEVNULL)
    for software in CHILDREN:
        story.tool("roll", story.lab, software, "start")
    step("each child has begun to roll its KSK")

    began = time.monotonic()
    pdns_next, pdns_since = "switch", None
    done = {}
    while len(done) < len(CHILDREN):
        if time.monotonic() - began > LIMIT:
            fail("not finished after %d s: done %s, now %s" % (LIMIT, sorted(done), {s: status(s) for s in CHILDREN}))
        outcomes, published = walk()
        if published:
            step("%3d s: %s; %d changes published" % (time.monotonic() - began, outcomes, published))
        now = {s: status(s) for s in CHILDREN}
        # The operator of PowerDNS waits until the parent has both DS and every cache knows it, then switches keys.
        if pdns_next == "switch" and len(now["pdns"]["ds"]) == 2:
            pdns_since = pdns_since or time.monotonic()
            if time.monotonic() - pdns_since > CACHES:
                story.tool("roll", story.lab, "pdns", "switch")
                pdns_next, pdns_since = "remove", None
        elif pdns_next == "remove" and not set(old["pdns"]) & set(now["pdns"]["ds"]):
            story.tool("roll", story.lab, "pdns", "remove")
            pdns_next = None
        for software, state in now.items():
            gone = not set(old[software]) & (set(state["ds"]) | set(state["dnskey"]))
            if gone and state["ds"] and state["ds"] == state["dnskey"] and software not in done \
                    and (software != "pdns" or pdns_next is None):
                done[software] = time.monotonic() - began
                step("%3d s: %s has rolled: DS %s became %s" % (done[software], CHILDREN[software], old[software], state["ds"]))
        time.sleep(1)

    outcomes, published = walk()
    outcomes, published = walk()
    expect(set(outcomes.values()) == {"NOOP_IN_SYNC"} and published == 0, "after the rolls: %s" % outcomes)
    changes = story.changes("--all")
    for software, child in CHILDREN.items():
        states = [c["state"] for c in changes if c["child"] == child]
        expect(len(states) >= 1 and set(states) == {"published"}, "%s: changes in the journal are %s" % (child, states))
    step("every change is published, none is left on its way, all children are in sync")
    story.verify()

    # Long enough for the last key to leave every cache, then the watcher's verdict.
    time.sleep(CACHES)
    poker.terminate()
    poker.wait()
    watcher.terminate()
    out, _ = watcher.communicate()
    report = json.loads(out)
    seen = {c: {k: v for k, v in r.items() if k != "first"} for c, r in report["children"].items()}
    expect(all(r["secure"] >= 30 for r in seen.values()), "the watcher saw too little: %s" % seen)
    expect(all(r["bogus"] == 0 and r["insecure"] == 0 and r["servfail"] == 0 for r in seen.values()),
           "not every answer was secure: %s" % json.dumps(report["children"]))
    step("zero bogus answers: %s" % {c: r["secure"] for c, r in seen.items()})
    story.cdswalk("judge", "--cases")
    step("every stored case comes out the same, byte for byte")
