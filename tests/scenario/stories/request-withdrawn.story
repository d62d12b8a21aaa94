# A-30: a change that has not left goes when the child no longer asks for it.
parent A
servers 1
server 1 cds=B cdnskey=B by=AB dnskey=ABZ dnskey-by=AB
run
expect ACCEPT_UPDATE
change released
server 1 cds=A cdnskey=A
pass 1h
run
expect NOOP_IN_SYNC
change withdrawn
