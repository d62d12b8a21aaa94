# wrong answer 20, T-57: an answer that was cut is none; the same question goes over TCP, and what comes there counts.
parent A
servers 2
server 1 cds=B cdnskey=B by=AB dnskey=ABZ dnskey-by=AB
server 2 cds=B cdnskey=B by=AB dnskey=ABZ dnskey-by=AB truncated
run
expect ACCEPT_UPDATE
over 1 udp
over 2 tcp
asked 16
ds B
