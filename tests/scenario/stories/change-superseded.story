# A-31: the child asks for something else before the change has left.
parent A
servers 1
server 1 cds=A,B cdnskey=A,B dnskey=ABZ dnskey-by=AB by=AB
run
expect ACCEPT_UPDATE
server 1 cds=B cdnskey=B
pass 1h
run
expect ACCEPT_UPDATE
ds B
change released
