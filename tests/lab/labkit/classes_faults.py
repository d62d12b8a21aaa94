"""Children behind the faulty server: alone (f-FAULT), or beside an honest server (pair-FAULT).

All of them ask for a change, so that an answer that was wrongly believed shows as an acceptance."""
# SPDX-License-Identifier: GPL-3.0-or-later
from .children import child
from .faults import FAULTS
from .topology import FAULT_NET, FAULT_ZONE, NSD_SERVERS

ACCEPT = ("ACCEPT_UPDATE",)
NONE = ("NO_USABLE_SERVER",)
EITHER = ACCEPT + NONE                  # depends on time-outs and attempts, or on luck
BOGUS_KEYS = ("CHILD_BOGUS", "DNSKEY_MISSING", "DENIAL_UNPROVEN", "RRSIG_MISSING")

# fault: rows, outcome with the faulty server alone
ALONE = {
    "ok": ("A4", ACCEPT), "upper-case": ("A4, R4035-5.3.2-1", ACCEPT), "lower-case": ("A4", ACCEPT),
    "shuffled": ("A4, T-58", ACCEPT), "duplicates": ("A4, T-58", ACCEPT), "ttl-varies": ("A4, T-58", ACCEPT),
    "extra-records": ("A4, T-20", ACCEPT), "strip-opt": ("A4", EITHER),
    "slow-300ms": ("A4", ACCEPT), "slow-3s": ("A13, A15", EITHER),
    "half-loss": ("A13, A15", EITHER + ("HOLD_UNREACHABLE",)),
    "rate-limit": ("A4", ACCEPT),
    "drop-all": ("A15", NONE), "drop-udp": ("A15", EITHER), "drop-edns": ("A15, T-56", NONE),
    "drop-signals": ("A15", NONE), "drop-dnskey": ("A15", NONE + ("HOLD_UNREACHABLE", "CHILD_BOGUS", "DNSKEY_MISSING")),
    "refused": ("A15", NONE), "servfail": ("A15", NONE), "notimp": ("A15", NONE), "formerr": ("A15", NONE),
    "nxdomain": ("A17", ("NXDOMAIN_AT_APEX",)), "servfail-signals": ("A15", NONE), "notimp-signals": ("A15", NONE),
    "empty": ("A8", BOGUS_KEYS), "empty-signals": ("A1, R4035-5.4-1", ("DENIAL_UNPROVEN",)),
    "formerr-edns": ("A15, T-56", NONE), "badvers": ("A15", NONE),
    "wrong-id": ("A15", NONE), "wrong-question": ("A15", NONE), "wrong-question-type": ("A15", NONE),
    "no-question": ("A15", NONE), "no-qr": ("A15", NONE), "wrong-opcode": ("A15", NONE),
    "wrong-source-address": ("A15", NONE), "wrong-source-port": ("A15", NONE),
    "spoof-address-first": ("A4", ACCEPT), "spoof-port-first": ("A4", ACCEPT),
    "spoof-id-first": ("A4", EITHER), "spoof-question-first": ("A4", EITHER),
    "no-aa": ("A15, L-RESP", NONE), "referral": ("A15, L-RESP", NONE), "referral-up": ("A15, L-RESP", NONE),
    "tc": ("A4, T-57", ACCEPT), "tc-refused": ("A15, T-57", NONE), "tc-close": ("A15, T-57", NONE),
    "tc-hang": ("A15, T-57", NONE), "tc-trickle": ("A15, T-57", NONE), "tc-half": ("A15, T-57", NONE),
    "tc-wrong-question": ("A15, T-57", NONE), "tc-wrong-id": ("A15, T-57", NONE), "tc-always": ("A15, T-57", NONE),
    "tc-zero-length": ("A15, T-57", NONE), "tc-garbage": ("A15, T-57", NONE),
    "tc-set-complete": ("A15, T-57", NONE),
    "short": ("A15", NONE), "garbage": ("A15", NONE), "garbage-body": ("A15", NONE), "compression-loop": ("A15", NONE),
    "count-lies": ("A15", NONE), "rdlength-lies": ("A15", NONE), "trailing-octets": ("A4, A15", EITHER),
    "oversize": ("A4", EITHER),
    "cname-chain": ("A17, T-20", ("CNAME_AT_APEX",)), "wrong-owner": ("A17, T-20", ("WRONG_OWNER",)),
    "wrong-class": ("A1, A15", ("DENIAL_UNPROVEN", "WRONG_OWNER") + NONE),
    "strip-rrsig": ("A6, A8", ("RRSIG_MISSING", "CHILD_BOGUS")), "strip-rrsig-signals": ("A6", ("RRSIG_MISSING",)),
    "corrupt-rrsig-signals": ("A7", ("RRSIG_BOGUS",)), "forged-delete": ("B6", ("RRSIG_MISSING",)),
}
SILENT = ("HOLD_UNREACHABLE",)
BLOCKED = ("HOLD_BOGUS_SERVER",)
PAIRED = {
    "drop-all": ("A13", SILENT), "refused": ("A13", SILENT), "servfail-signals": ("A13", SILENT),
    "no-aa": ("A13", SILENT), "referral": ("A13", SILENT), "tc-hang": ("A13", SILENT), "tc-close": ("A13", SILENT),
    "wrong-source-address": ("A13", SILENT), "garbage": ("A13", SILENT),
    "nxdomain": ("A17", ("NXDOMAIN_AT_APEX",) + BLOCKED), "cname-chain": ("A17", ("CNAME_AT_APEX",) + BLOCKED),
    "empty-signals": ("A16", BLOCKED + ("DENIAL_UNPROVEN",)), "strip-rrsig-signals": ("A16", BLOCKED),
    "corrupt-rrsig-signals": ("A16", BLOCKED), "forged-delete": ("A16, B4", BLOCKED + ("INCONSISTENT_DELETE",)),
    "spoof-address-first": ("A4", ACCEPT), "ok": ("A4", ACCEPT),
}
assert set(ALONE) == set(FAULTS) and set(PAIRED) <= set(FAULTS)


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


for _fault, _what in ALONE.items():
    define_alone(_fault, *_what)
for _fault, _what in PAIRED.items():
    define_paired(_fault, *_what)
HOSTS = {fault_host(f): [fault_address(f)] for f in FAULTS}
