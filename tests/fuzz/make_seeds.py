#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes tests/fuzz/seeds/message, name, notify, tsig and update; run in the folder of this file."""
import pathlib

QUESTION = "07 6578616d706c65 02 6368 00 003b 0001"  # example.ch CDS IN; 12 to 27
OPT = "00 0029 04d0 00008000 0000"
DELETE = "c00c 003b 0001 00000e10 0005 0000 00 00 00"
RRSIG = "c00c 002e 0001 00000e10 0022 003b 0d 02 00000e10 70000000 60000000 1234 " \
    "07 4578616d706c65 02 6348 00 aabbccdd"
SOA = "c00c 0006 0001 00000e10 001f 03 6e7331 c00c 02 686d c00c " \
    "00000001 00000002 00000003 00000004 00000005"
NSEC = "c00c 002f 0001 00000e10 0016 01 00 07 6578616d706c65 02 6368 00 0006 400100000003"

MESSAGES = {
    "delete": ("1234 8400 0001 0001 0000 0001", QUESTION, DELETE, OPT),
    "signed": ("1234 8500 0001 0002 0000 0001", QUESTION, DELETE, RRSIG, OPT),
    "nodata": ("1234 8400 0001 0000 0002 0001", QUESTION, SOA, NSEC, OPT),
    "nxdomain": ("1234 8403 0001 0000 0001 0000", QUESTION, SOA),
    "referral": ("1234 8000 0001 0000 0001 0002", QUESTION,
                 "c00c 0002 0001 00000e10 0006 03 6e7331 c00c",
                 "c028 0001 0001 00000e10 0004 09090909",
                 "c028 001c 0001 00000e10 0010 262000fe0000000000000000000000fe"),
    "cds-two": ("1234 8400 0001 0002 0000 0000", QUESTION,
                "c00c 003b 0001 00000e10 0024 1234 0d 02" + "ab" * 32,
                "c00c 003b 0001 00000384 0034 1234 0d 04" + "cd" * 48),
    "cdnskey": ("1234 8400 0001 0001 0000 0000", "07 6578616d706c65 02 6368 00 003c 0001",
                "c00c 003c 0001 00000e10 0044 0101 03 0d" + "ef" * 64),
    "dnskey": ("1234 8400 0001 0002 0000 0001", "07 6578616d706c65 02 6368 00 0030 0001",
               "c00c 0030 0001 00000e10 0044 0101 03 0d" + "12" * 64,
               "c00c 0030 0001 00000e10 0024 0100 03 0f" + "34" * 32, OPT),
    "cname": ("1234 8400 0001 0001 0000 0000", QUESTION,
              "c00c 0005 0001 00000e10 0008 05 6f74686572 c014"),
    "dname-srv-naptr": ("1234 8400 0001 0003 0000 0000", QUESTION,
                        "c00c 0027 0001 00000e10 0004 01 58 c014",
                        "c00c 0021 0001 00000e10 0008 0001 0002 0035 c00c",
                        "c00c 0023 0001 00000e10 000b 0001 0002 01 55 01 53 00 c00c"),
    "nsec3": ("1234 8403 0001 0000 0001 0000", QUESTION,
              "20" + "61" * 32 + "c00c 0032 0001 00000e10 0023 01 00 0000 00 14" + "55" * 20 +
              "0007 22000000000290"),
    "badvers": ("1234 8000 0001 0000 0000 0001", QUESTION, "00 0029 04d0 01000000 0000"),
    "options": ("1234 8400 0001 0000 0000 0001", QUESTION,
                "00 0029 04d0 00008000 0016 0003 0000 000a 0008 0102030405060708 000f 0002 0016"),
    "truncated": ("1234 8600 0001 0000 0000 0000", QUESTION),
    "query": ("1234 0000 0001 0000 0000 0000", QUESTION),
    "pointer-loop": ("1234 8400 0001 0001 0000 0000", QUESTION,
                     "c01c 003b 0001 00000e10 0000"),
    "other-class": ("1234 8400 0001 0001 0000 0000", QUESTION,
                    "c00c 0002 0003 00000e10 0001 ff"),
}
NAMES = {
    "root": "00",
    "pair": "07 6578616d706c65 02 6368 00 02 6368 00",
    "upper": "07 4558414d504c45 02 4348 00 01 41 00",
    "escapes": "05 2e5c2200ff 00 01 2a 00",
    "labels": "01 61" * 127 + "00",
    "longest-label": "3f" + "62" * 63 + "00",
    "compressed": "00" * 12 + "02 6368 00 01 61 c00c 01 62 c010 c010",
    "pointers": "00" * 12 + "00" + "c00c" + "c00d" + "c00f" + "c011",
    "text": b"Example.CH.".hex(),
    "text-escapes": rb"a\.b\\c\000\255._signal.ns1\@.".hex(),
    "text-broken": rb"a\25".hex(),
}
# Two octets that say what is known of sender and child, then the message: as RFC 1996 has it, of CDS.
NOTIFY = "1234 2400 0001 0000 0000 "
CHANNEL = "00 0029 04d0 00008000 0016 0012 0012 036e7331076578616d706c65036e657400"
NOTIFIES = {
    "plain": ("1005", NOTIFY + "0000", QUESTION),
    "aa-clear": ("1005 1234 2000 0001 0000 0000 0000", QUESTION),
    "edns": ("1005", NOTIFY + "0001", QUESTION, OPT),
    "agent": ("1005", NOTIFY + "0001", QUESTION, CHANNEL),
    "agent-root": ("1002", NOTIFY + "0001", QUESTION, "00 0029 04d0 00008000 0005 0012 0001 00"),
    "agent-opted-out": ("1015", NOTIFY + "0001", QUESTION, CHANNEL),
    "held": ("1085", NOTIFY + "0001", QUESTION, CHANNEL),
    "queued": ("9005", NOTIFY + "0001", QUESTION, OPT),
    "hint": ("1005 1234 2400 0001 0001 0000 0000", QUESTION, DELETE),
    "several": ("1005 1234 2400 0001 0001 0000 0000", QUESTION, "00 003b 0001 00000e10 0005 0000 00 00 00"),
    "questions": ("1005 1234 2400 0002 0000 0000 0000", QUESTION, QUESTION),
    "csync": ("1205", NOTIFY + "0000", "07 6578616d706c65 02 6368 00 003e 0001"),
    "soa": ("1005", NOTIFY + "0000", "07 6578616d706c65 02 6368 00 0006 0001"),
    "unsigned": ("1105", NOTIFY + "0000", QUESTION),
    "signed": ("2105", NOTIFY + "0001", QUESTION, "01 6b 00 00fa 00ff 00000000 0003 6b6579"),
    "rated": ("1405", NOTIFY + "0001", QUESTION, OPT),
    "badvers": ("1005", NOTIFY + "0001", QUESTION, "00 0029 04d0 00010000 0000"),
    "answer": ("1005 1234 a400 0001 0000 0000 0000", QUESTION),
    "cut": ("1005", NOTIFY + "0000", "07 6578616d706c65 02 63"),
}
# Messages of a stream, each behind its size. A TSIG record: key, TSIG, ANY, TTL 0; algorithm, time, fudge, MAC, ID, error, other.
TSIG = "04 78666572 00 00fa 00ff 00000000 %04x 0b 686d61632d736861323536 00 000069212345 012c %04x %s 0102 %04x 0000"
HEAD = "0102 8400 0000 0001 0000 %04x"
RECORD = "01 61 02 6368 00 0002 0001 00000e10 0006 02 6e73 c00e"


