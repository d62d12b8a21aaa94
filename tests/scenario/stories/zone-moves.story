# A-07: the serial moved while the questions were asked, so they are asked again.
parent A
servers 1
server 1 cds=B cdnskey=B by=AB dnskey=ABZ dnskey-by=AB trouble=serial
tcp 1 trouble=none
run
looked twice
over 1 tcp
expect ACCEPT_UPDATE
# The neighbour: it did not.
server 1 trouble=none
pass 1h
run
looked once
over 1 udp
expect NOOP_CHANGE_PENDING
