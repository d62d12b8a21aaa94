# A21, L-CONT-1: with the DS set the zone would validate at one of its servers only.
policy se-nu
parent
servers 2
server 1 cds=A cdnskey=A by=A
server 2 cds=A cdnskey=A by=A dnskey-by=Z
run
expect CONTINUITY_SERVER
counted 0
