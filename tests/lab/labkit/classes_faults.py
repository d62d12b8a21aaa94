"""Children behind the faulty server: alone (f-FAULT), or beside an honest server (pair-FAULT).

All of them ask for a change, so that an answer that was wrongly believed shows as an acceptance."""
# SPDX-License-Identifier: GPL-3.0-or-later
from .children import child
from .faults import FAULTS
from .topology import FAULT_NET, FAULT_ZONE, NSD_SERVERS

ACCEPT = ("ACCEPT_UPDATE",)
NONE = ("NO_USABLE_SERVER",)
EITHER = ACCEPT + NONE                  # depends on time-outs and attempts, or on luck
SILENT = ("HOLD_UNREACHABLE",)
BLOCKED = ("HOLD_BOGUS_SERVER",)
ALIAS, NO_NAME = ("CNAME_AT_APEX",), ("NXDOMAIN_AT_APEX",)
NO_KEYS = ("CHILD_BOGUS", "DNSKEY_MISSING")

# rows, acceptable codes, the faults they are for.  The standards call tc "tc-udp", formerr-edns "edns-formerr", slow-300ms
# "slow-server", referral "lame-referral".
ALONE = (
    ("A4", ACCEPT, "ok upper-case lower-case shuffled duplicates ttl-varies extra-records slow-300ms rate-limit "
     "nxdomain-for-ent"),
    ("A4", ACCEPT, "spoof-address-first spoof-port-first tc"),     # wrong answers 13 and 20
    ("A4", EITHER, "strip-opt drop-udp slow-3s spoof-id-first spoof-question-first trailing-octets oversize"),
    ("A4, A13, A15", EITHER + SILENT, "half-loss"),
    ("A15", NONE, "drop-all drop-signals refused servfail notimp formerr servfail-signals notimp-signals"),
    ("A15, T-56", NONE, "drop-edns formerr-edns badvers"),
    ("A15", NONE, "wrong-id wrong-question wrong-question-type no-question no-qr wrong-opcode"),
    ("A15", NONE, "wrong-source-address wrong-source-port"),
    ("A15, L-RESP", NONE, "no-aa referral referral-up"),
    ("A15, T-57", NONE, "tc-refused tc-close tc-hang tc-trickle tc-half tc-wrong-question tc-wrong-id"),
    ("A15, T-57", NONE, "tc-always tc-zero-length tc-garbage tc-set-complete"),
    ("A15", NONE, "short garbage garbage-body compression-loop count-lies rdlength-lies"),
    ("A15, A8", NONE + SILENT + NO_KEYS, "drop-dnskey"),
    ("A8", NO_KEYS + ("DENIAL_UNPROVEN", "RRSIG_MISSING"), "empty"),
    ("A1, R4035-5.4-1", ("DENIAL_UNPROVEN",), "empty-signals"),
    ("A1, A15", ("DENIAL_UNPROVEN", "WRONG_OWNER") + NONE, "wrong-class"),
    ("A17", NO_NAME, "nxdomain"),
    ("A17, T-20", ALIAS, "cname-chain"),
    ("A17, T-20", ("WRONG_OWNER",) + NONE, "wrong-owner"),
    ("A6, A8", ("RRSIG_MISSING", "CHILD_BOGUS"), "strip-rrsig"),
    ("A6", ("RRSIG_MISSING",), "strip-rrsig-signals"),
    ("A7", ("RRSIG_BOGUS",), "corrupt-rrsig-signals"),
    ("B6", ("RRSIG_MISSING",), "forged-delete"),
)
PAIRED = (
    ("A4", ACCEPT, "ok spoof-address-first"),
    ("A13", SILENT, "drop-all refused servfail-signals no-aa referral tc-hang tc-close garbage"),
    ("A13", SILENT, "wrong-source-address"),
    ("A17", NO_NAME + BLOCKED, "nxdomain"),
    ("A17", ALIAS + BLOCKED, "cname-chain"),
    ("A16", BLOCKED, "strip-rrsig-signals corrupt-rrsig-signals"),
    ("A16", BLOCKED + ("DENIAL_UNPROVEN",), "empty-signals"),
    ("A16, B4", BLOCKED + ("INCONSISTENT_DELETE",), "forged-delete"),
)


def by_fault(table):
    """fault -> (rows, codes)"""
    return {fault: (rows, codes) for rows, codes, faults in table for fault in faults.split()}


assert set(by_fault(ALONE)) == set(FAULTS) and set(by_fault(PAIRED)) <= set(FAULTS)


def fault_host(fault):
    return "%s.%s" % (fault, FAULT_ZONE)


def fault_address(fault):
    return FAULT_NET % (list(FAULTS).index(fault) + 1)


def define_alone(fault, rows, outcome):
    @child("f-" + fault, rows, *outcome, resolver="any", operator="faultop")
    def _(c):
        c.servers = [fault_host(fault)]
        c.zones = [c.rolling(), None]


def define_paired(fault, rows, outcome):
    @child("pair-" + fault, rows, *outcome, resolver="any", operator="faultop")
    def _(c):
        c.servers = [NSD_SERVERS[0], fault_host(fault)]
        c.zones = [c.rolling(), None]


for _fault, _what in by_fault(ALONE).items():
    define_alone(_fault, *_what)
for _fault, _what in by_fault(PAIRED).items():
    define_paired(_fault, *_what)
HOSTS = {fault_host(f): [fault_address(f)] for f in FAULTS}
