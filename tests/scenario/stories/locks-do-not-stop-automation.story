# DSA-6.1-1, DSA-6.1-2, T-54: update locks alone stop no roll.
parent A
flags registry-lock registrar-lock
servers 1
server 1 cds=B cdnskey=B dnskey=ABZ dnskey-by=AB
run
expect ACCEPT_UPDATE
ds B
