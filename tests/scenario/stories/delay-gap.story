# C19: two days without a check are too long: nobody knows what was there in between.
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
pass 49h
run
expect HOLD_DELAY_RESET
counted 0
change none
