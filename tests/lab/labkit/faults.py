"""Every way in which the faulty server lies.  One coroutine a fault; it gets an Exchange.

Faults marked udp_only answer over UDP alone (TCP is refused), so that a scanner that asks again
over TCP does not get the truth after all."""
# SPDX-License-Identifier: GPL-3.0-or-later
import asyncio
import os
import random
import struct
import time

from .forge import CDNSKEY_DELETE, CDS_DELETE
from .message import AA, ADDITIONAL, ANSWER, AUTHORITY, OPT, QR, TC, Message, Record, answer_to
from .wire import TYPES, name_wire, rdata_wire

SIGNALS = (TYPES["CDS"], TYPES["CDNSKEY"])
RRSIG = TYPES["RRSIG"]
REFUSED, NOTIMP, NXDOMAIN, SERVFAIL, FORMERR, BADVERS = 5, 4, 3, 2, 1, 16
OFF_PATH_PORT = 5300
TRICKLE_SECONDS = 1.0
RATE = 50

FAULTS = {}
UDP_ONLY = set()


def fault(name, udp_only=False):
    def register(function):
        FAULTS[name] = function
        if udp_only:
            UDP_ONLY.add(name)
        return function
    return register


def edited(name):
    """A fault that changes the honest answer: the function edits the Message in place, or returns
    octets to send instead."""
    def register(function):
        async def answer(x):
            octets = await x.honest()
            if octets is not None:
                message = Message(octets)
                spoilt = function(message)
                x.send(message.encode() if spoilt is None else spoilt)
        FAULTS[name] = answer
        return function
    return register


def refusal(name, rcode, only_signals=False, flags=0):
    async def answer(x):
        if only_signals and Message(x.query).rtype not in SIGNALS:
            return await x.pass_on()
        return x.send(answer_to(x.query, rcode, flags).encode())
    FAULTS[name] = answer


# ---- honest, in unusual ways

@fault("ok")
async def _(x):
    await x.pass_on()


@edited("upper-case")
def _(m):
    m.questions = [(n.upper(), t, c) for n, t, c in m.questions]
    for r in m.records:
        r.owner = r.owner.upper()


@edited("lower-case")
def _(m):
    m.questions = [(n.lower(), t, c) for n, t, c in m.questions]


@edited("shuffled")
def _(m):
    m.records.reverse()


@edited("duplicates")
def _(m):
    m.records += [r.copy() for r in m.section(ANSWER) if r.rtype == m.rtype]


@edited("ttl-varies")
def _(m):
    for r in m.section(ANSWER):
        r.ttl = 2


@edited("extra-records")
def _(m):
    stranger = name_wire("www.elsewhere.example-tld.")
    address = Record(ANSWER, stranger, TYPES["A"], bytes([127, 99, 0, 1]))
    m.records += [address.copy(section=s) for s in (ANSWER, AUTHORITY, ADDITIONAL)]
    m.records.append(Record(ADDITIONAL, stranger, TYPES["CDS"], rdata_wire("CDS", CDS_DELETE)))


@edited("strip-opt")
def _(m):
    m.records = [r for r in m.records if r.rtype != OPT]


@fault("slow-300ms")
async def _(x):
    await asyncio.sleep(0.3)
    await x.pass_on()


@fault("slow-3s")
async def _(x):
    await asyncio.sleep(3)
    await x.pass_on()


@fault("half-loss")
async def _(x):
    if x.tcp or random.random() < 0.5:
        await x.pass_on()


@fault("rate-limit")
async def _(x):
    """Fifty a second and client; beyond, half is dropped and half is truncated."""
    key = (x.peer[0], int(time.time()))
    if key not in x.server.counts:
        x.server.counts = {k: n for k, n in x.server.counts.items() if k[1] == key[1]}
    x.server.counts[key] = x.server.counts.get(key, 0) + 1
    if x.tcp or x.server.counts[key] <= RATE:
        await x.pass_on()
    elif random.random() < 0.5:
        x.send(answer_to(x.query, 0, AA | TC).encode())


# ---- silence and refusal

@fault("drop-all", udp_only=True)
async def _(x):
    pass


@fault("drop-udp")
async def _(x):
    if x.tcp:
        await x.pass_on()


@fault("drop-edns")
async def _(x):
    if not Message(x.query).edns:
        await x.pass_on()


