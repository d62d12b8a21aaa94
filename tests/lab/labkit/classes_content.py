"""What CDS and CDNSKEY say: deletes, contradictions, digests, keys that must not be used."""
# SPDX-License-Identifier: GPL-3.0-or-later
from .children import child
from .forge import CDNSKEY_DELETE, CDS_DELETE


# ---- delete (RFC 8078 section 4)

def deleting(c, cds, cdnskey, **options):
    c.ds_after = []
    c.everywhere(c.signed(cds=cds, cdnskey=cdnskey, **options))


@child("delete", "B1", "ACCEPT_DELETE")
def _(c):
    deleting(c, [CDS_DELETE], [CDNSKEY_DELETE])


@child("gone.labels", "B1", "ACCEPT_DELETE")
def _(c):                               # delegated two labels below the parent
    deleting(c, [CDS_DELETE], [CDNSKEY_DELETE])


@child("delete-cds-only", "B2, A-13", "ACCEPT_DELETE")
def _(c):
    deleting(c, [CDS_DELETE], [])


@child("delete-cdnskey-only", "B2, A-13", "ACCEPT_DELETE")
def _(c):
    deleting(c, [], [CDNSKEY_DELETE])


@child("delete-cds-key-cdnskey", "B3", "DELETE_TYPE_MISMATCH")
def _(c):
    deleting(c, [CDS_DELETE], [c.key(3).fields])


@child("delete-cdnskey-key-cds", "B3", "DELETE_TYPE_MISMATCH")
def _(c):
    deleting(c, [c.key(3).ds(c.name)], [CDNSKEY_DELETE])


@child("delete-mixed", "B5, A26", "MALFORMED_DELETE")
def _(c):
    new = c.key(3)
    deleting(c, [CDS_DELETE, new.ds(c.name)], [CDNSKEY_DELETE, new.fields])


@child("delete-mixed-cds", "B5, A26", "MALFORMED_DELETE")
def _(c):
    deleting(c, [CDS_DELETE, c.key(3).ds(c.name)], [])


@child("delete-two", "B5, A26", "MALFORMED_DELETE")
def _(c):
    deleting(c, [CDS_DELETE, (0, 0, 0, b"\1")], [CDNSKEY_DELETE])


# one octet away from a delete, in every field
MALFORMED = ("MALFORMED_DELETE",)
for _label, _codes, _cds, _cdnskey in (
        ("two-octets", MALFORMED, (0, 0, 0, b"\0\0"), (0, 3, 0, b"\0\0")),
        ("zero-length", MALFORMED, b"\0\0\0\0", b"\0\0\3\0"),
        ("nonzero-tag", MALFORMED, (1, 0, 0, b"\0"), (256, 3, 0, b"\0")),
        # also a SHA-1 digest of one octet
        ("digest-type", MALFORMED + ("MALFORMED_RDATA",), (0, 0, 1, b"\0"), (0, 0, 0, b"\0")),
        ("nonzero-digest", MALFORMED, (0, 0, 0, b"\1"), (0, 3, 0, b"\1"))):
    @child("delete-" + _label, "B12, A26", *_codes)
    def _(c, cds=_cds, cdnskey=_cdnskey):
        deleting(c, [cds], [cdnskey])


@child("delete-zsk", "B6", "SIGNER_NOT_IN_DS")
def _(c):
    deleting(c, [CDS_DELETE], [CDNSKEY_DELETE], cds_signers=[c.key(2, 13, 256)])


@child("delete-unsigned", "B6", "RRSIG_MISSING", resolver="bogus")
def _(c):
    deleting(c, [CDS_DELETE], [CDNSKEY_DELETE], cds_signers=[])


# ---- contradictions between the two types

@child("cds-cdnskey-mismatch", "A11", "CDS_CDNSKEY_MISMATCH")
def _(c):
    c.everywhere(c.rolling(cdnskey=[c.key(4).fields]))


@child("cds-in-sync-cdnskey-new", "A11, A-03", "CDS_CDNSKEY_MISMATCH", "NOOP_STATUS_QUO")
def _(c):
    c.everywhere(c.rolling(cds=[c.key(1).ds(c.name)]))


