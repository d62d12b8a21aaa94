# DSA-4.1-2, DSA-4.2.2-1, T-51: a change is published with a low TTL; after some days the former one comes back.
policy { preset: bcp, ttl: { change: 15m, hold: 3d } }
parent A
servers 1
server 1 cds=B cdnskey=B dnskey=ABZ dnskey-by=AB
run
expect ACCEPT_UPDATE
ttl 900
export
ack
parent B
parent-ttl 900
server 1 by=B
pass 24h
run
expect NOOP_IN_SYNC
ttl 0
pass 24h
run
expect NOOP_IN_SYNC
pass 24h
run
# The change itself may have gone out a day late.
expect NOOP_IN_SYNC
pass 24h
run
expect ACCEPT_TTL_RESTORE
class ttl
ttl 3600
ds B
change released
export
ack
parent-ttl 0
pass 24h
run
expect NOOP_IN_SYNC
change published
