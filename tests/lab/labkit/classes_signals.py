"""Children without DS that ask for one: with the signals of RFC 9615, with all that can be wrong with them, without."""
# SPDX-License-Identifier: GPL-3.0-or-later
import time

from .children import child
from .forge import CDNSKEY_DELETE, CDS_DELETE, DAY, Denial, Zone, usual_rule
from .keys import Key
from .signals import signaling_domain, signaling_name
from .topology import ENT_ZONE, NSD_SERVERS, NSEC, PLAIN_ZONE, SIGNAL_ZONE
from .wire import parent_of

ONE, TWO = NSD_SERVERS
NOW = int(time.time())
# Where RFC 9615 proves nothing and does not refuse, the first walk begins the wait of RFC 8078 section 3.3.
WAITS = "HOLD_DELAY_STARTED"


def asking(label, row, *expect, **options):
    return child(label, row, *expect, **dict({"resolver": "insecure", "delegation": "insecure"}, **options))


def proven(label, row="C3", **options):
    return asking(label, row, "ACCEPT_BOOTSTRAP_AUTH", **options)


def refused(label, row, reason, **options):
    """No other method takes over."""
    return asking(label, row, reason, signaling=reason, **options)


def waiting(label, row, reason, **options):
    return asking(label, row, WAITS, signaling=reason, **options)


def signal_host(kind):
    return "%s.%s" % (kind, SIGNAL_ZONE)


# ---- proven

@proven("signal-ok")
def _(c):
    c.bootstrapping()


@proven("signal-ok-nsec", parent=NSEC)
def _(c):
    c.bootstrapping(denial="nsec3")


@proven("signal-csk", row="C3, R8078-2.1-1")
def _(c):
    key = c.key(1, 15)
    c.bootstrapping(ksks=[key], zsks=[key])


@proven("signal-cds-only", row="C3, R9615-4.2-4")
def _(c):
    c.bootstrapping(cdnskey=[])


@proven("signal-cdnskey-only", row="C3, R9615-4.2-4")
def _(c):
    c.bootstrapping(cds=[])


@proven("signal-two-keys", row="C3, R8078-3.1-2")
def _(c):                               # one of them is in the DNSKEY RRset, the other is to come
    both = [c.key(1), c.key(3)]
    c.bootstrapping(cds=[k.ds(c.name) for k in both], cdnskey=[k.fields for k in both])


@proven("SiGnAl-CaSe", row="C3, R9615-3.2-1")
def _(c):                               # the signaling zone writes the names in its own way
    c.bootstrapping()
    name = signaling_name(c.name, ONE)
    c.signal(ONE, owner=name.upper().replace("_SIGNAL.NS1.NSDOP.EXAMPLE-TLD.", "_Signal.ns1.nsdop.example-tld."))


@proven("signal-es\\.caped", row="C3, R9615-3.2-1")
def _(c):                               # escaped-label: a dot inside a label
    c.bootstrapping()


@proven("xn--signal-kva", row="C3, R9615-3.2-1")
def _(c):                               # idn
    c.bootstrapping()


@proven("signal.three.labels", row="C3, R9615-3.2-1")
def _(c):
    c.bootstrapping()


@proven("mixed-in-out", row="C3, R9615-4.2-1")
def _(c):                               # the server inside the child needs no signal, and cannot have one
    c.servers = ["ns1." + c.name, TWO]
    c.glue = [(c.servers[0], "127.22.0.1")]
    c.bootstrapping()


@proven("signal-other-algorithms", row="C3, R9615-3.1-1")
def _(c):                               # signaling zones with NSEC3 and with Ed25519
    c.servers = [signal_host("nsec3"), signal_host("ed25519")]
    c.bootstrapping()


@proven("signal-big", row="C3")
def _(c):                               # answers beyond 1232 octets
    keys = [c.key(n, 8) for n in (1, 2, 3, 4)]
    c.bootstrapping(ksks=keys[:1], zsks=[c.key(1, 8, 256)], cds=[k.ds(c.name) for k in keys], cdnskey=[k.fields for k in keys])


@proven("signal-opt-out", row="C3")
def _(c):
    c.bootstrapping(denial=Denial("nsec3", salt=b"\xab\xcd", optout=True))


