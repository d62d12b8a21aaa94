# A-21: probes for the sake of a retry, or because an operator is curious, confirm and count nothing.
policy se-nu
parent
servers 1
server 1 cds=A cdnskey=A by=A
run
pass 24h
run retry
expect HOLD_DELAY_RUNNING
counted 0
pass 12h
run operator
counted 0
pass 12h
run
expect HOLD_DELAY_RUNNING
counted 1
change none
