# A-35: an operator speaks while the child is being asked, or takes it back. That probe is void; the next one knows what he wants.
parent A
servers 1
server 1 cds=B cdnskey=B dnskey=ABZ dnskey-by=AB by=AB
run
expect ACCEPT_UPDATE
export
ack
parent B
pass 1h
operator-meanwhile rollback
run
expect STALE_INPUT
change published
pass 1h
operator-meanwhile cancel
run
expect STALE_INPUT
change published
pass 1h
run
expect NOOP_IN_SYNC
operator rollback
pass 1h
run
expect ACCEPT_ROLLBACK
ds A
