# A-21: what NOTIFY brings to light can end a window, though not fill it.
policy se-nu
parent
servers 1
server 1 cds=A cdnskey=A by=A
run
pass 24h
run
counted 1
pass 24h
server 1 cds=B cdnskey=B by=B dnskey=ABZ dnskey-by=AB
run notify
expect HOLD_DELAY_RESET
counted 0
pass 24h
run
expect HOLD_DELAY_RUNNING
counted 1
change none
