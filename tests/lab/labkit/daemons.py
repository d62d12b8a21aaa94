"""Configuration files of the name servers and the resolver, and how each is started."""
# SPDX-License-Identifier: GPL-3.0-or-later
import os
import sqlite3

from .topology import RESOLVER, ROOT

RNDC_KEY = 'key "lab" { algorithm hmac-sha256; secret "bGFiLWxhYi1sYWItbGFiLWxhYi1sYWItbGFiLWxhYi0="; };\n'
RNDC_CONF = """include "%s";
options { default-key "lab"; default-server %s; default-port 953; };
"""
PDNS_SCHEMA = "/usr/share/pdns-backend-sqlite3/schema/schema.sqlite3.sql"

NAMED = '''include "%(rndc)s";
controls { inet %(first)s port 953 allow { 127.0.0.0/8; } keys { "lab"; }; };
options {
  directory "%(dir)s/zones"; key-directory "%(dir)s/keys"; session-keyfile "%(dir)s/session.key";
  pid-file none; lock-file none; listen-on port 53 { %(listen)s }; listen-on-v6 { none; };
  recursion no; dnssec-validation no; notify explicit; notify-delay 0; serial-query-rate 1000;
  allow-transfer { 127.0.0.0/8; }; allow-update { 127.0.0.0/8; }; empty-zones-enable no;
  minimal-responses yes; max-udp-size 1232; edns-udp-size 1232; zone-statistics none;
  sig-signing-nodes 1000; sig-signing-signatures 1000; dnssec-loadkeys-interval 1;
};
logging {
  channel c { stderr; severity info; print-time iso8601; print-category yes; };
  category default { c; }; category dnssec { c; }; category lame-servers { null; };
};
%(policies)s
%(zones)s
'''

NSD = '''server:
  username: ""
  chroot: ""
  zonesdir: "%(dir)s/zones"
  database: ""
  pidfile: ""
  zonelistfile: "%(dir)s/zone.list"
  xfrdfile: "%(dir)s/xfrd.state"
  xfrdir: "%(dir)s"
  server-count: 1
  ipv4-edns-size: 1232
  ipv6-edns-size: 1232
  minimal-responses: yes
  hide-version: yes
  rrl-ratelimit: 0
  xfrd-reload-timeout: 0
%(listen)s
remote-control:
  control-enable: yes
  control-interface: %(dir)s/ctl.sock
%(zones)s
'''

KNOT = '''server:
    rundir: "%(dir)s"
    listen: [ %(listen)s ]
    udp-workers: 1
    tcp-workers: 1
    background-workers: 1
    udp-max-payload: 1232
    automatic-acl: off
    dbus-event: none
control:
    listen: "%(dir)s/knot.sock"
database:
    storage: "%(dir)s/db"
    journal-db-max-size: 256M
    kasp-db-max-size: 100M
    timer-db-max-size: 50M
log:
  - target: stderr
    any: info
%(body)s
'''

UNBOUND = '''server:
  interface: %(address)s
  username: ""
  chroot: ""
  pidfile: ""
  directory: "%(dir)s"
  use-syslog: no
  logfile: ""
  verbosity: 1
  val-log-level: 2
  num-threads: 1
  do-not-query-localhost: no
  access-control: 127.0.0.0/8 allow
  root-hints: "%(dir)s/root.hints"
  trust-anchor-file: "%(anchor)s"
  module-config: "validator iterator"
  edns-buffer-size: 1232
  cache-max-ttl: 5
  cache-max-negative-ttl: 5
  infra-host-ttl: 5
  unknown-server-time-limit: 100
  harden-dnssec-stripped: yes
  qname-minimisation: yes
  trust-anchor-signaling: no
  root-key-sentinel: no
remote-control:
  control-enable: yes
  control-interface: %(dir)s/ctl.sock
  control-use-cert: no
'''

