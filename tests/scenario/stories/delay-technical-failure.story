# C19, T-35: a check that failed is none; the window waits.
policy se-nu
parent
servers 2
server 1 cds=A cdnskey=A by=A
server 2 cds=A cdnskey=A by=A
run
pass 24h
run
counted 1
server 2 trouble=timeout
pass 24h
run
expect HOLD_UNREACHABLE
counted 1
server 2 trouble=none
pass 12h
run
expect HOLD_DELAY_RUNNING
counted 2
# 24 and 36 hours are 60 of 72.
change none
pass 12h
run
expect ACCEPT_BOOTSTRAP_DELAY
