# SPDX-License-Identifier: GPL-3.0-or-later
"""What tests of EPP share: certificates, the server, the sink by itself, frames against grammar and schemas."""
import atexit
import base64
import glob
import hashlib
import json
import os
import struct
import subprocess
import sys
import time

from story import LAB, SRC, expect, run, step

EPP_DIR = os.path.join(SRC, "tests", "epp")
BUILD = os.path.abspath(os.environ.get("BUILDDIR", SRC))
# The schemas of the RFCs, where somebody has put them beside the tree.
SCHEMAS = os.path.join(os.path.dirname(SRC), "shared", "epp-schemas")
sys.path.insert(0, EPP_DIR)
from epplib import Registry     # noqa: E402


ORIGIN = "example-tld."
CHILDREN = [c + "." + ORIGIN for c in (
    "roll", "roll-csk", "roll-alg-8-13", "roll-double-ds", "roll-double-ds-end", "mixed-case", "pair-ok", "two.labels", "xn--bcher-kva",
    "in-bailiwick", "delete", "delete-cds-only", "signal-ok", "signal-two-keys", "signal-csk")]


def released_changes(story):
    """Scans these children of the lab: a change for each, with all that JSON Lines say of it."""
    policy = story.config("policy:\n  bootstrap: { methods: [rfc9615] }\n")
    story.scan(story.zone_of("nic." + ORIGIN, *CHILDREN), "-c", policy, code=None)
    lines = story.cdswalk("changes", "export", "jsonl", "--dry-run").stdout.splitlines()
    changes = {c["child"]: c for c in map(json.loads, lines)}
    expect(len(changes) == len(CHILDREN), "changes: %s" % sorted(changes))
    return changes


def ds(number):
    """A DS record of no key."""
    return "%d 13 2 %s" % (number, ("%02d" % number) * 32)


class Key:
    """A DNSKEY, as a registry that takes keys has it."""

    def __init__(self, flags, protocol, algorithm, text):
        self.key_data = (flags, protocol, algorithm, text)
        self.rdata = struct.pack(">HBB", flags, protocol, algorithm) + base64.b64decode(text)

    @classmethod
    def made_up(cls, number):
        return cls(257, 3, 13, base64.b64encode(bytes((number,)) * 64).decode("ascii"))

    def ds(self, owner):
        """By SHA-256."""
        total = sum(octet << 8 if i % 2 == 0 else octet for i, octet in enumerate(self.rdata))
        wire = b"".join(bytes((len(label),)) + label.encode("ascii") for label in owner.split(".")) + b"\0"
        return "%d %d 2 %s" % ((total + (total >> 16)) & 0xffff, self.key_data[2], hashlib.sha256(wire + self.rdata).hexdigest().upper())


def put(number, child, before, after, pending=None, keys=(), kind="update", poll=False):
    """What the driver reads of one change."""
    lines = ["change %d %s %s." % (number, kind, child)]
    lines += ["before " + d for d in before] + ["after " + d for d in after]
    lines += [] if pending is None else ["pending " + d for d in pending] or ["pending none"]
    lines += ["ns ns1.%s" % child, "ns ns2.%s" % child]
    lines += ["key " + k.rdata.hex() for k in keys]
    return "\n".join(lines + ["poll" if poll else "put"]) + "\n"


class Said:
    """What the driver printed: results by number, and all of it."""

    def __init__(self, text):
        self.text, self.results = text, {}
        for line in text.splitlines():
            word, _, rest = line.partition(" ")
            if word.isdigit():
                expect(int(word) not in self.results, "two results for one change:\n" + text)
                self.results[int(word)] = tuple(rest.split(" ", 1))


