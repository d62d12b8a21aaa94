# A-14: what the child does wrong is told first.
parent A
servers 1
server 1
run
operator hold
server 1 cds=B cdnskey=B dnskey=ABZ dnskey-by=AB by=Z
pass 1h
run
expect SIGNER_NOT_IN_DS
