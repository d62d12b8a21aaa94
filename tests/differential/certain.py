"""What follows from the way a child was made, whoever else may think otherwise: no acceptance without these."""
# SPDX-License-Identifier: GPL-3.0-or-later

# Of an NSEC or NSEC3 at the apex, what leaves its proof valid.
SOUND = {"", "next", "upper-next"}
NSEC3_ONLY = {"hash", "many-iterations", "flags", "hash-algorithm"}
RSA_SHA1 = (5, 7)


def anchors(child):
    """Keys that the DS set names rightly, by a digest that everybody computes."""
    return {e["key"] for e in child.ds if e["kind"] == "good" and e["digest"] in (1, 2, 4)}


def tags(child, numbers):
    return {(str(child.keys[k]["tag"]), str(child.algorithm(k))) for k in numbers}


def denial_is_sound(child):
    fault = child.denial["fault"]
    if fault in ("bit-too-many", "bit-missing"):
        return True                 # whether it matters depends on the type
    return fault in SOUND or (fault in NSEC3_ONLY and not child.denial["nsec3"]) or (
        fault == "many-iterations" and child.denial["iterations"] <= 500)


def broken(child, reason, after):
    """Requirements that this outcome does not keep; after is the new DS set."""
    if not reason.startswith("ACCEPT_"):
        return
    signals = [("CDS", child.cds), ("CDNSKEY", child.cdnskey)]
    named = {tuple(ds.split()[:2]) for ds in after}
    if not child.signers("DNSKEY") & anchors(child):
        yield "R4035-5.2-1: no key of the DS set signs the DNSKEY RRset"
    for name, entries in signals:
        if entries and not child.signers(name) & anchors(child):
            yield "R7344-4.1-2: no key of the DS set signs " + name
        if not entries and not (child.signers("denial") and denial_is_sound(child)):
            yield "R4035-5.4-1: the absence of %s is not proven" % name
        if child.removal(entries) and [e["kind"] for e in entries] != ["delete"]:
            yield "R8078-4-1: %s is not the removal request" % name
        if bool(after) == child.removal(entries) and entries:
            yield "R8078-4-2: %s asks for the opposite" % name
    if not after:
        return
    if not named & tags(child, child.signers("DNSKEY")):
        yield "L-CONT-1: no key of the new DS set signs the DNSKEY RRset"
    signing = {str(child.algorithm(k)) for k in child.signers("DNSKEY")}
    if any(algorithm not in signing for _, algorithm in named):
        yield "L-CONT-2: an algorithm of the new DS set does not sign the DNSKEY RRset"
    if any(int(algorithm) in RSA_SHA1 for _, algorithm in named - tags(child, child.named(child.ds))):
        yield "R9905-2-1: a new DS for RSA/SHA-1"
    in_sight = [k for k in child.requested() if child.keys[k]["published"] or k in child.named(child.cdnskey)]
    if named & tags(child, [k for k in in_sight if not child.usable(k)]):
        yield "R5011-2.1-1, R4034-2.1.1-1: a DS for a key that signs no zone data"
    if child.cds and child.cdnskey and child.named(child.cds) != child.named(child.cdnskey):
        yield "R9975-3.1-2: CDS and CDNSKEY name different keys"