class Epp:
    """A server with its certificates and its registry, in a folder of the story."""

    def __init__(self, story, name="epp"):
        self.home = story.path(name)
        os.mkdir(self.home)
        self.settings = {"user": "registrar", "password": "Secret-1234"}
        self.process = None
        self.story, self.inside = story, False         # inside: the server listens in the lab
        self.make_certificates()
        self.password(self.settings["password"])
        self.registry = Registry(self.path("registry"))
        atexit.register(self.stop)

    def path(self, *parts):
        return os.path.join(self.home, *parts)

    # ------------------------------------------------------- certificates
    def openssl(self, *words):
        run(["openssl", *words])

    def authority(self, name):
        self.openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30", "-subj", "/CN=" + name,
                     "-keyout", self.path(name + ".key"), "-out", self.path(name + ".pem"))

    def sign(self, authority, name, extension):
        self.openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=" + name,
                     "-keyout", self.path(name + ".key"), "-out", self.path(name + ".csr"))
        with open(self.path(name + ".ext"), "w", encoding="ascii") as f:
            f.write(extension)
        self.openssl("x509", "-req", "-in", self.path(name + ".csr"), "-CA", self.path(authority + ".pem"), "-CAkey", self.path(authority + ".key"),
                     "-CAcreateserial", "-days", "30", "-extfile", self.path(name + ".ext"), "-out", self.path(name + ".pem"))
        os.chmod(self.path(name + ".key"), 0o600)

    def make_certificates(self):
        for authority in ("ca", "other-ca"):
            self.authority(authority)
        self.sign("ca", "server", "subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth\n")
        self.sign("ca", "client", "extendedKeyUsage=clientAuth\n")
        self.sign("other-ca", "other", "extendedKeyUsage=clientAuth\n")
        with open(self.path("server.pem"), "a", encoding="ascii") as to, open(self.path("server.key"), encoding="ascii") as f:
            to.write(f.read())

    def password(self, text):
        with open(self.path("password"), "w", encoding="ascii", opener=lambda p, flags: os.open(p, flags, 0o600)) as f:
            f.write(text + "\n")

    def client_files(self):
        return [self.path(n) for n in ("ca.pem", "client.pem", "client.key")]

    # --------------------------------------------------------- the server
    def start(self, **settings):
        self.stop()
        with open(self.path("settings.json"), "w", encoding="utf-8") as f:
            json.dump(dict(self.settings, **settings), f)
        with open(self.path("log"), "ab") as log:
            lab = [os.path.join(LAB, "lab"), "exec", self.story.lab] if self.inside else []
            self.process = subprocess.Popen(lab + [os.path.join(EPP_DIR, "server"), self.home], stdout=log, stderr=log)
        end = time.monotonic() + 20
        while not os.path.exists(self.path("port")):
            expect(time.monotonic() < end and self.process.poll() is None, "the EPP server does not start:\n" + self.log())
            time.sleep(0.05)

    def stop(self):
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None
        if os.path.exists(self.path("port")):
            os.unlink(self.path("port"))

    def log(self):
        with open(self.path("log"), encoding="utf-8", errors="replace") as f:
            return f.read()[-4000:]

    def port(self):
        with open(self.path("port"), encoding="ascii") as f:
            return f.read()

    def domain(self, name, records, attributes=False, ns=None):
        parts = [r.split() for r in records]
        self.registry.put(name, ns or ["ns1." + name, "ns2." + name], [(int(p[0]), int(p[1]), int(p[2]), p[3]) for p in parts],
                          attributes=attributes)

    def records(self, name):
        """The DS set there, as text."""
        return sorted("%d %d %d %s" % tuple(r) for r in self.registry.get(name)["ds"])

    # ------------------------------------------------------------ the sink
    def sink_settings(self, changed):
        settings = {"server": "127.0.0.1:" + (self.port() if os.path.exists(self.path("port")) else "1"), "ca": self.path("ca.pem"),
                    "certificate": self.path("client.pem"), "key-file": self.path("client.key"), "user": "registrar",
                    "password-file": self.path("password"), "timeout": "10"}
        settings.update(changed or {})
        return {k: v for k, v in settings.items() if v is not None}

    def configuration(self, story, name, settings=None):
        """A configuration file with one sink, of that name."""
        lines = ["    %s: \"%s\"" % pair for pair in self.sink_settings(settings).items()]
        return story.config("sinks:\n  - name: %s\n    kind: epp\n%s\n" % (name, "\n".join(lines)), name=name + ".yaml")

    def drive(self, *work, settings=None, dry_run=False, failed=False, code=0):
        argv = [os.path.join(BUILD, "tests", "epp", "drive")] + ["--dry-run"] * dry_run + ["--failed"] * failed
        argv += ["%s=%s" % pair for pair in self.sink_settings(settings).items()]
        return Said(run(argv, stdin="".join(work), code=code, timeout=120).stdout)

    # -------------------------------------------------------------- frames
    def frames(self, *ways):
        return sorted(p for way in ways for p in glob.glob(self.path("frames", "*-%s.xml" % way)))

    def frames_with(self, text):
        """Frames that came in and have this text, oldest first."""
        found = []
        for path in self.frames("in"):
            with open(path, encoding="utf-8") as f:
                frame = f.read()
            if text in frame:
                found.append(frame)
        return found

    def grammar(self, *ways):
        """Frames that went this way, against our grammar, and against the schemas where there are any."""
        paths = self.frames(*ways)
        expect(paths, "no frames")
        self.validate("--relaxng", os.path.join(EPP_DIR, "epp.rng"), paths)
        step("%d frames (%s) are of the grammar" % (len(paths), " and ".join(ways)))
        if not os.path.isdir(SCHEMAS):
            step("skipped: there are no schemas of the RFCs beside the tree")
            return
        driver = self.path("all.xsd")
        with open(driver, "w", encoding="utf-8") as f:
            f.write('<schema xmlns="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:all">%s</schema>\n' % "".join(
                '<import namespace="urn:ietf:params:xml:ns:%s" schemaLocation="%s"/>' % (n, os.path.join(SCHEMAS, x + ".xsd"))
                for n, x in (("epp-1.0", "epp"), ("domain-1.0", "domain"), ("secDNS-1.1", "secdns"))))
        self.validate("--schema", driver, paths)
        step("%d frames (%s) are of the schemas of the RFCs" % (len(paths), " and ".join(ways)))

    @staticmethod
    def validate(option, by, paths):
        for i in range(0, len(paths), 200):
            r = run(["xmllint", "--nonet", "--noout", option, by, *paths[i:i + 200]], code=None)
            wrong = [line for line in r.stderr.splitlines() if not line.endswith(" validates")]
            expect(r.returncode == 0, "%s: %s" % (option, "\n".join(wrong[:10])))
