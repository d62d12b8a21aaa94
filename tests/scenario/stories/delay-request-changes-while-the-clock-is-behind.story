# T-26, A-21, C17: another DS set is asked for while our clock is behind, and then the former one again: that is not the same
# request all the time.
policy se-nu
parent
servers 1
server 1 cds=A cdnskey=A by=A
run
pass 24h
run
counted 1
back 20h
server 1 cds=A,B cdnskey=A,B dnskey=ABZ dnskey-by=AB
run
expect CLOCK_UNSAFE
counted 0
server 1 cds=A cdnskey=A dnskey=AZ dnskey-by=A
pass 44h
run
expect HOLD_DELAY_STARTED
counted 0
