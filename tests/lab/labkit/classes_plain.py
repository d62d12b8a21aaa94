"""Children of honest operators: insecure, in sync, rolling."""
# SPDX-License-Identifier: GPL-3.0-or-later
from .children import child
from .forge import CDNSKEY_DELETE, CDS_DELETE, Denial
from .keys import Key
from .topology import NSEC


# ---- no DS in the parent

@child("plain", "C1", "NOOP_NO_SIGNAL", resolver="insecure", delegation="insecure")
def _(c):
    c.everywhere(c.zone().render())


@child("plain-nsec", "C1", "NOOP_NO_SIGNAL", resolver="insecure", delegation="insecure", parent=NSEC)
def _(c):
    c.everywhere(c.zone().render())


@child("island", "C5, C14", "HOLD_DELAY_STARTED", resolver="insecure", delegation="insecure", signaling="SIGNAL_ABSENT")
def _(c):
    c.everywhere(c.signed())


@child("island-nsec", "C5, C14", "HOLD_DELAY_STARTED", resolver="insecure", delegation="insecure", parent=NSEC,
       signaling="SIGNAL_ABSENT")
def _(c):
    c.everywhere(c.signed(denial="nsec3"))


@child("island-nocds", "C1", "NOOP_NO_SIGNAL", resolver="insecure", delegation="insecure")
def _(c):
    c.everywhere(c.signed(cds=[], cdnskey=[]))


@child("island-cds-only", "C5, C14", "HOLD_DELAY_STARTED", resolver="insecure", delegation="insecure",
       signaling="SIGNAL_ABSENT")
def _(c):
    c.everywhere(c.signed(cdnskey=[]))


@child("island-delete", "B9", "NOOP_DELETE_INSECURE", resolver="insecure", delegation="insecure")
def _(c):
    c.everywhere(c.signed(cds=[CDS_DELETE], cdnskey=[CDNSKEY_DELETE]))


@child("island-unsigned-cds", "C2", "CONTINUITY_NO_PATH", resolver="insecure", delegation="insecure")
def _(c):
    key = c.key(1)
    zone = c.zone().add(c.name, "CDS", key.ds(c.name)).add(c.name, "CDNSKEY", key.fields)
    c.everywhere(zone.render())


# ---- secure, nothing to do

@child("stable", "A2", "NOOP_IN_SYNC")
def _(c):
    c.everywhere(c.signed())


@child("stable-nsec", "A2", "NOOP_IN_SYNC", parent=NSEC)
def _(c):
    c.everywhere(c.signed(denial="nsec3"))


@child("stable-cds-only", "A2, A12", "NOOP_IN_SYNC")
def _(c):
    c.everywhere(c.signed(cdnskey=[]))


@child("stable-cdnskey-only", "A2, A12", "NOOP_IN_SYNC")
def _(c):
    c.everywhere(c.signed(cds=[]))


@child("nocds", "A1", "NOOP_NO_SIGNAL")
def _(c):
    c.everywhere(c.signed(cds=[], cdnskey=[]))


@child("nocds-nsec3", "A1", "NOOP_NO_SIGNAL")
def _(c):
    c.everywhere(c.signed(cds=[], cdnskey=[], denial="nsec3"))


@child("nocds-optout", "A1", "NOOP_NO_SIGNAL", parent=NSEC)
def _(c):
    c.everywhere(c.signed(cds=[], cdnskey=[], denial=Denial("nsec3", salt=b"\xab\xcd", optout=True)))


@child("nocds-iter100", "A1", "NOOP_NO_SIGNAL")
def _(c):
    c.everywhere(c.signed(cds=[], cdnskey=[], denial=Denial("nsec3", 100, b"\xab\xcd")))


@child("nocds-iter2500", "A1, A-15", "NSEC3_ITERATIONS", resolver="insecure")
def _(c):
    c.everywhere(c.signed(cds=[], cdnskey=[], denial=Denial("nsec3", 2500, b"\xab\xcd")))


@child("csk", "A2", "NOOP_IN_SYNC")
def _(c):
    key = c.key(1)
    c.everywhere(c.signed(ksks=[key], zsks=[key]))


@child("csk256", "A2", "NOOP_IN_SYNC")
def _(c):                               # R4034-2.1.1-1: the SEP bit is advice
    key = c.key(1, 13, 256)
    c.everywhere(c.signed(ksks=[key], zsks=[key]))


