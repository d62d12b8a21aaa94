# C2, unsigned-with-cds: with a DS set this zone would not validate; no window begins.
policy se-nu
parent
servers 1
server 1 cds=A cdnskey=A by= dnskey= dnskey-by= zone-by=
run
expect CONTINUITY_NO_PATH
counted 0
pass 24h
run
expect CONTINUITY_NO_PATH
change none
# The neighbour: it signs, and from then on time counts.
server 1 cds=A cdnskey=A by=A dnskey=AZ dnskey-by=A zone-by=Z
pass 24h
run
expect HOLD_DELAY_STARTED
counted 0
