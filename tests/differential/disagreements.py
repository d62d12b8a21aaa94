"""Every way in which a verdict may differ from that of another program: when, by which requirement, and who is right.

An entry looks at what is true of the child by construction, and at both verdicts. One that is never needed is taken out.
"""
# SPDX-License-Identifier: GPL-3.0-or-later

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
    """CDS and CDNSKEY are not compared there: one of them is used."""
    odd = any(e["kind"] != "good" for e in child.cds + child.cdnskey)
    return refuses(ours, theirs, "CDS_CDNSKEY_MISMATCH") and child.cds and child.cdnskey and (
        odd or child.named(child.cds) != child.named(child.cdnskey))


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
    return ours.word == "NOOP_IN_SYNC" and theirs.ds is None and "digest types" in theirs.word and (
        child.requested() == child.named(child.ds))


@listed(CDS, "digests-of-one-key-more", "L-CONT-8, A-01")
def _(child, ours, theirs, _):
    """Keys with unequal digest types: the types that all have are published, where it refuses."""
    return ours.ds is not None and theirs.ds is None and "same set of digest types" in theirs.word


@listed(CDS, "computed-digest", "A-10", CHOICE)
def _(child, ours, theirs, _):
    """Digests that are computed are SHA-256 here, and those of -a there."""
    return ours.ds is not None and theirs.ds is not None and child.digests not in (0, 4) and not any(
        child.allowed(e) for e in child.cds)


@listed(CDS, "unreadable-there", "-", THERE)
def _(child, ours, theirs, _):
    """The file does not load there: a record elsewhere in the zone is not well formed."""
    return ours.ds is not None and theirs.word == "unreadable" and "signer-below" in child.all_ways()
