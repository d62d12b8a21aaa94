# B4: the other one does not ask for it.
parent A
servers 2
server 1 cds=delete cdnskey=delete
server 2 cds=B cdnskey=B dnskey=ABZ dnskey-by=AB
run
expect INCONSISTENT_DELETE
change none
