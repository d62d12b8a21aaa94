"""One child: the verdict of the library beside those of the others."""
# SPDX-License-Identifier: GPL-3.0-or-later
from certain import broken
import peers

# Types of the apex whose absence is asked for.
ASKED = ("CDS", "CDNSKEY", "A", "MX", "CAA", "NS", "DNSKEY", "RRSIG", "SOA")
TYPES = {59: "CDS", 60: "CDNSKEY", 1: "A", 15: "MX", 257: "CAA", 2: "NS", 48: "DNSKEY", 46: "RRSIG"}


class Result:
    """ours and theirs are words or sets of words, for the list and for people; subject is an RRset or None."""

    def __init__(self, name, agrees, ours, theirs, subject=None):
        self.name, self.agrees, self.ours, self.theirs, self.subject = name, agrees, ours, theirs, subject
        self.entry = None


class Outcome:
    """What becomes of the DS set: ds is None where the request is refused."""

    def __init__(self, word, ds):
        self.word, self.ds = word, ds

    def __str__(self):
        return self.word + ("" if self.ds is None else " -> " + (", ".join(sorted(self.ds)) or "no DS"))


def acceptance(child, verdict):
    theirs = peers.Acceptance(child)
    reason = verdict["judged"]["reason"] if "judged" in verdict else "unreadable: " + verdict["error"]
    accepts = reason.startswith(("ACCEPT_", "NOOP_"))
    ours = Outcome(reason, frozenset(verdict["judged"]["ds"]) if accepts else None)
    there = Outcome("unreadable" if theirs.unreadable else "refused: " + theirs.why if theirs.ds is None else "accepted",
                    theirs.ds)
    yield Result("acceptance dnssec-cds", ours.ds == there.ds, ours, there)
    wrong = list(broken(child, reason, ours.ds or ()))
    yield Result("construction", not wrong, ours, "; ".join(wrong))


def consistency(child, verdict, knot):
    if "consistency" not in verdict:
        ours = {"unreadable"}
    else:
        said = [verdict["consistency"]["reason"]] + verdict["consistency"]["warnings"]
        ours = {w for w in said if w.startswith(("CDS_CDNSKEY_", "DELETE_TYPE_", "MALFORMED_"))}
    theirs = set(knot.request)
    yield Result("consistency kzonecheck", bool(ours) == bool(theirs), ours, theirs)
    yield Result("publication kzonecheck", not knot.unpublished, "", knot.UNPUBLISHED if knot.unpublished else "")


def name_of(child, rrset):
    """The set of child.signed that an RRset is; "zone" for those that are always signed well."""
    owner, kind = rrset.rsplit(" ", 1)
    if kind in ("NSEC", "NSEC3"):
        return "denial"         # only those of the apex are ever signed badly
    if owner == child.apex and kind in child.signed:
        return kind
    return "TXT" if owner.startswith("www.") else "zone"


def badly_signed(child, verdict):
    """RRsets that must be signed and are not, by name; of delegations NS need not be."""
    return {name_of(child, rrset): status for rrset, status in verdict["sets"].items()
            if status != "valid" and not (rrset.endswith(" NS") and rrset != child.apex + " NS")}


def signatures_kzonecheck(child, verdict, knot):
    """It names the first RRset that is badly signed, and no other; or none, where it found something else before."""
    ours, theirs = badly_signed(child, verdict), {name_of(child, rrset) for rrset in knot.unsigned}
    if theirs or not (knot.denial or knot.stopped):
        yield Result("signatures kzonecheck", bool(ours) == bool(theirs), ours, theirs)


def signatures_ldns(child, verdict, ldns):
    """Every RRset for which the verdicts differ is a result. An NSEC3 of no name of the zone it does not look at."""
    ours, theirs = badly_signed(child, verdict), {name_of(child, rrset) for rrset in ldns.unsigned}
    if child.denial["fault"] == "hash" and "denial" not in theirs:
        ours.pop("denial", None)
    for name in sorted(set(ours) ^ theirs):
        yield Result("signatures ldns-verify-zone", False, ours.get(name, "valid"), "bad" if name in theirs else "good", name)
    if set(ours) == theirs:
        yield Result("signatures ldns-verify-zone", True, ours, theirs)


def present(child):
    there = {"SOA", "NS", "RRSIG"} | ({"DNSKEY"} if any(k["published"] for k in child.keys) else set())
    return there | ({"CDS"} if child.cds else set()) | ({"CDNSKEY"} if child.cdnskey else set())


def denial(child, verdict, peer, theirs):
    """Ours is right where exactly the types that are absent are proven to be."""
    there = present(child)
    ours = {"%s %s" % (t, verdict["denied"][t]) for t in ASKED if (verdict["denied"][t] == "proven") == (t in there)}
    yield Result("denial " + peer, bool(ours) == bool(theirs), ours, theirs)


def compare(child, verdict):
    """All results of a child."""
    results = list(acceptance(child, verdict))
    knot, ldns = peers.Kzonecheck(child), peers.Ldns(child)
    for peer, them in (("kzonecheck", knot), ("ldns-verify-zone", ldns)):
        results.append(Result("reading " + peer, not them.unreadable, "", them.text if them.unreadable else ""))
    if not knot.unreadable:
        results += consistency(child, verdict, knot)
        results += signatures_kzonecheck(child, verdict, knot)
        if knot.denial or not (knot.unsigned or knot.stopped):
            results += denial(child, verdict, "kzonecheck", set(knot.denial))
    if not ldns.unreadable:
        results += signatures_ldns(child, verdict, ldns)
        unsigned = {"signature" for rrset in ldns.unsigned if name_of(child, rrset) == "denial"}
        results += denial(child, verdict, "ldns-verify-zone", set(ldns.denial) | unsigned)
    return results