@proven("signal-through-ent", row="C3, T-39")
def _(c):                               # signal-ent-nxdomain: its server says NXDOMAIN for an empty non-terminal
    c.servers = ["ns1." + ENT_ZONE]
    c.bootstrapping()
    c.signal(c.servers[0], "any")       # a resolver may believe it


# ---- not proven, not contradicted: a fall-back

@waiting("in-domain-only", "C4", "ONLY_IN_DOMAIN_NS")
def _(c):
    c.servers = ["ns1." + c.name, "ns2." + c.name]
    c.glue = [(c.servers[0], "127.22.0.1"), (c.servers[1], "127.22.0.2")]
    c.bootstrapping()


@waiting("signal-absent", "C5", "SIGNAL_ABSENT")
def _(c):
    c.everywhere(c.signed())


@waiting("signal-absent-nsec3", "C5", "SIGNAL_ABSENT")
def _(c):
    c.servers = [signal_host("nsec3")]
    c.everywhere(c.signed())


@waiting("walk-foreign-ns", "C5, R9615-4.3-2", "SIGNAL_ABSENT")
def _(c):                               # signals at an operator that the child has nothing to do with
    c.everywhere(c.signed())
    c.signal(signal_host("nsec3"))


@waiting("signal-partial", "C6, R9615-4.2-4", "SIGNAL_INCOMPLETE")
def _(c):
    c.bootstrapping()
    c.unsignal(TWO)


@waiting("signal-one-type-missing", "C6, R9615-4.2-4", "SIGNAL_INCOMPLETE")
def _(c):                               # CDS and CDNSKEY at the apex, CDS alone at one signaling name
    c.bootstrapping()
    c.signal(TWO, CDS=c.apex["CDS"])


@waiting("signal-insecure", "C7, R9615-3.1-1", "SIGNAL_INSECURE")
def _(c):
    c.servers = [signal_host("insecure")]
    c.bootstrapping()
    c.signal(c.servers[0], "insecure")


@waiting("signal-insecure-one", "C7", "SIGNAL_INSECURE")
def _(c):
    c.servers = [ONE, signal_host("insecure")]
    c.bootstrapping()
    c.signal(c.servers[1], "insecure")


@waiting("signal-insecure-operator", "C7", "SIGNAL_INSECURE")
def _(c):                               # the zone of the host has no DS itself
    c.servers = ["ns1." + PLAIN_ZONE]
    c.bootstrapping()
    c.signal(c.servers[0], "insecure")


@waiting("signal-unsupported", "C7", "SIGNAL_INSECURE")
def _(c):                               # a DS of an algorithm that nobody verifies
    c.servers = [signal_host("unsupported")]
    c.bootstrapping()
    c.signal(c.servers[0], "insecure")


def long_name(last):
    return ".".join([x * 63 for x in "lmn"] + [last])


@waiting(long_name("long-name-for-all"), "C9, R9615-4.4-1, W-17", "SIGNAL_NAME_TOO_LONG")
def _(c):                               # long-name: the signaling names would have 261 and 258 octets
    c.everywhere(c.signed())


@waiting(long_name("too-long-one"), "C9, R9615-4.4-1, W-17", "SIGNAL_NAME_TOO_LONG")
def _(c):                               # 256 octets for the first server; 253 for the second, which is not enough
    c.everywhere(c.signed())
    c.signal(TWO)


@proven(long_name("longest-one"), row="C3, R9615-4.4-1, W-17")
def _(c):                               # 255 octets, and not one more
    c.bootstrapping()


# ---- what may happen while a child waits

@waiting("delay-happy", "C14, C15, C16", "SIGNAL_ABSENT")
def _(c):
    c.bootstrapping(signals=False)


@waiting("delay-change", "C14, C17", "SIGNAL_ABSENT")
def _(c):                               # stage "changed" asks for another key
    c.bootstrapping(signals=False)
    new = c.key(3)
    c.stages["changed"] = [c.signed(ksks=[new], zsks=[c.key(2, 13, 256)], serial=2)] * 2