@child("p384", "A2", "NOOP_IN_SYNC")
def _(c):
    c.everywhere(c.signed(ksks=[c.key(1, 14)]))


@child("ed25519", "A2", "NOOP_IN_SYNC")
def _(c):
    c.everywhere(c.signed(ksks=[c.key(1, 15)]))


@child("rsasha512", "A2", "NOOP_IN_SYNC")
def _(c):
    c.everywhere(c.signed(ksks=[c.key(1, 10)]))


@child("rsasha1", "A2, A-04", "NOOP_IN_SYNC", resolver="any")
def _(c):                               # resolvers may treat algorithm 7 as insecure (RFC 9905)
    c.everywhere(c.signed(ksks=[c.key(1, 7)], denial="nsec3"))


@child("model2", "A2", "NOOP_IN_SYNC")
def _(c):
    """RFC 8901, model 2: each provider has its KSK and lists the other's ZSK."""
    both = [c.key(1), c.key(3)]
    zsks = [c.key(2, 13, 256), c.key(4, 13, 256)]
    c.ds = [k.ds(c.name) for k in both]
    signals = {"cds": c.ds, "cdnskey": [k.fields for k in both]}
    c.zones = [c.signed(ksks=[both[i]], zsks=[zsks[i]], dnskey=[both[i]] + zsks, **signals) for i in (0, 1)]


# ---- many of one operator. Stage "leaving" asks to remove the DS.

def define_member(number):
    @child("crowd-%02d" % number, "A2, A-34", "NOOP_IN_SYNC")
    def _(c):
        c.everywhere(c.signed())
        c.stages["leaving"] = [c.signed(serial=2, cds=[CDS_DELETE], cdnskey=[CDNSKEY_DELETE])] * 2


for _number in range(20):
    define_member(_number)


# ---- secure, a change to make. Stage "further" of some asks for one more key before anybody has answered.

def further(c, *ksks):
    new = c.key(5)
    c.stages["further"] = [c.signed(ksks=[*ksks, new], zsks=[c.key(2, 13, 256)], cds=[new.ds(c.name)],
                                    cdnskey=[new.fields], serial=2)] * 2


@child("roll", "A4", "ACCEPT_UPDATE")
def _(c):
    c.everywhere(c.rolling())
    further(c, c.key(1), c.key(3))


@child("roll-nsec", "A4", "ACCEPT_UPDATE", parent=NSEC)
def _(c):
    c.everywhere(c.rolling(denial="nsec3"))


@child("roll-double-ds", "A4", "ACCEPT_UPDATE")
def _(c):                               # the new key is not in the DNSKEY RRset yet (R7344-2.2-1)
    both = [c.key(1), c.key(3)]
    c.ds_after = [k.ds(c.name) for k in both]
    c.everywhere(c.signed(cds=c.ds_after, cdnskey=[k.fields for k in both]))
    further(c, c.key(1))


@child("roll-double-ds-end", "A4", "ACCEPT_UPDATE")
def _(c):                               # both DS are in the parent, the old key has gone
    old, new = c.key(1), c.key(3)
    c.ds, c.ds_after = [k.ds(c.name) for k in (old, new)], [new.ds(c.name)]
    c.everywhere(c.signed(ksks=[new], zsks=[c.key(2, 13, 256)]))


@child("roll-csk", "A4", "ACCEPT_UPDATE")
def _(c):
    c.everywhere(c.rolling(rule=lambda owner, rtype: [(c.key(1), {}), (c.key(3), {})],
                           dnskey=[c.key(1), c.key(3)]))
    further(c, c.key(1), c.key(3))


@child("roll-alg-8-13", "A4", "ACCEPT_UPDATE")
def _(c):                               # RFC 6781 4.1.4: signed by both algorithms first
    roll_algorithm(c, c.key(1, 8), c.key(2, 8, 256))


@child("roll-alg-7-13", "A4, A-04", "ACCEPT_UPDATE", resolver="any")
def _(c):
    roll_algorithm(c, c.key(1, 7), c.key(2, 7, 256), denial="nsec3")


