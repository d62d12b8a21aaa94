# A-35: the same as rollback-refused, but he forces it.
parent A
servers 2
server 1 cds=B cdnskey=B dnskey=ABZ dnskey-by=AB by=AB
server 2 cds=B cdnskey=B dnskey=ABZ dnskey-by=AB by=AB
run
expect ACCEPT_UPDATE
export
ack
parent B
pass 1h
server 2 dnskey=BZ dnskey-by=B by=B
run
operator rollback
operator rollback-forced
operator-cannot rollback-forced
pass 1h
run operator
expect ACCEPT_ROLLBACK
ds A
warns A-35
warns L-CONT-1
tells an operator forces it, although
change released
export
ack
parent A
pass 1h
run
change published
# The child is bogus at one server now, as it was told; what was undone stays undone.
expect HOLD_BOGUS_SERVER