@waiting("delay-cancel", "C14, C18", "SIGNAL_ABSENT")
def _(c):                               # stage "withdrawn" asks for nothing
    c.bootstrapping(signals=False)
    c.stages["withdrawn"] = [c.signed(cds=[], cdnskey=[], serial=2)] * 2


@waiting("delay-ns-change", "C14, C17", "SIGNAL_ABSENT")
def _(c):                               # its owner moves it to other names of the same servers
    c.bootstrapping(signals=False)


# ---- contradicted, or not to be trusted: no fall-back

@refused("signal-mismatch", "C8, R9615-4.2-4", "SIGNAL_MISMATCH")
def _(c):
    c.bootstrapping()
    other = c.key(3)
    c.signal(TWO, CDS=[other.ds(c.name)], CDNSKEY=[other.fields])


@refused("signal-mismatch-all", "C8", "SIGNAL_MISMATCH")
def _(c):                               # the operators agree with each other, but not with the apex
    c.bootstrapping()
    other = c.key(3)
    for host in c.servers:
        c.signal(host, CDS=[other.ds(c.name)], CDNSKEY=[other.fields])


@refused("signal-mismatch-more", "C8", "SIGNAL_MISMATCH")
def _(c):                               # what the apex says, and another key
    c.bootstrapping()
    other = c.key(3)
    c.signal(TWO, CDS=c.apex["CDS"] + [other.ds(c.name)], CDNSKEY=c.apex["CDNSKEY"] + [other.fields])


@refused("signal-mismatch-partial", "C6, C8", "SIGNAL_MISMATCH")
def _(c):                               # one is absent, and what is there is not equal
    c.bootstrapping()
    c.unsignal(ONE)
    c.signal(TWO, CDS=[c.key(3).ds(c.name)], CDNSKEY=[c.key(3).fields])


@refused("signal-delete", "C8", "SIGNAL_MISMATCH")
def _(c):
    c.bootstrapping()
    c.signal(TWO, CDS=[CDS_DELETE], CDNSKEY=[CDNSKEY_DELETE])


@refused("signal-bogus", "C7, R9615-4.2-3", "SIGNAL_BOGUS")
def _(c):
    c.bootstrapping()
    c.signal(TWO, "bogus", corrupt=True)


@refused("signal-expired", "C7, R9615-4.2-3", "SIGNAL_BOGUS")
def _(c):
    c.bootstrapping()
    c.signal(TWO, "bogus", inception=NOW - 40 * DAY, expiration=NOW - 10 * DAY)


@refused("signal-zone-expired", "C7", "SIGNAL_BOGUS")
def _(c):
    c.servers = [signal_host("expired")]
    c.bootstrapping()
    c.signal(c.servers[0], "bogus")


@refused("signal-wrong-ds", "C7", "SIGNAL_BOGUS")
def _(c):
    c.servers = [signal_host("wrong-ds")]
    c.bootstrapping()
    c.signal(c.servers[0], "bogus")


@refused("signal-unsigned", "C7", "SIGNAL_BOGUS")
def _(c):                               # a DS, and a signaling zone without keys
    c.servers = [signal_host("unsigned")]
    c.bootstrapping()
    c.signal(c.servers[0], "bogus")


@refused("signal-absent-unproven", "C5, C7", "SIGNAL_BOGUS")
def _(c):                               # nobody proves that there is none: somebody may hide it
    c.servers = [signal_host("bare")]
    c.everywhere(c.signed())


@refused("signal-wildcard", "C7, T-41", "SIGNAL_BOGUS")
def _(c):                               # valid for a resolver, and yet said of no child in particular
    c.bootstrapping()
    c.signal(TWO, owner="*." + parent_of(signaling_name(c.name, TWO)))


@refused("signal-unreachable", "C7, R9615-4.2-5", "SIGNAL_UNRESOLVABLE")
def _(c):
    c.servers = [signal_host("dead")]
    c.bootstrapping()
    c.signal(c.servers[0], "servfail")


@refused("signal-lame", "C7, R9615-4.2-5", "SIGNAL_UNRESOLVABLE")
def _(c):
    c.servers = [signal_host("lame")]
    c.bootstrapping()
    c.signal(c.servers[0], "servfail")


