"""KSK roll-overs of one child each of BIND, Knot and PowerDNS.

Nothing here touches the parent: a roll-over goes on only once somebody has put the DS there."""
# SPDX-License-Identifier: GPL-3.0-or-later
import inspect
import json
import re
import time

from . import daemons
from .keys import key_tag
from .namespace import LabError
from .operators import BIND_POLICIES, bind_zones, knot_body
from .query import rrset
from .topology import TLD, addresses_of

CHILD = {"bind": "bind-roll.example-tld.", "knot": "knot-roll.example-tld.", "pdns": "pdns-roll.example-tld."}
SEP = 1


def tags(address, name, rtype):
    """Key tags in an RRset at one server, of keys with the SEP bit only."""
    records = rrset(address, name, rtype)
    if records is None:
        raise LabError("%s: no answer for %s %s" % (address, name, rtype))
    if rtype in ("DS", "CDS"):
        return sorted(int.from_bytes(r[:2], "big") for r in records)
    return sorted(key_tag(r) for r in records if r[1] & SEP)


class Roll:
    """What all three have in common."""

    def __init__(self, lab, software):
        self.lab, self.name = lab, CHILD[software]
        self.servers = addresses_of(software + "op")
        self.memory = "roll/%s.json" % software
        self.steps = {"start": self.start, "status": self.status, "finish": self.finish, "poke": self.poke}

    def status(self):
        """Key tags: of the KSKs in the zone, of its signals, of the DS in the parent."""
        address = self.servers[0]
        state = {t.lower(): tags(address, self.name, t) for t in ("DNSKEY", "CDS", "CDNSKEY")}
        state["ds"] = tags(TLD[0], self.name, "DS")
        print(json.dumps(dict(state, child=self.name)))

    def remember(self):
        """The keys that must go."""
        old = tags(self.servers[0], self.name, "DNSKEY")
        if tags(TLD[0], self.name, "DS") != old:
            raise LabError("%s: the DS in the parent is not that of its KSK; not starting" % self.name)
        self.lab.write(self.memory, json.dumps(old) + "\n")

    def old(self):
        with open(self.lab.path(self.memory)) as f:
            return json.load(f)

    def finished(self):
        """The old keys are in no server's DNSKEY RRset, and the parent has new DS only."""
        old = set(self.old())
        keys = [tags(a, self.name, "DNSKEY") for a in self.servers]
        ds = tags(TLD[0], self.name, "DS")
        return bool(ds) and not old & set(ds) and all(k == ds for k in keys)

    def finish(self, seconds=60.0):
        """Wait for the end of the roll-over, poking if the software needs it."""
        end = time.monotonic() + seconds
        while not self.finished():
            if time.monotonic() > end:
                self.status()
                raise LabError("%s: roll-over not finished after %d s" % (self.name, seconds))
            self.nudge()
            time.sleep(1)

    def poke(self, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.nudge()
            time.sleep(1)

    def nudge(self):
        """Nothing, for software that looks at the parent by itself."""


class BindRoll(Roll):
    """named 9.18 asks its parental agents only at key events: an idle zone waits an hour."""

    def __init__(self, lab):
        super().__init__(lab, "bind")
        self.steps["forever"] = self.forever

    def start(self):
        self.remember()
        status = daemons.rndc(self.lab, "op-named", "dnssec", "-status", self.name)
        current = re.findall(r"^key: (\d+) .*KSK$", status, re.M)
        for tag in current:
            daemons.rndc(self.lab, "op-named", "dnssec", "-rollover", "-key", tag, self.name)

    def forever(self):
        """Keys made from now on live 60 s: the zone rolls again and again by itself."""
        zones = bind_zones({self.name: "rolling"})
        daemons.write_named(self.lab, "op-named", addresses_of("bindop"), zones, BIND_POLICIES)
        daemons.rndc(self.lab, "op-named", "reconfig")
        self.start()

    def nudge(self):
        daemons.rndc(self.lab, "op-named", "loadkeys", self.name)


class KnotRoll(Roll):
    """knotd looks for the DS in the parent every two seconds."""

    def __init__(self, lab):
        super().__init__(lab, "knot")
        self.steps["forever"] = self.forever

    def start(self):
        self.remember()
        daemons.knotc(self.lab, "op-knot", "zone-key-rollover", self.name, "ksk")

    def forever(self):
        """A KSK lifetime of 40 s: the zone rolls again and again by itself."""
        self.remember()
        body = knot_body(self.lab, {self.name: "rolling"})
        daemons.write_knot(self.lab, "op-knot", addresses_of("knotop"), body)
        daemons.knotc(self.lab, "op-knot", "reload")


class PdnsRoll(Roll):
    """PowerDNS does nothing by itself; each step is an operator's.  Wait for the DS between them:
    start, (both DS), switch, (new DS only), remove."""

    def __init__(self, lab):
        super().__init__(lab, "pdns")
        self.steps.update(switch=self.switch, remove=self.remove)

    def tool(self, *words):
        return self.lab.run(daemons.pdnsutil(self.lab, "op-pdns", *words))

    def identity(self, tag):
        """PowerDNS names a key by its number in the database.  The last columns of its table are
        ID, location, key tag."""
        for line in self.tool("list-keys", self.name).splitlines():
            fields = line.split()
            if len(fields) > 3 and fields[-1] == str(tag):
                return fields[-3]
        raise LabError("%s: pdnsutil does not list key %d" % (self.name, tag))

    def start(self):
        """A new KSK is published and in the CDS, but does not sign."""
        self.remember()
        self.tool("add-zone-key", self.name, "ksk", "inactive", "published", "ecdsa256")
        while tags(self.servers[0], self.name, "CDS") == self.old():        # its caches last a second
            time.sleep(0.1)

    def switch(self):
        """The new key signs, the old one no longer does and leaves the zone and the CDS."""
        old = self.old()
        for tag in tags(self.servers[0], self.name, "DNSKEY"):
            if tag not in old:
                self.tool("activate-zone-key", self.name, self.identity(tag))
        for tag in old:
            self.tool("deactivate-zone-key", self.name, self.identity(tag))
            self.tool("unpublish-zone-key", self.name, self.identity(tag))

    def remove(self):
        for tag in self.old():
            self.tool("remove-zone-key", self.name, self.identity(tag))


SOFTWARE = {"bind": BindRoll, "knot": KnotRoll, "pdns": PdnsRoll}


def run(lab, software, words):
    """One step with its arguments."""
    roll = SOFTWARE[software](lab)
    if words[0] not in roll.steps:
        raise LabError("%s has no step %s; it has %s" % (software, words[0], ", ".join(sorted(roll.steps))))
    step = roll.steps[words[0]]
    try:
        arguments = [float(w) for w in words[1:]]
        inspect.signature(step).bind(*arguments)
    except (TypeError, ValueError) as e:
        raise LabError("%s: %s" % (" ".join(words), e)) from e
    step(*arguments)
