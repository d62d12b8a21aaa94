# A-45, A-05: the neighbour, where the guard is not strict: what no probe ever saw has no mark.
parent A
servers 1
server 1 dnskey=ABZ dnskey-by=AB by=A
run
expect NOOP_NO_SIGNAL
server 1 cds=B cdnskey=B signed=old
pass 1h
run
expect ACCEPT_UPDATE
