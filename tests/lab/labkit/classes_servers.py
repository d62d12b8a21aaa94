"""Name servers: that disagree, are lame or silent, and where their addresses come from."""
# SPDX-License-Identifier: GPL-3.0-or-later
from .children import child
from .forge import CDNSKEY_DELETE, CDS_DELETE
from .topology import NSD_SERVERS, NSEC

ONE, TWO = NSD_SERVERS
STATUS_QUO = ("NOOP_IN_SYNC", "NOOP_STATUS_QUO")


def content(c, *keys):
    """One server's view: CDS and CDNSKEY ask for these keys."""
    return c.rolling(cds=[k.ds(c.name) for k in keys], cdnskey=[k.fields for k in keys])


# ---- servers that disagree.  Where one of them confirms the status quo, A-03 ends the matter.

@child("disagree-keys", "A10", "INCONSISTENT_KEYS")
def _(c):
    c.zones = [content(c, c.key(3)), content(c, c.key(1), c.key(3))]


@child("disagree-one-in-sync", "A10, A-03", "INCONSISTENT_KEYS", *STATUS_QUO)
def _(c):
    c.zones = [content(c, c.key(3)), content(c, c.key(1))]


@child("disagree-presence", "A9, A-03", "INCONSISTENT_PRESENCE", "NOOP_NO_SIGNAL", "NOOP_STATUS_QUO")
def _(c):
    c.zones = [content(c, c.key(3)), content(c)]


@child("disagree-one-type", "A9", "INCONSISTENT_PRESENCE")
def _(c):                               # one server lacks the CDNSKEY
    c.zones = [content(c, c.key(3)), c.rolling(cdnskey=[])]


@child("disagree-delete", "B4", "INCONSISTENT_DELETE")
def _(c):
    c.zones = [c.rolling(cds=[CDS_DELETE], cdnskey=[CDNSKEY_DELETE]), content(c, c.key(3))]


@child("disagree-delete-nodata", "B4, A-03", "INCONSISTENT_DELETE", "NOOP_NO_SIGNAL", "NOOP_STATUS_QUO")
def _(c):
    c.zones = [c.rolling(cds=[CDS_DELETE], cdnskey=[CDNSKEY_DELETE]), content(c)]


@child("disagree-order", "A4, T-58", "ACCEPT_UPDATE")
def _(c):                               # the same keys; order, serial and signature times differ
    new, next_one = c.key(3), c.key(4)
    c.zones = [content(c, new, next_one), c.rolling(serial=7, cds=[next_one.ds(c.name), new.ds(c.name)],
                                                    cdnskey=[next_one.fields, new.fields])]
    c.ds_after = [new.ds(c.name), next_one.ds(c.name)]


@child("disagree-bogus-one", "A16", "HOLD_BOGUS_SERVER", resolver="any")
def _(c):
    c.zones = [c.rolling(), c.rolling(corrupt=True)]


@child("disagree-unsigned-one", "A16", "HOLD_BOGUS_SERVER", resolver="any")
def _(c):
    c.zones = [c.rolling(), c.rolling(cds_signers=[])]


@child("model2-one-speaks", "A10, R8901-8-1", "INCONSISTENT_KEYS")
def _(c):
    both = [c.key(1), c.key(3)]
    c.ds = [k.ds(c.name) for k in both]
    zsks = [c.key(2, 13, 256), c.key(4, 13, 256)]
    c.zones = [c.signed(ksks=[both[i]], zsks=[zsks[i]], dnskey=[both[i]] + zsks) for i in (0, 1)]


# ---- continuity seen on one server only

@child("continuity-one-server", "A21", "CONTINUITY_SERVER")
def _(c):                               # the second server does not have the new key yet
    new = c.key(3)
    c.zones = [c.rolling(), c.signed(cds=[new.ds(c.name)], cdnskey=[new.fields])]


