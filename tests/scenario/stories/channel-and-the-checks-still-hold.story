# C12, R8078-3.1-1: approval replaces no check.
policy registrar-strict
parent
servers 2
server 1 cds=A cdnskey=A by=A
server 2 cds=A cdnskey=A by=A
run
operator approve
server 2 dnskey-by=Z
pass 1h
run
expect CONTINUITY_SERVER
change none
