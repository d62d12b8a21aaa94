# SPDX-License-Identifier: GPL-3.0-or-later
"""Walk, sink and counterpart killed again and again, one by one and all at once, while the one decides and the others apply: what
tests of a sink under kill -9 share. Some children ask for one more key behind the walk that begins (A-31), others are new to it.

In the first turn of a round nothing is left to luck: the walk is slow, and the target lets the sink wait in the middle of a
change, taken or not, until all three are dead. The other turns take their chance. Afterwards every change that left was applied
once, each child's in the order of its ids, all are acknowledged, and the store is sound."""
import ctypes
import fcntl
import os
import random
import shutil
import signal
import subprocess
import sys
import time

from story import SRC, expect, step
sys.path.insert(0, os.path.join(SRC, "tests", "lab"))
from labkit import namespace        # noqa: E402

ORIGIN = "example-tld."
FURTHER = [c + "." + ORIGIN for c in ("roll", "roll-csk", "roll-double-ds")]       # ask for a third key by then
STEADY = [c + "." + ORIGIN for c in ("roll-alg-8-13", "roll-double-ds-end", "mixed-case", "pair-ok", "two.labels", "delete", "signal-ok")]
LATER = [c + "." + ORIGIN for c in ("xn--bcher-kva", "in-bailiwick", "delete-cds-only", "signal-two-keys", "signal-csk")]
TURNS = 2
SLOW = "2"              # questions a second, of which a walk needs hundreds: it takes longer than PATIENCE
PATIENCE = 60           # seconds for what comes for certain


def enter(story):
    """This process goes into the network of the lab: then nobody has to be started by way of the lab, which costs more than
    most of what is started here. An ordinary user would lose the one who may run PostgreSQL on the way."""
    if os.geteuid() != 0:
        return
    with open("/proc/%d/ns/net" % namespace.read_state(story.lab)["init"], "rb") as ns:
        libc = ctypes.CDLL(None, use_errno=True)
        expect(libc.setns(ns.fileno(), 0) == 0, "the network of the lab: %s" % os.strerror(ctypes.get_errno()))


def number_of(change):
    return int(change["id"].rsplit("/", 1)[1])


def as_set(records):
    return sorted(r.upper() for r in records)


class Target:
    """What a test has to say of its counterpart."""
    sink = config = None

    def reset(self, domains):
        """DS and NS of all children as they were judged; nothing was applied yet. domains: child -> a change of it."""

    def disturb(self, rng, children):
        """Faults of a round, their number."""
        return 0

    def arm(self, rng, children):
        """The next sink is to wait in the middle of a change of one of these, which stay as they are."""

    def is_held(self):
        """It waits there."""

    def release(self):
        """Nobody waits any more, and who did is answered or not."""

    def calm(self):
        """No faults any more."""

    def kill(self):
        """kill -9."""

    def alive(self):
        """Started, if it is not there."""

    def registry(self):
        """What the registry does by itself with what it has got."""

    def history(self):
        """child -> DS sets that it was given since reset(), in order, each with the id of its change or None."""


