# A-21, R9859-4.3-4, D1: whoever sends NOTIFY must not choose the times at which the child is looked at.
policy se-nu
parent
servers 1
server 1 cds=A cdnskey=A by=A
run
expect HOLD_DELAY_STARTED
pass 24h
run notify
expect HOLD_DELAY_RUNNING
counted 0
pass 24h
run
counted 1
pass 24h
run notify
counted 1
expect HOLD_DELAY_RUNNING
# 72 hours have passed, and three probes agreed, but the timer's are two.
change none
pass 12h
run
expect HOLD_DELAY_RUNNING
counted 2
pass 12h
run
expect ACCEPT_BOOTSTRAP_DELAY
