# C25, T-32, 4.6, DSA-7.1-3: somebody takes the DS set away by hand while CDS stays; it is not put back.
policy se-nu
parent A
servers 1
server 1 cds=A cdnskey=A
run
expect NOOP_IN_SYNC
parent
pass 24h
run
expect HOLD_SUSPENDED
counted 0
eligible never
pass 24h
run
pass 24h
run
pass 24h
run
pass 24h
run
expect HOLD_SUSPENDED
change none
