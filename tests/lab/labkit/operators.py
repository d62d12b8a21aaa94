"""Children kept by real signers: BIND with dnssec-policy, Knot with automatic keys, PowerDNS.

They are delegated as soon as their keys are on all their servers, and are in sync (or islands)
when the lab is up.  Timings are seconds, so that a roll-over takes seconds; see rollover.py.
The same software signs what these operators say of their children (RFC 9615)."""
# SPDX-License-Identifier: GPL-3.0-or-later
import subprocess

from . import daemons
from .children import Child
from .hostzones import host_zones
from .namespace import LabError
from .parents import DS_TTL, Delegation, nsupdate
from .publish import run as publish
from .query import signed
from .shared import shared_children, shared_zones, signal_lines
from .signals import has_own_zone, signaling_domain
from .topology import TLD, addresses_of, servers_of
from .wire import parent_of

IN_SYNC, NO_SIGNAL = ("NOOP_IN_SYNC",), ("NOOP_NO_SIGNAL",)
ISLAND, PROVEN = ("HOLD_DELAY_STARTED",), ("ACCEPT_BOOTSTRAP_AUTH",)

# ---- BIND.  A key's retirement also waits signatures-validity minus signatures-refresh, and the
# jitter must be below the validity.
BIND_TIMING = ("dnskey-ttl 2; publish-safety 1s; retire-safety 1s; purge-keys 60s; zone-propagation-delay 1s; "
               "max-zone-ttl 3s; parent-ds-ttl 3s; parent-propagation-delay 1s; signatures-validity 200s; "
               "signatures-validity-dnskey 200s; signatures-refresh 170s; signatures-jitter 0s;")
BIND_KEYS = {
    "split": "ksk lifetime unlimited algorithm ecdsa256; zsk lifetime unlimited algorithm ecdsa256;",
    "csk": "csk lifetime unlimited algorithm ecdsa256;",
    "rolling": "ksk lifetime 60s algorithm ecdsa256; zsk lifetime unlimited algorithm ecdsa256;",
    "rsa": "ksk lifetime unlimited algorithm rsasha256 2048; zsk lifetime unlimited algorithm rsasha256 2048;",
    "p384": "csk lifetime unlimited algorithm ecdsa384;",
}
BIND_POLICIES = "".join('dnssec-policy "%s" { keys { %s }; %s };\n' % (n, k, BIND_TIMING)
                        for n, k in BIND_KEYS.items())
BIND_CHILDREN = {
    "bind-stable.example-tld.": ("split", "A2", IN_SYNC), "bind-csk.example-tld.": ("csk", "A2", IN_SYNC),
    "bind-rsa.nsec-tld.": ("rsa", "A2", IN_SYNC), "bind-p384.nsec-tld.": ("p384", "A2", IN_SYNC),
    "bind-roll.example-tld.": ("split", "A2", IN_SYNC), "bind-alg.example-tld.": ("rsa", "A2", IN_SYNC),
    "bind-delete.example-tld.": ("split", "A2", IN_SYNC), "bind-island.example-tld.": ("split", "C5, C14", ISLAND),
    "bind-signal.example-tld.": ("split", "C3, R9615-4.1-1", PROVEN),
}

