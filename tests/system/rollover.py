# SPDX-License-Identifier: GPL-3.0-or-later
"""A closed loop: BIND, Knot and PowerDNS each roll a KSK. Nobody touches the parent but a registry with what cdswalk exports. All
the time a validating resolver asks each child once a second and never sees bogus."""
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


class Rollover:
    """publish() hands over what there is to the registry, has it published, and gives the number of changes."""

    def __init__(self, story, publish):
        self.story, self.publish = story, publish
        self.done, self.old, self.began = {}, {}, 0
        self.pdns_next, self.pdns_since = "switch", None

    def status(self, software):
        return json.loads(self.story.tool("roll", self.story.lab, software, "status").stdout)

    def walk(self):
        """One registry day: load, walk, export, publish."""
        decisions = self.story.scan(operators_only(self.story.zone()))
        return {s: decisions[c]["outcome"] for s, c in CHILDREN.items()}, self.publish()

    def operator_of_pdns(self, state):
        """Waits until the parent has both DS and every cache knows it, then switches keys."""
        if self.pdns_next == "switch" and len(state["ds"]) == 2:
            self.pdns_since = self.pdns_since or time.monotonic()
            if time.monotonic() - self.pdns_since > CACHES:
                self.story.tool("roll", self.story.lab, "pdns", "switch")
                self.pdns_next, self.pdns_since = "remove", None
        elif self.pdns_next == "remove" and not set(self.old["pdns"]) & set(state["ds"]):
            self.story.tool("roll", self.story.lab, "pdns", "remove")
            self.pdns_next = None

    def one_day(self):
        outcomes, published = self.walk()
        if published:
            step("%3d s: %s; %d changes published" % (time.monotonic() - self.began, outcomes, published))
        now = {s: self.status(s) for s in CHILDREN}
        self.operator_of_pdns(now["pdns"])
        for software, state in now.items():
            gone = not set(self.old[software]) & (set(state["ds"]) | set(state["dnskey"]))
            if gone and state["ds"] and state["ds"] == state["dnskey"] and software not in self.done \
                    and (software != "pdns" or self.pdns_next is None):
                self.done[software] = time.monotonic() - self.began
                step("%3d s: %s has rolled: DS %s became %s" % (self.done[software], CHILDREN[software], self.old[software], state["ds"]))

    def roll(self):
        self.old = {s: self.status(s)["ds"] for s in CHILDREN}
        outcomes, _ = self.walk()
        expect(set(outcomes.values()) == {"NOOP_IN_SYNC"}, "before the rolls: %s" % outcomes)
        step("before the rolls every child is in sync")
        watcher = subprocess.Popen([os.path.join(LAB, "roll"), self.story.lab, "watch", str(WATCH), *CHILDREN.values()],
                                   stdout=subprocess.PIPE, text=True)
        poker = subprocess.Popen([os.path.join(LAB, "roll"), self.story.lab, "bind", "poke", str(WATCH)], stdout=subprocess.DEVNULL)
        for software in CHILDREN:
            self.story.tool("roll", self.story.lab, software, "start")
        step("each child has begun to roll its KSK")
        self.began = time.monotonic()
        while len(self.done) < len(CHILDREN):
            if time.monotonic() - self.began > LIMIT:
                fail("not finished after %d s: done %s, now %s" % (LIMIT, sorted(self.done), {s: self.status(s) for s in CHILDREN}))
            self.one_day()
            time.sleep(1)
        self.check_journal()
        self.check_watcher(watcher, poker)

    def check_journal(self):
        self.walk()
        outcomes, published = self.walk()
        expect(set(outcomes.values()) == {"NOOP_IN_SYNC"} and published == 0, "after the rolls: %s" % outcomes)
        changes = self.story.changes("--all")
        for child in CHILDREN.values():
            states = [c["state"] for c in changes if c["child"] == child]
            expect(len(states) >= 1 and set(states) == {"published"}, "%s: changes in the journal are %s" % (child, states))
        step("every change is published, none is left on its way, all children are in sync")
        self.story.verify()

    @staticmethod
    def check_watcher(watcher, poker):
        """Long enough for the last key to leave every cache, then the watcher's verdict."""
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
