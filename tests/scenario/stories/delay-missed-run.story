# C19, its neighbour: one day was missed, which is no gap yet.
policy se-nu
parent
servers 1
server 1 cds=A cdnskey=A by=A
run
pass 24h
run
pass 47h
run
# 71 of 72 hours.
expect HOLD_DELAY_RUNNING
counted 2
pass 12h
run
expect ACCEPT_BOOTSTRAP_DELAY
