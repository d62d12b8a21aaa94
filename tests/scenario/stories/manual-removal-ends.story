# 4.6, DSA-7.1-4: a DS set by any channel, and automation is active again.
policy se-nu
parent A
servers 1
server 1 cds=A cdnskey=A dnskey=ABZ dnskey-by=AB
run
expect NOOP_IN_SYNC
parent
pass 24h
run
expect HOLD_SUSPENDED
parent A
pass 24h
run
expect NOOP_IN_SYNC
server 1 cds=B cdnskey=B
pass 24h
run
expect ACCEPT_UPDATE
ds B
