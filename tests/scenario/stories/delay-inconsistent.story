# C18, R9975-3.1-1: the servers no longer agree; the window ends.
policy se-nu
parent
servers 2
server 1 cds=A cdnskey=A by=A dnskey=ABZ dnskey-by=AB
server 2 cds=A cdnskey=A by=A dnskey=ABZ dnskey-by=AB
run
pass 24h
run
counted 1
server 2 cds=B cdnskey=B by=B
pass 24h
run
expect DELAY_CANCELLED
warned INCONSISTENT_KEYS
counted 0
server 2 cds=A cdnskey=A by=A
pass 24h
run
expect HOLD_DELAY_STARTED
counted 0
