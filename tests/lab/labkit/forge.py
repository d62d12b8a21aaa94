"""Write signed zones, also such as no honest signer would write.

Signatures are real and verify, or are wrong in exactly the way asked for."""
# SPDX-License-Identifier: GPL-3.0-or-later
import base64
import hashlib
import struct
import time

from .wire import (TYPES, b32hex, b32hex_decode, bitmap, canonical_key, dot, label_count, name_wire,
                   parent_of, rdata_text, rdata_wire)

DAY = 86400
CDS_DELETE = (0, 0, 0, b"\0")           # RFC 8078 section 4 with erratum 5049
CDNSKEY_DELETE = (0, 3, 0, b"\0")


def timestamp(t):
    return time.strftime("%Y%m%d%H%M%S", time.gmtime(t))


def nsec3_hash(name, salt, iterations):
    h = hashlib.sha1(name_wire(name) + salt).digest()
    for _ in range(iterations):
        h = hashlib.sha1(h + salt).digest()
    return b32hex(h)


class Denial:
    """How a zone denies existence.  extra and hidden change the apex bitmap, to lie in it."""

    def __init__(self, kind="nsec", iterations=0, salt=b"", optout=False, extra=(), hidden=()):
        self.kind, self.iterations, self.salt, self.optout = kind, iterations, salt, optout
        self.extra, self.hidden = set(extra), set(hidden)


class Zone:
    """RRsets of one zone; render() signs them by a rule and prints a master file.

    The rule maps (owner, type) to a list of (Key, options); options are those of rrsig()."""

    def __init__(self, apex, ttl=5):
        self.apex, self.ttl, self.sets = dot(apex), ttl, {}

    def add(self, owner, rtype, *rdatas):
        """Each rdata is a tuple of fields, or octets to be taken as they are."""
        if rdatas:
            self.sets.setdefault((dot(owner), rtype), []).extend(rdatas)
        return self

    def start(self, servers, serial=1):
        self.add(self.apex, "SOA", (servers[0], "hostmaster." + self.apex, serial, 3600, 600, 86400, 5))
        return self.add(self.apex, "NS", *[(n,) for n in servers])

    def wires(self, owner, rtype):
        out = []
        for f in self.sets[(owner, rtype)]:
            out.append(f[0] if rtype in ("NSEC", "NSEC3") else rdata_wire(rtype, f))
        return sorted(set(out))

    def rrsig(self, owner, rtype, key, inception, expiration, corrupt=False, signer=None, tag=None,
              labels=None):
        """One RRSIG (RFC 4034 3.1.8.1) in presentation form."""
        signer = dot(signer or self.apex)
        tag = key.tag if tag is None else tag
        labels = label_count(owner) if labels is None else labels
        head = struct.pack("!HBBIIIH", TYPES[rtype], key.alg, labels, self.ttl, expiration, inception,
                           tag) + name_wire(signer)
        prefix = name_wire(owner) + struct.pack("!HHI", TYPES[rtype], 1, self.ttl)
        body = b"".join(prefix + struct.pack("!H", len(w)) + w for w in self.wires(owner, rtype))
        signature = key.sign(head + body)
        if corrupt:
            signature = signature[:-1] + bytes([signature[-1] ^ 1])
        return "%s %d IN RRSIG %s %d %d %d %s %s %d %s %s" % (
            owner, self.ttl, rtype, key.alg, labels, self.ttl, timestamp(expiration),
            timestamp(inception), tag, signer, base64.b64encode(signature).decode())

    def names(self):
        """Owner names with their types, without what lies below a zone cut."""
        cuts = {o for o, t in self.sets if t == "NS" and o != self.apex}
        out = {}
        for o, t in self.sets:
            if not any(o.endswith("." + c) for c in cuts):
                out.setdefault(o, set()).add(t)
        return out, cuts

    def apex_types(self, owner, types, denial):
        return (types | denial.extra) - denial.hidden if owner == self.apex else types

    def add_nsec(self, denial):
        names, _ = self.names()
        order = sorted(names, key=canonical_key)
        for i, owner in enumerate(order):
            following = order[(i + 1) % len(order)]
            types = self.apex_types(owner, names[owner] | {"NSEC", "RRSIG"}, denial)
            types = sorted(types, key=TYPES.get)
            self.sets[(owner, "NSEC")] = [(name_wire(following) + bitmap(types),
                                           "%s %s" % (following.lower(), " ".join(types)))]

    def add_nsec3(self, denial):
        self.add(self.apex, "NSEC3PARAM", (1, 0, denial.iterations, denial.salt))
        names, cuts = self.names()
        hashed = {}
        for owner, types in names.items():
            if owner in cuts and "DS" not in types and denial.optout:
                continue
            if owner not in cuts or "DS" in types:
                types = types | {"RRSIG"}
            types = self.apex_types(owner, types, denial)
            hashed[nsec3_hash(owner, denial.salt, denial.iterations)] = types
            empty = owner
            while empty != self.apex and parent_of(empty) != self.apex:      # empty non-terminals
                empty = parent_of(empty)
                if empty not in names:
                    hashed.setdefault(nsec3_hash(empty, denial.salt, denial.iterations), set())
        order = sorted(hashed)
        for i, h in enumerate(order):
            following = order[(i + 1) % len(order)]
            types = sorted(hashed[h], key=TYPES.get)
            rdata = struct.pack("!BBHB", 1, int(denial.optout), denial.iterations, len(denial.salt))
            rdata += denial.salt + bytes([20]) + b32hex_decode(following) + bitmap(types)
            text = "1 %d %d %s %s %s" % (denial.optout, denial.iterations, denial.salt.hex() or "-",
                                         following, " ".join(types))
            self.sets[("%s.%s" % (h.lower(), self.apex), "NSEC3")] = [(rdata, text)]

    def render(self, rule=None, denial=None, inception=None, expiration=None):
        """The master file; without a rule the zone is unsigned."""
        now = int(time.time())
        times = {"inception": now - 3600 if inception is None else inception,
                 "expiration": now + 14 * DAY if expiration is None else expiration}
        denial = denial or Denial()
        if rule and denial.kind == "nsec":
            self.add_nsec(denial)
        elif rule and denial.kind == "nsec3":
            self.add_nsec3(denial)
        names, cuts = self.names()
        out = []
        for owner, rtype in sorted(self.sets, key=lambda k: (k[0] != self.apex, k[1] != "SOA")):
            for f in self.sets[(owner, rtype)]:
                text = f[1] if rtype in ("NSEC", "NSEC3") else rdata_text(rtype, f)
                out.append("%s %d IN %s %s" % (owner, self.ttl, rtype, text))
            if not rule or owner not in names or owner in cuts and rtype not in ("DS", "NSEC"):
                continue
            for key, options in rule(owner, rtype):
                out.append(self.rrsig(owner, rtype, key, **dict(times, **options)))
        return "\n".join(out) + "\n"


def usual_rule(apex, ksks, zsks, cds_signers=None, **options):
    """Usual practice: KSKs sign DNSKEY, CDS and CDNSKEY, ZSKs the rest.  The options go into the
    signatures over CDS and CDNSKEY only."""
    def rule(owner, rtype):
        if owner == dot(apex) and rtype == "DNSKEY":
            return [(k, {}) for k in ksks]
        if owner == dot(apex) and rtype in ("CDS", "CDNSKEY"):
            return [(k, options) for k in (ksks if cds_signers is None else cds_signers)]
        return [(k, {}) for k in zsks]
    return rule
