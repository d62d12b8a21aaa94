# A-35: he may take it back; what undoes the change is withdrawn with it.
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
change released
operator cancel
change withdrawn
pass 1h
run
expect NOOP_IN_SYNC
ds B
operator-cannot cancel
