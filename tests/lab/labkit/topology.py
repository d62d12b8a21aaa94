"""Who has which address.  All servers are on port 53 of the lab's own loopback interface."""
# SPDX-License-Identifier: GPL-3.0-or-later
import ipaddress

RESOLVER = "127.1.0.53"
ROOT = ("127.10.0.1", "127.10.0.2", "127.10.0.3")       # BIND, NSD, Knot
TLD = ("127.11.0.1", "127.11.0.2", "127.11.0.3")        # BIND (signs, takes updates), NSD, Knot
OPT_OUT, NSEC = "example-tld.", "nsec-tld."
TLDS = (OPT_OUT, NSEC)

# The name servers of an operator lie in both TLDs: RFC 9615 then needs two signaling trees.
OPERATORS = {
    "bindop": {"ns1.bindop.example-tld.": ["127.20.0.1"], "ns2.bindop.nsec-tld.": ["127.20.0.2"]},
    "knotop": {"ns1.knotop.example-tld.": ["127.21.0.1"], "ns2.knotop.nsec-tld.": ["127.21.0.2"]},
    "pdnsop": {"ns1.pdnsop.example-tld.": ["127.23.0.1"], "ns2.pdnsop.nsec-tld.": ["127.23.0.2"]},
    "nsdop": {
        "ns1.nsdop.example-tld.": ["127.22.0.1"], "ns2.nsdop.nsec-tld.": ["127.22.0.2"],
        # the same two servers under other addresses
        "six1.nsdop.example-tld.": ["2001:db8:53::1"], "six2.nsdop.nsec-tld.": ["2001:db8:53::2"],
        "dual1.nsdop.example-tld.": ["127.22.0.1", "2001:db8:53::1"],
        "dual2.nsdop.nsec-tld.": ["127.22.0.2", "2001:db8:53::2"],
        "split.nsdop.example-tld.": ["127.22.0.1", "2001:db8:53::2"],
        "half.nsdop.example-tld.": ["127.22.0.1", "2001:db8:53::9"],
        "many1.nsdop.example-tld.": ["127.22.0.1", "127.22.1.1", "127.22.2.1"],
        "many2.nsdop.nsec-tld.": ["127.22.0.2", "127.22.1.2", "127.22.2.2"],
        "test1.nsdop.example-tld.": ["198.51.100.1"], "test2.nsdop.nsec-tld.": ["198.51.100.2"],
        # not special-purpose by any IANA registry; nothing leaves the lab's loopback
        "public1.nsdop.example-tld.": ["145.53.0.1", "2a02:53::1"],
        "public2.nsdop.nsec-tld.": ["145.53.0.2", "2a02:53::2"],
        "dead1.nsdop.example-tld.": ["127.22.0.9"], "dead2.nsdop.nsec-tld.": ["127.22.0.10"],
        "private.nsdop.example-tld.": ["10.53.0.1"],
        "nowhere.nsdop.example-tld.": [],
    },
}
# Hosts that stand for a way in which a signaling zone can be kept: signaling.py. The last ones keep none.
SIGNAL_ZONE, PLAIN_ZONE, ENT_ZONE = "signop.example-tld.", "plainop.nsec-tld.", "entop.nsec-tld."
SIGNAL_KINDS = ("nsec3", "ed25519", "insecure", "unsupported", "expired", "wrong-ds", "unsigned", "bare", "dead", "lame")
SIGNAL_HOSTS = {"%s.%s" % (kind, SIGNAL_ZONE): ["127.22.0.1"] for kind in SIGNAL_KINDS}
PLAIN_HOSTS = {"ns1." + PLAIN_ZONE: ["127.22.0.2"], "ns1." + ENT_ZONE: ["127.22.0.2"]}
ALIAS = ("alias.nsdop.example-tld.", "ns1.nsdop.example-tld.")
NSD_SERVERS = ("ns1.nsdop.example-tld.", "ns2.nsdop.nsec-tld.")
FAULT_NET = "127.30.0.%d"
FAULT_ZONE = "faultop.example-tld."
OFF_PATH = "127.30.1.1"                                 # a stranger's address, for forged answers


def nsd_addresses(which):
    """Every address of NSD 1 or 2: those that end in its number."""
    found = {a for addresses in OPERATORS["nsdop"].values() for a in addresses
             if a.replace(":", ".").rsplit(".", 1)[1] == str(which)}
    return sorted(found - {"10.53.0.1"})


def servers_of(operator):
    """Name servers of an operator that keeps one process for all."""
    return list(OPERATORS[operator])


def addresses_of(operator):
    return [a for addresses in OPERATORS[operator].values() for a in addresses]


def interface_addresses():
    """What must be put on the loopback interface: named listens only on what an interface has,
    and nothing outside 127/8 is there by itself."""
    wanted = {ROOT[0], TLD[0], *addresses_of("bindop"), "10.53.0.1"}
    wanted.update(nsd_addresses(1), nsd_addresses(2))
    # an address that exists without a listener refuses at once; without a route it is another error
    wanted.update(a for a in addresses_of("nsdop") if ":" in a)
    return sorted(wanted)


def is_special(address):
    """True for addresses that a scanner on the real Internet must not send to."""
    return not ipaddress.ip_address(address).is_global
