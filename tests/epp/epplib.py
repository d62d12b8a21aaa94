# SPDX-License-Identifier: GPL-3.0-or-later
"""A registry of domains in a file, and frames of EPP: what the test server and the tests share.

The state is one SQLite file, so that it outlives a server that is killed: domains, every update that was applied, logins that
failed, and the faults that the server is to show."""
import json
import sqlite3
import struct
import xml.etree.ElementTree as ET
from xml.sax.saxutils import escape, quoteattr

EPP, DOMAIN, SECDNS = ("urn:ietf:params:xml:ns:" + n for n in ("epp-1.0", "domain-1.0", "secDNS-1.1"))
FRAME_MAX = 1 << 20

TABLES = """
create table if not exists domain (name text primary key, sponsor text, status text, ns text, attributes integer, ds text, keys text,
  pending text);
create table if not exists applied (number integer primary key, domain text, client_id text, server_id text, before text, after text);
create table if not exists fault (number integer primary key, at text, domain text, action text, value text, times integer);
create table if not exists count (what text primary key, number integer);
"""


class Registry:
    """A connection to the state; one for each thread."""

    def __init__(self, path):
        self.db = sqlite3.connect(path, timeout=30, isolation_level=None)
        self.db.row_factory = sqlite3.Row
        self.db.execute("pragma synchronous = full")
        self.db.executescript(TABLES)

    def put(self, name, ns, ds=(), keys=(), status=("ok",), sponsor="registrar", attributes=False):
        """ds: (tag, algorithm, type, HEX); keys: (flags, protocol, algorithm, BASE64)."""
        self.db.execute("insert or replace into domain values (?,?,?,?,?,?,?,null)",
                        (name, sponsor, json.dumps(list(status)), json.dumps(list(ns)), int(attributes),
                         json.dumps(sorted(map(list, ds))), json.dumps(sorted(map(list, keys)))))

    def get(self, name):
        row = self.db.execute("select * from domain where name = ?", (name,)).fetchone()
        if row is None:
            return None
        d = dict(row)
        for key in ("status", "ns", "ds", "keys"):
            d[key] = json.loads(d[key])
        d["pending"] = d["pending"] and json.loads(d["pending"])
        return d

    def names(self):
        return [r["name"] for r in self.db.execute("select name from domain order by name")]

    def set(self, name, what, value):
        assert what in ("status", "ns", "ds", "keys", "sponsor", "pending")
        self.db.execute("update domain set %s = ? where name = ?" % what,
                        (value if what == "sponsor" or value is None else json.dumps(value), name))

    def apply(self, name, after, client_id, server_id):
        """The one place where DNSSEC data changes: with its history."""
        before = self.get(name)
        self.db.execute("update domain set ds = ?, keys = ? where name = ?",
                        (json.dumps(after["ds"]), json.dumps(after["keys"]), name))
        self.db.execute("insert into applied (domain, client_id, server_id, before, after) values (?,?,?,?,?)",
                        (name, client_id, server_id, json.dumps({k: before[k] for k in ("ds", "keys")}), json.dumps(after)))

    def review(self, name, good):
        """The end of an update that was taken with 1001."""
        d = self.get(name)
        if good:
            p = d["pending"]
            self.apply(name, {"ds": p["ds"], "keys": p["keys"]}, p["client_id"], p["server_id"])
        self.set(name, "pending", None)
        self.set(name, "status", ["ok"])

    def applied(self, name=None):
        rows = self.db.execute("select * from applied order by number").fetchall()
        return [dict(r) for r in rows if name in (None, r["domain"])]

    def fault(self, at, action, value="", domain=None, times=1):
        """At the next times commands of this kind (about that domain): action."""
        self.db.execute("insert into fault (at, domain, action, value, times) values (?,?,?,?,?)",
                        (at, domain, action, str(value), times))

    def next_fault(self, at, domain):
        """The action that is due now, counted down; None."""
        row = self.db.execute("select * from fault where at = ? and times > 0 and (domain is null or domain = ?) order by number",
                              (at, domain)).fetchone()
        if row is None:
            return None
        self.db.execute("update fault set times = times - 1 where number = ?", (row["number"],))
        return row["action"], row["value"]

    def no_faults(self):
        self.db.execute("delete from fault")

    def count(self, what, most=None):
        """One more; or, with most, the greatest value so far."""
        self.db.execute("insert into count values (?, 0) on conflict do nothing", (what,))
        if most is None:
            self.db.execute("update count set number = number + 1 where what = ?", (what,))
        else:
            self.db.execute("update count set number = max(number, ?) where what = ?", (most, what))

    def counted(self, what):
        row = self.db.execute("select number from count where what = ?", (what,)).fetchone()
        return row["number"] if row else 0


class Refusal(Exception):
    """A result code other than success, with an optional reason."""

    def __init__(self, code, reason=None):
        super().__init__(code, reason)
        self.code, self.reason = code, reason


