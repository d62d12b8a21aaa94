# A-31: one change at a time. The same request waits with it, another one takes its place.
parent A
servers 1
server 1 cds=B cdnskey=B by=AB dnskey=ABZ dnskey-by=AB
run
expect ACCEPT_UPDATE
change released
pass 1h
run
expect NOOP_CHANGE_PENDING
change released
export
pass 1h
run
expect NOOP_CHANGE_PENDING
change sent
server 1 cds=C cdnskey=C by=ABC dnskey=ABCZ dnskey-by=ABC
pass 1h
run
expect ACCEPT_UPDATE
ds C
change released
export
ack
change acked
parent C
pass 1h
run
expect NOOP_IN_SYNC
change published
