# A-07, R9975-3-8: what may be passing is looked at once more over TCP before it is believed.
parent A
servers 2
server 1 cds=B cdnskey=B by=AB dnskey=ABZ dnskey-by=AB
server 2 cds=B cdnskey=B by=AB dnskey=ABZ dnskey-by=AB signed=corrupt
tcp 2 signed=valid
run
looked twice
over 2 tcp
expect ACCEPT_UPDATE
