# C20, A-02: what was cancelled is this request; another one begins at zero.
policy se-nu
parent
servers 1
server 1 cds=A cdnskey=A by=A dnskey=ABZ dnskey-by=AB
run
operator cancel
pass 24h
run
expect REJECT_CANCELLED
server 1 cds=B cdnskey=B by=B
pass 24h
run
counted 0
pass 24h
run
expect HOLD_DELAY_RUNNING
