# T-26, A-21: our clock is earlier than what it was: nothing is decided by it, and nothing is lost.
policy se-nu
parent
servers 1
server 1 cds=A cdnskey=A by=A
run
pass 24h
run
counted 1
back 20h
run
expect CLOCK_UNSAFE
counted 1
change none
pass 44h
run
expect HOLD_DELAY_RUNNING
counted 2