def tsig(mac, error=0):
    return TSIG % (13 + 10 + len(mac) // 2 + 6, len(mac) // 2, mac, error)


STREAMS = {
    "unsigned": [(HEAD % 0, RECORD)] * 3,
    "signed": [(HEAD % 1, RECORD, tsig("ab" * 32))],
    "both": [(HEAD % 0, RECORD), (HEAD % 1, RECORD, tsig("ab" * 32)), (HEAD % 0, RECORD)],
    "badkey": [("0102 8409 0000 0000 0000 0001", tsig("", 17))],
    "short-mac": [(HEAD % 1, RECORD, tsig("ab" * 16))],
    "not-last": [(HEAD % 2, RECORD, tsig("ab" * 32), "00 0029 04d0 00008000 0000")],
    "answer": [("0102 8400 0000 0001 0000 0000", tsig("ab" * 32))],
    "count": [("0102 8400 0000 ffff 0000 0001", RECORD, tsig("ab" * 32))],
}

# What a primary says of example.ch.: of its DS set, of its name servers, of an UPDATE.
ASKED = "07 6578616d706c65 02 6368 00 %s 0001"
DS = "c00c 002b 0001 00000e10 0024 %s 0d 02" + "ab" * 32
ANSWERS = {
    "ds": ("0001 8400 0001 0002 0000 0000", ASKED % "002b", DS % "1234", DS % "4321"),
    "ds-twice": ("0001 8400 0001 0002 0000 0000", ASKED % "002b", DS % "1234", DS % "1234"),
    "ds-of-another": ("0001 8400 0001 0001 0000 0000", ASKED % "002b", "c014 002b 0001 00000e10 0024 1234 0d 02" + "ab" * 32),
    "ds-short": ("0001 8400 0001 0001 0000 0000", ASKED % "002b", "c00c 002b 0001 00000e10 0003 1234 0d"),
    "ds-long": ("0001 8400 0001 0001 0000 0000", ASKED % "002b", "c00c 002b 0001 00000e10 0104 1234 0d 02" + "ab" * 257),
    "no-ds": ("0001 8400 0001 0000 0001 0000", ASKED % "002b", SOA),
    "no-ds-not-aa": ("0001 8000 0001 0000 0000 0000", ASKED % "002b"),
    "refused": ("0001 8405 0001 0000 0000 0000", ASKED % "002b"),
    "ns": ("0001 8400 0001 0002 0000 0000", ASKED % "0002", "c00c 0002 0001 00000e10 0006 03 6e7332 c00c",
           "c00c 0002 0001 00000e10 0006 03 6e7331 c00c"),
    "referral": ("0001 8000 0001 0000 0001 0000", ASKED % "0002", "c00c 0002 0001 00000e10 0006 03 6e7331 c00c"),
    "ns-open": ("0001 8400 0001 0001 0000 0000", ASKED % "0002", "c00c 0002 0001 00000e10 0004 03 6e7331"),
    "prerequisite": ("0001 a808 0001 0000 0000 0000", "02 6368 00 0006 0001"),
    "applied": ("0001 a800 0001 0000 0000 0000", "02 6368 00 0006 0001"),
    "odd-rcode": ("0001 a80f 0001 0000 0000 0000", "02 6368 00 0006 0001"),
}


def stream(messages):
    octets = [bytes.fromhex(" ".join(m)) for m in messages]
    return b"".join(len(o).to_bytes(2, "big") + o for o in octets).hex()


def write(folder, seeds):
    path = pathlib.Path("seeds") / folder
    path.mkdir(parents=True, exist_ok=True)
    for name, text in seeds.items():
        (path / name).write_bytes(bytes.fromhex(text))


write("message", {name: " ".join(parts) for name, parts in MESSAGES.items()})
write("name", NAMES)
write("notify", {name: " ".join(parts) for name, parts in NOTIFIES.items()})
write("tsig", {name: stream(messages) for name, messages in STREAMS.items()})
write("update", {name: " ".join(parts) for name, parts in ANSWERS.items()})
