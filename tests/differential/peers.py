"""The others: what dnssec-cds, kzonecheck and ldns-verify-zone say of a child."""
# SPDX-License-Identifier: GPL-3.0-or-later
import re
import subprocess

PROGRAMS = ("dnssec-cds", "kzonecheck", "ldns-verify-zone")
DIGESTS = ((1, "SHA-1"), (2, "SHA-256"), (4, "SHA-384"))
LIMIT = 60      # seconds


def run(argv):
    """(status, output, errors) of a program."""
    done = subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=LIMIT,
                          close_fds=False, text=True, errors="replace")
    if done.returncode < 0:
        raise RuntimeError("%s ended by signal %d" % (" ".join(argv), -done.returncode))
    return done.returncode, done.stdout, done.stderr


def versions():
    for argv in (["dnssec-cds", "-V"], ["kzonecheck", "-V"], ["ldns-verify-zone", "-v"]):
        out = run(argv)
        yield (out[1] + out[2]).splitlines()[0].strip()


class Acceptance:
    """The DS set that dnssec-cds would publish, or None and why not."""

    def __init__(self, child):
        options = [w for n, text in DIGESTS if child.digests >> n & 1 for w in ("-a", text)]
        options += ["-D"] if child.prefer_cdnskey else []
        # Signatures may be of any age: there was no earlier run.
        status, out, err = run(["dnssec-cds", *options, "-s", "19800101000000", "-f", child.zone, "-d", child.ds_file,
                                "--", child.apex])
        self.ds = frozenset(self.records(out)) if status == 0 else None
        self.why = err.strip().splitlines()[-1] if status != 0 and err.strip() else ""
        self.unreadable = "can't load" in self.why

    @staticmethod
    def records(text):
        for line in text.splitlines():
            fields = re.sub(r"^.*?\sDS\s+", "", line).split()
            yield " ".join(fields[:3] + ["".join(fields[3:]).upper()])


class Kzonecheck:
    """Complaints as (owner, words)."""
    REQUEST = ("missing CDS", "missing CDNSKEY", "CDS not match CDNSKEY", "CDNSKEY without corresponding CDS",
               "invalid CDNSKEY/CDS for DNSSEC delete algorithm")
    UNPUBLISHED = "CDNSKEY not match DNSKEY"
    DENIAL = ("missing NSEC(3) record", "wrong NSEC(3) bitmap", "inconsistent NSEC(3) chain", "wrong NSEC3 opt-out")
    UNSIGNED = re.compile(r"no valid signature for a record \(record type (\S+)\)")

    def __init__(self, child):
        status, out, err = run(["kzonecheck", "-d", "on", "-t", str(child.now), "-o", child.apex, child.zone])
        text = out + err
        self.complaints = [(m[1].lower(), m[2].strip()) for m in re.finditer(r"^\[(.*?)\] (.*)$", text, re.M)]
        self.unreadable = "Error summary" not in text and status != 0
        self.text = text.strip()
        words = [w for _, w in self.complaints]
        self.request = [w for w in words if w in self.REQUEST]
        self.unpublished = self.UNPUBLISHED in words
        self.denial = [w for w in words if w in self.DENIAL]
        self.unsigned = {"%s %s" % (owner, m[1]) for owner, w in self.complaints
                         for m in [self.UNSIGNED.match(w)] if m}
        # What it says of some signatures that it cannot verify.
        self.unsigned |= {"%s RRSIG" % owner for owner, w in self.complaints if w == "unknown error"}
        self.stopped = "invalid DNSKEY" in words       # it does not look further


class Ldns:
    """RRsets that ldns-verify-zone finds badly signed, and what it says of denial."""
    BAD = re.compile(r"Error: (?:.* for|no signatures for) (\S+)\t(\S+)$")
    UNSIGNED = re.compile(r"Error: the NSEC\(3\) record of (\S+) has no signatures")
    DENIAL = re.compile(r"there is no NSEC|points to the wrong next")

    def __init__(self, child):
        status, out, err = run(["ldns-verify-zone", "-V", "1", "-t", child.clock, child.zone])
        self.text = (out + err).strip()
        self.good = status == 0
        lines = self.text.splitlines()
        self.unsigned = {"%s %s" % (m[1].lower(), m[2]) for line in lines for m in [self.BAD.search(line)] if m}
        self.unsigned |= {"%s NSEC" % m[1].lower() for line in lines for m in [self.UNSIGNED.search(line)] if m}
        self.denial = [line for line in lines if self.DENIAL.search(line)]
        self.unreadable = status != 0 and "There were errors in the zone" not in self.text