# ---- Knot.  "rollover" publishes CDS only while a key waits for its DS, "always" for good.
KNOT_POLICIES = {
    "split": "cds-cdnskey-publish: always",
    "csk": "cds-cdnskey-publish: always\n    single-type-signing: on",
    "quiet": "cds-cdnskey-publish: rollover", "none": "cds-cdnskey-publish: none",
    "rolling": "cds-cdnskey-publish: always\n    ksk-lifetime: 40s",
    "delete": "cds-cdnskey-publish: delete-dnssec",
    "ed448": "cds-cdnskey-publish: always\n    algorithm: ed448",
    "rsa": "cds-cdnskey-publish: always\n    algorithm: rsasha512",
}
KNOT_CHILDREN = {
    "knot-stable.example-tld.": ("split", "A2", IN_SYNC), "knot-csk.nsec-tld.": ("csk", "A2", IN_SYNC),
    "knot-ed448.example-tld.": ("ed448", "A2", IN_SYNC), "knot-rsa.nsec-tld.": ("rsa", "A2", IN_SYNC),
    "knot-quiet.example-tld.": ("quiet", "A1, A2", NO_SIGNAL + IN_SYNC),
    "knot-none.example-tld.": ("none", "A1", NO_SIGNAL), "knot-online.example-tld.": ("online", "A2", IN_SYNC),
    "knot-roll.example-tld.": ("split", "A2", IN_SYNC), "knot-alg.example-tld.": ("rsa", "A2", IN_SYNC),
    "knot-delete.example-tld.": ("split", "A2", IN_SYNC), "knot-island.example-tld.": ("split", "C5, C14", ISLAND),
    "knot-signal.example-tld.": ("split", "C3, R9615-4.1-1", PROVEN),
}
KNOT_HEAD = '''remote:
  - id: tld
    address: %(tld)s@53
submission:
  - id: parent
    parent: tld
    check-interval: 2s
acl:
  - id: all
    address: 127.0.0.0/8
    action: [transfer, notify, update]
policy:
%(policies)s  - id: online
    dnskey-ttl: 2s
    single-type-signing: on
    cds-cdnskey-publish: always
    ksk-submission: parent
mod-onlinesign:
  - id: online
    policy: online
template:
  - id: default
    storage: "%(zones)s"
    file: "%%s.zone"
    zonefile-sync: -1
    zonefile-load: difference-no-serial
    journal-content: all
    serial-policy: increment
    acl: all
zone:
'''
KNOT_POLICY = '''  - id: %s
    dnskey-ttl: 2s
    zone-max-ttl: 3s
    propagation-delay: 1s
    zsk-lifetime: 0
    ksk-submission: parent
    %s
'''

KNOT_AS_IT_IS = """  - domain: %s
    zonefile-load: whole
    journal-content: none
"""
KNOT_ONLINE = """  - domain: %s
    module: mod-onlinesign/online
    zonefile-load: whole
    journal-content: none
"""

# ---- PowerDNS.  Keys, denial and metadata are set with pdnsutil, one list of words a command.
SPLIT = ("add-zone-key Z ksk active ecdsa256", "add-zone-key Z zsk active ecdsa256")
CSK = ("secure-zone Z",)
CDS, CDNSKEY = ("set-publish-cds Z",), ("set-publish-cdnskey Z",)
AS_IT_IS = ("set-presigned Z",)
DELETE = ("set-publish-cds Z 0", "set-publish-cdnskey Z delete")
PDNS_CHILDREN = {
    "pdns-stable.example-tld.": (SPLIT + CDS + CDNSKEY, "A2", IN_SYNC),
    "pdns-csk.nsec-tld.": (CSK + CDS + CDNSKEY, "A2", IN_SYNC),
    "pdns-roll.example-tld.": (SPLIT + CDS + CDNSKEY, "A2", IN_SYNC),
    "pdns-nocds.example-tld.": (SPLIT, "A1", NO_SIGNAL),
    "pdns-cds-only.example-tld.": (SPLIT + CDS, "A2, A12", IN_SYNC),
    "pdns-cdnskey-only.example-tld.": (SPLIT + CDNSKEY, "A2, A12", IN_SYNC),
    "pdns-nsec3.nsec-tld.": (SPLIT + CDS + ("set-nsec3 Z '1 0 0 -'",), "A2, A12", IN_SYNC),
    "pdns-narrow.example-tld.": (SPLIT + CDNSKEY + ("set-nsec3 Z '1 0 0 -' narrow",), "A2, A12", IN_SYNC),
    "pdns-delete.example-tld.": (SPLIT + DELETE, "B1", ("ACCEPT_DELETE",)),
    "pdns-island.example-tld.": (SPLIT + CDS + CDNSKEY, "C5, C14", ISLAND),
    "pdns-signal.example-tld.": (SPLIT + CDS + CDNSKEY, "C3, R9615-4.1-1", PROVEN),
    "pdns-cname.example-tld.": (SPLIT, "A17", ("CNAME_AT_APEX",)),
}
SOFTWARE = {"bindop": ("op-named", BIND_CHILDREN), "knotop": ("op-knot", KNOT_CHILDREN),
            "pdnsop": ("op-pdns", PDNS_CHILDREN)}


def signal_zones(operator):
    """Signaling domains of an operator that are zones of their own: name -> the zone that they are cut from."""
    return {signaling_domain(h): parent_of(h) for h in servers_of(operator) if has_own_zone(h)}


