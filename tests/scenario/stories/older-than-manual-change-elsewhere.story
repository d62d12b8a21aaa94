# A18, A-05, its neighbour: others rest on DSA-7.2.2-2.
parent A
servers 1
server 1 cds=B cdnskey=B dnskey=ABZ dnskey-by=AB signed=old
by-hand
pass 24h
run
expect ACCEPT_UPDATE
