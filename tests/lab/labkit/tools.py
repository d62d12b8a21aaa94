"""The programs that a lab is made of, and the Debian packages they come from."""
# SPDX-License-Identifier: GPL-3.0-or-later
import os
import shutil

from .daemons import PDNS_SCHEMA
from .namespace import LabError

PARENTS = {
    "named": "bind9", "rndc": "bind9", "named-checkconf": "bind9-utils", "dnssec-keygen": "bind9-utils",
    "dnssec-dsfromkey": "bind9-utils", "dig": "bind9-dnsutils", "nsupdate": "bind9-dnsutils",
    "nsd": "nsd", "nsd-checkconf": "nsd", "knotd": "knot", "knotc": "knot", "unbound": "unbound",
    "unbound-checkconf": "unbound", "ip": "iproute2", "unshare": "util-linux", "mount": "mount",
}
OPERATORS = {"pdns_server": "pdns-server", "pdnsutil": "pdns-server"}


def require(layers):
    """Say in one sentence what is missing, before anything is started."""
    wanted = dict(PARENTS, **OPERATORS) if layers == "all" else PARENTS
    missing = {p for tool, p in wanted.items() if shutil.which(tool) is None}
    if layers == "all" and not os.path.exists(PDNS_SCHEMA):
        missing.add("pdns-backend-sqlite3")
    if missing:
        raise LabError("needs the Debian packages " + " ".join(sorted(missing)))
