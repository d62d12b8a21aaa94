# A-35: somebody else sets another DS set before the operator's word is carried out: what he wanted undone is no longer there.
parent A
servers 1
server 1 cds=B cdnskey=B dnskey=ABZ dnskey-by=AB by=AB
run
expect ACCEPT_UPDATE
export
ack
parent B
pass 1h
run
operator rollback
parent A,B
server 1 cds=A,B cdnskey=A,B
pass 1h
run
expect NOOP_IN_SYNC
warns A-35
operator-cannot cancel