@child("continuity-one-algorithm", "A20, A21", "CONTINUITY_SERVER", "CONTINUITY_ALGORITHM")
def _(c):                               # both algorithms on one server, one on the other
    old, new = c.key(1, 8), c.key(3)
    cds, cdnskey = [k.ds(c.name) for k in (old, new)], [k.fields for k in (old, new)]
    zsks = [c.key(2, 8, 256), c.key(4, 13, 256)]
    c.zones = [c.signed(ksks=[old, new], zsks=zsks, cds=cds, cdnskey=cdnskey),
               c.signed(ksks=[old], zsks=zsks[:1], cds=cds, cdnskey=cdnskey)]


# ---- servers that do not answer for the zone

@child("lame-one", "A13, A-03", *STATUS_QUO, resolver="any")
def _(c):
    c.zones = [c.signed(), None]


@child("lame-one-roll", "A13", "HOLD_UNREACHABLE", resolver="any")
def _(c):
    c.zones = [c.rolling(), None]


@child("lame-one-delete", "B7", "HOLD_UNREACHABLE", resolver="any")
def _(c):
    c.zones = [c.signed(cds=[CDS_DELETE], cdnskey=[CDNSKEY_DELETE]), None]


@child("lame-all", "A15", "NO_USABLE_SERVER", resolver="servfail")
def _(c):
    c.rolling()


@child("lame-all-insecure", "A15", "NO_USABLE_SERVER", resolver="servfail", delegation="insecure")
def _(c):
    c.servers = [ONE]


# ---- the zone names another server than the parent

@child("ns-differs", "A2, H4", "NOOP_IN_SYNC")
def _(c):
    delegated, c.servers = c.servers, [ONE, "elsewhere.nsdop.example-tld."]
    c.everywhere(c.signed())
    c.servers = delegated


@child("ns-differs-insecure", "C1, H4", "NOOP_NO_SIGNAL", resolver="insecure", delegation="insecure")
def _(c):
    delegated, c.servers = c.servers, [ONE, "elsewhere.nsdop.example-tld."]
    c.everywhere(c.zone().render())
    c.servers = delegated


@child("unreachable-one", "A13, A-03", *STATUS_QUO)
def _(c):
    c.servers = [ONE, "dead2.nsdop.nsec-tld."]
    c.everywhere(c.signed())


@child("unreachable-one-nocds", "A13, A-03", "NOOP_NO_SIGNAL", "NOOP_STATUS_QUO")
def _(c):
    c.servers = [ONE, "dead2.nsdop.nsec-tld."]
    c.everywhere(c.signed(cds=[], cdnskey=[]))


@child("unreachable-one-roll", "A13", "HOLD_UNREACHABLE")
def _(c):
    c.servers = [ONE, "dead2.nsdop.nsec-tld."]
    c.everywhere(c.rolling())


@child("unreachable-one-delete", "B7", "HOLD_UNREACHABLE")
def _(c):
    c.servers = [ONE, "dead2.nsdop.nsec-tld."]
    c.everywhere(c.signed(cds=[CDS_DELETE], cdnskey=[CDNSKEY_DELETE]))


@child("unreachable-all", "A15", "NO_USABLE_SERVER", resolver="servfail")
def _(c):
    c.servers = ["dead1.nsdop.example-tld.", "dead2.nsdop.nsec-tld."]
    c.rolling()


# ---- where addresses come from

@child("in-bailiwick", "A4", "ACCEPT_UPDATE")
def _(c):
    c.servers = ["ns1." + c.name, "ns2." + c.name]
    c.glue = [(c.servers[0], "127.22.0.1"), (c.servers[1], "127.22.0.2")]
    c.everywhere(c.rolling())


@child("in-bailiwick-six", "A4", "ACCEPT_UPDATE", parent=NSEC)
def _(c):
    c.servers = ["ns1." + c.name, "ns2." + c.name]
    c.glue = [(c.servers[0], "2001:db8:53::1"), (c.servers[1], "127.22.0.2"), (c.servers[1], "2001:db8:53::2")]
    c.everywhere(c.rolling())


