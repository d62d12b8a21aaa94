"""DNS messages taken apart and put together again, without compression, so that they can be spoilt."""
# SPDX-License-Identifier: GPL-3.0-or-later
import struct

from .wire import TYPES

QR, AA, TC = 0x8000, 0x0400, 0x0200
OPT = 41
ANSWER, AUTHORITY, ADDITIONAL = 0, 1, 2
NAMES_IN_RDATA = {TYPES["NS"]: (0, 1), TYPES["CNAME"]: (0, 1), TYPES["SOA"]: (0, 2)}


def read_name(octets, at):
    """The name in wire form and where the next field begins.  Only honest messages come here."""
    out, end = b"", None
    while True:
        length = octets[at]
        if length >= 0xC0:
            end = end or at + 2
            at = struct.unpack("!H", octets[at:at + 2])[0] & 0x3FFF
            continue
        out += octets[at:at + 1 + length]
        at += 1 + length
        if length == 0:
            return out, end or at


class Record:
    """One resource record in wire form."""

    def __init__(self, section, owner, rtype, rdata, ttl=5, rclass=1):
        self.section, self.owner, self.rtype, self.rdata = section, owner, rtype, rdata
        self.ttl, self.rclass = ttl, rclass

    def encode(self):
        return self.owner + struct.pack("!HHIH", self.rtype, self.rclass, self.ttl, len(self.rdata)) + self.rdata

    def copy(self, **fields):
        other = Record(self.section, self.owner, self.rtype, self.rdata, self.ttl, self.rclass)
        other.__dict__.update(fields)
        return other


def plain_rdata(octets, rtype, at, end):
    """RDATA with its names expanded, for the types that servers compress."""
    first, count = NAMES_IN_RDATA.get(rtype, (0, 0))
    out = octets[at:at + first]
    at += first
    for _ in range(count):
        name, at = read_name(octets, at)
        out += name
    return out + octets[at:end]


class Message:
    """A query or an answer."""

    def __init__(self, octets):
        self.ident, self.flags, questions, *counts = struct.unpack("!6H", octets[:12])
        at, self.questions, self.records = 12, [], []
        for _ in range(questions):
            name, at = read_name(octets, at)
            self.questions.append((name, *struct.unpack("!HH", octets[at:at + 4])))
            at += 4
        for section, count in enumerate(counts):
            for _ in range(count):
                owner, at = read_name(octets, at)
                rtype, rclass, ttl, length = struct.unpack("!HHIH", octets[at:at + 10])
                at += 10
                rdata = plain_rdata(octets, rtype, at, at + length)
                self.records.append(Record(section, owner, rtype, rdata, ttl, rclass))
                at += length

    @property
    def name(self):
        return self.questions[0][0]

    @property
    def rtype(self):
        return self.questions[0][1]

    @property
    def edns(self):
        return any(r.rtype == OPT for r in self.records)

    def section(self, section):
        return [r for r in self.records if r.section == section]

    def encode(self):
        counts = [len(self.section(s)) for s in (ANSWER, AUTHORITY, ADDITIONAL)]
        out = struct.pack("!6H", self.ident, self.flags, len(self.questions), *counts)
        out += b"".join(n + struct.pack("!HH", t, c) for n, t, c in self.questions)
        return out + b"".join(r.encode() for s in (ANSWER, AUTHORITY, ADDITIONAL) for r in self.section(s))


def answer_to(query, rcode=0, flags=AA):
    """An empty answer to a query, with EDNS if the query had it."""
    m = Message(query)
    m.records = [Record(ADDITIONAL, b"\0", OPT, b"", 0x8000, 1232)] if m.edns else []
    m.flags = QR | flags | m.flags & 0x7900 | rcode
    return m
