# T-61, A-41: the first answer says that nothing is to be done, and still everybody is asked everything.
parent A
servers 3
server 1
server 2 cds=B cdnskey=B by=AB dnskey=ABZ dnskey-by=AB
server 3 cds=B cdnskey=B by=AB dnskey=ABZ dnskey-by=AB
run
asked 16
expect NOOP_STATUS_QUO
warned INCONSISTENT_PRESENCE
change none
# The neighbour: all of one mind are asked as much.
server 1 cds=B cdnskey=B by=AB dnskey=ABZ dnskey-by=AB
pass 1h
run
asked 16
expect ACCEPT_UPDATE
