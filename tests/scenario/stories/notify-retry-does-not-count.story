# D14, A-21, R9859-4.3-4: what a message and its retries see begins a delay, may end it, and never counts towards it.
policy se-nu
parent
servers 2
server 1 cds=A cdnskey=A by=A
server 2 cds=A cdnskey=A by=A
notify
run queued
expect HOLD_DELAY_STARTED
counted 0
pass 24h
run
counted 1
pass 24h
server 2 cds=B cdnskey=B by=B dnskey=ABZ dnskey-by=AB
notify
run queued
expect DELAY_CANCELLED
warned INCONSISTENT_KEYS
queued CDS in 60s
server 2 cds=A cdnskey=A by=A dnskey=AZ dnskey-by=A
pass 60s
run queued
expect HOLD_DELAY_STARTED
counted 0
change none