class Chaos:
    def __init__(self, story, target):
        self.story, self.target = story, target
        self.seed = int(os.environ.get("SEED", random.randrange(1 << 32)))
        self.rng = random.Random(self.seed)
        self.counts = dict.fromkeys(("turns", "walks", "walks in the middle", "sinks", "sinks in the middle", "targets", "targets in the middle",
                                     "all three", "faults", "applied", "overtaken", "in two steps"), 0)
        self.policy = story.config("policy:\n  bootstrap: { methods: [rfc9615] }\n", "policy.yaml")
        story.scan(story.zone_of("nic." + ORIGIN, *FURTHER, *STEADY), "-c", self.policy)
        for child in FURTHER:
            story.tool("lab", "stage", story.lab, child, "further")
        self.zone = story.zone_of("nic." + ORIGIN, *FURTHER, *STEADY, *LATER)
        self.template, self.db = story.db, story.path("undisturbed")
        shutil.copytree(self.template, self.db)
        enter(story)
        began = time.monotonic()
        self.settle_walk()
        self.usual = time.monotonic() - began
        self.domains = {c["child"]: c for c in self.journal()}
        self.wanted = {child: as_set(c["ds_after"]) for child, c in self.domains.items()}
        expect(sorted(self.wanted) == sorted(FURTHER + STEADY + LATER), "changes of %s" % sorted(self.wanted))
        self.published = self.with_wanted()
        shutil.rmtree(self.db)

    def with_wanted(self):
        """The zone file as it is once everything is published."""
        path = self.story.path("published.zone")
        with open(self.zone, encoding="utf-8") as f, open(path, "w", encoding="utf-8") as to:
            to.writelines(line for line in f if line.startswith("$") or line.split()[3] != "DS" or line.split()[0].lower() not in self.wanted)
            to.writelines("%s 5 IN DS %s\n" % (child, ds) for child, wanted in self.wanted.items() for ds in wanted)
        return path

    def journal(self):
        return sorted(self.story.changes("--all", db=self.db), key=number_of)

    # ---------------------------------------------------------- processes
    def start(self, *argv):
        with open(self.db + ".said", "a", encoding="utf-8") as said:
            return subprocess.Popen(self.story.argv(*argv, db=self.db), stdout=subprocess.DEVNULL, stderr=said, start_new_session=True)

    def said(self):
        with open(self.db + ".said", encoding="utf-8") as f:
            return "seed %d: %s" % (self.seed, f.read()[-2000:])

    def start_walk(self, *more):
        return self.start(*self.story.scan_args(self.zone, "--quiet", "-c", self.policy, *more))

    def start_sink(self):
        return self.start("changes", "export", self.target.sink, "-c", self.target.config, "--follow")

    def kill(self, process):
        """True: it was there."""
        there = process.poll() is None
        if there:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return there

    def let_go(self):
        """What a killed process has open may last a moment longer than whoever started it."""
        for name in ("walk.lock", "export.lock"):
            path = os.path.join(self.db, name)
            if os.path.exists(path):
                with open(path, encoding="utf-8") as lock:
                    self.until(lambda f=lock: self.is_free(f), "%s is held by the dead" % path)

    @staticmethod
    def is_free(lock):
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    @staticmethod
    def until(what, text, seconds=PATIENCE):
        end = time.monotonic() + seconds
        while not what():
            expect(time.monotonic() < end, text)
            time.sleep(0.005)

    def settle_walk(self, zone=None):
        self.story.cdswalk(*self.story.scan_args(zone or self.zone, "--quiet", "-c", self.policy), db=self.db)

    def walks(self):
        """Has the walk begun, and decided nothing for good yet? A run is closed with its release."""
        run_of = self.story.status(self.db)["run"]
        return run_of is not None and run_of["state"] != "finished"

    # -------------------------------------------------------------- turns
    def await_middle(self, sink, walk, first):
        t = self.target
        end = time.monotonic() + (PATIENCE if first else self.rng.uniform(0, 2 * self.usual))
        while time.monotonic() < end and not (first and t.is_held() and self.walks()):
            t.alive()
            expect(sink.poll() is None, "the sink has ended with %s: %s" % (sink.poll(), self.said()))
            if not first and self.rng.random() < 0.3 and t.is_held():
                break
            time.sleep(0.03)
        expect(not first or (t.is_held() and walk.poll() is None), "nobody was in the middle: walk %s, sink held: %s" % (walk.poll(), t.is_held()))

    def turn(self, first):
        """One time everything is started and killed."""
        rng, t, counts = self.rng, self.target, self.counts
        t.alive()
        t.arm(rng, STEADY if first else STEADY + LATER)
        slow = ("--rate", SLOW) if first or rng.random() < 0.3 else ()
        if rng.random() < 0.5:
            walk, sink = self.start_walk(*slow), self.start_sink()
        else:
            sink, walk = self.start_sink(), self.start_walk(*slow)
        self.await_middle(sink, walk, first)
        held = t.is_held()
        victims = ["walk", "sink", "target"]
        rng.shuffle(victims)
        victims = victims if first else victims[:rng.randint(1, 3)]
        done = {}
        for victim in victims:
            done[victim] = t.kill() if victim == "target" else self.kill(walk if victim == "walk" else sink)
            counts[victim + "s"] += bool(done[victim])
        counts["turns"] += 1
        counts["all three"] += len(done) == 3 and all(done.values())
        counts["targets in the middle"] += held and bool(done.get("target"))
        self.survivors(walk, sink, victims, slow)
        self.let_go()
        counts["walks in the middle"] += bool(done.get("walk")) and self.walks()
        # Where the target was killed first, the sink may have had the time to give back what it was not rid of.
        counts["sinks in the middle"] += bool(done.get("sink")) and (held or "claimed" in [c["state"] for c in self.journal()])
        if rng.random() < 0.5:
            t.registry()

    def survivors(self, walk, sink, victims, slow):
        """Who was left goes on, for a while."""
        t = self.target
        t.release()
        t.alive()
        if "walk" not in victims and not slow:
            expect(walk.wait(timeout=PATIENCE) == 0, "the walk has ended with %d: %s" % (walk.returncode, self.said()))
        if "sink" not in victims and "target" in victims:
            time.sleep(self.rng.uniform(0, 1.5))
            sink.send_signal(signal.SIGTERM)
            expect(sink.wait(timeout=PATIENCE) == 0, "the sink has ended with %d: %s" % (sink.returncode, self.said()))
        self.kill(walk)
        self.kill(sink)

    # ------------------------------------------------------------- rounds
    def settle(self, number):
        """Nobody is killed any more."""
        t = self.target
        t.calm()
        t.alive()
        self.settle_walk()
        for _ in range(10):
            r = self.story.cdswalk("changes", "export", t.sink, "-c", t.config, "--again", db=self.db, code=None)
            expect(r.returncode in (0, 1), "round %d: the export ended with %d: %s" % (number, r.returncode, r.stderr))
            t.alive()
            t.registry()
            newest = {c["child"]: c for c in self.journal()}.values()
            open_ones = [c for c in newest if c["state"] != "acked"]
            if not open_ones:
                return
        expect(False, "round %d: not at its end: %s; %s" % (number, open_ones, r.stderr))

    def check(self, number):
        history, journal = self.target.history(), self.journal()
        for child, wanted in self.wanted.items():
            mine = [c for c in journal if c["child"] == child]
            got, at = history.get(child, []), 0
            text = "round %d (seed %d): %s got %s; the journal has %s" % (number, self.seed, child, got, [
                (c["id"], c["state"], c["ds_after"]) for c in mine])
            for change, after in got:
                # Each is a later change than the one before it, so none is there twice.
                while at < len(mine) and not (as_set(mine[at]["ds_after"]) == as_set(after) and change in (None, mine[at]["id"])):
                    expect(mine[at]["state"] != "acked", "acknowledged and not applied, or not in order: " + text)
                    at += 1
                expect(at < len(mine), "twice, not in order, or nobody's: " + text)
                self.counts["overtaken"] += mine[at]["state"] != "acked"
                at += 1
            expect(all(c["state"] != "acked" for c in mine[at:]), "acknowledged and not applied: " + text)
            expect(got and as_set(got[-1][1]) == wanted, "not as it was wanted: " + text)
            self.counts["applied"] += len(got)
            self.counts["in two steps"] += len(got) > 1
        self.settle_walk(self.published)
        for c in self.journal():
            expect(c["state"] in ("published", "withdrawn"), "round %d (seed %d): published, and this is open: %s" % (number, self.seed, c))
        self.story.verify(self.db)

    def round(self, number):
        self.db = self.story.path("round-%d" % number)
        shutil.copytree(self.template, self.db)
        self.target.alive()
        self.target.reset(self.domains)
        self.counts["faults"] += self.target.disturb(self.rng, FURTHER + LATER)
        for turn in range(TURNS):
            self.turn(turn == 0)
        self.settle(number)
        self.check(number)
        shutil.rmtree(self.db)
        os.unlink(self.db + ".said")

    def tell(self, number, began):
        step("%d rounds, %d turns in %d s: %s" % (number, self.counts["turns"], time.monotonic() - began, ", ".join(
            "%d %s" % (v, k) for k, v in self.counts.items() if k != "turns")))

    def rounds(self, few):
        count = int(os.environ.get("CHAOS_ROUNDS", few))
        began = time.monotonic()
        step("seed %d, %d rounds; an undisturbed walk takes %.1f s" % (self.seed, count, self.usual))
        n, number = self.counts, 0
        # Whether a change has left before its successor was decided is up to chance: so long, but no longer.
        while number < count or (n["in two steps"] == 0 and number < 5 * count):
            self.round(number)
            number += 1
            if number < count and number % 10 == 0:
                self.tell(number, began)
        self.tell(number, began)
        for what in ("walks in the middle", "sinks in the middle", "targets in the middle", "all three"):
            expect(n[what] >= number, "%s: %d, of %d rounds" % (what, n[what], number))
        expect(n["in two steps"] > 0, "no child ever had a change and its successor applied")
        step("each change of %d children in every round was applied once, in order, and every journal is sound" % len(self.wanted))
