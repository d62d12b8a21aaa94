# R9975-3.1-1, T-14: without a window: the servers never agreed, so none begins.
policy se-nu
parent
servers 2
server 1 cds=A cdnskey=A by=A dnskey=ABZ dnskey-by=AB
server 2 cds=B cdnskey=B by=B dnskey=ABZ dnskey-by=AB
run
expect INCONSISTENT_KEYS
counted 0
change none
