# DSA-4.1-2: a second change while the TTL is low; the clock starts again, and what is restored is the first one.
policy { preset: bcp, ttl: { change: 15m, hold: 3d } }
parent A
servers 1
server 1 cds=A,B cdnskey=A,B dnskey=ABZ dnskey-by=AB by=AB
run
expect ACCEPT_UPDATE
ttl 900
export
ack
parent A B
parent-ttl 900
server 1 cds=B cdnskey=B
pass 48h
run
expect ACCEPT_UPDATE
ttl 900
export
ack
parent B
server 1 by=B
pass 3d
run
expect NOOP_IN_SYNC
class none
pass 24h
run
class ttl
ttl 3600
