# A-35: what is pinned ends when an operator releases the child; a hold of his is another matter, and comes first.
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
operator hold
pass 1h
run
expect HOLD_OPERATOR
change published
operator release
pass 1h
run
expect ACCEPT_ROLLBACK
export
ack
parent A
pass 1h
run
expect HOLD_ROLLED_BACK
operator release
operator-cannot release
pass 1h
run
expect ACCEPT_UPDATE
ds B
