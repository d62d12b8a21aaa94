"""Every way in which a verdict may differ from that of another program: when, by which requirement, and who is right.

An entry looks at what is true of the child by construction, and at both verdicts. One that is never needed is taken out.
"""
# SPDX-License-Identifier: GPL-3.0-or-later

from children import VALID

HERE, THERE, CHOICE = "here", "there", "a choice"      # who is right
LIST = []


class Entry:
    def __init__(self, comparison, name, requirement, right, explains):
        self.comparison, self.name, self.requirement, self.right = comparison, name, requirement, right
        self.predicate, self.sentence = explains, explains.__doc__

    def explains(self, child, result):
        return result.name == self.comparison and self.predicate(child, result.ours, result.theirs, result.subject)


def listed(comparison, name, requirement, right=HERE):
    def add(function):
        LIST.append(Entry(comparison, name, requirement, right, function))
        return function
    return add


# ---- acceptance: dnssec-cds of BIND 9.18; ours and theirs are Outcomes

CDS = "acceptance dnssec-cds"


def refuses(ours, theirs, *words):
    return ours.ds is None and theirs.ds is not None and ours.word in words


def keys_of(outcome):
    """Tags and algorithms of the DS set."""
    return {tuple(ds.split()[:2]) for ds in outcome.ds or ()}


@listed(CDS, "removal-becomes-ds", "R8078-4-1, R8078-4-2, W-07")
def _(child, ours, theirs, _):
    """It hashes the removal request of CDNSKEY into a DS of algorithm 0."""
    return child.removal(child.cdnskey) and theirs.ds is not None and any(d.split()[1] == "0" for d in theirs.ds) and (
        ours.word in ("ACCEPT_DELETE", "MALFORMED_DELETE", "DELETE_TYPE_MISMATCH") or ours.ds is None)


@listed(CDS, "removal-not-known", "R8078-4-2")
def _(child, ours, theirs, _):
    """It knows no removal request: the digest type of one in CDS is none that is allowed."""
    return ours.word == "ACCEPT_DELETE" and theirs.ds is None and "digest types" in theirs.word


@listed(CDS, "removal-beside-keys", "R8078-4-1, R9975-3.1-3")
def _(child, ours, theirs, _):
    """A removal request beside others, in another form or in one type only, is dropped there."""
    return refuses(ours, theirs, "MALFORMED_DELETE", "DELETE_TYPE_MISMATCH") and (
        child.removal(child.cds) or child.removal(child.cdnskey))


@listed(CDS, "types-differ", "R9975-3.1-2, R7344-4-3")
def _(child, ours, theirs, _):
    """CDS and CDNSKEY are not compared there: one of them is used. What a digest not computed here names alone is a key
    of its own: R9975-3.1-4 lets it be ignored, R9975-3.1-5 would then refuse the set."""
    odd = any(e["kind"] != "good" for e in child.cds + child.cdnskey)
    told = child.named([e for e in child.cds if e["digest"] in (1, 2, 4)])
    keys = child.named(child.cdnskey)
    return refuses(ours, theirs, "CDS_CDNSKEY_MISMATCH") and child.cds and child.cdnskey and (
        odd or told != keys or child.named(child.cds) != keys)


@listed(CDS, "contradicting-digest", "A-11")
def _(child, ours, theirs, _):
    """A digest of nothing beside a good one of the same key is a stand-by here; there it spoils the key."""
    wrong = {e["key"] for e in child.cds if e["kind"] == "wrong"}
    return ours.ds is not None and theirs.ds is None and "with new DS records" in theirs.word and (
        wrong & {e["key"] for e in child.cds if e["kind"] == "good"})


@listed(CDS, "no-usable-ds", "A-09")
def _(child, ours, theirs, _):
    """With a DS set of digests that are not computed the child cannot be validated; it asks for nothing, so nothing is
    refused."""
    return ours.word == "NOOP_NO_SIGNAL" and theirs.ds is None and not any(e["digest"] in (1, 2, 4) for e in child.ds)


@listed(CDS, "forbidden-algorithm", "R9905-2-1, R9904-3-1, A-04")
def _(child, ours, theirs, _):
    """A new DS for RSA/SHA-1, or for an algorithm of which nobody may make one."""
    return refuses(ours, theirs, "ALGORITHM_FORBIDDEN") and any(
        child.algorithm(k) in (1, 3, 5, 6, 7, 12) for k in child.requested())


@listed(CDS, "no-good-path", "L-CONT-6, R9905-2-1")
def _(child, ours, theirs, _):
    """All paths of the new set are of algorithms that validators do not follow."""
    return refuses(ours, theirs, "ALGORITHM_UNSUPPORTED", "CONTINUITY_NO_PATH", "CONTINUITY_ALGORITHM") and any(
        child.algorithm(k) in (5, 7) or not child.keys[k]["real"] for k in child.requested())


