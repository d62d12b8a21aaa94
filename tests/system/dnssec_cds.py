# SPDX-License-Identifier: GPL-3.0-or-later
"""Children with real keys and signatures as dig would print them, and two programs side by side on copies of one folder."""
import calendar
import os
import re
import shutil
import subprocess
import time
from story import CDSWALK, expect, run

NAME = "example.ch."
DAY = 86400
TYPES = ("DNSKEY", "CDNSKEY", "CDS")
BIND = "/usr/bin/dnssec-cds"
DELETE = {"CDS": "0 0 0 00", "CDNSKEY": "0 3 0 AA=="}


def stamp(seconds):
    return time.strftime("%Y%m%d%H%M%S", time.gmtime(seconds))


def when(text):
    return calendar.timegm(time.strptime(text, "%Y%m%d%H%M%S"))


class Key:
    def __init__(self, folder, ksk=True, algorithm="ECDSAP256SHA256"):
        flag = ["-f", "KSK"] if ksk else []
        self.folder = folder
        self.file = run(["dnssec-keygen", "-q", "-K", folder, "-a", algorithm, *flag, NAME]).stdout.strip()
        self.tag = int(self.file.rsplit("+", 1)[1])
        with open(os.path.join(folder, self.file + ".key"), encoding="utf-8") as f:
            self.record = re.search(r"DNSKEY (.*)", f.read()).group(1)

    def digest(self, number):
        """RDATA of its DS and CDS."""
        out = run(["dnssec-dsfromkey", "-a", str(number), os.path.join(self.folder, self.file)]).stdout
        return re.search(r"DS (.*)", out).group(1)


class Child:
    """One child zone, signed as often as one likes."""

    def __init__(self, folder, ksks=3):
        self.folder = folder
        os.makedirs(folder, exist_ok=True)
        self.ksks = sorted((Key(folder) for _ in range(ksks)), key=lambda k: k.tag)
        self.zsk = Key(folder, ksk=False)

    def sign(self, at, cds=(), cdnskey=(), keys=None, signers=None, lines=()):
        """Type -> the lines that dig prints for it: the RRset and its signatures, made at `at`."""
        keys = self.ksks if keys is None else keys
        signers = keys if signers is None else signers
        zone = os.path.join(self.folder, "zone")
        text = ["$TTL 300", "@ SOA ns h 1 1 1 1 1", "@ NS ns", "ns A 192.0.2.1", *lines]
        text += ["@ DNSKEY " + k.record for k in [*keys, self.zsk]]
        text += ["@ CDS " + r for r in cds] + ["@ CDNSKEY " + r for r in cdnskey]
        with open(zone, "w", encoding="utf-8") as f:
            f.write("\n".join(text) + "\n")
        files = [os.path.join(self.folder, k.file) for k in [*signers, self.zsk]]
        # -P: a test may want what a verifier of whole zones dislikes.
        run(["dnssec-signzone", "-q", "-P", "-O", "full", "-d", self.folder, "-o", NAME, "-s", stamp(at),
             "-e", stamp(at + 40 * DAY), "-f", zone + ".signed", zone, *files])
        with open(zone + ".signed", encoding="utf-8") as f:
            out = f.read()
        found = {}
        for line in out.splitlines():
            words = line.split()
            if words and words[0] == NAME:
                found.setdefault(words[4] if words[3] == "RRSIG" else words[3], []).append(line)
        return found


def answers(signed, *types):
    """What dig prints for these types, or for all three."""
    return "".join(line + "\n" for t in types or TYPES for line in signed.get(t, ()))


class Outcome:
    """One program on its copy of the folder."""

    def __init__(self, code, out, err, folder):
        self.code, self.out, self.err = code, out, err
        self.files = {}
        for name in sorted(os.listdir(folder)):
            path = os.path.join(folder, name)
            status = os.lstat(path)
            if os.path.isdir(path):
                continue
            with open(path, encoding="utf-8") as f:
                self.files[name] = (f.read(), status.st_mtime_ns, status.st_mode)

    def seen(self, ordered=True):
        """Everything; without order where the records of a set may stand in any."""
        if ordered:
            return self.code, self.out, self.files
        files = {n: (sorted(text.splitlines()), *rest) for n, (text, *rest) in self.files.items()}
        return self.code, sorted(self.out.splitlines()), files


class Folder:
    """The registry's folder of dsset files, and the program that it calls dnssec-cds."""

    def __init__(self, path):
        self.path, self.ours = path, os.path.join(path, "bin", "dnssec-cds")
        os.makedirs(os.path.dirname(self.ours))
        os.symlink(CDSWALK, self.ours)
        self.files, self.calls = {}, 0

    def dsset(self, records, modified, name="dsset-" + NAME, ttl=""):
        """A dsset file in the form of dnssec-dsfromkey, or with text of its own, written at `modified`."""
        text = records if isinstance(records, str) else "".join("%s %sIN DS %s\n" % (NAME, ttl and ttl + " ", r) for r in records)
        self.files = {name: (text, modified)}

    def copy(self, who):
        path = os.path.join(self.path, who)
        shutil.rmtree(path, ignore_errors=True)
        os.mkdir(path)
        for name, (text, modified) in self.files.items():
            file = os.path.join(path, name)
            with open(file, "w", encoding="utf-8") as f:
                f.write(text)
            os.chmod(file, 0o644)
            os.utime(file, (modified, modified))
        return path

    def run(self, program, child, *options, prepare=None):
        """The program in a fresh copy of the folder, with the child's records on standard input."""
        path = self.copy("bind" if program == BIND else "ours")
        if prepare:
            prepare(path)
        if "-d" not in options:
            options += ("-d", ".")
        argv = [program, *options, "-f", "/dev/stdin", NAME.rstrip(".")]
        r = subprocess.run(argv, input=child, text=True, cwd=path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
        return Outcome(r.returncode, r.stdout, r.stderr, path)

    def both(self, child, *options):
        return self.run(BIND, child, *options), self.run(self.ours, child, *options)

    def same(self, what, child, *options, code=0, ordered=True):
        """Both do the same: exit code, standard output, and every file with its octets, time and mode."""
        self.calls += 1
        bind, ours = self.both(child, *options)
        expect(ours.code == code, "%s: exit code %d, not %d: %s" % (what, ours.code, code, ours.err))
        expect(bind.seen(ordered) == ours.seen(ordered), "%s %s: BIND\n%s\n%s\nhere\n%s\n%s" % (what, options, bind.seen(), bind.err, ours.seen(), ours.err))
        return ours

    def refused(self, what, child, token, requirement, *options):
        """Ours refuses, says why, and leaves everything as it was."""
        bind, ours = self.both(child, *options)
        first = "dnssec-cds: %s (%s): " % (token, requirement)
        expect(ours.code == 1, "%s: exit code %d, not 1: %s%s" % (what, ours.code, ours.out, ours.err))
        expect(ours.err.startswith(first), "%s: no \"%s\" in: %s" % (what, first, ours.err))
        self.untouched(what, ours)
        return bind, ours

    def untouched(self, what, outcome):
        was = {name: (text, int(modified * 10**9)) for name, (text, modified) in self.files.items()}
        now = {name: (text, modified) for name, (text, modified, _) in outcome.files.items()}
        expect(now == was, "%s: the folder is not as it was: %s, before %s" % (what, now, was))
        expect(outcome.out == "", "%s: something was written: %s" % (what, outcome.out))