def master_file(name, servers, hosts=(), cuts=()):
    lines = ["$TTL 3", "%s SOA %s hostmaster.%s 1 60 30 86400 3" % (name, servers[0], name)]
    lines += ["%s NS %s" % (name, s) for s in servers] + ["www.%s A 127.99.0.80" % name]
    lines += ["%s A %s" % (h, a) for h in hosts for a in hosts[h]]
    lines += ["%s NS %s" % (cut, s) for cut in cuts for s in servers] + signal_lines(name)
    if name.startswith("pdns-cname."):                  # the only server here that loads it
        lines.append("%s CNAME www.%s" % (name, name))
    return "\n".join(lines) + "\n"


def all_zones(operator):
    """Children, host zones and signaling zones of an operator, and what all operators share: name -> master file."""
    _, kids = SOFTWARE[operator]
    servers, signaling = servers_of(operator), signal_zones(operator)
    out = {name: master_file(name, servers) for name in (*kids, *signaling)}
    for name, hosts in host_zones(operator).items():
        out[name] = master_file(name, servers, hosts, [cut for cut, above in signaling.items() if above == name])
    return dict(out, **shared_zones())


def bind_zones(policies=None):
    """The zone statements; policies may override the policy of a child."""
    out = ""
    for name in all_zones("bindop"):
        if name in shared_zones():
            out += 'zone "%s" { type primary; file "%szone"; allow-update { none; }; };\n' % (name, name)
            continue
        policy = BIND_CHILDREN[name][0] if name in BIND_CHILDREN else "split"
        policy = (policies or {}).get(name, policy)
        out += ('zone "%s" { type primary; file "%szone"; dnssec-policy "%s"; check-names ignore; '
                'parental-agents { %s; }; };\n' % (name, name, policy, TLD[0]))
    return out


def knot_body(lab, policies=None):
    """All but the server section; policies may override the policy of a child."""
    out = KNOT_HEAD % {"tld": TLD[0], "zones": lab.path("op-knot", "zones"),
                       "policies": "".join(KNOT_POLICY % p for p in KNOT_POLICIES.items())}
    for name in all_zones("knotop"):
        policy = KNOT_CHILDREN[name][0] if name in KNOT_CHILDREN else "split"
        policy = (policies or {}).get(name, policy)
        if name in shared_zones():
            out += KNOT_AS_IT_IS % name
        elif policy == "online":
            out += KNOT_ONLINE % name
        else:
            out += "  - domain: %s\n    dnssec-signing: on\n    dnssec-policy: %s\n" % (name, policy)
    return out


def pdns_script(lab):
    """pdnsutil commands that make the PowerDNS zones; it has no batch mode, so a shell runs them."""
    tool = " ".join(daemons.pdnsutil(lab, "op-pdns"))
    lines = ["set -e"]
    for name, text in all_zones("pdnsop").items():
        path = lab.write("op-pdns/in/%szone" % name, text)
        steps = PDNS_CHILDREN[name][0] if name in PDNS_CHILDREN else AS_IT_IS if name in shared_zones() else SPLIT
        lines.append("%s load-zone %s %s" % (tool, name, path))
        lines += ["%s %s" % (tool, s.replace(" Z", " " + name, 1)) for s in steps]
        if steps != AS_IT_IS:
            lines.append("%s rectify-zone %s" % (tool, name))
    for name, above in signal_zones("pdnsop").items():
        ds = "$(%s export-zone-ds %s | sed -n 's/.* IN DS \\([0-9]* [0-9]* 2 [0-9a-f]*\\).*/\\1/p')" % (tool, name)
        lines.append("%s add-record %s %s DS %d \"%s\"" % (tool, above, name[:-len("." + above)], DS_TTL, ds))
        lines.append("%s rectify-zone %s" % (tool, above))
    return lab.write("op-pdns/setup.sh", "\n".join(lines) + "\n")


