"""What a child is, the list of all of them, and the oracle file written from it.

Each child names the row of the acceptance tables that it stands for (A4, B1, ...), what the
resolver says of its CDS, and the reason codes that a parent may give after one first walk under
the default policy: both types if present, continuity for every algorithm, delete in every type that
is published, a first DS set by RFC 9615 or else after a delay."""
# SPDX-License-Identifier: GPL-3.0-or-later
import json
import zlib

from .forge import Denial, Zone, usual_rule
from .keys import Key
from .signals import Signal, signaling_name
from .topology import NSD_SERVERS, OPT_OUT, is_special
from .wire import ds_text

RESOLVER_VERDICTS = ("secure", "insecure", "bogus", "servfail", "any")


class Child:
    """One delegation of the lab, with its expected outcome."""

    def __init__(self, label, parent, row, expect, resolver, operator):
        self.label, self.parent, self.operator = label, parent, operator
        self.name = "%s.%s" % (label.lower(), parent)
        self.row, self.expect, self.resolver = row, expect, resolver
        self.servers = list(NSD_SERVERS)
        self.glue = []                  # (host, address) in the parent
        self.own_addresses = {}         # host -> addresses by the child's own data, where not the glue
        self.ds = []                    # fields of the DS in the parent
        self.ds_after = None            # the set that must be proposed, if any
        self.delegated_secure = True    # the parent gets a DS
        self.zones = [None, None]       # what NSD 1 and NSD 2 serve
        self.stages = {}                # later contents of the same child: stage -> [zone, zone]
        self.more_zones = {}            # name -> what both serve beside it
        self.apex = {}                  # CDS and CDNSKEY as signed() wrote them last
        self.signals = []               # what its operators say of its keys (RFC 9615)
        self.signaling = None           # why that does not prove a first DS set; None: not looked at, or it does

    @property
    def written(self):
        """The name as the parent zone spells it."""
        return "%s.%s" % (self.label, self.parent)

    def key(self, number, alg=13, flags=257, bits=2048):
        """The same number is the same key.  RSA keys are few and shared, as they are dear."""
        if alg in (5, 7, 8, 10):
            return Key(number, alg, flags, bits)
        return Key(zlib.crc32(self.name.encode()) * 16 + number, alg, flags)

    def zone(self, serial=1):
        z = Zone(self.name).start(self.servers, serial)
        for host, address in self.glue:
            if host.endswith("." + self.name):
                z.add(host, "AAAA" if ":" in address else "A", (address,))
        return z.add("www." + self.name, "A", ("127.99.0.80",))

    def everywhere(self, text):
        self.zones = [text, text]

    def signed(self, ksks=None, zsks=None, cds=None, cdnskey=None, cds_signers=None, dnskey=None,
               rule=None, denial="nsec", serial=1, **options):
        """A signed zone.  Without further words: one KSK that the CDS and the CDNSKEY name, one ZSK,
        the DS of the KSK in the parent.  cds and cdnskey take lists of fields."""
        ksks = ksks or [self.key(1)]
        zsks = [self.key(2, ksks[0].alg, 256, ksks[0].bits)] if zsks is None else zsks
        zone = self.zone(serial)
        keys = dnskey or ksks + [k for k in zsks if k not in ksks]
        zone.add(self.name, "DNSKEY", *[k.fields for k in keys])
        self.apex = {"CDS": [k.ds(self.name) for k in ksks] if cds is None else cds,
                     "CDNSKEY": [k.fields for k in ksks] if cdnskey is None else cdnskey}
        for rtype, rdatas in self.apex.items():
            zone.add(self.name, rtype, *rdatas)
        if not self.ds and self.delegated_secure:
            self.ds = [ksks[0].ds(self.name)]
        times = {t: options.pop(t) for t in ("inception", "expiration") if t in options}
        rule = rule or usual_rule(self.name, ksks, zsks, cds_signers, **options)
        denial = denial if isinstance(denial, Denial) else Denial(denial)
        return zone.render(rule, denial, **times)

    def rolling(self, **options):
        """The usual change: the DS names key 1, both keys sign, CDS and CDNSKEY ask for key 3."""
        new = self.key(3)
        self.ds_after = [new.ds(self.name)]
        signals = {"cds": [new.ds(self.name)], "cdnskey": [new.fields]}
        return self.signed(ksks=[self.key(1), new], zsks=[self.key(2, 13, 256)], **dict(signals, **options))

    def bootstrapping(self, signals=True, **options):
        """An island that asks for the DS of its keys: content of both servers, and the signals of both operators."""
        self.everywhere(self.signed(**options))
        self.ds_after = self.apex["CDS"] or [self.key(1).ds(self.name)]
        for host in self.servers:
            if signals and not host.endswith("." + self.name):
                self.signal(host)

    def signal(self, host, verdict="secure", owner=None, **sets):
        """What is said at the signaling name of one host instead of what was said before; without sets what the apex
        says. verdict is the resolver's."""
        self.unsignal(host)
        self.say(host, owner or signaling_name(self.name, host), verdict, **sets)

    def say(self, host, owner, verdict="secure", **sets):
        """The same, beside what was said before."""
        options = {o: sets.pop(o) for o in ("corrupt", "inception", "expiration") if o in sets}
        name = signaling_name(self.name, host)
        self.signals.append(Signal(host, name, owner, sets or self.apex, options, verdict))

    def unsignal(self, host):
        self.signals = [s for s in self.signals if s.host != host]

    def addresses(self, hosts):
        """Every address a parent has to ask: glue and authoritative data together."""
        out = []
        for server in self.servers:
            found = [a for h, a in self.glue if h == server] + hosts.get(server, [])
            found += self.own_addresses.get(server, [])
            out.append({"name": server, "addresses": sorted(set(found))})
        return out

    def oracle(self, hosts):
        servers = self.addresses(hosts)
        accepted = any(code.startswith("ACCEPT_") for code in self.expect)
        special = [is_special(a) for s in servers for a in s["addresses"]]
        return {
            "class": self.label, "row": self.row, "parent": self.parent, "operator": self.operator,
            "ns": servers, "special": "all" if special and all(special) else "some" if any(special) else "none",
            "ds": sorted(text_of(d) for d in self.ds),
            "resolver": self.resolver, "expect": self.expect,
            "expect_ds": sorted(text_of(d) for d in self.ds_after) if accepted else None,
            "signaling": self.signaling, "signals": {s.name: s.verdict for s in self.signals},
            "stages": sorted(self.stages),
        }


