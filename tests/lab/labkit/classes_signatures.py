"""Signatures and denials that are wrong in one way each."""
# SPDX-License-Identifier: GPL-3.0-or-later
import time

from .children import child
from .forge import DAY, Denial

NOW = int(time.time())
PAST = {"inception": NOW - 40 * DAY, "expiration": NOW - 10 * DAY}
FUTURE = {"inception": NOW + 10 * DAY, "expiration": NOW + 40 * DAY}


# ---- signatures over CDS and CDNSKEY; the rest of the zone is fine

def signal_options(c, *ksks, **options):
    """Keys 1 and 3 sign the DNSKEY RRset; CDS and CDNSKEY are signed with these options."""
    signers, zsk = ksks or [c.key(1)], c.key(2, 13, 256)

    def rule(owner, rtype):
        if rtype in ("CDS", "CDNSKEY"):
            return [(k, options) for k in signers]
        return [(k, {}) for k in ([c.key(1), c.key(3)] if rtype == "DNSKEY" else [zsk])]
    return c.rolling(rule=rule)


@child("cds-zsk-signed", "A5", "SIGNER_NOT_IN_DS")
def _(c):
    c.everywhere(c.rolling(cds_signers=[c.key(2, 13, 256)]))


@child("cds-new-key-signed", "A5", "SIGNER_NOT_IN_DS")
def _(c):
    c.everywhere(c.rolling(cds_signers=[c.key(3)]))


@child("cds-unsigned", "A6", "RRSIG_MISSING", resolver="bogus")
def _(c):
    c.everywhere(c.rolling(cds_signers=[]))


@child("cds-expired", "A7", "RRSIG_EXPIRED", resolver="bogus")
def _(c):
    c.everywhere(signal_options(c, **PAST))


@child("cds-not-yet-valid", "A7", "RRSIG_NOT_YET_VALID", resolver="bogus")
def _(c):
    c.everywhere(signal_options(c, **FUTURE))


@child("cds-bad-signature", "A7", "RRSIG_BOGUS", resolver="bogus")
def _(c):
    c.everywhere(signal_options(c, corrupt=True))


@child("cds-wrong-signer-name", "A7, R4035-5.3.1-1", "RRSIG_BOGUS", "RRSIG_MISSING", resolver="bogus")
def _(c):
    c.everywhere(signal_options(c, signer="example-tld."))


@child("cds-wrong-labels", "A7, R4035-5.3.1-1", "RRSIG_BOGUS", "RRSIG_MISSING", resolver="bogus")
def _(c):
    c.everywhere(signal_options(c, labels=1))


@child("cds-wrong-tag", "A7, R4035-5.3.1-1", "RRSIG_BOGUS", "RRSIG_MISSING", "SIGNER_NOT_IN_DS", resolver="bogus")
def _(c):
    c.everywhere(signal_options(c, tag=4711))


@child("cds-unsigned-in-sync", "A6", "RRSIG_MISSING", resolver="bogus")
def _(c):                               # equal to the DS, but what is not validated confirms nothing
    c.everywhere(c.signed(cds_signers=[]))


# Stages: the first walk accepts; stage "replayed" then serves what the child had before, with
# signatures that are older and still good, by a key that the DS names by then.
OLDER = {"inception": NOW - 20 * DAY, "expiration": NOW + 9 * DAY}


@child("replayed", "A4, A18", "ACCEPT_UPDATE")
def _(c):                               # a key is added; the replay would take it away again
    old, new = c.key(1), c.key(3)
    c.ds_after = [k.ds(c.name) for k in (old, new)]
    c.everywhere(c.signed(cds=c.ds_after, cdnskey=[k.fields for k in (old, new)]))
    c.stages["replayed"] = [c.signed(serial=2, **OLDER)] * 2


@child("replayed-new-key", "A4, A18", "ACCEPT_UPDATE")
def _(c):                               # a key is replaced; the replay, signed by both, would bring it back
    both, zsk = [c.key(1), c.key(3)], c.key(2, 13, 256)
    c.everywhere(c.rolling())
    c.stages["replayed"] = [c.signed(ksks=both, zsks=[zsk], serial=2, **OLDER)] * 2


# ---- the keys, or the whole zone

@child("expired", "A7", "RRSIG_EXPIRED", "CHILD_BOGUS", resolver="bogus")
def _(c):
    c.everywhere(c.rolling(**PAST))


@child("not-yet-valid", "A7", "RRSIG_NOT_YET_VALID", "CHILD_BOGUS", resolver="bogus")
def _(c):
    c.everywhere(c.rolling(**FUTURE))


@child("dnskey-bad-signature", "A8", "CHILD_BOGUS", "RRSIG_BOGUS", resolver="bogus")
def _(c):
    def rule(owner, rtype):
        if rtype == "DNSKEY":
            return [(c.key(1), {"corrupt": True})]
        return [(c.key(1) if rtype in ("CDS", "CDNSKEY") else c.key(2, 13, 256), {})]
    c.everywhere(c.rolling(rule=rule))


@child("dnskey-zsk-signed", "A8", "CHILD_BOGUS", "RRSIG_MISSING", resolver="bogus")
def _(c):                               # the DNSKEY RRset is signed, but by no key that a DS names
    def rule(owner, rtype):
        return [(c.key(1) if rtype in ("CDS", "CDNSKEY") else c.key(2, 13, 256), {})]
    c.everywhere(c.rolling(rule=rule))


@child("key-revoked", "A8", "CHILD_BOGUS", resolver="any")
def _(c):                               # the DS names the key with the REVOKE bit set (R5011-2.1-1)
    revoked = c.key(1, 13, 385)
    c.everywhere(c.signed(ksks=[revoked], cds=[c.key(3).ds(c.name)], cdnskey=[c.key(3).fields]))


# ---- NODATA that is not proven

@child("nodata-bare", "A1", "DENIAL_UNPROVEN", resolver="bogus")
def _(c):
    c.everywhere(c.signed(cds=[], cdnskey=[], denial="none"))


@child("nodata-nsec-unsigned", "A1", "DENIAL_UNPROVEN", resolver="bogus")
def _(c):
    def rule(owner, rtype):
        if rtype == "NSEC":
            return []
        return [(c.key(1) if rtype == "DNSKEY" else c.key(2, 13, 256), {})]
    c.everywhere(c.signed(cds=[], cdnskey=[], rule=rule))


@child("nodata-bitmap-has-cds", "A1, R4035-5.4-1", "DENIAL_UNPROVEN", resolver="bogus")
def _(c):
    c.everywhere(c.signed(cds=[], cdnskey=[], denial=Denial("nsec", extra=("CDS", "CDNSKEY"))))


@child("nodata-bitmap-has-cname", "A1, R6840-4.3-1", "DENIAL_UNPROVEN", resolver="bogus")
def _(c):
    c.everywhere(c.signed(cds=[], cdnskey=[], denial=Denial("nsec", extra=("CNAME",))))


@child("nodata-bitmap-no-soa", "A1, R6840-4.1-1", "DENIAL_UNPROVEN", resolver="any")
def _(c):                               # looks like the parent's side of the cut
    c.everywhere(c.signed(cds=[], cdnskey=[], denial=Denial("nsec", hidden=("SOA",))))