@child("cds-subset-of-cdnskey", "A11", "CDS_CDNSKEY_MISMATCH")
def _(c):
    c.everywhere(c.rolling(cdnskey=[c.key(3).fields, c.key(4).fields]))


# ---- digests

@child("cds-sha1", "A22, R9975-3.1-5", "DIGEST_UNUSABLE_FOR_KEY")
def _(c):
    c.everywhere(c.rolling(cds=[c.key(3).ds(c.name, 1)], cdnskey=[]))


@child("cds-one-key-sha1", "A22, R9975-3.1-5", "DIGEST_UNUSABLE_FOR_KEY")
def _(c):
    c.everywhere(c.rolling(cds=[c.key(1).ds(c.name), c.key(3).ds(c.name, 1)], cdnskey=[]))


@child("cds-unknown-digest", "A22", "DIGEST_UNUSABLE_FOR_KEY")
def _(c):
    tag, alg = c.key(3).ds(c.name)[:2]
    c.everywhere(c.rolling(cds=[(tag, alg, 200, bytes(32))], cdnskey=[]))


@child("cds-gost-digest", "A22, R9906-2-1", "DIGEST_UNUSABLE_FOR_KEY")
def _(c):
    tag, alg = c.key(3).ds(c.name)[:2]
    c.everywhere(c.rolling(cds=[(tag, alg, 3, bytes(32))], cdnskey=[]))


@child("cds-sha1-sha256", "A4, R9905-5-1", "ACCEPT_UPDATE")
def _(c):                               # SHA-1 beside others: not published, no reason to refuse
    c.everywhere(c.rolling(cds=[c.key(3).ds(c.name, 1), c.key(3).ds(c.name)]))


@child("cds-sha1-sha256-sha384", "A4, R9905-5-1", "ACCEPT_UPDATE")
def _(c):
    new = c.key(3)
    text = c.rolling(cds=[new.ds(c.name, d) for d in (1, 2, 4)])
    c.ds_after = [new.ds(c.name, d) for d in (2, 4)]
    c.everywhere(text)


@child("cds-more-digests", "A-10", "ACCEPT_UPDATE")
def _(c):                               # same key, one more digest: a change of digests only
    key = c.key(1)
    c.ds_after = [key.ds(c.name, d) for d in (2, 4)]
    c.everywhere(c.signed(cds=c.ds_after))


@child("ds-sha384", "A2", "NOOP_IN_SYNC")
def _(c):
    c.ds = [c.key(1).ds(c.name, 4)]
    c.everywhere(c.signed(cds=c.ds))


@child("cds-mixed-digests", "A-01", "CONTINUITY_DIGEST")
def _(c):
    """The key in the zone by SHA-256, a stand-by key by SHA-384: a resolver that looks only at the
    strongest digests finds no path."""
    c.everywhere(c.signed(cds=[c.key(1).ds(c.name), c.key(3).ds(c.name, 4)], cdnskey=[]))


@child("cds-short-digest", "A27", "MALFORMED_RDATA")
def _(c):
    tag, alg, kind, digest = c.key(3).ds(c.name)
    c.everywhere(c.rolling(cds=[(tag, alg, kind, digest[:20])], cdnskey=[]))


# ---- keys that must not get a DS

def second_key(c, key):
    """The CDNSKEY RRset keeps the good key and adds the doubtful one; no CDS."""
    c.everywhere(c.signed(cds=[], cdnskey=[c.key(1).fields, key.fields]))


@child("cdnskey-revoked", "A24", "KEY_REVOKED")
def _(c):
    second_key(c, c.key(3, 13, 385))


@child("cdnskey-not-zone", "A24", "KEY_NOT_ZONE")
def _(c):
    second_key(c, c.key(3, 13, 1))


@child("cdnskey-protocol2", "A24", "KEY_BAD_PROTOCOL")
def _(c):
    second_key(c, c.key(3).altered(protocol=2))


@child("cdnskey-empty-key", "A27", "MALFORMED_RDATA")
def _(c):
    c.everywhere(c.signed(cds=[], cdnskey=[c.key(1).fields, b"\x01\x01\x03\x0d"]))


