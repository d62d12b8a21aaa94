# A13, DSA-7.1-2, RFC 9975 section 3: a silent server is asked again by the schedule (5, 10, 20, 40 minutes) and then left out.
parent A
servers 2
server 1 cds=B cdnskey=B by=AB dnskey=ABZ dnskey-by=AB
server 2 cds=B cdnskey=B by=AB dnskey=ABZ dnskey-by=AB trouble=timeout
run
expect HOLD_UNREACHABLE
change none
# Looking more often does not count.
pass 10s
run
expect HOLD_UNREACHABLE
pass 10s
run
expect HOLD_UNREACHABLE
pass 5m
run
expect HOLD_UNREACHABLE
pass 10m
run
expect HOLD_UNREACHABLE
pass 20m
run
expect HOLD_UNREACHABLE
# One look is missing, whatever time has passed.
change none
pass 40m
run
expect ACCEPT_UPDATE
warned WARN_SERVER_DROPPED
ds B
change released
