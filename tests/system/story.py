# SPDX-License-Identifier: GPL-3.0-or-later
"""What the system tests share: a lab of their own, cdswalk inside it, steps that say what was seen."""
import atexit
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

SRC = os.environ.get("SRCDIR") or os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CDSWALK = os.path.abspath(os.environ.get("CDSWALK", os.path.join(SRC, "cdswalk")))
LAB = os.path.join(SRC, "tests", "lab")


def fail(text):
    """Ends the test: text says what was expected and what was got."""
    print("FAIL: " + text, flush=True)
    sys.exit(1)


def step(text):
    print("- " + text, flush=True)


def expect(condition, text):
    if not condition:
        fail(text)


def run(argv, stdin=None, code=0, timeout=600, env=None):
    """Runs a command, returns its standard output; any other exit code than `code` ends the test."""
    r = subprocess.run(argv, input=stdin, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=timeout,
                       env=dict(os.environ, **(env or {})))
    if code is not None and r.returncode != code:
        fail("%s: exit code %d, not %d\n%s%s" % (" ".join(argv), r.returncode, code, r.stdout[-2000:], r.stderr[-4000:]))
    return r


class Story:
    """A work directory, a lab if asked for, and a store in it; all gone at the end."""

    def __init__(self, lab="all"):
        self.dir = tempfile.mkdtemp(prefix="cdswalk-system-")
        atexit.register(self.close)
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        self.lab = None
        self.db = self.path("db")
        if lab:
            self.lab = self.path("lab")
            only = [] if lab == "all" else ["--only", lab]
            run([os.path.join(LAB, "lab"), "up"] + only + [self.lab], timeout=180)

    def path(self, *parts):
        return os.path.join(self.dir, *parts)

    def close(self):
        if self.lab:
            subprocess.run([os.path.join(LAB, "lab"), "down", self.lab], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            self.lab = None
        shutil.rmtree(self.dir, ignore_errors=True)

    # ------------------------------------------------------------- the lab
    def tool(self, name, *args, stdin=None, code=0, timeout=600):
        return run([os.path.join(LAB, name), *args], stdin=stdin, code=code, timeout=timeout)

    def classes(self):
        with open(os.path.join(self.lab, "classes.json"), encoding="utf-8") as f:
            return json.load(f)

    def zone(self, origin="example-tld."):
        """The parent zone as the registry would hand it out now; path of the file."""
        path = self.path(origin + "zone")
        with open(path, "w", encoding="utf-8") as f:
            f.write(self.tool("registry", "zonefile", self.lab, origin).stdout)
        return path

    def zone_of(self, *children, origin="example-tld."):
        """The same with these children alone: a registry of few domains, and a scan of a second."""
        path = self.zone(origin)
        wanted = {origin, *children}
        with open(path, encoding="utf-8") as f:
            lines = [line for line in f if line.startswith("$") or line.split()[0].lower() in wanted
                     or line.split()[0].lower().split(".", 1)[-1] in wanted - {origin}]
        with open(path, "w", encoding="utf-8") as f:
            f.writelines(lines)
        return path

    def config(self, text, name="cdswalk.yaml"):
        """A configuration file; the lab's root is where chains of trust begin."""
        path = self.path(name)
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        return path

    def by_hand(self, child, rtype, *rdatas):
        """An owner sets DS or NS by other means than ours; no RDATA removes them."""
        self.tool("registry", "set", self.lab, child, rtype, *rdatas)

    def resolver_says(self, child, wanted, seconds=30):
        """Waits until a validating resolver says secure or insecure; its caches keep nothing longer than five seconds."""
        question = ["dig", "@127.1.0.53", "+adflag", "+noall", "+comments", child, "SOA"]
        end = time.monotonic() + seconds
        while True:
            said = self.tool("lab", "exec", self.lab, *question).stdout
            answered = "status: NOERROR" in said
            got = "secure" if answered and " ad" in said.split("flags:")[1].split(";")[0] else "insecure" if answered else "no answer"
            if got == wanted:
                return
            expect(time.monotonic() < end, "%s: the resolver says %s, not %s" % (child, got, wanted))
            time.sleep(0.5)

    # ------------------------------------------------------------- cdswalk
    def argv(self, *args, db=None):
        """cdswalk with the store, inside the lab if there is one."""
        argv = [CDSWALK, args[0], "--db", db or self.db, *args[1:]]
        if self.lab:
            argv = [os.path.join(LAB, "lab"), "exec", self.lab] + argv
        return argv

    def cdswalk(self, *args, code=0, stdin=None, db=None, timeout=600, env=None):
        return run(self.argv(*args, db=db), stdin=stdin, code=code, timeout=timeout, env=env)

    def scan_args(self, zone, *more):
        return ("scan", "--allow-special", "--resolver", "127.1.0.53", "--rate-per-address", "2000",
                "--trust-anchor", os.path.join(self.lab, "root.anchor"), *more, zone)

    def scan(self, zone, *more, code=0, db=None, timeout=600):
        """Decision records by child of one scan."""
        r = self.cdswalk(*self.scan_args(zone, "--json", *more), code=code, db=db, timeout=timeout)
        records = [json.loads(line) for line in r.stdout.splitlines()]
        by_child = {d["child"]: d for d in records}
        expect(len(by_child) == len(records), "a child was decided twice in one scan")
        return by_child

    def status(self, db=None):
        return json.loads(self.cdswalk("status", "--json", db=db).stdout)

    def changes(self, *more, db=None):
        return [json.loads(line) for line in self.cdswalk("changes", "list", "--json", *more, db=db).stdout.splitlines()]

    def verify(self, db=None):
        self.cdswalk("db", "verify", db=db)

    def publish(self):
        """Export, let the registry publish, acknowledge; the number of changes published."""
        exported = self.cdswalk("changes", "export", "jsonl").stdout
        if not exported:
            return 0
        ids = self.tool("registry", "apply", self.lab, stdin=exported).stdout
        self.cdswalk("changes", "ack", "-", stdin=ids)
        return len(ids.splitlines())
