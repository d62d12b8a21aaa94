# A-21: the first look may be because of NOTIFY; the time that counts begins with the timer's first check.
policy se-nu
parent
servers 1
server 1 cds=A cdnskey=A by=A
run notify
expect HOLD_DELAY_STARTED
counted 0
pass 1h
run
expect HOLD_DELAY_RUNNING
counted 1
pass 24h
run
counted 2
pass 24h
run
# 73 hours after NOTIFY, 48 of the timer's.
counted 3
expect HOLD_DELAY_RUNNING
change none
pass 24h
run
expect ACCEPT_BOOTSTRAP_DELAY
