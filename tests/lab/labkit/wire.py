"""Names and RDATA in wire and in presentation form, as far as the forge needs them."""
# SPDX-License-Identifier: GPL-3.0-or-later
import base64
import functools
import ipaddress
import re
import struct

TYPES = dict(A=1, NS=2, CNAME=5, SOA=6, TXT=16, AAAA=28, DNAME=39, DS=43, RRSIG=46, NSEC=47, DNSKEY=48,
             NSEC3=50, NSEC3PARAM=51, CDS=59, CDNSKEY=60)

B32 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
B32HEX = b"0123456789ABCDEFGHIJKLMNOPQRSTUV"


def dot(name):
    """The name with its final dot."""
    return name if name.endswith(".") else name + "."


def split_labels(name):
    """Labels of a name in presentation form; a dot or a backslash in a label is escaped."""
    return re.findall(r"(?:\\.|[^.\\])+", name)


def parent_of(name):
    """The name without its first label."""
    return name[len(split_labels(name)[0]) + 1:]


@functools.lru_cache(maxsize=65536)
def name_wire(name):
    """Canonical wire form (RFC 4034 6.2): lower case, not compressed."""
    labels = [re.sub(r"\\(.)", r"\1", l).encode() for l in split_labels(name.lower())]
    return b"".join(bytes([len(l)]) + l for l in labels) + b"\0"


def label_count(name):
    """The Labels field of an RRSIG (RFC 4034 3.1.3): no root, no asterisk."""
    labels = split_labels(name)
    return len(labels) - (labels[:1] == ["*"])


def canonical_key(name):
    """Sort key for the canonical order of names (RFC 4034 6.1)."""
    return tuple(re.sub(r"\\(.)", r"\1", l).encode().lower() for l in reversed(split_labels(name)))


def bitmap(types):
    """Type bit maps of NSEC and NSEC3 (RFC 4034 4.1.2)."""
    windows = {}
    for t in types:
        windows.setdefault(TYPES[t] >> 8, set()).add(TYPES[t] & 255)
    out = b""
    for w in sorted(windows):
        bits = bytearray(max(windows[w]) // 8 + 1)
        for n in windows[w]:
            bits[n // 8] |= 0x80 >> (n % 8)
        out += bytes([w, len(bits)]) + bytes(bits)
    return out


def b32hex(octets):
    """Base32 with the extended hex alphabet (RFC 5155 3.3)."""
    return base64.b32encode(octets).translate(bytes.maketrans(B32, B32HEX)).decode()


def b32hex_decode(text):
    return base64.b32decode(text.encode().translate(bytes.maketrans(B32HEX, B32)))


def rdata_wire(rtype, f):
    """Fields to wire RDATA.  Octets instead of fields are taken as they are: some RDATA under
    test has no presentation form."""
    if isinstance(f, bytes):
        return f
    if rtype in ("A", "AAAA"):
        return ipaddress.ip_address(f[0]).packed
    if rtype in ("NS", "CNAME", "DNAME"):
        return name_wire(f[0])
    if rtype == "SOA":
        return name_wire(f[0]) + name_wire(f[1]) + struct.pack("!5I", *f[2:])
    if rtype == "TXT":
        return b"".join(bytes([len(x)]) + x.encode() for x in f)
    if rtype in ("DS", "CDS", "DNSKEY", "CDNSKEY"):
        return struct.pack("!HBB", *f[:3]) + f[3]
    if rtype == "NSEC3PARAM":
        return struct.pack("!BBHB", f[0], f[1], f[2], len(f[3])) + f[3]
    raise ValueError(rtype)


def rdata_text(rtype, f):
    """Fields to presentation form; octets to the form of RFC 3597."""
    if isinstance(f, bytes):
        return "\\# %d %s" % (len(f), f.hex())
    if rtype in ("NS", "CNAME", "DNAME"):
        return dot(f[0])
    if rtype == "SOA":
        return "%s %s %d %d %d %d %d" % ((dot(f[0]), dot(f[1])) + tuple(f[2:]))
    if rtype == "TXT":
        return " ".join('"%s"' % x for x in f)
    if rtype in ("DS", "CDS"):
        return ds_text(f)
    if rtype in ("DNSKEY", "CDNSKEY"):
        return "%d %d %d %s" % (f[0], f[1], f[2], base64.b64encode(f[3]).decode())
    if rtype == "NSEC3PARAM":
        return "%d %d %d %s" % (f[0], f[1], f[2], f[3].hex() or "-")
    return str(f[0])


def ds_text(f):
    """A DS in presentation form, digest in upper case hex."""
    return "%d %d %d %s" % (f[0], f[1], f[2], f[3].hex().upper())
