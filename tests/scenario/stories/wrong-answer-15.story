# wrong answer 15: a server without CDS has answered. It is not a failed one, and does not become one with time.
parent A
servers 2
server 1 cds=B cdnskey=B by=AB dnskey=ABZ dnskey-by=AB
server 2 dnskey=ABZ dnskey-by=AB
run
expect NOOP_STATUS_QUO
pass 5m
run
expect NOOP_STATUS_QUO
pass 10m
run
expect NOOP_STATUS_QUO
pass 20m
run
expect NOOP_STATUS_QUO
pass 40m
run
expect NOOP_STATUS_QUO
pass 14d
run
expect NOOP_STATUS_QUO
warned INCONSISTENT_PRESENCE
ds A
change none
# The neighbour: it publishes them, too.
server 2 cds=B cdnskey=B by=AB
pass 5m
run
expect ACCEPT_UPDATE
ds B
