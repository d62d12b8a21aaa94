# A host whose addresses cannot be found may be the provider that disagrees: it waits as a silent server does.
parent A
servers 2
server 1 cds=B cdnskey=B by=AB dnskey=ABZ dnskey-by=AB
server 2 cds=B cdnskey=B by=AB dnskey=ABZ dnskey-by=AB unresolved
run
expect HOLD_UNREACHABLE
asked 6
server 2 resolved
pass 10m
run
expect ACCEPT_UPDATE
asked 11
