# A server that was silent comes back: what it says counts again, and its failures are forgotten.
parent A
servers 2
server 1 cds=B cdnskey=B by=AB dnskey=ABZ dnskey-by=AB
server 2 cds=B cdnskey=B by=AB dnskey=ABZ dnskey-by=AB trouble=timeout
run
expect HOLD_UNREACHABLE
pass 6m
run
expect HOLD_UNREACHABLE
# It disagrees: no change, however long the other asks for it.
server 2 trouble=none cds=B,C cdnskey=B,C dnskey=ABCZ dnskey-by=ABC by=ABC
pass 11m
run
expect INCONSISTENT_KEYS
change none
# Silent again: the schedule begins at its beginning.
server 2 trouble=timeout
pass 41m
run
expect HOLD_UNREACHABLE
pass 6m
run
expect HOLD_UNREACHABLE
# It is back and agrees.
server 2 trouble=none cds=B cdnskey=B by=AB dnskey=ABZ dnskey-by=AB
pass 11m
run
expect ACCEPT_UPDATE
unwarned
ds B
