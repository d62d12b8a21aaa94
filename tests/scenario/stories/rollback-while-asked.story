# A-35: an operator speaks while the child is being asked. That probe is void; the next one knows what he wants.
parent A
servers 1
server 1 cds=B cdnskey=B dnskey=ABZ dnskey-by=AB by=AB
run
expect ACCEPT_UPDATE
export
ack
parent B
pass 1h
operator-meanwhile
run
expect STALE_INPUT
pass 1h
run
expect ACCEPT_ROLLBACK
ds A
