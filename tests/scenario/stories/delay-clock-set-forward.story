# T-26: a clock that jumps ahead makes a gap, and no window shorter.
policy se-nu
parent
servers 1
server 1 cds=A cdnskey=A by=A
run
pass 7d
run
expect HOLD_DELAY_RESET
counted 0
change none
