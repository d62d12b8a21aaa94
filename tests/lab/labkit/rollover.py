"""Key and algorithm roll-overs and deletes with BIND, Knot and PowerDNS.

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
    """What all have in common.  The label of the child begins with the name of its software."""

    def __init__(self, lab, label):
        self.lab, self.label, self.name = lab, label, label + ".example-tld."
        self.software = label.split("-")[0]
        self.servers = addresses_of(self.software + "op")
        self.steps = {"start": self.start, "status": self.status, "finish": self.finish, "poke": self.poke}

    def start(self):
        raise NotImplementedError

    def policies(self, policy):
        """The policies that are in force when this child gets another one."""
        path = "roll/%s-policies.json" % self.software
        try:
            with open(self.lab.path(path)) as f:
                known = json.load(f)
        except FileNotFoundError:
            known = {}
        known[self.name] = policy
        self.lab.write(path, json.dumps(known) + "\n")
        return known

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
        self.lab.write("roll/%s.json" % self.label, json.dumps(old) + "\n")

    def old(self):
        with open(self.lab.path("roll", self.label + ".json")) as f:
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


class BindChange(Roll):
    """named 9.18 asks its parental agents only at key events: an idle zone waits an hour."""

    def __init__(self, lab, label, policy):
        super().__init__(lab, label)
        self.policy = policy

    def set_policy(self):
        zones = bind_zones(self.policies(self.policy))
        daemons.write_named(self.lab, "op-named", self.servers, zones, BIND_POLICIES)
        daemons.rndc(self.lab, "op-named", "reconfig")

    def start(self):
        self.remember()
        self.set_policy()

    def nudge(self):
        daemons.rndc(self.lab, "op-named", "loadkeys", self.name)


class BindRoll(BindChange):
    """Once at a command, or again and again: keys made under the other policy live 60 s."""

    def __init__(self, lab, label, policy):
        super().__init__(lab, label, policy)
        self.steps["forever"] = self.forever

    def start(self):
        self.remember()
        status = daemons.rndc(self.lab, "op-named", "dnssec", "-status", self.name)
        for tag in re.findall(r"^key: (\d+) .*KSK$", status, re.M):
            daemons.rndc(self.lab, "op-named", "dnssec", "-rollover", "-key", tag, self.name)

    def forever(self):
        self.set_policy()
        self.start()


class KnotChange(Roll):
    """knotd looks for the DS in the parent every two seconds."""

    def __init__(self, lab, label, policy):
        super().__init__(lab, label)
        self.policy = policy

    def start(self):
        self.remember()
        body = knot_body(self.lab, self.policies(self.policy))
        daemons.write_knot(self.lab, "op-knot", self.servers, body)
        daemons.knotc(self.lab, "op-knot", "reload")


class KnotRoll(KnotChange):
    """Once at a command, or again and again: a KSK lifetime of 40 s."""

    def __init__(self, lab, label, policy):
        super().__init__(lab, label, policy)
        self.steps["forever"] = super().start

    def start(self):
        self.remember()
        daemons.knotc(self.lab, "op-knot", "zone-key-rollover", self.name, "ksk")


class Deleting:
    """A child that asks to leave DNSSEC has done its part when the DS has gone."""

    def finished(self):
        return not tags(TLD[0], self.name, "DS")

    def wait_asking(self, seconds=30.0):
        """Until every server asks for its keys."""
        end = time.monotonic() + seconds
        while any(tags(a, self.name, "CDS") != tags(a, self.name, "DNSKEY") for a in self.servers):
            if time.monotonic() > end:
                raise LabError("%s: does not ask for its keys after %d s" % (self.name, seconds))
            time.sleep(0.1)


class BindDelete(Deleting, BindChange):
    """The built-in policy "insecure" keeps the delete request published for a day."""


class KnotDelete(Deleting, KnotChange):
    """Published for as long as the policy says so, and then CDS again."""

    def __init__(self, lab, label, policy):
        super().__init__(lab, label, policy)
        self.steps["again"] = self.again

    def again(self):
        body = knot_body(self.lab, self.policies("split"))
        daemons.write_knot(self.lab, "op-knot", self.servers, body)
        daemons.knotc(self.lab, "op-knot", "reload")
        self.wait_asking()


class PdnsDelete(Deleting, Roll):
    """The lab begins with the request to remove the DS."""

    def __init__(self, lab, label):
        super().__init__(lab, label)
        self.steps["again"] = self.again

    def publish(self, cds, cdnskey):
        for words in (["set-publish-cds", self.name, *cds], ["set-publish-cdnskey", self.name, *cdnskey]):
            self.lab.run(daemons.pdnsutil(self.lab, "op-pdns", *words))

    def start(self):
        self.publish(["0"], ["delete"])

    def again(self):
        self.publish([], [])
        self.wait_asking()


class PdnsRoll(Roll):
    """PowerDNS does nothing by itself; each step is an operator's.  Wait for the DS between them:
    start, (both DS), switch, (new DS only), remove."""

    def __init__(self, lab, label):
        super().__init__(lab, label)
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


ROLLS = {
    "bind-roll": (BindRoll, "rolling"), "bind-alg": (BindChange, "split"), "bind-delete": (BindDelete, "insecure"),
    "knot-roll": (KnotRoll, "rolling"), "knot-alg": (KnotChange, "split"), "knot-delete": (KnotDelete, "delete"),
    "pdns-roll": (PdnsRoll,), "pdns-delete": (PdnsDelete,),
}
SHORT = {"bind": "bind-roll", "knot": "knot-roll", "pdns": "pdns-roll"}


def known(label):
    return SHORT.get(label, label) in ROLLS


def run(lab, label, words):
    """One step with its arguments."""
    label = SHORT.get(label, label)
    make, *policy = ROLLS[label]
    roll = make(lab, label, *policy)
    if words[0] not in roll.steps:
        raise LabError("%s has no step %s; it has %s" % (label, words[0], ", ".join(sorted(roll.steps))))
    step = roll.steps[words[0]]
    try:
        arguments = [float(w) for w in words[1:]]
        inspect.signature(step).bind(*arguments)
    except (TypeError, ValueError) as e:
        raise LabError("%s: %s" % (" ".join(words), e)) from e
    step(*arguments)