@child("cds-forbidden-algorithm", "A23, A-04", "ALGORITHM_FORBIDDEN")
def _(c):
    both = [c.key(1), c.key(3, 7)]
    c.everywhere(c.signed(ksks=both, zsks=[c.key(2, 13, 256), c.key(4, 7, 256)], denial="nsec3"))


@child("cds-gost-algorithm", "A23, R9906-2-1", "ALGORITHM_FORBIDDEN")
def _(c):
    both = [c.key(1), c.key(3).altered(alg=12)]
    c.everywhere(c.signed(cds=[k.ds(c.name) for k in both], cdnskey=[k.fields for k in both]))


@child("cds-too-many", "A25", "TOO_MANY_RECORDS")
def _(c):
    c.everywhere(c.signed(cds=[c.key(1).ds(c.name)] + [(n, 13, 2, bytes([n]) * 32) for n in range(1, 30)],
                          cdnskey=[]))


# ---- what would follow (continuity)

@child("cds-would-break", "A19", "CONTINUITY_NO_PATH")
def _(c):                               # the only key asked for is not in the zone
    c.everywhere(c.signed(cds=[c.key(3).ds(c.name)], cdnskey=[c.key(3).fields]))


@child("cds-new-key-silent", "A19", "CONTINUITY_NO_PATH")
def _(c):                               # in the DNSKEY RRset, but does not sign it
    old, new, zsk = c.key(1), c.key(3), c.key(2, 13, 256)
    c.everywhere(c.signed(dnskey=[old, new, zsk], cds=[new.ds(c.name)], cdnskey=[new.fields]))


@child("cds-algorithm-missing", "A20", "CONTINUITY_ALGORITHM")
def _(c):                               # the second algorithm is in the zone and signs nothing
    both = [c.key(1), c.key(3, 15)]
    c.everywhere(c.signed(dnskey=both + [c.key(2, 13, 256)], cds=[k.ds(c.name) for k in both],
                          cdnskey=[k.fields for k in both]))


@child("cds-algorithm-keys-only", "A20, A-12", "CONTINUITY_ALGORITHM")
def _(c):                               # the second algorithm signs the keys, but not the zone
    c.everywhere(c.signed(ksks=[c.key(1), c.key(3, 15)], zsks=[c.key(2, 13, 256)]))


@child("cds-algorithm-standby", "A20", "CONTINUITY_ALGORITHM")
def _(c):                               # a stand-by key of an algorithm that is nowhere in the zone
    both = [c.key(1), c.key(3, 15)]
    c.everywhere(c.signed(cds=[k.ds(c.name) for k in both], cdnskey=[k.fields for k in both]))


# ---- the DS set in the parent

@child("ds-no-match", "A8", "CHILD_BOGUS", resolver="bogus")
def _(c):
    c.ds = [c.key(9).ds(c.name)]
    c.everywhere(c.signed())


@child("ds-wrong-digest", "A8, R4035-5.2-1", "CHILD_BOGUS", resolver="bogus")
def _(c):                               # tag and algorithm fit, the digest does not
    tag, alg, kind, _digest = c.key(1).ds(c.name)
    c.ds = [(tag, alg, kind, bytes(32))]
    c.everywhere(c.signed())


@child("ds-unknown-algorithm", "A-09", "CURRENT_DS_UNSUPPORTED", resolver="insecure")
def _(c):
    c.ds = [(c.key(1).tag, 200, 2, bytes(32))]
    c.everywhere(c.signed())


@child("ds-unknown-digest", "A-09", "CURRENT_DS_UNSUPPORTED", resolver="insecure")
def _(c):
    c.ds = [(c.key(1).tag, 13, 200, bytes(32))]
    c.everywhere(c.signed())


@child("ds-child-unsigned", "A8", "CHILD_BOGUS", "DNSKEY_MISSING", resolver="bogus")
def _(c):
    c.ds = [c.key(1).ds(c.name)]
    c.everywhere(c.zone().render())


@child("ds-child-unsigned-delete", "B11", "CHILD_BOGUS", "DNSKEY_MISSING", resolver="bogus")
def _(c):
    c.ds = [c.key(1).ds(c.name)]
    c.everywhere(c.zone().add(c.name, "CDS", CDS_DELETE).add(c.name, "CDNSKEY", CDNSKEY_DELETE).render())
