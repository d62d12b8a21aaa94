# A-14: who has opted out is asked nothing, and nothing changes.
parent A
servers 2
server 1 cds=B cdnskey=B by=A dnskey=ABZ dnskey-by=AB
server 2 cds=B cdnskey=B by=A dnskey=ABZ dnskey-by=AB
flags opted-out
run
expect REJECT_OPTED_OUT
ds A
asked 0
# The neighbour: who has not.
flags
pass 1h
run
expect ACCEPT_UPDATE
ds B
asked 11
# What was on its way for one who opts out does not go on.
flags opted-out
pass 1h
run
expect REJECT_OPTED_OUT
asked 0
change withdrawn
