# C17, T-34: the delegation moves to other servers; what was seen at the former ones counts for nothing.
policy se-nu
parent
servers 1
server 1 cds=A cdnskey=A by=A
run
pass 24h
run
pass 24h
run
counted 2
servers 2
server 1 cds=A cdnskey=A by=A
server 2 cds=A cdnskey=A by=A
pass 24h
run
expect HOLD_DELAY_RESET
counted 0
change none