MESSAGES = {
    1000: "Command completed successfully", 1001: "Command completed successfully; action pending",
    1300: "Command completed successfully; no messages", 1500: "Command completed successfully; ending session",
    2000: "Unknown command", 2001: "Command syntax error", 2002: "Command use error", 2003: "Required parameter missing",
    2004: "Parameter value range error", 2005: "Parameter value syntax error", 2100: "Unimplemented protocol version",
    2101: "Unimplemented command", 2102: "Unimplemented option", 2103: "Unimplemented extension", 2104: "Billing failure",
    2200: "Authentication error", 2201: "Authorization error", 2202: "Invalid authorization information",
    2300: "Object pending transfer", 2302: "Object exists", 2303: "Object does not exist",
    2304: "Object status prohibits operation", 2305: "Object association prohibits operation",
    2306: "Parameter value policy error", 2307: "Unimplemented object service", 2308: "Data management policy violation",
    2400: "Command failed", 2500: "Command failed; server closing connection",
    2501: "Authentication error; server closing connection", 2502: "Session limit exceeded; server closing connection",
}


def tag(space, name):
    return "{%s}%s" % (space, name)


def text_of(element, space, name):
    """Text of a child that has to be there."""
    found = element.find(tag(space, name))
    if found is None or not (found.text or "").strip():
        raise Refusal(2003, "%s is missing" % name)
    return found.text.strip()


def pack(document):
    octets = document if isinstance(document, bytes) else document.encode("utf-8")
    return struct.pack(">I", len(octets) + 4) + octets


def read_exactly(stream, size):
    """Octets, or fewer at the end of the stream."""
    data = b""
    while len(data) < size:
        more = stream.recv(size - len(data))
        if not more:
            break
        data += more
    return data


def read_frame(stream):
    """The octets of one frame; None at the end."""
    header = read_exactly(stream, 4)
    if len(header) < 4:
        return None
    size = struct.unpack(">I", header)[0]
    if not 4 < size <= FRAME_MAX:
        raise ValueError("a frame of %d octets" % size)
    data = read_exactly(stream, size - 4)
    return data if len(data) == size - 4 else None


def parse(octets):
    """The element below epp; ValueError for what is no EPP."""
    try:
        root = ET.fromstring(octets)
    except ET.ParseError as e:
        raise ValueError(str(e)) from e
    if root.tag != tag(EPP, "epp") or len(root) != 1:
        raise ValueError("not one element in epp")
    return root[0]


HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n<epp xmlns="%s">' % EPP


def greeting(server, date, objects, extensions):
    return (HEAD + "<greeting><svID>%s</svID><svDate>%s</svDate><svcMenu><version>1.0</version><lang>en</lang>%s%s</svcMenu>"
            "<dcp><access><none/></access><statement><purpose><prov/></purpose><recipient><ours/></recipient>"
            "<retention><none/></retention></statement></dcp></greeting></epp>\n") % (
                escape(server), date, "".join("<objURI>%s</objURI>" % o for o in objects),
                "<svcExtension>%s</svcExtension>" % "".join("<extURI>%s</extURI>" % e for e in extensions) if extensions else "")


def response(code, client_id, server_id, reason=None, data="", extension="", message=None):
    extra = ""
    if reason:
        extra = "<extValue><value xmlns:domain=%s><domain:name/></value><reason>%s</reason></extValue>" % (
            quoteattr(DOMAIN), escape(reason))
    return (HEAD + '<response><result code="%d"><msg>%s</msg>%s</result>%s%s<trID>%s<svTRID>%s</svTRID></trID></response></epp>\n') % (
        code, escape(message or MESSAGES[code]), extra, "<resData>%s</resData>" % data if data else "",
        "<extension>%s</extension>" % extension if extension else "",
        "<clTRID>%s</clTRID>" % escape(client_id) if client_id else "", server_id)


def information(d):
    """resData and extension of domain:info."""
    hosts = "".join("<domain:hostAttr><domain:hostName>%s</domain:hostName></domain:hostAttr>" % h if d["attributes"]
                    else "<domain:hostObj>%s</domain:hostObj>" % h for h in d["ns"])
    data = ('<domain:infData xmlns:domain="%s"><domain:name>%s</domain:name><domain:roid>%s-TEST</domain:roid>%s'
            "<domain:registrant>holder</domain:registrant>%s<domain:clID>%s</domain:clID></domain:infData>") % (
                DOMAIN, escape(d["name"]), "D" + "".join(c if c.isalnum() else "_" for c in d["name"])[:60],
                "".join('<domain:status s="%s"/>' % s for s in d["status"]),
                "<domain:ns>%s</domain:ns>" % hosts if hosts else "", escape(d["sponsor"]))
    records = "".join("<secDNS:dsData><secDNS:keyTag>%s</secDNS:keyTag><secDNS:alg>%s</secDNS:alg><secDNS:digestType>%s"
                      "</secDNS:digestType><secDNS:digest>%s</secDNS:digest></secDNS:dsData>" % tuple(r) for r in d["ds"])
    records += "".join("<secDNS:keyData><secDNS:flags>%s</secDNS:flags><secDNS:protocol>%s</secDNS:protocol><secDNS:alg>%s"
                       "</secDNS:alg><secDNS:pubKey>%s</secDNS:pubKey></secDNS:keyData>" % tuple(k) for k in d["keys"])
    return data, '<secDNS:infData xmlns:secDNS="%s">%s</secDNS:infData>' % (SECDNS, records) if records else ""
