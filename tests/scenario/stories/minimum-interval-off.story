# Its neighbour: a policy without one.
parent A
servers 1
server 1 cds=A,B cdnskey=A,B dnskey=ABZ dnskey-by=AB by=AB
run
expect ACCEPT_UPDATE
export
ack
parent A B
server 1 cds=B cdnskey=B
pass 24h
run
expect ACCEPT_UPDATE