@child("sibling-glue", "A4", "ACCEPT_UPDATE")
def _(c):                               # the glue is there for another child of the same parent
    c.servers = ["ns1.in-bailiwick.example-tld.", "ns2.in-bailiwick.example-tld."]
    c.everywhere(c.rolling())


@child("glue-differs", "A13, R9975-3-1", "HOLD_UNREACHABLE")
def _(c):
    """The parent's glue and the zone's own data name different addresses: both are asked."""
    c.servers = ["ns1." + c.name, TWO]
    c.glue = [(c.servers[0], "127.22.0.1")]
    text = c.rolling()
    c.glue = [(c.servers[0], "127.22.0.9")]
    c.own_addresses = {c.servers[0]: ["127.22.0.1"]}
    c.everywhere(text)


@child("six-only", "A4", "ACCEPT_UPDATE")
def _(c):
    c.servers = ["six1.nsdop.example-tld.", "six2.nsdop.nsec-tld."]
    c.everywhere(c.rolling())


@child("dual-stack", "A4", "ACCEPT_UPDATE")
def _(c):
    c.servers = ["dual1.nsdop.example-tld.", "dual2.nsdop.nsec-tld."]
    c.everywhere(c.rolling())


@child("dual-stack-disagree", "A10, T-15", "INCONSISTENT_KEYS")
def _(c):                               # one name, two addresses, two opinions
    c.servers = ["split.nsdop.example-tld."]
    c.zones = [content(c, c.key(3)), content(c, c.key(1), c.key(3))]


@child("dual-stack-six-dead", "A13", "HOLD_UNREACHABLE")
def _(c):
    c.servers = ["half.nsdop.example-tld."]
    c.everywhere(c.rolling())


@child("many-addresses", "A4", "ACCEPT_UPDATE")
def _(c):                               # "ns-many-ips" of the standards
    c.servers = ["many1.nsdop.example-tld.", "many2.nsdop.nsec-tld."]
    c.everywhere(c.rolling())


@child("test-net", "A4, T-44", "ACCEPT_UPDATE")
def _(c):
    c.servers = ["test1.nsdop.example-tld.", "test2.nsdop.nsec-tld."]
    c.everywhere(c.rolling())


@child("public", "A4", "ACCEPT_UPDATE")
def _(c):                               # needs no permission for special-purpose addresses
    c.servers = ["public1.nsdop.example-tld.", "public2.nsdop.nsec-tld."]
    c.everywhere(c.rolling())


@child("private-one", "A13, T-44", "HOLD_UNREACHABLE")
def _(c):                               # nobody is there; a scanner on the Internet must not even try
    c.servers = ["public1.nsdop.example-tld.", "private.nsdop.example-tld."]
    c.everywhere(c.rolling())


@child("no-address-one", "A13, A-03", *STATUS_QUO)
def _(c):
    c.servers = [ONE, "nowhere.nsdop.example-tld."]
    c.everywhere(c.signed())


@child("no-address-one-roll", "A13, R9975-3-1", "HOLD_UNREACHABLE", "NS_NO_ADDRESS", "ACCEPT_UPDATE")
def _(c):
    c.servers = [ONE, "nowhere.nsdop.example-tld."]
    c.everywhere(c.rolling())


@child("no-address", "A15", "NS_NO_ADDRESS", "NO_USABLE_SERVER", resolver="servfail")
def _(c):                               # "ns-no-address" of the standards
    c.servers = ["nowhere.nsdop.example-tld."]
    c.rolling()


@child("alias", "A15, R2181-10.3-1", "NS_ALIAS", "NO_USABLE_SERVER", resolver="any")
def _(c):                               # the name of the only server is a CNAME
    c.servers = ["alias.nsdop.example-tld."]
    c.everywhere(c.rolling())
