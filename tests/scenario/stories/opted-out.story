# A28, A-14: nobody is asked.
parent A
flags opted-out
servers 1
server 1 cds=B cdnskey=B dnskey=ABZ dnskey-by=AB
run
expect REJECT_OPTED_OUT
asked 0
change none
# 4.6: opt-in.
flags
pass 24h
run
expect ACCEPT_UPDATE