@refused("signal-zonecut", "C10, R9615-4.1-1", "SIGNAL_AT_ZONE_CUT")
def _(c):                               # right, signed and secure, but at the apex of a zone of its own
    c.bootstrapping()
    name = signaling_name(c.name, TWO)
    key = Key(c.key(5).index)
    cut = Zone(name).start(NSD_SERVERS).add(name, "DNSKEY", key.fields)
    for rtype, rdatas in c.apex.items():
        cut.add(name, rtype, *rdatas)
    c.more_zones[name] = cut.render(usual_rule(name, [key], [key]))
    c.signal(TWO, NS=[(s,) for s in NSD_SERVERS], DS=[key.ds(name)])


@refused("signal-zonecut-elsewhere", "C10, R9615-4.1-1", "SIGNAL_AT_ZONE_CUT")
def _(c):                               # the servers of the signaling zone know nothing but the delegation
    c.bootstrapping()
    c.signal(TWO, "servfail", NS=[("dead1.nsdop.example-tld.",)])


@refused("signal-zonecut-insecure", "C7, R9615-4.1-1, T-40", "SIGNAL_BOGUS")
def _(c):                               # unsigned at a name of a signed zone: nobody can tell a cut from a forger
    c.bootstrapping()
    name = signaling_name(c.name, ONE)
    cut = Zone(name).start(NSD_SERVERS)
    for rtype, rdatas in c.apex.items():
        cut.add(name, rtype, *rdatas)
    c.more_zones[name] = cut.render()
    c.signal(ONE, "insecure", NS=[(s,) for s in NSD_SERVERS])


@refused("signal-alias", "C10, U-6", "SIGNAL_ALIAS")
def _(c):
    c.bootstrapping()
    target = "keys.signal-alias." + signaling_domain(TWO)
    c.signal(TWO, CNAME=[(target,)])
    c.say(TWO, target)


@refused("signal-alias-above", "C10, U-6", "SIGNAL_ALIAS")
def _(c):                               # a DNAME in place of the child's name
    c.bootstrapping()
    target = "keys.signal-alias-above." + signaling_domain(TWO)
    c.signal(TWO, owner=parent_of(signaling_name(c.name, TWO)), DNAME=[(target,)])
    c.say(TWO, "_dsboot." + target)


# ---- good signals for a child that is not ready

@asking("one-ns-down-9615", "C11, R9615-4.2-2", "HOLD_UNREACHABLE", signaling="APEX_INCOMPLETE")
def _(c):
    c.servers = [ONE, "dead2.nsdop.nsec-tld."]
    c.bootstrapping()


@asking("signal-ok-zone-broken", "C2, R9615-4.2-6", "CONTINUITY_NO_PATH")
def _(c):                               # unsigned-with-cds, and signals for it
    key = c.key(1)
    c.apex = {"CDS": [key.ds(c.name)], "CDNSKEY": [key.fields]}
    zone = c.zone()
    for rtype, rdatas in c.apex.items():
        zone.add(c.name, rtype, *rdatas)
    c.everywhere(zone.render())
    for host in c.servers:
        c.signal(host)


@asking("signal-ok-disagree", "C3, R9975-3.1-1", "INCONSISTENT_KEYS")
def _(c):
    c.bootstrapping()
    other = c.key(3)
    c.zones[1] = c.signed(ksks=[c.key(1), other], zsks=[c.key(2, 13, 256)], cds=[other.ds(c.name)], cdnskey=[other.fields])


@asking("signal-ok-delete", "B9", "NOOP_DELETE_INSECURE")
def _(c):
    c.bootstrapping(cds=[CDS_DELETE], cdnskey=[CDNSKEY_DELETE])


@child("already-secure", "A2, R9615-4.1-1", "NOOP_IN_SYNC")
def _(c):                               # signals that nobody asks for: they are wrong, and it does not matter
    c.everywhere(c.signed())
    c.signal(ONE, CDS=[c.key(3).ds(c.name)])


@asking("signal-no-cds", "C1, R9615-4.2-4", "NOOP_NO_SIGNAL")
def _(c):                               # signals for keys that the child does not ask for
    c.everywhere(c.signed())
    c.signal(ONE)
    c.signal(TWO)
    c.everywhere(c.signed(cds=[], cdnskey=[]))