def text_of(ds):
    """Fields of a DS, or a text already."""
    return ds_text(ds) if isinstance(ds, tuple) else ds


BUILDERS = []


def child(label, row, *expect, resolver="secure", parent=OPT_OUT, delegation="secure", operator="nsdop",
          signaling=None):
    """Decorator: the function fills in the zones of a child.  delegation="insecure": no DS."""
    def register(build):
        one = Child(label, parent, row, list(expect), resolver, operator)
        one.delegated_secure, one.signaling = delegation == "secure", signaling
        BUILDERS.append((one, build))
        return build
    return register


def build_all():
    """Every static child, its zones rendered."""
    for one, build in BUILDERS:
        build(one)
    names = [one.name for one, _ in BUILDERS]
    twice = {n for n in names if names.count(n) > 1}
    assert not twice, twice
    return [one for one, _ in BUILDERS]


def oracle_table(children, hosts):
    """What classes.json holds; hosts has the addresses of all name servers."""
    table = {c.name: c.oracle(hosts) for c in sorted(children, key=lambda c: c.name)}
    for entry in table.values():
        assert entry["resolver"] in RESOLVER_VERDICTS and entry["expect"]
    return table


def read_oracle(directory):
    with open(directory + "/classes.json") as f:
        return json.load(f)
