# SPDX-License-Identifier: GPL-3.0-or-later
"""BIND and Knot as hidden primaries that take UPDATE messages with a key, in the lab of a story."""
import atexit
import os
import subprocess
import time
from story import LAB, expect, run

ADDRESS = "127.0.0.1"
PORT = {"named": "5311", "knotd": "5312"}
KEPT = ("SOA", "NS", "A", "AAAA", "DS")         # a hidden primary before its signer
SECRET = "c2lua3Mtc2lua3Mtc2lua3Mtc2lua3Mtc2lua3M9"
READER = "cmVhZGVyLXJlYWRlci1yZWFkZXItcmVhZGVyLXJlYWQ9"        # of a key that may change nothing
NAMED = """options { directory "%(dir)s"; listen-on port %(port)s { %(address)s; }; listen-on-v6 { none; }; recursion no;
  pid-file none; lock-file none; session-keyfile "%(dir)s/session.key"; dnssec-validation no; notify no; };
include "%(key)s";
key "reader" { algorithm hmac-sha256; secret "%(reader)s"; };
controls { };
zone "%(origin)s" { type primary; file "zone"; update-policy { grant registry zonesub NS DS; }; };
"""
KNOT = """server:
    rundir: "%(dir)s"
    listen: "%(address)s@%(port)s"
database:
    storage: "%(dir)s/db"
key:
  - id: registry
    algorithm: hmac-sha256
    secret: "%(secret)s"
  - id: reader
    algorithm: hmac-sha256
    secret: "%(reader)s"
acl:
  - id: registry
    key: registry
    action: update
  - id: reader
    key: reader
    action: query
zone:
  - domain: "%(origin)s"
    file: "%(dir)s/zone"
    acl: [ registry, reader ]
"""


class Primary:
    """One of the two, with the zone as cdswalk has read it."""

    def __init__(self, story, server, origin, zone):
        self.story, self.server, self.origin, self.port = story, server, origin, PORT[server]
        self.home = story.path(server)
        self.daemon = None
        os.makedirs(os.path.join(self.home, "db"))
        self.key = os.path.join(self.home, "key")
        with open(self.key, "w", encoding="utf-8") as f:
            f.write('key "registry" { algorithm hmac-sha256; secret "%s"; };\n' % SECRET)
        with open(zone, encoding="utf-8") as f, open(os.path.join(self.home, "zone"), "w", encoding="utf-8") as to:
            to.writelines(line for line in f if line.startswith("$") or line.split()[3] in KEPT)
        values = {"dir": self.home, "key": self.key, "secret": SECRET, "reader": READER, "address": ADDRESS, "port": self.port,
                  "origin": origin}
        self.conf = os.path.join(self.home, "conf")
        with open(self.conf, "w", encoding="utf-8") as f:
            f.write((NAMED if server == "named" else KNOT) % values)
        self.start()

    def inside(self, *argv, stdin=None, code=0):
        return run([os.path.join(LAB, "lab"), "exec", self.story.lab, *argv], stdin=stdin, code=code)

    def dig(self, *args, code=0):
        return self.inside("dig", "@" + ADDRESS, "-p", self.port, *args, code=code).stdout

    def launch(self, argv, log):
        return subprocess.Popen([os.path.join(LAB, "lab"), "exec", self.story.lab, *argv], stdout=log, stderr=log)

    def start(self):
        argv = [self.server, "-c", self.conf] + (["-g", "-n", "1"] if self.server == "named" else [])
        with open(os.path.join(self.home, "log"), "a", encoding="utf-8") as log:
            self.daemon = self.launch(argv, log)
        atexit.register(self.daemon.kill)
        end = time.monotonic() + 20
        while "status: NOERROR" not in (said := self.dig("+tries=1", "+time=1", self.origin, "SOA", code=None)):
            with open(os.path.join(self.home, "log"), encoding="utf-8") as f:
                expect(time.monotonic() < end, "%s does not start:\n%s\n%s" % (self.server, f.read()[-1000:], said))
            time.sleep(0.1)

    def stop(self):
        self.daemon.terminate()
        self.daemon.wait(timeout=30)

    def ds_of(self, child):
        """The DS set of a child there, and its TTL."""
        fields = [line.split() for line in self.dig("+noall", "+answer", "+norec", child, "DS").splitlines()]
        return {" ".join(f[4:7]) + " " + "".join(f[7:]) for f in fields}, {int(f[1]) for f in fields}

    def serial(self):
        return self.dig("+short", self.origin, "SOA").split()[2]

    def by_hand(self, *lines):
        """Somebody else changes the zone there."""
        self.inside("nsupdate", "-v", "-k", self.key, stdin="server %s %s\nzone %s\n%s\nsend\n" % (
            ADDRESS, self.port, self.origin, "\n".join(lines)))

    def published(self, change):
        got, ttls = self.ds_of(change["child"])
        expect(got == set(change["ds_after"]), "%s has for %s: %s" % (self.server, change["child"], got))
        expect(ttls <= {change["ds_ttl"] or 3600}, "%s: the TTL of %s is %s" % (self.server, change["child"], ttls))
