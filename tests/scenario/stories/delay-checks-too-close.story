# A-21: checks closer than 12 hours to each other are not more checks, however many there are.
policy se-nu
parent
servers 1
server 1 cds=A cdnskey=A by=A
run
expect HOLD_DELAY_STARTED
pass 1h
run
expect HOLD_DELAY_RUNNING
counted 0
pass 1h
run
counted 0
pass 9h
run
counted 0
pass 1h
run
# Twelve hours after the first.
counted 1
expect HOLD_DELAY_RUNNING
change none
