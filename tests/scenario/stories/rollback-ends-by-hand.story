# A-35: whoever sets by hand what was undone wants it.
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
pass 1h
run
expect ACCEPT_ROLLBACK
export
ack
parent A
pass 1h
run
expect HOLD_ROLLED_BACK
parent B
pass 1h
run
expect NOOP_IN_SYNC
passes A-35
operator-cannot release
