# D14, A-03: a server that still has the old records is enough for nothing to change, and for asking again.
policy bcp
parent A
servers 2
server 1 cds=B cdnskey=B by=A dnskey=ABZ dnskey-by=AB
server 2 cds=A cdnskey=A by=A
notify
run queued
expect NOOP_STATUS_QUO
queued CDS in 60s
server 2 cds=B cdnskey=B by=A dnskey=ABZ dnskey-by=AB
pass 60s
run queued
expect ACCEPT_UPDATE
queued nothing
