# C17, T-34: the domain goes to another registrar.
policy se-nu
parent
registrar one
servers 1
server 1 cds=A cdnskey=A by=A
run
pass 24h
run
pass 24h
run
counted 2
registrar another
pass 24h
run
expect HOLD_DELAY_RESET
counted 0
change none
# Its neighbour: it stays there.
pass 24h
run
expect HOLD_DELAY_RUNNING
counted 1
