# A-14: what was on its way for one who opts out does not go on; and nothing is asked.
parent A
servers 2
server 1 cds=B cdnskey=B by=A dnskey=ABZ dnskey-by=AB
server 2 cds=B cdnskey=B by=A dnskey=ABZ dnskey-by=AB
run
expect ACCEPT_UPDATE
ds B
asked 11
change released
flags opted-out
pass 1h
run
expect REJECT_OPTED_OUT
ds A
asked 0
change withdrawn
