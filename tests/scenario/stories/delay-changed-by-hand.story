# C17: somebody sets NS or DS by hand; the child is looked at anew.
policy cz-fred
parent
servers 1
server 1 cdnskey=A by=A
run
pass 24h
run
counted 1
by-hand
pass 24h
run
expect HOLD_DELAY_RESET
counted 0
pass 24h
run
expect HOLD_DELAY_RUNNING
counted 1