@fault("drop-signals")
async def _(x):
    if Message(x.query).rtype not in SIGNALS:
        await x.pass_on()


@fault("drop-dnskey")
async def _(x):
    if Message(x.query).rtype != TYPES["DNSKEY"]:
        await x.pass_on()


refusal("refused", REFUSED)
refusal("servfail", SERVFAIL)
refusal("notimp", NOTIMP)
refusal("formerr", FORMERR)
refusal("nxdomain", NXDOMAIN, flags=AA)
refusal("servfail-signals", SERVFAIL, only_signals=True)
refusal("notimp-signals", NOTIMP, only_signals=True)
refusal("empty", 0, flags=AA)
refusal("empty-signals", 0, only_signals=True, flags=AA)


@fault("formerr-edns")
async def _(x):
    if not Message(x.query).edns:
        return await x.pass_on()
    m = answer_to(x.query, FORMERR, 0)
    m.records = []
    return x.send(m.encode())


@fault("badvers")
async def _(x):
    m = answer_to(x.query, 0, 0)
    m.records = [Record(ADDITIONAL, b"\0", OPT, b"", BADVERS >> 4 << 24, 1232)]
    x.send(m.encode())


# ---- whose answer is it?

@fault("wrong-id")
async def _(x):
    octets = await x.honest()
    x.send(octets and bytes([octets[0] ^ 0x55]) + octets[1:])


@edited("wrong-question")
def _(m):
    m.questions = [(name_wire("stable.example-tld."), t, c) for _, t, c in m.questions]


@edited("wrong-question-type")
def _(m):
    m.questions = [(n, TYPES["A"], c) for n, _, c in m.questions]


@edited("no-question")
def _(m):
    m.questions = []


@edited("no-qr")
def _(m):
    m.flags &= ~QR


@edited("wrong-opcode")
def _(m):
    m.flags |= 4 << 11


@fault("wrong-source-address", udp_only=True)
async def _(x):
    x.send_from_elsewhere(await x.honest())


@fault("wrong-source-port", udp_only=True)
async def _(x):
    x.send_from_other_port(await x.honest())


def forged_delete(query):
    """What an attacker off the path would like to be believed."""
    m = answer_to(query)
    for name, fields in (("CDS", CDS_DELETE), ("CDNSKEY", CDNSKEY_DELETE)):
        if m.rtype == TYPES[name]:
            m.records.append(Record(ANSWER, m.name, m.rtype, rdata_wire(name, fields)))
    return m


@fault("spoof-address-first")
async def _(x):
    x.send_from_elsewhere(forged_delete(x.query).encode())
    await asyncio.sleep(0.05)
    await x.pass_on()


@fault("spoof-port-first")
async def _(x):
    x.send_from_other_port(forged_delete(x.query).encode())
    await asyncio.sleep(0.05)
    await x.pass_on()


@fault("spoof-id-first")
async def _(x):
    m = forged_delete(x.query)
    m.ident ^= 0x5555
    x.send(m.encode())
    await asyncio.sleep(0.05)
    await x.pass_on()


@fault("spoof-question-first")
async def _(x):
    m = forged_delete(x.query)
    m.questions = [(name_wire("stable.example-tld."), m.rtype, 1)]
    x.send(m.encode())
    await asyncio.sleep(0.05)
    await x.pass_on()


# ---- authority

@edited("no-aa")
def _(m):
    m.flags &= ~AA


def referral(name, zone):
    async def answer(x):
        m = answer_to(x.query, 0, 0)
        owner = m.name if zone is None else name_wire(zone)
        m.records.append(Record(AUTHORITY, owner, TYPES["NS"], name_wire("ns1.nsdop.example-tld.")))
        x.send(m.encode())
    FAULTS[name] = answer


referral("referral", None)
referral("referral-up", ".")


# ---- truncation

def truncating(name):
    """A fault that truncates over UDP and then plays its part over TCP."""
    def register(function):
        async def answer(x):
            if x.tcp:
                await function(x)
            else:
                x.send(answer_to(x.query, 0, AA | TC).encode())
        FAULTS[name] = answer
        return function
    return register


@truncating("tc")
async def _(x):
    await x.pass_on()


@truncating("tc-refused")
async def _(x):
    raise AssertionError("nobody listens")


UDP_ONLY.add("tc-refused")


@truncating("tc-close")
async def _(x):
    x.close()


@truncating("tc-hang")
async def _(x):
    await asyncio.sleep(3600)


