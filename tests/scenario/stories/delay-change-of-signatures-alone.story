# C17, A-02, its neighbour: the zone is signed again, and its servers answer in another order; that is the same request.
policy se-nu
parent
servers 1
server 1 cds=A cdnskey=A by=A signed=old
run
expect HOLD_DELAY_STARTED
server 1 signed=valid
pass 24h
run
expect HOLD_DELAY_RUNNING
counted 1