PDNS = '''launch=gsqlite3
gsqlite3-database=%(dir)s/pdns.sqlite3
gsqlite3-dnssec=yes
gsqlite3-pragma-synchronous=0
local-address=%(listen)s
local-port=53
socket-dir=%(dir)s
setuid=
setgid=
daemon=no
guardian=no
disable-syslog=yes
log-timestamp=yes
loglevel=4
receiver-threads=1
distributor-threads=1
signing-threads=1
cache-ttl=1
query-cache-ttl=1
negquery-cache-ttl=1
zone-cache-refresh-interval=1
zone-metadata-cache-ttl=1
dnssec-key-cache-ttl=1
domain-metadata-cache-ttl=1
version-string=anonymous
udp-truncation-threshold=1232
default-soa-edit=INCEPTION-INCREMENT
'''


def write_named(lab, name, addresses, zones, policies):
    """Write and check named.conf and rndc.conf; on its own: a change of policy."""
    home = lab.path(name)
    for sub in ("keys", "zones"):
        os.makedirs(os.path.join(home, sub), exist_ok=True)
    key = lab.write("rndc.key", RNDC_KEY)
    lab.write(name + "/rndc.conf", RNDC_CONF % (key, addresses[0]))
    conf = lab.write(name + "/named.conf", NAMED % {
        "rndc": key, "first": addresses[0], "dir": home, "listen": "".join(a + "; " for a in addresses),
        "policies": policies, "zones": zones})
    lab.run(["named-checkconf", conf])
    return conf


def start_named(lab, name, addresses, zones, policies):
    conf = write_named(lab, name, addresses, zones, policies)
    lab.spawn(name, [lab.own_copy("named"), "-f", "-n", "1", "-c", conf])


def rndc(lab, name, *arguments):
    return lab.run(["rndc", "-c", lab.path(name, "rndc.conf"), *arguments])


def start_nsd(lab, name, addresses, zones):
    os.makedirs(lab.path(name, "zones"), exist_ok=True)
    conf = lab.write(name + "/nsd.conf", NSD % {
        "dir": lab.path(name), "zones": zones,
        "listen": "\n".join("  ip-address: %s@53" % a for a in addresses)})
    lab.run(["nsd-checkconf", conf])
    lab.spawn(name, ["nsd", "-d", "-c", conf])


def write_knot(lab, name, addresses, body):
    """Write and check knot.conf; on its own: a change of policy."""
    for sub in ("zones", "db"):                 # knotd does not make its storage directory
        os.makedirs(lab.path(name, sub), exist_ok=True)
    conf = lab.write(name + "/knot.conf", KNOT % {
        "dir": lab.path(name), "body": body, "listen": ", ".join(a + "@53" for a in addresses)})
    lab.run(["knotc", "-c", conf, "conf-check"])
    return conf


def start_knot(lab, name, addresses, body):
    conf = write_knot(lab, name, addresses, body)
    lab.spawn(name, ["knotd", "-c", conf])


def knotc(lab, name, *arguments):
    return lab.run(["knotc", "-c", lab.path(name, "knot.conf"), *arguments])


def start_unbound(lab, name):
    hints = "".join(". 3600 NS %s.root-servers.lab.\n%s.root-servers.lab. 3600 A %s\n" % (c, c, a)
                    for c, a in zip("abc", ROOT))
    lab.write(name + "/root.hints", hints)
    conf = lab.write(name + "/unbound.conf", UNBOUND % {
        "address": RESOLVER, "dir": lab.path(name), "anchor": lab.path("root.anchor")})
    lab.run(["unbound-checkconf", conf])
    lab.spawn(name, [lab.own_copy("unbound"), "-d", "-c", conf])


def make_pdns(lab, name, addresses):
    """Configuration and an empty database; pdnsutil works from here on."""
    lab.write(name + "/pdns.conf", PDNS % {"dir": lab.path(name), "listen": ", ".join(addresses)})
    with open(PDNS_SCHEMA) as f, sqlite3.connect(lab.path(name, "pdns.sqlite3")) as database:
        database.executescript(f.read())


def pdnsutil(lab, name, *arguments):
    return ["pdnsutil", "--config-dir=" + lab.path(name), *arguments]


def start_pdns(lab, name):
    lab.spawn(name, ["pdns_server", "--config-dir=" + lab.path(name)])
