"""The signed root, the two signed parents and the validating resolver.

Root and parents are separate processes: one server authoritative for both would answer from the
deeper zone and never send the referral that a resolver has to follow."""
# SPDX-License-Identifier: GPL-3.0-or-later
import collections
import os
import subprocess

from . import daemons
from .namespace import LabError
from .query import RD, ask, signed
from .topology import OPT_OUT, RESOLVER, ROOT, TLD, TLDS

POLICIES = '''dnssec-policy "lab-root" { keys { csk lifetime unlimited algorithm ecdsa256; };
  dnskey-ttl 30; max-zone-ttl 3600; };
dnssec-policy "lab-opt-out" { keys { ksk lifetime unlimited algorithm ecdsa256;
  zsk lifetime unlimited algorithm ecdsa256; }; dnskey-ttl 30; max-zone-ttl 3600;
  nsec3param iterations 0 optout yes salt-length 0; };
dnssec-policy "lab-nsec" { keys { ksk lifetime unlimited algorithm rsasha256 2048;
  zsk lifetime unlimited algorithm rsasha256 1024; }; dnskey-ttl 30; max-zone-ttl 3600; };
'''
POLICY = {".": "lab-root", "example-tld.": "lab-opt-out", "nsec-tld.": "lab-nsec"}
# ds in presentation form, glue as (host, address)
Delegation = collections.namedtuple("Delegation", "name parent servers ds glue")
DS_TTL, NS_TTL = 5, 10
UPDATE_LINES = 400                      # an UPDATE message ends at 64 kB

SECONDARY_NSD = '''zone:
  name: "%s"
  zonefile: "secondary.%d"
  allow-notify: 127.0.0.0/8 NOKEY
  request-xfr: AXFR %s NOKEY
  min-retry-time: 1
  max-retry-time: 3
'''
SECONDARY_KNOT_HEAD = '''remote:
  - id: primary
    address: %s@53
acl:
  - id: all
    address: 127.0.0.0/8
    action: [notify, transfer]
zone:
'''
SECONDARY_KNOT = '''  - domain: "%s"
    storage: "%s"
    file: "secondary.%d"
    master: primary
    acl: all
    zonefile-load: none
    zonefile-sync: -1
'''


def make_keys(lab):
    """Made before any daemon runs, so that the anchor and the DS of the parents are known.
    named adopts the files.  Returns the DS of each zone."""
    policies = lab.write("policies.conf", POLICIES)
    ds = {}
    for zone, policy in POLICY.items():
        keys = lab.path("root-named" if zone == "." else "tld-named", "keys")
        os.makedirs(keys, exist_ok=True)
        for key in lab.run(["dnssec-keygen", "-q", "-k", policy, "-l", policies, "-K", keys, zone]).split():
            path = os.path.join(keys, key + ".key")
            with open(path) as f:
                if " 257 3 " in f.read():
                    ds[zone] = lab.run(["dnssec-dsfromkey", "-2", path]).strip().split(" DS ")[1]
    return ds


def apex(zone, servers, addresses):
    suffix = "root-servers.lab." if zone == "." else "nic." + zone
    lines = ["$TTL 60", "%s SOA a.%s hostmaster.%s 1 60 30 86400 5" % (zone, suffix, suffix)]
    lines += delegation(zone, suffix, addresses[:servers])
    return lines


def delegation(zone, suffix, addresses):
    out = []
    for letter, address in zip("abc", addresses):
        out += ["%s NS %s.%s" % (zone, letter, suffix), "%s.%s A %s" % (letter, suffix, address)]
    return out


def start_primaries(lab, ds):
    lines = apex(".", 3, ROOT)
    for zone in TLDS:
        lines += delegation(zone, "nic." + zone, TLD) + ["%s DS %s" % (zone, ds[zone])]
    lab.write("root-named/zones/root.zone", "\n".join(lines) + "\n")
    conf = ('zone "." { type primary; file "root.zone"; dnssec-policy "%s"; inline-signing yes; '
            'allow-update { none; }; also-notify { %s; %s; }; };' % (POLICY["."], ROOT[1], ROOT[2]))
    daemons.start_named(lab, "root-named", [ROOT[0]], conf, POLICIES)
    conf = ""
    for zone in TLDS:
        lab.write("tld-named/zones/%szone" % zone, "\n".join(apex(zone, 3, TLD)) + "\n")
        conf += ('zone "%s" { type primary; file "%szone"; dnssec-policy "%s"; also-notify { %s; %s; }; };\n'
                 % (zone, zone, POLICY[zone], TLD[1], TLD[2]))
    daemons.start_named(lab, "tld-named", [TLD[0]], conf, POLICIES)


def start_secondaries(lab):
    for kind, addresses, zones in (("root", ROOT, ["."]), ("tld", TLD, TLDS)):
        nsd = "".join(SECONDARY_NSD % (z, i, addresses[0]) for i, z in enumerate(zones))
        daemons.start_nsd(lab, kind + "-nsd", [addresses[1]], nsd)
        store = lab.path(kind + "-knot", "zones")
        knot = SECONDARY_KNOT_HEAD % addresses[0]
        knot += "".join(SECONDARY_KNOT % (z, store, i) for i, z in enumerate(zones))
        daemons.start_knot(lab, kind + "-knot", [addresses[2]], knot)


def start(lab):
    """Start all of them; wait_ready() waits."""
    ds = make_keys(lab)
    lab.write("root.anchor", ". IN DS %s\n" % ds["."])
    start_primaries(lab, ds)
    start_secondaries(lab)
    daemons.start_unbound(lab, "unbound")


def wait_ready(lab):
    for kind, addresses, zones in (("root", ROOT, ["."]), ("tld", TLD, TLDS)):
        for software, address in zip(("named", "nsd", "knot"), addresses):
            for zone in zones:
                lab.wait("%s at %s" % (zone, address), "%s-%s" % (kind, software),
                         lambda a=address, z=zone: signed(a, z, "DNSKEY"))
    def validating():
        answer = ask(RESOLVER, OPT_OUT, "SOA", RD)
        return answer is not None and answer.ad
    lab.wait("validation of %s" % OPT_OUT, "unbound", validating)


def nsupdate(lines, server=TLD[0]):
    """Send one update, to the parents' primary if nobody else is named; returns an error text, empty if it was done."""
    script = "server %s\n%s\nsend\n" % (server, "\n".join(lines))
    done = subprocess.run(["nsupdate", "-v"], input=script, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False)
    return (done.stdout.strip() or "nsupdate failed") if done.returncode else ""


def delegate(delegations):
    """Put them into the parents."""
    lines = {zone: [] for zone in TLDS}
    for d in delegations:
        update = lines[d.parent]
        update += ["update add %s %d NS %s" % (d.name, NS_TTL, s) for s in d.servers]
        update += ["update add %s %d DS %s" % (d.name, DS_TTL, ds) for ds in d.ds]
        update += ["update add %s %d %s %s" % (host, NS_TTL, "AAAA" if ":" in a else "A", a)
                   for host, a in d.glue]
    for zone, update in lines.items():
        for i in range(0, len(update), UPDATE_LINES):
            complaint = nsupdate(["zone " + zone] + update[i:i + UPDATE_LINES])
            if complaint:
                raise LabError("cannot put the delegations into %s: %s" % (zone, complaint))