@truncating("tc-trickle")
async def _(x):
    octets = await x.honest()
    for octet in x.framed(octets):
        x.send_raw(bytes([octet]))
        await asyncio.sleep(TRICKLE_SECONDS)


@truncating("tc-half")
async def _(x):
    framed = x.framed(await x.honest())
    x.send_raw(framed[:len(framed) // 2])
    x.close()


@truncating("tc-wrong-question")
async def _(x):
    m = Message(await x.honest())
    m.questions = [(name_wire("stable.example-tld."), t, c) for _, t, c in m.questions]
    x.send(m.encode())


@truncating("tc-wrong-id")
async def _(x):
    octets = await x.honest()
    x.send(bytes([octets[0] ^ 0x55]) + octets[1:])


@truncating("tc-always")
async def _(x):
    x.send(answer_to(x.query, 0, AA | TC).encode())


@truncating("tc-zero-length")
async def _(x):
    x.send_raw(b"\0\0")


@truncating("tc-garbage")
async def _(x):
    x.send_raw(os.urandom(600))
    x.close()


@edited("tc-set-complete")
def _(m):
    m.flags |= TC


# ---- not a message

@fault("short")
async def _(x):
    x.send(answer_to(x.query).encode()[:9])


@fault("garbage")
async def _(x):
    x.send(os.urandom(300))


@fault("garbage-body")
async def _(x):
    x.send(answer_to(x.query).encode()[:6] + os.urandom(200))


@edited("compression-loop")
def _(m):
    octets = struct.pack("!6H", m.ident, m.flags, 1, 1, 0, 0)
    question = m.name + struct.pack("!HH", m.rtype, 1)
    here = len(octets + question)
    return octets + question + struct.pack("!HHHIH", 0xC000 | here, m.rtype, 1, 5, 0)


@edited("count-lies")
def _(m):
    octets = m.encode()
    return octets[:6] + struct.pack("!H", 200) + octets[8:]


@edited("rdlength-lies")
def _(m):
    m.records = m.section(ANSWER)
    octets = m.encode()
    if not m.records:
        return octets
    last = m.records[-1]
    at = len(octets) - len(last.rdata)
    return octets[:at - 2] + struct.pack("!H", len(last.rdata) + 40) + octets[at:]


@edited("trailing-octets")
def _(m):
    return m.encode() + b"\xde\xad\xbe\xef" * 50


@edited("oversize")
def _(m):
    text = Record(ADDITIONAL, b"", TYPES["TXT"], bytes([255]) + b"x" * 255)
    m.records += [text.copy(owner=name_wire("fill%d.example-tld." % i)) for i in range(20)]


# ---- records of somebody else, or without their signatures

@edited("cname-chain")
def _(m):
    target = name_wire("target.elsewhere.example-tld.")
    if m.rtype in SIGNALS:
        for r in m.section(ANSWER):
            r.owner = target
        m.records.insert(0, Record(ANSWER, m.name, TYPES["CNAME"], target))


@edited("nxdomain-for-ent")
def _(m):                               # an empty non-terminal is a name that exists (RFC 8020)
    no_data = m.flags & AA and not m.flags & 15 and not m.section(ANSWER)
    if no_data and not any(r.owner.lower() == m.name.lower() for r in m.section(AUTHORITY)):
        m.flags |= NXDOMAIN


@edited("wrong-owner")
def _(m):
    if m.rtype in SIGNALS:
        for r in m.section(ANSWER):
            r.owner = name_wire("elsewhere.example-tld.")


@edited("wrong-class")
def _(m):
    if m.rtype in SIGNALS:
        for r in m.section(ANSWER):
            r.rclass = 3


@edited("strip-rrsig")
def _(m):
    m.records = [r for r in m.records if r.rtype != RRSIG]


@edited("strip-rrsig-signals")
def _(m):
    if m.rtype in SIGNALS:
        m.records = [r for r in m.records if r.rtype != RRSIG]


@edited("corrupt-rrsig-signals")
def _(m):
    for r in m.section(ANSWER):
        if m.rtype in SIGNALS and r.rtype == RRSIG:
            r.rdata = r.rdata[:-1] + bytes([r.rdata[-1] ^ 1])


@fault("forged-delete")
async def _(x):
    m = forged_delete(x.query)
    if m.rtype in SIGNALS:
        x.send(m.encode())
    else:
        await x.pass_on()
