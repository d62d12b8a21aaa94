# B3: removal in one type, keys in the other.
parent A
servers 1
server 1 cds=delete cdnskey=B dnskey=ABZ dnskey-by=AB
run
expect DELETE_TYPE_MISMATCH
change none
