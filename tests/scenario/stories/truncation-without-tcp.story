# wrong answer 20: a server that cuts its answers and does not speak TCP has said nothing.
parent A
servers 2
server 1 cds=B cdnskey=B by=AB dnskey=ABZ dnskey-by=AB
server 2 cds=B cdnskey=B by=AB dnskey=ABZ dnskey-by=AB truncated
tcp 2 trouble=timeout
run
expect HOLD_UNREACHABLE
change none
# Nor has one whose TCP port is closed.
tcp 2 trouble=unreachable
pass 1m
run
expect HOLD_UNREACHABLE
