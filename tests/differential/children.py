"""A generated child: its files, and what is true of it by construction."""
# SPDX-License-Identifier: GPL-3.0-or-later
import os
import time

ZONE_FLAG, REVOKE_FLAG = 0x0100, 0x0080
VALID = {"good", "original-ttl", "long-ago"}        # ways to sign that leave a signature valid


class Child:
    def __init__(self, facts, directory, now):
        self.facts = facts
        self.number, self.apex, self.story = facts["number"], facts["apex"], facts["story"]
        self.digests, self.prefer_cdnskey = facts["digests"], facts["prefer_cdnskey"]
        self.keys, self.signed, self.denial = facts["keys"], facts["signed"], facts["denial"]
        self.ds, self.cds, self.cdnskey = facts["ds"], facts["cds"], facts["cdnskey"]
        self.styles = {word for word, on in facts["style"].items() if on}
        self.zone = os.path.join(directory, "%d.zone" % self.number)
        self.ds_file = os.path.join(directory, "%d.ds" % self.number)
        self.now = now
        self.clock = time.strftime("%Y%m%d%H%M%S", time.gmtime(now))

    # keys

    def usable(self, number):
        """May this key sign zone data?"""
        key = self.keys[number]
        return key["flags"] & ZONE_FLAG != 0 and key["flags"] & REVOKE_FLAG == 0 and key["protocol"] == 3

    def algorithm(self, number):
        return self.keys[number]["algorithm"]

    def named(self, entries):
        """Keys that records name, rightly or not."""
        return {e["key"] for e in entries if e["kind"] in ("good", "wrong", "short")}

    def requested(self):
        return self.named(self.cds) | self.named(self.cdnskey)

    def allowed(self, entry):
        return (self.digests or 4) >> entry["digest"] & 1 == 1

    def entries(self):
        """What CDS names: a key, and whether rightly; a digest of nothing names something else (A-11)."""
        return sorted({(e["key"], e["kind"]) for e in self.cds})

    def uses_cdnskey(self):
        """Is the DS set to be made from CDNSKEY?"""
        return self.prefer_cdnskey and self.cdnskey != []

    def removal(self, entries):
        return any(e["kind"] in ("delete", "odd") for e in entries)

    def twins(self):
        tags = [(k["tag"], k["algorithm"]) for k in self.keys if k["published"]]
        return len(tags) != len(set(tags))

    # signatures

    def ways(self, name):
        """How an RRset is signed."""
        return {how for _, how in self.signed[name]}

    def all_ways(self):
        return {how for name in self.signed if self.present(name) for how in self.ways(name)}

    def present(self, name):
        return {"CDS": self.cds, "CDNSKEY": self.cdnskey}.get(name, True)

    def signers(self, name):
        """Usable, published, real keys with a valid signature over an RRset."""
        return {key for key, how in self.signed[name] if how in VALID and self.usable(key)
                and self.keys[key]["published"] and self.keys[key]["real"]}
