# HOLD_RATE_LIMITED: two changes of one child lie at least so far apart.
policy { preset: bcp, min-interval: 2d }
parent A
servers 1
server 1 cds=A,B cdnskey=A,B dnskey=ABZ dnskey-by=AB by=AB
run
expect ACCEPT_UPDATE
export
ack
parent A B
server 1 cds=B cdnskey=B
pass 24h
run
expect HOLD_RATE_LIMITED
eligible in 24h
change published
pass 24h
run
expect ACCEPT_UPDATE
ds B
