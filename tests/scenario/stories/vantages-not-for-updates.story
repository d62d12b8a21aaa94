# A secure child signs for itself: from wherever it is asked it says so, and it is asked from one place.
vantages 2
policy { preset: bcp, vantage-required: 2 }
parent A
servers 2
server 1 cds=B cdnskey=B by=A dnskey=ABZ dnskey-by=AB
server 2 cds=B cdnskey=B by=A dnskey=ABZ dnskey-by=AB
from fra 1 trouble=timeout
from fra 2 cds=A
run
expect ACCEPT_UPDATE
looked once
ds B
