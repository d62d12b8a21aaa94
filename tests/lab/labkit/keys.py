"""Deterministic DNSSEC key pairs: the same index always gives the same key."""
# SPDX-License-Identifier: GPL-3.0-or-later
import copy
import functools
import hashlib
import json
import math
import os
import random
import struct

from .curves import P256, P384, SCALAR_BASE, Ed25519
from .wire import name_wire

RSA_NUMBERS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "rsa-primes.json")
RSA_E = 65537
# DigestInfo prefixes of RFC 8017, section 9.2, note 1
RSA_DIGEST = {5: ("sha1", "3021300906052b0e03021a05000414"),
              7: ("sha1", "3021300906052b0e03021a05000414"),
              8: ("sha256", "3031300d060960864801650304020105000420"),
              10: ("sha512", "3051300d060960864801650304020305000440")}
EC_CURVE = {13: P256, 14: P384}
DS_DIGEST = {1: "sha1", 2: "sha256", 4: "sha384"}


def key_tag(rdata):
    """RFC 4034, appendix B."""
    padded = rdata + b"\0" * (len(rdata) & 1)
    total = sum(struct.unpack("!%dH" % (len(padded) // 2), padded))
    return (total + (total >> 16)) & 0xFFFF


def probable_prime(n, rng):
    if any(n % q == 0 for q in (3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47)):
        return False
    d, r = n - 1, 0
    while d % 2 == 0:
        d, r = d // 2, r + 1
    for _ in range(8):
        x = pow(rng.randrange(2, n - 1), d, n)
        if x in (1, n - 1):
            continue
        for _ in range(r - 1):
            x = x * x % n
            if x == n - 1:
                break
        else:
            return False
    return True


def make_primes(index, bits):
    """Seconds for 4096 bits in plain Python, hence rsa-primes.json (made by this module: see main)."""
    rng, out = random.Random("lab-rsa-%d-%d" % (index, bits)), []
    while len(out) < 2:
        n = rng.getrandbits(bits // 2) | 1 | 3 << (bits // 2 - 2)
        if math.gcd(n - 1, RSA_E) == 1 and probable_prime(n, rng):
            out.append(n)
    return out


@functools.lru_cache(maxsize=None)
def stored_primes():
    with open(RSA_NUMBERS) as f:
        return {k: [int(n, 16) for n in v] for k, v in json.load(f).items()}


@functools.lru_cache(maxsize=None)
def rsa_numbers(index, bits):
    p, q = stored_primes().get("%d-%d" % (index, bits)) or make_primes(index, bits)
    return p, q, pow(RSA_E, -1, (p - 1) * (q - 1))


class Key:
    """A key pair with its DNSKEY fields.  Any field may be changed afterwards, to lie with it."""

    def __init__(self, index, alg=13, flags=257, bits=2048):
        self.index, self.alg, self.flags, self.bits, self.protocol = index, alg, flags, bits, 3
        if alg in EC_CURVE:
            self.secret = SCALAR_BASE + index
            self.public = EC_CURVE[alg].public(self.secret)
        elif alg == 15:
            self.secret = SCALAR_BASE + index
            self.public = Ed25519.public(self.secret)
        else:
            self.secret = rsa_numbers(index, bits)
            n = self.secret[0] * self.secret[1]
            self.public = b"\x03\x01\x00\x01" + n.to_bytes((n.bit_length() + 7) // 8, "big")

    @property
    def fields(self):
        """The fields of its DNSKEY or CDNSKEY."""
        return self.flags, self.protocol, self.alg, self.public

    @property
    def rdata(self):
        return struct.pack("!HBB", *self.fields[:3]) + self.public

    @property
    def tag(self):
        return key_tag(self.rdata)

    def altered(self, **fields):
        """The same key pair with other DNSKEY fields, e.g. flags=385 or protocol=2."""
        other = copy.copy(self)
        other.__dict__.update(fields)
        return other

    def ds(self, owner, digest=2):
        """The fields of its DS or CDS (RFC 4034 5.1.4)."""
        data = name_wire(owner) + self.rdata
        return self.tag, self.alg, digest, hashlib.new(DS_DIGEST[digest], data).digest()

    def sign(self, data):
        if self.alg in EC_CURVE:
            return EC_CURVE[self.alg].sign(self.secret, data)
        if self.alg == 15:
            return Ed25519.sign(self.secret, data)
        return self.rsa_sign(data)

    def rsa_sign(self, data):
        """RSASSA-PKCS1-v1_5 by the Chinese remainder theorem."""
        p, q, d = self.secret
        digest, prefix = RSA_DIGEST[self.alg]
        info = bytes.fromhex(prefix) + hashlib.new(digest, data).digest()
        size = ((p * q).bit_length() + 7) // 8
        m = int.from_bytes(b"\0\1" + b"\xff" * (size - len(info) - 3) + b"\0" + info, "big")
        mp, mq = pow(m, d % (p - 1), p), pow(m, d % (q - 1), q)
        h = (mp - mq) * pow(q, -1, p) % p
        return (mq + h * q).to_bytes(size, "big")


if __name__ == "__main__":
    wanted = [(i, b) for b in (1024, 2048, 4096) for i in (1, 2, 3, 4)]
    with open(RSA_NUMBERS, "w") as f:
        json.dump({"%d-%d" % w: ["%x" % n for n in make_primes(*w)] for w in wanted}, f, indent=0)
        f.write("\n")
