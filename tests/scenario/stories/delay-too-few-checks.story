# C15, A-21: time alone is not enough.
policy cz-fred
parent
servers 1
server 1 cdnskey=A by=A
run
expect HOLD_DELAY_STARTED
pass 46h
run
pass 46h
run
expect HOLD_DELAY_RUNNING
pass 46h
run
# Four checks, 138 of 168 hours.
counted 3
expect HOLD_DELAY_RUNNING
pass 30h
run
expect ACCEPT_BOOTSTRAP_DELAY
ds A
