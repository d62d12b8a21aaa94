# 4.6: somebody sets another DS set by hand; automation stays active.
parent A
servers 1
server 1 cds=A cdnskey=A dnskey=ABZ dnskey-by=AB
run
expect NOOP_IN_SYNC
parent A B
pass 24h
server 1 cds=B cdnskey=B by=AB
run
expect ACCEPT_UPDATE
ds B
