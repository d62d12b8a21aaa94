# A-35: once the registry may have it, it is undone when the parent shows it, and pinned, whoever regrets it.
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
operator-cannot cancel
ack
parent A
pass 1h
run
expect HOLD_ROLLED_BACK
