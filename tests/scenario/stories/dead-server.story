# A13, A14, R9975-3-4, R9975-3-5: a silent server is asked again by the schedule (5, 10, 20, 40 minutes) and then left out.
parent A
servers 2
server 1 cds=B cdnskey=B by=AB dnskey=ABZ dnskey-by=AB
server 2 cds=B cdnskey=B by=AB dnskey=ABZ dnskey-by=AB
run
expect ACCEPT_UPDATE		# the neighbour: both answer
unwarned
change released