class Operators:
    """The three daemons and their children."""

    def __init__(self):
        self.children = []
        for operator, (_, kids) in SOFTWARE.items():
            for name, (_, row, expect) in kids.items():
                insecure = expect in (ISLAND, PROVEN)
                resolver = "any" if "cname" in name else "insecure" if insecure else "secure"
                c = Child(*name.split(".", 1), row, list(expect), resolver, operator)
                c.servers = servers_of(operator)
                c.delegated_secure = not insecure
                c.ds_after = []
                c.signaling = "SIGNAL_ABSENT" if expect == ISLAND else None
                if expect == PROVEN:
                    for host in c.servers:
                        c.signal(host)
                self.children.append(c)
        self.setup = None

    def all_children(self):
        return self.children + list(shared_children())

    def start(self, lab):
        """BIND and Knot make their keys while the caller goes on; PowerDNS is still being set up."""
        daemons.make_pdns(lab, "op-pdns", addresses_of("pdnsop"))
        script = pdns_script(lab)
        log = open(lab.write("log/pdnsutil.log", ""), "w")
        self.setup = subprocess.Popen(["sh", script], stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        log.close()
        for name, text in all_zones("bindop").items():
            lab.write("op-named/zones/%szone" % name, text)
        daemons.start_named(lab, "op-named", addresses_of("bindop"), bind_zones(), BIND_POLICIES)
        for name, text in all_zones("knotop").items():
            lab.write("op-knot/zones/%szone" % name, text)
        daemons.start_knot(lab, "op-knot", addresses_of("knotop"), knot_body(lab))

    def finish_pdns(self, lab):
        if self.setup.wait() != 0:
            raise LabError("pdnsutil failed:\n" + lab.log_tail("pdnsutil"))
        daemons.start_pdns(lab, "op-pdns")

    def wait_keys(self, lab):
        """Until the DNSKEY RRset of every zone is signed on every server."""
        for operator, (daemon, _) in SOFTWARE.items():
            for name in all_zones(operator):
                for address in addresses_of(operator):
                    lab.wait("%s at %s" % (name, address), daemon,
                             lambda a=address, n=name: signed(a, n, "DNSKEY"))

    def delegations(self, lab):
        """With the DS made from the keys that are now on the servers."""
        for c in self.children:
            ds = zone_ds(lab, addresses_of(c.operator)[0], c.name)
            if c.delegated_secure:
                c.ds = ds
            elif c.expect == list(PROVEN):
                c.ds_after = ds
            yield Delegation(c.name, c.parent, c.servers, c.ds, [])
        for c in shared_children():
            yield Delegation(c.name, c.parent, c.servers, [], [])
        for operator in SOFTWARE:
            servers = servers_of(operator)
            for name, hosts in host_zones(operator).items():
                ds = zone_ds(lab, addresses_of(operator)[0], name)
                yield Delegation(name, parent_of(name), servers, ds, [(h, a) for h in hosts for a in hosts[h]])

    def secure_signaling_zones(self, lab):
        """BIND and Knot: the DS of a signaling zone goes into the zone above it, once there are keys. PowerDNS has it
        from its set-up."""
        for operator in ("bindop", "knotop"):
            address = addresses_of(operator)[0]
            for name, above in signal_zones(operator).items():
                add = ["update add %s %d DS %s" % (name, DS_TTL, ds) for ds in zone_ds(lab, address, name)]
                complaint = nsupdate(["zone " + above] + add, address)
                if complaint:
                    raise LabError("cannot put the DS of %s into %s: %s" % (name, above, complaint))

    def confirm(self, lab):
        """BIND asks its parental agents only at key events: tell it that the DS are there.  Then
        wait until all CDS that are due are published, and signals where the operator gives them."""
        for c in self.children:
            if c.operator == "bindop" and c.delegated_secure:
                daemons.rndc(lab, "op-named", "dnssec", "-checkds", "published", c.name)
        for c in self.children:
            daemon, address = SOFTWARE[c.operator][0], addresses_of(c.operator)[0]
            if c.operator in ("bindop", "knotop") and c.expect in (list(IN_SYNC), list(ISLAND), list(PROVEN)):
                lab.wait("CDS of %s" % c.name, daemon, lambda a=address, n=c.name: signed(a, n, "CDS"))
            if c.expect == list(PROVEN):
                publish(lab, c.name, "publish", c.servers)


def zone_ds(lab, address, name):
    """The DS of every key with the SEP bit, as dnssec-dsfromkey makes them."""
    keys = lab.run(["dig", "@" + address, name, "DNSKEY", "+norec", "+tcp", "+noall", "+answer"])
    made = lab.run(["dnssec-dsfromkey", "-2", "-f", "-", name], input=keys)
    return [line.split(" DS ")[1] for line in made.splitlines() if " DS " in line]

