# A-37: a policy that leaves TTLs alone.
parent A
servers 1
server 1 cds=B cdnskey=B dnskey=ABZ dnskey-by=AB
run
expect ACCEPT_UPDATE
ttl 0
