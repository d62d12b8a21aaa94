# B5: a removal and a key are no removal.
parent A
servers 1
server 1 cds=delete,B cdnskey=delete dnskey=ABZ dnskey-by=AB
run
expect MALFORMED_DELETE
change none