@child("roll-alg-add", "A4, A-12", "ACCEPT_UPDATE")
def _(c):                               # both algorithms sign everything; the CDS keeps the old one
    old, new = c.key(1, 8), c.key(3)
    c.ds_after = [old.ds(c.name), new.ds(c.name)]
    c.everywhere(c.signed(ksks=[old, new], zsks=[c.key(2, 8, 256), c.key(4, 13, 256)]))


def roll_algorithm(c, old, old_zsk, **options):
    new = c.key(3)
    c.ds_after = [new.ds(c.name)]
    c.everywhere(c.signed(ksks=[old, new], zsks=[old_zsk, c.key(4, 13, 256)], cds=c.ds_after,
                          cdnskey=[new.fields], **options))


@child("big-rsa4096", "A4", "ACCEPT_UPDATE")
def _(c):                               # DNSKEY answer of 2.5 kB: TC over UDP
    old, new = c.key(1, 8, 257, 4096), c.key(2, 8, 257, 4096)
    c.ds_after = [new.ds(c.name)]
    c.everywhere(c.signed(ksks=[old, new], zsks=[c.key(3, 8, 256)], cds=c.ds_after,
                          cdnskey=[new.fields]))


@child("cds-only", "A4, A12", "ACCEPT_UPDATE")
def _(c):
    c.everywhere(c.rolling(cdnskey=[]))


@child("cdnskey-only", "A4, A12", "ACCEPT_UPDATE")
def _(c):
    c.everywhere(c.rolling(cds=[]))


@child("ds-leftover", "A4", "ACCEPT_UPDATE")
def _(c):                               # the parent also holds a DS that matches nothing
    c.ds = [c.key(1).ds(c.name), c.key(9).ds(c.name)]
    c.ds_after = [c.key(1).ds(c.name)]
    c.everywhere(c.signed())


@child("cds-both-signed", "A4", "ACCEPT_UPDATE")
def _(c):                               # as PowerDNS and ldns-signzone do: one good signature is enough
    c.everywhere(c.rolling(cds_signers=[c.key(2, 13, 256), c.key(1)]))


@child("cds-stray-signature", "A4", "ACCEPT_UPDATE")
def _(c):                               # R6840-5.12-1: a signature by a key nobody knows does no harm
    c.everywhere(c.rolling(cds_signers=[c.key(7), c.key(1)]))


@child("cds-digests-differ", "A4, R9975-3.1-1", "ACCEPT_UPDATE")
def _(c):                               # the same key by other digests: no contradiction; A-01
    new = c.key(3)
    c.zones = [c.rolling(cdnskey=[]), c.rolling(cdnskey=[], cds=[new.ds(c.name, d) for d in (2, 4)])]


# found by counting: P-256 keys whose DNSKEY (flags 257) has the tag 31192
SAME_TAG = (1059, 24139, 38321, 53597, 57066, 59978, 77457, 93783, 109537, 124145)


@child("tag-collision", "A4, T-12", "ACCEPT_UPDATE")
def _(c):                               # old and new key have the same tag and algorithm
    old, new = Key(SAME_TAG[0]), Key(SAME_TAG[1])
    c.ds_after = [new.ds(c.name)]
    c.everywhere(c.signed(ksks=[old, new], zsks=[c.key(2, 13, 256)], cds=c.ds_after, cdnskey=[new.fields]))


@child("tag-collisions", "L-DOS-1", "KEY_TAG_COLLISIONS", resolver="any")
def _(c):
    """Ten keys of one tag, each with a bad signature over everything: much work, no result."""
    keys = [Key(i) for i in SAME_TAG]
    c.everywhere(c.signed(ksks=keys, zsks=[], rule=lambda owner, rtype: [(k, {"corrupt": True}) for k in keys]))


# ---- names

@child("MiXeD-CaSe", "A4, T-37", "ACCEPT_UPDATE")
def _(c):
    c.everywhere(c.rolling())


@child("es\\.caped", "A4, T-37", "ACCEPT_UPDATE")
def _(c):                               # a dot inside a label
    c.everywhere(c.rolling())


@child("two.labels", "A4", "ACCEPT_UPDATE")
def _(c):                               # delegated two labels below the parent
    c.everywhere(c.rolling())


@child("xn--bcher-kva", "A4, T-37", "ACCEPT_UPDATE")
def _(c):
    c.everywhere(c.rolling())


@child("a" * 63, "A4", "ACCEPT_UPDATE")
def _(c):
    c.everywhere(c.rolling())
