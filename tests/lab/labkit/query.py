"""One DNS question to one server over UDP: what readiness and checks need, nothing more."""
# SPDX-License-Identifier: GPL-3.0-or-later
import collections
import os
import socket
import struct

from .message import ANSWER, Message
from .wire import TYPES, name_wire

Answer = collections.namedtuple("Answer", "rcode aa ad answers octets")
SERVFAIL = 2
RD, CD = 0x0100, 0x0010


def encode_query(name, rtype, flags=0):
    """A question with EDNS, buffer size 1232 and the DO bit."""
    head = os.urandom(2) + struct.pack("!HHHHH", flags, 1, 0, 0, 1)
    question = name_wire(name) + struct.pack("!HH", TYPES[rtype], 1)
    return head + question + b"\0" + struct.pack("!HHIH", 41, 1232, 0x8000, 0)


def ask(address, name, rtype, flags=0, timeout=1.0):
    """The Answer, or None if there was none."""
    query = encode_query(name, rtype, flags)
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as s:
        s.settimeout(timeout)
        try:
            s.connect((address, 53))
            s.send(query)
            octets = s.recv(65535)
        except OSError:
            return None
    if len(octets) < 12 or octets[:2] != query[:2]:
        return None
    bits, _, count = struct.unpack("!HHH", octets[2:8])
    return Answer(bits & 15, bool(bits & 0x400), bool(bits & 0x20), count, octets)


def signed(address, name, rtype):
    """True if the server has the RRset with a signature."""
    a = ask(address, name, rtype)
    return a is not None and a.rcode == 0 and a.answers >= 2


def rrset(address, name, rtype):
    """The RDATA of an RRset at one server, or None if the server does not answer."""
    answer = ask(address, name, rtype)
    if answer is None or answer.rcode != 0:
        return None
    wanted = TYPES[rtype]
    return {r.rdata for r in Message(answer.octets).section(ANSWER) if r.rtype == wanted}