@listed(CDS, "denial-not-looked-at", "R4035-5.4-1, R5155-8.5-1, R6840-4.3-1, R9276-3.2-1")
def _(child, ours, theirs, _):
    """The absence of CDS or CDNSKEY is not proven, and not asked for there."""
    return theirs.ds is not None and ours.ds is None and not (child.cds and child.cdnskey) and (
        child.denial["fault"] != "" or not child.signers("denial")) and ours.word in (
            "DENIAL_UNPROVEN", "NSEC3_ITERATIONS", "RRSIG_BOGUS", "RRSIG_EXPIRED", "RRSIG_NOT_YET_VALID",
            "RRSIG_MISSING", "SIGNER_NOT_IN_DS")


@listed(CDS, "soa-not-looked-at", "L-CONT-3, A-12")
def _(child, ours, theirs, _):
    """The SOA, as a sample of the zone, is not signed by every algorithm of the new set."""
    signing = {child.algorithm(k) for k in child.signers("SOA")}
    return refuses(ours, theirs, "CONTINUITY_NO_PATH", "CONTINUITY_ALGORITHM") and any(
        child.algorithm(k) not in signing for k in child.requested())


@listed(CDS, "key-not-usable", "R5011-2.1-1, R4035-5.3.1-1, R4034-2.1.1-1")
def _(child, ours, theirs, _):
    """A key that is revoked, no zone key, or of another protocol vouches for nothing here."""
    return ours.ds is None and theirs.ds is not None and any(
        not child.usable(k) for k in child.requested() | child.named(child.ds)) and ours.word in (
            "CHILD_BOGUS", "SIGNER_NOT_IN_DS", "RRSIG_BOGUS", "KEY_REVOKED", "KEY_NOT_ZONE", "KEY_BAD_PROTOCOL",
            "CONTINUITY_NO_PATH", "CONTINUITY_ALGORITHM", "RRSIG_MISSING")


@listed(CDS, "too-many", "A-15")
def _(child, ours, theirs, _):
    """More records than are accepted here."""
    return refuses(ours, theirs, "TOO_MANY_RECORDS") and len(child.cds) > 8


@listed(CDS, "status-quo-unsigned", "A-03")
def _(child, ours, theirs, _):
    """A request that changes nothing needs no signature by a key of the DS set."""
    return ours.word.startswith("NOOP_") and theirs.ds is None and "could not validate child CD" in theirs.word and (
        child.requested() <= child.named(child.ds))


@listed(CDS, "status-quo-digests", "A-10, R7344-6.2-6")
def _(child, ours, theirs, _):
    """The DS set names the keys that are asked for; that they come with digests not published is no reason to fail."""
    return ours.word in ("NOOP_IN_SYNC", "ACCEPT_DIGEST_REFRESH") and theirs.ds is None and "digest types" in theirs.word and (
        child.requested() == child.named(child.ds))


@listed(CDS, "unequal-digest-types", "L-CONT-8, A-01")
def _(child, ours, theirs, _):
    """Keys with unequal digest types get those that all have, or there is no change. It refuses some of these sets, and
    overlooks others."""
    types = [{e["digest"] for e in child.cds if (e["key"], e["kind"]) == k and child.allowed(e)} for k in child.entries()]
    same = ours.ds is None or theirs.ds is None or keys_of(ours) == keys_of(theirs)
    return any(t != types[0] for t in types) and same and (
        theirs.ds is not None or "same set of digest types" in theirs.word) and (
            ours.ds is not None or ours.word == "CONTINUITY_DIGEST")


@listed(CDS, "computed-digest", "A-10", CHOICE)
def _(child, ours, theirs, _):
    """Digests that are computed are SHA-256 here, and those of -a there."""
    return ours.ds is not None and theirs.ds is not None and keys_of(ours) == keys_of(theirs) and (
        child.digests not in (0, 4) and not any(child.allowed(e) for e in child.cds))


@listed(CDS, "status-quo-kept", "R7344-6.2-6, R9905-2-1, L-CONT-3")
def _(child, ours, theirs, _):
    """The keys are in place; their digests are not exchanged where the new set would be refused."""
    algorithms = {child.algorithm(k) for k in child.signers("SOA")}
    return ours.word == "NOOP_IN_SYNC" and keys_of(ours) == keys_of(theirs) and child.requested() == child.named(child.ds) and any(
        child.algorithm(k) in (5, 7) or child.algorithm(k) not in algorithms for k in child.requested())


