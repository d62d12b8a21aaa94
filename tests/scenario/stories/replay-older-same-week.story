# A-45, A-05: the neighbour, where the guard is not strict: equal is not older, and the roll is not held up.
parent A
servers 2
server 1 cds=A cdnskey=A by=A dnskey=ABZ dnskey-by=AB
server 2 cds=A cdnskey=A by=A dnskey=ABZ dnskey-by=AB
run
expect NOOP_IN_SYNC
server 1 cds=B cdnskey=B
server 2 cds=B cdnskey=B
pass 1d
run
expect ACCEPT_UPDATE
ds B
# The price: taken back within the week, and played back to the next probe.
server 1 cds= cdnskey=
server 2 cds= cdnskey=
pass 1d
run
expect NOOP_NO_SIGNAL
change withdrawn
server 1 cds=B cdnskey=B
server 2 cds=B cdnskey=B
pass 1h
run
expect ACCEPT_UPDATE
