# C17: the child asks for another key; time begins again.
policy se-nu
parent
servers 1
server 1 cds=A cdnskey=A by=A
run
pass 24h
run
pass 24h
run
expect HOLD_DELAY_RUNNING
server 1 cds=B cdnskey=B by=B dnskey=ABZ dnskey-by=AB
pass 24h
run
expect HOLD_DELAY_RESET
counted 0
change none
pass 24h
run
expect HOLD_DELAY_RUNNING
pass 24h
run
expect HOLD_DELAY_RUNNING
pass 24h
run
expect ACCEPT_BOOTSTRAP_DELAY
ds B