@listed(CDS, "key-without-digest", "R9975-3.1-5, R9975-3.1-4, A-11")
def _(child, ours, theirs, _):
    """A key that comes without a digest that may be published is dropped there. Here it is all keys or none, and a
    digest is computed where CDNSKEY has the key, which then has to sign, too."""
    refused = ("DIGEST_UNUSABLE_FOR_KEY", "CONTINUITY_ALGORITHM", "CONTINUITY_NO_PATH")
    return (ours.ds is not None and keys_of(ours) >= keys_of(theirs) or ours.word in refused) and any(
        not any(child.allowed(e) for e in child.cds if (e["key"], e["kind"]) == k) for k in child.entries())


@listed(CDS, "unreadable-there", "R6840-5.12-1", CHOICE)
def _(child, ours, theirs, _):
    """An RRSIG whose labels are fewer than its signer's, or a DNSKEY of algorithm 253 without a name in it, keeps the
    whole file from being read there; here a record that is of no use harms itself only."""
    private = any(k["algorithm"] == 253 and k["published"] for k in child.keys)
    return ours.ds is not None and theirs.word == "unreadable" and (
        private or child.all_ways() & {"signer-below", "few-labels"})


# ---- kzonecheck of Knot 3.2

@listed("reading kzonecheck", "unknown-digest", "R6840-5.2-1")
def _(child, ours, theirs, _):
    """A CDS with a digest that it does not compute ends it."""
    return "failed to run semantic checks" in theirs and any(e["digest"] not in (1, 2, 4) for e in child.cds)


@listed("reading kzonecheck", "unknown-algorithm", "R6840-5.11-1")
def _(child, ours, theirs, _):
    """A DNSKEY of an algorithm that it does not know, or that is none, ends it."""
    return "failed to run semantic checks" in theirs and any(not k["real"] for k in child.keys)


@listed("reading kzonecheck", "nsec3-hash-algorithm", "R5155-8.5-1")
def _(child, ours, theirs, _):
    """An NSEC3 of another hash algorithm ends it."""
    return child.denial["nsec3"] and child.denial["fault"] == "hash-algorithm"


@listed("consistency kzonecheck", "keys-are-counted", "R9975-3.1-2, R8078-4-1")
def _(child, ours, theirs, _):
    """It compares how many CDS and CDNSKEY there are, so that one with two digests makes up for a key without any, or
    for a record that is neither a key nor a removal request."""
    odd = ours == {"MALFORMED_DELETE"} and any(e["kind"] == "odd" for e in child.cdnskey)
    fewer = ours == {"CDS_CDNSKEY_MISMATCH"} and child.named(child.cds) < child.named(child.cdnskey)
    return not theirs and (odd or fewer) and len(child.cds) >= len(child.cdnskey)


@listed("consistency kzonecheck", "not-a-zone-key", "R7344-4-3", CHOICE)
def _(child, ours, theirs, _):
    """A CDS for a key that signs no zone data matches no CDNSKEY there; here the key is refused by a rule of its own."""
    return not ours and theirs == {"CDS not match CDNSKEY"} and any(
        not child.keys[k]["flags"] & 0x100 or child.keys[k]["protocol"] != 3 for k in child.named(child.cds))


@listed("publication kzonecheck", "stand-by-key", "R7344-2.2-1, A-16")
def _(child, ours, theirs, _):
    """A CDNSKEY for a key that is not in the zone is a stand-by key, and no fault."""
    return any(not child.keys[k]["published"] for k in child.named(child.cdnskey)) or child.removal(child.cdnskey)


KNOT = "signatures kzonecheck"


def is_sep(child, key):
    return child.keys[key]["flags"] & 1 == 1


@listed(KNOT, "keys-by-role", "R4034-2.1.1-1")
def _(child, ours, theirs, _):
    """It takes the SEP flag for a role: with it a key signs DNSKEY, CDS and CDNSKEY only, without it all others only."""
    by_zone_key = any(not any(is_sep(child, k) for k in child.signers(s)) for s in ("DNSKEY", "CDS", "CDNSKEY")
                      if child.present(s))
    return not ours and theirs and (by_zone_key or not all(
        any(not is_sep(child, k) for k in child.signers(s)) for s in ("SOA", "denial", "TXT")))


@listed(KNOT, "ttl", "R4035-5.3.2-1")
def _(child, ours, theirs, _):
    """A TTL below the Original TTL is a fault there."""
    return not ours and theirs and ("ttls" in child.styles or "original-ttl" in child.all_ways())


@listed(KNOT, "labels-and-signer", "R4035-5.3.1-1")
def _(child, ours, theirs, _):
    """The Labels and Signer's Name fields are not looked at there."""
    unseen = {"few-labels", "many-labels", "signer-parent", "signer-below"}
    return not theirs and ours and all(set(child.ways(name)) & unseen for name in ours if name != "zone")


