# A-07: it is as bad over TCP.
parent A
servers 2
server 1 cds=B cdnskey=B by=AB dnskey=ABZ dnskey-by=AB
server 2 cds=B cdnskey=B by=AB dnskey=ABZ dnskey-by=AB signed=corrupt
run
looked twice
expect HOLD_BOGUS_SERVER
change none
# And a server that does not speak TCP is not silent: it said over UDP what does not validate. No schedule forgets that.
tcp 2 trouble=timeout
pass 10m
run
looked twice
expect HOLD_BOGUS_SERVER
pass 20m
run
expect HOLD_BOGUS_SERVER
pass 40m
run
expect HOLD_BOGUS_SERVER
pass 2h
run
expect HOLD_BOGUS_SERVER
change none
