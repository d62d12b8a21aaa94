# C18: the request is taken back.
policy se-nu
parent
servers 1
server 1 cds=A cdnskey=A by=A
run
pass 24h
run
expect HOLD_DELAY_RUNNING
server 1 cds= cdnskey=
pass 24h
run
expect DELAY_CANCELLED
counted 0
# Later it is back, and begins at zero (A-02).
pass 24h
run
expect NOOP_NO_SIGNAL
server 1 cds=A cdnskey=A
pass 24h
run
expect HOLD_DELAY_STARTED
counted 0