@listed(KNOT, "key-not-usable", "R4035-5.3.1-1, R5011-2.1-1")
def _(child, ours, theirs, _):
    """Signatures by keys that are revoked, no zone keys or of another protocol."""
    return not theirs and ours and any(not child.usable(k) for k, key in enumerate(child.keys) if key["published"])


@listed(KNOT, "every-signature", "R6840-5.12-1")
def _(child, ours, theirs, _):
    """A signature of no use beside one that is valid is a fault there."""
    return not ours and theirs and any(how not in VALID or not child.keys[k]["published"] for name in child.signed
                                       for k, how in child.signed[name])


@listed(KNOT, "colliding-tags", "W-10, R4035-5.3.1-1")
def _(child, ours, theirs, _):
    """Of keys with one tag and algorithm only one is tried there."""
    return not ours and theirs and child.twins()


@listed("denial kzonecheck", "signature", "R4035-5.4-1")
def _(child, ours, theirs, _):
    """The signature of the proof is no concern of the check of the chain."""
    return ours and not theirs and not child.signers("denial")


@listed("denial kzonecheck", "chain", "R4035-5.4-1, R5155-8.5-1", CHOICE)
def _(child, ours, theirs, _):
    """For a proof at the apex the next name is of no importance."""
    return not ours and theirs == {"inconsistent NSEC(3) chain"} and child.denial["fault"] in ("next", "twice")


@listed("denial kzonecheck", "nsec3-fields", "R5155-8.5-1, R9276-3.2-1")
def _(child, ours, theirs, _):
    """Flags and iterations of NSEC3 are not looked at there."""
    return ours and not theirs and child.denial["nsec3"] and child.denial["fault"] in ("flags", "many-iterations")


# ---- ldns-verify-zone

@listed("reading ldns-verify-zone", "record-twice", "R4035-5.3.2-1")
def _(child, ours, theirs, _):
    """An NSEC3 that is in the file twice ends it."""
    return "General memory error" in theirs and "twice" in child.styles and child.denial["nsec3"]


@listed("reading ldns-verify-zone", "nsec3-of-nothing", "R5155-8.5-1", CHOICE)
def _(child, ours, theirs, _):
    """An NSEC3 whose hash is that of no name of the zone ends it."""
    return "original of NSEC3 hashed name could not be found" in theirs and (
        child.denial["fault"] in ("hash", "hash-algorithm"))


LDNS = "signatures ldns-verify-zone"


@listed(LDNS, "labels-and-signer", "R4035-5.3.1-1")
def _(child, ours, theirs, subject):
    """The Labels and Signer's Name fields are not looked at there."""
    return theirs == "good" and subject != "zone" and child.ways(subject) & {
        "few-labels", "many-labels", "signer-parent", "signer-below"}


@listed(LDNS, "key-not-usable", "R4035-5.3.1-1, R5011-2.1-1")
def _(child, ours, theirs, subject):
    """Signatures by keys that are revoked, no zone keys or of another protocol."""
    signed = child.signed[subject]
    return theirs == "good" and any(not child.usable(k) for k, _ in signed)


@listed(LDNS, "two-nsec", "R4035-5.3.2-1")
def _(child, ours, theirs, subject):
    """It knows one NSEC or NSEC3 a name, so that a set of two does not verify."""
    return subject == "denial" and ours == "valid" and child.denial["fault"] == "twice"


@listed("denial ldns-verify-zone", "bitmap", "R4035-5.4-1, R6840-4.1-1, R6840-4.3-1")
def _(child, ours, theirs, _):
    """Bitmaps are not looked at there."""
    return ours and not theirs and child.denial["fault"] in ("bit-too-many", "bit-missing", "cname-bit", "no-soa-bit")


@listed("denial ldns-verify-zone", "nsec3-fields", "R5155-8.5-1, R9276-3.2-1")
def _(child, ours, theirs, _):
    """Hash algorithm, flags and iterations of NSEC3 are not looked at there."""
    return ours and not theirs and child.denial["fault"] in ("hash-algorithm", "flags", "many-iterations")


@listed("denial ldns-verify-zone", "signature", "R4035-5.3.1-1, R5011-2.1-1")
def _(child, ours, theirs, _):
    """What is not looked at in the signature of any RRset is not in that of a proof."""
    return ours and not theirs and not child.signers("denial") and (
        child.ways("denial") & {"few-labels", "many-labels", "signer-parent", "signer-below"} or
        any(not child.usable(k) for k, _ in child.signed["denial"]))


@listed("denial ldns-verify-zone", "chain", "R4035-5.4-1, R5155-8.5-1", CHOICE)
def _(child, ours, theirs, _):
    """For a proof at the apex the next name is of no importance."""
    return not ours and theirs and child.denial["fault"] in ("next", "twice")
