"""Elliptic curve arithmetic in plain Python: enough to make keys and signatures that verify.

The discrete logarithms are public (they are small functions of an index) and every signature
uses one nonce, which is what makes pure Python fast enough.  Lab keys only."""
# SPDX-License-Identifier: GPL-3.0-or-later
import functools
import hashlib

SCALAR_BASE = 0x1000000000000000000000000000000000000000000000000000000001
NONCE = 0x6C61622D6E6F6E63652D666F722D746573742D7369676E617475726573


class WeierstrassCurve:
    """y^2 = x^3 - 3x + b over GF(p), with ECDSA under one fixed nonce."""

    def __init__(self, p, n, g, size, digest):
        self.p, self.n, self.g, self.size, self.digest = p, n, g, size, digest

    @functools.cached_property
    def doubles(self):
        """G, 2G, 4G, ...: a product is then a sum of some of them."""
        out, (x, y), p = [], self.g, self.p
        for _ in range(self.size * 8):
            out.append((x, y))
            slope = (3 * x * x - 3) * pow(2 * y, -1, p) % p
            x3 = (slope * slope - 2 * x) % p
            x, y = x3, (slope * (x - x3) - y) % p
        return out

    def multiply(self, k):
        """k * G, summed in Jacobian coordinates so that only one inversion is needed."""
        p, acc = self.p, None
        for i, (x2, y2) in enumerate(self.doubles):
            if not k >> i & 1:
                continue
            if acc is None:
                acc = (x2, y2, 1)
                continue
            x1, y1, z1 = acc
            zz = z1 * z1 % p
            h = (x2 * zz - x1) % p
            r = (y2 * zz * z1 - y1) % p
            hh = h * h % p
            hhh = h * hh % p
            v = x1 * hh % p
            x3 = (r * r - hhh - 2 * v) % p
            acc = (x3, (r * (v - x3) - y1 * hhh) % p, z1 * h % p)
        x, y, z = acc
        inverse = pow(z, -1, p)
        return x * inverse * inverse % p, y * inverse * inverse * inverse % p

    @functools.cached_property
    def nonce(self):
        return self.multiply(NONCE)[0] % self.n, pow(NONCE, -1, self.n)

    def public(self, d):
        x, y = self.multiply(d)
        return x.to_bytes(self.size, "big") + y.to_bytes(self.size, "big")

    def sign(self, d, data):
        r, inverse = self.nonce
        z = int.from_bytes(hashlib.new(self.digest, data).digest(), "big")
        s = inverse * (z + r * d) % self.n
        return r.to_bytes(self.size, "big") + s.to_bytes(self.size, "big")


P256 = WeierstrassCurve(
    0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF,
    0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    (0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
     0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5), 32, "sha256")

P384 = WeierstrassCurve(
    0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEFFFFFFFF0000000000000000FFFFFFFF,
    0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973,
    (0xAA87CA22BE8B05378EB1C71EF320AD746E1D3B628BA79B9859F741E082542A385502F25DBF55296C3A545E3872760AB7,
     0x3617DE4A96262C6F5D9E98BF9292DC29F8F41DBD289A147CE9DA3113B5F0B8C00A60B1CE1D7E819D7A431D7C90EA0E5F),
    48, "sha384")


class Ed25519:
    """RFC 8032, again with one fixed nonce."""
    p = 2**255 - 19
    order = 2**252 + 27742317777372353535851937790883648493
    d = -121665 * pow(121666, -1, p) % p
    base = (15112221349535400772501151409588531511454012693041857206046113283949847762202,
            46316835694926478169428394003475163141307993866256225615783033603165251855960)

    @classmethod
    def add(cls, a, b):
        (x1, y1), (x2, y2), p = a, b, cls.p
        t = cls.d * x1 * x2 * y1 * y2 % p
        return ((x1 * y2 + x2 * y1) * pow(1 + t, -1, p) % p,
                (y1 * y2 + x1 * x2) * pow(1 - t, -1, p) % p)

    @classmethod
    def multiply(cls, k):
        result, point = (0, 1), cls.base
        while k:
            if k & 1:
                result = cls.add(result, point)
            point = cls.add(point, point)
            k >>= 1
        return result

    @classmethod
    @functools.lru_cache(maxsize=None)
    def public(cls, k):
        x, y = cls.multiply(k)
        return (y | (x & 1) << 255).to_bytes(32, "little")

    @classmethod
    def sign(cls, k, data):
        r = cls.public(NONCE)
        h = int.from_bytes(hashlib.sha512(r + cls.public(k) + data).digest(), "little")
        return r + ((NONCE + h * k) % cls.order).to_bytes(32, "little")
